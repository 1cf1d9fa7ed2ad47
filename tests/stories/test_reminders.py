"""Reminders as people live them: a desk day, a bad night, a holiday, a month of silence, a traveller."""

import random
from datetime import UTC, date, datetime, timedelta

import pytest

from bot.adapters.store import people, profile, vault
from bot.demo.phone import Bubble, Phone
from bot.reminders import duty
from tests.stories.test_checkins import GOOD_FOOD, labels, morning, settled_in, until
from tests.stories.test_drills import breathing
from tests.support import ON_ONE, Coach

LISBON = ("Europe/Lisbon", "PT")
BREAK, WAYS = "Time to get up.", ["Done", "Already moved", "Short version", "In 10 min", "In 30 min", "In 60 min"]


async def reminded(coach: Coach, place: tuple[str, str] = LISBON, **chosen: str) -> Phone:
    """Somebody who lives there and chose this; of reminders, nothing but what they chose."""
    off = {"morning": "off 07:30", "evening": "off 21:30", "week": "off 18:00 7", "wind_down": "off 21:50"}
    phone = await settled_in(coach, **{**off, **{name.strip("_"): value for name, value in chosen.items()}})
    with coach.app.engine.begin() as connection:
        key = vault.key(connection, coach.app.keyring, phone.id)
        people.keep_place(connection, phone.id, *place)
        duty.follow(connection, key, phone.id, coach.clock.now())
    return phone


async def later(coach: Coach, minutes: float) -> None:
    """People's time goes on, and what became due is decided and sent, as it is each second."""
    await coach.settled()
    coach.clock.move(timedelta(minutes=minutes))
    await coach.app.remind()
    await coach.settled()


async def at(coach: Coach, hour: int, minute: int = 0) -> None:
    """It is that time (UTC), the next day when it is over; each reminder on the way is met at its minute."""
    await lives(coach, until(coach, hour, minute) / timedelta(days=1))


async def lives(coach: Coach, days: float) -> None:
    """So many days pass; each reminder is met at its minute."""
    end = coach.clock.now() + timedelta(days=days)
    while True:
        ((due,),) = coach.rows("SELECT min(due_at) FROM occurrence WHERE state = 'pending'")
        due = datetime.fromisoformat(str(due)).replace(tzinfo=UTC) if due else end
        if due >= end:
            break
        await later(coach, (due - coach.clock.now()) / timedelta(minutes=1) + 0.1)
    await later(coach, (end - coach.clock.now()) / timedelta(minutes=1))


def prompts(phone: Phone, words: str) -> list[Bubble]:
    """The messages of the bot that began with these words."""
    return [bubble for bubble in phone.messages if bubble.sender == "bot" and words in bubble.text]


def became(coach: Coach, kind: str) -> list[str]:
    """What became of the reminders of a kind so far, in order; steps of minutes make some of them late."""
    return [
        reason or state.replace("late", "sent")
        for state, reason in coach.rows(
            "SELECT state, reason FROM occurrence JOIN recurrence ON recurrence.id = recurrence"
            f" WHERE kind = '{kind}' AND state NOT IN ('pending', 'queued') ORDER BY due_at"
        )
    ]


async def test_a_desk_day(coach: Coach) -> None:
    """Breaks every hour: done, moved by oneself, put off, not today."""
    ana = await reminded(coach, break_="09:00-17:00/60")
    await at(coach, 9, 55)
    assert prompts(ana, BREAK) == []
    await later(coach, 12)
    (first,) = prompts(ana, BREAK)
    assert labels(first) == [*WAYS, "Not today"]
    tap = ana.tap("Done")
    assert await tap.answered() == "Noted"
    await coach.settled()
    assert "starts again now" in ana.last.text
    await later(coach, 58)  # 11:05, an hour after the move: not before
    assert became(coach, "break") == ["sent"]
    await later(coach, 5)
    assert became(coach, "break") == ["sent", "sent"]
    ana.tap("In 30 min")
    await coach.settled()
    assert ana.last.text == "Back in 30 minutes."
    await later(coach, 29)
    assert len(became(coach, "break")) == 2
    await later(coach, 2)
    assert became(coach, "break") == ["sent"] * 3
    ana.tap("Short version")
    await coach.settled()
    assert "Ten calf raises" in ana.last.text
    ana.tap("Not today")
    await coach.settled()
    assert ana.last.text == "Fine. No more of these today."
    await at(coach, 18)
    assert set(became(coach, "break")[3:]) == {"not today"}
    await at(coach, 10, 10)
    assert became(coach, "break")[-1] == "sent"


