"""Reminders: a person's local rules, when each is due next, and what became of every one (promise 5).

    recurrence (the rule) > occurrence: pending > queued > sent | late | skipped(reason) | unknown

A rule has one pending occurrence at most, beside those that the person put off. The tick claims in batches; the courier
writes the last state.
"""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import (
    Boolean,
    Connection,
    Date,
    Integer,
    String,
    UniqueConstraint,
    and_,
    bindparam,
    case,
    delete,
    func,
    literal,
    literal_column,
    or_,
    select,
    update,
)
from sqlmodel import SQLModel

from bot.adapters.store.checkins import Answer, Days
from bot.adapters.store.columns import BigId, Sealed, Utc, insert_new, kept, one_of, table_of
from bot.adapters.store.people import Chat, People
from bot.adapters.store.prepared import Prepared
from bot.adapters.store.safety import Flag
from bot.checkins.questions import MARKERS
from bot.reminders.recurrence import Recurrence, Slot, zone_of
from bot.reminders.rules import HAND_OVER, Due, Verdict
from bot.reminders.trial import is_silent

KEPT = "60 days after it was due"
KEEP_OVER = timedelta(days=60)
LATE = timedelta(minutes=1)  # sent later than this it was not on time (R4)
PENDING, QUEUED, SENT, LATE_SENT, SKIPPED, UNKNOWN = "pending", "queued", "sent", "late", "skipped", "unknown"
BELATED = "belated"  # queued more than a minute late, as the one message after an absence
PUT_OFF = "put off"  # by us, until it suits: what is pending for this reason has had its place in the rule


class Recurrences(SQLModel, table=True):
    """One row a rule: `start`, `until` and `every` in minutes, `days` a bit a weekday, `once` for one date only."""

    __tablename__ = "recurrence"

    id: int | None = kept(
        BigId, owner="owner", kind="id", purpose="which reminder", keep="until erased", export=True, primary_key=True,
        default=None,
    )
    owner: int = kept(
        BigId, owner="owner", kind="id", purpose="whose reminder", keep="until erased", export=False, index=True,
    )
    kind: str = kept(
        String(16), owner="owner", kind="choice", purpose="what it reminds of", keep="until erased", export=True,
    )
    active: bool = kept(
        Boolean, owner="owner", kind="choice", purpose="whether it is on", keep="until erased", export=True,
    )
    start: int = kept(
        Integer, owner="owner", kind="choice", purpose="when, in minutes of your day", keep="until erased", export=True,
    )
    until: int | None = kept(
        Integer, owner="owner", kind="choice", purpose="when its window ends", keep="until erased", export=True,
        nullable=True,
    )
    every: int | None = kept(
        Integer, owner="owner", kind="choice", purpose="how many minutes apart", keep="until erased", export=True,
        nullable=True,
    )
    days: int = kept(
        Integer, owner="owner", kind="choice", purpose="on which weekdays", keep="until erased", export=True,
    )
    once: date | None = kept(
        Date, owner="owner", kind="time", purpose="on which date, if only once", keep="until erased", export=True,
        nullable=True,
    )
    offset: int = kept(
        Integer, owner="owner", kind="technical", purpose="your seconds in a slot that many share", keep="until erased",
        export=False,
    )
    what: bytes | None = kept(
        Sealed, owner="owner", kind="words", purpose="what it is for, in your words", keep="until erased", export=True,
        nullable=True,
    )
    anchor: datetime | None = kept(
        Utc, owner="owner", kind="time", purpose="since when its clock runs anew", keep="until erased", export=True,
        nullable=True,
    )
    unanswered: int = kept(
        Integer, owner="owner", kind="technical", purpose="how many in a row had no answer", keep="until erased",
        export=True,
    )
    not_today: date | None = kept(
        Date, owner="owner", kind="choice", purpose="the day that you wanted without it", keep="until erased",
        export=True, nullable=True,
    )
    trial_from: date | None = kept(
        Date, owner="owner", kind="choice", purpose="since when we look whether it helps you", keep="until erased",
        export=True, nullable=True,
    )


