"""Breathing drills as people live them: before, the breath, the end when its time is over, after."""

import io
import json
from datetime import timedelta
from typing import Any
from zipfile import ZipFile

import pytest

from bot.adapters.media import LIMITS
from bot.adapters.workers import Worker
from bot.demo.phone import Bubble, Phone
from tests.stories.test_checkins import ASKS, OLD, evening, labels, settled_in, types, until
from tests.stories.test_first_flow import AGREE
from tests.support import ON_ONE, Coach

BEFORE, BREATH = "How revved up are you right now?", "In through the nose for 4, out for 6"
OVER, AFTER = "That was it.", "How revved up are you now?"
CLOSED = "Close your eyes: in while the tone rises, out while it falls."
PICK = "5 minutes is the length that is best tested"


async def breathing(coach: Coach, phone: Phone, minutes: int = 5, before: str = "7") -> Bubble:
    """A drill that has just begun; the message that paces it."""
    await coach.settled()
    phone.type("/drill")
    await coach.settled()
    if PICK not in phone.last.text:  # what ended badly the last time, or was done often, is not the first offer
        phone.tap("Another drill")
        await phone.sees("Which one?")
        phone.tap("Breathe out longer")
        await phone.sees(PICK)
    phone.tap(f"{minutes} min")
    await phone.sees(BEFORE)
    phone.tap(before)
    breath = await phone.sees(BREATH)
    await coach.settled()
    return breath


async def later(coach: Coach, minutes: float) -> None:
    """People's time goes on, and the courier looks what became due, as it does each second."""
    await coach.settled()  # a tap that is still on its way would be too old then
    coach.clock.move(timedelta(minutes=minutes))
    await coach.app.courier.sweep()
    await coach.settled()


def says(phone: Phone, words: str) -> list[Bubble]:
    """What the bot's messages with these words look like now."""
    return [bubble for bubble in phone.messages if bubble.sender == "bot" and words in bubble.text]


async def goes(coach: Coach, phone: Phone) -> list[dict[str, Any]]:
    """The drills of somebody's own export."""
    await coach.settled()
    phone.type("/export")
    await coach.settled()
    document = next(bubble for bubble in reversed(phone.messages) if bubble.media == "document")
    with ZipFile(io.BytesIO(phone.download(document.id))) as archive:
        name = next(name for name in archive.namelist() if name.endswith(".json"))
        tables: dict[str, Any] = json.loads(archive.read(name))
    rows: list[dict[str, Any]] = tables["drill"]
    return rows


# ---- a drill, whole ------------------------------------------------------------------------------------


async def test_five_minutes_that_settle(coach: Coach) -> None:
    ana = await settled_in(coach)
    ana.type("/drill")
    pick = await ana.sees(PICK)
    assert labels(pick) == ["5 min", "3 min", "1 min", "Another drill"]
    ana.tap("5 min")
    assert (await ana.sees(BEFORE)).id == pick.id
    ana.tap("7")
    breath = await ana.sees(BREATH)
    await ana.sees("Revved up before: 7")
    assert "5 minutes; I tell you when it is over." in breath.text
    assert labels(breath) == ["Stop", "Dizzy, or worse", "Voice", "Words only"]
    coach.clock.move(timedelta(minutes=5))  # and the courier finds it by itself
    over = await ana.sees(OVER)
    assert over.id > breath.id
    assert AFTER in over.text
    tap = ana.tap("3")
    assert await tap.answered() == "Noted"
    done = await ana.sees("Revved up 7 → 3")
    assert "4 points down." in done.text
    await coach.settled()
    assert [labels(bubble) for bubble in ana.messages if bubble.buttons] == [["Once more"]]
    (go,) = await goes(coach, ana)
    assert (go["minutes"], go["before"], go["after"], go["outcome"]) == (5, "7", "3", "done")


@ON_ONE
async def test_when_time_is_short(coach: Coach) -> None:
    ana = await settled_in(coach)
    for drill, minutes, said in ((1, 1, "One minute;"), (2, 3, "3 minutes;")):
        assert said in (await breathing(coach, ana, minutes)).text
        await later(coach, minutes - 0.5)
        assert len(says(ana, OVER)) == 0
        await later(coach, 0.6)
        assert len(says(ana, OVER)) == 1
        ana.tap("Skip", message_id=ana.last.id)
        await coach.settled()
        assert len(says(ana, "Done. A longer breath out")) == drill
    ana.tap("Once more")
    await ana.sees(PICK)


