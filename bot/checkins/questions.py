"""The questions of the check-ins, from data, and how what people tap and type is read (docs/domain.md 2). Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from bot.profile.choices import Profile

MORNING, EVENING = "morning", "evening"  # the kinds of the cards
QUIET_DAY = 2  # revved up 0-2: nothing to come down from, so it is not asked (docs/domain.md 2)
NOTHING = "none"
NUMBERS = {
    word: number
    for number, word in enumerate(
        ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
    )
}
SAY_NOTHING = frozenset({"no", "none", "nothing", "nope", "not at all"})
# "7", "7/10", and what people add to it: "7, but woke twice". Another number in there could be the one they mean.
_SCALE = re.compile(r"(\d{1,2})(?:\.0)?(?:\s*/\s*10)?(?:(?:\s*[,;]|\s+(?:and|but|because|though)\b)[^\d]*)?", re.ASCII)
_NUMBER = r"(?:(rhr|hrv|hr)\s*:?\s*)?(\d{1,3})(?!\d)\s*(bpm|ms)?"
_HEART = re.compile(_NUMBER, re.ASCII)
_HEARTS = re.compile(rf"{_NUMBER}(?:[\s,;/]*{_NUMBER})?", re.ASCII)
_SAID = {"hr": "rhr", "bpm": "rhr", "ms": "hrv"}  # what people and devices call them

Answers = Mapping[str, str]  # by marker, as `Question.read` gives them


@dataclass(frozen=True, slots=True)
class Question:
    """One screen of a check-in.

    A `scale` runs from 0 to 10 in whole points, `hours` to 24 in quarters; `any` is any of `items`; a `count` is how
    often; `heart` is a typed pair of resting heart rate (bpm) and HRV (rMSSD, ms).
    """

    marker: str
    form: Literal["scale", "hours", "any", "count", "heart"] = "scale"
    items: tuple[str, ...] = ()

    @property
    def markers(self) -> tuple[str, ...]:
        """What its answer is kept as."""
        return tuple(HEART) if self.form == "heart" else (self.marker,)

    def read(self, text: str) -> dict[str, str] | None:
        """An answer by marker: numbers as short as they are, several items joined by commas; None when it is none."""
        text = " ".join(text.strip().lower().split())
        match self.form:
            case "scale":
                return self._number(NUMBERS.get(text), _SCALE.fullmatch(text))
            case "hours":
                return self._hours(text)
            case "count":
                times = NUMBERS.get(text, int(text) if re.fullmatch(r"\d{1,2}", text, re.ASCII) else None)
                return None if times is None else {self.marker: str(times)}
            case "heart":
                return _heart(text)
            case _:
                return self._items(text)

    def _number(self, word: int | None, digits: re.Match[str] | None) -> dict[str, str] | None:
        value = word if word is not None else int(digits[1]) if digits else None
        return {self.marker: str(value)} if value is not None and value <= 10 else None

    def _hours(self, text: str) -> dict[str, str] | None:
        clock = re.fullmatch(r"(\d{1,2})\s*[h:]\s*([0-5]\d)?\s*(?:m|mins?)?", text, re.ASCII)
        plain = re.fullmatch(r"(\d{1,2}(?:[.,]\d{1,2})?)\s*(?:h|hrs?|hours?)?", text, re.ASCII)
        if clock:
            value = int(clock[1]) + int(clock[2] or 0) / 60
        elif text in NUMBERS:
            value = float(NUMBERS[text])
        elif plain:
            value = float(plain[1].replace(",", "."))
        else:
            return None
        return {self.marker: f"{round(value * 4) / 4:g}"} if value <= 24 else None

    def _items(self, text: str) -> dict[str, str] | None:
        if text in SAY_NOTHING:
            return {self.marker: NOTHING}
        named = tuple(filter(None, re.split(r"\s*[,+]\s*|\s+and\s+", text)))
        known = tuple(item for item in self.items if item in named)
        return {self.marker: ",".join(known)} if known and len(known) == len(set(named)) else None


SLEEP, MOOD, HOURS = Question("sleep"), Question("mood"), Question("hours", "hours")
IRRITABILITY, HEART_LINE = Question("irritability"), Question("heart", "heart")
REVVED, DOWN = Question("revved"), Question("down")
SPILLED = Question("spilled", "any", ("snapped", "ruminated", "withdrew", "other"))
FOOD = Question("food", "any", ("fuelled", "protein", "fluids", "caffeine", "alcohol"))
UPS = Question("ups", "count")  # only while it is looked at whether breaks help (docs/domain.md 6)
GOOD_FOOD = "fuelled,protein,fluids"  # in one tap
HEART = {"rhr": (25, 120), "hrv": (5, 250)}  # bpm and ms, docs/domain.md 2
QUESTIONS = {
    asked.marker: asked
    for asked in (SLEEP, MOOD, HOURS, IRRITABILITY, HEART_LINE, REVVED, DOWN, SPILLED, FOOD, UPS)
}
# By the check-in that asks for them; irritability and the heart are only part of some people's mornings.
MARKERS = {MORNING: ("sleep", "mood", "hours"), EVENING: ("revved", "down", "spilled", "food")}


def asked(kind: str, profile: Profile, answers: Answers, *, counting: bool = False) -> list[Question]:
    """The questions of a day, in order: what is asked depends on what they train for and on the first answers.

    `counting`: it is a day on which it is looked at whether breaks help.
    """
    if kind == EVENING:
        quiet = REVVED.marker in answers and int(answers[REVVED.marker]) <= QUIET_DAY
        return [REVVED, *([] if quiet else [DOWN]), SPILLED, FOOD, *([UPS] if counting else [])]
    irritable = profile.aim == "high_load" or "irritability" in profile.extras
    wears = "heart" in profile.extras
    return [SLEEP, MOOD, HOURS, *([IRRITABILITY] if irritable else []), *([HEART_LINE] if wears else [])]


def is_answered(asked: Question, answers: Answers) -> bool:
    """Whether any of it is there; who has one of the two numbers of the heart has answered."""
    return any(marker in answers for marker in asked.markers)


def items(answer: str | None) -> tuple[str, ...]:
    """The items of a kept answer, none for `NOTHING` and for no answer."""
    return tuple(answer.split(",")) if answer and answer != NOTHING else ()


def _heart(text: str) -> dict[str, str] | None:
    """ "52 61", "52/61", "52", "hrv 61", "rhr 52 hrv 61", "61 ms 52 bpm": heart rate first unless it is said."""
    if not _HEARTS.fullmatch(text):
        return None
    read: dict[str, str] = {}
    for place, (before, number, after) in enumerate(_HEART.findall(text)):
        names = {_SAID.get(name, name) for name in (before, after) if name} or {tuple(HEART)[min(place, 1)]}
        marker = min(names)
        low, high = HEART[marker]
        if len(names) > 1 or marker in read or not low <= int(number) <= high:
            return None
        read[marker] = str(int(number))
    return read
