"""The inbox: every update is here, committed, before Telegram hears that we have it (promise 1)."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Integer, and_, bindparam, func, or_, select, update
from sqlmodel import SQLModel

from bot.adapters.keyring import Keyring, WrongKey
from bot.adapters.store import vault
from bot.adapters.store.columns import BigId, Sealed, Utc, insert_new, kept, table_of
from bot.adapters.store.prepared import Prepared

KEEP_IDS = timedelta(days=7)  # a redelivered update is recognised that long
KEEP_ASIDE = timedelta(days=30)  # what our own code failed on waits that long for us to mend it
FAILURES_ALLOWED = 5  # exceptions of our own code before an update is set aside
_FIELD = "inbox.payload"


class Inbox(SQLModel, table=True):
    """One row an update. `payload` is the raw JSON, sealed, gone once the update is done."""

    update_id: int = kept(
        BigId, owner="lane", kind="id", purpose="so that a message is never counted twice",
        keep="7 days", export=False, erase="keep", primary_key=True, autoincrement=False,
    )
    lane: int | None = kept(
        BigId, owner="lane", kind="id", purpose="whose message it was, to keep the order",
        keep="7 days", export=False, erase="blank", nullable=True, index=True,
    )
    received_at: datetime = kept(
        Utc, owner="lane", kind="time", purpose="when it reached us", keep="7 days", export=False, erase="keep",
    )
    payload: bytes | None = kept(
        Sealed, owner="lane", kind="words", purpose="the message until it is answered",
        keep="until answered", export=False, erase="blank", nullable=True,
    )
    done_at: datetime | None = kept(
        Utc, owner="lane", kind="time", purpose="when it was dealt with", keep="7 days", export=False,
        erase="keep", nullable=True,
    )
    failures: int = kept(
        Integer, owner="lane", kind="technical", purpose="how often our own code failed on it",
        keep="7 days", export=False, erase="keep", default=0,
    )
    quarantined_at: datetime | None = kept(
        Utc, owner="lane", kind="time", purpose="when it was set aside for us to mend",
        keep="30 days", export=False, erase="keep", nullable=True,
    )


_inbox = table_of(Inbox)
_waiting = and_(_inbox.c.done_at.is_(None), _inbox.c.quarantined_at.is_(None))


@dataclass(frozen=True, slots=True)
class Waiting:
    """An update that nobody has dealt with yet."""

    update_id: int
    lane: int
    received_at: datetime
    payload: dict[str, Any]


def lane_of(payload: dict[str, Any]) -> int:
    """`from.id`, else the chat's id, else 0: updates of one lane are dealt with in order (promise 3)."""
    for part in payload.values():
        if isinstance(part, dict):
            for holder in ("from", "user", "chat"):
                found = part.get(holder)
                if isinstance(found, dict) and isinstance(found.get("id"), int):
                    return int(found["id"])
    return 0


_KEEP = Prepared(
    lambda connection: insert_new(connection, _inbox),
    columns=("update_id", "lane", "received_at", "payload", "failures"),
)


def keep(
    connection: Connection, keyring: Keyring, payloads: Iterable[dict[str, Any]], now: datetime
) -> list[Waiting]:
    """Store updates; gives back those not seen before, in their order."""
    waiting = {
        payload["update_id"]: Waiting(payload["update_id"], lane_of(payload), now, payload)
        for payload in payloads
    }
    keys = vault.keys(connection, keyring, {row.lane for row in waiting.values()})
    return [
        row
        for row in waiting.values()
        if _KEEP.change(
            connection,
            update_id=row.update_id,
            lane=row.lane,
            received_at=now,
            payload=keys[row.lane].seal(_FIELD, json.dumps(row.payload).encode()),
            failures=0,
        )
    ]


def waiting(
    connection: Connection, keyring: Keyring, after: int | None, limit: int, now: datetime
) -> tuple[list[Waiting], int | None]:
    """The next updates to deal with, oldest first, and the last id looked at (None at the end); `after` pages on.

    One that can't be read any more is set aside: it must not keep everybody else's from being taken up.
    """
    query = select(_inbox).where(_waiting).order_by(_inbox.c.update_id).limit(limit)
    if after is not None:
        query = query.where(_inbox.c.update_id > after)
    rows = connection.execute(query).all()
    found = []
    for row in rows:
        try:
            payload = json.loads(vault.key(connection, keyring, row.lane).unseal(_FIELD, row.payload))
        except WrongKey:
            aside = update(_inbox).where(_inbox.c.update_id == row.update_id).values(quarantined_at=now)
            connection.execute(aside)
        else:
            found.append(Waiting(row.update_id, row.lane, row.received_at, payload))
    return found, rows[-1].update_id if rows else None


_DONE = Prepared(
    update(_inbox)
    .where(_inbox.c.update_id == bindparam("id"), _inbox.c.done_at.is_(None))
    .values(done_at=bindparam("now"), payload=None)
)


def mark_done(connection: Connection, update_id: int, now: datetime) -> bool:
    """Done, and its words gone. False when it was done before: then nothing may be counted again."""
    return _DONE.change(connection, id=update_id, now=now) == 1


def count_failure(connection: Connection, update_id: int, now: datetime) -> bool:
    """One more failure of our own code; True when that was the last one allowed and it is now set aside."""
    failures = connection.execute(
        update(_inbox)
        .where(_inbox.c.update_id == update_id)
        .values(failures=_inbox.c.failures + 1)
        .returning(_inbox.c.failures)
    ).scalar_one_or_none()
    if failures is None or failures < FAILURES_ALLOWED:
        return False
    connection.execute(update(_inbox).where(_inbox.c.update_id == update_id).values(quarantined_at=now))
    return True


def reseal(connection: Connection, keyring: Keyring, lane: int, change_key: Callable[[], None]) -> None:
    """Carry what is still waiting in a lane over a change of its key.

    A message that was sent after "erase" is a new message and must be answered: it moves to the new key.
    """
    query = select(_inbox.c.update_id, _inbox.c.payload).where(_inbox.c.lane == lane, _inbox.c.payload.is_not(None))
    rows = connection.execute(query).all()
    old = vault.key(connection, keyring, lane)
    change_key()
    new = vault.key(connection, keyring, lane)
    for row in rows:
        payload = new.seal(_FIELD, old.unseal(_FIELD, row.payload))
        connection.execute(update(_inbox).where(_inbox.c.update_id == row.update_id).values(payload=payload))


def blank(connection: Connection, lane: int) -> None:
    """Cut the tie between a person and the ids of messages already dealt with or set aside."""
    over = or_(_inbox.c.done_at.is_not(None), _inbox.c.quarantined_at.is_not(None))
    connection.execute(update(_inbox).where(_inbox.c.lane == lane, over).values(lane=None, payload=None))


def forget_old(connection: Connection, now: datetime) -> int:
    """Drop ids after 7 days, and what was set aside after 30; how many went."""
    old = or_(
        and_(_inbox.c.received_at < now - KEEP_IDS, _inbox.c.done_at.is_not(None)),
        _inbox.c.quarantined_at < now - KEEP_ASIDE,
    )
    return connection.execute(_inbox.delete().where(old)).rowcount


def counts(connection: Connection) -> dict[str, int]:
    """How many updates wait, and how many were set aside."""
    waits = connection.execute(select(func.count()).select_from(_inbox).where(_waiting)).scalar_one()
    aside = connection.execute(
        select(func.count()).select_from(_inbox).where(_inbox.c.quarantined_at.is_not(None))
    ).scalar_one()
    return {"waiting": waits, "quarantined": aside}

