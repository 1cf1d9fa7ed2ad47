"""A person's hands and eyes: what they type and tap, and what they see."""

import asyncio
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from telegram import (
    Document,
    Location,
    MessageReactionUpdated,
    PhotoSize,
    ReactionTypeEmoji,
    Sticker,
    Voice,
)
from telegram.constants import MessageLimit, UpdateType

from bot.demo.draft import utf16_length
from bot.demo.entities import found_in
from bot.demo.rooms import JSONDict, Person, Post, Room

if TYPE_CHECKING:
    from bot.demo.world import Query, World

PATIENCE = 20.0  # real seconds, also on a quick clock, before somebody stops looking at the screen
PHOTO = b"\xff\xd8\xff\xd9"  # the least that begins and ends as a JPEG does
MEDIA = ("sticker", "voice", "audio", "photo", "animation", "document", "location")


@dataclass(frozen=True)
class Bubble:
    """A message as it looks on the screen; `sender` is bot, me, or in groups another person's first name."""

    id: int
    sender: str
    text: str
    entities: Sequence[JSONDict]
    buttons: Sequence[Sequence[tuple[str, str]]]  # rows of (label, callback data or URL)
    edited: bool
    media: str | None

    def __str__(self) -> str:
        rows = "".join("\n    " + " ".join(f"[{label}]" for label, _ in row) for row in self.buttons)
        media = f"<{self.media}> " if self.media else ""
        return f"#{self.id} {self.sender}{' (edited)' if self.edited else ''}: {media}{self.text}{rows}"


def bubble_of(post: Post, viewer: int | None) -> Bubble:
    """How a message looks to the person with that user id."""
    wire = post.wire
    author = wire.get("from", {})
    me = author.get("id") == viewer
    text = "text" if "text" in wire else "caption"
    return Bubble(
        id=post.id,
        sender="bot" if post.by_bot else "me" if me else author.get("first_name", ""),
        text=wire.get(text, ""),
        entities=wire.get("entities" if text == "text" else "caption_entities", []),
        buttons=[
            [(str(button["text"]), str(button.get("callback_data", button.get("url", "")))) for button in row]
            for row in _keyboard(post)
        ],
        edited="edit_date" in wire,
        media=next((kind for kind in MEDIA if kind in wire), None),
    )


def _keyboard(post: Post) -> list[list[JSONDict]]:
    rows: list[list[JSONDict]] = post.wire.get("reply_markup", {}).get("inline_keyboard", [])
    return rows


def _buttons(post: Post) -> list[JSONDict]:
    return [button for row in _keyboard(post) for button in row]


class Screen:
    """A chat as one sees it."""

    def __init__(self, world: "World", room: Room, viewer: int | None = None) -> None:
        self.world = world
        self.room = room
        self._viewer = viewer
        self._seen = 0  # of the chat's story

    @property
    def messages(self) -> list[Bubble]:
        """What the chat shows now, oldest first."""
        return [bubble_of(post, self._viewer) for _, post in sorted(self.room.posts.items())]

    @property
    def last(self) -> Bubble:
        """The bot's newest message."""
        bubbles = [bubble for bubble in self.messages if bubble.sender == "bot"]
        assert bubbles, f"the bot has said nothing yet\n{self}"
        return bubbles[-1]

    async def sees(self, wanted: str | re.Pattern[str], patience: float = PATIENCE) -> Bubble:
        """Wait for a new or edited message of the bot that contains the text or matches the pattern.

        Looks at what came after the message the last call found, so that a story reads in its order.
        Raises `AssertionError` with the whole chat when `patience` (real seconds) is over.
        """
        position = self._seen
        try:
            async with asyncio.timeout(patience):
                while True:
                    for happening in self.room.story[position:]:
                        position = happening.sequence
                        bubble = bubble_of(happening.post, self._viewer)
                        if happening.change != "deleted" and bubble.sender == "bot" and _matches(wanted, bubble.text):
                            self._seen = position
                            return bubble
                    await self.room.bell.next_ring()
        except TimeoutError:
            raise AssertionError(f"{wanted!r} did not appear in\n{self}") from None

    def __str__(self) -> str:
        return "\n".join(str(bubble) for bubble in self.messages) or "(an empty chat)"


class Group(Screen):
    """A group chat; its people write in it with `ana.type(text, chat=group)`."""

    @property
    def id(self) -> int:
        """The chat id."""
        return self.room.chat.id


