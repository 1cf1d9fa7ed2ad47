"""What Telegram shows of the bot before anyone writes: name, descriptions, and the command menus.

    listing(words) > [method, parameters] > told once, and again only when something of it changed

Telegram allows few changes of a name a day, so a hash of what was told last is kept (`home.listing`).
"""

import hashlib
import json
from typing import Any

from bot.model import Label, Screen
from bot.words import Words

# In the order of the menu. The label of /about is another one than the `about` of the profile.
PRIVATE = (
    "checkin", "today", "drill", "reminders", "remind", "travel", "settings", "pause", "resume", "help", "sos",
    "privacy", "export", "erase", "about", "start",
)
GROUP = ("help", "sos")

Call = tuple[str, dict[str, Any]]


def listing(words: Words, name: str | None) -> list[Call]:
    """Every call that says it, for every language and kind of chat; `name` is the operator's own, for all of them."""
    menus: list[Call] = []
    descriptions: list[Call] = []
    names: list[Call] = []
    for locale in ("", *words.locales):
        language = {"language_code": locale} if locale else {}
        spoken = locale or words.default
        names.append(("setMyName", {"name": name or words.label(Label("listing/name"), spoken), **language}))
        descriptions += [
            ("setMyShortDescription", {"short_description": words.label(Label("listing/about"), spoken), **language}),
            ("setMyDescription", {"description": words.render(Screen("listing/description"), spoken).text, **language}),
        ]
        for scope, commands in (("all_private_chats", PRIVATE), ("all_group_chats", GROUP)):
            menu = [{"command": command, "description": _described(words, command, spoken)} for command in commands]
            menus.append(("setMyCommands", {"commands": menu, "scope": {"type": scope}, **language}))
    return menus + descriptions + names  # the most useful first: names are what Telegram limits most


def fingerprint(calls: list[Call]) -> bytes:
    """What is the same for the same calls."""
    return hashlib.sha256(json.dumps(calls).encode()).digest()


def _described(words: Words, command: str, locale: str) -> str:
    return words.label(Label(f"listing/{'about_me' if command == 'about' else command}"), locale)
