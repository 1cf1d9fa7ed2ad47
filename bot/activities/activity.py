"""What an activity file comes to, or why it comes to nothing. Pure, and light: the bot itself imports this."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal

Kind = Literal["run", "walk", "ride", "swim", "strength", "mobility", "other"]  # those of docs/log-lines.md

Reason = Literal[
    "not one",  # neither FIT nor GPX nor TCX, whatever its name says
    "broken",  # one of them, but cut off, damaged, or with times that can't be so
    "empty",  # nothing was recorded in it, or it lasted no time
    "no times",  # a route or a course, which nobody has done yet; or a clock that was never set
    "too much",  # more points, depth, memory or time than an activity takes
    "too big",  # of more than so many bytes; not even looked at
    "not here",  # the extra `activity` is not installed
    "not now",  # the worker is busy, stopped, or could not start: the same file may be read later
    "failed",  # a mistake of ours
]

_WORDS: Final[dict[Kind, tuple[str, ...]]] = {
    "run": ("run", "running", "jog", "jogging", "virtualrun"),
    "walk": ("walk", "walking", "hike", "hiking", "rucking"),
    "ride": ("ride", "bike", "biking", "bicycling", "cycling", "ebike", "ebiking", "cyclocross", "virtualride"),
    "swim": ("swim", "swimming"),
    "strength": ("strength", "weight", "weights", "weightlifting", "weighttraining"),
    "mobility": ("mobility", "yoga", "pilates", "stretching", "flexibility"),
}
_KIND_OF: Final = {word: kind for kind, words in _WORDS.items() for word in words}


@dataclass(frozen=True, slots=True)
class Activity:
    """One session, as a file tells it.

    activity  what it was; "other" also when the file does not say
    start     aware, UTC
    minutes   from begin to end, pauses included
    km        None when there is neither a total nor a place to measure from
    moving    minutes of it in motion (what a file calls moving or timer time), never more than `minutes`
    mean      heart rate, beats a minute
    highest   heart rate, beats a minute
    fall      beats a minute that the heart rate fell by in the first minute after the end
    """

    activity: Kind
    start: datetime
    minutes: float
    km: float | None = None
    moving: float | None = None
    mean: int | None = None
    highest: int | None = None
    fall: int | None = None


class Unfit(Exception):
    """The file can't be taken, for this reason; nothing of the file is in it."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason: Reason = reason


def kind_of(name: object) -> Kind:
    """The kind that a sport's name means: "trail_running", "VirtualRide"; "other" for anything unknown or of two."""
    words = re.findall(r"[A-Z]?[a-z]+|[A-Z]+", name) if isinstance(name, str) else []
    kinds = {_KIND_OF[word.lower()] for word in words if word.lower() in _KIND_OF}
    return kinds.pop() if len(kinds) == 1 else "other"
