"""Properties of the reader: what was meant is what is read, and only CaseloadFault is raised."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from io import BytesIO
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile

import pytest
from caseload.annex_a import (
    AS_AT,
    HEADINGS,
    TITLES,
    Formula,
    Grid,
    list_6_row,
    list_7_row,
    write_annex_a,
    write_grids,
)
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audit_app.caseload.codes import ETHNICITY
from audit_app.caseload.read import read_caseload
from audit_app.caseload.values import CaseEntry, Caseload, CaseloadFault, CaseStatus, age_at

# The folder of a test is shared by its examples; each example writes its file anew.
SAME_FOLDER = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)

STATUSES = {
    CaseStatus.LOOKED_AFTER: ("a) Looked after child", "Looked after child", "a)", "CLA"),
    CaseStatus.CHILD_PROTECTION_PLAN: ("b) Child Protection plan", "CHILD PROTECTION PLAN", "CP"),
    CaseStatus.CHILD_IN_NEED_PLAN: ("c) Child in need plan", "Child in\xa0need plan", "c"),
    CaseStatus.OPEN_ASSESSMENT: ("d) Open assessment", " open assessment "),
    CaseStatus.CLOSED: ("e) Closed episode", "Closed episode", "Closed"),
}
GENDERS = {
    "Male": ("a) Male", "Male", "M", "m"),
    "Female": ("b) Female", "female", "F"),
    "Not stated": ("c) Not stated/recorded (or unborn)", "Not stated/recorded", "c)"),
    "Neither": ("d) Neither", "Neither"),
}
DISABILITIES = {"Yes": ("a) Yes", "Y", True), "No": ("b) No", "no", False), "Unknown": ("c)",)}
HEADING_HABITS = (
    str.upper,
    str.lower,
    lambda heading: heading + "  ",
    lambda heading: heading.replace(" ", "\xa0"),
    lambda heading: heading.replace(" ", ""),
    lambda heading: heading,
)


@dataclass(frozen=True)
class Meant:
    """An entry as meant, and the cells of one quirky way to write it."""

    entry: CaseEntry
    cells: dict[str, object]


def write_day(draw: st.DrawFn, day: date | None) -> object:
    if day is None:
        return draw(st.sampled_from([None, "", " ", "\xa0", "nan", "NULL"]))
    ways = (
        day,
        datetime.combine(day, time(13, 30)),
        day.strftime("%d/%m/%Y"),
        f"{day.day}/{day.month}/{day.year}",
        day.isoformat(),
        f"{day.isoformat()} 00:00:00",
        f"  {day.strftime('%d/%m/%Y')}\xa0",
        Formula("=TODAY()", day),
        Formula("=TODAY()", day.isoformat()),
    )
    return draw(st.sampled_from(ways))


def write_name(draw: st.DrawFn, name: str | None) -> object:
    if name is None:
        return draw(st.sampled_from([None, " ", "nan"]))
    ways = (name, f" {name}", f"{name}\xa0", name.replace(" ", "\xa0"), name.replace(" ", "  "))
    return draw(st.sampled_from(ways))


@st.composite
def meant_rows(draw: st.DrawFn) -> list[Meant]:
    ids = draw(
        st.lists(
            st.from_regex(r"\A(?:0[0-9]{3}|[1-9][0-9]{3}|[A-C][0-9]{2})\Z"),
            min_size=1,
            max_size=6,
            unique_by=str.casefold,
        )
    )
    return [draw(meant_row(council_id)) for council_id in ids]


@st.composite
def meant_row(draw: st.DrawFn, council_id: str) -> Meant:
    born = draw(st.dates(AS_AT - timedelta(days=17 * 365), AS_AT + timedelta(days=200)))
    start = draw(st.dates(date(2023, 1, 1), AS_AT))
    status = draw(st.sampled_from(CaseStatus))
    closed = status is CaseStatus.CLOSED
    closure = draw(st.dates(start, AS_AT)) if closed else None
    seen = None
    if born <= AS_AT:
        seen = draw(st.none() | st.dates(max(born, date(2023, 1, 1)), AS_AT))
    names = st.sampled_from(["North", "Team 7", "Assessment and Safeguarding East"])
    team = draw(st.none() | names if closed else names)
    worker = draw(st.none() | st.sampled_from(["Worker 1", "Worker 22 B"]))
    gender, disability = draw(st.sampled_from([*GENDERS])), draw(st.sampled_from([*DISABILITIES]))
    ethnicity = draw(st.sampled_from(sorted(ETHNICITY)))
    need = draw(st.integers(0, 9))
    note = draw(st.none() | st.sampled_from(["3A", "Ward East", "7"]))
    years = age_at(born, AS_AT)
    number = float(council_id) if council_id.isdigit() and council_id[0] != "0" else council_id
    cells: dict[str, object] = {
        "Child Unique ID": draw(
            st.sampled_from([council_id, f" {council_id} ", number, Formula("=1", council_id)])
        ),
        "Gender": draw(st.sampled_from(GENDERS[gender])),
        "Ethnicity": draw(st.sampled_from([f"s) {ethnicity}", ethnicity, ethnicity.lower()])),
        "Date of Birth": write_day(draw, born),
        "Age of Child (Years)": draw(
            st.sampled_from([years, str(years), years if years == -1 else years + 0.5, None])
        ),
        "Does the Child have a Disability": draw(st.sampled_from(DISABILITIES[disability])),
        "CIN Start Date": write_day(draw, start),
        "Primary Need Code": draw(st.sampled_from([f"N{need}", f"N{need} - In words"])),
        "Date Child Was Last Seen": write_day(draw, seen),
        "CIN Closure Date": write_day(draw, closure),
        "Case status": draw(st.sampled_from(STATUSES[status])),
        "Allocated Team": write_name(draw, team),
        "Allocated Worker": write_name(draw, worker),
        "Local note": write_name(draw, note),
    }
    entry = CaseEntry(
        council_id=council_id,
        status=status,
        team=team,
        worker=worker,
        date_of_birth=born,
        unborn=born > AS_AT,
        gender=gender,
        ethnicity=ethnicity,
        disability=disability,
        need_code=f"N{need}",
        cin_start=start,
        cin_closure=closure,
        last_seen=seen,
        local={"Local note": note} if note else {},
    )
    return Meant(entry, cells)


@st.composite
def quirky_grids(draw: st.DrawFn, rows: list[Meant]) -> list[Grid]:
    """One list 6 with the habits of real exports around the same rows."""
    headings = draw(st.permutations([*HEADINGS[6], "Local note"]))
    written = [
        heading if heading == "Local note" else draw(st.sampled_from(HEADING_HABITS))(heading)
        for heading in headings
    ]
    cells: list[list[object]] = [[] for _ in range(draw(st.integers(0, 3)))]
    if draw(st.booleans()):
        cells.append([TITLES[6]])
    cells.append([*written])
    for row in rows:
        cells += [[] for _ in range(draw(st.integers(0, 2)))]
        cells.append([row.cells.get(heading) for heading in headings])
    name = draw(st.sampled_from(["List_6", "List 6", "Children in Need", "Sheet1", "Export"]))
    front = [Grid("Front_Sheet", [["Annex A"]]), Grid("FAQ", [[]]), Grid("List_10", [["x"]])]
    return [*front[: draw(st.integers(0, 3))], Grid(name, cells)]


@SAME_FOLDER
@given(data=st.data(), rows=meant_rows())
def test_rows_written_in_any_quirky_way_read_as_they_were_meant(
    tmp_path: Path, data: st.DataObject, rows: list[Meant]
) -> None:
    path = write_grids(tmp_path / "quirky.xlsx", data.draw(quirky_grids(rows)))
    caseload = read_caseload(path, as_at=AS_AT)
    assert caseload.entries == tuple(row.entry for row in rows)
    assert caseload.doubtful == ()
    assert caseload.rows_read == len(rows)


@SAME_FOLDER
@given(content=st.binary(max_size=2_000), suffix=st.sampled_from([".xlsx", ".csv", ".xls", ""]))
def test_random_bytes_raise_nothing_but_a_caseload_fault(
    tmp_path: Path, content: bytes, suffix: str
) -> None:
    path = tmp_path / f"random{suffix}"
    path.write_bytes(content)
    with pytest.raises(CaseloadFault):
        read_caseload(path, as_at=AS_AT)


@SAME_FOLDER
@given(text=st.text(max_size=400), delimiter=st.sampled_from([",", ";", "\t"]))
def test_random_text_below_headings_raises_nothing_but_a_caseload_fault(
    tmp_path: Path, text: str, delimiter: str
) -> None:
    path = tmp_path / "random.csv"
    row = list_6_row("1")
    lines = [delimiter.join(HEADINGS[6]), delimiter.join(str(row[h] or "") for h in HEADINGS[6])]
    path.write_text("\n".join([*lines, text]), encoding="utf-8", errors="replace")
    caseload = read_or_refuse(path)
    assert caseload is None or caseload.entries[0].council_id == "1"


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    path = tmp_path_factory.mktemp("sound") / "sound.xlsx"
    rows = [list_6_row(str(number), Note="x") for number in range(5)]
    return write_annex_a(path, rows, list_7_rows=[list_7_row("1")]).read_bytes()


@SAME_FOLDER
@given(data=st.data())
def test_a_workbook_with_changed_bytes_raises_nothing_but_a_caseload_fault(
    tmp_path: Path, sound: bytes, data: st.DataObject
) -> None:
    content = bytearray(sound)
    for place in data.draw(st.lists(st.integers(0, len(content) - 1), min_size=1, max_size=8)):
        content[place] = data.draw(st.integers(0, 255))
    (tmp_path / "changed.xlsx").write_bytes(content)
    caseload = read_or_refuse(tmp_path / "changed.xlsx")
    assert caseload is None or 0 < len(caseload.entries) <= 5


@SAME_FOLDER
@given(data=st.data())
def test_a_workbook_with_changed_parts_raises_nothing_but_a_caseload_fault(
    tmp_path: Path, sound: bytes, data: st.DataObject
) -> None:
    with ZipFile(BytesIO(sound)) as book:
        parts = {name: book.read(name) for name in book.namelist()}
    name = data.draw(st.sampled_from(sorted(parts)))
    part = bytearray(parts[name])
    for _ in range(data.draw(st.integers(1, 5))):
        start = data.draw(st.integers(0, len(part)))
        end = min(len(part), start + data.draw(st.integers(0, 12)))
        pieces = [b"", b"<", b">", b'"', b"9", b"-", b"&#65;", b"<c/>", b"</si>", b"\xff", b"e"]
        part[start:end] = data.draw(st.sampled_from(pieces))
    parts[name] = bytes(part)
    path = tmp_path / "changed.xlsx"
    with ZipFile(path, "w", ZIP_DEFLATED) as book:
        for each, content in parts.items():
            book.writestr(each, content)
    caseload = read_or_refuse(path)
    assert caseload is None or 0 < len(caseload.entries) <= 6


def read_or_refuse(path: Path) -> Caseload | None:
    """What was read, or None after a refusal; any other exception is the test's failure."""
    try:
        return read_caseload(path, as_at=AS_AT)
    except CaseloadFault:
        return None
