"""What can stand in an address: anything that no row can have is a page that does not exist."""

from __future__ import annotations

from flask import Flask
from werkzeug.routing import IntegerConverter, Map, UnicodeConverter, ValidationError

LARGEST_ID = 2**31 - 1
"""Of an integer column; a database answers a larger number with an error, not with nothing."""


class RowId(IntegerConverter):
    """The id of a row."""

    def __init__(self, url_map: Map) -> None:
        """From 0 to the largest id."""
        super().__init__(url_map, max=LARGEST_ID)


class PlainKey(UnicodeConverter):
    """A key without control characters, of which PostgreSQL refuses one (NUL) with an error."""

    def to_python(self, value: str) -> str:
        """The key itself; ValidationError makes the page one that does not exist."""
        if not value.isprintable():
            raise ValidationError
        return value


def set_up_addresses(app: Flask) -> None:
    """Use both for every address; call it before any page is added."""
    app.url_map.converters.update(int=RowId, string=PlainKey, default=PlainKey)
