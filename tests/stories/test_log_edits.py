"""Edits of what was logged, and answers to what was asked of it, in any order: nothing else of theirs changes."""

from bot.demo.phone import Phone
from tests.stories.test_checkins import labels, settled_in
from tests.stories.test_files import earlier, gpx, rows, sends
from tests.stories.test_safety import says
from tests.support import ON_ONE, Coach


async def edits(coach: Coach, phone: Phone, message: int, text: str) -> None:
    phone.edit(message, text)
    await coach.settled()


async def typed(coach: Coach, phone: Phone, text: str) -> int:
    """The number of their message, once it is dealt with."""
    number = int(phone.type(text)["message_id"])
    await coach.settled()
    return number


@ON_ONE
async def test_an_edit_to_nothing_takes_the_answer_with_it(coach: Coach) -> None:
    ana = await settled_in(coach)
    number = await typed(coach, ana, "slept 6.5h 4/10")
    await edits(coach, ana, number, "what a day")
    assert "Taken out" in ana.last.text
    assert rows(coach) == 0
    assert "How well did you sleep?" in await says(coach, ana, "/checkin morning")


@ON_ONE
async def test_an_edit_to_another_day_takes_the_answer_with_it(coach: Coach) -> None:
    ana = await settled_in(coach)
    number = await typed(coach, ana, "slept 6.5h 4/10")
    await edits(coach, ana, number, "slept 6.5h 4/10 yesterday")
    assert "How well did you sleep?" in await says(coach, ana, "/checkin morning")


@ON_ONE
async def test_an_edit_to_nothing_beside_a_file_says_what_stays(coach: Coach) -> None:
    ana = await settled_in(coach)
    await sends(coach, ana, gpx(earlier(coach)))
    number = await typed(coach, ana, "ran 8k in 45 rpe 6")
    await edits(coach, ana, number, "what a day")
    assert "This stays" in ana.last.text


@ON_ONE
async def test_an_edited_caption_leaves_what_the_line_says(coach: Coach) -> None:
    ana = await settled_in(coach)
    await says(coach, ana, "ran 8k in 45 rpe 7 with the group")
    file = int(ana.send_document("run.gpx", gpx(earlier(coach)))["message_id"])
    await coach.settled()
    assert "effort 7" in ana.last.text
    await edits(coach, ana, file, "lovely morning")
    assert "effort 7" in ana.last.text
    assert "How hard" not in ana.last.text


@ON_ONE
async def test_an_edited_caption_of_a_second_file_leaves_the_first(coach: Coach) -> None:
    ana = await settled_in(coach)
    begin = earlier(coach)
    await sends(coach, ana, gpx(begin))
    file = int(ana.send_document("phone.gpx", gpx(begin, minutes=44, km=7.9))["message_id"])
    await coach.settled()
    assert "I have that one already" in ana.last.text
    await edits(coach, ana, file, "rpe 6")
    assert "Run 8 km, 45 min" in ana.last.text


@ON_ONE
async def test_an_edit_to_something_else_takes_the_answer_with_it(coach: Coach) -> None:
    ana = await settled_in(coach)
    number = await typed(coach, ana, "slept 7h, rhr 50")
    await edits(coach, ana, number, "2 coffees")
    assert "How well did you sleep?" in await says(coach, ana, "/checkin morning")
    await says(coach, ana, "7")
    await says(coach, ana, "7")
    assert "7 h" not in ana.last.text


@ON_ONE
async def test_a_number_is_no_effort_while_something_else_is_asked(coach: Coach) -> None:
    ana = await settled_in(coach)
    await says(coach, ana, "ran 8k in 45, bike 20")
    asked = ana.last
    assert "Which one was it?" in asked.text
    await says(coach, ana, "6")
    assert labels(next(bubble for bubble in ana.messages if bubble.id == asked.id))


@ON_ONE
async def test_a_number_is_no_effort_of_two_sessions(coach: Coach) -> None:
    ana = await settled_in(coach)
    await says(coach, ana, "ran 5k in 30, gym 40")
    assert "How hard" not in ana.last.text
    await says(coach, ana, "7")
    assert "effort 7" not in ana.last.text


@ON_ONE
async def test_an_edit_of_something_else_leaves_the_latest_night(coach: Coach) -> None:
    ana = await settled_in(coach)
    first = await typed(coach, ana, "slept 6h 4/10, rhr 50")
    await typed(coach, ana, "slept 7h 8/10")
    await says(coach, ana, "/today")
    assert "7 h" in ana.last.text
    await edits(coach, ana, first, "slept 6h 4/10, rhr 51")
    await says(coach, ana, "/today")
    assert "7 h" in ana.last.text


@ON_ONE
async def test_a_mornings_numbers_stand_in_the_day(coach: Coach) -> None:
    ana = await settled_in(coach)
    await says(coach, ana, "rhr 52 hrv 61")
    said = await says(coach, ana, "/today")
    assert "Resting heart rate 52, HRV 61" in said


@ON_ONE
async def test_none_of_it_leaves_the_latest_night(coach: Coach) -> None:
    ana = await settled_in(coach)
    await says(coach, ana, "slept 6h, bike 20")
    asked = ana.last
    await says(coach, ana, "slept 7h")
    ana.tap("None of it", asked.id)
    await coach.settled()
    said = await says(coach, ana, "/today")
    assert "7 h" in said


@ON_ONE
async def test_an_older_question_leaves_the_latest_night(coach: Coach) -> None:
    ana = await settled_in(coach)
    await says(coach, ana, "slept 6h, bike 20")
    asked = ana.last
    await says(coach, ana, "slept 7h")
    ana.tap(labels(asked)[0], asked.id)
    await coach.settled()
    said = await says(coach, ana, "/today")
    assert "7 h" in said
