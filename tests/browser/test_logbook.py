"""A line for the log, in the demo: what it says, what it asks, and what an edit does, on a small screen."""

import pytest
from playwright.async_api import expect

from tests.browser.conftest import Open, Snap
from tests.browser.steps import said, sees, settled_in, tap, write
from tests.support import Coach


@pytest.mark.parametrize("dark", [False, True])
async def test_a_line(coach: Coach, open_page: Open, snap: Snap, *, dark: bool) -> None:
    page = await open_page(coach.api.url, dark=dark)
    look = "dark" if dark else "light"
    ana = await settled_in(page)
    await write(ana, "ran 8k in 45:30 rpe 6 with the group")
    await sees(ana, "Run 8 km, 45 min 30 s")
    await snap(page, f"log-01-run-{look}")
    await tap(ana, "Change")
    await expect(page.get_by_text("Edit your message")).to_be_visible()
    await write(ana, "squat 3x8 60kg, bench 3x8 40, 7/10, slept 6.5h 4/10")
    await sees(ana, "Strength, effort 7, squat 3x8 60 kg, bench 3x8 40 kg")
    await snap(page, f"log-02-several-{look}")
    await ana.get_by_role("button", name="Undo").last.dblclick()
    await sees(ana, "Taken out.")
    await write(ana, "ran 30")
    await sees(ana, "Which one was it?")
    await snap(page, f"log-03-asked-{look}")
    await tap(ana, "Run 30 min, today")
    await expect(said(ana, "How hard was it, all in all?")).to_be_visible()
    await snap(page, f"log-04-effort-{look}")
    await tap(ana, "Easy")
    await expect(said(ana, "Run 30 min, effort 2, today")).to_be_visible()
    await write(ana, "ran 800 km")
    await sees(ana, "Up to 100 km would fit.")
    await snap(page, f"log-05-a-lot-{look}")
    await tap(ana, "None of it")
    await write(ana, "can't switch off")
    await sees(ana, "still on duty")
    await snap(page, f"log-06-revved-{look}")
    await tap(ana, "Breathe out longer, 5 min")
    await sees(ana, "How revved up are you right now?")
