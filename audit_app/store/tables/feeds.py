"""Calendar feeds: the address under which a person's own calendar programme asks for their days."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from audit_app.store.tables.base import Base, Hash
from audit_app.store.tables.people import Person


class CalendarFeed(Base):
    """One a person; the address holds a token of which this is the hash. Without its row: none."""

    __tablename__ = "calendar_feed"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    token_hash: Mapped[Hash] = mapped_column(unique=True)
    made_at: Mapped[datetime]

    person: Mapped[Person] = relationship()
