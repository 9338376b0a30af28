"""Claim A2: nobody reaches another's object: role × route × object × method over HTTP.

The lines are those that `audit-app access matrix --json` prints. What a role may not do at all is
403, a hidden object is 404, and no answer holds a marked text that its reader must not see.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from claims.small_world import (
    CALIBRATED,
    CASE_ACTION,
    COUNCIL_ID,
    DRAFT,
    EVIDENCE,
    PART,
    PROPOSAL,
    PUBLISHED,
    PUBLISHED_ACTION,
    REPLY,
    STATEMENT,
    THEMED_ACTION,
    WAITING,
    WORKER,
    World,
    make_world,
)
from claims.walking import address_of, rules_of, said_in
from click.testing import CliRunner
from factories import AT

from audit_app.cli.main import cli
from audit_app.core.access import WHOLE_COUNCIL, Permission, Role
from audit_app.store.bank_drafts import load_draft
from audit_app.store.instruments import load_form
from audit_app.store.people import Scope, appoint, end_appointment
from audit_app.web.access import OPEN_ENDPOINTS, SHUT_ENDPOINTS

LEAD, MANAGER, MEMBER = Role.QA_LEAD, Role.SENIOR_MANAGER, Role.INDEPENDENT_MEMBER
READERS = {Role.SUB_GROUP, Role.ACTION_OWNER}
NOBODY: set[Role] = set()
LAST = ("cycles.close", "calibrations.end", "editions.publish", "routes.end")

#: Which marked text may stand in an answer to whom; in answers to GET no number of the council.
MAY_READ = {
    EVIDENCE: {LEAD, MANAGER, MEMBER, Role.PRACTITIONER},
    DRAFT: NOBODY,
    CALIBRATED: NOBODY,
    STATEMENT: {LEAD},
    REPLY: {LEAD, MANAGER, Role.PRACTITIONER},
    CASE_ACTION: {LEAD, MANAGER, Role.ACTION_OWNER},
    THEMED_ACTION: {LEAD, MANAGER, MEMBER},
    PUBLISHED_ACTION: {LEAD, MANAGER, Role.SUB_GROUP, Role.PRACTITIONER},
    PROPOSAL: {MANAGER},
    PART: {MEMBER},
    COUNCIL_ID: {LEAD, MANAGER, MEMBER, Role.PRACTITIONER},
    WAITING: {LEAD, MANAGER},
    PUBLISHED: {LEAD, MANAGER, *READERS},
}


@dataclass(frozen=True)
class Case:
    """One object as the parts of an address, and who sees it."""

    parts: dict[str, object]
    seen_by: set[Role]
    query: str = ""
    gone: frozenset[Role] = frozenset()
    """Who is told that its file is not there: it is theirs to open, but only a row was made."""


def cases_of(world: World, endpoint: str, arguments: set[str], permission: str) -> list[Case]:
    """Every object that an endpoint is tried with; none: it names none, or another test's."""
    if "audit_id" in arguments and endpoint.startswith("audits."):
        return list(_audits(world, endpoint))
    if endpoint in OBJECTS:
        return OBJECTS[endpoint](world)
    if "draft_id" in arguments:
        return _drafts(world)
    if "key" in arguments and endpoint.partition(".")[0] in CYCLE_ROOMS:
        return list(_cycles(world, arguments, permission))
    return []


CYCLE_ROOMS = {
    "cycles",
    "second_readings",
    "replies",
    "draw",
    "reassign",
    "withdraw",
    "exemptions",
    "reminders",
    "results",
    "findings",
    "editions",
}


def _audits(world: World, endpoint: str) -> Iterator[Case]:
    if endpoint == "audits.read_audit":
        yield Case({"audit_id": world.submitted.id}, {LEAD})
        yield Case({"audit_id": world.themed_submitted.id}, {LEAD})
        yield Case({"audit_id": world.own.id}, NOBODY)
        return
    seen = [(world.own, {MANAGER}), (world.submitted, {MANAGER}), (world.themed_audit, {MEMBER})]
    for audit, roles in [*seen, (world.anothers, NOBODY), (world.barred, NOBODY)]:
        section = next(section for _, section in load_form(audit.form_version).sections)
        yield Case({"audit_id": audit.id, "section_key": section.key}, roles)


