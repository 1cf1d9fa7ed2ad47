"""A person's rules of reminders, what is due next of each, and what the person says to what came (promise 5).

What is claimed, sent and counted is in `reminders`, with the tables.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, and_, delete, insert, or_, select, update

from bot.adapters.keyring import Key
from bot.adapters.store.columns import insert_new, table_of
from bot.adapters.store.reminders import PENDING, Manners, Occurrences, Recurrences, add
from bot.reminders.kinds import BREAK, ONCE
from bot.reminders.recurrence import SNOOZED, Recurrence, Slot, following, put_off, zone_of
from bot.reminders.rules import Stored, slower

_WHAT = "recurrence.what"
_rule, _occurrence, _manners = (table_of(m) for m in (Recurrences, Occurrences, Manners))

# What was decided, or put off by us, has had its place in the rule; its latest slot is found, not kept a second time.
_served, _past = _occurrence.alias("served"), _occurrence.alias("past")
_LATEST = (
    select(_past.c.id)
    .where(
        _past.c.owner == _rule.c.owner, _past.c.recurrence == _rule.c.id, _past.c.slot < SNOOZED,
        or_(_past.c.state != PENDING, _past.c.reason.is_not(None)),
    )
    .order_by(_past.c.local_date.desc(), _past.c.slot.desc())
    .limit(1)
    .scalar_subquery()
)
_WITH_SERVED = _rule.outerjoin(_served, _served.c.id == _LATEST)
_STORED = (
    *_rule.c, _served.c.local_date.label("served_on"), _served.c.slot.label("served_slot"),
    _served.c.due_at.label("served_at"),
)


def rules(connection: Connection, key: Key, owner: int) -> list[Stored]:
    """All rules of a person, those that are off included."""
    query = select(*_STORED).select_from(_WITH_SERVED).where(_rule.c.owner == owner).order_by(_rule.c.id)
    return [_stored(key, row) for row in connection.execute(query)]


def _stored(key: Key, row: Any) -> Stored:
    served = None if row.served_on is None else Slot(row.served_on, row.served_slot, row.served_at)
    what = None if row.what is None else key.unseal(_WHAT, row.what).decode()
    rule = Recurrence(row.kind, row.start, row.until, row.every, row.days, row.once, row.offset)
    return Stored(
        row.id, rule, row.active, row.anchor, row.unanswered, row.not_today, row.trial_from, served, what
    )


def pending(connection: Connection, owner: int) -> dict[int, datetime]:
    """When each rule is due next, by rule; what was put off is not counted."""
    mine = and_(
        _occurrence.c.owner == owner, _occurrence.c.state == PENDING, _occurrence.c.slot < SNOOZED,
        _occurrence.c.reason.is_(None),
    )
    query = select(_occurrence.c.recurrence, _occurrence.c.due_at).where(mine)
    return {row.recurrence: row.due_at for row in connection.execute(query)}


def set_rules(
    connection: Connection, key: Key, owner: int, zone: str, wanted: Mapping[str, Recurrence],
    trial_from: date | None, now: datetime,
) -> None:
    """These are their rules now, by kind; others of theirs go to sleep, except what is due only once.

    What is pending follows the new rules and the zone; a date that was served is not served again. Whoever changes a
    rule, or starts it once more, has answered it.
    """
    known = {one.rule.kind: one for one in rules(connection, key, owner) if one.rule.kind not in ONCE}
    for kind, rule in wanted.items():
        values = {**_columns(rule), "active": True, "trial_from": trial_from if kind == BREAK else None}
        if kind in known and not (known[kind].active and known[kind].rule == rule):
            values["unanswered"] = 0
        if kind in known:
            connection.execute(update(_rule).where(_rule.c.id == known[kind].id).values(values))
        else:
            connection.execute(insert(_rule).values(owner=owner, unanswered=0, **values))
    asleep = [one.id for kind, one in known.items() if kind not in wanted]
    connection.execute(update(_rule).where(_rule.c.id.in_(asleep)).values(active=False))
    for one in rules(connection, key, owner):
        reset(connection, owner, zone, one, now)


def _columns(rule: Recurrence) -> dict[str, Any]:
    return {
        "kind": rule.kind, "start": rule.start, "until": rule.until, "every": rule.every, "days": rule.days,
        "once": rule.on, "offset": rule.offset,
    }


def reset(connection: Connection, owner: int, zone: str, stored: Stored, now: datetime) -> None:
    """Work out anew when a rule is due; what is due already stays, and is decided by the next tick."""
    waits = and_(
        _occurrence.c.owner == owner, _occurrence.c.recurrence == stored.id, _occurrence.c.state == PENDING,
        _occurrence.c.slot < SNOOZED, _occurrence.c.reason.is_(None),
    )
    connection.execute(delete(_occurrence).where(waits, _occurrence.c.due_at > now))
    if not stored.active or connection.execute(select(_occurrence.c.id).where(waits)).first() is not None:
        return
    earliest = now if stored.anchor is None else max(now, stored.anchor)  # put off: nothing comes before that
    slot = following(slower(stored.rule, stored.unanswered), zone_of(zone), stored.served, earliest, stored.anchor)
    if slot is not None:
        add(connection, [(owner, stored.id, slot)])


def schedule(
    connection: Connection, key: Key, owner: int, zone: str, rule: Recurrence, what: str | None, now: datetime
) -> int:
    """A reminder that is due once; gives back its id."""
    sealed = None if what is None else key.seal(_WHAT, what.encode())
    made = insert(_rule).values(owner=owner, active=True, unanswered=0, what=sealed, **_columns(rule))
    made_id: int = connection.execute(made.returning(_rule.c.id)).scalar_one()
    slot = following(rule, zone_of(zone), None, now)
    if slot is not None:
        add(connection, [(owner, made_id, slot)])
    return made_id


def call_off(connection: Connection, owner: int, rule: int) -> None:
    """A reminder that is due once is not wanted any more; what was sent of it stays."""
    mine = and_(_occurrence.c.owner == owner, _occurrence.c.recurrence == rule, _occurrence.c.state == PENDING)
    connection.execute(delete(_occurrence).where(mine))
    once = and_(_rule.c.id == rule, _rule.c.owner == owner, _rule.c.once.is_not(None))
    connection.execute(update(_rule).where(once).values(active=False))


def call_off_all(connection: Connection, owner: int, kind: str) -> None:
    """The same for all of a kind."""
    mine = and_(_rule.c.owner == owner, _rule.c.kind == kind, _rule.c.active)
    for row in connection.execute(select(_rule.c.id).where(mine)).all():
        call_off(connection, owner, row.id)


def set_quiet(connection: Connection, owner: int, quiet: tuple[int, int] | None) -> None:
    """When nothing is sent to them."""
    row = {"owner": owner, "quiet_from": None, "quiet_until": None}
    connection.execute(insert_new(connection, _manners).values(row))
    hours = {"quiet_from": quiet[0] if quiet else None, "quiet_until": quiet[1] if quiet else None}
    connection.execute(update(_manners).where(_manners.c.owner == owner).values(hours))


def heard(connection: Connection, owner: int, on: date) -> None:
    """They told us what they want: whoever pauses, or sets something, is not silent."""
    row = {"owner": owner, "quiet_from": None, "quiet_until": None}
    connection.execute(insert_new(connection, _manners).values(row))
    connection.execute(update(_manners).where(_manners.c.owner == owner).values(heard_on=on))


# ---- what the person says to it ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Shown:
    """The reminder that a card shows, and its rule."""

    occurrence: int
    slot: Slot
    stored: Stored


def shown_on(connection: Connection, key: Key, owner: int, card: int) -> Shown | None:
    """The reminder that this card shows."""
    query = (
        select(
            _occurrence.c.id.label("occurrence"), _occurrence.c.local_date, _occurrence.c.slot, _occurrence.c.due_at,
            *_STORED,
        )
        .select_from(_WITH_SERVED.join(_occurrence, _occurrence.c.recurrence == _rule.c.id))
        .where(_occurrence.c.owner == owner, _occurrence.c.card == card)
    )
    row = connection.execute(query).first()
    if row is None:
        return None
    return Shown(row.occurrence, Slot(row.local_date, row.slot, row.due_at), _stored(key, row))


def what(connection: Connection, key: Key, rule: int) -> str | None:
    """What a reminder is for, in the person's words."""
    sealed = connection.execute(select(_rule.c.what).where(_rule.c.id == rule)).scalar_one_or_none()
    return None if sealed is None else key.unseal(_WHAT, sealed).decode()


