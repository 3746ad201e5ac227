"""PP+: policies, requests with lines and notes, the ledger, payment batches."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")

KEPT = (
    "movement",
    "payment_batch",
    "payment",
    "payment_receipt",
    "funding_note",
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
        "account",
        sa.Column("authority_id", sa.Integer(), nullable=False),
        sa.Column("financial_year", sa.String(), nullable=False),
        sa.Column("fund", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("balance", sa.BigInteger(), nullable=False),
        sa.Column("lowest", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind = 'budget' OR lowest = 0", name=op.f("ck_account_only_a_budget_is_overridden")
        ),
        sa.CheckConstraint("kind = 'grant' OR balance >= lowest", name=op.f("ck_account_never_overspent")),
        sa.CheckConstraint(
            "kind IN ('grant', 'budget', 'committed', 'paid', 'returned')", name=op.f("ck_account_kind_known")
        ),
        sa.CheckConstraint("lowest <= 0", name=op.f("ck_account_lowest_not_positive")),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["authority.id"], name=op.f("fk_account_authority_id_authority")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_account")),
        sa.UniqueConstraint(
            "authority_id",
            "financial_year",
            "fund",
            "kind",
            name=op.f("uq_account_authority_id_financial_year_fund_kind"),
        ),
    )
    op.create_table(
        "funding_policy",
        sa.Column("authority_id", sa.Integer(), nullable=False),
        sa.Column("financial_year", sa.String(), nullable=False),
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
            name=op.f("ck_funding_policy_published_has_a_time"),
        ),
        sa.CheckConstraint("state IN ('draft', 'published')", name=op.f("ck_funding_policy_state_known")),
        sa.CheckConstraint("version > 0", name=op.f("ck_funding_policy_version_counted")),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["authority.id"], name=op.f("fk_funding_policy_authority_id_authority")
        ),
        sa.ForeignKeyConstraint(
            ["published_by_id"],
            ["user_account.id"],
            name=op.f("fk_funding_policy_published_by_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_funding_policy")),
        sa.UniqueConstraint(
            "authority_id",
            "financial_year",
            "version",
            name=op.f("uq_funding_policy_authority_id_financial_year_version"),
        ),
        sa.UniqueConstraint("ref", name=op.f("uq_funding_policy_ref")),
    )
    op.create_index(op.f("ix_funding_policy_authority_id"), "funding_policy", ["authority_id"], unique=False)
    op.create_index(
        "uq_funding_policy_draft",
        "funding_policy",
        ["authority_id", "financial_year"],
        unique=True,
        sqlite_where=sa.text("state = 'draft'"),
        postgresql_where=sa.text("state = 'draft'"),
    )
    op.create_table(
        "payment_batch",
        sa.Column("authority_id", sa.Integer(), nullable=False),
        sa.Column("financial_year", sa.String(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("made_by_id", sa.Integer(), nullable=False),
        sa.Column("payments", sa.Integer(), nullable=False),
        sa.Column("pence", sa.BigInteger(), nullable=False),
        sa.Column("content", sa.String(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("pence > 0 AND payments > 0", name=op.f("ck_payment_batch_pays_something")),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["authority.id"], name=op.f("fk_payment_batch_authority_id_authority")
        ),
        sa.ForeignKeyConstraint(
            ["made_by_id"], ["user_account.id"], name=op.f("fk_payment_batch_made_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_batch")),
        sa.UniqueConstraint("authority_id", "number", name=op.f("uq_payment_batch_authority_id_number")),
        sa.UniqueConstraint("key", name=op.f("uq_payment_batch_key")),
        sa.UniqueConstraint("ref", name=op.f("uq_payment_batch_ref")),
    )
    op.create_index(op.f("ix_payment_batch_authority_id"), "payment_batch", ["authority_id"], unique=False)
    op.create_table(
        "payment_receipt",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("paid_on", sa.Date(), nullable=False),
        sa.Column("booked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("booked_by_id", sa.Integer(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["payment_batch.id"], name=op.f("fk_payment_receipt_batch_id_payment_batch")
        ),
        sa.ForeignKeyConstraint(
            ["booked_by_id"], ["user_account.id"], name=op.f("fk_payment_receipt_booked_by_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment_receipt")),
        sa.UniqueConstraint("batch_id", name=op.f("uq_payment_receipt_batch_id")),
    )
    op.create_table(
        "funding_request",
        sa.Column("number", sa.String(), nullable=False),
        sa.Column("authority_id", sa.Integer(), nullable=False),
        sa.Column("child_id", sa.Integer(), nullable=False),
        sa.Column("pep_id", sa.Integer(), nullable=True),
        sa.Column("target_id", sa.Integer(), nullable=True),
        sa.Column("school_id", sa.Integer(), nullable=True),
        sa.Column("phase", sa.String(), nullable=False),
        sa.Column("in_area", sa.Boolean(), nullable=True),
        sa.Column("financial_year", sa.String(), nullable=False),
        sa.Column("policy_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("decider", sa.String(), nullable=False),
        sa.Column("fund", sa.String(), nullable=False),
        sa.Column("category", sa.String(), nullable=False),
        sa.Column("delivery", sa.String(), nullable=False),
        sa.Column("need", sa.String(), nullable=False),
        sa.Column("buying", sa.String(), nullable=False),
        sa.Column("delivered_by", sa.String(), nullable=False),
        sa.Column("measure", sa.String(), nullable=False),
        sa.Column("additional", sa.String(), nullable=False),
        sa.Column("other_funding", sa.String(), nullable=False),
        sa.Column("childs_view", sa.String(), nullable=False),
        sa.Column("payee", sa.String(), nullable=False),
        sa.Column("payee_name", sa.String(), nullable=False),
        sa.Column("vendor", sa.String(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("amount_pence", sa.BigInteger(), nullable=False),
        sa.Column("approved_pence", sa.BigInteger(), nullable=True),
        sa.Column("unspent_pence", sa.BigInteger(), nullable=True),
        sa.Column("raised_by_id", sa.Integer(), nullable=False),
        sa.Column("raised_as", sa.String(), nullable=False),
        sa.Column("proposed_by_id", sa.Integer(), nullable=True),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decide_by", sa.Date(), nullable=True),
        sa.Column("queried_on", sa.Date(), nullable=True),
        sa.Column("clinical_view", sa.String(), nullable=False),
        sa.Column("clinical_by_id", sa.Integer(), nullable=True),
        sa.Column("clinical_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("decided_as", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("effect", sa.String(), nullable=False),
        sa.Column("effect_words", sa.String(), nullable=False),
        sa.Column("evaluated_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "decider IN ('', 'adviser', 'head', 'panel')", name=op.f("ck_funding_request_decider_known")
        ),
        sa.CheckConstraint(
            "effect IN ('', 'none', 'some', 'significant')", name=op.f("ck_funding_request_effect_known")
        ),
        sa.CheckConstraint(
            "payee IN ('setting', 'provider', 'virtual_school', 'authority')",
            name=op.f("ck_funding_request_payee_known"),
        ),
        sa.CheckConstraint(
            "state IN ('proposed', 'draft', 'with_adviser', 'with_head', 'with_panel', 'queried', 'approved', 'part_approved', 'declined', 'scheduled', 'paid', 'evaluated', 'withdrawn', 'cancelled')",
            name=op.f("ck_funding_request_state_known"),
        ),
        sa.CheckConstraint(
            "state NOT IN ('approved', 'part_approved', 'scheduled', 'paid', 'evaluated') OR (approved_pence IS NOT NULL AND decided_at IS NOT NULL)",
            name=op.f("ck_funding_request_approved_has_an_amount"),
        ),
        sa.CheckConstraint(
            "amount_pence BETWEEN 0 AND 10000000", name=op.f("ck_funding_request_amount_sensible")
        ),
        sa.CheckConstraint(
            "approved_pence IS NULL OR approved_pence BETWEEN 0 AND amount_pence",
            name=op.f("ck_funding_request_approved_within"),
        ),
        sa.CheckConstraint(
            "decided_by_id IS NULL OR decided_by_id <> raised_by_id",
            name=op.f("ck_funding_request_not_decided_by_asker"),
        ),
        sa.CheckConstraint(
            "ends_on IS NULL OR starts_on IS NULL OR ends_on >= starts_on",
            name=op.f("ck_funding_request_in_order"),
        ),
        sa.CheckConstraint(
            "unspent_pence IS NULL OR unspent_pence BETWEEN 0 AND approved_pence",
            name=op.f("ck_funding_request_unspent_within"),
        ),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["authority.id"], name=op.f("fk_funding_request_authority_id_authority")
        ),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_funding_request_child_id_child")),
        sa.ForeignKeyConstraint(
            ["clinical_by_id"],
            ["user_account.id"],
            name=op.f("fk_funding_request_clinical_by_id_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"], ["user_account.id"], name=op.f("fk_funding_request_decided_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(["pep_id"], ["pep.id"], name=op.f("fk_funding_request_pep_id_pep")),
        sa.ForeignKeyConstraint(
            ["policy_id"], ["funding_policy.id"], name=op.f("fk_funding_request_policy_id_funding_policy")
        ),
        sa.ForeignKeyConstraint(
            ["proposed_by_id"],
            ["user_account.id"],
            name=op.f("fk_funding_request_proposed_by_id_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["raised_by_id"], ["user_account.id"], name=op.f("fk_funding_request_raised_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["school_id"], ["school.id"], name=op.f("fk_funding_request_school_id_school")
        ),
        sa.ForeignKeyConstraint(
            ["target_id"], ["target.id"], name=op.f("fk_funding_request_target_id_target")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_funding_request")),
        sa.UniqueConstraint("number", name=op.f("uq_funding_request_number")),
        sa.UniqueConstraint("ref", name=op.f("uq_funding_request_ref")),
    )
    op.create_index(op.f("ix_funding_request_child_id"), "funding_request", ["child_id"], unique=False)
    op.create_index(op.f("ix_funding_request_pep_id"), "funding_request", ["pep_id"], unique=False)
    op.create_index(
        "ix_funding_request_queue", "funding_request", ["authority_id", "state", "decide_by"], unique=False
    )
    op.create_index(
        op.f("ix_funding_request_raised_by_id"), "funding_request", ["raised_by_id"], unique=False
    )
    op.create_index(op.f("ix_funding_request_school_id"), "funding_request", ["school_id"], unique=False)
    op.create_index(op.f("ix_funding_request_target_id"), "funding_request", ["target_id"], unique=False)
    op.create_index(
        "uq_funding_request_open",
        "funding_request",
        ["target_id"],
        unique=True,
        sqlite_where=sa.text(
            "state IN ('proposed', 'draft', 'with_adviser', 'with_head', 'with_panel', 'queried')"
        ),
        postgresql_where=sa.text(
            "state IN ('proposed', 'draft', 'with_adviser', 'with_head', 'with_panel', 'queried')"
        ),
    )
    op.create_table(
        "funding_file",
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("media_type", sa.String(), nullable=False),
        sa.Column("bytes", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(), nullable=False),
        sa.Column("scan", sa.String(), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_by_id", sa.Integer(), nullable=True),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("scan IN ('clean', 'not_scanned')", name=op.f("ck_funding_file_scan_known")),
        sa.CheckConstraint("bytes >= 0", name=op.f("ck_funding_file_has_a_size")),
        sa.ForeignKeyConstraint(
            ["added_by_id"], ["user_account.id"], name=op.f("fk_funding_file_added_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["removed_by_id"], ["user_account.id"], name=op.f("fk_funding_file_removed_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["funding_request.id"], name=op.f("fk_funding_file_request_id_funding_request")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_funding_file")),
        sa.UniqueConstraint("ref", name=op.f("uq_funding_file_ref")),
    )
    op.create_index(op.f("ix_funding_file_request_id"), "funding_file", ["request_id"], unique=False)
    op.create_table(
        "funding_line",
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("quantity_hundredths", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.String(), nullable=False),
        sa.Column("unit_pence", sa.BigInteger(), nullable=False),
        sa.Column("amount_pence", sa.BigInteger(), nullable=False),
        sa.Column("approved_pence", sa.BigInteger(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "amount_pence BETWEEN 0 AND 10000000", name=op.f("ck_funding_line_amount_sensible")
        ),
        sa.CheckConstraint(
            "approved_pence IS NULL OR approved_pence BETWEEN 0 AND amount_pence",
            name=op.f("ck_funding_line_approved_within"),
        ),
        sa.CheckConstraint(
            "quantity_hundredths BETWEEN 1 AND 10000000", name=op.f("ck_funding_line_quantity_sensible")
        ),
        sa.CheckConstraint("unit_pence BETWEEN 0 AND 10000000", name=op.f("ck_funding_line_unit_sensible")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["funding_request.id"], name=op.f("fk_funding_line_request_id_funding_request")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_funding_line")),
        sa.UniqueConstraint("request_id", "position", name=op.f("uq_funding_line_request_id_position")),
    )
    op.create_index(op.f("ix_funding_line_request_id"), "funding_line", ["request_id"], unique=False)
    op.create_table(
        "funding_note",
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("words", sa.String(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "kind IN ('question', 'answer', 'clinical', 'escalated', 'moved')",
            name=op.f("ck_funding_note_kind_known"),
        ),
        sa.CheckConstraint("words <> ''", name=op.f("ck_funding_note_says_something")),
        sa.ForeignKeyConstraint(
            ["author_id"], ["user_account.id"], name=op.f("fk_funding_note_author_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["funding_request.id"], name=op.f("fk_funding_note_request_id_funding_request")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_funding_note")),
    )
    op.create_index(op.f("ix_funding_note_request_id"), "funding_note", ["request_id"], unique=False)
    op.create_table(
        "movement",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("source_id", sa.Integer(), nullable=False),
        sa.Column("target_id", sa.Integer(), nullable=False),
        sa.Column("pence", sa.BigInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=True),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('budgeted', 'unbudgeted', 'committed', 'released', 'paid', 'returned', 'reused', 'given_back')",
            name=op.f("ck_movement_kind_known"),
        ),
        sa.CheckConstraint("pence > 0", name=op.f("ck_movement_some")),
        sa.CheckConstraint("source_id <> target_id", name=op.f("ck_movement_two_accounts")),
        sa.ForeignKeyConstraint(["by_id"], ["user_account.id"], name=op.f("fk_movement_by_id_user_account")),
        sa.ForeignKeyConstraint(
            ["request_id"], ["funding_request.id"], name=op.f("fk_movement_request_id_funding_request")
        ),
        sa.ForeignKeyConstraint(["source_id"], ["account.id"], name=op.f("fk_movement_source_id_account")),
        sa.ForeignKeyConstraint(["target_id"], ["account.id"], name=op.f("fk_movement_target_id_account")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_movement")),
        sa.UniqueConstraint("key", name=op.f("uq_movement_key")),
    )
    op.create_index(op.f("ix_movement_request_id"), "movement", ["request_id"], unique=False)
    op.create_index(op.f("ix_movement_source_id"), "movement", ["source_id"], unique=False)
    op.create_index(op.f("ix_movement_target_id"), "movement", ["target_id"], unique=False)
    op.create_table(
        "payment",
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("request_id", sa.Integer(), nullable=False),
        sa.Column("pence", sa.BigInteger(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint("pence > 0", name=op.f("ck_payment_some")),
        sa.ForeignKeyConstraint(
            ["batch_id"], ["payment_batch.id"], name=op.f("fk_payment_batch_id_payment_batch")
        ),
        sa.ForeignKeyConstraint(
            ["request_id"], ["funding_request.id"], name=op.f("fk_payment_request_id_funding_request")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payment")),
        sa.UniqueConstraint("request_id", name=op.f("uq_payment_request_id")),
    )
    op.create_index(op.f("ix_payment_batch_id"), "payment", ["batch_id"], unique=False)
    keep()


def downgrade() -> None:
    """Drop them."""
    op.drop_table("payment")
    op.drop_table("movement")
    op.drop_table("funding_note")
    op.drop_table("funding_line")
    op.drop_table("funding_file")
    op.drop_table("funding_request")
    op.drop_table("payment_receipt")
    op.drop_table("payment_batch")
    op.drop_table("funding_policy")
    op.drop_table("account")
