"""Check-ins that cross something in the demo: another card, midnight and 04:00, a border, a kill of the coach."""

import re
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from playwright.async_api import Locator, Page, expect

from tests.browser import steps
from tests.browser.conftest import Open, Snap, Stage
from tests.browser.steps import lives, on, sees, settled_in, tap
from tests.support import Coach, Process

LISBON = ZoneInfo("Europe/Lisbon")  # of the browser, and so of the clock on the page
LOADING = 60_000.0  # milliseconds: the first place that is looked up waits for a worker to read about the world
OLD = "That button is from earlier. Nothing changed."
SLEEP, MOOD, HOURS = "How well did you sleep?", "How is your mood?", "How many hours"
REVVED, DOWN = "How revved up did you get", "How fast did you come back down?"
SPILLED, FOOD = "Did it spill over?", "Food and drink"


async def until(page: Page, coach: Coach, clock: str) -> None:
    """People's time goes on until the page's clock shows this next."""
    now = coach.clock.now()
    here = now.astimezone(LISBON)
    then = datetime.combine(here, time.fromisoformat(clock), LISBON)
    later = then if then > here else then + timedelta(days=1)
    coach.world.pass_time(later.astimezone(UTC) - now)
    await expect(page.locator("#now")).to_contain_text(clock)


def date(coach: Coach, days_ago: int = 0) -> str:
    """A date in Lisbon as the coach writes it."""
    day = coach.clock.now().astimezone(LISBON) - timedelta(days=days_ago)
    return f"{day:%a} {day.day} {day:%b}"


async def have_buttons(chat: Locator, *screens: str) -> None:
    """Of all messages these have buttons, in this order; each is named by a part of its text."""
    found = chat.locator("article.row:has(.buttons)")
    await expect(found).to_have_count(len(screens))
    await expect(found).to_contain_text(screens)


async def keep(page: Page, snap: Snap, name: str) -> None:
    """How it looks by day and by night; nothing may stick out of a narrow phone."""
    for scheme in ("dark", "light"):
        await page.emulate_media(color_scheme=scheme)
        await snap(page, f"{name}-{scheme}")
    assert not await page.evaluate("document.documentElement.scrollWidth > innerWidth")


async def lives_in_lisbon(chat: Locator) -> None:
    """Their place, by /settings: from now on the page's clock is theirs."""
    await steps.write(chat, "/settings")
    for label, then in (
        ("Place", "Where are you?"),
        ("Pick from a list", "Which part of the world?"),
        ("Europe", "Which town has"),
        ("Lisbon", "you live in Portugal"),
        ("That's right", "Place: Lisbon, Portugal"),
        ("Done", "Your settings"),
    ):
        await tap(chat, label)
        await expect(steps.said(chat, then)).to_be_visible()


# ---- two cards -----------------------------------------------------------------------------------------


async def test_the_mornings_answer_and_the_evenings_question(coach: Coach, open_page: Open, snap: Snap) -> None:
    """Two cards of one day have buttons, and each keeps its own; only one of them asks."""
    page = await open_page(coach.api.url)
    ana = await settled_in(page)
    await lives(ana, "/checkin morning", {SLEEP: "7", MOOD: "6", HOURS: "7.5"})
    await sees(ana, "Sleep 7 · mood 6 · 7.5 h")
    await on(page, "+1 hour", 13)
    await lives(ana, "/checkin", {REVVED: "6"})
    await sees(ana, DOWN)
    await have_buttons(ana, "This morning", DOWN)
    await keep(page, snap, "two-01-both")

    # what the morning said is looked into, and the evening goes on
    await tap(steps.said(ana, "This morning"), "Why?")
    await have_buttons(ana, "Why this?", DOWN)
    await keep(page, snap, "two-02-why")
    await steps.write(ana, "5")
    await have_buttons(ana, "Why this?", SPILLED)
    await tap(steps.said(ana, "Why this?"), "Back")
    await have_buttons(ana, "This morning", SPILLED)

    # the morning is corrected: now it asks, and the evening waits; the morning's answer leads back to it
    await tap(ana, "Change an answer")
    await tap(ana, "Mood")
    await have_buttons(ana, "So far: 6")
    await keep(page, snap, "two-03-correcting")
    await tap(ana, "4")
    await have_buttons(ana, "Sleep 7 · mood 4 · 7.5 h")
    await keep(page, snap, "two-04-corrected")
    for label, then in (("Go on with the evening", SPILLED), ("No, nothing", FOOD), ("Ate and drank well", "food: ")):
        await tap(ana, label)
        await sees(ana, then)
    await have_buttons(ana, "Sleep 7 · mood 4 · 7.5 h", "Revved up 6 · came down 5 · spilled over: no")
    await keep(page, snap, "two-05-both-over")


