"""Every refusal of the pretend Telegram, over HTTP, in Telegram's words."""

from datetime import timedelta
from typing import Any

import pytest
from aiohttp import ClientSession

from bot.demo.phone import Phone
from bot.demo.refusals import NOT_MODIFIED, QUERY_TOO_OLD
from bot.demo.server import BotApi
from bot.demo.world import World
from tests.demo.conftest import Answer, Call, MovableClock, button, keyboard

EMOJI = "\N{GRINNING FACE}"  # two UTF-16 units, four bytes
UNCLOSED = "can't parse entities: Can't find end tag corresponding to start tag \"b\""
BAD_BUTTON = "can't parse inline keyboard button: "


def refused(answer: Answer) -> str:
    """The description, once the prefix and the status agree."""
    prefix = {400: "Bad Request: ", 403: "Forbidden: ", 409: "Conflict: "}[answer.status]
    assert answer.description.startswith(prefix)
    return answer.description.removeprefix(prefix)


@pytest.mark.parametrize(
    ("parameters", "description"),
    [
        ({"text": ""}, "message text is empty"),
        ({"text": " \n "}, "text must be non-empty"),
        ({"text": "<b> </b>", "parse_mode": "HTML"}, "text must be non-empty"),
        ({"text": "\u200b\u2800"}, "text must be non-empty"),
        ({"text": "a" * 4097}, "message is too long"),
        ({"text": EMOJI * 2049}, "message is too long"),
        ({"text": "<b>a", "parse_mode": "HTML"}, UNCLOSED),
        ({"text": "a", "chat_id": ""}, "chat_id is empty"),
        ({"text": "a", "chat_id": 5}, "chat not found"),
        ({"text": "a", "chat_id": "@nobody"}, "chat not found"),
        ({"text": "a", "reply_parameters": {"message_id": 999}}, "message to be replied not found"),
        ({"text": "a", "reply_markup": "{"}, "can't parse reply keyboard markup JSON object"),
        ({"text": "a", "txt": "b"}, 'sendMessage has no parameter "txt"'),
    ],
)
async def test_a_message_is_refused(
    call: Call, ana: Phone, parameters: dict[str, Any], description: str
) -> None:
    assert refused(await call("sendMessage", **{"chat_id": ana.id, **parameters})) == description
    assert [bubble.sender for bubble in ana.messages] == ["me"]


@pytest.mark.parametrize("text", ["a" * 4096, EMOJI * 2048, f"<b>{'a' * 4096}</b>", f"&lt;{'a' * 4095} \n"])
async def test_the_longest_text_is_taken(call: Call, ana: Phone, text: str) -> None:
    assert (await call("sendMessage", chat_id=ana.id, text=text, parse_mode="HTML")).status == 200


@pytest.mark.parametrize(
    ("markup", "description"),
    [
        (keyboard([button(data="a" * 65)]), "BUTTON_DATA_INVALID"),
        (keyboard([button(data="ü" * 33)]), "BUTTON_DATA_INVALID"),
        (keyboard([{"text": "a"}]), BAD_BUTTON + "Text buttons are unallowed in the inline keyboard"),
        (keyboard([button(data="")]), BAD_BUTTON + "Text buttons are unallowed in the inline keyboard"),
        (keyboard([{"callback_data": "a"}]), "can't parse inline keyboard button: Can't find field \"text\""),
        (keyboard([button("")]), "inline keyboard button text must be non-empty"),
        ({"keyboard": [[{"text": ""}]]}, "keyboard button text must be non-empty"),
        (keyboard([button()] * 9), "reply markup is too long"),
        (keyboard(*[[button()] * 8] * 13), "reply markup is too long"),
        ([], "object expected as reply markup"),
        (
            {"inline_keyboard": [button()]},
            'field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays',
        ),
        ({"keyboard": ["Yes"]}, 'field "keyboard" must be an Array of Arrays'),
        ({"keyboard": [[7]]}, "can't parse keyboard button: KeyboardButton must be an Object"),
        ({"keyboard": [[{"label": "Yes"}]]}, "can't parse keyboard button: Can't find field \"text\""),
        ({"keyboard": [[""]]}, "keyboard button text must be non-empty"),
        ({"keyboard": [["Yes"] * 13]}, "reply markup is too long"),
        ({"keyboard": [["Yes"] * 12] * 26}, "reply markup is too long"),
        ({"force_reply": True, "input_field_placeholder": "a" * 65}, "input field placeholder is too long"),
    ],
)
async def test_a_keyboard_is_refused(call: Call, ana: Phone, markup: Any, description: str) -> None:
    assert refused(await call("sendMessage", chat_id=ana.id, text="a", reply_markup=markup)) == description


