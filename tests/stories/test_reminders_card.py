"""What a person sets: /reminders, /travel and /remind, typed and tapped, over HTTP."""

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.demo.phone import Bubble, Phone
from tests.stories.test_arriving import choices, home
from tests.stories.test_checkins import OLD, labels, settled_in, types, until
from tests.stories.test_reminders import BREAK, at, later, lives, prompts, reminded
from tests.support import ON_ONE, Coach

LISBON = ("Europe/Lisbon", "PT")
CHANGED = "Changed"


async def card(coach: Coach, phone: Phone, line: str | None = None) -> Bubble:
    """The card of /reminders, or one line of it."""
    phone.type("/reminders")
    await coach.settled()
    if line is not None:
        await taps(coach, phone, line)
    return phone.last


async def taps(coach: Coach, phone: Phone, *names: str) -> Bubble:
    """Tap these, one after the other; what the card shows then."""
    for label in names:
        phone.tap(label)
        await coach.settled()
    return phone.last


def due(coach: Coach, kind: str) -> list[datetime]:
    """When reminders of a kind come, in UTC."""
    rows = coach.rows(
        "SELECT due_at FROM occurrence JOIN recurrence ON recurrence.id = recurrence"
        f" WHERE kind = '{kind}' AND state = 'pending' ORDER BY due_at"
    )
    dates = [datetime.fromisoformat(str(row[0])) for row in rows]
    return [date.replace(tzinfo=UTC) if date.tzinfo is None else date.astimezone(UTC) for date in dates]


def local(coach: Coach, zone: str) -> datetime:
    """What the clock says there."""
    return coach.clock.now().astimezone(ZoneInfo(zone))


# ---- /reminders ----------------------------------------------------------------------------------------


async def test_a_morning_is_moved_by_a_tap_and_by_words(coach: Coach) -> None:
    ana = await settled_in(coach)
    menu = await card(coach, ana)
    assert "I don't know what time it is where you are, so nothing comes yet." in menu.text
    assert labels(menu)[0] == "Tell me where you are"
    assert due(coach, "morning") == []
    there = await taps(coach, ana, "Tell me where you are", "Pick from a list", "Europe", "Lisbon")
    assert "where you are now (Lisbon time)" in there.text
    assert "/sos shows the help lines of Portugal." in there.text
    assert home(coach, ana) == LISBON
    assert ana.keyboard is None
    menu = await card(coach, ana)
    assert labels(menu) == [
        "✓ Morning check-in", "✓ Evening check-in", "Breaks from sitting", "Breathing drill", "Small things",
        "Planned session", "✓ Your week", "✓ Winding down", "Mobility", "✓ Quiet hours",
    ]
    assert "Morning check-in: 07:30\n" in menu.text
    screen = await taps(coach, ana, "✓ Morning check-in")
    assert screen.text.startswith("Morning check-in · on")
    tap = ana.tap("08:00")
    assert await tap.answered() == CHANGED
    await coach.settled()
    assert "✓ 08:00" in labels(ana.last)
    (first,) = due(coach, "morning")
    assert f"{first.astimezone(ZoneInfo('Europe/Lisbon')):%H:%M:%S}" == "08:00:00"
    screen = await types(coach, ana, "7.45 am")
    assert "07:45, every day." in screen.text
    assert "Morning check-in: 07:45\n" in (await taps(coach, ana, "Back")).text
    await taps(coach, ana, "✓ Morning check-in", "Turn off", "Back")
    assert "Off: morning check-in" in ana.last.text
    assert due(coach, "morning") == []
    assert (await choices(coach, ana))["morning"] == "off 07:45"
    await taps(coach, ana, "Morning check-in", "Turn on")
    assert len(due(coach, "morning")) == 1


