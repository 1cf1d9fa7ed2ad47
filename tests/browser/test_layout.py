"""What is in sight and under the finger: tabs, phones side by side, scrolling, toasts, the way of the Tab key."""

import asyncio
from datetime import timedelta

import pytest
from playwright.async_api import FloatRect, Locator, Page, expect
from telegram import InlineKeyboardButton, InlineKeyboardMarkup, ReplyKeyboardMarkup

from tests.browser import steps
from tests.browser.conftest import Open, Snap, Stage

TOWNS = [f"Town {number}" for number in range(24)]
TOO_LONG = "\n".join(f"Line {number}" for number in range(60))
CONTRAST = """it => {
  const light = (colour) => {
    const linear = (part) => (part <= .03928 ? part / 12.92 : ((part + .055) / 1.055) ** 2.4);
    const [r, g, b] = colour.match(/[\\d.]+/g).map((part) => linear(part / 255));
    return .2126 * r + .7152 * g + .0722 * b + .05;
  };
  const { color, backgroundColor } = getComputedStyle(it);
  const pair = [light(color), light(backgroundColor)];
  return Math.max(...pair) / Math.min(...pair);
}"""


def tab(page: Page, name: str) -> Locator:
    return page.get_by_role("navigation", name="Chats").get_by_role("button", name=name)


def shown(page: Page) -> Locator:
    """The phones that one sees."""
    return page.locator(".phone:visible")


async def boxes(*elements: Locator) -> list[FloatRect]:
    """Where they are."""
    found = [await element.bounding_box() for element in elements]
    return [box for box in found if box is not None]


def keys(*labels: str) -> InlineKeyboardMarkup:
    """Two buttons a row."""
    buttons = [InlineKeyboardButton(label, callback_data=label) for label in labels]
    return InlineKeyboardMarkup([buttons[i : i + 2] for i in range(0, len(buttons), 2)])


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
async def test_every_tab_can_be_read(stage: Stage, open_page: Open, snap: Snap, dark: bool) -> None:
    page = await open_page(stage.api.url, dark=dark)
    bo = stage.world.person("Bo")
    group = stage.world.group("Sunday run", [stage.ana, bo])
    await stage.bot.send_message(group.id, "Who runs?")
    await expect(tab(page, "Sunday run")).to_have_class("unread")
    await expect(tab(page, "Ana")).to_have_attribute("aria-pressed", "true")
    for name in ("Ana", "Bo", "Sunday run"):
        assert await tab(page, name).evaluate(CONTRAST) > 4.5
        await tab(page, name).hover()
        assert await tab(page, name).evaluate(CONTRAST) > 4.5
    await tab(page, "Ana").hover()
    await snap(page, f"{'dark' if dark else 'light'}-360-tabs")


async def test_few_stops_lead_through_a_long_chat(stage: Stage, open_page: Open, snap: Snap) -> None:
    for number in range(12):
        stage.ana.type("/help")
        await stage.bot.send_message(stage.ana.id, f"Answer {number}: /help", reply_markup=keys("Old"))
    await stage.bot.send_message(stage.ana.id, "Ready?", reply_markup=keys("Yes", "No"))
    await stage.bot.send_message(stage.ana.id, "Take your time")
    page = await open_page(stage.api.url)
    ana, focus = steps.phone(page), page.locator(":focus")
    await expect(steps.said(ana, "Take your time")).to_be_in_viewport()

    # past everything, at once
    await page.keyboard.press("Tab")
    await expect(page.get_by_role("link", name="To the message field")).to_be_focused()
    await snap(page, "light-360-skip")
    await page.keyboard.press("Enter")
    await expect(steps.box(ana)).to_be_focused()

    # through the chat
    await ana.get_by_role("log").focus()
    stops = []
    while not await steps.box(ana).evaluate("it => it === document.activeElement"):
        await page.keyboard.press("Tab")
        stops.append(await focus.evaluate("it => it.getAttribute('aria-label') ?? it.textContent"))
        assert len(stops) < 10
    assert stops[:4] == ["Message actions", "Yes", "No", "Message actions"]

    # to what is older, and back
    await ana.get_by_role("log").focus()
    await page.keyboard.press("ArrowUp")
    await expect(steps.said(ana, "Take your time")).to_be_focused()
    for _ in range(8):
        await page.keyboard.press("ArrowUp")
    await expect(steps.said(ana, "Answer 8")).to_be_focused()
    await expect(steps.said(ana, "Answer 8")).to_be_in_viewport()
    await snap(page, "light-360-walk")
    for name in ("/help", "Message actions", "Old"):
        await page.keyboard.press("Tab")
        await expect(focus).to_have_accessible_name(name)
    await page.keyboard.press("ArrowDown")
    await expect(steps.messages(ana).nth(18)).to_be_focused()


