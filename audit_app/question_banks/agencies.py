"""The agencies that each answer a part of a form."""

from __future__ import annotations

from collections.abc import Sequence

from audit_app.core.agencies import Agency
from audit_app.core.parts import part_of
from audit_app.core.question_bank import AuditForm, JudgementRules, QuestionBank
from audit_app.question_banks.fields import LONGEST_LINE, Fields
from audit_app.question_banks.words import hint, read_key

AGENCY_KEYS = ("key", "label", "also_answers")
FEWEST_AGENCIES, MOST_AGENCIES = 2, 20


def read_agencies(
    form: Fields, banks: Sequence[QuestionBank], *, whole: bool
) -> tuple[Agency, ...]:
    """Read `agencies`; `whole`: all banks of the form are there, so that their keys are known."""
    if "agencies" not in form.nodes:
        return ()
    names = {bank.key for bank in banks} | {s.key for bank in banks for s in bank.sections}
    found: dict[str, tuple[Agency, Fields]] = {}
    for node in form.items("agencies"):
        fields = Fields(node, form.report, "an agency")
        fields.check_known(AGENCY_KEYS)
        agency = Agency(
            fields.key("key"),
            fields.text("label", longest=LONGEST_LINE),
            _also_answers(fields, names if whole else None),
        )
        if agency.key in found:
            fields.fault("key", f"the agency `{agency.key}` is there twice: keep one")
        elif agency.key:
            found[agency.key] = agency, fields
    if not FEWEST_AGENCIES <= len(found) <= MOST_AGENCIES:
        form.fault("agencies", f"name from {FEWEST_AGENCIES} to {MOST_AGENCIES} agencies")
    agencies = tuple(agency for agency, _fields in found.values())
    if whole:
        asking = _with_agencies(banks, agencies)
        for agency, fields in found.values():
            _check_part(asking, agency, fields)
    return agencies


def _also_answers(fields: Fields, names: set[str] | None) -> frozenset[str]:
    also: set[str] = set()
    if "also_answers" not in fields.nodes:
        return frozenset()
    for node in fields.items("also_answers"):
        key = read_key(node, "also_answers", fields.report)
        if key in also:
            fields.report.add(node.line, f"`{key}` is named twice: keep one")
        elif key and names is not None and key not in names:
            what = f"the form has no bank or section `{key}`: {hint(key, sorted(names))}"
            fields.report.add(node.line, what)
        also.add(key)
    return frozenset(also - {""})


def _with_agencies(banks: Sequence[QuestionBank], agencies: tuple[Agency, ...]) -> AuditForm:
    rules = JudgementRules((), (), (), (), "")
    return AuditForm("", "", "", "", "", (), rules, tuple(banks), agencies=agencies)


def _check_part(form: AuditForm, agency: Agency, fields: Fields) -> None:
    """Report an agency that is asked nothing, or asked what hangs on a question not asked of it."""
    asked = part_of(form, agency.key).questions
    if not asked:
        fields.fault("key", f"nothing is asked of `{agency.key}`: add to its `also_answers`")
    for question in asked.values():
        condition = question.shown_when
        if condition is not None and condition.question not in asked:
            fields.fault(
                "also_answers",
                f"`{question.id}` is asked of `{agency.key}`, and `{condition.question}`, on whose "
                "answer it is shown, is not: ask it both or neither",
            )
