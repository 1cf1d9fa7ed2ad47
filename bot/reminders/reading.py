"""What people type about reminders, read: times, windows, weekdays, minutes between. Pure.

What can't be kept is a `Problem`: what is wrong with it, and the nearest that is right.
"""

import re
from dataclasses import dataclass, replace

from bot.profile.reading import EVENING as EVENING_HOURS
from bot.profile.reading import read_time
from bot.reminders.kinds import BREAK, EVENING, EVERY, MICRO, SESSION, WIND_DOWN
from bot.reminders.plan import QUIET, Setting, at_times, clock, minutes
from bot.reminders.recurrence import DAY, EVERY_DAY, WEEKDAYS

LONGEST = 80  # characters; more is no time
NOON = DAY // 2
WITH_DAYS = (BREAK, SESSION)
OFF, ON = ("off", "stop", "none", "no"), ("on", "start", "yes")


@dataclass(frozen=True, slots=True)
class Problem:
    """Why something can't be kept: `name` says which words tell it, `said` is what was wrong, `like` what is right."""

    name: str
    like: str
    said: str = ""


def read_setting(kind: str, setting: Setting, text: str) -> Setting | Problem:
    """What a reminder shall be now; quiet hours are one of the kinds. A time that is named is wished for."""
    said = text.strip().lower()
    if said in OFF + ON:
        return replace(setting, on=said in ON)
    days = read_days(text) if kind in WITH_DAYS else None
    if days is not None:
        return replace(setting, days=days)
    first, comma, rest = text.partition(",")
    if kind == BREAK and comma:  # "45 min, 8:30-16:45, mon-fri"
        begun = read_setting(kind, setting, first)
        return begun if isinstance(begun, Problem) else read_setting(kind, begun, rest)
    if kind == BREAK:
        return _breaks(setting, text)
    if kind == QUIET:
        window = read_window(text, night=True)
        return window if isinstance(window, Problem) else Setting(True, *window)
    if kind == MICRO:
        times = read_times(text)
        return times if isinstance(times, Problem) else replace(at_times(times), days=setting.days)
    minute = read_minute(text, evening=kind in (EVENING, WIND_DOWN))
    return minute if isinstance(minute, Problem) else replace(setting, on=True, start=minute)


def _breaks(setting: Setting, text: str) -> Setting | Problem:
    """Minutes between, or a window that has room for them. It stays off until it is started."""
    every = read_every(text)
    if isinstance(every, Problem):
        return every
    if every is not None:
        wanted = replace(setting, every=every)
    else:
        window = read_window(text)
        if isinstance(window, Problem):
            return Problem("unclear", "45 min, 9-17 or mon-fri") if window.name == "unclear" else window
        wanted = replace(setting, start=window[0], until=window[1])
    if wanted.every is not None and wanted.length < wanted.every:
        like = f"{clock(wanted.start)}-{clock(wanted.start + wanted.every)}"
        return Problem("short", like, str(wanted.every))
    return wanted


# ---- times -------------------------------------------------------------------------------------------

_LOOKS = re.compile(r"(\d{1,3})(?:\s*[:.h]\s*|\s?)(\d{2})?\s*(?:[ap]\.?m\.?|o'?clock)?", re.ASCII | re.IGNORECASE)
HALF = re.compile(r"[ap]\.?m\.?$", re.IGNORECASE)
_BETWEEN = re.compile(r"\s*(?:[-\u2013\u2014]|\b(?:to|until|till)\b)\s*")
_AND = re.compile(r"\s*(?:[,;&+/]|\band\b)\s*")


def read_minute(text: str, *, evening: bool = False) -> int | Problem:
    """A time as minutes of the day: "7:45", "7 am", "18h30". In the `evening` "10:30" is one before midnight."""
    said = text.strip().removeprefix("at ").strip()
    if len(said) > LONGEST:
        return Problem("unclear", "7:45")
    at = read_time(said, evening=evening)
    if at is not None:
        return minutes(at)
    looks = _LOOKS.fullmatch(said)
    if looks is None:
        return Problem("unclear", "7:45")
    return Problem("clock", clock(min(int(looks[1]), 23) * 60 + min(int(looks[2] or 0), 59)), said)


