"""Every form of doing an audit says what is amiss, in one way, and keeps what was typed.

`CheckedClient` sees to `Error: ` in the title, to `novalidate`, and that each link of the summary
leads to a control.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from io import BytesIO

import pytest
from browser.audit_states import REPEATED, make_audits
from web.page_checks import controls, errors_of, parse, text_of

KEPT = "Words that are kept"
LONG = KEPT * 300


@dataclass(frozen=True)
class Sent:
    """What somebody sends to a form, with which faults, and what stands in its boxes after it."""

    person: str
    path: str
    data: dict[str, object]
    errors: tuple[str, ...]
    kept: dict[str, str | list[str]] = field(default_factory=dict)


NUMBER = {"sup_weeks_between": "four"}
DUE = {"due_on": ["31", "2", "2027"]}
FORMS = {
    "section": Sent(
        "manager",
        "/audits/{new}/sections/sup_main",
        NUMBER | {"question": "sup_weeks_between"},
        ("#sup_weeks_between",),
        NUMBER,
    ),
    "entries": Sent(
        "manager",
        f"/audits/{{new}}/asked-for/{REPEATED}",
        {"label": "1"},
        ("#label",),
        {"label": "1"},
    ),
    "entry": Sent(
        "manager", f"/audits/{{begun}}/asked-for/{REPEATED}/1", {"label": ""}, ("#label",)
    ),
    "file": Sent("manager", "/audits/{begun}/attachments", {"file": b"MZ"}, ("#file",)),
    "check": Sent("manager", "/audits/{new}/check", {}, ()),
    "proposal": Sent(
        "manager",
        "/audits/{begun}/actions",
        DUE | {"what": KEPT},
        ("#owner", "#due_on-day"),
        DUE | {"what": KEPT},
    ),
    "concern": Sent("manager", "/concerns/new", {"words": KEPT}, ("#audit",), {"words": KEPT}),
    "answer to a concern": Sent("lead", "/concerns/{raised}/acknowledge", {}, ("#action",)),
    "update of an action": Sent(
        "owner", "/actions/{action}/update", {"words": LONG}, ("#words",), {"words": LONG}
    ),
    "change of an action": Sent(
        "lead",
        "/actions/{action}/change",
        DUE | {"reason": KEPT},
        ("#owner", "#due_on-day"),
        DUE | {"reason": KEPT},
    ),
    "calling an action off": Sent("lead", "/actions/{action}/call-off", {}, ("#words",)),
    "reply": Sent(
        "practitioner",
        "/replies/{unreplied}",
        {"overall_words": KEPT, "overall_disputed": "y", "step": "send"},
        ("#overall_why",),
        {"overall_words": KEPT},
    ),
    "answer to a dispute": Sent(
        "lead", "/replies/disputes/{dispute}", {"reason": KEPT}, ("#answer",), {"reason": KEPT}
    ),
    "words of the family": Sent(
        "lead", "/replies/family/{done}", {"words": KEPT}, ("#voice",), {"words": KEPT}
    ),
    "settled grades": Sent(
        "reader",
        "/second-readings/{compared}/agree",
        {
            "grade_chronology": "good",
            "reason_supervision": KEPT,
            "comment_judgement": KEPT,
        },
        (
            "#reason_chronology",
            "#grade_supervision",
            "#grade_assessment",
            "#grade_overall",
        ),
        {"reason_supervision": KEPT, "comment_judgement": KEPT},
    ),
    "returning an audit": Sent(
        "reader",
        "/second-readings/{compared}/return",
        {"reason_supervision": KEPT},
        ("#comment_judgement",),
        {"reason_supervision": KEPT},
    ),
}


@pytest.fixture
def audits(session):
    made = make_audits(session)
    session.commit()
    return made


@pytest.mark.parametrize("name", FORMS)
def test_a_form_says_what_is_amiss_and_keeps_what_was_typed(audits, signed_in, name):
    sent = FORMS[name]
    client = signed_in(audits.people[sent.person])
    data = {
        name: (BytesIO(was), "a.exe") if isinstance(was, bytes) else was
        for name, was in sent.data.items()
    }
    answer = client.send(sent.path.format(**audits.ids), data)
    assert answer.status_code == 200
    errors = errors_of(answer.text)
    assert errors
    if sent.errors:
        assert tuple(errors) == sent.errors
    tree = parse(answer.text)
    beside = [text_of(one) for one in tree.iter() if "govuk-error-message" in one.get("class", "")]
    assert "There is a problem" in text_of(tree)
    for target, said in errors.items():
        assert not target.startswith("#") or any(said in one for one in beside), said
    shown: dict[str, list[str]] = {}
    for one in controls(answer.text):
        words = one.get("value") or one.text or ""
        shown.setdefault(one.get("name"), []).append(words.strip())
    kept = {name: [was] if isinstance(was, str) else was for name, was in sent.kept.items()}
    assert {name: shown[name] for name in kept} == kept
