"""Nothing reaches out: safe readers, no template from input, no other host (claims A13, A20)."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted((ROOT / "audit_app").rglob("*.py"))
ADDRESS = re.compile(r"(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}[^\s\"'<>)]*", re.IGNORECASE)
HERE = ("http://127.0.0.1", "http://localhost")
NAMESPACES = (
    "http://www.w3.org/",
    "http://ns.adobe.com/",
    "http://www.aiim.org/",
    "http://purl.org/",
    "http://iptc.org/",
)
#: Inside the built front-end only: licence notices and where a browser's fault is written up.
NOTICES = (*NAMESPACES, "https://github.com/", "https://frontend.design-system.service.gov.uk/")
SHOWN = {".html", ".css", ".js", ".svg", ".json", ".webmanifest", ".jinja", ".txt", ".mjs", ".scss"}


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def calls() -> Iterator[tuple[Path, ast.Call, str]]:
    """Every call of the program with the name that it is called by."""
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call):
                yield path, node, ast.unparse(node.func)


def where(path: Path, node: ast.AST) -> str:
    return f"{named(path)}:{getattr(node, 'lineno', 0)}"


def test_yaml_is_read_by_a_safe_loader_only() -> None:
    """`SafeLoader` or one derived from it; never load, load_all or a full loader."""
    safe = {"yaml.SafeLoader", "yaml.CSafeLoader", "SafeLoader", "CSafeLoader"}
    readers = set()
    for path in MODULES:
        text = path.read_text("utf-8")
        if "yaml" not in text:
            continue
        tree = ast.parse(text)
        used = {
            f"yaml.{node.attr}"
            for node in ast.walk(tree)
            if isinstance(node, ast.Attribute)
            and isinstance(node.value, ast.Name)
            and node.value.id == "yaml"
        }
        used |= {
            f"yaml.{alias.name}"
            for node in ast.walk(tree)
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "yaml"
            for alias in node.names
        }
        if not used:
            continue
        readers.add(named(path))
        unsafe = re.compile(r"yaml\.(Unsafe|Full|C?Loader$|unsafe|full|load$|load_all$)")
        assert not [name for name in used if unsafe.match(name)], named(path)
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                bases = {ast.unparse(base) for base in node.bases}
                assert not any("Loader" in b for b in bases) or bases & safe, named(path)
    assert readers


def test_no_template_is_made_from_input() -> None:
    forbidden = ("render_template_string", "from_string", "Template")
    found = [where(path, node) for path, node, name in calls() if name.split(".")[-1] in forbidden]
    assert found == []
    imported = [
        named(path) for path in MODULES if "render_template_string" in path.read_text("utf-8")
    ]
    assert imported == []


def test_nothing_is_evaluated_unpickled_or_given_to_a_shell() -> None:
    forbidden = {"eval", "exec", "compile", "__import__", "os.system", "os.popen", "marshal.loads"}
    found = [
        where(path, node)
        for path, node, name in calls()
        if name in forbidden
        or name.startswith(("pickle.", "shelve.", "dill."))
        or any(
            word.arg == "shell"
            and not (isinstance(word.value, ast.Constant) and not word.value.value)
            for word in node.keywords
        )
    ]
    assert found == []


#: The two ways out that a council can set: its mail server and its identity provider.
WAYS_OUT = {
    "audit_app/mail.py": {"smtplib"},
    "audit_app/web/single_sign_on": {"requests", "http.client"},
}


def ways_out_of(path: Path) -> set[str]:
    return set().union(*(ways for start, ways in WAYS_OUT.items() if named(path).startswith(start)))


def test_the_program_opens_no_connection_but_to_mail_and_single_sign_on() -> None:
    clients = {"requests", "httpx", "aiohttp", "urllib3", "ftplib", "smtplib", "telnetlib"}
    found = []
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module or ""]
            else:
                continue
            if any(
                n.split(".")[0] in clients - ways_out_of(path)
                or n in {"urllib.request", "http.client"} - ways_out_of(path)
                for n in names
            ):
                found.append(where(path, node))
    assert found == []


def shown_files() -> list[Path]:
    """What a browser or the PDF is given: templates, built assets, designs of reports."""
    roots = (ROOT / "audit_app" / "web", ROOT / "reports")
    return sorted(
        path
        for root in roots
        for path in root.rglob("*")
        if path.suffix in SHOWN and "node_modules" not in path.parts and "assets" not in path.parts
    )


def test_pages_and_reports_name_no_other_host() -> None:
    found: list[str] = []
    for path in shown_files():
        allowed = NOTICES if "built" in path.parts else NAMESPACES
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
            for match in ADDRESS.finditer(line):
                address = match[0] if match[0].startswith("http") else f"http:{match[0]}"
                is_comment = path.suffix == ".js" and line.lstrip().startswith(("//", "*", "/*"))
                if not is_comment and not address.startswith((*HERE, *allowed)):
                    found.append(f"{named(path)}:{number} {match[0][:80]}")
    assert found == []
    assert len(shown_files()) > 20


@pytest.mark.parametrize(
    "path", sorted((ROOT / "requirements").glob("*.lock")), ids=lambda p: p.name
)
def test_lock_files_name_no_host_and_hash_everything(path: Path) -> None:
    text = path.read_text("utf-8")
    assert not ADDRESS.search(text)
    assert not re.search(r"^\s*--(index-url|extra-index-url|find-links|trusted-host)", text, re.M)
    pinned = re.findall(r"^[A-Za-z0-9_.-]+==\S+", text, re.M)
    hashed = re.findall(
        r"^[A-Za-z0-9_.-]+==\S+ (?:;[^\n]*)?\\\n\s+--hash=sha256:[0-9a-f]{64}", text, re.M
    )
    assert pinned
    assert len(hashed) == len(pinned)


def test_no_file_names_a_package_registry() -> None:
    hosts = re.compile(r"pypi\.org|pythonhosted|registry\.npmjs|artifactory|nexus", re.IGNORECASE)
    places = [
        *(ROOT / "audit_app").rglob("package*.json"),
        *ROOT.glob("*.toml"),
        *ROOT.glob("*.cfg"),
        *(ROOT / "requirements").iterdir(),
        ROOT / "Makefile",
        *(ROOT / ".ci").iterdir(),
    ]
    found = [
        named(path)
        for path in places
        if path.is_file()
        and "node_modules" not in path.parts
        and hosts.search(path.read_text("utf-8"))
    ]
    assert found == []