async def test_yesterdays_evening_and_this_morning(coach: Coach, open_page: Open, snap: Snap) -> None:
    """A card that was left in the middle waits, whatever its successor hears."""
    page = await open_page(coach.api.url)
    ana = await settled_in(page)
    await on(page, "+1 hour", 13)
    await lives(ana, "/checkin", {REVVED: "6"})
    await sees(ana, DOWN)
    await on(page, "tomorrow 07:00")
    await lives(ana, "/checkin", {SLEEP: "8"})
    await have_buttons(ana, MOOD)
    await keep(page, snap, "left-01-morning")
    await lives(ana, "/checkin yesterday", {DOWN: "5", SPILLED: "No, nothing", FOOD: "Ate and drank well"})
    await have_buttons(ana, "Revved up 6 · came down 5")
    await sees(ana, "Evening of ")
    await keep(page, snap, "left-02-yesterday")
    await lives(ana, "/checkin", {MOOD: "6", HOURS: "7"})
    await have_buttons(ana, "Evening of ", "Sleep 8 · mood 6 · 7 h")
    await keep(page, snap, "left-03-both-over")


async def test_a_tap_on_what_is_old_by_then(coach: Coach, open_page: Open, snap: Snap) -> None:
    """While the coach can't be reached a new card is asked for and the old one is tapped: it says so, kindly."""
    page = await open_page(coach.api.url)
    ana = await settled_in(page)
    await lives(ana, "/checkin morning", {SLEEP: "7"})
    await sees(ana, MOOD)
    await coach.stop()
    await steps.write(ana, "/checkin evening")
    await tap(ana, "6")
    await keep(page, snap, "old-01-waiting")
    await coach.start()
    await expect(ana.get_by_role("status").get_by_text(OLD)).to_be_visible()
    await have_buttons(ana, REVVED)
    await keep(page, snap, "old-02-toast")
    await lives(ana, "/checkin morning", {MOOD: "4", HOURS: "8"})
    await have_buttons(ana, "Sleep 7 · mood 4 · 8 h")


async def test_a_double_tap_answers_one_question(coach: Coach, open_page: Open) -> None:
    """The next question has its buttons in the same places: a second tap, meant for the first, is not its answer."""
    page = await open_page(coach.api.url)
    ana = await settled_in(page)
    await steps.write(ana, "/checkin evening")
    await sees(ana, REVVED)
    await tap(ana, "9")
    await sees(ana, DOWN)
    await page.mouse.down(click_count=2)
    await page.mouse.up(click_count=2)
    await coach.settled()
    await have_buttons(ana, DOWN)
    await ana.get_by_role("button", name="4", exact=True).dblclick()
    await have_buttons(ana, SPILLED)
    await ana.get_by_role("button", name="Withdrew").dblclick()
    await coach.settled()
    await expect(ana.get_by_role("button", name="✓ Withdrew")).to_be_visible()
    await expect(ana.get_by_role("status").get_by_text(OLD)).to_have_count(0)


