"""Pictures that are uploaded once and sent by their id.

Revision: 0004, after: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "media",
        sa.Column("asset", sa.String(length=32), nullable=False),
        sa.Column("file_id", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("asset"),
    )


def downgrade() -> None:
    op.drop_table("media")
