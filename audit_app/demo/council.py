"""What every step of making the demo council needs."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from audit_app.demo.people import Cast
from audit_app.demo.plan import DemoRequest


@dataclass(frozen=True, slots=True)
class Council:
    """The session that all of it goes through, what was asked for, and who acts."""

    session: Session
    request: DemoRequest
    cast: Cast
    key: bytes
    """For the pseudonyms of case files."""
