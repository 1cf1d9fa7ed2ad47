"""A FIT file's activities. Pure.

A file that is cut off or damaged is not saved: a session is written last, so what is there is a part of unknown size
with neither its end nor its totals, and nothing is guessed.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

from bot.activities.activity import Activity, Kind, Unfit
from bot.activities.messages import HEADER, MARK, TIME, Message, messages, parts
from bot.activities.samples import (
    FARTHEST,
    HEART,
    LONGEST,
    MOST_ACTIVITIES,
    MOST_SAMPLES,
    TIMES,
    Sample,
    Told,
    activity,
    number,
    spot,
)

MOST_PARTS: Final = 100  # of a chain; engine choice
DEGREES: Final = 180 / 2**31  # of a semicircle
BEGAN: Final = datetime(1989, 12, 31, tzinfo=UTC).timestamp()  # what its seconds count from

# Codes of Garmin's profile.
ACTIVITY, COURSE = 4, 6  # kinds of files
TIMER, STOPS = 0, frozenset({1, 4, 8, 9})  # an event, and its types that end it
TRANSITION: Final = 3
SPORTS: Final[dict[float, Kind]] = {
    1: "run", 2: "ride", 5: "swim", 11: "walk", 17: "walk", 21: "ride", 65: "walk", 66: "run",
}
VAGUE: Final = frozenset({0, 4, 10})  # sports that say less than what they were for: generic, equipment, training
SUB_SPORTS: Final[dict[float, Kind]] = {
    1: "run", 5: "ride", 6: "ride", 11: "ride", 12: "ride", 13: "ride", 17: "swim", 19: "mobility", 20: "strength",
    27: "walk", 28: "ride", 30: "walk", 31: "walk", 43: "mobility", 44: "mobility", 45: "run", 46: "ride", 47: "ride",
    86: "walk", 87: "run", 88: "ride",
}


def is_fit(content: bytes) -> bool:
    """Whether it begins as a FIT file does."""
    return content[HEADER - len(MARK):HEADER] == MARK


def read(content: bytes) -> list[Activity]:
    """The activities, first to last; of a multi-sport file its legs, without the transitions.

    Raises:
        Unfit: "broken", "empty", "no times" or "too much".
    """
    activities, without = list[Activity](), Unfit("empty")
    for count, part in enumerate(parts(content)):
        if count >= MOST_PARTS:
            raise Unfit("too much")
        try:
            activities += _activities(part)
        except Unfit as unfit:
            if unfit.reason not in ("empty", "no times"):
                raise
            without = unfit
    if not activities:
        raise without
    return activities


def _activities(content: bytes) -> list[Activity]:
    """Those of one file of a chain."""
    samples, sessions, timer, sport, kind_of_file = list[Sample](), list[Message](), list[Message](), Message(), None
    for count, (name, message) in enumerate(messages(content)):
        if count >= MOST_SAMPLES:
            raise Unfit("too much")
        match name:
            case "record" if (at := _time(message, TIME)) is not None:
                samples.append(_sample(at, message))
            case "session":
                sessions.append(message)
            case "event" if message.get("event") == TIMER:
                timer.append(message)
            case "sport":
                sport = message
            case "file":
                kind_of_file = message.get("type")
    if kind_of_file not in (ACTIVITY, None):
        raise Unfit("no times" if kind_of_file == COURSE else "empty")
    if len(sessions) > MOST_ACTIVITIES:
        raise Unfit("too much")
    if not sessions and samples:
        sessions = [{}]  # some devices write records alone
    legs = [session for session in sessions if session.get("sport") != TRANSITION]
    legs.sort(key=lambda leg: _begin(leg) or 0.0)
    activities, without = list[Activity](), Unfit("empty")
    for leg in legs:
        told = _told(leg, timer)
        own = _of(samples, told, last=leg is legs[-1])
        try:
            activities.append(activity(_kind(sport | leg), told, [own]))
        except Unfit as unfit:
            without = unfit
    if not activities:
        raise without
    return activities


def _sample(at: float, record: Message) -> Sample:
    latitude, longitude = (number(record.get(name), -2**31, 2**31) for name in ("position_lat", "position_long"))
    place = None if latitude is None or longitude is None else spot(latitude * DEGREES, longitude * DEGREES)
    return Sample(at, number(record.get("heart_rate"), *HEART), number(record.get("distance"), 0, FARTHEST), place)


def _told(leg: Message, timer: Sequence[Message]) -> Told:
    moving = (number(leg.get(name), 0, LONGEST) for name in ("total_moving_time", "total_timer_time"))
    return Told(
        begin=_begin(leg),
        length=_length(leg),
        moving=next(filter(None, moving), None),
        metres=number(leg.get("total_distance"), 0, FARTHEST),
        mean=number(leg.get("avg_heart_rate"), *HEART),
        highest=number(leg.get("max_heart_rate"), *HEART),
        stopped=_stopped(timer),
    )


def _begin(leg: Message) -> float | None:
    return _time(leg, "start_time")


def _length(leg: Message) -> float | None:
    length, begin, end = number(leg.get("total_elapsed_time"), 0, LONGEST), _begin(leg), _time(leg, TIME)
    return length if length is not None or begin is None or end is None else end - begin


def _stopped(timer: Sequence[Message]) -> float | None:
    """When the timer was stopped for good, in seconds since 1970.

    The event recovery_hr is no help: the profile calls it a marker, of no stated span.
    """
    times = [(at, event) for event in timer if (at := _time(event, TIME)) is not None]
    if not times:
        return None
    at, last = max(times, key=lambda one: one[0])
    return at if last.get("event_type") in STOPS else None


def _of(samples: Sequence[Sample], told: Told, *, last: bool) -> list[Sample]:
    """Those of a leg; what comes after the last one is its rest."""
    begin = TIMES[0] if told.begin is None else told.begin
    end = TIMES[1] if last or told.length is None else begin + told.length
    return [sample for sample in samples if begin <= sample.at <= end]


def _kind(session: Message) -> Kind:
    sport = session.get("sport", 0)
    if sport in VAGUE:
        return SUB_SPORTS.get(session.get("sub_sport", 0), "other")
    return SPORTS.get(sport, "other")


def _time(message: Message, name: str) -> float | None:
    """Seconds since 1970, if that is when it can have been."""
    since = number(message.get(name), TIMES[0] - BEGAN, TIMES[1] - BEGAN)
    return None if since is None else since + BEGAN
