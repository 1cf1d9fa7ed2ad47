"""When the triage noticed something: what was said is kept, the help lines replace the reply (promise 10). Pure."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from bot.drills.goes import BREATH, SETTLED
from bot.model import (
    NO_ZONE,
    SPOKEN,
    Close,
    Command,
    Decision,
    Effect,
    Event,
    Forget,
    KeepFlag,
    Say,
    Schedule,
    Screen,
    Who,
)
from bot.onboarding.consent import agreed
from bot.reminders.kinds import FOLLOW_UP
from bot.safety.lines import help_for
from bot.safety.rules import Hit, Level

FOLLOWED_UP_AT = 10 * 60  # minutes of the next day: a humane hour (docs/domain.md 6)


def hand_over(noticed: Hit, who: Who, event: Event, decision: Decision) -> Decision:
    """The decision with its reply replaced. The rules still record: "7, and I want to die" is a 7 too.

    A drill that runs is over: nobody is asked now how revved up they are. Nobody is reminded of such words either.
    """
    kept = tuple(effect for effect in decision.effects if not isinstance(effect, (*SPOKEN, Forget, Schedule)))
    if agreed(who):
        kept = (*kept, *(Close(kind) for kind in (BREATH, SETTLED)))
    flag: tuple[Effect, ...] = ()
    if agreed(who):
        flag = (KeepFlag(noticed.level, noticed.category, noticed.rule),)
        if noticed.level >= Level.URGENT:
            flag = (*flag, Schedule(FOLLOW_UP, tomorrow(event, who), FOLLOWED_UP_AT))
    if isinstance(event.act, Command) and event.act.name == "sos":
        return Decision((*kept, *flag))  # the lines went out directly, before this turn
    return Decision((*kept, *flag, Say(sos_screen(who.person.country if who.person else None, noticed))))


def tomorrow(event: Event, who: Who) -> date:
    """Their next local date."""
    return event.at.astimezone(ZoneInfo(who.person.zone if who.person else NO_ZONE)).date() + timedelta(days=1)


def sos_screen(country: str | None, noticed: Hit | None = None) -> Screen:
    """The help lines of a country; `noticed` when they answer something that was said.

    A red flag of the body is answered with "stop" and the emergency number, not with a crisis line
    (docs/domain.md section 9).
    """
    if noticed is not None and noticed.category == "medical":
        return Screen("safety/medical", {"help": help_for(country)})
    level = noticed.level if noticed else Level.URGENT
    return Screen("safety/sos", {"help": help_for(country), "heard": noticed is not None, "level": level})
