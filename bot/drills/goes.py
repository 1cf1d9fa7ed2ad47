"""Drills as data, and a go of one (docs/domain.md 5). Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

BREATH, SETTLED = "breath", "settled"  # the kinds of the cards while it runs, and at its end
RUNNING, DONE, STOPPED, WORSE = "running", "done", "stopped", "worse"  # how a go stands, or ended


@dataclass(frozen=True, slots=True)
class Drill:
    """A breath that is repeated: its phases with their seconds, and the lengths that are offered, in minutes."""

    name: str
    phases: tuple[tuple[str, int], ...]
    minutes: tuple[int, ...]


    @property
    def holds(self) -> bool:
        """Whether the breath is held in it: not for everybody (docs/domain.md 5)."""
        return any(kind == "hold" for kind, _ in self.phases)


EXTENDED_EXHALE = Drill("extended-exhale", (("in", 4), ("out", 6)), (1, 3, 5))
BREATHS = {  # by what a card's step and button call them; the first is the default
    "": EXTENDED_EXHALE,
    "4-8": Drill("extended-exhale-4-8", (("in", 4), ("out", 8)), (1, 3, 5, 8)),
    "3-6": Drill("extended-exhale-3-6", (("in", 3), ("out", 6)), (1, 3, 5, 8)),
    "sigh": Drill("physiological-sigh", (("in", 3), ("sip", 1), ("out", 6)), (1, 2, 3)),
    "paced": Drill("paced-4-4-6-2", (("in", 4), ("hold", 4), ("out", 6), ("hold", 2)), (2, 3, 5)),
}
BY_NAME = {drill.name: drill for drill in BREATHS.values()}
BEST = 5  # minutes: the default; shorter ones are offered as "when time is short" (docs/domain.md 5)


@dataclass(frozen=True, slots=True)
class Go:
    """One time that somebody does a drill. `before` and `after` are 0-10, None when they were not said."""

    drill: str
    minutes: int
    before: int | None
    after: int | None
    outcome: str
    started_at: datetime

    @property
    def ends_at(self) -> datetime:
        """When its time is over, to the second: so are the dates of Telegram's messages."""
        return self.started_at.replace(microsecond=0) + timedelta(minutes=self.minutes)

    @property
    def drop(self) -> int | None:
        """The drill's score for this person: how many points they came down; negative when they went up."""
        return None if self.before is None or self.after is None else self.before - self.after
