"""YAML that attacks its reader is refused in one sentence, at once, and nothing is carried out."""

from __future__ import annotations

import contextlib
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from audit_app.question_banks.banks import read_bank
from audit_app.question_banks.faults import FaultyFiles, Report
from audit_app.question_banks.nodes import Unreadable, parse_nodes
from audit_app.question_banks.read import LARGEST_FILE, check_paths, read_form
from audit_app.resources import data_folder

SHIPPED = data_folder("question_banks")
BANK_LINES = (SHIPPED / "chronology.yml").read_text(encoding="utf-8").splitlines()
FORM_LINES = (SHIPPED / "forms/under_twos.yml").read_text(encoding="utf-8").splitlines()
JUNK = st.sampled_from(
    ["", "- x", "key: [", "{}", "[]", "  : ", "id: 1", "is: {a: b}", "\x00", "'"]
)

LAUGHS = "a: &a [x, x]\n" + "".join(
    f"{one}: &{one} [{', '.join([f'*{before}'] * 9)}]\n"
    for before, one in zip("abcdefgh", "bcdefghi", strict=True)
)
ANCHORS = "anchors (&) and aliases (*) are refused: write the value out"
TAG = "is refused: write the value without it"
CASES = {
    "billion laughs": (LAUGHS, 1, ANCHORS),
    "alias of itself": ("key: &k {a: *k}", 1, ANCHORS),
    "merge key": ("key: x\nbase: &b {a: 1}\nmore:\n  <<: *b", 2, ANCHORS),
    "object": ("key: !!python/object/apply:os.system ['touch owned']", 1, TAG),
    "name": ("key: a\ntitle: !!python/name:os.system", 2, TAG),
    "local tag": ("key: !include /etc/passwd", 1, TAG),
    "binary": ("key: !!binary aGVsbG8=", 1, TAG),
    "set tag": ("key: !!set {a, b}", 1, TAG),
    "two documents": ("key: a\n---\nkey: b\n", 2, "a second document starts here"),
    "deep list": ("key: " + "[" * 50_000, 1, "too many levels inside each other"),
    "deep mapping": ("{a: " * 50_000, 1, "too many levels inside each other"),
    "not YAML": ("key: a\ntitle: b: c\n", 2, "not valid YAML"),
    "unclosed": ("key: [a, b\ntitle: c", 2, "not valid YAML"),
    "tab as indent": ("key: a\nsections:\n\t- key: b\n", 3, "not valid YAML"),
    "complex key": ("? [a, b]\n: c\n", 1, "a key must be one word"),
    "empty": ("", 1, "the file is empty"),
    "comment only": ("# nothing\n", 1, "the file is empty"),
    "control character": ("key: a\ntitle: b\x07\n", 2, "a control character stands here"),
    "a list": ("- a\n- b\n", 1, "a question bank is a list here"),
    "one word": ("hello", 1, "a question bank is a single value here"),
    "huge number": ("key: hostile\nweight: " + "9" * 10_000, 2, "`weight` is not a key"),
}


@pytest.mark.parametrize(("text", "line", "what"), CASES.values(), ids=CASES)
def test_hostile_yaml_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, line: int, what: str
) -> None:
    monkeypatch.chdir(tmp_path)
    path = Path("hostile.yml")
    path.write_text(text, encoding="utf-8")
    start = time.perf_counter()
    faults = check_paths([path])
    assert time.perf_counter() - start < 2
    assert any(fault.line == line and what in fault.what for fault in faults), faults
    assert list(tmp_path.iterdir()) == [tmp_path / "hostile.yml"]


def test_a_huge_file_is_not_even_parsed(tmp_path: Path) -> None:
    path = tmp_path / "huge.yml"
    path.write_bytes(b"key: huge\n" + b"# more\n" * (LARGEST_FILE // 7 + 1))
    (fault,) = check_paths([path])
    assert fault.what == "the file is larger than 1 MB: a question bank is far smaller, split it"


@pytest.mark.parametrize("encoding", ["utf-16", "latin-1"])
def test_another_encoding_is_refused(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "encoded.yml"
    path.write_text("key: encoded\ntitle: Café\n", encoding=encoding)
    (fault,) = check_paths([path])
    assert fault.what == "a character is not UTF-8: save the file in the encoding UTF-8"
    assert fault.line == (1 if encoding == "utf-16" else 2)


def test_a_message_does_not_act_on_the_terminal(tmp_path: Path) -> None:
    path = tmp_path / "escape.yml"
    path.write_text('key: "\\e[31mred"\n"\\n\\e[2J": 1\n', encoding="utf-8")
    faults = check_paths([path])
    assert len(faults) > 1
    assert all(str(fault).isprintable() for fault in faults)


def mangle(data: st.DataObject, lines: list[str]) -> str:
    """Lines of a good file with some of them cut, swapped, or replaced by junk."""
    lines = list(lines)
    for _ in range(data.draw(st.integers(1, 4))):
        at, other = (data.draw(st.integers(0, len(lines) - 1)) for _ in range(2))
        cut = data.draw(st.integers(0, len(lines[at])))
        kept = lines[at][:cut] + data.draw(JUNK)
        lines[at] = data.draw(st.sampled_from([kept, lines[other], lines[at][cut:]]))
    return "\n".join(lines)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_whatever_is_in_a_bank_there_is_a_bank_or_a_fault(data: st.DataObject) -> None:
    report = Report("chronology.yml")
    with contextlib.suppress(Unreadable):
        read = read_bank(parse_nodes(mangle(data, BANK_LINES)), report, "chronology")
        assert (read.bank is None) is bool(report.faults)


@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_whatever_is_in_a_form_it_is_refused_without_its_banks(data: st.DataObject) -> None:
    with pytest.raises(FaultyFiles) as refused:
        read_form(mangle(data, FORM_LINES), {})
    assert refused.value.faults
