"""D1: forty questions answered, judged, changed and submitted, and no mouse is ever moved."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from browser.conftest import House
from browser.keyboard import Keyboard
from browser.manager_steps import EVIDENCE, REASON
from browser.real_browser import BROWSER_MARKS, leave
from factories import PASSWORD, drafts_for, fresh_code, make_council, shipped_library
from sqlalchemy import select

from audit_app.core.lifecycle import AuditState
from audit_app.core.question_bank import AnswerType, AuditForm, Question
from audit_app.question_banks.read import Library
from audit_app.store.audits import Draft, form_of
from audit_app.store.tables import Audit, RecordedState

pytestmark = BROWSER_MARKS

BANKS = (
    "voice_of_the_child",
    "chronology",
    "supervision",
    "urgent_protection",
    "closure_and_transfer",
)
WHY_NOT = "The child was two weeks old."
EVENTS = "closed other_team other_council placed_away"
MOST_KEYS_A_QUESTION = 6
"""To it, over its guidance and what belongs to the question before it, and to answer it."""
MOST_KEYS = 320
"""From signing in to submitting, what is typed as text left aside."""
LETTERS = {"met": "m", "partly_met": "p", "not_met": "n", "yes": "y", "no": "n"}


def adverse(id_: str, value: str) -> Draft:
    return Draft(id_, RecordedState.ANSWERED, value=value, evidence=EVIDENCE)


#: What is not answered as well as can be; of the four events each opens questions on later pages.
CHANGES = {
    draft.question_id: draft
    for draft in (
        adverse("voice_child_views", "not_met"),
        Draft("voice_delay_reason", RecordedState.NOT_APPLICABLE),
        Draft("chron_cumulative", RecordedState.NOT_RECORDED, evidence=EVIDENCE),
        adverse("sup_challenge", "partly_met"),
        adverse("urgent_school", "neither"),
        Draft("close_events", RecordedState.ANSWERED, value=EVENTS),
        Draft("close_alone", RecordedState.NOT_APPLICABLE, evidence=WHY_NOT),
        # Its follow-up is hidden, and is passed by.
        Draft("chron_new_incident", RecordedState.ANSWERED, value="no"),
        Draft("sup_difference", RecordedState.ANSWERED, value="She is asked what changed."),
    )
}


@pytest.fixture(scope="module")
def audit(house: House) -> Audit:
    """The only audit of a manager, on a form of forty questions."""
    library = shipped_library()
    banks = tuple(library.banks[key] for key in BANKS)
    form = replace(library.forms["monthly_sample"], key="forty", title="Forty", banks=banks)
    assert len(form.questions) == 40
    assert {question.type for question in form.questions.values()} == set(AnswerType)
    library = Library({bank.key: bank for bank in banks}, {form.key: form})
    with house.database.session() as session:
        council = make_council(session, managers=1, per_auditor=1, form="forty", library=library)
        return session.scalars(select(Audit).where(Audit.auditor == council.managers[0])).one()


def test_forty_questions_from_signing_in_to_submitting(browser, house, audit):
    page = browser.new_context().new_page()
    page.faults = []
    page.on("console", lambda message: page.faults.append(message.text))
    keyboard = Keyboard(page)
    with house.database.sessions() as session:
        stored = session.get_one(Audit, audit.id)
        form, email = form_of(stored), stored.auditor.email
    answers = planned(form)
    sign_in(keyboard, house.site, email)
    begin_audit(keyboard, form)
    before = keyboard.keys
    for number, (_bank, section) in enumerate(form.sections):
        keyboard.skip_to_content()
        for question in section.questions:
            if question.id in answers:
                give_answer(keyboard, question, answers[question.id])
        keyboard.tab_to("button", "Save and continue")
        titles = [section.title for _bank, section in form.sections] + ["Judgement"]
        keyboard.go(titles[number + 1])
    asked = keyboard.keys - before
    judge(keyboard)
    change_one(keyboard)
    submit(keyboard)
    assert asked <= MOST_KEYS_A_QUESTION * len(form.questions), asked
    assert keyboard.keys <= MOST_KEYS, keyboard.keys
    leave(page)

    with house.database.sessions() as session:
        stored = session.get_one(Audit, audit.id)
        assert stored.state is AuditState.SUBMITTED
        answers |= {"sup_challenge": adverse("sup_challenge", "not_met")}
        assert {row.question_id: said(row) for row in stored.answers} == {
            id_: said(draft) for id_, draft in answers.items()
        }
        grades = {
            row.theme: (row.grade == row.suggested_grade, row.grade_reason) for row in stored.themes
        }
        assert grades == dict.fromkeys(BANKS, (True, "")) | {"chronology": (False, REASON)}
        assert stored.done_well == "The chronology is clear."
        assert stored.difference_made == "She is seen alone."


def planned(form: AuditForm) -> dict[str, Draft]:
    """The best answer to every question that is asked, without evidence, or as changed."""
    best = [
        draft if draft.question_id in CHANGES else replace(draft, evidence="", quotable=False)
        for draft in drafts_for(form, CHANGES)
    ]
    return {draft.question_id: draft for draft in best}


def said(draft: Draft) -> tuple[object, ...]:
    """What is compared of a draft, or of the row that became of it."""
    return (draft.state, draft.value, draft.evidence, draft.quotable)


def sign_in(keyboard: Keyboard, site: str, email: str) -> None:
    keyboard.page.goto(f"{site}/sign-in")
    keyboard.tab_to("#email")
    keyboard.write(email)
    keyboard.tab_to("#password")
    keyboard.write(PASSWORD)
    keyboard.go("Code from your app")
    keyboard.tab_to("#code")
    keyboard.write(fresh_code(email))
    keyboard.go("Your case files to audit")


def begin_audit(keyboard: Keyboard, form: AuditForm) -> None:
    keyboard.skip_to_content()
    keyboard.tab_to("a", "Start with case file")
    keyboard.go(re.compile("Case file"))
    keyboard.skip_to_content()
    title = next(form.sections)[1].title
    keyboard.tab_to("a", title)
    keyboard.go(title)


def give_answer(keyboard: Keyboard, question: Question, draft: Draft) -> None:
    """Go to the question, answer it, and say what was seen where that is asked."""
    place = f'[data-question="{question.id}"]'
    if draft.state is not RecordedState.ANSWERED:
        keyboard.tab_to(f"{place} .app-answer input")
        keyboard.press("a" if draft.state is RecordedState.NOT_APPLICABLE else "r")
    elif question.options:
        choose(keyboard, question, place, draft.value.split())
    elif question.type is AnswerType.TEXT:
        keyboard.tab_to(f"{place} .app-answer textarea")
        keyboard.write(draft.value)
    else:
        for words in typed(draft.value):
            keyboard.tab_to(f"{place} .app-answer input[type=text]")
            keyboard.write(words)
    if draft.evidence:
        keyboard.tab_to(f"{place} textarea")
        keyboard.write(draft.evidence)


def choose(keyboard: Keyboard, question: Question, place: str, keys: list[str]) -> None:
    """By its letter where an option has one, a grade by arrows, the others by their numbers."""
    keyboard.tab_to(f"{place} .app-answer input")
    options = [option.key for option in question.offered]
    for key in keys:
        if question.type is AnswerType.GRADE:
            keyboard.press("Space")
            keyboard.press("ArrowDown", options.index(key))
        else:
            keyboard.press(LETTERS.get(key) or str(options.index(key) + 1))


def typed(value: str) -> list[str]:
    """The words of each box, for a number, a date or an interval in its canonical form."""
    words: list[str] = []
    for moment in value.split("/"):
        day, _, time = moment.partition("T")
        words += [*reversed(day.split("-")), *([time] if time else [])]
    return words


def judge(keyboard: Keyboard) -> None:
    """Every grade as suggested but one, with its reason."""
    page = keyboard.page
    keyboard.skip_to_content()
    for grade in page.locator("[data-grade]").all():
        name = grade.locator("h2").get_attribute("id").removesuffix("-title")
        keys = grade.locator("input[type=radio]").evaluate_all("all => all.map(one => one.value)")
        step = keys.index(grade.get_attribute("data-suggested"))
        differs = name == "grade_chronology"
        keyboard.tab_to(f'input[name="{name}"]')
        keyboard.press("Space")
        keyboard.press("ArrowDown", step - 1 if differs and step else step + differs)
        if differs:
            keyboard.tab_to("#reason_chronology")
            keyboard.write(REASON)
    keyboard.tab_to("#done_well")
    keyboard.write("The chronology is clear.")
    keyboard.tab_to("#difference_made")
    keyboard.write("She is seen alone.")
    keyboard.tab_to("button", "Save and continue")
    keyboard.go("Check your answers")


def change_one(keyboard: Keyboard) -> None:
    """Follow a “Change” link, which leads to the very answer, and come back."""
    keyboard.skip_to_content()
    link = 'a[href$="#sup_challenge"]'
    keyboard.tab_to(link)
    keyboard.go("Supervision recorded")
    keyboard.see_focus()
    keyboard.press("n")
    keyboard.tab_to("button", "Save and continue")
    keyboard.go("Check your answers")


def submit(keyboard: Keyboard) -> None:
    keyboard.skip_to_content()
    keyboard.tab_to('a[href="#submit"]')
    keyboard.press("Enter")
    keyboard.tab_to("button", "Submit audit")
    keyboard.go("Audit submitted")
