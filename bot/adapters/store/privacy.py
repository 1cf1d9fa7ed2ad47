"""The column map, export and erase, all by walking it: nothing is listed twice (promise 9)."""

from datetime import date, datetime
from functools import cache
from typing import Any

from sqlalchemy import Column as TableColumn
from sqlalchemy import Connection, Table, delete, func, literal, select, union_all
from sqlmodel import SQLModel

from bot.adapters.keyring import Key, Keyring
from bot.adapters.store import inbox, people, vault
from bot.adapters.store.columns import Sealed, Utc, table_of
from bot.model import Column


def owner_column(table: Table) -> TableColumn[Any] | None:
    """The column that says whose a row is, None for tables whose rows are nobody's."""
    for column in table.columns:
        name = column.info.get("owner")
        if name is not None:
            return table.columns[name]
    return None


@cache
def column_map() -> tuple[Column, ...]:
    """Every column of the tables whose rows are somebody's, table by table."""
    return tuple(
        Column(
            table.name, column.name, column.info["kind"], column.info["purpose"], column.info["keep"],
            column.info["export"], isinstance(column.type, Utc),
        )
        for table in SQLModel.metadata.sorted_tables
        if owner_column(table) is not None
        for column in table.columns
    )


def export(connection: Connection, keyring: Keyring, owner: int) -> dict[str, Any]:
    """Everything exported of one owner: {table: [{column: value}]}; times in ISO 8601, UTC."""
    key = vault.key(connection, keyring, owner)
    document: dict[str, Any] = {}
    for table in SQLModel.metadata.sorted_tables:
        whose = owner_column(table)
        shown = [column for column in table.columns if column.info.get("export")]
        if whose is None or not shown:
            continue
        query = select(*shown).where(whose == owner).order_by(*table.primary_key.columns)
        document[table.name] = [
            {column.name: _plain(key, column, value) for column, value in zip(shown, row, strict=True)}
            for row in connection.execute(query)
        ]
    return document


def _plain(key: Key, column: TableColumn[Any], value: Any) -> Any:
    if isinstance(column.type, Sealed) and value is not None:
        return key.unseal(f"{column.table.name}.{column.name}", value).decode()
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value


def counts(connection: Connection, owner: int) -> dict[str, int]:
    """How many rows an erasure of this owner would take from each table; tables without any are left out."""
    each = [
        select(literal(table.name), func.count()).select_from(table).where(whose == owner)
        for table, whose in erased_tables()
    ]
    found = {row[0]: row[1] for row in connection.execute(union_all(*each))}
    return {table.name: found[table.name] for table, _ in erased_tables() if found[table.name]}


def erased_tables() -> list[tuple[Table, TableColumn[Any]]]:
    """The tables whose rows go with their owner, and the column that says whose a row is. The key goes by itself."""
    tables = [table for table in SQLModel.metadata.sorted_tables if table is not vault.vault]
    going = [table for table in tables if any(column.info["erase"] == "row" for column in table.columns)]
    return [(table, whose) for table in going if (whose := owner_column(table)) is not None]


def erase(connection: Connection, keyring: Keyring, owner: int, now: datetime) -> None:
    """Every row of an owner goes, and their key; see the column map for what each table does.

    What they sent after asking for it is a new message: it is carried over to a new key.
    """
    wrapped = vault.lock(connection, owner)
    for table, whose in erased_tables():
        connection.execute(delete(table).where(whose == owner))
    inbox.blank(connection, owner)
    inbox.reseal(connection, keyring, owner, lambda: vault.destroy(connection, owner))
    if wrapped is not None:
        people.bury(connection, keyring, wrapped, now)


def erase_returned(connection: Connection, keyring: Keyring, buried: set[bytes], now: datetime) -> int:
    """Erase again whoever a restored backup brought back; how many those were."""
    keys = vault.wrapped_keys(connection)
    returned = [owner for owner, wrapped in keys if keyring.tombstone(wrapped) in buried]
    for owner in returned:
        erase(connection, keyring, owner, now)
    return len(returned)


def erased_at(connection: Connection, number: str) -> datetime | None:
    """When the erasure whose mark begins with these hexadecimal digits was made; None when there is none."""
    tombstone = table_of(people.Tombstone)
    for row in connection.execute(select(tombstone.c.hash, tombstone.c.at)):
        if bytes(row.hash).hex().startswith(number):
            moment: datetime = row.at
            return moment
    return None