class Tapped:
    """A tap on a button whose spinner still turns."""

    def __init__(self, world: "World", query: "Query") -> None:
        self._world = world
        self._query = query
        self.query_id = query.id

    @property
    def alert(self) -> bool:
        """Whether the answer came as a window to be closed instead of a toast."""
        return self._query.alert

    async def answered(self) -> str:
        """The toast's text, "" for an answer without one. Raises `AssertionError` if none comes."""
        try:
            async with asyncio.timeout(PATIENCE):
                while self._query.toast is None:
                    await self._query.bell.next_ring()
        except TimeoutError:
            raise AssertionError("the button still spins: the tap was not answered") from None
        return self._query.toast


class Phone(Screen):
    """One person's Telegram. Everything is done in the chat with the bot unless `chat` names a group."""

    def __init__(self, world: "World", person: Person, room: Room) -> None:
        super().__init__(world, room, person.user.id)
        self.person = person

    @property
    def id(self) -> int:
        """The user id, which is also the id of the private chat."""
        return self.person.user.id

    def type(self, text: str, chat: Group | None = None) -> JSONDict:
        """Send a text; the message."""
        if not 0 < utf16_length(text) <= MessageLimit.MAX_TEXT_LENGTH:
            raise ValueError("Telegram's apps send 1 to 4096 characters at once")
        return self._send(chat, text=text, entities=found_in(text))

    def edit(self, message_id: int, text: str, chat: Group | None = None) -> JSONDict:
        """Change a text of one's own, or the caption of a file; the message."""
        room = self._room(chat)
        post, now = room.posts[message_id], self.world.clock.now()
        assert post.wire.get("from", {}).get("id") == self.id, "people change only what they wrote themselves"
        words, marks = ("text", "entities") if "text" in post.wire else ("caption", "caption_entities")
        wire = post.wire | {words: text, "edit_date": int(now.timestamp())}
        wire[marks] = [entity.to_dict() for entity in found_in(text)]
        room.keep(Post(wire, post.by_bot, post.date), "edited")
        self.world.tell_bot(UpdateType.EDITED_MESSAGE, wire, room, now)
        return wire

    @property
    def keyboard(self) -> list[list[str]] | None:
        """The labels of the reply keyboard that is shown below the input of the private chat."""
        rows = self.room.keys(self.id)
        return [[button["text"] for button in row] for row in rows] if rows else None

    def press(self, label: str, chat: Group | None = None) -> JSONDict:
        """Press a button of the reply keyboard, which sends its text; the message.

        Raises `AssertionError` if it is not shown or asks for a place, which `share_location` gives.
        """
        button = self._key(lambda button: button["text"] == label, f"{label!r}", chat)
        assert not button.get("request_location"), f"{label!r} asks for a place: share_location(latitude, longitude)"
        self._room(chat).use_keyboard(self.id)
        return self.type(label, chat)

    def share_location(self, latitude: float, longitude: float) -> JSONDict:
        """Press the button that asks for one's place, and allow it. Raises `AssertionError` if none is shown."""
        self._key(lambda button: button.get("request_location", False), "that asks for a place", None)
        self.room.use_keyboard(self.id)
        return self.send_location(latitude, longitude)

    def _key(self, wanted: Callable[[JSONDict], bool], what: str, chat: Group | None) -> JSONDict:
        room = self._room(chat)
        rows = room.keys(self.id)
        for button in (button for row in rows for button in row):
            if wanted(button):
                return button
        raise AssertionError(f"no key {what} in {rows}\n{Screen(self.world, room, self.id)}")

    def tap(self, button: str | int, message_id: int | None = None, chat: Group | None = None) -> Tapped:
        """Tap a button: by its label on the newest message that has it, by its number from 1 on the newest
        message with buttons. Raises `AssertionError` if there is none, or if it only opens a link.
        """
        room = self._room(chat)
        for post in sorted(room.posts.values(), key=lambda post: -post.id):
            if message_id not in (None, post.id):
                continue
            for number, found in enumerate(_buttons(post), 1):
                if button in (number, found["text"]) and "callback_data" in found:
                    query = self.world.tap(self.person.user, room, post.id, found["callback_data"])
                    return Tapped(self.world, query)
            if isinstance(button, int) and _buttons(post):
                break
        raise AssertionError(f"no button {button!r} in\n{Screen(self.world, room, self.id)}")

    def tap_data(self, data: str, message_id: int, chat: "Screen | None" = None) -> Tapped:
        """Forge a tap: any data, on any message of any chat, one that is gone included."""
        room = chat.room if chat is not None else self.room
        return Tapped(self.world, self.world.tap(self.person.user, room, message_id, data))

    def delete(self, message_id: int, chat: Group | None = None) -> None:
        """Delete a message for everybody: any in the private chat, one's own in a group; bots are not told."""
        room = self._room(chat)
        post = room.posts[message_id]
        assert room.is_private or post.wire.get("from", {}).get("id") == self.id, "in groups only one's own"
        room.keep(post, "deleted")

    def download(self, message_id: int) -> bytes:
        """The content of a document, an animation or a sound that the bot sent."""
        wire = self.room.posts[message_id].wire
        sent = next(wire[kind] for kind in ("document", "voice", "audio") if kind in wire)  # animations are documents
        file = self.world.files.by_id(sent["file_id"])
        assert file is not None
        return file.content

    def send_sticker(self, chat: Group | None = None) -> JSONDict:
        """Send a sticker."""
        file = self.world.files.store("sticker.webp", b"RIFF", "stickers")
        sticker = Sticker(file.id, file.unique_id, 512, 512, False, False, Sticker.REGULAR, emoji="\N{LEMON}")
        return self._send(chat, sticker=sticker)

    def send_voice(self, seconds: int = 3, chat: Group | None = None) -> JSONDict:
        """Send a voice message."""
        file = self.world.files.store("voice.oga", b"OggS", "voice")
        return self._send(chat, voice=Voice(file.id, file.unique_id, seconds, "audio/ogg", len(file.content)))

    def send_photo(self, caption: str | None = None, chat: Group | None = None, content: bytes = PHOTO) -> JSONDict:
        """Send a photo."""
        file = self.world.files.store("photo.jpg", content, "photos")
        photo = (PhotoSize(file.id, file.unique_id, 1280, 720, len(file.content)),)
        return self._send(chat, photo=photo, caption=caption)

    def send_document(
        self, name: str, content: bytes, chat: Group | None = None, caption: str | None = None
    ) -> JSONDict:
        """Send a file of any kind."""
        file = self.world.files.store(name, content, "documents")
        document = Document(file.id, file.unique_id, name, file.mime_type, len(content))
        return self._send(chat, document=document, **({"caption": caption} if caption else {}))

    def send_location(self, latitude: float, longitude: float, chat: Group | None = None) -> JSONDict:
        """Share a place, in degrees."""
        return self._send(chat, location=Location(longitude, latitude))

    def react(self, message_id: int, emoji: str | None, chat: Group | None = None) -> None:
        """Put an emoji under a message, or take it away; the bot hears of it only if it asked for reactions."""
        room, now = self._room(chat), self.world.clock.now()
        old = room.reactions.pop((message_id, self.id), None)
        if emoji is not None:
            room.reactions[message_id, self.id] = emoji
        before, after = ([ReactionTypeEmoji(each).to_dict()] if each else [] for each in (old, emoji))
        update = MessageReactionUpdated(room.chat, message_id, now, (), (), user=self.person.user).to_dict()
        update |= {"old_reaction": before, "new_reaction": after}
        self.world.tell_bot(UpdateType.MESSAGE_REACTION, update, room, now)
        self.world.journal.note("reaction", chat=room.chat.id, message_id=message_id, by=self.id, emoji=emoji)

    def block(self) -> None:
        """Block the bot."""
        self.world.block(self.room, self.person, blocked=True)

    def unblock(self) -> None:
        """Let it write again."""
        self.world.block(self.room, self.person, blocked=False)

    def deactivate(self) -> None:
        """Delete the account; Telegram tells nobody."""
        self.person.deactivated = True

    def join(self, group: Group) -> None:
        """Enter a group."""
        group.room.members.add(self.id)
        self.world.note_chat(group.room)
        self.world.write(group.room, self.person.user, new_chat_members=(self.person.user,))

    def leave(self, group: Group) -> None:
        """Leave a group."""
        group.room.members.discard(self.id)
        self.world.note_chat(group.room)
        self.world.write(group.room, self.person.user, left_chat_member=self.person.user)

    def _send(self, chat: Group | None, **content: Any) -> JSONDict:
        room = self._room(chat)
        if chat is None:
            if self.person.blocked:
                self.unblock()  # the app offers "Restart bot" before it lets anybody write
            self.person.started = True
        return self.world.write(room, self.person.user, **content).wire

    def _room(self, chat: Group | None) -> Room:
        if chat is None:
            return self.room
        assert self.id in chat.room.members, f"{self.person.user.first_name} is not in the group"
        return chat.room


def _matches(wanted: str | re.Pattern[str], text: str) -> bool:
    return wanted in text if isinstance(wanted, str) else wanted.search(text) is not None
