"""A line for the log, typed at any time: kept, echoed, changed, taken back, or asked about."""

from datetime import timedelta

from tests.stories.test_checkins import labels, settled_in
from tests.stories.test_reminders import reminded
from tests.stories.test_safety import says
from tests.support import ON_ONE, Coach


def lines(coach: Coach) -> int:
    return int(coach.rows("SELECT count(*) FROM logged")[0][0])




async def test_a_run_is_logged_and_offers_a_way_down(coach: Coach) -> None:
    ana = await settled_in(coach)
    said = await says(coach, ana, "ran 8k in 45:30 rpe 6 with the group")
    assert "Run 8 km, 45 min 30 s, effort 6, with the group, today" in said
    assert labels(ana.last) == ["Breathe out longer, 3 min", "Change", "Undo"]
    assert lines(coach) == 1
    ana.tap("Breathe out longer, 3 min")
    await ana.sees("How revved up are you right now?")


async def test_several_things_in_one_line_and_undo(coach: Coach) -> None:
    ana = await settled_in(coach)
    said = await says(coach, ana, "slept 6.5h 4/10, rhr 52 hrv 61, 2 coffees last at 6am")
    assert "Slept 6.5 h, quality 4/10, today\nResting heart rate 52, HRV 61, today\n2 coffees, last at 06:00" in said
    assert labels(ana.last) == ["Change", "Undo"]
    ana.tap("Undo")
    await ana.sees("Taken out.")
    await coach.settled()
    assert lines(coach) == 0


async def test_every_line_can_be_taken_out_for_a_day_whatever_came_after(coach: Coach) -> None:
    ana = await settled_in(coach)
    await says(coach, ana, "ran 8k in 45 rpe 6")
    await says(coach, ana, "2 coffees")
    run, coffee = ana.messages[-3], ana.messages[-1]
    assert labels(run) == ["Breathe out longer, 3 min", "Change", "Undo"]
    ana.tap("Undo", run.id)
    await ana.sees("Taken out.")
    await coach.settled()
    assert lines(coach) == 1
    assert labels(ana.last) == ["Change", "Undo"]
    coach.clock.move(timedelta(hours=25))
    await says(coach, ana, "walked 20")
    assert [labels(bubble) for bubble in ana.messages if bubble.id == coffee.id] == [[]]
    assert coach.rows("SELECT count(*) FROM card WHERE kind = 'log'")[0][0] == 2  # the third took one that was over


async def test_an_edited_message_is_read_anew(coach: Coach) -> None:
    ana = await settled_in(coach)
    typed = ana.type("ran 8k in 45")["message_id"]
    await coach.settled()
    ana.edit(typed, "ran 10k in 45")
    await ana.sees("Run 10 km, 45 min, today")
    await coach.settled()
    assert lines(coach) == 1
    ana.edit(typed, "what a day")
    await ana.sees("Taken out.")
    await coach.settled()
    assert lines(coach) == 0


@ON_ONE
async def test_effort_that_was_not_said_is_asked(coach: Coach) -> None:
    ana = await settled_in(coach)
    assert "How hard was it, all in all?" in await says(coach, ana, "ran 8k in 45")
    assert labels(ana.last) == ["Easy", "Moderate", "Bit hard", "Hard", "Very hard", "All out", "Leave it out", "Undo"]
    ana.tap("Hard")
    await ana.sees("Run 8 km, 45 min, effort 5, today\n\nThree minutes to come down?")


@ON_ONE
async def test_effort_may_be_typed_and_something_else_is_none(coach: Coach) -> None:
    ana = await settled_in(coach)
    for line, typed, effort in (("ran 8k in 45", "6", 6), ("gym 40", "very hard", 7), ("swam 1500m", "rpe 3", 3)):
        assert "How hard was it" in await says(coach, ana, line)
        assert f"effort {effort}" in await says(coach, ana, typed)
    assert lines(coach) == 3
    assert "Logged" not in await says(coach, ana, "6")


