"""The closing answer: which one thing is said and what is noticed, as tables and over whole histories."""

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.checkins.advice import BY_NAME, FUNCTIONS, PRAISE, Function, Notice, Reading, choose, notice
from bot.checkins.days import Day, as_told
from bot.checkins.questions import EVENING, FOOD, MORNING, NOTHING, QUESTIONS, SPILLED, asked
from bot.evidence.cards import CARDS
from bot.model import Screen
from bot.profile.choices import AIMS, Profile
from bot.settings import PROMPTS
from bot.words import Words

TODAY = date(2026, 11, 23)
WORDS = Words(PROMPTS, "en")
Kept = Mapping[str, str]


def ago(back: int, **kept: Any) -> Day:
    return Day(TODAY - timedelta(days=back), {name: str(value) for name, value in kept.items()})


def told(back: int, function: str, kind: str = MORNING) -> Day:
    return Day(TODAY - timedelta(days=back), as_told(kind, function))


def each(count: int, since: int = 1, **kept: Any) -> list[Day]:
    """The same on so many days in a row, the last one `since` days ago."""
    return [ago(since + back, **kept) for back in range(count)]


def reading(
    kind: str, kept: Mapping[str, Any], others: Sequence[Day] = (), choices: Kept | None = None, *, past: bool = False
) -> Reading:
    return Reading(kind, ago(0, **kept), others, Profile(choices or {}), past)


def chosen(
    kind: str, kept: Mapping[str, Any], others: Sequence[Day] = (), choices: Kept | None = None, *, past: bool = False
) -> str:
    return choose(reading(kind, kept, others, choices, past=past)).name


def said_lately(kind: str, *names: str) -> list[Day]:
    """These were said in the last four days."""
    return [Day(TODAY - timedelta(days=1 + place % 4), {f"told.{place}": name}) for place, name in enumerate(names)]


def told_as(kind: str, noticed: Notice, function: str) -> str:
    """The words of a closing answer."""
    values = {
        "kind": kind, "answers": {"sleep": "7"}, "noticed": noticed, "advice": function, "correcting": False,
        "past": None,
    }
    return WORDS.render(Screen("checkins/closing", values), "en").text


FINE: Kept = {"sleep": "6", "mood": "6", "hours": "7"}
RESTED: Kept = {"sleep": "7", "mood": "7", "hours": "7"}
WEAK_HEART: Sequence[Day] = [*each(30, since=7, rhr=50), *each(3, rhr=58)]

