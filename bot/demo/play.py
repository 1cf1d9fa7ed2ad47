"""`python -m bot demo`: the real bot on this Telegram, and the page to play in."""

import asyncio
import os
import tempfile
import webbrowser
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path

from bot.adapters.clock import Clock
from bot.adapters.log import configure
from bot.app import App, open_database
from bot.demo.server import BotApi, port_taken
from bot.demo.world import World
from bot.settings import SettingsError, load

PATIENCE = 5.0  # seconds that passing time waits for messages to be sent: a pretend Telegram may be away


async def play(port: int, with_browser: bool, say: Callable[[str], None]) -> None:
    """Serve until cancelled; nothing is kept.

    Raises:
        SettingsError: the port can't be used.
    """
    configure("WARNING")
    clock = Clock()
    world = World(clock)
    world.person("Ana")
    api = BotApi(world, port)
    try:
        await api.start()
    except OSError as error:
        raise SettingsError(port_taken(port, error)) from None
    opening: list[asyncio.Task[None]] = []

    def ready() -> None:
        say(f"The coach waits on {api.url} until Ctrl-C.")
        if with_browser:
            opening.append(asyncio.create_task(_open(api.url, say)))

    try:
        with tempfile.TemporaryDirectory(prefix="coach-demo-") as scratch:
            settings = load(
                telegram_token=world.token,
                telegram_api_url=api.url,
                database_url=f"sqlite:///{Path(scratch) / 'coach.db'}",
                secret_key=None,
                _env_file=None,
            )
            app = App(settings, open_database(settings), clock)
            world.live = partial(live, world, app)
            await app.run(ready)
    finally:
        await api.stop()
        say("The demo is over, nothing was kept.")


async def live(world: World, app: App, by: timedelta) -> None:
    """Let time pass as it does when nobody moves it: everything that is due on the way comes at its minute."""
    end = world.clock.now() + by
    while (due := await app.next_due()) is not None and due < end:
        world.pass_time(max(due - world.clock.now(), timedelta()) + timedelta(seconds=1))
        await app.remind()
        await asyncio.wait((asyncio.create_task(app.courier.idle()),), timeout=PATIENCE)
    world.pass_time(max(end - world.clock.now(), timedelta()))


async def _open(url: str, say: Callable[[str], None]) -> None:
    """Show the page in a browser that does not take the terminal away, if there is one."""
    try:
        in_terminal = type(webbrowser.get()) is webbrowser.GenericBrowser and "BROWSER" not in os.environ
        opened = not in_terminal and await asyncio.to_thread(webbrowser.open, url)
    except webbrowser.Error:
        opened = False
    if not opened:
        say("No browser was found here: open the address in one.")
