"""One question bank file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from audit_app.core.question_bank import Question, QuestionBank, Section
from audit_app.question_banks.conditions import Neighbours
from audit_app.question_banks.faults import Report
from audit_app.question_banks.fields import LONGEST_LINE, Fields, name_report
from audit_app.question_banks.nodes import Items, Node, Pairs, peek
from audit_app.question_banks.questions import read_question

BANK_KEYS = ("key", "title", "version", "summary", "sections")
SECTION_KEYS = ("key", "title", "intro", "questions")


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
    near = Neighbours(_find_ids(fields))
    title = fields.text("title", longest=LONGEST_LINE)
    version = fields.version()
    summary = fields.text("summary")
    nodes = fields.items("sections")
    sections = tuple(_read_section(node, report, near) for node in nodes)
    _check_section_keys(zip(nodes, sections, strict=True), report)
    bank = QuestionBank(key, title, version, summary, sections)
    ids = {id_: near.ids[id_] for id_ in near.earlier}
    return BankRead(key, ids, None if len(report.faults) > before else bank)


def check_stem(fields: Fields, key: str, stem: str) -> None:
    """Report a key that differs from the name of its file."""
    if key and key != stem:
        fields.fault("key", f"the key is `{key}` but the file `{stem}`: give both the same name")


def _read_section(node: Node, report: Report, near: Neighbours) -> Section:
    fields = Fields(node, report, "a section")
    fields.check_known(SECTION_KEYS)
    questions: list[Question] = []
    for item in fields.items("questions"):
        question = read_question(Fields(item, name_report(item, "id", report), "a question"), near)
        if question is not None:
            questions.append(question)
    return Section(
        key=fields.key("key"),
        title=fields.text("title", longest=LONGEST_LINE),
        questions=tuple(questions),
        intro=fields.text("intro", required=False, longest=500),
    )


def _check_section_keys(sections: Iterable[tuple[Node, Section]], report: Report) -> None:
    seen: set[str] = set()
    for node, section in sections:
        if section.key and section.key in seen:
            report.add(node.line, f"the section key `{section.key}` is there twice: choose another")
        seen.add(section.key)


def _find_ids(fields: Fields) -> dict[str, int]:
    """Every id of the bank with its first line, so that a condition can say `comes later`."""
    ids: dict[str, int] = {}
    sections = fields.nodes.get("sections")
    for section in sections.items if isinstance(sections, Items) else ():
        pairs = section.pairs if isinstance(section, Pairs) else ()
        for key, value in pairs:
            if key.text == "questions" and isinstance(value, Items):
                for found in filter(None, (peek(item, "id") for item in value.items)):
                    ids.setdefault(found.text, found.line)
    return ids
