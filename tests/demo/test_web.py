"""The page's routes: what can be done over HTTP, what is told, and whom it is refused."""

import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any, NamedTuple

import pytest
from aiohttp import ClientResponse, ClientSession, FormData

from bot.demo.phone import Phone
from bot.demo.server import BotApi
from bot.demo.web import ACTS, PAGE
from bot.demo.world import World
from tests.demo.conftest import Call, button, keyboard

Post = Callable[..., Awaitable[Any]]


class Event(NamedTuple):
    """A server-sent event."""

    id: str
    kind: str
    content: Any


@pytest.fixture
def post(api: BotApi, session: ClientSession) -> Post:
    """Post JSON, or a form; the answer's status and body."""

    async def do(path: str, form: FormData | None = None, **body: Any) -> tuple[int, Any]:
        given: dict[str, Any] = {"data": form} if form else {"json": body}
        async with session.post(f"{api.url}{path}", **given) as response:
            return response.status, await response.json()

    return do


@asynccontextmanager
async def listening(api: BotApi, session: ClientSession, after: str = "") -> AsyncIterator[AsyncIterator[Event]]:
    """The events from the beginning, or after that one."""
    headers = {"Last-Event-ID": after} if after else {}
    async with session.get(f"{api.url}/events", headers=headers) as response:
        assert response.content_type == "text/event-stream"
        yield events_of(response)


async def events_of(response: ClientResponse) -> AsyncIterator[Event]:
    fields: dict[str, str] = {}
    async for line in response.content:
        name, _, value = line.decode().rstrip("\n").partition(": ")
        if name:
            fields[name] = value
        elif fields:
            yield Event(fields.get("id", ""), fields["event"], json.loads(fields["data"]))
            fields = {}


async def next_of(events: AsyncIterator[Event], kind: str) -> Event:
    async for event in events:
        if event.kind == kind:
            return event
    raise AssertionError(f"the stream ended without {kind}")


async def test_a_person_is_played(post: Post, call: Call, world: World) -> None:
    number = (await post("/phone", first_name="Bo", language_code="de"))[1]["id"]
    bo = world.phones[number]
    assert bo.person.user.language_code == "de"
    typed = (await post(f"/phone/{number}/type", text="hi"))[1]["result"]["message_id"]
    await post(f"/phone/{number}/edit", message_id=typed, text="hello")
    await call("sendMessage", chat_id=number, text="Ready?", reply_markup=keyboard([button()]))
    assert (await post(f"/phone/{number}/tap", button="Yes"))[0] == 200
    assert (await post(f"/phone/{number}/tap", button="No"))[0] == 400
    assert (await post(f"/phone/{number}/react", message_id=typed, emoji="🔥"))[0] == 200
    await call("sendMessage", chat_id=number, text="Where?", reply_markup={
        "keyboard": [["At home", {"text": "Here", "request_location": True}]]
    })
    assert (await post(f"/phone/{number}/press", label="At home"))[0] == 200
    for act in ("share", "location"):
        assert (await post(f"/phone/{number}/{act}", latitude=38.7, longitude=-9.1))[0] == 200
    for act in ("sticker", "voice", "block", "unblock"):
        assert (await post(f"/phone/{number}/{act}"))[0] == 200
    await post(f"/phone/{number}/delete", message_id=typed)
    mine = [(bubble.media, bubble.text) for bubble in bo.messages if bubble.sender == "me"]
    assert mine == [(None, "At home"), ("location", ""), ("location", ""), ("sticker", ""), ("voice", "")]


async def test_files_come_in_a_form_and_go_out_in_parts(
    post: Post, api: BotApi, session: ClientSession, ana: Phone
) -> None:
    for kind, name in (("photo", "me.jpg"), ("document", "run.gpx")):
        form = FormData({"chat": str(ana.id)})
        form.add_field("file", b"0123456789", filename=name)
        assert (await post(f"/phone/{ana.id}/{kind}", form))[0] == 200
    photo, document = (bubble for bubble in ana.messages if bubble.media)
    posts = ana.room.posts
    files = [posts[photo.id].wire["photo"][0], posts[document.id].wire["document"]]
    assert files[1]["file_name"] == "run.gpx"
    for file, disposition in zip(files, (None, "attachment"), strict=True):
        async with session.get(f"{api.url}/media/{file['file_id']}") as response:
            assert (await response.read(), response.headers.get("Content-Disposition")) == (b"0123456789", disposition)
            assert response.headers["Content-Security-Policy"] == "sandbox"
    for wanted, part, where in (("bytes=2-4", b"234", "bytes 2-4/10"), ("bytes=-3", b"789", "bytes 7-9/10")):
        address = f"{api.url}/media/{files[0]['file_id']}"
        async with session.get(address, headers={"Range": wanted}) as response:
            assert (response.status, await response.read()) == (206, part)
            assert response.headers["Content-Range"] == where
    async with session.get(f"{api.url}/media/nonsense") as response:
        assert response.status == 404


