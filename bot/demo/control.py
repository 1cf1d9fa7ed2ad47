"""A phone played over HTTP from another process, in JSON.

`POST /phone` makes a person; `POST /phone/<id>/type|tap|edit|block|unblock` acts;
`GET /phone/<id>/chat?after=<sequence>&wait=<seconds>` reads the chat's story on from there.
"""

from collections.abc import Awaitable, Callable
from dataclasses import asdict
from typing import Any

from aiohttp import web

from bot.demo.phone import Phone, bubble_of
from bot.demo.rooms import JSONDict
from bot.demo.waiting import done_within
from bot.demo.world import World


def add_phone_routes(app: web.Application, world: World) -> None:
    """Let a person be played under `/phone`. Errors are `{"error": text}` with 400, or 404 for nobody."""

    async def make(request: web.Request) -> JSONDict:
        names = {"first_name", "last_name", "username", "language_code"}
        body = await _body(request)
        return {"id": world.person(**{name: body[name] for name in names & body.keys()}).id}

    async def type_(request: web.Request) -> JSONDict:
        return _phone(world, request).type((await _body(request))["text"])

    async def tap(request: web.Request) -> JSONDict:
        body = await _body(request)
        tapped = _phone(world, request).tap(body["label"], body.get("message_id"))
        return {"query_id": tapped.query_id}

    async def edit(request: web.Request) -> JSONDict:
        body = await _body(request)
        return _phone(world, request).edit(body["message_id"], body["text"])

    async def block(request: web.Request) -> JSONDict:
        _phone(world, request).block()
        return {}

    async def unblock(request: web.Request) -> JSONDict:
        _phone(world, request).unblock()
        return {}

    async def story(request: web.Request) -> JSONDict:
        phone, after = _phone(world, request), int(request.query.get("after", 0))
        if len(phone.room.story) <= after and (wait := float(request.query.get("wait", 0))) > 0:
            await done_within(world.clock, wait, phone.room.bell.next_ring())
        return {
            "story": [
                {
                    "sequence": happening.sequence,
                    "change": happening.change,
                    "message": asdict(bubble_of(happening.post, phone.id)),
                }
                for happening in phone.room.story[after:]
            ]
        }

    app.router.add_post("/phone", _answering(make))
    app.router.add_get("/phone/{id}/chat", _answering(story))
    actions = {"type": type_, "tap": tap, "edit": edit, "block": block, "unblock": unblock}
    for action, handler in actions.items():
        app.router.add_post(f"/phone/{{id}}/{action}", _answering(handler))


def _answering(
    handler: Callable[[web.Request], Awaitable[JSONDict]],
) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def answer(request: web.Request) -> web.Response:
        try:
            return web.json_response(await handler(request))
        except (KeyError, ValueError, AssertionError) as error:
            return web.json_response({"error": f"{type(error).__name__}: {error}"}, status=400)

    return answer


async def _body(request: web.Request) -> dict[str, Any]:
    body: dict[str, Any] = await request.json()
    return body


def _phone(world: World, request: web.Request) -> Phone:
    number = request.match_info["id"]
    phone = world.phones.get(int(number)) if number.isdigit() else None
    if phone is None:
        raise web.HTTPNotFound(text='{"error": "nobody has that id"}', content_type="application/json")
    return phone
