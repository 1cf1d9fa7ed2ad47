"""The card below a safety answer: the lines again, a country, words to forward, what happens on the phone. Pure.

A denial softens the words, and neither takes the lines away nor the flag (docs/domain.md section 9).
"""

from dataclasses import dataclass

from bot.model import Decision, Event, KeepCountry, Label, Say, Screen, Tap, Turn, Typed, Who
from bot.safety.handover import ANSWERED, FAMILIES, buttons, row, sos_screen
from bot.safety.levels import Flagged
from bot.safety.lines import country_named, help_for

COUNTRY = "country"  # the step that waits for one to be typed


@dataclass(frozen=True, slots=True)
class Facts:
    """Who taps, and what was noticed last."""

    who: Who
    noticed: Flagged | None


def decide(facts: Facts, event: Event) -> Decision:
    """What a tap shows, and which country was named."""
    who = facts.who
    if who.card is None:
        return Decision(toast=Label("help/old_button"))
    country = who.country
    match event.act:
        case Typed(text):
            named = country_named(text)
            if named is None:
                return Decision((_which(text),))
            return Decision((KeepCountry(named), _lines(facts, named)))
        case Tap(act="safe" | "meant" as act):
            return Decision((_turn(Screen(f"safety/{act}", {"help": help_for(country)}, (row("again"),))),))
        case Tap(act="call"):
            return Decision((_turn(Screen("safety/call", {"help": help_for(country)}, (row("again", "trust"),))),))
        case Tap(act="again"):
            return Decision((_lines(facts, country),))
        case Tap(act="trust"):
            return Decision((Say(Screen("safety/trust")),))
        case Tap(act="country"):
            return Decision((_which(""),))
        case _:
            return Decision(toast=Label("help/old_button"))


def _turn(screen: Screen) -> Turn:
    return Turn(ANSWERED, screen, asking=False)


def _lines(facts: Facts, country: str | None) -> Turn:
    """The lines, and below them what the answer had."""
    shown, noticed = sos_screen(country), facts.noticed
    is_known = help_for(country).country_code is not None
    rows = buttons(FAMILIES[noticed.category], noticed.level, is_known=is_known) if noticed else ()
    return _turn(Screen(shown.template, shown.values, rows))


def _which(unknown: str) -> Turn:
    return Turn(COUNTRY, Screen("safety/country", {"unknown": unknown}, (row("again"),)), asking=True)
