"""What people type about reminders: tables of every form, and what holds for any text."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.profile.choices import Profile
from bot.reminders.naming import WHAT_LONGEST, WORDS_MOST, Stress, named_stress
from bot.reminders.plan import ORDER, QUIET, Setting, at_times, quiet, read, settings
from bot.reminders.reading import Problem, read_days, read_every, read_minute, read_setting, read_times, read_window
from bot.reminders.recurrence import DAY

MON, TUE, WED, THU, FRI, SAT, SUN = (1 << day for day in range(7))


def at(text: str) -> int:
    """hh:mm as minutes of the day."""
    hour, _, minute = text.partition(":")
    return int(hour) * 60 + int(minute)


# ---- times -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "day", "evening"),
    [
        ("7", "07:00", "19:00"), ("7:45", "07:45", "19:45"), ("07:45", "07:45", "07:45"), ("7.45", "07:45", "19:45"),
        ("7 am", "07:00", "07:00"), ("7am", "07:00", "07:00"), ("7 p.m.", "19:00", "19:00"),
        ("12 am", "00:00", "00:00"), ("12 pm", "12:00", "12:00"), ("18h30", "18:30", "18:30"),
        ("18H", "18:00", "18:00"), ("2230", "22:30", "22:30"), ("10:30", "10:30", "22:30"), ("0:30", "00:30", "00:30"),
        ("24:00", "00:00", "00:00"), ("at 7:45", "07:45", "19:45"), (" 7:45 ", "07:45", "19:45"),
        ("8 o'clock", "08:00", "20:00"), ("4", "04:00", "04:00"),
    ],
)
def test_a_time_is_read(text: str, day: str, evening: str) -> None:
    assert read_minute(text) == at(day)
    assert read_minute(text, evening=True) == at(evening)


@pytest.mark.parametrize(
    ("text", "name", "like"),
    [
        ("25:00", "clock", "23:00"), ("25", "clock", "23:00"), ("7:75", "clock", "07:59"),
        ("13 pm", "clock", "13:00"), ("0 am", "clock", "00:00"), ("99:99", "clock", "23:59"),
        ("soon", "unclear", "7:45"), ("", "unclear", "7:45"), ("7-8", "unclear", "7:45"), ("-7", "unclear", "7:45"),
        ("٧", "unclear", "7:45"), ("7:4", "unclear", "7:45"), ("7" * 4096, "unclear", "7:45"),
        ("😴", "unclear", "7:45"), ("7:45\x00", "unclear", "7:45"),
    ],
)
def test_no_time_is_answered_with_the_nearest(text: str, name: str, like: str) -> None:
    problem = read_minute(text)
    assert isinstance(problem, Problem)
    assert (problem.name, problem.like) == (name, like)


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("11", ("11:00",)), ("11 and 16:30", ("11:00", "16:30")), ("16:30, 11", ("11:00", "16:30")),
        ("11am & 4pm", ("11:00", "16:00")), ("11 am and 4 pm", ("11:00", "16:00")), ("8/20", ("08:00", "20:00")),
        ("11 and 11", ("11:00",)),
    ],
)
def test_one_time_or_two(text: str, times: tuple[str, ...]) -> None:
    assert read_times(text) == tuple(map(at, times))


@pytest.mark.parametrize("text", ["", "and", "11,", "11 and 12 and 13", "11 and 25", "x and y", "1," * 2000])
def test_other_than_one_time_or_two(text: str) -> None:
    assert isinstance(read_times(text), Problem)


# ---- windows -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "day", "night"),
    [
        ("9-17", ("09:00", "17:00"), ("09:00", "17:00")),
        ("8:30-16:45", ("08:30", "16:45"), ("08:30", "16:45")),
        ("8:30 \u2013 16:45", ("08:30", "16:45"), ("08:30", "16:45")),
        ("9 to 17", ("09:00", "17:00"), ("09:00", "17:00")),
        ("From 9 until 17", ("09:00", "17:00"), ("09:00", "17:00")),
        ("9-5", ("09:00", "17:00"), ("21:00", "05:00")),  # nine to five; or a night
        ("12-4", ("12:00", "16:00"), ("12:00", "04:00")),
        ("9am-5pm", ("09:00", "17:00"), ("09:00", "17:00")),
        ("9 am - 5", ("09:00", "17:00"), ("09:00", "05:00")),
        ("2-5pm", ("14:00", "17:00"), ("14:00", "17:00")),
        ("10-2pm", ("10:00", "14:00"), ("10:00", "14:00")),
        ("22-7", ("22:00", "07:00"), ("22:00", "07:00")),
        ("10-7", ("10:00", "19:00"), ("22:00", "07:00")),
        ("8-12", ("08:00", "12:00"), ("08:00", "12:00")),  # nobody's night has sixteen hours
        ("10pm-7am", ("22:00", "07:00"), ("22:00", "07:00")),
        ("22:00-06:00", ("22:00", "06:00"), ("22:00", "06:00")),
        ("17-9", ("17:00", "09:00"), ("17:00", "09:00")),  # over midnight
        ("9-24", ("09:00", "00:00"), ("21:00", "00:00")),
        ("09:00-05:00", ("09:00", "05:00"), ("09:00", "05:00")),
    ],
)
def test_a_window_is_read(text: str, day: tuple[str, str], night: tuple[str, str]) -> None:
    assert read_window(text) == tuple(map(at, day))
    assert read_window(text, night=True) == tuple(map(at, night))


@pytest.mark.parametrize(
    ("text", "name", "like"),
    [
        ("8-25", "clock", "08:00-16:00"), ("25-9", "clock", "9-17"), ("9-9", "length", "09:00-17:00"),
        ("22-22:00", "length", "22:00-06:00"), ("9", "unclear", "9-17"), ("9-", "unclear", "09:00-17:00"),
        ("-", "unclear", "9-17"), ("9-12-17", "unclear", "9-17"), ("all day", "unclear", "9-17"),
        ("", "unclear", "9-17"), ("9-" * 2000, "unclear", "9-17"),
    ],
)
def test_no_window_is_answered_with_the_nearest(text: str, name: str, like: str) -> None:
    problem = read_window(text)
    assert isinstance(problem, Problem)
    assert (problem.name, problem.like) == (name, like)


# ---- weekdays and minutes between --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("mon-fri", MON | TUE | WED | THU | FRI), ("Mon to Fri", MON | TUE | WED | THU | FRI), ("every day", 127),
        ("Weekdays", 31), ("weekends", SAT | SUN), ("mondays", MON), ("on tuesday", TUE), ("fri-mon", 0b1110001),
        ("tue, thu and sat", TUE | THU | SAT), ("mo we fr", MON | WED | FRI), ("mon mon", MON), ("sun-sun", SUN),
        ("mon-wed, sat", MON | TUE | WED | SAT), ("thurs & fridays", THU | FRI),
        ("", None), ("x", None), ("mon-", None), ("-fri", None), ("mon fri x", None), ("9-17", None), ("and", None),
        (",", None), ("m", None), ("mon-fri-sun", None), ("мон", None), ("mon," * 2000, MON),
    ],
)
def test_weekdays(text: str, days: int | None) -> None:
    assert read_days(text) == days


@pytest.mark.parametrize(
    ("text", "every"),
    [
        ("45", 45), ("45 min", 45), ("every 90 minutes", 90), ("2h", 120), ("2 hours", 120), ("every hour", 60),
        ("hourly", 60), ("half an hour", 30), ("every half an hour", 30), ("30", 30), ("180", 180),
        ("0", "30"), ("5", "30"), ("29", "30"), ("181", "180"), ("1000", "180"), ("9 hours", "180"),
        ("", None), ("9-17", None), ("-5", None), ("1.5", None), ("12345", None), ("often", None), ("٤٥", None),
    ],
)
def test_minutes_between(text: str, every: int | str | None) -> None:
    found = read_every(text)
    assert (found.like if isinstance(found, Problem) else found) == every


# ---- a setting ---------------------------------------------------------------------------------------

HOURLY = Setting(False, at("9:00"), at("17:00"), 60, 31)


@pytest.mark.parametrize(
    ("kind", "text", "kept"),
    [
        ("morning", "7:45", "07:45"), ("morning", "off", "off 07:30"), ("evening", "9:30", "21:30"),
        ("wind_down", "10", "22:00"), ("session", "18h", "18:00 24"), ("session", "mon fri", "off 18:00 15"),
        ("session", "start", "18:00 24"), ("week", "17:00", "17:00 7"), ("micro", "11", "11:00"),
        ("micro", "11 and 16", "06:00-16:00/300"), ("break", "45", "off 09:00-17:00/45 12345"),
        ("break", "8-16", "off 08:00-16:00/60 12345"), ("break", "daily", "off 09:00-17:00/60"),
        ("break", "45 min, 8:30-16:45, mon-wed", "off 08:30-16:45/45 123"),
        ("break", "8-16, mon, fri", "off 08:00-16:00/60 15"),
        ("break", "on", "09:00-17:00/60 12345"), ("break", "17-9", "off 17:00-09:00/60 12345"),
        ("quiet", "10-7", "22:00-07:00"), ("quiet", "none", "off 22:00-07:00"), ("drill", "6 pm", "18:00"),
    ],
)
def test_what_is_typed_becomes_a_setting(kind: str, text: str, kept: str) -> None:
    profile = Profile({})
    now = quiet(profile) if kind == QUIET else settings(profile)[kind]
    assert str(read_setting(kind, now, text)) == kept


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("9-9:30", "short"), ("0", "every"), ("1000", "every"), ("9-9", "length"), ("8-25", "clock"),
        ("45 min, 9-9:30", "short"), ("45 min, x", "unclear"), ("x", "unclear"), ("mon-x", "unclear"), ("", "unclear"),
    ],
)
def test_breaks_that_can_not_be(text: str, name: str) -> None:
    problem = read_setting("break", HOURLY, text)
    assert isinstance(problem, Problem)
    assert problem.name == name


def test_a_window_must_have_room_for_the_minutes_between() -> None:
    wide = Setting(True, at("9:00"), at("10:00"), 60)
    assert read_setting("break", wide, "90") == Problem("short", "09:00-10:30", "90")
    assert read_setting("break", wide, "60") == wide


# ---- something hard ahead ----------------------------------------------------------------------------

NOON = datetime(2026, 11, 23, 12, tzinfo=ZoneInfo("Europe/Berlin"))  # a Monday
TODAY = NOON.date()


def day(ahead: int) -> date:
    """So many days from that Monday."""
    return TODAY + timedelta(days=ahead)


@pytest.mark.parametrize(
    ("text", "what", "on", "time"),
    [
        ("presentation at 14:00", "presentation", day(0), "14:00"),
        ("Presentation at 14.30", "Presentation", day(0), "14:30"),
        ("presentation 14:00", "presentation", day(0), "14:00"),
        ("14:00 presentation", "presentation", day(0), "14:00"),
        ("exam tomorrow 9", "exam", day(1), "09:00"),
        ("exam tomorrow at 9 am", "exam", day(1), "09:00"),
        ("exam at 9 tomorrow", "exam", day(1), "09:00"),
        ("tomorrow 9: exam", "exam", day(1), "09:00"),
        ("tomorrow exam at 9", "exam", day(1), "09:00"),
        ("exam tomorrow morning at 5", "exam", day(1), "05:00"),
        ("exam tomorrow evening at 8", "exam", day(1), "20:00"),
        ("speech tonight at 8", "speech", day(0), "20:00"),
        ("speech this evening at 8:30", "speech", day(0), "20:30"),
        ("job interview monday 10:30", "job interview", day(7), "10:30"),  # this Monday it has been
        ("job interview monday 15:30", "job interview", day(0), "15:30"),
        ("job interview next monday 15:30", "job interview", day(7), "15:30"),
        ("job interview on Wed at 3", "job interview", day(2), "15:00"),  # nobody means the night
        ("race this sat 6:30 am", "race", day(5), "06:30"),
        ("flight on 3 dec 7am", "flight", date(2026, 12, 3), "07:00"),
        ("flight 3rd of December at 7:00", "flight", date(2026, 12, 3), "07:00"),
        ("flight december 3 07:00", "flight", date(2026, 12, 3), "07:00"),
        ("3 dec 7:15 flight to Rome with Bo", "flight to Rome with Bo", date(2026, 12, 3), "07:15"),
        ("exam 5 jan 9:00", "exam", date(2027, 1, 5), "09:00"),
        ("I have an exam tomorrow at 9", "exam", day(1), "09:00"),
        ("remind me of my exam tomorrow at 9.", "exam", day(1), "09:00"),
        ("defence of the thesis friday 17h", "defence of the thesis", day(4), "17:00"),
        ("Prüfung tomorrow 9", "Prüfung", day(1), "09:00"),
        ("talk at 02:30 tomorrow", "talk", day(1), "02:30"),
        ("talk tomorrow 0:10", "talk", day(1), "00:10"),
        ("mum's surgery tomorrow 11", "mum's surgery", day(1), "11:00"),
    ],
)
def test_something_hard_is_noted(text: str, what: str, on: date, time: str) -> None:
    wanted = Stress(what, on, at(time))
    asked = named_stress(text, NOON, asked=True)
    plain = named_stress(text, NOON)
    assert asked == wanted
    assert plain == wanted or " to " in text  # words of a sentence are left to /remind


@pytest.mark.parametrize(
    "text",
    [
        # questions, negations
        "is the exam at 9", "exam at 9?", "when is the exam tomorrow 9", "no exam tomorrow 9", "not at 14:00",
        "exam tomorrow 9 cancelled", "I don't have an exam at 14:00",
        # no time, no words, too many
        "presentation", "exam tomorrow", "at 14:00", "14:00", "tomorrow 9", "exam on 3 dec", "exam dec 3", "exam 9", "",
        "one two three four five six at 14:00", "x" * 61 + " at 14:00", "exam monday tuesday 9", "7 at 14:00",
        "<b>exam</b> at 14:00", "exam\x00 at 14:00", "exam 12/3 at 14:00", "🎤 at 14:00",
    ],
)
def test_what_names_nothing(text: str) -> None:
    assert named_stress(text, NOON) is None
    assert named_stress(text, NOON, asked=True) is None


@pytest.mark.parametrize(
    "text",
    [
        "slept at 11", "slept 7:30", "sleep 7:30", "woke up at 5", "ran 5k 25:10", "5k 24:30", "ran at 18:00",
        "mood 7 at 14:00", "lunch at 13:00", "call me at 14:00", "see you at 19:00", "work 8h", "went to bed at 23:00",
        "panic attack at 15:00", "up since 14:00", "home by 18:00", "good night at 22:00", "breaks at 14:00",
        "the interview was at 14:00", "I felt sick at 14:00", "morning check-in 7:30", "quiet at 22:00", "pace 5:30",
    ],
)
def test_what_may_mean_something_else_is_left_alone(text: str) -> None:
    assert named_stress(text, NOON) is None


@pytest.mark.parametrize(
    ("text", "name", "like"),
    [
        ("presentation at 9:00", "past", "presentation tomorrow 09:00"),
        ("presentation today 12:00", "past", "presentation tomorrow 12:00"),
        ("exam 20 nov 9:00", "past", "exam tomorrow 09:00"),
        ("exam 30 feb 9:00", "date", "exam 28 Feb 09:00"),
        ("exam 29 feb 9:00", "date", "exam 28 Feb 09:00"),
        ("exam 31 nov 9:00", "date", "exam 30 Nov 09:00"),
        ("exam 0 dec 9:00", "date", "exam 1 Dec 09:00"),
        ("exam dec 99 9:00", "date", "exam 31 Dec 09:00"),
        ("presentation at 25:00", "clock", "presentation at 23:00"),
        ("presentation tomorrow 9:75", "clock", "presentation tomorrow 09:59"),
        ("presentation tomorrow 13 pm", "clock", "presentation tomorrow 13:00"),
    ],
)
def test_what_can_not_be_is_answered_with_the_nearest(text: str, name: str, like: str) -> None:
    problem = named_stress(text, NOON)
    assert isinstance(problem, Problem)
    assert (problem.name, problem.like) == (name, like)


def test_a_leap_day_is_a_date_in_its_year() -> None:
    in_2028 = datetime(2028, 1, 10, 12, tzinfo=ZoneInfo("UTC"))
    assert named_stress("exam 29 feb 9:00", in_2028) == Stress("exam", date(2028, 2, 29), 540)


# ---- whatever is typed -------------------------------------------------------------------------------

TYPED = st.one_of(
    st.text(max_size=60),
    st.text(alphabet="0123456789 :.-–,hapm", max_size=16),
    st.lists(
        st.sampled_from(
            ["at", "on", "to", "and", "-", ",", "9", "14:00", "25:00", "0", "45", "min", "every", "mon", "fri", "today",
             "tomorrow", "next", "3", "30", "feb", "exam", "my", "7am", "am", "pm", "h", "İ", "٣", "\x00", "31", "nov"]
        ),
        max_size=8,
    ).map(" ".join),
)
LISBON = ZoneInfo("Europe/Lisbon")
WHEN = st.datetimes(datetime(2020, 1, 1), datetime(2060, 1, 1)).map(lambda wall: wall.replace(tzinfo=LISBON))


@given(text=TYPED, now=WHEN, asked=st.booleans())
def test_nothing_typed_is_noted_for_the_past_or_in_too_many_words(text: str, now: datetime, asked: bool) -> None:
    found = named_stress(text, now, asked=asked)
    if isinstance(found, Stress):
        assert 0 <= found.minute < DAY
        assert (found.on - now.date()).days >= 0
        assert 1 <= len(found.what.split()) <= WORDS_MOST
        assert len(found.what) <= WHAT_LONGEST


@given(text=TYPED, kind=st.sampled_from([*ORDER, QUIET]), on=st.booleans())
def test_what_is_kept_of_anything_typed_can_be_read_back(text: str, kind: str, on: bool) -> None:
    profile = Profile({})
    before = quiet(profile) if kind == QUIET else settings(profile)[kind]
    found = read_setting(kind, before if on else before.off(), text)
    if isinstance(found, Setting):
        assert read(str(found)) == found
        assert found.every is None or found.length >= found.every
    else:
        assert found.like


@given(first=st.integers(0, DAY - 1), second=st.integers(0, DAY - 1))
def test_two_times_of_the_day_are_those_two(first: int, second: int) -> None:
    assert {*at_times(sorted((first, second))).times} == {first, second}
