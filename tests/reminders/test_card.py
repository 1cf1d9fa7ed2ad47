"""`/reminders`, `/travel`, `/remind` and the answers to a reminder, as pure rules: what each act keeps and shows."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import (
    Acknowledge,
    Act,
    CallOff,
    Card,
    Choose,
    Command,
    Decision,
    Event,
    KeepPlace,
    Label,
    LookUp,
    Open,
    Person,
    Remove,
    Say,
    Schedule,
    StartClock,
    Tap,
    Turn,
    Typed,
    Who,
)
from bot.profile import rules as profile
from bot.profile.choices import Profile
from bot.reminders import answers, card, stress, travel
from bot.reminders.coming import Facts
from bot.reminders.kinds import BREAK, FOLLOW_UP, PRELOAD
from bot.reminders.plan import read
from bot.reminders.recurrence import Recurrence, Slot
from bot.reminders.rules import Stored
from bot.reminders.screens import LINES

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)  # a Monday; one o'clock in Berlin
TODAY = date(2026, 11, 23)
OLD = Label("help/old_button")


def tap(act: str) -> Tap:
    return Tap(1, 1, act, 40)


def event(act: Act) -> Event:
    return Event(1, 7, 7, True, NOON, act)


def who(kind: str, step: str | None, zone: str = "Europe/Berlin") -> Who:
    shown = Card(1, 7, 7, kind, None, 40, 1, step, True) if step else None
    return Who(Person(7, "en", zone, "DE", 1), shown, "Ana", "en")


def facts(kind: str, step: str | None, kept: Mapping[str, str] | None = None, *rules: Stored,
          zone: str = "Europe/Berlin") -> Facts:
    return Facts(profile.Facts(who(kind, step, zone), Profile(kept or {})), rules)


def on_card(step: str, act: Act, kept: Mapping[str, str] | None = None) -> Decision:
    return card.decide(facts(card.KIND, step, kept), event(act))


def chosen(decision: Decision) -> dict[str, str]:
    return {effect.name: effect.value for effect in decision.effects if isinstance(effect, Choose)}


# ---- /reminders --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("step", "act", "kept", "after"),
    [
        ("morning", "t=06:30", {}, {"morning": "06:30"}),
        ("morning", "off", {}, {"morning": "off 07:30"}),
        ("morning", "on", {"morning": "off 06:30"}, {"morning": "06:30"}),
        ("morning", "t=06:30", {"morning": "off 07:30"}, {"morning": "06:30"}),  # a time that is named is wished for
        ("evening", "t=22:00", {}, {"evening": "22:00"}),
        ("drill", "on", {}, {"prompt": "yes", "drill": "15:00"}),
        ("drill", "off", {"prompt": "yes", "drill": "08:00"}, {"prompt": "no", "drill": "off 08:00"}),
        ("micro", "t=11:00 and 16:00", {}, {"micro": "06:00-16:00/300"}),
        ("break", "on", {}, {"break": "09:00-17:00/60 12345"}),
        ("break", "t=30", {}, {"break": "off 09:00-17:00/30 12345"}),
        ("break", "t=10-18", {"break": "09:00-17:00/60 12345"}, {"break": "10:00-18:00/60 12345"}),
        ("break", "d=6", {}, {"break": "off 09:00-17:00/60 123456"}),
        ("session", "d=2", {}, {"session": "off 18:00 4"}),
        ("quiet", "t=23-7", {}, {"quiet": "23:00-07:00"}),
        ("quiet", "off", {}, {"quiet": "off 22:00-07:00"}),
        ("trial", "on", {"break": "09:00-17:00/60"}, {"trial": "2026-11-24"}),
        ("trial", "off", {"break": "09:00-17:00/60", "trial": "2026-11-20"}, {"trial": ""}),
    ],
)
def test_a_tap_is_kept_at_once(step: str, act: str, kept: dict[str, str], after: dict[str, str]) -> None:
    decision = on_card(step, tap(act), kept)
    assert chosen(decision) == after
    assert decision.toast == Label("preferences/changed")
    turned = decision.effects[-1]
    assert isinstance(turned, Turn)
    assert turned.step == ("break" if step == "trial" else step)
    assert turned.asking


@pytest.mark.parametrize("kind", LINES)
def test_each_line_has_a_screen_whose_buttons_all_do_something(kind: str) -> None:
    (turned,) = on_card("menu", tap(f"go={kind}"), {"break": "09:00-17:00/60"}).effects
    assert isinstance(turned, Turn)
    assert turned.step == kind
    for row in turned.screen.rows:
        assert len(row) <= 8
        for button in row:
            decision = on_card(kind, tap(button.act), {"break": "09:00-17:00/60"})
            assert decision.effects, f"{button.act} of {kind} does nothing"
            problem = getattr(decision.effects[-1], "screen", turned.screen).values.get("problem")
            assert problem is None, f"{button.act} of {kind} is refused: {problem}"


@pytest.mark.parametrize(
    ("step", "act"),
    [
        ("menu", "go=nothing"), ("menu", "on"), ("menu", "back"), ("morning", "d=1"), ("break", "d=0"),
        ("break", "d=8"), ("morning", "trial"), ("break", "trial"), ("morning", "go=evening"), ("morning", ""),
        ("quiet", "x=1"),
        ("break", "t="), ("trial", "t=45"), ("morning", "d=²"),
    ],
)
def test_a_button_that_there_is_not_changes_nothing(step: str, act: str) -> None:
    assert on_card(step, tap(act)) == Decision(toast=OLD)


def test_the_last_day_stays() -> None:
    assert on_card("session", tap("d=4"), {"session": "18:00 4"}) == Decision(toast=Label("reminders/one_stays"))


@pytest.mark.parametrize(("step", "to"), [("morning", "menu"), ("trial", "break"), ("quiet", "menu")])
@pytest.mark.parametrize("act", [tap("back"), Typed("Back")])
def test_back_keeps_nothing(step: str, to: str, act: Act) -> None:
    (turned,) = on_card(step, act, {"break": "09:00-17:00/60"}).effects
    assert isinstance(turned, Turn)
    assert (turned.step, turned.asking) == (to, to != "menu")


@given(text=st.text(max_size=30), kind=st.sampled_from(LINES))
def test_anything_typed_is_kept_whole_or_not_at_all(text: str, kind: str) -> None:
    decision = on_card(kind, Typed(text))
    for name, value in chosen(decision).items():
        assert name == "prompt" or read(value) is not None
    (turned,) = (effect for effect in decision.effects if isinstance(effect, Turn))
    assert bool(chosen(decision)) is (turned.screen.values.get("problem") is None) or turned.step == "menu"


def test_the_menu_asks_nothing() -> None:
    (opened,) = card.decide(facts(card.KIND, None), event(Command("reminders"))).effects
    assert isinstance(opened, Open)
    assert not opened.asking


# ---- /travel -----------------------------------------------------------------------------------------


def test_a_place_ends_the_question_and_takes_its_keyboard_away() -> None:
    decision = travel.decide(facts(travel.KIND, "where"), event(tap("at=Asia/Tokyo|JP")))
    kept, turned, removed = decision.effects
    assert kept == KeepPlace("Asia/Tokyo", "JP")
    assert isinstance(turned, Turn)
    assert (turned.step, turned.asking) == ("there", False)
    assert f"{turned.screen.values['now']:%H:%M}" == "21:00"
    assert turned.screen.values["country"] == "JP"
    assert f"{turned.screen.values['next'].at:%H:%M}"[:3] == "21:"  # their evening, there
    assert isinstance(removed, Remove)


def test_a_place_may_come_with_the_command() -> None:
    wanted = travel.decide(facts(travel.KIND, None), event(Command("travel", "Tokyo")))
    assert wanted == Decision(needs=LookUp("Tokyo"))


@pytest.mark.parametrize("act", ["at=Nowhere/Land|JP", "at=Asia/Tokyo|Japan", "at=../../etc/passwd|JP", "at=|", "x"])
def test_a_forged_place_is_none(act: str) -> None:
    assert travel.decide(facts(travel.KIND, "where"), event(tap(act))) == Decision(toast=OLD)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "UTC"])
def test_never_mind_keeps_everything_as_it_was(zone: str) -> None:
    turned, removed = travel.decide(facts(travel.KIND, "where", zone=zone), event(tap("back"))).effects
    assert isinstance(turned, Turn)
    assert turned.screen.values["place"] == (None if zone == "UTC" else zone)
    assert isinstance(removed, Remove)


# ---- something hard ahead ----------------------------------------------------------------------------


def preload(rule: int, what: str, minute: int, served: bool = False) -> Stored:
    slot = Slot(TODAY, minute, NOON) if served else None
    return Stored(rule, Recurrence(PRELOAD, minute, on=TODAY), True, None, 0, None, None, slot, what)


def said(act: Act, *rules: Stored, kept: Mapping[str, str] | None = None, zone: str = "Europe/Berlin") -> Decision:
    return stress.decide(facts(stress.KIND, "noted", kept, *rules, zone=zone), event(act))


@pytest.mark.parametrize(
    ("text", "effect"),
    [
        ("exam at 14:00", Schedule(PRELOAD, TODAY, 13 * 60 + 40, "exam")),
        ("exam tomorrow 0:10", Schedule(PRELOAD, TODAY + timedelta(days=1), -10, "exam")),  # in the night before
    ],
)
@pytest.mark.parametrize("command", [True, False])
def test_it_is_met_twenty_minutes_before(text: str, effect: Schedule, command: bool) -> None:
    scheduled, opened = said(Command("remind", text) if command else Typed(text)).effects
    assert scheduled == effect
    assert isinstance(opened, Open)
    assert [button.act for row in opened.screen.rows for button in row] == [f"undo={opened.step}"]


def test_what_is_noted_already_is_not_noted_twice() -> None:
    (opened,) = said(Typed("exam at 14:00"), preload(5, "exam", 820), preload(6, "talk", 900)).effects
    assert isinstance(opened, Open)
    assert opened.screen.values["how"] == "again"
    assert [button.act for row in opened.screen.rows for button in row] == ["undo=261123/820"]


@pytest.mark.parametrize(
    ("act", "rule"), [
        ("undo=261123/900", 6), ("undo=261123/820", 5), ("undo=261123/600", None), ("undo=261124/820", None),
        ("undo=", None), ("undo=5", None),
    ],
)
def test_undo_calls_off_the_one_it_names(act: str, rule: int | None) -> None:
    """The first has had its reminder."""
    decision = said(tap(act), preload(4, "race", 600, served=True), preload(5, "exam", 820), preload(6, "talk", 900))
    assert [effect for effect in decision.effects if isinstance(effect, CallOff)] == ([CallOff(rule)] if rule else [])
    turned = decision.effects[-1]
    assert isinstance(turned, Turn)
    assert turned.screen.values["how"] == ("undone" if rule else "over")


@pytest.mark.parametrize(("health", "buttons"), [("", 1), ("breath", 0)])
def test_what_begins_soon_is_met_now(health: str, buttons: int) -> None:
    for text, minutes, act in (("exam at 13:20", 20, "breathe"), ("exam at 13:04", 4, "pick")):
        (opened,) = said(Typed(text), kept={"health": health}).effects
        assert isinstance(opened, Open)
        assert opened.screen.values["minutes"] == minutes
        assert [button.act for row in opened.screen.rows for button in row] == [act][:buttons]
        assert [type(effect) for effect in said(tap(act)).effects] == [Turn, Open]


@pytest.mark.parametrize(
    ("text", "kept", "silent"),
    [
        ("exam at 14:00", {}, None),
        ("exam at 14:00", {"quiet": "13:00-15:00"}, "quiet"),
        ("exam at 14:00", {"quiet": "13:41-15:00"}, None),
        ("exam at 14:00", {"quiet": "off 13:00-15:00"}, None),
    ],
)
def test_silence_is_told_before(text: str, kept: dict[str, str], silent: str | None) -> None:
    opened = said(Typed(text), kept=kept).effects[-1]
    assert isinstance(opened, Open)
    assert opened.screen.values["silent"] == silent


@pytest.mark.parametrize("act", [Command("remind"), Command("remind", "x"), Typed("exam at 9:00")])
def test_what_can_not_be_noted_is_only_told(act: Act) -> None:
    (told,) = said(act).effects
    assert isinstance(told, Say)


def test_without_a_place_nothing_is_noted() -> None:
    (told,) = said(Typed("exam at 14:00"), zone="UTC").effects
    assert isinstance(told, Say)
    assert told.screen.values["place"] is False


# ---- answers -----------------------------------------------------------------------------------------

BREAKS = Stored(3, Recurrence(BREAK, 540, 1020, 60), True, None, 0, None, None, Slot(TODAY, 660, NOON), None)


def answered(act: Act, kind: str = BREAK, kept: Mapping[str, str] | None = None, **more: object) -> Decision:
    shown = answers.Facts(
        who("prompt", "over"), Profile(kept or {"break": "09:00-17:00/60"}), kind, Slot(TODAY, 660, NOON), 60,
        stored=BREAKS, **more,  # type: ignore[arg-type]
    )
    return answers.answer(shown, event(act))


@pytest.mark.parametrize("act", [tap("~done"), tap("~moved"), Typed("Done."), Typed("already moved")])
def test_who_moved_starts_the_clock_and_hears_when_the_next_comes(act: Act) -> None:
    acknowledged, clock, turned = answered(act).effects
    assert isinstance(acknowledged, Acknowledge)
    assert clock == StartClock(BREAK, NOON)
    assert isinstance(turned, Turn)
    assert turned.screen.values["next"] == NOON + timedelta(hours=1)


@pytest.mark.parametrize("kept", [{"break": "09:00-17:00/60", "quiet": "13:30-15:00"}])
def test_a_next_break_in_quiet_hours_is_none(kept: dict[str, str]) -> None:
    turned = answered(tap("~done"), kept=kept).effects[-1]
    assert isinstance(turned, Turn)
    assert turned.screen.values["next"] is None


def test_another_time_opens_its_screen() -> None:
    opened = answered(tap("~another")).effects[-1]
    assert isinstance(opened, Open)
    assert (opened.kind, opened.step, opened.asking) == ("reminders", BREAK, True)


@pytest.mark.parametrize(
    ("act", "value"),
    [("~stop", "off 09:00-17:00/60"), ("~less", "09:00-17:00/120"), ("~keep", None)],
)
def test_fewer_or_none(act: str, value: str | None) -> None:
    assert chosen(answered(tap(act))) == ({"break": value} if value else {})


def test_the_drill_is_stopped_where_it_was_welcomed() -> None:
    assert chosen(answered(tap("~stop"), "drill", {"prompt": "yes"})) == {"prompt": "no", "drill": "off 15:00"}


@pytest.mark.parametrize(("kind", "ways"), [(BREAK, 4), ("week", 3)])
def test_what_comes_once_a_week_does_not_come_less_often(kind: str, ways: int) -> None:
    kept = Profile({"break": "09:00-17:00/60"})
    (opened,) = answers.prompt(answers.Facts(who("prompt", None), kept, kind, Slot(TODAY, 0, NOON), asks=True)).effects
    assert isinstance(opened, Open)
    assert sum(map(len, opened.screen.rows)) == ways


@pytest.mark.parametrize(("kind", "act"), [(FOLLOW_UP, "~enough"), (PRELOAD, "~stop"), (FOLLOW_UP, "~safe")])
def test_what_comes_once_is_over_with_any_answer(kind: str, act: str) -> None:
    decision = answered(tap(act), kind)
    assert chosen(decision) == {}
    assert isinstance(decision.effects[0], Acknowledge)
    assert isinstance(decision.effects[-1], Turn)