# ---- the morning --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kept", "others", "choices", "function"),
    [
        # low on three days of a week, this one with them
        ({"mood": 3}, each(2, mood=3), {}, "tell"),
        ({"mood": 0}, each(2, mood=1), {}, "tell"),
        ({"mood": 3, "sleep": 2}, each(2, mood=3), {}, "tell"),  # before everything else
        ({"mood": 3}, [ago(5, mood=2), ago(2, mood=3), ago(1, mood=9)], {}, "tell"),
        ({"mood": 3}, each(1, mood=3), {}, "outside"),
        ({"mood": 4}, each(3, mood=3), {}, "stand_up"),
        ({"sleep": 5}, each(5, mood=1), {}, "stand_up"),  # mood was passed over
        ({"mood": 0}, each(6, mood=0), {}, "tell"),  # the lowest days
        ({"mood": 0}, each(2, mood=0), {}, "tell"),
        ({"mood": 3}, [ago(6, mood=3), ago(1, mood=3)], {}, "tell"),
        ({"mood": 3}, [ago(7, mood=3), ago(1, mood=3)], {}, "outside"),  # eight days, this one with them
        # a poor or a short night, and low
        ({"sleep": 3, "mood": 3}, [], {}, "small_day"),
        ({"hours": 5.75, "mood": 3}, [], {}, "small_day"),
        ({"sleep": 0, "mood": 0, "hours": 0}, [], {}, "small_day"),
        ({"sleep": 4, "mood": 3, "hours": 6}, [], {}, "outside"),  # on the edge: not tired
        ({"sleep": 3, "mood": 4}, [], {}, "ease"),
        # the week's heart against its band
        ({**FINE, "rhr": 58}, WEAK_HEART, {}, "easy_heart"),
        ({**FINE, "rhr": 58, "hrv": 60}, [*WEAK_HEART, *each(30, hrv=60)], {}, "easy_heart"),  # one of them
        ({**FINE, "hrv": 60}, [*WEAK_HEART, *each(30, hrv=60)], {}, "stand_up"),  # the other was measured
        ({**FINE, "rhr": 50}, each(30, rhr=50), {}, "stand_up"),
        ({**FINE, "hrv": 40}, [*each(30, since=7, hrv=60), *each(3, hrv=40)], {}, "easy_heart"),
        ({**FINE, "hrv": 90}, [*each(30, since=7, hrv=60), *each(3, hrv=90)], {}, "stand_up"),
        ({**FINE, "rhr": 42}, [*each(30, since=7, rhr=50), *each(3, rhr=42)], {}, "stand_up"),
        (FINE, WEAK_HEART, {}, "stand_up"),  # not measured today: nothing is said of it
        ({**FINE, "rhr": 58}, WEAK_HEART, {"health": "hurt"}, "stand_up"),  # no run is spoken of
        ({**FINE, "rhr": 58}, WEAK_HEART, {"health": "faint"}, "stand_up"),
        # tired: what was it?
        ({"sleep": 3, "mood": 6}, each(1, food="caffeine,alcohol"), {}, "coffee"),
        ({"sleep": 3, "mood": 6}, each(1, food="fuelled,alcohol"), {}, "drink"),
        ({"sleep": 3, "mood": 6}, each(1, since=2, food="caffeine,alcohol"), {}, "ease"),  # the evening before last
        ({"sleep": 4, "mood": 6}, each(1, food="caffeine,alcohol"), {}, "stand_up"),
        ({"hours": 5.75}, [], {}, "ease"),
        ({"hours": 6}, [], {}, "stand_up"),
        ({"sleep": 3}, [], {"health": "hurt"}, "nap"),
        ({"sleep": 3}, [], {"health": "faint,lungs"}, "nap"),
        ({"sleep": 3}, [], {"health": "lungs"}, "ease"),
        ({"sleep": 5}, each(14, sleep=7), {}, "ease"),  # worse than usual, though not low by any measure
        ({"sleep": 6}, each(14, sleep=7), {}, "stand_up"),  # at the margin
        # low
        ({"mood": 3}, [], {}, "outside"),
        ({"mood": 4}, [], {}, "stand_up"),
        ({"mood": 5}, each(14, mood=7), {}, "outside"),
        ({"mood": 6}, each(14, mood=7), {}, "stand_up"),
        ({"mood": 3}, said_lately(MORNING, "outside"), {}, "company"),
        ({"mood": 3}, said_lately(MORNING, "outside", "company"), {}, "before_it"),
        ({"mood": 3}, said_lately(MORNING, "outside", "company", "before_it"), {}, "stand_up"),
        # a short fuse
        ({"irritability": 7}, [], {}, "first_breath"),
        ({"irritability": 6}, [], {}, "stand_up"),
        ({"irritability": 7}, [], {"health": "breath"}, "before_it"),
        ({"irritability": 7}, said_lately(MORNING, "first_breath"), {}, "before_it"),
        ({"irritability": 5}, each(14, irritability=3), {}, "first_breath"),
        ({"irritability": 0}, each(14, irritability=3), {}, "stand_up"),
        # a good start: everything from 7 on
        (RESTED, [], {}, "good_day"),
        ({**RESTED, "sleep": 6}, [], {}, "stand_up"),
        ({**RESTED, "mood": 6}, [], {}, "stand_up"),
        ({**RESTED, "hours": 6.75}, [], {}, "stand_up"),
        ({"sleep": 9, "mood": 9}, [], {}, "stand_up"),  # hours were passed over
        (RESTED, [], {"health": "hurt"}, "same_bed"),
        (RESTED, said_lately(MORNING, "good_day"), {}, "same_bed"),
        (RESTED, said_lately(MORNING, "good_day", "same_bed"), {}, "stand_up"),
        ({**RESTED, "irritability": 7}, [], {}, "first_breath"),
        # no harder session for who named this
        *((RESTED, [], {"health": health}, "same_bed")
          for health in ("heart", "lungs", "pregnant", "seizures", "faint")),
        (RESTED, [], {"health": "breath"}, "good_day"),
        # an ordinary morning
        (FINE, [], {}, "stand_up"),
        (FINE, said_lately(MORNING, "stand_up"), {}, "daylight"),
        (FINE, said_lately(MORNING, "stand_up", "daylight"), {}, "any_minutes"),
        (FINE, said_lately(MORNING, "stand_up", "daylight", "any_minutes"), {}, "protein"),
        (FINE, said_lately(MORNING, "stand_up", "daylight", "any_minutes", "protein"), {}, "early_coffee"),
        (
            FINE, said_lately(MORNING, "stand_up", "daylight", "any_minutes", "protein", "early_coffee"), {},
            "walk_after",
        ),
    ],
)
def test_a_morning_ends_with_the_first_thing_that_fits(
    kept: Mapping[str, Any], others: Sequence[Day], choices: Kept, function: str
) -> None:
    assert chosen(MORNING, kept, others, choices) == function


# ---- the evening --------------------------------------------------------------------------------------

SLOW: Kept = {"revved": "5", "down": "3"}
QUIET: Kept = {"revved": "2", "spilled": NOTHING}
ENDS_AT_ANY_TIME = ("shoes", "steady_bed", "somebody", "one_good", "settle")
CALM_ENDS = ("dim", "tomorrow", *ENDS_AT_ANY_TIME)