@ON_ONE
async def test_every_end_is_a_kind_one(coach: Coach) -> None:
    ana = await settled_in(coach)
    for before, after, said in (
        ("Skip", "3", "Done."), ("3", "2", "One point down."), ("3", "3", "No change this time"), ("3", "6", "Up, not"),
    ):
        await breathing(coach, ana, 1, before)
        await later(coach, 1)
        ana.tap(after)
        await coach.settled()
        assert said in ana.last.text


@ON_ONE
async def test_numbers_and_words_may_be_typed(coach: Coach) -> None:
    ana = await settled_in(coach)
    await types(coach, ana, "/drill")
    assert BEFORE in (await types(coach, ana, "3 minutes")).text
    assert "I need a whole number from 0 to 10." in (await types(coach, ana, "a lot")).text
    assert BREATH in (await types(coach, ana, "8/10")).text
    await later(coach, 3)
    assert "I need a whole number from 0 to 10." in (await types(coach, ana, "better")).text
    assert "Revved up 8 → 4" in (await types(coach, ana, "four")).text
    assert len([bubble for bubble in ana.messages if bubble.buttons]) == 1


@ON_ONE
async def test_the_ways_out_may_be_typed_as_everywhere(coach: Coach) -> None:
    ana = await settled_in(coach)
    await types(coach, ana, "/drill")
    await types(coach, ana, "5")
    assert BREATH in (await types(coach, ana, "skip")).text


@ON_ONE
async def test_a_drill_that_follows_from_the_evening(coach: Coach) -> None:
    ana = await settled_in(coach)
    coach.clock.move(until(coach, 21))
    closing = await evening(ana, revved="8", down="2")
    assert "Five minutes of longer breaths out" in closing.text
    ana.tap("Start five minutes")
    await ana.sees("Then the 5 minutes begin.")
    ana.tap("8")
    await ana.sees(BREATH)
    await later(coach, 5)
    ana.tap("5")
    await ana.sees("3 points down.")
    ana.tap("Change an answer", message_id=closing.id)  # the evening is still there to be corrected
    await ana.sees("This evening")


@ON_ONE
async def test_the_first_minute_of_all(coach: Coach) -> None:
    ana = coach.world.person("Ana")
    ana.type("/start")
    await ana.sees("Hello")
    ana.tap(AGREE)
    await ana.sees("Or share your place")
    ana.tap("Set up later")
    await ana.sees("one minute for you")
    ana.tap("Start the minute")
    await ana.sees("Here it comes, just below.")
    assert "One minute;" in (await ana.sees(BREATH)).text
    await later(coach, 1)
    assert len(says(ana, OVER)) == 1
    ana.tap("2")
    await ana.sees("Done. A longer breath out")


# ---- with closed eyes ----------------------------------------------------------------------------------


def voice(phone: Phone) -> dict[str, Any]:
    """The newest voice message, as Telegram has it."""
    bubble = next(bubble for bubble in reversed(phone.messages) if bubble.media == "voice")
    assert bubble.text == CLOSED
    assert not bubble.buttons
    found: dict[str, Any] = phone.room.posts[bubble.id].wire["voice"]
    return found


@ON_ONE
async def test_a_minute_with_closed_eyes(coach: Coach) -> None:
    ana, bo = await settled_in(coach), await settled_in(coach, "Bo")
    breath = await breathing(coach, ana, 1)
    assert await ana.tap("Voice").answered() == ""
    heard = await ana.sees(CLOSED)
    assert heard.id > breath.id
    assert (voice(ana)["duration"], voice(ana)["mime_type"]) == (60, "audio/ogg")
    assert ana.download(heard.id).startswith(b"OggS")
    assert await ana.tap("Voice").answered() == "It is just below."
    await coach.settled()
    assert len(says(ana, CLOSED)) == 1
    assert [bubble.id for bubble in ana.messages if bubble.buttons] == [breath.id]  # and it can still be stopped
    await breathing(coach, bo, 1)
    bo.tap("Voice")
    await bo.sees(CLOSED)
    assert voice(bo)["file_id"] == voice(ana)["file_id"]  # it was uploaded once
    await later(coach, 1)
    old = ana.tap_data(breath.buttons[1][0][1], breath.id)
    assert await old.answered() == OLD
    assert "Revved up 7 → 3" in (await types(coach, ana, "3")).text
    again = await breathing(coach, ana, 1)
    ana.tap("Voice", message_id=again.id)
    await coach.settled()
    assert len(says(ana, CLOSED)) == 2


