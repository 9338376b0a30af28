"""Published versions never change, and audits stay on theirs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from factories import AT, complete_audit, make_council, make_person, shipped_library
from sqlalchemy.orm import Session
from store.store_answers import audits_in, every_row, first_audit, statements

from audit_app.core.access import Role
from audit_app.core.question_bank import QuestionBank
from audit_app.core.versions import Bump
from audit_app.question_banks.read import Library, read_folder
from audit_app.resources import data_folder
from audit_app.store.audits import form_of
from audit_app.store.cycles import create_cycle
from audit_app.store.database import Database
from audit_app.store.instruments import (
    PublishFault,
    find_bank,
    find_form,
    latest_banks,
    latest_form,
    latest_forms,
    load_bank,
    load_form,
    publish_library,
    published_banks,
)

#: Only forms that stand at this version are changed, so that one new version fits them all.
FIRST = "1.0"


def reworded(library: Library, key: str, version: str | None = None) -> Library:
    """The library with one bank's first question in other words, in the same or a new version."""

    def change(bank: QuestionBank) -> QuestionBank:
        first = bank.sections[0]
        question = replace(first.questions[0], text="Asked in other words?")
        section = replace(first, questions=(question, *first.questions[1:]))
        return replace(
            bank, version=version or bank.version, sections=(section, *bank.sections[1:])
        )

    banks = {name: change(b) if name == key else b for name, b in library.banks.items()}
    forms = {
        name: replace(
            form,
            version=version or form.version,
            banks=tuple(banks.get(bank.key, bank) for bank in form.banks),
        )
        for name, form in library.forms.items()
        if version is None or form.version == FIRST
    }
    return replace(library, banks=banks, forms=forms)


def changed(library: Library, key: str, version: str, **changes: Any) -> Library:
    """The library with one bank and every form over it in a new version.

    `changes`: of the bank; or `first`, those of its first question.
    """

    def change(bank: QuestionBank) -> QuestionBank:
        section = bank.sections[0]
        question = replace(section.questions[0], **changes.get("first", {}))
        section = replace(section, questions=(question, *section.questions[1:]))
        sections = (section, *bank.sections[1:])
        said = {name: value for name, value in changes.items() if name != "first"}
        return replace(bank, **{"version": version, "sections": sections, **said})

    banks = {name: change(b) if name == key else b for name, b in library.banks.items()}
    forms = {
        name: replace(
            form,
            version=version if any(b.key == key for b in form.banks) else form.version,
            banks=tuple(banks[bank.key] for bank in form.banks),
        )
        for name, form in library.forms.items()
        if form.version == FIRST
    }
    return replace(library, banks=banks, forms=forms)


def rescored(library: Library, version: str) -> Library:
    """The library with a chronology that scores differently: its first question weighs 9."""
    return changed(library, "chronology", version, first={"weight": 9})


def test_everything_shipped_is_published_and_read_back_the_same(session: Session) -> None:
    library = shipped_library()
    said = publish_library(session, library, at=AT)
    assert [one.new for one in said] == [True] * (len(library.banks) + len(library.forms))
    assert len({one.content_hash for one in said}) == len(said)
    assert latest_banks(session) == dict(library.banks)
    assert {v.key: load_form(v) for v in latest_forms(session)} == dict(library.forms)
    for version in published_banks(session):
        assert version.question_count == len(list(load_bank(version).questions))


def test_publishing_again_is_quiet(database: Database) -> None:
    with database.session() as session:
        first = publish_library(session, shipped_library(), at=AT)
    before = every_row(database)
    with database.session() as session:
        again = publish_library(session, shipped_library(), at=AT)
    assert [replace(one, new=False) for one in first] == again
    assert every_row(database) == before


@pytest.mark.parametrize("key", ["chronology", "supervision"])
def test_other_content_under_a_published_version_is_refused(database: Database, key: str) -> None:
    with database.session() as session:
        publish_library(session, shipped_library(), at=AT)
    before = every_row(database)
    with (
        pytest.raises(PublishFault, match=f"The bank {key} 1.0 is already published"),
        database.session() as session,
    ):
        publish_library(session, reworded(shipped_library(), key), at=AT)
    assert every_row(database) == before


