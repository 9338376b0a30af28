"""A plan file: its entries as rows, as they are written."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

from audit_app.core.access import Role
from audit_app.core.plan import LONGEST_COHORT, PlanKind
from audit_app.question_banks.faults import FaultyFiles, Report
from audit_app.question_banks.fields import LONGEST_LINE, Fields
from audit_app.question_banks.nodes import Node, Pairs, Scalar, Unreadable, parse_nodes

LARGEST_FILE = 1_000_000
KEYS = (
    "key",
    "kind",
    "form",
    "title",
    "cohort",
    "month",
    "months",
    "due_on",
    "auditors",
    "auditor",
    "report_to",
    "report_on",
    "exempt_item",
    "repeats",
    "repeats_cycle",
    "repeats_finding",
)
_MONTH = re.compile(r"2[01][0-9]{2}-(0[1-9]|1[0-2])")


@dataclass(frozen=True, slots=True)
class PlanRow:
    """One entry of a file. `auditor` is an address; what is repeated stands under its own key."""

    line: int
    key: str
    kind: PlanKind
    title: str
    month: str
    auditors: Role
    form: str = ""
    cohort: str = ""
    due_on: date | None = None
    auditor: str = ""
    report_to: str = ""
    report_on: date | None = None
    exempt_item: bool = False
    repeats: str = ""
    repeats_cycle: str = ""
    repeats_finding: int | None = None


def read_plan(path: Path | None = None) -> list[PlanRow]:
    """The entries of a file, or of the one that is shipped; FaultyFiles with every fault."""
    path = path or Path(__file__).with_name("year.yml")
    report = Report(str(path))
    rows = [row for node in entry_nodes(path, report, "entries") for row in _rows(node, report)]
    seen: set[str] = set()
    for row in rows:
        if row.key in seen:
            report.add(row.line, f"the key `{row.key}` stands already above: give it another")
        seen.add(row.key)
    if report.faults:
        raise FaultyFiles(sorted(report.faults))
    return rows


def shift_years(rows: Sequence[PlanRow], years: int) -> list[PlanRow]:
    """The same plan so many years later; a day that is none there (29 February) is the 28th."""
    return [
        replace(
            row,
            key=_shifted_key(row, years),
            month=_shift(row.month, years),
            due_on=_shift_day(row.due_on, years),
            report_on=_shift_day(row.report_on, years),
        )
        for row in rows
    ]


def entry_nodes(path: Path, report: Report, name: str) -> tuple[Node, ...]:
    """The items of the one list that a file holds under this name."""
    try:
        data = path.read_bytes()
        if len(data) > LARGEST_FILE:
            raise Unreadable(1, "larger than a plan can be: check that it is the right file")
        node = parse_nodes(data.decode("utf-8-sig"))
    except UnicodeDecodeError:
        report.add(1, "not UTF-8 text: save it as UTF-8")
    except Unreadable as fault:
        report.add(fault.line, fault.what)
    except OSError as fault:
        report.add(1, f"cannot be read ({fault.strerror}): check the name")
    else:
        fields = Fields(node, report, "a plan")
        fields.check_known((name,))
        return fields.items(name)
    return ()


def read_day(fields: Fields, name: str, *, required: bool = False) -> date | None:
    """A day written 2026-11-30; None when absent."""
    node = fields.scalar(name, required=required)
    if node is None:
        return None
    try:
        return date.fromisoformat(node.text)
    except ValueError:
        fields.report.add(node.line, f"`{name}` must be a day such as 2026-11-30")
        return None


def _rows(node: Node, report: Report) -> Iterator[PlanRow]:
    fields = Fields(node, report, "an entry")
    if not isinstance(node, Pairs):
        return
    before = len(report.faults)
    fields.check_known(KEYS)
    row = PlanRow(
        line=node.line,
        key=fields.key("key"),
        kind=fields.word("kind", PlanKind) or PlanKind.THEMED,
        title=fields.text("title", longest=LONGEST_LINE),
        month="",
        auditors=fields.word("auditors", Role) or Role.SENIOR_MANAGER,
        form=fields.text("form", required=False, longest=80),
        cohort=fields.text("cohort", required=False, longest=LONGEST_COHORT),
        due_on=read_day(fields, "due_on"),
        auditor=fields.text("auditor", required=False, longest=LONGEST_LINE),
        report_to=fields.text("report_to", required=False, longest=LONGEST_LINE),
        report_on=read_day(fields, "report_on"),
        exempt_item=fields.flag("exempt_item", default=False),
        repeats=fields.text("repeats", required=False, longest=80),
        repeats_cycle=fields.text("repeats_cycle", required=False, longest=80),
        repeats_finding=fields.whole("repeats_finding", 1, 999_999_999),
    )
    months = _months(fields)
    if len(report.faults) == before:
        several = "months" in fields.nodes
        for month in months:
            key = f"{row.key}_{month.replace('-', '_')}" if several else row.key
            yield replace(row, key=key, month=month)


def _months(fields: Fields) -> list[str]:
    """The month, or each of several."""
    one = fields.scalar("month", required="months" not in fields.nodes)
    nodes = [one] if one else fields.items("months", required=False)
    months = [node.text for node in nodes if isinstance(node, Scalar)]
    if len(months) != len(nodes) or not all(_MONTH.fullmatch(month) for month in months):
        fields.fault("month", "write each month as 2026-11")
    return months


def _shifted_key(row: PlanRow, years: int) -> str:
    """Keys that end with their month follow it."""
    ending = row.month.replace("-", "_")
    if not row.key.endswith(ending):
        return row.key
    return row.key.removesuffix(ending) + _shift(row.month, years).replace("-", "_")


def _shift(month: str, years: int) -> str:
    return f"{int(month[:4]) + years}{month[4:]}"


def _shift_day(day: date | None, years: int) -> date | None:
    if day is None:
        return None
    last = 28 if (day.month, day.day) == (2, 29) else day.day
    return day.replace(year=day.year + years, day=last)