@ON_ONE
async def test_closing_them_later_gives_the_rest(coach: Coach) -> None:
    ana = await settled_in(coach)
    await breathing(coach, ana, 3)
    await later(coach, 2.2)
    ana.tap("Voice")
    await ana.sees(CLOSED)
    assert voice(ana)["duration"] == 60


@ON_ONE
async def test_a_voice_when_the_breath_is_over(coach: Coach) -> None:
    ana = await settled_in(coach)
    await breathing(coach, ana, 1)
    coach.clock.move(timedelta(minutes=1))  # and the courier has not looked yet
    assert await ana.tap("Voice").answered() == OLD
    await later(coach, 0)
    assert says(ana, CLOSED) == []
    assert len(says(ana, OVER)) == 1


@ON_ONE
async def test_somebody_who_wants_no_voice_messages(coach: Coach) -> None:
    ana = await settled_in(coach)
    coach.world.faults.forbid_voice(ana.id)
    await breathing(coach, ana, 1)
    ana.tap("Voice")
    assert (await ana.sees(CLOSED)).media == "audio"
    assert ana.room.posts[ana.last.id].wire["audio"]["duration"] == 60


@ON_ONE
async def test_where_no_sound_can_be_made(coach: Coach) -> None:
    coach.app.media._workers["voice"] = Worker("tests.spine.no_such_module", coach.clock, LIMITS)
    ana = await settled_in(coach)
    await breathing(coach, ana, 1)
    ana.tap("Voice")
    said = await ana.sees("I have no voice here. Count along instead. In through the nose for 4, out for 6.")
    assert said.media is None
    await coach.app.media._workers["voice"].stop()


# ---- leaving in the middle -----------------------------------------------------------------------------


@ON_ONE
async def test_stopping_early(coach: Coach) -> None:
    ana = await settled_in(coach)
    for typed in (None, "Stop!", "that's enough"):
        breath = await breathing(coach, ana)
        await later(coach, 2)
        if typed is None:
            ana.tap("Stop")
        else:
            ana.type(typed)
        await coach.settled()
        assert ana.last.text.startswith(AFTER)  # not "that was it"
        assert not next(bubble for bubble in ana.messages if bubble.id == breath.id).buttons
        ana.tap("5")
        await later(coach, 4)
        assert "2 points down." in ana.last.text
        assert says(ana, OVER) == []
    assert [(go["outcome"], go["after"]) for go in await goes(coach, ana)] == [("stopped", "5")] * 3


@ON_ONE
async def test_dizzy(coach: Coach) -> None:
    ana = await settled_in(coach)
    for typed in (None, "I feel dizzy", "it's worse!"):
        await breathing(coach, ana)
        if typed is None:
            ana.tap("Dizzy, or worse")
        else:
            ana.type(typed)
        await later(coach, 6)
        assert "Breathe as you like, sit or lie down" in ana.last.text
        assert "112" in ana.last.text
        assert says(ana, OVER) == []
        assert [bubble for bubble in ana.messages if bubble.buttons] == []
    assert [(go["outcome"], go["after"]) for go in await goes(coach, ana)] == [("worse", None)] * 3


@ON_ONE
@pytest.mark.parametrize("words", ["I feel short of breath", "I'm panicking"])
async def test_unwell_in_other_words(coach: Coach, words: str) -> None:
    ana = await settled_in(coach)
    await breathing(coach, ana)
    assert "still runs" not in (await types(coach, ana, words)).text


@ON_ONE
async def test_well_in_words_that_deny(coach: Coach) -> None:
    ana = await settled_in(coach)
    await breathing(coach, ana, 1)
    await later(coach, 1)
    assert "Stop here." not in (await types(coach, ana, "not dizzy, 4")).text


@ON_ONE
async def test_chest_pain_ends_the_drill(coach: Coach) -> None:
    ana = await settled_in(coach)
    await breathing(coach, ana)
    assert "warning sign from your body" in (await types(coach, ana, "chest pain")).text
    await later(coach, 6)
    assert says(ana, OVER) == []


@ON_ONE
async def test_dizzy_only_at_the_end(coach: Coach) -> None:
    ana = await settled_in(coach)
    await breathing(coach, ana, 1)
    await later(coach, 1)
    assert len(says(ana, OVER)) == 1
    ana.tap("Dizzy, or worse", message_id=says(ana, OVER)[0].id)
    await ana.sees("Stop here.")
    await coach.settled()
    assert [bubble for bubble in ana.messages if bubble.buttons] == []


