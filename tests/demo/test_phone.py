"""People: what they do, what the bot hears of it, what they see."""

import asyncio
import re
from collections.abc import Callable
from typing import Any

import pytest
from telegram import Update

from bot.demo.phone import Phone
from bot.demo.world import World
from tests.demo.conftest import Call, button, keyboard


async def heard(call: Call) -> list[dict[str, Any]]:
    """Everything that waits for the bot, each update readable by the library."""
    updates = (await call("getUpdates", limit=100)).result
    for update in updates:
        assert Update.de_json(dict(update), None).update_id == update["update_id"]
    await call("getUpdates", offset=-1)
    return [{name: value for name, value in update.items() if name != "update_id"} for update in updates]


@pytest.mark.parametrize(
    ("act", "part"),
    [
        (lambda ana: ana.type("hi"), "text"),
        (lambda ana: ana.send_sticker(), "sticker"),
        (lambda ana: ana.send_voice(), "voice"),
        (lambda ana: ana.send_photo("me"), "photo"),
        (lambda ana: ana.send_document("run.gpx", b"<gpx/>"), "document"),
        (lambda ana: ana.send_location(38.7, -9.1), "location"),
    ],
)
async def test_what_a_person_sends(call: Call, ana: Phone, act: Callable[[Phone], Any], part: str) -> None:
    sent = act(ana)
    message = (await heard(call))[-1]["message"]
    assert message == sent
    assert part in message
    assert message["from"] == {"id": ana.id, "first_name": "Ana", "is_bot": False, "language_code": "en"}
    assert message["chat"] == {"id": ana.id, "first_name": "Ana", "type": "private"}