@ON_ONE
async def test_breaks_are_started_in_one_tap_and_come(coach: Coach) -> None:
    ana = await reminded(coach)
    coach.clock.move(until(coach, 9))
    screen = await card(coach, ana, "Breaks from sitting")
    assert labels(screen)[:7] == ["Start", "✓ 60 min", "30 min", "45 min", "90 min", "120 min", "180 min"]
    assert "Five easy minutes on your feet, or two brisk ones." in screen.text
    await taps(coach, ana, "✓Mo" if local(coach, "UTC").weekday() else "✓Tu")  # a day that is not today
    assert labels(ana.last)[0] == "Start"
    for typed, said in (("every day", "Every 60 min, 09:00 to 17:00, every day."), ("30", "Every 30 min"),
                        ("8:30-16:45", "Every 30 min, 08:30 to 16:45"), ("9 to 5", "09:00 to 17:00")):
        assert said in (await types(coach, ana, typed)).text
    assert due(coach, "break") == []
    await taps(coach, ana, "Start")
    await later(coach, 40)
    assert len(prompts(ana, BREAK)) == 1
    await card(coach, ana, "✓ Breaks from sitting")
    await taps(coach, ana, "Stop")
    assert due(coach, "break") == []
    await later(coach, 60)
    assert len(prompts(ana, BREAK)) == 1


@ON_ONE
@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("0", "I can wait 30 to 180 minutes between two breaks. Like this: 30."),
        ("5 min", "30 to 180 minutes between two breaks. Like this: 30."),
        ("1000", "30 to 180 minutes between two breaks. Like this: 180."),
        ("9-9", "From 9 to 9 is no time at all. Like this: 09:00-17:00."),
        ("8-25", "25 is not on the clock: hours go to 23, minutes to 59. Like this: 08:00-16:00."),
        ("9-9:30", "There is no room for 60 minutes in that. Like this: 09:00-10:00, or fewer minutes."),
        ("whenever", "I could not read that. Like this: 45 min, 9-17 or mon-fri."),
    ],
)
async def test_what_can_not_be_is_told_and_nothing_is_kept(coach: Coach, typed: str, told: str) -> None:
    ana = await reminded(coach)
    await card(coach, ana, "Breaks from sitting")
    before = await choices(coach, ana)
    screen = await types(coach, ana, typed)
    assert told in screen.text
    assert "Every 60 min, 09:00 to 17:00, on weekdays." in screen.text
    assert await choices(coach, ana) == before
    assert labels(screen)[0] == "Start"  # and the buttons are still there


@ON_ONE
async def test_night_workers_have_breaks_over_midnight(coach: Coach) -> None:
    ana = await reminded(coach, quiet="09:00-16:00")
    await card(coach, ana, "Breaks from sitting")
    screen = await types(coach, ana, "17-9")
    assert "17:00 to 09:00, on weekdays. That runs over midnight." in screen.text
    assert "quiet" not in screen.text
    await types(coach, ana, "10-11:30")
    refused = await taps(coach, ana, "120 min")
    assert "There is no room for 120 minutes in that. Like this: 10:00-12:00" in refused.text


@ON_ONE
async def test_days_are_seven_toggles_and_one_stays(coach: Coach) -> None:
    ana = await reminded(coach)
    await card(coach, ana, "Planned session")
    await taps(coach, ana, "Turn on", "Mo", "✓Tu")
    assert "18:00, Mon, Thu." in ana.last.text
    await taps(coach, ana, "✓Mo")
    tap = ana.tap("✓Th")
    assert await tap.answered() == "One day stays. To have none, turn it off."
    assert (await choices(coach, ana))["session"] == "18:00 4"
    assert "Sat, Sun" not in ana.last.text
    await types(coach, ana, "7:30")
    assert "07:30, at weekends." in (await types(coach, ana, "weekends")).text
    assert {day.weekday() for day in due(coach, "session")} <= {5, 6}


@ON_ONE
async def test_small_things_have_one_time_or_two(coach: Coach) -> None:
    ana = await reminded(coach)
    await card(coach, ana, "Small things")
    for typed, said in (("11 and 16:30", "11:00 and 16:30"), ("8, 20", "08:00 and 20:00"), ("11", "11:00")):
        assert f"{said}, every day." in (await types(coach, ana, typed)).text
    await taps(coach, ana, "10:00 and 15:00")
    first = due(coach, "micro")[0].astimezone(ZoneInfo("Europe/Lisbon"))
    assert f"{first:%H:%M:%S}" in ("10:00:00", "15:00:00")


