"""People who tap their way through check-ins, each only on a button that their card shows."""

import asyncio
import random
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

from bot.demo.phone import Phone
from bot.demo.rooms import JSONDict, Post
from bot.demo.world import World

# In what our buttons carry.
AGREE, SKIP, FIRST, CHANGE, ANSWER, TOGGLE, DONE = "agree", "skip", "sleep=", "change", "=", "toggle=", ":ok"
EVENINGS = ("/checkin evening", "/checkin yesterday evening")
PATIENCE = 60.0  # seconds until a bot that does not answer ends the measurement


@dataclass(eq=False)
class Tapper:
    """One person. `settled` while their card shows what their last tap led to."""

    phone: Phone
    card: int = 0
    opened: int = 0  # cards so far
    tapped_at: float = 0.0
    settled: asyncio.Event = field(default_factory=asyncio.Event)


class Crowd:
    """So many people on one pretend Telegram. `waits` are the seconds from every tap to its edit's arrival.

    With `commands` who has answered a card opens the next one; without they change an answer, again and again.
    """

    def __init__(self, world: World, size: int, seed: int, commands: Sequence[str] = ()) -> None:
        self.world = world
        self._commands = commands
        self.people = [Tapper(world.person()) for _ in range(size)]
        self.waits: list[float] = []
        self._of_chat = {person.phone.id: person for person in self.people}
        self._random = random.Random(seed)
        world.faults.on("before:editMessageText", self._arrived)
        world.faults.on("after:editMessageText", self._edited)
        world.faults.on("after:sendMessage", self._sent)

    async def arrive(self, begin: Callable[[Tapper], Awaitable[None]], first: str = FIRST) -> None:
        """Everybody begins in that way, and then has a card with the first question."""

        async def arrive(person: Tapper) -> None:
            await begin(person)
            person.card, _ = await shown(person.phone, first)
            person.opened = 1
            person.settled.set()

        async with asyncio.timeout(PATIENCE):
            await asyncio.gather(*(arrive(person) for person in self.people))

    async def tap_steadily(self, taps: int, per_second: float) -> float:
        """One after the other taps, at that pace or, when the bot falls behind, at its own; the pace that it was."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        async with asyncio.timeout(taps / per_second + PATIENCE):
            for number in range(taps):
                await asyncio.sleep(began + number / per_second - loop.time())
                person = self.people[number % len(self.people)]
                await person.settled.wait()
                self._tap(person)
            await self._all_settled()
        return taps / (loop.time() - began)

    async def tap_at_random(self, per_second: float, seconds: float) -> int:
        """Taps come when they come, whether or not earlier ones are answered; how many found nobody free."""
        loop = asyncio.get_running_loop()
        began, number, nobody = loop.time(), 0, 0
        at = self._random.expovariate(per_second)
        while at < seconds:
            await asyncio.sleep(began + at - loop.time())
            person = self.people[number % len(self.people)]
            if person.settled.is_set():
                self._tap(person)
            else:
                nobody += 1
            number += 1
            at += self._random.expovariate(per_second)
        async with asyncio.timeout(PATIENCE):
            await self._all_settled()
        return nobody

    def _tap(self, person: Tapper) -> None:
        buttons = data_of(person.phone.room.posts[person.card])
        answers = [data for data in buttons if (ANSWER in data and TOGGLE not in data) or data.endswith(DONE)]
        person.settled.clear()
        person.tapped_at = self.world.clock.monotonic()
        if not answers and self._commands:
            person.phone.type(self._commands[person.opened % len(self._commands)])
            person.opened += 1
            return
        change = [data for data in buttons if data.endswith(CHANGE)]
        person.phone.tap_data(self._random.choice(answers or change), person.card)

    async def _all_settled(self) -> None:
        for person in self.people:
            await person.settled.wait()

    def _arrived(self, call: JSONDict) -> None:
        person = self._of_chat[int(call["chat_id"])]
        if person.card and not person.settled.is_set():
            self.waits.append(self.world.clock.monotonic() - person.tapped_at)

    def _sent(self, call: JSONDict) -> None:
        """A new card, once they have one at all; others on this Telegram only read."""
        person = self._of_chat.get(int(call["chat_id"]))
        if person is None:
            return
        newest, post = max(person.phone.room.posts.items())
        if person.card and newest != person.card and data_of(post):
            person.card = newest
            person.settled.set()

    def _edited(self, call: JSONDict) -> None:
        person = self._of_chat[int(call["chat_id"])]
        if person.card:
            person.settled.set()


async def start_and_agree(person: Tapper) -> None:
    """As the coach wants it."""
    person.phone.type("/start")
    message, agree = await shown(person.phone, AGREE)
    person.phone.tap_data(agree, message)
    await shown(person.phone, SKIP)
    person.phone.type("/checkin morning")


async def just_start(person: Tapper) -> None:
    """As a bot that asks nothing first."""
    person.phone.type("/start")


async def evening(person: Tapper) -> None:
    """As somebody whom the coach knows, at the end of the day."""
    person.phone.type(EVENINGS[0])


async def check_in(person: Tapper) -> None:
    """As somebody whom the coach knows."""
    person.phone.type("/checkin morning")


async def shown(phone: Phone, act: str) -> tuple[int, str]:
    """Wait for a message with such a button; its id and what the button carries."""
    while True:
        for number, post in phone.room.posts.items():
            for data in data_of(post):
                if act in data:
                    return number, data
        await phone.room.bell.next_ring()


def data_of(post: Post) -> list[str]:
    """What the buttons of a message carry."""
    rows = post.wire.get("reply_markup", {}).get("inline_keyboard", [])
    return [button["callback_data"] for row in rows for button in row]