async def test_commands_are_marked(call: Call, ana: Phone) -> None:
    message = ana.type("/start AbC_12")
    assert message["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]


async def test_an_edit(call: Call, ana: Phone) -> None:
    number = ana.type("7")["message_id"]
    ana.edit(number, "8")
    edited = (await heard(call))[-1]["edited_message"]
    assert (edited["message_id"], edited["text"], "edit_date" in edited) == (number, "8", True)


async def test_blocking_and_coming_back(call: Call, ana: Phone) -> None:
    ana.block()
    ana.type("/start")
    changes = [update["my_chat_member"]["new_chat_member"]["status"] for update in (await heard(call))[1:3]]
    assert changes == ["kicked", "member"]
    assert (await call("sendMessage", chat_id=ana.id, text="hi")).status == 200


async def test_a_story(call: Call, ana: Phone) -> None:
    markup = keyboard([button("Yes", "y"), button("No", "n")])
    await call("sendMessage", chat_id=ana.id, text="Ready?", reply_markup=markup)
    question = await ana.sees("Ready")
    assert question.buttons == [[("Yes", "y"), ("No", "n")]]
    tapped = ana.tap("No")
    query = (await heard(call))[-1]["callback_query"]
    assert (query["id"], query["data"], query["message"]["message_id"]) == (tapped.query_id, "n", question.id)
    await call("answerCallbackQuery", callback_query_id=tapped.query_id, text="Noted", show_alert=True)
    assert (await tapped.answered(), tapped.alert) == ("Noted", True)
    await call("editMessageText", chat_id=ana.id, message_id=question.id, text="Later then")
    later = await ana.sees(re.compile("^Later"))
    assert (later.id, later.edited, later.buttons) == (question.id, True, [])
    assert [bubble.text for bubble in ana.messages] == ["/start", "Later then"]
    with pytest.raises(AssertionError, match="'Later' did not appear in"):
        await ana.sees("Later", patience=0)


async def test_seeing_wakes_when_the_message_comes(call: Call, ana: Phone) -> None:
    watcher = asyncio.ensure_future(ana.sees("hi"))
    await call("sendMessage", chat_id=ana.id, text="hi")
    assert (await watcher).text == "hi"


async def test_buttons_by_number_are_those_of_the_newest_message(call: Call, ana: Phone) -> None:
    await call("sendMessage", chat_id=ana.id, text="old", reply_markup=keyboard([button("a"), button("b")]))
    link = {"text": "Site", "url": "https://x.org"}
    await call("sendMessage", chat_id=ana.id, text="new", reply_markup=keyboard([button("c", "c"), link]))
    ana.tap(1)
    assert (await heard(call))[-1]["callback_query"]["data"] == "c"
    for missing in (3, "d", "Site"):
        with pytest.raises(AssertionError, match="no button"):
            ana.tap(missing)


async def test_a_reply_keyboard(call: Call, ana: Phone) -> None:
    assert ana.keyboard is None
    markup = {"keyboard": [["Yes", {"text": "No"}], []], "resize_keyboard": True}
    await call("sendMessage", chat_id=ana.id, text="Ready?", reply_markup=markup)
    assert ana.keyboard == [["Yes", "No"]]
    assert ana.press("No")["text"] == "No"
    assert (await heard(call))[-1]["message"]["text"] == "No"
    await call("sendMessage", chat_id=ana.id, text="And?", reply_markup=keyboard([button()]))
    assert ana.keyboard == [["Yes", "No"]]  # it stays until another message says otherwise
    with pytest.raises(AssertionError, match="no key 'Maybe'"):
        ana.press("Maybe")


@pytest.mark.parametrize("method", ["sendMessage", "sendPhoto", "sendVoice", "sendAnimation", "sendDocument"])
async def test_every_kind_of_message_may_bring_a_keyboard(call: Call, ana: Phone, method: str) -> None:
    kind = method.removeprefix("send").lower()
    content = {"text": "a"} if kind == "message" else {kind: b"a"}
    await call(method, chat_id=ana.id, **content, reply_markup={"keyboard": [["Yes"]]})
    assert ana.keyboard == [["Yes"]]


@pytest.mark.parametrize("panel", [{"remove_keyboard": True}, {"force_reply": True}, {"keyboard": [["Other"]]}])
async def test_the_newest_message_decides_about_the_keyboard(call: Call, ana: Phone, panel: dict[str, Any]) -> None:
    await call("sendMessage", chat_id=ana.id, text="a", reply_markup={"keyboard": [["Yes"]]})
    newest = (await call("sendMessage", chat_id=ana.id, text="b", reply_markup=panel)).result["message_id"]
    assert ana.keyboard == panel.get("keyboard")
    await call("deleteMessage", chat_id=ana.id, message_id=newest)
    assert ana.keyboard is None  # the older one does not come back


async def test_a_deleted_message_takes_its_keyboard_along(call: Call, ana: Phone) -> None:
    markup = {"keyboard": [["Yes"]]}
    older = (await call("sendMessage", chat_id=ana.id, text="a", reply_markup=markup)).result["message_id"]
    newer = (await call("sendMessage", chat_id=ana.id, text="b", reply_markup=markup)).result["message_id"]
    await call("deleteMessage", chat_id=ana.id, message_id=older)
    assert ana.keyboard == [["Yes"]]
    await call("deleteMessage", chat_id=ana.id, message_id=newer)
    assert ana.keyboard is None


async def test_a_one_time_keyboard_hides_for_who_used_it(call: Call, ana: Phone, world: World) -> None:
    bo = world.person("Bo")
    group = world.group("Runners", [ana, bo])
    markup = {"keyboard": [["Coming"]], "one_time_keyboard": True}
    for screen in (ana, group):
        await call("sendMessage", chat_id=screen.id, text="Run?", reply_markup=markup)
    ana.type("what?")
    ana.press("Coming")
    ana.press("Coming", chat=group)
    assert (ana.keyboard, group.room.keys(ana.id), group.room.keys(bo.id)) == (None, [], [[{"text": "Coming"}]])
    await call("sendMessage", chat_id=ana.id, text="Run?", reply_markup=markup)
    assert ana.keyboard == [["Coming"]]


async def test_a_place_is_shared_by_the_button_that_asks_for_it(call: Call, ana: Phone) -> None:
    with pytest.raises(AssertionError, match="no key that asks for a place"):
        ana.share_location(38.7, -9.1)
    here = {"text": "Where I am", "request_location": True}
    markup = {"keyboard": [[here], ["Skip"]], "one_time_keyboard": True}
    await call("sendMessage", chat_id=ana.id, text="Where?", reply_markup=markup)
    with pytest.raises(AssertionError, match="asks for a place"):
        ana.press("Where I am")
    ana.share_location(38.7, -9.1)
    assert (await heard(call))[-1]["message"]["location"] == {"latitude": 38.7, "longitude": -9.1}
    assert ana.keyboard is None


async def test_a_reaction_is_changed_and_taken_back(call: Call, ana: Phone) -> None:
    await call("getUpdates", allowed_updates=["message_reaction"])
    for emoji in ("\N{THUMBS UP SIGN}", "\N{FIRE}", None):
        ana.react(1, emoji)
    changes = [update["message_reaction"] for update in (await heard(call))[-3:]]
    assert [([each["emoji"] for each in change["old_reaction"]], [each["emoji"] for each in change["new_reaction"]])
            for change in changes] == [
        ([], ["\N{THUMBS UP SIGN}"]), (["\N{THUMBS UP SIGN}"], ["\N{FIRE}"]), (["\N{FIRE}"], []),
    ]


async def test_forged_taps(call: Call, ana: Phone, world: World) -> None:
    bo = world.person("Bo")
    theirs = ana.type("mine")["message_id"]
    bo.tap_data("anything", theirs, chat=ana)
    bo.tap_data("anything", 999)
    forged, gone = [update["callback_query"] for update in (await heard(call))[-2:]]
    assert (forged["from"]["id"], forged["message"]["chat"]["id"]) == (bo.id, ana.id)
    assert (gone["message"]["message_id"], gone["message"]["date"]) == (999, 0)


async def test_groups(call: Call, ana: Phone, world: World) -> None:
    bo = world.person("Bo")
    group = world.group("Runners", [ana, bo])
    bo.type("/join", chat=group)
    cy = world.person("Cy")
    cy.join(group)
    cy.leave(group)
    with pytest.raises(AssertionError, match="not in the group"):
        cy.type("hi", chat=group)
    added, welcome, typed, joined, left = (await heard(call))[1:]
    assert added["my_chat_member"]["new_chat_member"]["status"] == "member"
    assert welcome["message"]["new_chat_members"][0]["username"] == "coach_bot"
    assert (typed["message"]["from"]["id"], typed["message"]["chat"]["type"]) == (bo.id, "group")
    assert joined["message"]["new_chat_members"][0]["id"] == left["message"]["left_chat_member"]["id"] == cy.id
    await call("sendMessage", chat_id=group.id, text="Hello all")
    assert (await group.sees("Hello")).sender == "bot"
    assert [bubble.sender for bubble in group.messages] == ["Ana", "Bo", "Cy", "Cy", "bot"]
    assert len(ana.messages) == 1


async def test_a_group_without_the_bot_is_silent(call: Call, ana: Phone, world: World) -> None:
    group = world.group("Private", [ana], bot_member=False)
    ana.type("psst", chat=group)
    assert len(await heard(call)) == 1
    world.add_bot(group)
    world.kick_bot(group)
    ana.type("gone", chat=group)
    kinds = [next(iter(update)) for update in await heard(call)]
    assert kinds == ["message", "my_chat_member", "message", "my_chat_member"]


async def test_migration_tells_both_ids(call: Call, ana: Phone, world: World) -> None:
    old = world.group("Runners", [ana])
    new = world.migrate(old)
    left, entered = [update["message"] for update in (await heard(call))[-2:]]
    assert (left["chat"]["id"], left["migrate_to_chat_id"]) == (old.id, new.id)
    assert (entered["chat"]["id"], entered["migrate_from_chat_id"]) == (new.id, old.id)
    assert new.id < -1_000_000_000_000
    assert ana.type("hi", chat=new)["message_id"] == 2


async def test_channel_posts(call: Call, world: World) -> None:
    post = world.channel_post("News")
    assert (await heard(call))[-1]["channel_post"] == post
    assert "from" not in post