@pytest.mark.parametrize(
    ("kept", "others", "choices", "function"),
    [
        # much going on, and a slow way down
        (SLOW, [], {}, "breathe_now"),
        ({"revved": 10, "down": 0, "spilled": "snapped"}, [], {}, "breathe_now"),
        (SLOW, [], {"health": "breath"}, "walk_now"),
        (SLOW, said_lately(EVENING, "breathe_now"), {}, "walk_now"),
        (SLOW, said_lately(EVENING, "breathe_now", "walk_now"), {}, "name_it"),
        ({"revved": 4, "down": 3}, [], {}, "dim"),
        ({"revved": 5, "down": 4}, [], {}, "dim"),
        ({"revved": 5, "down": 5}, each(14, down=7), {}, "breathe_now"),  # slower than usual
        ({"revved": 5, "down": 6}, each(14, down=7), {}, "dim"),
        ({"down": 0}, [], {}, "dim"),  # how revved up was passed over
        # what spilled over
        ({"spilled": "snapped,ruminated,withdrew,other"}, [], {}, "park_it"),
        ({"spilled": "snapped,withdrew,other"}, [], {}, "repair"),
        ({"spilled": "withdrew,other"}, [], {}, "reach_out"),
        ({"spilled": "other"}, [], {}, "name_it"),
        ({"spilled": NOTHING}, [], {}, "dim"),
        ({"spilled": "ruminated"}, said_lately(EVENING, "park_it"), {}, "dim"),
        # food and drink
        ({"food": "caffeine,alcohol"}, [], {}, "eat"),
        ({"food": NOTHING}, [], {}, "eat"),
        ({"food": "fuelled,caffeine,alcohol"}, [], {}, "coffee_time"),
        ({"food": "fuelled,alcohol"}, [], {}, "without_drink"),
        ({"food": "fuelled"}, [], {}, "spread_protein"),
        ({"food": "fuelled,protein"}, [], {}, "water"),
        ({"food": "fuelled,protein,fluids"}, [], {}, "dim"),
        ({"food": "fuelled,fluids", "sleep": 3}, [], {}, "last_hour"),
        ({"food": "fuelled,fluids", "sleep": 4}, [], {}, "spread_protein"),
        ({"sleep": 5}, each(14, sleep=7), {}, "last_hour"),
        ({"spilled": "withdrew", "food": NOTHING}, [], {}, "reach_out"),
        # progress
        ({"revved": 6, "down": 9}, each(14, down=7), {}, "what_helped"),
        ({"revved": 6, "down": 8}, each(14, down=7), {}, "dim"),
        ({"revved": 5, "spilled": NOTHING}, each(2, spilled="snapped"), {}, "what_helped"),
        ({"revved": 5, "spilled": NOTHING}, each(1, spilled="snapped"), {}, "dim"),
        # an ordinary evening
        *((QUIET, said_lately(EVENING, *CALM_ENDS[:place]), {}, name) for place, name in enumerate(CALM_ENDS)),
        (QUIET, said_lately(EVENING, "dim", "tomorrow"), {"health": "hurt"}, "steady_bed"),  # no shoes
        # no slow breaths for whom they make panic: of the six others, the one of four days ago
        (QUIET, said_lately(EVENING, *CALM_ENDS[:-1]), {"health": "breath"}, "steady_bed"),
    ],
)
def test_an_evening_ends_with_the_first_thing_that_fits(
    kept: Mapping[str, Any], others: Sequence[Day], choices: Kept, function: str
) -> None:
    assert chosen(EVENING, kept, others, choices) == function


def test_every_function_is_chosen_somewhere_in_these_tables() -> None:
    tables = (test_a_morning_ends_with_the_first_thing_that_fits, test_an_evening_ends_with_the_first_thing_that_fits)
    named = set()
    for table in tables:
        (mark,) = (mark for mark in table.pytestmark if mark.name == "parametrize")
        named |= {row[-1] for row in mark.args[1] if isinstance(row, tuple) and not hasattr(row, "marks")}
    assert named == set(BY_NAME)


def test_names_are_unique_and_one_of_them_begins_a_drill() -> None:
    assert len(BY_NAME) == sum(map(len, FUNCTIONS.values()))
    assert [function.name for function in BY_NAME.values() if function.drill] == ["breathe_now"]


# ---- a day that is past -------------------------------------------------------------------------------

AT_HOME: Kept = {"health": "hurt,breath"}  # no runs, no breathing