@ON_ONE
async def test_an_edit_that_is_asked_about_loses_nothing(coach: Coach) -> None:
    ana = await settled_in(coach)
    typed = ana.type("ran 12k in 70 rpe 5")["message_id"]
    await coach.settled()
    echo = ana.last
    ana.edit(typed, "ran 800k in 70 rpe 5")
    await ana.sees("Up to 100 km would fit.")
    assert ana.last.id == echo.id  # nothing older stands beside it
    ana.tap("None of it")
    await ana.sees("Run 12 km")
    ana.edit(typed, "ran 10-12k")
    await ana.sees("your log stays as it was")
    ana.edit(typed, "ran 30")
    await ana.sees("Which one was it?")
    ana.tap("Run 30 min, today")
    await ana.sees("Run 30 min, today\n\nHow hard was it")
    assert lines(coach) == 1


@ON_ONE
async def test_a_button_of_yesterday_undoes_nothing_of_today(coach: Coach) -> None:
    ana = await settled_in(coach)
    await says(coach, ana, "slept 7h")
    old = ana.last
    coach.clock.move(timedelta(hours=25))
    await says(coach, ana, "rhr 50")
    ana.tap_data(next(data for row in old.buttons for label, data in row if label == "Undo"), old.id)
    await coach.settled()
    assert lines(coach) == 2


@ON_ONE
async def test_undo_calls_off_its_own_reminder_alone(coach: Coach) -> None:
    ana = await reminded(coach)
    await says(coach, ana, "slept 5h, exam tomorrow 9am")
    await says(coach, ana, "rhr 50, exam tomorrow 3pm")
    ana.tap("Undo", ana.last.id)
    await ana.sees("Taken out.")
    await coach.settled()
    assert coach.rows("SELECT count(*) FROM recurrence WHERE kind = 'preload' AND active")[0][0] == 1


@ON_ONE
async def test_another_night_is_logged_beside_the_check_in(coach: Coach) -> None:
    ana = await settled_in(coach)
    ana.type("/checkin morning")
    await ana.sees("How well did you sleep?")
    assert "Slept 7 h, yesterday" in await says(coach, ana, "slept 7h yesterday")
    assert "How is your mood" in await says(coach, ana, "8")


@ON_ONE
async def test_what_was_another_days_has_no_way_down(coach: Coach) -> None:
    ana = await settled_in(coach)
    await says(coach, ana, "ran 8k in 45 rpe 6 yesterday")
    assert labels(ana.last) == ["Change", "Undo"]


@ON_ONE
async def test_while_a_drill_runs_a_line_is_logged(coach: Coach) -> None:
    ana = await settled_in(coach)
    await says(coach, ana, "/drill")
    ana.tap("5 min")
    await ana.sees("How revved up are you right now?")
    ana.tap("6")
    await coach.settled()
    assert "Resting heart rate 51" in await says(coach, ana, "rhr 51, slept 7h")
    assert "Your time still runs" in await says(coach, ana, "hello there")
    assert lines(coach) == 1


@ON_ONE
async def test_a_session_is_logged_while_a_question_is_open_and_the_question_stays(coach: Coach) -> None:
    ana = await settled_in(coach)
    ana.type("/checkin morning")
    await ana.sees("How well did you sleep?")
    assert "Run 8 km" in await says(coach, ana, "ran 8k in 45 easy")
    assert "How is your mood" in await says(coach, ana, "7")


@ON_ONE
async def test_a_session_is_logged_while_a_menu_is_open(coach: Coach) -> None:
    ana = await settled_in(coach)
    menus = ("/settings", "/pause", "/travel", "/reminders", "/erase", "/drill", "/sos", "/today")
    for number, menu in enumerate(menus, 1):
        await says(coach, ana, menu)
        assert "Run 5 km, 30 min, effort 4" in await says(coach, ana, "ran 5k in 30 rpe 4")
        assert lines(coach) == number


@ON_ONE
async def test_a_session_in_words_is_logged_while_a_question_is_open(coach: Coach) -> None:
    ana = await settled_in(coach)
    ana.type("/checkin morning")
    await ana.sees("How well did you sleep?")
    assert "Walk 30 min" in await says(coach, ana, "walked half an hour")
    assert "Mobility 60 min" in await says(coach, ana, "did an hour of yoga")
    assert "How is your mood" in await says(coach, ana, "seven")


