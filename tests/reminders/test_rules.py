"""Whether a reminder goes, as tables: each reason, each edge, and which comes first (docs/domain.md 6)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.reminders import rules
from bot.reminders.kinds import (
    BREAK,
    CHECK_INS,
    DRILL,
    EVENING,
    FOLLOW_UP,
    HYGIENE,
    KINDS,
    MICRO,
    MORNING,
    PRELOAD,
    SESSION,
    TRIAL,
    WEEK,
    WIND_DOWN,
)
from bot.reminders.recurrence import SNOOZED, Recurrence, Slot, instant, zone_of
from bot.reminders.rules import Due, Verdict, Week, asks, decide, is_paused, quiet_until, slower, still_fits

DAY, BERLIN = date(2026, 6, 10), "Europe/Berlin"
NOON = 12 * 60
SECOND, MINUTE, HOUR, ONE_DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
BAD_WEEK, GOOD_WEEK, BAD_NIGHT = Week(False, False), Week(True, False), Week(False, True)
BACK_OFF = (BREAK, MICRO, DRILL, WEEK, SESSION, WIND_DOWN, HYGIENE)
UNASKED = (WIND_DOWN, HYGIENE)


def due(kind: str, day: date = DAY, zone: str = BERLIN, snoozed: bool = False, **facts: Any) -> Due:
    """A reminder of noon that nothing speaks against."""
    every = {BREAK: 60, MICRO: 240}.get(kind)
    rule = Recurrence(kind, NOON, NOON + 360 if every else None, every)
    slot = Slot(day, SNOOZED + NOON if snoozed else NOON, instant(day, NOON, zone_of(zone)))
    week = {WIND_DOWN: BAD_NIGHT, HYGIENE: BAD_WEEK}.get(kind)
    return Due(7, rule, slot, zone, **{"last_answer": day if kind in CHECK_INS else None, "week": week, **facts})


def fate(one: Due, late: timedelta = timedelta()) -> Verdict:
    """What becomes of it when the tick takes it that much later."""
    return decide(one, one.slot.due_at + late)


# ---- each reason, and which is kept --------------------------------------------------------------------


@dataclass(frozen=True)
class Against:
    """Something that speaks against a reminder, of some kinds only."""

    reason: str
    facts: Callable[[Due], Mapping[str, Any]]
    kinds: tuple[str, ...] = tuple(kind for kind in KINDS if kind != FOLLOW_UP)
    late: timedelta = timedelta()


# In the order of the document; what comes first is the reason that is kept.
AGAINST = (
    Against(rules.GONE, lambda one: {"reachable": False}),
    Against(rules.PAUSED, lambda one: {"paused_at": one.slot.due_at - HOUR}),
    Against(
        rules.HANDED_OVER, lambda one: {"handed_over": True},
        tuple(kind for kind in KINDS if kind not in (FOLLOW_UP, PRELOAD)),
    ),
    Against(rules.LATE, lambda one: {}, late=timedelta(days=3)),
    Against(rules.QUIET, lambda one: {"quiet": (1, 0)}),
    Against(rules.NOT_TODAY, lambda one: {"not_today": one.slot.local_date}),
    Against(rules.ANSWERED, lambda one: {"answered": True}, CHECK_INS),
    Against(rules.SILENT_DAY, lambda one: {"silent_day": True}, (BREAK,)),
    Against(rules.SILENT, lambda one: {"last_answer": one.slot.local_date - 4 * ONE_DAY}, CHECK_INS),
    Against(rules.BUDGET, lambda one: {"unasked_on": one.slot.local_date}, UNASKED),
    Against(rules.GOOD_WEEK, lambda one: {"week": replace(one.week or BAD_WEEK, good=True)}, UNASKED),
    Against(
        rules.NOTHING_TO_SAY, lambda one: {"week": replace(one.week or BAD_WEEK, slept_badly=False)}, (WIND_DOWN,)
    ),
    Against(rules.IGNORED, lambda one: {"unanswered": 6}, BACK_OFF),
    Against(rules.CAUGHT_UP, lambda one: {"caught_up_at": one.slot.due_at + SECOND}, late=MINUTE + SECOND),
)


def with_all(one: Due, against: tuple[Against, ...]) -> Due:
    """The same with these facts."""
    for fact in against:
        one = one._replace(**fact.facts(one))
    return one


@pytest.mark.parametrize("kind", KINDS)
def test_what_nothing_speaks_against_goes(kind: str) -> None:
    assert fate(due(kind)).goes


@pytest.mark.parametrize(
    ("against", "kind"), [pytest.param(one, kind, id=f"{one.reason}-{kind}") for one in AGAINST for kind in one.kinds]
)
def test_each_reason(against: Against, kind: str) -> None:
    assert fate(with_all(due(kind), (against,)), against.late) == Verdict(against.reason)


PAIRS = [
    pytest.param(first, second, kind, id=f"{first.reason} before {second.reason}-{kind}")
    for first, second in combinations(AGAINST, 2)
    for kind in first.kinds
    if kind in second.kinds
]


@pytest.mark.parametrize(("first", "second", "kind"), PAIRS)
def test_the_first_reason_is_kept(first: Against, second: Against, kind: str) -> None:
    one = with_all(due(kind), (first, second))
    assert fate(one, max(first.late, second.late)) == Verdict(first.reason)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != FOLLOW_UP])
def test_all_at_once_is_the_first(kind: str) -> None:
    against = tuple(one for one in AGAINST if kind in one.kinds)
    assert fate(with_all(due(kind), against), timedelta(days=4)).reason == rules.GONE


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("against", [(), AGAINST], ids=["nothing else", "everything else"])
def test_a_date_that_is_none_comes_before_everything(kind: str, against: tuple[Against, ...]) -> None:
    one = with_all(due(kind, date(2011, 12, 30), "Pacific/Apia"), against)
    assert fate(one).reason == rules.NO_SUCH_DAY


def test_what_was_put_off_from_a_date_that_is_none_by_now_still_comes() -> None:
    """Somebody who moved: they asked for it, and it is an instant, no place in a day."""
    assert fate(due(MORNING, date(2011, 12, 30), "Pacific/Apia", snoozed=True)).goes


# ---- the safety room's follow-up -----------------------------------------------------------------------


@pytest.mark.parametrize(
    "against", [one for one in AGAINST if one.reason not in (rules.GONE, rules.QUIET)], ids=lambda one: str(one.reason)
)
def test_a_follow_up_goes_whatever_speaks_against_it(against: Against) -> None:
    assert fate(with_all(due(FOLLOW_UP), (against,)), against.late) == Verdict()


def test_a_follow_up_waits_for_a_humane_hour() -> None:
    night = due(FOLLOW_UP, quiet=(11 * 60, 15 * 60))
    over = instant(DAY, 15 * 60, zone_of(BERLIN))
    assert fate(night) == Verdict(until=over)
    assert not fate(night).goes
    assert decide(night, over) == Verdict()
    assert decide(night, over - SECOND) == Verdict(until=over)


def test_a_follow_up_can_reach_nobody_who_is_gone() -> None:
    assert fate(due(FOLLOW_UP, reachable=False, quiet=(1, 0))) == Verdict(rules.GONE)


# ---- how late is too late ------------------------------------------------------------------------------

GRACE = {
    MORNING: 5 * HOUR, EVENING: 4 * HOUR, WEEK: 4 * HOUR, BREAK: 15 * MINUTE, DRILL: 2 * HOUR, MICRO: HOUR,
    PRELOAD: 15 * MINUTE, SESSION: HOUR, WIND_DOWN: 45 * MINUTE, HYGIENE: 2 * HOUR, TRIAL: 3 * ONE_DAY,
}


@pytest.mark.parametrize("kind", GRACE)
def test_until_its_grace_it_goes_and_after_it_not(kind: str) -> None:
    """Breaks and a named stress a quarter of an hour, as the document has it; the others as `kinds` has it.

    In its very second it is over, as in the outbox.
    """
    assert fate(due(kind), GRACE[kind] - SECOND) == Verdict(caught_up=True, unasked=kind in UNASKED)
    assert fate(due(kind), GRACE[kind]) == Verdict(rules.LATE)


@pytest.mark.parametrize(("late", "caught_up"), [(0 * SECOND, False), (MINUTE, False), (MINUTE + SECOND, True)])
def test_more_than_a_minute_late_it_is_the_message_after_an_absence(late: timedelta, caught_up: bool) -> None:
    assert fate(due(MORNING), late) == Verdict(caught_up=caught_up)


@pytest.mark.parametrize(
    ("before", "reason"), [(0 * SECOND, rules.CAUGHT_UP), (-HOUR, rules.CAUGHT_UP), (SECOND, None), (HOUR, None)]
)
def test_one_message_after_an_absence_is_enough(before: timedelta, reason: str | None) -> None:
    """One that was sent since this was due; one from before belongs to another absence."""
    one = due(MORNING)
    told = one._replace(caught_up_at=one.slot.due_at - before)
    assert fate(told, HOUR).reason == reason
    assert fate(told, MINUTE).goes  # this one is in time


# ---- pauses, quiet hours, not today --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("since", "until", "paused"),
    [
        (None, None, False), (-HOUR, None, True), (0 * SECOND, None, True), (-HOUR, SECOND, True),
        (-HOUR, 0 * SECOND, False), (-HOUR, -SECOND, False),
    ],
)
def test_a_pause_lasts_until_its_end(since: timedelta | None, until: timedelta | None, paused: bool) -> None:
    one = due(MORNING)
    now = one.slot.due_at
    one = one._replace(
        paused_at=None if since is None else now + since, paused_until=None if until is None else now + until
    )
    assert is_paused(one, now) == paused
    assert fate(one).reason == (rules.PAUSED if paused else None)


@pytest.mark.parametrize(
    ("quiet", "local", "over"),
    [
        ((22, 7), (21, 59, 59), None), ((22, 7), (22, 0, 0), 7), ((22, 7), (23, 59, 59), 7), ((22, 7), (0, 0, 0), 7),
        ((22, 7), (6, 59, 59), 7), ((22, 7), (7, 0, 0), None), ((22, 7), (12, 0, 0), None),
        ((13, 14), (12, 59, 59), None), ((13, 14), (13, 0, 0), 14), ((13, 14), (13, 59, 59), 14),
        ((13, 14), (14, 0, 0), None), ((0, 7), (0, 0, 0), 7), ((0, 7), (23, 59, 59), None), ((22, 0), (23, 59, 59), 0),
        ((22, 0), (0, 0, 0), None), ((22, 22), (22, 0, 0), None), ((0, 0), (12, 0, 0), None), (None, (3, 0, 0), None),
    ],
)
def test_from_is_quiet_and_until_is_not(
    quiet: tuple[int, int] | None, local: tuple[int, int, int], over: int | None
) -> None:
    now = datetime(2026, 6, 10, *local, tzinfo=zone_of(BERLIN)).astimezone(UTC)
    one = due(MORNING, quiet=None if quiet is None else (quiet[0] * 60, quiet[1] * 60))
    found = quiet_until(one, now)
    if over is None:
        assert found is None
    else:
        assert found is not None
        assert now < found <= now + ONE_DAY
        assert (found.astimezone(zone_of(BERLIN)).hour, found.minute, found.second) == (over, 0, 0)


@pytest.mark.parametrize(("late", "reason"), [(-1, None), (0, rules.QUIET), (59, rules.QUIET), (60, None)])
def test_quiet_is_when_it_is_decided_not_when_it_was_due(late: int, reason: str | None) -> None:
    """Quiet from one until two in the afternoon; due at noon, decided so many minutes after one."""
    assert fate(due(MORNING, quiet=(13 * 60, 14 * 60)), HOUR + late * MINUTE).reason == reason


@pytest.mark.parametrize(("day", "reason"), [(DAY - ONE_DAY, None), (DAY, rules.NOT_TODAY), (DAY + ONE_DAY, None)])
def test_not_today_is_that_date_only(day: date, reason: str | None) -> None:
    assert fate(due(BREAK, not_today=day)).reason == reason
    assert fate(due(BREAK, not_today=day, snoozed=True)).reason == reason


# ---- silence -------------------------------------------------------------------------------------------

CALLED = (6, 21, 36, 51, 66, 81, 96)


@pytest.mark.parametrize("days", range(100))
@pytest.mark.parametrize("kind", CHECK_INS)
def test_after_three_silent_days_only_the_sixth_and_every_fifteenth_after(kind: str, days: int) -> None:
    verdict = fate(due(kind, last_answer=DAY - days * ONE_DAY))
    if days <= 3:
        assert verdict == Verdict()
    elif days in CALLED:
        assert verdict == Verdict(called=True)
    else:
        assert verdict == Verdict(rules.SILENT)


@pytest.mark.parametrize(("called_on", "reason"), [(DAY, rules.SILENT), (DAY - ONE_DAY, None), (None, None)])
def test_once_on_such_a_day(called_on: date | None, reason: str | None) -> None:
    assert fate(due(EVENING, last_answer=DAY - 6 * ONE_DAY, called_on=called_on)).reason == reason


def test_whoever_is_new_or_answered_ahead_is_not_silent() -> None:
    assert fate(due(MORNING, last_answer=None)).goes
    assert fate(due(MORNING, last_answer=DAY + 5 * ONE_DAY)).goes


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in CHECK_INS])
def test_silence_is_about_check_ins(kind: str) -> None:
    assert fate(due(kind, last_answer=DAY - 40 * ONE_DAY)).goes


# ---- what nobody asked for -----------------------------------------------------------------------------


@pytest.mark.parametrize("kind", UNASKED)
@pytest.mark.parametrize(("on", "reason"), [(DAY, rules.BUDGET), (DAY - ONE_DAY, None), (None, None)])
def test_one_unasked_prompt_a_day(kind: str, on: date | None, reason: str | None) -> None:
    verdict = fate(due(kind, unasked_on=on))
    assert verdict == (Verdict(reason) if reason else Verdict(unasked=True))


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in UNASKED])
def test_what_was_asked_for_has_no_budget(kind: str) -> None:
    assert fate(due(kind, unasked_on=DAY)) == Verdict()


@pytest.mark.parametrize(
    ("kind", "week", "reason"),
    [
        (WIND_DOWN, Week(False, True), None), (WIND_DOWN, Week(False, False), rules.NOTHING_TO_SAY),
        (WIND_DOWN, Week(True, True), rules.GOOD_WEEK), (WIND_DOWN, Week(True, False), rules.GOOD_WEEK),
        (HYGIENE, Week(False, True), None), (HYGIENE, Week(False, False), None),
        (HYGIENE, Week(True, False), rules.GOOD_WEEK), (HYGIENE, Week(True, True), rules.GOOD_WEEK),
    ],
)
def test_never_in_a_good_week_and_winding_down_only_after_a_bad_night(
    kind: str, week: Week, reason: str | None
) -> None:
    assert fate(due(kind, week=week)).reason == reason


@pytest.mark.parametrize(
    ("against", "kind"), [pytest.param(one, kind, id=f"{one.reason}-{kind}") for one in AGAINST for kind in one.kinds]
)
def test_what_they_put_off_themselves_no_manners_hold_back(against: Against, kind: str) -> None:
    """Somebody tapped "in 30 min": that is no prompt that nobody asked for, and nobody who is silent."""
    one = with_all(due(kind, snoozed=True), (against,))
    manners = (
        rules.SILENT_DAY, rules.SILENT, rules.BUDGET, rules.GOOD_WEEK, rules.NOTHING_TO_SAY, rules.IGNORED,
    )
    assert fate(one, against.late).reason == (None if against.reason in manners else against.reason)


# ---- backing off ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("unanswered", range(9))
@pytest.mark.parametrize("kind", KINDS)
def test_ignored_twice_it_comes_half_as_often_then_it_is_asked_once_then_quiet(kind: str, unanswered: int) -> None:
    """Over ten dates of the rule. What repeats within a day is halved by `slower`, not here."""
    dates = [DAY + number * ONE_DAY for number in range(10)]
    went = [fate(due(kind, day, unanswered=unanswered)).goes for day in dates]
    if kind not in BACK_OFF or unanswered < 2 or (kind in (BREAK, MICRO) and unanswered <= 5):
        assert went == [True] * 10
    elif unanswered < 5:
        assert went in ([True, False] * 5, [False, True] * 5)
    else:
        assert went == [unanswered == 5] * 10
    for day, goes in zip(dates, went, strict=True):
        assert fate(due(kind, day, unanswered=unanswered)).reason == (None if goes else rules.IGNORED)
    assert asks(due(kind, unanswered=unanswered)) == (kind in BACK_OFF and unanswered == 5)


@pytest.mark.parametrize("unanswered", range(9))
@pytest.mark.parametrize("kind", KINDS)
def test_slower_doubles_the_minutes_of_what_repeats(kind: str, unanswered: int) -> None:
    rule = due(kind).rule._replace(days=0b0010101, offset=42)
    followed = slower(rule, unanswered)
    if kind in (BREAK, MICRO) and unanswered >= 2:
        assert rule.every is not None
        assert followed == rule._replace(every=rule.every * 2)
    else:
        assert followed is rule


# ---- at the moment of sending --------------------------------------------------------------------------

STANDS = (rules.GONE, rules.PAUSED, rules.HANDED_OVER, rules.QUIET, rules.NOT_TODAY, rules.ANSWERED)


@pytest.mark.parametrize(
    ("against", "kind"), [pytest.param(one, kind, id=f"{one.reason}-{kind}") for one in AGAINST for kind in one.kinds]
)
def test_what_forbids_it_is_asked_again_when_it_is_sent(against: Against, kind: str) -> None:
    """Manners are not: it was decided; and how late it may come the outbox knows."""
    one = with_all(due(kind), (against,))
    found = still_fits(one, one.slot.due_at + against.late)
    assert found == (Verdict(against.reason) if against.reason in STANDS else None)


def test_a_zone_that_changes_between_decision_and_sending_counts_at_once() -> None:
    """Noon in Berlin is six in the morning in New York: quiet there."""
    one = due(MORNING, quiet=(22 * 60, 7 * 60))
    assert fate(one).goes
    assert still_fits(one._replace(zone="America/New_York"), one.slot.due_at) == Verdict(rules.QUIET)


# ---- any facts -----------------------------------------------------------------------------------------

times = st.datetimes(datetime(2026, 6, 1), datetime(2026, 6, 20), timezones=st.just(UTC))
days = st.dates(date(2026, 5, 1), date(2026, 6, 30))
facts = st.builds(
    Due, st.just(7),
    st.builds(Recurrence, st.sampled_from(sorted(KINDS)), st.just(NOON), every=st.sampled_from([None, 60])),
    st.builds(Slot, days, st.sampled_from([NOON, SNOOZED + NOON]), times),
    st.sampled_from([BERLIN, "Pacific/Kiritimati", "Etc/GMT+12"]), reachable=st.booleans(),
    paused_at=st.none() | times, paused_until=st.none() | times,
    quiet=st.none() | st.tuples(st.integers(0, 1439), st.integers(0, 1439)), handed_over=st.booleans(),
    caught_up_at=st.none() | times, unanswered=st.integers(0, 8), not_today=st.none() | days, silent_day=st.booleans(),
    answered=st.booleans(), last_answer=st.none() | days, called_on=st.none() | days, unasked_on=st.none() | days,
    week=st.none() | st.builds(Week, st.booleans(), st.booleans()),
)


@settings(max_examples=500, deadline=None)
@given(facts, times)
def test_there_is_always_one_answer_and_silence_has_a_reason(one: Due, now: datetime) -> None:
    verdict = decide(one, now)
    assert [verdict.goes, verdict.reason is not None, verdict.until is not None].count(True) == 1
    assert verdict.until is None or (one.kind == FOLLOW_UP and verdict.until > now)
    assert verdict.goes or not verdict.remember
    if verdict.goes:
        assert quiet_until(one, now) is None
        assert one.kind == FOLLOW_UP or now - one.slot.due_at < KINDS[one.kind].grace
        assert still_fits(one, now) is None
