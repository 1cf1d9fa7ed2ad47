"""The Bot API's methods about the bot itself and about chats."""

import re
from urllib.parse import urlsplit

from telegram import AcceptedGiftTypes, ChatFullInfo, ChatMemberLeft, ChatMemberMember, User
from telegram.constants import BotCommandLimit, BotDescriptionLimit, BotNameLimit, WebhookLimit

from bot.demo.arguments import Arguments
from bot.demo.methods import method, room_to_write
from bot.demo.refusals import bad_request, conflict
from bot.demo.rooms import JSONDict, Room
from bot.demo.world import World

_COMMAND = re.compile(rf"[a-z0-9_]{{{BotCommandLimit.MIN_COMMAND:d},{BotCommandLimit.MAX_COMMAND:d}}}")
_SECRET = re.compile(rf"[A-Za-z0-9_-]{{1,{WebhookLimit.MAX_SECRET_TOKEN_LENGTH:d}}}")


@method
def get_me(world: World, given: Arguments) -> JSONDict:
    can = {"can_join_groups": True, "can_read_all_group_messages": False, "supports_inline_queries": False}
    return world.bot.to_dict() | can


@method
def set_webhook(world: World, given: Arguments) -> bool:
    url, secret = given.text("url"), given.text("secret_token")
    if url and urlsplit(url).scheme != "https":
        raise bad_request("bad webhook: An HTTPS URL must be provided for webhook")
    if secret and not _SECRET.fullmatch(secret):
        raise bad_request("secret token contains unallowed characters")
    if url:
        world.updates.end_poll(conflict("terminated by setWebhook request"))
    world.updates.webhook_url = url
    world.updates.allow(given.get("allowed_updates"))
    return _drop_pending(world, given)


@method
def delete_webhook(world: World, given: Arguments) -> bool:
    world.updates.webhook_url = ""
    return _drop_pending(world, given)


@method
def get_webhook_info(world: World, given: Arguments) -> JSONDict:
    return {
        "url": world.updates.webhook_url,
        "has_custom_certificate": False,
        "pending_update_count": world.updates.pending,
    }


@method
def get_chat(world: World, given: Arguments) -> JSONDict:
    room = world.room(given.chat_id or 0)
    return ChatFullInfo(
        room.chat.id,
        room.kind,
        accent_color_id=0,
        max_reaction_count=11,
        accepted_gift_types=AcceptedGiftTypes(False, False, False, False, False),
        title=room.chat.title,
        username=room.chat.username,
        first_name=room.chat.first_name,
        last_name=room.chat.last_name,
    ).to_dict()


@method
def get_chat_member(world: World, given: Arguments) -> JSONDict:
    room, number = world.room(given.chat_id or 0), given.number("user_id")
    if number == world.bot.id:
        return world.membership(room.bot_status).to_dict()
    if number not in world.phones:
        raise bad_request("user not found")
    user = world.phones[number].person.user
    return (ChatMemberMember(user) if number in room.members else ChatMemberLeft(user)).to_dict()


@method
def leave_chat(world: World, given: Arguments) -> bool:
    room = room_to_write(world, given)
    if room.is_private:
        raise bad_request("chat member status can't be changed in private chats")
    world.bot_leaves(room)
    return True


@method
def set_my_commands(world: World, given: Arguments) -> bool:
    commands = given.get("commands")
    if len(commands) > BotCommandLimit.MAX_COMMAND_NUMBER:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        if not _COMMAND.fullmatch(command.get("command", "").removeprefix("/")):
            raise bad_request("BOT_COMMAND_INVALID")
        if not command.get("description"):
            raise bad_request("command description must be non-empty")
        if len(command["description"]) > BotCommandLimit.MAX_DESCRIPTION:
            raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    world.profile[_scope(given)] = commands
    world.journal.note("profile")
    return True


@method
def get_my_commands(world: World, given: Arguments) -> list[JSONDict]:
    commands: list[JSONDict] = world.profile.get(_scope(given), [])
    return commands


@method
def delete_my_commands(world: World, given: Arguments) -> bool:
    world.profile.pop(_scope(given), None)
    world.journal.note("profile")
    return True


@method
def set_my_name(world: World, given: Arguments) -> bool:
    return _describe(world, given, "name", BotNameLimit.MAX_NAME_LENGTH, "BOT_TITLE_INVALID")


@method
def get_my_name(world: World, given: Arguments) -> JSONDict:
    return {"name": world.profile.get(("name", given.text("language_code")), world.bot.first_name)}


@method
def set_my_description(world: World, given: Arguments) -> bool:
    limit = BotDescriptionLimit.MAX_DESCRIPTION_LENGTH
    return _describe(world, given, "description", limit, "BOT_DESCRIPTION_TOO_LONG")


@method
def set_my_short_description(world: World, given: Arguments) -> bool:
    limit = BotDescriptionLimit.MAX_SHORT_DESCRIPTION_LENGTH
    return _describe(world, given, "short_description", limit, "BOT_ABOUT_TOO_LONG")


def _describe(world: World, given: Arguments, name: str, limit: int, refusal: str) -> bool:
    if len(given.text(name)) > limit:
        raise bad_request(refusal)
    world.profile[name, given.text("language_code")] = given.text(name)
    world.journal.note("profile")
    return True


def profile_of(world: World, room: Room, user: User) -> JSONDict:
    """How the bot presents itself to somebody in a chat: name, descriptions and commands, in their language."""
    languages = ((user.language_code or "").partition("-")[0], "")

    def words(name: str) -> str:
        return next((text for language in languages if (text := world.profile.get((name, language)))), "")

    scopes: list[JSONDict] = [{"type": "chat", "chat_id": room.chat.id}]
    if not room.is_private:
        scopes.insert(0, {"type": "chat_member", "chat_id": room.chat.id, "user_id": user.id})
    scopes += [{"type": "all_private_chats" if room.is_private else "all_group_chats"}, {"type": "default"}]
    keys = [_key(scope, language) for scope in scopes for language in languages]
    return {
        "name": words("name") or world.bot.first_name,
        "description": words("description"),
        "about": words("short_description"),
        "commands": next((commands for key in keys if (commands := world.profile.get(key))), []),
    }


def _scope(given: Arguments) -> tuple[str, ...]:
    return _key(given.get("scope") or {"type": "default"}, given.text("language_code"))


def _key(scope: JSONDict, language: str) -> tuple[str, ...]:
    return ("commands", *(f"{name}={scope[name]}" for name in sorted(scope)), language)


def _drop_pending(world: World, given: Arguments) -> bool:
    if given.get("drop_pending_updates"):
        world.updates.clear()
    return True
