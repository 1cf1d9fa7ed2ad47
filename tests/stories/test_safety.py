"""Somebody is not all right: noticed in whatever they do, answered, followed up, and never left at a dead end."""

import asyncio
from datetime import timedelta

import pytest

from bot.demo.phone import Phone
from tests.stories.test_checkins import labels, morning, settled_in
from tests.stories.test_drills import breathing
from tests.stories.test_first_flow import arrived
from tests.stories.test_reminders import became, later, lives, reminded
from tests.support import ON_ONE, Coach

DARK, NOW = "I want to kill myself", "I'm going to kill myself tonight"
HEAVY = "I haven't been able to stop crying for weeks"
CHEST = "sharp chest pain right now, can't get air"
IN_URGENCY = ["I'm safe right now", "Words for a friend", "What if I call?", "My country", "Not what I meant"]
async def says(coach: Coach, phone: Phone, text: str) -> str:
    """What comes of words."""
    phone.type(text)
    await coach.settled()
    return phone.last.text


def flags(coach: Coach) -> int:
    return int(coach.rows("SELECT count(*) FROM flag")[0][0])


async def test_in_a_check_in_it_is_answered_and_what_was_said_counts(coach: Coach) -> None:
    ana = await arrived(coach)
    assert "I hear you" in await says(coach, ana, "7, but I want to die")
    assert labels(ana.last) == IN_URGENCY
    assert flags(coach) == 1
    ana.tap("I'm safe right now")
    await ana.sees("I am glad you told me.")
    await coach.settled()
    ana.tap("Show the lines")
    await ana.sees("In danger right now?")
    ana.type("/checkin morning")
    await ana.sees("How well did you sleep?")


@ON_ONE
@pytest.mark.parametrize(
    ("text", "first", "buttons"),
    [
        (DARK, "I hear you, and I take what you wrote seriously.", IN_URGENCY),
        (NOW, "I hear you, and I take it seriously.", ["My country", "I'm safe right now"]),
        (HEAVY, "I hear you. That is a lot to carry", ["Words for a friend", *IN_URGENCY[-2:]]),
        (CHEST, "I read that as a warning sign from your body. If it is happening now", IN_URGENCY[-2:]),
        ("my husband hits me when he drinks", "I hear you, and I believe you.",
         [*IN_URGENCY[2:4], IN_URGENCY[0], IN_URGENCY[-1]]),
        ("my friend just took a bunch of pills and isn't answering", "Call", IN_URGENCY[-2:]),
        ("ich will nicht mehr leben", "", IN_URGENCY),
    ],
)
async def test_each_level_and_kind_has_its_answer(coach: Coach, text: str, first: str, buttons: list[str]) -> None:
    ana = await settled_in(coach)
    assert (await says(coach, ana, text)).startswith(first)
    assert labels(ana.last) == buttons


@ON_ONE
async def test_in_other_languages_it_is_answered_in_both(coach: Coach) -> None:
    ana = await settled_in(coach)
    said = await says(coach, ana, "ich will mich umbringen")
    assert "Ich" in said
    assert "I hear you" in said


@ON_ONE
async def test_in_a_drill(coach: Coach) -> None:
    """It ends, and nobody is asked how revved up they are."""
    ana = await settled_in(coach)
    await breathing(coach, ana, 5)
    assert "I hear you" in await says(coach, ana, DARK)
    await later(coach, 6)
    assert "I hear you" in ana.last.text


@ON_ONE
async def test_before_consent_it_is_answered_and_nothing_is_kept(coach: Coach) -> None:
    ana = coach.world.person("Ana")
    assert "I hear you" in await says(coach, ana, DARK)
    assert labels(ana.last) == []
    assert flags(coach) == 0


@ON_ONE
async def test_while_paused(coach: Coach) -> None:
    ana = await settled_in(coach)
    ana.type("/pause")
    await ana.sees("How long")
    ana.tap("1 week")
    await coach.settled()
    assert "I hear you" in await says(coach, ana, DARK)


