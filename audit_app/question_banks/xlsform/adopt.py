"""A form that another program wrote, as rows in this program's own convention.

Whatever has to be guessed is guessed here, the same way each time, and said in a note.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import PurePath

from audit_app.core.version_numbers import VERSION_PATTERN
from audit_app.question_banks.fields import LONGEST_LINE
from audit_app.question_banks.repeats import LONGEST_EACH
from audit_app.question_banks.xlsform.adopt_choices import AdoptedLists
from audit_app.question_banks.xlsform.draft import MOST_QUOTED, Draft
from audit_app.question_banks.xlsform.flatten import flatten
from audit_app.question_banks.xlsform.kinds import Kind, Part, kind_of
from audit_app.question_banks.xlsform.names import mend_name
from audit_app.question_banks.xlsform.relevant import read_relevant, write_relevant
from audit_app.question_banks.xlsform.sheets import Row

UNSAID = "Not said in the imported form."
FIRST_VERSION = "1.0"
_PLAIN_REQUIRED = re.compile(r"(?i)(yes|no|true|false)?(\(\))?")


def adopt(draft: Draft) -> Draft:
    """The same form with everything in place that a bank needs and XLSForm does not ask for."""
    settings = _settings(draft)
    rows = [row for row in draft.survey if _is_kept(draft, row)]
    lists = AdoptedLists(draft, [kind_of(row.text("type")) for row in rows])
    form = _Form(draft, lists, settings.text("form_title"))
    for row in rows:
        form.name(row)
    sections = flatten(draft, rows, settings.text("form_title"), form.keys)
    return replace(
        draft,
        survey=[form.adopted(row) for row in sections],
        lists=lists.lists,
        settings=settings,
    )


def _is_kept(draft: Draft, row: Row) -> bool:
    kind = kind_of(row.text("type"))
    if row.says_yes("disabled"):
        draft.note(row, "disabled", "left out: the row is disabled")
        return False
    if kind.part is Part.LEFT_OUT:
        what = f"left out: a bank has no question of the type `{row.text('type')[:40]}`"
        draft.note(row, "type", what)
        return False
    return True


def _settings(draft: Draft) -> Row:
    row = draft.settings
    title = row.text("form_title") or PurePath(draft.report.file).stem
    key = mend_name(row.text("form_id") or title, "form", ())
    version = row.text("version")
    if key != row.text("form_id"):
        draft.note(row, "form_id", f"the key of the bank became `{key}`")
    if not VERSION_PATTERN.fullmatch(version):
        said = f"`{version[:20]}` is no version of a bank" if version else "there is no version"
        draft.note(row, "version", f"{said}: it became {FIRST_VERSION}")
        version = FIRST_VERSION
    cells = {"form_title": title, "form_id": key, "version": version}
    summary = row.text("audit_summary") or f"Imported from the XLSForm {title}."
    return row.with_cells(**cells, audit_summary=summary)


class _Form:
    """The questions and sections of the form, once all of them have their names."""

    def __init__(self, draft: Draft, lists: AdoptedLists, title: str) -> None:
        self._draft, self._lists = draft, lists
        self._document = f"Imported XLSForm {title}"[:LONGEST_LINE]
        self._ids: dict[str, str] = {}
        """The id of each question by its name in the form; the first of several."""
        self._kinds: dict[str, Kind] = {}
        self._named: dict[int, str] = {}
        """The id of the question or section of each row."""
        self.keys: set[str] = set()
        """Those of the groups."""

    def name(self, row: Row) -> None:
        """Give the row its id or key."""
        kind = kind_of(row.text("type"))
        if kind.part not in (Part.QUESTION, Part.BEGIN, Part.UNKNOWN):
            return
        name = row.text("name")
        is_section = kind.part is Part.BEGIN
        taken: Iterable[str] = self.keys if is_section else self._ids.values()
        found = mend_name(name, "section" if is_section else "question", set(taken))
        if found != name:
            told = f"`{name[:MOST_QUOTED]}`" if name else "a name is missing and"
            self._draft.note(row, "name", f"{told} became `{found}`")
        self._named[row.number] = found
        if is_section:
            self.keys.add(found)
            return
        spelt = name if name and name not in self._ids else f"{name} in row {row.number}"
        self._ids[spelt] = found
        self._kinds[spelt] = kind

    def adopted(self, row: Row) -> Row:
        """The row with what a bank needs."""
        kind = kind_of(row.text("type"))
        cells: dict[str, str] = {}
        if row.number in self._named and kind.part is not Part.END and "name" not in row.made:
            cells["name"] = self._named[row.number]
        if kind.part is Part.BEGIN:
            cells["label"] = row.text("label") or row.text("name") or "Questions"
            if kind.repeats:
                fits = len(cells["label"]) <= LONGEST_EACH
                cells["audit_each"] = cells["label"] if fits else self._named[row.number]
            # What these say was passed on, or noted, where the groups were put in a row.
            cells |= {"relevant": "", "repeat_count": ""}
        if kind.part is not Part.QUESTION:
            return row.with_cells(**cells)
        cells["label"] = row.text("label") or row.text("name")
        if not row.text("label"):
            self._draft.note(row, "label", "the question has no label: its name stands for it")
        cells |= self._guidance(row)
        cells |= {"audit_source": self._document, "audit_source_place": f"row {row.number}"}
        cells["relevant"] = self._relevant(row)
        if not _PLAIN_REQUIRED.fullmatch(row.text("required")):
            what = "left out: a question is required always or never; here never"
            self._draft.note(row, "required", what)
            cells["required"] = "no"
        if kind.is_select:
            command = " ".join(row.text("type").split()).partition(kind.list_name)[0]
            cells["type"] = f"{command}{self._lists.name_for(kind, row)}"
        return row.with_cells(**cells)

    def _guidance(self, row: Row) -> dict[str, str]:
        names = {"hint": "where to look", "guidance_hint": "what good looks like"}
        absent = [said for name, said in names.items() if not row.text(name)]
        if absent:
            what = f"the form does not say {' or '.join(absent)}: “{UNSAID}” stands there"
            self._draft.note(row, "hint", what)
        return {name: row.text(name) or UNSAID for name in names}

    def _relevant(self, row: Row) -> str:
        said = row.text("relevant")
        found = read_relevant(said) if said else None
        kind = self._kinds.get(found.question) if found else None
        if found is None or kind is None or not kind.is_select:
            if said:
                what = "left out, so the question is always asked: a bank can only look at the "
                self._draft.note(row, "relevant", what + "choices of one earlier select")
            return ""
        answers = [self._lists.key_of(kind.list_name, answer) for answer in found.answers]
        several = kind.answer == "choices"
        return write_relevant(self._ids[found.question], answers, several=several)
