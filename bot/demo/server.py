"""The pretend Telegram over HTTP on loopback: the Bot API, file downloads, and the page with the phones.

    async with BotApi(world) as api:
        ...  # the bot calls f"{api.url}/bot{world.token}/sendMessage"

`python -m bot.demo.server --port 8081` runs it by hand, for a bot that is started beside it.
"""

import argparse
import asyncio
import errno
import inspect
import json
import sys
from types import TracebackType
from typing import Any, Self

from aiohttp import web
from telegram.constants import FileSizeLimit

from bot.adapters.clock import Clock
from bot.demo import profile  # noqa: F401  (puts its methods into METHODS)
from bot.demo.arguments import Arguments, Upload, read
from bot.demo.faults import ConnectionLost
from bot.demo.methods import METHODS
from bot.demo.refusals import Refusal
from bot.demo.rooms import JSONDict
from bot.demo.web import add_page
from bot.demo.world import World

HOST = "127.0.0.1"
BODY_LIMIT = FileSizeLimit.FILESIZE_UPLOAD + 1_000_000  # what else travels with a file
GRACE = 0.05  # seconds a call may take to finish when the server stops


class BotApi:
    """The server; `stop()` makes Telegram unreachable, `start()` brings it back on the same port."""

    def __init__(self, world: World, port: int = 0) -> None:
        self.world = world
        self._port = port
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        """The root, without a slash at its end."""
        return f"http://{HOST}:{self._port}"

    async def start(self) -> None:
        """Listen. Raises `OSError` when the port is taken or not ours to take."""
        app = web.Application(client_max_size=BODY_LIMIT)
        app.router.add_route("*", "/bot{token}/{method}", self._call)
        app.router.add_get("/file/bot{token}/{path:.+}", self._download)
        add_page(app, self.world)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=GRACE)
        await self._runner.setup()
        site = web.TCPSite(self._runner, HOST, self._port, reuse_address=True)
        try:
            await site.start()
        except OSError:
            await self.stop()
            raise
        self._port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Refuse connections and drop the open ones."""
        if self._runner is not None:
            runner, self._runner = self._runner, None
            await runner.cleanup()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def _call(self, request: web.Request) -> web.Response:
        """One Bot API call, from the token to the answer, with whatever `world.faults` does to it."""
        at, name, outcome = self.world.clock.monotonic(), request.match_info["method"], "ok"
        raw: JSONDict = {}
        try:
            self._check_token(request)
            if name.lower() not in METHODS:
                raise Refusal(404, "Not Found: method not found")
            name, function = METHODS[name.lower()]
            raw, uploads = await _parameters(request)
            await self.world.faults.before(name, Arguments(raw, uploads).chat_id, raw)
            result = function(self.world, read(name, raw, uploads))
            if inspect.isawaitable(result):
                result = await result
            response = _json({"ok": True, "result": result})
            await self.world.faults.after(name, raw)
        except Refusal as refusal:
            outcome = refusal.description
            response = _refused(refusal)
        except ConnectionLost:
            outcome = "connection lost"
            if request.transport is not None:
                request.transport.abort()
            response = web.Response()
        self.world.record(at, name, raw, outcome)
        return response

    async def _download(self, request: web.Request) -> web.Response:
        try:
            self._check_token(request)
        except Refusal as refusal:
            return _refused(refusal)
        file = self.world.files.by_path(request.match_info["path"])
        if file is None:
            return _refused(Refusal(404, "Not Found"))
        return web.Response(body=file.content, content_type=file.mime_type)

    def _check_token(self, request: web.Request) -> None:
        if request.match_info["token"] != self.world.token:
            raise Refusal(401, "Unauthorized")


async def _parameters(request: web.Request) -> tuple[JSONDict, dict[str, Upload]]:
    """Parameters as they came, from the query and a body of any kind, and the files apart."""
    raw: JSONDict = dict(request.query)
    uploads: dict[str, Upload] = {}
    try:
        if request.content_type == "application/json":
            raw |= await request.json()
        else:
            for name, value in (await request.post()).items():
                if isinstance(value, web.FileField):
                    uploads[name] = Upload(value.filename, value.file.read())
                else:
                    raw[name] = value
    except web.HTTPRequestEntityTooLarge:
        raise Refusal(413, "Request Entity Too Large") from None
    except (ValueError, TypeError):
        raise Refusal(400, "Bad Request: can't parse request body") from None
    if any(len(upload.content) > FileSizeLimit.FILESIZE_UPLOAD for upload in uploads.values()):
        raise Refusal(413, "Request Entity Too Large")
    return raw, uploads


def _refused(refusal: Refusal) -> web.Response:
    body: JSONDict = {"ok": False, "error_code": refusal.code, "description": refusal.description}
    if refusal.parameters:
        body["parameters"] = refusal.parameters
    return _json(body, refusal.code)


def _json(body: Any, status: int = 200) -> web.Response:
    return web.Response(
        body=json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass"),
        status=status,
        content_type="application/json",
    )


def port_taken(port: int, error: OSError) -> str:
    """Why the server can't listen there, and the way out."""
    if error.errno == errno.EADDRINUSE:
        return f"port {port} is taken, perhaps by another demo: use another one, like --port {port + 1}"
    return f"port {port} can't be used: {error.strerror}; use another one, like --port 8081"


async def _by_hand(port: int) -> None:
    world = World(Clock())
    world.person("Ana")
    async with BotApi(world, port) as api:
        print(f"{api.url}  token {world.token}", flush=True)
        await asyncio.Event().wait()


def main() -> None:
    """Serve until stopped."""
    parser = argparse.ArgumentParser(description="A pretend Telegram, with phones to play in at the address it prints.")
    parser.add_argument("--port", type=int, default=8081)
    port = parser.parse_args().port
    try:
        asyncio.run(_by_hand(port))
    except KeyboardInterrupt:
        print()
    except OSError as error:
        sys.exit(port_taken(port, error))


if __name__ == "__main__":
    main()
