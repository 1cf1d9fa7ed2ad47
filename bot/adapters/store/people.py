"""People, what they agreed to, chats that can't be reached, and who was erased."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Integer, LargeBinary, String, and_, bindparam, delete, func, select, update
from sqlmodel import SQLModel

from bot.adapters.keyring import Key, Keyring
from bot.adapters.store import vault
from bot.adapters.store.cards import Cards, card_from
from bot.adapters.store.columns import BigId, Utc, insert_new, kept, table_of
from bot.adapters.store.prepared import Prepared
from bot.model import NO_ZONE, Card, Pause, Person

HEALTH = "health"  # the purpose that check-ins rest on


class People(SQLModel, table=True):
    """One row a person, from their first /start until they erase themselves. No name is kept."""

    __tablename__ = "person"

    owner: int = kept(
        BigId, owner="owner", kind="id", purpose="your Telegram id, to reach you", keep="until erased",
        export=True, primary_key=True, autoincrement=False,
    )
    arrived_at: datetime = kept(
        Utc, owner="owner", kind="time", purpose="when you first wrote", keep="until erased", export=True,
    )
    locale: str = kept(
        String(16), owner="owner", kind="choice", purpose="the language we write in", keep="until erased",
        export=True,
    )
    zone: str = kept(
        String(64), owner="owner", kind="choice", purpose="your time zone, for the right day and hour",
        keep="until erased", export=True,
    )
    country: str | None = kept(
        String(2), owner="owner", kind="choice", purpose="the country whose help lines you see",
        keep="until erased", export=True, nullable=True,
    )
    paused_at: datetime | None = kept(
        Utc, owner="owner", kind="choice", purpose="since when you pause", keep="until an hour after the pause",
        export=True, nullable=True,
    )
    paused_until: datetime | None = kept(
        Utc, owner="owner", kind="choice", purpose="when your pause ends", keep="until an hour after the pause",
        export=True, nullable=True,
    )


class Consent(SQLModel, table=True):
    """What a person agreed to, word for word by version, and when."""

    owner: int = kept(
        BigId, owner="owner", kind="id", purpose="who agreed", keep="until erased", export=True,
        primary_key=True, autoincrement=False,
    )
    purpose: str = kept(
        String(32), owner="owner", kind="choice", purpose="what was agreed to", keep="until erased", export=True,
        primary_key=True,
    )
    version: int = kept(
        Integer, owner="owner", kind="choice", purpose="which wording was agreed to", keep="until erased",
        export=True, primary_key=True, autoincrement=False,
    )
    given_at: datetime = kept(
        Utc, owner="owner", kind="time", purpose="when it was agreed to", keep="until erased", export=True,
    )
    withdrawn_at: datetime | None = kept(
        Utc, owner="owner", kind="time", purpose="when it was taken back", keep="until erased", export=True,
        nullable=True,
    )


class Chat(SQLModel, table=True):
    """A chat that can't be written to, and why: a state, not an error (promise 4)."""

    chat: int = kept(
        BigId, owner="chat", kind="id", purpose="which chat", keep="until erased", export=False,
        primary_key=True, autoincrement=False,
    )
    state: str = kept(
        String(16), owner="chat", kind="technical", purpose="whether we can write to you", keep="until erased",
        export=True,
    )
    since: datetime = kept(
        Utc, owner="chat", kind="time", purpose="since when", keep="until erased", export=True,
    )
    moved_to: int | None = kept(
        BigId, owner="chat", kind="id", purpose="where the group moved", keep="until erased", export=False,
        nullable=True,
    )


class Tombstone(SQLModel, table=True):
    """A key was destroyed: a hash that only says so when that very key is put beside it, and not whose it was."""

    hash: bytes = kept(
        LargeBinary, owner=None, kind="technical", purpose="so that a restored backup can't bring you back",
        keep="for good", export=False, erase="keep", primary_key=True,
    )
    at: datetime = kept(
        Utc, owner=None, kind="time", purpose="when you were erased", keep="for good", export=False,
        erase="keep",
    )


_person, _consent, _chat, _tombstone = (table_of(m) for m in (People, Consent, Chat, Tombstone))
_card = table_of(Cards)


@dataclass(frozen=True, slots=True)
class Known:
    """What one query says of the one who acts: their key, the person, the chat's state, the card meant."""

    key: Key
    person: Person | None
    reach: str
    card: Card | None


_AGREED = (
    select(func.max(_consent.c.version))
    .where(
        _consent.c.owner == vault.vault.c.owner, _consent.c.purpose == HEALTH, _consent.c.withdrawn_at.is_(None)
    )
    .scalar_subquery()
    .label("agreed")
)
_KNOWN = select(
    vault.vault.c.wrapped,
    _person.c.owner.label("person"),
    _person.c.locale,
    _person.c.zone,
    _person.c.country,
    _person.c.paused_at,
    _person.c.paused_until,
    _AGREED,
    _chat.c.state.label("reach"),
    *_card.c,
).where(vault.vault.c.owner == bindparam("who"))
_WITH = vault.vault.outerjoin(_person, _person.c.owner == vault.vault.c.owner).outerjoin(
    _chat, _chat.c.chat == bindparam("chat")
)
_BY_TAP = Prepared(
    _KNOWN.select_from(_WITH.outerjoin(_card, _card.c.id == bindparam("card"))).with_for_update(
        read=True, of=vault.vault
    )
)
_IS_OPEN = and_(_card.c.owner == vault.vault.c.owner, _card.c.chat == bindparam("chat"), _card.c.open)
_BY_OPEN = Prepared(
    _KNOWN.select_from(_WITH.outerjoin(_card, _IS_OPEN)).with_for_update(read=True, of=vault.vault)
)


