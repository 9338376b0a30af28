"""Audits out as data and back in: the same scores, and one sentence for every bad file."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from factories import AT, agree_with_suggestions, make_council
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session
from store.store_answers import (
    audits_in,
    every_row,
    first_audit,
    random_drafts,
    statements,
    submit_at_random,
)

from audit_app.core.lifecycle import AuditState
from audit_app.store.audits import form_of, record_answers
from audit_app.store.database import Database
from audit_app.store.exchange import ExchangeFault, load_audits
from audit_app.store.exports import FORMAT, export_audits
from audit_app.store.people import move_to_team
from audit_app.store.scores import find_drift
from audit_app.store.tables import Cycle

LATER = AT + timedelta(days=60)

Data = dict[str, Any]
Change = Callable[[Data], object]


def as_json(data: object) -> Any:
    """Through the text that stands in a file."""
    return json.loads(json.dumps(data, ensure_ascii=False))


def exported(session: Session, *, leave: int = 0) -> Data:
    """A council's audits, answered at random, as a file."""
    council = make_council(session, managers=3, per_auditor=2)
    submit_at_random(session, council.cycle, "exchange", leave=leave)
    session.flush()
    session.expire_all()
    return as_json(export_audits(session, council.cycle))


def load(database: Database, data: object) -> tuple[int, int]:
    """Load in a transaction of its own into the only cycle."""
    with database.session() as session:
        return load_audits(session, session.get_one(Cycle, 1), as_json(data), at=LATER)


def test_what_goes_out_comes_in_with_the_same_scores(
    session: Session, other_database: Database
) -> None:
    sent = exported(session)
    with other_database.session() as other:
        make_council(other, managers=3, per_auditor=2)
    assert load(other_database, sent) == (6, 6)
    with other_database.session() as other:
        assert as_json(export_audits(other, other.get_one(Cycle, 1))) == sent
        assert list(find_drift(other)) == []
        assert all(
            audit.started_at == audit.submitted_at
            for audit in audits_in(other, other.get_one(Cycle, 1))
        )


def test_the_export_has_what_every_figure_needs(session: Session) -> None:
    data = exported(session, leave=1)
    cycle = session.get_one(Cycle, 1)
    assert data["format"] == FORMAT
    assert data["form"]["hash"] == cycle.form_version.content_hash
    assert [bank["key"] for bank in data["form"]["banks"]] == [
        pinned.bank_version.key for pinned in cycle.form_version.banks
    ]
    assert cycle.sample is not None
    assert data["sample"]["frame_hash"] == cycle.sample.frame_hash
    assert len(data["sample"]["drawn"]) == len(data["audits"]) == 6
    assert [audit["state"] for audit in data["audits"]].count("submitted") == 5
    text = json.dumps(data)
    assert not any(audit.case_file.council_id in text for audit in audits_in(session, cycle))


def test_answers_can_be_recorded_and_not_submitted(
    session: Session, other_database: Database
) -> None:
    data = exported(session)
    for audit in data["audits"]:
        audit["state"] = "in_progress"
        audit["answers"] = audit["answers"][:5]
    with other_database.session() as other:
        make_council(other, managers=3, per_auditor=2)
    assert load(other_database, data) == (6, 0)
    with other_database.session() as other:
        audits = audits_in(other, other.get_one(Cycle, 1))
        assert {audit.state for audit in audits} == {AuditState.IN_PROGRESS}
        assert {len(audit.answers) for audit in audits} == {5}


def test_the_shortest_file_is_enough(session: Session, other_database: Database) -> None:
    """Reference and answers; the form may be left out, and grades are then the suggested ones."""
    data = exported(session)
    short = {
        "audits": [
            {
                "case_reference": audit["case_reference"],
                "answers": [
                    {name: row[name] for name in ("question", "value", "state", "evidence")}
                    for row in audit["answers"]
                ],
            }
            for audit in data["audits"]
        ]
    }
    with other_database.session() as other:
        make_council(other, managers=3, per_auditor=2)
    assert load(other_database, short) == (6, 6)
    with other_database.session() as other:
        for audit in audits_in(other, other.get_one(Cycle, 1)):
            assert (audit.submitted_at, audit.grade) == (LATER, audit.suggested_grade)


@pytest.fixture(scope="module")
def good() -> dict[str, Data]:
    """A file for a fresh council, made once."""
    return {}


@pytest.fixture
def fresh(other_database: Database, good: dict[str, Data]) -> Database:
    """A council that nobody has answered for; `good` then holds a file that it takes."""
    if not good:
        with other_database.writing() as session:
            good["file"] = exported(session)
            session.rollback()
    with other_database.session() as session:
        make_council(session, managers=3, per_auditor=2)
    return other_database


