"""Actions after an audit or a finding: owner, due day, done, verified by another."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
STATES = "'proposed', 'to_do', 'done', 'verified', 'called_off'"
GOING_ON = sa.text("state <> 'called_off'")


def upgrade() -> None:
    """Nothing is to be done yet: what findings propose is made an action by a person."""
    op.create_table(
        "action",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("audit_id", sa.Integer(), nullable=True),
        sa.Column("finding_id", sa.Integer(), nullable=True),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("state", sa.String(40), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("opened_at", MOMENT, nullable=True),
        sa.Column("done_at", MOMENT, nullable=True),
        sa.Column("verified_by_id", sa.Integer(), nullable=True),
        sa.Column("verified_at", MOMENT, nullable=True),
        sa.Column("purged_at", MOMENT, nullable=True),
        sa.CheckConstraint(f"state IN ({STATES})", name=op.f("ck_action_action_state")),
        *_checks(),
        *(_to(column, "action") for column in ("cycle", "audit", "finding")),
        *(_to(column, "action", "person") for column in ("owner", "made_by", "verified_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action")),
    )
    for column in ("cycle_id", "audit_id", "owner_id"):
        op.create_index(op.f(f"ix_action_{column}"), "action", [column])
    op.create_index(
        "uq_action_finding_going_on",
        "action",
        ["finding_id"],
        unique=True,
        sqlite_where=GOING_ON,
        postgresql_where=GOING_ON,
    )
    op.create_table(
        "action_update",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("action_id", sa.Integer(), nullable=False),
        sa.Column("at", MOMENT, nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(40), nullable=True),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("words", sa.Text(), nullable=False),
        sa.CheckConstraint(f"state IN ({STATES})", name=op.f("ck_action_update_action_state")),
        sa.CheckConstraint(
            "words <> '' OR (state IS NOT NULL AND state = 'verified')",
            name=op.f("ck_action_update_has_words"),
        ),
        sa.CheckConstraint(
            "(owner_id IS NULL) = (due_on IS NULL)", name=op.f("ck_action_update_change_is_whole")
        ),
        _to("action", "action_update"),
        _to("by", "action_update", "person"),
        _to("owner", "action_update", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action_update")),
    )
    op.create_index(op.f("ix_action_update_action_id"), "action_update", ["action_id"])


def downgrade() -> None:
    """What was to be done goes: the older program knows nothing of it."""
    op.drop_table("action_update")
    op.drop_table("action")


def _checks() -> list[sa.CheckConstraint]:
    rules = {
        "one_source": "(audit_id IS NULL) <> (finding_id IS NULL)",
        "has_words": "what <> '' OR purged_at IS NOT NULL",
        "opened_has_its_moment": "opened_at IS NOT NULL OR "
        "(finding_id IS NULL AND state IN ('proposed', 'called_off'))",
        "proposed_is_not_open": "opened_at IS NULL OR state <> 'proposed'",
        "done_has_its_moment": "(state IN ('done', 'verified')) = (done_at IS NOT NULL)",
        "verified_has_its_moment": "(state = 'verified') = (verified_at IS NOT NULL)",
        "verified_by_somebody": "(verified_at IS NULL) = (verified_by_id IS NULL)",
        "verified_by_another": "verified_by_id IS NULL OR verified_by_id <> owner_id",
    }
    return [
        sa.CheckConstraint(rule, name=op.f(f"ck_action_{name}")) for name, rule in rules.items()
    ]


def _to(column: str, table: str, target: str = "") -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(
        [f"{column}_id"], [f"{target or column}.id"], name=op.f(f"fk_{table}_{column}_id")
    )
