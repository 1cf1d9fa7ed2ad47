"""The Bot API's methods for messages and updates, one small function each.

`METHODS` maps a method's lower-case name to its function; each takes the `World` and the `Arguments` of the
call, returns what goes into `result`, and raises `Refusal` with Telegram's own words. Those about the bot
itself and about chats are in `profile.py`.
"""

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from telegram import Animation, Audio, Document, File, MessageEntity, PhotoSize, Voice
from telegram.constants import (
    CallbackQueryLimit,
    ChatAction,
    FileSizeLimit,
    MessageLimit,
    PollingLimit,
    ReactionEmoji,
)

from bot.demo.arguments import Arguments, camel
from bot.demo.draft import utf16_length
from bot.demo.entities import is_empty_looking, parse, with_entities, with_found
from bot.demo.files import StoredFile
from bot.demo.markup import check_place, inline_keyboard, markup_of
from bot.demo.refusals import (
    NOT_MODIFIED,
    QUERY_TOO_OLD,
    WEBHOOK_ACTIVE,
    WRONG_FILE,
    WRONG_REMOTE_FILE,
    bad_request,
    conflict,
)
from bot.demo.rooms import JSONDict, Post, Room
from bot.demo.world import World

MOVING = ("video/mp4", "image/gif")
OPUS, MUSIC = "audio/ogg", ("audio/mpeg", "audio/mp4")
KINDS = {
    "documents": "Document", "photos": "Photo", "animations": "Animation", "voice": "VoiceNote", "music": "Audio",
    "stickers": "Sticker",
}
DELETABLE = timedelta(hours=48)

Method = Callable[[World, Arguments], Any | Awaitable[Any]]
METHODS: dict[str, tuple[str, Method]] = {}  # lower-case name: (camel-case name, function)


def method(function: Method) -> Method:
    """Offer a function under its name in camel case; Telegram ignores the case of a method's name."""
    name = camel(function.__name__)
    METHODS[name.lower()] = (name, function)
    return function


@method
async def get_updates(world: World, given: Arguments) -> list[JSONDict]:
    if world.updates.webhook_url:
        raise conflict(WEBHOOK_ACTIVE)
    world.updates.allow(given.get("allowed_updates"))
    limit = given.number("limit", int(PollingLimit.MAX_LIMIT))
    return await world.updates.get(given.number("offset"), limit, given.number("timeout"))


@method
def send_message(world: World, given: Arguments) -> JSONDict:
    text, entities = message_text(given)
    return _send(world, given, text=text, entities=entities)


@method
def send_document(world: World, given: Arguments) -> JSONDict:
    file = _file(world, given, "document", "documents")
    document = Document(file.id, file.unique_id, file.name, file.mime_type, len(file.content))
    return _send(world, given, document=document, **_caption(given))


@method
def send_photo(world: World, given: Arguments) -> JSONDict:
    file = _file(world, given, "photo", "photos")
    if (size := len(file.content)) > FileSizeLimit.PHOTOSIZE_UPLOAD:
        most = f"the maximum size is {FileSizeLimit.PHOTOSIZE_UPLOAD:d} bytes"
        raise bad_request(f"file of size {size} bytes is too big for a photo; {most}")
    photo = PhotoSize(file.id, file.unique_id, 1280, 720, size)
    return _send(world, given, photo=(photo,), **_caption(given))


@method
def send_animation(world: World, given: Arguments) -> JSONDict:
    file = _file(world, given, "animation", "animations")
    document = Document(file.id, file.unique_id, file.name, file.mime_type, len(file.content))
    animation = Animation(
        file.id,
        file.unique_id,
        width=480,
        height=480,
        duration=given.number("duration"),
        file_name=file.name,
        mime_type=file.mime_type,
        file_size=len(file.content),
    )
    # What does not move is a document and no more; for older bots an animation is one too.
    moves = {"animation": animation} if file.mime_type in MOVING else {}
    return _send(world, given, document=document, **moves, **_caption(given))


@method
def send_voice(world: World, given: Arguments) -> JSONDict:
    return _send_sound(world, given, _file(world, given, "voice", "voice"))


@method
def send_audio(world: World, given: Arguments) -> JSONDict:
    return _send_sound(world, given, _file(world, given, "audio", "music"))


