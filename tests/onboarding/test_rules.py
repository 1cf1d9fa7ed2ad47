"""Arriving: who is asked, what is agreed to, who is let go, and the way through the set-up."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.model import (
    Act,
    Agree,
    Arrive,
    Card,
    Choose,
    Command,
    Decision,
    Event,
    Forget,
    Found,
    KeepPlace,
    Label,
    Located,
    LookUp,
    Open,
    Person,
    Place,
    Remove,
    Say,
    Tap,
    Turn,
    Typed,
    Who,
)
from bot.onboarding import rules
from bot.onboarding.consent import VERSION, agreed
from bot.profile import rules as profile
from bot.profile.choices import Profile

CARD = Card(1, 7, 7, "welcome", None, 40, 1, "ask", True)
EVENT = Event(1, 7, 7, True, datetime(2026, 11, 23, 7, tzinfo=UTC), Command("start"), name="Ana")
BERLIN = Place("Berlin", "Germany", "DE", "Europe/Berlin")


def decision(
    act: Act, consent: int | None = VERSION, step: str = "ask", country: str | None = None, found: Found | None = None
) -> Decision:
    zone = "Europe/Berlin" if country else "UTC"
    person = None if consent is None else Person(7, "en", zone, country, consent)
    card = replace(CARD, step=step)
    set_up = profile.Facts(Who(person, card, "Ana", "en"), Profile({}))
    return rules.decide(rules.Facts(set_up, card), replace(EVENT, act=act, found=found))


def decided(act: Act, consent: int | None = VERSION, step: str = "ask") -> list[object]:
    return list(decision(act, consent, step).effects)


def step_of(decision: Decision) -> str:
    (turned,) = [effect for effect in decision.effects if isinstance(effect, Turn)]
    return turned.step


def tap(act: str) -> Tap:
    return Tap(1, 1, act, 40)


@pytest.mark.parametrize("consent", [None, 0, VERSION - 1])
def test_start_asks_whoever_has_not_agreed_to_this_wording(consent: int | None) -> None:
    arrived, opened = decided(Command("start"), consent)
    assert arrived == Arrive()
    assert isinstance(opened, Open)
    assert opened.kind == "welcome"


def test_start_greets_whoever_is_done() -> None:
    (said,) = decision(Command("start"), VERSION, "done", country="DE").effects
    assert isinstance(said, Say)


@pytest.mark.parametrize("step", ["done", "agreed"])
def test_start_asks_whoever_left_all_of_it_for_later(step: str) -> None:
    opened = decided(Command("start"), VERSION, step)[0]
    assert isinstance(opened, Open)
    assert opened.step == "where"


def test_agreeing_to_a_new_wording_asks_nothing_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.onboarding.rules.VERSION", 2)
    monkeypatch.setattr("bot.onboarding.consent.VERSION", 2)
    consent, turned = decided(tap("agree"), 1)
    assert consent == Agree(("adult", "health"), 2)
    assert isinstance(turned, Turn)
    assert not turned.asking


@pytest.mark.parametrize("step", [*rules.ORDER, "land", "minute"])
def test_start_goes_on_where_it_was_left(step: str) -> None:
    resumed = decision(Command("start"), VERSION, step, country="DE").effects[0]
    assert isinstance(resumed, Open)
    assert resumed.step == step


@pytest.mark.parametrize(
    ("payload", "kept"),
    [
        ("", False), ("join_4Xz-9", True), ("x" * 64, True), ("x" * 65, False), ("<b>", False), ("a b", False),
        ("ünï", False), ("1; DROP TABLE person", False),
    ],
)
@pytest.mark.parametrize("consent", [None, VERSION])
def test_a_payload_is_kept_when_it_is_one(payload: str, kept: bool, consent: int | None) -> None:
    effects = decided(Command("start", payload), consent)
    assert (Choose("came_with", payload) in effects) is kept


def test_agreeing_is_kept_and_leads_to_the_first_question() -> None:
    consent, turned, opened = decided(tap("agree"), 0)
    assert consent == Agree(("adult", "health"), VERSION)
    assert isinstance(turned, Turn)
    assert turned.step == "where"
    assert isinstance(opened, Open)
    assert opened.kind == "place"


@pytest.mark.parametrize("act", ["young", "decline"])
def test_whoever_does_not_agree_is_forgotten(act: str) -> None:
    forgot, said = decided(tap(act), 0)
    assert forgot == Forget(asked=False)
    assert isinstance(said, Say)
    assert said.in_place


def test_declining_a_new_wording_erases_nothing() -> None:
    (turned,) = decided(tap("decline"), VERSION)
    assert isinstance(turned, Turn)
    assert not turned.asking


def test_words_do_not_agree_for_anyone() -> None:
    (turned,) = decided(Typed("yes"), 0)
    assert isinstance(turned, Turn)
    assert turned.step == "ask"


@pytest.mark.parametrize(("consent", "expected"), [(0, False), (VERSION - 1, False), (VERSION, True)])
def test_only_the_wording_in_force_counts(consent: int, expected: bool) -> None:
    assert agreed(Who(Person(7, "en", "UTC", None, consent), None, "", "en")) is expected


# The whole way: step, what is done, the next step with a place known, and without.
WAY = [
    ("where", "skip", "country", "aim"),
    ("where", "later", "minute", "minute"),
    ("country", "ok", "aim", "aim"),
    ("country", "skip", "aim", "aim"),
    ("country", "land", "land", "land"),
    ("country", "place", "where", "where"),
    ("country", "back", "where", "where"),
    ("land", "skip", "aim", "aim"),
    ("land", "back", "country", "country"),
    ("aim", "is=starter", "extras", "extras"),
    ("aim", "is=high_load", "extras", "extras"),
    ("aim", "skip", "extras", "extras"),
    ("aim", "back", "country", "where"),
    ("extras", "ok", "health", "health"),
    ("extras", "back", "aim", "aim"),
    ("health", "ok", "up", "up"),
    ("health", "skip", "up", "up"),
    ("up", "h=07:00", "bed", "bed"),
    ("up", "skip", "bed", "bed"),
    ("bed", "h=22:30", "drills", "drills"),
    ("bed", "back", "up", "up"),
    ("drills", "ok", "prompt", "prompt"),
    ("drills", "skip", "prompt", "prompt"),
    ("prompt", "is=yes", "minute", "minute"),
    ("prompt", "is=no", "minute", "minute"),
    ("prompt", "skip", "minute", "minute"),
    ("minute", "did", "done", "done"),
    ("minute", "later", "done", "done"),
]


@pytest.mark.parametrize(("step", "act", "known", "unknown"), WAY)
def test_the_way_through(step: str, act: str, known: str, unknown: str) -> None:
    assert step_of(decision(tap(act), step=step, country="DE")) == known
    if step not in ("country", "land"):
        assert step_of(decision(tap(act), step=step)) == unknown


@pytest.mark.parametrize("step", [*rules.ORDER, "land", "minute"])
@pytest.mark.parametrize("act", ["", "agree", "h=25:70", "at=../../etc/passwd|DE", "at=Europe/Berlin|De", "t=x", "is="])
def test_a_forged_tap_changes_nothing(step: str, act: str) -> None:
    refused = decision(tap(act), step=step, country="DE")
    assert refused.effects == ()
    assert refused.toast == Label("help/old_button")


def test_the_default_way_takes_at_most_twelve_taps() -> None:
    """START, the button that agrees, one for each question (the first shares the place), and the end of the minute."""
    one_tap = {step for step, act, _, _ in WAY if act not in ("skip", "later", "back", "land", "place")} | {"where"}
    assert {*rules.ORDER, "minute"} == one_tap
    assert 2 + len(rules.ORDER) + 1 <= 12


@pytest.mark.parametrize(
    ("text", "step", "effects"),
    [
        ("yes", "aim", 0), ("Yes.", "aim", 0), ("that\u2019s right", "aim", 0), ("no", "land", 0), ("No!", "land", 0),
        ("Ireland", "aim", 1), ("IE", "aim", 1), ("it", "country", 0), ("be", "country", 0), ("hm", "country", 0),
    ],
)
def test_words_about_the_country(text: str, step: str, effects: int) -> None:
    said = decision(Typed(text), step="country", country="DE")
    assert step_of(said) == step
    assert len(said.effects) == 1 + effects


# ---- where -------------------------------------------------------------------------------------------


def test_a_town_is_looked_up_before_anything_is_decided() -> None:
    assert decision(Typed("Berlin"), step="where") == Decision(needs=LookUp("Berlin"))
    spot = Located(52.5, 13.4)
    assert decision(spot, step="where") == Decision(needs=LookUp(spot=spot))


@pytest.mark.parametrize("act", [Typed("Berlin"), Located(52.5, 13.4)])
def test_the_one_place_it_can_be_is_kept_with_its_country(act: Act) -> None:
    there = decision(act, step="where", found=Found((BERLIN,), sure=True))
    assert there.effects[0] == KeepPlace("Europe/Berlin", "DE")
    assert step_of(there) == "country"
    assert Remove("place") in there.effects


@pytest.mark.parametrize(
    ("found", "problem", "buttons"),
    [
        (Found((BERLIN, replace(BERLIN, region="Ohio, USA", country="US", zone="America/New_York"))), None, 2),
        (Found(), "unknown", 0),
        (Found(available=False), "unavailable", 0),
    ],
)
def test_otherwise_it_asks_and_keeps_nothing(found: Found, problem: str | None, buttons: int) -> None:
    (turned,) = decision(Typed("Berlin"), step="where", found=found).effects
    assert isinstance(turned, Turn)
    assert turned.step == "where"
    assert turned.screen.values["problem"] == problem
    assert len(turned.screen.rows) == buttons + 2


def test_a_spot_in_the_sea_is_asked_about() -> None:
    (turned,) = decision(Located(0, -30), step="where", found=Found()).effects
    assert isinstance(turned, Turn)
    assert turned.screen.values["problem"] == "nowhere"


def test_a_long_text_is_not_looked_up() -> None:
    (turned,) = decision(Typed("x" * 4096), step="where").effects
    assert isinstance(turned, Turn)
    assert turned.screen.values["problem"] == "unknown"


def test_a_picked_zone_is_kept() -> None:
    assert decision(tap("at=Asia/Tokyo|JP"), step="where").effects[0] == KeepPlace("Asia/Tokyo", "JP")
