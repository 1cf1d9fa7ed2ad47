"""The writer: many turns to a commit, each on its own; the database's troubles are waited out (docs/design.md, 2)."""

import asyncio
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event, text
from sqlalchemy.exc import IntegrityError, OperationalError

from bot.adapters.writer import Writer


@pytest.fixture
async def writer(engine: Engine) -> AsyncIterator[Writer]:
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE note (id INTEGER PRIMARY KEY)"))
    running = Writer(engine)
    running.start()
    yield running
    await running.stop()


def note(number: int) -> Callable[[Connection], int]:
    def work(connection: Connection) -> int:
        connection.execute(text("INSERT INTO note VALUES (:id)"), {"id": number})
        return number

    return work


def notes(engine: Engine) -> list[int]:
    with engine.connect() as connection:
        return list(connection.execute(text("SELECT id FROM note ORDER BY id")).scalars())


def commits(engine: Engine) -> list[int]:
    """A list that grows by one entry at every commit."""
    seen: list[int] = []
    event.listen(engine, "commit", lambda connection: seen.append(1))
    return seen


async def test_work_that_waits_shares_a_commit(writer: Writer, engine: Engine) -> None:
    counted = commits(engine)
    assert await asyncio.gather(*(writer.submit(note(number)) for number in range(100))) == list(range(100))
    assert notes(engine) == list(range(100))
    assert len(counted) < 50


async def test_an_exception_of_ours_costs_only_its_own_work(writer: Writer, engine: Engine) -> None:
    def broken(connection: Connection) -> None:
        note(1000)(connection)
        raise KeyError("a bug")

    results = await asyncio.gather(
        writer.submit(note(1)), writer.submit(broken), writer.submit(note(1)), writer.submit(note(2)),
        return_exceptions=True,
    )
    assert results[0] == 1
    assert isinstance(results[1], KeyError)
    assert isinstance(results[2], IntegrityError)
    assert results[3] == 2
    assert notes(engine) == [1, 2]


async def test_a_commit_that_fails_is_run_again_one_by_one(writer: Writer, engine: Engine) -> None:
    """No commit of more than one note gets through, whoever shares it."""
    inserted, refused = [0], [0]

    def begins(connection: Connection) -> None:
        inserted[0] = 0

    def inserts(connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        inserted[0] += statement.startswith("INSERT INTO note")

    def commits_(connection: Connection) -> None:
        if inserted[0] > 1:
            refused[0] += 1
            raise OperationalError("COMMIT", {}, Exception("disk I/O error"))

    event.listen(engine, "begin", begins)
    event.listen(engine, "before_cursor_execute", inserts)
    event.listen(engine, "commit", commits_)
    assert await asyncio.gather(*(writer.submit(note(number)) for number in range(5))) == list(range(5))
    assert notes(engine) == list(range(5))
    assert refused[0] > 0


async def test_trouble_of_the_database_is_waited_out(writer: Writer, engine: Engine) -> None:
    left = [3]

    def locked(connection: Any, *_: Any) -> None:
        if left[0]:
            left[0] -= 1
            raise OperationalError("INSERT", {}, Exception("database is locked"))

    event.listen(engine, "before_cursor_execute", locked)
    assert list(await asyncio.gather(writer.submit(note(1)), writer.submit(note(2)))) == [1, 2]
    assert notes(engine) == [1, 2]
    assert left == [0]


async def test_nothing_is_told_before_it_is_committed(writer: Writer, engine: Engine) -> None:
    seen_at_commit: list[bool] = []
    told: list[int] = []
    event.listen(engine, "commit", lambda connection: seen_at_commit.append(bool(told)))
    future = writer.submit(note(1))
    future.add_done_callback(lambda _: told.append(1))
    await future
    await asyncio.sleep(0)
    assert seen_at_commit == [False]
    assert told == [1]


async def test_what_was_submitted_before_the_end_is_committed(engine: Engine, writer: Writer) -> None:
    futures = [writer.submit(note(number)) for number in range(10)]
    await writer.stop()
    assert await asyncio.gather(*futures) == list(range(10))
