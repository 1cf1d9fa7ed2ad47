"""Keyboards under messages, checked as Telegram checks them."""

from collections.abc import Iterable
from typing import Any

from telegram.constants import InlineKeyboardButtonLimit, InlineKeyboardMarkupLimit

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


def inline_keyboard(markup: Any) -> JSONDict | None:
    """The inline keyboard of a `reply_markup`, None without one. Raises `Refusal`."""
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    rows = _rows(markup, "inline_keyboard")
    for row in rows:
        for button in row:
            _check_button(button)
    if any(len(row) > InlineKeyboardMarkupLimit.BUTTONS_PER_ROW for row in rows):
        raise bad_request("reply markup is too long")
    if sum(map(len, rows)) > InlineKeyboardMarkupLimit.TOTAL_BUTTON_NUMBER:
        raise bad_request("reply markup is too long")
    for row in _rows(markup, "keyboard"):
        _check_texts("keyboard button", row)
    kept = [row for row in rows if row]
    return {"inline_keyboard": kept} if kept else None


def _rows(markup: JSONDict, name: str) -> list[list[Any]]:
    rows = markup.get(name, [])
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad_request(f'field "{name}" of the reply markup must be an Array of Arrays')
    return rows


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


def _check_texts(what: str, buttons: Iterable[Any]) -> None:
    for button in buttons:
        text = button.get("text", "") if isinstance(button, dict) else button
        if not isinstance(text, str) or not text.strip():
            raise bad_request(f"{what} text must be non-empty")


def _unparsable(text: str) -> Refusal:
    return bad_request(f"can't parse inline keyboard button: {text}")
