"""/drill."""

from sqlalchemy import Connection
from telegram import Update

from bot.adapters.context import CoachContext
from bot.adapters.keyring import Key
from bot.adapters.store import drills as store
from bot.adapters.store import profile as profile_store
from bot.drills import rules
from bot.drills.facts import Facts
from bot.drills.goes import SETTLED
from bot.help import rules as help_
from bot.model import Command, Decision, Event, Tap, Who
from bot.onboarding.consent import agreed
from bot.onboarding.rules import welcome
from bot.profile.choices import Profile
from bot.turn import Room, who_is_enough


def load(connection: Connection, key: Key, who: Who, event: Event) -> Facts:
    """The latest go, or all that an offer goes by, and what they told of their health; without consent nothing."""
    if not agreed(who):
        return Facts(who, Profile({}), None)
    profile = Profile(profile_store.choices(connection, key, event.owner))
    if _offers(who, event):
        goes = store.recent(connection, key, event.owner)
        return Facts(who, profile, goes[-1] if goes else None, goes)
    return Facts(who, profile, store.latest(connection, key, event.owner))


def _offers(who: Who, event: Event) -> bool:
    """Whether it may come to an offer: not where a number is tapped, which is most often and has to be quick."""
    asking = who.card is None or who.card.kind in (rules.KIND, SETTLED) or isinstance(event.act, Command)
    return asking and not (isinstance(event.act, Tap) and event.act.act.startswith("v="))


def decide(facts: Facts, event: Event) -> Decision:
    """Nothing about health is asked or kept before someone agreed."""
    return rules.decide(facts, event) if agreed(facts.who) else welcome(facts.who)


ROOM = Room(load, decide)


def decide_together(who: Who, event: Event) -> Decision:
    """Whoever agreed may start it for all."""
    return rules.together(event) if agreed(who) else help_.decide(who, event)


TOGETHER = Room(who_is_enough, decide_together)


async def together(update: Update, context: CoachContext) -> None:
    """A way down for a group that came home."""
    await context.command(update, TOGETHER)


async def drill(update: Update, context: CoachContext) -> None:
    """A breathing drill."""
    await context.command(update, ROOM)
