"""From what a line says to what is kept of it: days, sums, and what can't be so (docs/log-lines.md). Pure.

A record is a plain dictionary of JSON values, as the schema says; a field that was not said is not there.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final, NamedTuple

from bot.logbook.grammar import Implied, Item, Lift, Part
from bot.logbook.limits import FASTEST, LONGEST_NIGHT, MINUTES_ONLY, SLOWEST, misfit

Record = dict[str, Any]

NAMED: Final = "named"  # a sentence of the drill "name it" that they wished kept; no line is read as one

FAST, HOURS = 3.0, 24
WALK_MINUTES: Final = 15  # from here on a bare number of a walk
METRES_FROM = 200  # "m" behind more than this are metres
MINUTES_FIRST: Final = 24  # "45:30" is no time of the day
PACES: Final = range(3, 7)  # minutes a km that may be an hour of the morning too
AFTERNOON: Final = range(1, 8)  # "last at 5" is no hour of the night; engine choice
DOUBT: Final = Part("doubt")
LIFTED: Final = 30  # reps of what is loaded; more are its kilos
SETS_LIFTED: Final = 12
HELD: Final = 15  # of a plank this many are seconds
RATED: Final = 10  # "3x8 @8" may be how hard it was


class Meant(NamedTuple):
    """Records of a sentence, and whether a part of it is to be asked about."""

    records: list[Record]
    ask: bool = False


class _Doubtful(Exception):
    """A part that may mean two things, or can't be so."""


def meant(items: Sequence[Item], now: datetime, *, sure: bool = False) -> Meant:
    """What the items of a sentence are to be kept as; `now` is local and aware.

    `sure`: they confirmed what can't well be.
    """
    records, ask = list[Record](), any(_is_strange(item) for item in items)
    unread = any(item.kind == "unread" or any(part.kind == "unread" for part in item.parts) for item in items)
    for item in _apart(_doubted(items)):
        try:
            record = _record(item, now, unread=unread)
        except _Doubtful:
            ask, record = True, None
        if record is not None and (misfit(record) or _is_to_come(record, now)) and not sure:
            ask, record = True, None
        if record is not None:
            records.append(record)
    return Meant(records, ask)


def _is_strange(item: Item) -> bool:
    """Sets of nothing that is known."""
    return item.kind == "unread" and any(part.kind in ("sets", "by") for part in item.parts)


def _doubted(items: Sequence[Item]) -> Iterator[Item]:
    """A number of nothing before a morning's numbers or cups may be of theirs: "60-65 hrv"."""
    for place, item in enumerate(items):
        before = items[place - 1] if place else None
        lone = before is not None and before.kind == "session" and {part.kind for part in before.parts} == {"bare"}
        yield item._replace(parts=[*item.parts, DOUBT]) if lone and item.kind in ("vitals", "caffeine") else item


def _record(item: Item, now: datetime, *, unread: bool) -> Record | None:
    if any(part.kind == "doubt" for part in item.parts):
        raise _Doubtful
    match item.kind:
        case "session":
            return _session(item.parts, now, unread=unread)
        case "sleep":
            return _sleep(item.parts, now)
        case "vitals":
            return _vitals(item.parts, now)
        case "caffeine":
            return _caffeine(item.parts, now)
        case "state" if not unread:
            return {"kind": "state", "date": str(day_of(item.parts, now, night=True)), "state": "revved"}
        case _:
            return None


def _apart(items: Iterable[Item]) -> Iterator[Item]:
    """Sessions that were said in one breath, one by one; a day that was said first holds for those after it."""
    day = None
    for item in items:
        if item.kind != "session":
            yield item
            continue
        for parts in _sessions(item.parts):
            own = next((part for part in parts if part.kind == "day"), None)
            day = own or day
            yield Item("session", parts if own or day is None else [*parts, day])


