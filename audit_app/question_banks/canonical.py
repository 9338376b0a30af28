"""Banks and forms as plain data that can be stored, hashed and read back exactly.

The data follows the values of `core.question_bank` field by field. A field that has its default is
left out: a field that is added later, with a default, then changes no hash of what was published
before. (So a default, once published, must never change.)
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import MISSING, Field, fields, is_dataclass, replace
from enum import StrEnum
from functools import cache, lru_cache
from types import NoneType, UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from audit_app.core.question_bank import AuditForm, QuestionBank
from audit_app.core.version_parts import (
    form_judgement_part,
    judgement_part,
    scoring_part,
    theme_part,
)

T = TypeVar("T")
_BANK_PIN = ("key", "version", "hash")


def bank_to_data(bank: QuestionBank) -> dict[str, Any]:
    """The whole bank as plain data."""
    data: dict[str, Any] = _to_data(bank)
    return data


def bank_from_data(data: Mapping[str, Any]) -> QuestionBank:
    """The bank that `bank_to_data` wrote; ValueError when the data has another shape."""
    return _from_data(QuestionBank, data)


def form_to_data(form: AuditForm) -> dict[str, Any]:
    """The form as plain data; each of its banks by key, version and content hash."""
    data: dict[str, Any] = _to_data(replace(form, banks=()))
    data["banks"] = [_pin(bank) for bank in form.banks]
    return data


def form_from_data(data: Mapping[str, Any], banks: Mapping[str, QuestionBank]) -> AuditForm:
    """The form that `form_to_data` wrote, over these banks (by key).

    ValueError when a bank is not among them, or is not the very content that the form was written
    with.
    """
    chosen = []
    for pin in data["banks"]:
        bank = banks.get(pin["key"])
        if bank is None or _pin(bank) != pin:
            told = f"{pin['key']} {pin['version']} ({pin['hash'][:12]})"
            raise ValueError(f"the form {data['key']} needs the question bank {told}")
        chosen.append(_to_data(bank))
    return _from_data(AuditForm, {**data, "banks": chosen})


@lru_cache(maxsize=256)
def bank_hash(bank: QuestionBank) -> str:
    """The content hash of a bank, which every form that asks it names."""
    return content_hash(bank_to_data(bank))


def content_hash(data: Mapping[str, Any]) -> str:
    """SHA-256, in hexadecimal, of the data as canonical JSON: sorted keys, no spaces, UTF-8."""
    text = json.dumps(
        data, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )
    return hashlib.sha256(text.encode()).hexdigest()


def scoring_hash(bank: QuestionBank) -> str:
    """SHA-256 of the bank’s scoring part: the same exactly if two versions score alike."""
    return content_hash(bank_to_data(scoring_part(bank)))


def form_scoring_hash(form: AuditForm) -> str:
    """SHA-256 of its banks' scoring hashes, and of all that suggested grades look at.

    Two versions have the same exactly if every score and every suggested grade comes out alike.
    """
    parts = [[bank.key, scoring_hash(bank), _to_data(judgement_part(bank))] for bank in form.banks]
    return content_hash({"banks": sorted(parts), "form": _to_data(form_judgement_part(form))})


def theme_scoring_hash(form: AuditForm, theme: str) -> str:
    """SHA-256 of all that decides whether a theme is met, given the answers to its questions."""
    return content_hash({"theme": [_to_data(part) for part in theme_part(form, theme)]})


def _pin(bank: QuestionBank) -> dict[str, str]:
    values = (bank.key, bank.version, bank_hash(bank))
    return dict(zip(_BANK_PIN, values, strict=True))


def _init_fields(kind: type) -> dict[str, Field[Any]]:
    return {field.name: field for field in fields(kind) if field.init}


def _has_default(field: Field[Any], value: object = MISSING) -> bool:
    """Whether the field has a default at all, or whether `value` is that default."""
    if value is MISSING:
        return field.default is not MISSING
    return type(value) is type(field.default) and value == field.default


def _to_data(value: object) -> Any:  # noqa: ANN401 plain data has no closer type
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, tuple):
        return [_to_data(item) for item in value]
    if isinstance(value, frozenset):
        return sorted(_to_data(item) for item in value)
    if is_dataclass(value):
        given = ((f, getattr(value, name)) for name, f in _init_fields(type(value)).items())
        return {f.name: _to_data(part) for f, part in given if not _has_default(f, part)}
    return value


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _from_data(kind: type[T], data: object) -> T:
    """Build a value of `kind`, which may be a dataclass or any type of its fields."""
    origin, parts = get_origin(kind), get_args(kind)
    built: Any = data
    if origin is UnionType:
        present = next(part for part in parts if part is not NoneType)
        built = None if data is None else _from_data(present, data)
    elif origin in (tuple, frozenset):
        if not isinstance(data, list):
            raise ValueError(f"a list was expected, not {data!r:.80}")
        built = origin(_from_data(parts[0], item) for item in data)
    elif is_dataclass(kind):
        built = _from_mapping(kind, data)
    elif issubclass(kind, StrEnum):
        built = kind(str(data))
    elif type(data) is not kind:
        raise ValueError(f"{kind.__name__} was expected, not {data!r:.80}")
    result: T = built
    return result


def _from_mapping(kind: type[T], data: object) -> T:
    known = _init_fields(kind)
    if not isinstance(data, Mapping) or not set(data) <= set(known):
        raise ValueError(f"{kind.__name__} cannot be read from {data!r:.80}")
    absent = [name for name, f in known.items() if name not in data and not _has_default(f)]
    if absent:
        raise ValueError(f"{kind.__name__} lacks {', '.join(absent)}")
    hints = _hints(kind)  # type: ignore[arg-type]  # a class is hashable
    return kind(**{name: _from_data(hints[name], part) for name, part in data.items()})