class Occurrences(SQLModel, table=True):
    """One row each time that a reminder is or was due, and what became of it."""

    __tablename__ = "occurrence"

    id: int | None = kept(
        BigId, owner="owner", kind="id", purpose="in which order", keep=KEPT, export=False, primary_key=True,
        default=None,
    )
    owner: int = kept(BigId, owner="owner", kind="id", purpose="whose", keep=KEPT, export=False)
    recurrence: int = kept(BigId, owner="owner", kind="id", purpose="of which reminder", keep=KEPT, export=True)
    local_date: date = kept(Date, owner="owner", kind="time", purpose="your date that day", keep=KEPT, export=True)
    slot: int = kept(Integer, owner="owner", kind="technical", purpose="its place in that day", keep=KEPT, export=False)
    due_at: datetime = kept(Utc, owner="owner", kind="time", purpose="when it was due", keep=KEPT, export=True)
    state: str = kept(
        String(8), owner="owner", kind="technical", purpose="what became of it", keep=KEPT, export=True,
    )
    reason: str | None = kept(
        String(32), owner="owner", kind="technical", purpose="why it was not sent", keep=KEPT, export=True,
        nullable=True,
    )
    settled_at: datetime | None = kept(
        Utc, owner="owner", kind="time", purpose="when that was known", keep=KEPT, export=True, nullable=True,
    )
    answer: str | None = kept(
        String(12), owner="owner", kind="choice", purpose="what you answered", keep=KEPT, export=True, nullable=True,
    )
    card: int | None = kept(
        BigId, owner="owner", kind="id", purpose="the card it was shown on", keep=KEPT, export=False, nullable=True,
    )

    __table_args__ = (UniqueConstraint("owner", "recurrence", "local_date", "slot", name="uq_occurrence_slot"),)


class Manners(SQLModel, table=True):
    """One row a person: when to be quiet, and what they had of us lately."""

    owner: int = kept(
        BigId, owner="owner", kind="id", purpose="whose quiet hours", keep="until erased", export=False,
        primary_key=True, autoincrement=False,
    )
    quiet_from: int | None = kept(
        Integer, owner="owner", kind="choice", purpose="from when nothing is sent, in minutes of your day",
        keep="until erased", export=True, nullable=True,
    )
    quiet_until: int | None = kept(
        Integer, owner="owner", kind="choice", purpose="until when nothing is sent", keep="until erased", export=True,
        nullable=True,
    )
    caught_up_at: datetime | None = kept(
        Utc, owner="owner", kind="time", purpose="when you last had a belated message", keep="until erased",
        export=False, nullable=True,
    )
    unasked_on: date | None = kept(
        Date, owner="owner", kind="time", purpose="the day of the last unasked prompt", keep="until erased",
        export=False, nullable=True,
    )
    called_on: date | None = kept(
        Date, owner="owner", kind="time", purpose="the day we last asked after a silence", keep="until erased",
        export=False, nullable=True,
    )
    heard_on: date | None = kept(
        Date, owner="owner", kind="time", purpose="the day you last told me what you want", keep="until erased",
        export=True, nullable=True,
    )


_rule, _occurrence, _manners = (table_of(m) for m in (Recurrences, Occurrences, Manners))
_person, _chat, _flag, _answer, _day = (table_of(m) for m in (People, Chat, Flag, Answer, Days))


# ---- what is due ---------------------------------------------------------------------------------------


class Claimed(NamedTuple):
    """An occurrence that was claimed, with its rule and all facts.

    `active`: the rule is on. `flagged`: a hand-over may be open. `belated`: it was decided to be the one message after
    an absence.
    """

    id: int
    recurrence: int
    due: Due
    active: bool
    flagged: bool
    belated: bool


def _any(*where: Any) -> Any:
    """Whether there is such a row. EXISTS would let PostgreSQL read the whole table, once for every batch."""
    return select(literal(1)).where(*where).limit(1).scalar_subquery()


