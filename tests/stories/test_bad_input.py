"""Whatever comes, the answer is short and fitting, or silence: nothing raises, nothing changes, no lane sticks."""

from typing import Any

import pytest

from bot.demo.phone import Phone
from tests.stories.test_first_flow import arrived
from tests.support import ON_ONE, Coach

ZALGO = "z̸̡̢a͇͉ͧl̶g̷ò̵" * 40
WORDS = [
    "garbage",
    "x" * 4096,
    "𝕏" * 2048,
    "مرحبا بالعالم",
    "\u202eright to left\u202c",
    ZALGO,
    "👩‍👩‍👧‍👦" * 100,
    "<b>",
    "</b> & <script>alert('x')</script>",
    "*_[]()~`>#+-=|{}.!",
    "'; DROP TABLE answer; --",
    "\u200b",
    "\x00\x01",
    "{{ 7 * 7 }} {% for %}",
    "/nosuchcommand",
    "/",
    "/start@another_bot",
    "7 7",
    "-7",
    "1e9",
    "NaN",
    "١٢",
]
NAMES = ["<3", "&amp;", "\u200b", "\u202e", "ㅤ", "{{ name }}", "A" * 64, "🏃", '"', "</b>"]


async def state(coach: Coach) -> list[Any]:
    """What must not change: answers, flags, consent; and no update left over or set aside."""
    await coach.settled()
    assert coach.rows("SELECT update_id FROM inbox WHERE done_at IS NULL") == []
    assert coach.rows("SELECT update_id FROM inbox WHERE quarantined_at IS NOT NULL OR failures > 0") == []
    assert coach.rows("SELECT id, reason FROM outbox WHERE state NOT IN ('sent', 'dropped')") == []
    assert coach.rows("SELECT id, reason FROM outbox WHERE reason NOT IN ('superseded', 'chat not found')") == []
    return coach.rows("SELECT owner, day, marker FROM answer ORDER BY id") + coach.rows("SELECT owner FROM flag")


async def still_answers(ana: Phone) -> None:
    ana.type("/about")
    await ana.sees("About me")


async def test_words_that_answer_nothing(coach: Coach) -> None:
    ana = await arrived(coach)
    before = await state(coach)
    for words in WORDS:
        ana.type(words)
    await still_answers(ana)
    assert await state(coach) == before


async def test_words_to_nobody(coach: Coach) -> None:
    ana = coach.world.person("Ana")
    for words in WORDS:
        ana.type(words)
    await still_answers(ana)
    assert await state(coach) == []
    assert coach.rows("SELECT owner FROM person") == []


@ON_ONE
@pytest.mark.parametrize("name", NAMES)
async def test_names_that_look_like_something_else(coach: Coach, name: str) -> None:
    odd = coach.world.person(name)
    odd.type("/start")
    await odd.sees("Hello")
    await state(coach)


async def test_what_is_not_text(coach: Coach) -> None:
    ana = await arrived(coach)
    before = await state(coach)
    ana.send_sticker()
    await ana.sees("I can't hear or see that, only read")
    ana.send_voice()
    ana.send_photo("7")
    for _ in range(2):
        await ana.sees("I can't hear or see that, only read")
    ana.send_document("notes.txt", b"what a day")
    await ana.sees("That is no FIT, GPX or TCX file")
    ana.send_location(53.3, -6.2)
    await ana.sees("I keep no places")
    assert await state(coach) == before


async def test_a_caption_is_read_for_safety(coach: Coach) -> None:
    ana = await arrived(coach)
    ana.send_photo("I want to kill myself")
    await ana.sees("I hear you")


async def test_edits_change_nothing_but_are_read_for_safety(coach: Coach) -> None:
    ana = await arrived(coach)
    typed = ana.type("7")
    await ana.sees("How is your mood?")
    before = await state(coach)
    ana.edit(typed["message_id"], "9")
    await still_answers(ana)
    assert await state(coach) == before
    ana.edit(typed["message_id"], "I want to kill myself")
    await ana.sees("I hear you")


FORGED = [
    "", "v1", "v1:", "v1:1", "v1:x:1:sleep=7", "v1:1:x:sleep=7", "v2:1:1:sleep=7", "v1:1:1:", "v1:-1:1:a",
    "v1:999999:1:sleep=7", "v1:" + "9" * 40 + ":1:a", "v1:1:" + "9" * 40 + ":a", "x" * 64, "🏃" * 16, "v1:1:1:sleep=99",
]


async def test_forged_and_old_buttons(coach: Coach) -> None:
    ana = await arrived(coach)
    before = await state(coach)
    for data in FORGED:
        tap = ana.tap_data(data, ana.last.id)
        assert await tap.answered() == "That button is from earlier. Nothing changed."
    await still_answers(ana)
    assert await state(coach) == before