async def test_the_largest_keyboard_is_taken(call: Call, ana: Phone) -> None:
    rows = [[button(data="ü" * 32)] * 8] * 12 + [[button()] * 4]
    assert (await call("sendMessage", chat_id=ana.id, text="a", reply_markup=keyboard(*rows))).status == 200


@pytest.mark.parametrize("panel", [{"keyboard": [["Yes"]]}, {"remove_keyboard": True}, {"force_reply": True}])
async def test_what_people_type_with_cannot_be_edited(call: Call, ana: Phone, panel: dict[str, Any]) -> None:
    plain = (await call("sendMessage", chat_id=ana.id, text="a")).result["message_id"]
    with_panel = (await call("sendMessage", chat_id=ana.id, text="a", reply_markup=panel)).result["message_id"]
    for method, more in (("editMessageText", {"text": "b"}), ("editMessageReplyMarkup", {})):
        edit = {"chat_id": ana.id, "message_id": plain, **more}
        assert refused(await call(method, **edit, reply_markup=panel)) == "inline keyboard expected"
        assert refused(await call(method, **{**edit, "message_id": with_panel})) == "message can't be edited"


@pytest.mark.parametrize(
    ("request_", "what"),
    [("request_location", "location"), ("request_contact", "phone number"), ("request_poll", "poll")],
)
async def test_only_in_private_a_button_may_ask(
    call: Call, ana: Phone, world: World, request_: str, what: str
) -> None:
    markup = {"keyboard": [[{"text": "Here", request_: True}]]}
    group = world.group("Runners", [ana])
    answer = await call("sendMessage", chat_id=group.id, text="a", reply_markup=markup)
    assert refused(answer) == f"{what} can be requested in private chats only"
    assert (await call("sendMessage", chat_id=ana.id, text="a", reply_markup=markup)).status == 200


async def test_channels_have_no_reply_keyboard(call: Call, world: World) -> None:
    channel = world.channel_post("News")["chat"]["id"]
    answer = await call("sendMessage", chat_id=channel, text="a", reply_markup={"keyboard": [["Yes"]]})
    assert refused(answer) == "inline keyboard expected"


async def test_an_edit_must_change_something(call: Call, ana: Phone) -> None:
    markup = keyboard([button()])
    sent = await call("sendMessage", chat_id=ana.id, text="<b>a</b>", parse_mode="HTML", reply_markup=markup)
    same = {
        "chat_id": ana.id,
        "message_id": sent.result["message_id"],
        "text": "<b>a</b>",
        "parse_mode": "HTML",
    }
    assert refused(await call("editMessageText", **same, reply_markup=markup)) == NOT_MODIFIED
    assert (await call("editMessageText", **same)).status == 200  # the keyboard goes
    assert refused(await call("editMessageText", **same)) == NOT_MODIFIED
    assert (await call("editMessageText", **{**same, "parse_mode": ""}, reply_markup=markup)).status == 200
    markup_only = {"chat_id": ana.id, "message_id": same["message_id"], "reply_markup": markup}
    assert refused(await call("editMessageReplyMarkup", **markup_only)) == NOT_MODIFIED


@pytest.mark.parametrize(
    ("method", "extra", "verb"),
    [
        ("editMessageText", {"text": "b"}, "edit"),
        ("editMessageCaption", {"caption": "b"}, "edit"),
        ("editMessageReplyMarkup", {}, "edit"),
        ("deleteMessage", {}, "delete"),
        ("setMessageReaction", {}, "react"),
    ],
)
async def test_a_message_that_is_not_there(
    call: Call, ana: Phone, method: str, extra: dict[str, str], verb: str
) -> None:
    answer = await call(method, chat_id=ana.id, message_id=999, **extra)
    assert refused(answer) == f"message to {verb} not found"


