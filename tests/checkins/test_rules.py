"""The check-ins: which one is meant, how its card goes on, and that its state is what was said last."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import cards
from bot.checkins import rules
from bot.checkins.advice import BY_NAME, FUNCTIONS
from bot.checkins.days import Day, as_told
from bot.checkins.questions import EVENING, FOOD, GOOD_FOOD, MORNING, NOTHING, QUESTIONS, SPILLED, Question
from bot.checkins.rules import DONE, Facts, fitting, local_day, meant
from bot.model import (
    Act,
    Button,
    Card,
    Choose,
    Command,
    Decision,
    Event,
    KeepAnswer,
    KeepDay,
    KeepFlag,
    KeepLog,
    Label,
    Open,
    Person,
    Screen,
    Tap,
    Turn,
    Typed,
    Who,
)
from bot.profile.choices import Profile
from bot.settings import PROMPTS
from bot.words import Words

MONDAY = date(2026, 11, 23)
OLD = Label("help/old_button")
WORDS = Words(PROMPTS, "en")
LARGEST = (10**18 - 1, 2**31 - 1)  # ids and versions that a tap is still read with
Kept = Mapping[str, str]
EVERY: Kept = {"sleep": "7", "mood": "5", "hours": "7"}
WHOLE: Kept = {"revved": "6", "down": "5", "spilled": NOTHING, "food": GOOD_FOOD}
QUIET: Kept = {"revved": "2", "spilled": NOTHING, "food": GOOD_FOOD}
HIGH_LOAD: Kept = {"aim": "high_load"}
WEARS: Kept = {**HIGH_LOAD, "extras": "heart"}


def who(zone: str = "UTC", card: Card | None = None) -> Who:
    return Who(Person(7, "en", zone, None, consent=1), card, "Ana", "en")


def card(step: str, kind: str = MORNING) -> Card:
    return Card(1, 7, 7, kind, MONDAY, 40, 3, step, step in QUESTIONS)


def event(act: Act, at: datetime = datetime(2026, 11, 23, 7, tzinfo=UTC)) -> Event:
    return Event(1, 7, 7, True, at, act)


def tap(act: str) -> Tap:
    return Tap(1, 3, act, 40)


def facts(
    kept: Kept, step: str | None = None, kind: str = MORNING, choices: Kept | None = None, others: Sequence[Day] = ()
) -> Facts:
    return Facts(who(card=card(step, kind) if step else None), Profile(choices or {}), kind, Day(MONDAY, kept), others)


def decided(
    act: Act, step: str | None, kept: Kept, kind: str = MORNING, choices: Kept | None = None,
    others: Sequence[Day] = (),
) -> Decision:
    return rules.decide(facts(kept, step, kind, choices, others), event(act))


def turned(decision: Decision) -> Turn:
    effect = decision.effects[-1]
    assert isinstance(effect, Turn)
    return effect


def answers(decision: Decision) -> list[tuple[str, str]]:
    return [(effect.marker, effect.value) for effect in decision.effects if isinstance(effect, KeepAnswer)]


def acts(screen: Screen) -> list[str]:
    return [button.act for row in screen.rows for button in row]


# ---- which check-in, and of which day -----------------------------------------------------------------


def utc(hour: int, minute: int = 0, day: int = 23, month: int = 11) -> datetime:
    return datetime(2026, month, day, hour, minute, tzinfo=UTC)


SHIFTS: Kept = {"up": "16:00", "bed": "08:00"}
LARK: Kept = {"up": "05:00", "bed": "21:00"}
OWL: Kept = {"up": "10:00", "bed": "02:00"}


@pytest.mark.parametrize(
    ("choices", "zone", "at", "kind"),
    [
        # up at 7, to bed at 23 when nothing is known: the middle of the day is 7 + 16 / 2 = 15
        ({}, "UTC", utc(4, 0), MORNING),
        ({}, "UTC", utc(6, 59), MORNING),
        ({}, "UTC", utc(7, 0), MORNING),
        ({}, "UTC", utc(14, 59), MORNING),
        ({}, "UTC", utc(15, 0), EVENING),
        ({}, "UTC", utc(23, 59), EVENING),
        ({}, "UTC", utc(0, 0), EVENING),
        ({}, "UTC", utc(2, 59), EVENING),
        ({}, "UTC", utc(3, 0), EVENING),  # past the middle of the night, but the day before is not over
        ({}, "UTC", utc(3, 59), EVENING),
        ({"up": "07:00"}, "UTC", utc(15, 0), EVENING),
        ({"up": "09:00"}, "UTC", utc(15, 59), MORNING),  # 9 + 14 / 2 = 16
        ({"up": "09:00"}, "UTC", utc(16, 0), EVENING),
        ({"bed": "21:00"}, "UTC", utc(13, 59), MORNING),  # 7 + 14 / 2 = 14
        ({"bed": "21:00"}, "UTC", utc(14, 0), EVENING),
        # up at 16, to bed at 8: the middles are 0 and 12
        (SHIFTS, "UTC", utc(16, 0), MORNING),
        (SHIFTS, "UTC", utc(23, 59), MORNING),
        (SHIFTS, "UTC", utc(0, 0), EVENING),
        (SHIFTS, "UTC", utc(3, 59), EVENING),
        (SHIFTS, "UTC", utc(4, 0), EVENING),
        (SHIFTS, "UTC", utc(8, 0), EVENING),
        (SHIFTS, "UTC", utc(11, 59), EVENING),
        (SHIFTS, "UTC", utc(12, 0), MORNING),
        (SHIFTS, "UTC", utc(15, 59), MORNING),
        # up at 5, to bed at 21: 13, and 1 in the night, when the day before is not over
        (LARK, "UTC", utc(12, 59), MORNING),
        (LARK, "UTC", utc(13, 0), EVENING),
        (LARK, "UTC", utc(1, 30), EVENING),
        (LARK, "UTC", utc(3, 59), EVENING),
        (LARK, "UTC", utc(4, 0), MORNING),
        # up at 10, to bed at 2: 18 and 6
        (OWL, "UTC", utc(17, 59), MORNING),
        (OWL, "UTC", utc(18, 0), EVENING),
        (OWL, "UTC", utc(5, 59), EVENING),
        (OWL, "UTC", utc(6, 0), MORNING),
        # where they are: +5:45, +14, -5
        ({}, "Asia/Kathmandu", utc(9, 14), MORNING),
        ({}, "Asia/Kathmandu", utc(9, 15), EVENING),
        ({}, "Asia/Kathmandu", utc(22, 14), EVENING),  # 03:59
        ({}, "Asia/Kathmandu", utc(22, 15), MORNING),  # 04:00
        ({}, "Pacific/Kiritimati", utc(0, 59), MORNING),
        ({}, "Pacific/Kiritimati", utc(1, 0), EVENING),
        ({}, "Pacific/Kiritimati", utc(13, 59), EVENING),
        ({}, "Pacific/Kiritimati", utc(14, 0), MORNING),
        ({}, "America/New_York", utc(19, 59), MORNING),
        ({}, "America/New_York", utc(20, 0), EVENING),
        # the clock on the wall counts: +2 from 29 March on, +1 from 25 October on
        ({}, "Europe/Berlin", utc(12, 59, day=29, month=3), MORNING),
        ({}, "Europe/Berlin", utc(13, 0, day=29, month=3), EVENING),
        ({}, "Europe/Berlin", utc(1, 59, day=29, month=3), EVENING),  # 03:59, an hour after 01:59
        ({}, "Europe/Berlin", utc(2, 0, day=29, month=3), MORNING),
        ({}, "Europe/Berlin", utc(2, 59, day=25, month=10), EVENING),
        ({}, "Europe/Berlin", utc(3, 0, day=25, month=10), MORNING),
        ({}, "Europe/Berlin", utc(14, 0, day=25, month=10), EVENING),
    ],
)
def test_the_check_in_that_fits_follows_their_own_hours(choices: Kept, zone: str, at: datetime, kind: str) -> None:
    assert fitting(at, who(zone), Profile(choices)) == kind


@pytest.mark.parametrize(
    ("at", "zone", "day"),
    [
        (utc(3, 59), "UTC", 22),  # 03:59 is still yesterday
        (utc(4, 0), "UTC", 23),
        (utc(23, 59), "UTC", 23),
        (utc(18, 59), "Asia/Tokyo", 23),
        (utc(19, 0), "Asia/Tokyo", 24),
        (utc(22, 14), "Asia/Kathmandu", 23),
        (utc(22, 15), "Asia/Kathmandu", 24),
        (utc(13, 59), "Pacific/Kiritimati", 23),
        (utc(14, 0), "Pacific/Kiritimati", 24),
        (utc(8, 59), "America/New_York", 22),
        (utc(9, 0), "America/New_York", 23),
        (utc(1, 59, day=29, month=3), "Europe/Berlin", 28),  # 03:59 on a day without two o'clock
        (utc(2, 0, day=29, month=3), "Europe/Berlin", 29),
        (utc(0, 30, day=25, month=10), "Europe/Berlin", 24),  # 02:30, the first time
        (utc(1, 30, day=25, month=10), "Europe/Berlin", 24),  # 02:30, the second time
        (utc(2, 59, day=25, month=10), "Europe/Berlin", 24),
        (utc(3, 0, day=25, month=10), "Europe/Berlin", 25),
    ],
)
def test_a_day_begins_at_four(at: datetime, zone: str, day: int) -> None:
    found = local_day(at, who(zone))
    assert (found.month, found.day) == (at.month, day)


ZONES = st.sampled_from(
    ["UTC", "Asia/Kathmandu", "Pacific/Kiritimati", "Pacific/Pago_Pago", "Europe/Berlin", "America/New_York",
     "Australia/Lord_Howe", "Pacific/Chatham", "America/St_Johns", "Africa/Casablanca", "America/Santiago",
     "Asia/Beirut", "Antarctica/Troll", "America/Nuuk"]
)


@given(at=st.datetimes(datetime(2026, 1, 1), datetime(2028, 1, 1), timezones=st.just(UTC)), zone=ZONES)
def test_an_instant_lies_between_the_beginning_of_its_day_and_of_the_next(at: datetime, zone: str) -> None:
    day = local_day(at, who(zone))
    begins = rules.begins(day, who(zone))
    assert begins <= at < rules.begins(day + timedelta(days=1), who(zone))
    assert begins.astimezone(ZoneInfo(zone)).time() == time(4)
    assert local_day(begins, who(zone)) == day
    assert local_day(begins - timedelta(seconds=1), who(zone)) == day - timedelta(days=1)


@pytest.mark.parametrize(
    ("payload", "at", "day", "kind"),
    [
        ("", utc(10), 23, MORNING),
        ("", utc(20), 23, EVENING),
        ("", utc(3, 59), 22, EVENING),
        ("", utc(4, 0), 23, MORNING),
        ("morning", utc(20), 23, MORNING),
        ("evening", utc(10), 23, EVENING),
        ("  Evening ", utc(10), 23, EVENING),
        ("this morning", utc(20), 23, MORNING),
        ("morning", utc(2), 22, MORNING),
        ("yesterday", utc(10), 22, None),
        ("yesterday", utc(20), 22, None),
        ("Yesterday Evening", utc(10), 22, EVENING),
        ("yesterday morning", utc(20), 22, MORNING),
        ("evening yesterday", utc(10), 22, EVENING),
        ("yesterday", utc(3, 59), 21, None),
        ("nonsense", utc(10), 23, MORNING),
        ("nonsense 🙂 " * 300, utc(20), 23, EVENING),
        ("tomorrow", utc(10), 23, MORNING),
        ("2026-11-01", utc(10), 23, MORNING),
    ],
)
def test_checkin_names_a_day_and_a_half_of_it(payload: str, at: datetime, day: int, kind: str | None) -> None:
    assert meant(event(Command("checkin", payload), at), who(), Profile({})) == (date(2026, 11, day), kind)


@pytest.mark.parametrize(
    ("choices", "at", "day"),
    [
        (SHIFTS, utc(3, 59, day=24), 23),
        (SHIFTS, utc(7, 30, day=24), 24),  # half an hour before bed, up since 16:00 on the 23rd
        (OWL, utc(3, 59, day=24), 23),
        (OWL, utc(5, 0, day=24), 24),  # up since 10:00 on the 23rd
    ],
)
def test_who_is_up_past_four_has_their_evening_on_the_day_that_begins_then(
    choices: Kept, at: datetime, day: int
) -> None:
    assert meant(event(Command("checkin"), at), who(), Profile(choices)) == (date(2026, 11, day), EVENING)


@pytest.mark.parametrize(
    ("kept", "choices", "kind"),
    [
        ({}, {}, EVENING),
        (EVERY, {}, EVENING),
        (WHOLE, {}, MORNING),
        (QUIET, {}, MORNING),
        ({"revved": "3", "spilled": NOTHING, "food": NOTHING}, {}, EVENING),  # how they came down is open
        ({**WHOLE, "sleep": "7"}, {}, MORNING),
        ({**WHOLE, **EVERY}, {}, EVENING),
        ({**WHOLE, **EVERY}, HIGH_LOAD, MORNING),
        ({**WHOLE, **EVERY, "irritability": "2"}, HIGH_LOAD, EVENING),
        ({**WHOLE, **EVERY, "irritability": "2"}, WEARS, MORNING),
        ({**WHOLE, **EVERY, "irritability": "2", "hrv": "61"}, WEARS, EVENING),
    ],
)
def test_of_yesterday_the_check_in_that_is_open_is_meant(kept: Kept, choices: Kept, kind: str) -> None:
    assert rules.open_kind(Day(MONDAY, kept), Profile(choices)) == kind


# ---- opening ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "kept", "choices", "step"),
    [
        (MORNING, {}, {}, "sleep"),
        (MORNING, {"sleep": "7"}, {}, "mood"),
        (MORNING, {"mood": "7"}, {}, "sleep"),
        (MORNING, {"sleep": "7", "mood": "6"}, {}, "hours"),
        (MORNING, EVERY, {}, DONE),
        (MORNING, EVERY, {"extras": "irritability"}, "irritability"),
        (MORNING, EVERY, HIGH_LOAD, "irritability"),
        (MORNING, EVERY, {"extras": "heart"}, "heart"),
        (MORNING, {**EVERY, "irritability": "3"}, WEARS, "heart"),
        (MORNING, {**EVERY, "irritability": "3", "rhr": "52"}, WEARS, DONE),
        (MORNING, {**EVERY, "irritability": "3"}, HIGH_LOAD, DONE),
        (MORNING, WHOLE, {}, "sleep"),  # the evening's answers are none of it
        (EVENING, {}, {}, "revved"),
        (EVENING, EVERY, {}, "revved"),
        (EVENING, {"revved": "3"}, {}, "down"),
        (EVENING, {"revved": "2"}, {}, "spilled"),
        (EVENING, {"revved": "6", "down": "0"}, {}, "spilled"),
        (EVENING, {"revved": "6", "down": "0", "spilled": NOTHING}, {}, "food"),
        (EVENING, WHOLE, {}, DONE),
        (EVENING, QUIET, {}, DONE),
    ],
)
def test_a_card_opens_at_the_first_open_question(kind: str, kept: Kept, choices: Kept, step: str) -> None:
    decision = decided(Command("checkin"), None, kept, kind, choices)
    *said, opened = decision.effects
    assert isinstance(opened, Open)
    assert (opened.kind, opened.day, opened.step, opened.asking) == (kind, MONDAY, step, step != DONE)
    assert [isinstance(effect, KeepDay) for effect in said] == ([True] if step == DONE else [])


WEEK_BEFORE = [
    Day(MONDAY - timedelta(days=back), {"sleep": "7", "hours": "7.75", "mood": str(back)}) for back in range(1, 8)
]


def test_an_opened_card_keeps_what_is_usual_and_offers_it() -> None:
    decision = decided(Command("checkin"), None, {}, others=WEEK_BEFORE)
    kept, opened = decision.effects
    # 7.75 lies between 7.5 and 8: halfway goes to the lower one; the middle of 1 to 7 is 4
    usual = {"usual.sleep": "7", "usual.hours": "7.5", "usual.mood": "4"}
    assert kept == KeepDay(MONDAY, usual)
    assert isinstance(opened, Open)
    assert (Button(Label("checkins/as_usual", {"value": "7"}), "sleep=7"),) in opened.screen.rows
    # the same later on, though the other days are not read then
    hours = turned(decided(tap("mood=4"), "mood", {**usual, "sleep": "7"}))
    assert (Button(Label("checkins/as_usual", {"value": "7.5"}), "hours=7.5"),) in hours.screen.rows


def test_nothing_is_usual_before_the_seventh_day() -> None:
    decision = decided(Command("checkin"), None, {}, others=WEEK_BEFORE[:6])
    (opened,) = decision.effects
    assert isinstance(opened, Open)
    assert not any(isinstance(button.label, Label) and button.label.name == "checkins/as_usual"
                   for row in opened.screen.rows for button in row)


# ---- going on -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "act", "kept", "choices", "given", "shown"),
    [
        ("sleep", tap("sleep=7"), {}, {}, [("sleep", "7")], "mood"),
        ("sleep", tap("sleep=0"), {}, {}, [("sleep", "0")], "mood"),
        ("mood", tap("mood=5"), {"sleep": "7"}, {}, [("mood", "5")], "hours"),
        ("hours", tap("hours=7.5"), {"sleep": "7", "mood": "5"}, {}, [("hours", "7.5")], DONE),
        ("hours", tap("hours=7.5"), {"sleep": "7", "mood": "5"}, WEARS, [("hours", "7.5")], "irritability"),
        ("hours", tap("hours=7.5"), {"sleep": "7", "mood": "5"}, {"extras": "heart"}, [("hours", "7.5")], "heart"),
        ("irritability", tap("irritability=3"), EVERY, HIGH_LOAD, [("irritability", "3")], DONE),
        ("irritability", tap("irritability=3"), EVERY, WEARS, [("irritability", "3")], "heart"),
        ("heart", Typed("52 61"), EVERY, WEARS, [("rhr", "52"), ("hrv", "61")], DONE),
        ("heart", Typed("hrv 61"), EVERY, WEARS, [("hrv", "61")], DONE),
        ("sleep", Typed("8"), {}, {}, [("sleep", "8")], "mood"),
        ("sleep", Typed("eight"), {}, {}, [("sleep", "8")], "mood"),
        ("hours", Typed("7:30"), {"sleep": "7", "mood": "5"}, {}, [("hours", "7.5")], DONE),
        ("revved", tap("revved=3"), {}, {}, [("revved", "3")], "down"),
        ("revved", tap("revved=2"), {}, {}, [("revved", "2")], "spilled"),
        ("revved", Typed("zero"), {}, {}, [("revved", "0")], "spilled"),
        ("down", tap("down=8"), {"revved": "6"}, {}, [("down", "8")], "spilled"),
        ("spilled", tap("ok"), {"revved": "6", "down": "8"}, {}, [("spilled", NOTHING)], "food"),
        ("spilled", tap("ok"), {"spilled": "snapped"}, {}, [("spilled", "snapped")], "food"),
        ("spilled", Typed("snapped and withdrew"), {}, {}, [("spilled", "snapped,withdrew")], "food"),
        ("spilled", Typed("nothing"), {"spilled": "other"}, {}, [("spilled", NOTHING)], "food"),
        ("food", tap(f"food={GOOD_FOOD}"), {}, {}, [("food", GOOD_FOOD)], DONE),
        ("food", tap("ok"), {}, {}, [("food", NOTHING)], DONE),
        # passing over keeps nothing, and takes nothing away
        ("sleep", tap("skip"), {}, {}, [], "mood"),
        ("sleep", tap("skip"), {"sleep": "7"}, {}, [], "mood"),
        ("hours", tap("skip"), {}, {}, [], DONE),
        ("heart", tap("skip"), {}, WEARS, [], DONE),
        ("revved", tap("skip"), {}, {}, [], "down"),
        ("spilled", tap("skip"), {"spilled": "snapped"}, {}, [], "food"),
        ("mood", Typed("skip"), {}, {}, [], "hours"),
        ("mood", Typed(" Skip "), {}, {}, [], "hours"),
        # back
        ("mood", tap("back"), {"sleep": "7"}, {}, [], "sleep"),
        ("heart", tap("back"), EVERY, WEARS, [], "irritability"),
        ("heart", tap("back"), EVERY, {"extras": "heart"}, [], "hours"),
        ("spilled", tap("back"), {"revved": "6", "down": "4"}, {}, [], "down"),
        ("spilled", tap("back"), {"revved": "1"}, {}, [], "revved"),  # past what was not asked
        ("mood", Typed("back"), {"sleep": "7"}, {}, [], "sleep"),
        ("mood", Typed("BACK"), {"sleep": "7"}, {}, [], "sleep"),
        # back from the first question: it is asked again
        ("sleep", Typed("back"), {}, {}, [], "sleep"),
        ("revved", Typed(" Back "), {}, {}, [], "revved"),
        # a correction: on to what is still open, else to the answer
        ("sleep", tap("sleep=2"), EVERY, {}, [("sleep", "2")], DONE),
        ("sleep", tap("sleep=2"), {"sleep": "7", "hours": "7"}, {}, [("sleep", "2")], "mood"),
        ("mood", tap("mood=2"), {"mood": "7", "hours": "7"}, {}, [("mood", "2")], DONE),  # sleep had been passed over
        ("sleep", tap("skip"), EVERY, {}, [], DONE),
        ("revved", tap("revved=8"), QUIET, {}, [("revved", "8")], "down"),  # now there was something to come down from
        # what is refused changes nothing and asks the same again
        ("sleep", Typed("eleven"), {}, {}, [], "sleep"),
        ("mood", Typed("11"), {"sleep": "7"}, {}, [], "mood"),
        ("hours", Typed("25"), {}, {}, [], "hours"),
        ("heart", Typed("5261"), EVERY, WEARS, [], "heart"),
        ("food", Typed("cake"), {}, {}, [], "food"),
        ("sleep", Typed("x" * 4096), {}, {}, [], "sleep"),
        # more about the scale
        ("mood", tap("anchors"), {"sleep": "7"}, {}, [], "mood"),
        ("down", tap("anchors"), {"revved": "7"}, {}, [], "down"),
    ],
)
def test_a_card_goes_on(
    step: str, act: Act, kept: Kept, choices: Kept, given: list[tuple[str, str]], shown: str
) -> None:
    kind = EVENING if step in ("revved", "down", "spilled", "food") else MORNING
    decision = decided(act, step, kept, kind, choices)
    assert answers(decision) == given
    assert (turned(decision).step, turned(decision).asking) == (shown, shown != DONE)
    told = [effect for effect in decision.effects if isinstance(effect, KeepDay)]
    assert [list(effect.kept) for effect in told] == ([[f"told.{kind}"]] if shown == DONE and (kept or given) else [])


@pytest.mark.parametrize(
    ("act", "toast"),
    [("sleep=7", "checkins/noted"), ("skip", "checkins/skipped"), ("anchors", None)],
)
def test_a_tap_is_acknowledged(act: str, toast: str | None) -> None:
    found = decided(tap(act), "sleep", {}).toast
    assert (found and found.name) == toast


def test_what_is_refused_is_said_on_the_question() -> None:
    assert turned(decided(Typed("11"), "sleep", {})).screen.values["refused"] is True
    assert turned(decided(tap("back"), "mood", {})).screen.values["refused"] is False


def test_the_anchors_are_shown_once_and_the_question_stays_open() -> None:
    screen = turned(decided(tap("anchors"), "mood", {"mood": "4"})).screen
    assert screen.values["anchors"] is True
    assert screen.values["current"] == "4"
    assert "anchors" not in acts(screen)
    assert {"back", "skip", "mood=7"} <= {*acts(screen)}


@pytest.mark.parametrize(
    ("step", "item", "before", "after"),
    [
        ("spilled", "snapped", None, "snapped"),
        ("spilled", "snapped", NOTHING, "snapped"),
        ("spilled", "withdrew", "snapped", "snapped,withdrew"),
        ("spilled", "snapped", "withdrew", "snapped,withdrew"),  # in their own order
        ("spilled", "snapped", "snapped,withdrew", "withdrew"),
        ("spilled", "snapped", "snapped", ""),  # taken back
        ("food", "alcohol", "alcohol", ""),
        ("food", "alcohol", "fuelled,protein,fluids", "fuelled,protein,fluids,alcohol"),
        ("food", "fuelled", None, "fuelled"),
    ],
)
def test_toggles_are_kept_at_once_and_the_question_stays(
    step: str, item: str, before: str | None, after: str
) -> None:
    kept = {} if before is None else {step: before}
    decision = decided(tap(f"toggle={item}"), step, kept, EVENING)
    assert answers(decision) == [(step, after)]
    shown = turned(decision)
    assert (shown.step, shown.asking) == (step, True)
    ticked = [button.act for row in shown.screen.rows for button in row
              if isinstance(button.label, Label) and button.label.values.get("on")]
    assert ticked == [f"toggle={name}" for name in after.split(",") if name]


@pytest.mark.parametrize(("then", "kept"), [("skip", None), ("ok", NOTHING)])
def test_on_and_off_again_is_no_answer_until_it_is_said(then: str, kept: str | None) -> None:
    chat = Chat(EVENING, kept={"revved": "6", "down": "5"})
    chat.tap("toggle=snapped").tap("toggle=snapped")
    assert (chat.step, chat.answers.get("spilled")) == ("spilled", None)
    assert chat.tap(then).answers.get("spilled") == kept
    assert chat.step == "food"


@pytest.mark.parametrize(
    ("before", "after"),
    [("heart", ""), ("irritability,heart", "irritability"), ("irritability,heart,cycle", "irritability,cycle")],
)
def test_who_wears_nothing_is_not_asked_for_their_heart_again(before: str, after: str) -> None:
    choices = {**HIGH_LOAD, "extras": before}
    decision = decided(tap("never"), "heart", {**EVERY, "irritability": "3"}, choices=choices)
    assert decision.effects[0] == Choose("extras", after)
    assert answers(decision) == []
    assert turned(decision).step == DONE
    assert decision.toast == Label("checkins/not_asked")
    menu = turned(decided(tap("change"), DONE, EVERY, choices={**choices, "extras": after}))
    assert "go=heart" not in acts(menu.screen)


@pytest.mark.parametrize("act", [tap("revved=2"), tap("revved=0"), Typed("1")])
def test_a_day_that_was_quiet_after_all_takes_the_way_down_back(act: Act) -> None:
    decision = decided(act, "revved", {"revved": "7", "down": "5", "spilled": NOTHING}, EVENING)
    assert answers(decision)[1:] == [("down", "")]
    assert turned(decision).step == "food"


@pytest.mark.parametrize("act", [tap("revved=2"), Typed("1")])
def test_a_whole_day_that_was_quiet_after_all_still_has_an_answer(act: Act) -> None:
    decision = decided(act, "revved", WHOLE, EVENING)
    assert answers(decision)[1:] == [("down", "")]
    shown = turned(decision)
    assert shown.step == DONE
    assert "down" not in shown.screen.values["answers"]
    assert shown.screen.values["noticed"].name == "quiet"


@pytest.mark.parametrize("revved", ["3", "10"])
def test_a_day_that_was_not_quiet_keeps_the_way_down(revved: str) -> None:
    assert answers(decided(tap(f"revved={revved}"), "revved", WHOLE, EVENING)) == [("revved", revved)]


# ---- the answer ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "kept", "picked"), [(MORNING, EVERY, "mood"), (EVENING, WHOLE, "food")])
def test_an_answer_is_changed_and_leads_back_to_the_answer(kind: str, kept: Kept, picked: str) -> None:
    menu = turned(decided(tap("change"), DONE, kept, kind))
    assert (menu.step, menu.asking) == (DONE, False)
    assert acts(menu.screen) == [*(f"go={marker}" for marker in kept), "answer"]
    back = turned(decided(tap("answer"), DONE, kept, kind))
    assert (back.step, back.asking) == (DONE, False)
    question = turned(decided(tap(f"go={picked}"), DONE, kept, kind))
    assert (question.step, question.asking) == (picked, True)
    answered = decided(tap(acts(question.screen)[0]), picked, kept, kind)
    assert turned(answered).step == (picked if picked == "food" else DONE)  # the first of food's is a toggle


def test_a_change_of_mind_is_not_said_again_in_other_words() -> None:
    told = {**EVERY, **as_told(MORNING, "stand_up")}
    shown = decided(tap("change"), DONE, told)
    assert not [effect for effect in shown.effects if isinstance(effect, KeepDay)]
    again = decided(tap("answer"), DONE, told)
    assert again.effects[0] == KeepDay(MONDAY, as_told(MORNING, "stand_up"))


@pytest.mark.parametrize("name", list(BY_NAME))
def test_why_tells_of_what_was_said_and_leads_back(name: str) -> None:
    kind = MORNING if any(function.name == name for function in FUNCTIONS[MORNING]) else EVENING
    shown = turned(decided(tap("why"), DONE, {**EVERY, **WHOLE, **as_told(kind, name)}, kind))
    assert (shown.step, shown.asking) == (rules.WHY, False)
    assert shown.screen.values["card"] == BY_NAME[name].evidence
    assert acts(shown.screen) == ["answer"]
    assert WORDS.render(shown.screen, "en").text
    assert turned(decided(tap("answer"), rules.WHY, EVERY)).step == DONE


@pytest.mark.parametrize(("kind", "last"), [(MORNING, "walk_after"), (EVENING, "settle")])
@pytest.mark.parametrize("told", [None, "wind_down"])  # nothing, and a name of before
def test_why_of_what_is_not_known_any_more_tells_of_the_last(kind: str, last: str, told: str | None) -> None:
    kept = {**EVERY, **WHOLE, **(as_told(kind, told) if told else {})}
    assert turned(decided(tap("why"), DONE, kept, kind)).screen.values["card"] == BY_NAME[last].evidence
    assert decided(tap("drill"), DONE, kept, kind) == Decision(toast=OLD)


def test_a_drill_begins_from_the_answer() -> None:
    slow = {**WHOLE, "down": "2"}
    shown = turned(decided(tap("food=none"), "food", slow, EVENING))
    assert "drill" in acts(shown.screen)
    (opened,) = decided(tap("drill"), DONE, {**slow, **as_told(EVENING, "breathe_now")}, EVENING).effects
    assert isinstance(opened, Open)
    assert (opened.kind, opened.step) == ("drill", "before5/r")


@pytest.mark.parametrize("step", ["sleep", "mood", "hours"])
def test_back_from_a_correction_leads_to_the_answer(step: str) -> None:
    chat = Chat(MORNING, kept={**EVERY, **as_told(MORNING, "stand_up")})
    chat.tap("change").tap(f"go={step}")
    assert chat.step == step
    assert chat.tap("back").step == DONE
    assert chat.answers == EVERY


def test_back_from_a_first_question_that_was_passed_over_leads_to_the_answer() -> None:
    chat = Chat(MORNING)
    chat.tap("skip").tap("mood=5").tap("hours=7").tap("change").tap("go=sleep")
    assert chat.tap("back").step == DONE


def test_a_card_of_another_day_says_which() -> None:
    for kind, words in ((MORNING, "Morning check-in</b> for Mon 23 Nov"), (EVENING, "that day")):
        late = replace(facts({}, None, kind), today=MONDAY + timedelta(days=1))
        (opened,) = rules.decide(late, event(Command("checkin"))).effects
        assert isinstance(opened, Open)
        assert words in WORDS.render(opened.screen, "en").text
        today = replace(late, today=MONDAY)
        (opened,) = rules.decide(today, event(Command("checkin"))).effects
        assert isinstance(opened, Open)
        assert words not in WORDS.render(opened.screen, "en").text
    late = replace(facts(EVERY, DONE), today=MONDAY + timedelta(days=1))
    answer = turned(rules.decide(late, event(tap("answer"))))
    assert "Morning of Mon 23 Nov" in WORDS.render(answer.screen, "en").text
    assert "Which answer?" in WORDS.render(turned(rules.decide(late, event(tap("change")))).screen, "en").text


def test_an_answer_about_a_day_that_is_past_begins_nothing_of_that_evening() -> None:
    slow = {**WHOLE, "down": "2", **as_told(EVENING, "breathe_now")}
    ended = facts(slow, DONE, EVENING)
    assert "drill" in acts(turned(rules.decide(ended, event(tap("answer")))).screen)
    later = rules.decide(replace(ended, today=MONDAY + timedelta(days=1)), event(tap("answer")))
    assert later.effects[0] == KeepDay(MONDAY, as_told(EVENING, "shoes"))
    assert acts(turned(later).screen) == ["why", "change"]


@pytest.mark.parametrize(
    ("kind", "kept", "left"),
    [
        (MORNING, {**EVERY, "revved": "6"}, "down"),
        (MORNING, {**EVERY, "revved": "1", "spilled": NOTHING}, "food"),
        (MORNING, {**EVERY, **WHOLE}, DONE),  # all was ticked, but "Done" not tapped
        (MORNING, {"revved": "6"}, "down"),  # everything of the morning was passed over
        (EVENING, {**WHOLE, "mood": "5"}, "sleep"),
        (EVENING, {**WHOLE, "sleep": "7"}, "mood"),
        (MORNING, EVERY, None),
        (EVENING, WHOLE, None),
        (MORNING, {**EVERY, "usual.revved": "6"}, None),  # it was opened, and nothing was said
        (MORNING, {**EVERY, **WHOLE, **as_told(EVENING, "dim")}, None),
        (MORNING, {**EVERY, "revved": "6", **as_told(EVENING, "dim")}, None),  # the rest was passed over
    ],
)
def test_an_answer_leads_back_to_the_check_in_that_was_left(kind: str, kept: Kept, left: str | None) -> None:
    other = {MORNING: EVENING, EVENING: MORNING}[kind]
    assert (other in acts(turned(decided(tap("answer"), DONE, kept, kind)).screen)) == (left is not None)
    assert other not in acts(turned(decided(tap("change"), DONE, kept, kind)).screen)
    if left is not None:
        opened = decided(tap(other), DONE, kept, kind).effects[-1]
        assert isinstance(opened, Open)
        assert (opened.kind, opened.day, opened.step) == (other, MONDAY, left)


def test_when_all_was_passed_over_there_is_thanks_and_a_way_back() -> None:
    shown = decided(tap("skip"), "hours", {})
    assert [type(effect) for effect in shown.effects] == [Turn]  # nothing is kept
    assert turned(shown).screen.template == "checkins/nothing"
    menu = turned(decided(tap("change"), DONE, {}))
    assert acts(menu.screen) == ["go=sleep", "go=mood", "go=hours", "answer"]
    assert turned(decided(tap("answer"), DONE, {})).screen.template == "checkins/nothing"


# ---- what is no button of this screen -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "step", "act"),
    [
        *((MORNING, "sleep", act) for act in (
            "", "mood=5", "sleep=99", "sleep=7.5", "sleep=", "sleep", "sleep=-1", "sleep=٧", "change", "why",
            "answer", "drill", "go=mood", "never", "ok", "toggle=snapped", "no such act", "=", "=7", "7", "x" * 60,
        )),
        *((MORNING, "hours", act) for act in (
            "hours=25", "hours=24.1", "hours=7.125", "anchors", "ok", "never", "hours=",
        )),
        *((MORNING, "heart", act) for act in ("heart=", "heart=1 1", "anchors", "ok", "rhr=52")),
        *((EVENING, "spilled", act) for act in (
            "toggle=none", "toggle=", "toggle=alcohol", "toggle=snapped,other", "spilled=nobody", "anchors", "never",
            "food=none", "toggle",
        )),
        *((EVENING, "food", act) for act in ("toggle=snapped", "food=cake", "food=", "anchors")),
        *((kind, step, act) for kind in (MORNING, EVENING) for step in (DONE, rules.WHY) for act in (
            "back", "skip", "sleep=7", "ok", "go=", "go=irritability", "go=heart", "go=nothing", "go=done", "toggle=x",
            "anchors", "", "never", "drill",  # no drill was offered
        )),
        (MORNING, DONE, "go=revved"),
        (EVENING, DONE, "go=sleep"),
        (EVENING, DONE, "go=down"),  # a quiet day
    ],
)
def test_a_stale_or_forged_tap_changes_nothing(kind: str, step: str, act: str) -> None:
    choices = WEARS if step == "heart" else {}
    decision = decided(tap(act), step, {**EVERY, **QUIET, **as_told(kind, "stand_up")}, kind, choices)
    assert decision == Decision(toast=OLD)


@pytest.mark.parametrize(("kind", "step"), [(MORNING, "sleep"), (EVENING, "revved")])
def test_there_is_no_way_back_from_the_first_question(kind: str, step: str) -> None:
    assert decided(tap("back"), step, {}, kind) == Decision(toast=OLD)
    (opened,) = decided(Command("checkin"), None, {}, kind).effects
    assert isinstance(opened, Open)
    assert "back" not in acts(opened.screen)


# ---- the other days -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "step", "kept", "choices", "needed"),
    [
        (MORNING, None, {}, {}, True),  # it opens
        (MORNING, "sleep", {}, {}, False),
        (MORNING, "mood", {"sleep": "7"}, {}, False),
        (MORNING, "hours", {"sleep": "7", "mood": "5"}, {}, True),
        (MORNING, "hours", {"sleep": "7", "mood": "5"}, HIGH_LOAD, False),
        (MORNING, "hours", {"sleep": "7", "mood": "5"}, {"extras": "heart"}, False),
        (MORNING, "irritability", EVERY, WEARS, False),
        (MORNING, "irritability", EVERY, HIGH_LOAD, True),
        (MORNING, "heart", EVERY, WEARS, True),
        (MORNING, "sleep", EVERY, {}, True),  # a correction
        (MORNING, "sleep", {"mood": "5"}, {}, False),
        (EVENING, "revved", {}, {}, False),
        (EVENING, "revved", WHOLE, {}, True),
        (EVENING, "revved", {"spilled": NOTHING, "food": NOTHING}, {}, True),  # it may have been quiet
        (EVENING, "revved", {"spilled": NOTHING}, {}, False),
        (EVENING, "down", {"revved": "6"}, {}, False),
        (EVENING, "food", {}, {}, True),
        (MORNING, DONE, EVERY, {}, True),
        (MORNING, rules.WHY, EVERY, {}, True),
    ],
)
def test_the_other_days_are_read_when_this_may_be_the_last_answer(
    kind: str, step: str | None, kept: Kept, choices: Kept, needed: bool
) -> None:
    act = tap("skip") if step else Command("checkin")
    assert rules.needs_others(facts(kept, step, kind, choices), event(act)) is needed


# ---- whole check-ins ----------------------------------------------------------------------------------


class Chat:
    """One card of one day, with the store's part in it: answers and choices are kept, one version of it counts."""

    def __init__(self, kind: str, choices: Kept | None = None, others: Sequence[Day] = (), kept: Kept | None = None):
        self.kind, self.others = kind, others
        self.choices, self.kept = dict(choices or {}), dict(kept or {})
        self.card: Card | None = None
        self.screen = Screen("")
        self.taps = 0
        self.do(Command("checkin"))

    @property
    def step(self) -> str:
        assert self.card is not None
        return self.card.step

    @property
    def open(self) -> bool:
        return self.card is not None and self.card.open

    def facts(self, others: Sequence[Day]) -> Facts:
        return Facts(who(card=self.card), Profile(self.choices), self.kind, Day(MONDAY, self.kept), others)

    def do(self, act: Act) -> Decision:
        happened = event(act)
        nothing = self.facts(())
        decision = rules.decide(self.facts(self.others), happened)
        if not rules.needs_others(nothing, happened):
            assert rules.decide(nothing, happened) == decision, "the other days mattered, and were not read"
        self.taps += isinstance(act, Tap)
        for effect in decision.effects:
            match effect:
                case KeepAnswer(day, marker, value):
                    assert day == MONDAY
                    self._keep({marker: value})
                case KeepDay(day, kept):
                    assert day == MONDAY
                    self._keep(kept)
                case Choose(name, value):
                    self.choices[name] = value
                case Turn(step, screen, asking):
                    self._show(step, screen, asking)
                case Open("drill" | "slow") | KeepFlag() | KeepLog():
                    pass
                case Open(kind, day, step, screen, asking):
                    assert day == MONDAY
                    self.kind = kind
                    self._show(step, screen, asking)
                case _:
                    raise AssertionError(effect)
        return decision

    def tap(self, act: str) -> "Chat":
        assert act in acts(self.screen), (act, acts(self.screen))
        self.do(tap(act))
        return self

    def _keep(self, news: Kept) -> None:
        self.kept = {name: value for name, value in {**self.kept, **news}.items() if value}

    def _show(self, step: str, screen: Screen, asking: bool) -> None:
        self.card = Card(1, 7, 7, self.kind, MONDAY, 40, 3, step, asking)
        self.screen = screen

    @property
    def answers(self) -> dict[str, str]:
        return Day(MONDAY, self.kept).answers


