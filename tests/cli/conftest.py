"""The command line, run in this process as the console script runs it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from caseload.annex_a import list_6_row, list_7_row, write_annex_a

from audit_app.cli.main import main

SECRET = "k3Y-for-tests-only-7Qz"
PASSWORD = "correct horse battery staple"
TEAMS = ("North", "South", "East", "West")


def council_id(number: int) -> str:
    """A child's id, which no answer of the program may hold."""
    return f"K{77000 + number}Z"


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def data(self) -> dict[str, Any]:
        """The one JSON object on standard output."""
        found = json.loads(self.out)
        assert isinstance(found, dict)
        return found


Run = Callable[..., Ended]


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    return tmp_path / "instance"


@pytest.fixture
def environment(database_url: str, instance: Path) -> dict[str, str]:
    """The settings of an installation with an empty, migrated database."""
    return {
        "AUDIT_APP_DATABASE_URL": database_url,
        "AUDIT_APP_INSTANCE": str(instance),
        "AUDIT_APP_SECRET_KEY": SECRET,
    }


@pytest.fixture
def run(
    environment: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Run:
    """Runs `audit-app` with some arguments; settings can be changed, and None takes one away."""

    def run_it(*arguments: object, **changes: str | None) -> Ended:
        with monkeypatch.context() as patch:
            for name, value in (environment | changes).items():
                if value is None:
                    patch.delenv(name, raising=False)
                else:
                    patch.setenv(name, value)
            patch.setattr(sys, "argv", ["audit-app", *map(str, arguments)])
            code = 0
            try:
                main()
            except SystemExit as stop:
                code = stop.code if isinstance(stop.code, int) else int(stop.code is not None)
        said = capsys.readouterr()
        return Ended(code, said.out, said.err)

    return run_it


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    """An Annex A workbook: 40 open case files over four teams, and one child of list 7 alone."""
    return write_annex_a(
        tmp_path / "annex_a.xlsx",
        [
            list_6_row(
                council_id(n), **{"Allocated Team": TEAMS[n % 4], "CIN Start Date": "31/02/2025"}
            )
            if n == 7
            else list_6_row(council_id(n), **{"Allocated Team": TEAMS[n % 4]})
            for n in range(40)
        ],
        list_7_rows=[list_7_row(council_id(3)), list_7_row(council_id(99))],
    )


def set_up(run: Run, workbook: Path, *, seed: str = "4711") -> dict[str, Any]:
    """Banks, people, caseload, a cycle and its sample; what the draw said."""
    assert run("banks", "publish").code == 0
    for n in range(3):
        added = run(
            *("people", "add", f"manager{n}@council.example", "--name", f"Manager {n}"),
            *("--role", "senior_manager", "--team", TEAMS[n], "--password", PASSWORD),
        )
        assert added.code == 0, added.err
    imported = run("caseload", "import", workbook, "--as-at", "2025-10-31")
    assert imported.code == 0, imported.err
    created = run("cycles", "create", "monthly_sample", "--name", "One", "--month", "2025-11")
    assert created.code == 0, created.err
    drawn = run("sample", "draw", "One", "--seed", seed, "--json")
    assert drawn.code == 0, drawn.err
    return drawn.data
