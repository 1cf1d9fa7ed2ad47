"""A person with patience, and the ledger that they keep outside of the bot.

A person looks at the newest screen with buttons, does one thing (a tap, a typed number, a command), and then does
nothing more until they see that the coach reacted: a screen with buttons that they have never seen before, or for
/about its text. A message that comes a second time brings no new buttons, so nobody takes it for a reaction. Now and
then someone who knows the questions by heart types all the answers that are left, one right after the other, and
waits for the closing answer: these have to stay in order.

That makes the ledger exact. Whoever acts has seen the coach's newest state and has nothing under way, so a tap on a
value and a typed number in range must count, once, in this order; everything else must not count at all. `given` is
what the coach's export has to say in the end.
"""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from bot.demo.phone import Bubble, Phone, bubble_of
from bot.demo.waiting import done_within

PATIENCE = 120.0  # seconds without any reaction, kills included, after which an act counts as unanswered
HURRY = 0.6  # how often a person acts the moment that they see the screen, like somebody who knows it by heart
LONGEST_THOUGHT = 1.5  # seconds before they act otherwise

AGREE = "I'm 18 or over and I agree"
CHANGE, BACK, SKIP = "Change an answer", "Back", "Skip"
NAMES = ("Sleep", "Mood", "Hours")  # what can be corrected
CLOSING = "This morning"
HELP = "About me"
QUESTIONS = {"How well did you sleep?": "sleep", "How is your mood?": "mood", "How many hours did you sleep?": "hours"}


class Given(NamedTuple):
    """One answer: to which question, and what."""

    marker: str
    value: float


@dataclass(frozen=True)
class Look:
    """What a person sees when they look: the newest screen with buttons."""

    bubble: Bubble

    @property
    def question(self) -> str | None:
        """The marker that the screen asks for."""
        return next((marker for words, marker in QUESTIONS.items() if words in self.bubble.text), None)

    @property
    def labels(self) -> list[str]:
        """What is written on the buttons."""
        return [label for row in self.bubble.buttons for label, _ in row]

    @property
    def buttons(self) -> str:
        """What makes this screen another one than those before; a repeated message has the same."""
        return buttons_of(self.bubble)


def buttons_of(bubble: Bubble) -> str:
    """The data behind the buttons, "" when there are none."""
    return " ".join(data for row in bubble.buttons for _, data in row)


