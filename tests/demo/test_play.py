"""`python -m bot demo` as a process: what it says, where it listens, and that nothing is left of it."""

import asyncio
import os
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from aiohttp import ClientSession

from tests.support import ROOT

Run = Callable[..., Awaitable[Process]]


@pytest.fixture
async def run(tmp_path: Path) -> AsyncIterator[Run]:
    """Start a command on a machine without a browser; its scratch files lie in `tmp_path`."""
    started: list[Process] = []

    async def start(*arguments: str) -> Process:
        environment = {"PATH": "", "HOME": str(tmp_path), "TMPDIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", *arguments, cwd=tmp_path, env=environment, stdout=PIPE, stderr=PIPE
        )
        started.append(process)
        return process

    yield start
    for process in started:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def line(process: Process) -> str:
    assert process.stdout is not None
    return (await process.stdout.readline()).decode().strip()


async def rest(process: Process) -> tuple[int | None, str, str]:
    """Exit code and what else it said, on both streams."""
    said, complained = await process.communicate()
    return process.returncode, said.decode().strip(), complained.decode().strip()


@pytest.fixture
def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
async def test_the_demo_says_where_it_is_and_leaves_nothing(
    run: Run, tmp_path: Path, free_port: int, how: signal.Signals
) -> None:
    process = await run("bot", "demo", "--no-browser", "--port", str(free_port))
    assert await line(process) == f"The coach waits on http://127.0.0.1:{free_port} until Ctrl-C."
    async with ClientSession() as session:
        async with session.get(f"http://127.0.0.1:{free_port}/") as response:
            assert "Coach demo" in await response.text()
        async with session.get(f"http://127.0.0.1:{free_port}/events") as events:  # a page that stays open
            assert (await events.content.readline()) == b"event: hello\n"
            process.send_signal(how)
            assert await rest(process) == (0, "The demo is over, nothing was kept.", "")
    assert os.listdir(tmp_path) == []


async def test_no_browser_is_no_reason_to_stop(run: Run, free_port: int) -> None:
    process = await run("bot", "demo", "--port", str(free_port))
    assert "The coach waits" in await line(process)
    assert await line(process) == "No browser was found here: open the address in one."
    process.send_signal(signal.SIGINT)
    assert (await rest(process))[0] == 0


@pytest.mark.parametrize(("command", "code"), [(("bot", "demo"), 2), (("bot.demo.server",), 1)])
async def test_a_port_that_is_taken(run: Run, tmp_path: Path, command: tuple[str, ...], code: int) -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        port = listener.getsockname()[1]
        process = await run(*command, "--port", str(port))
        way_out = f"port {port} is taken, perhaps by another demo: use another one, like --port {port + 1}"
        assert await rest(process) == (code, "", way_out)
    assert os.listdir(tmp_path) == []


async def test_the_server_alone_has_the_page_too(run: Run) -> None:
    process = await run("bot.demo.server", "--port", "0")
    url, _, token = (await line(process)).partition("  token ")
    async with ClientSession() as session:
        async with session.get(f"{url}/") as response:
            assert "Coach demo" in await response.text()
        async with session.get(f"{url}/bot{token}/getMe") as response:
            assert response.status == 200
    process.send_signal(signal.SIGINT)
    assert await rest(process) == (0, "", "")