def acknowledge(connection: Connection, owner: int, shown: Shown, zone: str, answer: str, now: datetime) -> None:
    """Somebody answered: it was not ignored, and neither were those before, so it comes as often as it should."""
    stored = shown.stored
    connection.execute(update(_occurrence).where(_occurrence.c.id == shown.occurrence).values(answer=answer))
    connection.execute(update(_rule).where(_rule.c.id == stored.id).values(unanswered=0))
    if slower(stored.rule, stored.unanswered) is not stored.rule:
        reset(connection, owner, zone, replace(stored, unanswered=0), now)


def start_clock(
    connection: Connection, key: Key, owner: int, zone: str, kind: str, anchor: datetime, now: datetime
) -> None:
    """The clock of a repeating rule runs anew from `anchor` on; what was put off is not waited for any more."""
    for one in rules(connection, key, owner):
        if one.rule.kind == kind:
            _forget_put_off(connection, owner, one, now)
            _set_clock(connection, owner, zone, one, anchor, now)


def _set_clock(
    connection: Connection, owner: int, zone: str, stored: Stored, anchor: datetime, now: datetime
) -> None:
    connection.execute(update(_rule).where(_rule.c.id == stored.id).values(anchor=anchor))
    reset(connection, owner, zone, replace(stored, anchor=anchor), now)


def _forget_put_off(connection: Connection, owner: int, stored: Stored, now: datetime) -> None:
    of_it = and_(_occurrence.c.owner == owner, _occurrence.c.recurrence == stored.id, _occurrence.c.slot >= SNOOZED)
    waits = and_(_occurrence.c.state == PENDING, _occurrence.c.due_at > now)
    connection.execute(delete(_occurrence).where(of_it, waits))


def snooze(
    connection: Connection, owner: int, shown: Shown, zone: str, until: datetime, now: datetime
) -> None:
    """It comes again at that instant. The clock of a repeating one goes on from there, or two would come at once."""
    if shown.stored.rule.every is not None:
        _forget_put_off(connection, owner, shown.stored, now)
        _set_clock(connection, owner, zone, shown.stored, until, now)
    add(connection, [(owner, shown.stored.id, put_off(shown.slot, until))])


def not_today(connection: Connection, shown: Shown) -> None:
    """No more of this kind on that day."""
    connection.execute(update(_rule).where(_rule.c.id == shown.stored.id).values(not_today=shown.slot.local_date))
