"""Cards: the messages with buttons that flows live on (promise 8)."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    Connection,
    Date,
    Index,
    Integer,
    String,
    and_,
    bindparam,
    false,
    insert,
    or_,
    select,
    true,
    update,
)
from sqlmodel import SQLModel

from bot.adapters.store.columns import BigId, Utc, kept, table_of
from bot.adapters.store.prepared import Prepared
from bot.model import Card, Open


class Cards(SQLModel, table=True):
    """One row a card. `message_id` is NULL while Telegram has not told us where it lies."""

    __tablename__ = "card"
    __table_args__ = {"sqlite_autoincrement": True}  # no number twice: old buttons lie in chats for years

    id: int | None = kept(
        BigId, owner="owner", kind="id", purpose="which card", keep="until erased", export=False, primary_key=True,
        default=None,
    )
    owner: int = kept(
        BigId, owner="owner", kind="id", purpose="whose card", keep="until erased", export=True, index=True,
    )
    chat: int = kept(BigId, owner="owner", kind="id", purpose="where it was shown", keep="until erased", export=False)
    kind: str = kept(
        String(16), owner="owner", kind="choice", purpose="what it asks", keep="until erased", export=True,
    )
    day: date | None = kept(
        Date, owner="owner", kind="time", purpose="the day it belongs to", keep="until erased", export=True,
        nullable=True,
    )
    message_id: int | None = kept(
        BigId, owner="owner", kind="id", purpose="where Telegram keeps it", keep="until erased", export=False,
        nullable=True,
    )
    version: int = kept(
        Integer, owner="owner", kind="technical", purpose="which of its buttons are current",
        keep="until erased", export=False,
    )
    step: str = kept(
        String(16), owner="owner", kind="choice", purpose="how far you came", keep="until erased", export=True,
    )
    open: bool = kept(
        Boolean, owner="owner", kind="choice", purpose="whether it still asks", keep="until erased", export=True,
    )
    until: datetime | None = kept(
        Utc, owner="owner", kind="time", purpose="when its buttons end by themselves", keep="until erased", export=True,
        nullable=True, default=None,
    )


_card = table_of(Cards)
# Two cards for the same check-in would let one day be answered in two places.
Index("uq_card_day", _card.c.owner, _card.c.chat, _card.c.kind, _card.c.day, unique=True)


def card_from(row: Any | None) -> Card | None:
    """The card in a joined row, None where the join found none."""
    if row is None or row.id is None:
        return None
    return Card(
        row.id, row.owner, row.chat, row.kind, row.day, row.message_id, row.version, row.step, bool(row.open)
    )


def of_kind(connection: Connection, owner: int, chat: int, kind: str) -> Card | None:
    """The card of a kind that has one for all days."""
    same = and_(_card.c.owner == owner, _card.c.chat == chat, _card.c.kind == kind, _card.c.day.is_(None))
    return card_from(connection.execute(select(_card).where(same)).first())


def close(connection: Connection, card: Card) -> None:
    """It asks no more: none of its buttons count, and the message that showed it is left to itself."""
    connection.execute(
        update(_card).where(_card.c.id == card.id).values(version=card.version + 1, open=false(), message_id=None)
    )


def close_others(connection: Connection, owner: int, chat: int) -> tuple[list[int], list[str]]:
    """Close what is open, so that a new prompt is the only one.

    Gives back the messages whose buttons have to go, and the steps that were left.
    """
    query = (
        update(_card)
        .where(_card.c.owner == owner, _card.c.chat == chat, _card.c.open)
        .values(open=false(), version=_card.c.version + 1)
        .returning(_card.c.message_id, _card.c.step)
    )
    closed = connection.execute(query).all()
    return [row.message_id for row in closed if row.message_id is not None], [row.step for row in closed]


def ask(connection: Connection, owner: int, chat: int, card: int) -> list[int]:
    """A prompt that was sent for later is there now, and the only one; the messages whose buttons have to go."""
    messages, _ = close_others(connection, owner, chat)
    connection.execute(update(_card).where(_card.c.id == card).values(open=true()))
    return messages


def reopen(
    connection: Connection, owner: int, chat: int, prompt: Open, now: datetime
) -> tuple[int, int, list[int]]:
    """The card of this kind and day (made when missing), to be sent as a new message, or edited where it lies.

    One of many takes the row of another whose time is over: its version goes on, so no old button means the new one.
    Gives back its id, its version, and the message that showed it before (none or one), whose buttons have to go.
    """
    same = and_(
        _card.c.owner == owner, _card.c.chat == chat, _card.c.kind == prompt.kind,
        _card.c.day.is_not_distinct_from(prompt.day),
    )
    query = select(_card.c.id, _card.c.version, _card.c.message_id).where(same)
    if prompt.until is not None:
        its_own = _card.c.step == prompt.step
        query = query.where(or_(its_own, _card.c.until < now)).order_by(its_own.desc())
    row = connection.execute(query).first()
    if row is None:
        made = insert(_card).values(
            owner=owner, chat=chat, kind=prompt.kind, day=prompt.day, version=1, step=prompt.step, open=prompt.asking,
            until=prompt.until,
        )
        return connection.execute(made.returning(_card.c.id)).scalar_one(), 1, []
    connection.execute(
        update(_card)
        .where(_card.c.id == row.id)
        .values(
            message_id=row.message_id if prompt.in_place else None, version=row.version + 1, step=prompt.step,
            open=prompt.asking, until=prompt.until,
        )
    )
    return row.id, row.version + 1, [] if row.message_id is None or prompt.in_place else [row.message_id]


def past(connection: Connection, owner: int, chat: int, kind: str, now: datetime) -> list[int]:
    """Those of many whose time is over leave their messages to themselves; the messages whose buttons have to go."""
    over = and_(
        _card.c.owner == owner, _card.c.chat == chat, _card.c.kind == kind, _card.c.until < now,
        _card.c.message_id.is_not(None),
    )
    messages = [message for (message,) in connection.execute(select(_card.c.message_id).where(over))]
    if messages:
        connection.execute(update(_card).where(over).values(message_id=None, version=_card.c.version + 1))
    return messages


_SHOW = Prepared(
    update(_card)
    .where(_card.c.id == bindparam("card_id"))
    .values(message_id=bindparam("at"), version=bindparam("new"), step=bindparam("now_at"), open=bindparam("still"))
)


def show(connection: Connection, card: Card, message_id: int | None, step: str, still_open: bool) -> int:
    """The card's next version: where it lies (None: to be sent anew), its step, whether it still asks."""
    version = card.version + 1
    _SHOW.change(connection, card_id=card.id, at=message_id, new=version, now_at=step, still=still_open)
    return version


def stand(connection: Connection, card: int, step: str) -> None:
    """The card stands at this step; its message and its buttons stay."""
    connection.execute(update(_card).where(_card.c.id == card).values(step=step))


_PLACED = Prepared(
    update(_card)
    .where(_card.c.id == bindparam("card_id"), _card.c.version == bindparam("sent"), _card.c.message_id.is_(None))
    .values(message_id=bindparam("at"))
)


def placed(connection: Connection, card: int, version: int, message_id: int) -> bool:
    """Telegram told where the card lies. False: the card has moved on, and that message is an orphan."""
    if _PLACED.change(connection, card_id=card, sent=version, at=message_id):
        return True
    place = connection.execute(select(_card.c.message_id).where(_card.c.id == card)).scalar_one_or_none()
    return place == message_id


def lost(connection: Connection, card: int) -> None:
    """The card's message is gone from the chat: next time it is sent anew."""
    connection.execute(update(_card).where(_card.c.id == card).values(message_id=None))


def move(connection: Connection, chat: int, to: int) -> None:
    """The group became a supergroup: its cards go along, but their messages stay behind."""
    connection.execute(update(_card).where(_card.c.chat == chat).values(chat=to, message_id=None))
