"""From an empty machine to the PDF on the command line, and each command's JSON on the way."""

from __future__ import annotations

import json
import random
from io import BytesIO
from pathlib import Path
from typing import Any

import pypdf
import pytest
from cli.conftest import PASSWORD, Run, council_id, set_up
from sqlalchemy import select, update
from store.store_answers import every_row, random_drafts

from audit_app.config import key_file
from audit_app.passwords import verify_password
from audit_app.question_banks.read import read_folder
from audit_app.store.database import Database
from audit_app.store.people import find_person
from audit_app.store.tables import Audit, HistoryEntry

CYCLE = "monthly_sample-2025-11"


def answers_file(path: Path, references: list[str], seed: str) -> Path:
    """Answers at random for every case file, as somebody who works away would send them."""
    form = read_folder().forms["monthly_sample"]
    chance = random.Random(seed)
    audits = [
        {
            "case_reference": reference,
            "answers": [
                {
                    "question": draft.question_id,
                    "state": str(draft.state),
                    "value": draft.value,
                    "evidence": draft.evidence,
                    "quotable": draft.quotable,
                }
                for draft in random_drafts(form, chance)
            ],
        }
        for reference in references
    ]
    path.write_text(json.dumps({"audits": audits}), "utf-8")
    return path


def drawn_references(drawn: dict[str, Any]) -> list[str]:
    return [row["case_reference"] for row in drawn["drawn"]]


def test_from_an_empty_machine_to_the_pdf(
    run: Run, workbook: Path, tmp_path: Path, instance: Path
) -> None:
    drawn = set_up(run, workbook)
    file = answers_file(tmp_path / "answers.json", drawn_references(drawn), "whole path")
    loaded = run("audits", "load", CYCLE, file, "--json")
    assert (loaded.code, loaded.data) == (0, {"recorded": 6, "submitted": 6})
    found = run("findings", CYCLE, "--json")
    assert (found.code, found.err) == (0, "")
    themes = found.data["themes"]
    assert [theme["theme"] for theme in themes] == [
        bank.key for bank in read_folder().forms["monthly_sample"].banks
    ]
    for count in (c for t in themes for c in (t, *t["questions"], *t["teams"], *t["months"])):
        assert {"k", "n", "low", "high", "not_applicable", "not_recorded"} <= set(count)
        assert 0 <= count["k"] <= count["n"] <= 6
        assert (count["low"] is None) == (count["n"] == 0)
        if count["n"]:
            assert 0 <= count["low"] <= count["k"] / count["n"] <= count["high"] <= 1
    assert run("rescore", "--check", "--json").data == {"checked": True, "drift": []}
    closed = run("cycles", "close", CYCLE, "--json")
    assert closed.data == {"cycle": CYCLE, "state": "closed"}
    pdf = tmp_path / "pack.pdf"
    compiled = run("reports", "compile", "qa_sub_group", "-o", pdf, "--json")
    assert (compiled.code, compiled.err) == (0, "")
    reader = pypdf.PdfReader(BytesIO(pdf.read_bytes()))
    assert compiled.data == {
        "file": str(pdf),
        "edition": 1,
        "pages": len(reader.pages),
        "new": True,
    }
    text = " ".join(" ".join(page.extract_text() for page in reader.pages).split())
    assert drawn["seed"] in text
    assert drawn["frame_hash"] in text.replace(" ", "")
    for theme in themes:
        assert theme["title"] in text
        assert f"{theme['k']} of {theme['n']}" in text
    for reference in drawn_references(drawn):
        assert reference in text
    assert not any(council_id(number) in text for number in range(40))
    again = run("reports", "compile", "qa_sub_group", CYCLE, "-o", pdf, "--json")
    assert (again.data["edition"], again.data["new"]) == (1, False)
    assert not list(tmp_path.glob(".*.part"))


