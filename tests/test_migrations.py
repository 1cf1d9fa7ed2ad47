"""Every migration goes up, down and up again, and ends in the schema that the models describe."""

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import Script, ScriptDirectory
from sqlalchemy import Engine, inspect
from sqlmodel import SQLModel

from bot.adapters.store import engine as database


def scripts() -> Config:
    config = Config()
    config.set_main_option("script_location", str(database.MIGRATIONS))
    return config


def below(step: Script) -> str:
    """The revision that a migration builds on."""
    assert step.down_revision is None or isinstance(step.down_revision, str)
    return step.down_revision or "base"


def test_the_code_names_the_newest_migration() -> None:
    assert ScriptDirectory.from_config(scripts()).get_heads() == [database.SCHEMA]


def test_migrations_and_models_agree(engine: Engine) -> None:
    with engine.connect() as connection:
        options = {"compare_type": True, "include_name": lambda name, *_: name not in database.PARTIAL_INDEXES}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, SQLModel.metadata) == []
        tables = inspect(connection)
        found = {index["name"] for table in SQLModel.metadata.tables for index in tables.get_indexes(table)}
    assert found > database.PARTIAL_INDEXES


def test_stairs(engine: Engine) -> None:
    config = scripts()
    steps = list(ScriptDirectory.from_config(config).walk_revisions())
    with engine.begin() as connection:
        config.attributes["connection"] = connection
        for step in steps:
            command.downgrade(config, below(step))
        assert inspect(connection).get_table_names() == ["alembic_version"]
        for step in reversed(steps):
            command.upgrade(config, step.revision)
            command.downgrade(config, below(step))
            command.upgrade(config, step.revision)
