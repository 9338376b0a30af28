"""Published question banks and audit forms: kept whole, by content hash, and never changed."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from audit_app.store.tables.base import Base, Code, Hash, Key, Name


class BankVersion(Base):
    """One published version of a question bank; `content` is its canonical JSON."""

    __tablename__ = "bank_version"
    __table_args__ = (UniqueConstraint("key", "version"),)

    id: Mapped[Key]
    key: Mapped[Code]
    version: Mapped[Code]
    title: Mapped[Name]
    content_hash: Mapped[Hash] = mapped_column(unique=True)
    scoring_hash: Mapped[Hash]
    """The same in two versions that score alike: `question_banks.canonical.scoring_hash`."""
    content: Mapped[str]
    question_count: Mapped[int]
    published_at: Mapped[datetime]


class FormBank(Base):
    """Which bank version stands at which place of a form version."""

    __tablename__ = "form_bank"
    __table_args__ = (UniqueConstraint("form_version_id", "position"),)

    form_version_id: Mapped[int] = mapped_column(ForeignKey("form_version.id"), primary_key=True)
    bank_version_id: Mapped[int] = mapped_column(ForeignKey("bank_version.id"), primary_key=True)
    position: Mapped[int]

    bank_version: Mapped[BankVersion] = relationship(lazy="joined")


class FormVersion(Base):
    """One published version of an audit form, pinned to versions of its banks."""

    __tablename__ = "form_version"
    __table_args__ = (UniqueConstraint("key", "version"),)

    id: Mapped[Key]
    key: Mapped[Code]
    version: Mapped[Code]
    title: Mapped[Name]
    content_hash: Mapped[Hash] = mapped_column(unique=True)
    scoring_hash: Mapped[Hash]
    """The same in two versions that score and suggest grades alike: `form_scoring_hash`."""
    content: Mapped[str]
    published_at: Mapped[datetime]

    banks: Mapped[list[FormBank]] = relationship(order_by=FormBank.position, lazy="selectin")