@ON_ONE
async def test_a_night_that_was_logged_is_not_asked_again(coach: Coach) -> None:
    ana = await settled_in(coach)
    typed = ana.type("slept 6.5h 4/10")["message_id"]
    await coach.settled()
    ana.type("/checkin morning")
    asked = await ana.sees("How is your mood")
    assert "2\N{NO-BREAK SPACE}of\N{NO-BREAK SPACE}3" in asked.text
    ana.edit(typed, "slept 7h")
    await ana.sees("Slept 7 h, today")
    assert "How well did you sleep?" in await says(coach, ana, "/checkin morning")
    await says(coach, ana, "8")
    assert "This morning\nSleep 8" in await says(coach, ana, "7")
    await says(coach, ana, "slept 6h")  # the latest line counts
    assert "6" in (await says(coach, ana, "/checkin morning")).splitlines()[1]


@ON_ONE
async def test_an_answer_of_the_check_in_is_not_taken_back_by_a_line(coach: Coach) -> None:
    ana = await settled_in(coach)
    ana.type("/checkin morning")
    await ana.sees("How well did you sleep?")
    for typed in ("8", "7", "7"):
        await says(coach, ana, typed)
    typed = ana.type("slept 6.5h 4/10, rhr 52")["message_id"]
    await coach.settled()
    ana.edit(typed, "rhr 52")
    await coach.settled()
    assert "This morning\nSleep 8 · mood 7 · 7" in (await says(coach, ana, "/checkin morning"))


@ON_ONE
async def test_a_line_answers_what_is_asked_and_something_else_leaves_the_question(coach: Coach) -> None:
    ana = await settled_in(coach)
    ana.type("/checkin morning")
    await ana.sees("How well did you sleep?")
    assert "How well did you sleep?" in await says(coach, ana, "slept 6.5h")
    assert "still on duty" in await says(coach, ana, "can't switch off")
    assert "2 coffees" in await says(coach, ana, "2 coffees last at 6am")
    assert "what time it is where you are" in await says(coach, ana, "exam tomorrow 9")
    assert "How is your mood" in await says(coach, ana, "sleep 4/10")
    assert "6.5" in await says(coach, ana, "6")
    assert lines(coach) == 4


@ON_ONE
async def test_a_coffee_that_lies_ahead_is_not_kept(coach: Coach) -> None:
    ana = await settled_in(coach)
    assert "“1 coffee, last at 15:00, today”. Is it right?" in await says(coach, ana, "espresso at 3pm")
    assert lines(coach) == 1
    assert "1 coffee, last at 05:00" in await says(coach, ana, "espresso at 5:00")


@ON_ONE
async def test_what_a_number_means_may_be_typed(coach: Coach) -> None:
    ana = await settled_in(coach)
    await says(coach, ana, "/checkin morning")
    assert "7 " in await says(coach, ana, "what's a 7?")
    assert "How is your mood" in await says(coach, ana, "7")


@ON_ONE
async def test_an_edit_of_a_line_that_answered_changes_the_answer(coach: Coach) -> None:
    ana = await settled_in(coach)
    ana.type("/checkin morning")
    await ana.sees("How well did you sleep?")
    typed = ana.type("slept 6.5h 4/10")["message_id"]
    await ana.sees("How is your mood")
    ana.edit(typed, "slept 7h 5/10")
    await ana.sees("Slept 7 h, quality 5/10, today")
    await says(coach, ana, "7")
    assert "This morning\nSleep 5 · mood 7 · 7 h" in await says(coach, ana, "/checkin morning")
    ana.tap("Undo", next(bubble.id for bubble in ana.messages if bubble.text.startswith("Logged.")))
    await ana.sees("Taken out.")
    assert "How well did you sleep?" in await says(coach, ana, "/checkin morning")


@ON_ONE
async def test_undo_of_a_night_leaves_what_was_tapped(coach: Coach) -> None:
    ana = await settled_in(coach)
    ana.type("/checkin morning")
    await ana.sees("How well did you sleep?")
    for typed in ("4", "7", "6"):
        await says(coach, ana, typed)
    await says(coach, ana, "slept 6h 4/10")
    ana.tap("Undo")
    await ana.sees("Taken out.")
    assert "This morning\nSleep 4 · mood 7 · 6 h" in await says(coach, ana, "/checkin morning")


@ON_ONE
async def test_an_edit_on_the_next_day_stays_on_its_day(coach: Coach) -> None:
    ana = await settled_in(coach)
    typed = ana.type("ran 8k in 45")["message_id"]
    await coach.settled()
    coach.clock.move(timedelta(hours=20))
    ana.edit(typed, "ran 10k in 45 easy")
    await ana.sees("Run 10 km, 45 min, effort 2, yesterday")