def looks_right(screen: Screen) -> None:
    """It can be said, and its buttons fit a phone and Telegram."""
    rendered = WORDS.render(screen, "en")
    assert rendered.text
    for row in rendered.rows:
        assert 0 < len(row) <= 8
        for label, act in row:
            assert label
            assert len(cards.data(*LARGEST, act).encode()) <= 64
    assert len({act for row in rendered.rows for _, act in row if "=" not in act}) == sum(
        "=" not in act for row in rendered.rows for _, act in row
    ), "two buttons do the same"


@pytest.mark.parametrize(
    ("kind", "choices", "path", "taps"),
    [
        (MORNING, {}, ["sleep=7", "mood=6", "hours=7.5"], 3),
        (MORNING, {"extras": "irritability"}, ["sleep=7", "mood=6", "hours=7.5", "irritability=2"], 4),
        (MORNING, HIGH_LOAD, ["sleep=7", "mood=6", "hours=7.5", "irritability=2"], 4),
        (MORNING, WEARS, ["sleep=7", "mood=6", "hours=7.5", "irritability=2", "52 61"], 4),  # and one line typed
        (MORNING, {"extras": "heart"}, ["sleep=7", "mood=6", "hours=7.5", "never"], 4),
        (EVENING, {}, ["revved=6", "down=7", "ok", f"food={GOOD_FOOD}"], 4),
        (EVENING, {}, ["revved=1", "ok", f"food={GOOD_FOOD}"], 3),
        (EVENING, {}, ["revved=6", "down=7", "toggle=snapped", "ok", f"food={GOOD_FOOD}"], 5),
        (EVENING, {}, ["revved=6", "down=7", "ok", "toggle=caffeine", "ok"], 5),
        (EVENING, {}, ["revved=6", "down=7", "toggle=snapped", "ok", "toggle=caffeine", "ok"], 6),
    ],
)
def test_a_morning_takes_four_taps_at_most_and_an_evening_six(
    kind: str, choices: Kept, path: list[str], taps: int
) -> None:
    chat = Chat(kind, choices)
    for act in path:
        assert chat.step != DONE
        if act in acts(chat.screen):
            chat.tap(act)
        else:
            chat.do(Typed(act))
    assert chat.step == DONE
    assert chat.taps == taps
    assert taps <= {MORNING: 4, EVENING: 6}[kind]


