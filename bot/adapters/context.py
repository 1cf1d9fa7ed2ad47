"""What a handler gets beside its update: the way to a turn. Reads Telegram's types into our events."""

from datetime import datetime
from typing import Any

from telegram import Bot, Message, Update
from telegram.ext import Application, CallbackContext

from bot.model import Act, Command, Event
from bot.spine import Spine
from bot.turn import Outcome, Room


class CoachContext(CallbackContext[Bot, dict[Any, Any], dict[Any, Any], dict[Any, Any]]):
    """The library's context, typed, with the spine on it. It keeps nothing between updates (promise 7)."""

    @property
    def spine(self) -> Spine:
        """What runs turns."""
        spine: Spine = self.bot_data["spine"]
        return spine

    async def turn(self, update: Update, act: Act, room: Room | None = None) -> Outcome:
        """One turn for this update."""
        query = update.callback_query.id if update.callback_query else None
        event = self.event(update, act)
        outcome = await self.spine.turn(event, room, query)
        if outcome.forgotten:
            self.bot_data["sos"].forget(event.owner)
        if outcome.country is not None:
            self.bot_data["sos"].remember([(event.owner, outcome.country)])
        return outcome

    async def command(self, update: Update, room: Room) -> Outcome:
        """One turn for a command of this room."""
        return await self.turn(update, read_command(update), room)

    def event(self, update: Update, act: Act) -> Event:
        """The update as an event: who, where, when."""
        user, chat = update.effective_user, update.effective_chat
        waiting = self.spine.lanes.in_hand[update.update_id]
        return Event(
            update_id=update.update_id,
            owner=waiting.lane,
            chat=chat.id if chat else waiting.lane,
            private=chat is None or chat.type == "private",
            at=_when(update) or waiting.received_at,
            act=act,
            name=readable_name(user.first_name) if user else "",
            language=user.language_code if user else None,
        )


def read_command(update: Update) -> Command:
    """`/name@bot payload` as a command."""
    message = update.effective_message
    head, _, payload = ((message.text if message else "") or "").partition(" ")
    return Command(head.removeprefix("/").partition("@")[0].lower(), payload.strip())


def readable_name(name: str) -> str:
    """A first name without what can't be seen; empty when nothing is left. It is shown once and never kept."""
    seen = "".join(character for character in name if character.isprintable()).strip()
    return seen[:40] if any(character.isalnum() for character in seen) else ""


def _when(update: Update) -> datetime | None:
    """The message's or edit's date; a tap carries none (promise 6)."""
    message = update.message or update.edited_message
    if isinstance(message, Message):
        return message.edit_date or message.date
    return None


CoachApplication = Application[Bot, CoachContext, dict[Any, Any], dict[Any, Any], dict[Any, Any], None]
