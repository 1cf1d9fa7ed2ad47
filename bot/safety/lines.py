"""The help lines of a country, and the way out where we know none (docs/domain.md section 9).

The facts and their sources lie in `crisis_lines.yaml`; `check_crisis_lines.py` checks it. Nobody is shown the
number of a country that is not theirs: a country unknown to us gets the fallback.
"""

import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

import yaml

LINES_FILE: Final = Path(str(resources.files("bot.safety") / "crisis_lines.yaml"))

# What people call a country, beside its code and its name in the file.
_ALIASES: Final = {
    "GB": "uk|u.k|great britain|britain|england|scotland|wales|northern ireland",
    "US": "usa|u.s|u.s.a|america|united states of america|the states",
    "IE": "eire|republic of ireland",
    "NL": "holland",
    "CZ": "czech republic",
    "KR": "korea|republic of korea",
    "NZ": "aotearoa",
    "BR": "brasil",
    "CO": "columbia",
    "PH": "phillipines",
}
_FLAG: Final = re.compile("[\U0001f1e6-\U0001f1ff]{2}")  # regional letters
# Before a country's name, in an answer to "which country are you in?"
_LEAD_IN: Final = ("i am ", "i'm ", "im ", "i live ", "live ", "in ", "from ", "the ")


@dataclass(frozen=True, slots=True)
class Line:
    """One crisis line: at least one of `phone`, `text` and `chat` is there."""

    name: str
    phone: str | None
    text: str | None
    """The number to send a message to; `text_keyword` is the word to send, if one is asked for."""
    text_keyword: str | None
    chat: str | None
    hours: str | None
    """None where sources differ: then no hours are promised."""
    languages: tuple[str, ...]
    for_whom: str | None
    """Whom the line is for when it is not for everybody ("young people")."""
    region: str | None
    confirmed: int
    """By how many independent sources; below 2 a line is never the first choice."""


@dataclass(frozen=True, slots=True)
class Directory:
    """A site that lists help lines of many countries."""

    name: str
    url: str


@dataclass(frozen=True, slots=True)
class Help:
    """Where help is in one country; without a code the fallback: no lines, emergency numbers by region."""

    country_code: str | None
    country_name: str | None
    emergency: tuple[str, ...]
    lines: tuple[Line, ...]
    """The first choice first."""
    directories: tuple[Directory, ...]

    @property
    def in_writing(self) -> Line | None:
        """The first line that can be reached by text message or chat."""
        return next((line for line in self.lines if line.text or line.chat), None)

    @property
    def in_english(self) -> Line | None:
        """The first line that answers in English."""
        return next((line for line in self.lines if "en" in line.languages), None)

    @property
    def for_the_young(self) -> tuple[Line, ...]:
        """At most two lines for somebody under 18: one for the young first, if it is well confirmed."""
        return tuple(sorted(self.lines, key=lambda line: (line.confirmed < 2, line.for_whom is None))[:2])


def help_for(country: str | None) -> Help:
    """The help of a country by its ISO 3166-1 code; the fallback for None and where we have no lines."""
    known = _countries()
    return known.get((country or "").upper()) or known[""]


def country_named(text: str) -> str | None:
    """The code of the country that this text names and nothing else: "IE", "ireland", "I'm in the UK".

    For what follows `/sos`: "no" is Norway here, and only countries that have lines are known.
    """
    # Dots at the end are a sentence's; the dots of "U.S." are in the aliases.
    said = " ".join(_FLAG.sub(_code, text).replace("\u2019", "'").casefold().split()).strip(" .,!?")
    names = _names()
    while said not in names:
        lead = next((lead for lead in _LEAD_IN if said.startswith(lead)), None)
        if lead is None:
            return None
        said = said.removeprefix(lead)
    return names[said]


def _code(flag: re.Match[str]) -> str:
    return "".join(chr(ord(letter) - 0x1F1E6 + ord("a")) for letter in flag[0])


@cache
def _countries() -> dict[str, Help]:
    # The C loader reads the file in a tenth of the time; it is missing where libyaml is.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    data = yaml.load(LINES_FILE.read_text(encoding="utf-8"), Loader=loader)
    directories = tuple(Directory(entry["name"], entry["url"]) for entry in data["fallback"]["directories"])
    regional = data["regional_emergency"]
    countries = {
        code: Help(
            country_code=code,
            country_name=entry["name"],
            emergency=tuple(entry["emergency"]["numbers"]),
            lines=_lines(entry["lines"]),
            directories=directories,
        )
        for code, entry in data["countries"].items()
    }
    countries[""] = Help(None, None, (regional["EU"], regional["NANP"]), (), directories)
    return countries


def _lines(entries: list[dict[str, Any]]) -> tuple[Line, ...]:
    lines = [
        Line(
            name=entry["name"],
            phone=entry.get("phone"),
            text=entry.get("text"),
            text_keyword=entry.get("text_keyword"),
            chat=entry.get("chat"),
            hours=None if entry["hours"] == "unknown" else entry["hours"],
            languages=tuple(entry["languages"]),
            for_whom=entry.get("for"),
            region=entry.get("region"),
            confirmed=entry["confirmed"],
        )
        for entry in entries
    ]
    # Sorting is stable: within a rank the file's order is the order of choice.
    return tuple(sorted(lines, key=lambda line: (line.confirmed < 2, line.for_whom or "", line.region or "")))


@cache
def _names() -> dict[str, str]:
    names = {alias: code for code, aliases in _ALIASES.items() for alias in aliases.split("|")}
    for code, help_there in _countries().items():
        if help_there.country_name:
            names[code.casefold()] = code
            names[help_there.country_name.casefold()] = code
    return names