@ON_ONE
async def test_a_number_in_the_middle_is_the_end(coach: Coach) -> None:
    ana = await settled_in(coach)
    await breathing(coach, ana)
    assert "Your time still runs." in (await types(coach, ana, "nice")).text
    assert "Revved up 7 → 4" in (await types(coach, ana, "4")).text
    await later(coach, 6)
    assert says(ana, OVER) == []
    assert [labels(bubble) for bubble in ana.messages if bubble.buttons] == [["Once more"]]


async def test_a_restart_in_the_middle(coach: Coach) -> None:
    ana = await settled_in(coach)
    breath = await breathing(coach, ana)
    await coach.stop()
    coach.clock.move(timedelta(minutes=5))
    await coach.start()
    await ana.sees(OVER)
    await coach.settled()
    assert len(says(ana, OVER)) == 1
    assert [bubble.id for bubble in says(ana, BREATH)] == [breath.id]
    ana.tap("4")
    await ana.sees("3 points down.")


async def test_a_second_drill_instead(coach: Coach) -> None:
    ana = await settled_in(coach)
    first = await breathing(coach, ana, 5)
    await later(coach, 1)
    second = await breathing(coach, ana, 3, "6")
    assert [bubble.id for bubble in ana.messages if bubble.buttons] == [second.id]
    old = ana.tap_data(first.buttons[0][0][1], first.id)
    assert await old.answered() == OLD
    await later(coach, 2.5)
    assert says(ana, OVER) == []
    await later(coach, 0.6)
    assert len(says(ana, OVER)) == 1
    await later(coach, 3)
    assert len(says(ana, OVER)) == 1
    ana.tap("2")
    await ana.sees("Revved up 6 → 2")


@ON_ONE
@pytest.mark.parametrize("command", ["/checkin morning", "/settings", "/today"])
async def test_the_end_is_told_whatever_is_done_meanwhile(coach: Coach, command: str) -> None:
    ana = await settled_in(coach)
    await breathing(coach, ana)
    await types(coach, ana, command)
    await later(coach, 5)
    (over,) = says(ana, OVER)
    ana.tap("3", message_id=over.id)
    await ana.sees("4 points down.")


@ON_ONE
async def test_a_checkin_in_the_middle_can_be_answered(coach: Coach) -> None:
    ana = await settled_in(coach)
    await breathing(coach, ana)
    ana.type("/checkin morning")
    await ana.sees(ASKS["sleep"])
    assert ASKS["mood"] in (await types(coach, ana, "7")).text
    await later(coach, 5)
    assert [bubble.text for bubble in ana.messages if bubble.buttons] == [says(ana, AFTER)[-1].text]  # one that asks
    ana.tap("4")
    await ana.sees("Revved up 7 → 4")
    ana.type("/checkin morning")
    await ana.sees(ASKS["mood"])


@ON_ONE
async def test_a_number_answers_the_question_above_it(coach: Coach) -> None:
    ana = await settled_in(coach)
    await breathing(coach, ana)
    ana.type("/checkin morning")
    await ana.sees(ASKS["sleep"])
    await later(coach, 5)
    assert AFTER in ana.last.text
    assert "Revved up 7 → 3" in (await types(coach, ana, "3")).text


@ON_ONE
async def test_looking_at_the_day_does_not_end_it(coach: Coach) -> None:
    ana = await settled_in(coach)
    await breathing(coach, ana)
    for command, sees in (("/today", "Evening: open"), ("/help", "More on:"), ("/privacy", "What I keep of you")):
        assert sees in (await types(coach, ana, command)).text
    await later(coach, 5)
    assert len(says(ana, OVER)) == 1
    assert "7 → 5" in (await types(coach, ana, "5")).text


@ON_ONE
async def test_blocking_in_the_middle(coach: Coach) -> None:
    ana = await settled_in(coach)
    await breathing(coach, ana)
    ana.block()
    await coach.settled()
    await later(coach, 5)
    ana.unblock()
    await later(coach, 1)
    assert says(ana, OVER) == []
    ana.type("/drill")
    await ana.sees(PICK)