@ON_ONE
async def test_quiet_hours_are_named_where_they_matter(coach: Coach) -> None:
    ana = await reminded(coach, evening="21:30")
    await card(coach, ana, "✓ Quiet hours")
    screen = await types(coach, ana, "9-7")
    assert screen.text.startswith("Quiet hours · 21:00 to 07:00")
    assert "So these stay silent, at least in part: evening check-in." in screen.text
    await taps(coach, ana, "Back", "✓ Evening check-in")
    assert "That lies in your quiet hours, 21:00 to 07:00: nothing comes then." in ana.last.text
    assert "quiet" not in (await types(coach, ana, "8:30")).text
    await taps(coach, ana, "Back", "✓ Quiet hours")
    assert (await types(coach, ana, "none")).text.startswith("Quiet hours · none")
    assert coach.rows("SELECT quiet_from, quiet_until FROM manners") == [(None, None)]
    await taps(coach, ana, "22–7")
    assert coach.rows("SELECT quiet_from, quiet_until FROM manners") == [(22 * 60, 7 * 60)]


@ON_ONE
async def test_the_daily_drill_is_the_one_of_the_set_up(coach: Coach) -> None:
    ana = await reminded(coach, prompt="no")
    await card(coach, ana, "Breathing drill")
    await taps(coach, ana, "18:00")
    kept = await choices(coach, ana)
    assert (kept["prompt"], kept["drill"]) == ("yes", "18:00")
    ana.type("/settings")
    assert "with one reminder" in (await ana.sees("Tap what you want to change")).text
    await taps(coach, ana, "Daily reminder", "No, thanks")
    assert "Off: morning check-in, evening check-in, breaks from sitting, breathing drill" in (
        await card(coach, ana)
    ).text
    assert due(coach, "drill") == []


@ON_ONE
async def test_breaks_are_tried_for_two_weeks(coach: Coach) -> None:
    ana = await reminded(coach, break_="09:00-17:00/60")
    await card(coach, ana, "✓ Breaks from sitting")
    await taps(coach, ana, "Find out if they help")
    assert "on three days of five I prompt, on two I am silent" in ana.last.text
    await taps(coach, ana, "Try it for two weeks")
    assert "Some days stay silent until" in ana.last.text
    begun = local(coach, "Europe/Lisbon").date() + timedelta(days=1)
    assert (await choices(coach, ana))["trial"] == f"{begun}"
    await taps(coach, ana, "Find out if they help", "Stop it")
    assert "silent" not in ana.last.text
    assert (await choices(coach, ana))["trial"] == ""


@ON_ONE
async def test_old_and_forged_buttons_change_nothing(coach: Coach) -> None:
    ana = await reminded(coach)
    screen = await card(coach, ana, "Breaks from sitting")
    before = await choices(coach, ana)
    prefix = screen.buttons[0][0][1].rpartition(":")[0]
    for act in ("d=8", "d=", "t", "go=morning", "go=", "undo=1", "x", "at=Nowhere/Land|DE", "trial"):
        tap = ana.tap_data(f"{prefix}:{act}", screen.id)
        assert await tap.answered() == OLD, act
    await taps(coach, ana, "Back")
    tap = ana.tap_data(f"{prefix}:on", screen.id)
    assert await tap.answered() == OLD
    assert await choices(coach, ana) == before


@ON_ONE
async def test_the_menu_does_not_ask(coach: Coach) -> None:
    """A check-in that is open can still be answered beside it."""
    ana = await reminded(coach)
    await types(coach, ana, "/checkin morning")
    await card(coach, ana)
    assert "How is your mood?" in (await types(coach, ana, "7")).text


@ON_ONE
async def test_nothing_is_set_before_consent(coach: Coach) -> None:
    ana = coach.world.person("Ana")
    for command in ("/reminders", "/travel", "/remind talk at 14:00"):
        ana.type(command)
        await ana.sees("Hello, Ana.")
    await coach.settled()
    assert coach.rows("SELECT 1 FROM recurrence") == []


