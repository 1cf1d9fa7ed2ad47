"""What Telegram shows of the bot: every command there is, each with a handler, in every language."""

from itertools import product

from telegram.ext import CommandHandler

from bot.app import handlers
from bot.listing import GROUP, PRIVATE, fingerprint, listing
from bot.settings import PROMPTS
from bot.words import Words

WORDS = Words(PROMPTS, "en")


def test_every_command_that_is_handled_is_in_the_menu() -> None:
    handled = {command for handler in handlers() if isinstance(handler, CommandHandler) for command in handler.commands}
    assert handled == {*PRIVATE, *GROUP}
    assert len(PRIVATE) == len(set(PRIVATE))


def test_each_language_and_kind_of_chat_has_its_menu() -> None:
    menus = [call for method, call in listing(WORDS, None) if method == "setMyCommands"]
    said = {(call["scope"]["type"], call.get("language_code", "")) for call in menus}
    assert said == {*product(("all_private_chats", "all_group_chats"), ("", *WORDS.locales))}


def test_the_operators_own_name_is_used() -> None:
    names = {call["name"] for method, call in listing(WORDS, "Harbour Runners") if method == "setMyName"}
    assert names == {"Harbour Runners"}


def test_a_change_is_noticed() -> None:
    assert fingerprint(listing(WORDS, None)) == fingerprint(listing(WORDS, None))
    assert fingerprint(listing(WORDS, None)) != fingerprint(listing(WORDS, "Harbour Runners"))
