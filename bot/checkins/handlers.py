"""/checkin."""

from sqlalchemy import Connection
from telegram import Update

from bot.adapters.context import CoachContext
from bot.adapters.keyring import Key
from bot.adapters.store import checkins as store
from bot.checkins import rules
from bot.model import Decision, Event, Who
from bot.onboarding.consent import agreed
from bot.onboarding.rules import welcome
from bot.turn import Room


def load(connection: Connection, key: Key, who: Who, event: Event) -> rules.Facts:
    """The day that is meant, and its answers; without consent there are none."""
    day = who.card.day if who.card and who.card.day else rules.local_day(event.at, who)
    return rules.Facts(who, day, store.answers(connection, key, event.owner, day) if agreed(who) else {})


def decide(facts: rules.Facts, event: Event) -> Decision:
    """Nothing about health is read or kept before someone agreed."""
    return rules.decide(facts, event) if agreed(facts.who) else welcome(facts.who)


ROOM = Room(load, decide)


async def checkin(update: Update, context: CoachContext) -> None:
    """Open the check-in that fits."""
    await context.command(update, ROOM)
