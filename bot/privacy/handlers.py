"""/export and /erase."""

from telegram import Update

from bot.adapters.context import CoachContext
from bot.privacy import rules
from bot.turn import Room, who_is_enough

ROOM = Room(who_is_enough, rules.decide)


async def export(update: Update, context: CoachContext) -> None:
    """Send everything that we hold."""
    await context.command(update, ROOM)


async def erase(update: Update, context: CoachContext) -> None:
    """Ask once, then forget everything."""
    await context.command(update, ROOM)
