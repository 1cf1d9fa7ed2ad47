"""Arriving, on one card: what this is, whether an adult agrees, the set-up, a first minute of breathing.

Every question of the set-up can be skipped, and the card goes on where it was left (docs/design.md, promises 7 and
8). Pure.
"""

import re
from dataclasses import dataclass

from bot.cards import typed_way
from bot.drills import rules as drills
from bot.drills.goes import EXTENDED_EXHALE, Step
from bot.model import (
    Agree,
    Arrive,
    Button,
    Card,
    Choose,
    Command,
    Decision,
    Effect,
    Event,
    Forget,
    Label,
    Located,
    Open,
    Say,
    Screen,
    Tap,
    Turn,
    Typed,
    Who,
)
from bot.onboarding.consent import PURPOSES, VERSION, agreed
from bot.profile import rules as profile
from bot.profile.rules import WHERE
from bot.profile.screens import Row
from bot.safety.handover import sos_screen
from bot.safety.lines import country_named, help_for

KIND = "welcome"
ASK, MINUTE, DONE = "ask", "minute", "done"
CAME_WITH = "came_with"
ORDER = (WHERE, "country", "aim", "extras", "health", "up", "bed", "drills", "prompt")
# Telegram's own form of a payload; anything else was made up by hand.
_PAYLOAD = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Facts:
    """`card` is the welcome card, None when there is none."""

    set_up: profile.Facts
    card: Card | None

    @property
    def who(self) -> Who:
        """Who arrives."""
        return self.set_up.who


def decide(facts: Facts, event: Event) -> Decision:
    """`/start`, or whatever is done with the welcome card."""
    if isinstance(event.act, Command):
        return _start(facts, event, event.act.payload)
    card = facts.card
    if not agreed(facts.who) or card is None or card.step == ASK:
        return _asked(facts, event)
    if card.step in profile.STEPS:
        return _setting_up(facts, event, card.step)
    match event.act:
        case Tap(act="did" | "begin" | "later") if card.step == MINUTE:
            act = event.act.act
            ready = Screen("onboarding/ready", {"did": act != "later", "breathing": act == "begin"})
            one = Step(drills.BEFORE, minutes=1)
            minute = drills.start(facts.set_up.profile, event, one, None) if act == "begin" else ()
            return Decision((Turn(DONE, ready, asking=False), *minute))
        case Typed() | Located() if card.step == MINUTE:
            ready = Screen("onboarding/ready", {"did": False, "breathing": True})
            return Decision((Turn(DONE, ready, asking=False),))
        case _:
            return Decision(toast=Label("help/old_button"))


# ---- coming ------------------------------------------------------------------------------------------


def _start(facts: Facts, event: Event, payload: str) -> Decision:
    brought = (Choose(CAME_WITH, payload),) if _PAYLOAD.fullmatch(payload) else ()
    if not agreed(facts.who):
        arriving = welcome(facts.who)
        return Decision((*arriving.effects, *brought))
    step = facts.card.step if facts.card is not None else DONE
    if step not in profile.STEPS and not _set_anything(facts.set_up):
        step = WHERE  # left for later, and this is later
    if step in (*profile.STEPS, MINUTE):
        again = Open(KIND, None, step, screen(step, facts.set_up, event))
        return Decision((*brought, again, *profile.keyboard(None, step)))
    return Decision((*brought, Say(Screen("onboarding/again"))))


def _set_anything(facts: profile.Facts) -> bool:
    return _has_place(facts) or bool(facts.profile.kept.keys() - {CAME_WITH})


def welcome(who: Who) -> Decision:
    """The first screen; also the answer to whatever needs consent that is not there."""
    return Decision((Arrive(), Open(KIND, None, ASK, welcome_screen(who))))