async def test_a_card_that_came_twice_counts_once_wherever_it_is_tapped(coach: Coach) -> None:
    """After a crash a card may be sent again: both copies carry the same buttons, and one tap ends both."""
    ana = await arrived(coach)
    data = ana.last.buttons[0][0][1]
    ana.type("/about")
    copy = await ana.sees("About me")  # stands for the copy: any message of this chat
    tap = ana.tap_data(data, copy.id)
    assert await tap.answered() == "Noted"
    mood = await ana.sees("How is your mood?")
    assert mood.id == copy.id
    await coach.settled()
    assert [bubble.id for bubble in ana.messages if bubble.buttons] == [copy.id]
    assert len(await state(coach)) == 1


RAW: list[dict[str, Any]] = [
    {"something_new": {"id": 1, "from": {"id": 5, "is_bot": False, "first_name": "F"}}},
    {"something_new": 7},
    {"poll": {"id": "1", "question": "?", "options": [], "total_voter_count": 0, "is_closed": False,
              "is_anonymous": True, "type": "regular", "allows_multiple_answers": False}},
    {"message": {"message_id": 1, "date": 0, "chat": {"id": 5, "type": "private"}}},
    {"message": {"message_id": 1, "date": 1, "chat": {"id": 5, "type": "of the future"}, "new_thing": {"a": [1]}}},
    {"message": {"message_id": 1, "date": 1, "chat": {"id": -100777, "type": "supergroup", "title": "G"},
                 "from": {"id": 1087968824, "is_bot": True, "first_name": "Group"}, "text": "7",
                 "sender_chat": {"id": -100777, "type": "supergroup", "title": "G"}}},
    {"callback_query": {"id": "1", "from": {"id": 5, "is_bot": False, "first_name": "F"}, "chat_instance": "1",
                        "data": "v1:1:1:sleep=7"}},
    {"callback_query": {"id": "2", "from": {"id": 5, "is_bot": False, "first_name": "F"}, "chat_instance": "1",
                        "game_short_name": "g"}},
    {"callback_query": {"id": "3", "from": {"id": 5, "is_bot": False, "first_name": "F"}, "chat_instance": "1",
                        "inline_message_id": "x", "data": "v1:1:1:sleep=7"}},
    {"callback_query": {"id": "4", "from": {"id": 5, "is_bot": False, "first_name": "F"}, "chat_instance": "1",
                        "message": {"chat": {"id": 5, "type": "private"}, "message_id": 3, "date": 0},
                        "data": "v1:1:1:sleep=7"}},
    {},
]


async def test_updates_of_every_and_of_no_kind(coach: Coach) -> None:
    ana = await arrived(coach)
    before = await state(coach)
    for update in RAW:
        coach.world.deliver_raw(update)
    coach.world.channel_post("News for the club: 7")
    await still_answers(ana)
    assert await state(coach) == before


async def test_an_update_that_our_code_fails_on_is_set_aside_and_the_chat_goes_on(coach: Coach) -> None:
    """A message whose `chat` is no object can't be read: five tries, an apology where possible, and on."""
    ana = await arrived(coach)
    broken = {"message": {"message_id": 1, "date": "never", "chat": {"id": ana.id, "type": "private"},
                          "from": {"id": ana.id, "is_bot": False, "first_name": "Ana"}, "text": "7"}}
    update_id = coach.world.deliver_raw(broken)
    await ana.sees("Something broke on my side")
    await still_answers(ana)
    row = coach.rows(f"SELECT failures, payload IS NOT NULL FROM inbox WHERE update_id = {update_id}")
    assert [tuple(map(int, found)) for found in row] == [(5, 1)]
    ana.tap("7", message_id=next(b.id for b in ana.messages if b.buttons))
    await ana.sees("How is your mood?")


async def test_groups_are_told_where_to_go_and_otherwise_left_alone(coach: Coach) -> None:
    ana = await arrived(coach)
    group = coach.world.group("Tuesday runners", [ana])
    ana.type("/start", chat=group)
    await group.sees("I coach one to one")
    ana.type("7", chat=group)
    ana.type("hello all", chat=group)
    ana.send_sticker(chat=group)
    ana.type("/sos", chat=group)
    await group.sees("I do not know help lines for your country yet")
    await still_answers(ana)
    assert await state(coach) == []
    moved = coach.world.migrate(group)
    ana.type("/help", chat=moved)
    await moved.sees("I coach one to one")
    coach.world.kick_bot(moved)
    await state(coach)
