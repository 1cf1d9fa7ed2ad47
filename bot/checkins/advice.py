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
from bot.checkins.questions import EVENING, HEART, MORNING, QUIET_DAY, items
from bot.profile.choices import Profile

# Engine choices, docs/domain.md 2 ("The closing answer"): what counts as low or much before, and beside, the usual.
LOW, MUCH = 3, 7  # of 10
HEAVY = 1  # of 10, mood: then people to talk to are named
SHORT_NIGHT = 6.0  # hours
GOOD, GOOD_HOURS = 7, 7.0
REVVED = 5  # of 10: from here on, that nothing spilled over is worth a word
FRESH = timedelta(days=5)  # nothing is said again within five days
LOW_DAYS, LOOKED_BACK = 3, 7  # low mood on so many of the last days: tell somebody
SPILLS = 2  # of the seven evenings before: then one without is less than usual
NO_RUNS = frozenset({"hurt", "faint"})
NO_HARD_RUNS = NO_RUNS | {"heart", "lungs", "seizures", "pregnant"}
PRAISE = ("faster", "held")  # the notices that tell of progress (docs/domain.md 1)
MORNING_MARKERS = ("sleep", "mood", "irritability")


@dataclass(frozen=True)
class Reading:
    """A day as the functions see it: its answers, and the days around it (any order, the day itself left out).

    `past`: the day is not this one.
    """

    kind: str
    day: Day
    others: Sequence[Day]
    profile: Profile
    past: bool = False

    @cached_property
    def usual(self) -> Mapping[str, Usual]:
        """The own usual of each marker that was answered, as far as there is one."""
        answered = [marker for marker in ("sleep", "mood", "irritability", "down") if marker in self.day.kept]
        found = ((marker, baseline.usual(series(self.others, marker), self.day.date)) for marker in answered)
        return {marker: usual for marker, usual in found if usual is not None}

    def days_before(self, days: int) -> list[Day]:
        """So many calendar days before this one, as far as something is kept of them."""
        return [day for day in self.others if timedelta() < self.day.date - day.date <= timedelta(days=days)]

    def had_yesterday(self, item: str) -> bool:
        """Whether this was named under food and drink the evening before."""
        return any(item in items(day.kept.get("food")) for day in self.days_before(1))

    def compared(self, marker: str) -> int:
        """-1 worse than usual, 0 as usual, not answered or still unknown, 1 better."""
        value = self.day.number(marker)
        if value is None or marker not in self.usual:
            return 0
        return baseline.compare(marker, value, self.usual[marker])

    @cached_property
    def hearts(self) -> tuple[str, ...]:
        """Of heart rate and HRV, what was measured today and whose rolling week is worse than the own band."""
        measured = (marker for marker in HEART if marker in self.day.kept)
        bands = ((marker, baseline.band(marker, series([*self.others, self.day], marker), self.day.date))
                 for marker in measured)
        return tuple(marker for marker, band in bands if band is not None and band.side < 0)

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
        return not NO_RUNS & {*self.profile.health}

    @property
    def trains_hard(self) -> bool:
        """Whether a hard session may be."""
        return not NO_HARD_RUNS & {*self.profile.health}


@dataclass(frozen=True, slots=True)
class Function:
    """One thing to do: its `name` has its words in `prompts/`, and `evidence` names the card that tells why.

    Functions of one `topic` say nearly the same. `drill`: it is a breathing drill, which can be begun from here. `now`:
    it is for the very day, and comes too late when that is past; the words of the others hold at any time.
    """

    name: str
    applies: Callable[[Reading], bool]
    evidence: str
    topic: str = ""
    drill: bool = False
    now: bool = False

    @property
    def about(self) -> str:
        """What is not to be said again for some days: the topic, or the function itself."""
        return self.topic or self.name


def _always(_: Reading) -> bool:
    return True


def _low_for_days(reading: Reading) -> bool:
    moods = [day.number("mood") for day in (reading.day, *reading.days_before(LOOKED_BACK - 1))]
    low = [mood is not None and mood <= LOW for mood in moods]
    return low[0] and sum(low) >= LOW_DAYS


def _good_start(reading: Reading) -> bool:
    marked = [reading.day.number(marker) for marker in ("sleep", "mood")]
    hours = reading.day.number("hours")
    rested = all(value is not None and value >= GOOD for value in marked)
    return rested and hours is not None and hours >= GOOD_HOURS