def _cycles(world: World, arguments: set[str], permission: str) -> Iterator[Case]:
    for cycle, roles in (
        (world.cycle, {LEAD}),
        (world.themed, {LEAD, MEMBER} if permission == Permission.SEE_RESULTS else {LEAD}),
        (world.other_themed, {LEAD}),
    ):
        bank = load_form(cycle.form_version).banks[0]
        question = next(one for one in bank.questions if one.is_scored)
        parts: dict[str, object] = {"key": cycle.key, "theme": bank.key, "question_id": question.id}
        if "finding_id" in arguments:
            parts["finding_id"] = world.finding.id
            roles = roles if cycle is world.cycle else NOBODY
        if "audit_id" in arguments:
            # Only what was submitted, and is not drawn yet, can be chosen to be read again.
            chosen = "moderation" if permission == Permission.MODERATE else "reassign"
            parts["audit_id"] = world.own.id
            roles = roles if cycle is world.cycle and chosen == "reassign" else NOBODY
        if "moderation_id" in arguments:
            parts["moderation_id"] = world.waiting_reading.id
            roles = roles if cycle is world.cycle else NOBODY
        yield Case(parts, roles, query=f"?theme={bank.key}")


def _editions(world: World) -> list[Case]:
    return [
        Case({"edition_id": world.waiting.id}, {LEAD, MANAGER}),
        Case({"edition_id": world.published.id}, {LEAD, MANAGER, *READERS}),
    ]


def _banks(world: World) -> list[Case]:
    """The independent member reads the banks that their own form asks, and no others."""
    own = {bank.key for bank in load_form(world.themed.form_version).banks}
    banks = {
        bank.key: bank
        for cycle in (world.cycle, world.themed, world.other_themed)
        for bank in load_form(cycle.form_version).banks
    }
    return [
        Case({"key": key, "version": bank.version}, {LEAD, MANAGER} | ({MEMBER} & _if(key in own)))
        for key, bank in banks.items()
    ]


def _drafts(world: World) -> list[Case]:
    section = load_draft(world.draft).sections[0]
    parts: dict[str, object] = {
        "section_key": section.key,
        "question_id": section.questions[0].id,
    }
    return [
        Case({"draft_id": world.draft.id, **parts}, {LEAD}),
        Case({"draft_id": 987_654, **parts}, NOBODY),
    ]


def _if(holds: bool) -> set[Role]:
    return set(Role) if holds else set()


def _moderations(world: World) -> list[Case]:
    """A senior manager is named for neither, and audited one of them."""
    return [Case({"moderation_id": one.id}, {LEAD}) for one in (world.waiting_reading, world.blind)]


def _actions(world: World) -> list[Case]:
    """What is only proposed is nobody's to read here."""
    return [
        Case({"action_id": action.id}, MAY_READ[words] if words != PROPOSAL else NOBODY)
        for words, action in world.actions.items()
    ]


def _managed_actions(world: World) -> list[Case]:
    return [Case(case.parts, case.seen_by & {LEAD}) for case in _actions(world)]


def _own_actions(world: World) -> list[Case]:
    owners = {CASE_ACTION: {Role.ACTION_OWNER}, PUBLISHED_ACTION: {Role.PRACTITIONER}}
    return [
        Case({"action_id": action.id}, owners.get(words, NOBODY))
        for words, action in world.actions.items()
    ]


def _proposals(world: World) -> list[Case]:
    proposal = world.actions[PROPOSAL].id
    return [
        Case({"audit_id": world.own.id, "action_id": proposal}, {MANAGER}),
        Case({"audit_id": world.themed_audit.id, "action_id": proposal}, NOBODY),
        Case({"audit_id": world.barred.id, "action_id": proposal}, NOBODY),
    ]


def _own_audits_questions(world: World) -> list[Case]:
    """Pages of files: of one's own audits, whatever was submitted."""
    return [
        Case({"audit_id": audit.id, "question_id": "chron_place"}, roles)
        for audit, roles in (
            (world.own, {MANAGER}),
            (world.submitted, {MANAGER}),
            (world.anothers, NOBODY),
            (world.barred, NOBODY),
        )
    ]


def _exemptions(world: World) -> list[Case]:
    return [
        Case({"exemption_id": world.exemption.id}, {LEAD, MANAGER}),
        Case({"exemption_id": 987_654}, NOBODY),
    ]


def _planned(world: World) -> list[Case]:
    """QA leads and the sub-group see the whole plan, who audits their own entries."""
    return [
        *(
            Case({"entry_id": entry.id}, {LEAD, Role.SUB_GROUP} | ({role} if role else NOBODY))
            for role, entry in world.planned.items()
        ),
        Case({"entry_id": 987_654}, NOBODY),
    ]


