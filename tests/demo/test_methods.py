"""What the methods do when nothing is wrong."""

from typing import Any

import pytest
from aiohttp import ClientSession
from telegram import Bot

from bot.demo.arguments import parameters_of
from bot.demo.methods import METHODS
from bot.demo.phone import Phone
from bot.demo.server import BotApi
from bot.demo.world import World
from tests.demo.conftest import Call, button, keyboard


async def test_the_library_talks_to_it(api: BotApi, world: World, ana: Phone) -> None:
    bot = Bot(world.token, base_url=f"{api.url}/bot", base_file_url=f"{api.url}/file/bot")
    async with bot:
        assert (await bot.get_me()).username == "coach_bot"
        assert [update.message.text for update in await bot.get_updates() if update.message] == ["/start"]
        message = await bot.send_message(ana.id, "<b>Hi</b>", parse_mode="HTML")
        assert message.text_html == "<b>Hi</b>"
        await bot.send_document(ana.id, b"a,b", filename="week.csv", caption="Your week")
        file = await bot.get_file(ana.send_document("run.gpx", b"<gpx/>")["document"]["file_id"])
        assert bytes(await file.download_as_bytearray()) == b"<gpx/>"
        assert (await bot.get_chat(ana.id)).first_name == "Ana"
        assert (await bot.get_chat_member(ana.id, ana.id)).status == "member"
        await bot.set_my_commands([("why", "The reasons")])
        assert [command.command for command in await bot.get_my_commands()] == ["why"]
        await bot.set_my_name("Ted", language_code="en")
        assert (await bot.get_my_name(language_code="en")).name == "Ted"
        await bot.set_message_reaction(ana.id, message.message_id, "\N{THUMBS UP SIGN}")
    assert [bubble.text for bubble in ana.messages if bubble.sender == "bot"] == ["Hi", "Your week"]


@pytest.mark.parametrize("kind", ["json", "data", "params"])
async def test_parameters_come_in_every_kind_of_body(
    api: BotApi, session: ClientSession, ana: Phone, kind: str
) -> None:
    parameters: Any = {kind: {"chat_id": ana.id, "text": "hi"}}
    async with session.post(f"{api.url}/bot{api.world.token}/SENDMESSAGE", **parameters) as response:
        assert (await response.json())["result"]["text"] == "hi"


async def test_a_file_is_sent_again_by_its_id(call: Call, ana: Phone) -> None:
    sent = await call("sendDocument", chat_id=ana.id, document=b"a,b")
    again = await call("sendDocument", chat_id=ana.id, document=sent.result["document"]["file_id"])
    assert again.result["document"]["file_id"] == sent.result["document"]["file_id"]
    assert "photo" in (await call("sendPhoto", chat_id=ana.id, photo=b"a")).result


@pytest.mark.parametrize(("name", "moves"), [("breath.mp4", True), ("breath.gif", True), ("breath.txt", False)])
async def test_what_moves_is_an_animation_and_a_document(
    api: BotApi, world: World, ana: Phone, call: Call, name: str, moves: bool
) -> None:
    async with Bot(world.token, f"{api.url}/bot") as bot:
        sent = await bot.send_animation(ana.id, b"moving", filename=name, caption="<b>In</b>", parse_mode="HTML")
    assert sent.document is not None
    assert (sent.animation is not None) == moves
    again = await call("sendAnimation", chat_id=ana.id, animation=sent.document.file_id, caption="Out")
    assert again.result["document"]["file_id"] == sent.document.file_id
    assert [(bubble.text, bubble.media) for bubble in ana.messages[1:]] == [
        ("In", "animation" if moves else "document"), ("Out", "animation" if moves else "document"),
    ]


@pytest.mark.parametrize(
    ("kind", "name", "becomes"),
    [
        ("voice", "breath.ogg", "voice"), ("voice", "breath.oga", "voice"), ("voice", "breath.mp3", "voice"),
        ("voice", "breath.m4a", "voice"), ("voice", "breath.wav", "document"),
        ("audio", "breath.mp3", "audio"), ("audio", "breath.m4a", "audio"), ("audio", "breath.ogg", "voice"),
        ("audio", "breath.wav", "document"),
    ],
)
async def test_what_is_heard_follows_from_the_file_and_stays_so(
    call: Call, ana: Phone, kind: str, name: str, becomes: str
) -> None:
    heard = {"chat_id": ana.id, "filename": name, "caption": "In", "duration": 60}
    sent = (await call(f"send{kind.title()}", **heard, **{kind: b"tone"})).result
    assert [(bubble.text, bubble.media) for bubble in ana.messages[1:]] == [("In", becomes)]
    assert ana.download(ana.last.id) == b"tone"
    assert sent[becomes].get("duration") == (None if becomes == "document" else 60)
    for other in ("voice", "audio"):
        again = await call(f"send{other.title()}", chat_id=ana.id, **{other: sent[becomes]["file_id"]})
        assert again.result[becomes]["file_id"] == sent[becomes]["file_id"]


async def test_entities_of_the_bots_own(call: Call, ana: Phone) -> None:
    link = {"type": "text_link", "offset": 1, "length": 2, "url": "https://x.org"}
    answer = await call("sendMessage", chat_id=ana.id, text=" ab ", entities=[link])
    assert answer.result["text"] == "ab"
    assert answer.result["entities"] == [{**link, "offset": 0}]


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        ("/sos now, or https://x.org/a.", [("bot_command", 0, 4), ("url", 13, 15)]),
        ("<b>/sos</b>", [("bold", 0, 4), ("bot_command", 0, 4)]),
        ("<code>/sos https://x.org</code>", [("code", 0, 18)]),
        ('<a href="https://y.org">/sos</a> /help', [("text_link", 0, 4), ("bot_command", 5, 5)]),
        ("https://x.org/help", [("url", 0, 18)]),
    ],
)
async def test_commands_and_addresses_are_found(
    call: Call, ana: Phone, text: str, marked: list[tuple[str, int, int]]
) -> None:
    sent = (await call("sendMessage", chat_id=ana.id, text=text, parse_mode="HTML")).result
    found = [(entity["type"], entity["offset"], entity["length"]) for entity in sent["entities"]]
    assert sorted(found) == sorted(marked)


async def test_only_inline_keyboards_come_back(call: Call, ana: Phone) -> None:
    markups = [keyboard([button()], []), {"keyboard": [["Yes"]]}, {"remove_keyboard": True}]
    answers = [await call("sendMessage", chat_id=ana.id, text="a", reply_markup=markup) for markup in markups]
    assert [answer.result.get("reply_markup") for answer in answers] == [keyboard([button()]), None, None]


async def test_calls_are_noted(call: Call, world: World, ana: Phone) -> None:
    await call("sendMessage", chat_id=ana.id, text="hi")
    await call("sendMessage", chat_id=ana.id, text="")
    assert [(note.method, note.params["text"], note.outcome) for note in world.calls] == [
        ("sendMessage", "hi", "ok"),
        ("sendMessage", "", "Bad Request: message text is empty"),
    ]
    assert (world.counters["sendMessage"], world.counters["sendMessage: ok"]) == (2, 1)


def test_every_method_is_one_of_the_librarys() -> None:
    assert all(parameters_of(name) is not None for name, _ in METHODS.values())
