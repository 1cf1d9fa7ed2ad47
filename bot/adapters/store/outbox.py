"""The outbox: everything that is to be sent, with what became of it (promises 2 and 4)."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any, NamedTuple

from sqlalchemy import Connection, Integer, String, and_, bindparam, func, insert, or_, select, update
from sqlmodel import SQLModel

from bot.adapters.keyring import Key, Keyring
from bot.adapters.store import reminders, vault
from bot.adapters.store.cards import Cards
from bot.adapters.store.columns import BigId, Sealed, Utc, kept, table_of
from bot.adapters.store.people import Chat
from bot.adapters.store.prepared import Prepared

KEEP_SETTLED, KEPT = timedelta(days=7), "7 days after it was sent"
_FIELD = "outbox.payload"


class Rank(IntEnum):
    """Replies go before what tidies up after them, that before reminders, reminders before broadcasts."""

    REPLY = 0
    TIDY = 1
    REMINDER = 2
    BROADCAST = 3

    @property
    def repeatable(self) -> bool:
        """Whether it is sent once more when nobody knows if it arrived (promise 4)."""
        return self <= Rank.TIDY


class Outbox(SQLModel, table=True):
    """One row a message (or edit). `pending` > `sending` > `sent`, `dropped` with a reason, or `unknown`."""

    id: int | None = kept(
        BigId, owner="owner", kind="id", purpose="which message", keep=KEPT, export=False, primary_key=True,
        default=None,
    )
    owner: int = kept(
        BigId, owner="owner", kind="id", purpose="whose answer it is", keep=KEPT, export=False, index=True,
    )
    chat: int = kept(BigId, owner="owner", kind="id", purpose="where it goes", keep=KEPT, export=False)
    method: str = kept(
        String(8), owner="owner", kind="technical", purpose="how it is sent", keep=KEPT, export=False,
    )
    card: int | None = kept(
        BigId, owner="owner", kind="id", purpose="the card it shows", keep=KEPT, export=False, nullable=True,
    )
    version: int | None = kept(
        Integer, owner="owner", kind="technical", purpose="the card's version it shows", keep=KEPT,
        export=False, nullable=True,
    )
    message_id: int | None = kept(
        BigId, owner="owner", kind="id", purpose="the message it changes", keep=KEPT, export=False,
        nullable=True,
    )
    payload: bytes | None = kept(
        Sealed, owner="owner", kind="words", purpose="the answer until it is sent", keep="until sent",
        export=False, nullable=True,
    )
    rank: int = kept(
        Integer, owner="owner", kind="technical", purpose="replies go first", keep=KEPT, export=False,
    )
    made_at: datetime = kept(
        Utc, owner="owner", kind="time", purpose="when it was decided", keep=KEPT, export=False,
    )
    not_before: datetime | None = kept(
        Utc, owner="owner", kind="time", purpose="not to be sent before", keep=KEPT, export=False,
        nullable=True,
    )
    expires_at: datetime | None = kept(
        Utc, owner="owner", kind="time", purpose="not to be sent after", keep=KEPT, export=False,
        nullable=True,
    )
    occurrence: int | None = kept(
        BigId, owner="owner", kind="id", purpose="the reminder that it is", keep=KEPT, export=False, nullable=True,
    )
    cancelled_at: datetime | None = kept(
        Utc, owner="owner", kind="time", purpose="when it was called off", keep=KEPT, export=False,
        nullable=True,
    )
    state: str = kept(
        String(8), owner="owner", kind="technical", purpose="what became of it", keep=KEPT, export=False,
    )
    reason: str | None = kept(
        String(32), owner="owner", kind="technical", purpose="why it was not sent", keep=KEPT, export=False,
        nullable=True,
    )
    attempts: int = kept(
        Integer, owner="owner", kind="technical", purpose="how often it was tried", keep=KEPT, export=False,
    )
    settled_at: datetime | None = kept(
        Utc, owner="owner", kind="time", purpose="when it was sent or dropped", keep=KEPT, export=False,
        nullable=True,
    )


_outbox, _card, _chat = table_of(Outbox), table_of(Cards), table_of(Chat)


@dataclass(frozen=True, slots=True)
class Posted:
    """A row that waits to be sent: what the courier needs to put it in its turn."""

    id: int
    owner: int
    chat: int
    rank: int
    not_before: datetime | None


class Prompt(NamedTuple):
    """A reminder to be sent into their own chat; its words are written when it is."""

    owner: int
    occurrence: int
    expires_at: datetime
    rank: Rank = Rank.REMINDER


@dataclass(frozen=True, slots=True)
class Claimed:
    """A row that is being sent: `sending` is committed. `message_id` is set for an edit, None for a new message."""

    id: int
    owner: int
    chat: int
    rank: int
    method: str
    card: int | None
    version: int | None
    message_id: int | None
    payload: dict[str, Any]
    occurrence: int | None = None


_POST = Prepared(
    insert(_outbox).returning(_outbox.c.id),
    columns=(
        "owner", "chat", "method", "card", "version", "message_id", "payload", "rank", "made_at", "not_before",
        "expires_at", "state", "attempts",
    ),
)


def post(
    connection: Connection,
    key: Key,
    *,
    owner: int,
    chat: int,
    method: str,
    payload: dict[str, Any],
    now: datetime,
    card: int | None = None,
    version: int | None = None,
    message_id: int | None = None,
    rank: Rank = Rank.REPLY,
    not_before: datetime | None = None,
    expires_at: datetime | None = None,
) -> Posted:
    """Put a message into the outbox.

    Methods: `text` (sent or edited), `strip` (buttons off), `remove`, `put_away` (a keyboard), `file`; a `prompt` is
    posted by `post_prompts`.
    """
    (row,) = _POST.rows(
        connection,
        owner=owner,
        chat=chat,
        method=method,
        card=card,
        version=version,
        message_id=message_id,
        payload=key.seal(_FIELD, json.dumps(payload).encode()),
        rank=int(rank),
        made_at=now,
        not_before=not_before,
        expires_at=expires_at,
        state="pending",
        attempts=0,
    )
    return Posted(row.id, owner, chat, int(rank), not_before)


_PROMPT = Prepared(
    insert(_outbox),
    columns=(
        "owner", "chat", "method", "rank", "made_at", "expires_at", "occurrence", "state", "attempts",
    ),
)


def post_prompts(connection: Connection, prompts: Iterable[Prompt], now: datetime) -> None:
    """Put reminders into the outbox; the courier's next sweep finds them."""
    new = list(prompts)
    owners = [prompt.owner for prompt in new]
    _PROMPT.many(
        connection,
        owner=owners,
        chat=owners,
        method="prompt",
        rank=[int(prompt.rank) for prompt in new],
        made_at=now,
        expires_at=[prompt.expires_at for prompt in new],
        occurrence=[prompt.occurrence for prompt in new],
        state="pending",
        attempts=0,
    )


