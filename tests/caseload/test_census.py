"""The children in need census: what is taken from it, which assessment counts, what is refused."""

from __future__ import annotations

import tracemalloc
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit_app.caseload import census
from audit_app.caseload.census import Assessment, choose_assessment, join_census, read_census
from audit_app.caseload.values import CaseEntry, Caseload, CaseloadFault
from audit_app.core.factors import FACTORS, say_factors

AS_AT = date(2026, 3, 31)


def assessment(authorised: str = "", *factors: str, started: str = "2026-01-05") -> str:
    named = "".join(f"<AssessmentFactors>{code}</AssessmentFactors>" for code in factors)
    day = f"<AssessmentAuthorisationDate>{authorised}</AssessmentAuthorisationDate>"
    return (
        f"<Assessments><AssessmentActualStartDate>{started}</AssessmentActualStartDate>"
        f"{day if authorised else ''}"
        f"<FactorsIdentifiedAtAssessment>{named}</FactorsIdentifiedAtAssessment></Assessments>"
    )


def child(council_id: str, *details: str, more: str = "<Sex>F</Sex>") -> str:
    spells = "".join(f"<CINdetails>{one}</CINdetails>" for one in details)
    return (
        f"<Child><ChildIdentifiers><LAchildID>{council_id}</LAchildID>{more}</ChildIdentifiers>"
        f"{spells}</Child>"
    )


def write(path: Path, *children: str, root: str = "<Message>", head: str = "") -> Path:
    file = path / "census.xml"
    end = "</" + root[1:].split()[0].rstrip(">") + ">"
    file.write_text(
        f'<?xml version="1.0" encoding="utf-8"?>{head}{root}<Children>{"".join(children)}'
        f"</Children>{end}",
        encoding="utf-8",
    )
    return file


def factors_of(path: Path, key: str = "1001") -> tuple[str, ...]:
    return read_census(path, as_at=AS_AT).children[key].factors


@pytest.mark.parametrize(
    ("root", "more"),
    [
        ("<Message>", "<Sex>F</Sex>"),
        ("<Message>", "<GenderCurrent>2</GenderCurrent>"),
        ('<Message xmlns="http://example.org/cin">', ""),
        ("<Message>", "<UPN/>stray <!-- and more --> text"),
    ],
)
def test_factors_are_found_whatever_stands_around_them(
    tmp_path: Path, root: str, more: str
) -> None:
    file = write(
        tmp_path, child("1001", assessment("2026-02-01", "3B", "3A"), more=more), root=root
    )
    read = read_census(file, as_at=AS_AT)
    assert read.children["1001"].factors == ("3A", "3B")
    assert read.children["1001"].assessed_on == date(2026, 2, 1)
    assert read.doubtful == ()


def test_names_with_a_prefix_are_the_same_names(tmp_path: Path) -> None:
    text = write(tmp_path, child("1001", assessment("2026-02-01", "3A"))).read_text()
    text = text.replace("</", "</x:").replace("<", "<x:").replace("<x:/x:", "</x:")
    text = text.replace("<x:?xml", "<?xml").replace("<x:Message>", '<x:Message xmlns:x="http://x">')
    (tmp_path / "census.xml").write_text(text)
    assert factors_of(tmp_path / "census.xml") == ("3A",)


def test_the_latest_assessment_of_all_details_counts(tmp_path: Path) -> None:
    earlier = assessment("2025-06-01", "1A") + assessment("2025-07-01", "2B")
    later = assessment("2026-02-01", "3C")
    to_come = assessment("2026-04-01", "4A")
    assert factors_of(write(tmp_path, child("1001", later, earlier, to_come))) == ("3C",)


def test_a_child_that_stands_twice_is_one_child(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        child(" ab1 ", assessment("2025-06-01", "1A")),
        child("AB1", assessment("2026-02-01", "3C")),
    )
    read = read_census(file, as_at=AS_AT)
    assert {key: one.factors for key, one in read.children.items()} == {"ab1": ("3C",)}


def test_an_authorised_assessment_without_factors_counts(tmp_path: Path) -> None:
    """It says that none were identified; the earlier ones are not brought back."""
    file = write(tmp_path, child("1001", assessment("2025-06-01", "1A"), assessment("2026-02-01")))
    found = read_census(file, as_at=AS_AT).children["1001"]
    assert (found.factors, found.assessed_on) == ((), date(2026, 2, 1))


def test_one_still_being_made_counts_only_with_factors(tmp_path: Path) -> None:
    open_one = assessment("", started="2026-03-01")
    file = write(tmp_path, child("1001", assessment("2025-06-01", "1A"), open_one))
    assert factors_of(file) == ("1A",)
    named = assessment("", "3A", started="2026-03-01")
    assert factors_of(write(tmp_path, child("1001", assessment("2025-06-01", "1A"), named))) == (
        "3A",
    )


