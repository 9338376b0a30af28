"""Which column of a sheet stands for what, by the names that the XLSForm library knows."""

from __future__ import annotations

from collections.abc import Sequence

from audit_app.question_banks.xlsform.columns import CHOICES, SETTINGS, SHEETS, SURVEY

_LAST = {"list name": "list_name", "title": "form_title", "id_string": "form_id"}
_TRANSLATED = ("label", "hint", "guidance_hint")


def place_headings(name: str, headings: Sequence[str | None], language: str) -> dict[str, int]:
    """The column (from 1) of each name; the other languages of a text by `label::French`."""
    from pyxform import aliases  # noqa: PLC0415 # half a second that most pages need not wait for
    from pyxform.parsing.sheet_headers import process_header  # noqa: PLC0415

    known = {SURVEY: aliases.survey_header, CHOICES: aliases.list_header}
    known[SETTINGS] = aliases.settings_header
    double = any(heading and "::" in heading for heading in headings)
    columns = {column.heading for column in SHEETS[name]}
    places: dict[str, int] = {}
    for place, heading in enumerate(headings, start=1):
        if heading is None:
            continue
        plain = heading.strip().lower()
        if plain in columns:
            found = plain
        else:
            _, tokens = process_header(heading, double, known.get(name, {}), columns)
            found = _name(tuple(map(str, tokens)))
        places[found if found not in places else f"{found} ({place})"] = place
    for text in _TRANSLATED:
        _choose_language(text, places, language)
    return places


def _name(tokens: tuple[str, ...]) -> str:
    if tokens[0] in _TRANSLATED:
        return "::".join(tokens)
    last = tokens[-1].removeprefix("jr:")
    return _LAST.get(last, "repeat_count" if last == "count" else last)


def _choose_language(text: str, places: dict[str, int], language: str) -> None:
    """Let one of the languages stand for the text, where none stands for it already."""
    told = [name for name in places if name.startswith(f"{text}::")]
    if text not in places and told:
        wanted = f"{text}::{language}"
        places[text] = places.pop(wanted if wanted in places else told[0])