async def test_the_next_day_it_is_asked_once_whatever_happens_in_between(coach: Coach) -> None:
    ana = await reminded(coach)
    await says(coach, ana, DARK)
    await coach.stop()
    coach.clock.move(timedelta(hours=10))
    await coach.start()
    await lives(coach, 1)
    assert became(coach, "follow_up") == ["sent"]
    assert "How is today?" in ana.last.text
    assert "glad" not in await says(coach, ana, "worse than yesterday")
    assert "In danger right now?" in ana.last.text


@ON_ONE
@pytest.mark.parametrize(("said", "asked", "hard"), [
    ((CHEST,), "let a doctor look at it", "Then let a doctor see it today"),
    ((DARK, CHEST), "If it is hard right now", "In danger right now?"),
    ((CHEST, DARK), "If it is hard right now", "In danger right now?"),
])
async def test_the_next_day_of_a_body_is_about_the_body(
    coach: Coach, said: tuple[str, ...], asked: str, hard: str
) -> None:
    ana = await reminded(coach)
    for words in said:
        await says(coach, ana, words)
    await lives(coach, 1.3)
    assert asked in ana.last.text
    ana.tap("Not so good", ana.last.id)
    await ana.sees(hard)


@ON_ONE
async def test_the_second_time_a_day_it_is_short_and_on_more_days_help_is_offered(coach: Coach) -> None:
    ana = await settled_in(coach)
    first = await says(coach, ana, DARK)
    again = await says(coach, ana, "i still want to die")
    assert len(again) < len(first)
    assert "I still take it seriously" in again
    for _day in range(2):
        await lives(coach, 1)
        said = await says(coach, ana, DARK)
    assert "Would today be a day to ask?" in said


@ON_ONE
async def test_a_false_alarm_is_taken_kindly_and_takes_nothing_away(coach: Coach) -> None:
    ana = await settled_in(coach)
    await says(coach, ana, DARK)
    ana.tap("Not what I meant")
    softer = await ana.sees("Then I read it more gravely than you meant it.")
    assert "116 123" in softer.text or "/sos" in softer.text
    await coach.settled()
    assert flags(coach) == 1
    ana.tap("Show the lines")
    await ana.sees("In danger right now?")


@ON_ONE
async def test_the_way_to_somebody_else(coach: Coach) -> None:
    """Words to forward, what happens on the phone, and another country's lines."""
    ana = await settled_in(coach)
    await says(coach, ana, DARK)
    card = ana.last.id
    ana.tap("Words for a friend", message_id=card)
    await ana.sees("Can you call me today, or come by?")
    ana.tap("What if I call?", message_id=card)
    await ana.sees("you can hang up at any time")
    await coach.settled()
    ana.tap("Show the lines", message_id=card)
    await coach.settled()
    assert labels(next(bubble for bubble in ana.messages if bubble.id == card)) == IN_URGENCY
    ana.tap("My country", message_id=card)
    await ana.sees("Which country are you in?")
    await coach.settled()
    assert "I have no lines for “Narnia”" in await says(coach, ana, "Narnia")
    assert "in Ireland" in await says(coach, ana, "Ireland")
    assert coach.rows("SELECT country FROM person") == [("IE",)]


@ON_ONE
async def test_words_just_after_it_answer_no_question_that_was_open_before(coach: Coach) -> None:
    ana = await settled_in(coach)
    ana.type("/pause")
    await ana.sees("How long")
    await says(coach, ana, DARK)
    assert "nothing needs an answer now" in await says(coach, ana, "sorry")
    assert "more gravely than you meant it" in await says(coach, ana, "I\u2019m not suicidal, just tired")
    assert "Then I read" in await says(coach, ana, "forget it")
    await later(coach, 120)
    assert "Then I read" not in await says(coach, ana, "never mind")


@ON_ONE
async def test_to_whom_is_hurt_at_home_nothing_comes_later(coach: Coach) -> None:
    ana = await reminded(coach)
    assert "I won't write about it again" in await says(coach, ana, "my husband hits me when he drinks")
    await lives(coach, 1)
    assert became(coach, "follow_up") == []


@ON_ONE
async def test_what_was_said_before_stays_in_the_answer_that_takes_its_place(coach: Coach) -> None:
    ana = await settled_in(coach)
    await says(coach, ana, DARK)
    assert "I heard that too" in await says(coach, ana, CHEST)


