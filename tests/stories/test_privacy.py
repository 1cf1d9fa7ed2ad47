"""Seeing, taking along and erasing what the coach holds, as people live it: a phone, real HTTP, either database."""

import asyncio
import csv
import io
import json
import re
from pathlib import Path
from zipfile import ZipFile
from zoneinfo import ZoneInfo

from bot.adapters.store import privacy, vault
from bot.demo.phone import Bubble, Phone
from bot.privacy.export import as_json
from tests.support import ON_ONE, Coach, Process

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


# ---- /privacy -------------------------------------------------------------------------------------------


async def test_what_is_kept_is_read_on_one_card_and_an_open_question_stays_open(coach: Coach) -> None:
    ana = await answering(coach)
    ana.tap("7")
    question = await ana.sees("How is your mood?")
    ana.type("/privacy")
    front = await ana.sees("What I keep of you")
    assert "1 answer, " in front.text
    assert "2 agreements" in front.text
    for label, line in (
        ("What you told me", "Locked with a key of your own"),
        ("What you chose", "your time zone"),
        ("To reach you", "which card; whose card; where it was shown"),
        ("Dates and times", "when you answered"),
        ("Technical", "how often it was tried"),
    ):
        ana.tap(label)
        page = await ana.sees(line)
        assert page.id == front.id  # edited in place
        ana.tap("Back")
        await ana.sees("What I keep of you")
    await coach.settled()
    assert {front.id, question.id} <= {bubble.id for bubble in ana.messages if bubble.buttons}
    ana.tap("6", message_id=question.id)
    hours = await ana.sees("How many hours")
    ana.type("7.5")  # words too belong to the question
    await ana.sees("Sleep 7 · mood 6 · 7.5 h")
    assert hours.id == question.id


async def test_an_older_copy_of_the_card_loses_its_buttons(coach: Coach) -> None:
    ana = await answering(coach)
    ana.type("/privacy")
    older = await ana.sees("What I keep of you")
    ana.type("/privacy")
    await coach.settled()
    cards = [bubble for bubble in ana.messages if "What I keep of you" in bubble.text]
    assert [bool(bubble.buttons) for bubble in cards] == [False, True]
    old = ana.tap_data(older.buttons[0][0][1], older.id)
    assert await old.answered() == "That button is from earlier. Nothing changed."


async def test_whoever_only_looks_leaves_nothing(coach: Coach) -> None:
    bo = coach.world.person("Bo")
    bo.type("/privacy")
    front = await bo.sees("What I keep of you")
    assert not front.buttons
    for command in ("/export", "/erase"):
        bo.type(command)
        await bo.sees("I hold nothing that you told me")
    await coach.settled()
    for table in ("person", "card", "consent", "tombstone"):
        assert coach.rows(f"SELECT 1 FROM {table}") == []


# ---- /export --------------------------------------------------------------------------------------------


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
    file = await ana.sees("What you told me, what you chose")
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
    await ana.sees("What you told me, what you chose")
    await coach.settled()
    assert coach.rows("SELECT 1 FROM outbox WHERE method = 'file' AND payload IS NOT NULL") == []


# ---- /erase ---------------------------------------------------------------------------------------------


async def asked_to_erase(phone: Phone) -> Bubble:
    phone.type("/erase")
    return await phone.sees("Erase everything?")


async def test_erase_asks_once_and_means_it(coach: Coach) -> None:
    ana = await answering(coach)
    ana.tap("7")
    await ana.sees("How is your mood?")
    question = await asked_to_erase(ana)
    assert "1 answer, " in question.text
    assert "2 agreements" in question.text
    ana.tap("Keep everything")
    kept = await ana.sees("Nothing was erased")
    assert (kept.id, kept.buttons) == (question.id, [])
    assert len(coach.rows("SELECT 1 FROM answer")) == 1
    await asked_to_erase(ana)
    ana.tap("Erase it all")
    await ana.sees("Everything is erased")
    await coach.settled()
    for table in ("answer", "consent", "card", "person"):
        assert coach.rows(f"SELECT 1 FROM {table}") == []
    assert len(coach.rows("SELECT 1 FROM tombstone")) == 1
    ana.type("/checkin")
    await ana.sees("Hello, Ana.")