_CHECKS_IN = or_(*(_rule.c.kind == kind for kind in MARKERS))
_ASKED_FOR = or_(
    *(and_(_rule.c.kind == kind, _answer.c.marker == marker) for kind, asked in MARKERS.items() for marker in asked)
)
_FACTS = (
    select(
        _occurrence.c.id,
        _occurrence.c.owner,
        _occurrence.c.recurrence,
        _occurrence.c.local_date,
        _occurrence.c.slot,
        _occurrence.c.due_at,
        _occurrence.c.reason,
        _rule.c.kind,
        _rule.c.active,
        _rule.c.start,
        _rule.c.until,
        _rule.c.every,
        _rule.c.days,
        _rule.c.once,
        _rule.c.offset,
        _rule.c.anchor,
        _rule.c.unanswered,
        _rule.c.not_today,
        _rule.c.trial_from,
        _person.c.zone,
        _person.c.paused_at,
        _person.c.paused_until,
        _manners.c.quiet_from,
        _manners.c.quiet_until,
        _manners.c.caught_up_at,
        _manners.c.unasked_on,
        _manners.c.called_on,
        _manners.c.heard_on,
        _chat.c.state.label("reach"),
        _any(_flag.c.owner == _occurrence.c.owner, _flag.c.at > bindparam("since")).label("flagged"),
        case(
            (
                _CHECKS_IN,
                _any(_answer.c.owner == _occurrence.c.owner, _answer.c.day == _occurrence.c.local_date, _ASKED_FOR),
            )
        ).label("answered"),
        case(
            (_CHECKS_IN, select(func.max(_day.c.day)).where(_day.c.owner == _occurrence.c.owner).scalar_subquery())
        ).label("last_answer"),
        _person.c.arrived_at,
    )
    .select_from(
        _occurrence.join(_rule, _rule.c.id == _occurrence.c.recurrence)
        .join(_person, _person.c.owner == _occurrence.c.owner)
        .outerjoin(_manners, _manners.c.owner == _occurrence.c.owner)
        .outerjoin(_chat, _chat.c.chat == _occurrence.c.owner)
    )
)
# The states stand in the text: bound, SQLite plans these statements anew each time, to see whether the index over what
# is pending serves the value (470 us a tick that finds nothing, 30 so).
_IS_PENDING, _IS_QUEUED = (_occurrence.c.state == literal_column(f"'{state}'") for state in (PENDING, QUEUED))
_DUE = Prepared(
    _FACTS.where(_IS_PENDING, _occurrence.c.due_at <= bindparam("now"))
    .order_by(_occurrence.c.due_at)
    .limit(bindparam("most"))
    .with_for_update(skip_locked=True, of=_occurrence)
)
_ONE = Prepared(_FACTS.where(_occurrence.c.id == bindparam("which"), _IS_QUEUED))


def due(connection: Connection, now: datetime, limit: int) -> list[Claimed]:
    """What is due, the oldest first, at most `limit`; on PostgreSQL no other worker sees these rows now."""
    return [_claimed(row) for row in _DUE.rows(connection, now=now, since=now - HAND_OVER, most=limit)]


def first_due(connection: Connection, now: datetime) -> int | None:
    """The id of the one that `due` gives first."""
    rows = _DUE.rows(connection, now=now, since=now - HAND_OVER, most=1)
    return rows[0].id if rows else None


def queued(connection: Connection, occurrence: int, now: datetime) -> Claimed | None:
    """One that is about to be sent, with the facts of this moment; None when it is none any more."""
    rows = _ONE.rows(connection, which=occurrence, since=now - HAND_OVER)
    return _claimed(rows[0]) if rows else None


def _claimed(row: Any) -> Claimed:
    """Out of a row of `_FACTS`, by place: by name it takes half as long again, for each of thousands."""
    (
        which, owner, recurrence, local_date, number, due_at, reason, kind, active, start, until, every, days, once,
        offset, anchor, unanswered, not_today, trial_from, zone, paused_at, paused_until, quiet_from, quiet_until,
        caught_up_at, unasked_on, called_on, heard_on, reach, flagged, answered, last_answer, arrived_at,
    ) = row
    heard_last = None
    if kind in MARKERS:
        signs = last_answer, heard_on, arrived_at.astimezone(zone_of(zone)).date()
        heard_last = max(sign for sign in signs if sign is not None)
    due = Due(
        owner, Recurrence(kind, start, until, every, days, once, offset), Slot(local_date, number, due_at), zone,
        reach is None and active, paused_at, paused_until, None if quiet_from is None else (quiet_from, quiet_until),
        False, caught_up_at, anchor, unanswered, not_today,
        trial_from is not None and is_silent(owner, trial_from, local_date), bool(answered), heard_last, called_on,
        unasked_on,
    )
    return Claimed(which, recurrence, due, active, bool(flagged), reason == BELATED)


_QUEUE = Prepared(
    lambda connection: update(_occurrence)
    .where(one_of(connection, _occurrence.c.id, "which"))
    .values(state=QUEUED, reason=bindparam("why"))
)
_SKIP = Prepared(
    update(_occurrence)
    .where(_occurrence.c.id == bindparam("which"))
    .values(state=SKIPPED, reason=bindparam("why"), settled_at=bindparam("now"))
)
_POSTPONE = Prepared(
    update(_occurrence)
    .where(_occurrence.c.id == bindparam("which"))
    .values(state=PENDING, due_at=bindparam("until"), reason=PUT_OFF)
)
_ADD = Prepared(
    lambda connection: insert_new(connection, _occurrence),
    columns=("owner", "recurrence", "local_date", "slot", "due_at", "state"),
)


def queue(connection: Connection, going: Sequence[int], belated: bool = False) -> None:
    """These go into the outbox now; whether each is the one message after an absence."""
    if going:
        _QUEUE.change(connection, which=going, why=BELATED if belated else None)


def skip(connection: Connection, reasons: Iterable[tuple[int, str]], now: datetime) -> None:
    """These are not sent, each for its reason."""
    skipped = list(reasons)
    _SKIP.many(connection, which=[which for which, _ in skipped], why=[why for _, why in skipped], now=now)


