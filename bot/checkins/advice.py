"""What a check-in ends with: what was noticed against the person's own usual, and one thing to do.

Advice is chosen by function: what is the state, and which lever acts on it (docs/domain.md 1). Progress is a faster
return and less spilling over; a calm day is never praised for being calm. Pure.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from bot.checkins import baseline
from bot.checkins.baseline import Usual
from bot.checkins.days import Day, series
from bot.checkins.questions import EVENING, MORNING, QUIET_DAY, items
from bot.profile.choices import Profile

# Engine choices, docs/domain.md 2 ("The closing answer"): what counts as low or much before, and beside, the usual.
LOW, MUCH = 3, 7  # of 10
HEAVY = 1  # of 10, mood: then people to talk to are named
SHORT_NIGHT = 6.0  # hours
GOOD, GOOD_HOURS = 7, 7.0
REVVED = 5  # of 10: from here on, that nothing spilled over is worth a word
FRESH = timedelta(days=5)  # nothing is said again within five days
LOW_DAYS, LOOKING_BACK = 3, timedelta(days=7)  # low mood on so many days of a week: tell somebody
SPILLS = 2  # evenings of the week before: then one without is less than usual
PRAISE = ("faster", "held")  # the notices that tell of progress (docs/domain.md 1)
MORNING_MARKERS = ("sleep", "mood", "irritability")


@dataclass(frozen=True)
class Reading:
    """A day as the functions see it: its answers, and the days around it (any order, the day itself left out)."""

    kind: str
    day: Day
    others: Sequence[Day]
    profile: Profile

    @cached_property
    def usual(self) -> Mapping[str, Usual]:
        """The own usual of each marker that was answered, as far as there is one."""
        answered = [marker for marker in ("sleep", "mood", "irritability", "down") if marker in self.day.kept]
        found = ((marker, baseline.usual(series(self.others, marker), self.day.date)) for marker in answered)
        return {marker: usual for marker, usual in found if usual is not None}

    @cached_property
    def week(self) -> list[Day]:
        """The seven days before."""
        return [day for day in self.others if timedelta() < self.day.date - day.date <= LOOKING_BACK]

    @cached_property
    def yesterday(self) -> Day:
        """The day before, without answers when there are none."""
        yesterday = self.day.date - timedelta(days=1)
        return next((day for day in self.others if day.date == yesterday), Day(yesterday))

    def compared(self, marker: str) -> int:
        """-1 worse than usual, 0 as usual, not answered or still unknown, 1 better."""
        value = self.day.number(marker)
        if value is None or marker not in self.usual:
            return 0
        return baseline.compare(marker, value, self.usual[marker])

    def heart(self, marker: str) -> int:
        """The rolling week of heart rate or HRV against the own band: -1 worse, 0, 1 better."""
        if marker not in self.day.kept:
            return 0
        band = baseline.band(marker, series([*self.others, self.day], marker), self.day.date)
        return band.side if band is not None else 0

    def low(self, marker: str) -> bool:
        """Worse than usual, or low by any measure."""
        value = self.day.number(marker)
        if value is None:
            return False
        poor = value >= MUCH if marker == "irritability" else value <= LOW
        return poor or self.compared(marker) < 0

    @property
    def tired(self) -> bool:
        """A short or a poor night."""
        hours = self.day.number("hours")
        return self.low("sleep") or (hours is not None and hours < SHORT_NIGHT)

    def has(self, marker: str, item: str) -> bool:
        """Whether an item of today's answer was named."""
        return item in items(self.day.kept.get(marker))

    def lacks(self, item: str) -> bool:
        """Whether food and drink were answered without this."""
        return "food" in self.day.kept and not self.has("food", item)

    @property
    def slow(self) -> bool:
        """Much going on, and a slow way down."""
        return (self.day.number("revved") or 0) >= REVVED and self.low("down")

    @property
    def runs(self) -> bool:
        """Whether a run may be suggested to them at all."""
        return not {"hurt", "faint"} & {*self.profile.health}


@dataclass(frozen=True, slots=True)
class Function:
    """One thing to do: its `name` has its words in `prompts/`, and `evidence` names the card that tells why.

    `drill`: it is a breathing drill, which can be begun from here.
    """

    name: str
    applies: Callable[[Reading], bool]
    evidence: str
    drill: bool = False


def _always(_: Reading) -> bool:
    return True


def _low_for_days(reading: Reading) -> bool:
    low = sum((day.number("mood") or MUCH) <= LOW for day in reading.week)
    return (reading.day.number("mood") or 0) <= LOW and "mood" in reading.day.kept and low >= LOW_DAYS - 1


def _good_start(reading: Reading) -> bool:
    marked = [reading.day.number(marker) for marker in ("sleep", "mood")]
    hours = reading.day.number("hours")
    rested = all(value is not None and value >= GOOD for value in marked)
    return rested and hours is not None and hours >= GOOD_HOURS


