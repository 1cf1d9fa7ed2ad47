"""Arriving and staying in control: what a person chose, pauses, and what Telegram shows of the bot.

Revision: 0002, after: 0001
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "choice",
        sa.Column("owner", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=16), nullable=False),
        sa.Column("value", sa.LargeBinary(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("owner", "name"),
    )
    with op.batch_alter_table("person") as person:
        person.add_column(sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True))
        person.add_column(sa.Column("paused_until", sa.DateTime(timezone=True), nullable=True))
    with op.batch_alter_table("home") as home:
        home.add_column(sa.Column("listing", sa.LargeBinary(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("home") as home:
        home.drop_column("listing")
    with op.batch_alter_table("person") as person:
        person.drop_column("paused_until")
        person.drop_column("paused_at")
    op.drop_table("choice")
