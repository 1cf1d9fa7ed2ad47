"""Owners' keys, wrapped by the master key (promise 9). An owner is whoever a lane belongs to."""

from collections.abc import Collection

from sqlalchemy import Connection, bindparam, delete, select
from sqlmodel import SQLModel

from bot.adapters.keyring import Key, Keyring
from bot.adapters.store.columns import BigId, Sealed, insert_new, kept, table_of
from bot.adapters.store.prepared import Prepared


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
_WRAPPED = Prepared(select(vault.c.wrapped).where(vault.c.owner == bindparam("who")))


def keys(connection: Connection, keyring: Keyring, owners: Collection[int]) -> dict[int, Key]:
    """The keys of these owners, made where missing. The rows are read each time: see `keyring`."""
    return {owner: key(connection, keyring, owner) for owner in sorted(owners)}


def key(connection: Connection, keyring: Keyring, owner: int) -> Key:
    """One owner's key, made when missing."""
    found = _WRAPPED.rows(connection, who=owner)
    if not found:
        connection.execute(insert_new(connection, vault).values(owner=owner, wrapped=keyring.new(owner)))
        # Read again rather than trusted: another process may have been first.
        found = _WRAPPED.rows(connection, who=owner)
    return keyring.open(owner, found[0].wrapped)


def destroy(connection: Connection, owner: int) -> None:
    """What was sealed under this key is noise from now on, in backups too."""
    connection.execute(delete(vault).where(vault.c.owner == owner))
