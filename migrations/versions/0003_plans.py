"""Plans: parts, sections, comments, targets, files."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "pep",
        sa.Column("authority_id", sa.Integer(), nullable=False),
        sa.Column("child_id", sa.Integer(), nullable=False),
        sa.Column("term_key", sa.String(), nullable=False),
        sa.Column("edition", sa.String(), nullable=False),
        sa.Column("phase", sa.String(), nullable=False),
        sa.Column("occasion", sa.String(), nullable=False),
        sa.Column("nc_year", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("opened_on", sa.Date(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("meeting_on", sa.Date(), nullable=True),
        sa.Column("meeting_words", sa.String(), nullable=False),
        sa.Column("signed_off_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("signed_off_by_id", sa.Integer(), nullable=True),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "occasion IN ('initial', 'termly', 'transition', 'emergency', 'exit')",
            name=op.f("ck_pep_occasion_known"),
        ),
        sa.CheckConstraint(
            "state IN ('open', 'meeting_held', 'signed_off', 'not_completed', 'cancelled')",
            name=op.f("ck_pep_state_known"),
        ),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["authority.id"], name=op.f("fk_pep_authority_id_authority")
        ),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_pep_child_id_child")),
        sa.ForeignKeyConstraint(
            ["signed_off_by_id"], ["user_account.id"], name=op.f("fk_pep_signed_off_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pep")),
        sa.UniqueConstraint("ref", name=op.f("uq_pep_ref")),
    )
    op.create_index(op.f("ix_pep_authority_id"), "pep", ["authority_id"], unique=False)
    op.create_index(op.f("ix_pep_child_id"), "pep", ["child_id"], unique=False)
    op.create_index(op.f("ix_pep_term_key"), "pep", ["term_key"], unique=False)
    op.create_index(
        "uq_pep_termly",
        "pep",
        ["child_id", "term_key", "occasion"],
        unique=True,
        sqlite_where=sa.text("state <> 'cancelled'"),
        postgresql_where=sa.text("state <> 'cancelled'"),
    )
    op.create_table(
        "attachment",
        sa.Column("pep_id", sa.Integer(), nullable=False),
        sa.Column("section_id", sa.String(), nullable=False),
        sa.Column("field_id", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("bytes >= 0", name=op.f("ck_attachment_has_a_size")),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["user_account.id"], name=op.f("fk_attachment_added_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(["pep_id"], ["pep.id"], name=op.f("fk_attachment_pep_id_pep")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_attachment")),
        sa.UniqueConstraint("ref", name=op.f("uq_attachment_ref")),
    )
    op.create_index(op.f("ix_attachment_pep_id"), "attachment", ["pep_id"], unique=False)
    op.create_table(
        "pep_part",
        sa.Column("pep_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("submitted_by_id", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("part IN ('school', 'care')", name=op.f("ck_pep_part_part_known")),
        sa.CheckConstraint(
            "state IN ('in_progress', 'submitted', 'returned', 'reviewed')",
            name=op.f("ck_pep_part_state_known"),
        ),
        sa.ForeignKeyConstraint(["pep_id"], ["pep.id"], name=op.f("fk_pep_part_pep_id_pep")),
        sa.ForeignKeyConstraint(
            ["submitted_by_id"], ["user_account.id"], name=op.f("fk_pep_part_submitted_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pep_part")),
        sa.UniqueConstraint("pep_id", "part", name=op.f("uq_pep_part_pep_id_part")),
    )
    op.create_index(op.f("ix_pep_part_pep_id"), "pep_part", ["pep_id"], unique=False)
    op.create_table(
        "pep_section",
        sa.Column("pep_id", sa.Integer(), nullable=False),
        sa.Column("section_id", sa.String(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("owner", sa.String(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("household_id", sa.Integer(), nullable=True),
        sa.Column("returned", sa.Boolean(), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("answers", JSON, nullable=False),
        sa.Column("written_by", JSON, nullable=False),
        sa.Column("authors", JSON, nullable=False),
        sa.Column("readers", JSON, nullable=False),
        sa.Column("answered", sa.Integer(), nullable=False),
        sa.Column("asked", sa.Integer(), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("completed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("completed_by_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(status = 'complete') = (completed_at IS NOT NULL)",
            name=op.f("ck_pep_section_complete_has_a_time"),
        ),
        sa.CheckConstraint("part IN ('school', 'care', '')", name=op.f("ck_pep_section_part_known")),
        sa.CheckConstraint(
            "status IN ('not_started', 'in_progress', 'complete')", name=op.f("ck_pep_section_status_known")
        ),
        sa.ForeignKeyConstraint(
            ["completed_by_id"], ["user_account.id"], name=op.f("fk_pep_section_completed_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["household_id"], ["household.id"], name=op.f("fk_pep_section_household_id_household")
        ),
        sa.ForeignKeyConstraint(["pep_id"], ["pep.id"], name=op.f("fk_pep_section_pep_id_pep")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pep_section")),
        sa.UniqueConstraint("pep_id", "section_id", name=op.f("uq_pep_section_pep_id_section_id")),
    )
    op.create_index(op.f("ix_pep_section_pep_id"), "pep_section", ["pep_id"], unique=False)
    op.create_index("ix_pep_section_waiting", "pep_section", ["owner", "status", "due_on"], unique=False)
    op.create_table(
        "target",
        sa.Column("pep_id", sa.Integer(), nullable=False),
        sa.Column("child_id", sa.Integer(), nullable=False),
        sa.Column("row", sa.String(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.Column("area", sa.String(), nullable=False),
        sa.Column("who", sa.String(), nullable=False),
        sa.Column("measure", sa.String(), nullable=False),
        sa.Column("by_when", sa.Date(), nullable=True),
        sa.Column("funding", sa.String(), nullable=False),
        sa.Column("amount_pence", sa.Integer(), nullable=True),
        sa.Column("removed", sa.Boolean(), nullable=False),
        sa.Column("review", sa.String(), nullable=False),
        sa.Column("reviewed_in_id", sa.Integer(), nullable=True),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "review IN ('', 'achieved', 'partly', 'not', 'not_relevant')", name=op.f("ck_target_review_known")
        ),
        sa.CheckConstraint(
            "amount_pence IS NULL OR amount_pence >= 0", name=op.f("ck_target_amount_not_negative")
        ),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_target_child_id_child")),
        sa.ForeignKeyConstraint(["pep_id"], ["pep.id"], name=op.f("fk_target_pep_id_pep")),
        sa.ForeignKeyConstraint(["reviewed_in_id"], ["pep.id"], name=op.f("fk_target_reviewed_in_id_pep")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target")),
        sa.UniqueConstraint("pep_id", "row", name=op.f("uq_target_pep_id_row")),
        sa.UniqueConstraint("ref", name=op.f("uq_target_ref")),
    )
    op.create_index(op.f("ix_target_child_id"), "target", ["child_id"], unique=False)
    op.create_index(op.f("ix_target_pep_id"), "target", ["pep_id"], unique=False)
    op.create_table(
        "comment",
        sa.Column("pep_section_id", sa.Integer(), nullable=False),
        sa.Column("field_id", sa.String(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("signed", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("page", sa.String(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("text <> ''", name=op.f("ck_comment_says_something")),
        sa.ForeignKeyConstraint(
            ["author_id"], ["user_account.id"], name=op.f("fk_comment_author_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["pep_section_id"], ["pep_section.id"], name=op.f("fk_comment_pep_section_id_pep_section")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comment")),
        sa.UniqueConstraint(
            "pep_section_id",
            "field_id",
            "author_id",
            name=op.f("uq_comment_pep_section_id_field_id_author_id"),
        ),
    )
    op.create_index(op.f("ix_comment_pep_section_id"), "comment", ["pep_section_id"], unique=False)


def downgrade() -> None:
    """Drop them."""
    op.drop_table("comment")
    op.drop_table("target")
    op.drop_table("pep_section")
    op.drop_table("pep_part")
    op.drop_table("attachment")
    op.drop_table("pep")
