"""A saved cohort: a small YAML file with a title and lines, read with every fault by its line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import yaml

from audit_app.core.cohorts import MOST_LINES, CohortFault, Line, read_line

MAX_SIZE = 65_536
SHAPE = "write “cohort: its title” and “lines:” with a list of lines, each after a dash"
TITLE, LINES = "cohort", "lines"


@dataclass(frozen=True, slots=True)
class Cohort:
    """A cohort that somebody saved under a title."""

    title: str
    lines: tuple[Line, ...]

    @property
    def text(self) -> str:
        """Its lines as a page shows them."""
        return "\n".join(line.words for line in self.lines)


def read_cohort_file(path: Path) -> Cohort:
    """The cohort of a file; CohortFault with the file's name where it cannot be read."""
    try:
        if path.stat().st_size > MAX_SIZE:
            raise CohortFault(f"{path.name} is too large for a cohort: {SHAPE}.")
        return read_cohort(path.read_bytes(), path.name)
    except OSError as fault:
        raise CohortFault(f"{path.name} cannot be opened.") from fault


def read_cohort(content: bytes, name: str) -> Cohort:
    """The cohort of a file's content; nodes are read, nothing is constructed from them."""
    try:
        root = yaml.compose(content.decode("utf-8-sig"), Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as fault:
        line = f", line {fault.problem_mark.line + 1}" if fault.problem_mark else ""
        raise CohortFault(f"{name}{line}: this is not YAML; {SHAPE}.") from fault
    except (ValueError, RecursionError, yaml.YAMLError) as fault:
        raise CohortFault(f"{name}: this is not YAML; {SHAPE}.") from fault
    if not isinstance(root, yaml.MappingNode):
        raise CohortFault(f"{name}, line 1: {SHAPE}.")
    title, lines = "", None
    for key, value in root.value:
        if key.value == TITLE and isinstance(value, yaml.ScalarNode):
            title = " ".join(value.value.split())[:200]
        elif key.value == LINES and isinstance(value, yaml.SequenceNode):
            lines = tuple(_line(node, name) for node in value.value)
        else:
            raise CohortFault(f"{name}, line {key.start_mark.line + 1}: {SHAPE}.")
    if not title or not lines:
        raise CohortFault(f"{name}: {SHAPE}.")
    if len(lines) > MOST_LINES:
        raise CohortFault(f"{name}: a cohort has at most {MOST_LINES} lines.")
    return Cohort(title, lines)


def _line(node: yaml.Node, name: str) -> Line:
    place = f"{name}, line {node.start_mark.line + 1}"
    if not isinstance(node, yaml.ScalarNode):
        raise CohortFault(f"{place}: a line is a sentence; {SHAPE}.")
    try:
        return read_line(str(node.value))
    except CohortFault as fault:
        raise CohortFault(f"{place}: {fault}") from fault


def write_cohort(cohort: Cohort) -> bytes:
    """The same cohort as a file."""
    data = {TITLE: cohort.title, LINES: [line.words for line in cohort.lines]}
    text = yaml.safe_dump(data, allow_unicode=True, sort_keys=False, width=200)
    return str(text).encode()
