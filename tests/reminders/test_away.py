"""R6: the coach was away, or its clock did something odd. Nothing is lost, nothing comes twice, one message is enough.

On the store, against the oracle, with a stand-in for the courier; below that over the running coach and a phone.
"""

import random
from collections import Counter
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import Connection, Engine

from bot.adapters.store import outbox
from bot.model import Schedule
from bot.reminders import plan
from bot.reminders.kinds import FOLLOW_UP, PRELOAD
from tests.reminders.desk import OFF, Desk, Row, utc
from tests.stories.test_reminders import later, reminded
from tests.support import Coach
from tests.year.run import CUTS, Away, Figures, Year
from tests.year.wishes import Time, Wishes

pytestmark = pytest.mark.faults

MINUTE, HOUR, ONE_DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
LENGTHS = {"1 min": MINUTE, "1 h": HOUR, "23 h": 23 * HOUR, "25 h": 25 * HOUR, "7 d": 7 * ONE_DAY}
BEGIN = utc("2026-03-22T00:00")
NOON = utc("2026-03-24T11:00")  # in Berlin; some days before the night that is an hour short
ZONES = ("Europe/Berlin", "Europe/Berlin", "Europe/Berlin", "America/New_York", "Asia/Kolkata", "Pacific/Apia")
FULL = frozenset(range(7))


def busy(rng: random.Random) -> Wishes:
    """A day full of reminders, some of them at the same minutes for everybody."""
    times = {
        "morning": Time(True, 12 * 60), "drill": Time(True, 12 * 60 + rng.choice((0, 5, 20))),
        "session": Time(True, 12 * 60 + 10, days=FULL), "evening": Time(True, rng.randrange(18 * 60, 24 * 60)),
        "break": Time(True, 9 * 60, 15 * 60, 60, FULL), "wind_down": Time(False, 0),
    }
    return Wishes(prompt=True, times=times)


def lived(engine: Engine, away: Away) -> Figures:
    """Six people with such days, a coach that goes away once; until two days after it is back."""
    days = (away.at + away.length - BEGIN.timestamp()) // 86400 + 2
    year = Year(engine, ZONES, BEGIN, days, people=6, seed=1, acts_a_year=0, downs_a_year=0, away=[away], wishes=busy)
    return year.live()


def check(engine: Engine, length: str, cut: str, *, first: bool) -> None:
    """What is due = sent + late + skipped + unknown, one by one as the oracle has it.

    The comparison also says: one belated message for each person that missed something which may still come, none in
    quiet hours, no slot twice.
    """
    figures = lived(engine, Away(NOON.timestamp(), LENGTHS[length].total_seconds(), cut, first=first))
    tally = figures.tally
    assert figures.wrong == []
    assert tally.due == sum(tally.states.values())
    assert sum(tally.reasons.values()) == tally.states["skipped"]
    assert (tally.states["unknown"] > 0) == (cut == "flying")
    assert tally.belated <= 1
    if length != "1 min":  # in which little is missed
        assert tally.belated == 1
        assert tally.reasons["too late"] + tally.reasons["caught up"] > 0


@pytest.mark.parametrize(
    ("length", "cut", "first"),
    [
        ("1 min", "between", True), ("1 h", "queued", True), ("23 h", "undecided", True), ("25 h", "flying", True),
        ("7 d", "queued", False),
    ],
)
def test_off_for_a_while(engine: Engine, length: str, cut: str, first: bool) -> None:
    """The crash comes at noon of many: between two ticks, in the midst of one, before its reminders are sent, or while
    they are; what it left is sent before the next tick, or after it.
    """
    check(engine, length, cut, first=first)


@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("cut", CUTS)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_off_for_a_while_whatever_the_crash_came_into(engine: Engine, length: str, cut: str) -> None:
    check(engine, length, cut, first=length != "1 h")


@pytest.mark.parametrize("first", [True, False], ids=["its queue first", "its tick first"])
def test_what_was_queued_at_the_crash_is_the_one_message(engine: Engine, first: bool) -> None:
    """Noon's check-in, drill and break were decided and not sent, a drill and a session were missed: one comes."""
    figures = lived(engine, Away(NOON.timestamp(), 780, "queued", first=first))
    assert figures.wrong == []
    assert figures.tally.belated == 1
    assert figures.tally.reasons["caught up"] > 5