async def test_a_card_that_came_twice(coach: Coach, open_page: Open, snap: Snap) -> None:
    """Telegram's answer is lost and the card is sent again: the copy that is tapped goes on, wherever it lies."""
    page = await open_page(coach.api.url)
    ana = await settled_in(page)
    faults, lost = coach.world.faults, iter([1.0])
    faults.on("before:sendMessage", lambda _: faults.lose_answer(next(lost, 0.0), methods=["sendMessage"]))
    await steps.write(ana, "/checkin morning")
    await have_buttons(ana, SLEEP, SLEEP)
    await coach.settled()
    await keep(page, snap, "twice-01-copies")
    await tap(steps.messages(ana).filter(has_text=SLEEP).first, "7")
    await have_buttons(ana, MOOD)
    await expect(steps.messages(ana).filter(has_text="check-in")).to_contain_text([MOOD, SLEEP])
    await keep(page, snap, "twice-02-goes-on")
    await steps.write(ana, "6")
    await have_buttons(ana, HOURS)
    await tap(ana, "8")
    await have_buttons(ana, "Sleep 7 · mood 6 · 8 h")


# ---- which day it is -----------------------------------------------------------------------------------


async def test_an_evening_lasts_until_four(coach: Coach, open_page: Open, snap: Snap) -> None:
    """A card keeps its day over midnight and over 04:00; `/checkin` and `/today` mean a new one from 04:00 on."""
    page = await open_page(coach.api.url)
    ana = await settled_in(page)
    await lives_in_lisbon(ana)
    await until(page, coach, "23:30")
    await steps.write(ana, "/checkin")
    await sees(ana, REVVED)
    await until(page, coach, "00:30")
    await tap(ana, "6")
    await sees(ana, DOWN)
    await keep(page, snap, "night-01-after-midnight")

    # 03:59 is still the evening
    await until(page, coach, "03:59")
    await lives(ana, "/checkin", {DOWN: "5"})
    await have_buttons(ana, SPILLED)
    await steps.write(ana, "/today")
    await sees(ana, f"Today, {date(coach, 1)}")
    await sees(ana, "Evening: Revved up 6 · came down 5 · 2 of 4 open")
    await keep(page, snap, "night-02-today-at-0359")

    # at 04:00 its card goes on for the day before, and a new day has begun
    await until(page, coach, "04:00")
    await tap(ana, "No, nothing")
    await tap(ana, "Ate and drank well")
    evening = steps.said(ana, f"Evening of {date(coach, 1)}")
    await expect(evening).to_contain_text("Revved up 6 · came down 5 · spilled over: no")
    await keep(page, snap, "night-03-closed-at-0400")
    await steps.write(ana, "/today")
    await sees(ana, f"Today, {date(coach)}")
    await sees(ana, "Evening: open")
    await keep(page, snap, "night-04-today-at-0400")
    await lives(ana, "/checkin", {SLEEP: "7"})
    await sees(ana, MOOD)
    await keep(page, snap, "night-05-morning")


async def test_moving_west_between_two_answers(coach: Coach, open_page: Open, snap: Snap) -> None:
    """Seven in Lisbon is two at night in New York: there it is yesterday's evening, and the morning comes later."""
    page = await open_page(coach.api.url)
    ana = await settled_in(page)
    await lives_in_lisbon(ana)
    await on(page, "tomorrow 07:00")
    await lives(ana, "/checkin", {SLEEP: "7"})
    await sees(ana, MOOD)
    await steps.write(ana, "/settings")
    await sees(ana, "Place: Lisbon, Portugal")
    await have_buttons(ana, "Place: Lisbon")  # one thing is asked at a time
    await tap(ana, "Place")
    await expect(steps.said(ana, "Where are you?")).to_be_visible()
    await keep(page, snap, "west-01-where")
    await steps.write(ana, "New York")
    there = re.compile(r"It is 0[23]:0\d where you are \(New York time\)")  # 03:00 in a few weeks of the year
    await expect(steps.said(ana, there)).to_be_visible(timeout=LOADING)
    await keep(page, snap, "west-02-new-york")
    await tap(ana, "That's right")
    await sees(ana, "Place: New York")
    await keep(page, snap, "west-03-settings")
    await tap(ana, "Done")
    await steps.write(ana, "/checkin")
    await sees(ana, REVVED)
    await keep(page, snap, "west-04-evening")
    await on(page, "+1 hour", 5)
    await lives(ana, "/checkin", {MOOD: "6"})
    await sees(ana, HOURS)
    await keep(page, snap, "west-05-morning-goes-on")
    await tap(ana, "7.5")
    await sees(ana, "Sleep 7 · mood 6 · 7.5 h")