class Said:
    """What somebody said last, by marker: the simplest book of it."""

    def __init__(self, kept: Kept) -> None:
        self.last = dict(kept)

    def tapped(self, step: str, act: str) -> None:
        name, _, value = act.partition("=")
        if name == "toggle":
            on = {*self.last.get(step, NOTHING).split(",")} - {NOTHING} ^ {value}
            self.last[step] = ",".join(item for item in QUESTIONS[step].items if item in on)
            if not on:
                del self.last[step]  # taken back
        elif act == "ok":
            self.last.setdefault(step, NOTHING)
        elif step in QUESTIONS and name == step:
            self.given({step: value})

    def given(self, values: Mapping[str, str]) -> None:
        self.last.update(values)
        if int(self.last.get("revved", "9")) <= 2:
            self.last.pop("down", None)


TYPED = st.sampled_from(
    ["0", "1", "2", "3", "7", "10", "11", "7.5", "7:30", "seven", "52 61", "hrv 61", "nothing", "snapped and withdrew",
     "alcohol", "hello", "back", "skip", "", "🙂", "why", "slept 6.5h 4/10", "ran 8k"]
)
LINES = {"hrv 61": {"hrv": "61"}, "slept 6.5h 4/10": {"sleep": "4", "hours": "6.5"}}  # answers, whatever is asked
SOME = {
    "sleep": "7", "mood": "0", "hours": "7.25", "irritability": "9", "rhr": "52", "revved": "6", "down": "2",
    "spilled": "snapped,other", "food": "fuelled",
}
BEFORE = st.sets(st.sampled_from(list(SOME))).map(lambda markers: {marker: SOME[marker] for marker in markers})
OTHERS = st.integers(0, 16).map(
    lambda count: [
        Day(MONDAY - timedelta(days=1 + back), {**SOME, **as_told(MORNING, "ease")}) for back in range(count)
    ]
)
CHOICES = st.fixed_dictionaries(
    {}, optional={
        "aim": st.sampled_from(["starter", "high_load"]),
        "extras": st.sampled_from(["irritability", "heart", "irritability,heart", "heart,cycle"]),
        "health": st.sampled_from(["breath", "hurt", "heart,faint"]),
    },
)


