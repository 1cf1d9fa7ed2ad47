"""The card below a safety answer: the lines again, a country, words to forward, what happens on the phone. Pure.

A denial softens the words, and neither takes the lines away nor the flag (docs/domain.md section 9).
"""

from bot.model import Decision, Event, KeepCountry, Label, Say, Screen, Tap, Turn, Typed, Who
from bot.safety.handover import ANSWERED, row, sos_screen
from bot.safety.lines import country_named, help_for

COUNTRY = "country"  # the step that waits for one to be typed


def decide(who: Who, event: Event) -> Decision:
    """What a tap shows, and which country was named."""
    if who.card is None:
        return Decision(toast=Label("help/old_button"))
    country = who.person.country if who.person else None
    match event.act:
        case Typed(text):
            named = country_named(text)
            if named is None:
                return Decision((_which(text),))
            return Decision((KeepCountry(named), _turn(sos_screen(named), "trust", "call", "country")))
        case Tap(act="safe"):
            return Decision((_turn(Screen("safety/safe", {"help": help_for(country)}), "again"),))
        case Tap(act="meant"):
            return Decision((_turn(Screen("safety/meant", {"help": help_for(country)}), "again"),))
        case Tap(act="again"):
            return Decision((_turn(sos_screen(country), "trust", "call", "country"),))
        case Tap(act="call"):
            return Decision((_turn(Screen("safety/call", {"help": help_for(country)}), "again", "trust"),))
        case Tap(act="trust"):
            return Decision((Say(Screen("safety/trust")),))
        case Tap(act="country"):
            return Decision((_which(""),))
        case _:
            return Decision(toast=Label("help/old_button"))


def _turn(screen: Screen, *acts: str) -> Turn:
    rows = tuple(row(*acts[first : first + 2]) for first in range(0, len(acts), 2))  # three are too narrow on a phone
    return Turn(ANSWERED, Screen(screen.template, screen.values, rows), asking=False)


def _which(unknown: str) -> Turn:
    return Turn(COUNTRY, Screen("safety/country", {"unknown": unknown}, (row("again"),)), asking=True)
