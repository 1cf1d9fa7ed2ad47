"""What turns, ticks and answers do to a person's reminders in the database, of each kind."""

from collections.abc import Callable, Iterator
from datetime import date, datetime, timedelta
from functools import partial

import pytest
from sqlalchemy import Connection, Engine, text

from bot.adapters.store import reminders as store
from bot.model import Acknowledge, NotToday, Schedule, Snooze
from bot.reminders import plan
from bot.reminders.kinds import FOLLOW_UP
from tests.reminders.desk import OFF, Desk, Row, utc

ANA, BERLIN = 100, "Europe/Berlin"
MINUTES = timedelta(minutes=1)


@pytest.fixture
def desk(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """An empty database; nobody's minutes are spread, so that the times below are round."""
    monkeypatch.setattr(plan, "SPREAD", {})
    return Desk(engine)


def noon(day: int, minutes: int = 0) -> datetime:
    """In Berlin, in June 2026; the 1st is a Monday."""
    return utc("2026-06-01T10:00") + timedelta(days=day - 1, minutes=minutes)


class Life:
    """One person, minute by minute where something is due."""

    def __init__(
        self, desk: Desk, connection: Connection, zone: str = BERLIN, *, talks: bool = True, **chosen: str
    ) -> None:
        self.desk, self.connection = desk, connection
        desk.arrive(connection, ANA, zone, {**OFF, **chosen}, noon(1, -12 * 60), talks=talks)

    def until(self, now: datetime, *, answered: bool = True) -> list[int]:
        """Everything that is due by then is decided and sent when it is due; the occurrences that were sent."""
        sent: list[int] = []
        while (due := self.desk.next_due(self.connection)) is not None and due <= now:
            rows = self.desk.remind(self.connection, due, answered=answered)
            sent += [row.occurrence for row in rows if row.occurrence is not None]
        return sent

    def of(self, kind: str) -> list[Row]:
        return [row for row in self.desk.rows(self.connection) if row.kind == kind]


@pytest.fixture
def live(desk: Desk) -> Iterator[Callable[..., Life]]:
    """Somebody in an open transaction: nothing here needs a commit."""
    with desk.engine.connect() as connection:
        yield partial(Life, desk, connection)
        connection.rollback()


def dues(rows: list[Row]) -> list[datetime]:
    return [row.due_at for row in rows]


# ---- breaks: their clock, and what is put off ----------------------------------------------------------


def test_moving_before_the_window_opens_makes_no_break_earlier(live: Callable[..., Life]) -> None:
    """The first comes one interval after it opens."""
    ana = live(**{"break": "12:00-16:00/60"})
    ana.desk.moved(ana.connection, ANA, noon(1, -20))
    assert dues(ana.of("break")) == [noon(1, 60)]


def test_moving_starts_the_clock_anew(live: Callable[..., Life]) -> None:
    ana = live(**{"break": "12:00-16:00/60"})
    ana.until(noon(1, 70))
    ana.desk.moved(ana.connection, ANA, noon(1, 95))
    assert dues(ana.of("break")) == [noon(1, 60), noon(1, 155)]


@pytest.mark.parametrize("minutes", [10, 30, 60])
def test_a_break_that_is_put_off_comes_then_and_its_clock_goes_on_from_there(
    live: Callable[..., Life], minutes: int
) -> None:
    ana = live(**{"break": "12:00-16:00/60"})
    (first,) = ana.until(noon(1, 60))
    ana.desk.tap(ana.connection, ANA, first, Snooze(noon(1, 62 + minutes)), noon(1, 62))
    ana.until(noon(1, 180))
    assert dues(ana.of("break"))[:3] == [noon(1, 60), noon(1, 62 + minutes), noon(1, 122 + minutes)]


@pytest.mark.parametrize("minutes", [10, 30, 60])
def test_the_last_break_of_a_day_can_be_put_off_too(live: Callable[..., Life], minutes: int) -> None:
    """It was promised: also when its window is over by then."""
    ana = live(**{"break": "12:00-14:00/60"})
    _, last = ana.until(noon(1, 120))
    ana.desk.tap(ana.connection, ANA, last, Snooze(noon(1, 121 + minutes)), noon(1, 121))
    ana.until(noon(2, -60))
    assert [(row.due_at, row.state) for row in ana.of("break")] == [
        (noon(1, 60), "sent"), (noon(1, 120), "sent"), (noon(1, 121 + minutes), "sent"), (noon(2, 60), "pending"),
    ]


def test_between_a_break_put_off_and_its_time_there_is_no_other(live: Callable[..., Life]) -> None:
    """Two would come at once: half past three put off by an hour, and four o'clock is in between."""
    ana = live(**{"break": "12:00-16:00/30"})
    sent = ana.until(noon(1, 210))
    ana.desk.tap(ana.connection, ANA, sent[-1], Snooze(noon(1, 270)), noon(1, 210))
    ana.until(noon(2, -60))
    assert dues(ana.of("break"))[-3:] == [noon(1, 210), noon(1, 270), noon(2, 30)]


@pytest.mark.parametrize("how", ["moved", "put off"])
def test_the_last_break_of_a_day_is_spread_past_its_window_and_still_of_one_clock(
    live: Callable[..., Life], monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    """Three's is due four minutes late; moving at two past, or putting it off until then, leaves nothing for that."""
    monkeypatch.setattr(plan, "SPREAD", {"break": 300})
    monkeypatch.setattr(plan, "spread", lambda owner, kind, seconds: 240 if seconds else 0)
    ana = live(**{"break": "12:00-15:00/30"})
    sent = ana.until(noon(1, 160))
    if how == "moved":
        ana.desk.moved(ana.connection, ANA, noon(1, 182))
    else:
        ana.desk.tap(ana.connection, ANA, sent[-1], Snooze(noon(1, 182)), noon(1, 172))
    ana.until(noon(2))
    assert dues(ana.of("break"))[len(sent) :] == [*([noon(1, 182)] if how == "put off" else []), noon(2, 34)]


def test_moving_makes_a_break_put_off_needless(live: Callable[..., Life]) -> None:
    ana = live(**{"break": "12:00-16:00/60"})
    (first,) = ana.until(noon(1, 60))
    ana.desk.tap(ana.connection, ANA, first, Snooze(noon(1, 90)), noon(1, 60))
    ana.desk.moved(ana.connection, ANA, noon(1, 80))
    assert dues(ana.of("break")) == [noon(1, 60), noon(1, 140)]


def test_what_is_put_off_stays_when_times_and_zone_change(live: Callable[..., Life]) -> None:
    """An hour is an hour; and yesterday's date is nothing to a snooze, far in the west."""
    ana = live("Pacific/Kiritimati", morning="12:00")
    (first,) = ana.until(noon(1, -12 * 60 + 1))  # the 2nd there
    pressed = utc("2026-06-01T22:10")
    ana.until(pressed)
    ana.desk.tap(ana.connection, ANA, first, Snooze(pressed + 60 * MINUTES), pressed)
    ana.desk.move(ana.connection, ANA, "Pacific/Pago_Pago", pressed + MINUTES)
    ana.desk.choose(ana.connection, ANA, pressed + 2 * MINUTES, morning="13:00")
    assert pressed + 60 * MINUTES in dues(ana.of("morning"))
    ana.until(noon(8))
    dates = [row.day for row in ana.of("morning") if row.slot < 10_000]
    assert dates == sorted(set(dates))


@pytest.mark.parametrize("how", ["another interval", "off and on"])
def test_whoever_changes_what_fell_silent_has_it_back(live: Callable[..., Life], how: str) -> None:
    """After five that went by it was asked, and nobody answered: switching it on is an answer."""
    ana = live(**{"break": "10:00-16:00/60"})
    ana.until(noon(4), answered=False)
    assert ana.of("break")[-2].reason == "ignored"
    if how == "off and on":
        ana.desk.choose(ana.connection, ANA, noon(4), **{"break": "off 10:00-16:00/60"})
    changed = "10:00-16:00/60" if how == "off and on" else "10:00-16:00/90"
    ana.desk.choose(ana.connection, ANA, noon(4), **{"break": changed})
    assert len(ana.until(noon(4, 180))) > 0


# ---- ignored and answered ------------------------------------------------------------------------------


def test_an_answer_sets_right_what_was_entered_as_if_ignored(live: Callable[..., Life]) -> None:
    """Of two micro-regulations one was ignored: the day goes on with all of them, also when no clock starts anew."""
    ana = live(micro="08:00-20:00/180")
    ana.until(noon(1, -60), answered=False)
    sent = ana.until(noon(1, 120), answered=False)
    ana.desk.tap(ana.connection, ANA, sent[-1], Acknowledge("done"), noon(1, 121))
    ana.until(noon(1, 300))
    assert dues(ana.of("micro"))[:3] == [noon(1, -60), noon(1, 120), noon(1, 300)]


def test_no_more_today(live: Callable[..., Life]) -> None:
    ana = live(**{"break": "12:00-15:00/60"})
    (first,) = ana.until(noon(1, 60))
    ana.desk.tap(ana.connection, ANA, first, NotToday(), noon(1, 61))
    ana.until(noon(2, 60))
    assert [row.became for row in ana.of("break")] == ["sent", "not today", "not today", "sent", "pending"]


# ---- changes at the wrong moment -----------------------------------------------------------------------


def test_a_rule_edited_in_the_very_second_it_is_due(live: Callable[..., Life]) -> None:
    """What is due already stays due, and that date has no other."""
    ana = live(morning="12:00")
    ana.desk.choose(ana.connection, ANA, noon(1), morning="14:00")
    ana.until(noon(2))
    assert [(row.day.day, row.due_at, row.state) for row in ana.of("morning")] == [
        (1, noon(1), "sent"), (2, noon(2, 120), "pending"),
    ]


def test_a_rule_moved_onto_this_very_second_is_due_now(live: Callable[..., Life]) -> None:
    ana = live(morning="14:00")
    ana.desk.choose(ana.connection, ANA, noon(1), morning="12:00")
    ana.until(noon(1))
    assert [(row.due_at, row.state) for row in ana.of("morning")] == [(noon(1), "sent"), (noon(2), "pending")]


def test_a_rule_switched_off_while_it_is_due_is_over(live: Callable[..., Life]) -> None:
    """The one is skipped with its reason, and no other is entered behind it."""
    ana = live(morning="12:00")
    ana.desk.choose(ana.connection, ANA, noon(1), morning="off 12:00")
    ana.until(noon(5))
    assert [(row.due_at, row.became) for row in ana.of("morning")] == [(noon(1), "out of reach")]
    ana.desk.choose(ana.connection, ANA, noon(6, -5), morning="12:00")
    ana.until(noon(6))
    assert [row.became for row in ana.of("morning")] == ["out of reach", "sent", "pending"]


def test_gone_two_zones_east_in_the_second_of_a_break_it_comes_once(live: Callable[..., Life]) -> None:
    """Both zones have a break on the hour."""
    ana = live(**{"break": "12:00-18:00/60"})
    ana.until(noon(1, 119))
    ana.desk.move(ana.connection, ANA, "Asia/Dubai", noon(1, 120))  # four in the afternoon there
    ana.until(noon(1, 240))
    assert dues([row for row in ana.of("break") if row.state == "sent"]) == [
        noon(1, 60), noon(1, 120), noon(1, 180), noon(1, 240),
    ]


# ---- what waits for a better moment --------------------------------------------------------------------


def test_a_follow_up_that_waits_for_the_morning_survives_a_change_of_settings(live: Callable[..., Life]) -> None:
    """It may come twice rather than never."""
    ana = live(quiet="08:00-16:00")
    ana.desk.save(ana.connection, ANA, Schedule(FOLLOW_UP, date(2026, 6, 1), 12 * 60), noon(1, -60))
    ana.until(noon(1))
    assert dues(ana.of(FOLLOW_UP)) == [noon(1, 240)]
    ana.desk.choose(ana.connection, ANA, noon(1, 30), morning="13:00")
    ana.until(noon(1, 240))
    assert [(row.due_at, row.state) for row in ana.of(FOLLOW_UP)] == [(noon(1, 240), "sent")]


def test_what_waits_for_a_drill_to_end_survives_a_change_of_settings(live: Callable[..., Life]) -> None:
    ana = live(drill="12:00", prompt="yes")
    ana.desk.decide(ana.connection, noon(1))
    (queued,) = ana.connection.execute(text("SELECT id FROM occurrence WHERE state = 'queued'")).scalars()
    ana.connection.execute(text("UPDATE outbox SET state = 'dropped'"))
    store.again(ana.connection, queued, noon(1, 10))
    ana.desk.choose(ana.connection, ANA, noon(1, 5), drill="13:00")
    ana.until(noon(1, 120))
    assert [(row.due_at, row.state) for row in ana.of("drill")] == [
        (noon(1, 10), "sent"), (noon(2, 60), "pending"),
    ]


# ---- several at once -----------------------------------------------------------------------------------


def test_decided_in_one_go_one_message_after_an_absence_is_enough(live: Callable[..., Life]) -> None:
    """A morning, a drill and a session were missed: one of them comes."""
    ana = live(morning="11:00", drill="12:00", prompt="yes", session="12:10")
    ana.desk.remind(ana.connection, noon(1, 30))
    assert sorted(row.became for row in ana.desk.settled(ana.connection)) == ["caught up", "caught up", "late"]


def test_decided_in_one_go_one_call_after_a_silence_is_enough(live: Callable[..., Life]) -> None:
    ana = live(morning="12:00", evening="12:00", talks=False)
    ana.until(noon(7))
    seventh = [row.became for row in ana.desk.settled(ana.connection) if row.day == date(2026, 6, 7)]
    assert sorted(seventh) == ["long silent", "sent"]
