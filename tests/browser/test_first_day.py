"""A whole first day in the demo: arriving, the first minute, the next morning, changing a setting, going quiet."""

import re

from playwright.async_api import Locator, expect

from tests.browser import steps
from tests.browser.conftest import Open, Snap
from tests.support import Coach

LOADING = 60_000.0  # milliseconds: the first place that is looked up waits for a worker to read about the world


async def tap(chat: Locator, label: str, then: str, patience: float | None = None) -> None:
    """Tap a button under the newest screen that has it; done when the coach shows `then`."""
    await chat.get_by_role("button", name=label, exact=True).last.click()
    await expect(steps.messages(chat).filter(has_text=then).last).to_be_visible(timeout=patience)


async def test_a_first_day(coach: Coach, open_page: Open, snap: Snap) -> None:
    page = await open_page(coach.api.url)
    ana = steps.phone(page)
    await steps.start(ana)
    await snap(page, "day-01-welcome")
    await steps.agree(ana)
    await expect(steps.said(ana, "Or share your place")).to_be_visible()
    await snap(page, "day-02-where")

    # the keyboard below the input shares a place, once; then it is gone
    await ana.get_by_role("button", name="Share my place once").click()
    await page.get_by_role("button", name="Lisbon").click()
    await expect(steps.said(ana, "you live in Portugal")).to_be_visible(timeout=LOADING)
    await expect(ana.get_by_role("button", name="Share my place once")).to_have_count(0)
    await snap(page, "day-03-country")
    await tap(ana, "That's right", "What brings you here?")
    await snap(page, "day-04-aim")
    await page.reload()  # in the middle of it
    await tap(ana, "Train hard and stay steady", "keep in mind?")
    await snap(page, "day-05-extras")
    await tap(ana, "Nothing", "Does any of this fit you?")
    await snap(page, "day-06-health")
    await ana.get_by_role("button", name="Pregnant").last.click()
    await expect(ana.get_by_role("button", name="✓ Pregnant")).to_be_visible()
    await snap(page, "day-07-health-ticked")
    await tap(ana, "Done", "When do you usually get up?")
    await snap(page, "day-08-up")
    await steps.write(ana, "25:70")
    await expect(steps.said(ana, "That is not a time I know")).to_be_visible()
    await snap(page, "day-09-no-time")
    await steps.write(ana, "6:15")
    await expect(steps.said(ana, "When do you usually go to bed?")).to_be_visible()
    await tap(ana, "22:30", "Two small things a day")
    await snap(page, "day-10-drills")
    await tap(ana, "These suit me", "May I remind you")
    await tap(ana, "Yes, one a day", "one minute for you")
    await snap(page, "day-11-minute")
    await tap(ana, "Start the minute", "From here")
    await expect(steps.said(ana, "In through the nose for 4")).to_be_visible()
    await snap(page, "day-12-ready")

    # the next morning
    await page.get_by_role("button", name="tomorrow 07:00").click()
    await expect(page.locator("#now")).to_contain_text("07:00")
    await steps.write(ana, "/checkin")
    await expect(steps.said(ana, "How well did you sleep?")).to_be_visible()
    await snap(page, "day-13-checkin")
    await tap(ana, "7", "How is your mood?")
    await tap(ana, "6", "How many hours")
    await snap(page, "day-14-hours")
    await tap(ana, "7.5", "How short is your fuse?")
    await tap(ana, "3", "Sleep 7")
    await snap(page, "day-15-closing")

    # in control
    await steps.write(ana, "/settings")
    await expect(steps.said(ana, "Tap what you want to change")).to_be_visible()
    await snap(page, "day-16-settings")
    await tap(ana, "Going to bed", "When do you usually go to bed?")
    await tap(ana, "23:00", "Bed at: 23:00")
    await steps.write(ana, "/pause")
    await expect(steps.said(ana, "How long shall I be quiet?")).to_be_visible()
    await snap(page, "day-17-pause")
    await tap(ana, "1 week", "All right, quiet until")
    for button in ("+1 week", "+15 min"):
        await page.get_by_role("button", name=button).click()
    await steps.write(ana, "/resume")
    await expect(steps.said(ana, "There is no pause")).to_be_visible()
    await steps.write(ana, "/privacy")
    await expect(steps.said(ana, "What I keep of you")).to_be_visible()
    await snap(page, "day-18-privacy")
    await steps.write(ana, "/export")
    await expect(ana.get_by_text(re.compile(r"coach-export-.*\.zip"))).to_be_visible()
    await snap(page, "day-19-export")
    await steps.write(ana, "/erase")
    await expect(steps.said(ana, "Erase everything?")).to_be_visible()
    await snap(page, "day-20-erase")
    await tap(ana, "Erase it all", "Everything is erased")
    await snap(page, "day-21-receipt")
    assert not await page.evaluate("document.documentElement.scrollWidth > innerWidth")


async def test_a_double_tap_and_a_restart_on_the_way(coach: Coach, open_page: Open, snap: Snap) -> None:
    page = await open_page(coach.api.url, dark=True)
    ana = steps.phone(page)
    await steps.start(ana)
    await steps.agree(ana)
    await expect(steps.said(ana, "Where are you?")).to_be_visible()
    await tap(ana, "Pick from a list", "Which part of the world?")
    await snap(page, "dark-01-parts")
    await tap(ana, "Europe", "Which town has the same time")
    await snap(page, "dark-02-zones")
    await ana.get_by_role("button", name="Dublin", exact=True).dblclick()
    await expect(steps.said(ana, "you live in Ireland")).to_be_visible()
    await coach.stop()
    await ana.get_by_role("button", name="That's right").click()
    await snap(page, "dark-03-spinning")
    await coach.start()
    await expect(steps.said(ana, "What brings you here?")).to_be_visible()
    await steps.write(ana, "/help")
    await expect(steps.said(ana, "More on:")).to_be_visible()
    await snap(page, "dark-04-help")


async def test_the_picture_of_the_readme(coach: Coach, open_page: Open, snap: Snap) -> None:
    """Two people side by side, one at the end of a check-in, one who arrives; `docs/demo.png` is this picture."""
    page = await open_page(coach.api.url, narrow=False)
    ana = steps.phone(page)
    await steps.start(ana)
    await steps.agree(ana)
    await tap(ana, "Set up later", "one minute for you")
    await tap(ana, "Start the minute", "From here")
    await page.get_by_role("button", name="tomorrow 07:00").click()
    await page.get_by_role("button", name="Add Bo").click()
    bo = steps.phone(page, "Bo")
    await steps.start(bo)
    await steps.write(ana, "/checkin")
    await expect(steps.said(ana, "How well did you sleep?")).to_be_visible()
    await tap(ana, "7", "How is your mood?")
    await tap(ana, "6", "How many hours")
    await tap(ana, "7.5", "Sleep 7")
    await coach.settled()
    await expect(page.locator(".toasts p")).to_have_count(0)
    await snap(page, "readme")
