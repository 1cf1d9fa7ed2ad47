"""What a call says: parameters typed by the signatures of `telegram.Bot`; nothing is described twice."""

import inspect
import json
import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from telegram import Bot

from bot.demo.refusals import Refusal, bad_request

MISSING = {
    "text": "message text is empty",
    "chat_id": "chat_id is empty",
    "message_id": "message identifier is not specified",
    "file_id": "file_id not specified",
    "callback_query_id": "query is too old and response timeout expired or query ID is invalid",
    **{kind: f"there is no {kind} in the request" for kind in ("document", "photo", "animation", "voice", "audio")},
}
# The library's own options never travel.
_OPTIONS = {"read_timeout", "write_timeout", "connect_timeout", "pool_timeout", "api_kwargs", "self"}
_UNREADABLE = {"reply_markup": "can't parse reply keyboard markup JSON object"}


@dataclass(frozen=True)
class Upload:
    """A file that came with the call."""

    name: str
    content: bytes


@dataclass(frozen=True)
class Arguments:
    """The parameters of one call, each of its own type, and the files sent along by their part's name."""

    values: dict[str, Any]
    uploads: dict[str, Upload]

    def get(self, name: str) -> Any:
        """The parameter, or None; empty texts count as absent, as in Telegram."""
        return self.values.get(name)

    def number(self, name: str, default: int = 0) -> int:
        """A whole number."""
        value = self.values.get(name)
        return default if value is None else int(value)

    def text(self, name: str) -> str:
        """A text, "" when absent."""
        return str(self.values.get(name, ""))

    @property
    def chat_id(self) -> int | None:
        """The chat's number; None for anything that is none, such as a @username."""
        value = str(self.values.get("chat_id", ""))
        return int(value) if re.fullmatch(r"-?\d{1,18}", value) else None


@dataclass(frozen=True)
class _Parameter:
    kind: str  # bool, text, number or json
    required: bool


@cache
def parameters_of(method: str) -> dict[str, _Parameter]:
    """What the method with that camel-case name takes, from the signature of the library's method."""
    signature = inspect.signature(getattr(Bot, snake(method)))
    return {
        name: _Parameter(_kind(parameter.annotation), parameter.default is inspect.Parameter.empty)
        for name, parameter in signature.parameters.items()
        if name not in _OPTIONS
    }


def snake(method: str) -> str:
    """`sendMessage` is `send_message`."""
    return re.sub("[A-Z]", lambda letter: "_" + letter.group().lower(), method)


def camel(function: str) -> str:
    """`send_message` is `sendMessage`."""
    return re.sub("_([a-z])", lambda letter: letter.group(1).upper(), function)


def read(method: str, raw: dict[str, Any], uploads: dict[str, Upload]) -> Arguments:
    """Give every parameter its type. Raises `Refusal` for missing, unknown and unreadable ones.

    Telegram ignores parameters it does not know; here a misspelt one is refused, which is what tests are for.
    """
    known = parameters_of(method)
    for name in raw:
        if name not in known:
            raise bad_request(f'{method} has no parameter "{name}"')
    values = {name: _typed(name, known[name].kind, value) for name, value in raw.items() if value not in ("", None)}
    for name, parameter in known.items():
        if parameter.required and name not in values and name not in uploads:
            raise bad_request(MISSING.get(name, f'parameter "{name}" is required'))
    return Arguments(values, uploads)


def _typed(name: str, kind: str, value: Any) -> Any:
    match kind:
        case "bool":
            return str(value).lower() in ("true", "yes", "1")
        case "text":
            return value if isinstance(value, str | int) else json.dumps(value)
        case "number":
            try:
                return int(float(value))
            except (TypeError, ValueError):
                raise _unreadable(name) from None
        case _:
            return _decoded(name, value)


def _decoded(name: str, value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError:
        raise _unreadable(name) from None


def _unreadable(name: str) -> Refusal:
    return bad_request(_UNREADABLE.get(name, f"can't parse {name.replace('_', ' ')} JSON object"))


def _kind(annotation: Any) -> str:
    """The type of a parameter on the wire, from the names of the types in its annotation."""
    names = set(re.findall(r"\w+", str(annotation)))
    if "bool" in names:
        return "bool"
    if "Sequence" in names:
        return "json"
    if names & {"str", "FileInput"}:
        return "text"
    return "number" if names & {"int", "float", "timedelta"} else "json"
