"""Groups inside groups, and questions outside any, as sections one after the other."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from audit_app.question_banks.xlsform.draft import Draft
from audit_app.question_banks.xlsform.kinds import Part, kind_of
from audit_app.question_banks.xlsform.names import mend_name
from audit_app.question_banks.xlsform.sheets import Row


def flatten(draft: Draft, rows: Sequence[Row], title: str, keys: Collection[str]) -> list[Row]:
    """Rows in which each question stands in one section, and each section has a question.

    `title` is that of questions outside any group, `keys` are those of the groups.
    """
    return list(_without_empty(draft, list(_Flattening(draft, title, keys).run(rows))))


class _Flattening:
    def __init__(self, draft: Draft, title: str, keys: Collection[str]) -> None:
        self._draft, self._title, self._keys = draft, title, set(keys)
        self._open: list[Row] = []
        """The groups of the form that are open, the outermost first."""
        self._section: Row | None = None
        """The group whose section is open here."""

    def run(self, rows: Sequence[Row]) -> Iterator[Row]:
        for row in rows:
            part = kind_of(row.text("type")).part
            if part is Part.BEGIN:
                yield from self._begin(row)
            elif part is Part.END:
                yield from self._end(row)
            else:
                if self._section is None:
                    yield from self._resume(row)
                yield self._with_condition(row)
        yield from self._close()
        for row in self._open:
            self._draft.fault(row, "type", "this never ends: add its end_group or end_repeat")

    def _begin(self, row: Row) -> Iterator[Row]:
        repeats = kind_of(row.text("type")).repeats
        inside = any(kind_of(one.text("type")).repeats for one in self._open)
        if self._open and (inside or not repeats):
            what = "the group stands inside another: its questions became part of that one"
            self._draft.note(row, "type", what)
        else:
            if self._open:
                what = "the repeat stands inside a group: it became a section of its own"
                self._draft.note(row, "type", what)
            yield from self._close()
            self._section = row
            yield row
        self._open.append(row)
        if row.text("repeat_count"):
            what = "left out: the auditor says how many there are"
            self._draft.note(row, "repeat_count", what)

    def _end(self, row: Row) -> Iterator[Row]:
        repeats = kind_of(row.text("type")).repeats
        if not self._open or kind_of(self._open[-1].text("type")).repeats != repeats:
            what = "nothing of this kind is open here: take the row out, or add its begin"
            self._draft.fault(row, "type", what)
            return
        if self._open.pop() is self._section:
            yield from self._close()

    def _close(self) -> Iterator[Row]:
        if self._section is not None:
            repeats = kind_of(self._section.text("type")).repeats
            yield self._made(self._section, "end_repeat" if repeats else "end_group")
        self._section = None

    def _resume(self, row: Row) -> Iterator[Row]:
        """Begin a section for rows outside any group, or after a repeat inside their group."""
        outer = self._open[0] if self._open else None
        name, title = "questions", self._title
        if outer:
            name = f"{outer.text('name')}_continued"
            title = f"{outer.text('label') or outer.text('name')} (continued)"
        key = mend_name(name, "more", self._keys)
        self._draft.note(row, "type", f"a section `{key}` begins here, as a bank needs one")
        self._keys.add(key)
        self._section = self._made(row, "begin_group", name=key, label=title)
        yield self._section

    def _made(self, row: Row, type_: str, **cells: str) -> Row:
        cells = {"type": type_, **cells}
        return Row(row.sheet, row.number, cells, made=frozenset(cells))

    def _with_condition(self, row: Row) -> Row:
        """A group's condition is that of its questions, where they have none of their own."""
        said = [one for one in self._open if one.text("relevant")]
        if not said or kind_of(row.text("type")).part is not Part.QUESTION:
            return row
        if row.text("relevant") or len(said) > 1:
            kept = "its own" if row.text("relevant") else "that of the nearest group"
            what = f"a question has one condition: {kept} was kept, those of its groups left out"
            self._draft.note(row, "relevant", what)
        return row.with_cells(relevant=row.text("relevant") or said[-1].text("relevant"))


def _without_empty(draft: Draft, rows: Sequence[Row]) -> Iterator[Row]:
    """Leave out sections in which nothing is asked."""
    section: list[Row] = []
    for row in rows:
        section.append(row)
        part = kind_of(row.text("type")).part
        if part is not Part.END:
            continue
        asked = any(
            kind_of(one.text("type")).part in (Part.QUESTION, Part.UNKNOWN) for one in section
        )
        if asked:
            yield from section
        else:
            for one in section:
                if not one.made:
                    draft.note(one, "type", "left out: nothing is asked in this section")
        section = []
    yield from section
