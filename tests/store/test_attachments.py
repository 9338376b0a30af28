"""Attached files go with the transaction and with a purge; table and folder agree."""

from __future__ import annotations

import json
import os
import stat
from datetime import timedelta
from pathlib import Path

import pytest
from attachments.sample_files import PDF, TEXT
from click.testing import CliRunner
from factories import AT, complete_audit, make_council
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from store.test_retention import BEFORE, LATER, approved

from audit_app.attachments.folder import AttachmentFolder
from audit_app.attachments.kinds import AttachmentFault, FileKind, check_file
from audit_app.cli.main import cli
from audit_app.core.lifecycle import AuditState, IllegalMove
from audit_app.core.retention import Kept
from audit_app.store.attachments import (
    MOST_FILES,
    OF_AUDIT,
    add_attachment,
    attachments_of,
    check_folder,
    remove_attachment,
)
from audit_app.store.cycles import close_cycle
from audit_app.store.database import Database
from audit_app.store.purging import run_purge
from audit_app.store.schema import migrate
from audit_app.store.subject_access import everything_about
from audit_app.store.tables import Attachment, Audit, AuditVersion, CaseFile, RecordedAnswer


@pytest.fixture
def folder(tmp_path: Path) -> AttachmentFolder:
    return AttachmentFolder.of(tmp_path)


@pytest.fixture
def council(session):
    made = make_council(session)
    session.commit()
    return made


@pytest.fixture
def audit(session, council) -> Audit:
    wanted = select(Audit).where(Audit.auditor_id == council.managers[0].id).order_by(Audit.id)
    return session.scalars(wanted).first()


@pytest.fixture
def attach(session, audit, folder):
    def one(name="note.txt", content=TEXT, question_id=OF_AUDIT, at=AT):
        file = check_file(name, content, largest=10**6)
        return add_attachment(session, audit.auditor, audit, question_id, file, folder, at=at)

    return one


def test_a_file_lies_under_a_random_name_for_its_owner_alone(session, attach, folder) -> None:
    row = attach("page 4.pdf", PDF)
    session.commit()
    [path] = folder.path.iterdir()
    assert path.name == row.stored_as
    assert "page" not in path.name
    assert path.read_bytes() == PDF
    assert (row.name, row.kind, row.size) == ("page 4.pdf", FileKind.PDF, len(PDF))
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(folder.path.stat().st_mode) == 0o700


def test_what_is_rolled_back_leaves_and_takes_no_file(session, audit, attach, folder) -> None:
    kept = attach()
    session.commit()
    before = folder.names()
    attach("other.txt")
    assert len(folder.names()) == 2
    session.rollback()
    assert folder.names() == before
    remove_attachment(session, audit.auditor, kept, folder, at=AT)
    assert folder.names() == before, "until it is committed the file is there"
    session.rollback()
    session.commit()  # a later commit of something else must not delete it either
    assert folder.names() == before
    remove_attachment(session, audit.auditor, session.get_one(Attachment, kept.id), folder, at=AT)
    session.commit()
    assert not folder.names()


def test_after_submitting_nothing_is_added_or_removed(session, audit, attach, folder) -> None:
    row = attach()
    complete_audit(session, audit)
    with pytest.raises(IllegalMove):
        attach("late.txt")
    with pytest.raises(IllegalMove):
        remove_attachment(session, audit.auditor, row, folder, at=AT)
    session.commit()
    assert folder.names() == {row.stored_as}


def test_what_a_returned_version_had_stays_with_it(session, council, audit, attach, folder) -> None:
    row = attach()
    complete_audit(session, audit)
    session.add(
        AuditVersion(
            audit_id=audit.id,
            number=1,
            submitted_at=audit.submitted_at,
            returned_at=AT + timedelta(days=4),
            returned_by_id=council.lead.id,
            scored_hash=audit.scored_hash,
        )
    )
    audit.state, audit.submitted_at = AuditState.IN_PROGRESS, None
    session.flush()
    with pytest.raises(AttachmentFault, match="stays as it was"):
        remove_attachment(session, audit.auditor, row, folder, at=AT + timedelta(days=5))
    later = attach("later.txt", at=AT + timedelta(days=5))
    remove_attachment(session, audit.auditor, later, folder, at=AT + timedelta(days=5))
    assert attachments_of(session, audit) == [row]