@ON_ONE
async def test_the_last_break_of_a_day_can_be_put_off(coach: Coach) -> None:
    """What was promised comes, though the window is over by then."""
    ana = await reminded(coach, break_="09:00-10:00/60")
    await at(coach, 10, 6)
    ana.tap("In 60 min")
    await coach.settled()
    assert ana.last.text == "Back in 60 minutes."
    await later(coach, 58)
    assert became(coach, "break") == ["sent"]
    await later(coach, 3)
    assert became(coach, "break") == ["sent", "sent"]
    assert len(prompts(ana, BREAK)) == 1  # the older one is over


# ---- check-ins -----------------------------------------------------------------------------------------


@ON_ONE
async def test_a_check_in_comes_with_its_first_question(coach: Coach) -> None:
    """It is answered where it stands; what was begun already is not asked for."""
    ana = await reminded(coach, morning="07:30")
    await at(coach, 7, 31)
    (asks,) = prompts(ana, "How well did you sleep?")
    assert labels(asks)[-4:] == ["In 10 min", "In 30 min", "In 60 min", "Not today"]
    ana.tap("In 30 min")
    await coach.settled()
    assert ana.last.text == "Back in 30 minutes."
    await later(coach, 31)
    ana.tap("7", message_id=ana.last.id)
    mood = await ana.sees("How is your mood?")
    assert "Not today" not in labels(mood)
    assert became(coach, "morning") == ["sent", "sent"]
    ana.type("/checkin morning")  # the next morning: before its time, by themselves
    await at(coach, 6)
    ana.type("/checkin morning")
    await ana.sees("How well did you sleep?")
    ana.tap("8")
    await ana.sees("How is your mood?")
    await at(coach, 7, 31)
    assert became(coach, "morning")[-1] == "answered"


@ON_ONE
async def test_a_month_of_ignoring_everything(coach: Coach) -> None:
    """What somebody gets who never answers: counted."""
    ana = await reminded(coach, morning="07:30", evening="21:30", break_="09:00-17:00/60", prompt="yes", week="18:00 7")
    await lives(coach, 30)
    sent = {kind: became(coach, kind).count("sent") for kind in ("morning", "evening", "break", "drill", "week")}
    # Check-ins: four days, then the first of day 6 and of day 21. The others: six each, the last one a question.
    assert sent == {"morning": 6, "evening": 4, "break": 6, "drill": 6, "week": 3}
    assert became(coach, "break")[:7] == ["sent"] * 6 + ["ignored"]
    assert became(coach, "drill")[:9] == ["sent", *["sent", "ignored"] * 3, "sent", "sent"]
    assert len(prompts(ana, "Breaks from sitting: still right?")) == 1
    assert [labels(bubble) for bubble in ana.messages if bubble.buttons] == [labels(ana.last)]


# ---- manners -------------------------------------------------------------------------------------------


@ON_ONE
async def test_a_time_that_is_changed_after_it_came_does_not_come_again_that_day(coach: Coach) -> None:
    ana = await reminded(coach, morning="07:30")
    await at(coach, 7, 35)
    with coach.app.engine.begin() as connection:
        key = vault.key(connection, coach.app.keyring, ana.id)
        profile.choose(connection, key, ana.id, "morning", "08:00", coach.clock.now())
        duty.follow(connection, key, ana.id, coach.clock.now())
    await at(coach, 9)
    assert became(coach, "morning") == ["sent"]
    await at(coach, 8, 1)
    assert became(coach, "morning") == ["sent", "sent"]


@ON_ONE
async def test_two_ignored_halve_and_an_answer_sets_it_right(coach: Coach) -> None:
    ana = await reminded(coach, break_="09:00-18:00/60")
    await at(coach, 13, 30)
    due = [str(row.due_at)[11:13] for row in coach.rows("SELECT due_at FROM occurrence ORDER BY due_at")]
    assert due == ["10", "11", "13", "15"]
    tap = ana.tap("Already moved", message_id=ana.last.id)  # at half past one
    assert await tap.answered() == "Noted"
    await coach.settled()
    await at(coach, 14, 33)
    assert became(coach, "break") == ["sent"] * 4


