"""What stands in the database against what the oracle says: the same occurrences, and each with the right end."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from bot.reminders.kinds import KINDS
from bot.reminders.recurrence import SNOOZED
from tests.reminders import oracle
from tests.reminders.oracle import LATE, Due, Oracle, Person

# The document says a quarter of an hour of two kinds; how long the window of the others is, the coach says.
GRACE = {kind.name: kind.grace / timedelta(seconds=1) for kind in KINDS.values()}
Key = tuple[str, date, float, bool]  # kind, date, instant, whether it was put off
ENDS = ("sent", "late", "skipped", "unknown")


@dataclass(frozen=True, slots=True)
class Row:
    """An occurrence that has its last state; instants are seconds since 1970."""

    id: int
    owner: int
    kind: str
    day: date
    slot: int
    due: float
    state: str
    reason: str | None
    settled: float

    @property
    def key(self) -> Key:
        """What the oracle knows it by."""
        return self.kind, self.day, self.due, self.slot >= SNOOZED

    @property
    def became(self) -> str:
        """What was written down of it."""
        return str(self.reason) if self.state == "skipped" else self.state

    @property
    def came(self) -> bool:
        """Whether they got it."""
        return self.state in ("sent", "late")


@dataclass(slots=True)
class Down:
    """The coach was away. `held`: occurrences that were queued (`pending`) or on their way (`sending`) at that time."""

    since: float
    up: float
    held: Mapping[int, str] = field(default_factory=dict)


@dataclass(slots=True)
class Tally:
    """What came of the comparison."""

    due: int = 0
    states: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    latest: float = 0.0  # seconds, of what was sent while the coach was up
    belated: int = 0  # messages to one person after one absence, at most
    wrong: list[str] = field(default_factory=list)


class Comparison:
    """Over one stretch of time."""

    def __init__(self, year: Oracle, looks: Sequence[float], downs: Iterable[Down]) -> None:
        self.year, self.looks = year, looks
        self.ups = {down.up for down in downs}
        self.held = {occurrence: (state, down.up) for down in downs for occurrence, state in down.held.items()}
        self.tally = Tally()

    def of(self, owner: int, person: Person, rows: Sequence[Row]) -> None:
        """One person's."""
        rows = [row for row in rows if row.due <= self.year.end]
        wanted = {self._key(due): due for due in self.year.due(person)}
        there = {row.key: row for row in rows}
        self._same(owner, wanted, there, rows)
        both = [(due, there[key]) for key, due in wanted.items() if key in there]
        self._ends(owner, person, both)
        for row in rows:
            self.tally.due += 1
            self.tally.states[row.state] += 1
            self.tally.kinds[row.kind] += 1
            if row.state == "skipped":
                self.tally.reasons[str(row.reason)] += 1
            if row.came and self.year.is_quiet(person, row.settled):
                self._wrong(owner, "in quiet hours", row)

    @staticmethod
    def _key(due: Due) -> Key:
        return due.rule, due.day, due.at, due.snoozed

    def _same(
        self, owner: int, wanted: Mapping[Key, Due], there: Mapping[Key, Row], rows: Sequence[Row]
    ) -> None:
        for key in wanted.keys() - there.keys():
            self._wrong(owner, "missed", wanted[key])
        for key in there.keys() - wanted.keys():
            self._wrong(owner, "not wanted", there[key])
        slots = Counter((row.kind, row.day, row.slot) for row in rows)
        instants = Counter((row.kind, row.day, row.due) for row in rows if row.came)
        for doubled in [key for counted in (slots, instants) for key, count in counted.items() if count > 1]:
            self._wrong(owner, "doubled", doubled)
        for row in rows:
            if row.state not in ENDS:
                self._wrong(owner, "without an end", row)

    def _ends(self, owner: int, person: Person, both: Sequence[tuple[Due, Row]]) -> None:
        """In the order in which they were decided: what was sent counts for what comes after it."""
        belated: dict[float, list[tuple[bool, Row]]] = defaultdict(list)
        called: date | None = None
        unasked: date | None = None
        decided = [(oracle.look_for(self.looks, due), due, row) for due, row in both]
        for look, due, row in sorted(decided, key=lambda one: (one[0] or 0.0, one[1])):
            assert look is not None
            held = self.held.get(row.id)
            if held is None:
                wanted, now = self.year.fate(person, due, look, GRACE[due.rule], called, unasked), look
            else:
                now = held[1]
                wanted = "unknown" if held[0] == "sending" else self._taken_up(person, due, now)
            if wanted == "late" and now in self.ups:  # one of them, and it is not said which
                belated[now].append((row.state == "late", row))
                allowed = {"late", "caught up"}
            else:
                allowed = {wanted}
            if row.became not in allowed:
                self._wrong(owner, f"{wanted} is wanted, at {_at(now)}", row)
            if row.came and now not in self.ups:
                self.tally.latest = max(self.tally.latest, row.settled - due.at)
                if row.settled - due.at > LATE:
                    self._wrong(owner, "late while the coach was up", row)
            went = row.came or held is not None
            if went and due.rule in oracle.CHECK_INS and self.year.silent_days(person, due, look) > 3:
                called = due.day
            if went and due.rule in oracle.UNASKED:
                unasked = due.day
        for up, missed in belated.items():
            came = sum(late for late, _ in missed)
            self.tally.belated = max(self.tally.belated, came)
            if came != 1:
                self._wrong(owner, f"{came} messages after the absence until {_at(up)}", missed[0][1])

    def _taken_up(self, person: Person, due: Due, now: float) -> str:
        """What was queued at the crash, and looked at again after it."""
        if now >= due.at + GRACE[due.rule]:
            return "expired"
        if oracle.within(person.unreachable, now):
            return "blocked"
        return self.year.forbidden(person, due, now, None) or ("late" if now - due.at > LATE else "sent")

    def _wrong(self, owner: int, what: str, which: object) -> None:
        if isinstance(which, Due):
            which = f"{which.rule} of {which.day}, {_at(which.at)}{' put off' if which.snoozed else ''}"
        if isinstance(which, Row):
            which = f"{which.kind} of {which.day}, slot {which.slot}, {_at(which.due)}: {which.state} {which.reason}"
        self.tally.wrong.append(f"{owner}: {what}: {which}")


def _at(second: float) -> str:
    return f"{datetime.fromtimestamp(second, UTC):%Y-%m-%d %H:%M:%S.%f}"[:-5]
