"""What a page says of where it began, in hidden fields, and what it sends back with a save.

One `stamp` a place: `PLACE REVISION DIGEST`. `window` and `number` say which window sends, and
which of its saves this is; a script gives each opened page a window of its own and counts.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterable, Mapping

from audit_app.core.save_order import UNNUMBERED, Base, Sending
from audit_app.store.save_stamps import Place, places_of
from audit_app.store.tables import Reading
from audit_app.web.database import db
from audit_app.web.fields import FormData

_STAMP = re.compile(r"(/?[a-z][a-z0-9_.]{0,130}) ([0-9]{1,9}) ([0-9a-f]{16})")
_WINDOW = re.compile(r"[\w-]{8,40}")


def new_window() -> str:
    """A name for a window whose browser runs no scripts."""
    return secrets.token_urlsafe(12)


def stamps_for(audit: Reading, places: Iterable[str]) -> dict[str, str]:
    """The hidden stamp of each place, as it now is."""
    return {place: write_stamp(place, at) for place, at in places_of(db(), audit, places).items()}


def write_stamp(place: str, found: Place) -> str:
    """One hidden field's value."""
    return f"{place} {found.base.revision} {found.base.digest}"


def bases_in(sent: FormData) -> Mapping[str, Base]:
    """What the page began from, by place; a stamp that cannot be read says nothing.

    On the page that shows both texts, a place where neither was chosen has read nothing either.
    """
    resolving = bool(sent.getlist("resolving"))
    read = (_STAMP.fullmatch(text) for text in sent.getlist("stamp"))
    return {
        found[1]: Base(int(found[2]), found[3])
        for found in read
        if found and (not resolving or sent.getlist(f"keep.{found[1]}"))
    }


def sending_of(sent: FormData) -> Sending:
    """Which window sends, and which of its saves this is."""
    window, number = _first(sent, "window"), _first(sent, "number")
    if not _WINDOW.fullmatch(window):
        return Sending("", UNNUMBERED)
    counted = re.fullmatch(r"[0-9]{1,9}", number)
    return Sending(window, int(number) if counted else UNNUMBERED)


def _first(sent: FormData, name: str) -> str:
    return next(iter(sent.getlist(name)), "")
