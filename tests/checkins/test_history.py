"""/today and its week: bars, gaps, middles, and when two weeks are held against each other."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html import unescape
from statistics import median
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import cards
from bot.checkins import history, rules
from bot.checkins.days import Day
from bot.checkins.history import BARS, GAP, bar
from bot.checkins.questions import EVENING, MORNING
from bot.drills.goes import DONE, RUNNING, STOPPED, WORSE, Go, Step
from bot.model import Act, Card, Command, Decision, Event, Label, Open, Person, Screen, Tap, Turn, Who
from bot.profile.choices import Profile
from bot.settings import PROMPTS
from bot.words import Words

TODAY = date(2026, 11, 23)
WORDS = Words(PROMPTS, "en")


def ago(back: int, **kept: Any) -> Day:
    return Day(TODAY - timedelta(days=back), {name: str(value) for name, value in kept.items()})


def go(
    before: int | None, after: int | None, outcome: str = DONE, at: datetime = datetime(2026, 11, 23, 12, tzinfo=UTC)
) -> Go:
    return Go("extended-exhale", 5, before, after, outcome, at)


def facts(
    day: Mapping[str, Any] | None = None, others: Sequence[Day] = (), goes: Sequence[Go] = (), zone: str = "UTC",
    choices: Mapping[str, str] | None = None,
) -> history.Facts:
    card = Card(1, 7, 7, history.KIND, TODAY, 40, 3, history.TODAY, False)
    who = Who(Person(7, "en", zone, None, consent=1), card, "Ana", "en")
    return history.Facts(rules.Facts(who, Profile(choices or {}), MORNING, ago(0, **(day or {})), others), goes)


def decided(found: history.Facts, act: Act) -> Decision:
    return history.decide(found, Event(1, 7, 7, True, datetime(2026, 11, 23, 20, tzinfo=UTC), act))


def tap(act: str) -> Tap:
    return Tap(1, 3, act, 40)


def week(
    day: Mapping[str, Any] | None = None, others: Sequence[Day] = (), goes: Sequence[Go] = ()
) -> Mapping[str, Any]:
    return history.week(facts(day, others, goes)).values


def line(marker: str, day: Mapping[str, Any] | None = None, others: Sequence[Day] = ()) -> Mapping[str, Any] | None:
    found: Mapping[str, Any] | None = next(
        (line for line in week(day, others)["lines"] if line["marker"] == marker), None
    )
    return found


def shown(decision: Decision) -> Screen:
    effect = decision.effects[-1]
    assert isinstance(effect, Turn | Open)
    assert effect.asking is False
    return effect.screen


# ---- bars ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "step"),
    # eight bars for 0 to 10: value * 7 / 10, to the nearest
    [(0, 0), (1, 1), (2, 1), (3, 2), (4, 3), (5, 4), (6, 4), (7, 5), (8, 6), (9, 6), (10, 7)],
)
def test_a_value_is_a_bar(value: float, step: int) -> None:
    assert bar(value) == BARS[step]


@pytest.mark.parametrize(
    ("day", "others", "bars"),
    [
        ({"sleep": 7}, [], "······▆"),
        ({}, [ago(6, sleep=7)], "▆······"),
        ({}, [ago(7, sleep=7)], None),  # eight days ago is another week
        ({"sleep": 10}, [ago(back, sleep=10 - back) for back in range(1, 7)], "▄▅▅▆▇▇█"),
        ({"sleep": 0}, [ago(2, sleep=0), ago(5, sleep=10)], "·█··▁·▁"),
        ({"sleep": 0}, [ago(5, sleep=10), ago(2, sleep=0)], "·█··▁·▁"),  # in any order
        ({"mood": 7}, [ago(1, hours=8)], None),
        ({}, [ago(-1, sleep=7)], None),  # the card of a day that is over: what came after is none of it
    ],
)
def test_a_week_is_drawn_from_its_oldest_day_on_with_a_dot_for_each_gap(
    day: Mapping[str, Any], others: Sequence[Day], bars: str | None
) -> None:
    found = line("sleep", day, others)
    assert (found and found["bars"]) == bars


def test_all_scales_have_a_line_in_their_order_and_the_rest_has_none() -> None:
    kept = {"down": 5, "revved": 6, "irritability": 2, "mood": 7, "sleep": 8, "hours": 7.5, "rhr": 52, "hrv": 61}
    assert [found["marker"] for found in week(kept)["lines"]] == ["sleep", "mood", "irritability", "revved", "down"]
    assert week()["lines"] == []


# ---- the middle, and the week before ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("now", "then", "middle", "before"),
    [
        ([7], [], 7, None),
        ([6, 7], [], 6.5, None),
        ([1, 7, 9], [], 7, None),
        ([6, 7, 8], [5, 5], 7, None),  # two days there
        ([6, 8], [5, 5, 5], 7, None),  # two days here
        ([6, 7, 8], [1, 5, 9], 7, 5),
        ([6, 7, 8, 9], [4, 5, 6, 7], 7.5, 5.5),
        ([7] * 7, [3] * 7, 7, 3),
        ([7] * 7, [3] * 7 + [9] * 7, 7, 3),  # the week before that one is none of it
        ([7] * 7, [0] * 7, 7, 0),  # nothing is not no answer
    ],
)
def test_two_weeks_are_compared_with_three_days_in_each(
    now: list[int], then: list[int], middle: float, before: float | None
) -> None:
    others = [ago(1 + back, sleep=value) for back, value in enumerate(now[1:])]
    others += [ago(7 + back, sleep=value) for back, value in enumerate(then)]
    found = line("sleep", {"sleep": now[0]}, others)
    assert found is not None
    assert (found["middle"], found["before"]) == (middle, before)


@pytest.mark.parametrize(
    ("day", "others", "evenings", "spilled"),
    [
        ({}, [], 0, 0),
        ({"spilled": "none"}, [], 1, 0),
        ({"spilled": "snapped,other"}, [], 1, 1),
        ({"spilled": "none"}, [ago(1, spilled="other"), ago(3, spilled="none"), ago(6, spilled="withdrew")], 4, 2),
        ({}, [ago(7, spilled="other"), ago(8, spilled="other"), ago(1, sleep=3)], 0, 0),
        ({}, [ago(-1, spilled="other")], 0, 0),
    ],
)
def test_evenings_on_which_something_spilled_over_are_counted(
    day: Mapping[str, Any], others: Sequence[Day], evenings: int, spilled: int
) -> None:
    found = week(day, others)
    assert (found["evenings"], found["spilled"]) == (evenings, spilled)


@pytest.mark.parametrize(
    ("goes", "count", "drop"),
    [
        ([], 0, None),
        ([go(8, 5)], 1, 3),
        ([go(8, 5), go(6, 5)], 2, 2),
        ([go(8, 5), go(6, 5), go(5, 7)], 3, 1),  # 3, 1 and -2
        ([go(5, 7)], 1, -2),
        ([go(None, 5), go(8, None)], 2, None),
        # those that were done to their end
        ([go(7, None, RUNNING), go(7, None, WORSE), go(9, 5, STOPPED)], 0, None),
        ([go(7, 5), go(7, None, RUNNING), go(9, 1, WORSE), go(9, 5, STOPPED)], 1, 2),
    ],
)
def test_the_drills_of_a_week_have_a_middle_drop(goes: Sequence[Go], count: int, drop: float | None) -> None:
    found = week(goes=goes)
    assert (found["goes"], found["drop"]) == (count, drop)


@pytest.mark.parametrize(
    ("zone", "at", "counts"),
    [
        ("UTC", datetime(2026, 11, 24, 3, 59, tzinfo=UTC), True),
        ("UTC", datetime(2026, 11, 24, 4, tzinfo=UTC), False),
        ("Asia/Kathmandu", datetime(2026, 11, 23, 22, 14, tzinfo=UTC), True),
        ("Asia/Kathmandu", datetime(2026, 11, 23, 22, 15, tzinfo=UTC), False),
    ],
)
def test_a_drill_after_the_day_of_the_card_is_none_of_its_week(zone: str, at: datetime, counts: bool) -> None:
    found = history.week(facts(goes=[go(8, 5), go(9, 3, at=at)], zone=zone)).values
    assert (found["goes"], found["drop"]) == ((2, 4.5) if counts else (1, 3))


@pytest.mark.parametrize(
    ("values", "says", "says_not"),
    [
        (week(), "Nothing noted yet", "a typical day"),
        (week({"sleep": 7}), "······▆</code> 7", "the week before"),
        (week({"sleep": 7}, [ago(back, sleep=8 if back < 7 else 5) for back in range(1, 14)]), "8, 5 the week before",
         "drill"),
        (week({"spilled": "other"}), "Spilled over on 1 of 1 evening.", "evenings"),
        (week({"spilled": "none"}, [ago(1, spilled="other")]), "Spilled over on 1 of 2 evenings.", "drill"),
        (week(goes=[go(8, 5)]), "1 drill, 3 points down.", "drills"),
        (week(goes=[go(8, 5), go(None, 5)]), "2 drills, 3 points down.", "mostly"),
        (week(goes=[go(8, 7), go(8, 7)]), "2 drills, mostly 1 point down.", "points"),
        (week(goes=[go(8, 5), go(8, 6)]), "mostly 2.5 points down", "None"),
        (week(goes=[go(5, 7)]), "1 drill.", "mostly"),  # up is no praise, and no blame
        (week(goes=[go(5, 5)]), "1 drill.", "mostly"),
        (week(goes=[go(None, 5)]), "1 drill.", "None"),
    ],
)
def test_a_week_is_told_in_words(values: Mapping[str, Any], says: str, says_not: str) -> None:
    text = WORDS.render(Screen("checkins/week", values), "en").text
    assert says in text
    assert says_not not in text


# ---- the day ------------------------------------------------------------------------------------------

MORNING_DONE = {"sleep": "7", "mood": "6", "hours": "7.5"}
WATCHES = {"aim": "high_load", "extras": "heart"}


@pytest.mark.parametrize(
    ("day", "choices", "morning", "evening", "buttons"),
    [
        ({}, {}, (3, 3), (4, 4), [MORNING, EVENING, "week"]),
        ({"sleep": "7"}, {}, (2, 3), (4, 4), [MORNING, EVENING, "week"]),
        (MORNING_DONE, {}, (0, 3), (4, 4), [EVENING, "week"]),
        (MORNING_DONE, {"aim": "high_load"}, (1, 4), (4, 4), [MORNING, EVENING, "week"]),
        (MORNING_DONE, WATCHES, (2, 5), (4, 4), [MORNING, EVENING, "week"]),
        ({**MORNING_DONE, "irritability": "2", "hrv": "61"}, WATCHES, (0, 5), (4, 4), [EVENING, "week"]),
        ({**MORNING_DONE, "rhr": "52"}, {"extras": "heart"}, (0, 4), (4, 4), [EVENING, "week"]),
        ({"revved": "2"}, {}, (3, 3), (2, 3), [MORNING, EVENING, "week"]),
        ({"revved": "2", "spilled": "none", "food": "none"}, {}, (3, 3), (0, 3), [MORNING, "week"]),
        ({**MORNING_DONE, "revved": "6", "down": "4", "spilled": "none", "food": "none"}, {}, (0, 3), (0, 4), ["week"]),
    ],
)
def test_today_shows_what_is_open_and_a_button_for_it(
    day: Mapping[str, str], choices: Mapping[str, str], morning: tuple[int, int], evening: tuple[int, int],
    buttons: list[str],
) -> None:
    screen = shown(decided(facts(day, choices=choices), Command("today")))
    acts = [button.act for row in screen.rows for button in row]
    assert [act for act in acts if not act.startswith("small=")] == buttons
    assert [(screen.values[kind]["open"], screen.values[kind]["of"]) for kind in (MORNING, EVENING)] == [
        morning, evening
    ]
    assert WORDS.render(screen, "en").text


def test_today_tells_the_answers_in_words() -> None:
    day = {**MORNING_DONE, "revved": "6", "spilled": "snapped,ruminated", "usual.sleep": "7", "told.morning": "ease"}
    html = WORDS.render(shown(decided(facts(day, goes=[go(7, 4)]), Command("today"))), "en").text
    text = unescape(html).replace("\u00a0", " ")
    assert "Sleep 7 · mood 6 · 7.5 h" in text
    assert "Revved up 6 · spilled over: snapped, kept turning it over · 2 of 4 open" in text
    assert "5 min, revved up 7 → 4" in text
    assert "ease" not in text


@pytest.mark.parametrize(
    ("found", "line"),
    [
        (go(7, 4), "5 min, revved up 7 → 4"), (go(None, 4), "5 min"), (go(7, None), "5 min"),
        (go(7, 4, STOPPED), "a part of it, revved up 7 → 4"), (go(7, None, STOPPED), "a part of it"),
        (go(7, None, WORSE), "a part of it"), (go(7, None, RUNNING), None),
    ],
)
def test_today_tells_how_a_drill_ended(found: Go, line: str | None) -> None:
    text = WORDS.render(shown(decided(facts(goes=[found]), Command("today"))), "en").text
    told = [each.removeprefix("<b>Breathe out longer</b>: ") for each in text.splitlines() if "Breathe" in each]
    assert told == ([line] if line else [])


@pytest.mark.parametrize(
    ("zone", "at", "today"),
    [
        ("UTC", datetime(2026, 11, 23, 4, tzinfo=UTC), True),
        ("UTC", datetime(2026, 11, 23, 3, 59, tzinfo=UTC), False),
        ("UTC", datetime(2026, 11, 24, 3, 59, tzinfo=UTC), True),
        ("Asia/Kathmandu", datetime(2026, 11, 22, 22, 15, tzinfo=UTC), True),
        ("Asia/Kathmandu", datetime(2026, 11, 22, 22, 14, tzinfo=UTC), False),
    ],
)
def test_a_drill_belongs_to_the_day_on_which_it_began(zone: str, at: datetime, today: bool) -> None:
    screen = shown(decided(facts(goes=[go(7, 4, at=at)], zone=zone), Command("today")))
    assert [found["before"] for found in screen.values["goes"]] == ([7] if today else [])


@pytest.mark.parametrize(
    ("done", "choices", "names"),
    [
        ([], {}, ["extended-exhale", "move-break"]), ([go(7, 4)], {}, ["move-break"]),
        ([go(7, 4), go(7, 4)], {}, ["move-break"]),  # the same twice is one
        ([go(7, 4), replace(go(7, 4), drill="move-break")], {}, []),
        ([go(7, 4, STOPPED)], {}, ["extended-exhale", "move-break"]),
        ([], {"drills": "labelling,pmr-brief,move-break"}, ["labelling", "pmr-brief"]),
        ([], {"drills": "labelling"}, ["labelling"]),
    ],
)
def test_their_small_things_are_a_tap_away_until_both_are_done(
    done: Sequence[Go], choices: Mapping[str, str], names: list[str]
) -> None:
    screen = shown(decided(facts(goes=done, choices=choices), Command("today")))
    acts = [button.act for row in screen.rows for button in row]
    assert [act.removeprefix("small=") for act in acts if act.startswith("small=")] == names
    for name in names:
        (opened,) = decided(facts(goes=done, choices=choices), tap(f"small={name}")).effects
        assert isinstance(opened, Open)
        assert opened.kind == "drill"
        assert Step.read(opened.step).drill.name == name
    assert decided(facts(), tap("small=nothing")).toast is not None


def test_what_was_logged_that_day_is_listed() -> None:
    logged = [
        {"kind": "session", "activity": "run", "date": f"{TODAY}", "km": 8, "minutes": 45},
        {"kind": "sleep", "date": f"{TODAY - timedelta(days=1)}", "hours": 7},
    ]
    text = WORDS.render(history.today(replace(facts(), logged=logged)), "en").text
    assert text.endswith("<b>Logged</b>\nRun 8 km, 45 min")
    assert "Logged" not in WORDS.render(history.today(facts()), "en").text


def test_the_week_says_how_much_it_was() -> None:
    some = [
        {"kind": "session", "activity": "run", "date": "2026-11-23", "km": 8, "minutes": 60, "effort": 4},
        {"kind": "session", "activity": "ride", "date": "2026-11-18", "minutes": 40},
        {"kind": "session", "activity": "ride", "date": "2026-11-15", "minutes": 400},  # the week before
        {"kind": "session", "activity": "run", "date": "2026-11-23", "km": 18, "planned": True},
    ]
    goes = [go(7, 4), replace(go(7, 3), occasion="session")]
    screen = history.week(replace(facts(goes=goes), logged=some))
    text = WORDS.render(screen, "en").text
    assert "2 sessions: 100 min moving, 738 MET-minutes, load 240. 1 with a way down." in text
    assert "The first 90 minutes are there." in text
    less = WORDS.render(history.week(replace(facts(), logged=some[1:2])), "en").text
    assert "1 session: 40 min moving, 240 MET-minutes.\nAny of it is good; 90 minutes are the first milestone." in less
    more = WORDS.render(history.week(replace(facts(), logged=[{**some[1], "minutes": 300}])), "en").text
    assert "From about 1200 MET-minutes on, more adds little" in more
    assert "session" not in WORDS.render(history.week(facts()), "en").text


def test_the_week_counts_small_things_by_days() -> None:
    goes = [
        replace(go(7, 4), drill=name, started_at=go(7, 4).started_at - timedelta(days=back))
        for back in range(9) for name in ("extended-exhale", "move-break")
    ]
    text = WORDS.render(history.week(facts(goes=goes)), "en").text
    assert "Both small things on 7 of 7 days. Steady for 9 days, with two skip days a week in reserve." in text


# ---- its card -----------------------------------------------------------------------------------------


def test_today_opens_a_card_that_turns_to_the_week_and_back() -> None:
    (opened,) = decided(facts(), Command("today")).effects
    assert isinstance(opened, Open)
    assert (opened.kind, opened.day, opened.step, opened.asking) == ("today", TODAY, "today", False)
    (turned,) = decided(facts(), tap("week")).effects
    assert isinstance(turned, Turn)
    assert (turned.step, turned.screen.template) == ("week", "checkins/week")
    assert [button.act for row in turned.screen.rows for button in row] == ["weeks", "today"]
    (back,) = decided(facts(), tap("today")).effects
    assert isinstance(back, Turn)
    assert (back.step, back.screen) == ("today", opened.screen)


@pytest.mark.parametrize(
    ("today", "heading"),
    [
        (TODAY, "Today, Mon 23 Nov\n"),
        (TODAY + timedelta(days=1), "Mon 23 Nov\n"),
        (TODAY + timedelta(days=8), "Mon 23 Nov\n"),
        (TODAY - timedelta(days=1), "Mon 23 Nov\n"),  # they moved west
    ],
)
def test_the_card_of_another_day_is_not_headed_today(today: date, heading: str) -> None:
    found = facts()
    found = replace(found, checkin=replace(found.checkin, today=today))
    text = WORDS.render(shown(decided(found, tap("today"))), "en").text
    assert re.sub("</?b>", "", text).startswith(heading)


@pytest.mark.parametrize(("kind", "step"), [(MORNING, "sleep"), (EVENING, "revved")])
def test_an_open_check_in_is_opened_from_there(kind: str, step: str) -> None:
    opened = decided(facts(), tap(kind)).effects[-1]
    assert isinstance(opened, Open)
    assert (opened.kind, opened.day, opened.step) == (kind, TODAY, step)


@pytest.mark.parametrize("act", ["", "sleep=7", "month", "back", "noon", "week=1"])
def test_a_tap_that_is_no_button_of_it_changes_nothing(act: str) -> None:
    assert decided(facts(), tap(act)) == Decision(toast=Label("help/old_button"))


# ---- whatever was logged ------------------------------------------------------------------------------

VALUES = st.dictionaries(st.integers(0, 20), st.integers(0, 10), max_size=21)


@settings(deadline=None)
@given(values=VALUES)
def test_a_line_says_what_was_logged(values: dict[int, int]) -> None:
    others = [ago(back, revved=value) for back, value in values.items() if back]
    found = line("revved", {"revved": values[0]} if 0 in values else {}, others)
    now = [value for back, value in values.items() if back < 7]
    then = [value for back, value in values.items() if 7 <= back < 14]
    assert (found is None) == (not now)
    if found is None:
        return
    assert len(found["bars"]) == 7
    for back, drawn in zip(range(6, -1, -1), found["bars"], strict=True):
        assert drawn == (bar(values[back]) if back in values else GAP)
    assert found["middle"] == median(now)
    assert found["before"] == (median(then) if min(len(now), len(then)) >= 3 else None)


@settings(deadline=None)
@given(
    kept=st.lists(
        st.fixed_dictionaries({}, optional={
            "sleep": st.integers(0, 10).map(str), "revved": st.integers(0, 10).map(str),
            "spilled": st.sampled_from(["none", "snapped", "withdrew,other"]), "hours": st.just("7.25"),
            "rhr": st.just("52"), "food": st.sampled_from(["none", "alcohol"]), "usual.sleep": st.just("7"),
            "told.morning": st.just("ease"),
        }),
        min_size=1, max_size=20,
    ),
    drops=st.lists(st.tuples(st.none() | st.integers(0, 10), st.none() | st.integers(0, 10)), max_size=4),
)
def test_every_day_and_week_can_be_told(
    kept: list[dict[str, str]], drops: list[tuple[int | None, int | None]]
) -> None:
    found = facts(kept[0], [ago(1 + back, **day) for back, day in enumerate(kept[1:])], [go(*drop) for drop in drops])
    for screen in (history.week(found), shown(decided(found, Command("today")))):
        rendered = WORDS.render(screen, "en")
        assert 0 < len(rendered.text) <= 900
        assert "None" not in rendered.text
        for row in rendered.rows:
            assert all(len(cards.data(10**18 - 1, 2**31 - 1, act).encode()) <= 64 for _, act in row)
