"""One session once: what a file measured and what was typed of it count as one (docs/log-lines.md). Pure.

Each message keeps what it said; what belongs together is worked out whenever it is read, so that taking one out, or
changing it, leaves the other as it was.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import chain
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from bot.activities.activity import Activity
from bot.logbook.records import Record, plain

MEASURED: Final = "start"  # the field that only a file has: its instant, ISO 8601 in UTC
CAPTION: Final = "said"  # the field of what a file's caption says of it: some of these, and what it was
SAID: Final = ("effort", "group", "sets")  # what only they can say of it, the latest word of each
NEAR_MINUTES, NEAR_KM = 0.15, 0.10  # how far a typed number may be from a measured one; engine choice
NEAR_TIME: Final = timedelta(minutes=90)  # the same of a typed time of the day
OVERLAP: Final = 0.5  # of the shorter one: two watches that were on one wrist; engine choice

Held = Mapping[int, Sequence[Record]]  # records by the message that holds them, in order


class Whole(NamedTuple):
    """A record as it counts, and its parts: messages with what each of them holds of it, in order."""

    record: Record
    parts: Sequence[tuple[int, Record]]

    @property
    def base(self) -> int:
        """The message that measured it first, or said it."""
        return next((message for message, record in self.parts if MEASURED in record), self.parts[0][0])

    def of(self, message: int) -> list[Record]:
        """What this message holds of it."""
        return [record for number, record in self.parts if number == message]


def record_of(activity: Activity, zone: ZoneInfo) -> Record:
    """A session as it is logged, on their clock; a field that the file does not have is not there."""
    local = activity.start.astimezone(zone)
    told = {
        "kind": "session", "activity": activity.activity, "date": str(local.date()), "minutes": plain(activity.minutes),
        "km": None if activity.km is None else plain(activity.km), "at": f"{local:%H:%M}",
        MEASURED: activity.start.isoformat(), "moving": None if activity.moving is None else plain(activity.moving),
        "heart": activity.mean, "highest": activity.highest, "fall": activity.fall,
    }
    return {name: value for name, value in told.items() if value is not None}


def wholes(held: Held) -> list[Whole]:
    """All that these messages hold, each session once, in order of what was said first of it."""
    found: list[list[tuple[int, Record]]] = []
    days: dict[date, list[list[tuple[int, Record]]]] = {}
    for message, records in held.items():
        for record in records:
            day = date.fromisoformat(record["date"])
            around = chain.from_iterable(days.get(day + timedelta(days=shift), ()) for shift in (-1, 0, 1))
            same = [parts for parts in around if _belongs(record, [one for _, one in parts])]
            same.sort(key=lambda parts: all(MEASURED not in one for _, one in parts))  # the same file before a line
            if same:
                same[0].append((message, record))
            else:
                found.append([(message, record)])
                days.setdefault(day, []).append(found[-1])
    return [Whole(_together([record for _, record in parts]), parts) for parts in found]


def wholes_of(message: int, records: Sequence[Record], held: Held) -> list[Whole]:
    """Those that this message speaks of, when it holds these beside what others hold."""
    return [whole for whole in wholes({**held, message: records}) if whole.of(message)]


def left_of(gone: Sequence[Whole], message: int, held: Held) -> list[Record]:
    """What stays of these when this message holds nothing any more."""
    others = {number: records for number, records in held.items() if number != message}
    parts = [part for whole in gone for part in whole.parts]
    return [whole.record for whole in wholes(others) if any(part in parts for part in whole.parts)]


def said_of(record: Record) -> Record:
    """What of it only they can say."""
    return {name: record[name] for name in SAID if name in record}


def with_caption(record: Record) -> Record:
    """What a file holds, with what its caption says of it."""
    return {name: value for name, value in (record | record.get(CAPTION, {})).items() if name != CAPTION}


def _together(parts: Sequence[Record]) -> Record:
    """What was measured first, and what they said of it, the latest word of each."""
    base, whole = _base(parts), Record()
    for part in (*(part for part in parts if MEASURED not in part), base):
        whole |= with_caption(part)
    for part in parts:
        whole |= said_of(with_caption(part))
    if whole.get("activity") == "other":
        whole["activity"] = next((one["activity"] for one in parts if one["activity"] != "other"), "other")
    return whole


def _base(parts: Sequence[Record]) -> Record:
    return next((part for part in parts if MEASURED in part), parts[0])


def _belongs(record: Record, parts: Sequence[Record]) -> bool:
    """Whether it is the session of these. Two that were typed never are: people run twice a day."""
    base = _base(parts)
    if not (_is_done(record) and _is_done(base)):
        return False
    if MEASURED in record:
        return _overlap(record, base) if MEASURED in base else _same(base, record)
    return all(MEASURED in part for part in parts) and _same(record, base)


def _same(typed: Record, measured: Record) -> bool:
    """Whether what was typed may be what was measured."""
    kinds = {typed["activity"], with_caption(measured)["activity"]}
    if typed["date"] != measured["date"] or (len(kinds) > 1 and "other" not in kinds):
        return False
    return _near(typed, measured, "minutes", NEAR_MINUTES) and _near(typed, measured, "km", NEAR_KM) and _then(
        typed, measured
    )


def _is_done(record: Record) -> bool:
    return bool(record["kind"] == "session" and not record.get("planned"))


def _overlap(one: Record, other: Record) -> bool:
    (begin, end), (since, until) = _span(one), _span(other)
    shorter = min(end - begin, until - since)
    return min(end, until) - max(begin, since) >= OVERLAP * shorter


def _span(record: Record) -> tuple[datetime, datetime]:
    begin = datetime.fromisoformat(record[MEASURED])
    return begin, begin + timedelta(minutes=record["minutes"])


def _near(typed: Record, measured: Record, field: str, share: float) -> bool:
    """A number that one of them does not have contradicts nothing; minutes may be those in motion."""
    if field not in typed or field not in measured:
        return True
    values = [measured[field]] + ([measured["moving"]] if field == "minutes" and "moving" in measured else [])
    return any(abs(typed[field] - value) <= share * max(typed[field], value) for value in values)


def _then(typed: Record, measured: Record) -> bool:
    if "at" not in typed:
        return True
    day = datetime.fromisoformat(measured["date"])
    said, was = (datetime.combine(day, time.fromisoformat(one["at"])) for one in (typed, measured))
    return abs(said - was) <= NEAR_TIME
