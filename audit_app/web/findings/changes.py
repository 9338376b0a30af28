"""What was changed in a finding, for the history: codes and numbers, never what was written."""

from __future__ import annotations

from audit_app.store.tables import Finding

#: Of words only that they were changed is noted.
_WORDS = ("statement", "root_cause", "action", "action_owner")


def marks_of(finding: Finding) -> dict[str, object]:
    """Everything that can be changed in a finding."""
    words = {name: getattr(finding, name) for name in _WORDS}
    return words | {
        "kind": finding.kind.value,
        "met": finding.k,
        "of": finding.n,
        "action_due": finding.action_due.isoformat() if finding.action_due else None,
        "quotes": sorted(f"{quote.audit_id}:{quote.question_id}" for quote in finding.quotes),
    }


def changes_between(before: dict[str, object], after: dict[str, object]) -> dict[str, object]:
    """What differs, as `{"kind": [from, to]}`; of words `{"statement": "changed"}`."""
    return {
        name: "changed" if name in _WORDS else [before[name], value]
        for name, value in after.items()
        if before[name] != value
    }
