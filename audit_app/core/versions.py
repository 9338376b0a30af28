"""How two versions of a question bank or form differ, and how far the version must be raised.

Everything in a bank belongs to one of three parts (`core.version_parts`), and the bump follows
from the part that changed:

- **scoring** (major): of the questions that are scored, and of those on whose answers it hangs
  which are shown, their ids, type, options (key, outcome, points, retired), weight, limit, bounds
  and unit, whether an answer is required, whether not applicable and not recorded are offered, when
  they are shown, and the repetition of their section.
  A question added or taken away changes the theme's points, so it is major; the others stay
  comparable. A question under a new id that `continues` another is major too, and comparable.
- **judgement** (minor): which questions are critical, levels, ratings (with the questions of a
  rated section), grading and caps; of a form its rules and the grades of its scale.
- **words** (patch): the rest, and everything of questions that count for nothing, such as a box for
  text, whether one is added, changed or taken away.

So a major bump and a changed scoring part always come together. A bump can be raised by hand, for
only a person can say that other words ask for something else; it is never lowered.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType

from audit_app.core.question_bank import AuditForm, Cap, Grade, Question, QuestionBank, Section
from audit_app.core.question_changes import Bump, Reason, asked_alike, compare_questions
from audit_app.core.version_parts import (
    agencies_of,
    counted_questions,
    keys_of,
    repeat_of,
    without_words,
)

__all__ = ["BankDiff", "Bump", "FormDiff", "Reason", "compare_banks", "compare_forms"]


@dataclass(frozen=True, slots=True)
class BankDiff:
    """How far the version must be raised at least, why (what weighs most first), and what stays.

    `comparable_questions`: pairs of old and new id whose answers mean the same and score alike, in
    the order of the new bank. The reasons of equal weight are in the order of the new bank.
    """

    bump: Bump
    reasons: tuple[Reason, ...]
    comparable_questions: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class FormDiff:
    """The same of a form; `banks`: those that both versions have, by key."""

    bump: Bump
    reasons: tuple[Reason, ...]
    banks: Mapping[str, BankDiff]

    @property
    def comparable_questions(self) -> tuple[tuple[str, str], ...]:
        """Those of all its banks."""
        return tuple(pair for diff in self.banks.values() for pair in diff.comparable_questions)


def compare_banks(old: QuestionBank, new: QuestionBank) -> BankDiff:
    """Compare two versions of one bank; their version numbers are not looked at."""
    pairs = _paired(old, new)
    reasons = [*_whole_bank(old, new), *_question_reasons(old, new, pairs)]
    reasons += [*_section_reasons(old, new), *_judgement_reasons(old, new)]
    reasons += _order_reasons(old, new, reasons)
    return BankDiff(_largest(reasons), _by_weight(reasons), _comparable(old, new, pairs))


def compare_forms(old: AuditForm, new: AuditForm) -> FormDiff:
    """Compare two versions of one form, with the versions of the banks that each has."""
    before, after = ({bank.key: bank for bank in form.banks} for form in (old, new))
    both = {key: compare_banks(before[key], after[key]) for key in after if key in before}
    reasons = [*_whole_form(old, new), *_rule_reasons(old, new)]
    for key in [*after, *(key for key in before if key not in after)]:
        if key in both:
            reasons += both[key].reasons
        else:
            said = "is asked now" if key in after else "is asked no more"
            reasons.append(Reason(Bump.MAJOR, "bank", key, f"this question bank {said}."))
    return FormDiff(_largest(reasons), _by_weight(reasons), both)


def _paired(old: QuestionBank, new: QuestionBank) -> dict[str, str]:
    """Ids of the new bank to those of the old one that they are, or go on from."""
    asked = {question.id for question in old.questions}
    earlier = {q.id: q.continues for q in (*new.retired, *new.questions) if q.continues}
    pairs = {q.id: q.id for q in new.questions if q.id in asked}
    taken = set(pairs)
    for question in new.questions:
        id_, seen = question.id, {question.id}
        while id_ not in asked and (id_ := earlier.get(id_, "")) and id_ not in seen:
            seen.add(id_)
        if id_ in asked and id_ not in taken:
            pairs[question.id] = id_
            taken.add(id_)
    return pairs


def _comparable(
    old: QuestionBank, new: QuestionBank, pairs: Mapping[str, str]
) -> tuple[tuple[str, str], ...]:
    before, after = _placed(old), _placed(new)
    return tuple(
        (pairs[id_], id_)
        for id_, (section, question) in after.items()
        if id_ in pairs
        and repeat_of(section.repeat) == repeat_of(before[pairs[id_]][0].repeat)
        and asked_alike(before[pairs[id_]][1], question, pairs)
    )


def _placed(bank: QuestionBank) -> dict[str, tuple[Section, Question]]:
    return {q.id: (section, q) for section in bank.sections for q in section.questions}


def _whole_bank(old: QuestionBank, new: QuestionBank) -> Iterator[Reason]:
    if old.key != new.key:
        yield Reason(Bump.MAJOR, "key", new.key, f"this is another bank than {old.key}.")
    yield from _words(old, new, new.key, ("title", "summary"))


def _question_reasons(
    old: QuestionBank, new: QuestionBank, pairs: Mapping[str, str]
) -> Iterator[Reason]:
    before, after = _placed(old), _placed(new)
    counted = counted_questions(old) | counted_questions(new)
    for id_, (section, question) in after.items():
        bump = Bump.MAJOR if id_ in counted else Bump.PATCH
        if id_ in before:
            yield from compare_questions(before[id_][1], question, bump)
            yield from _place_reasons(before[id_][0], section, question, bump)
            continue
        said = f"goes on from {pairs[id_]}." if id_ in pairs else "was added."
        yield Reason(bump, "question_added", id_, said + _unscored(question))
    kept = {question.id for question in new.retired}
    for id_, (_section, question) in before.items():
        if id_ not in after:
            bump = Bump.MAJOR if id_ in counted else Bump.PATCH
            said = "is retired." if id_ in kept else "was taken away."
            yield Reason(bump, "question_removed", id_, said + _unscored(question))
    yield from _retired_reasons(old, new)


def _retired_reasons(old: QuestionBank, new: QuestionBank) -> Iterator[Reason]:
    noted = {question.id: question for question in old.retired}
    asked = {question.id for question in (*old.questions, *new.questions)}
    for question in new.retired:
        if question.id not in asked and noted.pop(question.id, None) != question:
            yield Reason(Bump.PATCH, "retired", question.id, "as kept among the retired, changed.")
    for id_ in noted:
        if id_ not in asked:
            yield Reason(Bump.PATCH, "retired", id_, "is kept among the retired no more.")


def _place_reasons(
    before: Section, after: Section, question: Question, bump: Bump
) -> Iterator[Reason]:
    if repeat_of(before.repeat) != repeat_of(after.repeat):
        yield Reason(bump, "repeat", question.id, "what it is asked for, or how often, changed.")
    if before.key != after.key:
        rated = question.is_scored and (before.rating or after.rating)
        said = f"stands in {after.key}, was in {before.key}."
        yield Reason(Bump.MINOR if rated else Bump.PATCH, "section", question.id, said)


def _section_reasons(old: QuestionBank, new: QuestionBank) -> Iterator[Reason]:
    before = {section.key: section for section in old.sections}
    for section in new.sections:
        earlier = before.pop(section.key, None)
        if earlier is None:
            yield Reason(Bump.PATCH, "section_added", section.key, "this section was added.")
            continue
        yield from _words(earlier, section, section.key, ("title", "intro"))
        if earlier.repeat != section.repeat:
            yield Reason(Bump.PATCH, "repeat_words", section.key, "what it is asked for changed.")
    for key in before:
        yield Reason(Bump.PATCH, "section_removed", key, "this section was taken away.")


def _judgement_reasons(old: QuestionBank, new: QuestionBank) -> Iterator[Reason]:
    yield from _scale_reasons(old.levels, new.levels, new.key, "levels")
    ratings = [{s.key: s.rating for s in bank.sections if s.rating} for bank in (old, new)]
    for key in sorted(ratings[0].keys() | ratings[1].keys()):
        if ratings[0].get(key) != ratings[1].get(key):
            yield Reason(Bump.MINOR, "rating", key, "how this section is rated changed.")
    if old.grading != new.grading:
        yield Reason(Bump.MINOR, "grading", new.key, "how the theme’s grade is suggested changed.")
    yield from _cap_reasons(old.caps, new.caps, new.key, "caps")


def _order_reasons(
    old: QuestionBank, new: QuestionBank, reasons: Sequence[Reason]
) -> Iterator[Reason]:
    if not reasons and replace(old, version=new.version) != new:
        yield Reason(Bump.PATCH, "order", new.key, "sections or questions stand in another order.")


def _whole_form(old: AuditForm, new: AuditForm) -> Iterator[Reason]:
    if old.key != new.key:
        yield Reason(Bump.MAJOR, "key", new.key, f"this is another form than {old.key}.")
    if old.subject != new.subject:
        said = f"examines a {new.subject.value.replace('_', ' ')} now."
        yield Reason(Bump.MAJOR, "subject", new.key, said)
    if agencies_of(old) != agencies_of(new):
        yield Reason(Bump.MAJOR, "agencies", new.key, "which agencies answer what changed.")
    elif old.agencies != new.agencies:
        yield Reason(Bump.PATCH, "agencies", new.key, "the names or order of agencies changed.")
    yield from _words(old, new, new.key, _FORM_WORDS)
    orders = [[b.key for b in form.banks] for form in (old, new)]
    if orders[0] != orders[1] and set(orders[0]) == set(orders[1]):
        yield Reason(Bump.PATCH, "order", new.key, "its question banks stand in another order.")


def _rule_reasons(old: AuditForm, new: AuditForm) -> Iterator[Reason]:
    yield from _scale_reasons(old.scale, new.scale, new.key, "scale")
    for name, said in _RULES.items():
        if getattr(old.rules, name) != getattr(new.rules, name):
            yield Reason(Bump.MINOR, name, new.key, f"{said} changed.")
    for name in ("theme_caps", "overall_caps"):
        yield from _cap_reasons(getattr(old.rules, name), getattr(new.rules, name), new.key, name)


def _scale_reasons(
    old: tuple[Grade, ...], new: tuple[Grade, ...], id_: str, kind: str
) -> Iterator[Reason]:
    if keys_of(old) != keys_of(new):
        yield Reason(Bump.MINOR, kind, id_, f"the {kind} changed.")
    elif old != new:
        yield Reason(Bump.PATCH, kind, id_, f"the words of the {kind} changed.")


def _cap_reasons(
    old: tuple[Cap, ...], new: tuple[Cap, ...], id_: str, kind: str
) -> Iterator[Reason]:
    said = kind.replace("_", " ")
    if without_words(old) != without_words(new):
        yield Reason(Bump.MINOR, kind, id_, f"the {said} changed.")
    elif old != new:
        yield Reason(Bump.PATCH, kind, id_, f"the reasons given for the {said} changed.")


def _words(old: object, new: object, id_: str, names: Iterable[str]) -> Iterator[Reason]:
    for name in names:
        if getattr(old, name) != getattr(new, name):
            said = name.replace("_", " ")
            yield Reason(Bump.PATCH, name, id_, f"“{said}” changed.")


def _unscored(question: Question) -> str:
    return "" if question.is_scored else " It is not scored."


def _largest(reasons: Sequence[Reason]) -> Bump:
    return max((reason.bump for reason in reasons), default=Bump.NONE)


def _by_weight(reasons: Sequence[Reason]) -> tuple[Reason, ...]:
    return tuple(sorted(reasons, key=lambda reason: -reason.bump))


#: What of a form changes no score and no grade.
_FORM_WORDS = (
    "title",
    "summary",
    "auditors",
    "themed",
    "percent_from",
    "practice_sees",
    "earlier_findings",
)
#: The rules of a form, and how to say each.
_RULES: Mapping[str, str] = MappingProxyType(
    {
        "theme_bands": "the bands of a theme’s grade",
        "theme_grading": "how a theme’s grade is suggested",
        "overall_bands": "the bands of the overall grade",
        "overall_grading": "how the overall grade is suggested",
        "met_from": "the grade from which a theme counts as met",
    }
)
