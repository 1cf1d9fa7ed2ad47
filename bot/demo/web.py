"""The page that looks like phones, and everything that can be done with them, over HTTP on loopback.

    GET  /                          the page; its parts lie under /page
    GET  /events                    all that happens, as server-sent events; a reader that comes back goes on
    GET  /media/<file_id>           a file that somebody sent
    POST /phone                     {first_name, language_code}: somebody new; their id
    GET  /phone/<id>/profile        ?chat=: how the bot presents itself to them there
    POST /phone/<id>/<act>          {chat, ...}: what a person does, see `ACTS`; `chat` only for a group
    POST /group                     {title}: a group of everybody there is, and the bot; its id
    POST /clock                     {seconds}: people's time goes on

Bodies are JSON, or a form when a file comes along. Errors are `{"error": text}` with 400, or 404 for nobody.
"""

import json
import secrets
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from aiohttp import web

from bot.demo.phone import Group, Phone
from bot.demo.profile import profile_of
from bot.demo.rooms import JSONDict
from bot.demo.waiting import done_within
from bot.demo.world import World

PAGE = Path(__file__).parent / "page"
KEEP_ALIVE = 15.0  # seconds after which a silent stream says that it is still there
NAMES = {"127.0.0.1", "localhost"}
SECURITY = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self'; media-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Act = Callable[[Phone, Group | None, JSONDict], Any]

ACTS: dict[str, Act] = {
    "type": lambda phone, chat, body: phone.type(body["text"], chat),
    "edit": lambda phone, chat, body: phone.edit(body["message_id"], body["text"], chat),
    "delete": lambda phone, chat, body: phone.delete(body["message_id"], chat),
    "react": lambda phone, chat, body: phone.react(body["message_id"], body["emoji"], chat),
    "tap": lambda phone, chat, body: phone.tap(body["button"], body.get("message_id"), chat).query_id,
    "press": lambda phone, chat, body: phone.press(body["label"], chat),
    "share": lambda phone, chat, body: phone.share_location(body["latitude"], body["longitude"]),
    "location": lambda phone, chat, body: phone.send_location(body["latitude"], body["longitude"], chat),
    "sticker": lambda phone, chat, body: phone.send_sticker(chat),
    "voice": lambda phone, chat, body: phone.send_voice(chat=chat),
    "photo": lambda phone, chat, body: phone.send_photo(chat=chat, content=body["file"].file.read()),
    "document": lambda phone, chat, body: phone.send_document(body["file"].filename, body["file"].file.read(), chat),
    "block": lambda phone, chat, body: phone.block(),
    "unblock": lambda phone, chat, body: phone.unblock(),
    "join": lambda phone, chat, body: phone.join(_there(chat)),
    "leave": lambda phone, chat, body: phone.leave(_there(chat)),
}


def add_page(app: web.Application, world: World) -> None:
    """Serve the page and its actions."""
    app.middlewares.append(only_from_here)
    app.on_response_prepare.append(_secure)
    app.router.add_get("/", _index)
    app.router.add_static("/page", PAGE)
    app.router.add_get("/events", _events(world))
    app.router.add_get("/media/{file_id}", _media(world))
    app.router.add_post("/phone", _answering(world, _new_person))
    app.router.add_get("/phone/{id}/profile", _answering(world, _profile))
    app.router.add_post("/phone/{id}/{act}", _answering(world, _act))
    app.router.add_post("/group", _answering(world, _new_group))
    app.router.add_post("/clock", _answering(world, _pass_time))


