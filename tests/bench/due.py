"""People with reminders, stored in bulk before a measurement: some of these are due at given moments, the rest later.

    python -m tests.bench reminders: 1,000,000 of them in half a minute
"""

import itertools
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, text

from bot.adapters.keyring import Keyring
from bot.app import open_database
from bot.demo.world import TOKEN
from bot.onboarding.consent import PURPOSES, VERSION
from bot.reminders.kinds import BREAK, DRILL, EVENING, MORNING, WEEK, WIND_DOWN
from bot.reminders.recurrence import EVERY_DAY
from tests.bench.stored import FIRST
from tests.support import settings_for

# Of ten that are due together: four breaks, four check-ins, two others.
DUE = (BREAK, MORNING, BREAK, EVENING, WIND_DOWN, BREAK, MORNING, BREAK, EVENING, DRILL)
KINDS = (BREAK, MORNING, EVENING, WIND_DOWN, WEEK, DRILL)
ZONES = (
    "Pacific/Auckland", "Australia/Sydney", "Asia/Tokyo", "Asia/Kolkata", "Africa/Nairobi", "Europe/Berlin",
    "Europe/London", "America/Sao_Paulo", "America/New_York", "America/Los_Angeles", "Pacific/Honolulu",
)
DAYTIME = range(9, 21)  # local hours in which something may be due
BED, UP = range(22 * 60, 24 * 60, 15), range(6 * 60, 9 * 60, 30)  # between them it is quiet
RULES_EACH, DAYS = 4, 14  # rules of a person when many are stored; days behind whoever is to wind down
EVERY = (60, 60, 60, 30, 90)  # minutes between breaks
PAUSED, BLOCKED, ANSWERED = 50, 100, 20  # one in so many
PEOPLE_AT_ONCE = 10_000

Row = tuple[Any, ...]
Rows = dict[str, list[Row]]
COLUMNS = {
    "vault": "owner, wrapped",
    "person": "owner, arrived_at, locale, zone, paused_at",
    "consent": "owner, purpose, version, given_at",
    "manners": "owner, quiet_from, quiet_until",
    "chat": "chat, state, since",
    "day": "owner, day, holds, at",
    "answer": "owner, day, marker, value, at",
    "recurrence": 'id, owner, kind, active, start, until, every, days, "offset", unanswered',
    "occurrence": "id, owner, recurrence, local_date, slot, due_at, state",
}


@dataclass(frozen=True)
class Stock:
    """So many pending occurrences; of them so many due together, each somebody else's, at each of the moments."""

    stored: int
    due: int
    moments: Sequence[datetime]

    @property
    def people(self) -> int:
        """Whose these are."""
        return max(self.due * len(self.moments), self.stored // RULES_EACH)

    @property
    def apart(self) -> int:
        """Of so many people one is due at a moment: these lie scattered in the tables, as in life."""
        return self.people // self.due


def store(address: str, stock: Stock) -> None:
    """Put them into an empty database."""
    settings = settings_for(address, "http://127.0.0.1", TOKEN)
    engine, seeding = open_database(settings), _Seeding(stock, Keyring(settings.master_key()))
    for first in range(0, stock.people, PEOPLE_AT_ONCE):
        rows = seeding.rows(range(first, min(first + PEOPLE_AT_ONCE, stock.people)))
        with engine.begin() as connection:
            for table, columns in COLUMNS.items():
                _copy(connection, table, columns, rows[table])
    if engine.dialect.name == "postgresql":
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            for table in ("recurrence", "occurrence"):
                connection.execute(text(f"SELECT setval('{table}_id_seq', {stock.stored})"))
            connection.execute(text("VACUUM ANALYZE"))
            connection.execute(text("CHECKPOINT"))
    engine.dispose()


def _copy(connection: Connection, table: str, columns: str, rows: Iterable[Row]) -> None:
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "sqlite":
        driver.executemany(f"INSERT INTO {table} ({columns}) VALUES ({', '.join('?' * len(columns.split(',')))})", rows)
        return
    with driver.cursor() as cursor:
        cursor.execute("SET LOCAL TIME ZONE 'UTC'")
        with cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)


