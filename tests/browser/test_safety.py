"""Somebody is not all right, in the demo: what they see, tap by tap, on a small screen; and the day after."""

import re
from functools import partial

import pytest
from playwright.async_api import expect

from bot.demo import play
from tests.browser.conftest import Open, Snap
from tests.browser.steps import on, said, sees, settled_in, tap, write
from tests.support import Coach

DARK = "8k easy, and honestly I want to die"


@pytest.fixture
async def lived(coach: Coach) -> Coach:
    """The coach as the demo runs it."""
    coach.world.live = partial(play.live, coach.world, coach.app)
    return coach


@pytest.mark.parametrize("dark", [False, True])
async def test_words_of_danger(lived: Coach, open_page: Open, snap: Snap, *, dark: bool) -> None:
    page = await open_page(lived.api.url, dark=dark)
    look = "dark" if dark else "light"
    ana = await settled_in(page)
    await write(ana, "/travel Europe/Lisbon")
    await sees(ana, "Portugal")
    await write(ana, DARK)
    await sees(ana, "I hear you")
    await snap(page, f"safety-01-urgent-{look}")
    await tap(ana, "Words for a friend")
    await sees(ana, "Can you call me today, or come by?")
    await snap(page, f"safety-02-words-{look}")
    await tap(ana, "What if I call?")
    await expect(said(ana, "you can hang up at any time")).to_be_visible()
    await snap(page, f"safety-03-call-{look}")
    await tap(ana, "Show the lines")
    await expect(said(ana, "In danger right now?")).to_be_visible()
    await snap(page, f"safety-04-lines-{look}")
    await tap(ana, "Another country")
    await expect(said(ana, "Which country are you in?")).to_be_visible()
    await snap(page, f"safety-05-country-{look}")
    await write(ana, "Ireland")
    await sees(ana, "in Ireland")

    await write(ana, "i still want to die")
    await sees(ana, "I still take it seriously")
    await snap(page, f"safety-06-again-{look}")
    await ana.get_by_role("button", name="I'm safe right now").last.dblclick()
    await sees(ana, "I am glad you told me.")
    await snap(page, f"safety-07-safe-{look}")

    await on(page, "tomorrow 07:00")
    await on(page, "+1 hour", 4)
    await sees(ana, "How is today?")
    await expect(said(ana, "How is today?")).to_have_count(1)
    await snap(page, f"safety-08-next-day-{look}")


@pytest.mark.parametrize(
    ("words", "first", "name"),
    [
        ("I'm going to kill myself tonight", "I hear you", "emergency"),
        ("crushing pain in my chest and my arm is numb", "warning sign", "medical"),
        ("my husband hits me when he drinks", "I believe you", "abuse"),
        ("my friend just took a bunch of pills and isn't answering", "Call", "friend"),
        ("i throw up after dinner so i dont gain weight", "such a grip", "eating"),
        ("ich will nicht mehr leben", "Ich", "german"),
    ],
)
async def test_other_troubles(coach: Coach, open_page: Open, snap: Snap, words: str, first: str, name: str) -> None:
    page = await open_page(coach.api.url)
    ana = await settled_in(page)
    await write(ana, words)
    await sees(ana, re.compile(first))
    await snap(page, f"safety-1-{name}")
