"""What people type about reminders, read: times, windows, weekdays, minutes between, something hard ahead. Pure.

What can't be kept is a `Problem`: what is wrong with it, and the nearest that is right.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.profile.reading import EVENING, read_time
from bot.reminders.kinds import EVERY
from bot.reminders.plan import clock, minutes
from bot.reminders.recurrence import DAY, EVERY_DAY, WEEKDAYS

LONGEST = 80  # characters; more is no time, and nothing short that is ahead
NOON = DAY // 2
WORDS_MOST, WHAT_LONGEST = 5, 60  # words and characters of what is ahead
AFTERNOON = range(1, 7)  # "at 2" is no hour of the night; engine choice
JUST_OVER = timedelta(days=60)  # a date without a year that is over less long was meant as it stands; engine choice


@dataclass(frozen=True, slots=True)
class Problem:
    """Why something can't be kept: `name` says which words tell it, `said` is what was wrong, `like` what is right."""

    name: str
    like: str
    said: str = ""


# ---- times -------------------------------------------------------------------------------------------

_LOOKS = re.compile(r"(\d{1,3})(?:\s*[:.h]\s*|\s?)(\d{2})?\s*(?:[ap]\.?m\.?|o'?clock)?", re.ASCII | re.IGNORECASE)
_HALF = re.compile(r"[ap]\.?m\.?$", re.IGNORECASE)
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
    open_start, open_until = (_is_open(end) for end in ends)
    if open_start and _HALF.search(ends[1]) and start < NOON <= until and start + NOON < until:
        start += NOON  # "2-5 pm"
    elif night and open_start and start // 60 in EVENING and until <= NOON:
        start += NOON
    elif not night and open_until and until < start < NOON + 60 and start < until + NOON:
        until += NOON  # "9-5"
    return start % DAY, until


def _is_open(end: str) -> bool:
    """Whether it may be meant before or after noon."""
    return not end.startswith("0") and not _HALF.search(end) and not re.match(r"1[3-9]|2\d", end)


# ---- weekdays and minutes between --------------------------------------------------------------------

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SHORT = {"tues": 1, "weds": 2, "thur": 3, "thurs": 3}
_NAMED = {name[:length]: day for day, name in enumerate(_WEEKDAYS) for length in (2, 3, len(name))} | _SHORT
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
        first, _, last = part.partition("-")
        ends = [_NAMED.get(name.removesuffix("s") if len(name) > 5 else name) for name in (first, last or first)]
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


# ---- something hard that is ahead --------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Stress:
    """Something hard that is ahead, in their words, and when: a local date and minutes of it."""

    what: str
    on: date
    minute: int


