"""`/travel`: where somebody is now, so that their days and reminders follow. Pure.

The question is the set-up's own (`bot.profile`); its answer ends it.
"""

from dataclasses import replace

from bot.cards import typed_way
from bot.model import Act, Button, Command, Decision, Effect, Event, Label, Open, Tap, Turn, Typed
from bot.profile import rules as profile
from bot.profile.rules import WHERE
from bot.profile.screens import Row
from bot.reminders import screens
from bot.reminders.coming import Facts, coming

KIND, THERE, LAND = "travel", "there", "land"
NAV: Row = (Button(Label("reminders/stay"), "back"),)


def begin(facts: Facts, event: Event) -> Decision:
    """Where are you?"""
    question = Open(KIND, None, WHERE, profile.ask(WHERE, facts.set_up, event, NAV))
    return Decision((question, *profile.keyboard(None, WHERE)))


def decide(facts: Facts, event: Event) -> Decision:
    """`/travel`, also with the name of a place, and what is answered on its card."""
    card = facts.who.card
    if isinstance(event.act, Command) and event.act.payload:
        return _answered(facts, event, Typed(event.act.payload), None)
    if isinstance(event.act, Command) or card is None:
        return begin(facts, event)
    match card.step, event.act:
        case ("there", Tap(act="place")):
            return _asked(facts, event, THERE, WHERE)
        case ("there", Tap(act="land")):
            return _asked(facts, event, THERE, LAND)
        case ("there", _):
            return Decision(toast=Label("help/old_button"))
        case (step, Tap(act="back")):
            return _there(facts, event, step)
        case (step, Typed(text)) if typed_way(text) == "back":
            return _there(facts, event, step)
        case (step, act):
            return _answered(facts, event, act, step)


def _answered(facts: Facts, event: Event, act: Act, step: str | None) -> Decision:
    """An answer to the question of a step; without a step it came with the command."""
    answer = profile.answer(step or WHERE, facts.set_up, replace(event, act=act), NAV)
    undecided = profile.undecided(step or WHERE, answer)
    if undecided is None:
        return _there(replace(facts, set_up=answer.facts), event, step, *answer.effects)
    if step is None and answer.stay is not None:
        return Decision((Open(KIND, None, WHERE, answer.stay), *profile.keyboard(None, WHERE)))
    return undecided


def _asked(facts: Facts, event: Event, before: str, step: str) -> Decision:
    question = Turn(step, profile.ask(step, facts.set_up, event, NAV))
    return Decision((question, *profile.keyboard(before, step)))


def _there(facts: Facts, event: Event, before: str | None, *kept: Effect) -> Decision:
    shown = screens.there(facts.person, coming(facts, event.at), event.at)
    if before is None:
        return Decision((*kept, Open(KIND, None, THERE, shown, asking=False)))
    return Decision((*kept, Turn(THERE, shown, asking=False), *profile.keyboard(before, THERE)))