def test_a_form_over_other_banks_in_the_same_version_is_refused(database: Database) -> None:
    """The form's file is unchanged, but a bank of it has a new version."""
    library = shipped_library()
    with database.session() as session:
        publish_library(session, library, at=AT)
    newer = reworded(library, "chronology", "9.0")
    forms = {
        name: replace(library.forms[name], banks=form.banks) for name, form in newer.forms.items()
    }
    before = every_row(database)
    with (
        pytest.raises(PublishFault, match=r"or one of its banks.*Nothing was published"),
        database.session() as session,
    ):
        publish_library(session, replace(newer, forms=forms), at=AT)
    assert every_row(database) == before


def test_a_form_is_not_published_without_its_banks(session: Session) -> None:
    library = shipped_library()
    with pytest.raises(PublishFault, match="is not published yet"):
        publish_library(session, replace(library, banks={}), at=AT)


def test_editing_a_file_after_publishing_changes_nothing(session: Session, tmp_path: Path) -> None:
    for source in data_folder("question_banks").glob("*.yml"):
        (tmp_path / source.name).write_text(source.read_text("utf-8"), "utf-8")
    (tmp_path / "forms").mkdir()
    form = "forms/monthly_sample.yml"
    (tmp_path / form).write_text((data_folder("question_banks") / form).read_text("utf-8"), "utf-8")
    publish_library(session, read_folder([tmp_path]), at=AT)
    bank = find_bank(session, "chronology", "1.0")
    assert bank is not None
    published = load_bank(bank)
    file = tmp_path / "chronology.yml"
    edited = file.read_text("utf-8").replace('version: "1.0"', 'version: "1.1"')
    first = next(published.questions).text
    file.write_text(edited.replace(first, "Is there any chronology?"), "utf-8")
    assert next(read_folder([tmp_path]).banks["chronology"].questions).text != first
    session.expire_all()
    again = find_bank(session, "chronology", "1.0")
    assert again is not None
    assert load_bank(again) == published


@pytest.fixture
def with_two_versions(session: Session) -> Callable[[], Library]:
    """Publishes a second version of the chronology, and of every form."""

    def publish() -> Library:
        newer = reworded(shipped_library(), "chronology", "9.0")
        publish_library(session, newer, at=AT)
        return newer

    return publish


def test_an_audit_keeps_the_version_that_it_was_drawn_under(
    session: Session, with_two_versions: Callable[[], Library]
) -> None:
    council = make_council(session)
    old = shipped_library().forms["monthly_sample"]
    newer = with_two_versions()
    session.expire_all()
    assert {form_of(audit) for audit in audits_in(session, council.cycle)} == {old}
    assert load_form(council.cycle.form_version) == old
    newest = latest_form(session, "monthly_sample")
    assert newest is not None
    assert load_form(newest) == newer.forms["monthly_sample"]
    cycle = create_cycle(session, newest, name="December", month="2026-12", at=AT)
    assert load_form(cycle.form_version) == newer.forms["monthly_sample"]


def test_a_form_is_pinned_to_versions_of_its_banks(
    session: Session, with_two_versions: Callable[[], Library]
) -> None:
    publish_library(session, shipped_library(), at=AT)
    first = latest_form(session, "monthly_sample")
    with_two_versions()
    second = latest_form(session, "monthly_sample")
    assert first is not None
    assert second is not None
    pinned = [
        {b.bank_version.key: b.bank_version.version for b in form.banks} for form in (first, second)
    ]
    assert pinned[0] == dict.fromkeys(pinned[0], "1.0")
    assert pinned[1] == pinned[0] | {"chronology": "9.0"}
    assert [b.bank_version.key for b in second.banks] == [
        bank.key for bank in shipped_library().forms["monthly_sample"].banks
    ]


@pytest.mark.parametrize(("version", "lowest"), [("1.9", "2.0"), ("1.0.1", "2.0"), ("0.9", "2.0")])
def test_a_version_that_is_raised_too_little_is_refused(
    database: Database, version: str, lowest: str
) -> None:
    with database.session() as session:
        publish_library(session, shipped_library(), at=AT)
    before = every_row(database)
    with pytest.raises(PublishFault) as fault, database.session() as session:
        publish_library(session, rescored(shipped_library(), version), at=AT)
    told = fault.value.faults
    assert len(told) == 1 + sum(
        form.version == FIRST and any(bank.key == "chronology" for bank in form.banks)
        for form in shipped_library().forms.values()
    )
    assert all(f"is major, so its version must be {lowest} or higher" in one for one in told)
    assert told[0].startswith(f"chronology {version}: ")
    assert "chron_place: the weight is 9, was 3" in told[0]
    assert str(fault.value).endswith("Nothing was published.")
    assert every_row(database) == before