class _Seeding:
    """Makes the rows of people, by their number."""

    def __init__(self, stock: Stock, keyring: Keyring) -> None:
        self._stock = stock
        self._keyring = keyring
        self._ids = itertools.count(1)
        first = stock.moments[0]
        offsets = {zone: first.astimezone(ZoneInfo(zone)).utcoffset() or timedelta() for zone in ZONES}
        self._zones = [(zone, offset) for zone, offset in offsets.items() if (first + offset).hour in DAYTIME]
        self._now = _stored(first - timedelta(hours=1))

    def rows(self, people: Iterable[int]) -> Rows:
        """By table."""
        rows: Rows = {table: [] for table in COLUMNS}
        for number in people:
            self._add(rows, number)
        return rows

    def _add(self, rows: Rows, number: int) -> None:
        owner, now = FIRST + number, self._now
        zone, offset = self._zones[number % len(self._zones)]
        wrapped = self._keyring.new(owner)
        rows["vault"].append((owner, wrapped))
        rows["person"].append((owner, now, "en", zone, None if number % PAUSED else now))
        rows["consent"] += [(owner, purpose, VERSION, now) for purpose in PURPOSES]
        rows["manners"].append((owner, BED[number % len(BED)], UP[number % len(UP)]))
        if number % BLOCKED == 1:
            rows["chat"].append((owner, "blocked", now))
        moments = [self._moment(number), *self._later(number)]
        first = DUE[number // self._stock.apart % len(DUE)]
        for which, moment in enumerate(moments):
            kind = KINDS[(KINDS.index(first) + which) % len(KINDS)]
            self._remind(rows, owner, kind, moment, moment + offset)
        today = (moments[0] + offset).date()
        if first == WIND_DOWN:
            rows["day"] += self._days(owner, wrapped, today)
        else:
            rows["day"].append((owner, str(today - timedelta(days=1 + number % 3)), b"sealed", now))
        answered = today if number % ANSWERED == 3 else today - timedelta(days=1)
        rows["answer"] += [(owner, str(answered), marker, b"sealed", now) for marker in ("mood", "revved")]

    def _moment(self, number: int) -> datetime:
        """When this person's first reminder is due."""
        place, moments = number % self._stock.apart, self._stock.moments
        return moments[place] if place < len(moments) else next(self._some_time(number))

    def _later(self, number: int) -> list[datetime]:
        """And the others."""
        stored, people = self._stock.stored, self._stock.people
        return list(itertools.islice(self._some_time(number), stored // people + (number < stored % people) - 1))

    def _some_time(self, number: int) -> Iterator[datetime]:
        """Within a day, but not soon: at whole minutes, evenly."""
        for which in itertools.count():
            minutes = 120 + (number * 7919 + which * 353) % (22 * 60)
            yield self._stock.moments[-1] + timedelta(minutes=minutes)

    def _remind(self, rows: Rows, owner: int, kind: str, moment: datetime, local: datetime) -> None:
        rule, minute = next(self._ids), local.hour * 60 + local.minute
        every = EVERY[rule % len(EVERY)]
        window = (minute - every * (1 + rule % 3), minute + 240, every) if kind == BREAK else (minute, None, None)
        days = 1 << local.weekday() if kind == WEEK else EVERY_DAY
        rows["recurrence"].append((rule, owner, kind, True, *window, days, 0, 0))
        rows["occurrence"].append((rule, owner, rule, str(local.date()), minute, _stored(moment), "pending"))

    def _days(self, owner: int, wrapped: bytes, today: date) -> list[Row]:
        """Half of them slept badly."""
        key = self._keyring.open(owner, wrapped)
        kept: Mapping[str, str] = {"sleep": str(2 + owner // len(DUE) % 2 * 5), "mood": "5", "hours": "7", "down": "4"}
        holds = json.dumps(kept).encode()
        days = [today - timedelta(days=ago) for ago in range(DAYS)]
        return [(owner, str(day), key.seal("day.holds", holds), self._now) for day in days]


def _stored(moment: datetime) -> str:
    """As either database reads it; SQLite keeps this very text."""
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}"
