"""One form file: which banks make it up, its scale, and how grades are suggested."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum

from audit_app.core.question_bank import AuditForm, QuestionBank, Subject
from audit_app.core.replies import PracticeSees
from audit_app.question_banks.agencies import read_agencies
from audit_app.question_banks.banks import check_stem
from audit_app.question_banks.faults import Report
from audit_app.question_banks.fields import LONGEST_LINE, Fields, name_report
from audit_app.question_banks.judgement import check_bank_rules, read_rules
from audit_app.question_banks.nodes import Items, Node, Pairs, Scalar
from audit_app.question_banks.scales import read_scale
from audit_app.question_banks.words import hint, read_key

FORM_KEYS = (
    "key",
    "title",
    "version",
    "summary",
    "subject",
    "auditors",
    "themed",
    "percent_from",
    "agencies",
    "practice_sees",
    "earlier_findings",
    "banks",
    "scale",
    "judgement",
)
PERCENT_FROM, HIGHEST_PERCENT_FROM = 20, 1000


class Auditors(StrEnum):
    """The roles whose people may audit with a form."""

    SENIOR_MANAGER = "senior_manager"
    INDEPENDENT_MEMBER = "independent_member"


def is_form(node: Node) -> bool:
    """Whether a file is a form and not a bank, judged by its keys."""
    names = {key.text for key, _ in node.pairs} if isinstance(node, Pairs) else set()
    return bool(names & {"banks", "scale", "judgement", "auditors"})


def bank_keys(node: Node) -> tuple[str, ...]:
    """The banks that a form names, as far as they can be read."""
    pairs = node.pairs if isinstance(node, Pairs) else ()
    lists = [
        value.items for key, value in pairs if key.text == "banks" and isinstance(value, Items)
    ]
    return tuple(item.text for items in lists for item in items if isinstance(item, Scalar))


def read_form_node(
    node: Node,
    report: Report,
    stem: str | None,
    banks: Mapping[str, QuestionBank],
    faulty: Collection[str] = (),
) -> AuditForm | None:
    """Read a form over these banks; None when it has faults.

    `stem` is the file's name without its ending (None: there is no file); a bank among `faulty`
    has faults of its own, so that naming it is not one more.
    """
    before = len(report.faults)
    report = name_report(node, "key", report)
    fields = Fields(node, report, "a form")
    key = fields.key("key")
    fields.check_known(FORM_KEYS)
    if stem is not None:
        check_stem(fields, key, stem)
    scale = read_scale(fields, "scale", "grade")
    grades = [grade.key for grade in scale]
    chosen = _choose_banks(fields, banks, faulty, grades)
    has_all = len(chosen) == len(bank_keys(node))
    rules = read_rules(fields, grades, chosen, whole=has_all)
    auditors = fields.word("auditors", Auditors)
    subject = fields.word("subject", Subject, required=False)
    practice_sees = fields.word("practice_sees", PracticeSees, required=False)
    form = AuditForm(
        key=key,
        title=fields.text("title", longest=LONGEST_LINE),
        version=fields.version(),
        summary=fields.text("summary"),
        auditors=auditors.value if auditors else "",
        scale=scale,
        rules=rules,
        banks=chosen,
        percent_from=fields.whole("percent_from", 1, HIGHEST_PERCENT_FROM) or PERCENT_FROM,
        themed=fields.flag("themed", False),
        subject=subject or Subject.CASE_FILE,
        agencies=read_agencies(fields, chosen, whole=has_all),
        practice_sees=practice_sees or PracticeSees.EVERYTHING,
        earlier_findings=fields.flag("earlier_findings", True),
    )
    return form if len(report.faults) == before and has_all else None


def _choose_banks(
    fields: Fields,
    banks: Mapping[str, QuestionBank],
    faulty: Collection[str],
    grades: list[str],
) -> tuple[QuestionBank, ...]:
    chosen: dict[str, QuestionBank] = {}
    owners: dict[str, str] = {}
    for node in fields.items("banks"):
        key = read_key(node, "banks", fields.report)
        if key in chosen:
            fields.report.add(node.line, f"the bank `{key}` is named twice: keep one")
        elif key in banks:
            chosen[key] = banks[key]
            _check_owners(fields, node.line, banks[key], owners)
            check_bank_rules(fields, node.line, banks[key], grades)
        elif key and key not in faulty:
            known = list(banks)
            what = hint(key, known) if known else "put its file beside the folder of the form"
            fields.report.add(node.line, f"there is no question bank `{key}`: {what}")
    return tuple(chosen.values())


def _check_owners(fields: Fields, line: int, bank: QuestionBank, owners: dict[str, str]) -> None:
    """Report keys of sections and ids of questions that another bank of the form has too."""
    names = [("section key", section.key) for section in bank.sections]
    names += [("question id", question.id) for question in (*bank.questions, *bank.retired)]
    for kind, name in names:
        owner = owners.setdefault(f"{kind} {name}", bank.key)
        if owner != bank.key:
            what = f"the banks `{owner}` and `{bank.key}` both have the {kind} `{name}`"
            fields.report.add(line, f"{what}: change it in one of them")
