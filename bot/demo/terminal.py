"""A chat in the terminal: what arrives is printed, what is typed is sent.

`.1` or `.label` taps a button of the newest message that has some, `.quit` ends.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import TextIO

from bot.demo.phone import Bubble, Phone, bubble_of

ReadLine = Callable[[], Awaitable[str | None]]


async def chat(phone: Phone, read_line: ReadLine, write: Callable[[str], None]) -> bool:
    """Talk as one person until `.quit` (True), or until `read_line` gives None (False)."""
    printer = asyncio.ensure_future(_print_arrivals(phone, write))
    try:
        while (line := await read_line()) is not None:
            if line.strip() == ".quit":
                return True
            try:
                _act(phone, line.strip())
            except (AssertionError, ValueError) as error:
                write(str(error))
        return False
    finally:
        printer.cancel()


def _act(phone: Phone, line: str) -> None:
    if line.startswith("."):
        word = line[1:]
        phone.tap(int(word) if word.isdigit() else word)
    elif line:
        phone.type(line)


async def _print_arrivals(phone: Phone, write: Callable[[str], None]) -> None:
    """Print what the bot says and changes; what one typed oneself is on the screen already."""
    position = len(phone.room.story)
    shown: dict[int, str] = {}
    while True:
        for happening in phone.room.story[position:]:
            position = happening.sequence
            bubble = bubble_of(happening.post, phone.id)
            only_buttons_gone = shown.get(bubble.id) == bubble.text and not bubble.buttons
            if happening.change != "deleted" and bubble.sender == "bot" and not only_buttons_gone:
                shown[bubble.id] = bubble.text
                write(_plain(bubble))
        await phone.room.bell.next_ring()


def _plain(bubble: Bubble) -> str:
    """The message with its buttons numbered as they are tapped."""
    lines = [f"<{bubble.media}>"] if bubble.media else []
    lines += [f"{bubble.text}{'  (edited)' if bubble.edited else ''}"]
    number = 0
    for row in bubble.buttons:
        cells = []
        for label, _ in row:
            number += 1
            cells.append(f"[.{number}] {label}")
        lines.append("  ".join(cells))
    return "\n".join(lines) + "\n"


@asynccontextmanager
async def lines_of(stream: TextIO) -> AsyncIterator[ReadLine]:
    """Lines of a stream without blocking the loop; None at its end."""
    loop, reader, number = asyncio.get_running_loop(), asyncio.StreamReader(), stream.fileno()

    def feed() -> None:
        if data := os.read(number, 65_536):
            reader.feed_data(data)
        else:
            loop.remove_reader(number)
            reader.feed_eof()

    async def read_line() -> str | None:
        line = await reader.readline()
        return line.decode(errors="replace").rstrip("\n") if line else None

    try:
        loop.add_reader(number, feed)
    except PermissionError:  # a file is always ready, so the system refuses to watch it
        reader.feed_data(stream.read().encode())
        reader.feed_eof()
    try:
        yield read_line
    finally:
        loop.remove_reader(number)