_MONTHS = {name.lower(): month for month, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name[:3]: month for name, month in _MONTHS.items()} | {"sept": 9}
_DAYS = {name: day for name, day in _NAMED.items() if len(name) > 2}  # "we" and "th" are too short to be sure of
_MONTH, _NAMED_DAY = ("|".join(sorted(names, key=len, reverse=True)) for names in (_MONTHS, _DAYS))
_NUMBER = r"(?:the )?\d{1,2}(?:st|nd|rd|th)?"
_DATE = rf"(?:on )?(?:{_NUMBER}(?: of)? (?:{_MONTH})|(?:{_MONTH}) {_NUMBER})"
_DAY = (
    rf"(?P<day>(?:today|tomorrow|{_DATE}|(?:on |this |next )?(?:{_NAMED_DAY}))(?: morning| afternoon| evening| night)?"
    r"|tonight|this (?:morning|afternoon|evening))"
)
_TIME = r"(?P<at>at |@ ?)?(?P<time>\d{1,2}(?:[:.h]\d{2})?(?: ?[ap]\.?m\.?| ?o'?clock| ?h)?)"
_WHAT = r"(?P<what>\S.*?)"
_PART_OF_DAY = re.compile(r" (?:morning|afternoon|evening|night)$")
_FORMS = tuple(  # the day may stand first, before the time or behind it
    re.compile(form, re.ASCII | re.IGNORECASE)
    for form in (
        rf"{_DAY}[ ,:]+{_TIME}[ ,:]+{_WHAT}",
        rf"{_DAY}[ ,:]+{_WHAT}[ ,:]+{_TIME}",
        rf"{_WHAT}[ ,:]+{_DAY}[ ,]+{_TIME}",
        rf"{_WHAT}[ ,:]+{_TIME}[ ,]+{_DAY}",
        rf"{_WHAT}[ ,:]+{_TIME}",
        rf"{_TIME}[ ,:]+{_WHAT}",
    )
)
_LEAD = re.compile(
    r"(?:please )?(?:remind me (?:of|about|before|for) )?(?:i have |i've got |there's |there is )?"
    r"(?:an? |my |the |our )?",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_][\w'&.-]*")


def _any_of(words: str) -> "re.Pattern[str]":
    """Any of these words, whole."""
    return re.compile(rf"(?<![\w'-])(?:{'|'.join(words.split())})(?![\w'-])", re.IGNORECASE)


_ASKING = _any_of("is are am was were do does did what when why how who where which can could shall should would will")
_NOT = _any_of("not no never none cancelled canceled without off isn't don't didn't won't can't")
_WHEN = _any_of(f"today tonight tomorrow {' '.join(_DAYS)}")
# Words of sentences, of what has been or is felt, and of what this coach asks about: none of them is something ahead.
_OTHERWISE = _any_of(
    "i i'm i'll you you're he she it it's we they me us went had has have been got did done finished over made let's"
    " after before since until till by from around about to every usually always yesterday last ago"
    " feel feeling felt panic attack anxious anxiety stressed cried crying fight argument pain headache dizzy sick ill"
    " hurt tired exhausted sleep slept asleep woke wake awake up bed bedtime nap napped mood hours irritability fuse"
    " hrv rhr hr bpm heart rpe revved run ran running jog jogged walk walked swim swam ride rode lift lifted km k mi"
    " miles pace time ate eat drank drink breakfast lunch dinner coffee caffeine alcohol wine beer water food protein"
    " check-in checkin reminder reminders break breaks quiet drill good morning night evening afternoon weight"
)


def named_stress(text: str, now: datetime, *, asked: bool = False) -> Stress | Problem | None:
    """Something hard that is ahead: "presentation at 14:00", "exam tomorrow 9"; `now` is local and aware.

    None when it is nothing like it. Plain words must leave no doubt, unless it was `asked` for.
    """
    said = " ".join(text.replace("\u2019", "'").split()).strip(" .")
    if len(said) > LONGEST or "?" in said or _ASKING.match(said) or _NOT.search(said):
        return None
    found = next(filter(None, (form.fullmatch(said) for form in _FORMS)), None)
    what = _what(found["what"]) if found else None
    if found is None or what is None:
        return None
    day, time = (found.groupdict().get("day") or "").lower(), found["time"].lower()
    clear = ":" in time or _HALF.search(time) is not None
    sure = bool(day or found["at"])
    if not (clear or sure) or not (asked or _is_plain(what, sure=sure)):
        return None
    minute, on = _minute(time, day), _on(day, now.date())
    if isinstance(minute, Problem):
        return Problem("clock", f"{what} {day or 'at'} {minute.like}", time)
    if isinstance(on, Problem):
        return Problem("date", f"{what} {on.like} {clock(minute)}", on.said)
    if datetime.combine(on, datetime.min.time()) + timedelta(minutes=minute) > now.replace(tzinfo=None):
        return Stress(what, on, minute)
    if _weekday(day) is not None:
        return Stress(what, on + timedelta(days=7), minute)
    return Problem("past", f"{what} tomorrow {clock(minute)}", what)


def _what(text: str) -> str | None:
    """What is ahead, as it was typed; None when that is not a few words, or holds another day."""
    what = _LEAD.sub("", text, count=1).strip(" ,:;-")
    words = what.split()
    fits = 1 <= len(words) <= WORDS_MOST and len(what) <= WHAT_LONGEST and all(map(_WORD.fullmatch, words))
    has_letters = any(character.isalpha() for character in what)
    return what if fits and has_letters and not _WHEN.search(what) else None


def _is_plain(what: str, *, sure: bool) -> bool:
    """Whether these words can mean nothing else; `sure` when a day or "at" goes with the time."""
    return not _OTHERWISE.search(what) and (sure or not any(map(str.isdigit, what)))


def _minute(time: str, day: str) -> int | Problem:
    minute = read_minute(time)
    if isinstance(minute, Problem) or not _is_open(time) or minute >= NOON:
        return minute
    late = day.endswith(("afternoon", "evening", "night"))
    return minute + NOON if late or (minute // 60 in AFTERNOON and not day.endswith("morning")) else minute


def _weekday(day: str) -> int | None:
    return _DAYS.get(_PART_OF_DAY.sub("", day).split(" ")[-1])


def _on(day: str, today: date) -> date | Problem:
    """The date that is meant: without a word about it this one."""
    said, weekday = _PART_OF_DAY.sub("", day), _weekday(day)
    if weekday is not None:
        ahead = (weekday - today.weekday()) % 7
        return today + timedelta(days=7 if ahead == 0 and said.startswith("next ") else ahead)
    if said == "tomorrow":
        return today + timedelta(days=1)
    month = next((_MONTHS[word] for word in said.split() if word in _MONTHS), None)
    return today if month is None else _dated(int(re.sub(r"\D", "", said)), month, today)


def _dated(number: int, month: int, today: date) -> date | Problem:
    """The next such date; one that has just been is meant as it stands, and over."""
    years = (today.year - 1, today.year, today.year + 1)
    whole = (date(year, month, min(max(number, 1), calendar.monthrange(year, month)[1])) for year in years)
    meant = next(day for day in whole if day >= today - JUST_OVER)
    name = calendar.month_abbr[month]
    return meant if meant.day == number else Problem("date", f"{meant.day} {name}", f"{number} {name}")
