"""A first conversation with the real coach on the demo's page."""

import re
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from playwright.async_api import expect

from tests.browser import steps
from tests.browser.conftest import Open, Snap
from tests.support import Coach


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("narrow", [True, False], ids=["360", "1280"])
async def test_a_first_conversation(coach: Coach, open_page: Open, snap: Snap, narrow: bool, dark: bool) -> None:
    look = f"{'dark' if dark else 'light'}-{360 if narrow else 1280}"
    page = await open_page(coach.api.url, narrow=narrow, dark=dark)
    ana = steps.phone(page)
    await expect(steps.box(ana)).to_be_hidden()  # nobody writes before START
    await snap(page, f"{look}-1-empty")
    await steps.start(ana)
    await snap(page, f"{look}-2-welcome")
    await steps.agree(ana)
    await coach.settled()
    await snap(page, f"{look}-3-agreed")

    # what one wrote oneself is changed, and taken back
    await steps.write(ana, "Good morning, the dog barked all night \N{DOG FACE}")
    await coach.settled()
    await steps.choose(ana, steps.said(ana, "dog barked"), "Edit")
    await expect(steps.box(ana)).to_have_value(re.compile("dog barked"))
    await steps.write(ana, "The dog was quiet")
    await expect(steps.said(ana, "dog barked")).to_have_count(0)
    await expect(steps.said(ana, "The dog was quiet")).to_contain_text("edited")
    await steps.choose(ana, steps.said(ana, "The dog was quiet"), "React with fire")
    await expect(steps.said(ana, "The dog was quiet")).to_contain_text("\N{FIRE}")
    await snap(page, f"{look}-4-edited")
    await steps.choose(ana, steps.said(ana, "The dog was quiet"), "Delete")
    await expect(ana.get_by_text("A message was deleted")).to_be_visible()
    await coach.settled()

    # help is there in every state, its commands can be tapped
    await steps.see_the_help_lines(ana)
    await coach.settled()
    await steps.ask_for_help(ana, await steps.messages(ana).count())
    await snap(page, f"{look}-5-help")
    await steps.said(ana, "/sos").get_by_role("button", name="/sos").first.click()
    await expect(steps.messages(ana).last).to_contain_text("112")
    overflow = "document.documentElement.scrollWidth > innerWidth"
    assert not await page.evaluate(overflow)


async def test_a_reload_in_the_middle_changes_nothing(coach: Coach, open_page: Open) -> None:
    page = await open_page(coach.api.url)
    ana = steps.phone(page)
    await steps.start(ana)
    await steps.write(ana, "wait")
    await steps.choose(ana, steps.said(ana, "wait"), "Delete")
    await expect(ana.get_by_text("A message was deleted")).to_be_visible()
    await coach.settled()
    before = await ana.get_by_role("log").inner_text()
    await page.reload()
    await expect(ana.get_by_role("log")).to_have_text(before, use_inner_text=True)
    await steps.agree(ana)


async def test_the_clock_moves_peoples_time_and_a_new_day_begins(coach: Coach, open_page: Open, snap: Snap) -> None:
    page = await open_page(coach.api.url)
    ana = steps.phone(page)
    await steps.start(ana)
    day = ana.locator(".date")
    await expect(day).to_have_count(1)
    for button, by in (("+15 min", 15), ("+1 hour", 60), ("+1 week", 10_080)):
        before, announced = coach.world.clock.offset, await page.locator("#said").inner_text()
        await page.get_by_role("button", name=button).click()
        await expect(page.locator("#said")).not_to_have_text(announced)
        assert coach.world.clock.offset - before == timedelta(minutes=by)
        now = coach.world.clock.now().astimezone(ZoneInfo("Europe/Lisbon"))
        for place in ("#said", "#now"):
            await expect(page.locator(place)).to_contain_text(f"{now:%a}, {now.day} {now:%b} {now.year}")
    await page.get_by_role("button", name="tomorrow 07:00").click()
    await expect(page.locator("#now")).to_contain_text("07:00")
    await steps.see_the_help_lines(ana)
    await expect(steps.said(ana, "112")).to_contain_text("07:00")
    await expect(day).to_have_count(2)
    await snap(page, "light-360-6-next-day")


