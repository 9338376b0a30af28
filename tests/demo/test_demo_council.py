"""The demo council: true to the rules of the site, uneven as life is, and the same every time."""

from __future__ import annotations

import json
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from string import Formatter

import pytest
from click.testing import CliRunner
from factories import shipped_library, totp_secret
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from audit_app.bank_holidays import is_bank_holiday
from audit_app.caseload.values import CaseStatus, age_at
from audit_app.cli.main import cli
from audit_app.clock import day_of
from audit_app.core.access import Role
from audit_app.core.answers import Answer, AnswerState, read_value
from audit_app.core.intervals import Change, change_between
from audit_app.core.judgement import counts_as_met, suggest
from audit_app.core.lifecycle import AuditState, CycleState, FindingKind, FindingState
from audit_app.core.question_bank import ADVERSE, AuditForm, Evidence, Outcome
from audit_app.core.repeats import base_id
from audit_app.demo.answering import Auditor, Sitting
from audit_app.demo.caseload import SHARES, invent_extracts
from audit_app.demo.load import load_demo
from audit_app.demo.people import PASSWORD, sign_ins
from audit_app.demo.plan import DemoFault, DemoRequest, default_month
from audit_app.demo.words import Pen, find_remedy, fit_for_age, sentences, shared
from audit_app.passwords import verify_password
from audit_app.store.collating import collated_subjects, subjects_of
from audit_app.store.cycles import cycle_summaries
from audit_app.store.database import Database
from audit_app.store.findings import findings_of, quoted_words
from audit_app.store.instruments import load_form
from audit_app.store.people import find_person, people, people_with_role, teams
from audit_app.store.scores import find_drift
from audit_app.store.tables import Audit, CaseloadEntry, Cycle, RecordedAnswer, RecordedState
from audit_app.web.agencies.collated_rows import agreement_lines

KEY = b"a key for tests only, 32 bytes.."
REQUEST = DemoRequest(until="2026-11", case_files=150, months=2, seed=7)


def load_into(path: Path, empty: Path, request: DemoRequest) -> Database:
    shutil.copy(empty, path)
    database = Database(f"sqlite:///{path}")
    with database.session() as session:
        load_demo(session, request, key=KEY, codes=totp_secret())
    return database


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory, empty_sqlite: Path) -> Iterator[Database]:
    """One small demo council for all tests that only look."""
    database = load_into(tmp_path_factory.mktemp("demo") / "a.db", empty_sqlite, REQUEST)
    yield database
    database.close()


@pytest.fixture
def session(loaded: Database) -> Iterator[Session]:
    with loaded.session() as opened:
        yield opened


def drawn_forms() -> list[AuditForm]:
    """The forms that the demo council audits with, the monthly one first."""
    forms = shipped_library().forms
    return [forms[key] for key in ("monthly_sample", "protection_plans", "under_twos")]


def all_audits(session: Session) -> list[Audit]:
    options = (joinedload(Audit.auditor), joinedload(Audit.cycle), joinedload(Audit.case_file))
    return list(session.scalars(select(Audit).options(*options).order_by(Audit.id)))


def test_the_people_are_those_of_the_brief(session: Session) -> None:
    counts = {role: len(people_with_role(session, role)) for role in Role}
    assert counts == {
        Role.ADMINISTRATOR: 1,
        Role.QA_LEAD: 1,
        Role.SENIOR_MANAGER: 14,
        Role.INDEPENDENT_MEMBER: 4,
        Role.SUB_GROUP: 3,
        Role.ACTION_OWNER: 1,
        Role.PRACTITIONER: 1,
    }
    assert len(teams(session)) == 8
    with_team = [p for p in people_with_role(session, Role.SENIOR_MANAGER) if p.team_id]
    assert len(with_team) == 9
    assert {person.email.split("@")[1] for person in people(session)} == {"council.example"}
    for one in sign_ins():
        person = find_person(session, one["email"])
        assert person is not None
        assert person.password is not None
        assert verify_password(PASSWORD, person.password)


def test_each_month_has_its_cycle_and_the_themes_have_theirs(session: Session) -> None:
    by_key = {one.cycle.key: one for one in cycle_summaries(session)}
    assert set(by_key) == {
        "monthly_sample-2026-09",
        "monthly_sample-2026-10",
        "monthly_sample-2026-11",
        "protection_plans-2026-09",
        "under_twos-2026-09",
        "strategy_discussion_agencies-2026-11",
    }
    for key, one in by_key.items():
        under_way = key.endswith("2026-11")
        assert one.cycle.state is (CycleState.DRAWN if under_way else CycleState.CLOSED)
        if key.startswith("monthly"):
            assert one.drawn == 28
            share = one.submitted / one.drawn
            assert share == 0.5 if under_way else 0.82 <= share <= 1
        elif under_way:
            assert (one.drawn, one.submitted) == (9, 8)
        else:
            assert 2 <= one.drawn == one.submitted <= 15


