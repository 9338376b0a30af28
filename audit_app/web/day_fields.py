"""Form fields for a day and a month, each typed in parts, for the GOV.UK date input."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from wtforms import Field
from wtforms.validators import StopValidation

YEARS = range(2000, 2200)


class DayField(Field):  # type: ignore[misc]
    """A day typed as day, month and year; `data` is a date, or None when all are empty.

    `lack` is the sentence for a day that has to be there and is not; empty: it may be left out.
    """

    parts: ClassVar[tuple[str, ...]] = ("Day", "Month", "Year")
    kind: ClassVar[str] = "date"
    example: ClassVar[str] = "30 11 2026"
    data: Any

    def __init__(self, label: str, lack: str = "", **kwargs: Any) -> None:  # noqa: ANN401
        """A field with its label and, where it has to be filled in, what is said otherwise."""
        super().__init__(label, **kwargs)
        self.lack = lack

    @property
    def error_target(self) -> str:
        """Where the error summary leads: the first part."""
        return f"{self.id}-{self.parts[0].lower()}"

    def process_formdata(self, valuelist: list[str]) -> None:
        """Read the parts; ValueError with a sentence when they are no day."""
        self.data = None
        typed = [text.strip() for text in valuelist]
        if not any(typed):
            return
        try:
            self.data = self.read(*(int(text) for text in typed))
        except (ValueError, TypeError, OverflowError):
            raise ValueError(
                f"{self.label.text} must be a real {self.kind}, such as {self.example}"
            ) from None

    def pre_validate(self, form: object) -> None:
        """Refuse an empty field that has to be filled in."""
        del form
        if self.lack and self.data is None and not self.process_errors:
            raise StopValidation(self.lack)

    def read(self, day: int, month: int, year: int) -> date | str:
        """The value of three numbers; ValueError when they are none."""
        if year not in YEARS:
            raise ValueError(year)
        return date(year, month, day)

    def written(self) -> list[str]:
        """What stands in each part when a stored value is shown."""
        return [str(self.data.day), str(self.data.month), str(self.data.year)]

    @property
    def params(self) -> dict[str, Any]:
        """Parameters of govukDateInput."""
        texts = list(self.raw_data or ()) or (self.written() if self.data else [])
        texts += [""] * (len(self.parts) - len(texts))
        wrong = " govuk-input--error" if self.errors else ""
        params: dict[str, Any] = {
            "id": self.id,
            "fieldset": {
                "legend": {"text": self.label.text, "classes": "govuk-fieldset__legend--s"}
            },
            "items": [
                {
                    "id": f"{self.id}-{part.lower()}",
                    "name": self.name,
                    "label": part,
                    "value": text,
                    "classes": f"govuk-input--width-{4 if part == 'Year' else 2}{wrong}",
                }
                for part, text in zip(self.parts, texts, strict=False)
            ],
        }
        if self.description:
            params["hint"] = {"text": self.description}
        if self.errors:
            params["errorMessage"] = {"text": self.errors[0]}
        return params


class MonthField(DayField):
    """A month typed as month and year; `data` is `2026-11`."""

    parts = ("Month", "Year")
    kind = "month"
    example = "11 2026"

    def read(self, month: int, year: int) -> str:  # type: ignore[override]
        """The month as text; ValueError when there is no such month."""
        if year not in YEARS:
            raise ValueError(year)
        return f"{date(year, month, 1):%Y-%m}"

    def written(self) -> list[str]:
        """Month and year as numbers."""
        year, month = str(self.data).split("-")
        return [str(int(month)), year]