@ON_ONE
async def test_before_consent_a_country_is_heard(coach: Coach) -> None:
    ana = coach.world.person("Ana")
    await says(coach, ana, DARK)
    assert "in Ireland" in await says(coach, ana, "Ireland")


@ON_ONE
async def test_a_country_without_lines_is_said_to_be_none(coach: Coach) -> None:
    ana = await settled_in(coach)
    assert "no lines for \u201cAtlantis\u201d" in await says(coach, ana, "/sos Atlantis")
    assert "in Spain" in await says(coach, ana, "/sos \U0001f1ea\U0001f1f8")


@ON_ONE
async def test_what_reached_us_late_says_so(coach: Coach) -> None:
    ana = await settled_in(coach)
    await coach.settled()
    await coach.stop()
    ana.type(DARK)
    coach.clock.move(timedelta(hours=1))
    await coach.start()
    await ana.sees("This reached me late.")


@ON_ONE
async def test_what_can_not_leave_in_time_says_so(coach: Coach) -> None:
    """Telegram tells us to wait, and it is twenty minutes later when we may."""
    ana = await settled_in(coach)
    refused = asyncio.Event()
    coach.world.faults.retry_after(60, ana.id)
    coach.world.faults.on("before:sendMessage", lambda call: refused.set())
    ana.type(DARK)
    await refused.wait()
    coach.clock.move(timedelta(minutes=21))
    await ana.sees("This reached me late.\n\nI hear you")
    assert flags(coach) == 1


@ON_ONE
async def test_while_telegram_is_away_nothing_is_lost(coach: Coach) -> None:
    """It answers nothing at all, and comes back: one answer."""
    ana = await settled_in(coach)
    coach.world.faults.bad_gateway()
    ana.type(DARK)
    coach.clock.move(timedelta(minutes=2))
    coach.world.faults.bad_gateway(on=False)
    await ana.sees("I hear you")
    await coach.settled()
    assert sum("I hear you" in bubble.text for bubble in ana.messages) == 1


@ON_ONE
async def test_in_a_group_nothing_is_said_of_it(coach: Coach) -> None:
    """Who is known is answered in private, others are told where."""
    ana, bo = await settled_in(coach), coach.world.person("Bo")
    group = coach.world.group("Runners", [ana, bo])
    ana.type(f"/checkin {DARK}", chat=group)
    await ana.sees("I hear you")
    bo.type(f"/checkin {DARK}", chat=group)
    await coach.settled()
    said = [bubble.text for bubble in group.messages if bubble.sender == "bot"]
    assert not any("hear you" in text for text in said)
    assert any("in private" in text for text in said)
    assert group.messages[-1].buttons == [[("Open our chat", "https://t.me/coach_bot")]]
    await coach.settled()
    ana.block()
    await coach.settled()
    ana.type(f"/checkin {DARK}", chat=group)
    await coach.settled()
    assert flags(coach) == 2
    assert "in private" in group.messages[-1].text


@ON_ONE
async def test_eating_trouble_gets_no_word_on_weight(coach: Coach) -> None:
    ana = await settled_in(coach)
    said = await says(coach, ana, "I threw up after dinner again so I don't gain weight before the race")
    assert "such a grip" in said
    assert "weight" not in said.lower()


@ON_ONE
async def test_two_weeks_of_poor_nights_are_spoken_of_once(coach: Coach) -> None:
    ana = await settled_in(coach)
    for _night in range(7):
        await morning(ana, sleep="2", mood="6", hours="5")
        await lives(coach, 1)
    assert not any("poor on most nights" in bubble.text for bubble in ana.messages)
    await morning(ana, sleep="2", mood="6", hours="5")
    card = (await ana.sees("poor on most nights")).id
    await coach.settled()
    ana.tap("Longer", message_id=card)
    await ana.sees("Does it get in the way")
    ana.tap("Yes, it does", message_id=card)
    await ana.sees("your doctor is a good start")
    await lives(coach, 1)
    await morning(ana, sleep="2", mood="6", hours="5")
    await coach.settled()
    assert sum("poor on most nights" in bubble.text for bubble in ana.messages) == 0  # answered in place, not again
