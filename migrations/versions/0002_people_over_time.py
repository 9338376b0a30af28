"""Roles become appointments with a beginning, an end and a scope; so do the teams people are in."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

ROLES = (
    "administrator",
    "qa_lead",
    "senior_manager",
    "independent_member",
    "sub_group",
    "action_owner",
    "practitioner",
)
FIRST_ROLES = ROLES[:5]
STILL = sa.text("ended_at IS NULL")
MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    """Everybody keeps their roles and team, from the day of their account on."""
    op.create_table(
        "team_membership",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=False),
        sa.Column("began_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "ended_at IS NULL OR ended_at >= began_at",
            name=op.f("ck_team_membership_ends_after_it_began"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_team_membership_person_id")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_team_membership_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team_membership")),
    )
    op.create_index("ix_team_membership_person_id", "team_membership", ["person_id"])
    op.create_index(
        "uq_team_membership_still",
        "team_membership",
        ["person_id"],
        unique=True,
        sqlite_where=STILL,
        postgresql_where=STILL,
    )
    op.create_table(
        "appointment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role", _one_of("role", ROLES), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("theme", sa.String(length=80), nullable=True),
        sa.Column("cycle_id", sa.Integer(), nullable=True),
        sa.Column("began_at", MOMENT, nullable=False),
        sa.Column("ended_at", MOMENT, nullable=True),
        sa.CheckConstraint(
            "(CASE WHEN team_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN theme IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN cycle_id IS NULL THEN 0 ELSE 1 END) <= 1",
            name=op.f("ck_appointment_one_scope_at_most"),
        ),
        sa.CheckConstraint(
            "ended_at IS NULL OR ended_at >= began_at",
            name=op.f("ck_appointment_ends_after_it_began"),
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_appointment_person_id")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_appointment_team_id")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name=op.f("fk_appointment_cycle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_appointment")),
    )
    op.create_index("ix_appointment_person_id", "appointment", ["person_id"])
    op.execute(
        "INSERT INTO team_membership (person_id, team_id, began_at) "
        "SELECT id, team_id, created_at FROM person WHERE team_id IS NOT NULL ORDER BY id"
    )
    op.execute(
        "INSERT INTO appointment (person_id, role, began_at) "
        "SELECT person.id, role.name, person.created_at FROM person "
        "JOIN person_role ON person_role.person_id = person.id "
        "JOIN role ON role.id = person_role.role_id ORDER BY person.id, role.id"
    )
    op.drop_table("person_role")
    op.drop_table("role")
    with op.batch_alter_table("person") as person:
        person.drop_index("ix_person_team_id")
        person.drop_constraint("fk_person_team_id", type_="foreignkey")
        person.drop_column("team_id")
        person.add_column(sa.Column("worker_name", sa.String(length=200), nullable=True))
        person.add_column(sa.Column("disabled_at", MOMENT, nullable=True))
    op.execute("UPDATE person SET disabled_at = created_at WHERE NOT active")


def downgrade() -> None:
    """The present roles and teams stay; what ended, what is new, and every scope are dropped."""
    with op.batch_alter_table("person") as person:
        person.drop_column("disabled_at")
        person.drop_column("worker_name")
        person.add_column(sa.Column("team_id", sa.Integer(), nullable=True))
        person.create_foreign_key("fk_person_team_id", "team", ["team_id"], ["id"])
        person.create_index("ix_person_team_id", ["team_id"])
    op.create_table(
        "role",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", _one_of("role", FIRST_ROLES), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role")),
        sa.UniqueConstraint("name", name=op.f("uq_role_name")),
    )
    op.create_table(
        "person_role",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"],
            ["person.id"],
            name=op.f("fk_person_role_person_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["role_id"], ["role.id"], name=op.f("fk_person_role_role_id")),
        sa.PrimaryKeyConstraint("person_id", "role_id", name=op.f("pk_person_role")),
    )
    op.execute(
        "UPDATE person SET team_id = (SELECT team_id FROM team_membership "
        "WHERE team_membership.person_id = person.id AND ended_at IS NULL)"
    )
    op.execute(
        "INSERT INTO role (name) SELECT DISTINCT role FROM appointment "
        "WHERE ended_at IS NULL AND role NOT IN ('action_owner', 'practitioner')"
    )
    op.execute(
        "INSERT INTO person_role (person_id, role_id) SELECT DISTINCT person_id, role.id "
        "FROM appointment JOIN role ON role.name = appointment.role WHERE ended_at IS NULL"
    )
    op.drop_table("appointment")
    op.drop_table("team_membership")


def _one_of(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)
