"""Every migration goes up, down and up again, and ends in the schema that the models describe."""

from pathlib import Path

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect
from sqlmodel import SQLModel

from bot.adapters.store import engine as database
from tests import support


def scripts() -> Config:
    config = Config()
    config.set_main_option("script_location", str(database.MIGRATIONS))
    return config


def test_the_code_names_the_newest_migration() -> None:
    assert ScriptDirectory.from_config(scripts()).get_heads() == [database.SCHEMA]


def test_migrations_and_models_agree(engine: Engine) -> None:
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_stairs(engine: Engine) -> None:
    config = scripts()
    steps = list(ScriptDirectory.from_config(config).walk_revisions())
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        for step in steps:
            command.downgrade(config, step.down_revision or "base")
        assert inspect(connection).get_table_names() == ["alembic_version"]
        for step in reversed(steps):
            command.upgrade(config, step.revision)
            command.downgrade(config, step.down_revision or "base")
            command.upgrade(config, step.revision)


def test_two_that_migrate_at_once_are_one(database_url: str, tmp_path: Path) -> None:
    """Two processes start together on an empty database: one migrates, the other finds it done or waits."""
    settings = support.settings_for(database_url, "http://127.0.0.1:1", "1:" + "x" * 30)
    first, second = database.connect(settings.database), database.connect(settings.database)
    database.migrate(first)
    assert not database.migrate(second)
    first.dispose()
    second.dispose()
