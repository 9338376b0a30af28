"""What hypothesis draws for the files of banks: any bank that the reader takes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from audit_app.core.case_facts import CaseFact
from audit_app.core.question_bank import (
    AnswerType,
    Cap,
    Condition,
    Entry,
    Evidence,
    Grade,
    Guidance,
    Limit,
    LimitUnit,
    NumberBands,
    Option,
    Outcome,
    Question,
    QuestionBank,
    Repeat,
    Requirement,
    Rung,
    Section,
    Source,
)
from audit_app.question_banks.options import DEFAULT_OPTIONS

_LETTERS = st.sampled_from("abcXYZ019 .,:;-—–'\"“”’#&*!?%@`{}[]()<>|=+/\\~_éß漢😀 \n\t")
_WORDS = st.sampled_from(["yes", "no", "null", "~", "1.0", "=1+1", "_x0041_", "- a", "true", "on"])
texts = st.one_of(_WORDS, st.text(_LETTERS, min_size=1, max_size=120)).map(
    lambda text: " ".join(text.split()) or "empty"
)
_WITHOUT_STOP = texts.map(lambda text: f"{text} x")
_ADVERSE = frozenset((Outcome.NOT_MET, Outcome.NOT_RECORDED))


@st.composite
def banks(draw: st.DrawFn) -> QuestionBank:
    """A bank of one to three sections, with everything that a bank can have."""
    levels = (Grade("strong", "Strong"), Grade("weak", draw(texts)))
    asked: list[Question] = []
    sections = []
    retired = [_retired(draw, number) for number in range(draw(st.integers(0, 2)))]
    continued = [question.id for question in retired]
    for number in range(draw(st.integers(1, 3))):
        repeat = draw(st.none() | repeats())
        inside: list[Question] = []
        for place in range(draw(st.integers(1, 4))):
            question = draw(questions(f"s{number}_q{place}"))
            if continued and draw(st.booleans()):
                question = replace(question, continues=continued.pop())
            targets = [one for one in (*asked, *inside) if one.options]
            if targets and draw(st.booleans()):
                question = replace(question, shown_when=draw(_condition(targets)))
            inside.append(question)
        if repeat is None:
            asked += inside
        rating = ()
        if any(question.is_scored for question in inside) and draw(st.booleans()):
            rating = (Rung("strong", draw(requirements(("met", "not_met")))), Rung("weak"))
        section = Section(f"part_{number}", draw(texts), tuple(inside), repeat=repeat)
        intro = draw(st.just("") | texts)
        sections.append(replace(section, intro=intro, rating=rating))
    rated = any(section.rating for section in sections)
    values = ("strong", "weak") if rated else ("met", "partly_met")
    grading = (Rung("good", draw(requirements(values))), Rung("poor"))
    scored = [one.id for section in sections for one in section.questions if one.is_scored]
    return QuestionBank(
        key="drawn",
        title=draw(texts),
        version=draw(st.sampled_from(["1.0", "1.10", "12.3"])),
        summary=draw(texts),
        sections=tuple(sections),
        levels=levels if rated else (),
        grading=draw(st.just(()) | st.just(grading)),
        caps=draw(st.lists(caps(scored), max_size=2).map(tuple)),
        retired=tuple(retired),
    )


def _retired(draw: st.DrawFn, number: int) -> Question:
    return draw(questions(f"old_{number}"))


@st.composite
def _condition(draw: st.DrawFn, targets: list[Question]) -> Condition:
    target = draw(st.sampled_from(targets))
    keys = [option.key for option in target.options]
    keys += ["not_recorded"] * target.allows_not_recorded
    return Condition(target.id, draw(st.frozensets(st.sampled_from(keys), min_size=1)))


@st.composite
def questions(draw: st.DrawFn, id_: str) -> Question:
    """A question of any type that depends on no other."""
    type_ = draw(st.sampled_from(AnswerType))
    not_applicable = draw(st.booleans())
    question = Question(
        id=id_,
        text=draw(texts),
        type=type_,
        guidance=Guidance(draw(texts), draw(texts)),
        sources=tuple(draw(st.lists(st.builds(Source, texts, texts), min_size=1, max_size=2))),
        weight=draw(st.integers(1, 10)),
        required=draw(st.booleans()),
        evidence=draw(st.sampled_from(Evidence)),
        allows_not_applicable=not_applicable,
        allows_not_recorded=draw(st.booleans()),
        not_applicable_when=draw(st.just("") | _WITHOUT_STOP) if not_applicable else "",
        not_applicable_reason=not_applicable and draw(st.booleans()),
        facts=draw(st.frozensets(st.sampled_from(CaseFact), max_size=3)),
        **_of_type(draw, type_),
    )
    return replace(question, critical=question.is_scored and draw(st.booleans()))


def _of_type(draw: st.DrawFn, type_: AnswerType) -> dict[str, Any]:
    if type_ is AnswerType.INTERVAL:
        limit = draw(st.none() | limits())
        return {"from_label": draw(texts), "to_label": draw(texts), "limit": limit}
    if type_ is AnswerType.NUMBER:
        return {"bands": draw(st.none() | bands()), "unit": draw(st.just("") | texts)}
    if type_ in DEFAULT_OPTIONS and draw(st.booleans()):
        return {"options": DEFAULT_OPTIONS[type_]}
    if type_ is AnswerType.YES_NO:
        points = draw(st.integers(1, 100))
        yes = Option("yes", "Yes, " + draw(texts), Outcome.MET, points)
        return {"options": (yes, Option("no", "No", Outcome.NOT_MET, 0))}
    if type_ in (AnswerType.CHOICE, AnswerType.CHOICES):
        return {"options": draw(options())}
    return {"options": DEFAULT_OPTIONS.get(type_, ())}


@st.composite
def limits(draw: st.DrawFn) -> Limit:
    met = draw(st.integers(0, 50))
    partly = draw(st.none() | st.integers(met + 1, 100))
    return Limit(draw(st.sampled_from(LimitUnit)), met, partly)


@st.composite
def bands(draw: st.DrawFn) -> NumberBands:
    low, high = sorted(draw(st.lists(st.integers(-9, 99), min_size=2, max_size=2)))
    met_from, met_to = draw(st.sampled_from([(low, None), (None, high), (low, high)]))
    if draw(st.booleans()):
        return NumberBands(met_from, met_to)
    partly_from = None if met_from is None else met_from - draw(st.integers(0, 5))
    partly_to = None if met_to is None else met_to + draw(st.integers(0, 5))
    return NumberBands(met_from, met_to, partly_from, partly_to)


@st.composite
def options(draw: st.DrawFn) -> tuple[Option, ...]:
    worst_first = [Outcome.NOT_MET, Outcome.PARTLY_MET, Outcome.MET]
    points = sorted(draw(st.lists(st.integers(1, 100), min_size=3, max_size=3)))
    told = [
        Option(f"o{place}", f"{place} {draw(texts)}", outcome, points[place])
        for place, outcome in enumerate(worst_first)
    ]
    told.append(Option("yes", "Known", Outcome.INFORMATION, 0))
    if draw(st.booleans()):
        told.append(Option("gone", "Gone", Outcome.NOT_MET, 0, retired=True))
    return tuple(draw(st.permutations(told)))


@st.composite
def repeats(draw: st.DrawFn) -> Repeat:
    each = "male in the household"
    if draw(st.booleans()):
        return Repeat(each, at_most=draw(st.integers(2, 40)))
    labels = draw(st.lists(texts, min_size=1, max_size=3))
    return Repeat(each, tuple(Entry(f"e{place}", label) for place, label in enumerate(labels)))


@st.composite
def requirements(draw: st.DrawFn, values: tuple[str, ...]) -> tuple[Requirement, ...]:
    chosen = draw(st.frozensets(st.sampled_from(values), min_size=1))
    first = Requirement(chosen, at_least=draw(st.integers(1, 9)), at_most=None)
    others = Requirement(frozenset(values), at_most=draw(st.integers(0, 9)))
    return tuple(draw(st.lists(st.sampled_from([first, others]), min_size=1, max_size=3)))


def caps(scored: list[str]) -> st.SearchStrategy[Cap]:
    critical = st.builds(
        Cap,
        not_better_than=st.just("poor"),
        at_least=st.integers(1, 3),
        outcomes=st.just(_ADVERSE),
        # A full stop at its end is the sentence's own, so the reader leaves it out.
        because=st.just("") | texts.filter(lambda text: not text.endswith(".")),
    )
    if not scored:
        return critical
    named = st.frozensets(st.sampled_from(scored), min_size=1)
    return critical | named.map(lambda ids: Cap("poor", 1, _ADVERSE, questions=ids))
