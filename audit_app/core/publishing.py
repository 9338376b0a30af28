"""Why a version of a question bank or form may not be published after the earlier ones.

What was answered once must stay readable: ids are never lost nor used for something else, a
question that has answers keeps its type and its option keys, and the version tells how much of it
can be compared. Each refusal is one sentence with its place and the remedy.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from audit_app.core.question_bank import AuditForm, Question, QuestionBank
from audit_app.core.question_changes import asked_alike
from audit_app.core.version_numbers import next_version, raises_enough
from audit_app.core.versions import BankDiff, FormDiff

MOST_REASONS = 6


def bank_refusals(
    bank: QuestionBank, earlier: Sequence[QuestionBank], answered: Collection[str]
) -> Iterator[str]:
    """What speaks against this bank, given its earlier versions in order.

    `answered`: ids of questions that have a recorded answer.
    """
    place = f"{bank.key} {bank.version}"
    known = {q.id for one in earlier for q in (*one.questions, *one.retired)}
    for id_, what in (
        *_lost_ids(bank, known),
        *_faulty_continuations(bank, known),
        *(_changed_meanings(bank, earlier[-1], answered) if earlier else ()),
    ):
        yield f"{place}: {id_}: {what}"


def version_refusal(old: QuestionBank | AuditForm, new: str, diff: BankDiff | FormDiff) -> str:
    """Why the version was not raised enough; empty where it was."""
    if raises_enough(old.version, new, diff.bump):
        return ""
    lowest = next_version(old.version, diff.bump)
    if not diff.reasons:
        return (
            f"{old.key} {new}: version {old.version} is published already: raise the version to "
            f"{lowest} or higher, or leave it as it was."
        )
    told = "; ".join(str(reason).rstrip(".") for reason in diff.reasons[:MOST_REASONS])
    more = len(diff.reasons) - MOST_REASONS
    told += f"; and {more} more" if more > 0 else ""
    return (
        f"{old.key} {new}: what changed since {old.version} is {diff.bump.word}, so its version "
        f"must be {lowest} or higher. What changed: {told}."
    )


def _lost_ids(bank: QuestionBank, known: Collection[str]) -> Iterator[tuple[str, str]]:
    kept = (*bank.questions, *bank.retired)
    there = {question.id for question in kept} | {question.continues for question in kept}
    for id_ in sorted(set(known) - there):
        yield (
            id_,
            "an earlier version has this question and it is gone: move it to `retired:`, or write "
            f"`continues: {id_}` on the question that takes its place.",
        )


def _faulty_continuations(bank: QuestionBank, known: Collection[str]) -> Iterator[tuple[str, str]]:
    asked = {question.id for question in bank.questions}
    earlier = set(known) | {question.id for question in bank.retired}
    for question in bank.questions:
        if question.continues and question.continues in asked:
            yield (
                question.id,
                f"it continues {question.continues}, which is still asked: move that question to "
                "`retired:`, or take `continues` away.",
            )
        elif question.continues and question.continues not in earlier:
            yield (
                question.id,
                f"it continues {question.continues}, which no earlier version of this bank has: "
                "write the id of an earlier question, or take `continues` away.",
            )


def _changed_meanings(
    bank: QuestionBank, latest: QuestionBank, answered: Collection[str]
) -> Iterator[tuple[str, str]]:
    asked = {question.id: question for question in latest.questions}
    retired = {q.id: q for q in latest.retired if q.id not in asked}
    now_asked = {question.id for question in bank.questions}
    for question in (*bank.questions, *bank.retired):
        before = asked.get(question.id) or retired.get(question.id)
        if before is None:
            continue
        if (
            question.id in retired
            and question.id in now_asked
            and not _means_same(before, question)
        ):
            yield (
                question.id,
                "this id was retired and is asked again as something else: give the new question "
                "another id, or ask the old one as it was.",
            )
        elif question.id in answered:
            yield from ((question.id, what) for what in _unreadable(before, question))


def _unreadable(before: Question, now: Question) -> Iterator[str]:
    """What would leave recorded answers without a question that can read them."""
    if before.type is not now.type:
        yield (
            f"it has answers of the type {before.type} and is {now.type} now: move it to "
            f"`retired:` as it was, and ask a new question with `continues: {now.id}`."
        )
        return
    for option in before.options:
        if now.option(option.key) is None:
            yield (
                f"it has answers, and its option {option.key} is gone: put it back with "
                "`retired: true`."
            )


def _means_same(before: Question, now: Question) -> bool:
    return before.text == now.text and asked_alike(before, now, {})
