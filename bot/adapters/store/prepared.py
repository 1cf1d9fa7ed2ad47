"""Hot-path statements: written in Core, compiled once a dialect, handed straight to the driver.

SQLAlchemy's own execution of a cached statement costs 45-60 us, the driver's 5-9, and an update needs about ten
(docs/measured.md). Types are honoured both ways, and errors are SQLAlchemy's, so callers can't tell the difference.
"""

from collections import namedtuple
from collections.abc import Callable, Sequence
from typing import Any

from sqlalchemy import Connection, Dialect, Executable
from sqlalchemy.exc import DBAPIError

Processor = Callable[[Any], Any]


class Prepared:
    """One statement. `columns` names the values of an INSERT that states none itself.

    The statement may be given as a function of the connection when each dialect has its own.
    """

    def __init__(self, statement: Any, columns: Sequence[str] | None = None) -> None:
        self._statement = statement
        self._columns = columns
        self._compiled: dict[str, _Compiled] = {}

    def rows(self, connection: Connection, **values: Any) -> list[Any]:
        """Run it; the rows as named tuples."""
        compiled = self._for(connection)
        return compiled.read(compiled.execute(connection, values))

    def change(self, connection: Connection, **values: Any) -> int:
        """Run it; how many rows it changed."""
        count: int = self._for(connection).execute(connection, values).rowcount
        return count

    def many(self, connection: Connection, values: Sequence[dict[str, Any]]) -> None:
        """Run it once for each of these values, which name all that the statement needs."""
        if values:
            self._for(connection).execute_many(connection, values)

    def _for(self, connection: Connection) -> "_Compiled":
        compiled = self._compiled.get(connection.dialect.name)
        if compiled is None:
            statement = self._statement if isinstance(self._statement, Executable) else self._statement(connection)
            compiled = self._compiled[connection.dialect.name] = _Compiled(statement, connection.dialect, self._columns)
        return compiled


class _Compiled:
    """The statement in one dialect: its SQL, its values' order and types, its rows' names and types."""

    def __init__(self, statement: Any, dialect: Dialect, columns: Sequence[str] | None) -> None:
        compiled: Any = statement.compile(dialect=dialect, column_keys=columns)
        self._sql = str(compiled)
        self._order: list[str] | None = list(compiled.positiontup) if compiled.positional else None
        self._bound = {
            name: compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect) for name in compiled.binds
        }
        stated = {name: bind.value for name, bind in compiled.binds.items() if not bind.required}
        self._fixed = {name: self._out(name, value) for name, value in stated.items()}
        selected = list(getattr(statement, "exported_columns", ()))
        self._row: Any = namedtuple("Row", [column.key for column in selected]) if selected else None
        self._read = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in selected]

    def execute(self, connection: Connection, values: dict[str, Any]) -> Any:
        """Run it on the driver's connection; the driver's cursor.

        Raises:
            DBAPIError: what the driver raised, as SQLAlchemy would have.
        """
        driver: Any = connection.connection.driver_connection
        return self._guarded(connection, driver.execute, self._bind(values))

    def execute_many(self, connection: Connection, values: Sequence[dict[str, Any]]) -> None:
        """Run it with each of these on the driver's connection; errors as in `execute`."""
        driver: Any = connection.connection.driver_connection
        self._guarded(connection, driver.cursor().executemany, [self._bind(one) for one in values])

    def _bind(self, values: dict[str, Any]) -> Any:
        given = {name: self._out(name, value) for name, value in values.items()}
        bound: Any = {name: given[name] if name in given else self._fixed.get(name) for name in self._bound}
        return bound if self._order is None else [bound[name] for name in self._order]

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
        return [
            self._row._make(
                value if process is None else process(value) for process, value in zip(self._read, row, strict=True)
            )
            for row in cursor.fetchall()
        ]

    def _out(self, name: str, value: Any) -> Any:
        process = self._bound[name]
        return value if process is None else process(value)
