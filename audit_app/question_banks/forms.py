"""One form file: which banks make it up, its scale, and how grades are suggested."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum

from audit_app.core.question_bank import (
    AuditForm,
    Band,
    Cap,
    Grade,
    JudgementRules,
    Outcome,
    QuestionBank,
)
from audit_app.question_banks.banks import check_stem
from audit_app.question_banks.faults import Report
from audit_app.question_banks.fields import LONGEST_LINE, Fields, name_report
from audit_app.question_banks.nodes import Items, Node, Pairs, Scalar
from audit_app.question_banks.words import hint, read_key, read_word

FORM_KEYS = (
    "key",
    "title",
    "version",
    "summary",
    "auditors",
    "themed",
    "percent_from",
    "banks",
    "scale",
    "judgement",
)
CAP_OUTCOMES = (Outcome.NOT_MET, Outcome.NOT_RECORDED, Outcome.PARTLY_MET)
PERCENT_FROM, HIGHEST_PERCENT_FROM, MOST_CRITICAL = 20, 1000, 100


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
    scale = _read_scale(fields)
    rules = _read_rules(fields, scale)
    auditors = fields.word("auditors", Auditors)
    chosen = _choose_banks(fields, banks, faulty)
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
    )
    whole = len(report.faults) == before and len(chosen) == len(bank_keys(node))
    return form if whole else None


def _choose_banks(
    fields: Fields, banks: Mapping[str, QuestionBank], faulty: Collection[str]
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
        elif key and key not in faulty:
            known = list(banks)
            what = hint(key, known) if known else "put its file beside the folder of the form"
            fields.report.add(node.line, f"there is no question bank `{key}`: {what}")
    return tuple(chosen.values())


def _check_owners(fields: Fields, line: int, bank: QuestionBank, owners: dict[str, str]) -> None:
    """Report keys of sections and ids of questions that another bank of the form has too."""
    names = [("section key", section.key) for section in bank.sections]
    names += [("question id", question.id) for question in bank.questions]
    for kind, name in names:
        owner = owners.setdefault(f"{kind} {name}", bank.key)
        if owner != bank.key:
            what = f"the banks `{owner}` and `{bank.key}` both have the {kind} `{name}`"
            fields.report.add(line, f"{what}: change it in one of them")


def _read_scale(fields: Fields) -> tuple[Grade, ...]:
    grades: dict[str, Grade] = {}
    for node in fields.items("scale"):
        inner = Fields(node, fields.report, "a grade of the scale")
        inner.check_known(("key", "label"))
        grade = Grade(inner.key("key"), inner.text("label", longest=LONGEST_LINE))
        if grade.key in grades:
            inner.fault("key", f"the grade `{grade.key}` is there twice: keep one")
        if grade.key:
            grades[grade.key] = grade
    if len(grades) == 1:
        fields.fault("scale", "a scale needs at least two grades: add another")
    return tuple(grades.values())


def _read_rules(fields: Fields, scale: tuple[Grade, ...]) -> JudgementRules:
    node = fields.node("judgement")
    if node is None:
        return JudgementRules((), (), (), (), "")
    grades = [grade.key for grade in scale]
    inner = Fields(node, fields.report, "judgement")
    inner.check_known(("met_from", "theme", "overall"))
    theme_bands, theme_caps = _read_level(inner, "theme", "critical", grades)
    overall_bands, overall_caps = _read_level(inner, "overall", "themes", grades)
    met_from = _read_grade(inner, "met_from", grades)
    return JudgementRules(theme_bands, theme_caps, overall_bands, overall_caps, met_from)


def _read_level(
    judgement: Fields, name: str, cap_by: str, grades: list[str]
) -> tuple[tuple[Band, ...], tuple[Cap, ...]]:
    node = judgement.node(name)
    if node is None:
        return (), ()
    level = Fields(node, judgement.report, f"judgement: {name}")
    level.check_known(("bands", "caps"))
    caps = level.items("caps", required=False)
    read_caps = tuple(_read_cap(cap, level.report, grades, cap_by) for cap in caps)
    return _read_bands(level, grades), read_caps


def _read_grade(fields: Fields, name: str, grades: list[str]) -> str:
    node = fields.scalar(name)
    # Without a readable scale every grade would be unknown; the scale's own fault says enough.
    if node is None or not grades or node.text in grades:
        return node.text if node else ""
    what = f"`{name}`: the grade `{node.text[:40]}` is not on the scale"
    fields.report.add(node.line, f"{what}: {hint(node.text, grades)}")
    return ""


def _read_bands(level: Fields, grades: list[str]) -> tuple[Band, ...]:
    bands: list[Band] = []
    for node in level.items("bands"):
        inner = Fields(node, level.report, "a band")
        inner.check_known(("grade", "at_least"))
        bound = inner.whole("at_least", 0, 100, required=True)
        grade = _read_grade(inner, "grade", grades)
        if not grade or bound is None:
            return ()
        if bands and bound >= bands[-1].at_least:
            what = f"`at_least` {bound} is not below {bands[-1].at_least} of the band before"
            inner.fault("at_least", f"{what}: go from the best grade down")
        bands.append(Band(grade, bound))
    if bands and grades and [band.grade for band in bands] != grades:
        order = ", ".join(grades)
        level.fault("bands", f"bands must name each grade of the scale once, best first: {order}")
    if bands and bands[-1].at_least != 0:
        level.fault("bands", "the last band must start at 0: set its `at_least` to 0")
    return tuple(bands)


def _read_cap(node: Node, report: Report, grades: list[str], by: str) -> Cap:
    inner = Fields(node, report, "a cap here")
    inner.check_known((by, "at_least", "not_better_than"))
    outcomes: frozenset[Outcome] = frozenset()
    theme_grade = ""
    if by == "critical":
        words = [read_word(n, by, Outcome, report, CAP_OUTCOMES) for n in inner.items(by)]
        outcomes = frozenset(word for word in words if word)
    else:
        theme_grade = _read_grade(inner, by, grades)
    grade = _read_grade(inner, "not_better_than", grades)
    if grades and grade == grades[0]:
        inner.fault(
            "not_better_than", f"`{grade}` is the best grade, so this caps nothing: lower it"
        )
    at_least = inner.whole("at_least", 1, MOST_CRITICAL) or 1
    return Cap(grade, at_least, outcomes, theme_grade)