# The most pressing first; the last ones of each always fit, and are enough for five days, if not of evenings told late.
FUNCTIONS: Mapping[str, tuple[Function, ...]] = {
    MORNING: (
        Function("tell", _low_for_days, "handing_over"),
        Function("small_day", lambda r: r.tired and r.low("mood"), "outside", now=True),
        Function("easy_heart", lambda r: r.runs and bool(r.hearts), "heart", now=True),
        Function("coffee", lambda r: r.tired and r.had_yesterday("caffeine"), "caffeine", "coffee", now=True),
        Function("drink", lambda r: r.tired and r.had_yesterday("alcohol"), "steady_sleep", "drink", now=True),
        Function("ease", lambda r: r.tired and r.runs, "talk_test", now=True),
        Function("nap", lambda r: r.tired, "steady_sleep", now=True),
        Function("outside", lambda r: r.low("mood"), "outside"),
        Function("company", lambda r: r.low("mood"), "company"),
        Function("first_breath", lambda r: r.low("irritability") and r.profile.likes_breathing, "exhale", now=True),
        Function("before_it", lambda r: r.low("irritability") or r.low("mood"), "before_it"),
        Function("good_day", lambda r: _good_start(r) and r.trains_hard, "talk_test", now=True),
        Function("same_bed", _good_start, "steady_sleep", "bed", now=True),
        Function("stand_up", _always, "sitting"),
        Function("daylight", _always, "steady_sleep"),
        Function("any_minutes", _always, "any_minutes"),
        Function("protein", _always, "food", "protein"),
        Function("early_coffee", _always, "caffeine", "coffee"),
        Function("walk_after", _always, "sitting"),
    ),
    EVENING: (
        Function("breathe_now", lambda r: r.slow and r.profile.likes_breathing, "exhale", drill=True, now=True),
        Function("walk_now", lambda r: r.slow, "settling", now=True),
        Function("park_it", lambda r: r.has("spilled", "ruminated"), "naming"),
        Function("repair", lambda r: r.has("spilled", "snapped"), "naming"),
        Function("reach_out", lambda r: r.has("spilled", "withdrew"), "company"),
        Function("name_it", lambda r: r.has("spilled", "other") or r.slow, "naming", now=True),
        Function("eat", lambda r: r.lacks("fuelled"), "food"),
        Function("coffee_time", lambda r: r.has("food", "caffeine"), "caffeine", "coffee"),
        Function("without_drink", lambda r: r.has("food", "alcohol"), "steady_sleep", "drink"),
        Function("last_hour", lambda r: r.low("sleep"), "steady_sleep", "last_hour", now=True),
        Function("spread_protein", lambda r: r.lacks("protein"), "food", "protein"),
        Function("water", lambda r: r.lacks("fluids"), "food"),
        Function("what_helped", lambda r: notice(r).name in PRAISE, "settling"),
        Function("dim", _always, "steady_sleep", "last_hour", now=True),
        Function("tomorrow", _always, "naming", now=True),
        Function("shoes", lambda r: r.runs, "any_minutes"),
        Function("steady_bed", _always, "steady_sleep", "bed"),
        Function("somebody", _always, "company"),
        Function("one_good", _always, "naming"),
        Function("settle", lambda r: r.profile.likes_breathing, "settling"),
    ),
}
BY_NAME = {function.name: function for functions in FUNCTIONS.values() for function in functions}


def choose(reading: Reading) -> Function:
    """The first function that fits and whose topic was not touched within five days, by either check-in.

    If all were, one that at least was not said itself; and if that is none, what was said longest ago. A day that is
    past has only those that hold at any time.
    """
    last: dict[str, date] = {}
    said: set[str] = set()
    other = reading.day.all_told() - {reading.day.told(reading.kind)}
    for day, names in ((reading.day, other), *((day, day.all_told()) for day in reading.others)):
        for name in names:
            last[name] = max(day.date, last.get(name, day.date))
            if abs(reading.day.date - day.date) < FRESH:
                said.add(name)
    topics = {BY_NAME[name].about for name in said if name in BY_NAME}
    functions = [each for each in FUNCTIONS[reading.kind] if not (reading.past and each.now)]
    fresh = (each for each in functions if each.about not in topics and each.applies(reading))
    unsaid = (each for each in functions if each.name not in said and each.applies(reading))
    chosen = next(fresh, None) or next(unsaid, None)
    return chosen or min((each for each in functions if each.applies(reading)), key=lambda each: last[each.name])


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
    if reading.hearts:
        return Notice("heart", {"marker": reading.hearts[0]})
    # What stands out most, in margins of its own; worse comes before better.
    return _against_usual(reading, MORNING_MARKERS)


def _evening(reading: Reading) -> Notice:
    revved, down = reading.day.number("revved"), reading.day.number("down")
    spilled = reading.day.kept.get("spilled")
    if revved is not None and revved <= QUIET_DAY:
        return Notice("quiet", {"spilled": bool(items(spilled))})
    if reading.compared("down") > 0:
        return Notice("faster", _sides(reading, "down"))
    spills = sum(bool(items(day.kept.get("spilled"))) for day in reading.days_before(LOOKED_BACK))
    if spilled is not None and not items(spilled) and revved is not None and revved >= REVVED and spills >= SPILLS:
        return Notice("held", {"revved": revved, "evenings": spills})
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