@ON_ONE
async def test_a_button_belongs_to_the_reminder_above_it(coach: Coach) -> None:
    """Two kinds share one card: the one that was sent last is meant, whichever was worked out first."""
    ana = await reminded(coach, break_="09:00-17:00/60", session="17:30")
    await at(coach, 17, 5)
    assert ana.last.text.startswith("Time to get up.")
    await at(coach, 17, 35)
    assert ana.last.text.startswith("Your session.")
    ana.tap("Done", message_id=ana.last.id)
    await ana.sees("Five minutes to come down?")
    await coach.settled()
    answered = "SELECT kind, answer FROM occurrence JOIN recurrence ON recurrence.id = recurrence WHERE answer > ''"
    assert coach.rows(answered) == [("session", "done")]
    ana.tap("Breathe with me")
    await ana.sees("How revved up are you right now?")


@ON_ONE
async def test_a_small_thing_is_done_alone_or_together_and_counts(coach: Coach) -> None:
    ana = await reminded(coach, micro="05:00-15:00/300", drills="labelling,move-break")
    await at(coach, 10, 15)
    assert ana.last.text.startswith("A small thing for you.")
    ana.tap("Done", message_id=ana.last.id)
    await coach.settled()
    ana.type("/today")
    await ana.sees("Small things: 1\u00a0of\u00a02")
    await at(coach, 15, 15)
    ana.tap("Do it with me", message_id=ana.last.id)
    asked = await ana.sees("How revved up are you right now?")
    assert "Then" in asked.text


@ON_ONE
async def test_a_planned_session_may_be_a_mindful_run(coach: Coach) -> None:
    ana = await reminded(coach, session="17:30")
    await at(coach, 17, 35)
    ana.tap("As a mindful run", message_id=ana.last.id)
    await ana.sees("A run with your senses")


@ON_ONE
async def test_after_five_it_is_asked_once(coach: Coach) -> None:
    ana = await reminded(coach, break_="09:00-17:00/30")
    await lives(coach, 2)
    (question,) = prompts(ana, "Breaks from sitting: still right?")
    assert labels(question) == ["Less often", "Another time", "Stop these", "Keep them"]
    ana.tap("Less often", message_id=question.id)
    await ana.sees("Half as often from now on.")
    await coach.settled()
    assert coach.rows("SELECT every, unanswered FROM recurrence WHERE kind = 'break'") == [(60, 0)]
    await lives(coach, 1)
    assert became(coach, "break")[-1] == "sent"


@ON_ONE
async def test_quiet_hours_hold_over_midnight(coach: Coach) -> None:
    ana = await reminded(coach, quiet="22:00-07:00", evening="22:00", morning="06:59", session="07:00")
    await lives(coach, 3)
    assert set(became(coach, "evening") + became(coach, "morning")) == {"quiet hours"}
    assert became(coach, "session").count("sent") == 3
    assert ana.last.text.startswith("Your session.")


@ON_ONE
async def test_a_pause_ends_by_itself_and_silences_all_but_the_one(coach: Coach) -> None:
    ana = await reminded(coach, morning="07:30", break_="09:00-17:00/60", prompt="yes")
    ana.type("I want to kill myself")
    await coach.settled()
    ana.type("/pause")
    await ana.sees("How long")
    ana.tap("1 week")
    await coach.settled()
    had = len(ana.messages)
    await lives(coach, 1.2)
    assert {*became(coach, "morning"), *became(coach, "break"), *became(coach, "drill")} == {"paused"}
    (gentle,) = [bubble for bubble in ana.messages[had:] if bubble.sender == "bot"]
    assert labels(gentle) == ["I'm all right", "Not so good", "Leave it"]
    assert became(coach, "follow_up") == ["sent"]
    ana.tap("Leave it")
    await ana.sees("I leave it there")
    await lives(coach, 7)
    assert became(coach, "morning")[-1] == "sent"


@ON_ONE
async def test_a_hand_over_rests_what_trains(coach: Coach) -> None:
    ana = await reminded(coach, break_="09:00-17:00/60")
    ana.type("I want to kill myself")
    await lives(coach, 1)
    assert set(became(coach, "break")) == {"handed over"}
    await at(coach, 10, 5)
    assert became(coach, "break")[-1] == "sent"
    assert ana.last.text.startswith("Time to get up.")


@ON_ONE
async def test_a_drill_is_not_interrupted(coach: Coach) -> None:
    ana = await reminded(coach, break_="09:00-17:00/60")
    await at(coach, 9, 58)
    await breathing(coach, ana, 5)
    await at(coach, 10, 4)
    assert prompts(ana, BREAK) == []
    await ana.sees("That was it.")
    ana.tap("3", message_id=ana.last.id)
    await ana.sees("Revved up 7")
    await at(coach, 10, 15)
    assert len(prompts(ana, BREAK)) == 1


