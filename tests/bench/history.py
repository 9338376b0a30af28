"""What an entry of the history costs: saving a section with its entry against saving without.

`PYTHONPATH=.:tests python tests/bench/history.py`; with TEST_POSTGRES_URL also on PostgreSQL, in a
database of its own. Nothing here passes or fails; the aim is a ratio of at most 1.3.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from statistics import median
from time import perf_counter

from factories import AT, drafts_for, make_council
from sqlalchemy import create_engine, select, text
from sqlalchemy.engine import make_url

from audit_app.core.save_order import Sending
from audit_app.store import saving
from audit_app.store.audits import Draft
from audit_app.store.database import Database
from audit_app.store.history import record_history, verify_history
from audit_app.store.instruments import load_form
from audit_app.store.save_stamps import places_of, save_answers_in_order
from audit_app.store.schema import migrate
from audit_app.store.tables import Audit, Person, RecordedState

SAVES, ENTRIES = 200, 100_000


def bench(database: Database, name: str) -> Iterator[str]:
    """Saves with and without their entry, in turn."""
    migrate(database)
    with database.session() as session:
        council = make_council(session)
        audit_id = session.scalars(select(Audit.id).order_by(Audit.id)).first()
        person_id = council.managers[0].id
        form = load_form(council.cycle.form_version)
        _bank, section = next(iter(form.sections))
        asked = {question.id for question in section.questions}
        drafts = [draft for draft in drafts_for(form) if draft.question_id in asked]
    taken: dict[bool, list[float]] = {True: [], False: []}
    for turn in range(SAVES):
        for noted in (True, False):
            began = perf_counter()
            _save(database, audit_id, person_id, drafts, turn, noted=noted)
            taken[noted].append(perf_counter() - began)
    with_it, without = (median(taken[noted][10:]) * 1000 for noted in (True, False))
    yield (
        f"{'save a section with its entry, ' + name:<44}{with_it:6.2f} ms   "
        f"{'the same save without':<36}{without:6.2f} ms   ratio {with_it / without:5.2f}"
    )


def check_long_chain(database: Database, name: str) -> Iterator[str]:
    """A whole check of a long chain."""
    with database.session() as session:
        for number in range(ENTRIES):
            record_history(session, None, "saved", "audit", number, at=AT)
    with database.session(writes=False) as session:
        began = perf_counter()
        assert verify_history(session, {}) is None
        yield f"check {ENTRIES:,} entries, {name:<21}{perf_counter() - began:6.2f} s"


def _save(
    database: Database,
    audit_id: int | None,
    person_id: int,
    drafts: list[Draft],
    turn: int,
    *,
    noted: bool,
) -> None:
    """Save as a page does, by stamps; `noted` False leaves the entry out and nothing else."""
    at = AT + timedelta(seconds=turn)
    written = [
        replace(draft, evidence=f"Seen, {turn} {noted}.", state=RecordedState.ANSWERED)
        for draft in drafts
    ]
    sending = Sending("bench-window", 2 * turn + (not noted))
    kept = saving.record_history
    if not noted:
        saving.record_history = lambda *_positional, **_named: None
    try:
        with database.session() as session:
            audit = session.get_one(Audit, audit_id)
            person = session.get_one(Person, person_id)
            found = places_of(session, audit, [draft.question_id for draft in drafts])
            bases = {place: one.base for place, one in found.items()}
            saved = save_answers_in_order(session, person, audit, written, bases, sending, at=at)
            assert not saved.conflicts
    finally:
        saving.record_history = kept


@contextmanager
def databases() -> Iterator[list[tuple[str, Database]]]:
    """SQLite in a file, and PostgreSQL where it is given."""
    with tempfile.TemporaryDirectory() as folder:
        opened = [("SQLite", Database(f"sqlite:///{Path(folder) / 'audit.db'}"))]
        url = os.environ.get("TEST_POSTGRES_URL")
        if url:
            server = create_engine(url, isolation_level="AUTOCOMMIT")
            with server.connect() as connection:
                connection.execute(text("DROP DATABASE IF EXISTS audit_app_bench WITH (FORCE)"))
                connection.execute(text("CREATE DATABASE audit_app_bench"))
            own = make_url(url).set(database="audit_app_bench")
            opened.append(("PostgreSQL", Database(own.render_as_string(hide_password=False))))
        yield opened
        for _name, database in opened:
            database.close()
        if url:
            with server.connect() as connection:
                connection.execute(text("DROP DATABASE audit_app_bench WITH (FORCE)"))
            server.dispose()


def main() -> None:
    """Print a row for each measurement."""
    with databases() as opened:
        for name, database in opened:
            for row in bench(database, name):
                print(row, flush=True)
        # Writing a long chain takes minutes on a server, and reading it there is no different.
        for row in check_long_chain(opened[0][1], opened[0][0]):
            print(row, flush=True)


if __name__ == "__main__":
    main()
