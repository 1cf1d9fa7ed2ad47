"""What Telegram remembers: people, chats and the messages in them."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from telegram import Chat, Message, User
from telegram.constants import ChatType

from bot.demo.journal import Journal
from bot.demo.refusals import Refusal, bad_request, forbidden
from bot.demo.waiting import Bell

JSONDict = dict[str, Any]
BotStatus = Literal["member", "left", "kicked"]
Change = Literal["new", "edited", "deleted"]


@dataclass
class Person:
    """A Telegram user; `started` once they wrote to the bot."""

    user: User
    started: bool = False
    blocked: bool = False
    deactivated: bool = False


@dataclass(frozen=True)
class Post:
    """A message as the wire has it. An edit makes a new Post under the same id.

    `panel` never travels: the reply keyboard, its removal or the forced reply that came with the message.
    """

    wire: JSONDict
    by_bot: bool
    date: datetime
    panel: JSONDict | None = None

    @property
    def id(self) -> int:
        """The message id, unique in its chat only."""
        number: int = self.wire["message_id"]
        return number


@dataclass(frozen=True)
class Happening:
    """One line of a chat's story; `sequence` counts from 1 in every chat."""

    sequence: int
    change: Change
    post: Post


@dataclass
class Room:
    """A chat: private ones have a `person`, the others `members` (user ids)."""

    chat: Chat
    ids: Iterator[int]
    journal: Journal
    person: Person | None = None
    members: set[int] = field(default_factory=set)
    bot_status: BotStatus = "member"
    migrated_to: int | None = None
    posts: dict[int, Post] = field(default_factory=dict)
    story: list[Happening] = field(default_factory=list)
    panel_post: Post | None = None  # the newest message that said what people type with here, until it is deleted
    keyboard_used_by: set[int] = field(default_factory=set)  # user ids
    reactions: dict[tuple[int, int], str] = field(default_factory=dict)  # (message id, user id): emoji
    bell: Bell = field(default_factory=Bell)

    def keep(self, post: Post, change: Change) -> None:
        """Store a new or edited message, or forget a deleted one, and wake whoever watches the chat."""
        if change == "deleted":
            del self.posts[post.id]
        else:
            self.posts[post.id] = post
        self.story.append(Happening(len(self.story) + 1, change, post))
        self.bell.ring()
        self.journal.note("message", chat=self.chat.id, change=change, message=post.wire)
        if change == "deleted" and self.panel_post is not None and self.panel_post.id == post.id:
            self._show(None)
        elif change == "new" and post.panel is not None:
            self._show(post)

    def use_keyboard(self, user_id: int) -> None:
        """Somebody used the reply keyboard: a one-time keyboard hides from them."""
        self.keyboard_used_by.add(user_id)
        self._note_panel()

    def keys(self, user_id: int) -> list[list[JSONDict]]:
        """The buttons of the reply keyboard that somebody sees."""
        panel = self._panel or {}
        if panel.get("one_time_keyboard") and user_id in self.keyboard_used_by:
            return []
        rows: list[list[JSONDict]] = panel.get("keyboard", [])
        return rows

    def _show(self, post: Post | None) -> None:
        self.panel_post = post
        self.keyboard_used_by = set()
        self._note_panel()

    def _note_panel(self) -> None:
        used_by = sorted(self.keyboard_used_by)
        self.journal.note("panel", chat=self.chat.id, panel=self._panel, used_by=used_by)

    @property
    def _panel(self) -> JSONDict | None:
        return self.panel_post.panel if self.panel_post is not None else None

    def refusal(self) -> Refusal | None:
        """Why the bot may not write here, or None."""
        if self.person is not None:
            return _refusal_of(self.person)
        if self.migrated_to is not None:
            moved = bad_request("group chat was upgraded to a supergroup chat")
            moved.parameters["migrate_to_chat_id"] = self.migrated_to
            return moved
        match self.bot_status:
            case "kicked":
                return forbidden(f"bot was kicked from the {self.kind} chat")
            case "left":
                return forbidden(f"bot is not a member of the {self.kind} chat")
            case "member":
                return None

    @property
    def kind(self) -> str:
        """private, group, supergroup or channel."""
        return str(self.chat.type)

    @property
    def is_private(self) -> bool:
        """Whether it is a chat with one person."""
        return self.chat.type == ChatType.PRIVATE


def _refusal_of(person: Person) -> Refusal | None:
    if person.deactivated:
        return forbidden("user is deactivated")
    if person.blocked:
        return forbidden("bot was blocked by the user")
    if not person.started:
        return forbidden("bot can't initiate conversation with a user")
    return None


def on_the_wire(message: Message) -> JSONDict:
    """The message as Telegram sends it: without the library's flags that are False."""
    return {name: value for name, value in message.to_dict().items() if value is not False}
