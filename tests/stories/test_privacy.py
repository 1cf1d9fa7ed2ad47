"""Seeing, taking along and erasing what the coach holds, as people live it: a phone, real HTTP, either database."""

import csv
import io
import json
import re
from zipfile import ZipFile

from bot.adapters.store import privacy, vault
from bot.demo.phone import Phone
from bot.privacy.export import as_json
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


def unpacked(content: bytes) -> dict[str, str]:
    """The files of an archive, as text."""
    with ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name).decode() for name in archive.namelist()}


async def test_export_is_an_archive_to_read_and_to_take_along(coach: Coach) -> None:
    ana = await answering(coach)
    ana.tap("7")
    await ana.sees("How is your mood?")
    await coach.settled()
    ana.type("/export")
    file = await ana.sees("Everything that I hold")
    await coach.settled()
    wire = ana.room.posts[file.id].wire["document"]
    assert re.fullmatch(r"coach-export-\d{4}-\d\d-\d\d\.zip", wire["file_name"])
    files = unpacked(ana.download(file.id))
    document = json.loads(files["data.json"])
    assert [(row["marker"], row["value"]) for row in document["answer"]] == [("sleep", "7")]
    assert {row["purpose"] for row in document["consent"]} == {"adult", "health"}
    assert files.keys() == {"data.json", "read-me.html", *(f"{table}.csv" for table in document)}
    (answer,) = csv.DictReader(io.StringIO(files["answer.csv"].removeprefix("\ufeff"), newline=""))
    assert answer == document["answer"][0]
    assert "<td>sleep</td><td>7</td>" in files["read-me.html"]
    with coach.app.engine.begin() as connection:
        assert files["data.json"] == as_json(privacy.export(connection, coach.app.keyring, ana.id))


async def test_an_export_is_sealed_while_it_waits_and_gone_when_it_is_sent(coach: Coach) -> None:
    ana = await answering(coach)
    ana.tap("7")
    await ana.sees("How is your mood?")
    await coach.settled()
    coach.app.courier.halt(ana.id, 100.0)  # two seconds on this clock
    ana.type("/export")
    await coach.app.lanes.idle()
    await coach.world.updates.taken()
    await coach.app.lanes.idle()
    ((waiting,),) = coach.rows("SELECT payload FROM outbox WHERE method = 'file'")
    with coach.app.engine.begin() as connection:
        key = vault.key(connection, coach.app.keyring, ana.id)
    opened = key.unseal("outbox.payload", bytes(waiting))
    assert b"read-me.html" in opened
    assert b"read-me.html" not in bytes(waiting)
    await ana.sees("Everything that I hold")
    await coach.settled()
    assert coach.rows("SELECT 1 FROM outbox WHERE method = 'file' AND payload IS NOT NULL") == []


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
