"""Words that no question asked for: lines for the log, something hard ahead, else help's to answer."""

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from itertools import chain
from typing import Any

from sqlalchemy import Connection
from telegram import Update

from bot.adapters.context import CoachContext
from bot.adapters.keyring import Key
from bot.adapters.store import checkins, drills, recurrences
from bot.adapters.store import logbook as store
from bot.adapters.store import profile as profile_store
from bot.checkins.from_log import ANSWERING, answers
from bot.checkins.questions import EVENING, MORNING, QUESTIONS, Question
from bot.drills.goes import BREATH, SETTLED
from bot.drills.mindful import KIND as MINDFUL
from bot.logbook import rules
from bot.logbook.joining import wholes
from bot.logbook.reading import Read, read, ways
from bot.logbook.records import NAMED, Record
from bot.logbook.rules import Facts
from bot.logbook.tokens import says_an_amount
from bot.model import Decision, Edited, Event, InFile, Sent, Tap, Typed, Who
from bot.onboarding.consent import agreed
from bot.profile.choices import Profile
from bot.reminders import handlers as reminders
from bot.reminders import screens
from bot.reminders.coming import Facts as Coming
from bot.reminders.recurrence import zone_of
from bot.turn import Room

EFFORT = Question("effort")
JUST_NOW = timedelta(minutes=30)  # so long a number that is typed may say how hard a session was; engine choice
# Cards whose questions are no place for a session that was done; while a drill or a run is on, no words are an answer.
_INTERRUPTED = frozenset({
    "welcome", MORNING, EVENING, "drill", SETTLED, BREATH, MINDFUL, "settings", "pause", "still_paused", "reminders",
    "travel", "erase",
})
# "7" and "7.5" are answers to what was asked, and need no reading.
_MAY_BE_A_SESSION = re.compile(r"\d.*[^\W\d_]{2}|[^\W\d_]{2}.*\d|\d ?k", re.DOTALL)
_SAYS_MORE = re.compile(r"\w\W+\w")  # neither are "seven" and "ok"; "half an hour" is told beside something


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
                facts = Facts(who, found, ways(text, now) if found.ask else (), ahead=ahead)
                return _settling(connection, key, event, facts)
            if not found.records and (effort := _effort(text, now)) is not None:
                recent = store.since(connection, key, event.owner, event.at - JUST_NOW)
                latest: Mapping[str, Any] = {"records": [*chain(*recent.values())], "ways": ()}
                facts = _settling(connection, key, event, Facts(who, held=latest, since=event.at, effort=effort))
                wait = [one for one in wholes(facts.near) if rules.needs_effort(one.record)]
                asked = [message for message in recent if sum(bool(one.of(message)) for one in wait) == 1]
                whole = store.held(connection, key, event.owner, asked[-1]) if asked else None
                if whole is not None and not whole[0]["ways"]:  # else the question is another one
                    return replace(facts, of=asked[-1])
            plain = reminders.load_plain(connection, key, who, event)
            return Facts(who, found) if isinstance(plain, Who) and found.records else plain
        case Edited(text, message, sent):
            held = store.held(connection, key, event.owner, message)
            then = sent.astimezone(now.tzinfo)  # "yesterday" stays the day that it was
            found = (_kept_words(held[0], text) if held else None) or read(text, then)
            if held is None and not found.records:
                return who
            facts = Facts(who, found, ways(text, then) if found.ask else (), held[0] if held else None, sent)
            ahead = _ahead(connection, key, event.owner) if held else {}
            return _settling(connection, key, event, replace(facts, ahead=ahead))
        case Tap() if who.card is not None and who.card.step.isdecimal():
            held = store.held(connection, key, event.owner, int(who.card.step))
            ahead = _ahead(connection, key, event.owner) if held else {}
            facts = Facts(who, None, (), *held, ahead) if held else Facts(who)
            return _settling(connection, key, event, facts)
        case Sent(text=caption):
            ahead = _ahead(connection, key, event.owner) if caption else {}
            return _settling(connection, key, event, Facts(who, read(caption, now), ahead=ahead))
        case _:
            return who


