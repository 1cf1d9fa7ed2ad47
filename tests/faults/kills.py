"""Kill the coach, again and again, and count what people lost (docs/reliability.md R1 and R2).

    python -m tests.faults.kills --database both --kills 1000 --seed 7

Promised: however often the process dies, no answer is lost, counted twice or out of order, and a chat sees at most
one message twice for each call whose outcome nobody could know.

How it is shown. A few bots run side by side, each `python -m bot run` in a process of its own with its own database
and its own pretend Telegram, which lives here, in the driver. A dozen people each (`patience.py`) answer check-ins;
what they gave is written down here, as they give it. The process is killed with SIGKILL, started again at once, and
so on: at random moments (while it starts, too) and at named points of its conversation with Telegram. In the end
everybody's `python -m bot export` must say what the ledger says, answer by answer, in order.

Meanwhile Telegram does what 5 % of the calls ask for and then hangs up. So a message may come twice only where the
outcome of its own sendMessage was unknown: its answer was lost, or the process died over it. The second is read off
the dead process's database: a row that is still `sending` was in flight.
"""

import argparse
import asyncio
import contextlib
import itertools
import random
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import AsyncIterator, Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any, NamedTuple

from sqlalchemy import URL, NullPool, create_engine, text

from bot.adapters.clock import Clock
from bot.adapters.keyring import Keyring
from bot.adapters.store import privacy
from bot.demo.faults import ConnectionLost
from bot.demo.server import BotApi
from bot.demo.world import World
from bot.settings import decode_key
from tests import support
from tests.faults.patience import HELP, Given, Person

BOTS, PEOPLE, LOST_ANSWERS = 4, 12, 0.05
UP_WITHIN, STRUCK_WITHIN = 60.0, 30.0  # seconds: generous, they only end a run that hangs
QUIET = 1.0  # seconds between the end of the ledger and the look for late repeats: the courier rests 1 s before one

Params = dict[str, Any]


class Blow(NamedTuple):
    """How the process dies: at a point of its conversation with Telegram, or at any moment of a stretch of time."""

    point: str
    late: bool = False

    def __str__(self) -> str:
        return f"{self.point}{' and a little later' if self.late else ''}"


STARTING, RUNNING = "while it starts", "while it runs"
STRETCH = 4.0  # seconds of either
POINTS = (
    "before:sendMessage",  # claimed and committed as `sending`; it may have no effect, too
    "after:sendMessage",  # the person has it, the coach does not know
    "before:editMessageText",
    "after:editMessageText",
    "before:editMessageReplyMarkup",  # the buttons of an older message go
    "after:getUpdates",  # answered, not yet stored
    "before:getUpdates",  # stored: a new offset says so
    "before:answerCallbackQuery",  # the turn is committed, nothing of it is sent
)
# `late` is between Telegram's answer and what the coach makes of it.
BLOWS = [Blow(point, late) for point in POINTS for late in (False, True)] + [Blow(STARTING), Blow(RUNNING)] * 2
LATE = 0.02  # seconds at most


@dataclass
class Sending:
    """One sendMessage as the server met it."""

    params: Params
    landed: bool = False  # the person has it
    unknown: bool = False  # the coach can't know that

    @property
    def chat(self) -> int:
        return int(self.params["chat_id"])

    @property
    def signature(self) -> str:
        """The same text with the same buttons is the same message again: every new screen has buttons of its own."""
        return f"{self.params['text']}\n{self.params.get('reply_markup', '')}"


