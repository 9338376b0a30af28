"""What every page of a draft needs: the draft that this person may change, and keeping a change."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request

from audit_app import clock
from audit_app.core.question_bank import QuestionBank
from audit_app.core.version_numbers import next_version, version_numbers
from audit_app.core.versions import BankDiff, Bump, compare_banks
from audit_app.question_banks.entered import check_bank
from audit_app.store.bank_drafts import change_draft, find_draft, load_draft
from audit_app.store.bank_publishing import ids_of_other_banks
from audit_app.store.history import record_history
from audit_app.store.instruments import latest_bank, load_bank
from audit_app.store.tables import BankDraft, BankVersion
from audit_app.web.access import current_person, hidden
from audit_app.web.banks.question_entry import say_misfit
from audit_app.web.database import db

SUBJECT = "unpublished bank"


@dataclass(frozen=True, slots=True)
class OpenDraft:
    """A draft with the bank that it holds, and the version of it that was published last."""

    draft: BankDraft
    bank: QuestionBank
    newest: BankVersion | None
    published: QuestionBank | None

    @property
    def diff(self) -> BankDiff | None:
        """What changed since the published version; None where there is none."""
        return compare_banks(self.published, self.bank) if self.published else None

    @property
    def version(self) -> str:
        """The version that it gets: as far above the published one as its changes ask for, or
        as somebody raised it by hand.
        """
        diff = self.diff
        if diff is None or self.published is None:
            return self.bank.version
        least = next_version(self.published.version, diff.bump)
        return max(least, self.bank.version, key=version_numbers)

    @property
    def names(self) -> dict[str, str]:
        """What questions and sections are called on the page, by id and key."""
        names: dict[str, str] = {}
        for bank in filter(None, (self.published, self.bank)):
            names |= {one.id: f"“{one.text}”" for one in (*bank.retired, *bank.questions)}
            names |= {section.key: f"Section “{section.title}”" for section in bank.sections}
            names[bank.key] = "The bank"
        return names

    @property
    def is_unchanged(self) -> bool:
        """Whether there is nothing to publish: the published version says the same."""
        diff = self.diff
        raised = self.published is not None and self.bank.version != self.published.version
        return diff is not None and diff.bump is Bump.NONE and not raised

    @property
    def published_ids(self) -> frozenset[str]:
        """The ids of questions that were asked once, which are kept for ever."""
        published = self.published
        if published is None:
            return frozenset()
        return frozenset(one.id for one in (*published.questions, *published.retired))


def open_draft(draft_id: int) -> OpenDraft:
    """The draft with this id; hidden from those who may not publish its bank."""
    draft = find_draft(db(), current_person(), draft_id) or hidden(SUBJECT, draft_id)
    newest = latest_bank(db(), draft.key)
    return OpenDraft(draft, load_draft(draft), newest, load_bank(newest) if newest else None)


def in_the_way(opened: OpenDraft) -> list[tuple[str, str]]:
    """What keeps the draft from being published: the id of a question that is asked, or nothing,
    and a sentence.
    """
    asked = {question.id for question in opened.bank.questions}
    found = [
        (one.id if one.id in asked else "", say_misfit(one)) for one in check_bank(opened.bank)
    ]
    for id_, owner in ids_of_other_banks(db(), opened.bank).items():
        said = f"The bank {owner} has a question called {id_} already: take this one away and add"
        found.append((id_ if id_ in asked else "", f"{said} it again under another short name"))
    return found


def seen_changes() -> int:
    """How many changes of the draft the page knew of that was sent; -1 where it does not say."""
    said = request.form.get("seen", "")
    return int(said) if said.isdecimal() and len(said) < 10 else -1


def keep(opened: OpenDraft, bank: QuestionBank, what: str, id_: str = "") -> None:
    """Keep a change, with its entry in the history; DraftConflict where somebody was quicker."""
    if bank == opened.bank:
        return
    at, person = clock.now(), current_person()
    change_draft(db(), opened.draft, bank, seen=seen_changes(), by=person, at=at)
    detail = {"bank": bank.key, "changed": what} | ({"id": id_} if id_ else {})
    record_history(db(), person, "changed", SUBJECT, opened.draft.id, at=at, detail=detail)
