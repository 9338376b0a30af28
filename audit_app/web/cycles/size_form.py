"""The form that asks how many case files are enough."""

from __future__ import annotations

from flask_wtf import FlaskForm
from wtforms.validators import NumberRange

from audit_app.core.sample_size import MOST_FRAME
from audit_app.web.cycles.forms import MOST_EACH, WholeNumberField

MOST_AUDITORS = 500


def _number(label: str, low: int, high: int, default: int | None, hint: str) -> WholeNumberField:
    """A whole number within bounds, which its fault names."""
    said = f"{label} must be a whole number from {low} to {high:,}"
    return WholeNumberField(
        label, validators=[NumberRange(low, high, said)], default=default, description=hint
    )


class SizeForm(FlaskForm):  # type: ignore[misc]
    """The frame, how sure the answer is to be, and how many can be audited in a month."""

    frame = _number(
        "Case files that can be drawn",
        1,
        MOST_FRAME,
        None,
        "How many are left after the filters; or supervision files, or whatever is drawn.",
    )
    within = _number(
        "Points either way",
        1,
        50,
        10,
        "How far the true share may lie from what is found: with 10, what is found in 70% is true "
        "of 60% to 80%.",
    )
    missing_in = _number(
        "Share in which it is missing",
        1,
        100,
        20,
        "A practice that is missing in so many case files, or in more …",
    )
    seen_with = _number(
        "How surely that is to be seen",
        50,
        99,
        90,
        "… is to be seen missing at least once: in so many of 100 samples.",
    )
    auditors = _number("Auditors", 1, MOST_AUDITORS, 1, "How many people audit each month.")
    each = _number("Case files a month for each auditor", 1, MOST_EACH, 2, "")

    @property
    def a_month(self) -> int:
        """How many case files all of them audit in a month."""
        return int(self.auditors.data * self.each.data)
