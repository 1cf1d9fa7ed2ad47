"""Answers of the check-ins: kept as given, one row each, and what counts of a day in one row."""

import json
from collections import defaultdict
from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import Connection, Date, Index, String, and_, bindparam, insert, select, update
from sqlmodel import SQLModel

from bot.adapters.keyring import Key, Keyring
from bot.adapters.store import vault
from bot.adapters.store.columns import BigId, Sealed, Utc, kept, one_of, table_of
from bot.adapters.store.prepared import Prepared
from bot.checkins.baseline import BAND_DAYS, WEEK
from bot.checkins.days import Day

_FIELD, _HOLDS = "answer.value", "day.holds"
LOOKED_BACK = WEEK - 1 + BAND_DAYS  # days beside this one: a rolling week, and a band before it


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


class Days(SQLModel, table=True):
    """One row a day: what counts of it, and what was said. Sixty of these are read at the end of each check-in."""

    __tablename__ = "day"

    owner: int = kept(
        BigId, owner="owner", kind="id", purpose="whose day", keep="until erased", export=False, primary_key=True,
        autoincrement=False,
    )
    day: date = kept(
        Date, owner="owner", kind="time", purpose="which day", keep="until erased", export=True, primary_key=True,
    )
    holds: bytes = kept(
        Sealed, owner="owner", kind="health", purpose="your answers that count, your usual then, what I said",
        keep="until erased", export=True,
    )
    at: datetime = kept(
        Utc, owner="owner", kind="time", purpose="when it last changed", keep="until erased", export=True,
    )


_answer, _day = table_of(Answer), table_of(Days)
Index("ix_answer_day", _answer.c.owner, _answer.c.day)
_KEEP = Prepared(insert(_answer), columns=("owner", "day", "marker", "value", "at"))
_mine = and_(_day.c.owner == bindparam("who"), _day.c.day == bindparam("on"))
_OF_DAY = Prepared(select(_day.c.holds).where(_mine))
_OTHERS = Prepared(
    select(_day.c.day, _day.c.holds)
    .where(_day.c.owner == bindparam("who"), _day.c.day != bindparam("on"))
    .order_by(_day.c.day.desc())
    .limit(LOOKED_BACK)
)
_SINCE = Prepared(
    lambda connection: select(_day.c.owner, _day.c.day, _day.c.holds, vault.vault.c.wrapped)
    .join(vault.vault, vault.vault.c.owner == _day.c.owner)
    .where(one_of(connection, _day.c.owner, "owners"), _day.c.day > bindparam("then"))
)
_CHANGE = Prepared(update(_day).where(_mine).values(holds=bindparam("sealed"), at=bindparam("now")))
_BEGIN = Prepared(insert(_day), columns=("owner", "day", "holds", "at"))


def keep_answer(
    connection: Connection, key: Key, owner: int, day: date, marker: str, value: str, at: datetime
) -> None:
    """Keep one answer, sealed: what was said for good, and what counts of that day from now on."""
    sealed = key.seal(_FIELD, value.encode())
    _KEEP.change(connection, owner=owner, day=day, marker=marker, value=sealed, at=at)
    keep_day(connection, key, owner, day, {marker: value}, at)


def keep_day(
    connection: Connection, key: Key, owner: int, day: date, news: Mapping[str, str], at: datetime
) -> None:
    """Add to what a day keeps; an empty value takes something away."""
    rows = _OF_DAY.rows(connection, who=owner, on=day)
    now = Day(day, _read(key, rows[0].holds) if rows else {}).with_(news)
    sealed = key.seal(_HOLDS, json.dumps(now.kept).encode())
    if rows:
        _CHANGE.change(connection, who=owner, on=day, sealed=sealed, now=at)
    else:
        _BEGIN.change(connection, owner=owner, day=day, holds=sealed, at=at)


def day(connection: Connection, key: Key, owner: int, on: date) -> Day:
    """One day, without anything kept when there is nothing."""
    rows = _OF_DAY.rows(connection, who=owner, on=on)
    return Day(on, _read(key, rows[0].holds) if rows else {})


def others(connection: Connection, key: Key, owner: int, on: date) -> list[Day]:
    """The latest days that something is kept of, at most `LOOKED_BACK`, without the one given."""
    return [Day(row.day, _read(key, row.holds)) for row in _OTHERS.rows(connection, who=owner, on=on)]


def since(connection: Connection, keyring: Keyring, owners: list[int], then: date) -> dict[int, list[Day]]:
    """The days behind that one that something is kept of, of many people at once; of who has none, nothing."""
    found = defaultdict(list)
    rows = _SINCE.rows(connection, owners=owners, then=then)
    each = [keyring.open(row.owner, row.wrapped).unseal(_HOLDS, row.holds) for row in rows]
    read = json.loads(b"[%b]" % b",".join(each))  # as one text: a quarter of the whole is saved
    for row, answers in zip(rows, read, strict=True):
        found[row.owner].append(Day(row.day, answers))
    return found


def _read(key: Key, sealed: bytes) -> dict[str, str]:
    read: dict[str, str] = json.loads(key.unseal(_HOLDS, sealed).decode())
    return read
