"""The spine and the first check-in: inbox, outbox, cards, people and their keys, answers.

Revision: 0001, after: nothing
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

BIG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")  # SQLite counts up by itself only for INTEGER


def upgrade() -> None:
    op.create_table(
        "answer",
        sa.Column("id", BIG, nullable=False),
        sa.Column("owner", BIG, nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("marker", sa.String(length=16), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_answer_day", "answer", ["owner", "day"])
    op.create_table(
        "card",
        sa.Column("id", BIG, nullable=False),
        sa.Column("owner", BIG, nullable=False),
        sa.Column("chat", BIG, nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("message_id", BIG, nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("step", sa.String(length=16), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_card_owner", "card", ["owner"])
    op.create_index("uq_card_day", "card", ["owner", "chat", "kind", "day"], unique=True)
    op.create_index(
        "uq_card_open", "card", ["owner", "chat"], unique=True,
        sqlite_where=sa.text("open IS 1"),
        postgresql_where=sa.text("open IS TRUE"),
    )
    op.create_table(
        "chat",
        sa.Column("chat", BIG, autoincrement=False, nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("moved_to", BIG, nullable=True),
        sa.PrimaryKeyConstraint("chat"),
    )
    op.create_table(
        "consent",
        sa.Column("owner", BIG, autoincrement=False, nullable=False),
        sa.Column("purpose", sa.String(length=32), nullable=False),
        sa.Column("version", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("owner", "purpose", "version"),
    )
    op.create_table(
        "flag",
        sa.Column("id", BIG, nullable=False),
        sa.Column("owner", BIG, nullable=False),
        sa.Column("noticed", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_flag_owner", "flag", ["owner"])
    op.create_table(
        "home",
        sa.Column("id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("bot_id", BIG, nullable=True),
        sa.Column("key_check", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_table(
        "inbox",
        sa.Column("update_id", BIG, autoincrement=False, nullable=False),
        sa.Column("lane", BIG, nullable=True),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("payload", sa.LargeBinary(), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("quarantined_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("update_id"),
    )
    op.create_index("ix_inbox_lane", "inbox", ["lane"])
    op.create_index(
        "ix_inbox_waiting", "inbox", ["update_id"],
        sqlite_where=sa.text("done_at IS NULL AND quarantined_at IS NULL"),
        postgresql_where=sa.text("done_at IS NULL AND quarantined_at IS NULL"),
    )
    op.create_table(
        "outbox",
        sa.Column("id", BIG, nullable=False),
        sa.Column("owner", BIG, nullable=False),
        sa.Column("chat", BIG, nullable=False),
        sa.Column("method", sa.String(length=8), nullable=False),
        sa.Column("card", BIG, nullable=True),
        sa.Column("version", sa.Integer(), nullable=True),
        sa.Column("message_id", BIG, nullable=True),
        sa.Column("payload", sa.LargeBinary(), nullable=True),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("not_before", sa.DateTime(timezone=True), nullable=True),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("cancelled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("reason", sa.String(length=32), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "ix_outbox_open", "outbox", ["rank", "id"],
        sqlite_where=sa.text("state IN ('pending', 'sending')"),
        postgresql_where=sa.text("state IN ('pending', 'sending')"),
    )
    op.create_index("ix_outbox_owner", "outbox", ["owner"])
    op.create_table(
        "person",
        sa.Column("owner", BIG, autoincrement=False, nullable=False),
        sa.Column("arrived_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("locale", sa.String(length=16), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("country", sa.String(length=2), nullable=True),
        sa.PrimaryKeyConstraint("owner"),
    )
    op.create_table(
        "tombstone",
        sa.Column("hash", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("hash"),
    )
    op.create_table(
        "vault",
        sa.Column("owner", BIG, autoincrement=False, nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("owner"),
    )


def downgrade() -> None:
    for table in (
        "vault", "tombstone", "person", "outbox", "inbox", "home", "flag", "consent", "chat", "card", "answer",
    ):
        op.drop_table(table)
