"""A stretch of time lived on a real database, event by event: what is due, what people do, a coach that comes and goes.

The clock goes on to whatever is next. A look at it is what a tick of the coach does (`duty.tick` until nothing is due),
followed by the stand-in for the courier. Looks come a little late, at full ten seconds, so that a batch is a batch;
what people do happens between them, or on purpose in the very second in which something is due.
"""

import heapq
import itertools
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from zoneinfo import available_timezones

import tzdata
from sqlalchemy import Engine, bindparam, or_, select, update

from bot.adapters.store import engine as database
from bot.adapters.store import outbox
from bot.adapters.store import reminders as store
from bot.adapters.store.columns import table_of
from bot.adapters.store.prepared import Prepared
from tests.reminders import oracle
from tests.reminders.desk import Desk
from tests.support import settings_for
from tests.year.compare import Comparison, Down, Row, Tally
from tests.year.lives import DAY, HOUR, Later, Life, moment
from tests.year.wishes import Wishes, anybody

GRID = 10.0  # seconds between looks at most; a coach that is up is never later than that
LENGTHS = (20.0, 90.0, 10 * 60.0, HOUR, 5 * HOUR, 23 * HOUR, 25 * HOUR, 3 * DAY, 7 * DAY)  # that the coach was away
CUTS = ("between", "undecided", "queued", "flying")  # what a crash came into
FORGET, TOGETHER = 10 * DAY, 50  # seconds; steps to a commit


@dataclass(frozen=True, slots=True)
class Away:
    """The coach goes away: when, for how many seconds, and what the crash came into.

    `first`: what was left in the outbox is sent before the first tick, else after it.
    """

    at: float
    length: float = 0.0
    cut: str = "between"
    first: bool = True


@dataclass(slots=True)
class Figures:
    """What came of it."""

    seed: int
    people: int
    zones: int
    days: int
    database: str
    tzdata: str
    tally: Tally
    looks: int = 0
    acts: Counter[str] = field(default_factory=Counter)
    downs: Counter[str] = field(default_factory=Counter)
    cuts: Counter[str] = field(default_factory=Counter)
    seconds: float = 0.0
    cpu: float = 0.0

    @property
    def wrong(self) -> list[str]:
        """The differences."""
        return self.tally.wrong

    def __str__(self) -> str:
        def told(counts: Counter[str]) -> str:
            return ", ".join(f"{name} {count:,}" for name, count in counts.most_common())

        tally = self.tally
        return "\n".join(
            (
                f"{self.people:,} people in {self.zones} zones, {self.days} days, {self.database}, seed {self.seed},"
                f" tzdata {self.tzdata}",
                f"due {tally.due:,} = {told(tally.states)}",
                f"skipped: {told(tally.reasons)}",
                f"kinds: {told(tally.kinds)}",
                f"what people did: {told(self.acts)}",
                f"the coach was away {sum(self.downs.values())} times, for seconds: {told(self.downs)};"
                f" the crash came with reminders: {told(self.cuts)}",
                f"at most {tally.latest:.0f} s late while it was up, {tally.belated} message to each person after an"
                f" absence; {self.looks:,} looks at the clock",
                f"{self.seconds:.0f} s, {self.cpu:.0f} s of CPU",
                f"differences: {len(self.wrong)}",
                *self.wrong[:20],
            )
        )


def all_zones() -> list[str]:
    """Every name that tzdata knows. "UTC" itself means to the coach that nobody said where they are."""
    return sorted(available_timezones() - {"UTC"})


