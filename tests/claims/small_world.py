"""A council with something of everything, each text marked so that it is found where it leaks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from factories import AT, TEAMS, complete_audit, drafts_for, make_entry, make_extract, make_person
from sqlalchemy import select
from sqlalchemy.orm import Session

from audit_app.attachments.kinds import FileKind
from audit_app.core.access import Role
from audit_app.core.exemptions import ExemptionReason
from audit_app.core.lifecycle import FindingKind
from audit_app.core.plan import PlanDraft, PlanKind
from audit_app.core.replies import OVERALL
from audit_app.core.routes import Rhythm
from audit_app.core.sampling import Filters
from audit_app.store.actions import make_of_finding, propose_action
from audit_app.store.audits import Draft, record_answers
from audit_app.store.bank_drafts import begin_draft
from audit_app.store.calibrations import call_calibration, readings_of
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
    Action,
    AgencyPart,
    Attachment,
    Audit,
    BankDraft,
    Calibration,
    CaseFile,
    CaseloadEntry,
    Cycle,
    Edition,
    Exemption,
    Finding,
    Job,
    Moderation,
    Person,
    PlanEntry,
    RecordedState,
    ReplyPart,
    ReportingRoute,
    Team,
)

EVIDENCE = "canaryevidence"
"""Of submitted audits, and not to be quoted."""
DRAFT = "canarydraft"
"""Typed by the second manager, not submitted."""
STATEMENT = "canarystatement"
"""Of a finding that is not confirmed."""
CASE_ACTION = "canarycaseaction"
"""To be done for a case, by the action owner."""
THEMED_ACTION = "canarythemedaction"
"""To be done for a case of the independent member's theme, by a manager."""
PUBLISHED_ACTION = "canarypracticeaction"
"""To be done for practice, from a finding of a published report, by the practitioner."""
PROPOSAL = "canaryproposal"
"""Proposed by the first manager, in an audit that is not submitted."""
CALIBRATED = "canarycalibrated"
"""The second manager’s evidence in a calibration that goes on."""
REPLY = "canaryreply"
"""Of the practitioner, sent in reply to the submitted audit."""
PART = "canarypart"
"""Answered by the independent member for an agency, while another is still to come."""
WORKER = "Canaryworker"
COUNCIL_ID = "CANARYID"
WAITING, PUBLISHED = "canarywaiting", "canarypublished"
"""The content of the two editions."""


@dataclass(frozen=True)
class World:
    """One person of each role, and what there is to be reached."""

    people: dict[Role, Person]
    second: Person
    cycle: Cycle
    themed: Cycle
    other_themed: Cycle
    submitted: Audit
    own: Audit
    anothers: Audit
    barred: Audit
    themed_audit: Audit
    themed_submitted: Audit
    dispute: ReplyPart
    others: Audit
    waiting_reading: Moderation
    blind: Moderation
    finding: Finding
    confirmed: Finding
    actions: dict[str, Action]
    waiting: Edition
    published: Edition
    job: Job
    seconds_job: Job
    draft: BankDraft
    attached: Attachment
    attached_to_anothers: Attachment
    exemption: Exemption
    calibration: Calibration
    planned: dict[Role | None, PlanEntry]
    """An entry of the managers' cycle, one of the independent member, one of another member."""
    route: ReportingRoute
    collated: tuple[AgencyPart, AgencyPart]
    """Of one case file, the manager's and the independent member's: all are in."""
    blind_part: AgencyPart
    """The independent member's on another one, where the manager's is still to come."""


