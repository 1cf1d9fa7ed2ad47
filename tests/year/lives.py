"""People and what they do to their reminders in a year, told to the coach and to the oracle alike."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Connection

from bot.adapters.store import checkins, people, safety, vault
from bot.checkins.questions import MARKERS
from bot.model import Acknowledge, Effect, NotToday, Snooze
from tests.reminders import oracle
from tests.reminders.desk import Desk
from tests.year.wishes import Wishes, anybody, changed

DATE_LINE = ("Pacific/Kiritimati", "Pacific/Pago_Pago", "Pacific/Apia", "Pacific/Chatham", "Etc/GMT+12", "Etc/GMT-14")
HOUR, DAY = 3600.0, 86400.0
SNOOZES = (10, 30, 60)
# What they do of themselves, and how often relative to each other.
ACTS = {
    "change": 40, "travel": 10, "pause": 8, "check in": 14, "be out of reach": 4, "hand over": 4, "nothing": 2,
}


def moment(at: float) -> datetime:
    """Seconds since 1970 as an instant."""
    return datetime.fromtimestamp(at, UTC)


@dataclass(frozen=True, slots=True)
class Later:
    """Something that somebody will do."""

    at: float
    what: str
    do: Callable[[Connection, float], "list[Later]"]


class Life:
    """One person. Each act is carried into the store and noted for the oracle; it gives back what follows from it."""

    def __init__(
        self, desk: Desk, year: oracle.Oracle, owner: int, zone: str, zones: Sequence[str], seed: str,
        wishes: Callable[[random.Random], Wishes] = anybody,
    ) -> None:
        self.desk, self.year, self.owner, self.zones = desk, year, owner, zones
        self.rng = random.Random(f"{seed} {owner}")
        self.wishes = wishes(self.rng)
        self.person = oracle.Person([(0.0, zone)], {}, silent=self.rng.random() < 0.15)
        self.last: dict[str, tuple[int, date, float]] = {}  # the card of each kind: occurrence, its date, when it came

    def arrive(self, connection: Connection, now: float) -> None:
        """The set-up."""
        talks = not self.person.silent
        zone = self.person.zones[-1][1]
        self.person.zones = [(now, zone)]
        self.desk.arrive(connection, self.owner, zone, self.wishes.kept(), moment(now), talks=talks)
        self._note(now)

    def _note(self, now: float) -> None:
        """What is wished for from now on; telling it is a sign of life."""
        for kind, plan in self.wishes.plans(self.owner).items():
            told = self.person.rules.setdefault(kind, [])
            if not told or told[-1][1] != plan:
                told.append((now, plan))
        if not self.person.quiet or self.person.quiet[-1][1] != self.wishes.hours():
            self.person.quiet.append((now, self.wishes.hours()))
        self._heard(now, now)

    def _heard(self, now: float, sign: float) -> None:
        self.person.heard.append((now, sign, self.person.zones[-1][1]))

    # Of themselves.

    def next_act(self, now: float, mean: float) -> Later:
        """The next thing that they do, and so on for good."""
        at = half(now + self.rng.expovariate(1 / mean))

        (what,) = self.rng.choices(list(ACTS), list(ACTS.values()))

        def do(connection: Connection, at: float) -> list[Later]:
            return [*self._act(connection, what, at), self.next_act(at, mean)]

        return Later(at, what, do)

    def next_move(self, now: float) -> Later:
        """They get up without being asked, every other day or so."""

        def do(connection: Connection, at: float) -> list[Later]:
            self._move(connection, at)
            return [self.next_move(at)]

        return Later(half(now + self.rng.expovariate(1 / (1.7 * DAY))), "move", do)

    def _act(self, connection: Connection, what: str, now: float) -> list[Later]:
        match what:
            case "change" if self.rng.random() < 0.25:
                return self._change_when_due(connection, now)
            case "change":
                self._change(connection, now)
            case "travel":
                here = self.person.zones[-1][1]
                self._travel(connection, now)
                if self.rng.random() < 0.5:  # and home again
                    back = half(now + self.rng.uniform(HOUR, 6 * DAY))
                    return [Later(back, "travel", lambda connection, at: self._travel(connection, at, here))]
            case "pause":
                return self._pause(connection, now)
            case "check in" if not self.person.silent:
                self._check_in(connection, now)
            case "be out of reach":
                return self._be_out_of_reach(connection, now)
            case "hand over":
                key = vault.key(connection, self.desk.keyring, self.owner)
                safety.keep_flag(connection, key, self.owner, "urgent", "x", "y", moment(now))
                self.person.handed_over.append(now)
        return []

    def _change(self, connection: Connection, now: float) -> list[Later]:
        self.desk.choose(connection, self.owner, moment(now), **changed(self.wishes, self.rng))
        self._note(now)
        return []

    def _change_when_due(self, connection: Connection, now: float) -> list[Later]:
        """In the very second in which something of theirs is due."""
        pending = [due for due in self.year.due(self.person) if now < due.at < now + 2 * DAY]
        return [Later(self.rng.choice(pending).at, "change when due", self._change)] if pending else []

    def _travel(self, connection: Connection, now: float, zone: str | None = None) -> list[Later]:
        if zone is None:
            zone = self.rng.choice(DATE_LINE if self.rng.random() < 0.3 else self.zones)
        self.desk.move(connection, self.owner, zone, moment(now))
        self.person.zones.append((now, zone))
        self._note(now)
        return []

    def _pause(self, connection: Connection, now: float) -> list[Later]:
        """For some hours or days, or until they are back."""
        end = self.rng.random() < 0.6
        until = half(now + self.rng.uniform(HOUR, 9 * DAY))
        self._no_pause(now)
        self.desk.pause(connection, self.owner, moment(now), moment(until) if end else None)
        self.person.pauses.append((now, until if end else float("inf")))
        self._heard(now, until if end else now)
        return [] if end else [Later(until, "resume", self._resume)]

    def _resume(self, connection: Connection, now: float) -> list[Later]:
        self.desk.resume(connection, self.owner, moment(now))
        self._no_pause(now)
        self._heard(now, now)
        return []

    def _no_pause(self, now: float) -> None:
        self.person.pauses = [(since, min(until, now)) for since, until in self.person.pauses]

    def _check_in(self, connection: Connection, now: float) -> None:
        """Without being asked, or before."""
        kind = self.rng.choice(("morning", "evening"))
        number = oracle.shown(self.year.zone_at(self.person, now), now)[0]
        day = oracle.EPOCH + timedelta(days=number)
        key = vault.key(connection, self.desk.keyring, self.owner)
        checkins.keep_answer(connection, key, self.owner, day, MARKERS[kind][0], "5", moment(now))
        self.person.answered.append((now, kind, day))

    def _be_out_of_reach(self, connection: Connection, now: float) -> list[Later]:
        if self.person.unreachable and self.person.unreachable[-1][1] > now:
            return []
        until = half(now + self.rng.uniform(HOUR, 5 * DAY))
        people.reach(connection, self.owner, "blocked", moment(now))
        self.person.unreachable.append((now, float("inf")))
        return [Later(until, "come back", self._come_back)]

    def _come_back(self, connection: Connection, now: float) -> list[Later]:
        people.reach(connection, self.owner, "ok", moment(now))
        self.person.unreachable[-1] = (self.person.unreachable[-1][0], now)
        return []

    def _move(self, connection: Connection, now: float) -> None:
        if self.person.rules["break"][-1][1] is not None:
            self.desk.moved(connection, self.owner, moment(now))
            self.person.restarts.setdefault("break", []).append(now)

    # On a reminder.

    def react(self, kind: str, occurrence: int, day: date, now: float) -> list[Later]:
        """What they will do with the card that has just come."""
        self.last[kind] = occurrence, day, now
        what = self.rng.random()
        at = half(now + self.rng.uniform(1, 20 * 60))
        if what < 0.04:
            return [Later(at, "snooze", lambda connection, at: self._snooze(connection, at, kind, occurrence))]
        if what < 0.05:
            return [Later(at, "not today", lambda connection, at: self._not_today(connection, at, kind, occurrence))]
        if what < 0.15 and kind == "break":
            return [Later(at, "done", self._done)]
        return []

    def _snooze(self, connection: Connection, now: float, kind: str, occurrence: int) -> list[Later]:
        if self.last[kind][0] == occurrence:  # a newer card takes the older one's buttons
            until = now + self.rng.choice(SNOOZES) * 60
            self._tap(connection, occurrence, now, Acknowledge("snooze"), Snooze(moment(until)))
            snooze = oracle.Snooze(now, self.last[kind][1], until)
            self.person.snoozes.setdefault(kind, []).append(snooze)
        return []

    def _not_today(self, connection: Connection, now: float, kind: str, occurrence: int) -> list[Later]:
        if self.last[kind][0] == occurrence:
            self._tap(connection, occurrence, now, Acknowledge("not_today"), NotToday())
            self.person.not_today.append((now, kind, self.last[kind][1]))
        return []

    def _tap(self, connection: Connection, occurrence: int, now: float, *effects: Effect) -> None:
        for effect in effects:
            self.desk.tap(connection, self.owner, occurrence, effect, moment(now), self.person.zones[-1][1])

    def _done(self, connection: Connection, now: float) -> list[Later]:
        self._move(connection, now)
        return []


def half(at: float) -> float:
    """Acts happen between two ticks, unless they mean to be in the second of one."""
    return int(at) + 0.5
