"""R3: updates come once or five times, people interleave and edit: the end state is that of a small model."""

import asyncio
import tempfile
from collections.abc import Coroutine, Iterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from bot.adapters.store import privacy
from bot.demo.phone import Phone
from tests.support import Coach, coach

ORDER = ["sleep", "mood", "hours"]
NAMES = ["Sleep", "Mood", "Hours"]  # on the buttons of "Change an answer"
STEPS = [*ORDER, "done"]


class Runner:
    """One event loop and one coach for the whole run; every example brings people of its own."""

    def __init__(self) -> None:
        self._runner = asyncio.Runner()
        self._stack = AsyncExitStack()
        folder = Path(tempfile.mkdtemp())
        self.coach: Coach = self.run(self._stack.enter_async_context(coach(f"sqlite:///{folder / 'c.db'}", folder)))

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self._runner.run(work)

    def close(self) -> None:
        self.run(self._stack.aclose())
        self._runner.close()


RUNNER: list[Runner] = []


@pytest.fixture(scope="module", autouse=True)
def runner() -> Iterator[None]:
    RUNNER.append(Runner())
    yield
    RUNNER.pop().close()


@dataclass
class Model:
    """What must be true of one person, worked out without any of the coach's code."""

    phone: Phone
    stage: str = "stranger"  # asked, agreed
    step: int = 0
    version: int = 0
    answers: list[tuple[str, float]] = field(default_factory=list)
    sent: list[int] = field(default_factory=list)  # update ids

    def answered(self, value: float) -> None:
        """What is still open comes next; nothing is asked twice."""
        self.answers.append((ORDER[self.step], value))
        there = {marker for marker, _ in self.answers}
        later = range(self.step + 1, len(ORDER))
        self.step = next((step for step in later if ORDER[step] not in there), len(ORDER))
        self.version += 1


class Deliveries(RuleBasedStateMachine):
    """Two people act in any order; whatever they did may be delivered again, up to four times more."""

    def __init__(self) -> None:
        super().__init__()
        self.coach = RUNNER[0].coach
        self.people = [Model(self.coach.world.person(name)) for name in ("Ana", "Bo")]

    def act(self, person: Model, *, tap: str = "", text: str = "") -> None:
        number = self.coach.world.updates.next_id
        if tap:
            RUNNER[0].run(self._tap(person, tap))
        else:
            person.phone.type(text)
        person.sent.append(number)
        RUNNER[0].run(self.coach.settled())

    async def _tap(self, person: Model, label: str) -> None:
        person.phone.tap(label)

    @rule(who=st.integers(0, 1))
    def start(self, who: int) -> None:
        person = self.people[who]
        self.act(person, text="/start")
        if person.stage == "stranger":
            person.stage = "asked"

    @rule(who=st.integers(0, 1))
    def agree(self, who: int) -> None:
        person = self.people[who]
        if person.stage == "asked":
            first = ("I'm 18 or over and I agree", "Skip", "Come down from stress faster")
            for button in (*first, *["Skip"] * 6, "Later"):
                self.act(person, tap=button)
            self.act(person, text="/checkin")
            person.stage, person.version = "agreed", 1

    @rule(who=st.integers(0, 1), value=st.sampled_from([4, 5, 6, 7, 8, 9, 10]), typed=st.booleans())
    def answer(self, who: int, value: int, typed: bool) -> None:
        person = self.people[who]
        if person.stage == "agreed" and person.step < len(ORDER):
            self.act(person, **({"text": str(value)} if typed else {"tap": str(value)}))
            person.answered(value)

    @rule(who=st.integers(0, 1), which=st.integers(0, 2))
    def change(self, who: int, which: int) -> None:
        person = self.people[who]
        if person.stage == "agreed" and STEPS[person.step] == "done":
            self.act(person, tap="Change an answer")
            self.act(person, tap=NAMES[which])
            person.step = which
            person.version += 2

    @rule(who=st.integers(0, 1))
    def back(self, who: int) -> None:
        person = self.people[who]
        if person.stage == "agreed" and 0 < person.step < len(ORDER):
            self.act(person, tap="Back")
            person.step -= 1
            person.version += 1

    @rule(who=st.integers(0, 1))
    def words(self, who: int) -> None:
        person = self.people[who]
        self.act(person, text="hello there")
        if person.stage == "agreed" and person.step < len(ORDER):
            person.version += 1  # asked again, below

    @rule(who=st.integers(0, 1))
    def edit(self, who: int) -> None:
        """An edited number changes nothing."""
        person = self.people[who]
        mine = [bubble for bubble in person.phone.messages if bubble.sender == "me"]
        if mine:
            person.phone.edit(mine[-1].id, "3")
            RUNNER[0].run(self.coach.settled())

    @rule(who=st.integers(0, 1), which=st.integers(0, 40), times=st.integers(1, 4))
    def deliver_again(self, who: int, which: int, times: int) -> None:
        sent = self.people[who].sent
        if sent:
            for _ in range(times):
                self.coach.world.deliver_again(sent[which % len(sent)])
            RUNNER[0].run(self.coach.settled())

    @invariant()
    def the_model_holds(self) -> None:
        for person in self.people:
            owner = person.phone.id
            rows = self.coach.rows(f"SELECT marker FROM answer WHERE owner = {owner} ORDER BY id")
            assert [row.marker for row in rows] == [marker for marker, _ in person.answers]
            cards = self.coach.rows(
                f"SELECT step, version, open FROM card WHERE owner = {owner} AND kind = 'morning'"
            )
            expected = [(STEPS[person.step], person.version, person.step < len(ORDER))]
            assert [(row.step, row.version, bool(row.open)) for row in cards] == (
                expected if person.stage == "agreed" else []
            )
            consents = self.coach.rows(f"SELECT 1 FROM consent WHERE owner = {owner}")
            assert len(consents) == (2 if person.stage == "agreed" else 0)

    def teardown(self) -> None:
        """The values too, through what a person is given: they are sealed in the database."""
        app = self.coach.app
        for person in self.people:
            with app.engine.begin() as connection:
                document = privacy.export(connection, app.keyring, person.phone.id)
            assert [(row["marker"], float(row["value"])) for row in document["answer"]] == person.answers
        assert self.coach.rows("SELECT 1 FROM inbox WHERE done_at IS NULL OR failures > 0") == []


TestDeliveries = Deliveries.TestCase
TestDeliveries.settings = settings(
    max_examples=15, stateful_step_count=20, deadline=None, suppress_health_check=list(HealthCheck)
)
