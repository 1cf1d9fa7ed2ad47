"""/privacy, /export and /erase."""

from sqlalchemy import Connection
from telegram import Update

from bot.adapters.context import CoachContext
from bot.adapters.keyring import Key
from bot.adapters.store import privacy as store
from bot.model import Event, Who
from bot.privacy import rules
from bot.turn import Room


def load(connection: Connection, key: Key, who: Who, event: Event) -> rules.Facts:
    """The column map, what is held of this person by it, and the mark that their key would leave."""
    return rules.Facts(who, store.column_map(), store.counts(connection, event.owner), key.mark)


ROOM = Room(load, rules.decide)


async def privacy(update: Update, context: CoachContext) -> None:
    """Show what is kept, why, where and how long."""
    await context.command(update, ROOM)


async def export(update: Update, context: CoachContext) -> None:
    """Send everything that we hold."""
    await context.command(update, ROOM)


async def erase(update: Update, context: CoachContext) -> None:
    """Ask once, then forget everything."""
    await context.command(update, ROOM)
