"""Reviews: schemes, ratings, actions, concerns."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "review_scheme",
        sa.Column("authority_id", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("body", JSON, nullable=False),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_by_id", sa.Integer(), nullable=True),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(state = 'published') = (published_at IS NOT NULL)",
            name=op.f("ck_review_scheme_published_has_a_time"),
        ),
        sa.CheckConstraint("state IN ('draft', 'published')", name=op.f("ck_review_scheme_state_known")),
        sa.CheckConstraint("version > 0", name=op.f("ck_review_scheme_version_counted")),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["authority.id"], name=op.f("fk_review_scheme_authority_id_authority")
        ),
        sa.ForeignKeyConstraint(
            ["published_by_id"],
            ["user_account.id"],
            name=op.f("fk_review_scheme_published_by_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_scheme")),
        sa.UniqueConstraint("authority_id", "version", name=op.f("uq_review_scheme_authority_id_version")),
        sa.UniqueConstraint("ref", name=op.f("uq_review_scheme_ref")),
    )
    op.create_index(op.f("ix_review_scheme_authority_id"), "review_scheme", ["authority_id"], unique=False)
    op.create_index(
        "uq_review_scheme_draft",
        "review_scheme",
        ["authority_id"],
        unique=True,
        sqlite_where=sa.text("state = 'draft'"),
        postgresql_where=sa.text("state = 'draft'"),
    )
    op.create_table(
        "concern",
        sa.Column("child_id", sa.Integer(), nullable=False),
        sa.Column("pep_id", sa.Integer(), nullable=True),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("raised_by_id", sa.Integer(), nullable=False),
        sa.Column("answer_by", sa.Date(), nullable=False),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(answered_at IS NULL) = (answer = '')", name=op.f("ck_concern_answered_in_words")
        ),
        sa.CheckConstraint("words <> ''", name=op.f("ck_concern_says_something")),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["user_account.id"], name=op.f("fk_concern_answered_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_concern_child_id_child")),
        sa.ForeignKeyConstraint(["pep_id"], ["pep.id"], name=op.f("fk_concern_pep_id_pep")),
        sa.ForeignKeyConstraint(
            ["raised_by_id"], ["user_account.id"], name=op.f("fk_concern_raised_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_concern")),
        sa.UniqueConstraint("ref", name=op.f("uq_concern_ref")),
    )
    op.create_index(op.f("ix_concern_child_id"), "concern", ["child_id"], unique=False)
    op.create_index(op.f("ix_concern_pep_id"), "concern", ["pep_id"], unique=False)
    op.create_table(
        "review",
        sa.Column("pep_id", sa.Integer(), nullable=False),
        sa.Column("part", sa.String(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("scheme_id", sa.Integer(), nullable=False),
        sa.Column("reviewer_id", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("derived", sa.String(), nullable=False),
        sa.Column("overall", sa.String(), nullable=False),
        sa.Column("override_reason", sa.String(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(state = 'under_way') = (ended_at IS NULL)", name=op.f("ck_review_ended_has_a_time")
        ),
        sa.CheckConstraint("kind IN ('first', 'second')", name=op.f("ck_review_kind_known")),
        sa.CheckConstraint(
            "overall = '' OR overall = derived OR override_reason <> ''",
            name=op.f("ck_review_override_has_a_reason"),
        ),
        sa.CheckConstraint(
            "overall IN ('', 'gold', 'green', 'amber', 'red', 'not_applicable', 'not_completed')",
            name=op.f("ck_review_overall_known"),
        ),
        sa.CheckConstraint("part IN ('school', 'care')", name=op.f("ck_review_part_known")),
        sa.CheckConstraint(
            "state <> 'finished' OR overall <> ''", name=op.f("ck_review_finished_has_a_rating")
        ),
        sa.CheckConstraint(
            "state IN ('under_way', 'returned', 'finished', 'stopped')", name=op.f("ck_review_state_known")
        ),
        sa.ForeignKeyConstraint(["pep_id"], ["pep.id"], name=op.f("fk_review_pep_id_pep")),
        sa.ForeignKeyConstraint(
            ["reviewer_id"], ["user_account.id"], name=op.f("fk_review_reviewer_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["scheme_id"], ["review_scheme.id"], name=op.f("fk_review_scheme_id_review_scheme")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review")),
        sa.UniqueConstraint("ref", name=op.f("uq_review_ref")),
    )
    op.create_index("ix_review_of_part", "review", ["pep_id", "part", "kind", "state"], unique=False)
    op.create_index(op.f("ix_review_reviewer_id"), "review", ["reviewer_id"], unique=False)
    op.create_index(
        "uq_review_under_way",
        "review",
        ["pep_id", "part", "kind"],
        unique=True,
        sqlite_where=sa.text("state = 'under_way'"),
        postgresql_where=sa.text("state = 'under_way'"),
    )
    op.create_table(
        "review_action",
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("pep_id", sa.Integer(), nullable=False),
        sa.Column("section_id", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=False),
        sa.Column("by_on", sa.Date(), nullable=False),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_by_id", sa.Integer(), nullable=True),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("what <> ''", name=op.f("ck_review_action_says_something")),
        sa.ForeignKeyConstraint(
            ["done_by_id"], ["user_account.id"], name=op.f("fk_review_action_done_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"], ["user_account.id"], name=op.f("fk_review_action_owner_id_user_account")
        ),
        sa.ForeignKeyConstraint(["pep_id"], ["pep.id"], name=op.f("fk_review_action_pep_id_pep")),
        sa.ForeignKeyConstraint(["review_id"], ["review.id"], name=op.f("fk_review_action_review_id_review")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_review_action")),
        sa.UniqueConstraint("ref", name=op.f("uq_review_action_ref")),
    )
    op.create_index(op.f("ix_review_action_owner_id"), "review_action", ["owner_id"], unique=False)
    op.create_index(op.f("ix_review_action_pep_id"), "review_action", ["pep_id"], unique=False)
    op.create_index(op.f("ix_review_action_review_id"), "review_action", ["review_id"], unique=False)
    op.create_table(
        "section_rating",
        sa.Column("review_id", sa.Integer(), nullable=False),
        sa.Column("section_id", sa.String(), nullable=False),
        sa.Column("rating", sa.String(), nullable=False),
        sa.Column("feedback", sa.String(), nullable=False),
        sa.Column("note", sa.String(), nullable=False),
        sa.Column("returned", sa.Boolean(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "NOT returned OR reason <> ''", name=op.f("ck_section_rating_returned_has_a_reason")
        ),
        sa.CheckConstraint(
            "rating IN ('', 'gold', 'green', 'amber', 'red', 'not_applicable', 'not_completed')",
            name=op.f("ck_section_rating_rating_known"),
        ),
        sa.ForeignKeyConstraint(
            ["review_id"], ["review.id"], name=op.f("fk_section_rating_review_id_review")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_section_rating")),
        sa.UniqueConstraint("review_id", "section_id", name=op.f("uq_section_rating_review_id_section_id")),
    )
    op.create_index(op.f("ix_section_rating_review_id"), "section_rating", ["review_id"], unique=False)


def downgrade() -> None:
    """Drop them."""
    op.drop_table("section_rating")
    op.drop_table("review_action")
    op.drop_table("review")
    op.drop_table("concern")
    op.drop_table("review_scheme")
