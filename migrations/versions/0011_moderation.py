"""Second readings: their rules, what came of them, and versions of audits that were returned."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

MOMENT = sa.DateTime(timezone=True)
PURPOSES = ("first", "second_reading")
REASONS = ("inadequate", "borderline", "critical_failure", "override", "random_share", "chosen")
STATES = ("waiting", "reading", "comparing", "returned", "agreed")
ANSWERED = ("answered", "not_applicable", "not_recorded", "unfinished")
OUTCOMES = ("met", "partly_met", "not_met", "not_recorded", "not_applicable", "information")
#: The rules of a new cycle, given to those that are going on as well.
RULES = (
    ("inadequate", None),
    ("borderline", 2),
    ("critical_failure", None),
    ("override", None),
    ("random_share", 10),
)


def upgrade() -> None:
    """Every audit so far is a first one; cycles that are not closed get the rules of new ones."""
    op.add_column("audit", sa.Column("purpose", sa.String(length=40), nullable=True))
    op.execute("UPDATE audit SET purpose = 'first'")
    with op.batch_alter_table("audit") as audit:
        audit.alter_column("purpose", existing_type=sa.String(length=40), nullable=False)
        audit.create_check_constraint("purpose", sa.column("purpose").in_(PURPOSES))
        audit.drop_constraint("uq_audit_cycle_id_case_file_id", type_="unique")
        audit.create_unique_constraint(
            "uq_audit_cycle_id_case_file_id_purpose", ["cycle_id", "case_file_id", "purpose"]
        )
        audit.create_unique_constraint(
            "uq_audit_cycle_id_case_file_id_auditor_id", ["cycle_id", "case_file_id", "auditor_id"]
        )
    _make_moderation()
    _make_versions()
    _make_comments()
    _give_rules()


def downgrade() -> None:
    """First audits stay as they are now; second readings and earlier versions are lost."""
    for table in (
        "moderation_comment",
        "earlier_answer",
        "earlier_theme",
        "audit_version",
        "moderation_grade",
        "moderation_reason",
        "moderation",
        "moderation_rule",
    ):
        op.drop_table(table)
    _delete_second_readings()
    with op.batch_alter_table("audit") as audit:
        audit.drop_constraint("uq_audit_cycle_id_case_file_id_auditor_id", type_="unique")
        audit.drop_constraint("uq_audit_cycle_id_case_file_id_purpose", type_="unique")
        audit.create_unique_constraint(
            "uq_audit_cycle_id_case_file_id", ["cycle_id", "case_file_id"]
        )
        audit.drop_constraint(op.f("ck_audit_purpose"), type_="check")
        audit.drop_column("purpose")


def _make_moderation() -> None:
    op.create_table(
        "moderation_rule",
        _number("cycle_id"),
        sa.Column("reason", _one_of("draw_reason", REASONS), nullable=False),
        _number("number", nullable=True),
        sa.CheckConstraint(
            "(reason IN ('borderline', 'random_share')) = (number IS NOT NULL)",
            name=op.f("ck_moderation_rule_number_where_one_is_asked"),
        ),
        sa.CheckConstraint(
            "number BETWEEN 0 AND 100", name=op.f("ck_moderation_rule_number_is_per_cent")
        ),
        sa.CheckConstraint(
            "reason <> 'chosen'", name=op.f("ck_moderation_rule_choosing_is_no_rule")
        ),
        _names("moderation_rule", "cycle_id", "cycle"),
        sa.PrimaryKeyConstraint("cycle_id", "reason", name=op.f("pk_moderation_rule")),
    )
    op.create_table(
        "moderation",
        _number("id"),
        _number("audit_id"),
        sa.Column("state", _one_of("moderation_state", STATES), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.Column("chosen_because", sa.Text(), nullable=False),
        _number("reader_id", nullable=True),
        _number("reading_id", nullable=True),
        _number("answers_agreed", nullable=True),
        _number("answers_compared", nullable=True),
        sa.Column("agreed_at", MOMENT, nullable=True),
        _number("agreed_by_id", nullable=True),
        *(
            sa.CheckConstraint(rule, name=op.f(f"ck_moderation_{name}"))
            for name, rule in (
                ("reading_once_there_is_a_reader", "(state = 'waiting') = (reading_id IS NULL)"),
                ("reader_with_their_reading", "(reader_id IS NULL) = (reading_id IS NULL)"),
                ("reading_is_another", "reading_id <> audit_id"),
                ("agreed_has_moment", "(state = 'agreed') = (agreed_at IS NOT NULL)"),
                ("agreed_by_somebody", "(agreed_at IS NULL) = (agreed_by_id IS NULL)"),
                (
                    "compared_once_both_are_in",
                    "(answers_compared IS NULL) = (state IN ('waiting', 'reading'))",
                ),
                ("agreed_of_compared", "(answers_compared IS NULL) = (answers_agreed IS NULL)"),
                ("agreed_within_compared", "answers_agreed BETWEEN 0 AND answers_compared"),
            )
        ),
        _names("moderation", "audit_id", "audit"),
        _names("moderation", "reader_id", "person"),
        _names("moderation", "reading_id", "audit"),
        _names("moderation", "agreed_by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_moderation")),
        sa.UniqueConstraint("audit_id", name=op.f("uq_moderation_audit_id")),
        sa.UniqueConstraint("reading_id", name=op.f("uq_moderation_reading_id")),
    )
    op.create_index("ix_moderation_reader_id_state", "moderation", ["reader_id", "state"])
    op.create_table(
        "moderation_reason",
        _number("moderation_id"),
        sa.Column("reason", _one_of("draw_reason", REASONS), nullable=False),
        _names("moderation_reason", "moderation_id", "moderation"),
        sa.PrimaryKeyConstraint("moderation_id", "reason", name=op.f("pk_moderation_reason")),
    )
    op.create_table(
        "moderation_grade",
        _number("moderation_id"),
        sa.Column("part", sa.String(length=60), nullable=False),
        _number("position"),
        _code("first"),
        _code("second"),
        _code("consensus"),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "reason <> '' OR (coalesce(first, '') = coalesce(second, '') "
            "AND coalesce(consensus, '') = coalesce(first, ''))",
            name=op.f("ck_moderation_grade_reason_where_grades_differ"),
        ),
        _names("moderation_grade", "moderation_id", "moderation"),
        sa.PrimaryKeyConstraint("moderation_id", "part", name=op.f("pk_moderation_grade")),
    )


def _make_versions() -> None:
    op.create_table(
        "audit_version",
        _number("id"),
        _number("audit_id"),
        _number("number"),
        sa.Column("submitted_at", MOMENT, nullable=False),
        sa.Column("returned_at", MOMENT, nullable=False),
        _number("returned_by_id"),
        _number("points", nullable=True),
        _number("possible", nullable=True),
        *_graded(),
        sa.Column("done_well", sa.Text(), nullable=False),
        sa.Column("difference_made", sa.Text(), nullable=False),
        sa.Column("scored_hash", sa.String(length=64), nullable=False),
        sa.CheckConstraint("number > 0", name=op.f("ck_audit_version_number_from_one")),
        _names("audit_version", "audit_id", "audit"),
        _names("audit_version", "returned_by_id", "person"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit_version")),
        sa.UniqueConstraint("audit_id", "number", name=op.f("uq_audit_version_audit_id_number")),
    )
    counts = ("met", "partly_met", "not_met", "not_recorded", "not_applicable")
    op.create_table(
        "earlier_theme",
        _number("version_id"),
        sa.Column("theme", sa.String(length=60), nullable=False),
        _number("position"),
        *(_number(name, nullable=True) for name in (*counts, "points", "possible")),
        sa.Column("theme_met", sa.Boolean(), nullable=True),
        *_graded(),
        _names("earlier_theme", "version_id", "audit_version"),
        sa.PrimaryKeyConstraint("version_id", "theme", name=op.f("pk_earlier_theme")),
    )
    op.create_table(
        "earlier_answer",
        _number("version_id"),
        sa.Column("question_id", sa.String(length=121), nullable=False),
        sa.Column("state", _one_of("recorded_state", ANSWERED), nullable=False),
        sa.Column("value", sa.Text(), nullable=True),
        sa.Column("typed", sa.Text(), nullable=True),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("quotable", sa.Boolean(), nullable=False),
        sa.Column("recorded_at", MOMENT, nullable=False),
        sa.Column("outcome", _one_of("outcome", OUTCOMES), nullable=True),
        _names("earlier_answer", "version_id", "audit_version"),
        sa.PrimaryKeyConstraint("version_id", "question_id", name=op.f("pk_earlier_answer")),
    )


def _make_comments() -> None:
    op.create_table(
        "moderation_comment",
        _number("moderation_id"),
        _number("version"),
        sa.Column("field", sa.String(length=121), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("made_at", MOMENT, nullable=False),
        sa.CheckConstraint("comment <> ''", name=op.f("ck_moderation_comment_says_something")),
        _names("moderation_comment", "moderation_id", "moderation"),
        sa.PrimaryKeyConstraint(
            "moderation_id", "version", "field", name=op.f("pk_moderation_comment")
        ),
    )


def _give_rules() -> None:
    bind = op.get_bind()
    cycle = sa.table("cycle", sa.column("id"), sa.column("state"))
    rule = sa.table(
        "moderation_rule", sa.column("cycle_id"), sa.column("reason"), sa.column("number")
    )
    for cycle_id in bind.scalars(sa.select(cycle.c.id).where(cycle.c.state != "closed")).all():
        bind.execute(
            sa.insert(rule),
            [
                {"cycle_id": cycle_id, "reason": reason, "number": number}
                for reason, number in RULES
            ],
        )


def _delete_second_readings() -> None:
    audit = sa.table("audit", sa.column("id"), sa.column("purpose"))
    second = sa.select(audit.c.id).where(audit.c.purpose == "second_reading")
    for name in ("recorded_answer", "audit_theme"):
        rows = sa.table(name, sa.column("audit_id"))
        op.execute(sa.delete(rows).where(rows.c.audit_id.in_(second)))
    op.execute(sa.delete(audit).where(audit.c.purpose == "second_reading"))


def _graded() -> tuple[sa.Column[object], ...]:
    return (
        _code("suggested_grade"),
        sa.Column("suggested_reason", sa.Text(), nullable=False),
        _code("grade"),
        sa.Column("grade_reason", sa.Text(), nullable=False),
    )


def _number(name: str, *, nullable: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.Integer(), nullable=nullable)


def _code(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.String(length=80), nullable=True)


def _names(table: str, column: str, other: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([column], [f"{other}.id"], name=op.f(f"fk_{table}_{column}"))


def _one_of(name: str, values: tuple[str, ...]) -> sa.Enum:
    return sa.Enum(*values, name=name, native_enum=False, create_constraint=True, length=40)