def _changed_plan(world: World) -> list[Case]:
    return [Case(case.parts, case.seen_by & {LEAD}) for case in _planned(world)]


def _routes(world: World) -> list[Case]:
    return [Case({"route_id": world.route.id}, {LEAD}), Case({"route_id": 987_654}, NOBODY)]


def _calibrations(world: World) -> list[Case]:
    """Who calls it, and who takes part."""
    return [
        Case({"calibration_id": world.calibration.id}, {LEAD, MANAGER}),
        Case({"calibration_id": world.cycle.id}, NOBODY),
    ]


def _named_in_the_query(world: World) -> list[Case]:
    """Only who may draw a cycle is led back to it by its name."""
    cycles = [Case({}, {LEAD}, query=f"?cycle={one.key}") for one in (world.cycle, world.themed)]
    return [*cycles, Case({}, NOBODY, query="?cycle=nowhere")]


OBJECTS = {
    "sizes.show_sizes": _named_in_the_query,
    "routes.change": _routes,
    "routes.told": _routes,
    "routes.end": _routes,
    "routes.choose": lambda world: [
        Case({"edition_id": world.waiting.id}, {LEAD}),
        Case({"edition_id": 987_654}, NOBODY),
    ],
    "calibrations.show": _calibrations,
    "calibrations.choose": lambda world: [Case({}, {LEAD})],
    "calibrations.call": lambda world: [
        Case(
            {
                "version_id": world.cycle.form_version_id,
                "case_file_id": world.calibration.case_file_id,
            },
            {LEAD},
        ),
        Case({"version_id": world.cycle.form_version_id, "case_file_id": 987_654}, NOBODY),
    ],
    "calibrations.end": lambda world: [
        Case(case.parts, case.seen_by & {LEAD}) for case in _calibrations(world)
    ],
    # While it goes on nobody takes anything away.
    "calibrations.export": lambda world: [
        Case({"calibration_id": world.calibration.id}, NOBODY),
    ],
    "plan.show_entry": _planned,
    "plan.change": _changed_plan,
    "plan.remove": _changed_plan,
    "actions.show_one": _actions,
    "actions.update": _own_actions,
    "actions.decide": _managed_actions,
    "actions.change": _managed_actions,
    "actions.end": _managed_actions,
    "action_making.propose": lambda world: [
        Case({"audit_id": world.own.id}, {MANAGER}),
        Case({"audit_id": world.themed_audit.id}, {MEMBER}),
        Case({"audit_id": world.anothers.id}, NOBODY),
        Case({"audit_id": world.barred.id}, NOBODY),
    ],
    "action_making.take_one_back": _proposals,
    "action_making.make": lambda world: [
        Case({"key": world.cycle.key, "finding_id": world.confirmed.id}, {LEAD}),
        Case({"key": world.themed.key, "finding_id": world.confirmed.id}, NOBODY),
    ],
    "agencies.show_cycle": lambda world: [
        Case({"key": world.blind_part.cycle.key}, {LEAD}),
        Case({"key": world.cycle.key}, NOBODY),
    ],
    "agencies.show_subject": lambda world: [
        Case({"key": part.cycle.key, "case_file_id": part.case_file_id}, readers)
        for part, readers in ((world.collated[0], {LEAD}), (world.blind_part, NOBODY))
    ],
    "agencies.show_beside_own": lambda world: [
        Case({"audit_id": world.collated[0].id}, {MANAGER}),
        Case({"audit_id": world.collated[1].id}, {MEMBER}),
        Case({"audit_id": world.blind_part.id}, NOBODY),
        Case({"audit_id": world.own.id}, NOBODY),
    ],
    "attachments.show_of_audit": _own_audits_questions,
    "attachments.add_to_audit": _own_audits_questions,
    "attachments.show_of_question": _own_audits_questions,
    "attachments.add_to_question": _own_audits_questions,
    "attachments.open_file": lambda world: [
        Case({"attachment_id": world.attached.id}, NOBODY, gone=frozenset({LEAD, MANAGER})),
        Case({"attachment_id": world.attached_to_anothers.id}, NOBODY),
        Case({"attachment_id": 987_654}, NOBODY),
    ],
    "attachments.remove": lambda world: [
        Case({"attachment_id": world.attached.id}, {MANAGER}),
        Case({"attachment_id": world.attached_to_anothers.id}, NOBODY),
    ],
    "exemptions.decide": _exemptions,
    "exemptions.end": _exemptions,
    "exemptions.ask_own": lambda world: [
        Case({"key": world.cycle.key}, {MANAGER}),
        Case({"key": world.themed.key}, {MEMBER}),
        Case({"key": world.other_themed.key}, NOBODY),
    ],
    "moderation.show": _moderations,
    "moderation.settle": _moderations,
    "moderation.give_back": _moderations,
    "moderation.show_version": lambda world: [
        Case({"audit_id": world.submitted.id, "number": 1}, NOBODY),
    ],
    "banks.show_bank": _banks,
    "banks.show_use": _banks,
    "bank_drafts.begin_from": lambda world: [
        Case(case.parts, case.seen_by & {LEAD}) for case in _banks(world)
    ],
    "banks.download_workbook": _banks,
    "banks.download_yaml": _banks,
    "editions.show_edition": _editions,
    "editions.open_pdf": _editions,
    "editions.publish": _editions,
    "editions.show_job": lambda world: [
        Case({"job_id": world.job.id}, {LEAD}),
        Case({"job_id": world.seconds_job.id}, NOBODY),
    ],
    "case_files.show": lambda world: [
        Case({"case_file_id": world.submitted.case_file_id}, {LEAD}),
        Case({"case_file_id": 987_654}, NOBODY),
    ],
    "case_files.show_case_number": lambda world: [
        Case({"case_file_id": world.submitted.case_file_id}, {LEAD, Role.PRACTITIONER}),
        Case({"case_file_id": world.own.case_file_id}, {LEAD}),
    ],
    "service.show_cycle": lambda world: [Case({"key": world.cycle.key}, NOBODY)],
    "replies.reply": lambda world: [
        Case({"audit_id": world.submitted.id}, {Role.PRACTITIONER}),
        Case({"audit_id": world.themed_submitted.id}, NOBODY),
        Case({"audit_id": world.own.id}, NOBODY),
    ],
    "replies.answer": lambda world: [
        Case({"part_id": world.dispute.id}, {LEAD}),
        Case({"part_id": 987_654}, NOBODY),
    ],
    "replies.record_family": lambda world: [
        Case({"audit_id": world.submitted.id}, {LEAD, MANAGER}),
        Case({"audit_id": world.themed_submitted.id}, {LEAD, MEMBER}),
        Case({"audit_id": world.own.id}, NOBODY),
    ],
    "case_files.read_own": lambda world: [
        Case({"audit_id": world.submitted.id}, {Role.PRACTITIONER}),
        Case({"audit_id": world.themed_submitted.id}, NOBODY),
        Case({"audit_id": world.own.id}, NOBODY),
    ],
}


