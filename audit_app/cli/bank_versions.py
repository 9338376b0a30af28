"""Versions of banks and forms as a command names them, and what differs between two of them."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path
from types import MappingProxyType
from typing import Any

from audit_app.cli.context import NotFound, open_session
from audit_app.core.faults import Refusal
from audit_app.core.question_bank import AuditForm, QuestionBank
from audit_app.core.question_changes import Reason
from audit_app.core.version_numbers import next_version
from audit_app.core.versions import BankDiff, FormDiff, compare_banks, compare_forms
from audit_app.question_banks.read import read_folder
from audit_app.store.database import Session
from audit_app.store.instruments import (
    find_bank,
    find_form,
    latest_bank,
    latest_banks,
    latest_form,
    load_bank,
    load_form,
)

Instrument = QuestionBank | AuditForm
_NOTHING = "Nothing was compared."
_NO_BANKS: Mapping[str, QuestionBank] = MappingProxyType({})


def read_both(old: str, new: str) -> tuple[Instrument, Instrument]:
    """Two banks or two forms: files, or `KEY@VERSION` of what is published (`KEY`: the latest).

    The database is opened only where one of them is not a file.
    """
    are_files = all(Path(named).is_file() for named in (old, new))
    with nullcontext() if are_files else open_session(writes=False) as opened:
        session = opened[0] if opened is not None else None
        return _read(old, session), _read(new, session)


def compare(old: Instrument, new: Instrument) -> BankDiff | FormDiff:
    """Compare two banks or two forms; one of each is refused."""
    if isinstance(old, QuestionBank) and isinstance(new, QuestionBank):
        return compare_banks(old, new)
    if isinstance(old, AuditForm) and isinstance(new, AuditForm):
        return compare_forms(old, new)
    raise Refusal(
        f"{old.key} and {new.key} are a question bank and a form: compare two of a kind. {_NOTHING}"
    )


def diff_data(old: Instrument, new: Instrument, diff: BankDiff | FormDiff) -> dict[str, Any]:
    """The difference as one JSON object."""
    return {
        "kind": "bank" if isinstance(new, QuestionBank) else "form",
        "old": {"key": old.key, "version": old.version},
        "new": {"key": new.key, "version": new.version},
        "bump": diff.bump.word,
        "lowest_version": next_version(old.version, diff.bump),
        "reasons": [reason_data(reason) for reason in diff.reasons],
        "comparable_questions": [list(pair) for pair in diff.comparable_questions],
    }


def diff_lines(old: Instrument, new: Instrument, diff: BankDiff | FormDiff) -> list[str]:
    """The same to be read."""
    if not diff.reasons:
        return [f"{old.key} {old.version} and {new.key} {new.version} do not differ."]
    lowest = next_version(old.version, diff.bump)
    asked = sum(1 for _ in new.questions)
    stays = len(diff.comparable_questions)
    return [
        f"{old.key} {old.version} to {new.key} {new.version}: {diff.bump.word}, so the version "
        f"must be {lowest} or higher.",
        *reason_lines(diff.reasons),
        f"{stays} of the {asked} questions in {new.version} can be compared with {old.version}.",
        *(
            f"  {now} goes on from {before}"
            for before, now in diff.comparable_questions
            if before != now
        ),
    ]


def reason_data(reason: Reason) -> dict[str, str]:
    """One reason for a bump."""
    return {
        "bump": reason.bump.word,
        "kind": reason.kind,
        "id": reason.id,
        "sentence": reason.sentence,
    }


def reason_lines(reasons: tuple[Reason, ...]) -> list[str]:
    """One line a reason, indented beneath what it speaks of."""
    return [f"  {reason.bump.word}: {reason}" for reason in reasons]


def _read(named: str, session: Session | None) -> Instrument:
    path = Path(named)
    if path.is_file() or path.suffix in (".yml", ".yaml") or session is None:
        return _read_file(path, latest_banks(session) if session is not None else _NO_BANKS)
    key, at, version = named.partition("@")
    bank = find_bank(session, key, version) if at else latest_bank(session, key)
    if bank is not None:
        return load_bank(bank)
    form = find_form(session, key, version) if at else latest_form(session, key)
    if form is not None:
        return load_form(form)
    raise NotFound(
        f"“{named}” is neither a file nor published: name a file such as visits.yml, or "
        f"KEY@VERSION as 'audit-app banks list' shows them. {_NOTHING}"
    )


def _read_file(path: Path, published: Mapping[str, QuestionBank]) -> Instrument:
    library = read_folder([path], published)
    found: list[Instrument] = [*library.forms.values()] or [*library.banks.values()]
    return found[0]
