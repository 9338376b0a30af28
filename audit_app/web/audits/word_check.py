"""Warnings beside boxes whose words seem to name somebody. They are never refused."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from wtforms import Field, Form, StringField

from audit_app.core.free_text import say_marks
from audit_app.store.known_names import TextGuard, guard_for
from audit_app.store.tables import Reading
from audit_app.web.database import db
from audit_app.web.fields import AnswerField


@dataclass(frozen=True, slots=True)
class WordWarning:
    """What a person is told of one box; `told` says for which words they were told it."""

    said: str
    told: str


NO_WARNINGS: Mapping[str, WordWarning] = MappingProxyType({})


def word_guard(audit: Reading) -> TextGuard:
    """What texts of this audit are searched for."""
    return guard_for(db(), [audit.case_file_id])


def warning_for(guard: TextGuard, words: str) -> WordWarning | None:
    """The warning for one text; None where nothing in it seems to name somebody."""
    said = say_marks(guard.marks(words))
    if not said:
        return None
    return WordWarning(said, hashlib.sha256(words.strip().encode()).hexdigest())


def warnings_in(form: Form, guard: TextGuard) -> dict[str, WordWarning]:
    """The warnings of a form's boxes, by the name of the box."""
    found = ((name, warning_for(guard, words)) for name, words in _boxes(form))
    return {name: warning for name, warning in found if warning is not None}


def is_new(warnings: Mapping[str, WordWarning], told: Collection[str]) -> bool:
    """Whether there is a warning for words of which the person has not been told."""
    return any(warning.told not in told for warning in warnings.values())


def _boxes(form: Form) -> Iterator[tuple[str, str]]:
    field: Field
    for field in form:
        if isinstance(field, StringField):
            yield field.name, field.data or ""
        elif isinstance(field, AnswerField) and field.kind == "text":
            yield field.name, field.typed()
