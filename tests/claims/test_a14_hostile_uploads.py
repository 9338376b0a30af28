"""A14: hostile workbooks and attachments are refused before they are unpacked, in flat memory.

Every kind of fault is in `tests/caseload/test_zip_bombs.py` and `test_hostile_workbooks.py`.
"""

from __future__ import annotations

import re
import tempfile
import tracemalloc
from io import BytesIO
from pathlib import Path
from time import perf_counter

import pytest
from attachments.sample_files import HTML, SVG, picture
from caseload.annex_a import change_parts, list_6_row, read_part, write_annex_a
from caseload.test_zip_bombs import SHEET, WORKBOOK, write_bomb
from sqlalchemy import func, select
from web.page_checks import errors_of

from audit_app.attachments.folder import AttachmentFolder
from audit_app.core.access import Role
from audit_app.store.tables import Attachment, Audit, CaseFile, Extract

MEGABYTE = 1024**2
LAUGHS = b'<!DOCTYPE lolz [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;">]>'
OUTSIDE = b'<!DOCTYPE x [<!ENTITY secret SYSTEM "file:///etc/hostname">]>'


@pytest.fixture
def lead(as_role):
    return as_role(Role.QA_LEAD)


def upload(client, content: bytes, name: str = "caseload.xlsx"):
    """Send a file as the import page does; the answer, the peak of memory and the seconds."""
    client.get("/caseload/import")
    data = {"as_at": ["1", "11", "2026"], "file": (BytesIO(content), name)}
    tracemalloc.start()
    started = perf_counter()
    try:
        answer = client.send("/caseload/import", data)
        answer.request.environ["wsgi.input"].close()  # the test client's own copy
        return answer, tracemalloc.get_traced_memory()[1], perf_counter() - started
    finally:
        tracemalloc.stop()


def sound(tmp_path: Path) -> Path:
    return write_annex_a(tmp_path / "sound.xlsx", [list_6_row("1"), list_6_row("2")])


def with_declaration(tmp_path: Path, part: str, declaration: bytes) -> bytes:
    path = sound(tmp_path)
    before = read_part(path, part)
    at = before.index(b"?>") + 2 if before.startswith(b"<?xml") else 0
    return change_parts(path, {part: before[:at] + declaration + before[at:]}).read_bytes()


def with_member(tmp_path: Path, name: str) -> bytes:
    return change_parts(sound(tmp_path), {name: b"<x/>"}).read_bytes()


