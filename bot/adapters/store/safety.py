"""What the safety triage noticed: level, category and rule, never the words (docs/domain.md section 9)."""

from datetime import datetime

from sqlalchemy import Connection, insert, select
from sqlmodel import SQLModel

from bot.adapters.keyring import Key
from bot.adapters.store.columns import BigId, Sealed, Utc, kept, table_of
from bot.safety.levels import Flagged, Level

_FIELD = "flag.noticed"


class Flag(SQLModel, table=True):
    """One row a message that was noticed, kept only with consent."""

    id: int | None = kept(
        BigId, owner="owner", kind="id", purpose="in which order", keep="until erased", export=False,
        primary_key=True, default=None,
    )
    owner: int = kept(
        BigId, owner="owner", kind="id", purpose="whose message", keep="until erased", export=False, index=True,
    )
    noticed: bytes = kept(
        Sealed, owner="owner", kind="health", purpose="level, kind and rule of what was noticed, not your words",
        keep="until erased", export=True,
    )
    at: datetime = kept(
        Utc, owner="owner", kind="time", purpose="when it was noticed", keep="until erased", export=True,
    )


_flag = table_of(Flag)


def keep_flag(
    connection: Connection, key: Key, owner: int, level: str, category: str, rule: str, at: datetime
) -> None:
    """Keep that something was noticed."""
    sealed = key.seal(_FIELD, f"{level} {category} {rule}".encode())
    connection.execute(insert(_flag).values(owner=owner, noticed=sealed, at=at))


def flags(connection: Connection, key: Key, owner: int, since: datetime) -> list[Flagged]:
    """What was noticed since then, in order."""
    query = select(_flag.c.noticed, _flag.c.at).where(_flag.c.owner == owner, _flag.c.at > since).order_by(_flag.c.id)
    found = []
    for row in connection.execute(query):
        level, category, _ = key.unseal(_FIELD, row.noticed).decode().split()
        found.append(Flagged(Level(level), category, row.at))
    return found