_CLAIMABLE = Prepared(
    select(
        *_outbox.c,
        _card.c.version.label("current"),
        _card.c.message_id.label("place"),
        _chat.c.state.label("reach"),
        _chat.c.moved_to,
        vault.vault.c.wrapped,
    )
    .select_from(
        _outbox.outerjoin(_card, _card.c.id == _outbox.c.card)
        .outerjoin(_chat, _chat.c.chat == _outbox.c.chat)
        .outerjoin(vault.vault, vault.vault.c.owner == _outbox.c.owner)
    )
    .where(_outbox.c.id == bindparam("row"), _outbox.c.state == "pending")
)
_SENDING = Prepared(
    update(_outbox)
    .where(_outbox.c.id == bindparam("row"), _outbox.c.state == "pending")
    .values(state="sending", attempts=_outbox.c.attempts + 1)
)


def claim(connection: Connection, keyring: Keyring, row_id: int, now: datetime) -> Claimed | None:
    """Mark a row as being sent, or drop it when it must not go any more (None either way it can't be sent now)."""
    found = _CLAIMABLE.rows(connection, row=row_id)
    if not found:
        return None
    row = found[0]
    reason = _stale(row, now)
    if reason is not None:
        end(connection, row_id, row.occurrence, "dropped", now, reason)
        return None
    if not _SENDING.change(connection, row=row_id):
        return None
    sealed = row.payload  # a reminder's words are written when it is sent
    payload = {} if sealed is None else json.loads(keyring.open(row.owner, row.wrapped).unseal(_FIELD, sealed))
    place = row.message_id if row.message_id is not None else row.place
    return Claimed(
        row.id, row.owner, row.moved_to or row.chat, row.rank, row.method, row.card, row.version, place, payload,
        row.occurrence,
    )


def _stale(row: Any, now: datetime) -> str | None:
    if row.cancelled_at is not None:
        return "cancelled"
    if row.expires_at is not None and row.expires_at <= now:
        return "expired"
    if row.current is not None and row.version is not None and row.current > row.version:
        return "superseded"
    if row.reach is not None and row.reach != "migrated":
        return str(row.reach)
    if row.wrapped is None:
        return "erased"
    return None


_SETTLE = Prepared(
    update(_outbox)
    .where(_outbox.c.id == bindparam("row"))
    .values(state=bindparam("to"), reason=bindparam("why"), settled_at=bindparam("now"), payload=None)
)


def settle(connection: Connection, row_id: int, state: str, now: datetime, reason: str | None = None) -> None:
    """The row's last state; its words are gone with it."""
    _SETTLE.change(connection, row=row_id, to=state, why=reason, now=now)


