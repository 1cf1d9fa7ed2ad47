"""/checkin."""

from dataclasses import replace

from sqlalchemy import Connection
from telegram import Update

from bot.adapters.context import CoachContext
from bot.adapters.keyring import Key
from bot.adapters.store import checkins as store
from bot.adapters.store import drills, logbook
from bot.adapters.store import profile as profile_store
from bot.checkins import history, rules
from bot.checkins.days import Day
from bot.checkins.questions import MORNING
from bot.checkins.rules import Facts
from bot.logbook.joining import wholes
from bot.model import Decision, Event, Who
from bot.onboarding.consent import agreed
from bot.onboarding.rules import welcome
from bot.profile.choices import Profile
from bot.turn import Room


def load(connection: Connection, key: Key, who: Who, event: Event) -> Facts:
    """The day that is meant, and as many others as the rules need; without consent there are none."""
    profile = Profile(profile_store.choices(connection, key, event.owner) if agreed(who) else {})
    card = who.card
    if card is not None and card.day is not None:
        date, kind = card.day, card.kind
        day = store.day(connection, key, event.owner, date)
    else:
        date, named = rules.meant(event, who, profile)
        day = store.day(connection, key, event.owner, date) if agreed(who) else Day(date)
        kind = named or rules.open_kind(day, profile)
    facts = Facts(who, profile, kind, day, today=rules.local_day(event.at, who))
    if not agreed(who) or not rules.needs_others(facts, event):
        return facts
    return replace(facts, others=store.others(connection, key, event.owner, date))


def decide(facts: Facts, event: Event) -> Decision:
    """Nothing about health is read or kept before someone agreed."""
    return rules.decide(facts, event) if agreed(facts.who) else welcome(facts.who)


ROOM = Room(load, decide)


def load_today(connection: Connection, key: Key, who: Who, event: Event) -> history.Facts:
    """The day of the card, or this one, with all that /today shows."""
    if not agreed(who):
        return history.Facts(load(connection, key, who, event), ())
    day = who.card.day if who.card is not None and who.card.day is not None else rules.local_day(event.at, who)
    profile = Profile(profile_store.choices(connection, key, event.owner))
    facts = Facts(
        who, profile, MORNING, store.day(connection, key, event.owner, day),
        store.others(connection, key, event.owner, day), rules.local_day(event.at, who),
    )
    begin = rules.begins(day - history.WEEK_BACK, who)
    logged = logbook.since(connection, key, event.owner, begin)
    records = [whole.record for whole in wholes(logged)]
    return history.Facts(facts, drills.recent(connection, key, event.owner), records)


def decide_today(facts: history.Facts, event: Event) -> Decision:
    """Nothing about health is read before someone agreed."""
    return history.decide(facts, event) if agreed(facts.checkin.who) else welcome(facts.checkin.who)


TODAY = Room(load_today, decide_today)


async def today(update: Update, context: CoachContext) -> None:
    """The day so far, and the last seven."""
    await context.command(update, TODAY)


async def checkin(update: Update, context: CoachContext) -> None:
    """Open the check-in that fits."""
    await context.command(update, ROOM)
