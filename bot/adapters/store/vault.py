"""Owners' keys, wrapped by the master key (promise 9). An owner is whoever a lane belongs to."""

from collections.abc import Collection

from sqlalchemy import Connection, bindparam, delete, select, union_all
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
# Shared until the commit (PostgreSQL): an erasure must not change a key that something is being sealed with.
_WRAPPED = Prepared(select(vault.c.wrapped).where(vault.c.owner == bindparam("who")).with_for_update(read=True))


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


def lock(connection: Connection, owner: int) -> bytes | None:
    """Keep everyone else from this key until the commit; its wrapped bytes, None when there is none."""
    query = select(vault.c.wrapped).where(vault.c.owner == owner).with_for_update()
    return connection.execute(query).scalar_one_or_none()


def destroy(connection: Connection, owner: int) -> None:
    """What was sealed under this key is noise from now on, in backups too."""
    connection.execute(delete(vault).where(vault.c.owner == owner))


def destroy_unused(connection: Connection) -> None:
    """Destroy the keys of those who are nobody to us any more: no person, nothing waiting, nothing being sent."""
    tables = vault.metadata.tables
    person, inbox, outbox = tables["person"].c.owner, tables["inbox"].c.lane, tables["outbox"].c.owner
    used = union_all(select(person), select(inbox).where(inbox.is_not(None)), select(outbox))
    unused = vault.c.owner.not_in(used)
    for owner in connection.execute(select(vault.c.owner).where(unused).order_by(vault.c.owner)).scalars().all():
        # Looked at again under the lock: something may just have been sealed with it.
        lock(connection, owner)
        connection.execute(delete(vault).where(vault.c.owner == owner, unused))


def wrapped_keys(connection: Connection) -> list[tuple[int, bytes]]:
    """Every owner and their wrapped key."""
    return [(row.owner, bytes(row.wrapped)) for row in connection.execute(select(vault.c.owner, vault.c.wrapped))]
