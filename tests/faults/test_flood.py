"""R8: Telegram says 429 and how long to wait, and nobody sends before that is over.

The pretend Telegram and the coach share one clock. `early_calls` lists every call that came although an earlier one
had been told to wait for longer; latency makes calls come later, never earlier, so at any speed an early call is the
coach's own. `retry_after` is whole seconds, rounded up: obeyed to the letter it ends after the halt, never before.
Speed 2,000 makes an hour of it two real seconds. What is about pace ("the others go on meanwhile") is looked at in
a slow gear, where the halt of 10,072 s lasts 500 real seconds and nothing but the coach can end the wait.
"""

import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.demo.faults import NEVER_LIMITED
from bot.demo.phone import Phone
from tests import support
from tests.faults import gears
from tests.faults.gears import Gears
from tests.stories.test_first_flow import arrived
from tests.support import Coach

pytestmark = pytest.mark.faults

PACE, AT_WORK, WAITING = 2.0, 20.0, 2000.0  # gears; in the first the answer to a burst comes before the next burst
LONGEST = 10_072.0  # seconds, as seen in the wild
PATIENT = 60.0  # real seconds for what takes a few
LINES = "You can talk with someone in Ireland"


@pytest.fixture
def clock() -> Gears:
    return Gears(AT_WORK)


@pytest.fixture
async def coach(clock: Gears, database_url: str, tmp_path: Path) -> AsyncIterator[Coach]:
    async with support.coach(database_url, tmp_path, clock) as running:
        yield running


async def check_in(phone: Phone) -> None:
    """All three answers, by tap and by typing."""
    phone.tap("7")
    await phone.sees("How is your mood?", PATIENT)
    phone.type("5")
    await phone.sees("How many hours", PATIENT)
    phone.tap("7.5")
    await phone.sees("Sleep 7 · mood 5 · 7.5 h", PATIENT)


def calls_to(coach: Coach, chat: int) -> list[str]:
    """What Telegram said to each message and edit for a chat."""
    return [
        call.outcome for call in coach.world.calls
        if call.method.startswith(("send", "edit")) and int(call.params["chat_id"]) == chat
    ]


async def test_three_in_ten_calls_are_refused_and_nothing_is_lost(coach: Coach, clock: Gears) -> None:
    people = [await arrived(coach, f"P{number}") for number in range(4)]
    phones = gears.readers(coach, 40)
    coach.world.faults.flood(0.3, (1, LONGEST), random.Random(8))
    clock.shift(WAITING)
    await gears.queue(coach, phones, each=3)
    for person in people:
        await check_in(person)
    await gears.drained(coach)
    assert coach.world.faults.early_calls == []
    assert [missing for phone in phones for missing in gears.missing(phone, 3)] == []
    assert [copies for phone in phones if (copies := gears.copies(phone))] == []
    assert len(coach.rows("SELECT * FROM answer")) == 3 * len(people)
    refused = sum("retry after" in outcome for phone in phones for outcome in calls_to(coach, phone.id))
    assert refused >= 30, "the flood was no flood"


async def test_a_halted_chat_waits_to_the_end_and_holds_nobody_up(coach: Coach, clock: Gears) -> None:
    ana, bo, cleo = [await arrived(coach, name) for name in ("Ana", "Bo", "Cleo")]
    until = clock.monotonic() + LONGEST
    coach.world.faults.retry_after(LONGEST, chat=ana.id)
    ana.tap("7")
    for other in (bo, cleo):
        await check_in(other)
    assert clock.monotonic() < until
    assert "retry after" in calls_to(coach, ana.id)[-1]
    clock.shift(WAITING)
    await ana.sees("How is your mood?", PATIENT)
    assert clock.monotonic() >= until
    assert coach.world.faults.early_calls == []


async def test_sos_goes_out_directly_but_not_into_a_halt(coach: Coach, clock: Gears) -> None:
    ana, bo = [await arrived(coach, name) for name in ("Ana", "Bo")]
    until = clock.monotonic() + LONGEST
    coach.world.faults.retry_after(LONGEST, chat=ana.id)
    ana.tap("7")
    await check_in(bo)
    assert "retry after" in calls_to(coach, ana.id)[-1]
    ana.type("/sos Ireland")
    bo.type("/sos Ireland")
    await bo.sees(LINES, PATIENT)
    assert clock.monotonic() < until
    clock.shift(WAITING)
    await ana.sees(LINES, PATIENT)
    assert clock.monotonic() >= until
    assert coach.world.faults.early_calls == []


async def test_a_halt_of_the_whole_bot(coach: Coach, clock: Gears) -> None:
    """Telegram does not say whom a 429 is meant for: one burst is refused until that is clear; then all is quiet."""
    phones = gears.readers(coach, 60)
    clock.shift(PACE)
    until = clock.monotonic() + LONGEST
    coach.world.faults.retry_after(LONGEST)
    await gears.queue(coach, phones, each=2)
    await clock.sleep(4)
    clock.shift(WAITING)
    await gears.drained(coach)
    assert clock.monotonic() >= until
    assert [missing for phone in phones for missing in gears.missing(phone, 2)] == []
    limited = [call for call in coach.world.calls if call.method not in NEVER_LIMITED and call.at < until]
    assert all("retry after" in call.outcome for call in limited)
    early = [call for call in limited if "chat_id" in call.params]
    assert len(limited) <= len(early) + 1, "the listing went on although it had been told to wait"
    assert 5 <= len(early) <= coach.settings.messages_per_second, "more than what was in the air when it became clear"
