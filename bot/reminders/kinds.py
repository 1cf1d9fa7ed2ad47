"""The kinds of reminders, as data (docs/domain.md 6). Pure."""

from dataclasses import dataclass
from datetime import timedelta

MORNING, EVENING, WEEK, BREAK, DRILL, MICRO, PRELOAD, SESSION = (
    "morning", "evening", "week", "break", "drill", "micro", "preload", "session",
)
WIND_DOWN, HYGIENE, TRIAL, FOLLOW_UP = "wind_down", "hygiene", "trial", "follow_up"


@dataclass(frozen=True, slots=True)
class Kind:
    """What is true of all reminders of a kind.

    `grace` is how long after its time it is still worth sending. `unasked`: the coach's own idea, within a budget.
    `backs_off`: ignored ones come half as often, and then not at all.
    """

    name: str
    grace: timedelta
    unasked: bool = False
    backs_off: bool = False


KINDS = {
    kind.name: kind
    for kind in (
        Kind(MORNING, timedelta(hours=5)),
        Kind(EVENING, timedelta(hours=4)),
        Kind(WEEK, timedelta(hours=4), backs_off=True),
        Kind(BREAK, timedelta(minutes=15), backs_off=True),
        Kind(DRILL, timedelta(hours=2), backs_off=True),
        Kind(MICRO, timedelta(hours=1), backs_off=True),
        Kind(PRELOAD, timedelta(minutes=15)),
        Kind(SESSION, timedelta(hours=1), backs_off=True),
        Kind(WIND_DOWN, timedelta(minutes=45), unasked=True, backs_off=True),
        Kind(HYGIENE, timedelta(hours=2), unasked=True, backs_off=True),
        Kind(TRIAL, timedelta(days=3)),
        Kind(FOLLOW_UP, timedelta(days=3)),
    )
}
CHECK_INS = (MORNING, EVENING)
BEFORE = 20  # minutes from the reminder of something hard to its beginning (docs/domain.md 6)
SNOOZES = (10, 30, 60)  # minutes
EVERY = (60, 30, 45, 90, 120, 180)  # minutes between breaks; hourly is offered first
BODY = "body"  # what a follow-up is about, where it is not the mind
ONCE = (PRELOAD, FOLLOW_UP)  # not from anybody's settings, and each for one date
