"""Arriving: who is asked, what is agreed to, who is let go."""

from datetime import UTC, datetime

import pytest

from bot.model import Act, Agree, Arrive, Card, Command, Event, Forget, Open, Person, Say, Tap, Turn, Typed, Who
from bot.onboarding import rules
from bot.onboarding.consent import VERSION, agreed

CARD = Card(1, 7, 7, "welcome", None, 40, 1, "ask", True)


def decided(act: Act, consent: int | None = None) -> list[object]:
    person = None if consent is None else Person(7, "en", "UTC", None, consent)
    event = Event(1, 7, 7, True, datetime(2026, 11, 23, 7, tzinfo=UTC), act, name="Ana")
    return list(rules.decide(Who(person, CARD, "Ana", "en"), event).effects)


@pytest.mark.parametrize("consent", [None, 0, VERSION - 1])
def test_start_asks_whoever_has_not_agreed_to_this_wording(consent: int | None) -> None:
    arrived, opened = decided(Command("start"), consent)
    assert arrived == Arrive()
    assert isinstance(opened, Open)
    assert opened.kind == "welcome"


def test_start_greets_whoever_has() -> None:
    (said,) = decided(Command("start"), VERSION)
    assert isinstance(said, Say)


def test_agreeing_is_kept_and_leads_to_the_first_check_in() -> None:
    consent, turned, opened = decided(Tap(1, 1, "agree", 40), 0)
    assert consent == Agree(("adult", "health"), VERSION)
    assert isinstance(turned, Turn)
    assert not turned.asking
    assert isinstance(opened, Open)
    assert opened.kind == "morning"


@pytest.mark.parametrize("act", ["young", "decline"])
def test_whoever_does_not_agree_is_forgotten(act: str) -> None:
    forgot, said = decided(Tap(1, 1, act, 40), 0)
    assert forgot == Forget(asked=False)
    assert isinstance(said, Say)
    assert said.in_place


def test_declining_a_new_wording_erases_nothing() -> None:
    (turned,) = decided(Tap(1, 1, "decline", 40), VERSION)
    assert isinstance(turned, Turn)
    assert not turned.asking


def test_words_do_not_agree_for_anyone() -> None:
    (turned,) = decided(Typed("yes"), 0)
    assert isinstance(turned, Turn)
    assert turned.step == "ask"


@pytest.mark.parametrize(("consent", "expected"), [(0, False), (VERSION - 1, False), (VERSION, True)])
def test_only_the_wording_in_force_counts(consent: int, expected: bool) -> None:
    assert agreed(Who(Person(7, "en", "UTC", None, consent), None, "", "en")) is expected