@web.middleware
async def only_from_here(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Refuse what a page of somebody else's makes the browser send.

    A foreign name that resolves to this machine gives itself away by its Host, a foreign page by Origin or
    Sec-Fetch-Site. Following a link to the page is fine.
    """
    own = request.host.partition(":")[0] in NAMES
    from_own_page = request.headers.get("Origin", f"http://{request.host}") == f"http://{request.host}"
    following_a_link = request.path == "/" and request.headers.get("Sec-Fetch-Mode") == "navigate"
    same_site = request.headers.get("Sec-Fetch-Site", "none") in ("none", "same-origin") or following_a_link
    if not (own and from_own_page and same_site):
        return web.json_response({"error": "only this machine's own page may do that"}, status=403)
    return await handler(request)


async def _secure(request: web.Request, response: web.StreamResponse) -> None:
    for name, value in SECURITY.items():
        response.headers.setdefault(name, value)


async def _index(request: web.Request) -> web.FileResponse:
    return web.FileResponse(PAGE / "index.html")


def _events(world: World) -> Handler:
    """The journal from where the reader stopped; the first event says which world it is and how much is history."""
    name = secrets.token_hex(4)  # a server started anew has another: what was read there counts for nothing

    async def events(request: web.Request) -> web.StreamResponse:
        entries = world.journal.entries
        position = _position(request.headers.get("Last-Event-ID", ""), name)
        hello = {"world": name, "history": len(entries), "offset": world.clock.offset.total_seconds()}
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        with suppress(ConnectionError):
            await response.prepare(request)
            await response.write(_event("hello", hello))
            while True:
                while position < len(entries):
                    kind, content = entries[position]
                    position += 1
                    await response.write(_event(kind, content, f"{name}-{position}"))
                if not await done_within(world.clock, KEEP_ALIVE, world.journal.bell.next_ring()):
                    await response.write(b":\n\n")
        return response

    return events


def _position(last_event_id: str, name: str) -> int:
    world, _, number = last_event_id.partition("-")
    return int(number) if world == name and number.isdigit() else 0


def _event(kind: str, content: JSONDict, number: str = "") -> bytes:
    head = f"id: {number}\n" if number else ""
    return f"{head}event: {kind}\ndata: {json.dumps(content)}\n\n".encode()


def _media(world: World) -> Handler:
    async def media(request: web.Request) -> web.Response:
        file = world.files.by_id(request.match_info["file_id"])
        if file is None:
            raise _not_found("nobody sent that")
        headers = {"Content-Security-Policy": "sandbox", "Accept-Ranges": "bytes"}
        if file.mime_type.partition("/")[0] not in ("image", "video", "audio"):
            headers["Content-Disposition"] = "attachment"  # a page that somebody sent is not ours to open
        wanted = request.http_range
        part = file.content[wanted]
        if wanted.start is None or not part:
            return web.Response(body=file.content, content_type=file.mime_type, headers=headers)
        start = wanted.start % len(file.content)  # "the last n bytes" starts below 0
        headers["Content-Range"] = f"bytes {start}-{start + len(part) - 1}/{len(file.content)}"
        return web.Response(status=206, body=part, content_type=file.mime_type, headers=headers)

    return media


async def _new_person(world: World, request: web.Request, body: JSONDict) -> JSONDict:
    names = {"first_name", "last_name", "username", "language_code"}
    return {"id": world.person(**{name: body[name] for name in names & body.keys()}).id}


async def _new_group(world: World, request: web.Request, body: JSONDict) -> JSONDict:
    return {"id": world.group(body["title"], world.phones.values()).id}


async def _pass_time(world: World, request: web.Request, body: JSONDict) -> JSONDict:
    by = timedelta(seconds=body["seconds"])
    assert by > timedelta(), "people's time only goes on"
    if world.live is not None:
        await world.live(by)
    else:
        world.pass_time(by)
    return {}


async def _profile(world: World, request: web.Request, body: JSONDict) -> JSONDict:
    phone = _phone(world, request)
    room = world.rooms[int(request.query.get("chat", phone.id))]
    return profile_of(world, room, phone.person.user)


async def _act(world: World, request: web.Request, body: JSONDict) -> JSONDict:
    phone, act = _phone(world, request), ACTS.get(request.match_info["act"])
    if act is None:
        raise _not_found("nobody can do that")
    chat = int(body.get("chat", phone.id))
    return {"result": act(phone, None if chat == phone.id else Group(world, world.rooms[chat]), body)}


def _answering(
    world: World, handler: Callable[[World, web.Request, JSONDict], Awaitable[JSONDict]]
) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def answer(request: web.Request) -> web.Response:
        try:
            return web.json_response(await handler(world, request, await _body(request)))
        except (KeyError, ValueError, TypeError, AttributeError, AssertionError) as error:
            return web.json_response({"error": str(error) or type(error).__name__}, status=400)

    return answer


async def _body(request: web.Request) -> JSONDict:
    if request.content_type == "application/json":
        body: JSONDict = await request.json()
        return body
    return dict(await request.post())


def _phone(world: World, request: web.Request) -> Phone:
    number = request.match_info["id"]
    phone = world.phones.get(int(number)) if number.isdigit() else None
    if phone is None:
        raise _not_found("nobody has that id")
    return phone


def _not_found(text: str) -> web.HTTPNotFound:
    return web.HTTPNotFound(text=json.dumps({"error": text}), content_type="application/json")


def _there(chat: Group | None) -> Group:
    assert chat is not None, "which group?"
    return chat
