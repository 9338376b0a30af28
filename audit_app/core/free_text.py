"""Words that seem to name somebody: where they stand in a text, and the text without them.

It warns and masks; it never refuses. What it finds is likely, not certain, and it cannot find what
has no form: a first name alone, a street, a school.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import pairwise


class MarkKind(StrEnum):
    """What some words seem to be."""

    EMAIL = "email address"
    NHS_NUMBER = "NHS number"
    PHONE = "phone number"
    POSTCODE = "postcode"
    BIRTH_DAY = "date of birth"
    NAME = "name"


@dataclass(frozen=True, slots=True)
class Mark:
    """Words from `start` up to `end`, counted in characters, and what they seem to be."""

    kind: MarkKind
    start: int
    end: int


class KnownNames:
    """Full names, so arranged that a text is searched in the time that it takes to read it.

    A name of one word is no full name and is left out: it would mark too much.
    """

    def __init__(self, names: Iterable[str] = ()) -> None:
        """Take the names as they are written, as “Jo Example” or “Example, Jo”."""
        self._by_first: dict[str, list[tuple[str, ...]]] = {}
        for words in {way for name in names for way in _ways_to_write(name)}:
            self._by_first.setdefault(words[0], []).append(words)

    def spans(self, text: str) -> Iterator[tuple[int, int]]:
        """From where to where each name stands."""
        if not self._by_first:
            return
        found = list(_WORD.finditer(text))
        words = [one[0].casefold() for one in found]
        near = [
            bool(_BETWEEN_WORDS.fullmatch(text, one.end(), after.start()))
            for one, after in pairwise(found)
        ]
        for place, word in enumerate(words):
            for name in self._by_first.get(word, ()):
                last = place + len(name) - 1
                if tuple(words[place : last + 1]) == name and all(near[place:last]):
                    yield found[place].start(), found[last].end()


NO_NAMES = KnownNames()


def find_marks(
    text: str, known_names: KnownNames = NO_NAMES, birth_days: Collection[date] = ()
) -> tuple[Mark, ...]:
    """What seems to name somebody, in the order of the text; no two marks overlap.

    A date is marked where it is one of `birth_days` or follows words such as “born”.
    """
    dates = list(_DATE.finditer(text))
    marks = [Mark(MarkKind.EMAIL, *one.span()) for one in _EMAIL.finditer(text)]
    marks += [
        Mark(MarkKind.NHS_NUMBER, *one.span())
        for one in _TEN_DIGITS.finditer(text)
        if _is_nhs_number(one[0]) and not _meets(one, dates)
    ]
    marks += [
        Mark(MarkKind.PHONE, *one.span()) for one in _PHONE.finditer(text) if not _meets(one, dates)
    ]
    marks += [Mark(MarkKind.POSTCODE, *one.span()) for one in _POSTCODE.finditer(text)]
    marks += [
        Mark(MarkKind.BIRTH_DAY, *one.span())
        for one in dates
        if _BORN.search(text, max(0, one.start() - 40), one.start()) or _is_of(one, birth_days)
    ]
    marks += [Mark(MarkKind.NAME, *span) for span in known_names.spans(text)]
    return tuple(_apart(marks))


def mask(text: str, marks: Iterable[Mark]) -> str:
    """The text with what each mark seems to be, in square brackets, in its place."""
    parts, reached = [], 0
    for mark in sorted(marks, key=lambda mark: mark.start):
        parts += [text[reached : mark.start], f"[{mark.kind.value}]"]
        reached = mark.end
    return "".join((*parts, text[reached:]))


def mask_all(
    text: str, known_names: KnownNames = NO_NAMES, birth_days: Collection[date] = ()
) -> str:
    """The text with nothing left that is marked: what is masked may lay bare another mark."""
    for _ in range(_MOST_TIMES):
        marks = find_marks(text, known_names, birth_days)
        if not marks:
            break
        text = mask(text, marks)
    return text


def say_marks(marks: Sequence[Mark]) -> str:
    """What an auditor is told of the marks in one box; empty where there are none."""
    kinds = [kind for kind in MarkKind if any(mark.kind is kind for mark in marks)]
    if not kinds:
        return ""
    named = [f"{'an' if kind.value[0] in 'eN' else 'a'} {kind.value}" for kind in kinds]
    *some, last = named
    said = f"{', '.join(some)} and {last}" if some else last
    it, needs, is_ = ("them", "they", "are") if some else ("it", "it", "is")
    return (
        f"This seems to hold {said.replace('a name', 'the full name of a worker')}. Leave {it} out "
        f"unless the reader needs {it}; {needs} {is_} left out of shared reports."
    )


_MOST_TIMES = 8
_WORD = re.compile(r"[^\W_]+|,")
_BETWEEN_WORDS = re.compile(r"[\s'’‘.-]{0,4}")
# Each run is tried from its beginning only, and never given back: the time grows with the text.
_EMAIL = re.compile(r"(?<![\w.+'-])[\w.+'-]++@[\w-]++(?:\.[\w-]++)+")
_TEN_DIGITS = re.compile(r"(?<!\d)[0-9](?:[ -]{0,2}[0-9]){9}(?!\d)")
_PHONE = re.compile(
    r"(?<![\w+])(?:(?:\+|00)44[ .-]?(?:\(0\) ?)?|\(?0)[1-37-9](?:[ ().-]{0,2}[0-9]){8,9}(?!\d)"
)
_POSTCODE = re.compile(
    r"(?<![A-Z0-9])(?:GIR\s{0,2}0AA|[A-PR-UWYZ](?:[0-9][0-9A-HJKPS-UW]?|[A-HK-Y][0-9]"
    r"[0-9ABEHMNPRV-Y]?)\s{0,2}(?!(?-i:1st|2nd|3rd|[0-9]th))[0-9][ABD-HJLNP-UW-Z]{2})"
    r"(?![A-Z0-9])",
    re.IGNORECASE | re.ASCII,
)
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY = r"[0-9]{1,2}(?:st|nd|rd|th)?"
_YEAR = r"(?:[0-9]{4}|'?[0-9]{2})"
_DATE = re.compile(
    rf"(?<!\w)(?:(?P<y1>[0-9]{{4}})(?P<s1>[-./])(?P<m1>[0-9]{{1,2}})(?P=s1)(?P<d1>[0-9]{{1,2}})"
    rf"|(?P<d2>[0-9]{{1,2}})\s?(?P<s2>[-./])\s?(?P<m2>[0-9]{{1,2}})\s?(?P=s2)\s?(?P<y2>{_YEAR})"
    rf"|(?P<d3>{_DAY})[\s.-]{{0,2}}(?:of\s)?(?P<m3>{_MONTH})(?:[\s,.-]{{1,3}}(?P<y3>{_YEAR}))?"
    rf"|(?P<m4>{_MONTH})\s(?P<d4>{_DAY})(?:,?\s(?P<y4>{_YEAR}))?"
    r"|(?P<d5>[0-9]{2})(?P<m5>[0-9]{2})(?P<y5>[0-9]{4})"
    r"|(?P<y6>[0-9]{4})(?P<m6>[0-9]{2})(?P<d6>[0-9]{2})"
    r")(?!\w)",
    re.IGNORECASE,
)
_BORN = re.compile(
    r"(?<!\w)(?:d\.?\s?o\.?\s?b\.?|born|birth\s?da(?:y|te)|date\s+of\s+birth)"
    r"(?:[\s:;,.()\[\]=–-]|(?:is|was|on|the|of)\b){0,10}\Z",
    re.IGNORECASE,
)


def _ways_to_write(name: str) -> Iterator[tuple[str, ...]]:
    """A name's words in both orders: “jo example”, and “example, jo” with its comma."""
    words = tuple(one.casefold() for one in _WORD.findall(name))
    if "," in words:
        comma = words.index(",")
        family, given = words[:comma], tuple(word for word in words[comma:] if word != ",")
    else:
        family, given = words[-1:], words[:-1]
    if family and given:
        yield given + family
        yield (*family, ",", *given)


