"""What people logged in one line: a row a message, its records sealed (docs/log-lines.md)."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update
from sqlmodel import SQLModel

from bot.adapters.keyring import Key
from bot.adapters.store.columns import BigId, Sealed, Utc, kept, table_of

_FIELD = "logged.content"

Record = Mapping[str, Any]


class Logged(SQLModel, table=True):
    """One row a message that held something; an edit of the message replaces it."""

    owner: int = kept(
        BigId, owner="owner", kind="id", purpose="whose line", keep="until erased", export=False,
        primary_key=True, autoincrement=False,
    )
    message: int = kept(
        BigId, owner="owner", kind="id", purpose="which message it was, so that you can change it",
        keep="until erased", export=False, primary_key=True, autoincrement=False,
    )
    content: bytes = kept(
        Sealed, owner="owner", kind="health", purpose="sessions, nights and other things that you logged",
        keep="until erased", export=True,
    )
    at: datetime = kept(
        Utc, owner="owner", kind="time", purpose="when you logged it", keep="until erased", export=True,
    )


_logged = table_of(Logged)


def keep(
    connection: Connection, key: Key, owner: int, message: int, records: Sequence[Record],
    ways: Sequence[Sequence[Record]] | None, at: datetime,
) -> None:
    """In place of what this message held; nothing at all takes it out. The time stays that of the first.

    `ways` of None stay as they are.
    """
    its = (_logged.c.owner == owner, _logged.c.message == message)
    if ways is None:
        before = held(connection, key, owner, message)
        ways = before[0]["ways"] if before else ()
    content = {"records": records, "ways": ways}
    if not (records or ways):
        connection.execute(delete(_logged).where(*its))
        return
    sealed = key.seal(_FIELD, json.dumps(content).encode())
    if not connection.execute(update(_logged).where(*its).values(content=sealed)).rowcount:
        connection.execute(insert(_logged).values(owner=owner, message=message, content=sealed, at=at))


def since(connection: Connection, key: Key, owner: int, at: datetime) -> dict[int, list[dict[str, Any]]]:
    """What was logged from that instant on: records by their message, in order."""
    query = select(_logged.c.message, _logged.c.content).where(_logged.c.owner == owner, _logged.c.at >= at)
    rows = connection.execute(query.order_by(_logged.c.at, _logged.c.message))
    return {row.message: json.loads(key.unseal(_FIELD, row.content))["records"] for row in rows}


def held(connection: Connection, key: Key, owner: int, message: int) -> tuple[dict[str, Any], datetime] | None:
    """What a message holds: `records` and `ways`, and since when; None for nothing."""
    query = select(_logged.c.content, _logged.c.at).where(_logged.c.owner == owner, _logged.c.message == message)
    row = connection.execute(query).one_or_none()
    if row is None:
        return None
    content: dict[str, Any] = json.loads(key.unseal(_FIELD, row.content))
    return content, row.at