@pytest.fixture
def printed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[dict[str, object]]:
    """What the command prints."""
    monkeypatch.setenv("AUDIT_APP_DATABASE_URL", f"sqlite:///{tmp_path}/none.db")
    monkeypatch.setenv("AUDIT_APP_INSTANCE", str(tmp_path))
    monkeypatch.setenv("AUDIT_APP_SECRET_KEY", "an unlikely secret of a test, long enough")
    said = CliRunner().invoke(cli, ["access", "matrix", "--json"], catch_exceptions=False)
    assert said.exit_code == 0
    return list(json.loads(said.output)["matrix"])


@pytest.fixture
def world(session) -> World:
    return make_world(session)


def used_rules(app):
    """Without what the sign-in library brings along unused: A1 shows that nobody reaches it."""
    return [rule for rule in rules_of(app) if rule.endpoint not in SHUT_ENDPOINTS]


def test_the_command_prints_every_route_for_every_role(app, printed):
    lines = {(line["role"], line["route"], line["method"]) for line in printed}
    assert len(lines) == len(printed)
    for rule in used_rules(app):
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            assert {(role, rule.rule, method) for role in (None, *Role)} <= lines
    for line in printed:
        if line["role"] is None:
            assert line["allowed"] == (line["permission"] is None)


@pytest.mark.parametrize("role", Role)
def test_a_role_gets_what_the_matrix_says_and_nothing_else(app, printed, world, signed_in, role):
    person = world.people[role]
    client, seen, read = signed_in(person), [], []
    lines = {(one["route"], one["method"]): one for one in printed if one["role"] == role}
    steps = [
        (rule, method) for rule in used_rules(app) for method in rule.methods & {"GET", "POST"}
    ]
    steps.sort(key=lambda step: (step[1], step[0].endpoint in LAST, step[0].rule))
    for rule, method in steps:
        if rule.endpoint in OPEN_ENDPOINTS:
            continue
        line = lines[rule.rule, method]
        cases = cases_of(world, rule.endpoint, rule.arguments, str(line["permission"]))
        for case in cases or [Case({}, set(Role))]:
            address = address_of(app, rule, case.parts) + case.query
            # What is sent could end the person's sessions: each is sent from a new one.
            sender = signed_in(person) if method == "POST" else client
            answer = sender.send(address) if method == "POST" else sender.get(address)
            about = (method, address, answer.status_code)
            if not line["allowed"]:
                assert answer.status_code == 403, about
            elif not cases:
                assert answer.status_code < 500, about
                assert answer.status_code != 403 or rule.arguments, about
            elif role in case.gone:
                assert answer.status_code == 410, about
            elif role in case.seen_by:
                assert answer.status_code < 400, about
            else:
                assert answer.status_code == 404, about
            (seen if method == "POST" else read).append((about, said_in(answer)))
    for canary, readers in MAY_READ.items():
        if role not in readers:
            assert not [about for about, text in (*read, *seen) if canary in text], canary
    if role is not LEAD:
        assert not [about for about, text in (*read, *seen) if WORKER in text]
    assert not [about for about, text in read if COUNCIL_ID in text]


