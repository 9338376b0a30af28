"""`audit-app banks export` and `audit-app banks import`: banks as files of Excel or YAML."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from audit_app.cli.context import NotFound, as_json, open_session, say
from audit_app.core.faults import Refusal
from audit_app.core.question_bank import QuestionBank
from audit_app.question_banks.faults import Fault, FaultyFiles
from audit_app.question_banks.read import ENDINGS, read_folder
from audit_app.question_banks.to_yaml import write_yaml
from audit_app.question_banks.xlsform.open import LARGEST_FILE
from audit_app.question_banks.xlsform.read import WorkbookRead, read_workbook
from audit_app.question_banks.xlsform.write import write_workbook
from audit_app.store.instruments import find_bank, latest_banks, load_bank

WORKBOOKS = (".xlsx", ".xlsm", ".xls")
FORMATS = {"xlsx": ".xlsx", "yaml": ".yml"}

_replace = click.option("--replace", is_flag=True, help="Write over a file that is there already.")


class FileThere(Refusal):
    """A file stands where one would be written."""


@click.command()
@click.argument("bank")
@click.option(
    "--format", "kind", type=click.Choice(list(FORMATS)), required=True, help="Excel or YAML."
)
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="A file or folder; by default KEY here."
)
@click.option(
    "--from",
    "source",
    type=click.Path(path_type=Path, exists=True),
    help="Take the bank from this file or folder, not from what is published.",
)
@_replace
@as_json
def export(
    bank: str, kind: str, output: Path | None, source: Path | None, replace: bool, as_json: bool
) -> None:
    """Write BANK (KEY, or KEY@VERSION of what is published) as an Excel workbook or as YAML."""
    key, _, version = bank.partition("@")
    found = _bank_in(source, key, version) if source else _published(key, version)
    content = write_workbook(found) if kind == "xlsx" else write_yaml(found).encode()
    path = _write(content, f"{found.key}{FORMATS[kind]}", output, replace=replace)
    data = {"bank": found.key, "version": found.version, "file": str(path)}
    lines = [f"{found.key} {found.version} written to {path}."]
    if kind == "xlsx":
        lines.append(f"Change it in Excel, then: audit-app banks import {path}")
    say(data, lines, as_json=as_json)


@click.command(name="import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), help="A file or folder; by default KEY here."
)
@_replace
@as_json
def import_(file: Path, output: Path | None, replace: bool, as_json: bool) -> None:
    """Turn FILE, an XLSForm workbook or YAML, into a bank's file; nothing is published.

    Every fault and whatever could not be carried is told by sheet and row.
    """
    read = _read(file)
    bank = read.bank
    path = None
    if bank is not None:
        _refuse_other_name(output, bank.key)
        path = _write(write_yaml(bank).encode(), f"{bank.key}.yml", output, replace=replace)
    data = {
        "bank": bank.key if bank else None,
        "version": bank.version if bank else None,
        "questions": sum(1 for _ in bank.questions) if bank else None,
        "file": str(path) if path else None,
        "faults": [_fault_data(fault) for fault in read.faults],
        "notes": [
            {"sheet": n.sheet, "row": n.row, "column": n.column, "what": n.what} for n in read.notes
        ],
    }
    lines = list(map(str, read.notes))
    if bank is not None:
        count = data["questions"]
        lines.append(f"{bank.key} {bank.version} written to {path}: {count} questions.")
        lines.append(f"Next: audit-app banks check {path}, then audit-app banks publish {path}")
    if read.faults and not as_json:
        click.echo("\n".join(map(str, read.faults)), err=True)
        click.echo("Nothing was written: mend these and import the file again.", err=True)
    if lines or as_json:
        say(data, lines, as_json=as_json)
    sys.exit(1 if read.faults else 0)


def _refuse_other_name(output: Path | None, key: str) -> None:
    """Refuse a file that `banks check` would refuse, because its name is not the bank's key."""
    if output is not None and not output.is_dir() and output.name != f"{key}.yml":
        raise NotFound(
            f"The file of a bank has the name of its key: write -o {output.with_name(key)}.yml, or "
            "name a folder. Nothing was written."
        )


def _read(file: Path) -> WorkbookRead:
    if file.suffix.lower() in WORKBOOKS:
        with file.open("rb") as opened:
            return read_workbook(opened.read(LARGEST_FILE + 1), file.name)
    if file.suffix.lower() not in ENDINGS:
        raise NotFound(
            f"{file.name} is neither an Excel workbook (.xlsx) nor YAML (.yml): save it as one of "
            "these. Nothing was written."
        )
    try:
        banks = list(read_folder([file]).banks.values())
    except FaultyFiles as fault:
        return WorkbookRead(None, list(fault.faults), [])
    if not banks:
        raise NotFound(f"{file.name} is a form: import its banks. Nothing was written.")
    return WorkbookRead(banks[0], [], [])


def _published(key: str, version: str) -> QuestionBank:
    with open_session(writes=False) as (session, _settings):
        stored = find_bank(session, key, version) if version else None
        found = load_bank(stored) if stored else None
        if not version:
            found = latest_banks(session).get(key)
    if found is None:
        raise NotFound(
            f"There is no published question bank {key} {version}".rstrip()
            + ": 'audit-app banks list' shows them. Nothing was written."
        )
    return found


def _bank_in(source: Path, key: str, version: str) -> QuestionBank:
    found = read_folder([source]).banks.get(key)
    if found is None or version not in ("", found.version):
        raise NotFound(
            f"There is no question bank {key} {version}".rstrip()
            + f" in {source}: check its key. Nothing was written."
        )
    return found


def _write(content: bytes, name: str, output: Path | None, *, replace: bool) -> Path:
    path = output or Path(name)
    if path.is_dir():
        path = path / name
    if not path.absolute().parent.is_dir():
        raise NotFound(f"There is no folder {path.absolute().parent}. Nothing was written.")
    if path.exists() and not replace:
        raise FileThere(
            f"There is a file {path} already: name another with -o, or write over it with "
            "--replace. Nothing was written."
        )
    path.write_bytes(content)
    return path


def _fault_data(fault: Fault) -> dict[str, object]:
    place = {"sheet": fault.sheet, "row": fault.line, "column": fault.column}
    at: dict[str, object] = {"file": fault.file, "line": fault.line}
    return {**at, **(place if fault.sheet else {}), "id": fault.id, "what": fault.what}
