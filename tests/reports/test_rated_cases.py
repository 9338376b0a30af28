"""Case pages of a form with rated and repeated sections and without an overall judgement."""

from __future__ import annotations

from factories import AT, complete_audit, household_library, make_council
from store.store_answers import first_audit

from audit_app.reports.gather_cases import case_entries
from audit_app.store.audits import Draft
from audit_app.store.database import Database
from audit_app.store.entries import add_entry, repeated_sections
from audit_app.store.tables import RecordedState


def test_a_case_says_its_levels_and_of_whom_an_answer_is(database: Database) -> None:
    with database.session() as session:
        council = make_council(session, form="household_form", library=household_library())
        audit = first_audit(session, council.cycle)
        for name in ("Father", "Uncle"):
            section = repeated_sections(audit)["male"]
            add_entry(session, audit.auditor, audit, section, name, at=AT)
        not_met = Draft(
            "male_checked.2", RecordedState.ANSWERED, value="not_met", evidence="Nobody asked."
        )
        complete_audit(session, audit, {"male_checked.2": not_met})
        (entry,) = case_entries(
            [audit],
            lambda text: text.replace("Uncle", "[name]"),
            {audit.id: ()},
            {audit.id: ()},
            {},
        )
    assert entry.overall is None
    assert entry.themes[0].levels == (
        "The home: Strength: 1 met.",
        "Role of males: Father: Strength: 2 met.",
        "Role of males: [name]: Area needing improvement: “It was checked who he is” is not met; "
        "strength needs it to be met.",
        "Agencies: Health: Strength: 1 met.",
        "Agencies: Police: Strength: 1 met.",
    )
    assert [(one.number, one.question) for one in entry.adverse] == [
        ("2", "It was checked who he is. (Role of males: [name])")
    ]
