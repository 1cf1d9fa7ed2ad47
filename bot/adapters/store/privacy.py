"""Export and erase, by walking the column map: nothing is listed twice (promise 9)."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Connection, Table, delete, select
from sqlmodel import SQLModel

from bot.adapters.keyring import Key, Keyring
from bot.adapters.store import inbox, people, vault
from bot.adapters.store.columns import Sealed


def owner_column(table: Table) -> Column[Any] | None:
    """The column that says whose a row is, None for tables whose rows are nobody's."""
    for column in table.columns:
        name = column.info.get("owner")
        if name is not None:
            return table.columns[name]
    return None


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


def _plain(key: Key, column: Column[Any], value: Any) -> Any:
    if isinstance(column.type, Sealed) and value is not None:
        return key.unseal(f"{column.table.name}.{column.name}", value).decode()
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value


def erase(connection: Connection, keyring: Keyring, owner: int, now: datetime) -> None:
    """Every row of an owner goes, and their key; see the column map for what each table does.

    What they sent after asking for it is a new message: it is carried over to a new key.
    """
    wrapped = vault.lock(connection, owner)
    for table in SQLModel.metadata.sorted_tables:
        whose = owner_column(table)
        if whose is None or table is vault.vault:
            continue
        if any(column.info["erase"] == "row" for column in table.columns):
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
