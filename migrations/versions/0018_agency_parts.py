"""Parts of an audit that agencies answer each for itself, and for which agency somebody answers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

CODE = sa.String(length=80)
PURPOSES = ("first", "second_reading")
REASONS = ("sealed", "moved", "wrongly_drawn", "not_there", "no_auditor")
#: What hangs on an audit, and may hang on a part.
OF_AN_AUDIT = (
    "attachment",
    "audit_entry",
    "audit_section",
    "audit_theme",
    "concern",
    "recorded_answer",
    "save_stamp",
)


def upgrade() -> None:
    """Every audit so far is answered whole, by somebody who answers for no agency."""
    for table in ("cycle_auditor", "audit"):
        with op.batch_alter_table(table) as changed:
            changed.add_column(sa.Column("agency", CODE, nullable=False, server_default=""))
        with op.batch_alter_table(table) as changed:
            changed.alter_column("agency", existing_type=CODE, server_default=None)
    _allow((*PURPOSES, "agency_part"), (*REASONS, "no_agency"))
    with op.batch_alter_table("audit") as audit:
        audit.create_check_constraint(
            op.f("ck_audit_part_of_an_agency"), "(purpose = 'agency_part') = (agency <> '')"
        )
        audit.drop_constraint("uq_audit_cycle_id_case_file_id_purpose", type_="unique")
        audit.create_unique_constraint(
            "uq_audit_cycle_id_case_file_id_purpose_agency",
            ["cycle_id", "case_file_id", "purpose", "agency"],
        )
    with op.batch_alter_table("sample_case") as drawn:
        drawn.alter_column("auditor_id", existing_type=sa.Integer(), nullable=True)


def downgrade() -> None:
    """Parts are lost; what was drawn for all agencies stays, as if for one who answered."""
    _delete_parts()
    op.execute(
        "UPDATE sample_case SET auditor_id = (SELECT min(cycle_auditor.person_id) FROM "
        "cycle_auditor JOIN sample ON sample.cycle_id = cycle_auditor.cycle_id WHERE sample.id = "
        "sample_case.sample_id) WHERE auditor_id IS NULL"
    )
    with op.batch_alter_table("sample_case") as drawn:
        drawn.alter_column("auditor_id", existing_type=sa.Integer(), nullable=False)
    with op.batch_alter_table("audit") as audit:
        audit.drop_constraint("uq_audit_cycle_id_case_file_id_purpose_agency", type_="unique")
        audit.create_unique_constraint(
            "uq_audit_cycle_id_case_file_id_purpose", ["cycle_id", "case_file_id", "purpose"]
        )
        audit.drop_constraint(op.f("ck_audit_part_of_an_agency"), type_="check")
    _allow(PURPOSES, REASONS)
    for table in ("cycle_auditor", "audit"):
        with op.batch_alter_table(table) as changed:
            changed.drop_column("agency")


def _allow(purposes: tuple[str, ...], reasons: tuple[str, ...]) -> None:
    with op.batch_alter_table("audit") as audit:
        audit.drop_constraint(op.f("ck_audit_purpose"), type_="check")
        audit.create_check_constraint(op.f("ck_audit_purpose"), sa.column("purpose").in_(purposes))
        audit.drop_constraint(op.f("ck_audit_withdrawal_reason"), type_="check")
        audit.create_check_constraint(
            op.f("ck_audit_withdrawal_reason"), sa.column("withdrawn_because").in_(reasons)
        )


def _delete_parts() -> None:
    audit = sa.table("audit", sa.column("id"), sa.column("purpose"))
    parts = sa.select(audit.c.id).where(audit.c.purpose == "agency_part")
    for name in OF_AN_AUDIT:
        rows = sa.table(name, sa.column("audit_id"))
        op.execute(sa.delete(rows).where(rows.c.audit_id.in_(parts)))
    op.execute(sa.delete(audit).where(audit.c.purpose == "agency_part"))
