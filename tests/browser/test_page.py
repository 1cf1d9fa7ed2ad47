"""What the page shows of everything a bot can send, with the bot played by hand."""

import base64
import json
import re
from datetime import timedelta
from typing import Any

import pytest
from playwright.async_api import Page, expect
from telegram import (
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReactionTypeEmoji,
    ReplyKeyboardMarkup,
)

from bot.adapters.clock import Clock
from bot.demo.server import BotApi
from bot.demo.world import World
from bot.drills import animation, breath, sound
from tests.browser import steps
from tests.browser.conftest import Open, Snap, Stage

# A dot that breathes: two pictures of 8 x 8, looping.
GIF = base64.b64decode(
    "R0lGODlhCAAIAJEAAAtrW9z20v9wQwAAACH/C05FVFNDQVBFMi4wAwEAAAAh+QQAMgAAACwAAAAACAAIAAACJQQIECBAgAABAgSYMCFAgAkT"
    "AgSYMCFAgAkTAgQIECBAgAABAgUAIfkEADIAAAAsAAAAAAgACAAAAiUECBAgQIAJEwJEmDBhQIQJEwZEmDBhQIQJEwYEmDAhQIAAAQIFADs="
)
MARKED = (
    "<b>Bold <i>and italic</i></b>, <u>underlined</u>, <s>struck</s>, <code>code</code>\n"
    "<pre>a block\n  of code</pre>\n<blockquote>said before</blockquote>\n"
    "<blockquote expandable>one\ntwo\nthree\nfour\nfive</blockquote>"
    "<tg-spoiler>the end</tg-spoiler> \N{RUNNER} <a href='https://example.org/'>a link</a> /help https://example.org/a"
)


async def begin(stage: Stage, open_page: Open, **look: Any) -> Page:
    """Ana has written, and looks at the page."""
    stage.ana.type("/start")
    return await open_page(stage.api.url, **look)


async def test_formatting(stage: Stage, open_page: Open, snap: Snap) -> None:
    page = await begin(stage, open_page)
    await stage.bot.send_message(stage.ana.id, MARKED, parse_mode="HTML")
    message = steps.said(steps.phone(page), "Bold")
    for tag, text in (
        ("strong", "Bold and italic"), ("strong em", "and italic"), ("u", "underlined"), ("s", "struck"),
        ("code", "code"), ("pre", "a block\n  of code"), ("blockquote:not(.expandable)", "said before"),
    ):
        assert await message.locator(tag).inner_text() == text
    quote = message.get_by_role("button", name="one two")
    await quote.press("Enter")
    await expect(quote).to_have_attribute("aria-expanded", "true")
    link = message.get_by_role("link", name="a link")
    await expect(link).to_have_attribute("rel", "noopener noreferrer")
    await expect(message.get_by_role("link", name="https://example.org/a")).to_be_visible()
    await message.get_by_role("button", name="Hidden text: show it").click()
    await expect(message.locator(".spoiler.shown")).to_have_text("the end")
    await message.get_by_role("button", name="/help").click()
    await expect(steps.messages(steps.phone(page)).last).to_contain_text("You: /help")
    await snap(page, "light-360-formatting")


async def test_words_are_never_markup(stage: Stage, open_page: Open) -> None:
    page = await begin(stage, open_page)
    hostile = "<img src=x onerror=alert(1)><script>alert(2)</script>"
    await stage.bot.send_message(stage.ana.id, hostile)
    stage.ana.type(hostile)
    stage.ana.send_document(f"{hostile}.html", b"<script>alert(3)</script>")
    ana = steps.phone(page)
    await expect(steps.messages(ana).filter(has_text=hostile)).to_have_count(3)
    assert await ana.locator("img, script").count() == 0


