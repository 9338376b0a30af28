"""A council with something on every page: cycles in each state, findings, editions, extracts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import partial
from typing import Any

from browser.rare_states import make_rare_states
from factories import (
    AT,
    KEY,
    complete_audit,
    drafts_for,
    make_council,
    make_entry,
    make_person,
)
from sqlalchemy import select
from sqlalchemy.orm import Session

from audit_app.attachments.folder import AttachmentFolder
from audit_app.caseload.values import Caseload, Doubtful, FrontDoor
from audit_app.core.access import Role
from audit_app.core.bank_edits import retired, with_question
from audit_app.core.concerns import ConcernLevel
from audit_app.core.exemptions import ExemptionReason
from audit_app.core.front_door import Referral, Service, Told
from audit_app.core.lifecycle import FindingKind
from audit_app.core.plan import PlanDraft, PlanKind, Repeated
from audit_app.core.replies import OVERALL
from audit_app.core.routes import Rhythm
from audit_app.core.sampling import Filters
from audit_app.core.sampling_methods import Method
from audit_app.store.actions import make_of_finding
from audit_app.store.audits import Draft, audits_of, record_answers
from audit_app.store.bank_drafts import begin_draft
from audit_app.store.before_reading import case_facts
from audit_app.store.calibrations import call_calibration, possible_readers, readings_of
from audit_app.store.caseload import store_extract
from audit_app.store.concerns import raise_concern
from audit_app.store.cycles import create_cycle
from audit_app.store.editions import publish_edition, store_edition
from audit_app.store.exemptions import ask_exemption
from audit_app.store.findings import FindingText, confirm_finding, draft_finding
from audit_app.store.instruments import latest_bank, latest_form, load_bank, load_form
from audit_app.store.jobs import enqueue_job
from audit_app.store.moderation import moderation_of, name_reader
from audit_app.store.moderation_draw import choose_audit
from audit_app.store.plan import add_entry, take_up
from audit_app.store.replies import PartDraft, save_reply, send_reply
from audit_app.store.routes import keep_route
from audit_app.store.samples import draw_cycle_sample
from audit_app.store.tables import (
    AgencyPart,
    Audit,
    CaseFile,
    ConcernContact,
    Cycle,
    Person,
    RecordedState,
)

TINY_PDF = b"%PDF-1.7 tiny"
NOT_MET = Draft(
    "sup_challenge", RecordedState.ANSWERED, value="not_met", evidence="Lists only.", quotable=True
)


@dataclass(frozen=True)
class FullCouncil:
    """One person of each role, and the addresses to which no link leads."""

    emails: dict[Role, str]
    after_a_form: dict[Role, tuple[str, ...]]


def make_full_council(session: Session, folder: AttachmentFolder) -> FullCouncil:
    """Two monthly cycles with results, a themed one, one that is not drawn yet."""
    made = make_council(session, month="2026-10")
    manager = made.managers[0]
    people = {
        Role.QA_LEAD: made.lead,
        Role.SENIOR_MANAGER: manager,
        Role.INDEPENDENT_MEMBER: make_person(session, Role.INDEPENDENT_MEMBER),
        Role.SUB_GROUP: make_person(session, Role.SUB_GROUP),
        Role.ADMINISTRATOR: make_person(session, Role.ADMINISTRATOR),
        Role.ACTION_OWNER: make_person(session, Role.ACTION_OWNER),
        Role.PRACTITIONER: make_person(session, Role.PRACTITIONER),
    }
    independent = people[Role.INDEPENDENT_MEMBER]
    monthly = _draw(session, "monthly_sample", "2026-11", made.managers, made.lead)
    by_team = {"per_auditor": 3, "method": Method.PROPORTIONAL, "number": 3}
    themed = _draw(session, "protection_plans", "2026-11", [independent], made.lead, **by_team)
    _plan(session, monthly, themed, independent)
    version = latest_form(session, "monthly_sample")
    create_cycle(session, version, name="Next", month="2026-12", auditors=made.managers, at=AT)

    begun = [_leave_one(session, manager), _leave_one(session, independent, untouched=1)]
    worker = case_facts(session, session.get_one(Audit, begun[0]))
    people[Role.PRACTITIONER].worker_name = worker.worker
    for other in made.managers[1:]:
        for audit in audits_of(session, other):
            complete_audit(session, audit, {"sup_challenge": NOT_MET})
    _write_findings(session, monthly, made.lead)
    for number in (1, 2):
        _compile(session, monthly, made.lead, number, manager if number == 1 else None)
    _compile(session, themed, made.lead, 1, manager)
    _read_doubtful_extract(session)
    _draft_a_bank(session, made.lead)
    for done, auditor in zip(begun, (manager, independent), strict=True):
        raise_concern(
            session,
            session.get_one(Audit, done),
            auditor,
            "A bruise that nobody explains.",
            hours=2,
            site_url="http://127.0.0.1",
            at=AT,
        )
    read = _act_and_read_again(session, monthly, themed, people, made.managers[1:])
    disputed = {OVERALL: PartDraft("Not so.", disputed=True, why="The record is elsewhere.")}
    practice, submitted = people[Role.PRACTITIONER], session.get_one(Audit, begun[0])
    send_reply(session, save_reply(session, practice, submitted, disputed, at=AT), at=AT)
    days = (AT.date(), AT.date())
    for who, by in ((made.managers[1], made.managers[1]), (made.managers[2], made.lead)):
        ask_exemption(session, monthly, who, ExemptionReason.AWAY, days, by=by, at=AT)
    session.add(ConcernContact(person_id=manager.id, level=ConcernLevel.AT_ONCE))
    chosen = _calibrate(session, monthly, made.lead, manager, independent)
    _answer_for_agencies(session, made.lead, manager, independent)
    draw = partial(_draw, session, by=made.lead, per_auditor=1)
    make_rare_states(session, people, made.managers[1], draw, folder)
    job = enqueue_job(session, "compile", {"cycle": monthly.key}, by=made.lead, at=AT)
    return FullCouncil(
        {role: person.email for role, person in people.items()},
        {
            Role.QA_LEAD: (f"/editions/jobs/{job.id}", f"/audits/{read}/submitted", chosen),
            Role.SENIOR_MANAGER: (f"/audits/{begun[0]}/submitted",),
            Role.INDEPENDENT_MEMBER: (f"/audits/{begun[1]}/submitted",),
        },
    )


def _calibrate(
    session: Session, cycle: Cycle, lead: Person, manager: Person, independent: Person
) -> str:
    """A calibration that goes on, and one that has ended; where such a file is chosen."""
    free = select(CaseFile).where(CaseFile.id.not_in(select(Audit.case_file_id)))
    for case_file in session.scalars(free.order_by(CaseFile.id)):
        possible = possible_readers(session, cycle.form_version, case_file, at=AT)
        if any(one.person.id == manager.id and not one.bars for one in possible):
            break
    for ends in (False, True):
        calibration = call_calibration(
            session,
            cycle.form_version,
            case_file,
            [lead, manager, independent],
            due_on=cycle.due_on,
            by=lead,
            at=AT,
        )
        for reading in readings_of(session, calibration) if ends else ():
            other = {"sup_challenge": NOT_MET} if reading.auditor_id == lead.id else None
            complete_audit(session, reading, other)
    return f"/calibrations/begin/{cycle.form_version_id}/{case_file.id}"


def _answer_for_agencies(session: Session, lead: Person, one: Person, other: Person) -> None:
    """Two case files: on one both agencies are in, on the other one is still to come."""
    cycle = create_cycle(
        session,
        latest_form(session, "multi_agency_case"),
        name="Agencies",
        month="2026-11",
        agencies={"social_care": one, "police": other},
        at=AT,
    )
    draw_cycle_sample(session, cycle, Filters(), per_auditor=2, seed="agencies", by=lead, at=AT)
    parts = session.scalars(select(AgencyPart).order_by(AgencyPart.id)).all()
    for part in parts[:3]:
        complete_audit(session, part)


def _act_and_read_again(
    session: Session,
    monthly: Cycle,
    themed: Cycle,
    people: dict[Role, Person],
    others: Sequence[Person],
) -> int:
    """An action for each who owns or reads one, and audits read again; one that the lead did."""
    lead = people[Role.QA_LEAD]
    owners = ((monthly, people[Role.ACTION_OWNER]), (themed, people[Role.PRACTITIONER]))
    for cycle, owner in owners:
        bank = cycle.form_version.banks[0].bank_version.key
        text = FindingText(
            bank, None, FindingKind.AREA_FOR_DEVELOPMENT, "To do.", 1, 3, action="Do it"
        )
        finding = draft_finding(session, cycle, text, by=lead, at=AT)
        confirm_finding(finding, by=lead, at=AT)
        make_of_finding(session, cycle, finding, owner, cycle.due_on, by=lead, at=AT)
    audits = [one for other in others for one in audits_of(session, other)]
    lead_reads, manager_reads, *_more = (one for one in audits if one.cycle_id == monthly.id)
    for audit in (manager_reads, lead_reads):
        reader = people[Role.SENIOR_MANAGER] if audit is manager_reads else lead
        if moderation_of(session, audit.id) is None:
            choose_audit(session, audit, "To learn.", by=lead, at=AT)
        moderation = moderation_of(session, audit.id)
        name_reader(session, moderation, reader, by=lead, at=AT)
        complete_audit(session, moderation.reading)
    return moderation.reading.id


def _plan(session: Session, monthly: Cycle, themed: Cycle, member: Person) -> None:
    """A monthly sample and a themed audit that are open, a late one, and one that repeats it."""
    sample = PlanDraft(
        PlanKind.MONTHLY_SAMPLE, "Sample", "2026-11", Role.SENIOR_MANAGER, form="monthly_sample"
    )
    theme = PlanDraft(
        PlanKind.THEMED,
        "Children on child protection plans",
        "2026-11",
        Role.INDEPENDENT_MEMBER,
        form="protection_plans",
        cohort="Children who have a child protection plan.",
        body="Safeguarding Policy and Practice Advisory Committee",
        report_on=date(2027, 1, 12),
    )
    late = replace(theme, month="2026-08", report_on=date(2026, 9, 14), exempt=True)
    for draft, cycle in ((sample, monthly), (theme, themed)):
        take_up(session, cycle, add_entry(session, draft, by=None, at=AT))
    first = add_entry(session, replace(late, auditor_id=member.id), by=None, at=AT)
    again = replace(
        late,
        kind=PlanKind.RE_AUDIT,
        month="2027-02",
        report_on=None,
        repeats=(Repeated.ENTRY, first.id),
    )
    add_entry(session, again, by=None, at=AT)
    who = {"body": "Performance Management Committee", "what": "Results of audits"}
    first = date(2026, 9, 1)
    keep_route(session, None, **who, rhythm=Rhythm.QUARTERLY, first_on=first, by=None, at=AT)


def _draft_a_bank(session: Session, by: Person) -> None:
    """A draft with a changed, a retired and a faulty question."""
    version = latest_bank(session, "supervision")
    bank = load_bank(version)
    first = next(bank.questions)
    changed = replace(first, text="Asked in other words?", critical=not first.critical)
    bank = retired(with_question(bank, "", changed), "sup_challenge")
    begin_draft(session, bank, version, by=by, at=AT)


def _draw(
    session: Session,
    form: str,
    month: str,
    auditors: Sequence[Person],
    by: Person,
    per_auditor: int = 2,
    **how: Any,
) -> Cycle:
    version = latest_form(session, form)
    cycle = create_cycle(
        session, version, name=f"{form} {month}", month=month, auditors=auditors, at=AT
    )
    draw_cycle_sample(
        session, cycle, Filters(), per_auditor=per_auditor, seed="more seeds", by=by, at=AT, **how
    )
    return cycle


def _leave_one(session: Session, person: Person, untouched: int = 0) -> int:
    """Submit a person's audits but the last, which is begun, and those untouched; a done one's."""
    *done, last = audits_of(session, person)[untouched:]
    for audit in done:
        complete_audit(session, audit)
    drafts = drafts_for(load_form(last.form_version))
    record_answers(session, last, drafts[: len(drafts) // 2], at=AT + timedelta(days=2))
    return done[0].id


def _write_findings(session: Session, cycle: Cycle, by: Person) -> None:
    for kind, theme in zip(FindingKind, ("chronology", "supervision"), strict=True):
        text = FindingText(
            theme=theme,
            question_id=None,
            kind=kind,
            statement=f"What {theme} shows.",
            k=2,
            n=5,
            action="Do it",
        )
        finding = draft_finding(session, cycle, text, by=by, at=AT)
        if theme == "chronology":
            confirm_finding(finding, by=by, at=AT)


def _compile(session: Session, cycle: Cycle, by: Person, number: int, approver: Person | None):
    edition = store_edition(
        session,
        cycle,
        design="qa_sub_group",
        number=number,
        title="Case file audit",
        data_cut_off=date(2026, 11, 20),
        data_hash="0" * 64,
        content=TINY_PDF,
        page_count=30,
        by_id=by.id,
        at=AT + timedelta(days=number),
    )
    if approver is not None:
        publish_edition(edition, by=approver, at=AT + timedelta(days=9))


def _read_doubtful_extract(session: Session) -> None:
    """An extract of the same day as the one in use, read and not used yet."""
    doubts = tuple(
        Doubtful("List_6", row, "Case status", "The status is not on the list; left empty.")
        for row in range(3, 8)
    )
    entries = tuple(make_entry(number) for number in range(12))
    day = date(2026, 10, 5)
    referrals = (
        Referral(0, day, False, None, day, True, Service.PROVIDED),
        Referral(1, day, True),
        Referral(2, day, assessed_on=date(2026, 10, 20)),
    )
    door = FrontDoor(tuple(what for what in Told if what is not Told.DECIDED), referrals)
    caseload = Caseload(entries, len(entries), (), doubts, (), front_door=door)
    store_extract(session, caseload, as_at=date(2026, 11, 1), by=None, key=KEY, at=AT)
