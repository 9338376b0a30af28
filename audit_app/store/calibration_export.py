"""What was answered in a calibration, to be taken away: auditors by number, never by name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from audit_app.core.moderation import OVERALL
from audit_app.core.question_bank import Question
from audit_app.store.recorded import form_of_all
from audit_app.store.tables import Calibration, CalibrationReading

FORMAT = "case-file-audit/calibration/1"
HEADINGS = ("about", "text", "critical", "auditor", "state", "value", "evidence", "place")

Data = dict[str, Any]


def calibration_data(calibration: Calibration, readings: Sequence[CalibrationReading]) -> Data:
    """The round, and a row for each answer and each grade of each auditor.

    `readings` are those that were submitted; auditors are numbered in their order.
    """
    version = calibration.form_version
    return {
        "format": FORMAT,
        "calibration": {
            "key": calibration.key,
            "due_on": calibration.due_on.isoformat(),
            "form": version.key,
            "form_version": version.version,
            "case_reference": calibration.case_file.reference,
            "auditors": len(readings),
        },
        "answers": [*_answers(readings), *_grades(readings)] if readings else [],
    }


def calibration_rows(data: Data) -> list[tuple[Any, ...]]:
    """The same as rows of a table."""
    return [tuple(row[name] for name in HEADINGS) for row in data["answers"]]


def _answers(readings: Sequence[CalibrationReading]) -> Iterator[Data]:
    given = [{row.question_id: row for row in one.answers} for one in readings]
    for question in form_of_all(*readings).questions.values():
        for number, rows in enumerate(given, start=1):
            if (row := rows.get(question.id)) is not None:
                yield {
                    **_about(question),
                    "auditor": number,
                    "state": row.state.value,
                    "value": row.value,
                    "evidence": row.evidence,
                    "place": row.place,
                }


def _about(question: Question) -> Data:
    return {"about": question.id, "text": question.text, "critical": question.critical}


def _grades(readings: Sequence[CalibrationReading]) -> Iterator[Data]:
    for number, one in enumerate(readings, start=1):
        graded = [(row.theme, row.grade, row.grade_reason) for row in one.themes]
        for part, grade, reason in (*graded, (OVERALL, one.grade, one.grade_reason)):
            if grade is not None:
                yield {
                    "about": f"grade/{part}",
                    "text": "Grade",
                    "critical": False,
                    "auditor": number,
                    "state": "graded",
                    "value": grade,
                    "evidence": reason,
                    "place": "",
                }