def _sessions(parts: Sequence[Part]) -> Iterator[list[Part]]:
    """A second distance or day begins another session, where each has its own day; sets are one of their own."""
    own = [part for part in parts if part.kind != "sets"]
    sets = [part for part in parts if part.kind == "sets"]
    if sets and any(part.kind in ("activity", "done", "km") and part.value != "strength" for part in own):
        first = parts.index(sets[0]) < min(parts.index(part) for part in own if part.kind in ("activity", "done", "km"))
        yield from (sets, own) if first else (own, sets)
        return
    if sets or not [part for part in own if part.kind == "day"][1:]:
        yield list(parts)
        return
    whole: list[list[Part]] = [[]]
    for part in parts:
        kinds = {one.kind for one in whole[-1]}
        if part.kind in kinds and part.kind in ("day", "km", "minutes") and kinds & {"km", "minutes"}:
            whole.append([])
        whole[-1].append(part)
    activity = [part for part in whole[0] if part.kind in ("activity", "done")][:1]
    own_activity = ("activity", "done")
    # "5k monday and wednesday": of which day, or of both?
    amounts = frozenset({"km", "minutes", "m", "colon", "bare", "pace"})
    doubt = [] if all(amounts & {part.kind for part in one} for one in whole) else [DOUBT]
    for one in whole:
        yield [*([] if any(part.kind in own_activity for part in one) else activity), *one, *doubt]


def merged(records: Iterable[Record]) -> list[Record]:
    """Sets of one visit to the gym are one session, and a morning's numbers one record."""
    whole = list[Record]()
    for record in records:
        same = next((one for one in whole if one["kind"] == record["kind"] and one["date"] == record["date"]), {})
        if record["kind"] == "vitals" and same and not same.keys() & record.keys() - {"kind", "date"}:
            same |= record
        elif record["kind"] == "caffeine" and same:
            last = max((one["last"] for one in (same, record) if "last" in one), default=None)
            same["cups"] = plain(same["cups"] + record["cups"])
            same |= {} if last is None else {"last": last}
        elif same.get("sets") and record.keys() == {"kind", "activity", "date", "sets"}:
            same["sets"] = [*same["sets"], *record["sets"]]
        else:
            whole.append(record)
    return whole


# ---- days --------------------------------------------------------------------------------------------


def day_of(parts: Sequence[Part], now: datetime, *, ahead: bool = False, night: bool = False) -> date:
    """The date that is meant."""
    said = next((part.value for part in parts if part.kind == "day"), None)
    today = now.date()
    if said is None:
        return today
    which, value = said
    if which == "tonight":
        return today
    if which == "night":
        return today if night or value == 0 else today + timedelta(days=value)
    if which == "offset":
        return today + timedelta(days=value)
    back = (today.weekday() - value) % 7
    if ahead or which == "next":
        return today + timedelta(days=(-back) % 7)
    return today - timedelta(days=back or (7 if which == "last" else 0))


def _done_by_now(day: date, now: datetime) -> None:
    if day > now.date():
        raise _Doubtful


# ---- sessions ----------------------------------------------------------------------------------------


def _session(parts: Sequence[Part], now: datetime, *, unread: bool) -> Record | None:
    by = _by_kind(parts)
    done, activities = by.get("done", []), by.get("activity", [])
    names = list(dict.fromkeys([*done, *activities]))
    sets = [_lifted(one) for one in by.get("sets", [])]
    kms, minutes = list(by.get("km", [])), list(by.get("minutes", []))
    if len(names) > 1 or (by.get("hour") and (names or kms or sets)):
        raise _Doubtful
    if not names and not kms and not sets and not by.get("pace") and not by.get("m"):
        return None
    activity = names[0] if names else "strength" if sets else "run"
    _spread(by, activity, kms, minutes)
    if not _is_one(kms) or not _is_one(minutes) or len(set(by.get("effort", []))) > 1:
        raise _Doubtful
    km, length = kms[0] if kms else None, minutes[0] if minutes else None
    if km and length is None and any(first in PACES for first, _ in by.get("clock_or_pace", [])):
        raise _Doubtful  # "10k at 5:30"
    if pace := by.get("pace"):
        if pace[0] <= 0:
            raise _Doubtful
        if km is not None and length is None:
            length = km * pace[0]
        elif length is not None and km is None:
            km = length / pace[0]
    if not names and not sets and unread and length is None:
        raise _Doubtful  # "paid 5k for it"
    if not names and not sets and km is None:
        return None  # "5m break"
    planned = _is_planned(by, bool(done))
    plainly = not unread and (done or by.get("did") or by.get("group") or planned)
    if km is None and length is None and not sets and not plainly:
        return None
    day = day_of(parts, now, ahead=planned)
    if (planned and (done or day < now.date())) or (not planned and day > now.date()):
        raise _Doubtful
    record: Record = {"kind": "session", "activity": activity, "date": str(day)}
    if length is not None:
        record["minutes"] = plain(length)
    if km is not None:
        record["km"] = plain(km)
    if effort := by.get("effort"):
        record["effort"] = plain(effort[0])
    if sets:
        record["sets"] = [_one_set(*one) for one in sets]
    clock = {*by.get("clock", []), *(first * 60 + second for first, second in by.get("clock_or_pace", []))}
    if len(clock) > 1:
        raise _Doubtful
    if clock:
        record["at"] = _clock(clock.pop())
    if by.get("group"):
        record["group"] = True
    if planned:
        record["planned"] = True
    return record