async def test_a_group_is_played(post: Post, world: World, ana: Phone) -> None:
    bo = world.person("Bo")
    group = (await post("/group", title="Sunday run"))[1]["id"]
    await post(f"/phone/{bo.id}/type", text="Coming!", chat=group)
    cy = (await post("/phone", first_name="Cy"))[1]["id"]
    assert (await post(f"/phone/{cy}/type", text="me too", chat=group))[0] == 400
    assert (await post(f"/phone/{cy}/join", chat=group))[0] == 200
    assert (await post(f"/phone/{cy}/type", text="me too", chat=group))[0] == 200
    assert (await post(f"/phone/{ana.id}/leave", chat=group))[0] == 200
    assert world.rooms[group].members == {bo.id, cy}
    assert (await post(f"/phone/{cy}/leave"))[1] == {"error": "which group?"}


async def test_peoples_time_goes_on_and_never_back(post: Post, world: World) -> None:
    before = world.clock.offset
    assert (await post("/clock", seconds=900))[0] == 200
    assert (world.clock.offset - before).total_seconds() == 900
    assert (await post("/clock", seconds=-1))[1] == {"error": "people's time only goes on"}


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/phone/17/type", {"text": "hi"}, 404),
        ("/phone/me/type", {"text": "hi"}, 404),
        ("/phone/{ana}/dance", {}, 404),
        ("/phone/{ana}/type", {}, 400),
        ("/phone/{ana}/type", {"text": 5}, 400),
        ("/phone/{ana}/type", {"text": "a" * 4097}, 400),
        ("/phone/{ana}/type", {"text": "hi", "chat": 17}, 400),
        ("/phone/{ana}/edit", {"text": "hi", "message_id": 17}, 400),
        ("/phone/{ana}/share", {"latitude": 1, "longitude": 1}, 400),
        ("/phone/{ana}/photo", {"file": "me"}, 400),
        ("/clock", {"seconds": "soon"}, 400),
        ("/group", {}, 400),
    ],
)
async def test_what_cannot_be_done_is_said(
    post: Post, ana: Phone, path: str, body: dict[str, Any], status: int
) -> None:
    answer = await post(path.format(ana=ana.id), **body)
    assert (answer[0], list(answer[1])) == (status, ["error"])


async def test_people_change_only_their_own_words(post: Post, call: Call, ana: Phone, world: World) -> None:
    sent = (await call("sendMessage", chat_id=ana.id, text="a")).result["message_id"]
    assert (await post(f"/phone/{ana.id}/edit", message_id=sent, text="b"))[0] == 400
    group = world.group("Runners", [ana])
    theirs = (await call("sendMessage", chat_id=group.id, text="a")).result["message_id"]
    assert (await post(f"/phone/{ana.id}/delete", message_id=theirs, chat=group.id))[0] == 400


async def test_everything_that_happens_is_told(
    post: Post, call: Call, api: BotApi, session: ClientSession, world: World, ana: Phone
) -> None:
    async with listening(api, session) as events:
        hello = (await anext(events)).content
        assert (hello["history"], hello["offset"]) == (2, 0)
        history = [await anext(events) for _ in range(hello["history"])]
        assert [event.kind for event in history] == ["chat", "message"]
        assert history[0].content["members"] == [ana.id]
        assert history[1].content["message"]["text"] == "/start"

        markup = {"keyboard": [["Yes"]], "one_time_keyboard": True}
        await call("sendMessage", chat_id=ana.id, text="<b>Hi</b> /help", parse_mode="HTML", reply_markup=markup)
        message = (await next_of(events, "message")).content["message"]
        assert [entity["type"] for entity in message["entities"]] == ["bold", "bot_command"]
        assert (await next_of(events, "panel")).content == {"chat": ana.id, "panel": markup | {
            "keyboard": [[{"text": "Yes"}]]}, "used_by": []}
        ana.press("Yes")
        assert (await next_of(events, "panel")).content["used_by"] == [ana.id]

        sent = await call("sendMessage", chat_id=ana.id, text="Ready?", reply_markup=keyboard([button()]))
        tapped = ana.tap("Yes")
        assert (await next_of(events, "tap")).content["query"] == tapped.query_id
        await call("answerCallbackQuery", callback_query_id=tapped.query_id, text="Noted", show_alert=True)
        answer = (await next_of(events, "answer")).content
        assert answer == {"query": tapped.query_id, "text": "Noted", "alert": True}

        number = sent.result["message_id"]
        await call("setMessageReaction", chat_id=ana.id, message_id=number, reaction=[{"type": "emoji", "emoji": "🔥"}])
        ana.react(number, "👍")
        told = [(await next_of(events, "reaction")).content for _ in range(2)]
        assert [(reaction["by"], reaction["emoji"]) for reaction in told] == [(world.bot.id, "🔥"), (ana.id, "👍")]

        await call("sendChatAction", chat_id=ana.id, action="typing")
        assert (await next_of(events, "action")).content["action"] == "typing"
        await call("deleteMessage", chat_id=ana.id, message_id=number)
        assert (await next_of(events, "message")).content["change"] == "deleted"
        ana.block()
        assert (await next_of(events, "chat")).content["blocked"] is True
        await post("/clock", seconds=60)
        assert (await next_of(events, "clock")).content == {"offset": 60}


