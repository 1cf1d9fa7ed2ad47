"""From a session to calm: what is offered after it, every drill, what settles fastest, and a group that came home."""

from datetime import timedelta

import pytest

from bot.adapters.store import checkins, vault
from bot.demo.phone import Phone
from tests.stories.test_checkins import evening, labels, settled_in, types
from tests.stories.test_drills import BEFORE, breathing, goes, later, says
from tests.support import ON_ONE, Coach


async def begun(coach: Coach, phone: Phone, name: str, length: str | None, before: str = "7") -> None:
    """Another drill, out of the list of all."""
    await coach.settled()
    phone.type("/drill")
    await coach.settled()
    phone.tap("Another drill")
    await phone.sees("Which one?")
    phone.tap(name)
    await coach.settled()
    if length is not None:
        phone.tap(length)
        await coach.settled()
    assert BEFORE in phone.last.text
    phone.tap(before)
    await coach.settled()


async def logged(coach: Coach, phone: Phone, line: str) -> None:
    await coach.settled()
    phone.type(line)
    await coach.settled()


# ---- the loop ------------------------------------------------------------------------------------------


async def test_from_a_line_to_a_measured_way_down(coach: Coach) -> None:
    ana = await settled_in(coach)
    await logged(coach, ana, "ran 10k in 48 rpe 8")
    assert "Five minutes to come down?" in ana.last.text
    ana.tap("Easy walk, 5 min")
    asked = await ana.sees(BEFORE)
    assert "That was a hard one: walking it off is a gentle way down." in asked.text
    ana.tap("8")
    walk = await ana.sees("slower than feels needed, until your breath is quiet")
    assert walk.media is None
    assert labels(walk) == ["I'm done", "Dizzy, or worse"]
    await later(coach, 4)
    ana.tap("I'm done")
    await ana.sees("How revved up are you now?")
    ana.tap("3")
    done = await ana.sees("Revved up 8 → 3")
    assert "Easy walk\u00a0· 4 min" in done.text.replace(" ·", "\u00a0·")
    (go,) = await goes(coach, ana)
    told = [go[name] for name in ("drill", "minutes", "before", "after", "outcome", "about")]
    assert told == ["walk-down", 4, "8", "3", "done", "session"]


async def test_who_cant_switch_off(coach: Coach) -> None:
    ana = await settled_in(coach)
    await logged(coach, ana, "can't switch off")
    assert "That is your system still on duty." in ana.last.text
    ana.tap("Breathe out longer, 5 min")
    asked = await ana.sees(BEFORE)
    assert "Your system is still on duty." in asked.text
    ana.tap("Skip")
    await ana.sees("In through the nose for 4, out for 6.")
    (go,) = await goes(coach, ana)
    assert go["about"] == "revved"


@ON_ONE
async def test_what_settles_fastest_is_shown_and_offered(coach: Coach) -> None:
    ana = await settled_in(coach)
    await breathing(coach, ana, 5, "7")
    await later(coach, 5)
    ana.tap("6")
    for _ in range(3):
        await begun(coach, ana, "Tense and let go", "3 min", "8")
        await later(coach, 3)
        ana.tap("2")
        await ana.sees("Revved up 8 → 2")
    await coach.settled()
    ana.type("/drill")
    await coach.settled()
    assert labels(ana.last)[-2:] == ["Another drill", "What settles me"]
    ana.tap("What settles me")
    shown = await ana.sees("What settles you fastest")
    assert "Tense and let go: 2.0, 3 goes, too early to be sure" in shown.text
    assert "Breathe out longer" not in shown.text  # done once
    ana.tap("Back")
    await coach.settled()
    offered = []
    for number in range(10):
        await logged(coach, ana, f"lifted for {30 + number} min easy")
        offered.append(labels(ana.last)[0])
    assert offered.count("Tense and let go, 3 min") >= 6
    assert {*offered} <= {"Tense and let go, 3 min", "Slow mobility, 5 min"}


# ---- each drill ----------------------------------------------------------------------------------------


async def test_words_only_from_now_on(coach: Coach) -> None:
    ana = await settled_in(coach)
    picture = await breathing(coach, ana)
    assert picture.media == "animation"
    ana.tap("Words only")
    await coach.settled()
    await coach.settled()
    assert ana.last.media is None
    assert labels(ana.last) == ["Stop", "Dizzy, or worse", "Voice", "With the picture"]
    assert [labels(bubble) for bubble in ana.messages if bubble.buttons] == [labels(ana.last)]
    await later(coach, 5)
    ana.tap("Skip")
    again = await breathing(coach, ana)
    assert again.media is None
    ana.tap("With the picture")
    await coach.settled()
    assert ana.last.media == "animation"


@ON_ONE
async def test_muscles_are_tensed_and_let_go_to_a_picture_and_a_sound(coach: Coach) -> None:
    ana = await settled_in(coach)
    await begun(coach, ana, "Tense and let go", "2 min")
    await coach.settled()
    assert ana.last.media == "animation"
    assert "fists and arms, then shoulders and face" in ana.last.text
    ana.tap("Voice")
    voice = await ana.sees("tense while the tone rises, let go while it falls")
    assert voice.media == "voice"


@ON_ONE
async def test_name_it_and_let_it_go(coach: Coach) -> None:
    ana = await settled_in(coach)
    await begun(coach, ana, "Name it", None)
    await types(coach, ana, "tight, and a bit far away")
    assert "What do I need right now?" in ana.last.text
    await types(coach, ana, "some quiet")
    assert "How revved up are you now?" in ana.last.text
    ana.tap("5")
    await ana.sees("Revved up 7 → 5")
    assert coach.rows("SELECT count(*) FROM logged") == [(0,)]


