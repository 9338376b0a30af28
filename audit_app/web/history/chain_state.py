"""How the chain of the history stands: what can be said at once, and what a whole check says."""

from __future__ import annotations

from dataclasses import dataclass

from flask import current_app

from audit_app.anchors import AnchorFault, hashes_by_number, read_anchors
from audit_app.core.chain import Break
from audit_app.store.database import Database, Session
from audit_app.store.history import history_head, verify_history
from audit_app.store.history_lists import hash_of
from audit_app.web.words import say_count, say_moment

#: A page checks no more entries than this, a second or two of work.
MOST_CHECKED = 200_000


@dataclass(frozen=True, slots=True)
class ChainState:
    """`sentences` in plain words; `good`: nothing speaks against the history."""

    good: bool
    sentences: tuple[str, ...]


def state_at_once(session: Session) -> ChainState:
    """The number of entries, and whether the newest anchor still fits; no entry is reckoned."""
    number, _head = history_head(session)
    entries = f"{say_count(number, 'entry', 'entries')}."
    try:
        anchors = read_anchors(current_app.config["ANCHOR_FOLDER"])
    except AnchorFault as fault:
        return ChainState(False, (entries, str(fault)))
    if not anchors:
        return ChainState(True, (entries, "Not anchored outside the database yet."))
    last = anchors[-1]
    if hash_of(session, last.number) != last.hash:
        return ChainState(
            False,
            (
                entries,
                f"Entry {last.number:,} is not as it was anchored on {say_moment(last.at)}. Keep "
                "the anchors and backups safe, and tell whoever keeps this site.",
            ),
        )
    anchored = f"Last anchored {say_moment(last.at)}, at entry {last.number:,}, which still fits."
    return ChainState(True, (entries, anchored))


def check_whole(session: Session) -> ChainState:
    """Reckon every entry anew, in a session of its own that holds up nobody."""
    number, _head = history_head(session)
    if number > MOST_CHECKED:
        return ChainState(
            True, ("There are too many entries for a page. Run 'audit-app history verify'.",)
        )
    try:
        anchors = read_anchors(current_app.config["ANCHOR_FOLDER"])
    except AnchorFault as fault:
        return ChainState(False, (str(fault),))
    database: Database = current_app.extensions["database"]
    with database.session(writes=False) as reading:
        broken: Break | None = verify_history(reading, hashes_by_number(anchors))
    if broken is not None:
        return ChainState(False, (f"The history does not hold. {broken.why}",))
    compared = f"compared with {say_count(len(anchors), 'anchor')}"
    return ChainState(
        True, (f"The chain is whole: {say_count(number, 'entry', 'entries')}, {compared}.",)
    )
