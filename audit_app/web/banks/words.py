"""What a question bank asks, in words for its page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from audit_app.core.question_bank import (
    AnswerType,
    Evidence,
    LimitUnit,
    NumberBands,
    Question,
    QuestionBank,
)

TYPE_WORDS: Mapping[AnswerType, str] = {
    AnswerType.MET: "Met, partly met or not met",
    AnswerType.YES_NO: "Yes or no",
    AnswerType.GRADE: "A grade",
    AnswerType.DATE: "A date",
    AnswerType.INTERVAL: "Two dates",
    AnswerType.NUMBER: "A number",
    AnswerType.CHOICE: "One of several options",
    AnswerType.CHOICES: "Any of several options",
    AnswerType.TEXT: "Text",
}
EVIDENCE_WORDS: Mapping[Evidence, str] = {
    Evidence.ADVERSE: "when the answer falls short of met",
    Evidence.ALWAYS: "always",
    Evidence.NEVER: "never",
}
STATES = {"not_applicable": "Not applicable", "not_recorded": "Not recorded on the file"}


def say_condition(bank: QuestionBank, question: Question) -> str:
    """When the question is shown; empty: always."""
    condition = question.shown_when
    if condition is None:
        return ""
    earlier = next(one for one in bank.questions if one.id == condition.question)
    labels = {option.key: option.label for option in earlier.options} | STATES
    # In the order of the options, which a set does not keep.
    chosen = [f"“{label}”" for key, label in labels.items() if key in condition.answers]
    return f"“{earlier.text}” is answered {' or '.join(chosen)}"


def say_limits(question: Question) -> list[str]:
    """What counts as met for two dates or a number."""
    if question.limit is not None:
        limit, said = question.limit, [f"Met within {question.limit}"]
        if limit.partly is not None:
            said.append(f"partly met within {_with_unit(limit.partly, limit.unit)}")
        return [*said, "otherwise not met"]
    if question.bands is not None:
        return list(_say_bands(question.bands, question.unit))
    return []


def say_other_answers(question: Question) -> str:
    """Which of the two states can be chosen instead of an answer, and when."""
    policy = [f"when {question.not_applicable_when}"] if question.not_applicable_when else []
    policy += ["with a reason"] if question.not_applicable_reason else []
    when = f" ({', '.join(policy)})" if policy else ""
    offered = [
        STATES[state] + (when if state == "not_applicable" else "")
        for state, offer in (
            ("not_applicable", question.allows_not_applicable),
            ("not_recorded", question.allows_not_recorded),
        )
        if offer
    ]
    return " or ".join(offered)


def _say_bands(bands: NumberBands, unit: str) -> Iterator[str]:
    yield f"Met {_between(bands.met_from, bands.met_to)} {unit}".strip()
    if bands.partly_from is not None or bands.partly_to is not None:
        yield f"partly met {_between(bands.partly_from, bands.partly_to)} {unit}".strip()
    yield "otherwise not met"


def _between(low: int | None, high: int | None) -> str:
    if low is not None and high is not None:
        return f"from {low} to {high}"
    return f"from {low} up" if low is not None else f"up to {high}"


def _with_unit(number: int, unit: LimitUnit) -> str:
    words = unit.value.replace("_", " ")
    return f"{number} {words[:-1] if number == 1 else words}"
