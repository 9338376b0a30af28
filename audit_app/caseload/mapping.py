"""Reads a column mapping: which of the file's headings holds which of our fields."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

import yaml

from audit_app.caseload.frames import FIELDS
from audit_app.caseload.values import CaseloadFault

MAX_SIZE = 65_536
KNOWN = tuple(dict.fromkeys(field for fields in FIELDS.values() for field in fields))

NOT_READ = (
    "The mapping file {name} cannot be read{place}, so nothing was imported: write one line a "
    "field, such as “team: Allocated Team”."
)
UNKNOWN = (
    "The mapping file {name} names the field “{field}”, which does not exist, so nothing was "
    "imported: use one of {known}."
)
TWICE = (
    "The mapping file {name} names the field “{field}” twice, so nothing was imported: keep one."
)


def read_mapping(path: Path) -> dict[str, str]:
    """Field → heading from a small YAML or JSON file (``.json``); raises CaseloadFault.

    Values are taken as text whatever they look like, so that a heading such as 2024 or No works.
    """
    try:
        if path.stat().st_size > MAX_SIZE:
            raise CaseloadFault(NOT_READ.format(name=path.name, place=" (it is too large)"))
        text = path.read_text(encoding="utf-8-sig")
        pairs = _read_json(text) if path.suffix.casefold() == ".json" else _read_yaml(text)
    except yaml.MarkedYAMLError as fault:
        place = f" (line {fault.problem_mark.line + 1})" if fault.problem_mark else ""
        raise CaseloadFault(NOT_READ.format(name=path.name, place=place)) from fault
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as fault:
        raise CaseloadFault(NOT_READ.format(name=path.name, place="")) from fault
    mapping: dict[str, str] = {}
    for field, heading in pairs:
        if field not in KNOWN:
            known = ", ".join(KNOWN)
            message = UNKNOWN.format(name=path.name, field=field[:80], known=known)
            raise CaseloadFault(message)
        if field in mapping:
            raise CaseloadFault(TWICE.format(name=path.name, field=field))
        mapping[field] = heading
    if not mapping:
        raise CaseloadFault(NOT_READ.format(name=path.name, place=" (it is empty)"))
    return mapping


def _read_yaml(text: str) -> Iterable[tuple[str, str]]:
    # Nodes, not objects: nothing is constructed, no alias expanded, a repeated field stays visible.
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    if root is None:
        return []
    if not isinstance(root, yaml.MappingNode):
        raise ValueError("not a mapping")
    return [(_scalar(field), _scalar(heading)) for field, heading in root.value]


def _scalar(node: yaml.Node) -> str:
    if not isinstance(node, yaml.ScalarNode) or not node.value.strip():
        raise ValueError("not a heading")
    return str(node.value)


def _read_json(text: str) -> Iterable[tuple[str, str]]:
    def keep_pairs(pairs: list[tuple[str, object]]) -> list[tuple[str, object]]:
        return pairs

    root = json.loads(text, object_pairs_hook=keep_pairs)
    if not isinstance(root, list):
        raise ValueError("not a mapping")
    if not all(isinstance(pair, tuple) and isinstance(pair[1], str) and pair[1] for pair in root):
        raise ValueError("not a heading")
    return [(str(pair[0]), str(pair[1])) for pair in root]
