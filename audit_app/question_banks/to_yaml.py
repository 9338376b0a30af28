"""Banks and forms as the YAML that a person would write: what the reader reads back to the same."""

from __future__ import annotations

from textwrap import indent
from typing import Any

import yaml

from audit_app.core.question_bank import AuditForm, QuestionBank
from audit_app.question_banks.as_written import Written, bank_as_written, form_as_written

WIDTH = 110
LONG = 90
"""Characters from which a text stands below its key."""
#: Mappings that are read at a glance stand on one line, unless a text in them is long.
_ONE_LINE = frozenset(
    (
        "agencies",
        "bands",
        "caps",
        "entries",
        "levels",
        "limit",
        "not_applicable",
        "options",
        "repeat",
        "scale",
        "shown_when",
        "sources",
        "when",
    )
)


class _Flow(dict[str, Any]):
    """A mapping on one line."""


class _FlowList(list[Any]):
    """A list on one line."""


class _Quoted(str):
    """A text that could be taken for a number."""

    __slots__ = ()


class _Dumper(yaml.SafeDumper):
    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002
        """Indents the items of a list below their key, as in the shipped files."""
        super().increase_indent(flow, False)


def write_yaml(bank: QuestionBank) -> str:
    """The text of the bank's file."""
    written = bank_as_written(bank)
    sections, retired = written.pop("sections"), written.pop("retired", [])
    text = f"{_dump(written)}sections:\n" + "\n".join(map(_section_text, sections))
    return f"{text}\nretired:\n{_questions_text(retired, 2)}" if retired else text


def write_form_yaml(form: AuditForm) -> str:
    """The text of the form's file; its banks are named by their keys."""
    return _dump(form_as_written(form))


def _section_text(section: Written) -> str:
    questions = section.pop("questions")
    head = indent(_dump([section]), "  ")
    return f"{head}    questions:\n{_questions_text(questions, 6)}"


def _questions_text(questions: list[Written], spaces: int) -> str:
    """Each question below an empty line, except the first."""
    return "\n".join(indent(_dump([question]), " " * spaces) for question in questions)


def _dump(value: object) -> str:
    styled = _styled(value)
    text: str = yaml.dump(
        styled, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=WIDTH, indent=2
    )
    return text


def _styled(value: Any, key: str = "") -> Any:  # noqa: ANN401 plain data has no closer type
    """The same data, marked with how each part of it is written."""
    if isinstance(value, dict):
        parts = {name: _styled(part, name) for name, part in value.items()}
        fits = not any(isinstance(part, str) and len(part) > LONG for part in value.values())
        return _Flow(parts) if key in _ONE_LINE and fits else parts
    if isinstance(value, list):
        items = [_styled(item, "sources" if key == "source" else key) for item in value]
        words = all(isinstance(item, str) for item in value)
        return _FlowList(items) if words or key == "when" else items
    if key == "version":
        return _Quoted(value)
    return value


def _write_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    style = ">" if len(text) > LONG else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


def _write_quoted(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style='"')


def _write_flow(dumper: yaml.SafeDumper, mapping: dict[str, Any]) -> yaml.MappingNode:
    return dumper.represent_mapping("tag:yaml.org,2002:map", mapping, flow_style=True)


def _write_flow_list(dumper: yaml.SafeDumper, items: list[Any]) -> yaml.SequenceNode:
    return dumper.represent_sequence("tag:yaml.org,2002:seq", items, flow_style=True)


_Dumper.add_representer(str, _write_text)
_Dumper.add_representer(_Quoted, _write_quoted)
_Dumper.add_representer(_Flow, _write_flow)
_Dumper.add_representer(_FlowList, _write_flow_list)