@pytest.mark.parametrize(
    ("kind", "kept", "others", "choices", "function"),
    [
        # low mood is for telling somebody on any day
        (MORNING, {"mood": 3}, each(2, mood=3), {}, "tell"),
        (MORNING, {"mood": 3}, [], {}, "outside"),
        (MORNING, {"sleep": 3, "mood": 3}, [], {}, "outside"),  # it is too late for a small day
        (MORNING, {"mood": 3}, said_lately(MORNING, "outside"), {}, "company"),
        (MORNING, {"irritability": 7}, [], {}, "before_it"),  # and for its first answer
        # the night is over, and the day after it too
        (MORNING, {"sleep": 3}, each(1, food="caffeine,alcohol"), {}, "stand_up"),
        (MORNING, {"sleep": 3}, [], AT_HOME, "stand_up"),
        (MORNING, {**FINE, "rhr": 58}, WEAK_HEART, {}, "stand_up"),
        (MORNING, RESTED, [], {}, "stand_up"),
        (MORNING, RESTED, [], AT_HOME, "stand_up"),
        (MORNING, FINE, said_lately(MORNING, "stand_up", "daylight"), {}, "any_minutes"),
        (MORNING, FINE, said_lately(MORNING, "stand_up", "daylight", "any_minutes", "protein", "early_coffee"), {},
         "walk_after"),
        # the system is down again, whatever it was that evening
        (EVENING, SLOW, [], {}, "shoes"),
        (EVENING, SLOW, [], AT_HOME, "steady_bed"),
        (EVENING, {**SLOW, "spilled": "snapped,other"}, [], {}, "repair"),
        (EVENING, {"spilled": "ruminated"}, [], {}, "park_it"),
        (EVENING, {"spilled": "withdrew"}, [], {}, "reach_out"),
        (EVENING, {"spilled": "other"}, [], {}, "shoes"),
        (EVENING, {"food": NOTHING}, [], {}, "eat"),
        (EVENING, {"food": "fuelled,caffeine,alcohol"}, [], {}, "coffee_time"),
        (EVENING, {"food": "fuelled,alcohol"}, [], {}, "without_drink"),
        (EVENING, {"food": "fuelled,fluids", "sleep": 3}, [], {}, "spread_protein"),  # the last hour is over
        (EVENING, {"food": "fuelled,protein"}, [], {}, "water"),
        (EVENING, {"revved": 6, "down": 9}, each(14, down=7), {}, "what_helped"),
        *((EVENING, QUIET, said_lately(EVENING, *ENDS_AT_ANY_TIME[:place]), {}, name)
          for place, name in enumerate(ENDS_AT_ANY_TIME)),
        # of the three that are left, the one of four days ago
        (EVENING, QUIET, said_lately(EVENING, "somebody", "one_good", "dim", "steady_bed"), AT_HOME, "steady_bed"),
    ],
)
def test_a_day_that_is_past_ends_with_the_first_thing_that_holds_at_any_time(
    kind: str, kept: Mapping[str, Any], others: Sequence[Day], choices: Kept, function: str
) -> None:
    assert chosen(kind, kept, others, choices, past=True) == function


def test_what_was_noticed_of_a_day_that_is_past_is_the_same() -> None:
    for kept, others in (({"down": 8}, each(14, down=6)), (SLOW, []), (QUIET, [])):
        assert notice(reading(EVENING, kept, others, past=True)) == notice(reading(EVENING, kept, others))


TIME_WORDS = re.compile(r"\b(today|tonight|tomorrow|yesterday|now|last (night|hour))\b", re.I)


@pytest.mark.parametrize("function", [each for each in BY_NAME.values() if not each.now], ids=lambda each: each.name)
def test_what_may_be_said_of_a_day_that_is_past_names_no_time(function: Function) -> None:
    assert not function.drill
    if function.name != "tell":  # whenever it is read, that is the day
        assert not TIME_WORDS.search(said(function.name))


# ---- five days ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("back", "fresh"),
    [
        (1, False), (2, False), (4, False), (5, True), (6, True), (60, True),
        (-1, False), (-4, False), (-5, True),  # a day of before is told after it
    ],
)
def test_a_thing_is_said_again_on_the_fifth_day(back: int, fresh: bool) -> None:
    assert chosen(MORNING, FINE, [told(back, "stand_up")]) == ("stand_up" if fresh else "daylight")


def test_the_other_check_in_of_a_day_counts_too() -> None:
    assert chosen(MORNING, FINE, [told(1, "stand_up", EVENING)]) == "daylight"


def test_when_all_were_said_the_one_longest_ago_comes_again() -> None:
    always = [function.name for function in FUNCTIONS[MORNING] if function.name in (
        "stand_up", "daylight", "any_minutes", "protein", "early_coffee", "walk_after"
    )]
    others = [Day(TODAY - timedelta(days=1 + place % 4), {f"told.{name}": name}) for place, name in enumerate(always)]
    assert chosen(MORNING, FINE, others) == "protein"  # the only one of four days ago


def test_what_was_said_shortly_before_an_old_day_is_not_repeated_on_it() -> None:
    assert chosen(MORNING, FINE, [told(2, "stand_up"), told(-20, "stand_up")]) == "daylight"


EVENING_COFFEE = ago(1, food="fuelled,caffeine")
CAFFEINE: Kept = {"food": "fuelled,protein,caffeine"}