def test_themed_audits_keep_to_their_cohort(session: Session) -> None:
    query = select(Audit, CaseloadEntry).join(Cycle, Cycle.id == Audit.cycle_id)
    query = query.join(CaseloadEntry, CaseloadEntry.case_file_id == Audit.case_file_id)
    query = query.where(CaseloadEntry.extract_id == 1)
    themed = query.where(Cycle.key == "protection_plans-2026-09")
    assert {e.status for _a, e in session.execute(themed)} == {CaseStatus.CHILD_PROTECTION_PLAN}
    young = session.execute(query.where(Cycle.key == "under_twos-2026-09")).all()
    births = [e.date_of_birth for _a, e in young if e.date_of_birth]
    assert {age_at(born, date(2026, 9, 1)) for born in births} <= {0, 1}
    assert len(births) == len(young) > 1


def test_nobody_audits_a_case_file_of_their_own_team(session: Session) -> None:
    audits = all_audits(session)
    assert any(audit.auditor.team_id for audit in audits)
    assert not [a for a in audits if a.team_id and a.team_id == a.auditor.team_id]


def test_no_case_file_is_audited_twice_within_the_year(session: Session) -> None:
    """One that was drawn, and not done when its cycle closed, may be drawn again."""
    audits = [a for a in all_audits(session) if a.submitted_at or a.cycle.closed_at is None]
    counts = Counter(audit.case_file_id for audit in audits)
    assert set(counts.values()) == {1}


def test_some_are_late_and_none_of_it_lies_ahead(session: Session) -> None:
    done = [(audit, audit.submitted_at) for audit in all_audits(session) if audit.submitted_at]
    late = [audit for audit, moment in done if day_of(moment) > audit.due_on]
    assert 2 <= len(late) <= 6
    for audit, moment in done:
        assert audit.started_at is not None
        assert audit.allocated_at <= audit.started_at <= moment
        assert moment < datetime(2026, 11, 9, tzinfo=UTC)
        assert day_of(moment).weekday() < 5


def test_the_demo_manager_has_one_audit_begun_and_one_untouched(session: Session) -> None:
    manager = find_person(session, "manager@council.example")
    assert manager is not None
    now = [a for a in all_audits(session) if a.auditor is manager and a.cycle.month == "2026-11"]
    assert sorted(audit.state for audit in now) == [AuditState.ALLOCATED, AuditState.IN_PROGRESS]
    begun = next(audit for audit in now if audit.state is AuditState.IN_PROGRESS)
    assert 8 <= len(begun.answers) <= 30


def test_agencies_answer_on_three_discussions_and_one_waits_for_health(session: Session) -> None:
    cycle = session.scalars(select(Cycle).where(Cycle.key.startswith("strategy"))).one()
    subjects = subjects_of(session, cycle)
    assert [len(one.parts) for one in subjects] == [3, 3, 3]
    assert sorted(len(one.waited_for) for one in subjects) == [0, 0, 1]
    found = collated_subjects(session, [cycle.id])[cycle.id]
    lines = agreement_lines(load_form(cycle.form_version), found)
    assert any(line.agreed < line.of for line in lines)
    assert any(line.agreed for line in lines)


def test_scores_do_not_drift(session: Session) -> None:
    assert list(find_drift(session)) == []


def test_every_question_is_answered_somewhere(session: Session) -> None:
    asked = {id_ for form in drawn_forms() for id_ in form.questions}
    answered = select(RecordedAnswer.question_id).join(Audit, Audit.id == RecordedAnswer.audit_id)
    assert set(session.scalars(answered.distinct())) == asked


def test_adverse_answers_have_evidence_and_no_names(session: Session) -> None:
    questions = {
        q.id: q for form in shipped_library().forms.values() for q in form.questions.values()
    }
    scored = session.scalars(
        select(RecordedAnswer).where(RecordedAnswer.outcome.is_not(None))
    ).all()
    for row in scored:
        if (
            row.outcome in ADVERSE
            and questions[base_id(row.question_id)].evidence is not Evidence.NEVER
        ):
            assert row.evidence.strip()
    met = [row for row in scored if row.outcome is Outcome.MET]
    assert 0.25 < sum(bool(row.evidence) for row in met) / len(met) < 0.45
    written = [row.evidence for row in scored if row.evidence]
    quotable = sum(row.quotable for row in scored) / len(written)
    assert 0.45 < quotable < 0.7
    workers = {name for name in session.scalars(select(CaseloadEntry.worker)) if name}
    surnames = {name.split()[-1] for name in workers | {p.name for p in people(session)}}
    words = set(re.findall(r"\w+", " ".join(written)))
    assert not {name for name in surnames if len(name) > 5} & words
    assert len(set(written)) > 0.7 * len(written)