def make_world(session: Session) -> World:
    """Cycles of three forms, an audit in every state, editions, a finding and a job."""
    people = {role: make_person(session, role) for role in Role if role is not Role.SENIOR_MANAGER}
    first, second = (
        make_person(session, Role.SENIOR_MANAGER, f"Manager {n}", TEAMS[n]) for n in (0, 1)
    )
    people[Role.SENIOR_MANAGER] = first
    lead, member = people[Role.QA_LEAD], people[Role.INDEPENDENT_MEMBER]
    stranger = make_person(session, Role.INDEPENDENT_MEMBER, "Another Member")
    entries = [
        make_entry(n, council_id=f"{COUNCIL_ID}{n}", worker=f"{WORKER} {n}") for n in range(60)
    ]
    extract = make_extract(session, entries, as_at=date(2026, 11, 1))
    cycle = _drawn(session, "monthly_sample", [first, second])
    themed = _drawn(session, "protection_plans", [member])
    other_themed = _drawn(session, "under_twos", [stranger])
    submitted, own, barred = _audits_of(session, cycle, first)
    others, anothers, _ = _audits_of(session, cycle, second)
    themed_submitted, themed_audit, _ = _audits_of(session, themed, member)
    actions = {
        words: propose_action(
            session, audit, words, owner, date(2026, 12, 1), by=audit.auditor, at=AT
        )
        for words, audit, owner in (
            (CASE_ACTION, submitted, people[Role.ACTION_OWNER]),
            (THEMED_ACTION, themed_submitted, second),
            (PROPOSAL, own, second),
        )
    }
    complete_audit(session, submitted, _marked(cycle))
    complete_audit(session, others, _marked(cycle))
    complete_audit(session, themed_submitted, _marked(themed))
    complete_audit(session, _audits_of(session, other_themed, stranger)[0], _marked(other_themed))
    record_answers(session, anothers, [Draft("chron_place", None, evidence=DRAFT)], at=AT)
    barred.team_id = first.team_id  # as if the team had been written wrongly at the draw
    entry = session.get_one(CaseloadEntry, (extract.id, submitted.case_file_id))
    people[Role.PRACTITIONER].worker_name = entry.worker
    session.flush()
    reply = save_reply(
        session,
        people[Role.PRACTITIONER],
        submitted,
        {OVERALL: PartDraft(REPLY, disputed=True, why=REPLY)},
        at=AT,
    )
    send_reply(session, reply, at=AT)
    dispute = reply.parts[0]
    finding = draft_finding(
        session,
        cycle,
        FindingText("chronology", None, FindingKind.STRENGTH, STATEMENT, 1, 2),
        by=lead,
        at=AT,
    )
    confirmed = draft_finding(
        session,
        cycle,
        FindingText(
            "chronology", None, FindingKind.STRENGTH, "Said", 1, 2, action=PUBLISHED_ACTION
        ),
        by=lead,
        at=AT,
    )
    confirm_finding(confirmed, by=lead, at=AT)
    practitioner = people[Role.PRACTITIONER]
    actions[PUBLISHED_ACTION] = make_of_finding(
        session, cycle, confirmed, practitioner, date(2026, 12, 1), by=lead, at=AT
    )
    waiting, published = (
        _edition(session, cycle, lead, number, words)
        for number, words in ((1, WAITING), (2, PUBLISHED))
    )
    publish_edition(published, by=second, at=AT)
    job, seconds_job = (
        enqueue_job(session, "compile", {"cycle": cycle.key}, by=by, at=AT) for by in (lead, second)
    )
    waiting_reading, blind = (_moderation_of(session, one) for one in (submitted, others))
    name_reader(session, blind, make_person(session, Role.QA_LEAD, "Reads Again"), by=lead, at=AT)
    bank = latest_bank(session, "supervision")
    assert bank is not None
    draft = begin_draft(session, load_bank(bank), bank, by=lead, at=AT)
    attached = [_attached(session, one) for one in (submitted, anothers)]
    days = (AT.date(), AT.date())
    exemption = ask_exemption(session, cycle, second, ExemptionReason.AWAY, days, by=second, at=AT)
    planned = _plan(session, cycle, member, stranger)
    route = keep_route(
        session,
        None,
        body="Committee",
        what="Results",
        rhythm=Rhythm.MONTHLY,
        first_on=AT.date(),
        by=None,
        at=AT,
    )
    calibration = _calibrated(session, cycle, lead, first, second)
    parts = _answer_for_agencies(session, first, member)
    session.commit()
    return World(
        people,
        second,
        cycle,
        themed,
        other_themed,
        submitted,
        own,
        anothers,
        barred,
        themed_audit,
        themed_submitted,
        dispute,
        others,
        waiting_reading,
        blind,
        finding,
        confirmed,
        actions,
        waiting,
        published,
        job,
        seconds_job,
        draft,
        *attached,
        exemption,
        calibration,
        planned,
        route,
        *parts,
    )


def _answer_for_agencies(
    session: Session, manager: Person, member: Person
) -> tuple[tuple[AgencyPart, AgencyPart], AgencyPart]:
    cycle = create_cycle(
        session,
        latest_form(session, "multi_agency_case"),
        name="Agencies",
        month="2026-11",
        agencies={"social_care": manager, "police": member},
        at=AT,
    )
    draw_cycle_sample(session, cycle, Filters(), per_auditor=2, seed="agencies", by=None, at=AT)
    by_file: dict[int, dict[str, AgencyPart]] = {}
    for part in session.scalars(select(AgencyPart).order_by(AgencyPart.id)):
        by_file.setdefault(part.case_file_id, {})[part.agency] = part
    both, other = by_file.values()
    told = Draft("multi_challenge", RecordedState.ANSWERED, "not_met", evidence=PART)
    complete_audit(session, other["police"], {told.question_id: told})
    for part in both.values():
        complete_audit(session, part)
    return (both["social_care"], both["police"]), other["police"]