async def test_name_it_and_keep_it(coach: Coach) -> None:
    ana = await settled_in(coach)
    await begun(coach, ana, "Name it", None)
    ana.tap("Keep my words")
    await ana.sees("Your words stay in your log")
    typed = ana.type("tight, and a bit far away")["message_id"]
    await ana.sees("What do I need right now?")
    await types(coach, ana, "a call with Ben")
    assert "Both sentences are in your log." in ana.last.text
    await coach.settled()
    assert coach.rows("SELECT count(*) FROM logged") == [(2,)]
    ana.edit(typed, "tight, ran 8k in 45")  # stays a sentence, whatever it says
    await ana.sees("“tight, ran 8k in 45”")
    ana.tap("Undo")
    await ana.sees("Taken out.")
    await coach.settled()
    assert coach.rows("SELECT count(*) FROM logged") == [(1,)]


@ON_ONE
async def test_words_of_danger_in_a_sentence_are_heard(coach: Coach) -> None:
    ana = await settled_in(coach)
    await begun(coach, ana, "Name it", None)
    await types(coach, ana, "I want to kill myself")
    assert "112" in ana.last.text
    await types(coach, ana, "hello")  # is no sentence of it any more
    assert "What do I need" not in ana.last.text


@ON_ONE
async def test_a_mindful_run(coach: Coach) -> None:
    ana = await settled_in(coach)
    ana.type("/drill")
    await coach.settled()
    ana.tap("Another drill")
    await ana.sees("Which one?")
    ana.tap("Mindful run")
    cues = await ana.sees("A run with your senses")
    await later(coach, 70)
    await logged(coach, ana, "ran 8k in 55 easy")  # is no answer to it
    assert "Run 8 km" in ana.last.text
    ana.tap("I'm back", message_id=cues.id)
    await ana.sees("What was there most?")
    ana.tap("Sounds")
    await ana.sees("Sounds: a good place to come back to, on any run.")
    (go,) = await goes(coach, ana)
    assert (go["drill"], go["outcome"], go["about"]) == ("mindful-run", "done", "sounds")


@ON_ONE
@pytest.mark.parametrize(("typed", "said"), [
    ("my breathing", "Your breath: a good place"), ("the cold", "You noticed: that is the whole exercise."),
])
async def test_what_was_there_on_a_run_may_be_typed(coach: Coach, typed: str, said: str) -> None:
    ana = await settled_in(coach)
    for act in ("Another drill", "Mindful run"):
        if act == "Another drill":
            ana.type("/drill")
        await coach.settled()
        ana.tap(act)
    cues = await ana.sees("A run with your senses")
    ana.tap("I'm back", message_id=cues.id)
    await ana.sees("What was there most?")
    await logged(coach, ana, "ran 8k in 55 easy")
    assert "Run 8 km" in ana.last.text
    ana.type(typed)
    await ana.sees(said)


@ON_ONE
async def test_small_things_of_the_day_and_the_load_of_the_week(coach: Coach) -> None:
    ana = await settled_in(coach)
    await logged(coach, ana, "ran 8k in 48 rpe 4")
    ana.type("/today")
    await ana.sees("Small things: 0\u00a0of\u00a02")
    ana.tap("Up and move")
    await ana.sees(BEFORE)
    ana.tap("Skip")
    await ana.sees("Stand up. Walk, take the stairs")
    await later(coach, 1)
    ana.tap("Skip", message_id=ana.last.id)
    await coach.settled()
    ana.type("/today")
    shown = await ana.sees("Small things: 1\u00a0of\u00a02")
    assert "Up and move: 1 min" in shown.text
    ana.tap("Last seven days")
    await ana.sees("1 session: 48 min moving, 481 MET-minutes, load 192.")


async def test_the_weeks_in_a_picture_of_which_nothing_is_kept(coach: Coach) -> None:
    ana = await settled_in(coach)
    for back, down in ((10, 3), (9, 3), (8, 4), (2, 6), (1, 6)):
        day = (coach.clock.now() - timedelta(days=back)).date()
        with coach.app.engine.begin() as connection:
            key = vault.key(connection, coach.app.keyring, ana.id)
            kept = {"revved": "7", "down": f"{down}", "spilled": "snapped" if down < 5 else "none"}
            checkins.keep_day(connection, key, ana.id, day, kept, coach.clock.now())
    ana.type("/today week")
    await ana.sees("The last seven days")
    ana.tap("Over the weeks")
    few = await ana.sees("Two weeks with 3 evenings each")
    assert few.media is None
    await evening(ana, "7", "6")
    ana.type("/today week")
    await ana.sees("The last seven days")
    ana.tap("Over the weeks")
    drawn = await ana.sees("You come down faster: 6 now, 3 in the week of")
    assert drawn.media == "photo"
    await coach.settled()
    assert coach.rows("SELECT count(*) FROM media") == [(0,)]


# ---- together ------------------------------------------------------------------------------------------


async def test_a_group_comes_down_together(coach: Coach) -> None:
    ana = await settled_in(coach)
    ben = coach.world.person("Ben")
    group = coach.world.group("Runners", [ana, ben])
    ana.type("/drill", chat=group)
    await group.sees("to come down, together.")
    await coach.settled()
    coach.clock.move(timedelta(minutes=5))
    await coach.app.courier.sweep()
    await group.sees("How far down did you come?")
    assert coach.rows("SELECT count(*) FROM drill") == [(0,)]  # nobody is asked, and nothing is kept
    assert says(ana, "come down, together") == []


async def test_a_stranger_does_not_start_one(coach: Coach) -> None:
    ana = await settled_in(coach)
    ben = coach.world.person("Ben")
    group = coach.world.group("Runners", [ana, ben])
    ben.type("/drill", chat=group)
    await group.sees("I coach one to one")
