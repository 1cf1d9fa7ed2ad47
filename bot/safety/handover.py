"""When the triage noticed something: what was said is kept, the answer to it replaces the reply (promise 10). Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.drills.goes import BREATH, SETTLED
from bot.model import (
    LATE,
    NO_ZONE,
    SPOKEN,
    TO_PRIVATE,
    Button,
    Close,
    Command,
    Decision,
    Effect,
    Event,
    Forget,
    KeepFlag,
    Label,
    Open,
    Say,
    Schedule,
    Screen,
    Who,
)
from bot.onboarding.consent import agreed
from bot.reminders.kinds import FOLLOW_UP
from bot.safety.levels import Flagged, Hit, Level
from bot.safety.lines import help_for

KIND: Final = "safety"  # of the card
ANSWERED: Final = "answered"  # its step
FOLLOWED_UP_AT = 10 * 60  # minutes of the next day: a humane hour (docs/domain.md 6)
A_DAY, A_WEEK = timedelta(days=1), timedelta(days=7)
OFTEN = 2  # earlier days of a week with something urgent, from which on human help is offered more plainly

# What a category is answered with: `prompts/<locale>/safety/<family>.j2`.
FAMILIES: Final = {
    "suicidal_explicit": "mind", "suicidal_indirect": "mind", "self_harm": "mind",
    "panic": "low", "depression": "low", "trauma": "low", "sleep_severe": "low", "unclear": "low",
    "medical": "medical", "abuse": "abuse", "eating": "eating", "substance": "substance", "harm_others": "harm",
    "third_person_acute": "friend_now", "third_person": "friend", "past_recovered": "past",
}
TRANSLATED: Final = ("de", "es", "fr", "ro")  # languages of rules whose graver answers stand in `safety/<language>/`


@dataclass(frozen=True, slots=True)
class Noticed:
    """A hit with what it is answered by: flags of the last week, and how long the message was on its way."""

    hit: Hit
    before: Sequence[Flagged] = ()
    delay: timedelta = timedelta()


def hand_over(noticed: Noticed, who: Who, event: Event, decision: Decision) -> Decision:
    """The decision with its reply replaced. The rules still record: "7, and I want to die" is a 7 too.

    A drill that runs is over: nobody is asked now how revved up they are. Nobody is reminded of such words either. In a
    group nothing is said of it: whoever is known is answered in private (see `bot.turn`), others are told where.
    """
    hit = noticed.hit
    kept: tuple[Effect, ...] = tuple(
        effect for effect in decision.effects if not isinstance(effect, (*SPOKEN, Forget, Schedule))
    )
    if not agreed(who):
        return Decision((*kept, *_unless_sent(event, Say(answer(noticed, who, event)))))
    kept = (*kept, *(Close(kind) for kind in (BREATH, SETTLED)), KeepFlag(hit.level, hit.category, hit.rule))
    if hit.level >= Level.URGENT:
        kept = (*kept, Schedule(FOLLOW_UP, tomorrow(event, who), FOLLOWED_UP_AT))
    screen = answer(noticed, who, event)
    return Decision((*kept, *_unless_sent(event, Open(KIND, None, ANSWERED, screen, asking=False))))


def elsewhere(decision: Decision) -> Decision:
    """In a group, to somebody whose private chat is not open to us: nothing is said of what was read."""
    kept = (effect for effect in decision.effects if not isinstance(effect, SPOKEN))
    return Decision((*kept, Say(Screen("safety/elsewhere", {}, (TO_PRIVATE,)))))


def _unless_sent(event: Event, effect: Effect) -> tuple[Effect, ...]:
    """After a /sos the lines went out directly, before this turn."""
    return () if isinstance(event.act, Command) and event.act.name == "sos" else (effect,)


def family(hit: Hit) -> str:
    """Which answer a hit gets."""
    return FAMILIES[hit.category]


def tomorrow(event: Event, who: Who) -> date:
    """Their next local date."""
    return event.at.astimezone(ZoneInfo(who.person.zone if who.person else NO_ZONE)).date() + timedelta(days=1)


def answer(noticed: Noticed, who: Who, event: Event) -> Screen:
    """What somebody is told who wrote such words (docs/domain.md section 9).

    In whole once a day; what follows is short, with the same lines. The language is the words', beside English as long
    as nobody has reviewed the translation.
    """
    hit, help_there = noticed.hit, help_for(who.person.country if who.person else None)
    graver = [flag for flag in noticed.before if flag.level >= Level.URGENT]
    language = hit.rule.partition("-")[0]
    in_both = language if language in TRANSLATED and hit.level >= Level.URGENT else None
    values = {
        "family": family(hit),
        "level": hit.level,
        "help": help_there,
        "late": noticed.delay >= LATE,
        "again": hit.level is not Level.EMERGENCY and any(
            FAMILIES[flag.category] == family(hit) and event.at - flag.at < A_DAY for flag in graver
        ),
        "often": len({flag.at.date() for flag in graver if flag.at.date() != event.at.date()}) >= OFTEN,
        "language": in_both,
    }
    below = buttons(family(hit), hit.level, is_known=help_there.country_code is not None) if agreed(who) else ()
    belated = Screen("safety/answer", values | {"late": True})
    return Screen("safety/answer", values, below, belated=belated)


def buttons(of: str, level: Level, *, is_known: bool) -> tuple[tuple[Button, ...], ...]:
    """What can be tapped below an answer; in an emergency two at most. `is_known`: where they live."""
    return tuple(row(*acts, country="country" if is_known else "my_country") for acts in _acts(of, level))


def _acts(of: str, level: Level) -> tuple[tuple[str, ...], ...]:
    if of in ("friend", "past"):
        return ("again",), ("meant",)
    if of == "medical":
        return (("country", "meant"),)
    if level is Level.EMERGENCY:
        return ("safe",), ("country",)
    if of == "abuse":  # nothing to forward from a phone that may be watched
        return ("again", "safe"), ("call", "country"), ("meant",)
    if level is Level.URGENT:
        return ("safe", "trust"), ("call", "country"), ("meant",)
    return ("again", "trust"), ("meant",)


def row(*acts: str, country: str = "country") -> tuple[Button, ...]:
    """A row of the safety card's buttons; `country`: the label of the one that asks for it."""
    return tuple(Button(Label(f"safety/{country if act == 'country' else act}"), act) for act in acts)


def sos_screen(country: str | None) -> Screen:
    """The help lines of a country, for whoever asks for them."""
    return Screen("safety/sos", {"help": help_for(country)})
