"""The database: opened for SQLite or PostgreSQL, and brought to the schema that this code speaks."""

from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Integer, LargeBinary, create_engine, event, inspect, select, text
from sqlalchemy.engine import URL
from sqlalchemy.exc import DatabaseError, DBAPIError, InterfaceError, InternalError, OperationalError, SQLAlchemyError
from sqlmodel import SQLModel

from bot.adapters.store import (  # noqa: F401  (the tables)
    checkins,
    drills,
    inbox,
    media,
    outbox,
    people,
    privacy,
    profile,
    reminders,
    safety,
    vault,
)
from bot.adapters.store.columns import BigId, kept, table_of
from bot.settings import SettingsError

SCHEMA = "0010"  # the newest migration in alembic/versions; a test compares the two
# Indexes over some rows only: what waits in the inbox and the outbox, and at most one open card. They stand in the
# migrations alone: a model that names PostgreSQL's options loads its whole dialect, an eighth of the start on SQLite.
PARTIAL_INDEXES = frozenset({"ix_inbox_waiting", "ix_occurrence_due", "ix_outbox_open", "uq_card_open"})
MIGRATIONS = Path(__file__).resolve().parents[3] / "alembic"
BUSY_SECONDS = 5  # how long SQLite waits for another process before it says "locked"; the writer then tries again
MIGRATION_LOCK = 0x7ED_C0AC  # any fixed number: the advisory lock that one migrating process holds


class Home(SQLModel, table=True):
    """One row: which bot this database belongs to, and which master key it was written with."""

    id: int = kept(
        Integer, owner=None, kind="technical", purpose="one row only", keep="always", export=False, erase="keep",
        primary_key=True, autoincrement=False,
    )
    bot_id: int | None = kept(
        BigId, owner=None, kind="technical", purpose="which bot this is", keep="always", export=False,
        erase="keep", nullable=True,
    )
    key_check: bytes = kept(
        LargeBinary, owner=None, kind="technical", purpose="whether the master key fits", keep="always",
        export=False, erase="keep",
    )
    listing: bytes | None = kept(
        LargeBinary, owner=None, kind="technical", purpose="what Telegram shows of the bot, as a hash", keep="always",
        export=False, erase="keep", nullable=True,
    )


_home = table_of(Home)


def connect(url: URL, writers: int = 1) -> Engine:
    """An engine for either database; nothing is opened yet.

    Raises:
        SettingsError: SQLite's folder can't be made.
    """
    if url.get_backend_name() == "sqlite":
        try:
            Path(str(url.database)).absolute().parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise SettingsError(f"DATABASE_URL={url} can't be opened: {error.strerror}") from None
        engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS, "check_same_thread": False})
        event.listen(engine, "connect", _sqlite_opened)
        event.listen(engine, "begin", _sqlite_begins)
        return engine
    # A server that is gone, or a forgotten transaction that holds a lock, must not stop a writer for ever.
    patience = {"connect_timeout": 5, "tcp_user_timeout": 10_000, "options": "-c lock_timeout=5s"}
    return create_engine(url, pool_size=writers + 1, connect_args=patience)


def _sqlite_opened(connection: Any, _: Any) -> None:
    # Without this the driver begins transactions on its own terms, and releasing a savepoint commits (promise 2).
    connection.isolation_level = None
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "secure_delete=ON", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")


def _sqlite_begins(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")


def is_trouble(error: BaseException) -> bool:
    """Whether the database, not our code, is to blame: lost, locked, deadlocked, full. To be tried again.

    OperationalError covers locks, deadlocks, serialization, full disks and lost servers on both drivers; a plain
    DatabaseError is what sqlite3 raises for a damaged page. IntegrityError, DataError and ProgrammingError are ours.
    """
    if isinstance(error, OperationalError | InterfaceError | InternalError):
        return True
    return isinstance(error, DBAPIError) and (error.connection_invalidated or type(error) is DatabaseError)


def schema_of(engine: Engine) -> str | None:
    """The migration that the database stands at, None for an empty one.

    Raises:
        SettingsError: the database can't be opened; the message says why and which setting it is.
    """
    try:
        with engine.connect() as connection:
            if not inspect(connection).has_table("alembic_version"):
                return None
            return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    except SQLAlchemyError as error:
        raise unreachable(engine, error) from None


def unreachable(engine: Engine, error: SQLAlchemyError) -> SettingsError:
    """One line for an operator: which database, what it said, without the password."""
    cause = str(getattr(error, "orig", None) or error).strip().splitlines()
    where = engine.url.render_as_string(hide_password=True).replace("+psycopg", "")
    return SettingsError(f"DATABASE_URL={where} can't be opened: {cause[0] if cause else type(error).__name__}")


def migrate(engine: Engine) -> bool:
    """Bring the schema up to this code; True when something was done.

    Raises:
        SettingsError: the database can't be opened, or was written by a newer version of this code.
    """
    found = schema_of(engine)
    if found == SCHEMA:
        return False
    # Imported only when needed: a start with nothing to migrate is half a second quicker.
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    known = {script.revision for script in ScriptDirectory.from_config(config).walk_revisions()}
    if found is not None and found not in known:
        raise SettingsError(
            f"the database's schema is {found}, newer than this code knows ({SCHEMA}): update the code, or restore"
            " the backup made before the update"
        )
    try:
        with engine.begin() as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": MIGRATION_LOCK})
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
    except SQLAlchemyError as error:
        raise unreachable(engine, error) from None
    return True


def settle_in(connection: Connection, key_check: bytes, bot_id: int | None = None) -> None:
    """Make sure that this database belongs to this master key, and to this bot once one is known.

    Raises:
        SettingsError: it belongs to another one.
    """
    row = connection.execute(select(_home)).first()
    if row is None:
        connection.execute(_home.insert().values(id=1, bot_id=bot_id, key_check=key_check))
        return
    if bytes(row.key_check) != key_check:
        raise SettingsError("SECRET_KEY is not the one that this database was written with: put the right one back")
    if bot_id is not None and row.bot_id is None:
        connection.execute(_home.update().values(bot_id=bot_id))
    elif bot_id is not None and row.bot_id != bot_id:
        raise SettingsError(
            f"TELEGRAM_TOKEN belongs to bot {bot_id}, the database to bot {row.bot_id}: one bot, one database"
        )


def listing(connection: Connection) -> bytes | None:
    """The hash of what Telegram was last told to show of the bot."""
    return connection.execute(select(_home.c.listing)).scalar_one_or_none()


def keep_listing(connection: Connection, told: bytes) -> None:
    """Telegram was told all of this."""
    connection.execute(_home.update().values(listing=told))


def vacuum(engine: Engine, *, whole: bool = True) -> bool:
    """Leave no byte of deleted rows in the files (SQLite) or for the next reader (PostgreSQL).

    False when somebody else holds the files open just now: to be tried again. `whole=False` only empties SQLite's
    write-ahead log, which is quick: deleted rows are overwritten where they stood, and their copies are there.
    """
    if engine.dialect.name == "postgresql" and not whole:
        return True
    raw = engine.raw_connection()  # neither database vacuums inside a transaction, and the engine always begins one
    try:
        driver: Any = raw.driver_connection
        if engine.dialect.name == "postgresql":
            driver.autocommit = True
            driver.execute("VACUUM")
            return True
        driver.execute("PRAGMA busy_timeout = 0")  # the writer is not to wait for a reader
        if whole:
            driver.execute("VACUUM")
        busy: int = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
        return not busy
    except engine.dialect.loaded_dbapi.OperationalError:
        return False
    finally:
        raw.invalidate()  # its settings must not reach the next transaction