@ON_ONE
async def test_half_an_hour_late_nobody_needs_to_hear_it(coach: Coach) -> None:
    ana, bo = await settled_in(coach), await settled_in(coach, "Bo")
    await breathing(coach, ana)
    await coach.stop()
    coach.clock.move(timedelta(minutes=34))
    await coach.start()
    await ana.sees(OVER)  # late, but not too late
    await breathing(coach, bo)
    await coach.stop()
    coach.clock.move(timedelta(minutes=36))
    await coach.start()
    await later(coach, 0)
    assert says(bo, OVER) == []
    assert [row[0] for row in coach.rows(f"SELECT reason FROM outbox WHERE owner = {bo.id} AND state = 'dropped'")] == [
        "expired"
    ]


@ON_ONE
async def test_a_number_days_later_is_not_about_a_breath_whose_end_was_never_told(coach: Coach) -> None:
    ana = await settled_in(coach)
    await breathing(coach, ana)
    await coach.stop()
    coach.clock.move(timedelta(days=2))
    await coach.start()
    await later(coach, 0)
    assert "→" not in (await types(coach, ana, "6")).text


@ON_ONE
async def test_words_of_danger_in_the_middle(coach: Coach) -> None:
    ana = await settled_in(coach)
    await breathing(coach, ana)
    ana.type("stop, I want to kill myself")
    await ana.sees("I hear you")
    await later(coach, 6)
    assert ana.last.text.startswith("I hear you")  # nothing is asked on top of it


async def test_every_update_delivered_twice(coach: Coach) -> None:
    coach.world.faults.deliver_twice = True
    ana = await settled_in(coach)
    await breathing(coach, ana)
    await later(coach, 5)
    ana.tap("4")
    await ana.sees("3 points down.")
    await coach.settled()
    assert (len(says(ana, BREATH)), len(says(ana, "points down"))) == (1, 1)
    assert coach.rows("SELECT count(*) FROM drill")[0][0] == 1


# ---- what is kept of it --------------------------------------------------------------------------------


@ON_ONE
async def test_today_and_the_week_show_it(coach: Coach) -> None:
    ana = await settled_in(coach)
    for after in ("5", "3"):
        await breathing(coach, ana, 3)
        await later(coach, 3)
        ana.tap(after)
        await coach.settled()
    today = await types(coach, ana, "/today")
    assert today.text.count("Breathe out longer: 3 min, revved up 7 → ") == 2
    ana.tap("Last seven days")
    assert "2 drills, mostly 3 points down." in (await ana.sees("The last seven days")).text
    coach.clock.move(timedelta(days=1))
    assert "Breathe out longer" not in (await types(coach, ana, "/today")).text
    ana.tap("Last seven days")
    await coach.settled()
    assert "2 drills" in ana.last.text
    coach.clock.move(timedelta(days=6))
    await types(coach, ana, "/today")
    ana.tap("Last seven days")
    await coach.settled()
    assert "breathing" not in ana.last.text


@ON_ONE
async def test_one_minute_of_five_is_not_told_as_five(coach: Coach) -> None:
    ana = await settled_in(coach)
    await breathing(coach, ana, 5)
    await later(coach, 1)
    ana.tap("Dizzy, or worse")
    await ana.sees("Stop here.")
    assert "Breathe out longer: 5 min" not in (await types(coach, ana, "/today")).text


@ON_ONE
async def test_one_drill_is_not_mostly_anything(coach: Coach) -> None:
    ana = await settled_in(coach)
    await breathing(coach, ana, 1)
    await later(coach, 1)
    await types(coach, ana, "3")
    await types(coach, ana, "/today")
    ana.tap("Last seven days")
    assert "mostly" not in (await ana.sees("1 drill")).text


async def test_erasing_in_the_middle_leaves_nothing(coach: Coach) -> None:
    ana = await settled_in(coach)
    await breathing(coach, ana)
    ana.type("/erase")
    await ana.sees("Erase everything?")
    ana.tap("Erase it all")
    await ana.sees("Everything is erased")
    await later(coach, 5)
    assert says(ana, OVER) == []
    for table in ("drill", "card", "answer", "day", "person"):
        assert coach.rows(f"SELECT 1 FROM {table}") == [], table
    assert coach.rows("SELECT 1 FROM outbox WHERE payload IS NOT NULL") == []
    assert "We have not met yet" in (await types(coach, ana, "4")).text


@ON_ONE
async def test_nothing_without_consent(coach: Coach) -> None:
    ana = coach.world.person("Ana")
    ana.type("/drill")
    await ana.sees("Hello, Ana.")
    await coach.settled()
    assert coach.rows("SELECT 1 FROM drill") == []