@pytest.mark.parametrize("canary", [EVIDENCE, STATEMENT, WAITING, PUBLISHED, COUNCIL_ID])
def test_whoever_may_read_a_marked_text_does(world, signed_in, canary):
    """Otherwise a search that finds nothing would prove nothing."""
    lead = signed_in(world.people[LEAD])
    answers = {
        EVIDENCE: lambda: lead.get(f"/audits/{world.submitted.id}/answers"),
        STATEMENT: lambda: lead.get(f"/cycles/{world.cycle.key}/findings"),
        WAITING: lambda: lead.get(f"/editions/{world.waiting.id}.pdf"),
        PUBLISHED: lambda: lead.get(f"/editions/{world.published.id}.pdf"),
        COUNCIL_ID: lambda: lead.send(f"/case-files/{world.own.case_file_id}/case-number"),
    }
    assert canary in answers[canary]().get_data(as_text=True)


@pytest.mark.parametrize("by_theme", [True, False])
def test_a_scope_narrows_a_qa_lead(world, session, signed_in, by_theme):
    lead = world.people[LEAD]
    scope = (
        Scope(theme=world.themed.form_version.key) if by_theme else Scope(cycle_id=world.themed.id)
    )
    end_appointment(session, lead, lead.roles[0], at=AT)
    appoint(session, lead, LEAD, at=AT, scope=scope)
    session.commit()
    client = signed_in(lead)
    for key, status in ((world.themed.key, 200), (world.cycle.key, 404)):
        for page in ("", "/results", "/findings", "/editions", "/method", "/frame"):
            assert client.get(f"/cycles/{key}{page}").status_code == status, (key, page)
    assert world.cycle.name not in client.get("/cycles").text
    assert world.themed.name in client.get("/cycles").text
    assert world.cycle.name not in client.get("/").text
    assert client.get(f"/editions/{world.published.id}").status_code == 404
    assert client.get(f"/audits/{world.submitted.id}/answers").status_code == 404
    assert client.get(f"/audits/{world.themed_submitted.id}/answers").status_code == 200
    assert client.get(f"/case-files/{world.own.case_file_id}").status_code == 404
    number = f"/case-files/{world.own.case_file_id}/case-number"
    assert client.send(number).status_code == 404
    opens = client.get("/cycles/open?form=monthly_sample").status_code
    assert opens == 404
    for page in ("/caseload", "/caseload/import"):  # the caseload is the whole council's
        assert client.get(page).status_code == 403
    assert client.send("/caseload/import").status_code == 403
    session.refresh(lead)
    assert not lead.permissions & WHOLE_COUNCIL
    assert lead.may(Permission.MANAGE_CYCLES)


def test_who_reads_the_results_of_a_theme_reads_quotes_only(world, session, signed_in):
    member, lead = signed_in(world.people[MEMBER]), signed_in(world.people[LEAD])
    bank = load_form(world.themed.form_version).banks[0]
    page = f"/cycles/{world.themed.key}/results/{bank.key}/answers"
    assert EVIDENCE in lead.get(page).text
    assert EVIDENCE not in member.get(page).text
    assert f"/audits/{world.themed_submitted.id}/answers" in lead.get(page).text
    assert f"/audits/{world.themed_submitted.id}/answers" not in member.get(page).text
    for row in world.themed_submitted.answers:
        row.quotable = True
    session.commit()
    assert EVIDENCE in member.get(page).text
