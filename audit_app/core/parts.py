"""The part of a form that one agency answers, and how the parts count once for what is audited.

What no agency names in `also_answers` is asked of all, so that it can be compared. A section that
is asked once for each agency (its entries are agencies of the form) is asked of each agency for
itself alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from enum import StrEnum

from audit_app.core.agencies import Agency
from audit_app.core.answers import Answer
from audit_app.core.question_bank import (
    AnswerType,
    AuditForm,
    Outcome,
    Question,
    QuestionBank,
    Section,
)
from audit_app.core.repeats import fold_outcomes, worst


def agency_of(form: AuditForm, key: str) -> Agency:
    """The agency with this key; KeyError when the form does not name it."""
    for agency in form.agencies:
        if agency.key == key:
            return agency
    raise KeyError(key)


def part_of(form: AuditForm, agency: str) -> AuditForm:
    """The form as this agency is asked it; without a key the whole form."""
    if not agency:
        return form
    banks = (
        replace(bank, sections=tuple(_asked(form, agency_of(form, agency), bank)))
        for bank in form.banks
    )
    return replace(form, banks=tuple(bank for bank in banks if bank.sections))


def asked_of(form: AuditForm, question: str) -> tuple[Agency, ...]:
    """The agencies that are asked a question, in the order of the form."""
    return tuple(one for one in form.agencies if question in part_of(form, one.key).questions)


def fold_parts(parts: Iterable[Mapping[str, Outcome]]) -> dict[str, Outcome]:
    """Outcomes of all parts by question id, each once: the worst that an agency gave."""
    folded: dict[str, list[Outcome]] = {}
    for outcomes in parts:
        for id_, outcome in fold_outcomes(outcomes).items():
            folded.setdefault(id_, []).append(outcome)
    numbered = ((id_, worst(found)) for id_, found in folded.items())
    return {id_: outcome for id_, outcome in numbered if outcome is not None}


def met_in_all(met: Sequence[bool | None]) -> bool | None:
    """Whether a theme is met in every part to which it applied; None when it applied to none."""
    said = [one for one in met if one is not None]
    return all(said) if said else None


def _asked(form: AuditForm, agency: Agency, bank: QuestionBank) -> Iterator[Section]:
    claimed = frozenset().union(*(one.also_answers for one in form.agencies))
    for section in bank.sections:
        names = {bank.key, section.key}
        if not names & claimed or names & agency.also_answers:
            asked = _for_itself(form, agency, section)
            if asked is not None:
                yield asked


def _for_itself(form: AuditForm, agency: Agency, section: Section) -> Section | None:
    """A section asked once for each agency with this one alone; None where it has no entry."""
    repeat = section.repeat
    keys = {one.key for one in form.agencies}
    if repeat is None or not any(entry.key in keys for entry in repeat.entries):
        return section
    own = tuple(entry for entry in repeat.entries if entry.key == agency.key)
    return replace(section, repeat=replace(repeat, entries=own)) if own else None


class Verdict(StrEnum):
    """How the answers of several agencies to one question stand to each other."""

    DIFFER = "differ"
    AGREE = "agree"
    ONE_ANSWER = "one_answer"
    NOT_COMPARED = "not_compared"


def verdict_on(question: Question, section: Section, answers: Sequence[Answer]) -> Verdict:
    """Whether all say the same, whatever they wrote beside it.

    Not compared are words, of which two people never write the same, and what is asked of each
    agency for itself.
    """
    if question.type is AnswerType.TEXT or section.repeat is not None:
        return Verdict.NOT_COMPARED
    if len(answers) < 2:
        return Verdict.ONE_ANSWER
    said = {(one.state, one.value) for one in answers}
    return Verdict.AGREE if len(said) == 1 else Verdict.DIFFER


def verdict_on_grades(grades: Sequence[str | None]) -> Verdict:
    """The same of the grades that agencies gave; None: one has none."""
    given = [grade for grade in grades if grade is not None]
    if len(given) < 2:
        return Verdict.ONE_ANSWER
    return Verdict.AGREE if len(set(given)) == 1 else Verdict.DIFFER


def count_verdicts(subjects: Iterable[Mapping[str, Verdict]]) -> dict[str, tuple[int, int]]:
    """Question id to on how many subjects the agencies agree, of those on which two answered."""
    counts: dict[str, tuple[int, int]] = {}
    for verdicts in subjects:
        for id_, verdict in verdicts.items():
            if verdict in (Verdict.AGREE, Verdict.DIFFER):
                agreed, of = counts.get(id_, (0, 0))
                counts[id_] = agreed + (verdict is Verdict.AGREE), of + 1
    return counts
