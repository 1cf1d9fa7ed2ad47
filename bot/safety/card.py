"""The card below a safety answer: the lines again, a country, words to forward, what happens on the phone. Pure.

A denial softens the words, and neither takes the lines away nor the flag (docs/domain.md section 9).
"""

from bot.model import Decision, Event, KeepCountry, Label, Say, Screen, Tap, Turn, Typed, Who
from bot.safety.handover import row, sos_screen
from bot.safety.levels import Level
from bot.safety.lines import country_named, help_for

COUNTRY = "country"  # the step that waits for one to be typed


def decide(who: Who, event: Event) -> Decision:
    """What a tap shows, and which country was named."""
    card = who.card
    if card is None:
        return Decision(toast=Label("help/old_button"))
    country = who.person.country if who.person else None
    match event.act:
        case Typed(text):
            named = country_named(text)
            if named is None:
                return Decision((Turn(COUNTRY, Screen("safety/country", {"unknown": text}), asking=True),))
            return Decision((KeepCountry(named), _turn(who, sos_screen(named), "trust", "call", "country")))
        case Tap(act="safe"):
            return Decision((_turn(who, Screen("safety/safe", {"help": help_for(country)}), "again"),))
        case Tap(act="meant"):
            return Decision((_turn(who, Screen("safety/meant", {"help": help_for(country)}), "again"),))
        case Tap(act="again"):
            return Decision((_turn(who, sos_screen(country), "trust", "call", "country"),))
        case Tap(act="call"):
            return Decision((_turn(who, Screen("safety/call", {"help": help_for(country)}), "again", "trust"),))
        case Tap(act="trust"):
            return Decision((Say(Screen("safety/trust")),))
        case Tap(act="country"):
            screen = Screen("safety/country", {"unknown": ""}, (row("again"),))
            return Decision((Turn(COUNTRY, screen, asking=True),))
        case _:
            return Decision(toast=Label("help/old_button"))


def _turn(who: Who, screen: Screen, *acts: str) -> Turn:
    assert who.card is not None
    step = who.card.step if who.card.step != COUNTRY else f"mind {Level.URGENT}"
    return Turn(step, Screen(screen.template, screen.values, (row(*acts),)), asking=False)