def _meets(one: re.Match[str], others: Iterable[re.Match[str]]) -> bool:
    return any(other.start() < one.end() and one.start() < other.end() for other in others)


def _is_nhs_number(written: str) -> bool:
    """Whether ten digits pass the check of NHS numbers (modulus 11)."""
    digits = [int(one) for one in written if one.isdigit()]
    check = 11 - sum(digit * (10 - place) for place, digit in enumerate(digits[:9])) % 11
    return digits[9] == (0 if check == 11 else check) and len(set(digits)) > 1


def _is_of(found: re.Match[str], days: Collection[date]) -> bool:
    """Whether a written date, with a year, is one of these days."""
    if not days:
        return False
    parts = {name[0]: value for name, value in found.groupdict().items() if value is not None}
    if "y" not in parts:
        return False
    written = parts["m"].lower()
    month = int(written) if written.isdigit() else _MONTHS.index(written[:3]) + 1
    day, year = int(re.sub(r"\D", "", parts["d"])), parts["y"].lstrip("'")
    return any(
        (one.day, one.month) == (day, month)
        and int(year) == (one.year if len(year) == 4 else one.year % 100)
        for one in days
    )


def _apart(marks: Sequence[Mark]) -> Iterator[Mark]:
    """The marks in the order of the text; those that overlap become one, of the first's kind."""
    order = list(MarkKind)
    ordered = sorted(marks, key=lambda mark: (mark.start, -mark.end, order.index(mark.kind)))
    held: Mark | None = None
    for mark in ordered:
        if held is not None and mark.start < held.end:
            held = Mark(held.kind, held.start, max(held.end, mark.end))
            continue
        if held is not None:
            yield held
        held = mark
    if held is not None:
        yield held