def test_away_over_the_night_with_an_hour_more(engine: Engine) -> None:
    """Down across the whole hour that comes twice: what is due in it is due once."""
    night = Wishes(times={"morning": Time(True, 2 * 60 + 30)}, quiet=Time(False, 0, 0))
    year = Year(
        engine, ["Europe/Berlin"], utc("2026-10-23T00:00"), 4, people=3, seed=1, acts_a_year=0, downs_a_year=0,
        away=[Away(utc("2026-10-24T23:50").timestamp(), 2.5 * 3600)], wishes=lambda _: night,
    )
    figures = year.live()
    assert figures.wrong == []
    mornings = [row for row in year.rows[1_000_000] if row.kind == "morning"]
    assert [(row.day.day, row.became) for row in mornings] == [
        (22, "sent"), (23, "sent"), (24, "late"), (25, "sent"),
    ]


# ---- a clock that is not to be trusted -----------------------------------------------------------------


class Odd:
    """One person with breaks and check-ins, whose coach looks at the clock when it is told to."""

    def __init__(self, connection: Connection, desk: Desk, now: datetime, **chosen: str) -> None:
        self.connection, self.desk = connection, desk
        desk.arrive(connection, 7, "Europe/Berlin", {**OFF, **chosen}, now)

    def look(self, now: datetime) -> list[Row]:
        """What has come new by this look."""
        before = Counter(self._came())
        self.desk.remind(self.connection, now)
        return list((Counter(self._came()) - before).elements())

    def _came(self) -> list[Row]:
        return [row for row in self.desk.settled(self.connection) if row.state in ("sent", "late")]

    def all(self, since: datetime, until: datetime) -> list[Row]:
        """All that comes in that time, not including its end."""
        looks = range(int((until - since) / (10 * MINUTE)))
        return [row for number in looks for row in self.look(since + number * 10 * MINUTE)]


