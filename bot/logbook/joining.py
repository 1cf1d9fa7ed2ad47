"""One session once: what a file measured and what was typed of it are joined (docs/log-lines.md). Pure."""

from collections.abc import Mapping, Sequence
from datetime import datetime, time, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from bot.activities.activity import Activity
from bot.logbook.records import Record, plain

MEASURED: Final = "start"  # the field that only a file has: its instant, ISO 8601 in UTC
SAID: Final = ("effort", "group", "sets")  # what only they can say of it, the latest word of each
NEAR_MINUTES, NEAR_KM = 0.15, 0.10  # how far a typed number may be from a measured one; engine choice
NEAR_TIME: Final = timedelta(minutes=90)  # the same of a typed time of the day
OVERLAP: Final = 0.5  # of the shorter one: two watches that were on one wrist; engine choice

Held = Mapping[int, Sequence[Record]]  # records by the message that holds them


class Joined(NamedTuple):
    """Sessions in their places: `own` are the new message's, `changed` those of others that are different now.

    `told`: what was understood, with the message that holds it. `known`: all of it was there before.
    """

    own: list[Record]
    changed: dict[int, list[Record]]
    told: list[tuple[int, Record]]
    known: bool


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


def joined(message: int, new: Sequence[Record], held: Held) -> Joined:
    """New records of a message beside what other messages hold: of a session that is there already, one is left."""
    others = {number: [*records] for number, records in held.items() if number != message}
    own, told, changed, known = list[Record](), list[tuple[int, Record]](), set[int](), bool(new)
    for record in new:
        same = [(number, one) for number, records in others.items() for one in records if _same(record, one)]
        same.sort(key=lambda found: MEASURED not in found[1])  # the same file before what may be it
        holder, there = same[0] if same else (message, None)
        if there is not None and MEASURED in record and MEASURED in there:
            if said := said_of(record):
                others[holder][others[holder].index(there)] = there = {**there, **said}
                changed.add(holder)
            told.append((holder, there))
            continue
        known = False
        if there is not None and MEASURED in there:  # typed after the file was sent: it stays the file's
            record = _both(record, there, record)
            others[holder][others[holder].index(there)] = record
            changed.add(holder)
        else:
            if there is not None:  # sent after it was typed
                others[holder].remove(there)
                changed.add(holder)
                record, holder = _both(there, record, record), message
            own.append(record)
        told.append((holder, record))
    return Joined(own, {number: others[number] for number in sorted(changed)}, told, known)


def said_of(record: Record) -> Record:
    """What of it only they can say."""
    return {name: record[name] for name in SAID if name in record}


def _both(typed: Record, measured: Record, latest: Record) -> Record:
    """What was measured, and what they said of it, last in `latest`."""
    activity = typed["activity"] if measured["activity"] == "other" else measured["activity"]
    return {**typed, **measured, **said_of(latest), "activity": activity}


def _same(one: Record, other: Record) -> bool:
    """Whether two records are of one session. Two that were typed never are: people run twice a day."""
    if not (_is_done(one) and _is_done(other)) or MEASURED not in {*one, *other}:
        return False
    if MEASURED in one and MEASURED in other:
        return _overlap(one, other)
    typed, measured = (other, one) if MEASURED in one else (one, other)
    kinds = {typed["activity"], measured["activity"]}
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
