"""The office: particulars of schools, homes and files, references of other systems, imports, the outbox."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0007"
down_revision = "0006"

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
COLUMNS = (
    ("school", "ukprn VARCHAR"),
    ("school", "la_name VARCHAR NOT NULL DEFAULT ''"),
    ("school", "postcode VARCHAR NOT NULL DEFAULT ''"),
    ("school", "trust VARCHAR NOT NULL DEFAULT ''"),
    ("household", "external_ref VARCHAR"),
    ("household", "address VARCHAR NOT NULL DEFAULT ''"),
    ("household", "phone VARCHAR NOT NULL DEFAULT ''"),
    ("home", "address_secret BOOLEAN NOT NULL DEFAULT false"),
    (
        "child",
        "sen_status VARCHAR NOT NULL DEFAULT '' CONSTRAINT ck_child_sen_status_known CHECK (sen_status IN ('', 'N', 'K', 'E'))",
    ),
    ("child", "sen_need VARCHAR NOT NULL DEFAULT ''"),
    ("attachment", "\"row\" VARCHAR NOT NULL DEFAULT ''"),
    (
        "attachment",
        "scan VARCHAR NOT NULL DEFAULT 'not_scanned' CONSTRAINT ck_attachment_scan_known CHECK (scan IN ('clean', 'not_scanned'))",
    ),
    (
        "attachment",
        "removed_by_id INTEGER CONSTRAINT fk_attachment_removed_by_id_user_account REFERENCES user_account (id)",
    ),
)
"""Added as both databases take it without rebuilding a table, which on SQLite would lose its CHECKs."""


def upgrade() -> None:
    """Add the columns and make the tables."""
    for table, column in COLUMNS:
        op.execute(f"ALTER TABLE {table} ADD COLUMN {column}")
    op.create_index("uq_school_ukprn", "school", ["ukprn"], unique=True)
    op.create_index("uq_household_external_ref", "household", ["authority_id", "external_ref"], unique=True)
    op.create_table(
        "school_reference",
        sa.Column("authority_id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("setting_ref", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["authority.id"], name=op.f("fk_school_reference_authority_id_authority")
        ),
        sa.ForeignKeyConstraint(
            ["school_id"], ["school.id"], name=op.f("fk_school_reference_school_id_school")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_school_reference")),
        sa.UniqueConstraint(
            "authority_id", "setting_ref", name=op.f("uq_school_reference_authority_id_setting_ref")
        ),
    )
    op.create_index(op.f("ix_school_reference_school_id"), "school_reference", ["school_id"], unique=False)
    op.create_table(
        "inspection",
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("inspected_on", sa.Date(), nullable=False),
        sa.Column("framework", sa.String(), nullable=False),
        sa.Column("area", sa.String(), nullable=False),
        sa.Column("grade", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_inspection_school_id_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_inspection")),
        sa.UniqueConstraint(
            "school_id",
            "inspected_on",
            "framework",
            "area",
            name=op.f("uq_inspection_school_id_inspected_on_framework_area"),
        ),
    )
    op.create_index(op.f("ix_inspection_school_id"), "inspection", ["school_id"], unique=False)
    op.create_table(
        "import_run",
        sa.Column("authority_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("file_name", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=True),
        sa.Column("made_by_id", sa.Integer(), nullable=True),
        sa.Column("applied_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("changed", sa.Integer(), nullable=False),
        sa.Column("problems", JSON, nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("rows >= 0 AND changed >= 0", name=op.f("ck_import_run_counted")),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["authority.id"], name=op.f("fk_import_run_authority_id_authority")
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["user_account.id"], name=op.f("fk_import_run_made_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_import_run")),
        sa.UniqueConstraint("ref", name=op.f("uq_import_run_ref")),
    )
    op.create_index(op.f("ix_import_run_authority_id"), "import_run", ["authority_id"], unique=False)
    op.create_table(
        "mail",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("to_user_id", sa.Integer(), nullable=True),
        sa.Column("to_address", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("body", sa.String(), nullable=False),
        sa.Column("child_id", sa.Integer(), nullable=True),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("claimed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("stopped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("last_error", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("attempts >= 0", name=op.f("ck_mail_attempts_counted")),
        sa.CheckConstraint("sent_at IS NULL OR stopped_at IS NULL", name=op.f("ck_mail_sent_or_stopped")),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_mail_child_id_child")),
        sa.ForeignKeyConstraint(
            ["to_user_id"], ["user_account.id"], name=op.f("fk_mail_to_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mail")),
        sa.UniqueConstraint("key", name=op.f("uq_mail_key")),
        sa.UniqueConstraint("ref", name=op.f("uq_mail_ref")),
    )
    op.create_index(op.f("ix_mail_child_id"), "mail", ["child_id"], unique=False)
    op.create_index(op.f("ix_mail_to_user_id"), "mail", ["to_user_id"], unique=False)
    op.create_index("ix_mail_waiting", "mail", ["sent_at", "stopped_at", "due_at"], unique=False)


def downgrade() -> None:
    """Drop them."""
    op.drop_table("mail")
    op.drop_table("import_run")
    op.drop_table("inspection")
    op.drop_table("school_reference")
    op.drop_index("uq_school_ukprn", "school")
    op.drop_index("uq_household_external_ref", "household")
    for table, column in reversed(COLUMNS):
        op.execute(f"ALTER TABLE {table} DROP COLUMN {column.split()[0]}")