async def test_only_own_messages_can_be_edited(call: Call, ana: Phone) -> None:
    answer = await call("editMessageText", chat_id=ana.id, message_id=ana.type("mine")["message_id"], text="b")
    assert refused(answer) == "message can't be edited"


async def test_media_has_a_caption_and_text_has_none(call: Call, ana: Phone) -> None:
    photo = (await call("sendPhoto", chat_id=ana.id, photo=b"png", caption="a")).result["message_id"]
    text = (await call("sendMessage", chat_id=ana.id, text="a")).result["message_id"]
    edits = [
        await call("editMessageText", chat_id=ana.id, message_id=photo, text="b"),
        await call("editMessageCaption", chat_id=ana.id, message_id=text, caption="b"),
    ]
    assert [refused(answer) for answer in edits] == [
        "there is no text in the message to edit",
        "there is no caption in the message to edit",
    ]
    assert (await call("editMessageCaption", chat_id=ana.id, message_id=photo, caption="b")).status == 200


async def test_old_messages_cannot_be_deleted(call: Call, ana: Phone, clock: MovableClock) -> None:
    sent = (await call("sendMessage", chat_id=ana.id, text="a")).result["message_id"]
    clock.move(timedelta(hours=48, seconds=1))
    answer = await call("deleteMessage", chat_id=ana.id, message_id=sent)
    assert refused(answer) == "message can't be deleted for everyone"


async def test_in_groups_only_own_messages_can_be_deleted(call: Call, ana: Phone, world: World) -> None:
    group = world.group("Runners", [ana])
    theirs = ana.type("hi", chat=group)["message_id"]
    assert refused(await call("deleteMessage", chat_id=group.id, message_id=theirs)) == "message can't be deleted"
    mine = (await call("sendMessage", chat_id=group.id, text="a")).result["message_id"]
    assert (await call("deleteMessage", chat_id=group.id, message_id=mine)).result is True


async def test_a_tap_is_answered_once_and_soon(call: Call, ana: Phone, clock: MovableClock) -> None:
    await call("sendMessage", chat_id=ana.id, text="a", reply_markup=keyboard([button()]))
    first, second = ana.tap("Yes"), ana.tap("Yes")
    toast = {"callback_query_id": first.query_id, "text": "a" * 200}
    assert refused(await call("answerCallbackQuery", **{**toast, "text": "a" * 201})) == "MESSAGE_TOO_LONG"
    assert (await call("answerCallbackQuery", **toast)).result is True
    assert refused(await call("answerCallbackQuery", callback_query_id=first.query_id)) == QUERY_TOO_OLD
    assert refused(await call("answerCallbackQuery", callback_query_id="17")) == QUERY_TOO_OLD
    assert refused(await call("answerCallbackQuery")) == QUERY_TOO_OLD
    clock.move(timedelta(seconds=151))
    assert refused(await call("answerCallbackQuery", callback_query_id=second.query_id)) == QUERY_TOO_OLD


@pytest.mark.parametrize(
    ("does", "description"),
    [("block", "bot was blocked by the user"), ("deactivate", "user is deactivated")],
)
async def test_people_who_are_gone(call: Call, ana: Phone, does: str, description: str) -> None:
    sent = (await call("sendMessage", chat_id=ana.id, text="a")).result["message_id"]
    getattr(ana, does)()
    answers = [
        await call("sendMessage", chat_id=ana.id, text="b"),
        await call("editMessageText", chat_id=ana.id, message_id=sent, text="b"),
        await call("sendChatAction", chat_id=ana.id, action="typing"),
    ]
    assert [(answer.status, refused(answer)) for answer in answers] == [(403, description)] * 3


async def test_strangers_must_write_first(call: Call, world: World) -> None:
    bo = world.person("Bo")
    answer = await call("sendMessage", chat_id=bo.id, text="a")
    assert (answer.status, refused(answer)) == (403, "bot can't initiate conversation with a user")


