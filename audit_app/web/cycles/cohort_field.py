"""The lines of a cohort as one field, a line of it for each of them."""

from __future__ import annotations

from wtforms import TextAreaField, ValidationError
from wtforms.form import BaseForm

from audit_app.core.cohorts import CohortFault, Line, read_lines

LONGEST = 4_000


class CohortField(TextAreaField):  # type: ignore[misc]
    """Text whose lines are read as `core/cohorts.py` reads them; a fault names its line."""

    lines: tuple[Line, ...] = ()

    def pre_validate(self, _form: BaseForm) -> None:
        """Read the lines; ValidationError with the first that cannot be read."""
        if len(self.data or "") > LONGEST:
            raise ValidationError(f"The lines must be {LONGEST} characters or fewer together")
        try:
            self.lines = read_lines(self.data or "")
        except CohortFault as fault:
            raise ValidationError(str(fault)) from fault
