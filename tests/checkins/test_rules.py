"""The morning check-in's rules, as tables."""

from collections.abc import Mapping
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.checkins import rules
from bot.checkins.questions import MORNING, ORDER, Question
from bot.model import Act, Card, Command, Decision, Event, KeepAnswer, Open, Person, Tap, Turn, Typed, Who

MONDAY = date(2026, 11, 23)
SLEEP, MOOD, HOURS = MORNING


def who(step: str | None = None, zone: str = "UTC") -> Who:
    card = Card(1, 7, 7, "morning", MONDAY, 40, 3, step, True) if step else None
    return Who(Person(7, "en", zone, None, consent=1), card, "Ana", "en")


def decided(act: Act, step: str | None, answers: Mapping[str, float]) -> Decision:
    event = Event(1, 7, 7, True, datetime(2026, 11, 23, 7, tzinfo=UTC), act)
    return rules.decide(rules.Facts(who(step), MONDAY, answers), event)


@pytest.mark.parametrize(
    ("text", "question", "value"),
    [
        ("7", SLEEP, 7),
        (" 7 ", SLEEP, 7),
        ("0", SLEEP, 0),
        ("10", SLEEP, 10),
        ("7/10", SLEEP, 7),
        ("7 / 10", SLEEP, 7),
        ("7.0", SLEEP, 7),
        ("11", SLEEP, None),
        ("-1", SLEEP, None),
        ("7.5", SLEEP, None),  # a scale of whole numbers
        ("6,5", SLEEP, None),
        ("7/7", SLEEP, None),
        ("", SLEEP, None),
        ("seven", SLEEP, None),
        ("٧", SLEEP, None),  # digits of other scripts are not guessed at
        ("7\u200b", SLEEP, None),
        ("1e1", SLEEP, None),
        ("9" * 4096, SLEEP, None),
        ("7", HOURS, 7),
        ("7.5", HOURS, 7.5),
        ("7:30", HOURS, 7.5),
        ("7h30", HOURS, 7.5),
        ("7h", HOURS, 7),
        ("7 h", HOURS, 7),
        ("7h 30m", HOURS, 7.5),
        ("7:20", HOURS, 7.25),  # to the quarter
        ("24", HOURS, 24),
        ("24:15", HOURS, None),
        ("25", HOURS, None),
        ("7:75", HOURS, None),
    ],
)
def test_a_typed_number(text: str, question: Question, value: float | None) -> None:
    assert rules.read_number(text, question) == value


@given(text=st.text(max_size=60), question=st.sampled_from(MORNING))
def test_whatever_is_typed_is_a_value_in_range_or_none(text: str, question: Question) -> None:
    value = rules.read_number(text, question)
    assert value is None or question.low <= value <= question.high


@pytest.mark.parametrize(
    ("at", "zone", "day"),
    [
        (datetime(2026, 11, 23, 3, 59, tzinfo=UTC), "UTC", date(2026, 11, 22)),  # 03:59 is still yesterday
        (datetime(2026, 11, 23, 4, 0, tzinfo=UTC), "UTC", date(2026, 11, 23)),
        (datetime(2026, 11, 22, 18, 59, tzinfo=UTC), "Asia/Tokyo", date(2026, 11, 22)),
        (datetime(2026, 11, 22, 19, 0, tzinfo=UTC), "Asia/Tokyo", date(2026, 11, 23)),
        (datetime(2026, 10, 25, 2, 30, tzinfo=UTC), "Europe/Berlin", date(2026, 10, 24)),  # 03:30 after the overlap
        (datetime(2026, 10, 25, 3, 0, tzinfo=UTC), "Europe/Berlin", date(2026, 10, 25)),
    ],
)
def test_a_day_begins_at_four(at: datetime, zone: str, day: date) -> None:
    assert rules.local_day(at, who(zone=zone)) == day