async def test_groups_the_bot_is_not_in(call: Call, ana: Phone, world: World) -> None:
    group = world.group("Runners", [ana])
    world.kick_bot(group)
    supergroup = world.migrate(world.group("Walkers", [ana]))
    world.kick_bot(supergroup)
    left = world.group("Swimmers", [ana])
    assert (await call("leaveChat", chat_id=left.id)).result is True
    answers = [await call("sendMessage", chat_id=room.id, text="a") for room in (group, supergroup, left)]
    assert [(answer.status, refused(answer)) for answer in answers] == [
        (403, "bot was kicked from the group chat"),
        (403, "bot was kicked from the supergroup chat"),
        (403, "bot is not a member of the group chat"),
    ]


async def test_a_group_that_became_a_supergroup(call: Call, ana: Phone, world: World) -> None:
    old = world.group("Runners", [ana])
    new = world.migrate(old)
    answer = await call("sendMessage", chat_id=old.id, text="a")
    assert refused(answer) == "group chat was upgraded to a supergroup chat"
    assert answer.parameters == {"migrate_to_chat_id": new.id}
    assert (await call("sendMessage", chat_id=new.id, text="a")).status == 200


@pytest.mark.parametrize(
    ("method", "parameters", "description"),
    [
        ("sendDocument", {"document": "nonsense"}, "wrong file identifier/HTTP URL specified"),
        ("sendPhoto", {}, "there is no photo in the request"),
        ("sendPhoto", {"photo": b"a", "caption": "a" * 1025}, "message caption is too long"),
        ("sendChatAction", {"action": "dancing"}, "wrong parameter action in request"),
        ("leaveChat", {}, "chat member status can't be changed in private chats"),
        ("getChatMember", {"user_id": 5}, "user not found"),
    ],
)
async def test_other_methods(call: Call, ana: Phone, method: str, parameters: dict[str, Any], description: str) -> None:
    assert refused(await call(method, chat_id=ana.id, **parameters)) == description


async def test_files_have_their_limits(call: Call, ana: Phone) -> None:
    photo = await call("sendPhoto", chat_id=ana.id, photo=bytes(10_000_001))
    too_big = "file of size 10000001 bytes is too big for a photo; the maximum size is 10000000 bytes"
    assert refused(photo) == too_big
    file_id = ana.send_document("ride.gpx", bytes(20_000_001))["document"]["file_id"]
    assert refused(await call("getFile", file_id=file_id)) == "file is too big"
    assert refused(await call("getFile", file_id="nonsense")) == "invalid file_id"
    answer = await call("sendDocument", chat_id=ana.id, document=bytes(50_000_001))
    assert (answer.status, answer.description) == (413, "Request Entity Too Large")


@pytest.mark.parametrize(
    ("parameters", "description"),
    [
        ({}, "there is no animation in the request"),
        ({"animation": ""}, "there is no animation in the request"),
        ({"animation": b""}, "file must be non-empty"),
        ({"animation": "nonsense"}, "wrong file identifier/HTTP URL specified"),
        ({"animation": "not an id"}, "wrong remote file identifier specified: Wrong character in the string"),
        ({"animation": b"a", "caption": "a" * 1025}, "message caption is too long"),
        ({"animation": b"a", "caption": EMOJI * 513}, "message caption is too long"),
        ({"animation": b"a", "caption": "<b>a"}, UNCLOSED),
    ],
)
@pytest.mark.parametrize("kind", ["animation", "voice", "audio"])
async def test_an_animation_or_a_sound_is_refused(
    call: Call, ana: Phone, kind: str, parameters: dict[str, Any], description: str
) -> None:
    parameters = {kind if name == "animation" else name: value for name, value in parameters.items()}
    answer = await call(f"send{kind.title()}", **{"chat_id": ana.id, "parse_mode": "HTML", **parameters})
    assert refused(answer) == description.replace("animation", kind)
    assert [bubble.sender for bubble in ana.messages] == ["me"]


@pytest.mark.parametrize("caption", ["a" * 1024, EMOJI * 512, f"<b>{'a' * 1024}</b>"])
async def test_the_longest_caption_is_taken(call: Call, ana: Phone, caption: str) -> None:
    animation = {"chat_id": ana.id, "animation": b"a", "caption": caption, "parse_mode": "HTML"}
    assert (await call("sendAnimation", **animation)).status == 200