async def test_a_second_person_and_a_group_side_by_side(coach: Coach, open_page: Open, snap: Snap) -> None:
    page = await open_page(coach.api.url, narrow=False)
    await steps.start(steps.phone(page))
    await page.get_by_role("button", name="Add Bo").click()
    bo = steps.phone(page, "Bo")
    await steps.start(bo)
    await page.get_by_role("button", name="Add a group").click()
    group = steps.group(page)
    await expect(group.get_by_text("Ana added")).to_be_visible()
    await group.get_by_label("Who you are here").select_option("as Bo")
    await steps.write(group, "Who runs on Sunday?")
    await expect(steps.said(group, "Sunday")).to_have_class(re.compile("mine"))
    await group.get_by_label("Who you are here").select_option("as Ana")
    await expect(steps.said(group, "Sunday")).to_have_class(re.compile("theirs"))
    await expect(steps.said(group, "Sunday")).to_contain_text("Bo")
    await steps.write(group, "/sos")
    await coach.settled()
    await expect(steps.said(group, "112")).to_be_visible()
    await page.get_by_role("button", name="Add Cy").click()
    await expect(steps.phone(page, "Cy")).to_be_visible()
    await expect(page.get_by_role("button", name=re.compile("^Add"))).to_have_count(0)
    await steps.menu(group, "Cy joins")
    await expect(group.get_by_text("Cy joined the group")).to_be_visible()
    await snap(page, "light-1280-7-four")


async def test_in_a_narrow_window_chats_are_tabs(coach: Coach, open_page: Open, snap: Snap) -> None:
    page = await open_page(coach.api.url, dark=True)
    ana = steps.phone(page)
    await steps.start(ana)
    await page.get_by_role("button", name="Add Bo").click()
    tabs = page.get_by_role("navigation", name="Chats")
    await expect(tabs.get_by_role("button", name="Bo")).to_have_attribute("aria-pressed", "true")
    await expect(ana).to_be_hidden()
    coach.world.phones[min(coach.world.phones)].type("/sos")
    await tabs.get_by_role("button", name="Ana").click()
    await expect(steps.phone(page, "Bo")).to_be_hidden()
    await tabs.get_by_role("button", name="Bo").click()
    await steps.start(steps.phone(page, "Bo"))
    await snap(page, "dark-360-8-tabs")
    await page.reload()
    await expect(steps.phone(page, "Bo")).to_be_visible()  # the tab in front stays in front
    assert not await page.evaluate("document.documentElement.scrollWidth > innerWidth")


async def test_a_button_in_the_group_opens_the_private_chat(coach: Coach, open_page: Open, snap: Snap) -> None:
    page = await open_page(coach.api.url)
    await steps.start(steps.phone(page))
    await page.get_by_role("button", name="Add a group").click()
    group = steps.group(page)
    await steps.write(group, "/help")
    await coach.settled()
    await snap(page, "light-360-9-in-a-group")
    await group.get_by_role("button", name="Open our chat").click()
    await expect(group).to_be_hidden()
    await expect(steps.box(steps.phone(page))).to_be_focused()


async def test_blocked_and_let_back_in(coach: Coach, open_page: Open) -> None:
    page = await open_page(coach.api.url)
    ana = steps.phone(page)
    await steps.start(ana)
    await steps.menu(ana, "Block the bot")
    await expect(steps.box(ana)).to_be_hidden()
    assert coach.world.phones[min(coach.world.phones)].person.blocked
    await ana.get_by_role("button", name="Unblock").click()
    await steps.see_the_help_lines(ana)


async def test_by_keyboard_alone(coach: Coach, open_page: Open, snap: Snap) -> None:
    page = await open_page(coach.api.url, narrow=False)
    ana = steps.phone(page)
    keys = page.keyboard

    async def walk_to(name: str, role: str = "button", by: str = "Tab") -> None:
        """Press Tab until that has the focus."""
        for _ in range(30):
            await keys.press(by)
            focused = page.locator(":focus")
            if await focused.count() and name in (await focused.aria_snapshot()):
                return
        raise AssertionError(f"{role} {name} is never reached by {by}")

    await walk_to("Start")
    await keys.press("Enter")
    await expect(ana.get_by_role("button", name=steps.AGREE)).to_be_visible()
    await walk_to("18 or over")
    await snap(page, "light-1280-9-focus")
    await keys.press("Enter")
    await expect(ana.get_by_role("button", name=steps.AGREE)).to_have_count(0)
    await coach.settled()
    await steps.box(ana).focus()
    await keys.type("one")
    await keys.press("Shift+Enter")
    await keys.type("two")
    await keys.press("Enter")
    await expect(steps.said(ana, re.compile("one\ntwo"))).to_be_visible()
    await coach.settled()
    await walk_to("Message actions", by="Shift+Tab")
    await keys.press("Enter")
    await expect(page.get_by_role("menuitem", name="React with thumbs up")).to_be_focused()
    await keys.press("ArrowRight")
    await expect(page.get_by_role("menuitem", name="React with heart")).to_be_focused()
    await keys.press("Escape")
    await expect(page.get_by_role("menu")).to_have_count(0)
    await expect(page.locator(":focus")).to_have_attribute("aria-label", "Message actions")
