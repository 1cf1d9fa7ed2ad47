"""When the triage noticed something: what was said is kept, the answer to it replaces the reply (promise 10). Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from bot.drills.goes import ON
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
from bot.reminders.kinds import BODY, FOLLOW_UP
from bot.safety.levels import Flagged, Hit, Level
from bot.safety.lines import help_for

KIND: Final = "safety"  # of the card
ANSWERED: Final = "answered"  # its step
FOLLOWED_UP_AT = 10 * 60  # minutes of the next day: a humane hour (docs/domain.md 6)
AN_HOUR, A_DAY, A_WEEK = timedelta(hours=1), timedelta(days=1), timedelta(days=7)
OFTEN = 2  # earlier days of a week with something urgent, from which on human help is offered more plainly

# What a category is answered with: `prompts/<locale>/safety/<family>.j2`.
FAMILIES: Final = {
    "suicidal_explicit": "mind", "suicidal_indirect": "mind", "self_harm": "mind",
    "panic": "low", "depression": "low", "trauma": "low", "sleep_severe": "low", "unclear": "low",
    "medical": "medical", "abuse": "abuse", "eating": "eating", "substance": "substance", "harm_others": "harm",
    "third_person_acute": "friend_now", "third_person": "friend", "past_recovered": "past",
}
TRANSLATED: Final = ("de", "es", "fr", "ro")  # languages of rules whose graver answers stand in `safety/<language>/`


WATCHED: Final = "abuse"  # somebody else may look at this phone: nothing is sent later

# Typed after an answer; the triage has read it, and found no danger in it.
_NOT_SO = re.compile(
    r"(no,? )?(sorry,? )?(i'?m |i am |i was |that was |it was )?(really )?(not|just|only|never) (really )?"
    r"(suicidal|kidding|joking|serious|a joke|tired|meant( it)?( like that| that way)?)"
    r"(,? ?(i'?m )?(just|only|really) (so |very |a bit )?(tired|sad|exhausted|venting|stressed|joking|kidding))?"
    r"|(i )?(didn'?t|did not|don'?t|do not) mean (it|that)( like that| that way)?|kidding|joking|a joke|venting"
    r"|(it'?s |that'?s )?not what i meant|(sorry,? )?(forget (it|that|i said that)|never ?mind|ignore (that|me))"
)
_BESIDE = re.compile(
    r"(i'?m |i am )?(so |really )?sorry|thank(s| you)( so much| very much)?|ok(ay)?,? (thanks|thank you)"
    r"|i'?m (safe|ok|okay|fine|all right|alright)( now| again)?|are you (there|here)|hello|help|(please )?help me"
    r"|i don'?t know( what to do)?|i can'?t|i'?m (scared|afraid)"
)


@dataclass(frozen=True, slots=True)
class Noticed:
    """A hit with what it is answered by: flags of the last week, and how long the message was on its way."""

    hit: Hit
    before: Sequence[Flagged] = ()
    delay: timedelta = timedelta()


def hand_over(noticed: Noticed, who: Who, event: Event, decision: Decision) -> Decision:
    """The decision with its reply replaced. The rules still record: "7, and I want to die" is a 7 too.

    A drill that runs is over: nobody is asked now how revved up they are. A concern comes below what a line for the log
    was read as, instead of in its place: most are no more than a hard day. In a group nothing is said of it: whoever is
    known is answered in private (see `bot.turn`), others are told where.
    """
    hit = noticed.hit
    logged = (effect for effect in decision.effects if isinstance(effect, Open) and effect.until is not None)
    kept: tuple[Effect, ...] = (*recorded(decision), *(logged if hit.level is Level.CONCERN else ()))
    if not agreed(who):
        return Decision((*kept, *_unless_sent(event, Say(answer(noticed, who, event)))))
    kept = (*kept, *(Close(kind) for kind in ON), KeepFlag(hit.level, hit.category, hit.rule))
    if hit.level >= Level.URGENT and hit.category != WATCHED:
        kept = (*kept, Schedule(FOLLOW_UP, tomorrow(event, who), FOLLOWED_UP_AT, _about(noticed, event)))
    screen = answer(noticed, who, event)
    return Decision((*kept, *_unless_sent(event, Open(KIND, None, ANSWERED, screen, asking=False))))


def _about(noticed: Noticed, event: Event) -> str | None:
    """What the day after is asked: after a body's alarm that stood alone, how the body is."""
    day = [flag for flag in noticed.before if flag.level >= Level.URGENT and event.at - flag.at < A_DAY]
    families = {family(noticed.hit), *(FAMILIES[flag.category] for flag in day)}
    return BODY if families == {"medical"} else None


