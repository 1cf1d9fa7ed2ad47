"""Seeing, taking along and erasing what the coach holds, as people live it: a phone, real HTTP, either database."""

import json

from bot.demo.phone import Phone
from tests.support import Coach

AGREE = "I'm 18 or over and I agree"


async def answering(coach: Coach, name: str = "Ana") -> Phone:
    """Somebody who agreed and has the first question before them."""
    phone = coach.world.person(name)
    phone.type("/start")
    await phone.sees("Hello")
    await agrees(coach, phone)
    return phone


async def agrees(coach: Coach, phone: Phone) -> None:
    """From the welcome to the first question, whatever comes in between."""
    phone.tap(AGREE)
    phone.type("/checkin")
    await coach.settled()
    await phone.sees("How well did you sleep?")


async def test_export(coach: Coach) -> None:
    ana = await answering(coach)
    ana.tap("7")
    await ana.sees("How is your mood?")
    ana.type("/export")
    file = await ana.sees("Everything that I hold")
    document = json.loads(ana.download(file.id))
    assert [(row["marker"], row["value"]) for row in document["answer"]] == [("sleep", "7")]
    assert {row["purpose"] for row in document["consent"]} == {"adult", "health"}


async def test_erase_asks_once_and_means_it(coach: Coach) -> None:
    ana = await answering(coach)
    ana.tap("7")
    await ana.sees("How is your mood?")
    ana.type("/erase")
    await ana.sees("Erase everything?")
    ana.tap("Keep everything")
    await ana.sees("Nothing was erased")
    assert len(coach.rows("SELECT 1 FROM answer")) == 1
    ana.type("/erase")
    await ana.sees("Erase everything?")
    ana.tap("Erase it all")
    await ana.sees("Everything is erased")
    await coach.settled()
    for table in ("answer", "consent", "card", "person"):
        assert coach.rows(f"SELECT 1 FROM {table}") == []
    assert len(coach.rows("SELECT 1 FROM tombstone")) == 1
    ana.type("/checkin")
    await ana.sees("Hello, Ana.")


async def test_erased_and_back(coach: Coach) -> None:
    ana = await answering(coach)
    ana.type("/erase")
    await ana.sees("Erase everything?")
    ana.tap("Erase it all")
    await ana.sees("Everything is erased")
    ana.type("/start")
    await ana.sees("Hello, Ana.")
    await agrees(coach, ana)
    ana.tap("8")
    await ana.sees("How is your mood?")
    await coach.stop()
    await coach.start()  # what was erased stays erased, who came back stays
    ana.tap("6")
    await ana.sees("How many hours")
