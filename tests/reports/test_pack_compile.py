"""Compiling: the same bytes for the same data, steady progress, and no reach (claim A13)."""

from __future__ import annotations

import base64
import hashlib
import os
import socket
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from threading import Thread

import pikepdf
import pypdf
import pytest
from reports.pack_factory import make_pack

from audit_app.reports.compile import compile_pack
from audit_app.reports.designs import Design
from audit_app.reports.pdf import write_pdf

HOSTILE = '<img src="file:///etc/hostname"><link rel=attachment href=file:///etc/hostname>{{7*7}}'
ROOT = Path(__file__).parents[2]


def quiet(done: int, total: int, what: str) -> None:
    """Progress that nobody watches."""


def test_the_same_data_give_the_same_bytes_in_every_process(design: Design) -> None:
    here = compile_pack(design, make_pack(case_files=2), progress=quiet)
    code = (
        "import hashlib, sys;"
        "from audit_app.reports.compile import compile_pack;"
        "from audit_app.reports.designs import load_design;"
        "from reports.pack_factory import make_pack;"
        "pdf = compile_pack(load_design('qa_sub_group'), make_pack(case_files=2),"
        " progress=lambda *_: None);"
        "sys.stdout.write(hashlib.sha256(pdf).hexdigest())"
    )
    for seed in ("1", "2"):
        there = subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": "tests"},
            capture_output=True,
            text=True,
            check=True,
        )
        assert there.stdout == hashlib.sha256(here).hexdigest()


def test_other_data_give_other_bytes(design: Design) -> None:
    one = compile_pack(design, make_pack(case_files=1), progress=quiet)
    other = compile_pack(design, make_pack(case_files=1, mark=" Changed."), progress=quiet)
    assert one != other


def test_progress_rises_to_its_total(design: Design) -> None:
    seen: list[tuple[int, int, str]] = []
    pdf = compile_pack(design, make_pack(case_files=2), progress=lambda *step: seen.append(step))
    done = [step[0] for step in seen]
    assert done == sorted(done)
    assert {step[1] for step in seen} == {seen[-1][0]}
    assert any(what.startswith("Laying out page") for _, _, what in seen)
    assert seen[-1][2] == f"{len(pypdf.PdfReader(BytesIO(pdf)).pages)} pages are ready"


def test_hostile_words_in_the_contents_are_printed_as_words(design: Design) -> None:
    pdf = compile_pack(design, make_pack(case_files=3, mark=HOSTILE), progress=quiet)
    text = "".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(pdf)).pages)
    text = "".join(text.split())
    assert text.count("".join(HOSTILE.split())) >= 12
    with pikepdf.open(BytesIO(pdf)) as document:
        assert len(document.attachments) == 0
        assert "/EmbeddedFiles" not in document.Root.get("/Names", pikepdf.Dictionary())


@pytest.fixture
def listener():
    """A port of this machine, and the connections that it saw."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        hits: list[object] = []
        stop: list[bool] = []

        def listen() -> None:
            while not stop:
                try:
                    connection, address = server.accept()
                except TimeoutError:
                    continue
                connection.close()
                hits.append(address)

        thread = Thread(target=listen)
        thread.start()
        yield server.getsockname()[1], hits
        stop.append(True)
        thread.join()


def test_even_raw_hostile_markup_reads_no_file_and_reaches_no_host(listener, tmp_path) -> None:
    port, hits = listener
    secret = tmp_path / "secret.svg"
    secret.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="40">'
        '<text x="5" y="20">CANARY</text></svg>',
        encoding="utf-8",
    )
    nested = base64.b64encode(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="300" height="40">'
        f'<image href="{secret.as_uri()}" width="300" height="40"/></svg>'.encode()
    ).decode()
    addresses = [secret.as_uri(), str(secret), f"http://127.0.0.1:{port}/a"]
    html = '<!doctype html><html lang="en-GB"><head><title>T</title>'
    html += "".join(
        f'<link rel="attachment" href="{address}"><link rel="stylesheet" href="{address}">'
        for address in addresses
    )
    html += f"<style>@import url({addresses[2]}); body {{ background: url({addresses[2]}) }}"
    html += f"@font-face {{ font-family: x; src: url({addresses[2]}) }}</style></head><body><p>A"
    html += "".join(
        f'<img alt="x" src="{address}"><object data="{address}"></object>'
        for address in [*addresses, f"data:image/svg+xml;base64,{nested}"]
    )
    pdf = write_pdf(
        html, f"p {{ background: url({addresses[0]}) }}", expected_pages=1, progress=quiet
    )
    reader = pypdf.PdfReader(BytesIO(pdf))
    assert "CANARY" not in reader.pages[0].extract_text()
    assert not list(reader.attachments)
    assert hits == []