async def test_everything_a_message_can_carry(stage: Stage, open_page: Open, snap: Snap) -> None:
    page = await begin(stage, open_page, narrow=False)
    ana, bot, number = steps.phone(page), stage.bot, stage.ana.id
    await bot.send_animation(number, GIF, filename="breath.gif", caption="<b>Breathe</b> with me", parse_mode="HTML")
    await expect(ana.get_by_role("img", name="Animation")).to_be_visible()
    await bot.send_photo(number, GIF, filename="a.gif", caption="Your week")
    await expect(ana.get_by_role("img", name="Photo")).to_be_visible()
    await bot.send_voice(number, b"OggS", duration=65, filename="note.ogg")
    await bot.send_audio(number, b"no sound", duration=185, filename="breath.mp3", caption="In while it rises")
    for length, what in (("1:05", "voice message"), ("3:05", "audio")):
        await steps.said(ana, length).get_by_role("button", name=f"Play {what}").click()
        await expect(ana.get_by_role("status").filter(has_text=f"This {what} can't be played")).to_be_visible()
    await bot.send_document(number, b"a,b", filename="week.csv", caption="Everything")
    async with page.expect_download() as download:
        await steps.said(ana, "week.csv").get_by_role("link").click()
    assert (await download.value).suggested_filename == "week.csv"
    await snap(page, "light-1280-media")


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
async def test_a_breath_plays_by_itself_over_and_over(stage: Stage, open_page: Open, snap: Snap, dark: bool) -> None:
    page = await begin(stage, open_page, dark=dark)
    film = animation.answer(json.dumps(breath.animation((("in", 1), ("out", 1)), {"in": "In", "out": "Out"})).encode())
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Stop", callback_data="s")]])
    await stage.bot.send_animation(
        stage.ana.id, film, filename="breath.mp4", reply_markup=keyboard,
        caption="In for one second, out for one.",
    )
    message = steps.said(steps.phone(page), "In for one second")
    video = message.locator("video")
    await expect(video).to_have_js_property("paused", False)
    assert await video.evaluate("v => v.muted && v.loop && v.playsInline && !v.controls && v.videoWidth === 320")
    turned = "v => new Promise(done => v.addEventListener('seeked', () => done(!v.paused), {once: true}))"
    assert await video.evaluate(turned)  # a loop is a leap back to the start
    await snap(page, f"{'dark' if dark else 'light'}-360-breath")


@pytest.mark.parametrize(("kind", "what", "dark"), [("voice", "voice message", False), ("audio", "audio", True)])
async def test_a_breath_can_be_heard(
    stage: Stage, open_page: Open, snap: Snap, kind: str, what: str, dark: bool
) -> None:
    page = await begin(stage, open_page, dark=dark)
    file = sound.answer(json.dumps(breath.sound((("in", 4), ("out", 6)), 1, kind)).encode())
    send = stage.bot.send_voice if kind == "voice" else stage.bot.send_audio
    name = "breath.ogg" if kind == "voice" else "breath.mp3"
    await send(stage.ana.id, file, duration=60, filename=name, caption="In while it rises")
    message = steps.said(steps.phone(page), "In while it rises")
    await message.get_by_role("button", name=f"Play {what}").click()
    await expect(message.locator(".seconds")).to_have_text("0:02")
    await snap(page, f"{'dark' if dark else 'light'}-360-{kind}")
    await message.get_by_role("button", name=f"Pause {what}").click()
    await expect(message.get_by_role("button", name=f"Play {what}")).to_be_visible()


async def test_what_a_person_can_send(stage: Stage, open_page: Open, snap: Snap) -> None:
    page = await begin(stage, open_page)
    ana = steps.phone(page)
    for item, sent in (("Sticker", "\N{LEMON}"), ("Voice message", "0:03")):
        await ana.get_by_role("button", name="Attach").click()
        await page.get_by_role("menuitem", name=item).click()
        await expect(steps.said(ana, sent)).to_be_visible()
    for item, name in (("Document", "run.gpx"), ("Photo", "me.gif")):
        await ana.get_by_role("button", name="Attach").click()
        async with page.expect_file_chooser() as chooser:
            await page.get_by_role("menuitem", name=item).click()
        await (await chooser.value).set_files({"name": name, "mimeType": "application/gpx+xml", "buffer": GIF})
    await expect(steps.said(ana, "run.gpx")).to_be_visible()
    await expect(ana.get_by_role("img", name="Photo")).to_be_visible()
    for choice, shown in (("Lisbon", "38.72"), ("Middle of the Atlantic", "30.00")):
        await ana.get_by_role("button", name="Attach").click()
        await page.get_by_role("menuitem", name="Location").click()
        await snap(page, "light-360-place")
        await page.get_by_role("dialog").get_by_role("button", name=choice).click()
        await expect(steps.said(ana, shown)).to_be_visible()
    await ana.get_by_role("button", name="Attach").click()
    await page.get_by_role("menuitem", name="Location").click()
    await page.get_by_label("Latitude").fill("-33.5")
    await page.get_by_label("Longitude").fill("151.25")
    await page.keyboard.press("Enter")
    await expect(steps.said(ana, "33.50")).to_be_visible()
    media = sorted(str(bubble.media) for bubble in stage.ana.messages[1:])
    assert media == ["document", "location", "location", "location", "photo", "sticker", "voice"]
    await snap(page, "light-360-sent")