@given(
    st.lists(
        st.builds(
            Assessment,
            st.dates(AS_AT - timedelta(days=9), AS_AT + timedelta(days=9)),
            st.booleans(),
            st.frozensets(st.sampled_from(FACTORS), max_size=3),
        ),
        max_size=6,
    )
)
def test_no_later_assessment_is_passed_over(assessments: list[Assessment]) -> None:
    counted = choose_assessment(assessments, AS_AT)
    usable = [a for a in assessments if a.day <= AS_AT and (a.authorised or a.factors)]
    assert (counted is None) == (not usable)
    if counted is not None:
        assert counted.day == max(a.day for a in usable)
        assert all(a.factors <= counted.factors for a in usable if a.day == counted.day)
        assert choose_assessment(assessments[::-1], AS_AT) == counted


def test_what_cannot_be_read_is_said_by_its_line_and_never_repeated(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        "\n",
        child("1001", assessment("2026-02-01", "3A", "99Z")),
        "\n",
        child("1002", assessment("31/02/2026", "3A", started="soon")),
        "\n",
        child("", assessment("2026-02-01", "3A")),
    )
    read = read_census(file, as_at=AS_AT)
    assert read.children["1001"].factors == ("3A",)
    assert read.children["1002"].factors == ()
    assert sorted({one.row for one in read.doubtful}) == [2, 3, 4]
    assert {one.sheet for one in read.doubtful} == {"CIN census"}
    assert "99Z" not in repr(read.doubtful)
    assert "1002" not in repr(read)


def test_children_are_joined_by_id_trimmed_and_without_case(tmp_path: Path) -> None:
    file = write(
        tmp_path,
        child(" a1 ", assessment("2026-02-01", "3A")),
        child("B2"),
        child("Z9", assessment("2026-02-01", "3A")),
    )
    entries = (CaseEntry("A1"), CaseEntry("b2"), CaseEntry("C3"))
    joined = join_census(Caseload(entries, 3, (), (), ()), read_census(file, as_at=AS_AT))
    assert [(one.in_census, one.factors) for one in joined.entries] == [
        (True, ("3A",)),
        (True, ()),
        (False, ()),
    ]
    assert joined.census is not None
    assert (joined.census.children, joined.census.strangers) == (3, ("z9",))


LAUGHS = '<!DOCTYPE m [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'


@pytest.mark.parametrize(
    "head",
    [LAUGHS, '<!DOCTYPE m SYSTEM "http://127.0.0.1:9/x.dtd">', '<!DOCTYPE m SYSTEM "/etc/passwd">'],
)
def test_a_document_type_is_refused_before_anything_is_resolved(tmp_path: Path, head: str) -> None:
    with pytest.raises(CaseloadFault, match="document type"):
        read_census(write(tmp_path, child("1001"), head=head), as_at=AS_AT)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04",
        b"Child Unique ID,Case status",
        b"<html><body>x</body></html>",
        b"<Message/>",
        b'<?xml version="1.0" encoding="utf-99"?><Message/>',
        b"\xff" * 40,
    ],
)
def test_what_is_no_census(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "census.xml").write_bytes(content)
    with pytest.raises(CaseloadFault, match="no children in need census"):
        read_census(tmp_path / "census.xml", as_at=AS_AT)


def test_an_entity_that_nobody_declared_is_damage(tmp_path: Path) -> None:
    with pytest.raises(CaseloadFault, match=r"damaged \(line 1\)"):
        read_census(write(tmp_path, child("&secret;")), as_at=AS_AT)


def test_a_file_that_breaks_off_is_damage(tmp_path: Path) -> None:
    file = write(tmp_path, child("1001"), child("1002"))
    file.write_text(file.read_text()[:-40])
    with pytest.raises(CaseloadFault, match="breaks off"):
        read_census(file, as_at=AS_AT)


def test_parts_that_lie_too_deep(tmp_path: Path) -> None:
    with pytest.raises(CaseloadFault, match="too deep"):
        read_census(write(tmp_path, "<a>" * 2_000 + "</a>" * 2_000), as_at=AS_AT)


@pytest.mark.parametrize(
    ("limit", "reason"), [("MOST_CHILDREN", "children"), ("MOST_ASSESSMENTS", "assessments")]
)
def test_more_than_any_census_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, limit: str, reason: str
) -> None:
    monkeypatch.setattr(census, limit, 1)
    file = write(tmp_path, *(child(str(n), assessment("2026-02-01")) for n in range(3)))
    with pytest.raises(CaseloadFault, match=f"too many {reason}"):
        read_census(file, as_at=AS_AT)


def test_a_file_that_is_too_large_is_not_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(census, "MAX_FILE", 10)
    with pytest.raises(CaseloadFault, match="larger than"):
        read_census(write(tmp_path, child("1001")), as_at=AS_AT)


def test_a_text_of_many_megabytes_takes_no_memory(tmp_path: Path) -> None:
    file = write(tmp_path, child("x" * 8_000_000), child("1002"))
    tracemalloc.start()
    try:
        read_census(file, as_at=AS_AT)
        assert tracemalloc.get_traced_memory()[1] < 6_000_000
    finally:
        tracemalloc.stop()


def test_each_factor_has_words() -> None:
    assert say_factors(["3A", "3B"]) == (
        "3A (domestic abuse, the child) or 3B (domestic abuse, a parent or carer)"
    )
    assert {"3A", "3B", "3C", "11A", "16A", "18C", "21", "24A"} <= set(FACTORS)
