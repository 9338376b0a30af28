"""Files that the browser keeps: their names are safe whatever a cycle is called."""

from __future__ import annotations

import re
from io import BytesIO

from flask import Response, send_file


def file_name(words: str, ending: str) -> str:
    """Small letters, figures and dashes only, with its ending."""
    return f"{re.sub(r'[^a-z0-9]+', '-', words.lower()).strip('-') or 'export'}.{ending}"


def as_file(content: bytes, name: str, media_type: str) -> Response:
    """An answer that is saved and not shown."""
    return send_file(
        BytesIO(content),
        mimetype=media_type,
        as_attachment=True,
        download_name=name,
        etag=False,
        max_age=0,
    )
