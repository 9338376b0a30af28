"""Refusals of people who are not signed in: noted in the history, but never without end."""

from __future__ import annotations

import ipaddress
import threading
from datetime import datetime, timedelta

from flask import current_app, request

from audit_app import clock
from audit_app.store.history import record_history
from audit_app.store.tables import Person
from audit_app.web.database import Session

WINDOW = timedelta(minutes=15)
OF_PLACE = 20
"""Refusals from one network address in a window that are noted one by one."""
OF_ALL = 500
"""The same from all addresses together."""


class Refusals:
    """Counts refusals by network address and window; kept in the memory of this process."""

    def __init__(self) -> None:
        """Nobody was refused yet."""
        self._lock = threading.Lock()
        self._window = 0
        self._of_place: dict[str, int] = {}
        self._noted = self._left_out = self._owed = 0

    def may_note(self, place: str, at: datetime) -> bool:
        """Count one, and say whether it is noted by itself."""
        with self._lock:
            self._turn(at)
            before = self._of_place.get(place, 0)
            if before >= OF_PLACE or self._noted >= OF_ALL:
                self._left_out += 1
                return False
            self._of_place[place] = before + 1
            self._noted += 1
            return True

    def take_left_out(self, at: datetime) -> int:
        """How many were not noted by themselves in windows that are over; said once."""
        with self._lock:
            self._turn(at)
            owed, self._owed = self._owed, 0
            return owed

    def _turn(self, at: datetime) -> None:
        window = int(at.timestamp() // WINDOW.total_seconds())
        if window != self._window:
            self._owed += self._left_out
            self._window, self._of_place, self._noted, self._left_out = window, {}, 0, 0


def note_refusal(session: Session, person: Person | None, why: str) -> None:
    """Note that somebody was not let in: by itself, or later in one entry with all that were not.

    `person`: whose account it was, where it is known. `why`: a code.
    """
    at = clock.now()
    note_left_out(session, at)
    if _refusals().may_note(_place(), at):
        number = person.id if person is not None else None
        detail = {"why": why}
        record_history(session, person, "sign-in refused", "person", number, at=at, detail=detail)


def note_left_out(session: Session, at: datetime) -> None:
    """One entry with the number of refusals that were not noted by themselves, if there are any."""
    left_out = _refusals().take_left_out(at)
    if left_out:
        detail = {"why": "too many to note each", "times": left_out}
        record_history(session, None, "sign-in refused", "person", None, at=at, detail=detail)


def _refusals() -> Refusals:
    counted: Refusals = current_app.extensions["guesses"].refusals
    return counted


def _place() -> str:
    """The network address; of IPv6 the half that a provider gives to one customer."""
    address = request.remote_addr or ""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return address