@ON_ONE
async def test_one_that_our_own_code_fails_on_holds_up_nobody(coach: Coach) -> None:
    """As after going back to an older version, which does not know every kind: it is tried again each hour."""
    ana, bo = [await reminded(coach, session="17:30") for _ in range(2)]
    with coach.app.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE recurrence SET kind = 'newer' WHERE kind = 'session' AND owner = {ana.id}")
    await at(coach, 17, 31)
    assert bo.last.text.startswith("Your session.")
    due = f"SELECT state, due_at FROM occurrence WHERE owner = {ana.id}"
    ((state, tried_again),) = coach.rows(due)
    assert (state, str(tried_again)[11:13]) == ("pending", "18")
    with coach.app.engine.begin() as connection:
        connection.exec_driver_sql("UPDATE recurrence SET kind = 'session' WHERE kind = 'newer'")
    await at(coach, 18, 40)
    assert ana.last.text.startswith("Your session.")


# ---- away ----------------------------------------------------------------------------------------------


@ON_ONE
async def test_a_holiday(coach: Coach) -> None:
    """Silence until they write; one question after two weeks; and a pause is no silence of theirs."""
    ana = await reminded(coach, morning="07:30", break_="09:00-17:00/60", session="17:30")
    await at(coach, 10, 10)
    ana.tap("Done")
    ana.type("/pause")
    await ana.sees("How long")
    ana.tap("Until I write")
    await coach.settled()
    had = len(ana.messages)
    await lives(coach, 16)
    (asked,) = ana.messages[had:]
    assert "Shall I stay quiet?" in asked.text
    kinds = ("morning", "break", "session")
    assert [became(coach, kind)[0] for kind in kinds] == ["sent", "sent", "paused"]
    assert {reason for kind in kinds for reason in became(coach, kind)[1:]} == {"paused"}
    ana.type("I am home again")
    await coach.settled()
    had = len(ana.messages)
    await lives(coach, 1)
    assert [became(coach, kind)[-1] for kind in kinds] == ["sent"] * 3
    assert [bubble.sender for bubble in ana.messages[had:]] == ["bot"] * 6  # a session, a morning, four breaks


@ON_ONE
async def test_a_traveller(coach: Coach) -> None:
    """West over an ocean, on over the date line, and home: no date twice, none that was lived left out."""
    ana = await reminded(coach, morning="07:30", evening="21:30")
    await at(coach, 7, 35)
    for place in ("New York", "Auckland", "Lisbon"):
        ana.type(f"/travel {place}")
        await ana.sees("where you are now")
        await lives(coach, 2)
    rows = coach.rows(
        "SELECT kind, local_date, state, reason FROM occurrence JOIN recurrence ON recurrence.id = recurrence"
        " WHERE kind IN ('morning', 'evening') AND state NOT IN ('pending', 'queued') ORDER BY due_at"
    )
    first = date.fromisoformat(str(rows[0].local_date))
    had = [(kind, (date.fromisoformat(str(day)) - first).days) for kind, day, *_ in rows]
    assert {(state, reason) for _, _, state, reason in rows} == {("sent", None)}
    # The third date's morning was over there before they arrived; nothing comes twice on the way back.
    assert had == [
        ("morning", 0), ("evening", 0), ("morning", 1), ("evening", 1), ("evening", 2), ("morning", 3), ("evening", 3),
        ("morning", 4), ("evening", 4), ("morning", 5), ("evening", 5), ("morning", 6),
    ]


# ---- unasked -------------------------------------------------------------------------------------------


@ON_ONE
async def test_after_a_bad_night_the_evening_is_dimmed(coach: Coach) -> None:
    """Unasked, so only then; and not on top of a question that is open."""
    ana = await reminded(coach, wind_down="21:50", bed="23:00")
    await lives(coach, 1)
    assert became(coach, "wind_down") == ["nothing to say"]
    await morning(ana, sleep="2", mood="5", hours="5")
    await lives(coach, 1)
    (dim,) = prompts(ana, "Last night was not a good one.")
    assert labels(dim)[:2] == ["Done", "Short version"]
    assert became(coach, "wind_down") == ["nothing to say", "sent"]