def known(connection: Connection, keyring: Keyring, owner: int, chat: int, card: int | None) -> Known:
    """Everything a turn needs to know first, in one query: `card` names a tapped card, else the open one is meant."""
    if card is None:
        found = _BY_OPEN.rows(connection, who=owner, chat=chat)
    else:
        found = _BY_TAP.rows(connection, who=owner, chat=chat, card=card)
    if not found:  # the key went with an erasure by another process, a moment ago
        return Known(vault.key(connection, keyring, owner), None, "ok", None)
    row = found[0]
    return Known(keyring.open(owner, row.wrapped), _person_from(row), row.reach or "ok", card_from(row))


def person(connection: Connection, owner: int) -> Person | None:
    """A person as they are now, in the midst of a turn."""
    query = select(
        vault.vault.c.owner, _person.c.owner.label("person"), _person.c.locale, _person.c.zone, _person.c.country,
        _person.c.paused_at, _person.c.paused_until, _AGREED,
    ).select_from(vault.vault.join(_person, _person.c.owner == vault.vault.c.owner))
    row = connection.execute(query.where(vault.vault.c.owner == owner)).first()
    return None if row is None else _person_from(row)


def _person_from(row: Any) -> Person | None:
    if row.person is None:
        return None
    pause = Pause(row.paused_at, row.paused_until) if row.paused_at is not None else None
    return Person(row.person, row.locale, row.zone, row.country, row.agreed or 0, pause)


def arrive(connection: Connection, owner: int, locale: str, now: datetime) -> None:
    """A person comes, or comes back: they are new to us either way."""
    row = {"owner": owner, "arrived_at": now, "locale": locale, "zone": NO_ZONE}
    connection.execute(insert_new(connection, _person).values(row))


def agree(connection: Connection, owner: int, purposes: tuple[str, ...], version: int, now: datetime) -> None:
    """Consent by purpose; given twice it keeps its first time, taken back and given again it counts anew."""
    rows = [{"owner": owner, "purpose": purpose, "version": version, "given_at": now} for purpose in purposes]
    connection.execute(insert_new(connection, _consent), rows)


def keep_country(connection: Connection, owner: int, country: str) -> None:
    """The country whose help lines this person sees."""
    connection.execute(update(_person).where(_person.c.owner == owner).values(country=country))


def keep_place(connection: Connection, owner: int, zone: str, country: str) -> None:
    """Where this person lives."""
    connection.execute(update(_person).where(_person.c.owner == owner).values(zone=zone, country=country))


def pause(connection: Connection, owner: int, since: datetime | None, until: datetime | None) -> None:
    """A pause from `since` on, until an instant or (None) until they write; no pause without `since`."""
    connection.execute(
        update(_person).where(_person.c.owner == owner).values(paused_at=since, paused_until=until)
    )


def end_lapsed_pauses(connection: Connection, now: datetime) -> None:
    """A pause that is over is not kept."""
    over = _person.c.paused_until <= now
    connection.execute(update(_person).where(over).values(paused_at=None, paused_until=None))


def never_agreed(connection: Connection, before: datetime) -> list[int]:
    """Who came before that time and has agreed to nothing since."""
    agreed = select(_consent.c.owner)
    query = select(_person.c.owner).where(_person.c.arrived_at < before, _person.c.owner.not_in(agreed))
    return list(connection.execute(query).scalars())


def countries(connection: Connection) -> list[tuple[int, str]]:
    """Who named their country: (owner, ISO code)."""
    query = select(_person.c.owner, _person.c.country).where(_person.c.country.is_not(None))
    return [(row.owner, row.country) for row in connection.execute(query)]


def reach(connection: Connection, chat: int, state: str, now: datetime, moved_to: int | None = None) -> None:
    """Note that a chat can be written to (`ok`), or why not: `blocked`, `deactivated`, `kicked`, `migrated`."""
    connection.execute(delete(_chat).where(_chat.c.chat == chat))
    if state != "ok":
        row = {"chat": chat, "state": state, "since": now, "moved_to": moved_to}
        connection.execute(insert_new(connection, _chat).values(row))


def can_be_written_to(connection: Connection, chat: int) -> bool:
    """Whether nothing is known that speaks against it."""
    return connection.execute(select(_chat.c.chat).where(_chat.c.chat == chat)).first() is None


def bury(connection: Connection, keyring: Keyring, wrapped: bytes, now: datetime) -> None:
    """Leave a tombstone: a keyed hash of the key that was destroyed."""
    row = {"hash": keyring.tombstone(wrapped), "at": now}
    connection.execute(insert_new(connection, _tombstone).values(row))


def is_known(connection: Connection, owner: int) -> bool:
    """Whether anything is held about this person."""
    held = select(vault.vault.c.owner).where(vault.vault.c.owner == owner)
    return connection.execute(held).first() is not None
