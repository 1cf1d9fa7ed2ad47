"""From a session to calm in the demo: a file, a way down, closed eyes, two sentences, weeks in a picture."""

from datetime import timedelta

import pytest
from playwright.async_api import Locator, Page, expect

from bot.adapters.store import checkins, vault
from tests.browser.conftest import Open, Snap
from tests.browser.steps import on, said, sees, settled_in, tap, write
from tests.stories.test_files import gpx
from tests.support import Coach

BEFORE, AFTER = "How revved up are you right now?", "How revved up are you now?"


async def attach(page: Page, chat: Locator, name: str, content: bytes) -> None:
    await chat.get_by_role("button", name="Attach").click()
    async with page.expect_file_chooser() as chooser:
        await page.get_by_role("menuitem", name="Document").click()
    await (await chooser.value).set_files({"name": name, "mimeType": "application/octet-stream", "buffer": content})


@pytest.mark.parametrize("dark", [False, True])
async def test_a_file_a_drill_and_the_drop(coach: Coach, open_page: Open, snap: Snap, *, dark: bool) -> None:
    page = await open_page(coach.api.url, dark=dark, narrow=True)
    look = "dark" if dark else "light"
    ana = await settled_in(page)
    await attach(page, ana, "run.gpx", gpx(coach.clock.now().replace(microsecond=0) - timedelta(hours=1)))
    await sees(ana, "From the file: heart rate 150")
    await snap(page, f"down-01-file-{look}")
    await tap(ana, "Very hard")
    await sees(ana, "Five minutes to come down?")
    await tap(ana, "Easy walk, 5 min")
    await sees(ana, BEFORE)
    await snap(page, f"down-02-before-{look}")
    await tap(ana, "8")
    await sees(ana, "slower than feels needed")
    await snap(page, f"down-03-walk-{look}")
    await on(page, "+15 min")
    await expect(said(ana, AFTER)).to_be_visible()
    await attach(page, ana, "photo.fit", b"\x89PNG\r\n\x1a\n" + b"0" * 100)
    await sees(ana, "That is no FIT, GPX or TCX file")
    await write(ana, "/drill")
    await sees(ana, "Breathe out longer")
    await tap(ana, "Another drill")
    await sees(ana, "Which one?")
    await snap(page, f"down-04-drills-{look}")
    await tap(ana, "Tense and let go")
    await sees(ana, "Muscles that are tensed")
    await tap(ana, "2 min")
    await sees(ana, BEFORE)
    await tap(ana, "7")
    await sees(ana, "Tense for 5, let go for 10")
    await snap(page, f"down-05-muscles-{look}")
    await tap(ana, "Voice")
    await sees(ana, "tense while the tone rises")
    await snap(page, f"down-06-voice-{look}")
    await tap(ana, "Words only")
    await expect(ana.get_by_role("button", name="With the picture")).to_be_visible()
    await tap(ana, "Stop")
    await sees(ana, AFTER)
    await tap(ana, "4")
    await sees(ana, "Revved up 7 → 4")
    await snap(page, f"down-07-drop-{look}")
    await write(ana, "/drill")
    await tap(ana, "Another drill")
    await sees(ana, "Which one?")
    await tap(ana, "Name it")
    await sees(ana, BEFORE)
    await tap(ana, "6")
    await sees(ana, "What state am I in?")
    await ana.get_by_role("button", name="Keep my words").last.dblclick()
    await snap(page, f"down-08-naming-{look}")
    await write(ana, "tight, and a bit far away")
    await sees(ana, "What do I need right now?")
    await write(ana, "a call with Ben")
    await sees(ana, AFTER)
    await snap(page, f"down-09-named-{look}")
    await write(ana, "/drill")
    await tap(ana, "Another drill")
    await sees(ana, "Which one?")
    await tap(ana, "Mindful run")
    await sees(ana, "A run with your senses")
    await snap(page, f"down-10-run-{look}")
    await tap(ana, "I'm back")
    await sees(ana, "What was there most?")
    await tap(ana, "Sounds")
    await sees(ana, "a good place to come back to")
    await snap(page, f"down-11-ran-{look}")


async def test_the_weeks(coach: Coach, open_page: Open, snap: Snap) -> None:
    page = await open_page(coach.api.url, narrow=True)
    ana = await settled_in(page)
    ((owner,),) = coach.rows("SELECT owner FROM person")
    for back in range(40):
        day = (coach.clock.now() - timedelta(days=back)).date()
        kept = {"revved": str(5 + back % 4), "down": str(7 - back // 8), "spilled": "none" if back % 3 else "snapped"}
        with coach.app.engine.begin() as connection:
            key = vault.key(connection, coach.app.keyring, owner)
            checkins.keep_day(connection, key, owner, day, kept, coach.clock.now())
    await write(ana, "ran 8k in 45 rpe 4")
    await sees(ana, "Three minutes to come down?")
    await write(ana, "/today")
    await sees(ana, "Small things")
    await snap(page, "down-20-today")
    await tap(ana, "Last seven days")
    await sees(ana, "1 session: 45 min moving")
    await snap(page, "down-21-week")
    await tap(ana, "Over the weeks")
    await sees(ana, "You come down faster")
    await expect(said(ana, "You come down faster").locator("img")).to_be_visible()
    await snap(page, "down-22-weeks")