def _plan(
    session: Session, cycle: Cycle, member: Person, stranger: Person
) -> dict[Role | None, PlanEntry]:
    monthly = PlanDraft(
        PlanKind.MONTHLY_SAMPLE, "Sample", "2026-11", Role.SENIOR_MANAGER, form="monthly_sample"
    )
    entries = {Role.SENIOR_MANAGER: add_entry(session, monthly, by=None, at=AT)}
    take_up(session, cycle, entries[Role.SENIOR_MANAGER])
    for role, person in ((Role.INDEPENDENT_MEMBER, member), (None, stranger)):
        theme = PlanDraft(
            PlanKind.THEMED, "A theme", "2026-12", Role.INDEPENDENT_MEMBER, auditor_id=person.id
        )
        entries[role] = add_entry(session, theme, by=None, at=AT)
    return entries


def _calibrated(
    session: Session, cycle: Cycle, lead: Person, first: Person, second: Person
) -> Calibration:
    """A case file that no cycle drew, read by three; the second manager has submitted."""
    case_file = session.scalars(
        select(CaseFile)
        .join(CaseloadEntry, CaseloadEntry.case_file_id == CaseFile.id)
        .join(Team, Team.id == CaseloadEntry.team_id)
        .where(Team.name == TEAMS[3], CaseFile.id.not_in(select(Audit.case_file_id)))
        .order_by(CaseFile.id)
    ).first()
    assert case_file is not None
    due_on = date(2026, 12, 1)
    calibration = call_calibration(
        session,
        cycle.form_version,
        case_file,
        [lead, first, second],
        due_on=due_on,
        by=lead,
        at=AT,
    )
    for reading in readings_of(session, calibration):
        if reading.auditor_id == second.id:
            marked = Draft("chron_place", RecordedState.ANSWERED, "missing", evidence=CALIBRATED)
            complete_audit(session, reading, {"chron_place": marked})
    return calibration


def _attached(session: Session, audit: Audit) -> Attachment:
    """A row as of a file; no file lies there, so who may open it is told that it is gone."""
    row = Attachment(
        audit_id=audit.id,
        question_id="chron_place",
        name=f"{EVIDENCE}.pdf",
        stored_as=f"{audit.id:032x}",
        kind=FileKind.PDF,
        size=9,
        sha256="0" * 64,
        added_at=AT,
        added_by_id=audit.auditor_id,
    )
    session.add(row)
    session.flush()
    return row


def _drawn(session: Session, form: str, auditors: list[Person]) -> Cycle:
    version = latest_form(session, form)
    assert version is not None
    cycle = create_cycle(session, version, name=form, month="2026-11", auditors=auditors, at=AT)
    draw_cycle_sample(session, cycle, Filters(), per_auditor=3, seed=form, by=None, at=AT)
    return cycle


def _audits_of(session: Session, cycle: Cycle, person: Person) -> list[Audit]:
    return list(
        session.scalars(
            select(Audit)
            .where(Audit.cycle_id == cycle.id, Audit.auditor_id == person.id)
            .order_by(Audit.id)
        )
    )


def _marked(cycle: Cycle) -> dict[str, Draft]:
    """The best answers, each with evidence that is not to be quoted."""
    return {
        draft.question_id: Draft(
            draft.question_id, RecordedState.ANSWERED, value=draft.value, evidence=EVIDENCE
        )
        for draft in drafts_for(load_form(cycle.form_version))
    }


def _moderation_of(session: Session, audit: Audit) -> Moderation:
    """The second reading of an audit, drawn by a rule or chosen now."""
    found = moderation_of(session, audit.id)
    if found is None:
        by = make_person(session, Role.QA_LEAD, "Chooses Audits")
        choose_audit(session, audit, "To see whether we agree.", by=by, at=AT)
        found = moderation_of(session, audit.id)
    assert found is not None
    return found


def _edition(session: Session, cycle: Cycle, by: Person, number: int, words: str) -> Edition:
    return store_edition(
        session,
        cycle,
        design="qa_sub_group",
        number=number,
        title="Pack",
        data_cut_off=AT.date(),
        data_hash=f"{number}" * 64,
        content=f"%PDF {words}".encode(),
        page_count=3,
        by_id=by.id,
        at=AT,
    )