@ON_ONE
async def test_what_was_not_sure_beside_what_was_is_said(coach: Coach) -> None:
    ana = await settled_in(coach)
    assert "Slept 7 h, today\nThe rest I was not sure of" in await says(coach, ana, "slept 7h, ran 30, bike 20")
    await says(coach, ana, "slept 7h, rhr 5")
    assert labels(ana.last) == ["Resting heart rate 5, today", "None of it"]


@ON_ONE
async def test_after_a_day_an_edit_changes_nothing(coach: Coach) -> None:
    ana = await settled_in(coach)
    typed = ana.type("ran 8k in 45")["message_id"]
    await coach.settled()
    coach.clock.move(timedelta(hours=25))
    ana.edit(typed, "ran 10k in 45")
    await ana.sees("That was more than a day ago")
    assert not any("10 km" in bubble.text for bubble in ana.messages if bubble.sender == "bot")


@ON_ONE
async def test_what_may_mean_two_things_is_asked(coach: Coach) -> None:
    ana = await settled_in(coach)
    assert "Which one was it?" in await says(coach, ana, "ran 30")
    assert labels(ana.last) == ["Run 30 km, today", "Run 30 min, today", "None of it"]
    ana.tap("Run 30 min, today")
    await ana.sees("Logged.\nRun 30 min, today")
    ana.tap("Leave it out")
    await ana.sees("Three minutes to come down?")


@ON_ONE
async def test_what_can_hardly_be_is_asked_and_kept_when_they_say_so(coach: Coach) -> None:
    ana = await settled_in(coach)
    assert "Up to 100 km would fit. Is it right?" in await says(coach, ana, "slept 7h, ran 800 km")
    ana.tap("None of it")
    await ana.sees("Logged.\nSlept 7 h, today")
    assert "I kept nothing" in await says(coach, ana, "ran 5k tomorrow")


@ON_ONE
async def test_what_is_no_line_is_not_logged(coach: Coach) -> None:
    ana = await settled_in(coach)
    for text in ("should I run 8k?", "didn't run today", "Anna ran 10k", "hello"):
        assert "Logged" not in await says(coach, ana, text)
    assert lines(coach) == 0


@ON_ONE
async def test_words_of_danger_in_a_line_are_answered_and_the_run_counts(coach: Coach) -> None:
    ana = await settled_in(coach)
    assert "I hear you" in await says(coach, ana, "ran 8k in 45. I want to kill myself")
    assert lines(coach) == 1


@ON_ONE
async def test_a_concern_in_a_line_comes_below_what_was_understood(coach: Coach) -> None:
    ana = await settled_in(coach)
    said = await says(coach, ana, "ran 8k in 45 rpe 6, no joy in anything lately")
    assert "Logged" not in said
    assert "/sos" in said
    echo = ana.messages[-2]
    assert "Run 8 km" in echo.text
    assert labels(echo) == ["Breathe out longer, 3 min", "Change", "Undo"]
    ana.tap("Undo", echo.id)
    await ana.sees("Taken out.")
    await says(coach, ana, "ran 30, no joy in anything lately")
    assert labels(ana.messages[-2])[-1] == "None of it"


async def test_a_line_is_kept_over_a_restart_and_a_double_tap(coach: Coach) -> None:
    ana = await settled_in(coach)
    await says(coach, ana, "walked 20")
    await coach.stop()
    await coach.start()
    ana.tap("Undo")
    ana.tap("Undo")
    await ana.sees("Taken out.")
    await coach.settled()
    assert lines(coach) == 0


@ON_ONE
async def test_something_hard_beside_it_is_met_before(coach: Coach) -> None:
    ana = await reminded(coach)
    said = await says(coach, ana, "slept 5h, exam tomorrow 9am")
    assert "exam at 09:00, tomorrow" in said
    preloads = "SELECT count(*) FROM recurrence WHERE kind = 'preload' AND active"
    assert coach.rows(preloads) == [(1,)]
    ana.tap("Undo")
    await ana.sees("Taken out.")
    await coach.settled()
    assert coach.rows(preloads) == [(0,)]