def test_findings_say_what_the_figures_say(session: Session) -> None:
    latest = session.scalar(select(Cycle).where(Cycle.key == "monthly_sample-2026-10"))
    assert latest is not None
    found = findings_of(session, latest)
    assert Counter(f.state for f in found) == {FindingState.CONFIRMED: 3, FindingState.DRAFT: 1}
    assert [f.theme for f in found[:2]] == ["supervision", "role_of_males"]
    quoted = quoted_words(session, found)
    for finding in found:
        assert f"{finding.k} of {finding.n} case files" in finding.statement
        strength = finding.kind is FindingKind.STRENGTH
        assert strength == (finding.k / finding.n >= 0.7)
        assert strength or (finding.action and finding.action_owner and finding.action_due)
        assert finding.quotes
        assert all((quote.audit_id, quote.question_id) in quoted for quote in finding.quotes)


def test_the_same_arguments_make_the_same_council(
    loaded: Database, tmp_path: Path, empty_sqlite: Path
) -> None:
    again = load_into(tmp_path / "b.db", empty_sqlite, REQUEST)

    def everything(database: Database) -> list[tuple[object, ...]]:
        with database.session() as session:
            rows = session.execute(
                select(Audit, RecordedAnswer)
                .outerjoin(RecordedAnswer, RecordedAnswer.audit_id == Audit.id)
                .options(joinedload(Audit.case_file), joinedload(Audit.auditor))
                .order_by(Audit.id, RecordedAnswer.question_id)
            )
            return [
                (
                    audit.case_file.reference,
                    audit.auditor.email,
                    audit.submitted_at,
                    audit.grade,
                    audit.done_well,
                    *((a.question_id, a.value, a.evidence, a.recorded_at) if a else ()),
                )
                for audit, a in rows
            ]

    assert everything(loaded) == everything(again)
    again.close()


def test_the_command_loads_an_empty_database_only(
    database_url: str, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AUDIT_APP_DATABASE_URL", database_url)
    monkeypatch.setenv("AUDIT_APP_SECRET_KEY", "only for tests, but long enough")
    arguments = ["demo", "--case-files", "150", "--months", "1", "--until", "2026-11", "--json"]
    first = CliRunner().invoke(cli, arguments)
    assert first.exit_code == 0, first.output
    said = json.loads(first.stdout)
    assert (said["people"], said["teams"], said["cycles"]) == (25, 8, 5)
    assert first.stderr == ""
    second = CliRunner().invoke(cli, arguments)
    assert isinstance(second.exception, DemoFault)
    assert "nothing was changed" in str(second.exception)
    with database.session() as session:
        assert len(people(session)) == 25
        assert len(cycle_summaries(session)) == 5
        assert list(find_drift(session)) == []


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"case_files": 39}, "at least 40 case files"),
        ({"months": 0}, "1 to 24 months"),
        ({"months": 25}, "1 to 24 months"),
        ({"until": "2026-13"}, "not a month"),
    ],
)
def test_what_cannot_be_made_is_refused(changes: dict[str, object], says: str) -> None:
    with pytest.raises(DemoFault, match=says):
        DemoRequest(**({"until": "2026-11"} | changes))  # type: ignore[arg-type]


def test_the_month_under_way_lies_never_ahead_of_today() -> None:
    assert default_month(date(2026, 11, 8)) == "2026-10"
    assert default_month(date(2026, 11, 9)) == "2026-11"
    assert default_month(date(2027, 1, 3)) == "2026-12"


def test_the_action_is_felt_after_its_month() -> None:
    request = DemoRequest(until="2026-11")
    assert request.action_month == "2026-04"
    felt = [request.effect_of_action(month) for month in (*request.completed, request.until)]
    assert felt == [0] * 6 + [0.55] + [1] * 6


def met_share(theme: str, effect: float, team: str | None = None, files: int = 250) -> float:
    """In how many of so many files, read by one auditor, the theme is met."""
    form = shipped_library().forms["monthly_sample"]
    met = []
    for number in range(files):
        sitting = Sitting(form, date(2026, 10, 20), team, None, effect, 0.0)
        drafts = Auditor(sitting, REQUEST.dice("met", number)).answer_all()
        answers = {
            d.question_id: Answer(
                AnswerState(d.state.value),
                read_value(form.questions[d.question_id], d.value) if d.value else None,
            )
            for d in drafts
            if d.state is not None and d.state is not RecordedState.UNFINISHED
        }
        found = {t.theme: t for t in suggest(form, answers, is_bank_holiday).themes}[theme]
        met.append(bool(counts_as_met(form, found.suggestion.grade)))
    return sum(met) / files


