"""How fast the lines of a cohort are counted on 100,000 case files."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from random import Random

from factories import AT, KEY
from sqlalchemy import select
from sqlalchemy.orm import Session

from audit_app.caseload.values import CaseEntry, Caseload, CaseStatus
from audit_app.core.cohorts import read_lines
from audit_app.core.sampling import Filters
from audit_app.store.caseload import store_extract
from audit_app.store.cohorts import count_steps
from audit_app.store.database import Database
from audit_app.store.schema import migrate
from audit_app.store.tables import CaseloadEntry, Extract

CASE_FILES = 100_000
AS_AT = date(2026, 11, 1)
LINES = """\
status is child protection plan or child in need plan
under 2
factor is 3A or 3B or 3C
a referral in the week beginning 5 October 2026
on a plan for over 1 month
"""

Compare = Callable[[str, Callable[[], object], str, Callable[[], object]], str]


def some_entries() -> tuple[CaseEntry, ...]:
    """Case files of chance, as a very large council would have them."""
    dice = Random("bench")

    def ago(most: int) -> date:
        return AS_AT - timedelta(days=dice.randint(0, most))

    return tuple(
        CaseEntry(
            council_id=f"C{number:06}",
            status=dice.choice(list(CaseStatus)),
            team=f"Team {dice.randint(1, 40)}",
            date_of_birth=ago(18 * 365),
            cin_start=ago(900),
            plan_start=ago(700) if dice.random() < 0.3 else None,
            last_referral=(referred := ago(400)),
            events=(("referral", referred),),
            in_census=True,
            assessed_on=ago(300),
            factors=dice.choice([("3A", "16A"), ("3B",), ("4A",), ("21",), ()]),
            local={"Locality": dice.choice(["East", "West"])},
        )
        for number in range(CASE_FILES)
    )


def count_in_python(session: Session, extract: Extract) -> int:
    """The simplest of the lines as it was counted before: every row read, and looked at here."""
    youngest = date(AS_AT.year - 2, AS_AT.month, AS_AT.day)
    rows = session.execute(
        select(CaseloadEntry.status, CaseloadEntry.date_of_birth).where(
            CaseloadEntry.extract_id == extract.id
        )
    )
    wanted = ("child_protection_plan", "child_in_need_plan")
    return sum(
        status in wanted and born is not None and youngest < born <= AS_AT for status, born in rows
    )


def count_cohort(folder: Path, compare: Compare) -> str:
    """Five lines after one another in SQLite, against two of them in Python."""
    database = Database(f"sqlite:///{folder / 'bench.db'}")
    migrate(database)
    caseload = Caseload(some_entries(), CASE_FILES, (), (), ())
    with database.session() as session:
        extract = store_extract(session, caseload, as_at=AS_AT, by=None, key=KEY, at=AT)
        filters = Filters(lines=read_lines(LINES))
        row = compare(
            f"count 5 lines on {CASE_FILES:,} case files",
            lambda: count_steps(session, extract, filters),
            "2 of them, rows read into Python",
            lambda: count_in_python(session, extract),
        )
    database.close()
    return row
