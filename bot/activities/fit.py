"""A FIT file's activities, by fitdecode. Pure.

Of the two readers that are kept up, fitdecode is free software and knows compressed times; Garmin's own has neither,
and at its barest takes a fifth to a half less time.
A file that is cut off or damaged is not saved: a session is written last, so what is there is a part of unknown size
with neither its end nor its totals, and nothing is guessed.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Final

from fitdecode import CrcCheck, ErrorHandling, FitDataMessage, FitReader
from fitdecode.processors import FIT_UTC_REFERENCE

from bot.activities.activity import Activity, Kind, Unfit, kind_of
from bot.activities.samples import FARTHEST, HEART, LONGEST, MOST_SAMPLES, TIMES, Sample, Told, activity, number, spot

MARK: Final = b".FIT"
HEADER, CHECK = 12, 2  # bytes: of the shortest header, and of the sum behind the messages
DEGREES: Final = 180 / 2**31  # of a semicircle
NAMES: Final = {0: "file", 12: "sport", 18: "session", 20: "record", 21: "event"}  # the messages that are read
FIELDS: Final = frozenset({  # and what of them; of a record there may be 30
    "type", "sport", "sub_sport", "event", "event_type", "timestamp", "start_time", "total_elapsed_time",
    "total_timer_time", "total_moving_time", "total_distance", "avg_heart_rate", "max_heart_rate",
    "heart_rate", "distance", "position_lat", "position_long",
})
# Sports that say less than what they were for.
VAGUE: Final = frozenset({None, "generic", "training", "fitness_equipment"})

Message = dict[str, Any]


def is_fit(content: bytes) -> bool:
    """Whether it begins as a FIT file does."""
    return content[HEADER - len(MARK):HEADER] == MARK


def read(content: bytes) -> list[Activity]:
    """The activities, first to last; of a multi-sport file its legs, without the transitions.

    Raises:
        Unfit: "broken", "empty", "no times" or "too much".
    """
    activities, without = list[Activity](), Unfit("empty")
    for part in _parts(content):
        try:
            activities += _activities(part)
        except Unfit as unfit:
            if unfit.reason not in ("empty", "no times"):
                raise
            without = unfit
    if not activities:
        raise without
    return activities


def _parts(content: bytes) -> Iterator[bytes]:
    """The files of a chain, each whole; what only looks like one is left to fitdecode."""
    place = 0
    while place < len(content):
        size = content[place] + int.from_bytes(content[place + 4:place + 8], "little") + CHECK
        part = content[place:place + size]
        if _sum(part):  # with its own sum behind it, a file's sum is zero
            raise Unfit("broken")
        yield part
        place += size


def _table() -> tuple[int, ...]:
    sums = []
    for byte in range(256):
        for _ in range(8):
            byte = byte >> 1 ^ (0xA001 if byte & 1 else 0)
        sums.append(byte)
    return tuple(sums)


_TABLE: Final = _table()


def _sum(content: bytes) -> int:
    """The CRC; fitdecode's own takes as long as half of its reading, since it goes by half bytes."""
    crc = 0
    for byte in content:
        crc = crc >> 8 ^ _TABLE[(crc ^ byte) & 255]
    return crc


def _messages(content: bytes) -> Iterator[tuple[str, Message]]:
    """What is there of `NAMES` and `FIELDS`, as the profile calls it; in seconds, metres and semicircles."""
    reader = FitReader(content, processor=None, check_crc=CrcCheck.DISABLED, error_handling=ErrorHandling.IGNORE)
    try:
        for frame in reader:
            if isinstance(frame, FitDataMessage) and frame.global_mesg_num in NAMES:
                yield NAMES[frame.global_mesg_num], {
                    field.field.name: field.value for field in frame.fields
                    if field.value is not None and field.field and field.field.name in FIELDS
                    and not (field.field_def and field.field_def.is_dev)  # may have any name
                }
    except MemoryError:
        raise
    except Exception:  # of many classes: it trusts what a definition says
        raise Unfit("broken") from None


def _activities(content: bytes) -> list[Activity]:
    """Those of one file of a chain."""
    samples, sessions, timer, sport, kind_of_file = list[Sample](), list[Message](), list[Message](), Message(), None
    for count, (name, message) in enumerate(_messages(content)):
        if count >= MOST_SAMPLES:
            raise Unfit("too much")
        match name:
            case "record" if (at := _time(message, "timestamp")) is not None:
                samples.append(_sample(at, message))
            case "session":
                sessions.append(message)
            case "event" if message.get("event") == "timer":
                timer.append(message)
            case "sport":
                sport = message
            case "file":
                kind_of_file = message.get("type")
    if kind_of_file not in ("activity", None):
        raise Unfit("no times" if kind_of_file == "course" else "empty")
    if not sessions and samples:
        sessions = [{}]  # some devices write records alone
    legs = [session for session in sessions if session.get("sport") != "transition"]
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
    length, begin, end = number(leg.get("total_elapsed_time"), 0, LONGEST), _begin(leg), _time(leg, "timestamp")
    return length if length is not None or begin is None or end is None else end - begin


def _stopped(timer: Sequence[Message]) -> float | None:
    """When the timer was stopped for good, in seconds since 1970.

    The event recovery_hr is no help: the profile calls it a marker, of no stated span.
    """
    times = [(at, event) for event in timer if (at := _time(event, "timestamp")) is not None]
    if not times:
        return None
    at, last = max(times, key=lambda one: one[0])
    return at if str(last.get("event_type")).startswith("stop") else None


def _of(samples: Sequence[Sample], told: Told, *, last: bool) -> list[Sample]:
    """Those of a leg; what comes after the last one is its rest."""
    begin = TIMES[0] if told.begin is None else told.begin
    end = TIMES[1] if last or told.length is None else begin + told.length
    return [sample for sample in samples if begin <= sample.at <= end]


def _kind(session: Message) -> Kind:
    sport = session.get("sport")
    return kind_of(session.get("sub_sport") if sport in VAGUE else sport)


def _time(message: Message, name: str) -> float | None:
    """Seconds since 1970, if that is when it can have been."""
    return number(message.get(name), TIMES[0] - FIT_UTC_REFERENCE, TIMES[1] - FIT_UTC_REFERENCE) and (
        message[name] + FIT_UTC_REFERENCE
    )
