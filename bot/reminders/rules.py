"""Whether a reminder that is due goes out, and if not, why not (docs/domain.md 6; docs/design.md, promise 5). Pure.

    due > deliver | postpone | skip(reason)

Silence is a decision with a reason, kept like every other outcome.
"""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.reminders.kinds import CHECK_INS, FOLLOW_UP, KINDS, PRELOAD, WIND_DOWN, Kind
from bot.reminders.recurrence import DAY, SNOOZED, Recurrence, Slot, exists, instant, zone_of

CATCH_UP = timedelta(minutes=1)  # decided later than this it was not in time: the coach was away, or stood still
HALVED_AFTER, ASKED_AFTER = 2, 5  # ignored in a row: half as often; asked once, then silence
SILENT_DAYS, FIRST_CALL, CALL_EVERY = 3, 6, 15  # days without an answer: then on day 6 only, then every 15
HAND_OVER = timedelta(hours=24)  # training prompts rest that long after a hand-over

# Why nothing was sent.
NO_SUCH_DAY, GONE, PAUSED, HANDED_OVER, LATE, CAUGHT_UP, QUIET, ANSWERED, SILENT, NOT_TODAY, IGNORED = (
    "no such day", "out of reach", "paused", "handed over", "too late", "caught up", "quiet hours", "answered",
    "long silent", "not today", "ignored",
)
SILENT_DAY, BUDGET, GOOD_WEEK, BUSY, NOTHING_TO_SAY = (
    "silent day", "one a day", "good week", "busy", "nothing to say",
)

OF_A_REMINDER = "~"  # acts that begin with it belong to the reminder that brought the card, whichever card it is


@dataclass(frozen=True, slots=True)
class Week:
    """What an unasked prompt must know: how the last seven days were."""

    good: bool
    slept_badly: bool


@dataclass(frozen=True, slots=True)
class Stored:
    """A rule as it is stored.

    `anchor`, `unanswered` and `not_today` as in `Due`; `trial_from`: since when we look whether it helps; `served` is
    the latest slot that had its time; `what` it is for, in their words.
    """

    id: int
    rule: Recurrence
    active: bool
    anchor: datetime | None
    unanswered: int
    not_today: date | None
    trial_from: date | None
    served: Slot | None
    what: str | None


class Due(NamedTuple):
    """An occurrence whose time has come, with the facts of this moment.

    `quiet` are minutes of the local day, from and until. `unanswered` counts prompts in a row that nobody answered.
    `answered` (check-ins): something of it is answered. `last_answer` is the local date of the last check-in, or when
    they last told what they want (arrived, paused, set something). `silent_day`: one of the days without prompts, while
    we find out whether they help. `week` is None where it does not matter. `called_on` is the date of the last check-in
    prompt after a silence. A tuple, and no dataclass: thousands are made at a moment, in a quarter of the time.
    """

    owner: int
    rule: Recurrence
    slot: Slot
    zone: str
    reachable: bool = True
    paused_at: datetime | None = None
    paused_until: datetime | None = None
    quiet: tuple[int, int] | None = None
    handed_over: bool = False
    caught_up_at: datetime | None = None
    anchor: datetime | None = None
    unanswered: int = 0
    not_today: date | None = None
    silent_day: bool = False
    answered: bool = False
    last_answer: date | None = None
    called_on: date | None = None
    unasked_on: date | None = None
    week: Week | None = None

    @property
    def kind(self) -> str:
        """One of `KINDS`."""
        return self.rule.kind


class Verdict(NamedTuple):
    """What becomes of it: skipped with a `reason`, put off `until`, else it goes.

    To be remembered with it: that a belated message was sent (`caught_up`), the day's unasked one, a call after a
    silence.
    """

    reason: str | None = None
    until: datetime | None = None
    caught_up: bool = False
    unasked: bool = False
    called: bool = False

    @property
    def goes(self) -> bool:
        """Whether it is sent."""
        return self.reason is None and self.until is None

    @property
    def remember(self) -> bool:
        """Whether what follows for later decisions."""
        return self.caught_up or self.unasked or self.called


GOES = Verdict()  # most do, with nothing to be remembered


def decide(due: Due, now: datetime) -> Verdict:
    """Deliver, postpone or skip; the first reason that holds is the one that is kept."""
    slot, kind = due.slot, KINDS[due.rule.kind]
    if slot.number < SNOOZED and not exists(slot.local_date, zone_of(due.zone)):
        return Verdict(NO_SUCH_DAY)
    if kind.name == FOLLOW_UP:
        return still_fits(due, now) or GOES
    late, silent = now - slot.due_at, _silent_days(due)
    reason = _forbidden(due, now, late=late >= kind.grace) or _manners(due, kind, silent)
    if reason is not None:
        return Verdict(reason)
    caught_up, called = late > CATCH_UP, silent > SILENT_DAYS
    if caught_up and due.caught_up_at is not None and due.caught_up_at >= slot.due_at:
        return Verdict(CAUGHT_UP)  # one message after a silence of ours is enough, whatever was missed
    if caught_up or kind.unasked or called:
        return Verdict(None, None, caught_up, kind.unasked, called)
    return GOES


