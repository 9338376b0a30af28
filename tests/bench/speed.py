"""`make bench`: each row is a ratio to a named rival, both measured in turn in this run.

Seconds differ from machine to machine; a ratio of medians says more. Nothing here passes or fails.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from statistics import median
from time import perf_counter

import yaml
from bench.cohorts import count_cohort
from bench.history import main as measure_history
from bench.long_form import main as measure_long_form
from caseload.annex_a import list_6_row, write_annex_a
from playwright.sync_api import sync_playwright
from python_calamine import CalamineWorkbook
from reports.pack_factory import make_pack

from audit_app.caseload.read import read_caseload
from audit_app.question_banks.read import check_paths, read_folder
from audit_app.reports.compile import compile_pack
from audit_app.reports.designs import load_design
from audit_app.reports.render import render_html
from audit_app.resources import data_folder

ROWS, RUNS = 20_000, 5
CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]


def compare(what: str, ours: Callable[[], object], rival: str, theirs: Callable[[], object]) -> str:
    """Run both in turn after one warm-up each; the medians, and their ratio."""
    taken: list[tuple[float, float]] = []
    for _ in range(RUNS + 1):
        moments = [perf_counter()]
        for run in (ours, theirs):
            run()
            moments.append(perf_counter())
        taken.append((moments[1] - moments[0], moments[2] - moments[1]))
    mine, other = (median(one[side] for one in taken[1:]) for side in (0, 1))
    return f"{what:<44}{mine:7.2f} s   {rival:<36}{other:7.2f} s   ratio {mine / other:5.2f}"


def read_workbook(folder: Path) -> str:
    """The caseload reader against a plain read of the same workbook."""
    path = write_annex_a(
        folder / "a.xlsx", [list_6_row(str(100_000 + number)) for number in range(ROWS)]
    )

    def plain() -> None:
        workbook = CalamineWorkbook.from_path(str(path))
        for name in workbook.sheet_names:
            workbook.get_sheet_by_name(name).to_python()

    return compare(
        f"read a caseload of {ROWS:,} rows, checked",
        lambda: read_caseload(path, as_at=date(2025, 10, 31)),
        "plain calamine read",
        plain,
    )


def compile_report(folder: Path) -> str:
    """The pack as tagged PDF/UA against Chromium printing the same page."""
    design, contents = load_design("qa_sub_group"), make_pack()
    css = (design.folder / "print.css").read_text(encoding="utf-8")
    html = render_html(design, contents).replace("</head>", f"<style>{css}</style></head>")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = browser.new_page()

        def chromium() -> None:
            page.set_content(html)
            page.pdf(path=str(folder / "a.pdf"), tagged=True)

        row = compare(
            "compile the example pack, tagged",
            lambda: compile_pack(design, contents, progress=lambda *_: None),
            "Chromium (warm) prints its HTML",
            chromium,
        )
        browser.close()
    return row


def check_banks(_folder: Path) -> str:
    """Every fault of the shipped banks and forms, against a plain parse of the same files."""
    folder = data_folder("question_banks")
    texts = [path.read_bytes() for path in sorted(folder.rglob("*.yml"))]
    questions = sum(1 for bank in read_folder().banks.values() for _ in bank.questions)

    def plain() -> None:
        for text in texts:
            yaml.load(text, Loader=yaml.CSafeLoader)  # a safe loader

    return compare(
        f"check {len(texts)} bank files, {questions} questions",
        check_paths,
        "plain parse by libyaml",
        plain,
    )


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        for measure in (check_banks, read_workbook, compile_report):
            print(measure(Path(temporary)), flush=True)
        print(count_cohort(Path(temporary), compare), flush=True)
    measure_history()
    measure_long_form()