@pytest.mark.parametrize(
    ("kind", "kept", "others", "function"),
    [
        # late coffee
        (MORNING, {"sleep": 3}, [EVENING_COFFEE.with_(as_told(EVENING, "coffee_time"))], "ease"),
        (MORNING, {"sleep": 3}, [EVENING_COFFEE, told(4, "early_coffee")], "ease"),
        (MORNING, {"sleep": 3}, [EVENING_COFFEE, told(5, "early_coffee")], "coffee"),
        (EVENING, CAFFEINE, [told(4, "early_coffee")], "water"),
        (EVENING, CAFFEINE, [told(5, "coffee")], "coffee_time"),
        (MORNING, FINE, [*said_lately(MORNING, "stand_up", "daylight", "any_minutes", "protein", "coffee_time")],
         "walk_after"),
        # alcohol
        (MORNING, {"sleep": 3}, [ago(1, food="alcohol").with_(as_told(EVENING, "without_drink"))], "ease"),
        (EVENING, {"food": "fuelled,protein,alcohol"}, [told(1, "drink")], "water"),
        (EVENING, {"food": "fuelled,protein,alcohol"}, [told(5, "drink")], "without_drink"),
        # protein
        (EVENING, {"food": "fuelled"}, [told(2, "protein")], "water"),
        (MORNING, FINE, said_lately(MORNING, "stand_up", "daylight", "any_minutes", "spread_protein"), "early_coffee"),
        # the last hour, and a steady time for bed
        (EVENING, {"sleep": 3}, [told(1, "dim", EVENING)], "tomorrow"),
        (EVENING, QUIET, [told(1, "last_hour", EVENING)], "tomorrow"),
        (MORNING, RESTED, said_lately(MORNING, "good_day", "steady_bed"), "stand_up"),
        (EVENING, QUIET, said_lately(EVENING, "dim", "tomorrow", "shoes", "same_bed"), "somebody"),
        # the same card behind them is no topic: another thing is said
        (EVENING, {"spilled": "ruminated"}, [told(1, "repair", EVENING)], "park_it"),
        # a name of before counts for nothing
        (MORNING, FINE, [told(1, "wind_down")], "stand_up"),
    ],
)
def test_a_topic_that_either_check_in_touched_rests_for_five_days(
    kind: str, kept: Kept, others: Sequence[Day], function: str
) -> None:
    assert chosen(kind, kept, others) == function


EXHAUSTED = ("stand_up", "daylight", "any_minutes", "walk_after")


def test_when_all_topics_were_touched_something_comes_that_at_least_was_not_said() -> None:
    assert chosen(MORNING, FINE, said_lately(MORNING, *EXHAUSTED, "protein", "coffee_time")) == "early_coffee"


def test_of_what_was_not_said_itself_the_first_comes() -> None:
    others = said_lately(MORNING, *EXHAUSTED, "spread_protein", "coffee_time")
    assert chosen(MORNING, FINE, others) == "protein"


@pytest.mark.parametrize(
    ("morning", "kept", "function"),
    [
        ("early_coffee", CAFFEINE, "water"), ("coffee", CAFFEINE, "water"),
        ("drink", {"food": "fuelled,protein,alcohol"}, "water"), ("protein", {"food": "fuelled"}, "water"),
    ],
)
def test_the_evening_does_not_repeat_what_the_morning_of_that_day_said(
    morning: str, kept: Kept, function: str
) -> None:
    assert chosen(EVENING, {**kept, **as_told(MORNING, morning)}) == function


def test_what_a_check_in_said_itself_does_not_keep_it_from_saying_so_again() -> None:
    assert chosen(EVENING, {**CAFFEINE, **as_told(EVENING, "coffee_time")}) == "coffee_time"


SCALE = st.integers(0, 10).map(str)
HEALTH = st.sampled_from(
    ["", "hurt", "breath", "faint", "heart", "lungs", "seizures", "pregnant", "hurt,breath", "faint,breath"]
)


def some(items: Sequence[str]) -> st.SearchStrategy[str]:
    return st.sets(st.sampled_from(items)).map(
        lambda named: ",".join(item for item in items if item in named) or NOTHING
    )


PROFILES = st.builds(
    lambda aim, extras, health: Profile({"aim": aim, "extras": extras, "health": health}),
    st.sampled_from(AIMS), st.sampled_from(["", "irritability", "heart", "irritability,heart"]), HEALTH,
)
ANSWERS = {
    "sleep": SCALE, "mood": SCALE, "hours": st.integers(0, 96).map(lambda quarters: f"{quarters / 4:g}"),
    "irritability": SCALE, "rhr": st.integers(25, 120).map(str), "hrv": st.integers(5, 250).map(str), "revved": SCALE,
    "down": SCALE, "spilled": some(SPILLED.items), "food": some(FOOD.items),
}
# Any of them may have been passed over; on a quiet day nobody was asked how they came down.
KEPT = st.fixed_dictionaries({}, optional=ANSWERS).map(
    lambda kept: {
        marker: value for marker, value in kept.items() if marker != "down" or int(kept.get("revved", "9")) > 2
    }
)


@st.composite
def lives(draw: st.DrawFn) -> list[dict[str, str]]:
    """Sixty days in a row: a few kinds of days, in any order, so that the same state comes again and again."""
    kinds = draw(st.lists(KEPT, min_size=1, max_size=6))
    order = draw(st.lists(st.integers(0, len(kinds) - 1), min_size=60, max_size=60))
    return [kinds[place] for place in order]


