"""Calibrations: rounds of their own kind, in which everybody reads one case file."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

PURPOSES = ("first", "second_reading", "agency_part", "calibration")
KINDS = ("cycle", "calibration")
REASONS = (
    *("inadequate", "borderline", "critical_failure", "override", "random_share"),
    *("chosen", "disputed"),
)
ONCE = sa.text("purpose <> 'calibration'")
CASE_FILE_ONCE = "uq_audit_cycle_id_case_file_id_purpose_agency"
COLUMNS = ["cycle_id", "case_file_id", "purpose", "agency"]
#: What hangs on a reading and goes with it when the step is undone.
OF_READINGS = (
    *("recorded_answer", "audit_theme", "audit_section", "audit_entry", "save_stamp"),
    *("attachment", "concern"),
)


def upgrade() -> None:
    """Every round so far is a cycle."""
    op.add_column("cycle", sa.Column("kind", sa.String(40), nullable=True))
    op.execute("UPDATE cycle SET kind = 'cycle'")
    with op.batch_alter_table("cycle") as cycle:
        cycle.alter_column("kind", existing_type=sa.String(40), nullable=False)
        cycle.create_check_constraint("round_kind", sa.column("kind").in_(KINDS))
    _check_purposes(PURPOSES)
    with op.batch_alter_table("audit") as audit:
        audit.drop_constraint(CASE_FILE_ONCE, type_="unique")
    op.create_index(
        CASE_FILE_ONCE,
        "audit",
        COLUMNS,
        unique=True,
        sqlite_where=ONCE,
        postgresql_where=ONCE,
    )
    _check_reasons(REASONS, "reason NOT IN ('chosen', 'disputed')")
    op.create_table(
        "calibration",
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("id", "case_file_id", "extract_id", "called_by_id")
        ),
        *(
            sa.ForeignKeyConstraint(
                [column], [f"{other}.id"], name=op.f(f"fk_calibration_{column}")
            )
            for column, other in (
                ("id", "cycle"),
                ("case_file_id", "case_file"),
                ("extract_id", "extract"),
                ("called_by_id", "person"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calibration")),
    )
    op.create_index(op.f("ix_calibration_case_file_id"), "calibration", ["case_file_id"])


def downgrade() -> None:
    """Calibrations and what was read in them are lost; a disputed audit was chosen by a person."""
    op.drop_table("calibration")
    audit = sa.table("audit", sa.column("id"), sa.column("purpose"))
    readings = sa.select(audit.c.id).where(audit.c.purpose == "calibration")
    for name in OF_READINGS:
        rows = sa.table(name, sa.column("audit_id"))
        op.execute(sa.delete(rows).where(rows.c.audit_id.in_(readings)))
    op.execute("DELETE FROM audit WHERE purpose = 'calibration'")
    op.drop_index(CASE_FILE_ONCE, table_name="audit")
    with op.batch_alter_table("audit") as table:
        table.create_unique_constraint(CASE_FILE_ONCE, COLUMNS)
    _check_purposes(PURPOSES[:-1])
    op.execute("DELETE FROM cycle WHERE kind = 'calibration'")
    with op.batch_alter_table("cycle") as cycle:
        cycle.drop_constraint(op.f("ck_cycle_round_kind"), type_="check")
        cycle.drop_column("kind")
    op.execute(
        "DELETE FROM moderation_reason WHERE reason = 'disputed' AND EXISTS (SELECT 1 FROM "
        "moderation_reason AS other WHERE other.moderation_id = moderation_reason.moderation_id "
        "AND other.reason <> 'disputed')"
    )
    op.execute("UPDATE moderation_reason SET reason = 'chosen' WHERE reason = 'disputed'")
    _check_reasons(REASONS[:-1], "reason <> 'chosen'")


def _check_purposes(purposes: tuple[str, ...]) -> None:
    with op.batch_alter_table("audit") as audit:
        audit.drop_constraint(op.f("ck_audit_purpose"), type_="check")
        audit.create_check_constraint("purpose", sa.column("purpose").in_(purposes))


def _check_reasons(reasons: tuple[str, ...], no_rule: str) -> None:
    for name in ("moderation_rule", "moderation_reason"):
        with op.batch_alter_table(name) as table:
            table.drop_constraint(op.f(f"ck_{name}_draw_reason"), type_="check")
            table.create_check_constraint("draw_reason", sa.column("reason").in_(reasons))
    with op.batch_alter_table("moderation_rule") as rule:
        rule.drop_constraint(op.f("ck_moderation_rule_choosing_is_no_rule"), type_="check")
        rule.create_check_constraint("choosing_is_no_rule", sa.text(no_rule))
