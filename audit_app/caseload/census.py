"""Reads a children in need census (DfE, XML): which factors each child's assessment identified.

Only what is needed is taken: `LAchildID` and, of each of the child's `CINdetails`, the assessments
with their days and their `FactorsIdentifiedAtAssessment`. Element names count without a namespace;
everything else, stray text too, is passed over. The file is read in pieces by expat, which is told
to stop at any document type: no entity is ever declared, resolved or fetched.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from xml.parsers import expat

from audit_app.caseload.cells import Unclear, read_date, read_id
from audit_app.caseload.values import Caseload, CaseloadFault, CensusJoin, Doubtful
from audit_app.core.factors import FACTORS

MEGABYTE = 1_048_576
MAX_FILE = 50 * MEGABYTE
DEEPEST = 40
MOST_CHILDREN = 200_000
MOST_ASSESSMENTS = 1_000_000
LONGEST_TEXT = 1_000

CHILD, ID = "Child", "LAchildID"
ASSESSMENT, STARTED, AUTHORISED = (
    "Assessments",
    "AssessmentActualStartDate",
    "AssessmentAuthorisationDate",
)
FACTOR_PARTS = ("FactorsIdentifiedAtAssessment", "AssessmentFactors")
_PARTED = re.compile(r"[\s,;|]+")

NO_CENSUS = (
    "This file is no children in need census, so nothing was imported: export the census as XML "
    "(the file that is sent to the DfE) and choose that file."
)
DAMAGED = (
    "The census file breaks off or is damaged (line {line}), so nothing was imported: export it "
    "again and choose that file."
)
HOSTILE = (
    "The census file is built in a way that no census is ({reason}), so it was not read on and "
    "nothing was imported: export it again and choose that file."
)
LARGE = (
    "The census file is larger than {limit} MB, so it was not opened and nothing was imported: "
    "export the census of one year."
)
SAID = "CIN census"


@dataclass(frozen=True, slots=True)
class Assessment:
    """An assessment: the day it counts from, whether it was authorised, and what it identified."""

    day: date
    authorised: bool
    factors: frozenset[str]


@dataclass(frozen=True, slots=True)
class CensusChild:
    """A child by the council's id, and the assessment that counts."""

    council_id: str = field(repr=False)
    assessed_on: date | None
    factors: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Census:
    """The children of a census by id without case, and what was doubtful, by line of the file."""

    children: Mapping[str, CensusChild] = field(repr=False)
    doubtful: tuple[Doubtful, ...]


