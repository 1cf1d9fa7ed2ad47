"""What people type about times and countries, read. Pure."""

import re
from datetime import date, datetime, time, timedelta
from functools import cache

from bot.safety.lines import country_named

NIGHT_SHORTEST, NIGHT_LONGEST = timedelta(hours=3), timedelta(hours=14)  # in bed; engine choice: beyond, we ask again
EVENING = range(7, 12)  # "10" as a bedtime is ten at night
_TIME = re.compile(
    r"(\d{1,2})(?:\s*[:.h]\s*([0-5]\d)?|\s?([0-5]\d))?\s*(?:([ap])\.?m\.?|o'?clock)?", re.ASCII | re.IGNORECASE
)
SHORT_NAMES = ("uk", "us")
YES = frozenset({"yes", "y", "yeah", "yep", "ok", "okay", "right", "correct", "that's right", "sure"})
NO = frozenset({"no", "n", "nope", "wrong", "not right", "no it's not"})
_NOT_COUNTRIES = frozenset({"EU", "EZ", "UN", "XA", "XB", "QO", "ZZ"})  # Babel's other two-letter territories


def read_time(text: str, *, evening: bool) -> time | None:
    """A time of day: "7", "6:45", "6.45", "7 am", "22h30", "2230"; None when it is none.

    In the `evening` an hour from 7 to 12 without am, pm or a leading zero is one before midnight ("10:30"), or
    midnight itself.
    """
    text = text.strip()
    match = _TIME.fullmatch(text)
    if match is None:
        return None
    hour, minute, half = int(match[1]), int(match[2] or match[3] or 0), (match[4] or "").lower()
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "p" else 0)
    elif evening and not text.startswith("0") and hour in EVENING:
        hour += 12
    elif hour == 24 or (evening and hour == 12):
        hour = 0
    return time(hour, minute) if hour < 24 else None


def is_a_night(bed: time, up: time) -> bool:
    """Whether somebody may mean these two times."""
    anywhen = date(2000, 1, 1)
    night = (datetime.combine(anywhen, up) - datetime.combine(anywhen, bed)) % timedelta(days=1)
    return NIGHT_SHORTEST <= night <= NIGHT_LONGEST


def read_yes(text: str) -> bool | None:
    """Whether somebody says that it is so; None when they say something else."""
    said = " ".join(text.replace("\u2019", "'").casefold().split()).strip(" .,!?")
    return True if said in YES else False if said in NO else None


def read_country(text: str, locale: str) -> str | None:
    """The ISO 3166-1 alpha-2 code of the country that is named, in English or the person's language."""
    said = " ".join(text.casefold().split()).strip(" .,!?").removeprefix("the ")
    if len(said) == 2 and said not in SHORT_NAMES and not text.strip().isupper():
        return None  # "no", "it", "be" and "in" are words before they are codes
    return country_named(text) or _codes(locale).get(said) or _codes("en").get(said)


@cache
def _codes(locale: str) -> dict[str, str]:
    from babel import Locale  # only few people type a country, and a start should not wait for it

    return {
        str(name).casefold(): code
        for code, name in Locale.parse(locale, sep="-").territories.items()
        if len(code) == 2 and code.isalpha() and code not in _NOT_COUNTRIES
    }
