"""R11: the i-th database statement fails, for every i, in every handler: nothing corrupt, no false "saved"."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import OperationalError

from bot.adapters.store import prepared
from bot.app import handlers
from bot.demo.phone import Phone
from tests.stories.test_files import gpx
from tests.stories.test_first_flow import arrived
from tests.support import Coach

pytestmark = pytest.mark.faults

Act = Callable[[Coach, Phone], Awaitable[None]]


async def start(coach: Coach, phone: Phone) -> None:
    phone.type("/start")
    await phone.sees("Or share your place")


async def checkin(coach: Coach, phone: Phone) -> None:
    phone.type("/checkin")
    await phone.sees("How well did you sleep?")


async def today(coach: Coach, phone: Phone) -> None:
    phone.type("/today")
    await phone.sees("Evening: open")


async def drill(coach: Coach, phone: Phone) -> None:
    phone.type("/drill")
    await phone.sees("Breathe out longer")
    phone.tap("1 min")
    await phone.sees("How revved up are you right now?")
    phone.tap("7")
    await phone.sees("In through the nose for 4")
    phone.tap("Voice")
    await phone.sees("Close your eyes")
    assert coach.rows(f"SELECT count(*) FROM drill WHERE owner = {phone.id}")[0][0] == 1


async def sent(coach: Coach, phone: Phone) -> None:
    begin = coach.clock.now().replace(microsecond=0) - timedelta(hours=2)
    phone.send_document("run.gpx", gpx(begin))
    await phone.sees("Run 8 km, 45 min")
    assert coach.rows(f"SELECT count(*) FROM logged WHERE owner = {phone.id}")[0][0] == 1


async def together(coach: Coach, phone: Phone) -> None:
    group = coach.world.group("Club", [phone])
    phone.type("/drill", chat=group)
    await group.sees("to come down, together")


async def unknown(coach: Coach, phone: Phone) -> None:
    phone.type("/nonsense")
    await phone.sees("I did not get that")


async def help_(coach: Coach, phone: Phone) -> None:
    phone.type("/help")
    await phone.sees("What I do")


async def about(coach: Coach, phone: Phone) -> None:
    phone.type("/about")
    await phone.sees("About me")


async def reminders(coach: Coach, phone: Phone) -> None:
    phone.type("/reminders")
    await phone.sees("Off: breaks from sitting")
    phone.tap("Breaks from sitting")
    await phone.sees("Breaks from sitting · off")
    tap = phone.tap("Start")
    await phone.sees("Breaks from sitting · on")
    if await tap.answered():
        assert coach.rows(f"SELECT count(*) FROM choice WHERE owner = {phone.id} AND name = 'break'")[0][0] == 1


async def travel(coach: Coach, phone: Phone) -> None:
    phone.type("/travel")
    await phone.sees("Or share your place")
    phone.send_location(52.52, 13.4)
    await phone.sees("(Berlin time)")


async def remind(coach: Coach, phone: Phone) -> None:
    phone.type("/travel Europe/Berlin")
    await phone.sees("(Berlin time)")
    phone.type("/remind exam tomorrow 9")
    await phone.sees("Noted: exam")
    ahead = f"SELECT id FROM recurrence WHERE owner = {phone.id} AND kind = 'preload' AND active"
    assert len(coach.rows(ahead)) == 1
    phone.tap("Undo")
    await phone.sees("Called off: exam")
    assert coach.rows(ahead) == []


async def settings(coach: Coach, phone: Phone) -> None:
    phone.type("/settings")
    await phone.sees("Tap what you want to change")


async def pause(coach: Coach, phone: Phone) -> None:
    phone.type("/pause")
    await phone.sees("How long shall I be quiet?")
    phone.tap("Until I write")
    await phone.sees("quiet until you write")


async def located(coach: Coach, phone: Phone) -> None:
    phone.type("/start")
    await phone.sees("Or share your place")
    phone.send_location(52.52, 13.4)
    await phone.sees("you live in Germany")


async def sos(coach: Coach, phone: Phone) -> None:
    phone.type("/sos Ireland")
    await phone.sees("Samaritans")  # which waits for no statement; the record does
    phone.type("/about")
    await phone.sees("About me")


async def privacy(coach: Coach, phone: Phone) -> None:
    phone.type("/privacy")
    await phone.sees("What I keep of you")
    phone.tap("What you chose")
    await phone.sees("your time zone")


async def export(coach: Coach, phone: Phone) -> None:
    phone.type("/export")
    await phone.sees("What you told me, what you chose")


async def erase(coach: Coach, phone: Phone) -> None:
    phone.type("/erase")
    await phone.sees("Erase everything?")
    phone.tap("Erase it all")
    await phone.sees("Everything is erased")


async def tapped(coach: Coach, phone: Phone) -> None:
    tap = phone.tap("7")
    await phone.sees("How is your mood?")
    # No false "saved": the toast says so only when the answer is there.
    if await tap.answered():
        assert coach.rows(f"SELECT count(*) FROM answer WHERE owner = {phone.id}")[0][0] == 1


async def typed(coach: Coach, phone: Phone) -> None:
    phone.type("7")
    await phone.sees("How is your mood?")


async def edited(coach: Coach, phone: Phone) -> None:
    sent = phone.type("/about")
    await phone.sees("About me")
    phone.edit(sent["message_id"], "I want to kill myself")
    await phone.sees("I hear you")


async def unreadable(coach: Coach, phone: Phone) -> None:
    phone.send_sticker()
    await phone.sees("I can't hear or see that")


async def reached(coach: Coach, phone: Phone) -> None:
    phone.block()
    phone.unblock()
    phone.type("/about")
    await phone.sees("About me")


async def in_group(coach: Coach, phone: Phone) -> None:
    group = coach.world.group("Club", [phone])
    phone.type("/start", chat=group)
    await group.sees("I coach one to one")


async def moved(coach: Coach, phone: Phone) -> None:
    group = coach.world.group("Club", [phone])
    new = coach.world.migrate(group)
    phone.type("/help", chat=new)
    await new.sees("I coach one to one")


ACTS: dict[str, Act] = {
    "start": start, "checkin": checkin, "help_": help_, "sos": sos, "privacy": privacy, "export": export,
    "erase": erase, "tapped": tapped, "typed": typed, "edited": edited, "unreadable": unreadable, "reached": reached,
    "in_group": in_group, "moved": moved, "about": about, "settings": settings, "pause": pause,
    "today": today, "drill": drill, "together": together, "sent": sent, "unknown": unknown, "located": located,
    "reminders": reminders, "travel_": travel, "remind": remind,
}


def test_every_handler_there_is_has_its_act() -> None:
    assert {handler.callback.__name__ for handler in handlers()} == ACTS.keys()


class Failing:
    """Lets the i-th statement from now on fail once, as a lost connection or a full disk does."""

    def __init__(self, engine: Engine, number: int) -> None:
        self.left = number
        self.struck = False
        self._engine = engine
        event.listen(engine, "before_cursor_execute", self._statement)
        event.listen(engine, "commit", self._commit)
        self._execute = prepared._Compiled.execute
        fault = self

        def execute(statement: Any, connection: Connection, values: dict[str, Any]) -> Any:
            fault._count("prepared")
            return fault._execute(statement, connection, values)

        prepared._Compiled.execute = execute  # type: ignore[method-assign, assignment]

    def _statement(self, connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        self._count(statement)

    def _commit(self, connection: Any) -> None:
        self._count("COMMIT")

    def _count(self, statement: str) -> None:
        self.left -= 1
        if self.left == 0:
            self.struck = True
            raise OperationalError(statement, {}, Exception("database or disk is full"))

    def remove(self) -> None:
        """No more failures."""
        event.remove(self._engine, "before_cursor_execute", self._statement)
        event.remove(self._engine, "commit", self._commit)
        prepared._Compiled.execute = self._execute  # type: ignore[method-assign]


@asynccontextmanager
async def failing(engine: Engine, number: int) -> AsyncIterator[Failing]:
    fault = Failing(engine, number)
    try:
        yield fault
    finally:
        fault.remove()


@pytest.mark.timeout(240)  # somebody new for every statement of an act
@pytest.mark.parametrize("name", ACTS)
async def test_any_statement_may_fail(coach: Coach, name: str) -> None:
    """The act has the same result as without the failure, and the database holds no half turn."""
    number = 1
    while True:
        phone = await arrived(coach)
        await coach.settled()
        async with failing(coach.app.engine, number) as fault:
            await ACTS[name](coach, phone)
            await coach.app.lanes.idle()
            await coach.app.courier.idle()
            struck = fault.struck
        await coach.settled()
        whole(coach, phone, name)
        if not struck:
            break
        number += 1
    assert number > 3, "the act made no statements: nothing was tested"


def whole(coach: Coach, phone: Phone, name: str) -> None:
    """No update left, nothing unsent, nothing twice."""
    assert coach.rows("SELECT update_id FROM inbox WHERE done_at IS NULL OR failures > 0") == []
    assert coach.rows("SELECT id FROM outbox WHERE state NOT IN ('sent', 'dropped') AND not_before IS NULL") == []
    answers = coach.rows(f"SELECT count(*) FROM answer WHERE owner = {phone.id}")[0][0]
    assert answers == (1 if name in ("tapped", "typed") else 0)
    texts = [bubble.text for bubble in phone.messages if bubble.sender == "bot" and bubble.buttons]
    assert len(texts) == len(set(texts)), "a card came twice"


async def test_a_full_disk_recovers_without_a_restart(coach: Coach) -> None:
    """Nothing can be written for a while: people wait, no toast says "Noted", and then everything is answered."""
    if coach.app.engine.dialect.name != "sqlite":
        pytest.skip("max_page_count is SQLite's own way to be full")
    ana = await arrived(coach)
    await coach.settled()
    raw: list[Any] = []
    await coach.app.writer.submit(lambda connection: raw.append(connection.connection.driver_connection))
    pages = coach.rows("PRAGMA page_count")[0][0]
    for connection in raw:
        connection.execute(f"PRAGMA max_page_count = {pages}")
    taps = [ana.tap("7")]
    for number in range(30):
        bo = coach.world.person(f"Bo {number}")
        bo.type("/start" + " x" * 1000)
    full = asyncio.create_task(taps[0].answered())
    await full
    for connection in raw:
        connection.execute("PRAGMA max_page_count = 1073741823")
    await ana.sees("How is your mood?")
    await bo.sees("Hello")
    await coach.settled()
    assert coach.rows(f"SELECT count(*) FROM answer WHERE owner = {ana.id}")[0][0] == 1
