"""The coach's reminders on a database, without the rest of it: what turns do to them, the tick, and a stand-in for the
courier, which claims and settles as that does and writes no words."""

import base64
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from sqlalchemy import Connection, Engine, select

from bot.adapters.keyring import Keyring
from bot.adapters.store import checkins, outbox, people, profile, vault
from bot.adapters.store import reminders as store
from bot.adapters.store.columns import table_of
from bot.adapters.store.people import HEALTH
from bot.adapters.store.prepared import Prepared
from bot.model import Acknowledge, Card, Command, Effect, Event, Person, StartClock, Who
from bot.onboarding.consent import VERSION
from bot.reminders import duty
from bot.reminders.kinds import BREAK
from bot.reminders.plan import ORDER
from tests.support import KEY

SETTLED = ("sent", "late", "skipped", "unknown")
OFF = dict.fromkeys(ORDER, "off 12:00")  # nothing but what is chosen
FAR = date(2100, 1, 1)


def utc(text_: str) -> datetime:
    """An instant."""
    return datetime.fromisoformat(text_).replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Row:
    """An occurrence as it stands in the database."""

    owner: int
    kind: str
    day: date
    slot: int
    due_at: datetime
    state: str
    reason: str | None
    settled_at: datetime | None

    @property
    def became(self) -> str:
        """The reason, else the state."""
        return self.reason or self.state


