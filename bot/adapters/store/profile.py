"""What a person chose about themselves in the set-up: aim, times, health screen (docs/domain.md 3-5 and 8)."""

from datetime import datetime

from sqlalchemy import Connection, String, bindparam, delete, insert, select
from sqlmodel import SQLModel

from bot.adapters.keyring import Key
from bot.adapters.store.columns import BigId, Sealed, Utc, kept, table_of
from bot.adapters.store.prepared import Prepared

_FIELD = "choice.value"


class Choice(SQLModel, table=True):
    """One row a choice; changed ones replace the older. Some say something about health, so all are sealed."""

    owner: int = kept(
        BigId, owner="owner", kind="id", purpose="whose choice", keep="until erased", export=False,
        primary_key=True, autoincrement=False,
    )
    name: str = kept(
        String(16), owner="owner", kind="choice", purpose="what you set", keep="until erased", export=True,
        primary_key=True,
    )
    value: bytes = kept(
        Sealed, owner="owner", kind="health", purpose="what you set it to, your health screen included",
        keep="until erased", export=True,
    )
    at: datetime = kept(
        Utc, owner="owner", kind="time", purpose="when you set it", keep="until erased", export=True,
    )


_choice = table_of(Choice)
_ALL = Prepared(select(_choice.c.name, _choice.c.value).where(_choice.c.owner == bindparam("who")))


def choices(connection: Connection, key: Key, owner: int) -> dict[str, str]:
    """Everything that this person chose, by name."""
    return {row.name: key.unseal(_FIELD, row.value).decode() for row in _ALL.rows(connection, who=owner)}


def choose(connection: Connection, key: Key, owner: int, name: str, value: str, at: datetime) -> None:
    """Keep one choice in place of the older one."""
    connection.execute(delete(_choice).where(_choice.c.owner == owner, _choice.c.name == name))
    connection.execute(
        insert(_choice).values(owner=owner, name=name, value=key.seal(_FIELD, value.encode()), at=at)
    )