async def test_moving_east_between_two_answers(coach: Coach, open_page: Open, snap: Snap) -> None:
    """Nine in the evening in Lisbon is tomorrow's morning in Sydney; the evening that was left can still be told."""
    page = await open_page(coach.api.url)
    ana = await settled_in(page)
    await lives_in_lisbon(ana)
    await until(page, coach, "21:00")
    await lives(ana, "/checkin", {REVVED: "6"})
    await sees(ana, DOWN)
    await steps.write(ana, "/settings")
    await tap(ana, "Place")
    await ana.get_by_role("button", name="Share my place once").click()
    await page.get_by_role("button", name="Sydney").click()
    await expect(steps.said(ana, "you live in Australia")).to_be_visible(timeout=LOADING)
    await tap(ana, "That's right")
    await sees(ana, "Place: Sydney, Australia")
    await expect(ana.get_by_role("button", name="Share my place once")).to_have_count(0)
    await tap(ana, "Done")
    await lives(ana, "/checkin", {SLEEP: "7"})
    await have_buttons(ana, MOOD)
    await keep(page, snap, "east-01-morning")
    await lives(ana, "/checkin yesterday", {DOWN: "5", SPILLED: "No, nothing", FOOD: "Ate and drank well"})
    await sees(ana, "Evening of ")
    await sees(ana, "Revved up 6 · came down 5 · spilled over: no")
    await keep(page, snap, "east-02-evening-told")
    await lives(ana, "/checkin", {MOOD: "6", HOURS: "7.5"})
    await sees(ana, "Sleep 7 · mood 6 · 7.5 h")


# ---- a restart -----------------------------------------------------------------------------------------


async def test_kills_in_the_middle_of_a_card(stage: Stage, open_page: Open, snap: Snap, tmp_path: Path) -> None:
    """The coach as a process of its own, killed at each step: what is tapped and typed meanwhile waits for it."""
    coach = Process(f"sqlite:///{tmp_path / 'coach.db'}", stage.api, stage.world.token, tmp_path)
    coach.start()
    try:
        page = await open_page(stage.api.url)
        ana = await settled_in(page)
        await lives(ana, "/checkin evening", {REVVED: "6"})
        await sees(ana, DOWN)

        # tapped while it is dead, and looked at anew
        coach.kill()
        await tap(ana, "5")
        await expect(ana.get_by_role("button", name="5", exact=True)).to_have_attribute("aria-busy", "true")
        await keep(page, snap, "kill-01-spins")
        await page.reload()
        await have_buttons(ana, DOWN)
        coach.start()
        await have_buttons(ana, SPILLED)
        await keep(page, snap, "kill-02-goes-on")

        # half ticked
        await tap(ana, "Withdrew")
        await expect(ana.get_by_role("button", name="✓ Withdrew")).to_be_visible()
        coach.kill()
        coach.start()
        await tap(ana, "Snapped at someone")
        await expect(ana.get_by_role("button", name="✓ Snapped at someone")).to_be_visible()
        await expect(ana.get_by_role("button", name="✓ Withdrew")).to_be_visible()
        await tap(ana, "Done")
        await sees(ana, FOOD)

        # typed while it is dead
        coach.kill()
        await steps.write(ana, "nothing")
        coach.start()
        await sees(ana, "Revved up 6 · came down 5 · spilled over: snapped, withdrew · food: none of these")
        await have_buttons(ana, "This evening")
        await keep(page, snap, "kill-03-closed")

        # and on its answer
        coach.kill()
        await tap(ana, "Why?")
        coach.start()
        await have_buttons(ana, "Why this?")
        await tap(ana, "Back")
        await have_buttons(ana, "This evening")
    finally:
        coach.kill()