async def test_a_tap_spins_until_it_is_answered(stage: Stage, open_page: Open, snap: Snap) -> None:
    page = await begin(stage, open_page)
    ana = steps.phone(page)
    site = InlineKeyboardButton("Site", url="https://example.org/")
    keyboard = InlineKeyboardMarkup([[InlineKeyboardButton("Yes", callback_data="y"), site]])
    message = await stage.bot.send_message(stage.ana.id, "Ready?", reply_markup=keyboard)
    await expect(ana.get_by_role("link", name="Site")).to_have_attribute("target", "_blank")
    yes = ana.get_by_role("button", name="Yes")
    for alert in (False, True):
        await yes.click()
        await expect(yes).to_have_attribute("aria-busy", "true")
        await snap(page, "light-360-spinner")
        [query] = [update.callback_query for update in await stage.bot.get_updates(offset=-1)]
        assert query is not None
        await stage.bot.answer_callback_query(query.id, "Noted", show_alert=alert)
        await expect(yes).to_have_attribute("aria-busy", "false")
        where = page.get_by_role("dialog") if alert else ana.get_by_role("status")
        await expect(where.get_by_text("Noted")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_be_hidden()
    await stage.bot.set_message_reaction(stage.ana.id, message.message_id, ReactionTypeEmoji("\N{FIRE}"))
    await expect(steps.said(ana, "Ready?")).to_contain_text("\N{FIRE}")
    await message.edit_text("<b>Good</b>", parse_mode="HTML")
    await expect(steps.said(ana, "Good")).to_contain_text("edited")
    await expect(yes).to_have_count(0)


async def test_the_bots_own_keyboard(stage: Stage, open_page: Open, snap: Snap) -> None:
    page = await begin(stage, open_page, dark=True)
    ana = steps.phone(page)
    keyboard = ReplyKeyboardMarkup(
        [[KeyboardButton("Share where I am", request_location=True)], ["Type a town", "Skip"]],
        resize_keyboard=True, one_time_keyboard=True, input_field_placeholder="Your town",
    )
    await stage.bot.send_message(stage.ana.id, "Where are you?", reply_markup=keyboard)
    keys = ana.get_by_role("group", name="The bot's keyboard")
    await expect(keys.get_by_role("button")).to_have_count(3)
    await expect(steps.box(ana)).to_have_attribute("placeholder", "Your town")
    await snap(page, "dark-360-keyboard")
    await keys.get_by_role("button", name="Share where I am").click()
    await page.get_by_role("dialog").get_by_role("button", name="Kathmandu").click()
    await expect(steps.said(ana, "27.72")).to_be_visible()
    await expect(keys).to_be_hidden()
    await stage.bot.send_message(stage.ana.id, "And now?", reply_markup=ReplyKeyboardMarkup([["Run", "Rest"]]))
    await keys.get_by_role("button", name="Rest").click()
    await expect(steps.messages(ana).last).to_contain_text("You: Rest")
    await expect(keys).to_be_visible()
    await stage.bot.send_message(stage.ana.id, "Your name?", reply_markup=ForceReply(input_field_placeholder="Name"))
    await expect(keys).to_be_hidden()
    await expect(steps.box(ana)).to_be_focused()


async def test_the_command_menu(stage: Stage, open_page: Open, snap: Snap) -> None:
    await stage.bot.set_my_description("I ask three short questions a day.")
    await stage.bot.set_my_commands([("help", "What I can do"), ("health", "Your answers"), ("sos", "People to call")])
    page = await open_page(stage.api.url)
    ana = steps.phone(page)
    await expect(ana.get_by_text("I ask three short questions")).to_be_visible()
    await ana.get_by_role("button", name="Start", exact=True).click()
    await ana.get_by_role("button", name="Commands").click()
    await expect(ana.get_by_role("option")).to_have_count(3)
    await page.keyboard.press("Escape")
    await expect(ana.get_by_role("option")).to_have_count(0)
    await page.keyboard.type("/he")
    await expect(ana.get_by_role("option")).to_have_count(2)
    await page.keyboard.press("ArrowDown")
    await page.keyboard.press("ArrowDown")
    await snap(page, "light-360-commands")
    await page.keyboard.press("Enter")
    await expect(steps.messages(ana).last).to_contain_text("You: /health")
    await stage.bot.set_my_commands([("only", "The only one")])
    await ana.get_by_role("button", name="Commands").click()
    await expect(ana.get_by_role("option", name="/only The only one")).to_be_visible()
    await ana.get_by_role("option").click()
    await expect(steps.messages(ana).last).to_contain_text("You: /only")


async def test_a_lost_connection_is_said_and_made_up_for(stage: Stage, open_page: Open) -> None:
    page = await begin(stage, open_page)
    ana = steps.phone(page)
    await stage.api.stop()
    await expect(page.get_by_text("The demo does not answer")).to_be_visible()
    stage.ana.type("meanwhile")
    await stage.api.start()
    await expect(steps.said(ana, "meanwhile")).to_be_visible()
    await expect(page.get_by_text("The demo does not answer")).to_be_hidden()


async def test_a_demo_started_anew_is_shown_anew(stage: Stage, open_page: Open) -> None:
    page = await begin(stage, open_page)
    await stage.api.stop()
    world = World(Clock())
    bo = world.person("Bo")
    async with BotApi(world, int(stage.api.url.rpartition(":")[2])):
        await expect(steps.phone(page, "Bo")).to_be_visible()
        bo.type("Hello again")
        await expect(steps.said(steps.phone(page, "Bo"), "Hello again")).to_be_visible()
        await expect(steps.phone(page)).to_have_count(0)


async def test_days_are_told_apart(stage: Stage, open_page: Open) -> None:
    page = await begin(stage, open_page)
    ana = steps.phone(page)
    for _ in range(3):
        stage.world.pass_time(timedelta(days=1))
        await stage.bot.send_message(stage.ana.id, "Good morning")
    await expect(ana.locator(".date")).to_have_count(4)
    await expect(ana.locator(".date").last).to_have_text(re.compile(r"^\w+day \d+ \w+$"))


async def test_the_newest_message_is_in_sight_unless_one_reads_above(stage: Stage, open_page: Open) -> None:
    page = await begin(stage, open_page)
    ana = steps.phone(page)
    for number in range(30):
        await stage.bot.send_message(stage.ana.id, f"Message {number}")
    await expect(steps.said(ana, "Message 29")).to_be_in_viewport()
    await steps.said(ana, "Message 3").scroll_into_view_if_needed()
    await ana.get_by_role("log").evaluate("log => { log.scrollTop = 0; }")
    down = ana.get_by_role("button", name="To the newest message")
    await expect(down).to_be_visible()
    await stage.bot.send_message(stage.ana.id, "News")
    await expect(steps.said(ana, "News")).not_to_be_in_viewport()
    await down.click()
    await expect(steps.said(ana, "News")).to_be_in_viewport()


async def test_who_wants_no_motion_gets_none(stage: Stage, open_page: Open) -> None:
    page = await begin(stage, open_page, reduced_motion="reduce")
    await stage.bot.send_animation(stage.ana.id, b"no video", filename="breath.mp4")
    video = steps.phone(page).locator("video")
    await expect(video).to_have_attribute("controls", "")
    assert await video.get_attribute("autoplay") is None


async def test_everything_one_can_use_has_a_name(stage: Stage, open_page: Open) -> None:
    page = await begin(stage, open_page, narrow=False)
    stage.world.person("Bo")
    stage.world.group("Runners", stage.world.phones.values())
    await stage.bot.send_message(stage.ana.id, MARKED, parse_mode="HTML")
    await expect(steps.group(page)).to_be_visible()
    used = page.locator("button:visible, a:visible, select:visible, textarea:visible, input:visible")
    for control in await used.all():
        assert re.search(r'^- \w+ "[^"]+"', await control.aria_snapshot()), await control.evaluate("it => it.outerHTML")
    assert await page.locator("[role=log][aria-live=polite]").count() == 3