class Person:
    """Lives through check-ins until told to stop, and writes down every answer as it is given."""

    def __init__(self, phone: Phone, rng: random.Random) -> None:
        self.phone = phone
        self.given: list[Given] = []
        self.helped = 0  # times that /about was asked
        self.unanswered: list[str] = []  # acts that nothing followed
        self._rng = rng
        self._read = 0  # of the chat's story
        self._known: set[str] = set()  # screens seen so far
        self._look: Look | None = None  # the newest screen with buttons; None when there is none to trust
        self._toast: Callable[[], str | None] = lambda: None  # what the last tapped button said

    async def live(self, enough: asyncio.Event) -> None:
        """Arrive, agree, and answer until `enough` is set; ends with nothing under way."""
        await self._begin("/start")
        while not enough.is_set():
            if self._rng.random() > HURRY:
                await asyncio.sleep(self._rng.uniform(0, LONGEST_THOUGHT))
            if self._rng.random() < 0.04:
                await self._ask_for_help()
            await self._act()

    async def _act(self) -> None:
        look = self._look = self._still_there(self._look)
        if look is None:
            await self._begin("/start" if not self._known else "/checkin morning")
        elif AGREE in look.labels:
            self._tap(look, AGREE)
            await self._reaction(AGREE)
        elif look.question is not None and self._rng.random() < 0.94:
            await self._answer(look, look.question)
        elif look.question is None and SKIP in look.labels:  # the set-up: some walk through it, some leave it for later
            if self._rng.random() < 0.5:
                self._tap(look, SKIP)
                await self._reaction(SKIP)
            else:
                await self._begin("/checkin morning")
        elif CHANGE in look.labels and self._rng.random() < 0.8:
            self._tap(look, CHANGE)
            await self._reaction(CHANGE)
        elif NAMES[0] in look.labels and self._rng.random() < 0.8:
            name = self._rng.choice(NAMES)
            self._tap(look, name)
            await self._reaction(name)
        else:
            await self._begin("/checkin morning")

    def _still_there(self, look: Look | None) -> Look | None:
        """The screen, if nothing has changed it: a reaction may come after somebody's patience was over."""
        if look is None:
            return None
        post = self.phone.room.posts.get(look.bubble.id)
        now = bubble_of(post, self.phone.id) if post else None
        return look if now and buttons_of(now) == look.buttons else None

    async def _answer(self, look: Look, marker: str) -> None:
        dice = self._rng.random()
        values = [label for label in look.labels if label.replace(".", "").isdigit()]
        if dice < 0.05 and BACK in look.labels:
            self._tap(look, BACK)
            await self._reaction(BACK)
        elif dice < 0.08:
            self.phone.type("99")  # out of range: refused, and not counted
            await self._reaction(f"99 for {marker}")
        elif dice < 0.2:
            await self._answer_all(marker)
        elif dice < 0.5:
            text, value = self._typed(marker)
            self.given.append(Given(marker, value))
            self.phone.type(text)
            await self._reaction(f"typed {text} for {marker}")
        else:
            label = self._rng.choice(values)
            self.given.append(Given(marker, float(label)))
            self._tap(look, label)
            await self._reaction(f"tapped {label} for {marker}")

    async def _answer_all(self, first: str) -> None:
        """Type what is left to answer without waiting for the questions; of a full card only one is asked again."""
        markers = list(QUESTIONS.values())
        there = {given.marker for given in self.given}
        later = [marker for marker in markers[markers.index(first) + 1 :] if marker not in there]
        for marker in (first, *later):
            text, value = self._typed(marker)
            self.given.append(Given(marker, value))
            self.phone.type(text)
        await self._seen(
            f"typed all from {first} on",
            lambda bubble: CLOSING in bubble.text and buttons_of(bubble) not in {"", *self._known},
        )

    def _typed(self, marker: str) -> tuple[str, float]:
        """A number as people write it, and what it means."""
        if marker == "hours":
            quarters = self._rng.randrange(0, 24 * 4 + 1)
            hours, minutes = quarters // 4, quarters % 4 * 15
            text = self._rng.choice([f"{quarters / 4:g}", f"{hours}:{minutes:02}", f"{hours}h{minutes:02}"])
            return text, quarters / 4
        value = self._rng.randrange(11)
        return self._rng.choice([f"{value}", f"{value}/10"]), float(value)

    def _tap(self, look: Look, label: str) -> None:
        query = self.phone.tap(label, look.bubble.id).query_id
        self._toast = lambda: self.phone.world.queries[query].toast

    async def _ask_for_help(self) -> None:
        """A reply without buttons, which changes nothing; a late second copy may pass for the answer."""
        self.phone.type("/about")
        self.helped += 1
        await self._seen("/about", lambda bubble: HELP in bubble.text)

    async def _begin(self, command: str) -> None:
        self.phone.type(command)
        await self._reaction(command)

    async def _reaction(self, act: str) -> None:
        await self._seen(act, lambda bubble: buttons_of(bubble) not in {"", *self._known})

    async def _seen(self, act: str, awaited: Callable[[Bubble], bool]) -> None:
        """Read on until an awaited message comes; every screen with buttons on the way is remembered."""
        clock = self.phone.world.clock
        deadline = clock.monotonic() + PATIENCE
        while True:
            found = False
            for happening in self.phone.room.story[self._read :]:
                self._read = happening.sequence
                bubble = bubble_of(happening.post, self.phone.id)
                if bubble.sender != "bot" or happening.change == "deleted":
                    continue
                found = found or awaited(bubble)
                self._notice(bubble)
            if found:
                return
            left = deadline - clock.monotonic()
            if left <= 0 or not await done_within(clock, left, self.phone.room.bell.next_ring()):
                self.unanswered.append(f"{act} (toast {self._toast()!r})\n{self.phone}")
                self._look = None  # what is on the screen leads nowhere: ask for it anew
                return

    def _notice(self, bubble: Bubble) -> None:
        """A screen never seen before is the newest; of one that comes again the newest copy is used."""
        buttons = buttons_of(bubble)
        if buttons and (buttons not in self._known or (self._look is not None and buttons == self._look.buttons)):
            self._look = Look(bubble)
            self._known.add(buttons)