def _asked(facts: Facts, event: Event) -> Decision:
    who = facts.who
    match event.act:
        case Tap(act="agree") if who.agreed:  # to an earlier wording: they are set up
            return Decision((Agree(PURPOSES, VERSION), Turn(DONE, Screen("onboarding/again"), asking=False)))
        case Tap(act="agree"):
            return Decision((Agree(PURPOSES, VERSION), *_left(ASK, WHERE, facts.set_up, event)))
        case Tap(act="young"):
            country = who.country
            told = who.agreed > 0
            goodbye = Screen("safety/minor", {"help": help_for(country), "told": told})
            return Decision((Forget(asked=told), Say(goodbye, in_place=True)))
        case Tap(act="decline") if who.agreed:
            # They agreed to an earlier wording: what they told us then stays until they say /erase.
            return Decision((Turn(ASK, Screen("onboarding/later"), asking=False),))
        case Tap(act="decline"):
            return Decision((Forget(asked=False), Say(Screen("onboarding/declined"), in_place=True)))
        case Typed(text) if named := country_named(text):  # the help lines asked for it
            return Decision((Say(sos_screen(named)),))
        case _:
            before = facts.card.step if facts.card else ASK
            return Decision((Turn(ASK, welcome_screen(who, again=True)), *profile.keyboard(before, ASK)))


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


# ---- setting up --------------------------------------------------------------------------------------


def _setting_up(facts: Facts, event: Event, step: str) -> Decision:
    set_up = facts.set_up
    match _way(event):
        case "later" if step == WHERE:
            return Decision(_left(step, MINUTE, set_up, event))
        case "skip":
            return Decision(_left(step, after(step, set_up), set_up, event))
        case "back":
            return Decision(_left(step, before(step, set_up), set_up, event))
    answer = profile.answer(step, set_up, event, nav(step))
    undecided = profile.undecided(step, answer)
    if undecided is not None:
        return undecided
    then = answer.to or after(step, answer.facts)
    return Decision((*answer.effects, *_left(step, then, answer.facts, event)))


def _way(event: Event) -> str | None:
    """A way out of a question, tapped or typed."""
    match event.act:
        case Tap(act=act):
            return act
        case Typed(text):
            return typed_way(text)
        case _:
            return None


def after(step: str, facts: profile.Facts) -> str:
    """The next question; whoever skipped the place is not asked about its country."""
    if step == "land":
        step = "country"
    if step == ORDER[-1]:
        return MINUTE
    then = ORDER[ORDER.index(step) + 1]
    return "aim" if then == "country" and not _has_place(facts) else then


def before(step: str, facts: profile.Facts) -> str:
    """The question before."""
    if step == "land":
        return "country"
    then = ORDER[max(ORDER.index(step) - 1, 0)]
    return WHERE if then == "country" and not _has_place(facts) else then


def _has_place(facts: profile.Facts) -> bool:
    return facts.who.person is not None and facts.who.person.has_zone


def nav(step: str) -> Row:
    """The ways out of a question: nobody has to answer one."""
    if step == WHERE:
        return (Button(Label("onboarding/skip"), "skip"), Button(Label("onboarding/set_up_later"), "later"))
    if step == "country":  # "right" is the way on
        return (Button(Label("onboarding/back"), "back"),)
    return (Button(Label("onboarding/back"), "back"), Button(Label("onboarding/skip"), "skip"))


def _left(step: str, then: str, facts: profile.Facts, event: Event) -> tuple[Effect, ...]:
    return (Turn(then, screen(then, facts, event)), *profile.keyboard(step, then))


def screen(step: str, facts: profile.Facts, event: Event) -> Screen:
    """A question of the set-up, or the first minute."""
    return _minute(facts) if step == MINUTE else profile.ask(step, facts, event, nav(step))


def _minute(facts: profile.Facts) -> Screen:
    """Something useful at once: one minute of it, on the breath unless that is what frightens."""
    chosen = facts.profile
    breathing = EXTENDED_EXHALE.name in chosen.drills or (chosen.likes_breathing and "labelling" not in chosen.drills)
    go = Button(Label("onboarding/begin"), "begin") if breathing else Button(Label("onboarding/did"), "did")
    return Screen(
        "onboarding/minute",
        {"breathing": breathing, "careful": "faint" in chosen.health, "set_up": _set_anything(facts)},
        ((go, Button(Label("onboarding/later"), "later")),),
    )
