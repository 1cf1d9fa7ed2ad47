"""Reminders as they are sent and answered, and /reminders, /travel and /remind.

The tick's words are written here, at the moment of sending.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from sqlalchemy import Connection
from telegram import Update

from bot.adapters.context import CoachContext
from bot.adapters.courier import Composed
from bot.adapters.keyring import Key, Keyring
from bot.adapters.store import checkins as checkin_store
from bot.adapters.store import drills as drill_store
from bot.adapters.store import profile as profile_store
from bot.adapters.store import recurrences
from bot.adapters.store import reminders as store
from bot.checkins import handlers as checkins
from bot.checkins.questions import MARKERS
from bot.checkins.rules import local_day
from bot.drills import handlers as drills
from bot.drills.goes import PROMPT
from bot.help import rules as help_
from bot.model import NOT_MINE, Command, Decision, Event, Tap, Typed, Who
from bot.onboarding.consent import agreed
from bot.onboarding.rules import welcome
from bot.profile.choices import Profile
from bot.profile.handlers import load as load_profile
from bot.reminders import answers, card, coming, duty, stress, travel
from bot.reminders.answers import Facts
from bot.reminders.kinds import DRILL, EVENING, KINDS, MORNING, TRIAL, WEEK
from bot.reminders.plan import trial_from
from bot.reminders.rules import BUSY, Due, asks
from bot.reminders.trial import compare
from bot.turn import Room, Turner

BUSY_FOR = timedelta(minutes=10)  # a drill is over by then
# A reminder opens the card of its room; all others are this room's own.
OPENS: Mapping[str, tuple[Room, Command]] = {
    MORNING: (checkins.ROOM, Command("checkin", MORNING)),
    EVENING: (checkins.ROOM, Command("checkin", EVENING)),
    DRILL: (drills.ROOM, Command("drill", PROMPT)),
    WEEK: (checkins.TODAY, Command("today", "week")),
}


class Reminding:
    """Writes reminders as they are sent."""

    def __init__(self, keyring: Keyring, turner: Turner) -> None:
        self._keyring = keyring
        self._turner = turner

    def compose(self, connection: Connection, occurrence: int, now: datetime) -> Composed | None:
        """The words of a queued reminder with the facts of this moment; None when it does not fit any more."""
        claimed = store.queued(connection, occurrence, now)
        if claimed is None:
            return None
        due = duty.learned(connection, self._keyring, claimed, now)
        verdict = duty.fits(connection, claimed, due, now)
        if verdict is not None and verdict.until is not None:
            store.again(connection, occurrence, verdict.until)
            return None
        made = verdict.reason if verdict is not None else self._written(connection, claimed, due, now)
        if made == BUSY and now + BUSY_FOR < due.slot.due_at + KINDS[due.kind].grace:
            store.again(connection, occurrence, now + BUSY_FOR)
        elif not isinstance(made, Composed):
            store.settle(connection, occurrence, store.SKIPPED, now, made)
        else:
            store.show_on(connection, due.owner, occurrence, made.card)
            return made
        return None

    def _written(self, connection: Connection, claimed: store.Claimed, due: Due, now: datetime) -> Composed | str:
        room, act = OPENS.get(due.kind, (None, Command("remind", due.kind)))
        if room is None or asks(due):
            room = Room(
                lambda connection, key, who, _: _facts(connection, key, who, claimed, due),
                lambda facts, _: answers.prompt(facts),
            )
        # A check-in that was due before midnight is about that day, whenever it arrives.
        at = due.slot.due_at if due.kind in (MORNING, EVENING) else now
        event = Event(0, due.owner, due.owner, True, at, act)
        return self._turner.prompt(connection, event, room, now, lambda screen: answers.dressed(screen, due, now))


def _facts(connection: Connection, key: Key, who: Who, claimed: store.Claimed, due: Due) -> Facts:
    profile = Profile(profile_store.choices(connection, key, due.owner))
    what = recurrences.what(connection, key, claimed.recurrence)
    facts = Facts(who, profile, due.kind, due.slot, due.rule.every, what, asks(due))
    begun = trial_from(profile) if due.kind == TRIAL else None
    if begun is None:
        return facts
    days = checkin_store.others(connection, key, due.owner, due.slot.local_date)
    return replace(facts, result=compare(days, due.owner, begun))


def load(connection: Connection, key: Key, who: Who, event: Event) -> Facts | None:
    """The reminder that the card shows; None when it shows none any more."""
    shown = recurrences.shown_on(connection, key, event.owner, who.card.id) if who.card else None
    if shown is None:
        return None
    profile = Profile(profile_store.choices(connection, key, event.owner))
    rule = shown.stored.rule
    begins = isinstance(event.act, Tap) and event.act.act in ("~breathe", "~together")
    goes = drill_store.recent(connection, key, event.owner) if begins else ()
    return Facts(who, profile, rule.kind, shown.slot, rule.every, shown.stored.what, stored=shown.stored, goes=goes)


def decide(facts: Facts | None, event: Event) -> Decision:
    """An answer to a reminder."""
    if facts is None:
        return Decision(toast=answers.OLD_BUTTON) if isinstance(event.act, Tap) else NOT_MINE
    return answers.answer(facts, event)


ROOM = Room(load, decide)


# ---- what a person sets ------------------------------------------------------------------------------


def load_set_up(connection: Connection, key: Key, who: Who, event: Event) -> coming.Facts:
    """What they chose, and what follows from it; without consent there is nothing."""
    set_up = load_profile(connection, key, who, event)
    if not agreed(who):
        return coming.Facts(set_up)
    day = local_day(event.at, who)
    answers_ = checkin_store.day(connection, key, event.owner, day).answers
    over = [(kind, day) for kind, markers in MARKERS.items() if answers_.keys() & {*markers}]
    return coming.Facts(set_up, recurrences.rules(connection, key, event.owner), over)


def after_consent(rule: Callable[[coming.Facts, Event], Decision]) -> Callable[[coming.Facts, Event], Decision]:
    """Nothing is set before someone agreed."""
    return lambda facts, event: rule(facts, event) if agreed(facts.who) else welcome(facts.who)


def load_plain(connection: Connection, key: Key, who: Who, event: Event) -> coming.Facts | Who:
    """What a stress needs that plain words name; others need nothing."""
    person = who.person if agreed(who) and isinstance(event.act, Typed) else None
    if person is None or stress.named(event.words, event, person.zone) is None:
        return who
    return load_set_up(connection, key, who, event)


def decide_plain(facts: coming.Facts | Who, event: Event) -> Decision:
    """Words that no question asked for: something hard ahead, else help's to answer."""
    return stress.decide(facts, event) if isinstance(facts, coming.Facts) else help_.decide(facts, event)


CARD = Room(load_set_up, after_consent(card.decide))
TRAVEL = Room(load_set_up, after_consent(travel.decide))
STRESS = Room(load_set_up, after_consent(stress.decide))


async def reminders(update: Update, context: CoachContext) -> None:
    """What is on and when, on one card."""
    await context.command(update, CARD)


async def travel_(update: Update, context: CoachContext) -> None:
    """They are somewhere else now."""
    await context.command(update, TRAVEL)


async def remind(update: Update, context: CoachContext) -> None:
    """Something hard is ahead."""
    await context.command(update, STRESS)
