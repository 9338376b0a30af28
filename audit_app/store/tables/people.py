"""Teams, people and their roles."""

from __future__ import annotations

from datetime import datetime

# The sign-in library wants its mixins on the mapped classes; see docs/decisions/.
from flask_security.core import RoleMixin, UserMixin
from sqlalchemy import Column, ForeignKey, String, Table
from sqlalchemy.orm import Mapped, mapped_column, relationship

from audit_app.core.access import Permission, Role, permissions_of
from audit_app.store.tables.base import Base, Key, Name, one_of


class Team(Base):
    """A team that holds case files."""

    __tablename__ = "team"

    id: Mapped[Key]
    name: Mapped[Name] = mapped_column(unique=True)


person_role = Table(
    "person_role",
    Base.metadata,
    Column("person_id", ForeignKey("person.id", ondelete="CASCADE"), primary_key=True),
    Column("role_id", ForeignKey("role.id"), primary_key=True),
)


class PersonRole(Base, RoleMixin):
    """A role that people can have; its permissions are data in `core.access`."""

    __tablename__ = "role"

    id: Mapped[Key]
    name: Mapped[Role] = mapped_column(one_of(Role), unique=True)


class Person(Base, UserMixin):
    """Somebody with an account."""

    __tablename__ = "person"

    id: Mapped[Key]
    email: Mapped[str] = mapped_column(String(255), unique=True)
    name: Mapped[Name]
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"), index=True)

    team: Mapped[Team | None] = relationship(lazy="joined")
    roles: Mapped[list[PersonRole]] = relationship(  # type: ignore[assignment]
        secondary=person_role, lazy="selectin", order_by=PersonRole.id
    )

    @property
    def role_names(self) -> frozenset[Role]:
        """The roles of this person."""
        return frozenset(role.name for role in self.roles)

    @property
    def permissions(self) -> frozenset[Permission]:
        """Everything that the person's roles allow."""
        return permissions_of(self.role_names)

    def may(self, permission: Permission) -> bool:
        """Whether one of the person's roles gives this permission."""
        return self.active and permission in self.permissions
