"""From choices to rules: what is kept is read back, and what follows from it."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.model import Pause, Person, Who
from bot.profile import rules as profile
from bot.profile.choices import Profile
from bot.reminders.coming import Coming, Facts, coming
from bot.reminders.plan import ORDER, Setting, at_times, plan, quiet, read, settings
from bot.reminders.recurrence import DAY, EVERY_DAY, Recurrence, Slot, slots
from bot.reminders.rules import Stored

MINUTES = st.integers(0, DAY - 1)
SETTINGS = st.one_of(
    st.builds(Setting, st.booleans(), MINUTES, days=st.integers(1, EVERY_DAY)),
    st.builds(Setting, st.booleans(), MINUTES, MINUTES, days=st.integers(1, EVERY_DAY)),
    st.builds(Setting, st.booleans(), MINUTES, MINUTES, st.integers(1, DAY), st.integers(1, EVERY_DAY)),
)


@given(SETTINGS)
def test_a_setting_is_read_back_as_it_was_kept(setting: Setting) -> None:
    assert read(str(setting)) == setting


@given(SETTINGS)
def test_less_is_never_more(setting: Setting) -> None:
    def a_week(one: Setting) -> int:
        return len(one.times) * one.days.bit_count()

    assert a_week(setting.less()) <= a_week(setting)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("09:00-17:00/60", "09:00-17:00/120"), ("09:00-17:00/180 12345", "09:00-17:00/360 12345"),
        ("09:00-12:00/180 12345", "09:00-12:00/180 135"), ("08:30-16:30/240", "08:30-16:30/480"),
        ("21:50", "21:50 1357"), ("12:30 135", "12:30 15"), ("18:00 7", "18:00 7"),
    ],
)
def test_less(before: str, after: str) -> None:
    setting = read(before)
    assert setting is not None
    assert str(setting.less()) == after


def rule_of(kept: dict[str, str], kind: str, owner: int = 7) -> Recurrence | None:
    return plan(Profile(kept), owner).rules.get(kind)


def test_without_a_word_about_it() -> None:
    """Check-ins, the week, and a word after a bad night; all else is for who wishes it (docs/domain.md 6)."""
    planned = plan(Profile({}), 7)
    assert {kind: rule.start for kind, rule in planned.rules.items()} == {
        "morning": 7 * 60 + 30, "evening": 21 * 60 + 30, "week": 18 * 60, "wind_down": 21 * 60 + 50,
    }
    assert planned.quiet == (22 * 60, 7 * 60)


@pytest.mark.parametrize(
    ("kept", "kind", "start", "days"),
    [
        ({"up": "05:00", "bed": "21:00"}, "morning", "05:30", "1234567"),
        ({"up": "05:00", "bed": "21:00"}, "evening", "19:30", "1234567"),
        ({"bed": "01:00"}, "evening", "23:30", "1234567"),
        ({"bed": "02:00"}, "evening", "24:30", "1234567"),  # of the day before midnight
        ({"bed": "00:30"}, "wind_down", "23:20", "1234567"),
        ({"morning": "08:05"}, "morning", "08:05", "1234567"),
        ({"evening": "00:15"}, "evening", "24:15", "1234567"),
        ({"session": "18:30 135"}, "session", "18:30", "135"),
        ({"aim": "high_load"}, "hygiene", "12:30", "1234567"),
        ({"prompt": "yes"}, "drill", "15:00", "1234567"),
        ({"prompt": "yes", "drill": "off 08:00"}, "drill", "08:00", "1234567"),  # "prompt" says whether
        ({"break": "09:00-17:00/60 12345"}, "break", "09:00", "12345"),
    ],
)
def test_what_follows_from_choices(kept: dict[str, str], kind: str, start: str, days: str) -> None:
    rule = rule_of(kept, kind)
    assert rule is not None
    hour, _, minute = start.partition(":")
    assert rule.start == int(hour) * 60 + int(minute)
    assert rule.days == sum(1 << int(day) - 1 for day in days)


@pytest.mark.parametrize(
    ("kept", "kind"),
    [
        ({"morning": "off 07:30"}, "morning"), ({"prompt": "no", "drill": "08:00"}, "drill"), ({}, "break"),
        ({"aim": "starter"}, "hygiene"), ({"drill": "08:00"}, "drill"),
    ],
)
def test_what_is_off(kept: dict[str, str], kind: str) -> None:
    assert rule_of(kept, kind) is None


def test_their_own_times_are_to_the_minute_and_ours_are_spread() -> None:
    own = {"morning": "07:30", "micro": str(at_times((660, 990)))}
    assert {rule_of(own, kind, owner).offset for kind in own for owner in range(50)} == {0}  # type: ignore[union-attr]
    ours = {rule_of({}, "morning", owner).offset for owner in range(50)}  # type: ignore[union-attr]
    assert len(ours) > 30
    assert max(ours) < 600


@pytest.mark.parametrize(
    ("kept", "hours"),
    [
        ({}, (1320, 420)), ({"up": "05:30", "bed": "21:30"}, (1230, 330)), ({"bed": "00:30"}, (1410, 420)),
        ({"quiet": "23:00-06:00"}, (1380, 360)), ({"quiet": "off 23:00-06:00"}, None),
        ({"quiet": "22:00-00:00"}, (1320, 0)),
    ],
)
def test_quiet_hours(kept: dict[str, str], hours: tuple[int, int] | None) -> None:
    assert plan(Profile(kept), 7).quiet == hours
    assert quiet(Profile(kept)).on is (hours is not None)


@pytest.mark.parametrize(
    ("times", "kept"),
    [
        ((660,), "11:00"), ((660, 990), "05:30-16:30/330"), ((480, 1200), "20:00-20:00/720"),
        ((420, 1200), "09:00-07:00/660"),  # the shorter way is over midnight
    ],
)
def test_two_times_are_a_window(times: tuple[int, ...], kept: str) -> None:
    setting = at_times(times)
    assert str(setting) == kept
    assert {*setting.times} == {*times}


@given(st.lists(MINUTES, min_size=1, max_size=2), st.dates(date(2026, 1, 1), date(2026, 12, 31)))
def test_the_rule_of_two_times_has_these_slots(times: list[int], day: date) -> None:
    setting = at_times(sorted(times))
    rule = Recurrence("micro", setting.start, setting.until, setting.every)
    local = [slot.due_at.astimezone(UTC) for slot in slots(rule, ZoneInfo("UTC"), day)]
    assert {at.hour * 60 + at.minute for at in local} == {*times}


def test_every_kind_has_a_setting() -> None:
    assert tuple(settings(Profile({}))) == ORDER


# ---- what comes next ---------------------------------------------------------------------------------

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)  # a Monday; one o'clock in Berlin
OFF = {"morning": "off 07:30", "evening": "off 21:30", "week": "off 18:00 7", "wind_down": "off 21:50"}
HOURLY = "09:00-17:00/60"


def stored(kind: str, **more: object) -> Stored:
    values = {"id": 1, "rule": Recurrence(kind, 0), "active": True, "anchor": None, "unanswered": 0, "not_today": None,
              "trial_from": None, "served": None, "what": None, **more}
    return Stored(**values)  # type: ignore[arg-type]


def next_of(
    kept: dict[str, str], *rules: Stored, zone: str = "Europe/Berlin", pause: Pause | None = None,
    over: tuple[tuple[str, date], ...] = (),
) -> str | None:
    """What comes, and when, as a person would say it."""
    who = Who(Person(7, "en", zone, "DE", 1, pause), None, "Ana", "en")
    found = coming(Facts(profile.Facts(who, Profile({**OFF, "quiet": "off 22:00-07:00", **kept})), rules, over), NOON)
    return None if found is None else f"{found.kind} {found.at:%d. %H:%M}"


PRELOAD = stored("preload", rule=Recurrence("preload", 14 * 60, on=date(2026, 11, 23)), what="exam")


@pytest.mark.parametrize(
    ("kept", "rules", "expected"),
    [
        ({}, (), None),
        ({"evening": "21:30"}, (), "evening 23. 21:30"),
        ({"evening": "21:30", "morning": "07:30"}, (), "evening 23. 21:30"),
        ({"evening": "00:30"}, (), "evening 24. 00:30"),
        ({"session": "18:00 2"}, (), "session 24. 18:00"),
        ({"evening": "21:30"}, (PRELOAD,), "preload 23. 14:00"),
        ({"evening": "21:30", "quiet": "21:00-07:00"}, (), None),
        ({"evening": "21:30"}, (stored("evening", served=Slot(date(2026, 11, 23), 1290, NOON)),), "evening 24. 21:30"),
        ({"evening": "21:30"}, (stored("evening", not_today=date(2026, 11, 23)),), "evening 24. 21:30"),
        ({"hygiene": "15:00"}, (), None),  # which most days have none of
        ({"micro": "15:00"}, (stored("micro", unanswered=6),), None),  # until they say
        ({"micro": "15:00"}, (stored("micro", unanswered=1),), "micro 23. 15:00"),
    ],
)
def test_what_comes_next(kept: dict[str, str], rules: tuple[Stored, ...], expected: str | None) -> None:
    assert next_of(kept, *rules) == expected


def test_breaks_follow_the_clock_that_was_started_and_come_less_when_ignored() -> None:
    moved = stored("break", anchor=NOON - timedelta(minutes=10))
    assert next_of({"break": HOURLY}, moved) == "break 23. 13:50"
    every_50 = {"break": "09:00-17:00/50"}  # 13:10 is the next, or with twice as long between 14:00
    assert (next_of(every_50) or "").startswith("break 23. 13:1")
    assert (next_of(every_50, stored("break", unanswered=2)) or "").startswith("break 23. 14:0")


def test_an_answered_check_in_does_not_come_again() -> None:
    answered = (("evening", date(2026, 11, 23)),)
    assert next_of({"evening": "21:30"}, over=answered) == "evening 24. 21:30"


def test_silent_days_of_a_trial_have_none() -> None:
    kept = {"break": HOURLY, "trial": "2026-11-23"}
    assert {(next_of({**kept, "trial": f"2026-11-{day}"}) or "")[:9] for day in range(12, 24)} > {"break 23."}


def test_a_pause_comes_first() -> None:
    kept = {"evening": "21:30"}
    assert next_of(kept, pause=Pause(NOON, None)) is None
    assert next_of(kept, pause=Pause(NOON, NOON + timedelta(days=2))) == "evening 25. 21:30"
    assert next_of(kept, zone="UTC") is None


def test_what_is_for_is_told() -> None:
    who = Who(Person(7, "en", "Europe/Berlin", "DE", 1), None, "", "en")
    facts = Facts(profile.Facts(who, Profile(OFF)), (PRELOAD,))
    assert coming(facts, NOON) == Coming("preload", NOON + timedelta(hours=1), "exam")
