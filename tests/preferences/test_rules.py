"""Settings and pauses: what is changed, what ends a pause."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.model import (
    Act,
    Card,
    Choose,
    Close,
    Command,
    Decision,
    Event,
    Found,
    KeepCountry,
    KeepPlace,
    LookUp,
    Open,
    Pause,
    Person,
    Place,
    Reached,
    Rest,
    Resume,
    Say,
    Tap,
    Turn,
    Typed,
    Unreadable,
    Who,
)
from bot.preferences import rules
from bot.profile.choices import Profile
from bot.profile.rules import Facts

NOW = datetime(2026, 11, 23, 7, tzinfo=UTC)
AT_TEN = datetime(2026, 12, 7, 9, tzinfo=UTC)  # ten in the morning in Berlin, two weeks later
BERLIN = Place("Berlin", "Germany", "DE", "Europe/Berlin")
OPEN_END, DAY = Pause(NOW, None), Pause(NOW - timedelta(hours=23), NOW + timedelta(hours=1))


def event(act: Act, found: Found | None = None) -> Event:
    return Event(1, 7, 7, True, NOW, act, found=found)


def who(step: str | None = None, kind: str = "settings", pause: Pause | None = None) -> Who:
    card = Card(1, 7, 7, kind, None, 40, 1, step, True) if step else None
    return Who(Person(7, "en", "Europe/Berlin", "DE", 1, pause), card, "", "en")


def change(step: str, act: Act, kept: dict[str, str] | None = None, found: Found | None = None) -> Decision:
    return rules.settings(Facts(who(step), Profile(kept or {})), event(act, found))


def tap(act: str) -> Tap:
    return Tap(1, 1, act, 40)


CHANGES = [
    ("land", Typed("Ireland"), KeepCountry("IE")),
    ("up", tap("h=06:30"), Choose("up", "06:30")),
    ("up", Typed("6:15"), Choose("up", "06:15")),
    ("bed", Typed("10:30"), Choose("bed", "22:30")),
    ("aim", tap("is=high_load"), Choose("aim", "high_load")),
    ("prompt", tap("is=no"), Choose("prompt", "no")),
    ("health", tap("ok"), Choose("health", "")),
    ("drills", tap("ok"), Choose("drills", "")),  # a suggestion stays one
    ("up", tap("h!=16:00"), Choose("up", "16:00")),
    ("country", Typed("Ireland"), KeepCountry("IE")),
]


@pytest.mark.parametrize(("step", "act", "effect"), CHANGES)
def test_a_change_is_kept_and_leads_back_to_the_menu(step: str, act: Act, effect: object) -> None:
    kept, turned, *_ = change(step, act).effects
    assert kept == effect
    assert isinstance(turned, Turn)
    assert turned.step == "menu"


@pytest.mark.parametrize(
    ("step", "item", "before", "after"),
    [
        ("health", "heart", "", "heart"), ("health", "lungs", "heart", "heart,lungs"), ("health", "heart", "heart", ""),
        ("extras", "cycle", "menopause", "menopause,cycle"),
        ("drills", "labelling", "", "move-break,labelling"),  # the one chosen first gives way
        ("drills", "move-break", "move-break,labelling", "labelling"),
    ],
)
def test_toggles_are_kept_one_by_one(step: str, item: str, before: str, after: str) -> None:
    kept, turned = change(step, tap(f"t={item}"), {step: before}).effects
    assert kept == Choose(step, after)
    assert isinstance(turned, Turn)
    assert turned.step == step


def test_the_last_small_thing_stays() -> None:
    refused = change("drills", tap("t=labelling"), {"drills": "labelling"})
    assert refused.effects == ()
    assert refused.toast is not None


def test_a_hold_can_not_be_chosen_against_the_health_screen() -> None:
    assert change("drills", tap("t=paced-4-4-6-2"), {"health": "pregnant"}).effects == ()


@pytest.mark.parametrize(
    ("step", "text", "kept"),
    [
        ("up", "25:70", {}), ("up", "hello", {}), ("bed", "6:00", {"up": "07:00"}), ("up", "23:00", {"bed": "22:00"}),
        ("land", "Nowhere", {}), ("aim", "both", {}), ("health", "none", {}), ("menu", "hello", {}),
    ],
)
def test_what_is_not_an_answer_is_asked_again_and_nothing_is_kept(step: str, text: str, kept: dict[str, str]) -> None:
    (turned,) = change(step, Typed(text), kept).effects
    assert isinstance(turned, Turn)
    assert turned.step == step


def test_a_place_is_looked_up_here_too() -> None:
    assert change("where", Typed("Berlin")) == Decision(needs=LookUp("Berlin"))
    kept, *_ = change("where", Typed("Berlin"), found=Found((BERLIN,), sure=True)).effects
    assert kept == KeepPlace("Europe/Berlin", "DE")


def test_a_new_place_asks_whose_help_lines() -> None:
    kept, turned, *_ = change("where", tap("at=Asia/Tokyo|JP")).effects
    assert kept == KeepPlace("Asia/Tokyo", "JP")
    assert isinstance(turned, Turn)
    assert turned.step == "country"
    other, *_ = change("country", tap("land")).effects
    assert isinstance(other, Turn)
    assert other.step == "land"


def test_an_odd_night_can_be_meant() -> None:
    (asked,) = change("up", tap("h=16:00"), {"bed": "22:30"}).effects
    assert isinstance(asked, Turn)
    assert asked.screen.rows[0][0].act == "h!=16:00"
    assert change("up", tap("h!=16:00"), {"bed": "22:30"}).effects[0] == Choose("up", "16:00")


@pytest.mark.parametrize("step", rules.LINES)
def test_back_leads_to_the_menu_and_keeps_nothing(step: str) -> None:
    turned = change(step, tap("back")).effects[0]
    assert isinstance(turned, Turn)
    assert turned.step == "menu"


# ---- pauses ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("act", "until"), [("day", NOW + timedelta(days=1)), ("week", NOW + timedelta(days=7)), ("open", None)]
)
def test_a_pause_begins(act: str, until: datetime | None) -> None:
    effects = rules.pause(who("ask", "pause"), event(tap(act))).effects
    assert effects[0] == Rest(until)
    asked_again = [effect for effect in effects if isinstance(effect, Open)]
    assert [opened.not_before for opened in asked_again] == ([AT_TEN] if until is None else [])


def test_a_pause_without_an_end_is_asked_about_again_and_again() -> None:
    said, opened = rules.pause(who("ask", "still_paused", OPEN_END), event(tap("stay"))).effects
    assert isinstance(said, Say)
    assert said.in_place
    assert isinstance(opened, Open)
    assert opened.not_before == AT_TEN


@pytest.mark.parametrize(("pause", "over"), [(OPEN_END, True), (DAY, True), (None, False), (Pause(NOW, NOW), False)])
def test_resume(pause: Pause | None, over: bool) -> None:
    effects = rules.pause(who(pause=pause), event(Command("resume"))).effects
    assert (Resume() in effects) is over
    assert (Close("still_paused") in effects) is over


@pytest.mark.parametrize(
    ("act", "pause", "ends"),
    [
        (Typed("hi"), OPEN_END, True),
        (Unreadable(), OPEN_END, True),
        (Command("privacy"), OPEN_END, False),
        (Command("settings"), OPEN_END, False),
        (Command("checkin"), OPEN_END, True),
        (Command("pause"), OPEN_END, False),
        (Command("resume"), OPEN_END, False),
        (Command("sos"), OPEN_END, False),
        (Tap(1, 1, "stay", 40), OPEN_END, False),
        (Reached("ok"), OPEN_END, False),
        (Typed("hi"), DAY, False),
        (Typed("hi"), None, False),
    ],
)
def test_writing_ends_a_pause_until_i_write(act: Act, pause: Pause | None, ends: bool) -> None:
    before = Decision((Say(rules.still_paused_screen()),))
    after = rules.ended_by_writing(who(pause=pause), event(act), before, handed_over=False)
    assert after.effects[:1] == before.effects
    assert (Resume() in after.effects) is ends


def test_words_in_a_group_end_no_pause() -> None:
    before = Decision()
    group = replace(event(Typed("hi")), chat=-5, private=False)
    assert rules.ended_by_writing(who(pause=OPEN_END), group, before, handed_over=False) == before


def test_words_of_danger_end_it_without_a_word_about_it() -> None:
    before = Decision((Say(rules.still_paused_screen()),))
    after = rules.ended_by_writing(who(pause=OPEN_END), event(Typed("hi")), before, handed_over=True)
    assert after.effects == (*before.effects, Resume(), Close("still_paused"))


def test_words_on_the_pause_card_do_not_end_the_pause_that_it_is_about() -> None:
    before = Decision((Say(rules.still_paused_screen()),))
    on_card = who("ask", "pause", OPEN_END)
    assert rules.ended_by_writing(on_card, event(Typed("two weeks")), before, handed_over=False) == before
