"""Words that no question asked for: lines for the log, something hard ahead, else help's to answer."""

import re
from dataclasses import replace
from datetime import date

from sqlalchemy import Connection
from telegram import Update

from bot.adapters.context import CoachContext
from bot.adapters.keyring import Key
from bot.adapters.store import logbook as store
from bot.adapters.store import recurrences
from bot.logbook import rules
from bot.logbook.reading import Read, read, ways
from bot.logbook.rules import Facts
from bot.model import Decision, Edited, Event, Tap, Typed, Who
from bot.onboarding.consent import agreed
from bot.reminders import handlers as reminders
from bot.reminders import screens
from bot.reminders.coming import Facts as Coming
from bot.reminders.recurrence import zone_of
from bot.turn import Room

_INTERRUPTED = frozenset({"morning", "evening", "drill"})  # cards whose questions are no place for a session
# "7" and "7.5" are answers to what was asked, and need no reading.
_MAY_BE_A_SESSION = re.compile(r"\d.*[^\W\d_]{2}|[^\W\d_]{2}.*\d|\d ?k", re.DOTALL)


def load(connection: Connection, key: Key, who: Who, event: Event) -> Facts | Coming | Who:
    """What is in the words, and what is kept of their message; of words for others nothing."""
    person = who.person if agreed(who) else None
    if person is None:
        return who
    now = event.at.astimezone(zone_of(person.zone))
    match event.act:
        case Typed(text):
            found = read(text, now)
            if found.ask or any(one["kind"] != "stress" for one in found.records):
                ahead = _ahead(connection, key, event.owner) if _speaks_of_ahead(found) else {}
                return Facts(who, found, ways(text, now) if found.ask else (), ahead=ahead)
            plain = reminders.load_plain(connection, key, who, event)
            return Facts(who, found) if isinstance(plain, Who) and found.records else plain
        case Edited(text, message):
            held = store.held(connection, key, event.owner, message)
            then = held[1].astimezone(now.tzinfo) if held else now  # "yesterday" stays the day that it was
            found = read(text, then)
            facts = Facts(who, found, ways(text, then) if found.ask else ())
            if held is None:
                return facts if found.records and not found.ask else who
            return replace(facts, held=held[0], since=held[1], ahead=_ahead(connection, key, event.owner))
        case Tap() if who.card is not None and who.card.step.isdecimal():
            held = store.held(connection, key, event.owner, int(who.card.step))
            ahead = _ahead(connection, key, event.owner) if held else {}
            return Facts(who, None, (), *held, ahead) if held else Facts(who)
        case _:
            return who


def _speaks_of_ahead(found: Read) -> bool:
    return any(one["kind"] == "stress" for one in found.records)


def _ahead(connection: Connection, key: Key, owner: int) -> dict[tuple[str, date, int], int]:
    ahead = screens.ahead(recurrences.rules(connection, key, owner))
    return {(one.what, one.rule.on, one.rule.start): one.id for one in ahead if one.what and one.rule.on}


def decide(facts: Facts | Coming | Who, event: Event) -> Decision:
    """The room whose facts these are answers."""
    if isinstance(facts, Facts):
        return rules.decide(facts, event)
    return reminders.decide_plain(facts, event)


def claims(who: Who, event: Event) -> bool:
    """A session with a number is for the log, whatever was asked; the rest may be an answer."""
    if who.card is None or who.card.kind not in _INTERRUPTED:
        return False
    if not isinstance(event.act, Typed) or who.person is None or not agreed(who):
        return False
    if not _MAY_BE_A_SESSION.search(event.act.text):
        return False
    found = read(event.act.text, event.at.astimezone(zone_of(who.person.zone)))
    return any(one["kind"] == "session" and one.keys() & {"km", "minutes", "sets"} for one in found.records)


ROOM = Room(load, decide, claims)


async def edited(update: Update, context: CoachContext) -> None:
    """A changed message is read for safety; one that was logged is read anew."""
    message = update.effective_message
    assert message is not None
    await context.turn(update, Edited(message.text or message.caption or "", message.message_id), ROOM)