async def test_a_reader_that_comes_back_goes_on(api: BotApi, session: ClientSession, ana: Phone) -> None:
    async with listening(api, session) as events:
        first = [await anext(events) for _ in range(3)]
    ana.type("meanwhile")
    async with listening(api, session, after=first[-1].id) as events:
        assert (await anext(events)).kind == "hello"
        assert (await anext(events)).content["message"]["text"] == "meanwhile"


async def test_a_reader_of_another_world_begins_anew(api: BotApi, session: ClientSession, ana: Phone) -> None:
    for after in ("0badcafe-2", "nonsense", "-1"):
        async with listening(api, session, after=after) as events:
            assert [(await anext(events)).kind for _ in range(3)] == ["hello", "chat", "message"]


async def test_a_silent_stream_says_that_it_is_there(
    api: BotApi, session: ClientSession, ana: Phone, world: World
) -> None:
    async with session.get(f"{api.url}/events") as response:
        waiting = asyncio.ensure_future(response.content.readuntil(b":\n\n"))
        await world.clock.wait_out(15.0)  # type: ignore[attr-defined]
        assert (await waiting).endswith(b":\n\n")


async def test_how_the_bot_presents_itself(
    call: Call, api: BotApi, session: ClientSession, world: World, ana: Phone
) -> None:
    dora = world.person("Dora", language_code="de-at")
    group = world.group("Runners", [ana, dora])

    async def profile(phone: Phone, chat: int) -> Any:
        async with session.get(f"{api.url}/phone/{phone.id}/profile", params={"chat": chat}) as response:
            return await response.json()

    assert await profile(ana, ana.id) == {"name": "Coach", "description": "", "about": "", "commands": []}
    await call("setMyName", name="Ted")
    await call("setMyName", name="Teddy", language_code="de")
    await call("setMyDescription", description="Runs along")
    for scope, name in (("default", "any"), ("all_private_chats", "here"), ("all_group_chats", "there")):
        await call("setMyCommands", commands=[{"command": name, "description": "a"}], scope={"type": scope})
    german = [{"command": "hier", "description": "a"}]
    await call("setMyCommands", commands=german, scope={"type": "all_private_chats"}, language_code="de")
    found = [await profile(phone, chat) for phone, chat in ((ana, ana.id), (dora, dora.id), (dora, group.id))]
    assert [(each["name"], each["commands"][0]["command"]) for each in found] == [
        ("Ted", "here"), ("Teddy", "hier"), ("Teddy", "there")
    ]
    await call("deleteMyCommands", scope={"type": "all_group_chats"})
    assert (await profile(ana, group.id))["commands"][0]["command"] == "any"


FOREIGN = [
    {"Host": "evil.example"},
    {"Host": "127.0.0.1.evil.example:8080"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://127.0.0.1:1"},
    {"Sec-Fetch-Site": "cross-site"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"},
]


@pytest.mark.parametrize("headers", FOREIGN)
async def test_pages_of_others_cannot_play(
    api: BotApi, session: ClientSession, world: World, ana: Phone, headers: dict[str, str]
) -> None:
    method = f"/bot{world.token}/sendMessage?chat_id={ana.id}&text=hi"
    for path in ("/phone", f"/phone/{ana.id}/block", "/clock", method):
        async with session.post(f"{api.url}{path}", json={}, headers=headers) as response:
            assert response.status == 403
    for path in ("/", "/events", f"/phone/{ana.id}/profile", method):
        async with session.get(f"{api.url}{path}", headers=headers) as response:
            assert response.status == 403
    assert (len(world.phones), len(ana.messages), ana.person.blocked) == (1, 1, False)


async def test_the_own_page_may_and_a_link_to_it_is_followed(api: BotApi, session: ClientSession, ana: Phone) -> None:
    own = {"Origin": api.url, "Sec-Fetch-Site": "same-origin"}
    async with session.post(f"{api.url}/phone/{ana.id}/type", json={"text": "hi"}, headers=own) as response:
        assert response.status == 200
    link = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}
    async with session.get(f"{api.url}/", headers=link) as response:
        assert response.status == 200
        assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    by_name = {"Host": f"localhost:{api.url.rpartition(':')[2]}"}
    async with session.get(f"{api.url}/", headers=by_name) as response:
        assert response.status == 200


async def test_every_part_of_the_page_is_served_and_fetches_nothing_from_elsewhere(
    api: BotApi, session: ClientSession
) -> None:
    for part in PAGE.iterdir():
        async with session.get(f"{api.url}/page/{part.name}") as response:
            text = await response.text()
            assert response.status == 200
            assert "http://" not in text.replace("http://www.w3.org", "").replace("`http://${text}`", "")
            assert "https://" not in text
            assert "innerHTML" not in text


def test_the_page_does_what_the_server_can() -> None:
    scripts = "".join(part.read_text() for part in PAGE.glob("*.js"))
    done = set(re.findall(r'\b(?:act|pickFile|sharePlace)\("(\w+)"', scripts))
    assert {"type", "tap", "share", "photo"} <= done <= ACTS.keys()
