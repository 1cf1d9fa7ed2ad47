"""Hot-path statements: written in Core, compiled once a dialect, handed straight to the driver.

SQLAlchemy's own execution of a cached statement costs 45-60 us, the driver's 5-9, and an update needs about ten
(docs/measured.md). Types are honoured both ways, and errors are SQLAlchemy's, so callers can't tell the difference.
"""

from collections import namedtuple
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import repeat
from typing import Any

from sqlalchemy import (
    ARRAY,
    BindParameter,
    Connection,
    Date,
    Dialect,
    Executable,
    bindparam,
    column,
    func,
    select,
)
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import visitors
from sqlalchemy.types import TypeEngine

from bot.adapters.store.columns import Utc

Processor = Callable[[Any], Any]
ZONE, ZONE_STARTS = "+00:00", len("2026-11-23 07:00:00.000000")  # SQLite keeps what stands before it


class Prepared:
    """One statement. `columns` names the values of an INSERT that states none itself.

    The statement may be given as a function of the connection when each dialect has its own.
    """

    def __init__(self, statement: Any, columns: Sequence[str] | None = None) -> None:
        self._statement = statement
        self._columns = columns
        self._compiled: dict[tuple[str, tuple[str, ...]], _Compiled] = {}

    def rows(self, connection: Connection, **values: Any) -> list[Any]:
        """Run it; the rows as named tuples."""
        compiled = self._for(connection)
        return compiled.read(compiled.execute(connection, values))

    def change(self, connection: Connection, **values: Any) -> int:
        """Run it; how many rows it changed."""
        count: int = self._for(connection).execute(connection, values).rowcount
        return count

    def many(self, connection: Connection, **values: Any) -> None:
        """Run it for many rows: a list has a value for each, anything else is the same for all."""
        lists = tuple(name for name, value in values.items() if isinstance(value, list))
        if any(values[name] for name in lists):
            self._for(connection, tuple(values), lists).execute_many(connection, values)

    def _for(self, connection: Connection, named: Sequence[str] = (), lists: tuple[str, ...] = ()) -> "_Compiled":
        key = connection.dialect.name, lists
        compiled = self._compiled.get(key)
        if compiled is None:
            compiled = self._compiled[key] = self._compile(connection, named, lists)
        return compiled

    def _compile(self, connection: Connection, named: Sequence[str], lists: Sequence[str]) -> "_Compiled":
        statement = self._statement if isinstance(self._statement, Executable) else self._statement(connection)
        if lists and connection.dialect.name == "postgresql":
            return _Compiled(_of_arrays(statement, connection.dialect, named, lists), connection.dialect, at_once=True)
        return _Compiled(statement, connection.dialect, self._columns)


