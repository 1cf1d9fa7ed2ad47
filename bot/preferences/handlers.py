"""/settings, /pause, /resume."""

from telegram import Update

from bot.adapters.context import CoachContext
from bot.model import Decision, Event, Who
from bot.onboarding.consent import agreed
from bot.onboarding.rules import welcome
from bot.preferences import rules
from bot.profile.handlers import load
from bot.profile.rules import Facts
from bot.turn import Room, who_is_enough


def decide_settings(facts: Facts, event: Event) -> Decision:
    """Nothing is set before someone agreed."""
    return rules.settings(facts, event) if agreed(facts.who) else welcome(facts.who)


def decide_pause(who: Who, event: Event) -> Decision:
    """There is nothing to pause before someone agreed."""
    return rules.pause(who, event) if agreed(who) else welcome(who)


SETTINGS = Room(load, decide_settings)
PAUSE = Room(who_is_enough, decide_pause)


async def settings(update: Update, context: CoachContext) -> None:
    """Everything that can be set, on one card."""
    await context.command(update, SETTINGS)


async def pause(update: Update, context: CoachContext) -> None:
    """Silence for a while, or its end."""
    await context.command(update, PAUSE)
