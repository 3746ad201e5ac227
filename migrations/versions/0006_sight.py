"""What ends sight and what lends it for a while; what was typed when it ended."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

COLUMNS = (("sign_in_session", "hides_names BOOLEAN NOT NULL DEFAULT false"),)
"""Added as both databases take it without rebuilding a table, which on SQLite would lose its CHECKs."""


def upgrade() -> None:
    """Add the columns and make the tables."""
    for table, column in COLUMNS:
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column}")
    op.create_table(
        "access_cut",
        sa.Column("child_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("cut_by_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("lifted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("lifted_by_id", sa.Integer(), nullable=True),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_access_cut_has_a_reason")),
        sa.CheckConstraint(
            "(lifted_at IS NULL) = (lifted_by_id IS NULL)", name=op.f("ck_access_cut_lifted_by_somebody")
        ),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_access_cut_child_id_child")),
        sa.ForeignKeyConstraint(
            ["cut_by_id"], ["user_account.id"], name=op.f("fk_access_cut_cut_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["lifted_by_id"], ["user_account.id"], name=op.f("fk_access_cut_lifted_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_access_cut_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_access_cut")),
        sa.UniqueConstraint("ref", name=op.f("uq_access_cut_ref")),
    )
    op.create_index(op.f("ix_access_cut_child_id"), "access_cut", ["child_id"], unique=False)
    op.create_index(op.f("ix_access_cut_user_id"), "access_cut", ["user_id"], unique=False)
    op.create_index(
        "uq_access_cut_open",
        "access_cut",
        ["child_id", "user_id"],
        unique=True,
        sqlite_where=sa.text("lifted_at IS NULL"),
        postgresql_where=sa.text("lifted_at IS NULL"),
    )
    op.create_table(
        "broken_glass",
        sa.Column("authority_id", sa.Integer(), nullable=False),
        sa.Column("child_id", sa.Integer(), nullable=True),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_by_id", sa.Integer(), nullable=True),
        sa.Column("remark", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("reason <> ''", name=op.f("ck_broken_glass_has_a_reason")),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_broken_glass_ends_after_it_starts")),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["authority.id"], name=op.f("fk_broken_glass_authority_id_authority")
        ),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_broken_glass_child_id_child")),
        sa.ForeignKeyConstraint(
            ["read_by_id"], ["user_account.id"], name=op.f("fk_broken_glass_read_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_broken_glass_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_broken_glass")),
        sa.UniqueConstraint("ref", name=op.f("uq_broken_glass_ref")),
    )
    op.create_index(op.f("ix_broken_glass_authority_id"), "broken_glass", ["authority_id"], unique=False)
    op.create_index(op.f("ix_broken_glass_child_id"), "broken_glass", ["child_id"], unique=False)
    op.create_index("ix_broken_glass_person", "broken_glass", ["user_id", "ends_at"], unique=False)
    op.create_table(
        "cover",
        sa.Column("authority_id", sa.Integer(), nullable=False),
        sa.Column("worker_id", sa.Integer(), nullable=False),
        sa.Column("covered_by_id", sa.Integer(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "ends_on IS NULL OR ends_on >= starts_on", name=op.f("ck_cover_ends_on_not_before_starts_on")
        ),
        sa.CheckConstraint("worker_id <> covered_by_id", name=op.f("ck_cover_by_somebody_else")),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["authority.id"], name=op.f("fk_cover_authority_id_authority")
        ),
        sa.ForeignKeyConstraint(
            ["covered_by_id"], ["user_account.id"], name=op.f("fk_cover_covered_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["user_account.id"], name=op.f("fk_cover_made_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["worker_id"], ["user_account.id"], name=op.f("fk_cover_worker_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_cover")),
        sa.UniqueConstraint("ref", name=op.f("uq_cover_ref")),
    )
    op.create_index(op.f("ix_cover_authority_id"), "cover", ["authority_id"], unique=False)
    op.create_index(op.f("ix_cover_covered_by_id"), "cover", ["covered_by_id"], unique=False)
    op.create_index(op.f("ix_cover_worker_id"), "cover", ["worker_id"], unique=False)
    op.create_index(
        "uq_cover_same_start",
        "cover",
        ["worker_id", "starts_on"],
        unique=True,
        sqlite_where=sa.text("ends_on > starts_on"),
        postgresql_where=sa.text("ends_on > starts_on"),
    )
    op.create_table(
        "row_link",
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("pep_id", sa.Integer(), nullable=False),
        sa.Column("section_id", sa.String(), nullable=False),
        sa.Column("field_id", sa.String(), nullable=False),
        sa.Column("row", sa.String(), nullable=False),
        sa.Column("teacher", sa.String(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("browser_hash", sa.String(), nullable=False),
        sa.Column("used_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("comment", sa.String(), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by_id", sa.Integer(), nullable=True),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("teacher <> ''", name=op.f("ck_row_link_for_somebody")),
        sa.CheckConstraint("expires_at > created_at", name=op.f("ck_row_link_ends_after_it_starts")),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["user_account.id"], name=op.f("fk_row_link_made_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(["pep_id"], ["pep.id"], name=op.f("fk_row_link_pep_id_pep")),
        sa.ForeignKeyConstraint(
            ["revoked_by_id"], ["user_account.id"], name=op.f("fk_row_link_revoked_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_row_link")),
        sa.UniqueConstraint("ref", name=op.f("uq_row_link_ref")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_row_link_token_hash")),
    )
    op.create_index(op.f("ix_row_link_pep_id"), "row_link", ["pep_id"], unique=False)
    op.create_table(
        "card_reading",
        sa.Column("child_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("mark", sa.String(), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_card_reading_child_id_child")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_card_reading_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_card_reading")),
        sa.UniqueConstraint(
            "child_id", "user_id", "mark", name=op.f("uq_card_reading_child_id_user_id_mark")
        ),
    )
    op.create_index(op.f("ix_card_reading_child_id"), "card_reading", ["child_id"], unique=False)
    op.create_table(
        "kept_words",
        sa.Column("pep_section_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("field_key", sa.String(), nullable=False),
        sa.Column("text", sa.String(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_by_id", sa.Integer(), nullable=True),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["pep_section_id"], ["pep_section.id"], name=op.f("fk_kept_words_pep_section_id_pep_section")
        ),
        sa.ForeignKeyConstraint(
            ["read_by_id"], ["user_account.id"], name=op.f("fk_kept_words_read_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_kept_words_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_words")),
        sa.UniqueConstraint(
            "pep_section_id",
            "user_id",
            "field_key",
            name=op.f("uq_kept_words_pep_section_id_user_id_field_key"),
        ),
        sa.UniqueConstraint("ref", name=op.f("uq_kept_words_ref")),
    )
    op.create_index(op.f("ix_kept_words_pep_section_id"), "kept_words", ["pep_section_id"], unique=False)


def downgrade() -> None:
    """Drop them."""
    op.drop_table("kept_words")
    op.drop_table("card_reading")
    op.drop_table("row_link")
    op.drop_table("cover")
    op.drop_table("broken_glass")
    op.drop_table("access_cut")
    for table, column in reversed(COLUMNS):
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column.split()[0]}")
