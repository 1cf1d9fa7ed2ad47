"""What comes with a message: inline keyboards below it and reply keyboards below the input, checked as Telegram does.

Of several in one `reply_markup` Telegram takes the first of: `keyboard`, `inline_keyboard`, `remove_keyboard`,
`force_reply`.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

from telegram.constants import InlineKeyboardButtonLimit, InlineKeyboardMarkupLimit, ReplyLimit

from bot.demo.refusals import Refusal, bad_request
from bot.demo.rooms import JSONDict

ACTIONS = (
    "url",
    "callback_data",
    "callback_game",
    "pay",
    "switch_inline_query",
    "switch_inline_query_chosen_chat",
    "switch_inline_query_current_chat",
    "login_url",
    "web_app",
    "copy_text",
)
# What a button of a reply keyboard may ask for, in private chats only, and how Telegram calls it.
REQUESTS = {
    "request_contact": "phone number",
    "request_location": "location",
    "request_poll": "poll",
    "request_users": "users",
    "request_chat": "chats",
}
REPLY_BUTTONS_PER_ROW, REPLY_BUTTONS = 12, 300


class Markup(NamedTuple):
    """`inline` stays with the message; `panel` (keyboard, removal or forced reply) changes what people type with."""

    inline: JSONDict | None = None
    panel: JSONDict | None = None


NO_MARKUP = Markup()


def markup_of(given: Any) -> Markup:
    """A `reply_markup` of any kind, None without one. Raises `Refusal`."""
    if given is None:
        return NO_MARKUP
    if not isinstance(given, dict):
        raise bad_request("object expected as reply markup")
    rows = _reply_rows(given)
    inline_rows = _inline_rows(given)
    if rows:
        options = ("one_time_keyboard", "is_persistent", "resize_keyboard")
        return Markup(panel={"keyboard": rows, **_true(given, *options), **_placeholder(given)})
    if inline_rows:
        return Markup(inline={"inline_keyboard": inline_rows})
    if given.get("remove_keyboard"):
        return Markup(panel={"remove_keyboard": True})
    if given.get("force_reply"):
        return Markup(panel={"force_reply": True, **_placeholder(given)})
    return NO_MARKUP


def inline_keyboard(given: Any) -> JSONDict | None:
    """The `reply_markup` of an edit, which may only be an inline keyboard. Raises `Refusal`."""
    markup = markup_of(given)
    if markup.panel is not None:
        raise bad_request("inline keyboard expected")
    return markup.inline


def check_place(panel: JSONDict, kind: str) -> None:
    """Channels take no reply keyboard, and only private ones may ask for something. Raises `Refusal`."""
    if kind == "channel":
        raise bad_request("inline keyboard expected")
    for row in panel.get("keyboard", []):
        for button in row:
            for request, what in REQUESTS.items():
                if button.get(request) and kind != "private":
                    raise bad_request(f"{what} can be requested in private chats only")


def _reply_rows(given: JSONDict) -> list[list[JSONDict]]:
    rows = _rows(given, "keyboard", 'field "keyboard" must be an Array of Arrays')
    read = [[{"text": button} if isinstance(button, str) else button for button in row] for row in rows]
    for row in read:
        for button in row:
            if not isinstance(button, dict):
                raise bad_request("can't parse keyboard button: KeyboardButton must be an Object")
            if "text" not in button:
                raise bad_request('can\'t parse keyboard button: Can\'t find field "text"')
        _check_texts("keyboard button", row)
    _check_size(read, REPLY_BUTTONS_PER_ROW, REPLY_BUTTONS)
    return [row for row in read if row]


def _inline_rows(given: JSONDict) -> list[list[JSONDict]]:
    wrong = 'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays'
    rows = _rows(given, "inline_keyboard", wrong)
    for row in rows:
        for button in row:
            _check_button(button)
    limit = InlineKeyboardMarkupLimit
    _check_size(rows, limit.BUTTONS_PER_ROW, limit.TOTAL_BUTTON_NUMBER)
    return [row for row in rows if row]


def _rows(given: JSONDict, name: str, wrong: str) -> list[list[Any]]:
    rows = given.get(name, [])
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request(wrong)
    return rows


def _true(given: JSONDict, *names: str) -> JSONDict:
    return {name: True for name in names if given.get(name)}


def _placeholder(given: JSONDict) -> JSONDict:
    text = str(given.get("input_field_placeholder") or "")
    if len(text) > ReplyLimit.MAX_INPUT_FIELD_PLACEHOLDER:
        # The length is Telegram's, the words are ours: it documents the limit and not what it says.
        raise bad_request("input field placeholder is too long")
    return {"input_field_placeholder": text} if text else {}


def _check_size(rows: list[list[Any]], in_a_row: int, in_all: int) -> None:
    if any(len(row) > in_a_row for row in rows) or sum(map(len, rows)) > in_all:
        raise bad_request("reply markup is too long")


def _check_button(button: Any) -> None:
    if not isinstance(button, dict):
        raise _unparsable("InlineKeyboardButton must be an Object")
    if "text" not in button:
        raise _unparsable('Can\'t find field "text"')
    if not any(button.get(action) for action in ACTIONS):
        raise _unparsable("Text buttons are unallowed in the inline keyboard")
    _check_texts("inline keyboard button", [button])
    data = str(button.get("callback_data", ""))
    if len(data.encode()) > InlineKeyboardButtonLimit.MAX_CALLBACK_DATA:
        raise bad_request("BUTTON_DATA_INVALID")


def _check_texts(what: str, buttons: Iterable[JSONDict]) -> None:
    for button in buttons:
        text = button["text"]
        if not isinstance(text, str) or not text.strip():
            raise bad_request(f"{what} text must be non-empty")


def _unparsable(text: str) -> Refusal:
    return bad_request(f"can't parse inline keyboard button: {text}")