@ON_ONE
async def test_no_unasked_advice_after_a_good_week(coach: Coach) -> None:
    ana = await reminded(coach, aim="high_load", up="07:00", bed="23:00")
    await lives(coach, 2)
    assert became(coach, "hygiene") == ["sent", "sent"]
    for _day in range(3):
        ana.type("/checkin morning")
        for answer in ("8", "8", "8"):
            await coach.settled()
            ana.tap(answer, message_id=ana.last.id)
        await lives(coach, 1)
    assert became(coach, "hygiene")[-1] == "good week"


# ---- do they help? -------------------------------------------------------------------------------------


@ON_ONE
async def test_two_weeks_of_trying_and_an_answer(coach: Coach) -> None:
    """Silent days are silent, each evening has one tap more, and then it is told what that showed."""
    start = (coach.clock.now() + timedelta(days=1)).date()
    ana = await reminded(coach, break_="09:00-17:00/120", trial=start.isoformat())
    with_prompts = []
    for _day in range(15):
        had = len(prompts(ana, BREAK))
        await at(coach, 17, 30)
        prompted = len(prompts(ana, BREAK)) > had
        if prompted:
            ana.tap("Done", message_id=prompts(ana, BREAK)[-1].id)
            await coach.settled()
        day = coach.clock.now().date()
        if timedelta() <= day - start < timedelta(days=14):
            with_prompts.append(prompted)
            ana.type("/checkin evening")
            await ana.sees("How revved up")
            for label in ("2", "No, nothing", GOOD_FOOD):
                await coach.settled()
                ana.tap(label, message_id=ana.last.id)
            await ana.sees("How often did you get up this afternoon?")
            ana.tap("5" if prompted else "1")
            await ana.sees("got up 5 times" if prompted else "got up 1 times")
    silent = [day for day, prompted in enumerate(with_prompts) if not prompted]
    assert len(silent) in (5, 6)
    assert set(became(coach, "break")) >= {"silent day", "sent"}
    await at(coach, 17, 30)
    await at(coach, 18, 5)
    (result,) = prompts(ana, "Two weeks of breaks")
    assert "5.0 times on days with prompts" in result.text
    assert "1.0 on days without" in result.text
    assert "they seem to work for you" in result.text
    ana.tap("Keep them", message_id=result.id)
    await ana.sees("They stay as they are.")
    await coach.settled()
    ana.type("/checkin evening")
    await coach.settled()
    assert "How often did you get up" not in ana.last.text
    await at(coach, 17, 30)
    assert became(coach, "break")[-1] == "sent"


@pytest.mark.parametrize(("breaks", "week"), [("09:00-17:00/60", "off 18:00 7"), ("off 09:00-17:00/60", "10:00")])
@ON_ONE
async def test_words_that_answer_no_reminder_are_read_as_words(coach: Coach, breaks: str, week: str) -> None:
    ana = await reminded(coach, break_=breaks, week=week)
    await at(coach, 10, 35)
    assert labels(ana.last)
    ana.type("what is this?")
    await ana.sees("I did not get that")


# ---- between the decision and the sending --------------------------------------------------------------


@ON_ONE
async def test_what_was_decided_is_asked_once_more_when_it_is_sent(coach: Coach) -> None:
    """It waited behind a 429; meanwhile they paused."""
    ana = await reminded(coach, morning="07:30")
    coach.world.faults.retry_after(30, chat=ana.id)
    ana.type("/help")  # and the coach hears of the halt
    await coach.app.lanes.idle()
    coach.clock.move(timedelta(minutes=31))
    await coach.app.remind()
    assert coach.rows("SELECT state FROM occurrence WHERE state != 'pending'") == [("queued",)]
    with coach.app.engine.begin() as connection:
        people.pause(connection, ana.id, coach.clock.now(), None)
    await coach.settled()
    assert became(coach, "morning") == ["paused"]
    assert prompts(ana, "How well did you sleep?") == []


@ON_ONE
async def test_a_reminder_whose_outcome_nobody_knows_is_not_repeated(coach: Coach) -> None:
    ana = await reminded(coach, morning="07:30")
    # The first answer is lost, that to a second attempt would not be.
    coach.world.faults.lose_answer(0.5, random.Random(1), methods={"sendMessage"})
    await later(coach, 31)
    coach.world.faults.lose_answer(0.0)
    await later(coach, 1)
    assert coach.rows("SELECT state FROM occurrence WHERE state != 'pending'") == [("unknown",)]
    assert len(prompts(ana, "How well did you sleep?")) == 1
