"""Days with the coach in the demo: mornings, evenings, gaps, a look back, and a drill, with people's time in hand."""

from playwright.async_api import expect

from tests.browser import steps
from tests.browser.conftest import Open, Snap
from tests.browser.steps import lives, on, sees, settled_in, tap
from tests.support import Coach

MORNING = {"How well did you sleep?": "7", "How is your mood?": "6", "How many hours": "7.5"}
EVENING = {
    "How revved up did you get": "7",
    "How fast did you come back down?": "2",
    "Did it spill over?": "No, nothing",
    "Food and drink today?": "Ate and drank well",
}


async def test_days_with_gaps_and_a_drill(coach: Coach, open_page: Open, snap: Snap) -> None:
    page = await open_page(coach.api.url)
    ana = await settled_in(page)

    # the first morning, one answer corrected
    await lives(ana, "/checkin", MORNING)
    await sees(ana, "day 1 of 7")
    await snap(page, "week-01-morning")
    await tap(ana, "Change an answer")
    await expect(ana.get_by_role("button", name="Mood", exact=True)).to_be_visible()
    await snap(page, "week-02-which")
    await tap(ana, "Mood")
    await sees(ana, "So far: 6")
    await tap(ana, "What's a 7?")
    await sees(ana, "7 good, with a dip or two")
    await snap(page, "week-03-anchors")
    await steps.write(ana, "4/10")
    await sees(ana, "Sleep 7 · mood 4 · 7.5 h")
    await tap(ana, "Why?")
    await sees(ana, "Why this?")
    await snap(page, "week-04-why")
    await tap(ana, "Back")
    await sees(ana, "This morning")

    # its evening, screen by screen
    await on(page, "+1 hour", 12)
    await steps.write(ana, "/checkin")
    await sees(ana, "How revved up did you get")
    await snap(page, "week-05-revved")
    await tap(ana, "7")
    await sees(ana, "How fast did you come back down?")
    await snap(page, "week-06-down")
    await tap(ana, "4")
    await sees(ana, "Did it spill over?")
    await tap(ana, "Snapped at someone")
    await expect(ana.get_by_role("button", name="✓ Snapped at someone")).to_be_visible()
    await snap(page, "week-07-spilled")
    await tap(ana, "Done")
    await sees(ana, "Food and drink today?")
    await snap(page, "week-08-food")
    await tap(ana, "Ate and drank well")
    await sees(ana, "spilled over: snapped")
    await snap(page, "week-09-evening")

    # a day without a word, a morning, a day without a word, a morning that is left in the middle
    for morning in (1, 2):
        await on(page, "tomorrow 07:00", 2)
        await lives(ana, "/checkin", dict(list(MORNING.items())[: 3 // morning]))
    await sees(ana, "How is your mood?")
    await on(page, "+1 hour", 13)
    await lives(ana, "/checkin", EVENING)
    await sees(ana, "Five minutes of longer breaths out")
    await expect(ana.get_by_role("button", name="Skip", exact=True)).to_have_count(0)  # the morning's are gone
    await snap(page, "week-10-evening-with-drill")

    # the drill
    await tap(ana, "Start five minutes")
    await sees(ana, "Then the 5 minutes begin.")
    await snap(page, "week-11-before")
    await tap(ana, "8")
    await sees(ana, "I tell you when it is over.")
    await snap(page, "week-12-breath")
    await on(page, "+15 min")
    await sees(ana, "That was it.")
    await snap(page, "week-13-after")
    await tap(ana, "4")
    await sees(ana, "Revved up 8 → 4")
    await snap(page, "week-14-over")

    # looking back
    await steps.write(ana, "/today")
    await sees(ana, "Breathe out longer: 5 min, revved up 8 → 4")
    await snap(page, "week-15-today")
    await tap(ana, "Last seven days")
    await sees(ana, "1 drill, 4 points down.")
    await snap(page, "week-16-week")
    await tap(ana, "Back")
    await tap(ana, "Morning check-in")
    await sees(ana, "How is your mood?")
    assert not await page.evaluate("document.documentElement.scrollWidth > innerWidth")


async def test_a_dark_evening_on_a_narrow_phone(coach: Coach, open_page: Open, snap: Snap) -> None:
    page = await open_page(coach.api.url, dark=True)
    ana = await settled_in(page)
    await on(page, "+1 hour", 13)
    await lives(ana, "/checkin", EVENING)
    await sees(ana, "Five minutes of longer breaths out")
    await snap(page, "week-dark-01-evening")
    await steps.write(ana, "/drill")
    await sees(ana, "best tested")
    await snap(page, "week-dark-02-pick")
    await tap(ana, "3 min")
    await sees(ana, "right now?")
    await steps.write(ana, "lots")
    await sees(ana, "I need a whole number")
    await snap(page, "week-dark-03-refused")
    await tap(ana, "8")
    await sees(ana, "I tell you when it is over.")
    await snap(page, "week-dark-04-breath")
    await tap(ana, "Dizzy, or worse")
    await sees(ana, "Stop here.")
    await snap(page, "week-dark-05-unwell")
    await on(page, "+15 min")
    await steps.write(ana, "/today")
    await sees(ana, "Today")
    await tap(ana, "Last seven days")
    await sees(ana, "The last seven days")
    await snap(page, "week-dark-06-week")
    await expect(ana.get_by_text("That was it.")).to_have_count(0)
    assert not await page.evaluate("document.documentElement.scrollWidth > innerWidth")