class Year:
    """The people, the coach and the clock."""

    def __init__(
        self, engine: Engine, zones: Sequence[str], begin: datetime, days: float, *, people: int, seed: int,
        acts_a_year: float = 15.0, downs_a_year: float = 40.0, away: Sequence[Away] = (),
        wishes: Callable[[random.Random], Wishes] = anybody, tell: Callable[[str], None] = lambda line: None,
    ) -> None:
        self.desk, self.tell = Desk(engine), tell
        self.connection = engine.connect()
        self.transaction = self.connection.begin()
        self.begin, self.end = begin.timestamp(), begin.timestamp() + days * DAY
        self.oracle = oracle.Oracle(self.begin, self.end)
        self.rng = random.Random(f"the coach {seed}")
        names = itertools.islice(itertools.cycle(zones), people)
        self.lives = {
            owner: Life(self.desk, self.oracle, owner, zone, zones, str(seed), wishes)
            for owner, zone in enumerate(names, 1_000_000)
        }
        self.between_acts = 365 * DAY / acts_a_year if acts_a_year else None
        self.between_downs = 365 * DAY / downs_a_year if downs_a_year else None
        self.away = list(away)
        self.todo: list[tuple[float, int, int, Later]] = []
        self.numbers = itertools.count()
        self.looks: list[float] = []
        self.downs: list[Down] = []
        self.rows: dict[int, list[Row]] = {owner: [] for owner in self.lives}
        self.collected = 0.0
        self.figures = Figures(
            seed, people, len({life.person.zones[0][1] for life in self.lives.values()}), round(days),
            engine.dialect.name, str(tzdata.IANA_VERSION), Tally(),
        )

    def live(self) -> Figures:
        """All of it, and the comparison."""
        began, cpu = time.monotonic(), time.process_time()
        for owner, life in self.lives.items():
            life.arrive(self.connection, self.begin)
            if self.between_acts:
                self._plan(owner, [life.next_act(self.begin, self.between_acts), life.next_move(self.begin)])
        away = self._next_away(self.begin)
        forget = self.begin + FORGET
        for steps in itertools.count():
            at = self._step(away.at)
            if at is None:
                break
            if at >= away.at:
                away = self._next_away(self._be_away(at, away))
            if at >= forget:
                forget = at + FORGET
                self._collect(at)
                self.tell(f"{moment(at):%Y-%m-%d}, {time.monotonic() - began:.0f} s")
            if steps % TOGETHER == 0:
                self._commit()
        self._look(self.end + GRID)
        self._collect(self.end + 2 * GRID)
        self._commit()
        self.connection.close()
        comparison = Comparison(self.oracle, self.looks, self.downs)
        for owner, life in self.lives.items():
            comparison.of(owner, life.person, self.rows[owner])
        self.figures.tally = comparison.tally
        self.figures.looks = len(self.looks)
        self.figures.seconds, self.figures.cpu = time.monotonic() - began, time.process_time() - cpu
        return self.figures

    def _plan(self, owner: int, later: list[Later]) -> None:
        for one in later:
            heapq.heappush(self.todo, (one.at, next(self.numbers), owner, one))

    def _next_away(self, now: float) -> Away:
        if self.away:
            return self.away.pop(0)
        if not self.between_downs:
            return Away(float("inf"))
        at = now + self.rng.expovariate(1 / self.between_downs)
        return Away(at, self.rng.choice(LENGTHS), self.rng.choice(CUTS), first=self.rng.random() < 0.5)

    def _commit(self) -> None:
        """Steps are committed together, unless a crash comes: what is shown here needs no other connection."""
        self.transaction.commit()
        self.transaction = self.connection.begin()

    def _step(self, down: float) -> float | None:
        """Whatever is next: the instant it was at; None when the time is over."""
        found = self.desk.next_due(self.connection)
        due = found.timestamp() if found is not None else float("inf")
        act = self.todo[0][0] if self.todo else float("inf")
        if min(due, act) > self.end:
            return None
        if act <= due:
            self._act()
            return act
        look = -(-due // GRID) * GRID
        look = look if look < act else act - 0.5
        if look < down:
            self._look(look)
        return look  # else the coach goes away in the midst of it

    def _act(self) -> None:
        at, _, owner, later = heapq.heappop(self.todo)
        done = later.do(self.connection, at)
        self.figures.acts[later.what] += 1
        self._plan(owner, done)

    def _look(self, now: float) -> None:
        self.looks.append(now)
        self.desk.decide(self.connection, moment(now))
        self._send(now)

    def _send(self, now: float) -> None:
        rows = self.desk.claim(self.connection, moment(now))
        self.desk.end(self.connection, rows, moment(now))
        for row in rows:
            assert row.occurrence is not None
            (shown,) = _SHOWN.rows(self.connection, id=row.occurrence)
            _ANSWERED.change(self.connection, rule=shown.id)  # all that counts of `store.acknowledge` at once
            self._plan(row.owner, self.lives[row.owner].react(shown.kind, row.occurrence, shown.local_date, now))

    # ---- the coach comes and goes ----------------------------------------------------------------------

    def _be_away(self, now: float, away: Away) -> float:
        """A crash at this look, or between two, and the start after it; the instant of that."""
        cut = away.cut
        up = min(-(-(now + away.length) // GRID) * GRID, self.end // GRID * GRID + GRID)
        down = Down(now, up)
        self._commit()
        if cut in ("queued", "flying"):
            self.looks.append(now)
            self.desk.decide(self.connection, moment(now))
            self._commit()
            if cut == "flying":
                self.desk.claim(self.connection, moment(now))
                self._commit()
            down.held = {row.occurrence: row.state for row in _HELD.rows(self.connection)}
        elif cut == "undecided":
            self.desk.decide(self.connection, moment(now))
            self.transaction.rollback()
            self.transaction = self.connection.begin()
        self._postpone_acts(up)
        self._start(up, first=away.first)
        self.downs.append(down)
        self.figures.downs[f"{away.length:.0f}"] += 1
        self.figures.cuts[cut] += 1
        return up

    def _start(self, now: float, *, first: bool) -> None:
        """What a crash left is taken up, and what became due is decided, one before the other."""
        outbox.take_up(self.connection, moment(now), lambda _: False)
        if first:
            self._send(now)
        self._look(now)

    def _postpone_acts(self, up: float) -> None:
        """Nobody's tap is dealt with before the coach is back."""
        waiting = [one for one in self.todo if one[0] <= up]
        self.todo = [one for one in self.todo if one[0] > up]
        heapq.heapify(self.todo)
        for _, number, owner, later in waiting:
            at = up + 0.5 + self.rng.randrange(120)
            heapq.heappush(self.todo, (at, number, owner, replace(later, at=at)))

    # ---- the past --------------------------------------------------------------------------------------

    def _collect(self, now: float) -> None:
        """Note what has its last state; then the past is forgotten, as it is each hour."""
        for row in _SETTLED.rows(self.connection, since=moment(self.collected), now=moment(now)):
            due, settled = row.due_at.timestamp(), row.settled_at.timestamp()
            self.rows[row.owner].append(
                Row(row.id, row.owner, row.kind, row.local_date, row.slot, due, row.state, row.reason, settled)
            )
        self.collected = now
        store.forget_old(self.connection, moment(now))
        outbox.forget_old(self.connection, moment(now))


_occurrence, _rule, _outbox = table_of(store.Occurrences), table_of(store.Recurrences), table_of(outbox.Outbox)
_of_rule = _occurrence.join(_rule, _rule.c.id == _occurrence.c.recurrence)
_SHOWN = Prepared(
    select(_rule.c.id, _rule.c.kind, _occurrence.c.local_date)
    .select_from(_of_rule)
    .where(_occurrence.c.id == bindparam("id"))
)
_ANSWERED = Prepared(update(_rule).where(_rule.c.id == bindparam("rule")).values(unanswered=0))
_HELD = Prepared(
    select(_outbox.c.occurrence, _outbox.c.state).where(or_(_outbox.c.state == "pending", _outbox.c.state == "sending"))
)
_SETTLED = Prepared(
    select(
        _occurrence.c.id, _occurrence.c.owner, _rule.c.kind, _occurrence.c.local_date, _occurrence.c.slot,
        _occurrence.c.due_at, _occurrence.c.state, _occurrence.c.reason, _occurrence.c.settled_at,
    )
    .select_from(_of_rule)
    .where(_occurrence.c.settled_at >= bindparam("since"), _occurrence.c.settled_at < bindparam("now"))
)


def opened(url: str) -> Engine:
    """An empty database at this address, migrated."""
    engine = database.connect(settings_for(url, "http://127.0.0.1:1", "1:" + "x" * 30).database)
    database.migrate(engine)
    return engine