# ---- /travel -------------------------------------------------------------------------------------------


@ON_ONE
async def test_a_traveller_takes_the_times_along(coach: Coach) -> None:
    ana = await reminded(coach, LISBON, evening="21:30")
    ana.type("/travel")
    await ana.sees("Or share your place")
    assert ana.keyboard is not None
    ana.type("Tokyo")
    there = await ana.sees(f"It is {local(coach, 'Asia/Tokyo'):%H:%M} where you are now (Tokyo time)")
    await coach.settled()
    assert "Next: evening check-in, today 21:30." in there.text
    assert ana.keyboard is None
    assert [f"{one.astimezone(ZoneInfo('Asia/Tokyo')):%H:%M}" for one in due(coach, "evening")] == ["21:30"]
    await taps(coach, ana, "Another place")
    ana.share_location(52.52, 13.4)
    await coach.settled()
    assert "(Berlin time)" in ana.last.text
    assert [f"{one.astimezone(ZoneInfo('Europe/Berlin')):%H:%M}" for one in due(coach, "evening")] == ["21:30"]
    await taps(coach, ana, "Another country")
    assert "/sos shows the help lines of Ireland." in (await types(coach, ana, "Ireland")).text
    assert home(coach, ana) == ("Europe/Berlin", "IE")


@ON_ONE
async def test_zones_are_understood_by_their_names_of_today_and_before(coach: Coach) -> None:
    ana = await reminded(coach)
    for typed, zone in (
        ("Europe/Berlin", "Europe/Berlin"), ("US/Pacific", "America/Los_Angeles"), ("asia/calcutta", "Asia/Kolkata"),
        ("Canada/Eastern", "America/Toronto"),
    ):
        ana.type(f"/travel {typed}")
        await ana.sees("where you are now")
        await coach.settled()
        assert home(coach, ana)[0] == zone


@ON_ONE
async def test_a_zone_that_there_is_not(coach: Coach) -> None:
    ana = await reminded(coach)
    ana.type("/travel Europe/Atlantis")
    await ana.sees("I know no place of that name.")
    await ana.sees("Or share your place")
    assert "Which one is it?" in (await types(coach, ana, "Europe/Berln")).text
    assert "Berlin, Germany" in labels(ana.last)
    prefix = ana.last.buttons[0][0][1].rpartition(":")[0]
    for act in ("at=Europe/Atlantis|DE", "at=../../etc/passwd|DE", "at=Europe/Berlin|Germany"):
        assert await ana.tap_data(f"{prefix}:{act}", ana.last.id).answered() == OLD
    assert home(coach, ana) == LISBON
    assert "(Lisbon time)" in (await taps(coach, ana, "Never mind")).text
    assert ana.keyboard is None


# ---- something hard ahead ------------------------------------------------------------------------------


@ON_ONE
async def test_a_presentation_is_met_twenty_minutes_before(coach: Coach) -> None:
    ana = await reminded(coach)
    coach.clock.move(until(coach, 10))
    then = (local(coach, "Europe/Lisbon") + timedelta(hours=3)).replace(minute=30)
    noted = await types(coach, ana, f"presentation at {then:%H:%M}")
    assert noted.text == (
        f"Noted: presentation, today {then:%H:%M}. I come 20 minutes before, with five minutes of breathing or a walk."
    )
    assert labels(noted) == ["Undo"]
    before = then - timedelta(minutes=20)
    assert f"Next: before “presentation”, today {before:%H:%M}." in (await card(coach, ana)).text
    await later(coach, (before - coach.clock.now()) / timedelta(minutes=1) - 1)
    assert prompts(ana, "is coming up") == []
    await later(coach, 1.1)
    (met,) = prompts(ana, "is coming up")
    assert met.text.startswith("Presentation is coming up.")
    await taps(coach, ana, "Breathe with me")
    assert "How revved up are you right now?" in ana.last.text
    tap = ana.tap("Undo", noted.id)
    await tap.answered()
    await coach.settled()
    assert "That one has been and gone." in next(bubble.text for bubble in ana.messages if bubble.id == noted.id)


