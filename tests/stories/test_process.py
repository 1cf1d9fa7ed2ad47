"""The coach as a process of its own: killed, restarted, started wrongly, looked after."""

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import create_engine, text

from bot.adapters.clock import Clock
from bot.adapters.store.engine import SCHEMA
from bot.demo.phone import Phone
from bot.demo.server import BotApi
from bot.demo.world import World
from tests.stories.test_first_flow import agrees
from tests.support import ON_ONE, ROOT, Process, settings_for


@pytest.fixture
async def world() -> World:
    return World(Clock())


@pytest.fixture
async def api(world: World) -> AsyncIterator[BotApi]:
    async with BotApi(world) as running:
        yield running


@pytest.fixture
async def bot(database_url: str, api: BotApi, world: World, tmp_path: Path) -> AsyncIterator[Process]:
    process = Process(database_url, api, world.token, tmp_path)
    yield process
    await asyncio.to_thread(process.kill)


async def finished(process: Process) -> tuple[int, str]:
    """Run `bot run` until it ends by itself; its exit code and what it said."""
    done = await asyncio.to_thread(process.command, "run")
    return done.returncode, done.stderr


async def first_question(phone: Phone) -> None:
    phone.type("/start")
    await phone.sees("Hello")
    await agrees(phone)


async def test_killed_in_the_middle_with_every_update_twice(bot: Process, world: World) -> None:
    world.faults.deliver_twice = True
    bot.start()
    ana, bo = world.person("Ana"), world.person("Bo")
    await asyncio.gather(first_question(ana), first_question(bo))
    ana.tap("7")
    await ana.sees("How is your mood?")
    await asyncio.to_thread(bot.kill)
    ana.tap("6")  # while nobody is there
    bo.tap("3")
    bot.start()
    await asyncio.gather(ana.sees("How many hours"), bo.sees("How is your mood?"))
    ana.type("7:30")
    await ana.sees("Sleep 7 · mood 6 · 7.5 h")
    for phone, given in ((ana, [("sleep", "7"), ("mood", "6"), ("hours", "7.5")]), (bo, [("sleep", "3")])):
        document = await asyncio.to_thread(bot.export, phone.id)
        assert [(row["marker"], row["value"]) for row in document["answer"]] == given
    assert await asyncio.to_thread(bot.terminate) == 0


async def test_an_operator_erases_beside_the_running_bot(bot: Process, world: World) -> None:
    bot.start()
    ana = world.person("Ana")
    await first_question(ana)
    ana.tap("7")
    await ana.sees("How is your mood?")
    erased = await asyncio.to_thread(bot.command, "erase", "--person", str(ana.id))
    assert (erased.returncode, erased.stdout) == (0, f"person {ana.id} is erased\n")
    again = await asyncio.to_thread(bot.command, "export", "--person", str(ana.id))
    assert (again.returncode, again.stderr) == (2, f"--person {ana.id} is nobody that the coach knows\n")
    # The running bot goes on, with a key of its own for whoever comes back.
    ana.tap("6")
    ana.type("/start")
    await ana.sees("Hello, Ana.")
    await asyncio.to_thread(bot.kill)
    bot.start()
    await agrees(ana)


@ON_ONE
async def test_a_second_poller_is_said_and_survived(bot: Process, world: World, api: BotApi) -> None:
    bot.start()
    ana = world.person("Ana")
    await first_question(ana)
    async with aiohttp.ClientSession() as other:
        answer = await other.get(f"{api.url}/bot{world.token}/getUpdates?timeout=0&offset=-1")
        assert answer.status == 200
        async with other.get(f"{api.url}/bot{world.token}/getUpdates?timeout=1"):
            pass
    ana.type("/about")
    await ana.sees("About me")
    await asyncio.to_thread(bot.terminate)
    assert "another process polls with this token" in bot.log.read_text()


@ON_ONE
async def test_a_wrong_token(database_url: str, api: BotApi, tmp_path: Path) -> None:
    code, said = await finished(Process(database_url, api, "123456789:" + "x" * 35, tmp_path))
    assert code == 2
    expected = f"TELEGRAM_TOKEN is not accepted by {api.url}: ask @BotFather for the current one"
    assert said.splitlines()[-1] == expected