@settings(max_examples=80, deadline=None)
@given(
    kind=st.sampled_from([MORNING, EVENING]), choices=CHOICES, before=BEFORE, others=OTHERS,
    steps=st.lists(st.one_of(st.integers(0, 40), st.integers(0, 40), TYPED), max_size=25),
)
def test_whatever_is_tapped_and_typed_what_counts_is_what_was_said_last(
    kind: str, choices: Kept, before: Kept, others: Sequence[Day], steps: list[int | str]
) -> None:
    chat = Chat(kind, choices, others, before)
    said = Said(before)
    looks_right(chat.screen)
    for number in steps:
        step, shown = chat.step, acts(chat.screen)
        if isinstance(number, str) and not chat.open:
            continue
        act = Typed(number) if isinstance(number, str) else tap(shown[number % len(shown)])
        chat.do(act)
        if isinstance(act, Tap):
            said.tapped(step, act.act)
            if act.act == "never":
                asked_for = [extra for extra in choices["extras"].split(",") if extra != "heart"]
                assert chat.choices == {**choices, "extras": ",".join(asked_for)}
        else:
            said.given(QUESTIONS[step].read(act.text) or LINES.get(act.text, {}))
        assert chat.answers == said.last
        assert chat.open == (chat.step in QUESTIONS)
        looks_right(chat.screen)
        if chat.step == DONE and chat.screen.template == "checkins/closing":
            assert chat.kept[f"told.{chat.kind}"] in BY_NAME


