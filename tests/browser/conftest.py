"""A real browser on the demo's page: with the real coach behind it, or with a bot whose every word the test says.

Screenshots lie in the folder that SCREENSHOTS names, else beside the test's other scratch files.
"""

import os
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from playwright.async_api import Browser, Page, async_playwright, expect
from telegram import Bot

from bot.adapters.clock import Clock
from bot.demo.phone import Phone
from bot.demo.server import BotApi
from bot.demo.world import World
from tests import support

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]
NARROW, WIDE = {"width": 360, "height": 740}, {"width": 1280, "height": 800}
PATIENCE = 20_000.0  # milliseconds until something that should be seen is missed

Open = Callable[..., Awaitable[Page]]
Snap = Callable[[Page, str], Awaitable[None]]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs a browser."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """Debian's Chromium."""
    if not CHROMIUM.exists():
        support.missing("chromium (apt-get install chromium)")
    expect.set_options(timeout=PATIENCE)
    async with async_playwright() as playwright:
        running = await playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield running
        await running.close()


@pytest.fixture
async def open_page(browser: Browser) -> AsyncIterator[Open]:
    """Open a page, `narrow` or wide, dark or light; whatever its scripts complain about fails the test."""
    complaints: list[str] = []

    async def open_one(url: str, *, narrow: bool = True, dark: bool = False, **more: Any) -> Page:
        context = await browser.new_context(
            viewport=NARROW if narrow else WIDE,  # type: ignore[arg-type]
            color_scheme="dark" if dark else "light",
            locale="en-GB",
            timezone_id="Europe/Lisbon",
            **more,
        )
        context.set_default_timeout(PATIENCE)
        page = await context.new_page()
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("console", lambda said: complaints.append(said.text) if "Content Security" in said.text else None)
        await page.goto(url)
        await expect(page.locator(".phone").first).to_be_visible()
        return page

    yield open_one
    assert complaints == []


@pytest.fixture
def snap(tmp_path: Path, request: pytest.FixtureRequest) -> Snap:
    """Keep how the page looks now."""
    folder = Path(os.environ.get("SCREENSHOTS") or tmp_path)

    async def keep(page: Page, name: str) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        await page.screenshot(path=folder / f"{name}.png", animations="disabled")

    return keep


@pytest.fixture
async def coach(tmp_path: Path) -> AsyncIterator[support.Coach]:
    """The real coach; Ana has a phone and has never written."""
    async with support.coach(f"sqlite:///{tmp_path / 'coach.db'}", tmp_path) as running:
        running.world.person("Ana")
        yield running


class Stage(NamedTuple):
    """A pretend Telegram with Ana on it, and the bot to play by hand."""

    world: World
    api: BotApi
    bot: Bot
    ana: Phone


@pytest.fixture
async def stage() -> AsyncIterator[Stage]:
    world = World(Clock())
    ana = world.person("Ana")
    async with BotApi(world) as api, Bot(world.token, f"{api.url}/bot", f"{api.url}/file/bot") as bot:
        yield Stage(world, api, bot, ana)
