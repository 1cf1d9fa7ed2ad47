"""What reminders do with the store: plan, tick, and what a person's answer changes (docs/design.md, promise 5).

    choices > follow: rules and what is due next
    tick: what is due gets its decision, its next slot and its place in the outbox, all in one commit
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import Connection

from bot.adapters.keyring import Key, Keyring
from bot.adapters.store import checkins, outbox, people, profile, recurrences, safety, vault
from bot.adapters.store import reminders as store
from bot.adapters.store.outbox import Rank
from bot.adapters.store.reminders import Claimed
from bot.model import NO_ZONE, Acknowledge, CallOff, Effect, Event, NotToday, Schedule, Snooze, StartClock, Who
from bot.onboarding.consent import VERSION
from bot.profile.choices import Profile
from bot.reminders.kinds import FOLLOW_UP, KINDS
from bot.reminders.plan import NO_PLAN, plan
from bot.reminders.recurrence import SNOOZED, Recurrence, Slot, following, zone_of
from bot.reminders.rules import CATCH_UP, CAUGHT_UP, HAND_OVER, Due, Verdict, decide, slower, still_fits
from bot.reminders.week import A_WEEK, week
from bot.safety.levels import Level

BATCH = 200  # occurrences to a commit, so that a reply waits for it a few milliseconds at most
COUNTED_BACK = timedelta(days=8)  # after a longer absence, what was missed before that is not counted one by one
ASIDE = timedelta(hours=1)  # what our own code fails on
AT_ONCE = timedelta(seconds=1)  # two breaks at one time are one, wherever the person has just gone



def follow(connection: Connection, key: Key, owner: int, now: datetime) -> None:
    """Work out a person's reminders from what they chose; without consent or a place on the map there are none."""
    person = people.person(connection, owner)
    if person is None:
        return
    ready = person.consent >= VERSION and person.has_zone
    planned = plan(Profile(profile.choices(connection, key, owner)), owner) if ready else NO_PLAN
    recurrences.set_quiet(connection, owner, planned.quiet)
    recurrences.set_rules(connection, key, owner, person.zone, planned.rules, planned.trial_from, now)
    heard(connection, owner, person.zone, now)


def heard(connection: Connection, owner: int, zone: str, at: datetime) -> None:
    """A sign of life from them at that time; the end of their pause counts as one, or it would look like silence."""
    recurrences.heard(connection, owner, at.astimezone(zone_of(zone)).date())


def tick(connection: Connection, keyring: Keyring, now: datetime, most: int = BATCH) -> int:
    """Take one batch of what is due; how many those were."""
    claimed = store.due(connection, now, most)
    ruled = _ruled(connection, keyring, claimed, now)
    store.skip(connection, [(one.id, verdict.reason) for one, verdict in ruled if verdict.reason], now)
    store.postpone(connection, [(one.id, verdict.until) for one, verdict in ruled if verdict.until])
    going = [both for both in ruled if both[1].goes]
    for belated in (False, True):
        store.queue(connection, [one.id for one, verdict in going if verdict.caught_up is belated], belated)
    outbox.post_prompts(connection, [_prompt(one, now) for one, _ in going], now)
    store.remember(connection, [both for both in going if both[1].remember], now)
    store.add(connection, _steps(ruled, now))
    return len(claimed)


def set_aside(connection: Connection, now: datetime) -> int | None:
    """Put off the one that `tick` would take first; its id. Mended by then, it goes on by its own rules."""
    first = store.first_due(connection, now)
    if first is not None:
        store.postpone(connection, [(first, now + ASIDE)])
    return first


def _ruled(
    connection: Connection, keyring: Keyring, claimed: Sequence[Claimed], now: datetime
) -> list[tuple[Claimed, Verdict]]:
    """Decide one by one: what is sent to somebody counts at once for the others of theirs, as if stored already."""
    ruled = []
    last: dict[int, Due] = {}  # with what is to be remembered of them
    for one, due in zip(claimed, _learned(connection, keyring, claimed, now), strict=True):
        if (told := last.get(due.owner)) is not None:
            due = due._replace(
                caught_up_at=told.caught_up_at, unasked_on=told.unasked_on, called_on=told.called_on
            )
        verdict = decide(due, now)
        if verdict.remember:
            last[due.owner] = _told(due, verdict, now)
        ruled.append((one, verdict))
    return ruled


def _told(due: Due, verdict: Verdict, now: datetime) -> Due:
    """The facts once this one is sent."""
    day = due.slot.local_date
    return due._replace(
        caught_up_at=now if verdict.caught_up else due.caught_up_at,
        unasked_on=day if verdict.unasked else due.unasked_on,
        called_on=day if verdict.called else due.called_on,
    )


