"""What a question bank asks, in words for its page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from audit_app.core.case_facts import CASE_FACT_WORDS
from audit_app.core.question_bank import (
    OUTCOME_WORDS,
    AnswerType,
    Evidence,
    LimitUnit,
    NumberBands,
    Option,
    Outcome,
    Question,
    QuestionBank,
)
from audit_app.core.versions import Bump

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
BUMP_WORDS: Mapping[Bump, str] = {
    Bump.NONE: "nothing changed",
    Bump.PATCH: "words only: scores and grades come out alike",
    Bump.MINOR: "scores come out alike, suggested grades may not",
    Bump.MAJOR: "scores are not comparable with those before",
}
#: What each value of a question is called on the page, by its key in a file.
LABELS: Mapping[str, str] = {
    "id": "Short name",
    "text": "Question",
    "where": "Where to look",
    "good": "What good looks like",
    "document": "Document",
    "place": "Place in it",
    "source": "Source",
    "guidance": "Guidance",
    "weight": "Weight",
    "critical": "Critical",
    "required": "Must be answered",
    "evidence": "When the answer must say what was seen",
    "not_applicable": "Not applicable",
    "when": "When it may be chosen",
    "not_recorded": "Not recorded on the file",
    "shown_when": "Shown",
    "continues": "Reads on from",
    "facts": "Facts of the extract that are shown beside it",
    "options": "Options",
    "key": "Short name",
    "label": "Words of the option",
    "outcome": "What it says of the file",
    "points": "Points",
    "from": "First date",
    "to": "Second date",
    "limit": "Limit",
    "partly": "Partly met up to",
    "hours": "Met up to",
    "days": "Met up to",
    "working_days": "Met up to",
    "unit": "What is counted",
    "met_from": "Met from",
    "met_to": "Met up to",
    "partly_from": "Partly met from",
    "partly_to": "Partly met up to",
    "title": "Title",
    "summary": "Summary",
    "intro": "Introduction",
    "sections": "Sections",
    "questions": "Questions",
    "version": "Version",
}
#: What is said where one of them is empty and must not be.
ASK_FOR: Mapping[str, str] = {
    "text": "Enter what is asked",
    "where": "Enter where on the file to look",
    "good": "Enter what good looks like",
    "source": "Enter the document that the question comes from",
    "document": "Enter the document that the question comes from",
    "place": "Enter the place in the document",
    "from": "Enter what the first date is",
    "to": "Enter what the second date is",
    "label": "Enter the words of the option",
    "outcome": "Choose what this option says of the file",
    "guidance": "Enter where to look and what good looks like",
    "sections": "Add a section",
    "questions": "Add a question",
    "intro": "Enter the introduction",
}
STATES = {"not_applicable": "Not applicable", "not_recorded": "Not recorded on the file"}


def say_condition(bank: QuestionBank, question: Question) -> str:
    """When the question is shown; empty: always."""
    condition = question.shown_when
    if condition is None:
        return ""
    known = (*bank.questions, *bank.retired)
    earlier = next((one for one in known if one.id == condition.question), None)
    if earlier is None:
        return f"a question that is not there ({condition.question}) is answered"
    labels = {option.key: option.label for option in earlier.options} | STATES
    # In the order of the options, which a set does not keep.
    chosen = [f"“{label}”" for key, label in labels.items() if key in condition.answers]
    return f"“{earlier.text}” is answered {' or '.join(chosen)}"


def say_facts(question: Question) -> str:
    """What of the extract is shown beside the question; empty: nothing."""
    return ", ".join(words for fact, words in CASE_FACT_WORDS.items() if fact in question.facts)


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


def say_option(option: Option) -> str:
    """An option with what it says of the file and what it earns."""
    if option.outcome is Outcome.INFORMATION:
        said = f"{option.label} (for information)"
    else:
        outcome = OUTCOME_WORDS[option.outcome]
        told = f": {outcome.lower()}" if option.label != outcome else ""
        points = "1 point" if option.points == 1 else f"{option.points} points"
        said = f"{option.label}{told}, {points}"
    return f"{said}; offered no more" if option.retired else said
