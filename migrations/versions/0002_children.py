"""Children, homes, who works with them, and what each person is."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0002"
down_revision = "0001"

JSON = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "child",
        sa.Column("authority_id", sa.Integer(), nullable=False),
        sa.Column("social_care_id", sa.String(), nullable=True),
        sa.Column("upn", sa.String(), nullable=True),
        sa.Column("first_name", sa.String(), nullable=False),
        sa.Column("last_name", sa.String(), nullable=False),
        sa.Column("known_as", sa.String(), nullable=False),
        sa.Column("sort_key", sa.String(), nullable=False),
        sa.Column("date_of_birth", sa.Date(), nullable=False),
        sa.Column("sex", sa.String(), nullable=False),
        sa.Column("pronouns", sa.String(), nullable=False),
        sa.Column("ethnicity", sa.String(), nullable=False),
        sa.Column("first_language", sa.String(), nullable=False),
        sa.Column("uasc", sa.Boolean(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("sex IN ('', 'M', 'F', 'U')", name=op.f("ck_child_sex_known")),
        sa.CheckConstraint("sort_key <> ''", name=op.f("ck_child_can_be_found")),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["authority.id"], name=op.f("fk_child_authority_id_authority")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_child")),
        sa.UniqueConstraint(
            "authority_id", "social_care_id", name=op.f("uq_child_authority_id_social_care_id")
        ),
        sa.UniqueConstraint("ref", name=op.f("uq_child_ref")),
        sa.UniqueConstraint("upn", name=op.f("uq_child_upn")),
    )
    op.create_index(op.f("ix_child_authority_id"), "child", ["authority_id"], unique=False)
    op.create_index(op.f("ix_child_sort_key"), "child", ["sort_key"], unique=False)
    op.create_table(
        "household",
        sa.Column("authority_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('foster', 'kinship', 'residential', 'supported', 'parent')",
            name=op.f("ck_household_kind_known"),
        ),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["authority.id"], name=op.f("fk_household_authority_id_authority")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household")),
        sa.UniqueConstraint("ref", name=op.f("uq_household_ref")),
    )
    op.create_index(op.f("ix_household_authority_id"), "household", ["authority_id"], unique=False)
    op.create_table(
        "allocation",
        sa.Column("child_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "role IN ('social_worker', 'adviser', 'independent_reviewer')",
            name=op.f("ck_allocation_role_known"),
        ),
        sa.CheckConstraint(
            "ends_on IS NULL OR ends_on >= starts_on", name=op.f("ck_allocation_ends_on_not_before_starts_on")
        ),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_allocation_child_id_child")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_allocation_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_allocation")),
    )
    op.create_index(op.f("ix_allocation_child_id"), "allocation", ["child_id"], unique=False)
    op.create_index(op.f("ix_allocation_user_id"), "allocation", ["user_id"], unique=False)
    op.create_index(
        "uq_allocation_open",
        "allocation",
        ["child_id", "role"],
        unique=True,
        sqlite_where=sa.text("ends_on IS NULL"),
        postgresql_where=sa.text("ends_on IS NULL"),
    )
    op.create_table(
        "care_period",
        sa.Column("child_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("legal_status", sa.String(), nullable=False),
        sa.Column("legal_status_from", sa.Date(), nullable=False),
        sa.Column("end_reason", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "ends_on IS NULL OR ends_on >= starts_on",
            name=op.f("ck_care_period_ends_on_not_before_starts_on"),
        ),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_care_period_child_id_child")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_care_period")),
    )
    op.create_index(op.f("ix_care_period_child_id"), "care_period", ["child_id"], unique=False)
    op.create_index(
        "uq_care_period_open",
        "care_period",
        ["child_id"],
        unique=True,
        sqlite_where=sa.text("ends_on IS NULL"),
        postgresql_where=sa.text("ends_on IS NULL"),
    )
    op.create_table(
        "delegation",
        sa.Column("child_id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("granted_by_id", sa.Integer(), nullable=False),
        sa.Column("sections", JSON, nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "ends_on IS NULL OR ends_on >= starts_on", name=op.f("ck_delegation_ends_on_not_before_starts_on")
        ),
        sa.CheckConstraint("user_id <> granted_by_id", name=op.f("ck_delegation_to_somebody_else")),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_delegation_child_id_child")),
        sa.ForeignKeyConstraint(
            ["granted_by_id"], ["user_account.id"], name=op.f("fk_delegation_granted_by_id_user_account")
        ),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_delegation_school_id_school")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_delegation_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_delegation")),
    )
    op.create_index(op.f("ix_delegation_child_id"), "delegation", ["child_id"], unique=False)
    op.create_index(op.f("ix_delegation_user_id"), "delegation", ["user_id"], unique=False)
    op.create_table(
        "enrolment",
        sa.Column("child_id", sa.Integer(), nullable=False),
        sa.Column("school_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("nc_year", sa.Integer(), nullable=False),
        sa.Column("hours", sa.Integer(), nullable=True),
        sa.Column("reason_left", sa.String(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "ends_on IS NULL OR ends_on >= starts_on", name=op.f("ck_enrolment_ends_on_not_before_starts_on")
        ),
        sa.CheckConstraint("nc_year BETWEEN -2 AND 14", name=op.f("ck_enrolment_nc_year_exists")),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_enrolment_child_id_child")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_enrolment_school_id_school")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_enrolment")),
    )
    op.create_index(op.f("ix_enrolment_child_id"), "enrolment", ["child_id"], unique=False)
    op.create_index(op.f("ix_enrolment_school_id"), "enrolment", ["school_id"], unique=False)
    op.create_index(
        "uq_enrolment_open",
        "enrolment",
        ["child_id", "school_id"],
        unique=True,
        sqlite_where=sa.text("ends_on IS NULL"),
        postgresql_where=sa.text("ends_on IS NULL"),
    )
    op.create_table(
        "home",
        sa.Column("child_id", sa.Integer(), nullable=False),
        sa.Column("household_id", sa.Integer(), nullable=True),
        sa.Column("placement_code", sa.String(), nullable=False),
        sa.Column("in_area", sa.Boolean(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "ends_on IS NULL OR ends_on >= starts_on", name=op.f("ck_home_ends_on_not_before_starts_on")
        ),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_home_child_id_child")),
        sa.ForeignKeyConstraint(
            ["household_id"], ["household.id"], name=op.f("fk_home_household_id_household")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_home")),
    )
    op.create_index(op.f("ix_home_child_id"), "home", ["child_id"], unique=False)
    op.create_index(op.f("ix_home_household_id"), "home", ["household_id"], unique=False)
    op.create_index(
        "uq_home_open",
        "home",
        ["child_id"],
        unique=True,
        sqlite_where=sa.text("ends_on IS NULL"),
        postgresql_where=sa.text("ends_on IS NULL"),
    )
    op.create_table(
        "household_member",
        sa.Column("household_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "ends_on IS NULL OR ends_on >= starts_on",
            name=op.f("ck_household_member_ends_on_not_before_starts_on"),
        ),
        sa.ForeignKeyConstraint(
            ["household_id"], ["household.id"], name=op.f("fk_household_member_household_id_household")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_household_member_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household_member")),
    )
    op.create_index(
        op.f("ix_household_member_household_id"), "household_member", ["household_id"], unique=False
    )
    op.create_index(op.f("ix_household_member_user_id"), "household_member", ["user_id"], unique=False)
    op.create_index(
        "uq_household_member_open",
        "household_member",
        ["household_id", "user_id"],
        unique=True,
        sqlite_where=sa.text("ends_on IS NULL"),
        postgresql_where=sa.text("ends_on IS NULL"),
    )
    op.create_table(
        "membership",
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("role", sa.String(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("authority_id", sa.Integer(), nullable=True),
        sa.Column("school_id", sa.Integer(), nullable=True),
        sa.Column("team_id", sa.Integer(), nullable=True),
        sa.Column("child_id", sa.Integer(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "(role = 'young_person') = (child_id IS NOT NULL)",
            name=op.f("ck_membership_young_person_is_a_child"),
        ),
        sa.CheckConstraint(
            "(role IN ('designated_teacher', 'safeguarding_lead', 'school_staff')) = (school_id IS NOT NULL)",
            name=op.f("ck_membership_school_roles_have_a_school"),
        ),
        sa.CheckConstraint(
            "role IN ('young_person', 'carer', 'designated_teacher', 'safeguarding_lead', 'school_staff', 'social_worker', 'team_manager', 'independent_reviewer', 'adviser', 'head', 'finance', 'business_support', 'governor', 'administrator')",
            name=op.f("ck_membership_role_known"),
        ),
        sa.CheckConstraint(
            "school_id IS NOT NULL OR role = 'carer' OR authority_id IS NOT NULL",
            name=op.f("ck_membership_others_have_an_authority"),
        ),
        sa.CheckConstraint(
            "ends_on IS NULL OR ends_on >= starts_on", name=op.f("ck_membership_ends_on_not_before_starts_on")
        ),
        sa.ForeignKeyConstraint(
            ["authority_id"], ["authority.id"], name=op.f("fk_membership_authority_id_authority")
        ),
        sa.ForeignKeyConstraint(["child_id"], ["child.id"], name=op.f("fk_membership_child_id_child")),
        sa.ForeignKeyConstraint(["school_id"], ["school.id"], name=op.f("fk_membership_school_id_school")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_membership_team_id_team")),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_membership_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_membership")),
    )
    op.create_index(op.f("ix_membership_authority_id"), "membership", ["authority_id"], unique=False)
    op.create_index(op.f("ix_membership_child_id"), "membership", ["child_id"], unique=False)
    op.create_index(op.f("ix_membership_school_id"), "membership", ["school_id"], unique=False)
    op.create_index(op.f("ix_membership_team_id"), "membership", ["team_id"], unique=False)
    op.create_index(op.f("ix_membership_user_id"), "membership", ["user_id"], unique=False)


def downgrade() -> None:
    """Drop them."""
    op.drop_table("membership")
    op.drop_table("household_member")
    op.drop_table("home")
    op.drop_table("enrolment")
    op.drop_table("delegation")
    op.drop_table("care_period")
    op.drop_table("allocation")
    op.drop_table("household")
    op.drop_table("child")