def read_times(text: str) -> tuple[int, ...] | Problem:
    """One time of the day or two, in minutes: "11", "11 and 16:30"."""
    times: set[int] = set()
    parts = _AND.split(text.strip()) if len(text) <= LONGEST else []
    if not 1 <= len(parts) <= 2:
        return Problem("unclear", "11 and 16:30")
    for part in parts:
        minute = read_minute(part)
        if isinstance(minute, Problem):
            return minute
        times.add(minute)
    return tuple(sorted(times))


def read_window(text: str, *, night: bool = False) -> tuple[int, int] | Problem:
    """From and until, in minutes of the day; until may lie behind midnight. "9-5" is nine to five.

    With `night` it is one that people sleep in: "10-7" begins in the evening.
    """
    like = "22-7" if night else "9-17"
    said = text.strip().lower().removeprefix("from ")
    ends = _BETWEEN.split(said) if len(said) <= LONGEST else []
    if len(ends) != 2:
        return Problem("unclear", like)
    first, last = (read_minute(end) for end in ends)
    if isinstance(first, Problem):
        return Problem(first.name, like, ends[0])
    if isinstance(last, Problem):
        return Problem(last.name, f"{clock(first)}-{clock(first + 8 * 60)}", ends[1])
    start, until = _meant(ends, first, last, night)
    if start == until:
        return Problem("length", f"{clock(start)}-{clock(start + 8 * 60)}", ends[0])
    return start, until


def _meant(ends: list[str], start: int, until: int, night: bool) -> tuple[int, int]:
    """Hours up to twelve without "am", "pm" or a leading zero are the ones that make sense together."""
    open_start, open_until = (is_open(end) for end in ends)
    if open_start and HALF.search(ends[1]) and start < NOON <= until and start + NOON < until:
        start += NOON  # "2-5 pm"
    elif night and open_start and start // 60 in EVENING_HOURS and until <= min(start, NOON):
        start += NOON  # "10-7"; "8-12" would be sixteen hours
    elif not night and open_until and until < start < NOON + 60 and start < until + NOON:
        until += NOON  # "9-5"
    return start % DAY, until


def is_open(end: str) -> bool:
    """Whether it may be meant before or after noon."""
    return not end.startswith("0") and not HALF.search(end) and not re.match(r"1[3-9]|2\d", end)


# ---- weekdays and minutes between --------------------------------------------------------------------

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SHORT = {"tues": 1, "weds": 2, "thur": 3, "thurs": 3}
WEEKDAY = {name[:length]: day for day, name in enumerate(_WEEKDAYS) for length in (2, 3, len(name))} | _SHORT
_GROUPS = {
    "every day": EVERY_DAY, "daily": EVERY_DAY, "everyday": EVERY_DAY, "all days": EVERY_DAY, "weekdays": WEEKDAYS,
    "workdays": WEEKDAYS, "working days": WEEKDAYS, "weekend": EVERY_DAY & ~WEEKDAYS, "weekends": EVERY_DAY & ~WEEKDAYS,
}
_EVERY = re.compile(r"(?:every\s+)?(?:(\d{1,4})\s*(?:(m|mins?|minutes?)|(h|hours?))?|(half an hour|hour|hourly))", re.A)


def read_days(text: str) -> int | None:
    """Weekdays, a bit each: "mon-fri", "every day", "tue, thu and sat"; None when it is none of that."""
    said = text.strip().lower().removeprefix("on ").strip(" .")
    if said in _GROUPS:
        return _GROUPS[said]
    days = 0
    for part in re.split(r"[\s,;&+/]+", _BETWEEN.sub("-", said[:LONGEST])):
        if part in ("", "and"):
            continue
        first, dash, last = part.partition("-")
        named = (first, last if dash else first)
        ends = [WEEKDAY.get(name.removesuffix("s") if len(name) > 5 else name) for name in named]
        if ends[0] is None or ends[1] is None:
            return None
        days |= sum(1 << (ends[0] + step) % 7 for step in range((ends[1] - ends[0]) % 7 + 1))
    return days or None


def read_every(text: str) -> int | Problem | None:
    """Minutes between breaks: "45", "every 90 min", "2 hours"; None when it is nothing like it (docs/domain.md 6)."""
    found = _EVERY.fullmatch(text.strip().lower())
    if found is None:
        return None
    number, _, hours, named = found.groups()
    wanted = {"half an hour": 30}.get(named, 60) if named else int(number) * (60 if hours else 1)
    nearest = min(max(wanted, min(EVERY)), max(EVERY))
    return wanted if wanted == nearest else Problem("every", str(nearest), str(wanted))
