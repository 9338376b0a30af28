"""Editions: numbered, kept as bytes, approved by another person, read by role (claim A5)."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from factories import AT, Council, complete_audit, make_council, make_person
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session
from store.store_answers import every_row, statements, submit_at_random

from audit_app import jobs
from audit_app.config import Settings
from audit_app.core.access import Role
from audit_app.core.lifecycle import EditionState, IllegalMove
from audit_app.jobs import CompileFault, compile_edition, work_once
from audit_app.reports.contents import PackContents
from audit_app.reports.designs import Design
from audit_app.store.database import Database, DatabaseFault
from audit_app.store.editions import (
    editions_for,
    find_edition,
    latest_edition,
    publish_edition,
    store_edition,
)
from audit_app.store.jobs import enqueue_job, find_job
from audit_app.store.people import Scope, appoint
from audit_app.store.tables import Audit, Cycle, Edition, HistoryEntry, Job, JobState, Person

DESIGN = "qa_sub_group"


def keep(session: Session, cycle: Cycle, number: int, by: Person | None, content: bytes) -> Edition:
    return store_edition(
        session,
        cycle,
        design=DESIGN,
        number=number,
        title="Pack",
        data_cut_off=AT.date(),
        data_hash="0" * 64,
        content=content,
        page_count=3,
        by_id=by.id if by is not None else None,
        at=AT + timedelta(minutes=number),
    )


@pytest.fixture
def council(session: Session) -> Council:
    return make_council(session)


def test_the_newest_number_is_the_latest_edition(session: Session, council: Council) -> None:
    assert latest_edition(session, council.cycle, DESIGN) is None
    first = keep(session, council.cycle, 1, council.lead, b"%PDF one")
    second = keep(session, council.cycle, 2, council.lead, b"%PDF two")
    assert latest_edition(session, council.cycle, DESIGN) is second
    assert latest_edition(session, council.cycle, "another_design") is None
    assert first.content_hash == hashlib.sha256(b"%PDF one").hexdigest()
    session.expire_all()
    assert (first.content, first.page_count, first.state) == (b"%PDF one", 3, "compiled")


def test_a_number_stands_once(database: Database) -> None:
    with database.session() as session:
        council = make_council(session)
        keep(session, council.cycle, 1, council.lead, b"%PDF")
    before = every_row(database)
    with pytest.raises(DatabaseFault), database.session() as session:
        keep(session, session.get_one(Cycle, council.cycle.id), 1, None, b"%PDF again")
    assert every_row(database) == before


def test_a_list_of_editions_does_not_fetch_their_bytes(
    database: Database, session: Session, council: Council
) -> None:
    keep(session, council.cycle, 1, council.lead, b"%PDF")
    session.expunge_all()
    with statements(database) as sent:
        (edition,) = editions_for(session, session.get_one(Person, council.lead.id))
    assert not any("edition.content," in statement for statement in sent)
    assert edition.content == b"%PDF"


def test_whoever_compiled_does_not_publish(session: Session, council: Council) -> None:
    manager = make_person(session, Role.SENIOR_MANAGER, "Approving Manager")
    edition = keep(session, council.cycle, 1, manager, b"%PDF")
    for person in (manager, council.lead, make_person(session, Role.SUB_GROUP)):
        with pytest.raises(IllegalMove, match="another person"):
            publish_edition(edition, by=person, at=AT)
    assert edition.state is EditionState.COMPILED
    publish_edition(edition, by=council.managers[0], at=AT)
    session.flush()
    assert (edition.state, edition.approved_by, edition.published_at) == (
        "published",
        council.managers[0],
        AT,
    )
    with pytest.raises(IllegalMove):
        publish_edition(edition, by=council.managers[1], at=AT)


def test_the_schema_too_wants_another_person(database: Database) -> None:
    with database.session() as session:
        council = make_council(session)
        keep(session, council.cycle, 1, council.lead, b"%PDF")
    for forged in (
        {"state": "published", "approved_by_id": council.lead.id},
        {"state": "published"},
        {"approved_by_id": council.managers[0].id},
    ):
        with pytest.raises(DatabaseFault), database.session() as session:
            session.execute(update(Edition).values(forged))


def test_who_may_read_which_edition(session: Session, council: Council) -> None:
    waiting = keep(session, council.cycle, 1, council.lead, b"%PDF 1")
    published = keep(session, council.cycle, 2, council.lead, b"%PDF 2")
    publish_edition(published, by=council.managers[0], at=AT)
    session.flush()
    both, one, none = [published, waiting], [published], list[Edition]()
    scopes = {Role.INDEPENDENT_MEMBER: Scope(theme=council.cycle.form_version.key)}
    reads = {
        Role.QA_LEAD: both,
        Role.SENIOR_MANAGER: both,
        Role.SUB_GROUP: one,
        Role.INDEPENDENT_MEMBER: one,
        Role.ACTION_OWNER: one,
        Role.ADMINISTRATOR: none,
        Role.PRACTITIONER: none,
    }
    assert set(reads) == set(Role)
    for role, wanted in reads.items():
        person = make_person(session, role, f"Reader {role.value}")
        if role in scopes:
            assert editions_for(session, person) == []
            appoint(session, person, role, at=AT, scope=scopes[role])
        assert editions_for(session, person) == wanted
        assert editions_for(session, person, council.cycle) == wanted
        for edition in (waiting, published):
            found = find_edition(session, person, edition.id)
            assert (found is edition) == (edition in wanted)
        person.active = False
        assert editions_for(session, person) == []


@pytest.fixture
def laid_out(monkeypatch: pytest.MonkeyPatch) -> list[PackContents]:
    """What was laid out; laying out is other tests' matter and is not done here."""
    seen: list[PackContents] = []

    def lay_out(_design: Design, contents: PackContents, *, progress: object) -> bytes:
        assert callable(progress)
        progress(1, 2, "Laying out")
        seen.append(contents)
        return f"%PDF {len(seen)}".encode()

    monkeypatch.setattr(jobs, "compile_pack", lay_out)
    monkeypatch.setattr(jobs, "count_pages", lambda _content: 7)
    return seen


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings("unused", tmp_path, "a secret for tests only")