def test_an_audit_has_so_many_files_at_most(attach) -> None:
    for number in range(MOST_FILES):
        attach(f"{number}.txt")
    with pytest.raises(AttachmentFault, match=f"{MOST_FILES} files already"):
        attach("one more.txt")


def test_the_schema_refuses_what_is_no_file(session, attach) -> None:
    attach()
    for change in ("size = 0", "sha256 = 'ab'", "stored_as = 'x'", "name = ''", "kind = 'exe'"):
        with pytest.raises(IntegrityError), session.begin_nested():
            session.execute(text(f"UPDATE attachment SET {change}"))


def test_a_purge_deletes_the_files_and_a_failed_one_none(
    session, council, audit, attach, folder
) -> None:
    attach()
    for one in session.scalars(select(Audit)):
        complete_audit(session, one)
    answer = session.scalars(
        select(RecordedAnswer).where(RecordedAnswer.audit_id == audit.id)
    ).first()
    answer.place = "case note 3 March"
    close_cycle(council.cycle, at=AT + timedelta(days=30))
    session.commit()
    purge = approved(session, Kept.AUDITS, BEFORE, council, council.managers[0])
    session.commit()
    run_purge(session, purge, by=None, at=LATER, folder=folder)
    session.rollback()
    assert len(folder.names()) == len(attachments_of(session, audit)) == 1
    counts = run_purge(session, purge, by=None, at=LATER, folder=folder)
    session.commit()
    assert counts["attachments"] == 1
    assert not folder.names()
    assert not attachments_of(session, audit)
    session.refresh(answer)
    assert answer.place == ""


def test_subject_access_names_each_file_with_hash_and_size(session, audit, attach) -> None:
    row = attach(question_id="sup_challenge")
    told = everything_about(session, session.get_one(CaseFile, audit.case_file_id), at=AT)
    [file] = told["attachments"]
    assert (file["name"], file["sha256"], file["size"]) == ("note.txt", row.sha256, len(TEXT))


def test_table_and_folder_are_compared(session, attach, folder, database_url, monkeypatch) -> None:
    rows = [attach(f"{number}.txt") for number in range(3)]
    session.commit()
    assert check_folder(session, folder).agrees
    (folder.path / rows[0].stored_as).unlink()
    (folder.path / rows[1].stored_as).write_bytes(b"something else")
    (folder.path / "left behind").write_bytes(b"x")
    found = check_folder(session, folder)
    assert (found.missing, found.changed) == ((rows[0].id,), (rows[1].id,))
    assert (found.stray, found.sound) == (("left behind",), 1)
    session.commit()
    monkeypatch.setenv("AUDIT_APP_DATABASE_URL", database_url)
    monkeypatch.setenv("AUDIT_APP_INSTANCE", str(folder.path.parent))
    said = CliRunner().invoke(cli, ["audits", "attachments", "--check", "--json"])
    assert said.exit_code == 1
    assert json.loads(said.output)["stray"] == ["left behind"]
    for path in folder.path.iterdir():
        path.unlink()
    session.delete(session.merge(rows[0]))
    session.delete(session.merge(rows[1]))
    session.delete(session.merge(rows[2]))
    session.commit()
    assert CliRunner().invoke(cli, ["audits", "attachments", "--check"]).exit_code == 0


def test_places_and_files_go_with_the_step_down_and_answers_stay(
    database: Database, audit, session, attach
) -> None:
    attach()
    complete_audit(session, audit)
    session.commit()
    count = "SELECT count(*) FROM recorded_answer WHERE evidence <> ''"
    with database.engine.connect() as connection:
        before = connection.scalar(text(count))
    migrate(database, "0014")
    migrate(database)
    with database.engine.connect() as connection:
        assert connection.scalar(text(count)) == before > 0
        assert connection.scalar(text("SELECT count(*) FROM recorded_answer WHERE place = ''"))
        assert connection.scalar(text("SELECT count(*) FROM attachment")) == 0