async def test_a_tall_screen_is_shown_from_its_beginning(stage: Stage, open_page: Open, snap: Snap) -> None:
    stage.ana.type("/start")
    page = await open_page(stage.api.url)
    ana = steps.phone(page)
    log = ana.get_by_role("log")

    async def begins(text: str) -> None:
        """That message begins within the upper part of the view."""
        await expect(steps.said(ana, text)).to_be_visible()
        for _ in range(100):
            view, it = await boxes(log, steps.said(ana, text))
            if 0 <= it["y"] - view["y"] < 40:
                return
            await asyncio.sleep(0.05)
        raise AssertionError(f"{text} begins at {it['y'] - view['y']}")

    # a screen becomes a tall one, with another message and a keyboard below it
    world = await stage.bot.send_message(stage.ana.id, "Which part?", reply_markup=keys("Europe", "Asia"))
    place = ReplyKeyboardMarkup([["Share my place once"]], resize_keyboard=True)
    await stage.bot.send_message(stage.ana.id, "Or share your place", reply_markup=place)
    await expect(steps.said(ana, "Or share")).to_be_in_viewport()
    await ana.get_by_role("button", name="Europe").click()
    await world.edit_text("Which town?", reply_markup=keys(*TOWNS))
    await begins("Which town?")
    await snap(page, "light-360-tall")

    # who ticks something at its end stays there
    await ana.get_by_role("button", name="Town 23").scroll_into_view_if_needed()
    before = await log.evaluate("it => it.scrollTop")
    await ana.get_by_role("button", name="Town 23").click()
    await world.edit_text("Which town?", reply_markup=keys(*TOWNS[:-1], "Ticked"))
    await expect(ana.get_by_role("button", name="Ticked")).to_be_in_viewport()
    assert abs(await log.evaluate("it => it.scrollTop") - before) < 40

    # what comes of a tap is seen wherever one was, from its beginning
    await stage.bot.send_message(stage.ana.id, f"Everything I know\n{TOO_LONG}")
    await begins("Everything I know")
    await stage.bot.send_message(stage.ana.id, "And one thing more")
    await begins("Everything I know")
    await page.reload()
    await expect(steps.said(ana, "And one thing more")).to_be_in_viewport()


async def test_no_date_floats_over_the_messages(stage: Stage, open_page: Open) -> None:
    stage.ana.type("/start")
    page = await open_page(stage.api.url)
    ana = steps.phone(page)
    for _ in range(2):
        await stage.bot.send_message(stage.ana.id, TOO_LONG)
        stage.ana.type("Done")
        await expect(steps.said(ana, "Done")).to_be_in_viewport()
        await expect(ana.locator(".date").last).not_to_be_in_viewport()
        stage.world.pass_time(timedelta(days=1))
    await ana.get_by_role("log").evaluate("log => { log.scrollTop = 0; }")
    await expect(ana.locator(".date").first).to_be_in_viewport()


async def test_who_is_added_is_opened_and_a_double_tap_adds_one(stage: Stage, open_page: Open, snap: Snap) -> None:
    page = await open_page(stage.api.url)
    await page.get_by_role("button", name="Add Bo").dblclick()
    await expect(steps.phone(page, "Bo")).to_be_visible()
    await expect(tab(page, "Bo")).to_have_attribute("aria-pressed", "true")
    await expect(page.get_by_role("button", name="Add Cy")).to_be_enabled()
    assert [phone.person.user.first_name for phone in stage.world.phones.values()] == ["Ana", "Bo"]
    await page.get_by_role("button", name="Add a group").click()
    await expect(steps.group(page)).to_be_visible()
    await expect(steps.phone(page, "Bo")).to_be_hidden()
    await snap(page, "light-360-group")
    await page.get_by_role("button", name="Add Cy").click()
    await expect(steps.phone(page, "Cy")).to_be_visible()


async def test_as_many_phones_as_fit_stand_side_by_side(stage: Stage, open_page: Open, snap: Snap) -> None:
    page = await open_page(stage.api.url, narrow=False)
    bo, cy = stage.world.person("Bo"), stage.world.person("Cy")
    stage.world.group("Sunday run", [stage.ana, bo, cy])
    for width, number in ((1600, 4), (1200, 3), (800, 2), (700, 1)):
        await page.set_viewport_size({"width": width, "height": 800})
        await expect(shown(page)).to_have_count(number)
        await expect(page.get_by_role("navigation", name="Chats")).to_be_visible(visible=number < 4)
    await page.set_viewport_size({"width": 1200, "height": 800})
    await expect(page.locator("nav [aria-pressed=true]")).to_have_text(["Ana", "Bo", "Cy"])

    # the one that was used longest ago makes room
    for person in ("Bo", "Cy", "Ana"):
        await steps.phone(page, person).get_by_role("button", name="Chat menu").focus()
    await tab(page, "Sunday run").click()
    await expect(page.locator("nav [aria-pressed=true]")).to_have_text(["Ana", "Cy", "Sunday run"])
    await expect(shown(page)).to_have_count(3)
    await expect(steps.group(page)).to_be_visible()
    await snap(page, "light-1200-three")
    await page.reload()
    await expect(page.locator("nav [aria-pressed=true]")).to_have_text(["Ana", "Cy", "Sunday run"])


async def test_a_toast_covers_no_button(stage: Stage, open_page: Open, snap: Snap) -> None:
    stage.ana.type("/start")
    group = stage.world.group("Sunday run", [stage.ana])
    page = await open_page(stage.api.url)
    for chat, name in ((stage.ana.id, "Ana"), (group.id, "Sunday run")):
        await tab(page, name).click()
        await stage.bot.send_message(chat, TOO_LONG, reply_markup=keys("Yes", "No", "Later", "Never"))
        await shown(page).get_by_role("button", name="Later").click()
        [query] = [update.callback_query for update in await stage.bot.get_updates(offset=-1)]
        assert query is not None
        await stage.bot.answer_callback_query(query.id, "That is noted for today")
        toast = shown(page).get_by_role("status").get_by_text("That is noted")
        await expect(toast).to_be_in_viewport(ratio=1)
        await snap(page, f"light-360-toast-{name}")
        over, *used = await boxes(toast, *await page.locator("button:visible, select:visible").all())
        for it in used:
            aside = it["x"] + it["width"] <= over["x"] or over["x"] + over["width"] <= it["x"]
            assert aside or it["y"] + it["height"] <= over["y"] or over["y"] + over["height"] <= it["y"]