@method
def send_chat_action(world: World, given: Arguments) -> bool:
    if given.text("action") not in set(ChatAction):
        raise bad_request("wrong parameter action in request")
    room = room_to_write(world, given)
    world.journal.note("action", chat=room.chat.id, action=given.text("action"))
    return True


@method
def edit_message_text(world: World, given: Arguments) -> JSONDict:
    text, entities = message_text(given)
    markup = inline_keyboard(given.get("reply_markup"))
    room, post = _own_post(world, given)
    if "text" not in post.wire:
        raise bad_request("there is no text in the message to edit")
    return _edit(world, room, post, {"text": text, "entities": _wire(entities), "reply_markup": markup})


@method
def edit_message_caption(world: World, given: Arguments) -> JSONDict:
    caption = _caption(given)
    markup = inline_keyboard(given.get("reply_markup"))
    room, post = _own_post(world, given)
    if "text" in post.wire:
        raise bad_request("there is no caption in the message to edit")
    new = {"caption": caption["caption"], "caption_entities": _wire(caption["caption_entities"])}
    return _edit(world, room, post, {**new, "reply_markup": markup})


@method
def edit_message_reply_markup(world: World, given: Arguments) -> JSONDict:
    markup = inline_keyboard(given.get("reply_markup"))
    room, post = _own_post(world, given)
    return _edit(world, room, post, {"reply_markup": markup})


@method
def delete_message(world: World, given: Arguments) -> bool:
    room = room_to_write(world, given)
    post = room.posts.get(given.number("message_id"))
    if post is None:
        raise bad_request("message to delete not found")
    if not (post.by_bot or room.is_private):
        raise bad_request("message can't be deleted")
    if world.clock.now() - post.date > DELETABLE:
        raise bad_request("message can't be deleted for everyone")
    room.keep(post, "deleted")
    return True


@method
def answer_callback_query(world: World, given: Arguments) -> bool:
    query = world.open_query(given.text("callback_query_id"))
    if query is None:
        raise bad_request(QUERY_TOO_OLD)
    if utf16_length(given.text("text")) > CallbackQueryLimit.ANSWER_CALLBACK_QUERY_TEXT_LENGTH:
        raise bad_request("MESSAGE_TOO_LONG")
    query.toast, query.alert = given.text("text"), bool(given.get("show_alert"))
    query.bell.ring()
    world.journal.note("answer", query=query.id, text=query.toast, alert=query.alert)
    return True


@method
def set_message_reaction(world: World, given: Arguments) -> bool:
    room = room_to_write(world, given)
    number, reactions = given.number("message_id"), given.get("reaction") or []
    if number not in room.posts:
        raise bad_request("message to react not found")
    for reaction in reactions:
        if reaction.get("type") == "emoji" and reaction.get("emoji") not in set(ReactionEmoji):
            raise bad_request("REACTION_INVALID")
    emoji = reactions[0].get("emoji") if reactions else None
    world.journal.note("reaction", chat=room.chat.id, message_id=number, by=world.bot.id, emoji=emoji)
    return True


@method
def get_file(world: World, given: Arguments) -> JSONDict:
    file = world.files.by_id(given.text("file_id"))
    if file is None:
        raise bad_request("invalid file_id")
    if len(file.content) > FileSizeLimit.FILESIZE_DOWNLOAD:
        raise bad_request("file is too big")
    return File(file.id, file.unique_id, len(file.content), file.path).to_dict()


def room_to_write(world: World, given: Arguments) -> Room:
    """The chat of the call. Raises `Refusal` if there is none or the bot may not write to it."""
    if given.get("chat_id") is None:
        raise bad_request("chat_id is empty")
    if given.chat_id is None:
        raise bad_request("chat not found")
    return world.room_to_write(given.chat_id)


def message_text(given: Arguments) -> tuple[str, list[MessageEntity]]:
    """The text of a message and what is marked in it, of the length Telegram takes."""
    text, entities = _formatted(given, "text", "entities")
    if is_empty_looking(text):
        raise bad_request("text must be non-empty")
    if utf16_length(text) > MessageLimit.MAX_TEXT_LENGTH:
        raise bad_request("message is too long")
    return text, entities


