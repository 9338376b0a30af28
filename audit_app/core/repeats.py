"""Sections that are asked once for each of something, and how their answers count once for a file.

A form is expanded for one audit: a repeated section becomes one section an entry, with keys and ids
`KEY.ENTRY`. A dot never occurs in a key or id of its own, so the two cannot be confused. In figures
a question counts once: with the worst of its outcomes among those entries to which it applied.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from audit_app.core.question_bank import AuditForm, Entry, Outcome, Question, Section

_DOT = "."
#: The later one stands for a repeated question, wherever it is among its outcomes.
_TO_THE_WORST = (
    Outcome.NOT_APPLICABLE,
    Outcome.INFORMATION,
    Outcome.MET,
    Outcome.PARTLY_MET,
    Outcome.NOT_RECORDED,
    Outcome.NOT_MET,
)
Entries = Mapping[str, Sequence[Entry]]
"""Section key to the entries that the auditor named; absent: not said yet; empty: there is none."""


def base_id(id_: str) -> str:
    """The id of a question, or the key of a section, without its entry."""
    return id_.partition(_DOT)[0]


def entry_id(id_: str, entry: str) -> str:
    """The id of a question, or the key of a section, for one entry."""
    return f"{id_}{_DOT}{entry}"


def expand_form(form: AuditForm, entries: Entries) -> AuditForm:
    """The form as one audit asks it: a section an entry, fixed ones and those that were named."""
    if not any(section.repeat for _bank, section in form.sections):
        return form
    banks = (replace(bank, sections=tuple(_expand(bank.sections, entries))) for bank in form.banks)
    return replace(form, banks=tuple(banks))


def asks_for_entries(form: AuditForm) -> Iterator[Section]:
    """The repeated sections, as published, whose entries the auditor names."""
    return (
        section for _bank, section in form.sections if section.repeat and not section.repeat.entries
    )


def worst(outcomes: Iterable[Outcome]) -> Outcome | None:
    """The outcome by which a repeated question counts; None when there is none."""
    return max(outcomes, key=_TO_THE_WORST.index, default=None)


def badness(outcome: Outcome) -> int:
    """The place of an outcome from what says nothing of a file to what is worst."""
    return _TO_THE_WORST.index(outcome)


def fold_outcomes(outcomes: Mapping[str, Outcome]) -> dict[str, Outcome]:
    """Outcomes by question id with those of one repeated question made one."""
    folded: dict[str, Outcome] = {}
    for id_, outcome in outcomes.items():
        before = folded.get(base_id(id_), outcome)
        folded[base_id(id_)] = max(before, outcome, key=badness)
    return folded


def _expand(sections: Sequence[Section], entries: Entries) -> Iterator[Section]:
    for section in sections:
        if section.repeat is None:
            yield section
            continue
        here = frozenset(question.id for question in section.questions)
        for entry in section.repeat.entries or entries.get(section.key, ()):
            yield replace(
                section,
                key=entry_id(section.key, entry.key),
                title=f"{section.title}: {entry.label}",
                questions=tuple(_of_entry(q, entry.key, here) for q in section.questions),
            )


def _of_entry(question: Question, entry: str, here: frozenset[str]) -> Question:
    condition = question.shown_when
    if condition is not None and condition.question in here:
        condition = replace(condition, question=entry_id(condition.question, entry))
    return replace(question, id=entry_id(question.id, entry), shown_when=condition)