@pytest.mark.parametrize(
    ("sleep", "mood", "hours", "advice"),
    [
        (7, 7, 8, "good"),
        (7, 7, 7, "good"),
        (6, 7, 8, "steady"),
        (7, 6, 8, "steady"),
        (7, 7, 6.75, "steady"),
        (3, 7, 8, "tired"),  # slept badly
        (8, 7, 5.75, "tired"),  # slept short
        (4, 7, 6, "steady"),  # on the edge: neither
        (7, 3, 8, "low"),
        (7, 4, 8, "steady"),
        (2, 2, 8, "tired_and_low"),
        (9, 0, 3, "tired_and_low"),
    ],
)
def test_the_closing_answer(sleep: float, mood: float, hours: float, advice: str) -> None:
    assert rules.closing({"sleep": sleep, "mood": mood, "hours": hours}) == advice


def tap(act: str) -> Tap:
    return Tap(1, 3, act, 40)


@pytest.mark.parametrize(
    ("step", "act", "before", "kept", "shown", "asking"),
    [
        ("sleep", tap("sleep=7"), {}, ("sleep", 7), "mood", True),
        ("mood", tap("mood=5"), {"sleep": 7}, ("mood", 5), "hours", True),
        ("hours", tap("hours=7.5"), {"sleep": 7, "mood": 5}, ("hours", 7.5), "done", False),
        ("sleep", Typed("8"), {}, ("sleep", 8), "mood", True),
        ("hours", Typed("7:30"), {"sleep": 7, "mood": 5}, ("hours", 7.5), "done", False),
        ("mood", tap("back"), {"sleep": 7}, None, "sleep", True),
        ("done", tap("change"), {"sleep": 7, "mood": 5, "hours": 7}, None, "sleep", True),
        # a correction goes on to the next question, which keeps what was said so far
        ("sleep", tap("sleep=2"), {"sleep": 7, "mood": 5, "hours": 7}, ("sleep", 2), "mood", True),
        # what is refused changes nothing and asks the same again
        ("sleep", Typed("eleven"), {}, None, "sleep", True),
        ("mood", Typed("11"), {"sleep": 7}, None, "mood", True),
        # the last answer leads back to a question that was never answered
        ("hours", tap("hours=7"), {"mood": 5}, ("hours", 7), "sleep", True),
    ],
)
def test_a_card_goes_on(
    step: str, act: Act, before: dict[str, float], kept: tuple[str, float] | None, shown: str, asking: bool
) -> None:
    decision = decided(act, step, before)
    turned = decision.effects[-1]
    assert isinstance(turned, Turn)
    assert (turned.step, turned.asking) == (shown, asking)
    assert list(decision.effects[:-1]) == ([KeepAnswer(MONDAY, *kept)] if kept else [])


@pytest.mark.parametrize(
    ("step", "act"),
    [
        ("sleep", "mood=5"),  # a button of another question
        ("sleep", "sleep=99"),
        ("sleep", "sleep=7.5"),
        ("sleep", "sleep="),
        ("sleep", "back"),
        ("sleep", "change"),
        ("done", "back"),
        ("done", "sleep=7"),
        ("sleep", "no such act"),
        ("sleep", ""),
    ],
)
def test_a_forged_act_changes_nothing(step: str, act: str) -> None:
    decision = decided(tap(act), step, {})
    assert decision.effects == ()
    assert decision.toast is not None


@pytest.mark.parametrize(
    ("answers", "step"),
    [
        ({}, "sleep"),
        ({"sleep": 7}, "mood"),
        ({"mood": 7}, "sleep"),
        ({"sleep": 7, "mood": 6}, "hours"),
        ({"sleep": 7, "mood": 6, "hours": 7}, "done"),
    ],
)
def test_the_card_opens_at_the_first_open_question(answers: dict[str, float], step: str) -> None:
    (opened,) = decided(Command("checkin"), None, answers).effects
    assert isinstance(opened, Open)
    assert (opened.kind, opened.day, opened.step, opened.asking) == ("morning", MONDAY, step, step != "done")


@given(values=st.lists(st.integers(0, 10), min_size=2, max_size=2), hours=st.integers(0, 24))
def test_three_answers_always_close(values: list[int], hours: int) -> None:
    answers: dict[str, float] = {}
    for marker, value in zip(ORDER, [*values, hours], strict=True):
        decision = decided(tap(f"{marker}={value}"), marker, answers)
        assert decision.effects[0] == KeepAnswer(MONDAY, marker, value)
        answers[marker] = value
    assert isinstance(decision.effects[1], Turn)
    assert decision.effects[1].step == "done"
