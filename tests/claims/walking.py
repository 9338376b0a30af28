"""Walking the URL map: an address for each rule, with made-up or given parts."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping

from flask import Flask
from werkzeug.routing import AnyConverter, IntegerConverter, Rule
from werkzeug.test import TestResponse


def rules_of(app: Flask) -> list[Rule]:
    """Every rule, in a stable order."""
    return sorted(app.url_map.iter_rules(), key=lambda rule: (rule.rule, sorted(rule.methods)))


def address_of(app: Flask, rule: Rule, values: Mapping[str, object] | None = None) -> str:
    """The rule's address; parts that are not given are made up, and name nothing."""
    parts = {name: _part(rule, name, values or {}) for name in sorted(rule.arguments)}
    with app.test_request_context():
        built = rule.build(parts)
    assert built is not None, rule
    return built[1]


def _part(rule: Rule, name: str, values: Mapping[str, object]) -> object:
    converter = rule._converters[name]
    if isinstance(converter, AnyConverter):
        return sorted(converter.items)[0]
    return values.get(name, 987_654 if isinstance(converter, IntegerConverter) else "x")


def said_in(answer: TestResponse) -> str:
    """Everything that an answer says: of a workbook the text of all its parts."""
    if not answer.data.startswith(b"PK"):
        return answer.get_data(as_text=True)
    with zipfile.ZipFile(io.BytesIO(answer.data)) as book:
        return "\n".join(book.read(name).decode() for name in book.namelist())
