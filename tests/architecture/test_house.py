"""The house keeps its own rules: fences, packages, names and sizes."""

from __future__ import annotations

import ast
import configparser
import re
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from audit_app.version import VERSION

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "audit_app"
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if "node_modules" not in path.parts)
MIGRATIONS = sorted((ROOT / "migrations").rglob("*.py"))
LONGEST_FILE, LONGEST_FUNCTION = 400, 50
NAMELESS = re.compile(r"(utils?|helpers?|common|misc|stuff|tools?|base_?utils)", re.IGNORECASE)


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def settings() -> configparser.ConfigParser:
    read = configparser.ConfigParser()
    read.read(ROOT / "setup.cfg", encoding="utf-8")
    return read


def functions(path: Path) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def test_the_rooms_stand_on_each_other_in_one_direction() -> None:
    linted = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert linted.returncode == 0, linted.stdout + linted.stderr
    contracts = sum(name.startswith("importlinter:contract:") for name in settings().sections())
    assert f"{contracts} kept, 0 broken" in linted.stdout


def test_every_package_of_the_tree_is_in_the_wheel() -> None:
    """A folder with modules is a package, has its __init__.py, and stands in setup.cfg."""
    folders = {path.parent for path in MODULES}
    assert [named(f) for f in sorted(folders) if not (f / "__init__.py").exists()] == []
    listed = {
        name
        for name in settings()["options"]["packages"].split()
        if not name.startswith("audit_app.data.")
    }
    assert listed == {".".join(folder.relative_to(ROOT).parts) for folder in folders}


def test_every_data_file_of_the_tree_is_in_the_wheel() -> None:
    data = settings()["options.package_data"]
    folders = dict(
        line.split(" = ") for line in settings()["options"]["package_dir"].strip().splitlines()
    )
    missing = []
    for package, folder in folders.items():
        patterns = [pattern.strip() for pattern in data[package].replace("\n", ",").split(",")]
        found = {p for pattern in patterns if pattern for p in (ROOT / folder).glob(pattern)}
        missing += [
            named(path)
            for path in (ROOT / folder).rglob("*")
            if path.is_file() and "__pycache__" not in path.parts and path not in found
        ]
    assert missing == []


def test_modules_are_named_for_what_they_hold() -> None:
    found = [
        named(path)
        for path in MODULES
        if any(NAMELESS.fullmatch(part) for part in (*path.relative_to(ROOT).parts, path.stem))
    ]
    assert found == []


def test_files_and_functions_fit_a_screen() -> None:
    lengths = {path: len(path.read_text("utf-8").splitlines()) for path in MODULES}
    assert {named(path): n for path, n in lengths.items() if n > LONGEST_FILE} == {}
    assert statistics.median(lengths.values()) < 120
    long = {
        f"{named(path)}:{node.lineno} {node.name}": node.end_lineno - node.lineno + 1
        for path in MODULES
        for node in functions(path)
        if node.end_lineno is not None and node.end_lineno - node.lineno + 1 > LONGEST_FUNCTION
    }
    assert long == {}


def test_no_function_imports() -> None:
    """But for a heavy library that a comment keeps off the path of a page."""
    found = []
    for path in MODULES:
        lines = path.read_text("utf-8").splitlines()
        for function in functions(path):
            for node in ast.walk(function):
                if isinstance(node, ast.Import | ast.ImportFrom):
                    near = lines[node.lineno - 3 : node.lineno]
                    if not any("#" in line for line in near):
                        found.append(f"{named(path)}:{node.lineno}")
    assert found == []


def test_no_refusal_is_said_as_if_it_were_done() -> None:
    """What a handler of a fault says on the next page stands under “Not done”."""
    found = [
        f"{named(path)}:{call.lineno}"
        for path in MODULES
        for handler in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(handler, ast.ExceptHandler)
        for call in ast.walk(handler)
        if isinstance(call, ast.Call) and ast.unparse(call.func) == "flash"
        if [ast.unparse(one) for one in call.args[1:]] != ["'error'"]
    ]
    assert found == []


def test_modules_say_what_they_are() -> None:
    trees = {path: ast.parse(path.read_text("utf-8")) for path in MODULES}
    assert [named(path) for path, tree in trees.items() if not ast.get_docstring(tree)] == []
    bare = [
        named(path)
        for path, tree in trees.items()
        if any(isinstance(node, ast.FunctionDef | ast.ClassDef) for node in tree.body)
        and ast.unparse(tree.body[1]) != "from __future__ import annotations"
    ]
    assert bare == []


def test_nothing_is_left_to_be_done() -> None:
    marks = re.compile(r"\b(TODO|FIXME|XXX|HACK)\b")
    found = [
        f"{named(path)}:{number}"
        for path in [*MODULES, *MIGRATIONS]
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if marks.search(line)
    ]
    assert found == []


def test_the_version_is_the_newest_of_the_changelog() -> None:
    changes = (ROOT / "CHANGELOG.md").read_text("utf-8")
    versions = re.findall(r"^## \[?v?(\d+\.\d+\.\d+)", changes, re.MULTILINE)
    assert versions
    assert versions[0] == VERSION


def test_the_console_script_is_there() -> None:
    (script,) = settings()["options.entry_points"]["console_scripts"].split("\n")[1:]
    assert script.replace(" ", "") == "audit-app=audit_app.cli.main:main"


def test_the_top_level_holds_what_is_agreed_and_what_tools_demand():
    agreed = {"audit_app", "question_banks", "reports", "migrations", "tests"}
    agreed |= {"setup.cfg", "README.md"}
    demanded = {".ci", ".gitignore", "Makefile", "docs", "pyproject.toml", "requirements"}
    demanded |= {"CHANGELOG.md", "LICENSE", "SECURITY.md"}
    listed = subprocess.run(
        ["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout
    assert {line.split("/")[0] for line in listed.splitlines()} == agreed | demanded