def taken_back(text: str) -> str | None:
    """What words that take something back, or only go with it, are answered by; None when they are not such words."""
    said = " ".join(text.replace("\u2019", "'").casefold().split()).strip(" .,!?")
    if _NOT_SO.fullmatch(said):
        return "safety/meant"
    return "safety/here" if _BESIDE.fullmatch(said) else None


def stay(template: str, who: Who, event: Event, before: Sequence[Flagged]) -> Decision | None:
    """The answer to such words within an hour after something urgent; None when nothing was, and they mean no more."""
    if not any(flag.level >= Level.URGENT and event.at - flag.at < AN_HOUR for flag in before):
        return None
    return Decision((Say(Screen(template, {"help": help_for(who.country)})),))


def recorded(decision: Decision) -> tuple[Effect, ...]:
    """What was said, kept without a reply; nobody is reminded of such words either."""
    return tuple(effect for effect in decision.effects if not isinstance(effect, (*SPOKEN, Forget, Schedule)))


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
    hit, help_there = noticed.hit, help_for(who.country)
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
        "also": _also(noticed, event),
        "hurt": hit.category == "self_harm",
        "often": len({flag.at.date() for flag in graver if flag.at.date() != event.at.date()}) >= OFTEN,
        "language": in_both,
    }
    below = buttons(family(hit), hit.level, is_known=help_there.country_code is not None) if agreed(who) else ()
    belated = Screen("safety/answer", values | {"late": True})
    return Screen("safety/answer", values, below, belated=belated)


def _also(noticed: Noticed, event: Event) -> str | None:
    """What else they said within the hour: the card of now may take the place of one that nobody saw."""
    of = family(noticed.hit)
    graver = {
        FAMILIES[flag.category] for flag in noticed.before
        if flag.level >= Level.URGENT and event.at - flag.at < AN_HOUR
    }
    return next((other for other in ("mind", "medical") if other in graver and other != of), None)


def buttons(of: str, level: Level, *, is_known: bool) -> tuple[tuple[Button, ...], ...]:
    """What can be tapped below an answer; in an emergency two at most. `is_known`: where they live."""
    return tuple(row(*acts, country="country" if is_known else "my_country") for acts in _acts(of, level))


def _acts(of: str, level: Level) -> tuple[tuple[str, ...], ...]:
    if of == "past":
        return (("again", "meant"),)
    if of in ("medical", "friend", "friend_now"):
        return (("country", "meant"),)
    if level is Level.EMERGENCY:
        return ("country",), ("safe",)
    if of == "abuse":  # nothing to forward from a phone that may be watched
        return ("call", "country"), ("safe", "meant")
    if level is Level.URGENT:
        return ("safe", "trust"), ("call", "country"), ("meant",)
    return ("trust", "country"), ("meant",)


def row(*acts: str, country: str = "country") -> tuple[Button, ...]:
    """A row of the safety card's buttons; `country`: the label of the one that asks for it."""
    return tuple(Button(Label(f"safety/{country if act == 'country' else act}"), act) for act in acts)


def sos_screen(country: str | None, unknown: str = "") -> Screen:
    """The help lines of a country, for whoever asks for them; `unknown` was named and is none that has lines here."""
    return Screen("safety/sos", {"help": help_for(country), "unknown": unknown})
