"""A plan remembers: what was carried and is to be checked, where somebody goes on, what the child asked for."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

COLUMNS = (
    (
        "pep",
        "stage VARCHAR NOT NULL DEFAULT 'full' CONSTRAINT ck_pep_stage_known CHECK (stage IN ('pictures', 'simple', 'full'))",
    ),
    ("pep", "previous_id INTEGER CONSTRAINT fk_pep_previous_id_pep REFERENCES pep (id)"),
    ("pep_section", "carried {json} NOT NULL DEFAULT '{{}}'"),
    ("pep_section", "last_key VARCHAR NOT NULL DEFAULT ''"),
    (
        "pep_section",
        "changed_by_id INTEGER CONSTRAINT fk_pep_section_changed_by_id_user_account REFERENCES user_account (id)",
    ),
)
"""Added as both databases take it without rebuilding a table, which on SQLite would lose its CHECKs."""


def upgrade() -> None:
    """Add the columns and make the tables."""
    json = "JSONB" if op.get_bind().dialect.name == "postgresql" else "JSON"
    for table, column in COLUMNS:
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column.format(json=json)}")
    op.create_index("ix_pep_previous_id", "pep", ["previous_id"], unique=False)
    # Plans that are there already remember too: the one before is the latest that was opened earlier.
    op.execute(
        "UPDATE pep SET previous_id = (SELECT older.id FROM pep AS older WHERE older.child_id = pep.child_id "
        "AND older.opened_on < pep.opened_on AND older.state <> 'cancelled' "
        "ORDER BY older.opened_on DESC, older.id DESC LIMIT 1)"
    )
    op.create_table(
        "wish",
        sa.Column("pep_id", sa.Integer(), nullable=False),
        sa.Column("child_id", sa.Integer(), nullable=False),
        sa.Column("field_id", sa.String(), nullable=False),
        sa.Column("asked_on", sa.Date(), nullable=False),
        sa.Column("owed_by_id", sa.Integer(), nullable=True),
        sa.Column("answer", sa.String(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by_id", sa.Integer(), nullable=True),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("(answered_at IS NULL) = (answer = '')", name=op.f("ck_wish_answered_in_words")),
        sa.ForeignKeyConstraint(
            ["answered_by_id"], ["user_account.id"], name=op.f("fk_wish_answered_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_wish_child_id_child")),
        sa.ForeignKeyConstraint(
            ["owed_by_id"], ["user_account.id"], name=op.f("fk_wish_owed_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(["pep_id"], ["pep.id"], name=op.f("fk_wish_pep_id_pep")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_wish")),
        sa.UniqueConstraint("pep_id", "field_id", name=op.f("uq_wish_pep_id_field_id")),
        sa.UniqueConstraint("ref", name=op.f("uq_wish_ref")),
    )
    op.create_index(op.f("ix_wish_child_id"), "wish", ["child_id"], unique=False)
    op.create_index(op.f("ix_wish_owed_by_id"), "wish", ["owed_by_id"], unique=False)
    op.create_index(op.f("ix_wish_pep_id"), "wish", ["pep_id"], unique=False)


def downgrade() -> None:
    """Drop them."""
    op.drop_table("wish")
    op.drop_index("ix_pep_previous_id", "pep")
    for table, column in reversed(COLUMNS):
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column.split()[0]}")