def lived(life: Sequence[Mapping[str, str]], profile: Profile) -> list[Day]:
    """The same days, told: each check-in knew what was there in its own hour."""
    days: list[Day] = []
    for place, kept in enumerate(life):
        day = Day(TODAY + timedelta(days=place))
        for kind in (MORNING, EVENING):
            questions = asked(kind, profile, kept)
            markers = [marker for question in questions for marker in question.markers]
            day = day.with_({marker: kept[marker] for marker in markers if marker in kept})
            day = day.with_(as_told(kind, choose(Reading(kind, day, days, profile)).name))
        days.append(day)
    return days


@settings(max_examples=25, deadline=None)
@given(life=lives(), profile=PROFILES)
def test_nothing_is_said_twice_within_five_days(life: list[dict[str, str]], profile: Profile) -> None:
    days = lived(life, profile)
    last: dict[str, date] = {}
    for day in days:
        assert len(day.all_told()) == 2
        for name in day.all_told():
            assert name not in last or day.date - last[name] >= timedelta(days=5), (name, day.date)
            last[name] = day.date


@settings(max_examples=25, deadline=None)
@given(life=lives(), profile=PROFILES, place=st.integers(0, 59), order=st.randoms())
def test_the_same_answers_end_with_the_same_thing_again(
    life: list[dict[str, str]], profile: Profile, place: int, order: Any
) -> None:
    days = lived(life, profile)
    day, others = days[place], days[:place]
    order.shuffle(others)  # in any order
    for kind in (MORNING, EVENING):
        asked_then = asked(MORNING, profile, {}) if kind == MORNING else [*QUESTIONS.values()]  # what it knew
        known = {marker for question in asked_then for marker in question.markers}
        kept = {marker: value for marker, value in day.kept.items() if marker in known}
        if kind == EVENING:
            kept |= as_told(MORNING, day.told(MORNING) or "")
        again = Reading(kind, Day(day.date, {**kept, **as_told(kind, day.told(kind) or "")}), others, profile)
        assert choose(again).name == day.told(kind)
        assert notice(again) == notice(Reading(kind, again.day, sorted(others, key=lambda day: day.date), profile))


@settings(max_examples=80, deadline=None)
@given(
    kept=KEPT, profile=PROFILES, kind=st.sampled_from([MORNING, EVENING]), past=st.booleans(),
    said=st.lists(st.tuples(st.integers(1, 8), st.sampled_from(list(BY_NAME))), max_size=40),
)
def test_a_topic_comes_again_only_when_all_were_touched_and_a_thing_only_when_all_were_said(
    kept: dict[str, str], profile: Profile, kind: str, past: bool, said: list[tuple[int, str]]
) -> None:
    read = Reading(kind, Day(TODAY, kept), [told(back, name) for back, name in said], profile, past)
    lately = {name for back, name in said if back < 5}
    touched = {BY_NAME[name].about for name in lately}
    worth = {
        function.name: 0 if function.about not in touched else 1 if function.name not in lately else 2
        for function in FUNCTIONS[kind] if function.applies(read) and not (past and function.now)
    }
    best = min(worth.values())
    found = choose(read).name
    assert worth[found] == best
    if best == 0:
        assert found == next(name for name in worth if worth[name] == 0)  # the most pressing


@settings(max_examples=100, deadline=None)
@given(kept=KEPT, others=st.lists(KEPT, max_size=30), profile=PROFILES, kind=st.sampled_from([MORNING, EVENING]))
def test_whatever_was_answered_there_is_one_thing_to_do_and_one_sentence(
    kept: dict[str, str], others: list[dict[str, str]], profile: Profile, kind: str
) -> None:
    days = [Day(TODAY - timedelta(days=1 + back), kept) for back, kept in enumerate(others)]
    read = Reading(kind, Day(TODAY, kept), days, profile)
    function, noticed = choose(read), notice(read)
    assert function in FUNCTIONS[kind]
    assert noticed.name in NOTICED
    if int(kept.get("revved", "9")) <= 2:
        assert noticed.name not in PRAISE, "calm is no achievement"
        assert function.name != "what_helped"
    if not {"hurt", "faint"}.isdisjoint(profile.health):
        assert function.name not in ("easy_heart", "ease", "good_day", "shoes")
    if not {"heart", "lungs", "seizures", "pregnant"}.isdisjoint(profile.health):
        assert function.name != "good_day"
    if "breath" in profile.health:
        assert function.name not in ("first_breath", "breathe_now", "settle")
    assert told_as(kind, noticed, function.name)


# ---- what was noticed ---------------------------------------------------------------------------------

NOTICED = ("learning", "heavy", "worse", "better", "faster", "held", "quiet", "heart", "usual", "nothing")


def sides(marker: str, value: float, usual: float, learning: bool = False) -> dict[str, Any]:
    return {"marker": marker, "value": value, "usual": usual, "learning": learning}