@ON_ONE
async def test_no_token(database_url: str, api: BotApi, tmp_path: Path) -> None:
    code, said = await finished(Process(database_url, api, "", tmp_path))
    assert code == 2
    assert said.startswith("TELEGRAM_TOKEN=... can't be used: looks like")


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("postgresql://nobody:geheim@127.0.0.1:1/coach", "DATABASE_URL=postgresql://nobody:***@127.0.0.1:1/"),
        ("sqlite:////proc/nowhere/coach.db", "DATABASE_URL=sqlite:////proc/nowhere/coach.db can't be opened"),
        ("mysql://a/b", "DATABASE_URL=... can't be used: sqlite:///path"),
    ],
)
async def test_a_broken_database_url(url: str, says: str, api: BotApi, world: World, tmp_path: Path) -> None:
    code, said = await finished(Process(url, api, world.token, tmp_path))
    assert (code, len(said.splitlines())) == (2, 1)
    assert said.startswith(says)
    assert "geheim" not in said


async def test_a_file_that_is_no_database(api: BotApi, world: World, tmp_path: Path) -> None:
    (tmp_path / "coach.db").write_text("I am a diary, not a database. " * 100)
    code, said = await finished(Process(f"sqlite:///{tmp_path}/coach.db", api, world.token, tmp_path))
    assert (code, len(said.splitlines())) == (2, 1)
    assert "file is not a database" in said


@ON_ONE
async def test_a_schema_newer_than_the_code(bot: Process, database_url: str) -> None:
    migrated = await asyncio.to_thread(bot.command, "migrate")
    assert migrated.stdout == f"schema {SCHEMA}: migrated\n"
    again = await asyncio.to_thread(bot.command, "migrate")
    assert again.stdout == f"schema {SCHEMA}: nothing to do\n"
    engine = create_engine(settings_for(database_url, "http://x", "1:" + "x" * 30).database)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    code, said = await finished(bot)
    assert (code, len(said.splitlines())) == (2, 1)
    assert said.startswith(f"the database's schema is 9999, newer than this code knows ({SCHEMA})")


async def test_two_that_migrate_at_once(bot: Process) -> None:
    both = await asyncio.gather(*(asyncio.to_thread(bot.command, "migrate") for _ in range(2)))
    assert [done.returncode for done in both] == [0, 0], [done.stderr for done in both]
    assert f"schema {SCHEMA}: migrated\n" in [done.stdout for done in both]


@ON_ONE
async def test_doctor(bot: Process, world: World) -> None:
    before = await asyncio.to_thread(bot.command, "doctor")
    assert before.returncode == 1
    assert "NOT database" in before.stdout
    assert (await asyncio.to_thread(bot.command, "doctor", "--alive")).returncode == 1
    bot.start()
    ana = world.person("Ana")
    await first_question(ana)
    after = await asyncio.to_thread(bot.command, "doctor")
    assert after.returncode == 0, after.stdout
    assert "ok  Telegram at" in after.stdout
    assert "@coach_bot" in after.stdout
    assert (await asyncio.to_thread(bot.command, "doctor", "--alive")).returncode == 0


@ON_ONE
async def test_logs_hold_no_token_and_no_words(bot: Process, world: World, tmp_path: Path) -> None:
    bot.environment["LOG_LEVEL"] = "DEBUG"
    bot.start()
    ana = world.person("Canary-name")
    ana.type("/start canary-payload")
    await ana.sees("Hello, Canary-name.")
    await agrees(ana)
    ana.type("canary-words and <b>canary")
    await ana.sees("I need a whole number")
    broken = {"message": {"message_id": 1, "date": "canary-date", "chat": {"id": ana.id, "type": "private"},
                          "from": {"id": ana.id, "is_bot": False, "first_name": "Canary"}, "text": "canary"}}
    world.deliver_raw(broken)
    ana.type("7")
    await ana.sees("Something broke on my side", patience=40)
    await asyncio.to_thread(bot.terminate)
    log = bot.log.read_text()
    assert "the coach is up" in log
    assert "canary" not in log.lower()
    assert world.token not in log
    assert world.token.partition(":")[2] not in log


async def test_what_is_stored_can_not_be_read_without_the_key(
    tmp_path: Path, api: BotApi, world: World
) -> None:
    bot = Process(f"sqlite:///{tmp_path / 'coach.db'}", api, world.token, tmp_path)
    bot.start()
    ana = world.person("Ana")
    await first_question(ana)
    ana.type("7 canary")
    await ana.sees("I need a whole number")
    ana.tap("7")
    await ana.sees("How is your mood?")
    await asyncio.to_thread(bot.kill)
    assert b"canary" not in b"".join(path.read_bytes() for path in tmp_path.glob("coach.db*"))
    value = sqlite3.connect(tmp_path / "coach.db").execute("SELECT value FROM answer").fetchone()[0]
    assert len(value) > 20  # nonce, seal, and one digit in between


def test_every_command_is_in_the_readme() -> None:
    readme = (ROOT / "README.md").read_text()
    for command in ("run", "demo", "doctor", "migrate", "export", "erase", "receipt"):
        assert f"python -m bot {command}" in readme