def read_census(path: Path, *, as_at: date) -> Census:
    """The census's children, each with the assessment that counts on the day ``as_at``.

    Raises CaseloadFault with one sentence where the file is refused. The file is only read.
    """
    reading = _Reading()
    try:
        if path.stat().st_size > MAX_FILE:
            raise CaseloadFault(LARGE.format(limit=MAX_FILE // MEGABYTE))
        with path.open("rb") as file:
            reading.read_all(iter(lambda: file.read(MEGABYTE), b""))
    except OSError as fault:
        raise CaseloadFault(NO_CENSUS) from fault
    if not reading.assessed:
        raise CaseloadFault(NO_CENSUS)
    children = {}
    for key, assessments in reading.assessed.items():
        counted = choose_assessment(assessments, as_at)
        children[key] = CensusChild(
            reading.spelled[key],
            counted.day if counted else None,
            tuple(sorted(counted.factors, key=FACTORS.index)) if counted else (),
        )
    return Census(children, tuple(reading.doubtful))


def choose_assessment(assessments: Sequence[Assessment], as_at: date) -> Assessment | None:
    """The latest assessment up to ``as_at`` by the day it was authorised, else by its start.

    One not yet authorised counts only where it names factors. Of several of one day all factors
    count together, for the file does not say which was last.
    """
    usable = [one for one in assessments if one.day <= as_at and (one.authorised or one.factors)]
    if not usable:
        return None
    day = max(one.day for one in usable)
    same = [one for one in usable if one.day == day]
    factors = frozenset().union(*(one.factors for one in same))
    return Assessment(day, any(one.authorised for one in same), factors)


def join_census(caseload: Caseload, census: Census) -> Caseload:
    """The caseload with what the census says of its children, by id trimmed and without case."""
    keys = [entry.council_id.strip().casefold() for entry in caseload.entries]
    found = [census.children.get(key) for key in keys]
    entries = tuple(
        entry._replace(in_census=False)
        if child is None
        else entry._replace(in_census=True, assessed_on=child.assessed_on, factors=child.factors)
        for entry, child in zip(caseload.entries, found, strict=True)
    )
    listed = set(keys)
    strangers = tuple(key for key in census.children if key not in listed)
    return replace(
        caseload,
        entries=entries,
        doubtful=(*caseload.doubtful, *census.doubtful),
        census=CensusJoin(len(census.children), strangers),
    )


class _Reading:
    """What expat tells, put together: the text of the few elements that are asked for."""

    def __init__(self) -> None:
        self.assessed: dict[str, list[Assessment]] = {}
        self.spelled: dict[str, str] = {}
        self.doubtful: list[Doubtful] = []
        self._count = 0
        self._path: list[str] = []
        self._texts: list[str] = []
        self._length = 0
        self._id: str | None = None
        self._child_line = 0
        self._assessments: list[Assessment] = []
        self._days: dict[str, date | None] = {}
        self._factors: set[str] = set()
        self._parser = expat.ParserCreate()
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = _refuse_doctype
        self._parser.StartElementHandler = self._begin
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._hear

    def read_all(self, pieces: Iterable[bytes]) -> None:
        """Parse the file piece by piece; CaseloadFault where it is damaged or hostile."""
        try:
            for piece in pieces:
                self._parser.Parse(piece, False)
            self._parser.Parse(b"", True)
        except expat.ExpatError as fault:
            known = self.assessed or self._path
            raise CaseloadFault(
                DAMAGED.format(line=fault.lineno) if known else NO_CENSUS
            ) from fault
        except (LookupError, ValueError) as fault:
            raise CaseloadFault(NO_CENSUS) from fault

    def _begin(self, tag: str, _attributes: object) -> None:
        name = tag.rpartition(":")[2]
        self._path.append(name)
        self._texts, self._length = [], 0
        if len(self._path) > DEEPEST:
            raise CaseloadFault(HOSTILE.format(reason="its parts lie too deep in each other"))
        if name == CHILD:
            self._id, self._assessments = None, []
            self._child_line = self._parser.CurrentLineNumber
        elif name == ASSESSMENT:
            self._days, self._factors = {}, set()

    def _hear(self, text: str) -> None:
        if self._length <= LONGEST_TEXT:
            self._texts.append(text)
            self._length += len(text)

    def _end(self, tag: str) -> None:
        name = tag.rpartition(":")[2]
        text = "".join(self._texts).strip()
        self._texts, self._length = [], 0
        self._path.pop()
        if name == ID:
            self._id = self._read_id(text)
        elif name in (STARTED, AUTHORISED):
            self._days[name] = self._read_day(name, text)
        elif name in FACTOR_PARTS and text:
            self._read_factors(text)
        elif name == ASSESSMENT:
            self._keep_assessment()
        elif name == CHILD:
            self._keep_child()

    def _read_id(self, text: str) -> str | None:
        try:
            return read_id(text)
        except Unclear as fault:
            self._doubt(ID, f"{fault}; the child was left out.")
            return None

    def _read_day(self, name: str, text: str) -> date | None:
        try:
            return read_date(text)
        except Unclear as fault:
            self._doubt(name, f"{fault}; left empty.")
            return None

    def _read_factors(self, text: str) -> None:
        for code in _PARTED.split(text.upper()):
            if code in FACTORS:
                self._factors.add(code)
            elif code:
                self._doubt("AssessmentFactors", "This code is not on the list; left out.")

    def _keep_assessment(self) -> None:
        self._count += 1
        if self._count > MOST_ASSESSMENTS:
            raise CaseloadFault(HOSTILE.format(reason="it has too many assessments"))
        authorised = self._days.get(AUTHORISED)
        day = authorised or self._days.get(STARTED)
        if day is not None:
            self._assessments.append(
                Assessment(day, authorised is not None, frozenset(self._factors))
            )
        elif self._factors:
            what = "An assessment with factors has no day that can be read; left out."
            self._doubt(ASSESSMENT, what)

    def _keep_child(self) -> None:
        if self._id is None:
            what = "A child has no id; left out."
            self.doubtful.append(Doubtful(SAID, self._child_line, ID, what))
            return
        key = self._id.casefold()
        self.assessed.setdefault(key, []).extend(self._assessments)
        self.spelled.setdefault(key, self._id)
        if len(self.assessed) > MOST_CHILDREN:
            raise CaseloadFault(HOSTILE.format(reason="it has too many children"))

    def _doubt(self, column: str, what: str) -> None:
        self.doubtful.append(Doubtful(SAID, self._parser.CurrentLineNumber, column, what))


def _refuse_doctype(*_declared: object) -> None:
    raise CaseloadFault(HOSTILE.format(reason="it declares a document type"))
