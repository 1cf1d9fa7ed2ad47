"""Runs migrations on the connection that `bot.adapters.store.engine.migrate` hands over."""

from alembic import context
from sqlmodel import SQLModel

import bot.adapters.store.engine  # noqa: F401  (the tables)

connection = context.config.attributes["connection"]
context.configure(connection=connection, target_metadata=SQLModel.metadata, render_as_batch=True)
with context.begin_transaction():
    context.run_migrations()