def _caption(given: Arguments) -> dict[str, Any]:
    caption, entities = _formatted(given, "caption", "caption_entities")
    if utf16_length(caption) > MessageLimit.CAPTION_LENGTH:
        raise bad_request("message caption is too long")
    return {"caption": caption or None, "caption_entities": entities}


def _formatted(given: Arguments, text: str, entities: str) -> tuple[str, list[MessageEntity]]:
    if given.get("parse_mode") or not given.get(entities):
        plain, marked = parse(given.text(text), given.get("parse_mode"))
    else:
        plain, marked = with_entities(given.text(text), MessageEntity.de_list(given.get(entities), None))
    return plain, with_found(plain, marked)


def _send(world: World, given: Arguments, **content: Any) -> JSONDict:
    markup = markup_of(given.get("reply_markup"))
    room = room_to_write(world, given)
    _check_reply(room, given)
    if markup.panel is not None:
        check_place(markup.panel, room.kind)
    return world.post(room, world.bot, by_bot=True, markup=markup, **content).wire


def _send_sound(world: World, given: Arguments, file: StoredFile) -> JSONDict:
    """What a file is decides what is sent, not the method: Opus is a voice message, also as audio.

    See https://github.com/tdlib/telegram-bot-api/issues/781; MP3 and M4A are what they were uploaded as.
    """
    size, caption = len(file.content), _caption(given)
    if file.mime_type not in (OPUS, *MUSIC):
        document = Document(file.id, file.unique_id, file.name, file.mime_type, size)
        return _send(world, given, document=document, **caption)
    heard = (file.id, file.unique_id, given.number("duration"))
    if file.mime_type == OPUS or file.path.startswith("voice/"):
        world.faults.check_voice(room_to_write(world, given).chat.id)
        return _send(world, given, voice=Voice(*heard, file.mime_type, size), **caption)
    by, title = given.text("performer") or None, given.text("title") or None
    audio = Audio(*heard, by, title, file.mime_type, size, file_name=file.name)
    return _send(world, given, audio=audio, **caption)


def _check_reply(room: Room, given: Arguments) -> None:
    """A reply to a message that is gone is refused, unless the bot said that it may go without."""
    reply = given.get("reply_parameters")
    if reply and reply.get("message_id") not in room.posts and not reply.get("allow_sending_without_reply"):
        raise bad_request("message to be replied not found")


def _own_post(world: World, given: Arguments) -> tuple[Room, Post]:
    room = room_to_write(world, given)
    post = room.posts.get(given.number("message_id"))
    if post is None:
        raise bad_request("message to edit not found")
    if not post.by_bot or post.panel is not None:
        raise bad_request("message can't be edited")
    return room, post


def _edit(world: World, room: Room, post: Post, changes: JSONDict) -> JSONDict:
    """Put the changes into the message; an empty one takes its part away, a keyboard left out too."""
    if all((post.wire.get(name) or None) == (value or None) for name, value in changes.items()):
        raise bad_request(NOT_MODIFIED)
    untouched = {name: value for name, value in post.wire.items() if name not in changes}
    new = {name: value for name, value in changes.items() if value}
    edited_at = int(world.clock.now().timestamp())
    edited = Post({**untouched, **new, "edit_date": edited_at}, post.by_bot, post.date)
    room.keep(edited, "edited")
    return edited.wire


def _file(world: World, given: Arguments, name: str, folder: str) -> StoredFile:
    """The file a bot sends: uploaded, attached under another name, or known by its id.

    Files of one kind can't be sent as another; Telegram is strict about photos, and lax about the others.
    """
    wanted = given.text(name)
    upload = given.uploads.get(wanted.removeprefix("attach://")) or given.uploads.get(name)
    if upload is not None:
        if not upload.content:
            raise bad_request("file must be non-empty")
        return world.files.store(given.text("filename") or upload.name, upload.content, folder)
    if not re.fullmatch(r"[\w-]+", wanted, re.ASCII):
        raise bad_request(WRONG_REMOTE_FILE)
    file = world.files.meant(wanted)
    if file is None:
        raise bad_request(WRONG_FILE)
    was = file.path.partition("/")[0]
    if was != folder and "photos" in (was, folder):
        raise bad_request(f"can't use file of type {KINDS[was]} as {KINDS[folder]}")
    return file


def _wire(entities: list[MessageEntity]) -> list[JSONDict]:
    return [entity.to_dict() for entity in entities]