@pytest.fixture
def chosen(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What the one person chose; nobody's minutes are spread."""
    monkeypatch.setattr(plan, "SPREAD", {})
    return {"morning": "12:00", "evening": "20:00", "break": "09:00-17:00/60"}


def test_a_clock_that_steps_back_an_hour_fires_nothing_again(engine: Engine, chosen: dict[str, str]) -> None:
    """Also when something is set while it is behind."""
    with engine.begin() as connection:
        odd = Odd(connection, Desk(engine), BEGIN, **chosen)
        before = odd.all(utc("2026-03-24T10:30"), utc("2026-03-24T11:30"))
        assert {row.kind for row in before} == {"morning", "break"}
        again = odd.all(utc("2026-03-24T10:30"), utc("2026-03-24T11:00"))
        odd.desk.choose(connection, 7, utc("2026-03-24T11:00"), evening="20:30")
        again += odd.all(utc("2026-03-24T11:00"), utc("2026-03-24T11:30"))
        assert again == []
        after = odd.all(utc("2026-03-24T11:30"), utc("2026-03-24T20:00"))
        assert [(row.kind, row.due_at) for row in after] == [
            *(("break", utc(f"2026-03-24T{hour}:00")) for hour in (12, 13, 14, 15, 16)),
            ("evening", utc("2026-03-24T19:30")),
        ]


def test_a_clock_that_jumps_three_days_ahead_is_caught_up_with_once(engine: Engine, chosen: dict[str, str]) -> None:
    with engine.begin() as connection:
        odd = Odd(connection, Desk(engine), BEGIN, **chosen)
        odd.all(utc("2026-03-24T10:30"), utc("2026-03-24T11:30"))
        jumped = odd.look(utc("2026-03-27T11:30"))
        assert [(row.kind, row.state) for row in jumped] == [("morning", "late")]  # half an hour ago: still of use
        missed = [row.became for row in odd.desk.settled(connection) if row.settled_at == utc("2026-03-27T11:30")]
        assert Counter(missed) == {"late": 1, "too late": 2 + 3 + 5 + 8 + 8 + 3}
        after = odd.all(utc("2026-03-27T11:30"), utc("2026-03-27T14:00"))
        assert [(row.kind, row.due_at) for row in after] == [
            ("break", utc("2026-03-27T12:00")), ("break", utc("2026-03-27T13:00")),
        ]


def test_a_month_away_is_counted_for_eight_days_and_no_longer(engine: Engine, chosen: dict[str, str]) -> None:
    """The first that was missed, and the last eight days one by one; then it goes on as ever."""
    with engine.begin() as connection:
        odd = Odd(connection, Desk(engine), BEGIN, **chosen)
        gone, back = utc("2026-03-24T11:30"), utc("2026-04-24T09:30")
        odd.all(gone - HOUR, gone)
        assert odd.look(back) == []  # half past eleven: eleven's break is of no use any more
        missed = [row for row in odd.desk.settled(connection) if row.settled_at == back]
        assert {row.became for row in missed} == {"too late"}
        assert Counter(row.kind for row in missed if row.due_at < back - 8 * ONE_DAY) == {
            "morning": 1, "evening": 1, "break": 1,
        }
        counted = Counter(row.kind for row in missed if row.due_at >= back - 8 * ONE_DAY)
        assert counted == {"morning": 8, "evening": 8, "break": 8 * 8}
        assert {row.kind for row in odd.all(back, back + 40 * MINUTE)} == {"break", "morning"}


def test_a_follow_up_comes_however_long_it_was_and_a_named_stress_does_not(
    engine: Engine, chosen: dict[str, str]
) -> None:
    with engine.begin() as connection:
        odd = Odd(connection, Desk(engine), BEGIN)
        for kind, minute in ((FOLLOW_UP, 10 * 60), (PRELOAD, 11 * 60)):
            odd.desk.save(connection, 7, Schedule(kind, date(2026, 3, 24), minute), BEGIN)
        odd.look(utc("2026-03-27T11:00"))
        assert {row.kind: row.became for row in odd.desk.settled(connection)} == {
            FOLLOW_UP: "late", PRELOAD: "too late",
        }


def test_a_zone_that_changes_between_decision_and_sending(engine: Engine, chosen: dict[str, str]) -> None:
    """Noon in Berlin is four in the morning in Los Angeles: it was queued, and is not sent into their sleep."""
    with engine.begin() as connection:
        odd = Odd(connection, Desk(engine), BEGIN, **chosen)
        noon = utc("2026-03-24T11:00")
        odd.all(utc("2026-03-24T10:50"), noon)
        odd.desk.decide(connection, noon)
        odd.desk.move(connection, 7, "America/Los_Angeles", noon)
        assert odd.desk.claim(connection, noon) == []
        assert {row.became for row in odd.desk.settled(connection) if row.due_at == noon} == {"quiet hours"}
        after = odd.all(noon, utc("2026-03-25T03:30"))
        assert [(row.kind, row.day.day, row.due_at) for row in after][-1] == ("evening", 24, utc("2026-03-25T03:00"))
        assert "morning" not in [row.kind for row in after]  # the 24th had its one


def test_in_flight_at_the_crash_is_unknown_and_never_again(engine: Engine, chosen: dict[str, str]) -> None:
    with engine.begin() as connection:
        odd = Odd(connection, Desk(engine), BEGIN, **chosen)
        noon = utc("2026-03-24T11:00")
        odd.all(utc("2026-03-24T10:50"), noon)
        odd.desk.decide(connection, noon)
        flying = odd.desk.claim(connection, noon)
        outbox.take_up(connection, noon + MINUTE, lambda _: False)
        assert odd.all(noon + MINUTE, noon + HOUR) == []
        became = [row.became for row in odd.desk.settled(connection) if row.due_at == noon]
        assert became == ["crash"] * len(flying)


# ---- over the running coach ----------------------------------------------------------------------------


def sums(coach: Coach) -> Counter[str]:
    """Occurrences by their state."""
    return Counter(dict(coach.rows("SELECT state, count(*) FROM occurrence GROUP BY state")))


async def caught_up(coach: Coach) -> None:
    """As many ticks as it takes: there is one a second."""
    while True:
        before = sums(coach)
        await coach.app.remind()
        await coach.settled()
        if sums(coach) == before:
            return


async def test_off_for_a_minute_an_hour_a_day_and_a_week(coach: Coach) -> None:
    """One phone, seven in the morning; the coach is stopped and started again five times."""
    phone = await reminded(
        coach, break_="08:00-20:00/60", morning="07:20", drill="13:00", prompt="yes", evening="18:00",
        quiet="22:00-06:30",
    )
    for length in LENGTHS.values():
        await later(coach, 61)
        came = len(phone.messages)
        await coach.stop()
        coach.clock.move(length)
        await coach.start()
        await caught_up(coach)
        counted = sums(coach)
        assert len(phone.messages) - came <= 1
        assert counted["queued"] == 0
        assert counted["pending"] == 4  # a rule has one that is still to come
    rows = coach.rows("SELECT state, reason FROM occurrence WHERE state NOT IN ('pending', 'sent', 'late')")
    assert {state for state, _ in rows} == {"skipped"}
    assert all(reason for _, reason in rows)
    missed = coach.rows("SELECT count(*) FROM occurrence WHERE reason = 'too late'")[0][0]
    assert missed > 50  # each break of nine days was entered and skipped; ignored, there are half as many


async def test_a_running_clock_steps_back_and_jumps_ahead(coach: Coach) -> None:
    phone = await reminded(coach, break_="08:00-20:00/60")
    await later(coach, 125)  # nine o'clock's break
    came = len(phone.messages)
    coach.clock.move(-HOUR)
    for _ in range(6):
        await later(coach, 10)
    assert len(phone.messages) == came
    coach.clock.move(3 * ONE_DAY)
    await caught_up(coach)
    assert len(phone.messages) - came <= 1
