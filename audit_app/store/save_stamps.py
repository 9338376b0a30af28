"""Saving by pages: which of what they send is kept, by the stamps of its places."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from audit_app.core.completeness import GradeChoice
from audit_app.core.save_order import (
    Base,
    Content,
    Sending,
    Stamp,
    Verdict,
    digest,
    judge_save,
    next_stamp,
)
from audit_app.store.audits import Draft, hold_audit
from audit_app.store.saving import save_answers, save_judgement
from audit_app.store.tables import Person, Reading, RecordedAnswer, RecordedState, SaveStamp

EMPTY_ANSWER: Content = (None, None, None, "", False, "")
OF_JUDGEMENT = "/"
"""Begins the places of the judgement, so that they are never taken for a question's id."""
OVERALL = "/grade_overall"


@dataclass(frozen=True, slots=True)
class Place:
    """A place as it is kept: what a page says that it began from, and when that was saved."""

    base: Base
    saved_at: datetime | None = None
    saved_by_id: int | None = None


@dataclass(frozen=True, slots=True)
class SavedInOrder:
    """What became of one save, place by place."""

    verdicts: Mapping[str, Verdict]

    @property
    def conflicts(self) -> tuple[str, ...]:
        """The places where somebody else changed what this window had read."""
        return tuple(p for p, verdict in self.verdicts.items() if verdict is Verdict.CONFLICT)


def places_of(session: Session, audit: Reading, places: Iterable[str]) -> dict[str, Place]:
    """What a page is to say that it began from, for each place that it shows."""
    shown = list(places)
    stamps = _stamps(session, audit, shown)
    kept = _answers(audit) | judgement_as_kept(audit)
    found = {}
    for place in shown:
        stamp = stamps.get(place)
        base = Base(stamp.revision if stamp else 0, digest(kept.get(place, _empty(place))))
        found[place] = Place(
            base, stamp.saved_at if stamp else None, stamp.saved_by_id if stamp else None
        )
    return found


def save_answers_in_order(
    session: Session,
    person: Person,
    audit: Reading,
    drafts: Iterable[Draft],
    bases: Mapping[str, Base],
    sending: Sending,
    *,
    at: datetime,
) -> SavedInOrder:
    """Keep the drafts that may be kept; the others leave what stands there as it is."""
    hold_audit(session, audit)
    sent = list(drafts)
    kept = _answers(audit)
    stamps = _stamps(session, audit, [draft.question_id for draft in sent])
    verdicts: dict[str, Verdict] = {}
    to_keep = []
    for draft in sent:
        id_ = draft.question_id
        before, after = kept.get(id_, EMPTY_ANSWER), content_of(draft)
        verdicts[id_] = judge_save(_stamp(stamps, id_), before, bases.get(id_), after, sending)
        if verdicts[id_] is Verdict.KEEP:
            to_keep.append(draft)
    # Also with nothing to keep: an audit that was submitted meanwhile is refused either way.
    save_answers(session, person, audit, to_keep, at=at)
    _set_stamps(session, person, audit, verdicts, stamps, sending, at)
    return SavedInOrder(verdicts)


def save_judgement_in_order(
    session: Session,
    person: Person,
    audit: Reading,
    sent: Mapping[str, Content],
    bases: Mapping[str, Base],
    sending: Sending,
    *,
    at: datetime,
) -> SavedInOrder:
    """Keep the grades and texts that may be kept.

    `sent`: `/grade_THEME` or `/grade_overall` → (grade, reason); `/done_well`, `/difference_made`
    → (words,). What is not sent stays.
    """
    hold_audit(session, audit)
    kept, stamps = judgement_as_kept(audit), _stamps(session, audit, sent)
    verdicts = {
        place: judge_save(
            _stamp(stamps, place),
            kept.get(place, _empty(place)),
            bases.get(place),
            content,
            sending,
        )
        for place, content in sent.items()
    }
    chosen = kept | {p: sent[p] for p, verdict in verdicts.items() if verdict is Verdict.KEEP}
    save_judgement(
        session,
        person,
        audit,
        themes={
            place.removeprefix("/grade_"): _choice(content)
            for place, content in chosen.items()
            if place.startswith("/grade_") and place != OVERALL
        },
        overall=_choice(chosen[OVERALL]),
        done_well=str(chosen["/done_well"][0]),
        difference_made=str(chosen["/difference_made"][0]),
        at=at,
    )
    _set_stamps(session, person, audit, verdicts, stamps, sending, at)
    return SavedInOrder(verdicts)


def content_of(draft: Draft) -> Content:
    """What recording this draft would leave."""
    state = draft.state
    if state is None and draft.says_something:
        state = RecordedState.UNFINISHED
    if state is None:
        return EMPTY_ANSWER
    answered = state is RecordedState.ANSWERED
    unfinished = state is RecordedState.UNFINISHED
    return (
        state.value,
        draft.value if answered else None,
        draft.typed if unfinished else None,
        draft.evidence,
        draft.quotable,
        draft.place,
    )


def _content(row: RecordedAnswer) -> Content:
    return (row.state.value, row.value, row.typed, row.evidence, row.quotable, row.place)


def _answers(audit: Reading) -> dict[str, Content]:
    return {row.question_id: _content(row) for row in audit.answers}


def judgement_as_kept(audit: Reading) -> dict[str, Content]:
    """The grades and texts of an audit as they stand, by place."""
    grades: dict[str, Content] = {
        f"/grade_{row.theme}": (row.grade, row.grade_reason) for row in audit.themes
    }
    return grades | {
        OVERALL: (audit.grade, audit.grade_reason),
        "/done_well": (audit.done_well,),
        "/difference_made": (audit.difference_made,),
    }


def _empty(place: str) -> Content:
    if not place.startswith(OF_JUDGEMENT):
        return EMPTY_ANSWER
    return (None, "") if place.startswith("/grade_") else ("",)


def _choice(content: Content) -> GradeChoice:
    grade, reason = content
    return GradeChoice(str(grade) if grade is not None else None, str(reason))


def _stamps(session: Session, audit: Reading, places: Iterable[str]) -> dict[str, SaveStamp]:
    rows = session.scalars(
        select(SaveStamp).where(SaveStamp.audit_id == audit.id, SaveStamp.place.in_(list(places)))
    )
    return {row.place: row for row in rows}


def _stamp(stamps: Mapping[str, SaveStamp], place: str) -> Stamp:
    row = stamps.get(place)
    return Stamp(row.revision, row.window, row.number) if row else Stamp()


def _set_stamps(
    session: Session,
    person: Person,
    audit: Reading,
    verdicts: Mapping[str, Verdict],
    stamps: dict[str, SaveStamp],
    sending: Sending,
    at: datetime,
) -> None:
    for place, verdict in verdicts.items():
        if verdict is not Verdict.KEEP:
            continue
        new = next_stamp(_stamp(stamps, place), sending)
        row = stamps.get(place)
        if row is None:
            row = stamps[place] = SaveStamp(audit_id=audit.id, place=place)
            session.add(row)
        row.revision, row.window, row.number = new.revision, new.window, new.number
        row.saved_at, row.saved_by_id = at, person.id
    session.flush()