class _Compiled:
    """The statement in one dialect: its SQL, its values' order and types, its rows' names and types."""

    def __init__(
        self, statement: Any, dialect: Dialect, columns: Sequence[str] | None = None, *, at_once: bool = False
    ) -> None:
        compiled: Any = statement.compile(dialect=dialect, column_keys=columns)
        self._at_once = at_once
        self._sql = str(compiled)
        fixed = {name: bind.value for name, bind in compiled.binds.items() if not bind.required}
        self._positional = bool(compiled.positional)
        self._bound: list[tuple[str, Processor | None, Any]] = []
        for name in compiled.positiontup if self._positional else compiled.binds:
            to_driver, _ = _processors(compiled.binds[name].type, dialect)
            value = fixed.get(name)
            self._bound.append((name, to_driver, value if value is None or to_driver is None else to_driver(value)))
        self._names = [name for name, _, _ in self._bound]
        selected = list(getattr(statement, "exported_columns", ()))
        self._row: Any = namedtuple("Row", [column.key for column in selected]) if selected else None
        from_driver = [_processors(column.type, dialect)[1] for column in selected]
        self._read = [(place, process) for place, process in enumerate(from_driver) if process is not None]

    def execute(self, connection: Connection, values: dict[str, Any]) -> Any:
        """Run it on the driver's connection; the driver's cursor.

        Raises:
            DBAPIError: what the driver raised, as SQLAlchemy would have.
        """
        driver: Any = connection.connection.driver_connection
        return self._guarded(connection, driver.execute, self._bind(values))

    def execute_many(self, connection: Connection, values: dict[str, Any]) -> None:
        """Run it for many rows, given by column, on the driver's connection; errors as in `execute`."""
        if self._at_once:
            self.execute(connection, values)
            return
        columns: list[Iterable[Any]] = []
        for name, process, stated in self._bound:
            column = values.get(name, stated)
            if not isinstance(column, list):
                columns.append(repeat(column if name not in values or process is None else process(column)))
            elif process is None:
                columns.append(column)
            else:
                columns.append(map(process, column))
        driver: Any = connection.connection.driver_connection
        self._guarded(connection, driver.cursor().executemany, zip(*columns, strict=False))

    def _bind(self, values: dict[str, Any]) -> Any:
        """The values as the driver takes them; what is not given is as the statement states it, else NULL."""
        bound = []
        for name, process, stated in self._bound:
            value = values.get(name)
            if value is None:
                value = None if name in values else stated
            elif process is not None:
                value = process(value)
            bound.append(value)
        return bound if self._positional else dict(zip(self._names, bound, strict=True))

    def _guarded(self, connection: Connection, run: Callable[[str, Any], Any], bound: Any) -> Any:
        dialect = connection.dialect
        try:
            return run(self._sql, bound)
        except dialect.loaded_dbapi.Error as error:
            lost = dialect.is_disconnect(error, connection.connection, None)
            if lost:
                connection.invalidate(error)
            raise DBAPIError.instance(
                self._sql, None, error, dialect.loaded_dbapi.Error, connection_invalidated=lost, dialect=dialect
            ) from error

    def read(self, cursor: Any) -> list[Any]:
        """The cursor's rows, typed."""
        columns: list[Any] = list(zip(*cursor.fetchall(), strict=True))
        for place, process in self._read if columns else ():
            column = columns[place]
            if column.count(None) < len(column):  # many are NULL in all rows
                columns[place] = map(process, column)
        return list(map(self._row._make, zip(*columns, strict=True)))


def _of_arrays(statement: Any, dialect: Dialect, named: Sequence[str], lists: Sequence[str]) -> Any:
    """The statement for many rows at once, whose values in `lists` come as arrays, one a column."""
    binds = statement.compile(dialect=dialect, column_keys=named if statement.is_insert else None).binds
    kinds = {name: bind.type for name, bind in binds.items()}
    arrays = [bindparam(name, type_=ARRAY(kinds[name])) for name in lists]
    rows = func.unnest(*arrays).table_valued(*[column(name, kinds[name]) for name in lists]).render_derived("rows")
    if statement.is_insert:
        each = [rows.c[name] if name in lists else bindparam(name, type_=kinds[name]) for name in named]
        return statement.from_select(named, select(*each))

    def of_rows(element: Any, **_: Any) -> Any:
        return rows.c[element.key] if isinstance(element, BindParameter) and element.key in lists else None

    return visitors.replacement_traverse(statement, {}, of_rows)


def _processors(kind: TypeEngine[Any], dialect: Dialect) -> tuple[Processor | None, Processor | None]:
    """What a value goes through on its way to the driver, and back.

    SQLite keeps instants and dates as text: written and read by the standard library they take a tenth of the time, and
    what many rows share is remembered.
    """
    if dialect.name == "sqlite" and isinstance(kind, Utc):
        return _instant_as_text, _instant_of_text
    if dialect.name == "sqlite" and isinstance(kind, Date):
        return _date_as_text, _date_of_text
    meant = kind.dialect_impl(dialect)
    return meant.bind_processor(dialect), meant.result_processor(dialect, None)


@lru_cache(maxsize=1024)
def _instant_as_text(value: datetime | None) -> str | None:
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError(f"{value} has no zone: instants are stored as aware times")
    at = value if value.tzinfo is UTC else value.astimezone(UTC)
    return at.isoformat(" ", "microseconds")[:ZONE_STARTS]


@lru_cache(maxsize=1024)
def _instant_of_text(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value + ZONE)


@lru_cache(maxsize=1024)
def _date_as_text(value: date | None) -> str | None:
    return None if value is None else date.isoformat(value)


@lru_cache(maxsize=1024)
def _date_of_text(value: str | None) -> date | None:
    return None if value is None else date.fromisoformat(value)