def _is_one(numbers: Sequence[float]) -> bool:
    """"5k and 5k" may be ten; "parkrun 5k" is one."""
    return len(set(numbers)) <= 1 and len([one for one in numbers if not isinstance(one, Implied)]) <= 1


def _lifted(lift: Lift) -> tuple[str, float, float, float | None]:
    """Its numbers, where each can only be one thing."""
    name, sets, reps, kg, kilos, marks = lift
    if "loaded" in marks:
        if kg is None and sets == 1 and reps > LIFTED:
            return name, 1, 1, reps  # once 140 kilos, whichever the "1" counts
        if reps > LIFTED or sets > SETS_LIFTED or (kg is not None and not kilos and kg <= RATED):
            raise _Doubtful
    if "held" in marks and reps >= HELD:
        raise _Doubtful
    return name, sets, reps, kg


def _by_kind(parts: Iterable[Part]) -> dict[str, list[Any]]:
    by: dict[str, list[Any]] = {}
    for part in parts:
        by.setdefault(part.kind, []).append(part.value)
    return by


def _spread(by: Mapping[str, list[Any]], activity: str, kms: list[float], minutes: list[float]) -> None:
    """Numbers whose unit follows from what stands beside them, or that are in doubt."""
    for metres in by.get("m", []):
        if metres >= METRES_FROM or (activity == "swim" and metres >= METRES_FROM / 2):
            kms.append(metres / 1000)
        elif activity == "swim":
            raise _Doubtful
        else:
            minutes.append(metres)
    for number in by.get("in", []):
        if not kms or minutes:
            raise _Doubtful
        minutes.append(number)
    for first, second in by.get("colon", []):
        minutes.append(_length(first, second, kms[0] if kms else None, activity))
    for number in by.get("bare", []):
        if kms or minutes or by.get("sets"):
            raise _Doubtful
        if activity in MINUTES_ONLY or (activity == "walk" and number >= WALK_MINUTES):
            minutes.append(number)
        else:
            raise _Doubtful


def _length(first: int, second: int, km: float | None, activity: str) -> float:
    """"45:30" as minutes and seconds or as hours and minutes, whichever can be."""
    if km is None:
        if first >= MINUTES_FIRST:
            return first + second / 60
        raise _Doubtful
    if km <= 0:
        raise _Doubtful
    ways = {first + second / 60, first * 60.0 + second}
    fits = [way for way in ways if FASTEST <= way / km <= SLOWEST] if activity in ("run", "walk") else [
        way for way in ways if 1 <= way / km <= 60
    ]
    # "5k 12:30" may well be an hour of the day.
    if len(fits) != 1 or (activity == "run" and first < HOURS and fits[0] / km < FAST):
        raise _Doubtful
    return fits[0]


def _is_planned(by: Mapping[str, list[Any]], done: bool) -> bool:
    later = any(which in ("next", "tonight") or (which == "offset" and value > 0) for which, value in by.get("day", []))
    return not done and not by.get("did") and (later or bool(by.get("ahead")))


