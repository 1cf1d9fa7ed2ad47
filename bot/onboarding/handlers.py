"""/start."""

from telegram import Update

from bot.adapters.context import CoachContext
from bot.onboarding import rules
from bot.turn import Room, who_is_enough

ROOM = Room(who_is_enough, rules.decide)


async def start(update: Update, context: CoachContext) -> None:
    """Whoever comes, comes back, or is lost."""
    await context.command(update, ROOM)