@ON_ONE
async def test_it_can_be_called_off(coach: Coach) -> None:
    ana = await reminded(coach)
    await types(coach, ana, "/remind job interview tomorrow at 2")
    assert "Noted: job interview, tomorrow 14:00." in ana.last.text
    await types(coach, ana, "exam tomorrow 9")
    assert len(due(coach, "preload")) == 2
    again = await types(coach, ana, "/remind job interview tomorrow at 2")
    assert again.text.startswith("Noted already: job interview, tomorrow 14:00.")
    assert len(due(coach, "preload")) == 2
    assert (await taps(coach, ana, "Undo")).text == "Called off: job interview."
    (exam,) = due(coach, "preload")
    assert f"{exam.astimezone(ZoneInfo('Europe/Lisbon')):%H:%M}" == "08:40"
    await types(coach, ana, "exam tomorrow 9")
    await taps(coach, ana, "Undo")
    assert due(coach, "preload") == []


@ON_ONE
async def test_what_was_named_comes_though_training_rests(coach: Coach) -> None:
    ana = await reminded(coach, break_="09:00-17:00/60")
    coach.clock.move(until(coach, 9))
    assert "doctor" in (await types(coach, ana, "chest pain while running")).text
    then = (local(coach, "Europe/Lisbon") + timedelta(hours=3)).replace(minute=30)
    await types(coach, ana, f"presentation at {then:%H:%M}")
    await lives(coach, 0.5)
    assert [bubble.text.partition("\n")[0] for bubble in prompts(ana, "is coming up")] == ["Presentation is coming up."]
    assert prompts(ana, "Time to get up") == []


@ON_ONE
async def test_what_is_noted_is_listed_and_called_off_there(coach: Coach) -> None:
    ana = await reminded(coach)
    for words in ("exam tomorrow 9", "interview tomorrow 15:00"):
        ana.type(f"/remind {words}")
        await ana.sees("I come 20 minutes before")
    ana.type("/reminders")
    listed = await ana.sees("Ahead: exam")
    assert "Ahead: interview" in listed.text
    await coach.settled()
    assert "Ahead: exam" not in (await taps(coach, ana, "Call off: exam")).text
    await lives(coach, 2)
    assert [bubble.text.partition("\n")[0] for bubble in prompts(ana, "is coming up")] == ["Interview is coming up."]


@ON_ONE
async def test_something_hard_is_not_put_off_past_its_beginning(coach: Coach) -> None:
    ana = await reminded(coach)
    ana.type("/remind exam at 14:00")
    await ana.sees("I come 20 minutes before")
    await at(coach, 13, 41)
    assert [label for label in labels(ana.last) if label.startswith("In ")] == ["In 10 min"]


@ON_ONE
async def test_what_fell_silent_is_said_and_comes_back_with_a_change(coach: Coach) -> None:
    ana = await reminded(coach, break_="09:00-17:00/30")
    await lives(coach, 3)
    ana.type("/reminders")
    await ana.sees("Quiet until you change it")
    await coach.settled()
    await taps(coach, ana, "✓ Breaks from sitting")
    await types(coach, ana, "60 min, 9-17")
    had = len(prompts(ana, "Time to get up."))
    await lives(coach, 1)
    assert len(prompts(ana, "Time to get up.")) > had
    ana.type("/reminders")
    await coach.settled()
    assert "Quiet until you change it" not in ana.last.text


@ON_ONE
async def test_in_less_than_twenty_minutes_the_five_are_now(coach: Coach) -> None:
    ana = await reminded(coach)
    coach.clock.move(until(coach, 10))
    soon = local(coach, "Europe/Lisbon") + timedelta(minutes=12)
    said = await types(coach, ana, f"/remind talk at {soon:%H:%M}")
    assert re.match(r"Talk begins in 1[12] minutes\. Take five of them now", said.text)
    assert due(coach, "preload") == []
    await taps(coach, ana, "Breathe with me")
    assert "How revved up are you right now?" in ana.last.text


