"""Owners' keys, wrapped by the master key (promise 9). An owner is whoever a lane belongs to."""

from collections.abc import Collection

from sqlalchemy import Connection, delete, select
from sqlmodel import SQLModel

from bot.adapters.keyring import Key, Keyring
from bot.adapters.store.columns import BigId, Sealed, insert_new, kept, table_of


class Vault(SQLModel, table=True):
    """One row an owner: without it nothing of theirs can be read again, by anyone."""

    owner: int = kept(
        BigId, owner="owner", kind="id", purpose="whose key it is", keep="until erased", export=False,
        primary_key=True, autoincrement=False,
    )
    wrapped: bytes = kept(
        Sealed, owner="owner", kind="technical", purpose="the key that your words are locked with",
        keep="until erased", export=False,
    )


vault = table_of(Vault)


def keys(connection: Connection, keyring: Keyring, owners: Collection[int]) -> dict[int, Key]:
    """The keys of these owners, made where missing. The rows are read each time: see `keyring`."""
    query = select(vault.c.owner, vault.c.wrapped).where(vault.c.owner.in_(owners))
    found = {row.owner: row.wrapped for row in connection.execute(query)}
    missing = sorted(set(owners) - found.keys())
    if missing:
        rows = [{"owner": owner, "wrapped": keyring.new(owner)} for owner in missing]
        connection.execute(insert_new(connection, vault), rows)
        # Read again rather than trusted: another process may have been first.
        found = {row.owner: row.wrapped for row in connection.execute(query)}
    return {owner: keyring.open(owner, wrapped) for owner, wrapped in found.items()}


def key(connection: Connection, keyring: Keyring, owner: int) -> Key:
    """One owner's key, made when missing."""
    return keys(connection, keyring, {owner})[owner]


def destroy(connection: Connection, owner: int) -> None:
    """What was sealed under this key is noise from now on, in backups too."""
    connection.execute(delete(vault).where(vault.c.owner == owner))
