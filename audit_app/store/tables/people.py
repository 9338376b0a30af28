"""Teams, people, the roles they are appointed to, and the team that each of them was in when."""

from __future__ import annotations

from datetime import datetime

# The sign-in library wants its mixins on the mapped classes; see docs/decisions/.
from flask_security.core import RoleMixin, UserMixin, WebAuthnMixin
from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, LargeBinary, String, text
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, mapped_column, relationship

from audit_app.clock import now
from audit_app.core.access import WHOLE_COUNCIL, Permission, Role, permissions_of
from audit_app.store.tables.base import Base, Code, Key, Name, one_of

_STILL = text("ended_at IS NULL")


class Team(Base):
    """A team that holds case files."""

    __tablename__ = "team"

    id: Mapped[Key]
    name: Mapped[Name] = mapped_column(unique=True)


class TeamMembership(Base):
    """That a person was in a team, from when to when; the open one is the team they are in."""

    __tablename__ = "team_membership"
    __table_args__ = (
        Index(
            "uq_team_membership_still",
            "person_id",
            unique=True,
            sqlite_where=_STILL,
            postgresql_where=_STILL,
        ),
        CheckConstraint("ended_at IS NULL OR ended_at >= began_at", name="ends_after_it_began"),
    )

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("team.id"))
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    team: Mapped[Team] = relationship(lazy="joined")


class Appointment(Base, RoleMixin):
    """That a person has a role, from when to when, for everything or for one scope only.

    `theme` is the key of an audit form. What a role may do is data in `core.access`.
    """

    __tablename__ = "appointment"
    __table_args__ = (
        CheckConstraint(
            "(CASE WHEN team_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN theme IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN cycle_id IS NULL THEN 0 ELSE 1 END) <= 1",
            name="one_scope_at_most",
        ),
        CheckConstraint("ended_at IS NULL OR ended_at >= began_at", name="ends_after_it_began"),
    )

    id: Mapped[Key]
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    role: Mapped[Role] = mapped_column(one_of(Role))
    team_id: Mapped[int | None] = mapped_column(ForeignKey("team.id"))
    theme: Mapped[Code | None]
    cycle_id: Mapped[int | None] = mapped_column(ForeignKey("cycle.id"))
    began_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    team: Mapped[Team | None] = relationship()

    @property
    def name(self) -> str:  # type: ignore[override]
        """The role's name, as the sign-in library asks for it."""
        return self.role.value

    @property
    def is_narrowed(self) -> bool:
        """Whether it is for a part of the council only."""
        return (self.team_id, self.theme, self.cycle_id) != (None, None, None)


class Person(Base, UserMixin):
    """Somebody with an account."""

    __tablename__ = "person"
    __table_args__ = (
        Index("uq_person_single_sign_on", "sso_tenant", "sso_object", unique=True),
        CheckConstraint(
            "(sso_tenant IS NULL) = (sso_object IS NULL)", name="single_sign_on_is_whole"
        ),
    )

    id: Mapped[Key]
    email: Mapped[str] = mapped_column(String(255), unique=True)
    name: Mapped[Name]
    worker_name: Mapped[Name | None]
    """As the worker column of the council's extract writes it: whose own case files are whose."""
    password: Mapped[str | None] = mapped_column(String(255))
    active: Mapped[bool] = mapped_column(default=True)
    letter_keys: Mapped[bool] = mapped_column(default=True)
    """Whether letters choose answers in audit forms."""
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime]
    disabled_at: Mapped[datetime | None]
    purged_at: Mapped[datetime | None]
    tf_primary_method: Mapped[str | None] = mapped_column(String(64))
    tf_totp_secret: Mapped[str | None] = mapped_column(String(255))
    totp_counter: Mapped[int | None]
    """The time step of the last code that was taken: no code is taken twice."""
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(JSON))
    fs_webauthn_user_handle: Mapped[str | None] = mapped_column(  # type: ignore[assignment]
        String(64), unique=True
    )
    sso_tenant: Mapped[str | None] = mapped_column(String(64))
    sso_object: Mapped[str | None] = mapped_column(String(255))

    team: Mapped[Team | None] = relationship(
        secondary="team_membership",
        primaryjoin=lambda: (
            (Person.id == TeamMembership.person_id) & TeamMembership.ended_at.is_(None)
        ),
        secondaryjoin=lambda: TeamMembership.team_id == Team.id,
        lazy="joined",
        viewonly=True,
    )
    roles: Mapped[list[Appointment]] = relationship(  # type: ignore[assignment]
        primaryjoin=lambda: (Person.id == Appointment.person_id) & Appointment.ended_at.is_(None),
        lazy="selectin",
        order_by=Appointment.id,
        viewonly=True,
    )
    webauthn: Mapped[list[Passkey]] = relationship(  # type: ignore[assignment]
        back_populates="person", order_by=lambda: Passkey.id, cascade="all, delete-orphan"
    )

    @property
    def team_id(self) -> int | None:
        """The team that the person is in."""
        return self.team.id if self.team is not None else None

    @property
    def role_names(self) -> frozenset[Role]:
        """The roles of this person, whatever their scope."""
        return frozenset(appointment.role for appointment in self.roles)

    @property
    def permissions(self) -> frozenset[Permission]:
        """Everything that the person's roles allow, each within its reach and scope."""
        whole = {appointment.role for appointment in self.roles if not appointment.is_narrowed}
        return (permissions_of(self.role_names) - WHOLE_COUNCIL) | permissions_of(whole)

    def may(self, permission: Permission) -> bool:
        """Whether one of the person's roles gives this permission."""
        return self.active and permission in self.permissions


class Passkey(Base, WebAuthnMixin):
    """A passkey of a person; the column names are the sign-in library's."""

    __tablename__ = "passkey"

    id: Mapped[Key]
    user_id: Mapped[int] = mapped_column(ForeignKey("person.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(64))
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1024), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(default=0)
    transports: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(JSON))
    backup_state: Mapped[bool] = mapped_column(default=False)
    device_type: Mapped[str] = mapped_column(String(64))
    extensions: Mapped[str | None] = mapped_column(String(255))
    create_datetime: Mapped[datetime] = mapped_column(default=now)
    lastuse_datetime: Mapped[datetime] = mapped_column(default=now)
    usage: Mapped[str] = mapped_column(String(64))

    person: Mapped[Person] = relationship(back_populates="webauthn")