def _one_set(exercise: str, sets: float, reps: float, kg: float | None) -> Record:
    record: Record = {"exercise": exercise, "sets": int(sets), "reps": int(reps)}
    return record if kg is None else record | {"kg": plain(round(kg, 1))}


# ---- nights, mornings, coffee ------------------------------------------------------------------------


def _sleep(parts: Sequence[Part], now: datetime) -> Record | None:
    by = _by_kind(parts)
    hours = [minutes / 60 for minutes in by.get("hours", [])] + list(by.get("bare", []))
    day = day_of(parts, now, night=True)
    for bed, up in by.get("window", []):
        hours.append(_elapsed(bed, up, day, now))
    quality = by.get("quality", [])
    if len(set(hours)) > 1 or len(set(quality)) > 1:
        raise _Doubtful
    if not hours and not quality:
        return None
    _done_by_now(day, now)
    record: Record = {"kind": "sleep", "date": str(day)}
    if hours:
        record["hours"] = plain(hours[0])
    if quality:
        record["quality"] = plain(quality[0])
    return record


def _elapsed(bed: int, up: int, morning: date, now: datetime) -> float:
    """Hours from going to bed to getting up; "11-6:30" begins in the evening, and clocks may change in a night."""
    length = (up - bed) % (24 * 60) / 60
    wall = timedelta(hours=length - 12 if length > LONGEST_NIGHT else length)
    end = datetime.combine(morning, time(), now.tzinfo) + timedelta(minutes=up % (24 * 60))
    return (end.astimezone(UTC) - (end - wall).astimezone(UTC)) / timedelta(hours=1)


def _vitals(parts: Sequence[Part], now: datetime) -> Record:
    by = _by_kind(parts)
    day = day_of(parts, now, night=True)
    _done_by_now(day, now)
    record: Record = {"kind": "vitals", "date": str(day)}
    for name in ("rhr", "hrv"):
        values = by.get(name, [])
        if len(set(values)) > 1 or any(round(one, 1) != one for one in values):  # "60,65"
            raise _Doubtful
        if values:
            record[name] = plain(values[0])
    return record


def _caffeine(parts: Sequence[Part], now: datetime) -> Record:
    by = _by_kind(parts)
    if by.get("day", [])[1:]:
        raise _Doubtful
    cups, drunk = sum(by["cups"]), [_moment(one) for one in by.get("drunk", [])]
    if len(drunk) > 1 and len(drunk) != cups:
        if len(by["cups"]) > 1 or not isinstance(by["cups"][0], Implied):
            raise _Doubtful
        cups = len(drunk)  # "coffee at 9 and 2"
    day = day_of(parts, now)
    _done_by_now(day, now)
    record: Record = {"kind": "caffeine", "date": str(day), "cups": plain(cups)}
    if last := [_moment(one) for one in by.get("last", [])] or drunk:
        record["last"] = _clock(max(last))
    return record


def _is_to_come(record: Record, now: datetime) -> bool:
    """"Espresso at 3pm", said in the morning."""
    return "last" in record and f"{record['date']}T{record['last']}" > f"{now:%Y-%m-%dT%H:%M}"


def _moment(said: int | tuple[str, int]) -> int:
    return said if isinstance(said, int) else _hour(said[1])


def _hour(hour: int) -> int:
    if not 0 <= hour < 24:
        raise _Doubtful
    return (hour + 12 if hour in AFTERNOON else hour) * 60


def _clock(minute: int) -> str:
    if not 0 <= minute < 24 * 60:
        raise _Doubtful
    return f"{minute // 60:02}:{minute % 60:02}"


def told(records: Sequence[Record], today: date) -> list[Record]:
    """Records with `day`, how many days from today their date is, for the words."""
    return [{**record, "day": (date.fromisoformat(record["date"]) - today).days} for record in records]


def plain(number: float) -> float | int:
    """At most two decimals; a whole number as one."""
    rounded = round(number, 2)
    return int(rounded) if rounded == int(rounded) else rounded