def still_fits(due: Due, now: datetime) -> Verdict | None:
    """What forbids it now, asked when it is due and once more when it is sent; None when nothing does."""
    if due.kind == FOLLOW_UP and due.reachable:  # above budgets and pauses, at a humane hour
        quiet = quiet_until(due, now)
        return Verdict(until=quiet) if quiet else None
    reason = _forbidden(due, now)
    return Verdict(reason) if reason else None


def _forbidden(due: Due, now: datetime, *, late: bool = False) -> str | None:
    """The first thing that rules it out, in the order of docs/domain.md 6."""
    return (
        GONE if not due.reachable
        else PAUSED if is_paused(due, now)
        else HANDED_OVER if due.handed_over and due.kind != PRELOAD  # that one they asked for, by name and hour
        else LATE if late
        else QUIET if quiet_until(due, now)
        else NOT_TODAY if due.not_today == due.slot.local_date
        else ANSWERED if due.answered
        else None
    )


def _manners(due: Due, kind: Kind, silent: int) -> str | None:
    """Why silence is better, though nothing forbids it. What they put off themselves they asked for."""
    if due.slot.number >= SNOOZED:
        return None
    if due.silent_day:
        return SILENT_DAY
    if silent > SILENT_DAYS:
        calls = silent >= FIRST_CALL and (silent - FIRST_CALL) % CALL_EVERY == 0
        return None if calls and due.called_on != due.slot.local_date else SILENT  # once on such a day is enough
    if kind.unasked and due.unasked_on == due.slot.local_date:
        return BUDGET
    if due.week is not None:
        if due.week.good:
            return GOOD_WEEK
        if kind.name == WIND_DOWN and not due.week.slept_badly:
            return NOTHING_TO_SAY
    if kind.backs_off:
        if due.unanswered > ASKED_AFTER:
            return IGNORED
        halved = due.rule.every is None and HALVED_AFTER <= due.unanswered < ASKED_AFTER
        if halved and due.slot.local_date.toordinal() % 2:
            return IGNORED
    return None


def asks(due: Due) -> bool:
    """Whether, in place of this prompt, it is asked once whether such prompts are still right."""
    return KINDS[due.kind].backs_off and due.unanswered == ASKED_AFTER


def _silent_days(due: Due) -> int:
    """How long they answered no check-in; only check-ins mind."""
    if due.last_answer is None or due.rule.kind not in CHECK_INS:
        return 0
    return (due.slot.local_date - due.last_answer).days


def is_paused(due: Due, now: datetime) -> bool:
    """Whether they wished silence; a pause without an end lasts until they write."""
    return due.paused_at is not None and (due.paused_until is None or due.paused_until > now)


def quiet_until(due: Due, now: datetime) -> datetime | None:
    """When the quiet hours that it is in are over; None when it is not in any. From is quiet, until is not.

    Each end is a wall time like others: moved on in a gap, the first in an overlap.
    """
    if due.quiet is None or due.quiet[0] == due.quiet[1]:
        return None
    return _over(due.quiet, zone_of(due.zone), now)


@lru_cache(maxsize=1024)
def _over(quiet: tuple[int, int], zone: ZoneInfo, now: datetime) -> datetime | None:
    """Of all who are asked about in one moment, many sleep at the same hours."""
    start, end = quiet
    if end < start:
        end += DAY
    today = now.astimezone(zone).date()
    for back in range(3):  # two days back: the zone may have left out the one between
        day = today - timedelta(days=back)
        over = instant(day, end, zone)
        if now < over and instant(day, start, zone) <= now:
            return over
    return None


def is_quiet(minute: int, quiet: tuple[int, int]) -> bool:
    """Whether a minute of the day lies in the quiet hours; when they begin as they end there are none."""
    start, end = quiet
    return start <= minute < end if start <= end else minute >= start or minute < end


def slower(rule: Recurrence, unanswered: int) -> Recurrence:
    """The rule as it is followed: ignored twice in a row, breaks come half as often."""
    if rule.every is None or not KINDS[rule.kind].backs_off or unanswered < HALVED_AFTER:
        return rule
    return Recurrence(rule.kind, rule.start, rule.until, rule.every * 2, rule.days, rule.on, rule.offset)
