"""First tables."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Bring the schema forward."""
    op.create_table(
        "bank_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("version", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("question_count", sa.Integer(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_bank_version")),
        sa.UniqueConstraint("content_hash", name=op.f("uq_bank_version_content_hash")),
        sa.UniqueConstraint("key", "version", name=op.f("uq_bank_version_key_version")),
    )
    op.create_table(
        "case_file",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("council_id", sa.String(length=80), nullable=False),
        sa.Column("council_key", sa.String(length=80), nullable=False),
        sa.Column("reference", sa.String(length=20), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_file")),
        sa.UniqueConstraint("council_key", name=op.f("uq_case_file_council_key")),
        sa.UniqueConstraint("reference", name=op.f("uq_case_file_reference")),
    )
    op.create_table(
        "form_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("version", sa.String(length=80), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("content", sa.Text(), nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_form_version")),
        sa.UniqueConstraint("content_hash", name=op.f("uq_form_version_content_hash")),
        sa.UniqueConstraint("key", "version", name=op.f("uq_form_version_key_version")),
    )
    op.create_table(
        "role",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column(
            "name",
            sa.Enum(
                "administrator",
                "qa_lead",
                "senior_manager",
                "independent_member",
                "sub_group",
                name="role",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_role")),
        sa.UniqueConstraint("name", name=op.f("uq_role_name")),
    )
    op.create_table(
        "team",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_team")),
        sa.UniqueConstraint("name", name=op.f("uq_team_name")),
    )
    op.create_table(
        "cycle",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=80), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("month", sa.String(length=7), nullable=False),
        sa.Column("form_version_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "open",
                "drawn",
                "closed",
                name="cycle_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["form_version_id"], ["form_version.id"], name=op.f("fk_cycle_form_version_id")
        ),
        sa.CheckConstraint("length(month) = 7", name=op.f("ck_cycle_month_is_yyyy_mm")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cycle")),
        sa.UniqueConstraint("key", name=op.f("uq_cycle_key")),
    )
    with op.batch_alter_table("cycle", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cycle_month"), ["month"], unique=False)

    op.create_table(
        "form_bank",
        sa.Column("form_version_id", sa.Integer(), nullable=False),
        sa.Column("bank_version_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["bank_version_id"], ["bank_version.id"], name=op.f("fk_form_bank_bank_version_id")
        ),
        sa.ForeignKeyConstraint(
            ["form_version_id"], ["form_version.id"], name=op.f("fk_form_bank_form_version_id")
        ),
        sa.PrimaryKeyConstraint("form_version_id", "bank_version_id", name=op.f("pk_form_bank")),
        sa.UniqueConstraint(
            "form_version_id", "position", name=op.f("uq_form_bank_form_version_id_position")
        ),
    )
    op.create_table(
        "person",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("email", sa.String(length=255), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("password", sa.String(length=255), nullable=True),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("fs_uniquifier", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_person_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("email", name=op.f("uq_person_email")),
        sa.UniqueConstraint("fs_uniquifier", name=op.f("uq_person_fs_uniquifier")),
    )
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_person_team_id"), ["team_id"], unique=False)

    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("case_file_id", sa.Integer(), nullable=False),
        sa.Column("auditor_id", sa.Integer(), nullable=False),
        sa.Column("form_version_id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column(
            "state",
            sa.Enum(
                "allocated",
                "in_progress",
                "submitted",
                name="audit_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("allocated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("points", sa.Integer(), nullable=True),
        sa.Column("possible", sa.Integer(), nullable=True),
        sa.Column("suggested_grade", sa.String(length=80), nullable=True),
        sa.Column("suggested_reason", sa.Text(), nullable=False),
        sa.Column("grade", sa.String(length=80), nullable=True),
        sa.Column("grade_reason", sa.Text(), nullable=False),
        sa.Column("done_well", sa.Text(), nullable=False),
        sa.Column("difference_made", sa.Text(), nullable=False),
        sa.Column("scored_hash", sa.String(length=64), nullable=True),
        sa.CheckConstraint(
            "(state = 'submitted') = (submitted_at IS NOT NULL)",
            name=op.f("ck_audit_submitted_has_its_moment"),
        ),
        sa.CheckConstraint(
            "state <> 'submitted' OR scored_hash IS NOT NULL",
            name=op.f("ck_audit_submitted_is_scored"),
        ),
        sa.ForeignKeyConstraint(["auditor_id"], ["person.id"], name=op.f("fk_audit_auditor_id")),
        sa.ForeignKeyConstraint(
            ["case_file_id"], ["case_file.id"], name=op.f("fk_audit_case_file_id")
        ),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name=op.f("fk_audit_cycle_id")),
        sa.ForeignKeyConstraint(
            ["form_version_id"], ["form_version.id"], name=op.f("fk_audit_form_version_id")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_audit_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        sa.UniqueConstraint(
            "cycle_id", "case_file_id", name=op.f("uq_audit_cycle_id_case_file_id")
        ),
    )
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.create_index("ix_audit_auditor_id_state", ["auditor_id", "state"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_case_file_id"), ["case_file_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_audit_submitted_at"), ["submitted_at"], unique=False)

    op.create_table(
        "cycle_auditor",
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name=op.f("fk_cycle_auditor_cycle_id")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_cycle_auditor_person_id")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_cycle_auditor_team_id")),
        sa.PrimaryKeyConstraint("cycle_id", "person_id", name=op.f("pk_cycle_auditor")),
    )
    with op.batch_alter_table("cycle_auditor", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_cycle_auditor_person_id"), ["person_id"], unique=False)

    op.create_table(
        "edition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("design", sa.String(length=80), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "compiled",
                "published",
                name="edition_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("data_cut_off", sa.Date(), nullable=False),
        sa.Column("page_count", sa.Integer(), nullable=False),
        sa.Column("data_hash", sa.String(length=64), nullable=False),
        sa.Column("content_hash", sa.String(length=64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("compiled_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("compiled_by_id", sa.Integer(), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("approved_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(state = 'published') = (approved_by_id IS NOT NULL)",
            name=op.f("ck_edition_published_is_approved"),
        ),
        sa.CheckConstraint(
            "approved_by_id IS NULL OR compiled_by_id IS NULL OR approved_by_id <> compiled_by_id",
            name=op.f("ck_edition_approved_by_another_person"),
        ),
        sa.ForeignKeyConstraint(
            ["approved_by_id"], ["person.id"], name=op.f("fk_edition_approved_by_id")
        ),
        sa.ForeignKeyConstraint(
            ["compiled_by_id"], ["person.id"], name=op.f("fk_edition_compiled_by_id")
        ),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name=op.f("fk_edition_cycle_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_edition")),
        sa.UniqueConstraint(
            "cycle_id", "design", "number", name=op.f("uq_edition_cycle_id_design_number")
        ),
    )
    op.create_table(
        "extract",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("as_at", sa.Date(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "read",
                "in_use",
                name="extract_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("replaced_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("imported_by_id", sa.Integer(), nullable=True),
        sa.Column("rows_read", sa.Integer(), nullable=False),
        sa.Column("case_file_count", sa.Integer(), nullable=False),
        sa.Column("unmatched_count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["imported_by_id"], ["person.id"], name=op.f("fk_extract_imported_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_extract")),
    )
    with op.batch_alter_table("extract", schema=None) as batch_op:
        batch_op.create_index(
            "uq_extract_in_use_as_at",
            ["as_at"],
            unique=True,
            sqlite_where=sa.text("state = 'in_use' AND replaced_at IS NULL"),
            postgresql_where=sa.text("state = 'in_use' AND replaced_at IS NULL"),
        )

    op.create_table(
        "finding",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("theme", sa.String(length=60), nullable=False),
        sa.Column("question_id", sa.String(length=60), nullable=True),
        sa.Column(
            "kind",
            sa.Enum(
                "strength",
                "area_for_development",
                name="finding_kind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column(
            "state",
            sa.Enum(
                "draft",
                "confirmed",
                name="finding_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("statement", sa.Text(), nullable=False),
        sa.Column("root_cause", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("action_owner", sa.String(length=200), nullable=False),
        sa.Column("action_due", sa.Date(), nullable=True),
        sa.Column("k", sa.Integer(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("drafted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("drafted_by_id", sa.Integer(), nullable=False),
        sa.Column("confirmed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("confirmed_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "(state = 'confirmed') = (confirmed_at IS NOT NULL)",
            name=op.f("ck_finding_confirmed_has_its_moment"),
        ),
        sa.CheckConstraint("k >= 0 AND k <= n", name=op.f("ck_finding_k_of_n")),
        sa.ForeignKeyConstraint(
            ["confirmed_by_id"], ["person.id"], name=op.f("fk_finding_confirmed_by_id")
        ),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name=op.f("fk_finding_cycle_id")),
        sa.ForeignKeyConstraint(
            ["drafted_by_id"], ["person.id"], name=op.f("fk_finding_drafted_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_finding")),
    )
    with op.batch_alter_table("finding", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_finding_cycle_id"), ["cycle_id"], unique=False)

    op.create_table(
        "history",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(length=80), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_history_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_history")),
    )
    with op.batch_alter_table("history", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_history_person_id"), ["person_id"], unique=False)

    op.create_table(
        "job",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=80), nullable=False),
        sa.Column("arguments", sa.JSON(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "waiting",
                "running",
                "done",
                "faulty",
                name="job_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("leased_until", sa.DateTime(timezone=True), nullable=True),
        sa.Column("steps_done", sa.Integer(), nullable=False),
        sa.Column("steps_all", sa.Integer(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("fault", sa.Text(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=True),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by_id", sa.Integer(), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["asked_by_id"], ["person.id"], name=op.f("fk_job_asked_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job")),
    )
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.create_index("ix_job_state_id", ["state", "id"], unique=False)

    op.create_table(
        "person_role",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("role_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_person_role_person_id"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(["role_id"], ["role.id"], name=op.f("fk_person_role_role_id")),
        sa.PrimaryKeyConstraint("person_id", "role_id", name=op.f("pk_person_role")),
    )
    op.create_table(
        "audit_theme",
        sa.Column("audit_id", sa.Integer(), nullable=False),
        sa.Column("theme", sa.String(length=60), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("met", sa.Integer(), nullable=True),
        sa.Column("partly_met", sa.Integer(), nullable=True),
        sa.Column("not_met", sa.Integer(), nullable=True),
        sa.Column("not_recorded", sa.Integer(), nullable=True),
        sa.Column("not_applicable", sa.Integer(), nullable=True),
        sa.Column("points", sa.Integer(), nullable=True),
        sa.Column("possible", sa.Integer(), nullable=True),
        sa.Column("suggested_grade", sa.String(length=80), nullable=True),
        sa.Column("suggested_reason", sa.Text(), nullable=False),
        sa.Column("theme_met", sa.Boolean(), nullable=True),
        sa.Column("grade", sa.String(length=80), nullable=True),
        sa.Column("grade_reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "points IS NULL OR points <= possible",
            name=op.f("ck_audit_theme_points_within_possible"),
        ),
        sa.ForeignKeyConstraint(["audit_id"], ["audit.id"], name=op.f("fk_audit_theme_audit_id")),
        sa.PrimaryKeyConstraint("audit_id", "theme", name=op.f("pk_audit_theme")),
    )
    op.create_table(
        "caseload_entry",
        sa.Column("extract_id", sa.Integer(), nullable=False),
        sa.Column("case_file_id", sa.Integer(), nullable=False),
        sa.Column("status", sa.String(length=80), nullable=True),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("worker", sa.String(length=200), nullable=True),
        sa.Column("date_of_birth", sa.Date(), nullable=True),
        sa.Column("unborn", sa.Boolean(), nullable=False),
        sa.Column("need_code", sa.String(length=80), nullable=True),
        sa.Column("cin_start", sa.Date(), nullable=True),
        sa.Column("cin_closure", sa.Date(), nullable=True),
        sa.Column("last_seen", sa.Date(), nullable=True),
        sa.Column("plan_start", sa.Date(), nullable=True),
        sa.Column("plan_end", sa.Date(), nullable=True),
        sa.Column("plan_category", sa.String(length=200), nullable=True),
        sa.Column("last_statutory_visit", sa.Date(), nullable=True),
        sa.Column("seen_alone", sa.String(length=200), nullable=True),
        sa.Column("last_review_conference", sa.Date(), nullable=True),
        sa.Column("last_referral", sa.Date(), nullable=True),
        sa.Column("last_assessment_start", sa.Date(), nullable=True),
        sa.Column("last_assessment_authorised", sa.Date(), nullable=True),
        sa.Column("last_strategy_discussion", sa.Date(), nullable=True),
        sa.Column("local", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["case_file_id"], ["case_file.id"], name=op.f("fk_caseload_entry_case_file_id")
        ),
        sa.ForeignKeyConstraint(
            ["extract_id"],
            ["extract.id"],
            name=op.f("fk_caseload_entry_extract_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_caseload_entry_team_id")),
        sa.PrimaryKeyConstraint("extract_id", "case_file_id", name=op.f("pk_caseload_entry")),
    )
    with op.batch_alter_table("caseload_entry", schema=None) as batch_op:
        batch_op.create_index("ix_caseload_entry_case_file_id", ["case_file_id"], unique=False)

    op.create_table(
        "doubtful_row",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("extract_id", sa.Integer(), nullable=False),
        sa.Column("sheet", sa.String(length=200), nullable=False),
        sa.Column("row", sa.Integer(), nullable=False),
        sa.Column("column", sa.String(length=200), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["extract_id"],
            ["extract.id"],
            name=op.f("fk_doubtful_row_extract_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_doubtful_row")),
    )
    with op.batch_alter_table("doubtful_row", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_doubtful_row_extract_id"), ["extract_id"], unique=False
        )

    op.create_table(
        "recorded_answer",
        sa.Column("audit_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.String(length=60), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "answered",
                "not_applicable",
                "not_recorded",
                "unfinished",
                name="recorded_state",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("typed", sa.Text(), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("quotable", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "outcome",
            sa.Enum(
                "met",
                "partly_met",
                "not_met",
                "not_recorded",
                "not_applicable",
                "information",
                name="outcome",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=True,
        ),
        sa.CheckConstraint(
            "(state = 'answered') = (value IS NOT NULL)",
            name=op.f("ck_recorded_answer_answered_has_its_value"),
        ),
        sa.CheckConstraint(
            "state = 'unfinished' OR typed IS NULL",
            name=op.f("ck_recorded_answer_typed_while_unfinished"),
        ),
        sa.ForeignKeyConstraint(
            ["audit_id"], ["audit.id"], name=op.f("fk_recorded_answer_audit_id")
        ),
        sa.PrimaryKeyConstraint("audit_id", "question_id", name=op.f("pk_recorded_answer")),
    )
    op.create_table(
        "sample",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("cycle_id", sa.Integer(), nullable=False),
        sa.Column("extract_id", sa.Integer(), nullable=False),
        sa.Column("method", sa.String(length=80), nullable=False),
        sa.Column("seed", sa.String(length=80), nullable=False),
        sa.Column("per_auditor", sa.Integer(), nullable=False),
        sa.Column("frame_size", sa.Integer(), nullable=False),
        sa.Column("frame_hash", sa.String(length=64), nullable=False),
        sa.Column("filters", sa.JSON(), nullable=False),
        sa.Column("audited_since", sa.Date(), nullable=False),
        sa.Column("drawn_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("drawn_by_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("frame_size >= 0", name=op.f("ck_sample_frame_size_not_negative")),
        sa.CheckConstraint("per_auditor > 0", name=op.f("ck_sample_per_auditor_positive")),
        sa.ForeignKeyConstraint(["cycle_id"], ["cycle.id"], name=op.f("fk_sample_cycle_id")),
        sa.ForeignKeyConstraint(["drawn_by_id"], ["person.id"], name=op.f("fk_sample_drawn_by_id")),
        sa.ForeignKeyConstraint(["extract_id"], ["extract.id"], name=op.f("fk_sample_extract_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sample")),
        sa.UniqueConstraint("cycle_id", name=op.f("uq_sample_cycle_id")),
    )
    op.create_table(
        "finding_quote",
        sa.Column("finding_id", sa.Integer(), nullable=False),
        sa.Column("audit_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.String(length=60), nullable=False),
        sa.ForeignKeyConstraint(
            ["audit_id", "question_id"],
            ["recorded_answer.audit_id", "recorded_answer.question_id"],
            name=op.f("fk_finding_quote_audit_id_question_id"),
        ),
        sa.ForeignKeyConstraint(
            ["finding_id"],
            ["finding.id"],
            name=op.f("fk_finding_quote_finding_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "finding_id", "audit_id", "question_id", name=op.f("pk_finding_quote")
        ),
    )
    op.create_table(
        "frame_entry",
        sa.Column("sample_id", sa.Integer(), nullable=False),
        sa.Column("case_file_id", sa.Integer(), nullable=False),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["case_file_id"], ["case_file.id"], name=op.f("fk_frame_entry_case_file_id")
        ),
        sa.ForeignKeyConstraint(
            ["sample_id"], ["sample.id"], name=op.f("fk_frame_entry_sample_id")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_frame_entry_team_id")),
        sa.PrimaryKeyConstraint("sample_id", "case_file_id", name=op.f("pk_frame_entry")),
    )
    op.create_table(
        "sample_case",
        sa.Column("sample_id", sa.Integer(), nullable=False),
        sa.Column("case_file_id", sa.Integer(), nullable=False),
        sa.Column("auditor_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("ticket", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["auditor_id"], ["person.id"], name=op.f("fk_sample_case_auditor_id")
        ),
        sa.ForeignKeyConstraint(
            ["case_file_id"], ["case_file.id"], name=op.f("fk_sample_case_case_file_id")
        ),
        sa.ForeignKeyConstraint(
            ["sample_id"], ["sample.id"], name=op.f("fk_sample_case_sample_id")
        ),
        sa.PrimaryKeyConstraint("sample_id", "case_file_id", name=op.f("pk_sample_case")),
        sa.UniqueConstraint(
            "sample_id", "position", name=op.f("uq_sample_case_sample_id_position")
        ),
    )
    op.create_table(
        "sample_exclusion",
        sa.Column("sample_id", sa.Integer(), nullable=False),
        sa.Column(
            "reason",
            sa.Enum(
                "closed",
                "audited_recently",
                "outside_filters",
                "own_team",
                name="exclusion",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["sample_id"], ["sample.id"], name=op.f("fk_sample_exclusion_sample_id")
        ),
        sa.PrimaryKeyConstraint("sample_id", "reason", name=op.f("pk_sample_exclusion")),
    )


def downgrade() -> None:
    """Bring the schema back."""
    op.drop_table("sample_exclusion")
    op.drop_table("sample_case")
    op.drop_table("frame_entry")
    op.drop_table("finding_quote")
    op.drop_table("sample")
    op.drop_table("recorded_answer")
    with op.batch_alter_table("doubtful_row", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_doubtful_row_extract_id"))

    op.drop_table("doubtful_row")
    with op.batch_alter_table("caseload_entry", schema=None) as batch_op:
        batch_op.drop_index("ix_caseload_entry_case_file_id")

    op.drop_table("caseload_entry")
    op.drop_table("audit_theme")
    op.drop_table("person_role")
    with op.batch_alter_table("job", schema=None) as batch_op:
        batch_op.drop_index("ix_job_state_id")

    op.drop_table("job")
    with op.batch_alter_table("history", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_history_person_id"))

    op.drop_table("history")
    with op.batch_alter_table("finding", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_finding_cycle_id"))

    op.drop_table("finding")
    with op.batch_alter_table("extract", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_extract_in_use_as_at",
            sqlite_where=sa.text("state = 'in_use' AND replaced_at IS NULL"),
            postgresql_where=sa.text("state = 'in_use' AND replaced_at IS NULL"),
        )

    op.drop_table("extract")
    op.drop_table("edition")
    with op.batch_alter_table("cycle_auditor", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cycle_auditor_person_id"))

    op.drop_table("cycle_auditor")
    with op.batch_alter_table("audit", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_audit_submitted_at"))
        batch_op.drop_index(batch_op.f("ix_audit_case_file_id"))
        batch_op.drop_index("ix_audit_auditor_id_state")

    op.drop_table("audit")
    with op.batch_alter_table("person", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_person_team_id"))

    op.drop_table("person")
    op.drop_table("form_bank")
    with op.batch_alter_table("cycle", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_cycle_month"))

    op.drop_table("cycle")
    op.drop_table("team")
    op.drop_table("role")
    op.drop_table("form_version")
    op.drop_table("case_file")
    op.drop_table("bank_version")