LEARNT = {"learning": False}


@pytest.mark.parametrize(
    ("kept", "others", "name", "values"),
    [
        # still learning: this day is one of the seven
        *(({"sleep": 6, "mood": 6}, each(before, sleep=6, mood=6), "learning", {"days": before + 1, "of": 7})
          for before in range(7)),
        ({"sleep": 6}, each(7, sleep=6), "usual", {"learning": True}),
        ({"sleep": 6}, each(13, sleep=6), "usual", {"learning": True}),
        ({"sleep": 6}, each(14, sleep=6), "usual", LEARNT),
        ({"sleep": 6}, each(6, mood=6), "learning", {"days": 1, "of": 7}),  # of what was answered today
        ({"sleep": 6, "mood": 6}, [*each(2, sleep=6), *each(4, since=3, mood=6)], "learning", {"days": 5, "of": 7}),
        ({"sleep": 6, "mood": 6}, each(14, sleep=6), "usual", LEARNT),  # one of them is known
        # beyond the margin, not at it
        ({"sleep": 5}, each(14, sleep=6), "usual", LEARNT),
        ({"sleep": 7}, each(14, sleep=6), "usual", LEARNT),
        ({"sleep": 4}, each(14, sleep=6), "worse", sides("sleep", 4, 6)),
        ({"sleep": 8}, each(14, sleep=6), "better", sides("sleep", 8, 6)),
        ({"mood": 3}, each(14, mood=5), "worse", sides("mood", 3, 5)),
        ({"mood": 3}, each(7, mood=5), "worse", sides("mood", 3, 5, learning=True)),
        ({"irritability": 8}, each(14, irritability=6), "worse", sides("irritability", 8, 6)),
        ({"irritability": 4}, each(14, irritability=6), "better", sides("irritability", 4, 6)),
        # SD 4 of 0, 0, 0 and six 8: margin 2, so 6 is at it and 5 beyond
        ({"sleep": 6}, [*each(6, sleep=8), *each(3, since=7, sleep=0)], "usual", {"learning": True}),
        ({"sleep": 5}, [*each(6, sleep=8), *each(3, since=7, sleep=0)], "worse", sides("sleep", 5, 8, learning=True)),
        # the furthest off, and worse before better
        ({"sleep": 4, "mood": 3}, each(14, sleep=6, mood=6), "worse", sides("mood", 3, 6)),
        ({"sleep": 3, "mood": 4}, each(14, sleep=6, mood=6), "worse", sides("sleep", 3, 6)),
        ({"sleep": 10, "mood": 4}, each(14, sleep=6, mood=6), "worse", sides("mood", 4, 6)),
        ({"sleep": 8, "mood": 9}, each(14, sleep=6, mood=6), "better", sides("mood", 9, 6)),
        # hours have no comparison
        ({"hours": 4}, each(14, hours=8), "nothing", {}),
        ({}, each(14, sleep=6), "nothing", {}),
        # a heavy morning goes first
        ({"mood": 0}, [], "heavy", {}),
        ({"mood": 1, "sleep": 9}, each(14, mood=1, sleep=5), "heavy", {}),
        ({"mood": 2}, each(14, mood=2), "usual", LEARNT),
        ({"mood": 1, "rhr": 58}, WEAK_HEART, "heavy", {}),
        # the heart goes before the scales
        ({"rhr": 58, "sleep": 2}, [*WEAK_HEART, *each(14, since=4, sleep=6)], "heart", {"marker": "rhr"}),
        ({"hrv": 40}, [*each(30, since=7, hrv=60), *each(3, hrv=40)], "heart", {"marker": "hrv"}),
        ({"rhr": 50, "hrv": 60}, each(30, rhr=50, hrv=60), "nothing", {}),
        ({"rhr": 58}, each(6, rhr=50), "nothing", {}),  # nothing to hold it against yet
        ({"sleep": 6}, [*WEAK_HEART, *each(14, since=4, sleep=6)], "usual", LEARNT),
    ],
)
def test_what_stands_out_in_a_morning(
    kept: Mapping[str, Any], others: Sequence[Day], name: str, values: Mapping[str, Any]
) -> None:
    assert notice(reading(MORNING, kept, others)) == Notice(name, values)