def test_the_same_seed_draws_the_same_sample_from_another_database(
    run: Run, workbook: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    here = set_up(run, workbook)
    environment["AUDIT_APP_DATABASE_URL"] = f"sqlite:///{tmp_path / 'there.db'}"
    assert run("migrate").code == 0
    there = set_up(run, workbook)
    assert here == there
    assert here["frame_size"] == 40
    assert here["excluded"] == {
        "closed": 0,
        "audited_recently": 0,
        "outside_filters": 0,
        "own_team": 30,
    }
    assert len(set(drawn_references(here))) == 6
    assert {row["auditor"] for row in here["drawn"]} == {
        f"manager{n}@council.example" for n in range(3)
    }


def test_what_is_exported_loads_into_another_database(
    run: Run, workbook: Path, environment: dict[str, str], tmp_path: Path
) -> None:
    drawn = set_up(run, workbook)
    run("audits", "load", CYCLE, answers_file(tmp_path / "a.json", drawn_references(drawn), "x"))
    exported = run("audits", "export", CYCLE, "--format", "json")
    assert exported.data == run("audits", "export", CYCLE, "--json").data
    file = tmp_path / "exported.json"
    file.write_text(exported.out, "utf-8")
    environment["AUDIT_APP_DATABASE_URL"] = f"sqlite:///{tmp_path / 'there.db'}"
    run("migrate")
    set_up(run, workbook)
    assert run("audits", "load", CYCLE, file).out == "6 audits recorded, 6 of them submitted.\n"
    assert run("audits", "export", CYCLE).data["audits"] == exported.data["audits"]


def test_an_import_says_what_was_doubtful_and_where(run: Run, workbook: Path) -> None:
    imported = run("caseload", "import", workbook, "--as-at", "2025-10-31", "--json")
    data = imported.data
    assert (data["as_at"], data["rows_read"], data["case_files"]) == ("2025-10-31", 42, 40)
    dates = [d for d in data["doubtful"] if d["column"] == "CIN Start Date"]
    assert [(d["sheet"], d["row"]) for d in dates] == [("List_6", 10)]
    assert all(set(d) == {"sheet", "row", "column", "what"} for d in data["doubtful"])
    assert data["unmatched"] == [{"sheet": "List_7", "row": 4, "rows": 1}]
    assert not any(council_id(number) in imported.out for number in range(100))


def test_an_extract_is_replaced_only_when_asked(
    run: Run, workbook: Path, database: Database
) -> None:
    import_it = ("caseload", "import", workbook, "--as-at", "2025-10-31")
    assert run(*import_it).code == 0
    before = every_row(database)
    refused = run(*import_it, "--json")
    assert (refused.code, refused.out) == (1, "")
    assert refused.err.startswith("An extract as at 31/10/2025 is in use already.")
    assert every_row(database) == before
    assert run(*import_it, "--replace").code == 0


def test_banks_are_listed_and_published_once(run: Run, database: Database) -> None:
    assert run("banks", "list", "--json").data == {"banks": []}
    first, again = (run("banks", "publish", "--json").data["published"] for _ in range(2))
    assert {row["new"] for row in first} == {True}
    assert [row | {"new": True} for row in again] == first
    assert {row["new"] for row in again} == {False}
    listed = run("banks", "list", "--json").data["banks"]
    library = read_folder()
    assert {row["key"]: row["questions"] for row in listed} == {
        bank.key: len(list(bank.questions)) for bank in library.banks.values()
    }
    assert {row["hash"] for row in listed} == {
        row["hash"] for row in first if row["kind"] == "bank"
    }
    actions = [row[3] for row in every_row(database)["history"]]
    assert actions == ["published"]


def test_people_are_added_and_listed(run: Run, database: Database) -> None:
    added = run(
        *("people", "add", "Lead@Council.example", "--name", "Quality Lead", "--role", "qa_lead"),
        *("--role", "senior_manager", "--team", "North", "--json"),
        AUDIT_APP_NEW_PASSWORD=PASSWORD,
    )
    (listed,) = run("people", "list", "--json").data["people"]
    assert added.data == listed
    assert listed == {
        "email": "lead@council.example",
        "name": "Quality Lead",
        "roles": ["qa_lead", "senior_manager"],
        "team": "North",
        "active": True,
        "state": "active",
    }
    with database.session() as session:
        person = find_person(session, "lead@council.example")
        assert person is not None
        assert verify_password(PASSWORD, person.password or "")
    assert PASSWORD not in run("people", "list", "--json").out


def test_cycles_are_created_and_listed(run: Run, workbook: Path) -> None:
    set_up(run, workbook)
    created = run(
        *("cycles", "create", "monthly_sample", "--name", "Two", "--month", "2025-12"),
        *("--due", "2026-01-09", "--auditor", "manager1@council.example"),
        *("--auditor", "MANAGER1@council.example", "--json"),
    )
    assert created.data == {
        "cycle": "monthly_sample-2025-12",
        "name": "Two",
        "month": "2025-12",
        "due_on": "2026-01-09",
        "form": "monthly_sample 1.0",
        "auditors": 1,
    }
    rows = run("cycles", "list", "--json").data["cycles"]
    assert [(row["cycle"], row["state"], row["drawn"], row["submitted"]) for row in rows] == [
        ("monthly_sample-2025-12", "open", 0, 0),
        (CYCLE, "drawn", 6, 0),
    ]


def test_drift_is_said_with_its_place(
    run: Run, workbook: Path, tmp_path: Path, database: Database
) -> None:
    drawn = set_up(run, workbook)
    file = answers_file(tmp_path / "answers.json", drawn_references(drawn), "drift")
    assert run("audits", "load", CYCLE, file).code == 0
    assert run("rescore", "--check").out == "0 drift.\n"
    with database.session() as session:
        session.execute(update(Audit).where(Audit.id == 2).values(suggested_reason="Because."))
    forged = run("rescore", "--check", "--json")
    assert forged.code == 1
    (drift,) = forged.data["drift"]
    assert (drift["audit"], drift["what"]) == (2, "suggested_reason")
    assert drift["stored"] == "Because."
    assert drift["reckoned"] not in ("", "Because.")
    assert run("rescore", "--check").out.startswith("audit 2: suggested_reason: Because. stored, ")


def test_every_change_is_in_the_history(
    run: Run, workbook: Path, tmp_path: Path, database: Database
) -> None:
    drawn = set_up(run, workbook)
    run("audits", "load", CYCLE, answers_file(tmp_path / "a.json", drawn_references(drawn), "h"))
    run("audits", "export", CYCLE)
    run("cycles", "close", CYCLE)
    with database.session() as session:
        rows = session.scalars(select(HistoryEntry).order_by(HistoryEntry.id))
        # Which audits are read again is drawn as they are loaded.
        said = [
            (row.action, row.subject) for row in rows if row.action != "drew for a second reading"
        ]
    assert said == [
        ("published", "question banks"),
        *[("added", "person")] * 3,
        ("imported", "extract"),
        ("opened", "cycle"),
        ("drew", "sample"),
        ("loaded audits", "cycle"),
        ("exported json", "cycle"),
        ("closed", "cycle"),
    ]


def test_the_first_migration_writes_a_key_for_its_owner_alone(
    run: Run, environment: dict[str, str], instance: Path, tmp_path: Path
) -> None:
    environment["AUDIT_APP_DATABASE_URL"] = f"sqlite:///{tmp_path / 'new.db'}"
    del environment["AUDIT_APP_SECRET_KEY"]
    first = run("migrate", "--json", AUDIT_APP_SECRET_KEY=None)
    assert first.data["before"] is None
    key = key_file(instance)
    assert key.stat().st_mode & 0o777 == 0o600
    written = key.read_text("ascii")
    assert len(written) >= 48
    again = run("migrate", "--json", AUDIT_APP_SECRET_KEY=None)
    assert again.data == {"before": first.data["after"], "after": first.data["after"]}
    assert key.read_text("ascii") == written


@pytest.mark.parametrize("command", [("banks", "check"), ("reports", "designs")])
def test_commands_that_need_no_database(run: Run, command: tuple[str, ...]) -> None:
    done = run(*command, "--json", AUDIT_APP_DATABASE_URL="nonsense", AUDIT_APP_SECRET_KEY=None)
    assert (done.code, done.err) == (0, "")
    assert done.data in ({"faults": []}, {"designs": done.data.get("designs")})
