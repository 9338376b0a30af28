"""One question bank file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from audit_app.core.question_bank import Grade, Question, QuestionBank, Section
from audit_app.question_banks.caps import read_theme_caps
from audit_app.question_banks.conditions import Neighbours
from audit_app.question_banks.faults import Report
from audit_app.question_banks.fields import LONGEST_LINE, Fields, name_report
from audit_app.question_banks.nodes import Items, Node, Pairs, Scalar, peek
from audit_app.question_banks.questions import read_question
from audit_app.question_banks.ratings import read_grading, read_rating
from audit_app.question_banks.repeats import read_repeat
from audit_app.question_banks.scales import read_scale

BANK_KEYS = (
    "key",
    "title",
    "version",
    "summary",
    "levels",
    "grading",
    "caps",
    "sections",
    "retired",
)
SECTION_KEYS = ("key", "title", "intro", "repeat", "rating", "questions")


LONGEST_INTRO = 500


@dataclass(frozen=True, slots=True)
class BankRead:
    """A bank as read: its key, empty if faulty, and its sound ids with their lines."""

    key: str
    ids: dict[str, int]
    bank: QuestionBank | None
    """None when the file has any fault."""


def read_bank(node: Node, report: Report, stem: str) -> BankRead:
    """Read a bank; `stem` is the file's name without its ending, which the key must equal."""
    before = len(report.faults)
    report = name_report(node, "key", report)
    fields = Fields(node, report, "a question bank")
    key = fields.key("key")
    fields.check_known(BANK_KEYS)
    check_stem(fields, key, stem)
    asked, retired = _find_ids(fields)
    near = Neighbours({**retired, **asked}, retired=frozenset(retired) - frozenset(asked))
    levels = read_scale(fields, "levels", "level") if "levels" in fields.nodes else ()
    nodes = fields.items("sections")
    sections = tuple(_read_section(node, report, near, levels) for node in nodes)
    _check_section_keys(zip(nodes, sections, strict=True), report)
    grading = read_grading(fields, sections, levels, near)
    caps = read_theme_caps(fields, None, near.scored)
    near.are_retired = True
    bank = QuestionBank(
        key=key,
        title=fields.text("title", longest=LONGEST_LINE),
        version=fields.version(),
        summary=fields.text("summary"),
        sections=sections,
        levels=levels,
        grading=grading,
        caps=caps,
        retired=_read_questions(fields, "retired", near) if "retired" in fields.nodes else (),
    )
    ids = {id_: near.ids[id_] for id_ in near.earlier}
    return BankRead(key, ids, None if len(report.faults) > before else bank)


def check_stem(fields: Fields, key: str, stem: str) -> None:
    """Report a key that differs from the name of its file."""
    if key and key != stem:
        fields.fault("key", f"the key is `{key}` but the file `{stem}`: give both the same name")


def _read_section(node: Node, report: Report, near: Neighbours, levels: Sequence[Grade]) -> Section:
    fields = Fields(node, report, "a section")
    fields.check_known(SECTION_KEYS)
    before = set(near.earlier)
    near.section_line = node.line
    repeat = read_repeat(fields)
    questions = _read_questions(fields, "questions", near)
    ids = [id_ for id_ in near.earlier if id_ not in before]
    if repeat is not None:
        near.repeated.update(dict.fromkeys(ids, node.line))
    return Section(
        key=fields.key("key"),
        title=fields.text("title", longest=LONGEST_LINE),
        questions=questions,
        intro=fields.text("intro", required=False, longest=LONGEST_INTRO),
        repeat=repeat,
        rating=read_rating(fields, {id_: near.earlier[id_] for id_ in ids}, levels),
    )


def _read_questions(fields: Fields, name: str, near: Neighbours) -> tuple[Question, ...]:
    questions: list[Question] = []
    for item in fields.items(name):
        report = name_report(item, "id", fields.report)
        question = read_question(Fields(item, report, "a question"), near)
        if question is not None:
            questions.append(question)
    return tuple(questions)


def _check_section_keys(sections: Iterable[tuple[Node, Section]], report: Report) -> None:
    seen: set[str] = set()
    for node, section in sections:
        if section.key and section.key in seen:
            report.add(node.line, f"the section key `{section.key}` is there twice: choose another")
        seen.add(section.key)


def _find_ids(fields: Fields) -> tuple[dict[str, int], dict[str, int]]:
    """Every id of the bank with its first line, those asked and those retired, so that a condition
    can say `comes later`.
    """
    asked: dict[str, int] = {}
    sections = fields.nodes.get("sections")
    for section in sections.items if isinstance(sections, Items) else ():
        pairs = section.pairs if isinstance(section, Pairs) else ()
        for key, value in pairs:
            if key.text == "questions":
                for found in _ids_in(value):
                    asked.setdefault(found.text, found.line)
    retired: dict[str, int] = {}
    for found in _ids_in(fields.nodes.get("retired")):
        retired.setdefault(found.text, found.line)
    return asked, retired


def _ids_in(questions: Node | None) -> Iterator[Scalar]:
    items = questions.items if isinstance(questions, Items) else ()
    return filter(None, (peek(item, "id") for item in items))