@pytest.mark.parametrize(
    ("kept", "others", "name", "values"),
    [
        *(({"revved": 6, "down": 6}, each(before, down=6), "learning", {"days": before + 1, "of": 7})
          for before in range(7)),
        ({"revved": 6, "down": 6}, each(14, down=6), "usual", LEARNT),
        ({"revved": 6, "down": 7}, each(14, down=6), "usual", LEARNT),
        ({"revved": 6, "down": 8}, each(14, down=6), "faster", sides("down", 8, 6)),
        ({"revved": 3, "down": 8}, each(7, down=6), "faster", sides("down", 8, 6, learning=True)),
        ({"revved": 6, "down": 5}, each(14, down=6), "usual", LEARNT),
        ({"revved": 6, "down": 4}, each(14, down=6), "worse", sides("down", 4, 6)),
        ({"down": 8}, each(14, down=6), "faster", sides("down", 8, 6)),
        # less spilling over than in the week before
        ({"revved": 5, "spilled": NOTHING}, each(2, spilled="snapped"), "held", {"revved": 5, "evenings": 2}),
        ({"revved": 9, "spilled": NOTHING}, each(7, spilled="other"), "held", {"revved": 9, "evenings": 7}),
        ({"revved": 9, "spilled": NOTHING}, each(9, spilled="other"), "held", {"revved": 9, "evenings": 7}),
        ({"revved": 4, "spilled": NOTHING}, each(7, spilled="other"), "nothing", {}),  # little to spill
        ({"revved": 5, "spilled": NOTHING}, each(1, spilled="snapped"), "nothing", {}),
        ({"revved": 5, "spilled": NOTHING}, each(7, spilled=NOTHING), "nothing", {}),
        ({"revved": 5, "spilled": NOTHING}, each(5, since=8, spilled="snapped"), "nothing", {}),  # not this week
        ({"revved": 5, "spilled": "other"}, each(7, spilled="snapped"), "nothing", {}),
        ({"revved": 5}, each(7, spilled="snapped"), "nothing", {}),  # not said
        ({"spilled": NOTHING}, each(7, spilled="snapped"), "nothing", {}),
        ({"revved": 6, "down": 4, "spilled": NOTHING}, each(14, down=6, spilled="other"), "held",
         {"revved": 6, "evenings": 7}),
        ({"revved": 6, "down": 8, "spilled": NOTHING}, each(14, down=6, spilled="other"), "faster",
         sides("down", 8, 6)),
        # a quiet day is just that
        *(({"revved": revved}, each(14, down=6, revved=8), "quiet", {"spilled": False}) for revved in (0, 1, 2)),
        ({"revved": 2, "spilled": NOTHING}, each(7, spilled="snapped"), "quiet", {"spilled": False}),
        ({"revved": 2, "spilled": "withdrew"}, [], "quiet", {"spilled": True}),
        ({"revved": 3}, each(14, down=6), "nothing", {}),
        # being revved up is neither good nor bad
        ({"revved": 10}, each(14, revved=3), "nothing", {}),
        ({"food": NOTHING}, [], "nothing", {}),
        # an answer that is left of a day that became quiet is not praised
        ({"revved": 1, "down": 9}, each(14, down=6), "quiet", {"spilled": False}),
        ({"revved": 2, "down": 9, "spilled": "other"}, each(14, down=6), "quiet", {"spilled": True}),
    ],
)
def test_what_stands_out_in_an_evening(
    kept: Mapping[str, Any], others: Sequence[Day], name: str, values: Mapping[str, Any]
) -> None:
    assert notice(reading(EVENING, kept, others)) == Notice(name, values)


# ---- words --------------------------------------------------------------------------------------------

LAST = "settle"  # the words of the last branch


def names_in(template: str, variable: str) -> set[str]:
    text = (PROMPTS / "en" / f"{template}.j2").read_text()
    return set(re.findall(rf'{variable} == "(\w+)"', text))


def said(function: str) -> str:
    return told_as(EVENING, Notice("nothing", {}), function).split("Noted.")[1].strip()


def test_every_function_has_words_of_its_own() -> None:
    assert names_in("checkins/_advice", "name") == set(BY_NAME) - {LAST}
    sentences = [said(name) for name in BY_NAME]
    assert all(sentences)
    assert len(set(sentences)) == len(BY_NAME)


def test_every_function_tells_where_it_comes_from() -> None:
    assert {function.evidence for function in BY_NAME.values()} == set(CARDS)
    texts = set()
    for name, card in CARDS.items():
        values = {"card": name, "source": card.source, "sure": card.sure}
        text = WORDS.render(Screen("evidence/why", values), "en").text
        texts.add(text.split("How sure")[0])
        assert (card.source is None) == (card.sure == "ours") == ("Source" not in text)
    assert len(texts) == len(CARDS)
    assert names_in("evidence/why", "card") == set(CARDS) - {"talk_test"}


def test_every_notice_has_words() -> None:
    values: dict[str, Mapping[str, Any]] = {
        "learning": {"days": 3, "of": 7}, "worse": sides("sleep", 4, 6), "better": sides("sleep", 8, 6),
        "faster": sides("down", 8, 6), "held": {"revved": 6.0, "evenings": 3}, "quiet": {"spilled": True},
        "heart": {"marker": "rhr"}, "usual": LEARNT,
    }
    texts = [told_as(EVENING, Notice(name, values.get(name, {})), LAST) for name in NOTICED]
    assert len(set(texts)) == len(NOTICED)
    assert names_in("checkins/closing", "is") == set(NOTICED) - {"nothing"}


def test_praise_is_for_coming_down_and_for_not_spilling_over() -> None:
    assert PRAISE == ("faster", "held")
