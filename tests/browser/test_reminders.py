"""Reminders in the demo: switched on, met as time passes, answered, put off, left for today; quiet hours; a trial."""

import re
from functools import partial

import pytest
from playwright.async_api import Locator, Page, expect

from bot.demo import play
from tests.browser.conftest import Open, Snap
from tests.browser.steps import messages, on, said, sees, settled_in, tap, write
from tests.support import Coach

BREAK = "Time to get up."


@pytest.fixture
async def lived(coach: Coach) -> Coach:
    """The coach as the demo runs it: when time is moved on, what is due on the way comes at its minute."""
    coach.world.live = partial(play.live, coach.world, coach.app)
    return coach


async def in_lisbon(page: Page) -> Locator:
    """Ana, who said where she lives."""
    ana = await settled_in(page)
    await write(ana, "/travel Europe/Lisbon")
    await sees(ana, "Portugal")
    return ana


async def breaks(ana: Locator, every: int = 60) -> None:
    """Breaks from sitting on every day from nine to five, so many minutes apart."""
    await write(ana, "/reminders")
    await sees(ana, "Something hard ahead?")
    await tap(ana, "Breaks from sitting")
    await sees(ana, "two brisk")
    await write(ana, "every day")
    await sees(ana, "09:00 to 17:00, every day")
    if every != 60:
        await tap(ana, f"{every} min")
        await sees(ana, f"Every {every} min")
    await tap(ana, "Start")
    await expect(ana.get_by_role("button", name="Stop", exact=True)).to_be_visible()


@pytest.mark.parametrize("dark", [False, True])
async def test_a_day_with_breaks(lived: Coach, open_page: Open, snap: Snap, *, dark: bool) -> None:
    page = await open_page(lived.api.url, dark=dark)
    look = "dark" if dark else "light"
    ana = await in_lisbon(page)
    await breaks(ana)
    await snap(page, f"reminders-01-breaks-{look}")
    await tap(ana, "Back")
    await sees(ana, "Breaks from sitting: every 60 min, 09:00 to 17:00")
    await snap(page, f"reminders-02-menu-{look}")

    await on(page, "+1 hour")  # the morning's check-in, at half past seven
    await sees(ana, "How well did you sleep?")
    await snap(page, f"reminders-03-morning-{look}")
    await tap(ana, "7")
    await sees(ana, "How is your mood?")

    await on(page, "+1 hour", 3)  # ten and some minutes
    await sees(ana, BREAK)
    await snap(page, f"reminders-04-break-{look}")
    await tap(ana, "Done")
    await sees(ana, re.compile(r"I come back at \d\d:\d\d"))

    await on(page, "+1 hour", 2)
    await sees(ana, BREAK)
    await tap(ana, "In 30 min")
    await sees(ana, "Back in 30 minutes.")
    await on(page, "+1 hour")
    await sees(ana, BREAK)
    await tap(ana, "Short version")
    await sees(ana, "Ten calf raises")
    await snap(page, f"reminders-05-short-{look}")
    await tap(ana, "Not today")
    await sees(ana, "No more of these today.")

    had = await messages(ana).count()
    await on(page, "+1 hour", 8)
    await expect(messages(ana)).to_have_count(had + 1)
    await sees(ana, "How revved up did you get")  # the evening's check-in, and not a break in between
    await snap(page, f"reminders-06-evening-{look}")
    await on(page, "+1 hour", 7)
    await expect(messages(ana)).to_have_count(had + 1)  # the night is quiet
    await on(page, "+1 hour", 3)
    await sees(ana, "How well did you sleep?")
    wide = await page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
    assert wide, "something is wider than the screen"


async def test_two_weeks_and_what_they_showed(lived: Coach, open_page: Open, snap: Snap) -> None:
    page = await open_page(lived.api.url)
    ana = await in_lisbon(page)
    await breaks(ana, 180)  # at noon and at three
    await tap(ana, "Find out if they help")
    await sees(ana, "on two I am silent")
    await snap(page, "trial-01-told")
    await tap(ana, "Try it for two weeks")
    await sees(ana, "Some days stay silent until")
    for day in range(15):
        await on(page, "tomorrow 07:00")
        await on(page, "+1 hour", 11)
        prompted = await said(ana, BREAK).get_by_role("button", name="Done", exact=True).count()
        if prompted:
            await tap(ana, "Done")
            await expect(said(ana, "Good.")).to_be_visible()
        if day < 14:
            await write(ana, "/checkin evening")
            for question, label in (("How revved up", "2"), ("Did it spill over?", "No, nothing"), ("Food", "Done"),
                                    ("How often did you get up", "4" if prompted else "2")):
                await sees(ana, question)
                await tap(ana, label if question != "Food" else "Ate and drank well")
            await sees(ana, "got up")
    await snap(page, "trial-02-evening")
    await on(page, "+1 hour")
    await sees(ana, "Two weeks of breaks")
    await sees(ana, "4.0 times on days with prompts")
    await sees(ana, "they seem to work for you")
    await snap(page, "trial-03-result")
    for label in ("Keep them", "Less often", "Stop these"):
        await expect(messages(ana).last.get_by_role("button", name=label, exact=True)).to_be_visible()
    await tap(ana, "Less often")
    await sees(ana, "Half as often from now on.")


async def test_a_stress_that_is_named(lived: Coach, open_page: Open, snap: Snap) -> None:
    page = await open_page(lived.api.url)
    ana = await in_lisbon(page)
    await write(ana, "presentation at 14:00")
    await sees(ana, "Noted: presentation, today 14:00.")
    await snap(page, "stress-01-noted")
    await on(page, "+1 hour", 7)
    await sees(ana, "Presentation is coming up.")
    await snap(page, "stress-02-before")
    await tap(ana, "Breathe with me")
    await sees(ana, "How revved up are you right now?")
