"""The Bot API over aiohttp: a third of the CPU of the library's own client (docs/measured.md).

Says of each failure what the courier must know: whether the request can have had an effect. And it never logs
what came back, which the library's own parser does when it can't read it.
"""

import json
from http import HTTPStatus
from typing import Any

import aiohttp
from telegram import Bot
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)
from telegram.request import BaseRequest, RequestData

CONNECT_SECONDS = 10.0
READ_SECONDS = 20.0
UPLOAD_SECONDS = 120.0
JSON = {"Content-Type": "application/json"}


KINDS: dict[int, type[TelegramError]] = {
    400: BadRequest,
    401: InvalidToken,
    403: Forbidden,
    404: InvalidToken,
    409: Conflict,
}


class NeverLeft(NetworkError):
    """The request did not reach the server: it had no effect, and may be made again at once."""


class AioRequest(BaseRequest):
    """python-telegram-bot's transport, carried by one aiohttp session."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None

    @property
    def read_timeout(self) -> float | None:
        """Seconds that an answer may take; the library adds a long poll's own time."""
        return READ_SECONDS

    async def initialize(self) -> None:
        """Open the session; twice is once."""
        if self._session is None or self._session.closed:
            connector = aiohttp.TCPConnector(limit=0, ttl_dns_cache=300)
            self._session = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())

    async def shutdown(self) -> None:
        """Close the session."""
        if self._session is not None:
            await self._session.close()

    async def do_request(
        self,
        url: str,
        method: str,
        request_data: RequestData | None = None,
        read_timeout: Any = BaseRequest.DEFAULT_NONE,
        write_timeout: Any = BaseRequest.DEFAULT_NONE,
        connect_timeout: Any = BaseRequest.DEFAULT_NONE,
        pool_timeout: Any = BaseRequest.DEFAULT_NONE,
    ) -> tuple[int, bytes]:
        """One request; the status and the body.

        Raises:
            NeverLeft: no connection could be made.
            TimedOut, NetworkError: the connection broke or hung: the effect is unknown.
        """
        uploads = request_data is not None and request_data.contains_files
        read = _seconds(read_timeout, UPLOAD_SECONDS if uploads else READ_SECONDS)
        body = _body(request_data) if request_data else None
        return await self._send(method, url, read, _seconds(connect_timeout, CONNECT_SECONDS), data=body)

    async def _send(
        self, method: str, url: str, read: float | None, connect: float | None, **content: Any
    ) -> tuple[int, bytes]:
        if self._session is None:
            raise NeverLeft("the request was not initialized")
        timeout = aiohttp.ClientTimeout(sock_connect=connect, sock_read=read)
        try:
            async with self._session.request(method, url, timeout=timeout, **content) as response:
                return response.status, await response.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError) as error:
            raise NeverLeft(type(error).__name__) from error
        except TimeoutError as error:
            raise TimedOut(type(error).__name__) from error
        except (aiohttp.ClientError, OSError) as error:
            # The text of these errors may hold the address, and that holds the token: the kind is enough.
            raise NetworkError(type(error).__name__) from error

    async def exchange(self, url: str, body: bytes) -> bytes:
        """POST a JSON body; the body of a good answer.

        Raises:
            TelegramError: Telegram refused.
            NeverLeft, TimedOut, NetworkError: as `do_request`.
        """
        status, answer = await self._send("POST", url, READ_SECONDS, CONNECT_SECONDS, data=body, headers=JSON)
        if status == HTTPStatus.OK:
            return answer
        try:
            said = self.parse_json_payload(answer)
        except TelegramError:
            said = {}
        raise refusal(status, said)

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, Any]:
        """The answer's JSON.

        Raises:
            TelegramError: it is none; what it was is not repeated, it may hold words.
        """
        try:
            parsed: dict[str, Any] = json.loads(payload)
        except ValueError:
            raise TelegramError("the answer is not JSON") from None
        return parsed


async def call(bot: Bot, method: str, parameters: dict[str, Any]) -> Any:
    """Call a Bot API method with plain JSON; its result as plain JSON.

    For the two calls that every update makes: the library's own methods build objects out of what is JSON already,
    and parse an answer of which one number is read.

    Raises:
        TelegramError: the same errors as the library's methods.
    """
    request = bot.request
    assert isinstance(request, AioRequest)
    body = await request.exchange(f"{bot.base_url}/{method}", json.dumps(parameters).encode())
    answer = request.parse_json_payload(body)
    if not isinstance(answer, dict) or "result" not in answer:
        raise TelegramError("the answer is not Telegram's")
    return answer["result"]


def refusal(status: int, answer: dict[str, Any]) -> TelegramError:
    """The library's error for Telegram's answer."""
    said = str(answer.get("description", status))
    parameters = answer.get("parameters") or {}
    if "migrate_to_chat_id" in parameters:
        return ChatMigrated(parameters["migrate_to_chat_id"])
    if "retry_after" in parameters:
        return RetryAfter(parameters["retry_after"])
    return KINDS.get(status, NetworkError)(said)


def retry_seconds(error: RetryAfter) -> float:
    """How long Telegram tells us to wait; the library is on its way from numbers to timedelta."""
    after = error.retry_after
    return float(after) if isinstance(after, int) else after.total_seconds()


def _seconds(value: Any, default: float) -> float | None:
    found: float | None = default if value is BaseRequest.DEFAULT_NONE else value
    return found


def _body(data: RequestData) -> dict[str, str] | aiohttp.FormData:
    if not data.contains_files:
        return data.json_parameters
    form = aiohttp.FormData()
    for name, value in data.json_parameters.items():
        form.add_field(name, value)
    for name, (filename, content, kind) in data.multipart_data.items():
        form.add_field(name, content, filename=filename, content_type=kind)
    return form


