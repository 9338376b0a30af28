"""What a form of 250 questions costs its auditors: saving while one types, opening its pages.

`PYTHONPATH=.:tests python tests/bench/long_form.py`; with TEST_POSTGRES_URL also on PostgreSQL.
Each row has the p50 and p95 of our own answers and of a bare rival's in the same run, on the same
database. They take turns; the least and the median ratio of several runs are printed. Nothing here
passes or fails; the aims are a p95 of 200 ms for a save and of 500 ms for a page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from time import perf_counter

from bench.history import databases
from bench.rivals import make_rival
from factories import (
    AT,
    SECRET,
    TEAMS,
    drafts_for,
    make_entry,
    make_extract,
    make_person,
    shipped_library,
)
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from web.conftest import sign_in_to

from audit_app.config import Settings
from audit_app.core.access import Role
from audit_app.core.question_bank import QuestionBank
from audit_app.core.sampling import Filters
from audit_app.question_banks.read import Library
from audit_app.store.audits import form_of, record_answers
from audit_app.store.cycles import create_cycle
from audit_app.store.database import Database
from audit_app.store.instruments import latest_form, publish_library
from audit_app.store.samples import draw_cycle_sample
from audit_app.store.schema import migrate
from audit_app.store.tables import Audit, Person
from audit_app.web.app import create_app

SECTIONS, EACH = 10, 25
AUDITORS, RUNS, ROUNDS = 50, 5, 40
"""Each round of a run is another auditor's: one answer of ours, and one of the rival's."""


FIRST = re.compile(r'name="question" value="(q_3_\d+)"><input [^>]*name="stamp" value="([^"]+)"')
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass
class Desk:
    """One auditor at one section, and what a page sends of its first question."""

    client: FlaskClient
    audit: str
    path: str
    fields: dict[str, str]
    token: str
    number: int = 0

    def save(self) -> None:
        """Send what was typed, as the page does while one types."""
        self.number += 1
        question = self.fields["question"]
        typed = {f"{question}_evidence": f"Seen on page {self.number}.", "number": str(self.number)}
        answer = self.client.post(
            f"{self.path}/autosave", data=self.fields | typed, headers={"X-CSRFToken": self.token}
        )
        assert answer.status_code == 200, answer.text
        assert not answer.json["conflicts"]
        self.fields["stamp"] = answer.json["saved"][question]


def long_library() -> Library:
    """One bank of ten sections with 25 questions each, of every type, made of the shipped ones."""
    shipped = shipped_library()
    plain = [
        question
        for bank in shipped.banks.values()
        for question in bank.questions
        if question.shown_when is None
    ]
    first: QuestionBank = shipped.banks["supervision"]
    sections = tuple(
        replace(
            first.sections[0],
            key=f"part_{part}",
            title=f"Part {part}",
            questions=tuple(
                replace(plain[(part * EACH + place) % len(plain)], id=f"q_{part}_{place}")
                for place in range(EACH)
            ),
        )
        for part in range(SECTIONS)
    )
    bank = replace(first, key="long", title="A long bank", sections=sections)
    form = replace(shipped.forms["monthly_sample"], key="long_form", title="Long", banks=(bank,))
    return Library({bank.key: bank}, {form.key: form})


def desks(database: Database, folder: Path) -> list[Desk]:
    """Fifty auditors with two audits each, half of whose questions are answered."""
    app = create_app(Settings("sqlite://", folder, SECRET, council="Anywhere"), database)
    with database.session() as session:
        people = _draw(session)
        audits = session.scalars(select(Audit).order_by(Audit.id)).all()
        for audit in audits:
            drafts = drafts_for(form_of(audit))
            record_answers(session, audit, drafts[: len(drafts) // 2], at=AT)
        first = {audit.auditor_id: audit.id for audit in reversed(audits)}
    return [_desk(app, person, first[person.id]) for person in people]


def _draw(session: Session) -> list[Person]:
    """The auditors of a drawn cycle on the long form."""
    publish_library(session, long_library(), at=AT)
    people = [
        make_person(session, Role.SENIOR_MANAGER, f"Manager {n}", TEAMS[n % len(TEAMS)])
        for n in range(AUDITORS)
    ]
    make_extract(session, [make_entry(number) for number in range(AUDITORS * 4)])
    version = latest_form(session, "long_form")
    assert version is not None
    cycle = create_cycle(session, version, name="Long", month="2026-11", auditors=people, at=AT)
    draw_cycle_sample(session, cycle, Filters(), per_auditor=2, seed="bench", by=None, at=AT)
    return people


def _desk(app: Flask, person: Person, audit_id: int) -> Desk:
    client = sign_in_to(app, person)
    audit = f"/audits/{audit_id}"
    path = f"{audit}/sections/part_3"
    page = client.get(path).text
    found = FIRST.search(page)
    assert found is not None
    token = TOKEN.search(page)
    assert token is not None
    fields = {"question": found[1], "stamp": found[2], "window": f"window-{audit_id:08}"}
    return Desk(client, audit, path, fields, token[1])


def compare(
    what: str, ours: Callable[[int], object], rival: str, theirs: Callable[[int], object]
) -> str:
    """Both in turn, so that what else the machine does falls on both."""
    runs = []
    for run in range(RUNS + 1):
        taken: tuple[list[float], list[float]] = ([], [])
        for turn in range(ROUNDS):
            for side, call in enumerate((ours, theirs)):
                began = perf_counter()
                call(run * ROUNDS + turn)
                taken[side].append((perf_counter() - began) * 1000)
        runs.append([(median(side), quantiles(side, n=20)[-1]) for side in taken])
    runs = runs[1:]  # the first warms everything up
    ratios = sorted(mine[1] / other[1] for mine, other in runs)
    (p50, p95), (other50, other95) = (
        tuple(median(run[side][figure] for run in runs) for figure in (0, 1)) for side in (0, 1)
    )
    return (
        f"{what:<44}p50 {p50:6.1f}  p95 {p95:6.1f} ms   {rival:<36}p50 {other50:6.1f}  "
        f"p95 {other95:6.1f} ms   ratio of p95 {ratios[0]:5.2f} at least, {median(ratios):5.2f}"
    )


def measure(database: Database, name: str, folder: Path) -> Iterator[str]:
    """A row each for saving, for a section's page and for the task list."""
    migrate(database)
    people = desks(database, folder)
    rival = make_rival(database, EACH)

    def of(turn: int) -> Desk:
        return people[turn % len(people)]

    yield compare(
        f"autosave one of {SECTIONS * EACH} answers, {name}",
        lambda turn: of(turn).save(),
        "bare Flask commits one row",
        lambda turn: rival.post("/save", data={"row": turn % AUDITORS, "words": f"Page {turn}."}),
    )
    yield compare(
        f"page of {EACH} questions of {SECTIONS * EACH}, {name}",
        lambda turn: of(turn).client.get(of(turn).path),
        f"{EACH} questions by plain WTForms",
        lambda _turn: rival.get("/page"),
    )
    yield compare(
        f"task list of {SECTIONS * EACH} questions, {name}",
        lambda turn: of(turn).client.get(of(turn).audit),
        "bare Flask lists the same answers",
        lambda turn: rival.get(of(turn).audit),
    )


def main() -> None:
    """Print a row for each measurement."""
    with databases() as opened, TemporaryDirectory() as folder:
        for name, database in opened:
            for row in measure(database, name, Path(folder)):
                print(row, flush=True)


if __name__ == "__main__":
    main()
