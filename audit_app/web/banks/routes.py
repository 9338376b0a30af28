"""The library: published question banks and forms, where they are used and how they have served."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, render_template

from audit_app.core.access import ROLE_WORDS, Permission, Role
from audit_app.core.question_bank import OUTCOME_WORDS, Outcome
from audit_app.core.question_use import QuestionUse
from audit_app.core.versions import BankDiff, compare_banks
from audit_app.question_banks.to_yaml import write_yaml
from audit_app.question_banks.xlsform.write import write_workbook
from audit_app.spreadsheets import XLSX_TYPE
from audit_app.store.bank_drafts import draft_of, drafts_within, may_begin_banks, may_publish
from audit_app.store.bank_usage import cycles_asking, forms_asking, question_use
from audit_app.store.instruments import (
    load_bank,
    load_form,
    readable_bank,
    readable_banks,
    readable_forms,
)
from audit_app.store.tables import BankVersion
from audit_app.web.access import current_person, hidden, requires
from audit_app.web.banks.rules import say_rules
from audit_app.web.banks.words import (
    BUMP_WORDS,
    EVIDENCE_WORDS,
    TYPE_WORDS,
    say_condition,
    say_facts,
    say_limits,
    say_other_answers,
)
from audit_app.web.database import db
from audit_app.web.exports.files import as_file

pages = Blueprint("banks", __name__, template_folder="templates", url_prefix="/banks")
NOT_USED = QuestionUse({})


@dataclass(frozen=True, slots=True)
class Shelf:
    """One bank of the library: its versions, newest first, who asks it, and what to look at."""

    versions: tuple[BankVersion, ...]
    forms: tuple[str, ...]
    doubtful: int


@dataclass(frozen=True, slots=True)
class VersionRow:
    """One version of a bank beside the one before it."""

    version: BankVersion
    diff: BankDiff | None


@pages.get("")
@requires(Permission.READ_BANKS)
def show_library() -> str:
    """Every published bank and form that this person may read, and the drafts they may publish."""
    person = current_person()
    forms = [
        (version, load_form(version), ROLE_WORDS[Role(load_form(version).auditors)])
        for version in readable_forms(db(), person)
    ]
    publishes = person.may(Permission.PUBLISH_BANKS)
    return render_template(
        "banks/library.html",
        title="Question banks",
        shelves=_shelves(),
        forms=forms,
        drafts=drafts_within(db(), person) if publishes else [],
        may_begin=publishes and may_begin_banks(person),
        sees_results=person.may(Permission.SEE_RESULTS),
    )


@pages.get("/<key>")
@requires(Permission.READ_BANKS)
def show_use(key: str) -> str:
    """One bank: its versions, where it is asked, and how each question has served."""
    person = current_person()
    versions = [one for one in readable_banks(db(), person) if one.key == key]
    newest = versions[0] if versions else hidden("bank")
    bank = load_bank(newest)
    uses = question_use(db(), person, key) if person.may(Permission.SEE_RESULTS) else {}
    may = person.may(Permission.PUBLISH_BANKS) and may_publish(db(), person, key)
    return render_template(
        "banks/use.html",
        title=bank.title,
        bank=bank,
        newest=newest,
        versions=_beside(versions),
        bumps=BUMP_WORDS,
        forms=forms_asking(db(), person, key),
        cycles=cycles_asking(db(), person, key),
        questions=[(one, uses.get(one.id, NOT_USED)) for one in bank.questions],
        sees_results=person.may(Permission.SEE_RESULTS),
        outcomes=Outcome,
        may_publish=may,
        draft=draft_of(db(), key) if may else None,
    )


@pages.get("/<key>/<version>")
@requires(Permission.READ_BANKS)
def show_bank(key: str, version: str) -> str:
    """Every question of one bank version."""
    stored = readable_bank(db(), current_person(), key, version) or hidden("bank")
    bank = load_bank(stored)
    numbers = {question.id: place for place, question in enumerate(bank.questions, start=1)}
    return render_template(
        "banks/bank.html",
        title=f"{bank.title} {bank.version}",
        stored=stored,
        bank=bank,
        numbers=numbers,
        types=TYPE_WORDS,
        evidence=EVIDENCE_WORDS,
        say_condition=say_condition,
        say_facts=say_facts,
        say_limits=say_limits,
        outcomes=OUTCOME_WORDS,
        say_other_answers=say_other_answers,
        rules=say_rules(bank),
    )


@pages.get("/<key>/<version>/download.xlsx")
@requires(Permission.READ_BANKS)
def download_workbook(key: str, version: str) -> Response:
    """One bank version as an Excel workbook, to be changed and imported again.

    Like the page it holds nothing about a child, so it is no export and no entry of the history.
    """
    stored = readable_bank(db(), current_person(), key, version) or hidden("bank")
    name = f"{stored.key}-{stored.version}.xlsx"
    return as_file(write_workbook(load_bank(stored)), name, XLSX_TYPE)


@pages.get("/<key>/<version>/download.yml")
@requires(Permission.READ_BANKS)
def download_yaml(key: str, version: str) -> Response:
    """One bank version as the YAML of its file, which must keep the name of its key."""
    stored = readable_bank(db(), current_person(), key, version) or hidden("bank")
    text = write_yaml(load_bank(stored))
    return as_file(text.encode(), f"{stored.key}.yml", "application/yaml")


def _shelves() -> list[Shelf]:
    person = current_person()
    versions: dict[str, list[BankVersion]] = {}
    for version in readable_banks(db(), person):
        versions.setdefault(version.key, []).append(version)
    asking: dict[str, list[str]] = {}
    for use in forms_asking(db(), person):
        titles = asking.setdefault(use.bank, [])
        if use.form.title not in titles:
            titles.append(use.form.title)
    uses = question_use(db(), person) if person.may(Permission.SEE_RESULTS) else {}
    return [
        Shelf(
            tuple(found),
            tuple(asking.get(key, ())),
            sum(1 for q in load_bank(found[0]).questions if uses.get(q.id, NOT_USED).doubt),
        )
        for key, found in versions.items()
    ]


def _beside(versions: list[BankVersion]) -> list[VersionRow]:
    banks = [load_bank(version) for version in versions]
    before = [*banks[1:], None]
    return [
        VersionRow(version, compare_banks(earlier, bank) if earlier else None)
        for version, bank, earlier in zip(versions, banks, before, strict=True)
    ]
