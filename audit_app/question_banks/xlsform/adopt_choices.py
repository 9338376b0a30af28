"""The lists of a foreign form: its choices are for information until somebody says otherwise."""

from __future__ import annotations

from collections.abc import Iterable

from audit_app.core.question_bank import Outcome
from audit_app.question_banks.xlsform.draft import MOST_QUOTED, Draft
from audit_app.question_banks.xlsform.kinds import Kind
from audit_app.question_banks.xlsform.names import mend_name
from audit_app.question_banks.xlsform.sheets import Row

#: Choices that a bank offers with every question beside its options.
_STATES = ("not_applicable", "not_recorded")
_NOT_FREE = (*_STATES, "unanswered")
OTHER = "other"
OR_OTHER = "_or_other"
"""Ends the name of a list that is another one with a choice “Other”."""


class AdoptedLists:
    """The lists that the form's questions choose from, with keys that a bank can have."""

    def __init__(self, draft: Draft, kinds: Iterable[Kind]) -> None:
        self.lists = dict(draft.lists)
        self._draft = draft
        self._keys: dict[tuple[str, str], str] = {}
        for name in {kind.list_name: None for kind in kinds if kind.is_select}:
            if name in self.lists:
                self.lists[name] = list(self._adopted(name))

    def key_of(self, name: str, choice: str) -> str:
        """The key that a choice of a list has become."""
        return self._keys.get((name, choice), choice)

    def name_for(self, kind: Kind, row: Row) -> str:
        """The list of a question: its own one, where it may also be answered with “other”."""
        name = f"{kind.list_name}{OR_OTHER}"
        if not kind.or_other or kind.list_name not in self.lists:
            return kind.list_name
        if name not in self.lists:
            choices = self.lists[kind.list_name]
            taken = {choice.text("name") for choice in choices}
            cells = {
                "list_name": name,
                "name": mend_name(OTHER, "option", taken),
                "label": "Other",
                "audit_outcome": Outcome.INFORMATION.value,
            }
            self.lists[name] = [*choices, Row(row.sheet, row.number, cells)]
        self._draft.note(row, "type", "or_other became a choice “Other”, without its text")
        return name

    def _adopted(self, name: str) -> Iterable[Row]:
        taken = set(_NOT_FREE)
        for row in self.lists[name]:
            said = row.text("name")
            if said in _STATES:
                self._draft.note(row, "name", "left out: a bank offers this with every question")
                continue
            key = mend_name(said, "option", taken, reserved=False)
            taken.add(key)
            self._keys.setdefault((name, said), key)
            if key != said:
                told = f"`{said[:MOST_QUOTED]}`" if said else "a name is missing and"
                self._draft.note(row, "name", f"{told} became `{key}`")
            yield row.with_cells(
                name=key,
                label=row.text("label") or said,
                audit_outcome=row.text("audit_outcome") or Outcome.INFORMATION.value,
            )
