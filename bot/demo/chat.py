"""`python -m bot demo`: the real bot over the embedded server, and a chat with it in the terminal."""

import asyncio
import sys
import tempfile
from pathlib import Path

from bot.adapters.clock import Clock
from bot.adapters.log import configure
from bot.app import App, open_database
from bot.demo.server import BotApi
from bot.demo.terminal import chat, lines_of
from bot.demo.world import World
from bot.settings import load

WELCOME = """\
This is the real coach on a pretend Telegram; nothing leaves this machine, and nothing is kept.
Type as you would on a phone, /start to begin. `.1` or `.label` taps a button, `.quit` ends.
"""


async def demo() -> None:
    """Live as one person until `.quit`, the end of the input, or Ctrl-C."""
    clock = Clock()
    world = World(clock)
    with tempfile.TemporaryDirectory(prefix="coach-demo-") as scratch:
        async with BotApi(world) as api:
            settings = load(
                telegram_token=world.token,
                telegram_api_url=api.url,
                database_url=f"sqlite:///{Path(scratch) / 'coach.db'}",
                secret_key=None,
                _env_file=None,
            )
            configure("WARNING")
            app = asyncio.create_task(App(settings, open_database(settings), clock).run())
            print(WELCOME, flush=True)
            async with lines_of(sys.stdin) as read_line:
                talk = asyncio.create_task(chat(world.person(first_name="You"), read_line, _write))
                await asyncio.wait((app, talk), return_when=asyncio.FIRST_COMPLETED)
            talk.cancel()
            app.cancel()
            await asyncio.wait((app,))


def _write(text: str) -> None:
    print(text, flush=True)