def test_publishing_says_the_bump_and_why(session: Session) -> None:
    publish_library(session, shipped_library(), at=AT)
    said = publish_library(session, rescored(shipped_library(), "2.0"), at=AT)
    new = {(one.kind, one.key): one for one in said if one.new}
    assert {one.bump for one in new.values()} == {Bump.MAJOR}
    assert [str(r) for r in new["bank", "chronology"].reasons] == [
        "chron_place: the weight is 9, was 3."
    ]
    assert ("form", "monthly_sample") in new
    assert all(one.bump is Bump.NONE for one in said if not one.new)


def test_words_keep_the_scoring_hash_and_points_change_it(session: Session) -> None:
    publish_library(session, shipped_library(), at=AT)
    publish_library(session, reworded(shipped_library(), "chronology", "1.0.1"), at=AT)
    publish_library(session, rescored(shipped_library(), "2.0"), at=AT)
    for find, key in ((find_bank, "chronology"), (find_form, "monthly_sample")):
        first, second, third = (find(session, key, v) for v in ("1.0", "1.0.1", "2.0"))
        assert first is not None
        assert second is not None
        assert third is not None
        assert first.scoring_hash == second.scoring_hash != third.scoring_hash
        assert first.content_hash != second.content_hash


def test_one_version_is_not_published_in_two_spellings(session: Session) -> None:
    publish_library(session, shipped_library(), at=AT)
    with pytest.raises(PublishFault, match=r"chronology 1\.0\.0 is already published"):
        publish_library(session, reworded(shipped_library(), "chronology", "1.0.0"), at=AT)


def test_answers_keep_their_option_and_their_type(database: Database) -> None:
    with database.session() as session:
        council = make_council(session)
        complete_audit(session, first_audit(session, council.cycle))
    library = shipped_library()
    place = library.forms["monthly_sample"].questions["chron_place"]
    shorter = changed(library, "chronology", "2.0", first={"options": place.options[1:]})
    before = every_row(database)
    with (
        pytest.raises(
            PublishFault,
            match=r"chronology 2\.0: chron_place: .* option agreed_place is gone: put it back",
        ),
        database.session() as session,
    ):
        publish_library(session, shorter, at=AT)
    assert every_row(database) == before
    retired = (replace(place.options[0], retired=True), *place.options[1:])
    with database.session() as session:
        publish_library(
            session, changed(library, "chronology", "2.0", first={"options": retired}), at=AT
        )


def test_an_option_without_answers_may_go(session: Session) -> None:
    library = shipped_library()
    publish_library(session, library, at=AT)
    place = library.forms["monthly_sample"].questions["chron_place"]
    shorter = changed(library, "chronology", "2.0", first={"options": place.options[:2]})
    assert any(one.new for one in publish_library(session, shorter, at=AT))


def test_a_question_renamed_goes_on_only_where_it_says_so(session: Session) -> None:
    library = shipped_library()
    publish_library(session, library, at=AT)
    with pytest.raises(PublishFault, match=r"chron_place: .* it is gone: move it to `retired:`"):
        publish_library(
            session, changed(library, "chronology", "2.0", first={"id": "chron_where"}), at=AT
        )
    continued = {"id": "chron_where", "continues": "chron_place"}
    said = publish_library(session, changed(library, "chronology", "2.0", first=continued), at=AT)
    assert any(reason.kind == "question_added" for one in said for reason in one.reasons)


def test_reading_a_form_again_asks_the_database_little(database: Database) -> None:
    with database.session() as session:
        make_council(session)
    with database.session() as session, statements(database) as sent:
        make_person(session, Role.SUB_GROUP)
        latest_forms(session)
    assert len(sent) < 12


def test_the_first_audit_is_seen_by_its_auditor(session: Session) -> None:
    council = make_council(session)
    assert first_audit(session, council.cycle).auditor in council.managers
