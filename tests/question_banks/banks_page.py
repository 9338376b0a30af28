"""The rows of docs/banks.md, made from the banks and forms themselves."""

from __future__ import annotations

import re
from collections.abc import Iterator

from question_banks.facts import DOCUMENTS

from audit_app.core.question_bank import AuditForm, QuestionBank

#: What is said before the numbers of each document.
SHORT = {
    "r": "Climbié rec.",
    "safe": "SAFE action",
    "strand": "SAFE audit, strand",
    "letter": "Ofsted letter",
    "plan": "Haringey plan",
    "minutes": "Haringey minutes",
    "jar": "JAR summary, par.",
    "ofsted": "Ofsted 2007-8",
    "update": "Herefordshire, par.",
}
NUMBER = re.compile(r"\b(?:[A-Z]?\d+(?:\.\d+)?[a-e]?)\b")


def bank_row(bank: QuestionBank) -> str:
    """Bank, number of questions, what it asks, where from."""
    count = str(len(list(bank.questions)))
    each = [section.repeat.each for section in bank.sections if section.repeat is not None]
    told = "".join(f", in part for each {one}" for one in each)
    told = f", for each {each[0]}" if len(bank.sections) == len(each) else told
    sources = "; ".join(_sources(bank))
    return f"| `{bank.key}` | {count}{told} | {bank.summary} | {sources} |"


def form_row(form: AuditForm, serves: str) -> str:
    """Form, what it examines, by whom, with which banks, and which system it serves."""
    banks = ", ".join(f"`{bank.key}`" for bank in form.banks)
    subject, auditors = (word.replace("_", " ") for word in (form.subject.value, form.auditors))
    return f"| `{form.key}` {form.version} | {subject} | {auditors} | {banks} | {serves} |"


def _sources(bank: QuestionBank) -> Iterator[str]:
    places = [source for question in bank.questions for source in question.sources]
    for key, document in DOCUMENTS.items():
        cited = [source.place for source in places if source.document == document]
        if not cited:
            continue
        numbers = {n for place in cited for n in NUMBER.findall(_spelt_out(place))}
        said = "" if key in ("letter", "ofsted") else " " + ", ".join(sorted(numbers, key=_order))
        yield SHORT[key] + said


def _spelt_out(place: str) -> str:
    """The place with its range of actions told one by one, and without the years of a title."""
    return place.replace("1a to 1e", "1a 1b 1c 1d 1e").removesuffix("serious case reviews 2007-8")


def _order(number: str) -> list[tuple[int, str]]:
    return [(int(n or 0), rest) for n, rest in re.findall(r"(\d*)([^\d]*)", number)]
