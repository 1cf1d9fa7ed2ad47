"""Drills as data, and a go of one (docs/domain.md 5). Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

BREATH, NAMING, SETTLED = "breath", "naming", "settled"  # the kinds of the cards while one runs, and at its end
ON = (BREATH, NAMING, SETTLED)  # not to be interrupted
AFTER = "after"  # the first step of the one at its end
RUNNING, DONE, STOPPED, WORSE = "running", "done", "stopped", "worse"  # how a go stands, or ended


@dataclass(frozen=True, slots=True)
class Drill:
    """Something that settles: its lengths in minutes, and what is repeated in it, phases with their whole seconds.

    `code` is what a card's step and button call it. Without phases it is told in words alone.
    """

    code: str
    name: str
    minutes: tuple[int, ...]
    phases: tuple[tuple[str, int], ...] = ()

    @property
    def holds(self) -> bool:
        """Whether the breath is held in it: not for everybody (docs/domain.md 5)."""
        return any(kind == "hold" for kind, _ in self.phases)

    @property
    def on_the_breath(self) -> bool:
        """Whether it has them attend to their breath: not the first suggestion for everybody."""
        return any(kind == "in" for kind, _ in self.phases)


EXTENDED_EXHALE = Drill("", "extended-exhale", (1, 3, 5), (("in", 4), ("out", 6)))
LABELLING = Drill("name", "labelling", (1,))
MINDFUL_RUN = Drill("run", "mindful-run", ())  # part of a run, and as long as that
ALL = (  # the first is the default
    EXTENDED_EXHALE,
    Drill("4-8", "extended-exhale-4-8", (1, 3, 5, 8), (("in", 4), ("out", 8))),
    Drill("3-6", "extended-exhale-3-6", (1, 3, 5, 8), (("in", 3), ("out", 6))),
    Drill("sigh", "physiological-sigh", (1, 2, 3), (("in", 3), ("sip", 1), ("out", 6))),
    Drill("paced", "paced-4-4-6-2", (2, 3, 5), (("in", 4), ("hold", 4), ("out", 6), ("hold", 2))),
    Drill("pmr", "pmr-brief", (2, 3, 4), (("tense", 5), ("release", 10))),
    Drill("walk", "walk-down", (3, 5, 8)),
    Drill("moves", "mobility-down", (3, 5, 8)),
    Drill("break", "move-break", (1, 2)),
    LABELLING,
    MINDFUL_RUN,
)
DRILLS = {drill.code: drill for drill in ALL}
BY_NAME = {drill.name: drill for drill in ALL}
BEST = 5  # minutes of a breath: the default; shorter ones are for when time is short (docs/domain.md 5)

# What a drill hangs on (docs/domain.md 5), by the letter in a card's step.
SESSION, REVVED, AHEAD, PROMPT = "session", "revved", "ahead", "prompt"
OCCASIONS = {"s": SESSION, "r": REVVED, "a": AHEAD, "p": PROMPT, "": ""}
_LETTERS = {occasion: letter for letter, occasion in OCCASIONS.items()}


class Step(NamedTuple):
    """Where the card that asks before stands: which drill, how long in minutes, on what occasion.

    As text `before5:sigh/s`, since a card's step has room for 16 letters.
    """

    at: str
    drill: Drill = EXTENDED_EXHALE
    minutes: int = 0
    occasion: str = ""

    @classmethod
    def read(cls, text: str) -> "Step":
        """A step out of its text; a drill that there is not (any more) is the default."""
        rest, _, letter = text.partition("/")
        at, _, code = rest.partition(":")
        name = at.rstrip("0123456789")
        minutes = int(at[len(name) :] or 0)
        return cls(name, DRILLS.get(code, EXTENDED_EXHALE), minutes, OCCASIONS.get(letter, ""))

    def __str__(self) -> str:
        code, letter = self.drill.code, _LETTERS[self.occasion]
        return f"{self.at}{self.minutes or ''}{':' if code else ''}{code}{'/' if letter else ''}{letter}"


@dataclass(frozen=True, slots=True)
class Go:
    """One time that somebody does a drill. `before` and `after` are 0-10, None when they were not said.

    `occasion` is one of `OCCASIONS`, "" when they came by themselves.
    """

    drill: str
    minutes: int
    before: int | None
    after: int | None
    outcome: str
    started_at: datetime
    occasion: str = ""

    @property
    def ends_at(self) -> datetime:
        """When its time is over, to the second: so are the dates of Telegram's messages."""
        return self.started_at.replace(microsecond=0) + timedelta(minutes=self.minutes)

    @property
    def drop(self) -> int | None:
        """The drill's score for this person: how many points they came down; negative when they went up."""
        return None if self.before is None or self.after is None else self.before - self.after
