"""Cohorts: which case files are meant, in lines that people read and the program reads alike.

A line is a sentence such as `status is child protection plan`, `under 2 on 1 November 2026` or
`factor is 3A or 3B or 3C`; a case file is of the cohort when it meets every line. A line is read
into terms over the facts of the extract, in which every span of time is a range of days already, so
that whoever counts has only to compare. `docs/cohorts.md` lists all that can be said.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta

from audit_app.core.cohort_days import (
    DAY,
    LENGTH,
    WHEN,
    back,
    read_day,
    read_length,
    read_when,
    say_day,
    say_when,
)
from audit_app.core.factors import FACTORS
from audit_app.core.faults import Refusal

MOST_LINES = 20
LONGEST_LINE = 300


class CohortFault(Refusal):
    """One sentence: why a line cannot be read."""


@dataclass(frozen=True, slots=True)
class Among:
    """The field has one of the values, or (not `wanted`) none of them, which blank has too."""

    field: str
    values: tuple[str, ...]
    wanted: bool = True


@dataclass(frozen=True, slots=True)
class Given:
    """The field is filled in, or it is not."""

    field: str
    wanted: bool = True


@dataclass(frozen=True, slots=True)
class Within:
    """The field is a day of this range, ends included; None is no limit. Blank is never within."""

    field: str
    first: date | None = None
    last: date | None = None


@dataclass(frozen=True, slots=True)
class Unended:
    """The field is blank or after the day: what began had not ended."""

    field: str
    day: date


Term = Among | Given | Within | Unended


@dataclass(frozen=True, slots=True)
class Line:
    """A line in its settled spelling, and its terms for an extract of a day."""

    words: str
    terms: Callable[[date], tuple[Term, ...]] = field(compare=False, repr=False)

    @property
    def keeps_closed(self) -> bool:
        """Whether closed case files may be meant: what happened then, or a cohort of before."""
        return bool(_TELLS_OF_THEN.match(self.words))

    @property
    def keeps_audited(self) -> bool:
        """Whether case files audited lately are meant: the cohort of a cycle, again."""
        return bool(_TELLS_OF_CYCLE.match(self.words))


_TELLS_OF_CYCLE = re.compile(r"(?:in the cohort of|drawn in) ")
_TELLS_OF_THEN = re.compile(
    r"(?:in the cohort of|drawn in|an? (?:referral|assessment|strategy discussion)|case closure) "
    r"|status is (?!not )(?:.* or )?closed\b"
)

STATUSES = (
    "looked after",
    "child protection plan",
    "child in need plan",
    "open assessment",
    "closed",
)
CATEGORIES = ("Neglect", "Physical abuse", "Sexual abuse", "Emotional abuse", "Multiple")
CHOICES: dict[str, tuple[str, tuple[str, ...] | None]] = {
    "status": ("status", STATUSES),
    "team": ("team", None),
    "need": ("need_code", tuple(f"N{number}" for number in range(10))),
    "category": ("plan_category", CATEGORIES),
    "seen alone": ("seen_alone", ("Yes", "No", "Unknown")),
    "factor": ("factor", FACTORS),
}
"""What a line may call a field with values, its name in the extract, and its values if few."""
DATES = {
    "date of birth": "date_of_birth",
    "case start": "cin_start",
    "case closure": "cin_closure",
    "last seen": "last_seen",
    "plan start": "plan_start",
    "plan end": "plan_end",
    "last statutory visit": "last_statutory_visit",
    "last review conference": "last_review_conference",
    "last referral": "last_referral",
    "last assessment start": "last_assessment_start",
    "last assessment authorised": "last_assessment_authorised",
    "last strategy discussion": "last_strategy_discussion",
    "factors assessed": "assessed_on",
}
EVENTS = {
    "referral": "a referral",
    "assessment": "an assessment",
    "strategy discussion": "a strategy discussion",
}
SPANS = {"on a plan": ("plan_start", "plan_end"), "open": ("cin_start", "cin_closure")}
LISTS = {
    "3": "last_referral",
    "4": "last_assessment_start",
    "5": "last_strategy_discussion",
    "6": "cin_start",
    "7": "plan_start",
}
"""Annex A list → the fact that every child of the list has."""

_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
_NUMBERS = {word: number for number, word in enumerate(_WORDS, 1)}
_AGE = r"\d{1,2}|" + "|".join(_NUMBERS)
_ON = rf"(?: (?:on|at) (?P<day>{DAY}))?"
_UNDER = re.compile(rf"(?:age(?: is)? |aged )?under (?P<high>{_AGE})(?: years old)?{_ON}")
_OVER = re.compile(rf"(?:age(?: is)? |aged )?(?P<low>{_AGE}) or (?:over|more|older){_ON}")
_AGES = re.compile(rf"(?:age(?: is)? |aged )(?:from )?(?P<low>{_AGE}) to (?P<high>{_AGE}){_ON}")
_SPAN = re.compile(rf"(?P<what>on a plan|open)(?: for (?P<how>over|under) (?P<length>{LENGTH}))?")
_LIST = re.compile(r"(?:stands )?in list (?P<list>[3-7])")
_CYCLE = re.compile(
    r"(?:(?P<frame>in the cohort of|the cohort of)|drawn in) (?P<key>[\w.-]+)(?: again)?"
)
_EVENT = re.compile(
    r"(?:an? )?(?P<event>referral|assessment|strategy discussion)s?"
    rf"(?: (?:is|are|was|were|received|started|made|held))* (?P<when>{WHEN})"
)
_DATE = re.compile(
    rf"(?P<field>{'|'.join(DATES)})(?: is| was)? (?:(?P<when>{WHEN})|(?P<not>not )?given)"
)
_CHOICE = re.compile(
    rf"(?P<field>{'|'.join(CHOICES)}|column [“\"](?P<heading>[^“”\"]+)[”\"])"
    r"(?: is)?(?P<not> not)? (?P<values>.+)"
)
_VALUE = re.compile(
    r"\s*(?:[“\"]([^“”\"]+)[”\"]|((?!or\s)(?:(?!\sor\s)[^,“”\"])+))\s*(?:,\s*(?:or\s)?|\sor\s|$)"
)


_PLAIN = re.compile(r"(?i)(?!(?:or|not|is|given)\b)(?!.*\sor\s)\w(?:[\w &/'’()-]*[\w)])?")


def read_lines(text: str) -> tuple[Line, ...]:
    """Lines of a text, blank ones passed over; CohortFault names the line that cannot be read."""
    found: list[Line] = []
    for number, typed in enumerate(text.splitlines(), 1):
        if not typed.strip():
            continue
        try:
            found.append(read_line(typed))
        except CohortFault as fault:
            raise CohortFault(f"Line {number}: {fault}") from fault
    if len(found) > MOST_LINES:
        raise CohortFault(f"A cohort has at most {MOST_LINES} lines; these are {len(found)}.")
    return tuple(found)


def read_line(typed: str) -> Line:
    """A line as it was typed; CohortFault where it says nothing that the extract knows of."""
    text = " ".join(typed.split()).rstrip(".;")
    if len(text) > LONGEST_LINE:
        raise CohortFault(f"A line has at most {LONGEST_LINE} characters.")
    for pattern, read in _READERS:
        match = pattern.fullmatch(text) or pattern.fullmatch(_without_capital(text))
        if match:
            return read(match)
    raise CohortFault(
        f"“{text[:80]}” cannot be read. Begin with a word such as status, team, under, on a plan, "
        "factor, need, category, a referral, or the name of a date; see what can be said."
    )


def _without_capital(text: str) -> str:
    return text[:1].lower() + text[1:]


def _read_age(match: re.Match[str]) -> Line:
    said = match.groupdict()
    low = _number(said.get("low")) if said.get("low") else None
    high = _number(said["high"]) if said.get("high") else None
    inclusive = match.re is _AGES
    if low is not None and high is not None and high < low:
        raise CohortFault("The older age stands first: write the younger one before it.")
    on = read_day(said["day"]) if said.get("day") else None
    at = f" on {say_day(on)}" if on else ""
    words = f"under {high}{at}" if low is None else f"{low} or over{at}"
    if inclusive:
        words = f"age is {low} to {high}{at}"
    above = None if high is None else high + inclusive

    def terms(as_at: date) -> tuple[Term, ...]:
        day = on or as_at
        first = None if above is None else back(day, above, "year") + timedelta(days=1)
        return (Within("date_of_birth", first, back(day, low, "year") if low else day),)

    return Line(words, terms)


def _number(text: str | None) -> int:
    return _NUMBERS.get(text or "", 0) or int(text or 0)


def _read_span(match: re.Match[str]) -> Line:
    start, end = SPANS[match["what"]]
    words = match["what"]
    if match["how"]:
        count, unit = read_length(match["length"])
        words += f" for {match['how']} {count} {unit}{'s' if count > 1 else ''}"

    def terms(as_at: date) -> tuple[Term, ...]:
        if not match["how"]:
            return (Within(start, None, as_at), Unended(end, as_at))
        limit = back(as_at, count, unit)
        over = match["how"] == "over"
        began = (
            Within(start, None, limit - timedelta(days=1)) if over else Within(start, limit, as_at)
        )
        return (began, Unended(end, as_at))

    return Line(words, terms)


def _read_list(match: re.Match[str]) -> Line:
    terms = (Given(LISTS[match["list"]]),) if match["list"] != "6" else ()
    return Line(f"in list {match['list']}", lambda _as_at: terms)


def _read_cycle(match: re.Match[str]) -> Line:
    key, again = match["key"], bool(match["frame"])
    words = f"in the cohort of {key} again" if again else f"drawn in {key}"
    return Line(words, lambda _as_at: (Among("cohort" if again else "drawn", (key,)),))


def _read_event(match: re.Match[str]) -> Line:
    when = read_when(match["when"], CohortFault)
    name = match["event"].replace(" ", "_")
    return Line(
        f"{EVENTS[match['event']]} {say_when(when)}",
        lambda as_at: (Within(f"event:{name}", *when.days(as_at)),),
    )


def _read_date(match: re.Match[str]) -> Line:
    field = DATES[match["field"]]
    if not match["when"]:
        wanted = not match["not"]
        given = Given(field, wanted)
        return Line(f"{match['field']} is {match['not'] or ''}given", lambda _as_at: (given,))
    when = read_when(match["when"], CohortFault)
    return Line(
        f"{match['field']} is {say_when(when)}",
        lambda as_at: (Within(field, *when.days(as_at)),),
    )


def _read_choice(match: re.Match[str]) -> Line:
    called, wanted = match["field"], not match["not"]
    field, known = CHOICES.get(called, (f"column:{match['heading']}", None))
    if match["heading"]:
        called = f"column “{match['heading']}”"
    negated = "" if wanted else " not"
    if match["values"] == "given":
        given = Given(field, wanted)
        return Line(f"{called} is{negated} given", lambda _as_at: (given,))
    values = tuple(dict.fromkeys(_settle(one, called, known) for one in _split(match["values"])))
    among = Among(field, tuple(map(_code, values)) if field == "status" else values, wanted)
    said = " or ".join(map(_quote, values))
    return Line(f"{called} is{negated} {said}", lambda _as_at: (among,))


def _split(text: str) -> list[str]:
    values, place = [], 0
    while place < len(text):
        match = _VALUE.match(text, place)
        if match is None or match.end() == place:
            raise CohortFault(f"The values “{text[:80]}” cannot be told apart: put “ ” round each.")
        values.append((match[1] or match[2]).strip())
        place = match.end()
    return values


def _settle(value: str, called: str, known: tuple[str, ...] | None) -> str:
    if known is None:
        return value
    folded = value.casefold()
    found = [one for one in known if one.casefold() == folded]
    if not found:
        raise CohortFault(f"“{value[:40]}” is no {called}: use one of {', '.join(known)}.")
    return found[0]


def _code(words: str) -> str:
    return words.replace(" ", "_")


def _quote(value: str) -> str:
    return value if _PLAIN.fullmatch(value) else f"“{value}”"


_READERS: tuple[tuple[re.Pattern[str], Callable[[re.Match[str]], Line]], ...] = (
    (_UNDER, _read_age),
    (_OVER, _read_age),
    (_AGES, _read_age),
    (_SPAN, _read_span),
    (_LIST, _read_list),
    (_CYCLE, _read_cycle),
    (_EVENT, _read_event),
    (_DATE, _read_date),
    (_CHOICE, _read_choice),
)


def lines_of(words: Iterable[str]) -> tuple[Line, ...]:
    """Lines that were kept in their settled spelling."""
    return tuple(map(read_line, words))