def fits(connection: Connection, claimed: Claimed, due: Due, now: datetime) -> Verdict | None:
    """What forbids a queued reminder at the moment of sending; None when it goes.

    One that is belated by now, though it was decided in time, is the message after an absence, or one too many.
    """
    verdict = still_fits(due, now)
    in_time = due.slot.due_at >= now - CATCH_UP
    if verdict is not None or in_time or claimed.belated or due.kind == FOLLOW_UP:
        return verdict
    if due.caught_up_at is not None and due.caught_up_at >= due.slot.due_at:
        return Verdict(CAUGHT_UP)
    store.remember(connection, [(claimed, Verdict(caught_up=True))], now)
    return None


def learned(connection: Connection, keyring: Keyring, claimed: Claimed, now: datetime) -> Due:
    """The facts of one reminder, with those that only some need, and that are sealed."""
    return _learned(connection, keyring, [claimed], now)[0]


def _learned(connection: Connection, keyring: Keyring, claimed: Sequence[Claimed], now: datetime) -> list[Due]:
    """The same of many; their weeks are read together."""
    found = [one.due for one in claimed]
    for place, (one, due) in enumerate(zip(claimed, found, strict=True)):
        if one.flagged:
            flags = safety.flags(connection, vault.key(connection, keyring, due.owner), due.owner, now - HAND_OVER)
            found[place] = due._replace(handed_over=any(flag.level >= Level.URGENT for flag in flags))
    unasked = [place for place, due in enumerate(found) if KINDS[due.rule.kind].unasked]
    if unasked:
        first = min(found[place].slot.local_date for place in unasked) - A_WEEK
        days = checkins.since(connection, keyring, [found[place].owner for place in unasked], first)
        for place in unasked:
            due = found[place]
            found[place] = due._replace(week=week(days.get(due.owner, ()), due.slot.local_date))
    return found


def _prompt(claimed: Claimed, now: datetime) -> outbox.Prompt:
    due = claimed.due
    kind = KINDS[due.rule.kind]
    if kind.name == FOLLOW_UP:  # it may come twice rather than never, and is never too late
        return outbox.Prompt(due.owner, claimed.id, now + kind.grace, Rank.REPLY)
    return outbox.Prompt(due.owner, claimed.id, due.slot.due_at + kind.grace)


def _steps(ruled: Sequence[tuple[Claimed, Verdict]], now: datetime) -> list[tuple[int, int, Slot]]:
    """What comes next, as (owner, rule, slot). What was put off, by the person or by us, is not a step of its rule."""
    steps = []
    for one, verdict in ruled:
        if verdict.until is None and one.due.slot.number < SNOOZED:
            slot = _next(one, verdict, now)
            if slot is not None:
                steps.append((one.due.owner, one.recurrence, slot))
    return steps


def _next(claimed: Claimed, verdict: Verdict, now: datetime) -> Slot | None:
    """The rule's next slot, as if this one will be ignored: an answer sets it right. None for one that is off."""
    due = claimed.due
    if not claimed.active:
        return None
    rule = slower(due.rule, due.unanswered + verdict.goes)
    anchor = due.anchor if rule is due.rule else due.slot.due_at
    behind = due.slot.due_at if rule.every is None else due.slot.due_at + AT_ONCE
    return following(rule, zone_of(due.zone), due.slot, max(behind, now - COUNTED_BACK), anchor)


def save(connection: Connection, key: Key, who: Who, effect: Effect, event: Event, now: datetime) -> None:
    """Carry an effect of a reminder's answer into the store."""
    owner, zone = event.owner, who.person.zone if who.person else NO_ZONE
    match effect:
        case StartClock(kind, anchor):
            recurrences.start_clock(connection, key, owner, zone, kind, anchor, now)
        case Schedule(kind, on, minute, what):
            if kind == FOLLOW_UP:  # the newest is enough
                recurrences.call_off_all(connection, owner, kind)
            recurrences.schedule(connection, key, owner, zone, Recurrence(kind, minute, on=on), what, now)
        case CallOff(rule):
            recurrences.call_off(connection, owner, rule)
        case Acknowledge() | Snooze() | NotToday():
            shown = recurrences.shown_on(connection, key, owner, who.card.id) if who.card else None
            if shown is not None:
                _answered(connection, owner, zone, shown, effect, now)


def _answered(
    connection: Connection, owner: int, zone: str, shown: recurrences.Shown, effect: Acknowledge | Snooze | NotToday,
    now: datetime,
) -> None:
    match effect:
        case Acknowledge(answer):
            recurrences.acknowledge(connection, owner, shown, zone, answer, now)
        case Snooze(until):
            recurrences.snooze(connection, owner, shown, zone, until, now)
        case NotToday():
            recurrences.not_today(connection, shown)
