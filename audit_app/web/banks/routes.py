"""The library: published question banks and forms, as they will always be."""

from __future__ import annotations

from flask import Blueprint, Response, render_template

from audit_app.core.access import ROLE_WORDS, Permission, Role
from audit_app.core.question_bank import OUTCOME_WORDS
from audit_app.question_banks.to_yaml import write_yaml
from audit_app.question_banks.xlsform.write import write_workbook
from audit_app.spreadsheets import XLSX_TYPE
from audit_app.store.instruments import (
    load_bank,
    load_form,
    readable_bank,
    readable_banks,
    readable_forms,
)
from audit_app.web.access import current_person, hidden, requires
from audit_app.web.banks.rules import say_rules
from audit_app.web.banks.words import (
    EVIDENCE_WORDS,
    TYPE_WORDS,
    say_condition,
    say_limits,
    say_other_answers,
)
from audit_app.web.database import db
from audit_app.web.exports.files import as_file

pages = Blueprint("banks", __name__, template_folder="templates", url_prefix="/banks")


@pages.get("")
@requires(Permission.READ_BANKS)
def show_library() -> str:
    """Every published bank version that this person may read, and the newest of each form."""
    forms = [
        (version, load_form(version), ROLE_WORDS[Role(load_form(version).auditors)])
        for version in readable_forms(db(), current_person())
    ]
    banks = readable_banks(db(), current_person())
    return render_template("banks/library.html", title="Question banks", banks=banks, forms=forms)


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
        outcomes=OUTCOME_WORDS,
        say_condition=say_condition,
        say_limits=say_limits,
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