def postpone(connection: Connection, until: Iterable[tuple[int, datetime]]) -> None:
    """These wait until then."""
    late = list(until)
    _POSTPONE.many(connection, which=[which for which, _ in late], until=[instant for _, instant in late])


def add(connection: Connection, slots: Iterable[tuple[int, int, Slot]]) -> None:
    """Pending occurrences: (owner, rule, slot). One that is there already stays as it is."""
    new = list(slots)
    _ADD.many(
        connection,
        owner=[owner for owner, _, _ in new],
        recurrence=[rule for _, rule, _ in new],
        local_date=[slot.local_date for _, _, slot in new],
        slot=[slot.number for _, _, slot in new],
        due_at=[slot.due_at for _, _, slot in new],
        state=PENDING,
    )


_REMEMBER = Prepared(
    update(_manners)
    .where(_manners.c.owner == bindparam("who"))
    .values(
        caught_up_at=func.coalesce(bindparam("caught_up", type_=Utc), _manners.c.caught_up_at),
        unasked_on=func.coalesce(bindparam("unasked", type_=Date), _manners.c.unasked_on),
        called_on=func.coalesce(bindparam("called", type_=Date), _manners.c.called_on),
    )
)


def remember(connection: Connection, going: Iterable[tuple[Claimed, Verdict]], now: datetime) -> None:
    """What later decisions must know of these that are sent."""
    known = list(going)
    _REMEMBER.many(
        connection,
        who=[claimed.due.owner for claimed, _ in known],
        caught_up=[now if verdict.caught_up else None for _, verdict in known],
        unasked=[claimed.due.slot.local_date if verdict.unasked else None for claimed, verdict in known],
        called=[claimed.due.slot.local_date if verdict.called else None for claimed, verdict in known],
    )


# ---- what became of it ---------------------------------------------------------------------------------


_SETTLE = Prepared(
    update(_occurrence)
    .where(_occurrence.c.id == bindparam("which"), _IS_QUEUED)
    .values(
        state=case(
            (and_(bindparam("to") == SENT, _occurrence.c.due_at < bindparam("on_time")), LATE_SENT),
            else_=bindparam("to"),
        ),
        reason=bindparam("why"), settled_at=bindparam("now"),
    )
)
_IGNORED_SO_FAR = Prepared(
    update(_rule)
    .where(
        _rule.c.id
        == select(_occurrence.c.recurrence).where(_occurrence.c.id == bindparam("which")).scalar_subquery()
    )
    .values(unanswered=_rule.c.unanswered + 1)
)


def settle(
    connection: Connection, occurrence: int, state: str, now: datetime, reason: str | None = None
) -> None:
    """The last state of a queued one: `sent` (or late, by the time), `skipped`, `unknown`. Until an answer it counts as
    ignored.
    """
    settled = _SETTLE.change(connection, which=occurrence, to=state, why=reason, now=now, on_time=now - LATE)
    if settled and state == SENT:
        _IGNORED_SO_FAR.change(connection, which=occurrence)


def show_on(connection: Connection, owner: int, occurrence: int, card: int) -> None:
    """This card shows it now, and no other."""
    before = and_(_occurrence.c.owner == owner, _occurrence.c.card == card)
    connection.execute(update(_occurrence).where(before).values(card=None))
    connection.execute(update(_occurrence).where(_occurrence.c.id == occurrence).values(card=card))


def again(connection: Connection, occurrence: int, until: datetime) -> None:
    """A queued one waits until then, and is decided anew."""
    postpone(connection, [(occurrence, until)])


# ---- counting and forgetting ---------------------------------------------------------------------------


def next_due(connection: Connection) -> datetime | None:
    """When the next reminder of anybody is due."""
    query = select(_occurrence.c.due_at).where(_occurrence.c.state == PENDING).order_by(_occurrence.c.due_at).limit(1)
    return connection.execute(query).scalar_one_or_none()


def counts(connection: Connection) -> dict[str, int]:
    """How many occurrences are in which state."""
    query = select(_occurrence.c.state, func.count()).group_by(_occurrence.c.state)
    return {row.state: row[1] for row in connection.execute(query)}


def forget_old(connection: Connection, now: datetime) -> int:
    """Drop what was settled long ago, and rules that were due once; how many occurrences went."""
    old = _occurrence.c.settled_at < now - KEEP_OVER
    gone = connection.execute(delete(_occurrence).where(old)).rowcount
    over = and_(_rule.c.once.is_not(None), _rule.c.once < (now - KEEP_OVER).date())
    connection.execute(delete(_rule).where(over))
    return gone
