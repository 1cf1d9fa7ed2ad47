"""/drill."""

from sqlalchemy import Connection
from telegram import Update

from bot.adapters.context import CoachContext
from bot.adapters.keyring import Key
from bot.adapters.store import drills as store
from bot.adapters.store import profile as profile_store
from bot.drills import rules
from bot.drills.rules import Facts
from bot.model import Decision, Event, Who
from bot.onboarding.consent import agreed
from bot.onboarding.rules import welcome
from bot.profile.choices import Profile
from bot.turn import Room


def load(connection: Connection, key: Key, who: Who, event: Event) -> Facts:
    """The latest go, and what they told of their health; without consent there is nothing."""
    if not agreed(who):
        return Facts(who, Profile({}), None)
    choices = profile_store.choices(connection, key, event.owner)
    return Facts(who, Profile(choices), store.latest(connection, key, event.owner))


def decide(facts: Facts, event: Event) -> Decision:
    """Nothing about health is asked or kept before someone agreed."""
    return rules.decide(facts, event) if agreed(facts.who) else welcome(facts.who)


ROOM = Room(load, decide)


async def drill(update: Update, context: CoachContext) -> None:
    """A breathing drill."""
    await context.command(update, ROOM)
