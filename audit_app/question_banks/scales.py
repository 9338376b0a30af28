"""Scales, best first: the grades of a form, and the levels on which a bank's sections are rated."""

from __future__ import annotations

from collections.abc import Sequence

from audit_app.core.question_bank import Grade
from audit_app.question_banks.fields import LONGEST_LINE, Fields
from audit_app.question_banks.words import hint, read_key

STEP_KEYS = ("key", "label")


def read_scale(fields: Fields, name: str, step: str) -> tuple[Grade, ...]:
    """Read the steps of a scale; `step` says in a message what one of them is, such as `grade`."""
    grades: dict[str, Grade] = {}
    for node in fields.items(name):
        inner = Fields(node, fields.report, f"a {step} of the scale")
        inner.check_known(STEP_KEYS)
        grade = Grade(inner.key("key"), inner.text("label", longest=LONGEST_LINE))
        if grade.key in grades:
            inner.fault("key", f"the {step} `{grade.key}` is there twice: keep one")
        if grade.key:
            grades[grade.key] = grade
    if len(grades) == 1:
        fields.fault(name, f"a scale needs at least two {step}s: add another")
    return tuple(grades.values())


def read_step(fields: Fields, name: str, steps: Sequence[str] | None, step: str = "grade") -> str:
    """Read the key of one step of a scale; empty when it is not on it.

    `steps` None: the scale is not known here, as a bank does not know the form's; the form that
    takes the bank checks it.
    """
    node = fields.scalar(name)
    if node is None:
        return ""
    if steps is None:
        return read_key(node, name, fields.report)
    # Without a readable scale every step would be unknown; the scale's own fault says enough.
    if not steps or node.text in steps:
        return node.text
    what = f"`{name}`: the {step} `{node.text[:40]}` is not on the scale"
    fields.report.add(node.line, f"{what}: {hint(node.text, steps)}")
    return ""