@ON_ONE
async def test_what_is_said_of_a_time_that_can_not_be(coach: Coach) -> None:
    ana = await reminded(coach, quiet="22:00-07:00")
    coach.clock.move(until(coach, 15))
    for typed, told in (
        ("presentation at 9:00", "That time is over."),
        ("exam 30 feb 9:00", "There is no 30 Feb. Like this: exam 28 Feb 09:00."),
        ("exam 31 nov 9:00", "There is no 31 Nov. Like this: exam 30 Nov 09:00."),
        ("presentation at 25:00", "25:00 is not on the clock"),
        ("/remind", "/remind presentation at 14:00"),
        ("/remind me", "I could not read that. Like this: /remind presentation at 14:00."),
        ("flight tomorrow 6:30 am", "My word before it falls into your quiet hours, so I stay silent."),
        ("is the exam at 9?", "I did not get that"),
        ("no exam tomorrow 9", "I am not sure what"),
        ("slept at 11", "I did not get that"),
    ):
        assert told in (await types(coach, ana, typed)).text, typed
    assert len(due(coach, "preload")) == 1


@ON_ONE
async def test_words_of_danger_are_no_appointment(coach: Coach) -> None:
    ana = await reminded(coach)
    for typed in ("kill myself tomorrow at 9", "/remind kill myself tomorrow at 9"):
        assert "/remind" not in (await types(coach, ana, typed)).text
        assert "I hear you" in ana.last.text
    assert coach.rows("SELECT 1 FROM recurrence WHERE kind = 'preload' AND active") == []


@ON_ONE
async def test_an_open_question_stays_open_beside_something_hard(coach: Coach) -> None:
    ana = await reminded(coach)
    await types(coach, ana, "/checkin morning")
    assert "Noted: exam, tomorrow 09:00." in (await types(coach, ana, "exam tomorrow 9")).text
    assert len(due(coach, "preload")) == 1
    assert "I need a whole number from 0 to 10." in (await types(coach, ana, "exams make me nervous")).text
    assert "How is your mood" in (await types(coach, ana, "7")).text


@ON_ONE
async def test_without_a_place_it_is_asked_for(coach: Coach) -> None:
    ana = await settled_in(coach)
    for typed in ("exam tomorrow 9", "/remind exam tomorrow 9"):
        assert "/travel asks you" in (await types(coach, ana, typed)).text
    assert coach.rows("SELECT 1 FROM recurrence") == []


# ---- answers -------------------------------------------------------------------------------------------


@ON_ONE
async def test_who_moved_hears_when_the_next_comes(coach: Coach) -> None:
    ana = await reminded(coach, break_="09:00-17:00/60")
    await at(coach, 10, 10)
    await types(coach, ana, "done")
    (first,) = due(coach, "break")
    assert f"I come back at {first.astimezone(ZoneInfo('Europe/Lisbon')):%H:%M}." in ana.last.text
    await at(coach, 16, 30)
    await taps(coach, ana, "Already moved")
    assert ana.last.text == "Good. That was the last one for today."


@ON_ONE
async def test_words_beside_a_reminder_are_heard(coach: Coach) -> None:
    ana = await reminded(coach, break_="09:00-17:00/60")
    await at(coach, 10, 10)
    assert "Noted: exam, tomorrow 09:00." in (await types(coach, ana, "exam tomorrow 9")).text
    assert "I did not get that" in (await types(coach, ana, "lovely weather")).text
    assert (await types(coach, ana, "stop")).text == "Off. /reminders has them, if you want them back."
    assert due(coach, "break") == []


@ON_ONE
async def test_another_time_leads_to_the_times(coach: Coach) -> None:
    ana = await reminded(coach, break_="09:00-17:00/30", quiet="off 22:00-07:00")
    await at(coach, 17)
    await at(coach, 16)  # five were ignored: then it is asked
    asked = prompts(ana, "still right?")
    assert len(asked) == 1
    await taps(coach, ana, "Another time")
    assert ana.last.text.startswith("Breaks from sitting · on")
    assert "Every 90 min" in (await taps(coach, ana, "90 min")).text
