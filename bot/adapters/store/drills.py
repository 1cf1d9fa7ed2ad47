"""Goes of a drill: which, how long, how revved up before and after (docs/domain.md 5)."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Integer, String, bindparam, insert, or_, select, update
from sqlmodel import SQLModel

from bot.adapters.keyring import Key
from bot.adapters.store.columns import BigId, Sealed, Utc, kept, table_of
from bot.adapters.store.prepared import Prepared
from bot.drills.goes import DONE, MINDFUL_RUN, RUNNING, Go
from bot.model import BeginDrill, EndDrill

RECENT = 200  # goes that an offer goes by; engine choice


class Drills(SQLModel, table=True):
    """One row a go; what it did to them is sealed."""

    __tablename__ = "drill"

    id: int | None = kept(
        BigId, owner="owner", kind="id", purpose="in which order", keep="until erased", export=False,
        primary_key=True, default=None,
    )
    owner: int = kept(
        BigId, owner="owner", kind="id", purpose="whose go", keep="until erased", export=False, index=True,
    )
    drill: str = kept(
        String(20), owner="owner", kind="choice", purpose="which drill", keep="until erased", export=True,
    )
    minutes: int = kept(
        Integer, owner="owner", kind="choice", purpose="how long in minutes, 0 where nobody timed it",
        keep="until erased", export=True,
    )
    before: bytes | None = kept(
        Sealed, owner="owner", kind="health", purpose="how revved up you were before", keep="until erased",
        export=True, nullable=True,
    )
    after: bytes | None = kept(
        Sealed, owner="owner", kind="health", purpose="how revved up you were after", keep="until erased",
        export=True, nullable=True,
    )
    outcome: bytes = kept(
        Sealed, owner="owner", kind="health", purpose="how it ended", keep="until erased", export=True,
    )
    about: bytes | None = kept(
        Sealed, owner="owner", kind="health", purpose="what it hung on, and what you noticed", keep="until erased",
        export=True, nullable=True,
    )
    started_at: datetime = kept(
        Utc, owner="owner", kind="time", purpose="when it began", keep="until erased", export=True,
    )
    ended_at: datetime | None = kept(
        Utc, owner="owner", kind="time", purpose="when it ended", keep="until erased", export=True, nullable=True,
    )


_drill = table_of(Drills)
_BEGIN = Prepared(
    insert(_drill), columns=("owner", "drill", "minutes", "before", "outcome", "about", "started_at")
)
# What nobody timed has no minutes, and was over at once: what is told of a go is told of another.
_TIMED = or_(_drill.c.minutes > 0, _drill.c.drill == MINDFUL_RUN.name)
_LATEST = Prepared(
    select(*_drill.c).where(_drill.c.owner == bindparam("who"), _TIMED).order_by(_drill.c.id.desc()).limit(1)
)
_RECENT = Prepared(
    select(*_drill.c).where(_drill.c.owner == bindparam("who")).order_by(_drill.c.id.desc()).limit(RECENT)
)
_ABOUT = "drill.about"


def begin(connection: Connection, key: Key, owner: int, go: BeginDrill, at: datetime) -> None:
    """A go begins."""
    _BEGIN.change(
        connection, owner=owner, drill=go.drill, minutes=go.minutes,
        before=None if go.before is None else key.seal("drill.before", str(go.before).encode()),
        outcome=key.seal("drill.outcome", RUNNING.encode()),
        about=key.seal(_ABOUT, go.occasion.encode()) if go.occasion else None, started_at=at,
    )


def did(connection: Connection, key: Key, owner: int, drill: str, occasion: str, at: datetime) -> None:
    """One that was done without us."""
    done = {"outcome": key.seal("drill.outcome", DONE.encode()), "about": key.seal(_ABOUT, occasion.encode())}
    connection.execute(insert(_drill).values(owner=owner, drill=drill, minutes=0, started_at=at, ended_at=at, **done))


def end(connection: Connection, key: Key, owner: int, end: EndDrill, at: datetime) -> None:
    """The latest go ended, or how they were after it was told or corrected."""
    latest = select(_drill.c.id).where(_drill.c.owner == owner, _TIMED).order_by(_drill.c.id.desc()).limit(1)
    ended: dict[str, Any] = {
        "outcome": key.seal("drill.outcome", end.outcome.encode()),
        "after": None if end.after is None else key.seal("drill.after", str(end.after).encode()),
        "ended_at": at,
    }
    if end.minutes is not None:
        ended["minutes"] = end.minutes
    if end.noticed is not None:
        ended["about"] = key.seal(_ABOUT, end.noticed.encode())
    connection.execute(update(_drill).where(_drill.c.id == latest.scalar_subquery()).values(ended))


def recent(connection: Connection, key: Key, owner: int) -> list[Go]:
    """The goes that an offer goes by, in order."""
    return [_read(key, row) for row in reversed(_RECENT.rows(connection, who=owner))]


def latest(connection: Connection, key: Key, owner: int) -> Go | None:
    """The latest go, None when there was none."""
    rows = _LATEST.rows(connection, who=owner)
    return _read(key, rows[0]) if rows else None


def _read(key: Key, row: Any) -> Go:
    before, after = (
        None if sealed is None else int(key.unseal(f"drill.{name}", sealed))
        for name, sealed in (("before", row.before), ("after", row.after))
    )
    outcome = key.unseal("drill.outcome", row.outcome).decode()
    occasion = key.unseal(_ABOUT, row.about).decode() if row.about is not None else ""
    return Go(row.drill, row.minutes, before, after, outcome, row.started_at, occasion)