@ON_ONE
async def test_the_receipt_can_be_checked(coach: Coach, database_url: str, tmp_path: Path) -> None:
    ana = await answering(coach)
    ana.tap("7")
    await ana.sees("How is your mood?")
    await coach.app.writer.submit(
        lambda connection: connection.exec_driver_sql("UPDATE person SET zone = 'Pacific/Kiritimati'")
    )
    question = await asked_to_erase(ana)
    ana.tap("Erase it all")
    receipt = await ana.sees("Everything is erased")
    await coach.settled()
    assert (receipt.id, receipt.buttons) == (question.id, [])  # it stays where the question was
    day = coach.clock.now().astimezone(ZoneInfo("Pacific/Kiritimati"))
    assert f"{day.day} {day:%b %Y}, " in receipt.text
    assert "(Pacific/Kiritimati): 1 answer, " in receipt.text
    found = re.search(r"Receipt number: ([0-9a-f]{12})\n", receipt.text)
    assert found is not None
    assert [bytes(row[0]).hex()[:12] for row in coach.rows("SELECT hash FROM tombstone")] == [found[1]]
    assert f"\n{found[1]}" in (coach.settings.home / "erased").read_text()
    operator = Process(database_url, coach.api, coach.world.token, tmp_path)
    checked = await asyncio.to_thread(operator.command, "receipt", found[1])
    assert checked.returncode == 0, checked.stderr
    assert re.fullmatch(rf"{found[1]}: erased at \d{{4}}-\d\d-\d\d \d\d:\d\d UTC\n", checked.stdout)
    unknown = await asyncio.to_thread(operator.command, "receipt", "0" * 12)
    assert (unknown.returncode, unknown.stdout) == (1, f"{'0' * 12}: no such erasure in this database\n")
    wrong = await asyncio.to_thread(operator.command, "receipt", "%")
    assert wrong.returncode == 2


async def test_a_double_tap_erases_once(coach: Coach) -> None:
    ana = await answering(coach)
    await asked_to_erase(ana)
    first, second = ana.tap("Erase it all"), ana.tap("Erase it all")
    assert await first.answered() == ""
    assert await second.answered() == "That button is from earlier. Nothing changed."
    await ana.sees("Everything is erased")
    await coach.settled()
    assert len(coach.rows("SELECT 1 FROM tombstone")) == 1
    assert sum("Everything is erased" in bubble.text for bubble in ana.messages) == 1


async def test_erase_twice_asks_below_and_only_there(coach: Coach) -> None:
    ana = await answering(coach)
    older = await asked_to_erase(ana)
    ana.type("/erase")
    await coach.settled()
    assert [bubble.id for bubble in ana.messages if bubble.buttons] == [ana.last.id]
    assert "Erase everything?" in ana.last.text
    old = ana.tap_data(older.buttons[1][0][1], older.id)
    assert await old.answered() == "That button is from earlier. Nothing changed."
    assert len(coach.rows("SELECT 1 FROM person")) == 1


async def test_what_is_erased_beside_another_person_is_only_ones_own(coach: Coach) -> None:
    ana, bo = await answering(coach, "Ana"), await answering(coach, "Bo")
    for phone in (ana, bo):
        phone.tap("7")
        await phone.sees("How is your mood?")
    question = await asked_to_erase(ana)
    stolen = bo.tap_data(question.buttons[1][0][1], bo.last.id)
    assert await stolen.answered() == "That button belongs to someone else."
    ana.tap("Erase it all")
    await ana.sees("Everything is erased")
    await coach.settled()
    assert [row[0] for row in coach.rows("SELECT owner FROM person")] == [bo.id]
    assert [row[0] for row in coach.rows("SELECT owner FROM answer")] == [bo.id]
    bo.tap("6")
    await bo.sees("How many hours")


async def test_erased_and_back(coach: Coach) -> None:
    ana = await answering(coach)
    ana.type("/erase")
    await ana.sees("Erase everything?")
    numbers = coach.rows("SELECT id FROM card")
    ana.tap("Erase it all")
    await ana.sees("Everything is erased")
    ana.type("/start")
    await ana.sees("Hello, Ana.")
    assert not {*numbers} & {*coach.rows("SELECT id FROM card")}  # old buttons mean none of these
    await agrees(coach, ana)
    ana.tap("8")
    await ana.sees("How is your mood?")
    await coach.stop()
    await coach.start()  # what was erased stays erased, who came back stays
    ana.tap("6")
    await ana.sees("How many hours")