def test_supervision_improves_by_more_than_chance_would_explain() -> None:
    before, after = met_share("supervision", 0), met_share("supervision", 1)
    assert 0.2 < before < 0.4
    assert 0.7 < after < 0.9
    assert change_between(round(after * 28), 28, round(before * 28), 28) is Change.BETTER


def test_themes_and_teams_are_uneven() -> None:
    assert met_share("manager_sign_off", 0) > 0.8
    assert met_share("role_of_males", 0) < 0.45
    usual = met_share("chronology", 0, "Assessment North")
    assert met_share("chronology", 0, "Family Support West") < usual - 0.25
    assert met_share("chronology", 0, "Children Looked After") > usual


@settings(max_examples=4, deadline=None)
@given(st.integers(0, 10_000))
def test_the_dates_of_a_case_file_hang_together(seed: int) -> None:
    request = DemoRequest(until="2026-11", case_files=300, months=3, seed=seed)
    for _month, day, caseload in invent_extracts(request):
        open_now = [e for e in caseload.entries if e.status is not CaseStatus.CLOSED]
        assert 0.97 <= len(open_now) / 300 <= 1.03
        assert len(open_now) < len(caseload.entries)
        for status, share in SHARES.items():
            now = 100 * sum(e.status is status for e in open_now) / len(open_now)
            assert share - 10 < now < share + 10
        assert len({entry.council_id for entry in caseload.entries}) == len(caseload.entries)
        for entry in open_now:
            born, opened = entry.date_of_birth, entry.cin_start
            assert born is not None
            assert opened is not None
            assert entry.unborn == (born > day)
            assert entry.unborn == (entry.last_seen is None)
            assert age_at(born, day) < 18
            assert opened <= day
            assert entry.last_seen is None or max(born, opened) <= entry.last_seen <= day
            if entry.status is CaseStatus.CHILD_PROTECTION_PLAN:
                assert entry.plan_end is None
                plan, visit = entry.plan_start, entry.last_statutory_visit
                talk = entry.last_strategy_discussion
                assert plan is not None
                assert visit is not None
                assert talk is not None
                assert opened <= talk <= plan <= visit <= day


def test_the_words_cover_every_question_at_every_age() -> None:
    fields = {"day", "day2", "notes", "doc", "sup", "plan", "person", "relative", "agency"}
    fields |= {"from_day", "to_day", "weeks", "place", "what", "number", "few"}
    monthly = {bank.key for bank in drawn_forms()[0].banks}
    banks = list({bank.key: bank for form in drawn_forms() for bank in form.banks}.values())
    assert set(sentences()) == {question.id for bank in banks for question in bank.questions}
    assert not [s.key for bank in banks for s in bank.sections if s.repeat is not None]
    for bank in banks:
        for question in bank.questions:
            entry = sentences()[question.id]
            outcomes = {option.outcome.value for option in question.options}
            if not question.is_scored:
                continue
            assert entry["what"]
            assert entry["found"]
            # Findings are written of the monthly sample only.
            assert bank.key not in monthly or find_remedy(bank.key, question.id).action
            lists = {name: lines for name, lines in entry.items() if isinstance(lines, list)}
            wanted = (outcomes or {"met", "not_met"}) & {"met", "partly_met", "not_met"}
            by_option = {o.outcome.value for o in question.options if o.key in lists}
            assert wanted <= set(lists) | by_option
            for lines in lists.values():
                assert all(fit_for_age(lines, age) for age in range(18)), question.id
                for line in lines:
                    assert {name for _t, name, _s, _c in Formatter().parse(line) if name} <= fields


def test_a_sentence_for_older_children_is_not_said_of_a_baby() -> None:
    lines = ["4+ Spoke alone.", "<4 Watched at play.", "Visited."]
    assert fit_for_age(lines, 0) == ["Watched at play.", "Visited."]
    assert fit_for_age(lines, 4) == ["Spoke alone.", "Visited."]
    assert fit_for_age(lines, -1) == ["Visited."]


def test_days_named_in_evidence_are_not_before_the_file_was_opened() -> None:
    opened = date(2026, 10, 1)
    for number in range(60):
        pen = Pen(REQUEST.dice(number), date(2026, 10, 20), 9, opened, {})
        said = pen.pick(["{day} {day2} " + shared()["places"][0]])
        assert set(re.findall(r"[A-Z][a-z]+", said)) <= {"October", "Case"}


@pytest.mark.parametrize(("case_files", "managers"), [(40, 3), (100, 9), (149, 13), (150, 14)])
def test_a_small_council_has_fewer_managers(case_files: int, managers: int) -> None:
    assert DemoRequest(until="2026-11", case_files=case_files).managers == managers
