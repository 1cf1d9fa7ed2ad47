"""Arriving: what this is, and whether an adult agrees to it (docs/domain.md, opening). Pure."""

from bot.checkins import rules as checkins
from bot.model import Agree, Arrive, Button, Command, Decision, Event, Forget, Label, Open, Say, Screen, Tap, Turn, Who
from bot.onboarding.consent import PURPOSES, VERSION, agreed
from bot.safety.lines import help_for

KIND = "welcome"


def decide(who: Who, event: Event) -> Decision:
    """`/start`, the welcome card's buttons, or words typed while it waits."""
    match event.act:
        case Command() if agreed(who):
            return Decision((Say(Screen("onboarding/again")),))
        case Command():
            return welcome(who)
        case Tap(act="agree"):
            answers: dict[str, float] = {}
            return Decision(
                (
                    Agree(PURPOSES, VERSION),
                    Turn("agreed", Screen("onboarding/agreed"), asking=False),
                    checkins.open_morning(checkins.local_day(event.at, who), answers),
                )
            )
        case Tap(act="young"):
            country = who.person.country if who.person else None
            goodbye = Screen("safety/minor", {"help": help_for(country)})
            return Decision((Forget(asked=False), Say(goodbye, in_place=True)))
        case Tap(act="decline") if who.agreed:
            # They agreed to an earlier wording: what they told us then stays until they say /erase.
            return Decision((Turn("ask", Screen("onboarding/later"), asking=False),))
        case Tap(act="decline"):
            return Decision((Forget(asked=False), Say(Screen("onboarding/declined"), in_place=True)))
        case _:
            return Decision((Turn("ask", welcome_screen(who, again=True)),))


def welcome(who: Who) -> Decision:
    """The first screen; also the answer to whatever needs consent that is not there."""
    return Decision((Arrive(), Open(KIND, None, "ask", welcome_screen(who))))


def welcome_screen(who: Who, *, again: bool = False) -> Screen:
    """What this is and is not, on one screen; `again` says that the buttons want an answer first."""
    return Screen(
        "onboarding/welcome",
        {"name": who.name, "again": again},
        (
            (Button(Label("onboarding/agree"), "agree"),),
            (Button(Label("onboarding/young"), "young"), Button(Label("onboarding/decline"), "decline")),
        ),
    )
