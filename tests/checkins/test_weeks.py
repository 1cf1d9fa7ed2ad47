"""Week by week, in words and a picture."""

import io
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from bot.checkins import history, rules
from bot.checkins.days import Day
from bot.checkins.picture import ROW, UNDER, WIDTH, answer
from bot.checkins.questions import MORNING
from bot.checkins.weeks import Week, change, weeks
from bot.model import Card, Event, Person, Picture, Say, Screen, Tap, Who
from bot.profile.choices import Profile
from bot.settings import PROMPTS
from bot.words import Words

SUNDAY = date(2026, 11, 22)
WORDS = Words(PROMPTS, "en")


def ago(back: int, **kept: object) -> Day:
    return Day(SUNDAY - timedelta(days=back), {name: str(value) for name, value in kept.items()})


def evening(back: int, revved: int, down: int, spilled: str = "none") -> Day:
    return ago(back, revved=revved, down=down, spilled=spilled)


def test_a_week_is_seven_days_and_begins_with_the_first_evening() -> None:
    days = [evening(0, 6, 7), evening(6, 8, 5, "snapped"), evening(7, 9, 2, "withdrew,other"), ago(20, sleep=7)]
    assert weeks(days, SUNDAY) == [
        Week(date(2026, 11, 9), 9, 2, 1, 1), Week(date(2026, 11, 16), 7, 6, 2, 1),
    ]
    assert weeks([], SUNDAY) == []
    assert len(weeks([evening(back, 5, 5) for back in range(80)], SUNDAY)) == 8
    quiet = weeks([ago(0, revved=1, spilled="none")], SUNDAY)
    assert quiet == [Week(date(2026, 11, 16), 1, None, 1, 0)]  # nothing to come down from


@pytest.mark.parametrize(
    ("then", "now", "how"),
    [
        ([3, 3, 3], [5, 5, 5], "faster"), ([3, 3, 3], [4, 4, 4], "faster"), ([5, 5, 5], [4, 4, 4], "slower"),
        ([5, 5, 5], [5, 5, 5], "same"), ([4, 5, 5, 4], [5, 5, 5], "same"), ([3, 3], [5, 5, 5], None),
        ([3, 3, 3], [5, 5], None), ([3, 3, 3], [], None),
    ],
)
def test_two_weeks_are_compared_with_three_evenings_each(then: list[int], now: list[int], how: str | None) -> None:
    days = [evening(back, 6, down) for back, down in enumerate(now)]
    days += [evening(21 + back, 6, down) for back, down in enumerate(then)]
    found = change(weeks(days, SUNDAY))
    assert (found.how if found else None) == how


def shown(days: list[Day]) -> Screen:
    card = Card(1, 7, 7, history.KIND, SUNDAY, 40, 3, history.WEEK, False)
    who = Who(Person(7, "en", "UTC", None, consent=1), card, "Ana", "en")
    facts = history.Facts(rules.Facts(who, Profile({}), MORNING, ago(0), days), ())
    act = Tap(1, 3, "weeks", 40)
    (said,) = history.decide(facts, Event(1, 7, 7, True, datetime(2026, 11, 22, 20, tzinfo=UTC), act)).effects
    assert isinstance(said, Say)
    return said.screen


@pytest.mark.parametrize(
    ("down", "words"),
    [
        ((3, 5), "You come down faster: 5 now, 3 in the week of Mon 2 Nov."),
        ((6, 4), "Coming down takes longer: 4 now, 6 in the week of Mon 2 Nov."),
        ((5, 5), "Your way down is about as fast as in the week of Mon 2 Nov: 5 then, 5 now."),
    ],
)
def test_the_words_say_what_the_picture_shows(down: tuple[int, int], words: str) -> None:
    days = [evening(back, 6, down[1], "snapped" if back == 1 else "none") for back in range(1, 5)]
    days += [evening(14 + back, 7, down[0], "other") for back in range(4)]
    screen = shown(days)
    rendered = WORDS.render(screen, "en")
    assert words in rendered.text
    assert "Spilled over on 1 of 4 evenings now, 4 of 4 then." in rendered.text
    assert len(rendered.text) <= 1024
    assert isinstance(screen.medium, Picture)
    assert [row.values for row in screen.medium.rows] == [
        (0.7, None, 0.6), (down[0] / 10, None, down[1] / 10), (1.0, None, 0.25),
    ]
    assert [row.texts for row in screen.medium.rows][2] == ("4/4", "0/0", "1/4")
    assert rendered.medium is not None
    assert rendered.medium["under"] == ["2 Nov", "9 Nov", "16 Nov"]
    picture = Image.open(io.BytesIO(answer(json.dumps(rendered.medium).encode())))
    assert picture.size == (WIDTH, 3 * ROW + UNDER)


def test_with_too_little_there_are_words_alone() -> None:
    screen = shown([evening(1, 6, 5)])
    assert screen.medium is None
    assert "Two weeks with 3 evenings each" in WORDS.render(screen, "en").text


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 8).flatmap(lambda count: st.fixed_dictionaries({
    "rows": st.lists(st.fixed_dictionaries({
        "word": st.text(max_size=30), "form": st.sampled_from(["line", "bars"]),
        "values": st.lists(st.none() | st.floats(0, 1), min_size=count, max_size=count),
        "texts": st.lists(st.text(max_size=5), min_size=count, max_size=count),
    }), min_size=1, max_size=3),
    "under": st.lists(st.text(max_size=8), min_size=count, max_size=count),
})))
def test_whatever_the_numbers_are_there_is_a_picture(asked: Mapping[str, Any]) -> None:
    content = answer(json.dumps(asked).encode())
    assert content.startswith(b"\x89PNG")
    assert len(content) < 100_000