@pytest.fixture
def cycle_key(database: Database) -> str:
    """A cycle with submitted audits, committed."""
    with database.session() as session:
        council = make_council(session)
        submit_at_random(session, council.cycle, "editions", leave=1)
        return council.cycle.key


def quiet(_done: int, _of: int, _note: str) -> None:
    """Nobody watches."""


def test_the_same_contents_are_compiled_once(
    database: Database, settings: Settings, cycle_key: str, laid_out: list[PackContents]
) -> None:
    def compile_it(*, exempt: bool = False) -> jobs.Compiled:
        return compile_edition(
            database, settings, cycle_key, DESIGN, exempt=exempt, by_id=None, progress=quiet
        )

    first, again = compile_it(), compile_it()
    assert (first.number, first.new, first.pages, first.content) == (1, True, 7, b"%PDF 1")
    assert (again.edition_id, again.number, again.new) == (first.edition_id, 1, False)
    assert again.content == first.content
    exempt = compile_it(exempt=True)
    assert (exempt.number, exempt.new) == (2, True)
    with database.session() as session:
        complete_audit(
            session, session.scalars(select(Audit).where(Audit.submitted_at.is_(None))).one()
        )
    changed = compile_it(exempt=True)
    assert (changed.number, changed.new) == (3, True)
    assert [contents.cover.edition for contents in laid_out] == [1, 2, 3]
    with database.session() as session:
        said = session.scalars(
            select(HistoryEntry.action).where(HistoryEntry.subject == "edition")
        ).all()
        assert said == ["compiled"] * 3


def sets_in(value: object) -> list[object]:
    """Sets anywhere in plain values; their order differs from process to process."""
    if isinstance(value, set | frozenset):
        return [value]
    if is_dataclass(value):
        return [found for field in fields(value) for found in sets_in(getattr(value, field.name))]
    if isinstance(value, Mapping):
        return [found for pair in value.items() for found in sets_in(pair)]
    if isinstance(value, tuple | list):
        return [found for one in value for found in sets_in(one)]
    return []


