"""Taps, words and whatever else comes without a command; /help and /about."""

from telegram import Message, Update

from bot import cards
from bot.adapters.context import CoachContext
from bot.help import rules
from bot.model import Located, Moved, Reached, Typed, Unreadable
from bot.turn import Room, who_is_enough

ROOM = Room(who_is_enough, rules.decide)


async def help_(update: Update, context: CoachContext) -> None:
    """What there is to say and tap."""
    await context.command(update, ROOM)


async def about(update: Update, context: CoachContext) -> None:
    """What this is made of, and by what evidence."""
    await context.command(update, ROOM)


async def in_group(update: Update, context: CoachContext) -> None:
    """A command in a group: health is for the private chat."""
    await context.command(update, ROOM)


async def tapped(update: Update, context: CoachContext) -> None:
    """A tap belongs to the card that its button is on."""
    query = update.callback_query
    assert query is not None
    message = query.message
    editable = not (isinstance(message, Message) and (message.animation or message.document))
    await context.turn(
        update, cards.read_tap(query.data, message.message_id if message else None, editable=editable)
    )


async def typed(update: Update, context: CoachContext) -> None:
    """Words belong to the card that is open."""
    message = update.effective_message
    assert message is not None
    await context.turn(update, Typed(message.text or "", message.message_id))


async def unknown(update: Update, context: CoachContext) -> None:
    """A command that there is not is no answer to a question."""
    message = update.effective_message
    assert message is not None
    await context.turn(update, Typed(message.text or ""), ROOM)


async def located(update: Update, context: CoachContext) -> None:
    """A place that was shared belongs to the card that asks for one."""
    message = update.effective_message
    assert message is not None
    assert message.location is not None
    await context.turn(update, Located(message.location.latitude, message.location.longitude))


async def unreadable(update: Update, context: CoachContext) -> None:
    """A sticker, a voice note, a picture: only its caption can be read."""
    message = update.effective_message
    assert message is not None
    await context.turn(update, Unreadable(message.caption or ""), ROOM)


async def reached(update: Update, context: CoachContext) -> None:
    """We were blocked, let back in, or put out of a group."""
    change = update.my_chat_member
    assert change is not None
    gone = change.new_chat_member.status in ("kicked", "left")
    private = change.chat.type == "private"
    await context.turn(update, Reached(("blocked" if private else "kicked") if gone else "ok"), ROOM)


async def moved(update: Update, context: CoachContext) -> None:
    """A group became a supergroup and has another id now."""
    message = update.effective_message
    assert message is not None
    if message.migrate_to_chat_id is not None:
        await context.turn(update, Moved(message.migrate_to_chat_id), ROOM)