@given(
    kind=st.sampled_from([MORNING, EVENING]), step=st.sampled_from([*QUESTIONS, DONE, rules.WHY]),
    act=st.one_of(st.text(max_size=40), st.sampled_from(["toggle=", "go=", "sleep=", "revved="]).flatmap(
        lambda name: st.text(max_size=8).map(lambda text: name + text)
    )),
)
def test_no_forged_tap_is_an_error(kind: str, step: str, act: str) -> None:
    if step in QUESTIONS and (kind == EVENING) != (step in ("revved", "down", "spilled", "food")):
        return
    decision = decided(tap(act), step, {**EVERY, "revved": "6", **as_told(kind, "stand_up")}, kind, WEARS)
    for effect in decision.effects:
        if isinstance(effect, KeepAnswer):
            question: Question = QUESTIONS["heart"] if effect.marker in ("rhr", "hrv") else QUESTIONS[effect.marker]
            assert question.read(f"{effect.marker} {effect.value}" if question.form == "heart" else effect.value)
    assert decision.effects or decision.toast == OLD


def test_the_items_of_a_screen_are_those_of_the_question() -> None:
    for question, kept in ((SPILLED, {"revved": "1"}), (FOOD, {"revved": "1", "spilled": NOTHING})):
        shown = acts(Chat(EVENING, kept=kept).screen)
        assert [act for act in shown if act.startswith("toggle=")] == [f"toggle={item}" for item in question.items]