@dataclass
class Rig:
    """One bot with its Telegram, its database, its people, and the hand that kills it."""

    number: int
    world: World
    process: support.Process
    database: URL
    people: list[Person]
    rng: random.Random
    kills: Counter[str] = field(default_factory=Counter)
    sendings: list[Sending] = field(default_factory=list)
    _calls: dict[int, Sending] = field(default_factory=dict)  # by the identity of their parameters
    _last: dict[int, Sending] = field(default_factory=dict)  # by chat
    _in_flight: set[int] = field(default_factory=set)  # chats of what was in flight at the last deaths
    _armed: Blow | None = None
    _struck: asyncio.Event = field(default_factory=asyncio.Event)
    _up: asyncio.Event = field(default_factory=asyncio.Event)

    def __post_init__(self) -> None:
        faults = self.world.faults
        faults.on("before:sendMessage", self._sending)
        faults.on("after:sendMessage", self._landed)
        faults.on("before:getMe", lambda _: self._met_again())
        for point in POINTS:
            faults.on(point, lambda params, point=point: self._at(point, params))  # type: ignore[misc]
        faults.on("before:getUpdates", lambda _: self._up.set())

    # ---- killing -------------------------------------------------------------------------------------

    async def die(self, blow: Blow) -> None:
        """Be killed like that, and start again at once."""
        if blow.point != STARTING:
            await self.up()
        if blow.point in (STARTING, RUNNING):
            await asyncio.sleep(self.rng.uniform(0, STRETCH))
        else:
            await asyncio.sleep(self.rng.uniform(0, 1))
            self._struck.clear()
            self._armed = blow
            await asyncio.wait_for(self._struck.wait(), STRUCK_WITHIN)
            if blow.late:
                await asyncio.sleep(self.rng.uniform(0, LATE))
        self.process.kill()
        self.kills[str(blow)] += 1
        self._in_flight |= self._left_sending()
        self._up.clear()
        self.process.start()

    async def up(self) -> None:
        """Wait until it polls."""
        await asyncio.wait_for(self._up.wait(), UP_WITHIN)

    def _at(self, point: str, params: Params) -> None:
        """The coach is at this point: strike if that is what was waited for."""
        blow = self._armed
        if blow is None or blow.point != point or not self._up.is_set():
            return
        if point == "before:getUpdates" and "offset" not in params:
            return
        if point == "after:getUpdates" and not self.world.updates.pending:
            return
        self._armed = None
        self._struck.set()
        if not blow.late:
            self.process.kill()
            if point == "before:sendMessage" and self.rng.random() < 0.5:
                raise ConnectionLost  # the request did not get through: the message must come all the same

    # ---- who may have got something twice ------------------------------------------------------------

    def _sending(self, params: Params) -> None:
        sending = Sending(params)
        self._calls[id(params)] = self._last[sending.chat] = sending
        self.sendings.append(sending)

    def _landed(self, params: Params) -> None:
        self._calls[id(params)].landed = True

    def _left_sending(self) -> set[int]:
        """The chats of what the dead process had in flight, from its database."""
        engine = create_engine(self.database, poolclass=NullPool)
        with engine.connect() as connection:
            if not engine.dialect.has_table(connection, "outbox"):
                return set()  # killed before it made its tables
            return set(connection.execute(text("SELECT chat FROM outbox WHERE state = 'sending'")).scalars())

    def _met_again(self) -> None:
        """A new process is there, so every call of the dead one has come in: what it had in flight is unknown."""
        for chat in self._in_flight & self._last.keys():
            self._last[chat].unknown = True
        self._in_flight.clear()
        self.collect_lost_answers()

    def collect_lost_answers(self) -> None:
        """Mark the messages whose answer was lost."""
        for call in self.world.calls:
            if call.method == "sendMessage" and call.outcome == "connection lost":
                self._calls[id(call.params)].unknown = True
        self.world.calls.clear()

    def repeats(self) -> Iterator[tuple[int, int, int]]:
        """For every message: its chat, how often it came again, and how often its outcome was unknown."""
        messages: defaultdict[tuple[int, str], list[Sending]] = defaultdict(list)
        for sending in self.sendings:
            messages[sending.chat, sending.signature].append(sending)
        asked = {person.phone.id: person.helped for person in self.people}
        for (chat, signature), sent in messages.items():
            wanted = asked[chat] if HELP in signature else 1
            landed = sum(sending.landed for sending in sent)
            yield chat, max(0, landed - wanted), sum(sending.unknown for sending in sent)


# ---- figures -----------------------------------------------------------------------------------------


