"""One question of a bank file."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

from audit_app.core.case_facts import CaseFact
from audit_app.core.question_bank import AnswerType, Evidence, Guidance, Question, Source
from audit_app.question_banks.conditions import Neighbours, read_condition
from audit_app.question_banks.fields import LONGEST_LINE, Fields
from audit_app.question_banks.measures import BOUNDS, read_bands, read_limit
from audit_app.question_banks.nodes import Items, Node, Pairs
from audit_app.question_banks.options import WITH_OPTIONS, read_options
from audit_app.question_banks.words import hint, read_word

COMMON_KEYS = (
    "id",
    "text",
    "type",
    "guidance",
    "source",
    "weight",
    "critical",
    "required",
    "evidence",
    "not_applicable",
    "not_recorded",
    "shown_when",
    "continues",
    "facts",
)
#: Keys that only some types have.
OWNERS: Mapping[str, tuple[AnswerType, ...]] = {
    "options": WITH_OPTIONS,
    **dict.fromkeys(("limit", "from", "to"), (AnswerType.INTERVAL,)),
    **dict.fromkeys((*BOUNDS, "unit"), (AnswerType.NUMBER,)),
}
QUESTION_KEYS = (*COMMON_KEYS, *OWNERS)
NOT_APPLICABLE_KEYS = ("when", "reason")
HEAVIEST = 10


def read_question(fields: Fields, near: Neighbours) -> Question | None:
    """Read a question and add it to its neighbours; None when it has faults."""
    report = fields.report
    before = len(report.faults)
    fields.check_known(QUESTION_KEYS)
    id_ = fields.key("id")
    if id_ in near.earlier:
        first = near.ids[id_]
        fields.fault("id", f"the id `{id_}` stands already on line {first}: choose another")
        id_ = ""
    type_ = fields.word("type", AnswerType)
    question = _read_body(id_, type_, fields, near) if type_ else None
    if question and question.critical and not question.is_scored and len(report.faults) == before:
        fields.fault(
            "critical", "no answer here is scored: remove `critical`, or say which answer is met"
        )
    if len(report.faults) > before:
        question = None
    if id_:
        near.earlier[id_] = question
    return question


def _read_body(id_: str, type_: AnswerType, fields: Fields, near: Neighbours) -> Question:
    _check_keys_of_type(fields, type_)
    is_text = type_ is AnswerType.TEXT
    is_interval = type_ is AnswerType.INTERVAL
    evidence = fields.word("evidence", Evidence, required=False)
    label = partial(fields.text, required=is_interval, longest=LONGEST_LINE)
    not_applicable = _read_not_applicable(fields)
    return Question(
        id=id_,
        text=fields.text("text", longest=500),
        type=type_,
        guidance=_read_guidance(fields),
        sources=_read_sources(fields),
        options=read_options(fields, type_),
        weight=_read_weight(fields),
        critical=fields.flag("critical", False),
        required=fields.flag("required", not is_text),
        evidence=evidence or (Evidence.NEVER if is_text else Evidence.ADVERSE),
        allows_not_applicable=not_applicable[0],
        allows_not_recorded=fields.flag("not_recorded", True),
        shown_when=read_condition(fields, near),
        limit=read_limit(fields) if is_interval else None,
        from_label=label("from") if is_interval else "",
        to_label=label("to") if is_interval else "",
        bands=read_bands(fields) if type_ is AnswerType.NUMBER else None,
        unit=label("unit") if type_ is AnswerType.NUMBER else "",
        not_applicable_when=not_applicable[1],
        not_applicable_reason=not_applicable[2],
        continues=_read_continues(fields, near),
        facts=_read_facts(fields),
    )


def _read_weight(fields: Fields) -> int:
    node = fields.scalar("weight", required=False)
    if node is not None and node.text == "0":
        what = "`weight` is 0, so the answer would count in words and not in points"
        fields.fault(
            "weight", f"{what}: give its options the outcome information, or a weight from 1"
        )
        return 1
    return fields.whole("weight", 1, HEAVIEST) or 1


def _read_not_applicable(fields: Fields) -> tuple[bool, str, bool]:
    """Whether it is offered, when it may be chosen, and whether it needs a reason."""
    node = fields.nodes.get("not_applicable")
    if not isinstance(node, Pairs):
        return fields.flag("not_applicable", True), "", False
    inner = Fields(node, fields.report, "not_applicable")
    inner.check_known(NOT_APPLICABLE_KEYS)
    when = inner.text("when", required=False, longest=300).rstrip(".")
    return True, when, inner.flag("reason", False)


def _read_continues(fields: Fields, near: Neighbours) -> str:
    node = fields.scalar("continues", required=False)
    if node is None or node.text in near.retired:
        return node.text if node else ""
    if node.text in near.ids:
        what = "is still asked here: retire it first, or take `continues` away"
    else:
        known = sorted(near.retired)
        what = "is not among the retired questions: "
        what += hint(node.text, known) if known else "keep it, as it was, under `retired`"
    fields.report.add(node.line, f"continues: the question `{node.text[:60]}` {what}")
    return ""


def _read_facts(fields: Fields) -> frozenset[CaseFact]:
    """What of the extract is shown beside the question; each is named once."""
    facts: set[CaseFact] = set()
    for node in fields.items("facts", required=False):
        fact = read_word(node, "facts", CaseFact, fields.report)
        if fact in facts:
            fields.report.add(node.line, f"facts: `{fact}` is named twice: keep one")
        elif fact is not None:
            facts.add(fact)
    return frozenset(facts)


def _check_keys_of_type(fields: Fields, type_: AnswerType) -> None:
    for key, owners in OWNERS.items():
        if key in fields.nodes and type_ not in owners:
            what = f"`{key}` belongs to {', '.join(owners)}, and this question is of type {type_}"
            fields.fault(key, f"{what}: remove it or change the type")


def _read_guidance(fields: Fields) -> Guidance:
    node = fields.node("guidance")
    if node is None:
        return Guidance("", "")
    inner = Fields(node, fields.report, "guidance")
    inner.check_known(("where", "good"))
    return Guidance(inner.text("where"), inner.text("good"))


def _read_sources(fields: Fields) -> tuple[Source, ...]:
    node = fields.node("source")
    if node is None:
        return ()
    nodes = fields.items("source") if isinstance(node, Items) else (node,)
    return tuple(_read_source(node, fields) for node in nodes)


def _read_source(node: Node, fields: Fields) -> Source:
    inner = Fields(node, fields.report, "a source")
    inner.check_known(("document", "place"))
    return Source(
        inner.text("document", longest=LONGEST_LINE), inner.text("place", longest=LONGEST_LINE)
    )