def test_contents_have_the_same_hash_in_every_process(
    database: Database, settings: Settings, cycle_key: str, laid_out: list[PackContents]
) -> None:
    compile_edition(database, settings, cycle_key, DESIGN, exempt=False, by_id=None, progress=quiet)
    (contents,) = laid_out
    assert sets_in(contents) == []
    assert " at 0x" not in repr(contents)


def test_an_unknown_cycle_is_not_compiled(database: Database, settings: Settings) -> None:
    with pytest.raises(CompileFault, match="There is no cycle “nowhere”"):
        compile_edition(
            database, settings, "nowhere", DESIGN, exempt=False, by_id=None, progress=quiet
        )


def ask(database: Database, kind: str, arguments: dict[str, object]) -> int:
    with database.session() as session:
        lead = session.scalars(select(Person)).first()
        return enqueue_job(session, kind, arguments, by=lead, at=AT).id


def test_a_worker_compiles_what_was_asked_for(
    database: Database, settings: Settings, cycle_key: str, laid_out: list[PackContents]
) -> None:
    number = ask(database, jobs.COMPILE, {"cycle": cycle_key, "design": DESIGN, "exempt": True})
    assert work_once(database, settings) is True
    assert work_once(database, settings) is False
    with database.session() as session:
        job = session.get_one(Job, number)
        edition = session.scalars(select(Edition)).one()
        assert job.asked_by_id is not None
        asker = session.get_one(Person, job.asked_by_id)
        assert find_job(session, asker, number) is job
        assert find_job(session, make_person(session, Role.QA_LEAD, "Someone Else"), number) is None
        assert (job.state, job.fault, job.result) == (
            JobState.DONE,
            "",
            {"edition": edition.id, "new": True},
        )
        assert (job.steps_done, job.steps_all, job.note) == (1, 2, "Laying out")
        assert edition.compiled_by_id == asker.id
    assert len(laid_out) == 1


@pytest.mark.parametrize(
    ("kind", "arguments", "sentence"),
    [
        ("compile", {"cycle": "nowhere", "design": DESIGN}, "There is no cycle “nowhere”"),
        ("dance", {}, "Nobody knows how to do “dance”"),
    ],
)
def test_a_refusal_is_the_jobs_fault(
    database: Database, settings: Settings, kind: str, arguments: dict, sentence: str
) -> None:
    with database.session() as session:
        make_person(session, Role.QA_LEAD)
    number = ask(database, kind, arguments)
    assert work_once(database, settings) is True
    with database.session() as session:
        job = session.get_one(Job, number)
        assert (job.state, job.leased_until) == (JobState.FAULTY, None)
        assert job.fault.startswith(sentence)
        assert session.scalar(select(func.count()).select_from(Edition)) == 0


def test_an_accident_is_the_jobs_fault_without_its_details(
    database: Database,
    settings: Settings,
    cycle_key: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def break_down(*_args: object, **_more: object) -> bytes:
        raise ZeroDivisionError("canary")

    monkeypatch.setattr(jobs, "compile_pack", break_down)
    number = ask(database, jobs.COMPILE, {"cycle": cycle_key, "design": DESIGN})
    with pytest.raises(ZeroDivisionError):
        work_once(database, settings)
    with database.session() as session:
        job = session.get_one(Job, number)
        assert job.state is JobState.FAULTY
        assert "ZeroDivisionError" in job.fault
        assert "canary" not in job.fault


def test_a_worker_that_lost_its_lease_does_not_end_the_others_work(
    database: Database,
    settings: Settings,
    cycle_key: str,
    monkeypatch: pytest.MonkeyPatch,
    laid_out: list[PackContents],
) -> None:
    """It slept over its lease, and another worker has taken the job meanwhile."""
    number = ask(database, jobs.COMPILE, {"cycle": cycle_key, "design": DESIGN})
    lay_out = jobs.compile_pack

    def slow(design: Design, contents: PackContents, **more: object) -> bytes:
        with database.session() as session:
            session.execute(update(Job).values(attempts=2))
        return lay_out(design, contents, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(jobs, "compile_pack", slow)
    assert work_once(database, settings) is True
    with database.session() as session:
        job = session.get_one(Job, number)
        assert (job.state, job.attempts, job.result) == (JobState.RUNNING, 2, None)
    assert len(laid_out) == 1
