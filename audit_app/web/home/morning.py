"""What waits for a QA lead in the morning: counts, each of which opens its list."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from flask import url_for

from audit_app import clock
from audit_app.store.cycles import CycleSummary
from audit_app.store.tables import Cycle, Edition

_PLURAL = re.compile(r"(?<=\w)s\b")


@dataclass(frozen=True, slots=True)
class Count:
    """A number of things of one kind: `words` follow it, `href` is where they are."""

    number: int
    words: str
    href: str


def morning_counts(
    cycles: Sequence[CycleSummary],
    drafts: Sequence[tuple[Cycle, int]],
    editions: Sequence[Edition],
    disputes: int,
    actions: tuple[int, int],
    late_routes: int,
) -> list[Count]:
    """What is late and what waits, in the order in which it presses; nothing that is nought.

    `actions`: how many are late, and how many wait to be verified. `late_routes`: how many bodies
    should have been told.
    """
    late = [one for one in cycles if one.cycle.due_on < clock.today() and one.submitted < one.due]
    undrawn = [one.cycle for one in cycles if not one.drawn]
    waiting = [edition for edition in editions if edition.published_at is None]
    counts = [
        Count(
            sum(one.due - one.submitted for one in late),
            "audits past their due day",
            _page_of([one.cycle for one in late], "cycles.show_cycle"),
        ),
        Count(actions[0], "late actions", url_for("actions.show_all", state="late")),
        Count(actions[1], "actions to verify", url_for("actions.show_all", state="done")),
        Count(late_routes, "late reports to bodies", url_for("routes.show_all")),
        Count(disputes, "disputed grades to answer", url_for("replies.show_replies")),
        Count(
            sum(number for _cycle, number in drafts),
            "findings to confirm",
            _page_of([cycle for cycle, _number in drafts], "findings.show_findings"),
        ),
        Count(
            len(waiting),
            "reports waiting for approval",
            url_for("editions.show_editions"),
        ),
        Count(
            len(undrawn),
            "cycles without a sample",
            _page_of(undrawn, "cycles.show_cycle"),
        ),
    ]
    return [_of_one(count) for count in counts if count.number]


def _of_one(count: Count) -> Count:
    """“1 finding to confirm”: the first plural of its words stands for one."""
    if count.number > 1:
        return count
    return replace(count, words=_PLURAL.sub("", count.words, count=1))


def _page_of(cycles: Sequence[Cycle], endpoint: str) -> str:
    """The page of the cycle where there is one; of several the list of all."""
    if len({cycle.id for cycle in cycles}) == 1:
        return url_for(endpoint, key=cycles[0].key)
    return url_for("cycles.show_cycles")
