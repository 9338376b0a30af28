"""Plain data as one page that anybody can read and print, without a program of ours."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

_STYLE = """
body{font:16px/1.5 sans-serif;margin:2em auto;max-width:60em;padding:0 1em;color:#0b0c0c}
dl{display:grid;grid-template-columns:minmax(8em,14em) 1fr;gap:.25em 1em;margin:0 0 1em}
dt{font-weight:bold}dd{margin:0;overflow-wrap:anywhere;white-space:pre-wrap}
section{border-top:1px solid #b1b4b6;padding-top:.5em}
"""


def readable_page(title: str, data: Mapping[str, object]) -> str:
    """An HTML page with everything in the data; it holds no script and leads nowhere."""
    alone = {name: value for name, value in data.items() if not isinstance(value, list | dict)}
    parts = [_values(alone, 2)]
    for name, value in data.items():
        if isinstance(value, list | dict):
            parts.append(f"<h2>{_words(name)}</h2>{_part(value, 3)}")
    return (
        '<!DOCTYPE html>\n<html lang="en-GB"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>"
        f"<body><h1>{escape(title)}</h1>{''.join(parts)}</body></html>\n"
    )


def _part(value: object, level: int) -> str:
    if isinstance(value, dict):
        return _values(value, level) if value else "<p>Nothing.</p>"
    if isinstance(value, list) and any(isinstance(one, dict) for one in value):
        return "".join(f"<section>{_part(one, level)}</section>" for one in value)
    if isinstance(value, list):
        return f"<p>{escape(', '.join(map(str, value))) or 'Nothing.'}</p>"
    return escape(_said(value))


def _values(values: Mapping[str, object], level: int) -> str:
    """Short values first, then what has parts of its own under a heading."""
    short = [
        f"<dt>{_words(name)}</dt><dd>{escape(_said(value))}</dd>"
        for name, value in values.items()
        if not isinstance(value, list | dict)
    ]
    heading = f"h{min(level, 6)}"
    long = [
        f"<{heading}>{_words(name)}</{heading}>{_part(value, level + 1)}"
        for name, value in values.items()
        if isinstance(value, list | dict)
    ]
    return (f"<dl>{''.join(short)}</dl>" if short else "") + "".join(long)


def _words(name: str) -> str:
    words = name.replace("_", " ")
    return escape(words[:1].upper() + words[1:])


def _said(value: object) -> str:
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value)
