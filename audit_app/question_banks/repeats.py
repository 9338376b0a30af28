"""Sections that are asked once for each of something."""

from __future__ import annotations

from audit_app.core.question_bank import Entry, Repeat
from audit_app.question_banks.fields import LONGEST_LINE, Fields

REPEAT_KEYS = ("each", "entries", "at_most")
ENTRY_KEYS = ("key", "label")
MOST_ENTRIES = 40
LONGEST_EACH = 60


def read_repeat(section: Fields) -> Repeat | None:
    """Read `repeat`: of what there is one each, and which ones, or how many at most."""
    node = section.node("repeat", required=False)
    if node is None:
        return None
    fields = Fields(node, section.report, "repeat")
    fields.check_known(REPEAT_KEYS)
    each = fields.text("each", longest=LONGEST_EACH)
    if "entries" not in fields.nodes:
        at_most = fields.whole("at_most", 2, MOST_ENTRIES)
        return Repeat(each) if at_most is None else Repeat(each, at_most=at_most)
    if "at_most" in fields.nodes:
        what = "`entries` says already which there are: keep `entries` or `at_most`"
        fields.fault("at_most", what)
    return Repeat(each, _read_entries(fields))


def _read_entries(fields: Fields) -> tuple[Entry, ...]:
    entries: list[Entry] = []
    for node in fields.items("entries"):
        inner = Fields(node, fields.report, "an entry")
        inner.check_known(ENTRY_KEYS)
        entry = Entry(inner.key("key"), inner.text("label", longest=LONGEST_LINE))
        if entry.key and entry.key in {other.key for other in entries}:
            inner.fault("key", f"the entry `{entry.key}` is there twice: keep one")
        entries.append(entry)
    if len(entries) > MOST_ENTRIES:
        fields.fault("entries", f"there are more than {MOST_ENTRIES} entries: keep fewer")
    return tuple(entries)
