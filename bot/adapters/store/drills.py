"""Goes of a drill: which, how long, how revved up before and after (docs/domain.md 5)."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Integer, String, bindparam, insert, select, update
from sqlmodel import SQLModel

from bot.adapters.keyring import Key
from bot.adapters.store.columns import BigId, Sealed, Utc, kept, table_of
from bot.adapters.store.prepared import Prepared
from bot.drills.goes import RUNNING, Go


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
        Integer, owner="owner", kind="choice", purpose="how long", keep="until erased", export=True,
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
    started_at: datetime = kept(
        Utc, owner="owner", kind="time", purpose="when it began", keep="until erased", export=True,
    )
    ended_at: datetime | None = kept(
        Utc, owner="owner", kind="time", purpose="when it ended", keep="until erased", export=True, nullable=True,
    )


_drill = table_of(Drills)
_BEGIN = Prepared(
    insert(_drill), columns=("owner", "drill", "minutes", "before", "outcome", "started_at")
)
_LATEST = Prepared(
    select(*_drill.c).where(_drill.c.owner == bindparam("who")).order_by(_drill.c.id.desc()).limit(1)
)


def begin(
    connection: Connection, key: Key, owner: int, drill: str, minutes: int, before: int | None, at: datetime
) -> None:
    """A go begins; `before` is None when it was skipped."""
    sealed = None if before is None else key.seal("drill.before", str(before).encode())
    outcome = key.seal("drill.outcome", RUNNING.encode())
    _BEGIN.change(
        connection, owner=owner, drill=drill, minutes=minutes, before=sealed, outcome=outcome, started_at=at
    )


def end(connection: Connection, key: Key, owner: int, outcome: str, after: int | None, at: datetime) -> None:
    """The latest go ended, or how they were after it was told or corrected."""
    latest = select(_drill.c.id).where(_drill.c.owner == owner).order_by(_drill.c.id.desc()).limit(1)
    sealed = None if after is None else key.seal("drill.after", str(after).encode())
    ended = {"outcome": key.seal("drill.outcome", outcome.encode()), "after": sealed, "ended_at": at}
    connection.execute(update(_drill).where(_drill.c.id == latest.scalar_subquery()).values(ended))


def since(connection: Connection, key: Key, owner: int, at: datetime) -> list[Go]:
    """The goes that began from that time on, in order."""
    query = select(_drill).where(_drill.c.owner == owner, _drill.c.started_at >= at).order_by(_drill.c.id)
    return [_read(key, row) for row in connection.execute(query)]


def latest(connection: Connection, key: Key, owner: int) -> Go | None:
    """The latest go, None when there was none."""
    rows = _LATEST.rows(connection, who=owner)
    return _read(key, rows[0]) if rows else None


def _read(key: Key, row: Any) -> Go:
    before, after = (
        None if sealed is None else int(key.unseal(f"drill.{name}", sealed))
        for name, sealed in (("before", row.before), ("after", row.after))
    )
    return Go(row.drill, row.minutes, before, after, key.unseal("drill.outcome", row.outcome).decode(), row.started_at)
