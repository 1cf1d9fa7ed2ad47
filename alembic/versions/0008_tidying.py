"""What tidies up goes between replies and reminders.

Revision: 0008, after: 0007
"""

from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.execute("UPDATE outbox SET rank = rank + 1 WHERE rank >= 1")


def downgrade() -> None:
    op.execute("UPDATE outbox SET rank = rank - 1 WHERE rank >= 1")
