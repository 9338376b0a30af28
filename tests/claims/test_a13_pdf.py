"""A13: a PDF reads no file and reaches no network; its compiling is capped in time and memory."""

from __future__ import annotations

import base64
import os
import time
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from threading import Thread

import pikepdf
import pypdf
import pytest
from factories import AT, agree_with_suggestions, drafts_for, make_council

from audit_app.core.completeness import GradeChoice
from audit_app.core.lifecycle import FindingKind
from audit_app.reports.compile import compile_pack
from audit_app.reports.designs import load_design
from audit_app.reports.gather import gather_pack
from audit_app.reports.limits import COMPILE_LIMITS, Limits, WorkStopped, run_within
from audit_app.reports.pdf import write_pdf
from audit_app.store.audits import (
    Draft,
    audits_of,
    record_answers,
    record_judgement,
    submit_audit,
    suggestions_for,
)
from audit_app.store.findings import FindingText, confirm_finding, draft_finding
from audit_app.store.instruments import load_form
from audit_app.store.tables import RecordedState
from reports import greedy_work

MEGABYTE = 1024**2


def quiet(done, total, what):
    """Progress that nobody watches."""


@pytest.fixture
def server():
    """A site of this machine: `/jump` leads on to another of its pages; what was asked for."""
    hits = []

    class Site(BaseHTTPRequestHandler):
        def do_GET(self):
            hits.append(self.path)
            self.send_response(302 if self.path.startswith("/jump") else 200)
            self.send_header("Location", "/internal")
            self.end_headers()

        def log_message(self, *_):
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Site) as listening:
        Thread(target=listening.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{listening.server_port}", hits
        listening.shutdown()


def hostile(address: str, file: str) -> str:
    """Markup of every kind that would fetch something, were it markup."""
    targets = (file, f"{address}/jump", f"{address}/direct")
    return "".join(
        f'<link rel=attachment href="{one}"><link rel=stylesheet href="{one}">'
        f'<img src="{one}"><object data="{one}"></object><iframe src="{one}"></iframe>'
        f"<style>@import url({one});body{{background:url({one})}}"
        f"@font-face{{font-family:z;src:url({one})}}p{{font-family:z}}</style>"
        f'<svg xmlns="http://www.w3.org/2000/svg"><image href="{one}"/><use href="{one}#a"/></svg>'
        f'<a rel=attachment href="{one}">link</a>'
        for one in targets
    )


def no_more_than_pages(pdf: bytes) -> None:
    """Nothing is embedded, nothing runs, nothing leads to another place."""
    with pikepdf.open(BytesIO(pdf)) as document:
        assert len(document.attachments) == 0
        assert "/AF" not in document.Root
        assert "/OpenAction" not in document.Root
        for item in document.objects:
            if isinstance(item, pikepdf.Dictionary | pikepdf.Stream):
                assert item.get("/Type") not in ("/EmbeddedFile", "/Filespec")
                assert item.get("/S") not in ("/JavaScript", "/Launch", "/GoToR", "/SubmitForm")
                assert item.get("/Subtype") != "/FileAttachment"
                assert "/JS" not in item


def words_of(pdf: bytes) -> str:
    """The text without spaces, since lines break anywhere."""
    return "".join(
        "".join(page.extract_text().split()) for page in pypdf.PdfReader(BytesIO(pdf)).pages
    )


def test_hostile_words_of_people_are_printed_as_words(session, server, tmp_path) -> None:
    """Typed into evidence, done well, difference, override, finding, names: nothing is fetched."""
    address, hits = server
    secret = tmp_path / "secret.txt"
    secret.write_text("CANARY-OF-THE-FILE", encoding="utf-8")
    words = hostile(address, secret.as_uri())
    contents = _hostile_contents(session, words, f'<img src="{address}/jump">')
    pdf = compile_pack(load_design("qa_sub_group"), contents, progress=quiet)
    no_more_than_pages(pdf)
    assert hits == []
    text = words_of(pdf)
    assert "CANARY-OF-THE-FILE" not in text
    shown = text.count("".join(f'<img src="{secret.as_uri()}">'.split()))
    assert shown >= 6, "the words are in the PDF, as words"
    uris = [
        str(item["/URI"])
        for item in pikepdf.open(BytesIO(pdf)).objects
        if isinstance(item, pikepdf.Dictionary) and "/URI" in item
    ]
    assert not [uri for uri in uris if "127.0.0.1" in uri or uri.startswith("file:")]


def _hostile_contents(session, words, short):
    council = make_council(session, managers=1)
    cycle, lead = council.cycle, council.lead
    for audit in audits_of(session, council.managers[0]):
        drafts = drafts_for(
            load_form(audit.form_version),
            {
                "sup_challenge": Draft(
                    "sup_challenge",
                    RecordedState.ANSWERED,
                    value="not_met",
                    evidence=words,
                    quotable=True,
                )
            },
        )
        record_answers(session, audit, drafts, at=AT)
        agree_with_suggestions(session, audit)
        record_judgement(
            session,
            audit,
            themes={
                one.theme: GradeChoice(one.suggestion.grade)
                for one in suggestions_for(audit).themes
            },
            overall=GradeChoice(suggestions_for(audit).overall.grade),
            done_well=words,
            difference_made=words,
        )
        submit_audit(session, audit, at=AT + timedelta(days=1))
    audit = audits_of(session, council.managers[0])[0]
    finding = draft_finding(
        session,
        cycle,
        FindingText(
            theme="supervision",
            question_id="sup_challenge",
            kind=FindingKind.AREA_FOR_DEVELOPMENT,
            statement=words,
            k=0,
            n=2,
            root_cause=words,
            action=words,
            action_owner=short,
            quotes=((audit.id, "sup_challenge"),),
        ),
        by=lead,
        at=AT,
    )
    confirm_finding(finding, by=lead, at=AT)
    cycle.name = short
    session.flush()
    session.expire_all()
    return gather_pack(session, cycle, load_design("qa_sub_group"), edition=1, council=words)


def test_even_raw_markup_fetches_nothing(server, tmp_path) -> None:
    """Were the escaping ever forgotten: the writer itself knows neither files nor hosts."""
    address, hits = server
    secret = tmp_path / "secret.svg"
    secret.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="40"><text id="a" x="5" '
        'y="20">CANARY-OF-THE-FILE</text></svg>',
        encoding="utf-8",
    )
    markup = hostile(address, secret.as_uri())
    packed = base64.b64encode(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="300" height="40">'
        f'<image href="{secret.as_uri()}" width="300" height="40"/>'
        f'<image href="{address}/jump" width="3" height="4"/>'
        f'<use href="{address}/direct#a"/></svg>'.encode()
    ).decode()
    html = (
        f'<!doctype html><html lang="en-GB"><head><title>T</title></head><body>{markup}<p>A</p>'
        f'<img alt="" src="data:image/svg+xml;base64,{packed}"></body></html>'
    )
    css = f"@import url({address}/direct); p {{ background: url({secret.as_uri()}) }}"
    pdf = write_pdf(html, css, expected_pages=1, progress=quiet)
    no_more_than_pages(pdf)
    assert "CANARY-OF-THE-FILE" not in words_of(pdf)
    assert hits == []


