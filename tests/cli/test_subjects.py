"""From a list of what is audited to the pack, for each subject that is no case file."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from caseload.annex_a import list_5_row, list_6_row, write_annex_a
from cli.conftest import PASSWORD, TEAMS, Run
from cli.test_whole_path import answers_file
from sqlalchemy import select

from audit_app.core.question_bank import Subject
from audit_app.core.subjects import SUBJECT_WORDS
from audit_app.reports.designs import load_design
from audit_app.reports.gather import gather_pack
from audit_app.reports.render import render_html
from audit_app.resources import data_folder
from audit_app.store.cycles import find_cycle
from audit_app.store.database import Database
from audit_app.store.tables import Audit, CaseloadEntry, Person

OTHERS = [subject for subject in Subject if subject is not Subject.CASE_FILE]
HELD = "Manager 0"
"""Who is the worker of two of each kind."""


def list_of(subject: Subject, folder: Path) -> Path:
    """A file as councils have it: twelve of the kind over four teams, two of them Manager 0's."""
    allocated = [
        {
            "Allocated Team": TEAMS[n % 4] if n > 1 else "West",
            "Allocated Worker": HELD if n < 2 else f"Jo Worker{n}",
        }
        for n in range(12)
    ]
    if subject is Subject.AGENCY:
        path = folder / "agencies.csv"
        path.write_text("Agency,Contact role\n" + "".join(f"Agency {n},Nurse\n" for n in range(12)))
        return path
    if subject is Subject.SUPERVISION_FILE:
        path = folder / "supervision.csv"
        rows = [
            f"Jo Worker{n},{TEAMS[n % 4] if n > 1 else 'West'},{HELD if n < 2 else 'Max Muster'}"
            for n in range(12)
        ]
        path.write_text("\n".join(["Worker,Team,Supervisor", *rows]))
        return path
    return write_annex_a(
        folder / "annex_a.xlsx",
        [list_6_row(f"K{n}Z") for n in range(3)],
        list_5_rows=[list_5_row(f"K{n}Z", **allocated[n]) for n in range(12)],
    )


def publish_form(run: Run, subject: Subject, folder: Path) -> None:
    """The monthly sample's questions, asked of another subject."""
    shutil.copytree(data_folder("question_banks"), folder)
    for other in (folder / "forms").iterdir():
        if other.name != "monthly_sample.yml":
            other.unlink()
    form = (folder / "forms" / "monthly_sample.yml").rename(folder / "forms" / "other.yml")
    text = form.read_text("utf-8").replace("key: monthly_sample", f"key: other\nsubject: {subject}")
    form.write_text(text.replace("case file", "other"), "utf-8")
    published = run("banks", "publish", folder)
    assert published.code == 0, published.err


@pytest.mark.parametrize("subject", OTHERS)
def test_from_the_list_to_the_pack(
    subject: Subject, run: Run, tmp_path: Path, environment: dict[str, str]
) -> None:
    what = SUBJECT_WORDS[subject]
    publish_form(run, subject, tmp_path / "banks")
    for n in range(3):
        run(
            *("people", "add", f"manager{n}@council.example", "--name", f"Manager {n}"),
            *("--role", "senior_manager", "--team", TEAMS[n], "--password", PASSWORD),
            *(("--worker-name", HELD) if n == 0 else ()),
        )
    created = run("cycles", "create", "other", "--name", "One", "--month", "2025-11")
    assert created.code == 0, created.err
    undrawn = run("sample", "draw", "One")
    assert f"There is no list of {what.many} yet" in undrawn.err
    imported = run(
        *("caseload", "import", list_of(subject, tmp_path), "--subject", subject),
        *("--as-at", "2025-10-31", "--json"),
    )
    assert (imported.code, imported.data["case_files"]) == (0, 12), imported.err
    assert "too few " + what.many in run("sample", "draw", "One", "--per-auditor", "9").err
    drawn = run("sample", "draw", "One", "--per-auditor", "3", "--json").data
    references = [row["case_reference"] for row in drawn["drawn"]]
    assert len(set(references)) == 9
    assert all(reference.startswith(what.prefix or "Agency ") for reference in references)
    check_independence(subject, environment, drawn)

    loaded = run(
        "audits", "load", "One", answers_file(tmp_path / "a.json", references, "x"), "--json"
    )
    assert loaded.data == {"recorded": 9, "submitted": 9}
    found = run("findings", "One")
    assert f"of 9 {what.many}" in found.out
    exported = run("audits", "export", "One").data
    assert exported["form"]["subject"] == subject
    page = pack_page(environment)
    assert f"All 9 {what.many} drawn were audited" in page
    assert what.call(references[0]) in page
    ours = page.casefold().split("<body")[1]
    assert [line for line in ours.splitlines() if "case file" in line] == []


def check_independence(
    subject: Subject, environment: dict[str, str], drawn: dict[str, Any]
) -> None:
    """Nobody got what is of their own team, or their own; of agencies nothing is known."""
    # Of twelve seven are of the auditors' teams, and two more are Manager 0's.
    assert drawn["excluded"]["own_team"] == (0 if subject is Subject.AGENCY else 9)
    database = Database(environment["AUDIT_APP_DATABASE_URL"])
    with database.session() as session:
        rows = session.execute(
            select(Person, CaseloadEntry)
            .join(Audit, Audit.auditor_id == Person.id)
            .join(CaseloadEntry, CaseloadEntry.case_file_id == Audit.case_file_id)
        ).all()
        assert len(rows) == 9
        for auditor, entry in rows:
            assert entry.team_id is None or entry.team_id != auditor.team_id
            if auditor.name == HELD:
                assert HELD not in (entry.worker, entry.supervisor)
    database.close()


def pack_page(environment: dict[str, str]) -> str:
    database = Database(environment["AUDIT_APP_DATABASE_URL"])
    with database.session() as session:
        cycle = find_cycle(session, "One")
        assert cycle is not None
        design = load_design("qa_sub_group")
        contents = gather_pack(session, cycle, design, edition=1, council="Testshire")
        page = render_html(design, contents)
    database.close()
    return page


def test_a_childs_discussions_are_found_by_the_childs_number(run: Run, tmp_path: Path) -> None:
    path = write_annex_a(
        tmp_path / "annex_a.xlsx",
        [list_6_row("K1Z")],
        list_5_rows=[
            list_5_row("K1Z"),
            list_5_row(
                "K1Z",
                **{
                    "Strategy discussion initiating Section 47 Enquiry Start Date": date(2025, 6, 9)
                },
            ),
            list_5_row("K2Z"),
        ],
    )
    for subject in ("case_file", "strategy_discussion"):
        assert run("caseload", "import", path, "--subject", subject).code == 0
    written = {}
    for number in ("K1Z", "K2Z"):
        assert run("subject-access", number, "--out", tmp_path / f"{number}.json").code == 0
        written[number] = json.loads((tmp_path / f"{number}.json").read_text("utf-8"))
    assert written["K1Z"]["case_file"]["subject"] == "case_file"
    days = [one["case_file"]["council_id"] for one in written["K1Z"]["strategy_discussions"]]
    assert days == ["K1Z, 05/03/2025", "K1Z, 09/06/2025"]
    assert written["K2Z"]["case_file"]["subject"] == "strategy_discussion"
    assert "K1Z" not in json.dumps(written["K2Z"])
    reference = written["K2Z"]["case_file"]["reference"]
    found = run("references", "find", reference.lower())
    assert found.out.startswith(f"Strategy discussion {reference} (number")