class Desk:
    """Everything that happens to reminders; each call is one step inside the caller's transaction."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self.keyring = Keyring(base64.b64decode(KEY))

    # What people do, as their turns would carry it into the store.

    def arrive(
        self, connection: Connection, owner: int, zone: str, chosen: Mapping[str, str], now: datetime,
        *, talks: bool = True,
    ) -> None:
        """Somebody agrees, says where they live and chooses this. `talks`: never silent, whatever is asked."""
        key = vault.key(connection, self.keyring, owner)
        people.arrive(connection, owner, "en", now)
        people.agree(connection, owner, (HEALTH,), VERSION, now)
        people.keep_place(connection, owner, zone, "XX")
        for name, value in chosen.items():
            profile.choose(connection, key, owner, name, value, now)
        if talks:
            checkins.keep_day(connection, key, owner, FAR, {}, now)
        duty.follow(connection, key, owner, now)

    def choose(self, connection: Connection, owner: int, now: datetime, **chosen: str) -> None:
        """A change of settings."""
        key = vault.key(connection, self.keyring, owner)
        for name, value in chosen.items():
            profile.choose(connection, key, owner, name.strip("_"), value, now)
        duty.follow(connection, key, owner, now)

    def move(self, connection: Connection, owner: int, zone: str, now: datetime) -> None:
        """Another place."""
        people.keep_place(connection, owner, zone, "XX")
        duty.follow(connection, vault.key(connection, self.keyring, owner), owner, now)

    def pause(self, connection: Connection, owner: int, now: datetime, until: datetime | None) -> None:
        """Silence, until then or until they are back."""
        people.pause(connection, owner, now, until)
        duty.heard(connection, owner, self._zone(connection, owner), until or now)

    def resume(self, connection: Connection, owner: int, now: datetime) -> None:
        """And back."""
        people.pause(connection, owner, None, None)
        duty.heard(connection, owner, self._zone(connection, owner), now)

    def moved(self, connection: Connection, owner: int, now: datetime) -> None:
        """They moved, on a card or on their own: the breaks' clock starts anew."""
        self.save(connection, owner, StartClock(BREAK, now), now)

    def tap(
        self, connection: Connection, owner: int, occurrence: int, effect: Effect, now: datetime, zone: str = ""
    ) -> None:
        """What a tap on the card that shows this occurrence leads to; the card has its number."""
        store.show_on(connection, owner, occurrence, occurrence)
        self.save(connection, owner, effect, now, zone, occurrence)

    def save(
        self, connection: Connection, owner: int, effect: Effect, now: datetime, zone: str = "", card: int = 0
    ) -> None:
        """An effect of a turn."""
        shown = Card(card, owner, owner, "prompt", None, None, 1, "", True)
        who = Who(Person(owner, "en", zone or self._zone(connection, owner), "XX", VERSION), shown, "", "en")
        event = Event(0, owner, owner, True, now, Command("remind"))
        duty.save(connection, vault.key(connection, self.keyring, owner), who, effect, event, now)

    def _zone(self, connection: Connection, owner: int) -> str:
        person = people.person(connection, owner)
        assert person is not None
        return person.zone

    # What the coach does.

    def decide(self, connection: Connection, now: datetime) -> int:
        """Ticks until nothing is due; how many occurrences those were."""
        decided = 0
        while some := duty.tick(connection, self.keyring, now):
            decided += some
        return decided

    def queued(self, connection: Connection) -> list[int]:
        """Rows that wait for the courier."""
        return [row.id for row in _QUEUED.rows(connection)]

    def claim(self, connection: Connection, now: datetime) -> list[outbox.Claimed]:
        """Take what waits, and look once more whether it fits, as the courier and `Reminding.compose` do."""
        claimed = (self._claim(connection, row, now) for row in self.queued(connection))
        return [row for row in claimed if row is not None]

    def _claim(self, connection: Connection, row_id: int, now: datetime) -> outbox.Claimed | None:
        row = outbox.claim(connection, self.keyring, row_id, now)
        if row is None or row.occurrence is None:
            return None
        found = store.queued(connection, row.occurrence, now)
        if found is not None:
            verdict = duty.fits(connection, found, duty.learned(connection, self.keyring, found, now), now)
            if verdict is None:
                return row
            if verdict.until is not None:
                store.again(connection, row.occurrence, verdict.until)
            else:
                store.settle(connection, row.occurrence, store.SKIPPED, now, verdict.reason)
        outbox.settle(connection, row_id, "dropped", now, "does not fit now")
        return None

    def end(self, connection: Connection, rows: Iterable[outbox.Claimed], now: datetime) -> None:
        """Telegram took them."""
        for row in rows:
            outbox.end(connection, row.id, row.occurrence, "sent", now)

    def answer(self, connection: Connection, rows: Iterable[outbox.Claimed], now: datetime) -> None:
        """They answer at once: none was ignored."""
        for row in rows:
            assert row.occurrence is not None
            self.tap(connection, row.owner, row.occurrence, Acknowledge("moved"), now)

    def remind(self, connection: Connection, now: datetime, *, answered: bool = True) -> list[outbox.Claimed]:
        """One look at the clock: decide, send, and be answered."""
        self.decide(connection, now)
        rows = self.claim(connection, now)
        self.end(connection, rows, now)
        if answered:
            self.answer(connection, rows, now)
        return rows

    def next_due(self, connection: Connection) -> datetime | None:
        """When something is due next."""
        for row in _NEXT.rows(connection):
            due: datetime = row.due_at
            return due
        return None

    # What stands in the database.

    def rows(self, connection: Connection) -> list[Row]:
        """All occurrences, as they are due."""
        return [Row(*row) for row in _ALL.rows(connection)]

    def settled(self, connection: Connection) -> list[Row]:
        """What has its last state."""
        return [row for row in self.rows(connection) if row.state in SETTLED]

    def pending(self, connection: Connection) -> list[Row]:
        """What is still to come."""
        return [row for row in self.rows(connection) if row.state == "pending"]


_occurrence, _rule, _outbox = table_of(store.Occurrences), table_of(store.Recurrences), table_of(outbox.Outbox)
_QUEUED = Prepared(select(_outbox.c.id).where(_outbox.c.state == "pending").order_by(_outbox.c.id))
_NEXT = Prepared(
    select(_occurrence.c.due_at).where(_occurrence.c.state == "pending").order_by(_occurrence.c.due_at).limit(1)
)
_ALL = Prepared(
    select(
        _occurrence.c.owner, _rule.c.kind, _occurrence.c.local_date, _occurrence.c.slot, _occurrence.c.due_at,
        _occurrence.c.state, _occurrence.c.reason, _occurrence.c.settled_at,
    )
    .select_from(_occurrence.join(_rule, _rule.c.id == _occurrence.c.recurrence))
    .order_by(_occurrence.c.due_at, _occurrence.c.id)
)
