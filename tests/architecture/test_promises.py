"""`docs/security.md` promises what the tests show, no more and no less, and shows the matrix."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from audit_app.core.access import MATRIX, ROLE_WORDS, Permission, Role
from audit_app.core.retention import DEFAULT_MONTHS, Kept

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text("utf-8")
CLAIMS = ROOT / "tests" / "claims"
CLAIM_FILE = re.compile(r"test_([ade])0*([1-9]\d*)_\w+\.py")
ROW = re.compile(r"^\| ([ADE]\d+) \| (.+) \|(.*)\|(.*)\|$", re.MULTILINE)
ASKED = {*(f"A{number}" for number in range(1, 21)), "D3", "D8", "E1", "E3", "E5"}


def proofs_in(path: Path) -> list[str]:
    return [
        node.name
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    ]


def claim_files() -> dict[str, list[Path]]:
    found: dict[str, list[Path]] = {}
    for path in sorted(CLAIMS.glob("test_*.py")):
        name = CLAIM_FILE.fullmatch(path.name)
        if name is not None:
            found.setdefault(f"{name[1].upper()}{name[2]}", []).append(path)
        else:
            assert path.name in PAGE, f"{path.name} shows no promise of docs/security.md"
    return found


def test_every_promise_has_its_tests_and_every_test_its_promise() -> None:
    promised = [row[1] for row in ROW.finditer(PAGE)]
    assert sorted(promised) == sorted(ASKED)
    files = claim_files()
    assert files.keys() == ASKED, sorted(ASKED ^ files.keys())
    for claim, paths in files.items():
        for path in paths:
            assert proofs_in(path), f"{claim}: {path.name} tests nothing"
            docstring = ast.get_docstring(ast.parse(path.read_text("utf-8"))) or ""
            assert re.search(rf"\b{claim}\b", docstring), f"{path.name} does not name {claim}"


def test_every_file_that_the_page_names_is_there() -> None:
    for name in re.findall(r"`((?:tests|audit_app|docs)/[\w/.]+\.(?:py|md))`", PAGE):
        assert (ROOT / name).is_file(), name


def test_every_setting_that_the_page_names_is_read() -> None:
    settings = (ROOT / "audit_app" / "config.py").read_text("utf-8")
    for name in set(re.findall(r"`AUDIT_APP_(\w+)`", PAGE)):
        assert name.removeprefix("SSO_") in settings, name


def test_the_page_shows_the_matrix_as_it_is() -> None:
    [head] = re.findall(r"^\| permission \| (.+) \|$", PAGE, re.MULTILINE)
    assert head.split(" | ") == [ROLE_WORDS[role] for role in Role]
    rows = dict(re.findall(r"^\| `(\w+)` [^|]+ \| (.+) \|$", PAGE, re.MULTILINE))
    assert list(rows) == [permission.value for permission in Permission]
    for permission in Permission:
        for role, cell in zip(Role, rows[permission].split(" | "), strict=True):
            reach = MATRIX[role].get(permission)
            assert cell == (reach.value if reach is not None else "–"), (permission, role)


def test_the_impact_assessment_names_the_months_as_they_are() -> None:
    page = (ROOT / "docs" / "data-protection.md").read_text("utf-8")
    for kind in Kept:
        setting = f"`AUDIT_APP_KEEP_{kind.value.upper()}_MONTHS`"
        assert f"{DEFAULT_MONTHS[kind]} months ({setting})" in page, kind
