"""Reminders: rules, when they are due, and what became of each.

Revision: 0005, after: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    op.create_table(
        "recurrence",
        sa.Column("id", BIG, nullable=False),
        sa.Column("owner", BIG, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("start", sa.Integer(), nullable=False),
        sa.Column("until", sa.Integer(), nullable=True),
        sa.Column("every", sa.Integer(), nullable=True),
        sa.Column("days", sa.Integer(), nullable=False),
        sa.Column("once", sa.Date(), nullable=True),
        sa.Column("offset", sa.Integer(), nullable=False),
        sa.Column("what", sa.LargeBinary(), nullable=True),
        sa.Column("anchor", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unanswered", sa.Integer(), nullable=False),
        sa.Column("not_today", sa.Date(), nullable=True),
        sa.Column("trial_from", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_recurrence_owner", "recurrence", ["owner"])
    op.create_table(
        "occurrence",
        sa.Column("id", BIG, nullable=False),
        sa.Column("owner", BIG, nullable=False),
        sa.Column("recurrence", BIG, nullable=False),
        sa.Column("local_date", sa.Date(), nullable=False),
        sa.Column("slot", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.String(length=12), nullable=True),
        sa.Column("card", BIG, nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("owner", "recurrence", "local_date", "slot", name="uq_occurrence_slot"),
    )
    op.create_index(
        "ix_occurrence_due", "occurrence", ["due_at"],
        sqlite_where=sa.text("state = 'pending'"), postgresql_where=sa.text("state = 'pending'"),
    )
    op.create_table(
        "manners",
        sa.Column("owner", BIG, nullable=False),
        sa.Column("quiet_from", sa.Integer(), nullable=True),
        sa.Column("quiet_until", sa.Integer(), nullable=True),
        sa.Column("caught_up_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("unasked_on", sa.Date(), nullable=True),
        sa.Column("called_on", sa.Date(), nullable=True),
        sa.Column("heard_on", sa.Date(), nullable=True),
        sa.PrimaryKeyConstraint("owner"),
    )
    op.add_column("outbox", sa.Column("occurrence", BIG, nullable=True))


def downgrade() -> None:
    op.drop_column("outbox", "occurrence")
    op.drop_table("manners")
    op.drop_table("occurrence")
    op.drop_table("recurrence")