# The most pressing first; the last ones of each always fit, and are enough for five days.
FUNCTIONS: Mapping[str, tuple[Function, ...]] = {
    MORNING: (
        Function("tell", _low_for_days, "handing_over"),
        Function("small_day", lambda r: r.tired and r.low("mood"), "outside"),
        Function("easy_heart", lambda r: r.runs and min(r.heart("rhr"), r.heart("hrv")) < 0, "heart"),
        Function("coffee", lambda r: r.tired and "caffeine" in items(r.yesterday.kept.get("food")), "caffeine"),
        Function("drink", lambda r: r.tired and "alcohol" in items(r.yesterday.kept.get("food")), "steady_sleep"),
        Function("ease", lambda r: r.tired and r.runs, "talk_test"),
        Function("nap", lambda r: r.tired, "steady_sleep"),
        Function("outside", lambda r: r.low("mood"), "outside"),
        Function("company", lambda r: r.low("mood"), "company"),
        Function("first_breath", lambda r: r.low("irritability") and r.profile.likes_breathing, "exhale"),
        Function("before_it", lambda r: r.low("irritability") or r.low("mood"), "before_it"),
        Function("good_day", lambda r: _good_start(r) and r.runs, "talk_test"),
        Function("same_bed", _good_start, "steady_sleep"),
        Function("stand_up", _always, "sitting"),
        Function("daylight", _always, "steady_sleep"),
        Function("any_minutes", _always, "any_minutes"),
        Function("protein", _always, "food"),
        Function("early_coffee", _always, "caffeine"),
        Function("walk_after", _always, "sitting"),
    ),
    EVENING: (
        Function("breathe_now", lambda r: r.slow and r.profile.likes_breathing, "exhale", drill=True),
        Function("walk_now", lambda r: r.slow, "settling"),
        Function("park_it", lambda r: r.has("spilled", "ruminated"), "naming"),
        Function("repair", lambda r: r.has("spilled", "snapped"), "naming"),
        Function("reach_out", lambda r: r.has("spilled", "withdrew"), "company"),
        Function("name_it", lambda r: r.has("spilled", "other") or r.slow, "naming"),
        Function("eat", lambda r: r.lacks("fuelled"), "food"),
        Function("coffee_time", lambda r: r.has("food", "caffeine"), "caffeine"),
        Function("without_drink", lambda r: r.has("food", "alcohol"), "steady_sleep"),
        Function("last_hour", lambda r: r.low("sleep"), "steady_sleep"),
        Function("spread_protein", lambda r: r.lacks("protein"), "food"),
        Function("water", lambda r: r.lacks("fluids"), "food"),
        Function("what_helped", lambda r: notice(r).name in PRAISE, "settling"),
        Function("dim", _always, "steady_sleep"),
        Function("tomorrow", _always, "naming"),
        Function("shoes", lambda r: r.runs, "any_minutes"),
        Function("steady_bed", _always, "steady_sleep"),
        Function("somebody", _always, "company"),
        Function("one_good", _always, "naming"),
        Function("settle", _always, "settling"),
    ),
}
BY_NAME = {function.name: function for functions in FUNCTIONS.values() for function in functions}


def choose(reading: Reading) -> Function:
    """The first function that fits and was not said within five days; what was said longest ago if all were."""
    last: dict[str, date] = {}
    for day in reading.others:
        for name in day.all_told():
            last[name] = max(day.date, last.get(name, day.date))
    fitting = [each for each in FUNCTIONS[reading.kind] if each.applies(reading)]
    fresh = [each for each in fitting if each.name not in last or abs(reading.day.date - last[each.name]) >= FRESH]
    return fresh[0] if fresh else min(fitting, key=lambda each: last[each.name])


# ---- what was noticed --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Notice:
    """What is worth a sentence: its `name` has its words in `prompts/`, `values` are what they say."""

    name: str
    values: Mapping[str, Any]


def notice(reading: Reading) -> Notice:
    """The one thing that stands out; with less than seven days to compare with, how far the learning is."""
    return _evening(reading) if reading.kind == EVENING else _morning(reading)


def _morning(reading: Reading) -> Notice:
    if (reading.day.number("mood") or 0) <= HEAVY and "mood" in reading.day.kept:
        return Notice("heavy", {})
    hearts = [marker for marker in ("rhr", "hrv") if reading.heart(marker) < 0]
    if hearts:
        return Notice("heart", {"marker": hearts[0]})
    # What stands out most, in margins of its own; worse comes before better.
    return _against_usual(reading, MORNING_MARKERS)


def _evening(reading: Reading) -> Notice:
    revved, down = reading.day.number("revved"), reading.day.number("down")
    calm = revved is not None and revved <= QUIET_DAY
    if reading.compared("down") > 0:
        return Notice("faster", _sides(reading, "down"))
    spilled = reading.day.kept.get("spilled")
    spills = sum(bool(items(day.kept.get("spilled"))) for day in reading.week)
    if spilled is not None and not items(spilled) and revved is not None and revved >= REVVED and spills >= SPILLS:
        return Notice("held", {"revved": revved, "evenings": spills})
    if calm:
        return Notice("quiet", {"spilled": bool(items(spilled))})
    return _against_usual(reading, ("down",)) if down is not None else Notice("nothing", {})


def _against_usual(reading: Reading, markers: Sequence[str]) -> Notice:
    answered = [marker for marker in markers if marker in reading.day.kept]
    if not answered:
        return Notice("nothing", {})
    known = [marker for marker in answered if marker in reading.usual]
    if not known:
        days = max(len(series(reading.others, marker)) for marker in answered) + 1
        return Notice("learning", {"days": min(days, baseline.FIRST), "of": baseline.FIRST})
    sides = {marker: reading.compared(marker) for marker in known}
    for name, side in (("worse", -1), ("better", 1)):
        off = [marker for marker in known if sides[marker] == side]
        if off:
            return Notice(name, _sides(reading, max(off, key=lambda marker: _distance(reading, marker))))
    return Notice("usual", {"learning": any(reading.usual[marker].learning for marker in known)})


def _distance(reading: Reading, marker: str) -> float:
    usual = reading.usual[marker]
    return abs((reading.day.number(marker) or 0) - usual.middle) / usual.margin


def _sides(reading: Reading, marker: str) -> dict[str, Any]:
    usual = reading.usual[marker]
    return {
        "marker": marker, "value": reading.day.number(marker), "usual": usual.middle, "learning": usual.learning,
    }
