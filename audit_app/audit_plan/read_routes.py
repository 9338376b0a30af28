"""A file of reporting routes: which body gets what, and how often."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from audit_app.audit_plan.read import entry_nodes, read_day
from audit_app.core.routes import Rhythm
from audit_app.question_banks.faults import FaultyFiles, Report
from audit_app.question_banks.fields import LONGEST_LINE, Fields
from audit_app.question_banks.nodes import Node

KEYS = ("body", "what", "rhythm", "first_on")


@dataclass(frozen=True, slots=True)
class RouteRow:
    """One route of a file."""

    body: str
    what: str
    rhythm: Rhythm
    first_on: date


def read_routes(path: Path | None = None) -> list[RouteRow]:
    """The routes of a file, or of the one that is shipped; FaultyFiles with every fault."""
    path = path or Path(__file__).with_name("routes.yml")
    report = Report(str(path))
    rows = [row for node in entry_nodes(path, report, "routes") for row in _row(node, report)]
    if report.faults:
        raise FaultyFiles(sorted(report.faults))
    return rows


def _row(node: Node, report: Report) -> Iterator[RouteRow]:
    fields = Fields(node, report, "a route")
    fields.check_known(KEYS)
    body, what = (fields.text(name, longest=LONGEST_LINE) for name in ("body", "what"))
    rhythm = fields.word("rhythm", Rhythm)
    first_on = read_day(fields, "first_on", required=True)
    if body and what and rhythm and first_on:
        yield RouteRow(body, what, rhythm, first_on)
