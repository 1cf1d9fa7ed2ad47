"""What no other room claims: /help, /about, words without a question, what can't be read, chats that come and go.

Pure.
"""

from bot.model import (
    TO_PRIVATE,
    Button,
    Command,
    Decision,
    Edited,
    Event,
    Label,
    Located,
    Moved,
    Open,
    Reach,
    Reached,
    Say,
    Screen,
    Sent,
    Tap,
    Turn,
    Typed,
    Unreadable,
    Who,
)
from bot.safety.handover import sos_screen
from bot.safety.lines import country_named

KIND = "help"
TOPICS = ("checkins", "log", "reminders", "settings", "privacy", "hard")
MENU = "menu"


def decide(who: Who, event: Event) -> Decision:
    """A fitting short answer, or silence."""
    match event.act:
        case Reached(state):
            return Decision((Reach(state),))
        case Moved(to):
            return Decision((Reach("migrated", to),))
        case Edited():
            return Decision()
        case Tap(act=act) if who.card is not None and act in (*TOPICS, MENU):
            return Decision((Turn(act, help_screen(act), asking=False),))
        case Tap():
            return Decision(toast=Label("help/old_button"))
        case Command() if not event.private:
            return Decision((Say(Screen("help/in_group", {}, (TO_PRIVATE,))),))
        case Command("about"):
            return _say("help/about")
        case Command("help") if who.person is not None:
            return Decision((Open(KIND, None, MENU, help_screen(MENU), asking=False),))
        case Command("help"):
            return _say("help/start_first")  # a card is kept, and of a stranger nothing is
        case Unreadable() | Sent():
            return _say("help/unreadable")
        case Typed(text) if who.person is None and (named := country_named(text)):  # the help lines asked for it
            return Decision((Say(sos_screen(named)),))
        case _ if who.person is None:
            return _say("help/start_first")
        case Located():
            return _say("help/located")
        case _:
            return _say("help/lost")


def help_screen(topic: str) -> Screen:
    """The first page of /help with its topics, or one of them."""
    if topic != MENU:
        return Screen("help/topic", {"topic": topic}, ((Button(Label("help/back"), MENU),),))
    buttons = [Button(Label("help/topic", {"topic": name}), name) for name in TOPICS]
    return Screen("help/help", {}, tuple(tuple(buttons[start : start + 2]) for start in range(0, len(buttons), 2)))


def _say(template: str) -> Decision:
    return Decision((Say(Screen(template)),))