@dataclass
class Figures:
    """What came out of a run, over all its bots."""

    database: str
    seed: int
    lose: float
    bots: int
    kills: Counter[str] = field(default_factory=Counter)
    answers: int = 0
    lost: int = 0
    twice: int = 0
    out_of_order: int = 0
    unanswered: list[str] = field(default_factory=list)
    messages: int = 0
    unknown: int = 0
    repeats: int = 0
    repeats_per_event: int = 0  # the most for any one message and unknown outcome that is known of it
    unexplained: list[str] = field(default_factory=list)  # repeats beyond the unknown outcomes of their chat
    seconds: float = 0.0

    def add_ledger(self, person: int, given: list[Given], kept: list[Given]) -> None:
        """Compare what a person gave with what the coach kept."""
        self.answers += len(given)
        missing: Counter[Given] = Counter()
        extra: Counter[Given] = Counter()
        for change, a, b, c, d in SequenceMatcher(None, given, kept, autojunk=False).get_opcodes():
            if change != "equal":
                missing.update(given[a:b])
                extra.update(kept[c:d])
        elsewhere = (missing & extra).total()
        self.out_of_order += elsewhere
        self.lost += missing.total() - elsewhere
        self.twice += extra.total() - elsewhere

    def add_rig(self, rig: Rig) -> None:
        """Its kills and its repeated messages."""
        self.kills += rig.kills
        self.messages += sum(sending.landed for sending in rig.sendings)
        chats: defaultdict[int, list[int]] = defaultdict(lambda: [0, 0])
        for chat, repeats, unknown in rig.repeats():
            self.repeats += repeats
            self.unknown += unknown
            if repeats:
                self.repeats_per_event = max(self.repeats_per_event, -(-repeats // max(unknown, 1)))
            chats[chat][0] += repeats
            chats[chat][1] += unknown
        # The goal counts by chat: which of a chat's messages a dying process had in flight is the harness's guess.
        for chat, (repeats, unknown) in chats.items():
            if repeats > unknown:
                self.unexplained.append(f"bot {rig.number}, chat {chat}: {repeats} repeats, {unknown} unknown outcomes")
        self.unanswered += [f"bot {rig.number}, {act}" for person in rig.people for act in person.unanswered]

    @property
    def missed(self) -> list[str]:
        """The goals that were not met."""
        goals = {
            "0 answers lost": not self.lost,
            "0 answers twice": not self.twice,
            "0 answers out of order": not self.out_of_order,
            "everybody got a reaction to everything": not self.unanswered,
            "at most 1 repeat a chat and unknown outcome": not self.unexplained,
        }
        return [goal for goal, met in goals.items() if not met]

    def __str__(self) -> str:
        mean = self.repeats / self.unknown if self.unknown else 0.0
        lines = [
            f"kill -9, {self.database}, {self.bots} bots side by side ({datetime.now(UTC):%Y-%m-%d}, seed {self.seed})",
            f"  kills                         {self.kills.total()}",
            f"  answers given                 {self.answers}",
            f"  lost / twice / out of order   {self.lost} / {self.twice} / {self.out_of_order}",
            f"  messages sent                 {self.messages}, {self.lose:.0%} of the calls without an answer",
            f"  unknown outcomes              {self.unknown}",
            f"  repeated messages             {self.repeats}, {mean:.2f} a unknown outcome, at most "
            f"{self.repeats_per_event} a message and outcome",
            f"  seconds                       {self.seconds:.0f}",
            *(f"  MISSED: {goal}" for goal in self.missed),
            *(f"    unanswered: {act}" for act in self.unanswered),
            *(f"    unexplained: {what}" for what in self.unexplained),
        ]
        return "\n".join(lines)


# ---- the run -----------------------------------------------------------------------------------------


@contextlib.asynccontextmanager
async def rig(
    number: int, kind: str, folder: Path, server: Callable[[], str], people: int, lose: float, seed: int
) -> AsyncIterator[Rig]:
    """One bot, started."""
    home = folder / f"bot{number}"
    home.mkdir(parents=True)
    world = World(Clock())
    name = f"{seed}/{kind}/{number}"
    if lose:
        lost = random.Random(f"{name}/answers")
        world.faults.lose_answer(lose, lost, {"sendMessage", "editMessageText"})
    with support.new_database(kind, home, server) as url:
        async with BotApi(world) as api:
            process = support.Process(url, api, world.token, home)
            lives = [Person(world.person(f"P{one}"), random.Random(f"{name}/person {one}")) for one in range(people)]
            database = support.settings_for(url, api.url, world.token).database
            made = Rig(number, world, process, database, lives, random.Random(f"{name}/kills"))
            process.start()
            try:
                yield made
            finally:
                process.kill()


async def play(one: Rig, blows: Iterable[Blow], tell: Callable[[], None], busy: float) -> None:
    """Let its people live, kill it so often, and wait until everybody has their last answer."""
    enough = asyncio.Event()
    async with asyncio.TaskGroup() as lives:
        for person in one.people:
            lives.create_task(person.live(enough))
        for blow in blows:
            await one.die(blow)
            tell()
        await one.up()
        await asyncio.sleep(busy)
        enough.set()
    await asyncio.sleep(QUIET)
    one.collect_lost_answers()


async def compare(one: Rig, figures: Figures) -> None:
    """What is in the database against the ledger, person by person."""
    one.process.terminate()
    exports = await asyncio.to_thread(exported, one)
    for person in one.people:
        kept = [Given(row["marker"], float(row["value"])) for row in exports[person.phone.id]["answer"]]
        figures.add_ledger(person.phone.id, person.given, kept)
    figures.add_rig(one)


def exported(one: Rig) -> dict[int, dict[str, Any]]:
    """Everybody's export; a process for each of a hundred people takes minutes, so only the first has one."""
    engine, keyring = create_engine(one.database), Keyring(decode_key(support.KEY))
    with engine.begin() as connection:
        exports = {person.phone.id: privacy.export(connection, keyring, person.phone.id) for person in one.people}
    engine.dispose()
    somebody = one.people[0].phone.id
    assert exports[somebody] == one.process.export(somebody), "the command says something else"
    return exports


async def run(
    kind: str,
    kills: int,
    seed: int,
    folder: Path,
    server: Callable[[], str],
    *,
    bots: int = BOTS,
    people: int = PEOPLE,
    lose: float = LOST_ANSWERS,
    busy: float = 1.0,
    tell: Callable[[str], None] = lambda _: None,
) -> Figures:
    """A whole run on one kind of database; `busy` is how many seconds people go on after the last kill."""
    began = time.monotonic()
    figures = Figures(kind, seed, lose, bots)
    async with contextlib.AsyncExitStack() as stack:
        rigs = [
            await stack.enter_async_context(rig(number, kind, folder, server, people, lose, seed))
            for number in range(bots)
        ]
        cycle = itertools.cycle(BLOWS)
        # Dealt out like cards, so that twenty kills are the twenty different ones.
        blows = [next(cycle) for _ in range(kills)]

        def progress() -> None:
            done = sum(one.kills.total() for one in rigs)
            given = sum(len(person.given) for one in rigs for person in one.people)
            if done % 20 == 0 or done == kills:
                tell(f"{kind}: {done} of {kills} kills, {given} answers, {time.monotonic() - began:.0f} s")

        async with asyncio.TaskGroup() as plays:
            for one in rigs:
                plays.create_task(play(one, blows[one.number :: bots], progress, busy))
        for one in rigs:
            await compare(one, figures)
    figures.seconds = time.monotonic() - began
    return figures


def main() -> None:
    """Run it; exit 1 when a goal is missed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--database", choices=["sqlite", "postgresql", "both"], default="both")
    parser.add_argument("--kills", type=int, default=20, help="for each kind of database, over all bots")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--bots", type=int, default=BOTS)
    parser.add_argument("--people", type=int, default=PEOPLE, help="for each bot")
    parser.add_argument("--lose", type=float, default=LOST_ANSWERS, help="the share of calls without an answer")
    parser.add_argument("--busy", type=float, default=1.0, help="seconds that people go on after the last kill")
    given = parser.parse_args()
    kinds = ["sqlite", "postgresql"] if given.database == "both" else [given.database]
    results = []
    with tempfile.TemporaryDirectory(prefix="coach-kills-") as scratch:
        for kind in kinds:
            folder = Path(scratch) / kind
            figures = asyncio.run(
                run(
                    kind, given.kills, given.seed, folder, lambda: support.postgres(Path(scratch) / "server"),
                    bots=given.bots, people=given.people, lose=given.lose, busy=given.busy,
                    tell=lambda line: print(line, flush=True),
                )
            )
            print(f"\n{figures}", flush=True)
            results.append(figures)
    sys.exit(1 if any(figures.missed for figures in results) else 0)


if __name__ == "__main__":
    main()
