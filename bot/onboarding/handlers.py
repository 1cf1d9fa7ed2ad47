"""/start."""

from sqlalchemy import Connection
from telegram import Update

from bot.adapters.context import CoachContext
from bot.adapters.keyring import Key
from bot.adapters.store import cards
from bot.model import Event, Who
from bot.onboarding import rules
from bot.profile import handlers as profile
from bot.turn import Room


def load(connection: Connection, key: Key, who: Who, event: Event) -> rules.Facts:
    """What they chose so far, and how far they came."""
    card = who.card or cards.of_kind(connection, event.owner, event.chat, rules.KIND)
    return rules.Facts(profile.load(connection, key, who, event), card)


ROOM = Room(load, rules.decide)


async def start(update: Update, context: CoachContext) -> None:
    """Whoever comes, comes back, or is lost."""
    await context.command(update, ROOM)
