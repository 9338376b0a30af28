"""Files and folders of question banks and forms: everything is read, or nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from audit_app.core.question_bank import AuditForm, QuestionBank
from audit_app.question_banks.banks import read_bank
from audit_app.question_banks.faults import Fault, FaultyFiles, Report
from audit_app.question_banks.forms import bank_keys, is_form, read_form_node
from audit_app.question_banks.nodes import Node, Unreadable, parse_nodes
from audit_app.resources import data_folder

LARGEST_FILE = 1_000_000
ENDINGS = (".yml", ".yaml")
FORMS_FOLDER = "forms"
_NO_BANKS: Mapping[str, QuestionBank] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Library:
    """Question banks and audit forms by their keys."""

    banks: Mapping[str, QuestionBank]
    forms: Mapping[str, AuditForm]


def read_folder(
    paths: Sequence[Path] = (), published: Mapping[str, QuestionBank] = _NO_BANKS
) -> Library:
    """Read files and folders (a folder with its `forms`); by default the ones that are shipped.

    A form given without its banks finds them beside it (in the folder above its own), or else
    among the `published` ones. FaultyFiles, with every fault, when there is any.
    """
    reading = _read_paths(paths, published)
    if reading.faults:
        raise FaultyFiles(reading.faults)
    return Library(MappingProxyType(reading.banks), MappingProxyType(reading.forms))


def check_paths(
    paths: Sequence[Path] = (), published: Mapping[str, QuestionBank] = _NO_BANKS
) -> list[Fault]:
    """Every fault of these files and folders, by file and line."""
    return _read_paths(paths, published).faults


def read_form(
    data: bytes | str, banks: Mapping[str, QuestionBank], file: str = "form"
) -> AuditForm:
    """Read the YAML text of a form over banks that are there already; FaultyFiles if amiss."""
    report = Report(file)
    node = _parse(data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data, report)
    form = read_form_node(node, report, None, banks) if node else None
    if form is None:
        raise FaultyFiles(sorted(report.faults))
    return form


@dataclass(slots=True)
class _Reading:
    """What has been read so far, and where it stands."""

    banks: dict[str, QuestionBank] = field(default_factory=dict)
    forms: dict[str, AuditForm] = field(default_factory=dict)
    faulty: set[str] = field(default_factory=set)
    """Keys and file names of banks with faults."""
    places: dict[str, str] = field(default_factory=dict)
    """`file:line` of each question id, bank and form."""
    faults: list[Fault] = field(default_factory=list)


def _read_paths(paths: Sequence[Path], published: Mapping[str, QuestionBank]) -> _Reading:
    reading = _Reading()
    files = _list_files(paths or (data_folder("question_banks"),), reading.faults)
    nodes = {path: _open(path, reading.faults) for path in files}
    reading.faulty = {path.stem for path, node in nodes.items() if node is None}
    forms = {path: node for path, node in nodes.items() if node and is_form(node)}
    banks = {path: node for path, node in nodes.items() if node and path not in forms}
    stems = {path.stem for path in banks} | reading.faulty
    for form_path, form_node in forms.items():
        for path in _find_beside(form_path, bank_keys(form_node)):
            if path.stem in stems:
                continue
            stems.add(path.stem)
            node = _open(path, reading.faults)
            if node is None:
                reading.faulty.add(path.stem)
            elif not is_form(node):
                banks[path] = node
    for path, node in banks.items():
        _add_bank(reading, path, node)
    for path, node in forms.items():
        _add_form(reading, path, node, published)
    reading.faults.sort()
    return reading


def _add_bank(reading: _Reading, path: Path, node: Node) -> None:
    report = Report(str(path))
    read = read_bank(node, report, path.stem)
    report = report.named(read.key)
    if read.key:
        _claim(reading, report, f"question bank `{read.key}`", node.line)
    for id_, line in read.ids.items():
        _claim(reading, report.named(id_), f"question id `{id_}`", line)
    if read.bank is not None and not report.faults:
        reading.banks[read.key] = read.bank
    else:
        reading.faulty |= {path.stem, read.key}
    reading.faults += report.faults


def _add_form(
    reading: _Reading, path: Path, node: Node, published: Mapping[str, QuestionBank]
) -> None:
    report = Report(str(path))
    banks = {**published, **reading.banks}
    form = read_form_node(node, report, path.stem, banks, reading.faulty)
    if form is not None:
        _claim(reading, report.named(form.key), f"form `{form.key}`", node.line)
        reading.forms[form.key] = form
    reading.faults += report.faults


def _claim(reading: _Reading, report: Report, name: str, line: int) -> None:
    """Report a name that another file has; a repeat within a file is the bank's own fault."""
    place = reading.places.setdefault(name, f"{report.file}:{line}")
    if not place.startswith(f"{report.file}:"):
        report.add(line, f"the {name} stands already at {place}: give one of them another name")


def _list_files(paths: Sequence[Path], faults: list[Fault]) -> list[Path]:
    found: dict[Path, Path] = {}
    for path in paths:
        files, what = [path], ""
        if path.is_dir():
            files = _in_folder(path) + _in_folder(path / FORMS_FOLDER)
            what = "" if files else "no .yml file is in this folder: check the path"
        elif not path.exists():
            what = "there is no such file or folder: check the path"
        elif path.suffix not in ENDINGS or not path.is_file():
            what = "this is not a YAML file: give it the ending .yml"
        if what:
            faults.append(Fault(str(path), 1, "-", what))
        else:
            found.update((file.resolve(), file) for file in files if file.resolve() not in found)
    return list(found.values())


def _in_folder(folder: Path) -> list[Path]:
    if not folder.is_dir():
        return []
    return sorted(path for path in folder.iterdir() if path.suffix in ENDINGS and path.is_file())


def _find_beside(form: Path, keys: Sequence[str]) -> list[Path]:
    """The files of these banks in the form's folder, or above it where that is for forms."""
    folder = form.parent if form.parent.name else form.resolve().parent
    beside = _in_folder(folder.parent if folder.name == FORMS_FOLDER else folder)
    return [path for path in beside if path.stem in keys and path != form]


def _open(path: Path, faults: list[Fault]) -> Node | None:
    report = Report(str(path), faults=faults)
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except OSError as error:
        report.add(1, f"the file cannot be read ({error.strerror}): check its permissions")
        return None
    return _parse(data, report)


def _parse(data: bytes, report: Report) -> Node | None:
    if len(data) > LARGEST_FILE:
        report.add(1, "the file is larger than 1 MB: a question bank is far smaller, split it")
        return None
    try:
        return parse_nodes(data.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        report.add(line, "a character is not UTF-8: save the file in the encoding UTF-8")
    except Unreadable as fault:
        report.add(fault.line, fault.what)
    return None