HOSTILE = {
    "2 GB in a small zip": lambda folder: write_bomb(folder / "b.xlsx", 2_048).read_bytes(),
    "packed too tightly": lambda folder: write_bomb(folder / "b.xlsx", 32).read_bytes(),
    "billion laughs in a sheet": lambda folder: with_declaration(folder, SHEET, LAUGHS),
    "billion laughs in the workbook": lambda folder: with_declaration(folder, WORKBOOK, LAUGHS),
    "an entity that is a file": lambda folder: with_declaration(folder, SHEET, OUTSIDE),
    "a member above its folder": lambda folder: with_member(folder, "xl/../../evil.xml"),
    "a member with a full path": lambda folder: with_member(folder, "/etc/evil.xml"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_workbook_is_refused_in_flat_memory(lead, session, tmp_path, kind) -> None:
    content = HOSTILE[kind](tmp_path)
    upload(lead, b"a first one, so that nothing is loaded for the first time below")
    answer, peak, seconds = upload(lead, content)
    assert answer.status_code < 500
    assert "nothing was imported" in errors_of(answer.text)["#file"]
    assert "Traceback" not in answer.text
    assert str(tmp_path) not in answer.text
    assert tempfile.gettempdir() not in answer.text
    # The upload itself is read in, and the page is rendered: that is all.
    assert peak < 3 * len(content) + 4 * MEGABYTE
    assert seconds < 10
    assert session.scalar(select(func.count()).select_from(Extract)) == 0
    assert session.scalar(select(func.count()).select_from(CaseFile)) == 0


@pytest.mark.parametrize(
    "name", ["../../x", "..\\..\\x.csv", "/etc/x.csv", "x.csv\0.xlsx", "../../x.csv", "." * 300]
)
def test_the_name_of_an_upload_leads_nowhere(lead, tmp_path, monkeypatch, name) -> None:
    """Whatever it is called, it lies under a name of ours in a folder that is gone afterwards."""
    kept = tmp_path / "a" / "b" / "uploads"
    kept.mkdir(parents=True)
    monkeypatch.setattr(tempfile, "tempdir", str(kept))
    before = {path for path in tmp_path.rglob("*") if "audit.db" not in path.name}
    rows = b"Child Unique ID,Case status,Allocated Team,CIN Start Date,Date of Birth\n"
    rows += b"77001,b) Child Protection plan,North,01/02/2026,01/02/2015\n"
    answer, _, _ = upload(lead, rows, name)
    assert answer.status_code in (200, 302)
    assert {path for path in tmp_path.rglob("*") if "audit.db" not in path.name} == before
    assert not Path("/etc/x.csv").exists()


def test_a_request_that_is_too_large_is_a_413(fresh_app) -> None:
    fresh_app.config["MAX_CONTENT_LENGTH"] = 10_000
    client = fresh_app.test_client()
    client.get("/sign-in")
    answer = client.send("/sign-in", {"email": "x" * 20_000})
    assert answer.status_code == 413
    assert "Nothing was changed" in answer.text


HOSTILE_FILES = {
    "2 GB in a small document": (
        "a.docx",
        lambda at: write_bomb(at / "b.docx", 2_048).read_bytes(),
    ),
    "entities in a workbook": ("a.xlsx", lambda at: with_declaration(at, WORKBOOK, LAUGHS)),
    "a member above its folder": ("a.xlsx", lambda at: with_member(at, "xl/../../evil.xml")),
    "a page called a PDF": ("../../x.pdf", lambda _: HTML),
    "a drawing that runs": ("a.svg", lambda _: SVG),
    "a picture called a PDF": ("a.pdf", lambda _: picture()),
}


@pytest.mark.parametrize("kind", HOSTILE_FILES)
def test_a_hostile_attachment_is_refused_in_flat_memory(
    app, session, council, signed_in, tmp_path, kind
) -> None:
    manager = council.managers[0]
    wanted = select(Audit.id).where(Audit.auditor_id == manager.id).order_by(Audit.id)
    path = f"/audits/{session.scalar(wanted)}/attachments"
    session.rollback()
    client = signed_in(manager)
    client.get(path)
    name, make = HOSTILE_FILES[kind]
    content = make(tmp_path)
    client.send(path, {"file": (BytesIO(b"loads what is loaded once"), "a.bin")})
    tracemalloc.start()
    try:
        answer = client.send(path, {"file": (BytesIO(content), name)})
        answer.request.environ["wsgi.input"].close()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert answer.status_code == 200
    assert "Nothing was kept" in errors_of(answer.text)["#file"]
    assert str(tmp_path) not in answer.text
    assert peak < 4 * len(content) + 4 * MEGABYTE
    assert not AttachmentFolder.of(app.config["INSTANCE"]).names()
    assert session.scalar(select(func.count()).select_from(Attachment)) == 0


@pytest.mark.parametrize(
    "name", ["../../x.txt", "..\\..\\x.txt", "/etc/x.txt", "x\0.txt", "a" * 999 + ".txt"]
)
def test_an_attachment_lies_under_a_random_name_whatever_it_is_called(
    app, session, council, signed_in, tmp_path, name
) -> None:
    manager = council.managers[0]
    audit_id = session.scalar(select(Audit.id).where(Audit.auditor_id == manager.id))
    session.rollback()
    client = signed_in(manager)
    client.get(f"/audits/{audit_id}/attachments")
    sent = {"file": (BytesIO(b"words"), name)}
    assert client.send(f"/audits/{audit_id}/attachments", sent).status_code == 302
    [kept] = AttachmentFolder.of(app.config["INSTANCE"]).path.iterdir()
    session.rollback()
    row = session.scalars(select(Attachment)).one()
    assert kept.name == row.stored_as
    assert re.fullmatch(r"[0-9a-f]{32}", kept.name)
    assert re.fullmatch(r"[a-z ]{1,100}\.txt", row.name)
    assert not list(tmp_path.parent.rglob("x.txt"))
