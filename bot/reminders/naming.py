"""Something hard ahead, named in a few words: "presentation at 14:00", "exam tomorrow 9". Pure.

A small careful reader: what may mean something else is left to others.
"""

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from bot.reminders.plan import clock
from bot.reminders.reading import HALF, LONGEST, NOON, WEEKDAY, Problem, is_open, read_minute

WORDS_MOST, WHAT_LONGEST = 5, 60  # words and characters of what is ahead
AFTERNOON = range(1, 7)  # "at 2" is no hour of the night; engine choice
JUST_OVER = timedelta(days=60)  # a date without a year that is over less long was meant as it stands; engine choice


@dataclass(frozen=True, slots=True)
class Stress:
    """Something hard that is ahead, in their words, and when: a local date and minutes of it."""

    what: str
    on: date
    minute: int


_MONTHS = {name.lower(): month for month, name in enumerate(calendar.month_name) if name}
_MONTHS |= {name[:3]: month for name, month in _MONTHS.items()} | {"sept": 9}
_DAYS = {name: day for name, day in WEEKDAY.items() if len(name) > 2}  # "we" and "th" are too short to be sure of
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
    "is are am was were i i'm i'll you you're he she it it's we they me us went had has have been got did done finished"
    " over made let's after before since until till by from around about to every usually always yesterday last ago"
    " feel feeling felt panic attack anxious anxiety stressed cried crying fight argument pain headache dizzy sick ill"
    " hurt tired exhausted sleep slept asleep woke wake awake up bed bedtime nap napped mood hours irritability fuse"
    " hrv rhr hr bpm heart rpe revved run ran running jog jogged walk walked swim swam ride rode lift lifted km k mi"
    " miles pace time train training trained workout gym yoga session strength mobility stretch stretched"
    " ate eat drank drink breakfast lunch dinner coffee caffeine alcohol wine beer water food protein weight"
    " check-in checkin reminder reminders break breaks quiet drill good morning night evening afternoon"
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
    clear = ":" in time or HALF.search(time) is not None
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
    says_something = any(len(word) > 2 and not word.isdigit() for word in words)  # "at" does not
    return what if fits and says_something and not _WHEN.search(what) else None


def _is_plain(what: str, *, sure: bool) -> bool:
    """Whether these words can mean nothing else; `sure` when a day or "at" goes with the time."""
    return not _OTHERWISE.search(what) and (sure or not any(map(str.isdigit, what)))


def _minute(time: str, day: str) -> int | Problem:
    minute = read_minute(time)
    if isinstance(minute, Problem) or not is_open(time) or minute >= NOON:
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
