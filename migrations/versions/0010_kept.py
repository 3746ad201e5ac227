"""Kept for good: signed-off plans, addenda, copies for parents."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

COLUMNS = (
    "signed_off_without VARCHAR NOT NULL DEFAULT '' CONSTRAINT ck_pep_signed_off_without_known CHECK (signed_off_without IN ('', 'school', 'care'))",
    "signed_off_reason VARCHAR NOT NULL DEFAULT ''",
)
"""Added as both databases take it without rebuilding a table, which on SQLite would lose its CHECKs."""
KEPT = (
    "signed_plan",
    "addendum",
)


def keep() -> None:
    """Refuse every change of what is written once."""
    for table in KEPT:
        if op.get_bind().dialect.name == "sqlite":
            for act in ("UPDATE", "DELETE"):
                op.execute(
                    f"CREATE TRIGGER {table}_kept_{act.lower()} BEFORE {act} ON {table} "
                    "BEGIN SELECT RAISE(ABORT, 'kept as it was written'); END"
                )
        else:  # the function is that of 0004
            op.execute(
                f"CREATE TRIGGER {table}_kept BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
                "FOR EACH STATEMENT EXECUTE FUNCTION events_are_kept()"
            )


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "addendum",
        sa.Column("pep_id", sa.Integer(), nullable=False),
        sa.Column("section_id", sa.String(), nullable=False),
        sa.Column("field_id", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("signed", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("words <> ''", name=op.f("ck_addendum_says_something")),
        sa.ForeignKeyConstraint(
            ["author_id"], ["user_account.id"], name=op.f("fk_addendum_author_id_user_account")
        ),
        sa.ForeignKeyConstraint(["pep_id"], ["pep.id"], name=op.f("fk_addendum_pep_id_pep")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_addendum")),
        sa.UniqueConstraint("ref", name=op.f("uq_addendum_ref")),
    )
    op.create_index(op.f("ix_addendum_pep_id"), "addendum", ["pep_id"], unique=False)
    op.create_table(
        "parent_copy",
        sa.Column("pep_id", sa.Integer(), nullable=False),
        sa.Column("person", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=False),
        sa.Column("previewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("released_by_id", sa.Integer(), nullable=True),
        sa.Column("given_how", sa.String(), nullable=False),
        sa.Column("given_on", sa.Date(), nullable=True),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("kind <> 'none' OR reason <> ''", name=op.f("ck_parent_copy_none_has_a_reason")),
        sa.CheckConstraint(
            "kind <> 'none' OR released_at IS NULL", name=op.f("ck_parent_copy_nothing_is_not_released")
        ),
        sa.CheckConstraint("kind IN ('none', 'letter', 'copy')", name=op.f("ck_parent_copy_kind_known")),
        sa.CheckConstraint(
            "released_at IS NULL OR previewed_at IS NOT NULL", name=op.f("ck_parent_copy_looked_at_first")
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user_account.id"], name=op.f("fk_parent_copy_decided_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(["pep_id"], ["pep.id"], name=op.f("fk_parent_copy_pep_id_pep")),
        sa.ForeignKeyConstraint(
            ["released_by_id"], ["user_account.id"], name=op.f("fk_parent_copy_released_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_parent_copy")),
        sa.UniqueConstraint("pep_id", "person", name=op.f("uq_parent_copy_pep_id_person")),
        sa.UniqueConstraint("ref", name=op.f("uq_parent_copy_ref")),
    )
    op.create_index(op.f("ix_parent_copy_pep_id"), "parent_copy", ["pep_id"], unique=False)
    op.create_table(
        "signed_plan",
        sa.Column("pep_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["pep_id"], ["pep.id"], name=op.f("fk_signed_plan_pep_id_pep")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_signed_plan")),
        sa.UniqueConstraint("pep_id", name=op.f("uq_signed_plan_pep_id")),
    )
    for column in COLUMNS:
        op.execute(f"ALTER TABLE pep ADD COLUMN {column}")
    keep()


def downgrade() -> None:
    """Drop them."""
    op.drop_table("signed_plan")
    op.drop_table("parent_copy")
    op.drop_table("addendum")
    for column in reversed(COLUMNS):
        op.execute(f"ALTER TABLE pep DROP COLUMN {column.split()[0]}")
