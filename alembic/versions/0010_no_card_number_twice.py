"""A card's number is never given again, on SQLite too: a button of before /erase means no card of after it.

Revision: 0010, after: 0009
"""

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _made_anew(numbers_once=True)


def downgrade() -> None:
    _made_anew(numbers_once=False)


def _made_anew(*, numbers_once: bool) -> None:
    if op.get_bind().dialect.name == "sqlite":  # a sequence of PostgreSQL never goes back
        with op.batch_alter_table("card", recreate="always", table_kwargs={"sqlite_autoincrement": numbers_once}):
            pass