async def test_a_file_is_its_bots_own_and_of_one_kind(call: Call, world: World, ana: Phone) -> None:
    foreign = World(world.clock, "7000000002:another-bot").files.store("breath.mp4", b"moving", "animations")
    own = world.files.store("breath.mp4", b"moving", "animations")
    answers = [await call("sendAnimation", chat_id=ana.id, animation=file.id) for file in (own, foreign)]
    assert answers[0].status == 200
    assert refused(answers[1]) == "wrong file identifier/HTTP URL specified"
    photo = (await call("sendPhoto", chat_id=ana.id, photo=b"a")).result["photo"][0]["file_id"]
    answer = await call("sendAnimation", chat_id=ana.id, animation=photo)
    assert refused(answer) == "can't use file of type Photo as Animation"


async def test_a_picture_has_no_text_to_edit(call: Call, ana: Phone) -> None:
    sent = (await call("sendAnimation", chat_id=ana.id, animation=b"a", reply_markup=keyboard([button()]))).result
    edit = {"chat_id": ana.id, "message_id": sent["message_id"]}
    assert refused(await call("editMessageText", **edit, text="b")) == "there is no text in the message to edit"
    assert (await call("editMessageReplyMarkup", **edit)).status == 200


@pytest.mark.parametrize(
    ("commands", "description"),
    [
        ([{"command": "Start!", "description": "a"}], "BOT_COMMAND_INVALID"),
        ([{"command": "start", "description": ""}], "command description must be non-empty"),
        ([{"command": "start", "description": "a" * 257}], "BOT_COMMAND_DESCRIPTION_INVALID"),
        ([{"command": "start", "description": "a"}] * 101, "BOT_COMMANDS_TOO_MUCH"),
    ],
)
async def test_commands(call: Call, commands: list[dict[str, str]], description: str) -> None:
    assert refused(await call("setMyCommands", commands=commands)) == description


@pytest.mark.parametrize(
    ("parameters", "description"),
    [
        ({"url": "http://x.org"}, "bad webhook: An HTTPS URL must be provided for webhook"),
        ({"url": "https://x.org", "secret_token": "a b"}, "secret token contains unallowed characters"),
    ],
)
async def test_webhooks(call: Call, parameters: dict[str, str], description: str) -> None:
    assert refused(await call("setWebhook", **parameters)) == description


@pytest.mark.parametrize(
    ("method", "parameter", "longest", "description"),
    [
        ("setMyName", "name", 64, "BOT_TITLE_INVALID"),
        ("setMyDescription", "description", 512, "BOT_DESCRIPTION_TOO_LONG"),
        ("setMyShortDescription", "short_description", 120, "BOT_ABOUT_TOO_LONG"),
    ],
)
async def test_the_profile(call: Call, method: str, parameter: str, longest: int, description: str) -> None:
    assert (await call(method, **{parameter: "a" * longest})).result is True
    assert refused(await call(method, **{parameter: "a" * (longest + 1)})) == description


async def test_polling_and_webhook_exclude_each_other(call: Call) -> None:
    await call("setWebhook", url="https://coach.example/hook")
    answer = await call("getUpdates")
    assert refused(answer) == (
        "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
    )
    assert (await call("getWebhookInfo")).result["url"] == "https://coach.example/hook"
    await call("deleteWebhook")
    assert (await call("getUpdates")).status == 200


@pytest.mark.parametrize(
    ("token", "method", "status", "description"),
    [
        ("7000000001:wrong", "getMe", 401, "Unauthorized"),
        (None, "sendNothing", 404, "Not Found: method not found"),
    ],
)
async def test_wrong_addresses(
    api: BotApi, session: ClientSession, token: str | None, method: str, status: int, description: str
) -> None:
    async with session.get(f"{api.url}/bot{token or api.world.token}/{method}") as response:
        body = await response.json()
    assert (response.status, body) == (
        status,
        {"ok": False, "error_code": status, "description": description},
    )


async def test_files_need_the_token(api: BotApi, session: ClientSession, ana: Phone) -> None:
    ana.send_document("run.gpx", b"<gpx/>")
    async with session.get(f"{api.url}/file/botwrong/documents/file_1.gpx") as response:
        assert response.status == 401