def test_work_without_end_is_ended(monkeypatch) -> None:
    steps = []
    began = time.monotonic()
    with pytest.raises(WorkStopped, match=r"longer than .* minutes\. Nothing was lost"):
        run_within(
            Limits(seconds=5, memory=COMPILE_LIMITS.memory),
            greedy_work.sleep,
            progress=lambda *step: steps.append(step),
        )
    assert time.monotonic() - began < 15
    [(child, _, _)] = steps
    with pytest.raises(ProcessLookupError):
        os.kill(child, 0)


@pytest.mark.parametrize("work", [greedy_work.fill_memory, greedy_work.die])
def test_work_that_takes_all_memory_is_ended(work) -> None:
    limits = Limits(seconds=60, memory=512 * MEGABYTE)
    with pytest.raises(WorkStopped, match=r"more memory than it may use\. Nothing was lost"):
        run_within(limits, work, progress=quiet)


def test_a_pack_is_compiled_under_the_limits() -> None:
    """The limits are wide, and they are those of the program: the pack itself is stopped."""
    assert COMPILE_LIMITS.seconds <= 900
    assert COMPILE_LIMITS.memory <= 4 * 1024 * MEGABYTE


def test_the_pack_itself_is_stopped(session) -> None:
    council = make_council(session, managers=1)
    design = load_design("qa_sub_group")
    contents = gather_pack(session, council.cycle, design, edition=1, council="Anywhere")
    with pytest.raises(WorkStopped):
        compile_pack(design, contents, progress=quiet, limits=Limits(0.2, COMPILE_LIMITS.memory))


def test_a_fault_in_the_work_stays_that_fault() -> None:
    with pytest.raises(ZeroDivisionError):
        run_within(COMPILE_LIMITS, greedy_work.divide, progress=quiet)