def answer(data: Data, place: int = 0) -> Data:
    """The first answer of the file's second audit that has a value."""
    rows = [row for row in data["audits"][1]["answers"] if row["value"] is not None]
    return rows[place]


def of_type(data: Data, question: str) -> Data:
    row = next(r for a in data["audits"] for r in a["answers"] if r["question"] == question)
    row["state"] = "answered"
    return row


CHANGES: list[tuple[str, Change, str]] = [
    ("no object", lambda d: d.clear() or d.update(audits={}), "no list “audits”"),
    ("no audits", lambda d: d.update(audits=[]), "nothing to load"),
    ("an audit that is none", lambda d: d["audits"].insert(1, 7), "Audit 2 is not a JSON object"),
    ("another format", lambda d: d.update(format="case-file-audit/audits/2"), "format is not"),
    ("another form", lambda d: d["form"].update(key="under_twos"), "another form: key"),
    ("another version", lambda d: d["form"].update(version="2.0"), "another form: version “2.0”"),
    ("another hash", lambda d: d["form"].update(hash="0" * 64), "another form: hash"),
    ("a form that is none", lambda d: d.update(form=["1.0"]), "“form” is not a JSON object"),
    (
        "an unknown case",
        lambda d: d["audits"][1].update(case_reference="0000-0000"),
        "Audit 2: case file “0000-0000” was not drawn",
    ),
    ("an audit twice", lambda d: d["audits"].append(d["audits"][0]), "stands twice"),
    ("an unknown question", lambda d: answer(d).update(question="shoe_size"), "no question “shoe"),
    ("a question twice", lambda d: d["audits"][0]["answers"].append(d["audits"][0]["answers"][0]),
     "answered twice"),
    ("an unknown option", lambda d: answer(d).update(value="mostly"), "not one of its options"),
    ("an unknown state", lambda d: answer(d).update(state="maybe"), "state “maybe” is unknown"),
    ("a state with a value", lambda d: answer(d).update(state="not_recorded"), "does not go with"),
    ("an answer without a value", lambda d: answer(d).update(value=None), "does not go with"),
    ("an empty value", lambda d: answer(d).update(value=""), "the answer is empty"),
    ("a value that is an object", lambda d: answer(d).update(value={}), "neither text nor"),
    (
        "a state that is not offered",
        lambda d: of_type(d, "voice_allegation").update(state="not_applicable", value=None),
        "does not go with",
    ),
    (
        "the year 20",
        lambda d: of_type(d, "chron_last_entry").update(value="0020-10-20"),
        "the year 20 is not between",
    ),
    (
        "an interval that runs backwards",
        lambda d: of_type(d, "sup_recorded_at_once").update(value="2026-10-20/2026-10-19"),
        "must not be before",
    ),
    (
        "a number that is none",
        lambda d: of_type(d, "sup_weeks_between").update(value=float("1e300")),
        "not a number",
    ),
    ("answers that are no list", lambda d: d["audits"][2].update(answers=5), "not a list"),
    ("answers that are text", lambda d: d["audits"][2].update(answers="abc"), "not a list"),
    ("an answer that is text", lambda d: d["audits"][2].update(answers=["abc"]), "JSON object"),
    ("no answers", lambda d: d["audits"][2].update(answers=[]), "cannot be submitted"),
    ("themes that are no list", lambda d: d["audits"][2].update(themes=5), "not a list"),
    ("a theme that is text", lambda d: d["audits"][2].update(themes=["a"]), "JSON object"),
    ("an overall that is text", lambda d: d["audits"][2].update(overall="good"), "JSON object"),
    (
        "an unknown grade",
        lambda d: d["audits"][2]["overall"].update(grade="splendid"),
        "grade “splendid” is not on",
    ),
    (
        "a grade that is a list",
        lambda d: d["audits"][2]["overall"].update(grade=["good"]),
        "is not on the form's scale",
    ),
    ("a reason that is a number", lambda d: d["audits"][2]["overall"].update(grade_reason=4),
     "“grade_reason” is not text"),
    ("words that are a list", lambda d: d["audits"][2].update(done_well=["a"]), "is not text"),
    ("a NUL", lambda d: d["audits"][2].update(done_well="a\0b"), "cannot be kept"),
    ("half a character", lambda d: answer(d).update(evidence="a\ud800"), "cannot be kept"),
    ("evidence that is a number", lambda d: answer(d).update(evidence=4), "is not text"),
    (
        "a moment to come",
        lambda d: d["audits"][2].update(submitted_at="2199-01-01T00:00:00+00:00"),
        "not a past moment",
    ),
    (
        "a moment in the year 20",
        lambda d: d["audits"][2].update(submitted_at="0020-01-01T00:00:00+00:00"),
        "not a past moment",
    ),
    (
        "a moment before all time",
        lambda d: d["audits"][2].update(submitted_at="0001-01-01T00:00:00+14:00"),
        "not a past moment",
    ),
    (
        "a moment without a zone",
        lambda d: d["audits"][2].update(submitted_at="2026-11-05T14:03:00"),
        "not a past moment",
    ),
    ("a moment that is none", lambda d: d["audits"][2].update(submitted_at=5), "not a past moment"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("change", "sentence"), [(c, s) for _, c, s in CHANGES], ids=[name for name, _, _ in CHANGES]
)
def test_a_bad_file_changes_nothing(
    fresh: Database, good: dict[str, Data], change: Change, sentence: str
) -> None:
    data = copy.deepcopy(good["file"])
    change(data)
    before = every_row(fresh)
    with pytest.raises(ExchangeFault) as fault:
        load(fresh, data)
    assert sentence in str(fault.value)
    assert "\n" not in str(fault.value)
    assert every_row(fresh) == before


@pytest.mark.parametrize("data", [None, 5, "text", [], {}, {"audits": None}, [{"audits": []}]])
def test_json_of_another_shape_is_one_sentence(fresh: Database, data: object) -> None:
    with pytest.raises(ExchangeFault):
        load(fresh, data)


def test_every_reasonless_grade_and_bare_answer_is_named(
    fresh: Database, good: dict[str, Data]
) -> None:
    data = copy.deepcopy(good["file"])
    overall = data["audits"][0]["overall"]
    other = {"outstanding", "good"} - {overall["suggested_grade"]}
    overall["grade"], overall["grade_reason"] = sorted(other)[0], " "
    with pytest.raises(ExchangeFault, match=r"it cannot be submitted.*\(reason_overall\)\.$"):
        load(fresh, data)
    adverse = next(a for a in data["audits"][0]["answers"] if a["outcome"] == "not_met")
    adverse["evidence"] = ""
    with pytest.raises(ExchangeFault, match=r"_evidence\), and 1 more\.$"):
        load(fresh, data)


def test_what_was_submitted_is_not_loaded_again(fresh: Database, good: dict[str, Data]) -> None:
    load(fresh, good["file"])
    before = every_row(fresh)
    with pytest.raises(ExchangeFault, match="can no longer change"):
        load(fresh, good["file"])
    assert every_row(fresh) == before


def test_a_case_of_the_auditors_team_is_not_loaded(fresh: Database, good: dict[str, Data]) -> None:
    with fresh.session() as session:
        audit = audits_in(session, session.get_one(Cycle, 1))[0]
        assert audit.team is not None
        move_to_team(session, audit.auditor, audit.team.name, at=AT)
    before = every_row(fresh)
    with pytest.raises(ExchangeFault, match="their own team"):
        load(fresh, good["file"])
    assert every_row(fresh) == before


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["audits", "answers", "form", "question", "value", "state", "themes", "overall"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(place=st.sampled_from(["audits", "answers", "themes", "overall", "form"]), value=anything)
def test_whatever_stands_in_a_file_is_a_sentence_or_taken(
    fresh: Database, good: dict[str, Data], place: str, value: object
) -> None:
    data = copy.deepcopy(good["file"])
    target = data["audits"][0] if place in ("answers", "themes", "overall") else data
    target[place] = value
    with fresh.writing() as session:
        with suppress(ExchangeFault):
            load_audits(session, session.get_one(Cycle, 1), data, at=LATER)
            session.flush()
        session.rollback()


def test_loading_asks_the_database_a_fixed_number_of_times_for_each_audit(
    fresh: Database, good: dict[str, Data]
) -> None:
    with statements(fresh) as sent:
        load(fresh, good["file"])
    assert len(sent) < 34 * len(good["file"]["audits"])


def test_an_unsubmitted_audit_goes_out_without_unfinished_answers(session: Session) -> None:
    council = make_council(session)
    audit = first_audit(session, council.cycle)
    drafts = random_drafts(form_of(audit), random.Random(1))
    record_answers(session, audit, drafts, at=AT)
    agree_with_suggestions(session, audit)
    session.expire_all()
    data = as_json(export_audits(session, council.cycle))
    (begun,) = [one for one in data["audits"] if one["state"] == "in_progress"]
    assert [row["question"] for row in begun["answers"]] == [d.question_id for d in drafts]
    assert {row["outcome"] for row in begun["answers"]} == {None}
    assert begun["overall"]["points"] is None