def _effort(text: str, now: datetime) -> float | None:
    """How hard it was, where nothing else is said: "6", "7/10", "rpe 6", "very hard"."""
    if number := EFFORT.read(text):
        return float(number[EFFORT.marker])
    found = read(f"run 1 min, {text}", now).records
    alone = len(found) == 1 and found[0].keys() == {"kind", "activity", "date", "minutes", "effort"}
    return float(found[0]["effort"]) if alone else None


def _kept_words(held: Mapping[str, Any], text: str) -> Read | None:
    """A sentence that is kept as one stays one, whatever it says now."""
    kept = [{**one, "words": text} for one in held["records"] if one["kind"] == NAMED and text.strip()]
    return Read(kept, ask=False) if kept else None


def _settling(connection: Connection, key: Key, event: Event, facts: Facts) -> Facts:
    """With what an offer of a way down goes by, and what may be the same session."""
    first = _first_day(facts, event)
    near = store.since(connection, key, event.owner, first) if first else {}
    profile = Profile(profile_store.choices(connection, key, event.owner))
    goes = drills.recent(connection, key, event.owner)
    nights = {day for day, _ in answers(_meant(facts))}
    days = {day: checkins.day(connection, key, event.owner, day) for day in nights}
    return replace(facts, profile=profile, goes=goes, near=near, days=days)


def _meant(facts: Facts) -> list[Record]:
    """Every record that the message may hold, before and after."""
    held = facts.held or {"records": (), "ways": ()}
    ways = (way.records for way in facts.ways)
    return [*held["records"], *chain(*held["ways"], *ways), *(facts.read.records if facts.read else ())]


def _first_day(facts: Facts, event: Event) -> datetime | None:
    """The day before the first session or night that is meant: nothing is logged before it was done."""
    dated = [one for one in _meant(facts) if one["kind"] in ("session", *ANSWERING)]
    days = [datetime.fromisoformat(f"{one['date']}T00:00+00:00") for one in dated]
    if isinstance(event.found, InFile):
        days += [activity.start for activity in event.found.activities]
    return min(days) - timedelta(days=1) if days else None


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
    """A session with a number is for the log, whatever was asked; anything else only where it is no answer."""
    if who.card is None or who.card.kind not in _INTERRUPTED:
        return False
    if not isinstance(event.act, Typed) or who.person is None or not agreed(who):
        return False
    text = event.act.text
    says_more = _SAYS_MORE.search(text)
    question = QUESTIONS.get(who.card.step)
    runs = who.card.kind in (BREATH, MINDFUL)
    is_no_answer = says_more and (runs or (question is not None and question.read(text) is None))
    if not is_no_answer and not _MAY_BE_A_SESSION.search(text) and not (says_more and says_an_amount(text)):
        return False
    now = event.at.astimezone(zone_of(who.person.zone))
    found = read(text, now)
    done = [one for one in found.records if one["kind"] == "session" and not one.get("planned")]
    if any(one.keys() & {"km", "minutes", "sets"} for one in done):
        return True
    own = {f"{who.card.day}", f"{now.date()}"}  # another night is no answer to the check-in
    return bool(is_no_answer) and any(
        runs or one["kind"] not in ANSWERING or one["date"] not in own for one in found.records
    )


ROOM = Room(load, decide, claims)


async def edited(update: Update, context: CoachContext) -> None:
    """A changed message is read for safety; one that was logged is read anew."""
    message = update.effective_message
    assert message is not None
    act = Edited(message.text or message.caption or "", message.message_id, message.date)
    await context.turn(update, act, ROOM)


async def sent(update: Update, context: CoachContext) -> None:
    """A file: the session of a watch."""
    message = update.effective_message
    assert message is not None
    document = message.document
    assert document is not None
    act = Sent(document.file_id, document.file_size, message.caption or "", message.message_id)
    await context.turn(update, act, ROOM)
