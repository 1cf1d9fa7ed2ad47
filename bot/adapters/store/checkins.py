"""Answers of the check-ins: kept as given, one row each; the newest of a day and marker counts."""

from datetime import date, datetime

from sqlalchemy import Connection, Date, Index, String, bindparam, insert, select
from sqlmodel import SQLModel

from bot.adapters.keyring import Key
from bot.adapters.store.columns import BigId, Sealed, Utc, kept, table_of
from bot.adapters.store.prepared import Prepared

_FIELD = "answer.value"


class Answer(SQLModel, table=True):
    """One answer. A correction is one more row: what was said before stays said."""

    id: int | None = kept(
        BigId, owner="owner", kind="id", purpose="in which order", keep="until erased", export=False,
        primary_key=True, default=None,
    )
    owner: int = kept(
        BigId, owner="owner", kind="id", purpose="whose answer", keep="until erased", export=False,
    )
    day: date = kept(
        Date, owner="owner", kind="time", purpose="the day it is about", keep="until erased", export=True,
    )
    marker: str = kept(
        String(16), owner="owner", kind="choice", purpose="what was asked", keep="until erased", export=True,
    )
    value: bytes = kept(
        Sealed, owner="owner", kind="health", purpose="what you answered", keep="until erased", export=True,
    )
    at: datetime = kept(
        Utc, owner="owner", kind="time", purpose="when you answered", keep="until erased", export=True,
    )


_answer = table_of(Answer)
Index("ix_answer_day", _answer.c.owner, _answer.c.day)
_KEEP = Prepared(insert(_answer), columns=("owner", "day", "marker", "value", "at"))
_OF_DAY = Prepared(
    select(_answer.c.marker, _answer.c.value)
    .where(_answer.c.owner == bindparam("who"), _answer.c.day == bindparam("on"))
    .order_by(_answer.c.id)
)


def keep_answer(
    connection: Connection, key: Key, owner: int, day: date, marker: str, value: float, at: datetime
) -> None:
    """Keep one answer, sealed."""
    sealed = key.seal(_FIELD, f"{value:g}".encode())
    _KEEP.change(connection, owner=owner, day=day, marker=marker, value=sealed, at=at)


def answers(connection: Connection, key: Key, owner: int, day: date) -> dict[str, float]:
    """The answers that count for a day, by marker."""
    newest = {row.marker: row.value for row in _OF_DAY.rows(connection, who=owner, on=day)}
    return {marker: float(key.unseal(_FIELD, sealed)) for marker, sealed in newest.items()}