def end(
    connection: Connection, row_id: int, occurrence: int | None, state: str, now: datetime, reason: str | None = None
) -> None:
    """The last state of a row that may be a reminder, and of that."""
    settle(connection, row_id, state, now, reason)
    if occurrence is not None:
        became = reminders.SKIPPED if state == "dropped" else state
        reminders.settle(connection, occurrence, became, now, reason)


def call_off(connection: Connection, card: int, now: datetime) -> None:
    """What waits of this card is not sent any more; its words are gone at once."""
    waits = and_(_outbox.c.card == card, _outbox.c.state == "pending")
    gone = {"state": "dropped", "reason": "called off", "settled_at": now, "payload": None}
    connection.execute(update(_outbox).where(waits).values(gone))


def instead(connection: Connection, row_id: int) -> None:
    """Back to waiting as a message that puts a keyboard away: the one that brought it can't be taken away any more."""
    to = {"state": "pending", "method": "put_away", "message_id": None, "card": None, "version": None}
    connection.execute(update(_outbox).where(_outbox.c.id == row_id).values(to))


def again(connection: Connection, row_id: int) -> None:
    """Back to waiting: it surely was not sent, or it may be repeated."""
    flying = and_(_outbox.c.id == row_id, _outbox.c.state == "sending")
    connection.execute(update(_outbox).where(flying).values(state="pending"))


def change(connection: Connection, key: Key, row_id: int, payload: dict[str, Any]) -> None:
    """Back to waiting with something else to send."""
    to = {"state": "pending", "payload": key.seal(_FIELD, json.dumps(payload).encode())}
    connection.execute(update(_outbox).where(_outbox.c.id == row_id).values(to))


def anew(connection: Connection, row_id: int) -> None:
    """Back to waiting as a new message: the one it was to change is gone."""
    connection.execute(update(_outbox).where(_outbox.c.id == row_id).values(state="pending", message_id=None))


def take_up(connection: Connection, now: datetime, is_flying: Callable[[int], bool]) -> None:
    """Rows left `sending` by a crash (or a commit that nobody heard of): replies are repeated, reminders never."""
    query = select(_outbox.c.id, _outbox.c.rank, _outbox.c.occurrence).where(_outbox.c.state == "sending")
    for row in connection.execute(query).all():
        if is_flying(row.id):
            continue
        if Rank(row.rank).repeatable:
            again(connection, row.id)
        else:
            end(connection, row.id, row.occurrence, "unknown", now, "crash")


def occurrence_of(connection: Connection, row_id: int) -> int | None:
    """The reminder that a row is."""
    return connection.execute(select(_outbox.c.occurrence).where(_outbox.c.id == row_id)).scalar_one_or_none()


def due(connection: Connection, now: datetime, a_chat: int, limit: int) -> tuple[list[Posted], list[Posted]]:
    """What may go now, in the order of sending: replies, the first `a_chat` of each chat, and what goes after them.

    At most `limit` of each, so that however many reminders wait, they hide no reply.
    """
    may_go = and_(_outbox.c.state == "pending", or_(_outbox.c.not_before.is_(None), _outbox.c.not_before <= now))
    columns = (_outbox.c.id, _outbox.c.owner, _outbox.c.chat, _outbox.c.rank, _outbox.c.not_before)
    place = func.row_number().over(partition_by=_outbox.c.chat, order_by=_outbox.c.id)
    found = select(*columns, place.label("place")).where(may_go, _outbox.c.rank == Rank.REPLY).subquery()
    replies = select(*[found.c[column.name] for column in columns]).where(found.c.place <= a_chat).order_by(found.c.id)
    others = select(*columns).where(may_go, _outbox.c.rank > Rank.REPLY).order_by(_outbox.c.rank, _outbox.c.id)
    first, behind = (
        [Posted(*row) for row in connection.execute(query.limit(limit))] for query in (replies, others)
    )
    return first, behind


def next_due(connection: Connection, now: datetime) -> datetime | None:
    """When the next message that waits for its time may go."""
    waits = and_(_outbox.c.state == "pending", _outbox.c.not_before > now)
    query = select(_outbox.c.not_before).where(waits).order_by(_outbox.c.not_before).limit(1)
    return connection.execute(query).scalar_one_or_none()


def forget_old(connection: Connection, now: datetime) -> int:
    """Drop settled rows after 7 days; how many went."""
    return connection.execute(_outbox.delete().where(_outbox.c.settled_at < now - KEEP_SETTLED)).rowcount


def counts(connection: Connection) -> dict[str, int]:
    """How many rows are in which state."""
    query = select(_outbox.c.state, func.count()).group_by(_outbox.c.state)
    return {row.state: row[1] for row in connection.execute(query)}
