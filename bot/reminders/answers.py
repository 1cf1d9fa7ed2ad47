"""What a reminder says, and what may be said to it: done, later, a short version, not today (docs/domain.md 6).

Pure.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from bot.drills import mindful
from bot.drills import rules as drills
from bot.drills.goes import AHEAD, BY_NAME, PROMPT, Go
from bot.drills.goes import SESSION as AFTER_SESSION
from bot.drills.offer import Offer, offer
from bot.model import (
    NOT_MINE,
    Acknowledge,
    Button,
    Choose,
    Decision,
    DidDrill,
    Effect,
    Event,
    Label,
    NotToday,
    Open,
    Screen,
    Snooze,
    StartClock,
    Tap,
    Turn,
    Typed,
    Who,
)
from bot.profile import rules as profile
from bot.profile.choices import Profile
from bot.reminders import card, coming
from bot.reminders.kinds import BEFORE, BODY, BREAK, FOLLOW_UP, HYGIENE, MICRO, PRELOAD, SESSION, SNOOZES, TRIAL
from bot.reminders.plan import kept, quiet, settings
from bot.reminders.recurrence import Slot, following, zone_of
from bot.reminders.rules import Due, Stored, asks, is_quiet, quiet_until
from bot.reminders.trial import Result
from bot.safety.lines import help_for

KIND = "prompt"  # of the card that shows a reminder which is no card of another room
SHORT, OVER = "short", "over"
OLD_BUTTON = Label("help/old_button")
SAID = {
    "done": "done", "did it": "done", "moved": "moved", "already moved": "moved", "not today": "not_today",
    "stop": "stop", "less": "less", "less often": "less",
}

# "How is today?", answered in words.
WELL = re.compile(
    r"(i'?m |i am |it'?s |it is |feeling |a bit |much |all |so |really |yes,? |today is |doing )*"
    r"(ok|okay|fine|good|well|better|great|all ?right|alright|yes)( now| today| again| thanks?| thank you|,)*[.!]*",
    re.IGNORECASE,
)

Row = tuple[Button, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """The reminder that is sent, or that the card shows. `asks`: whether such reminders are still right is asked.

    `every` is how many minutes a repeating one waits; `what` is what a single one is for, in their words. `result` is
    that of the two weeks in which breaks were tried. `stored` is the rule, of one that was sent; `goes` are the drills
    that an offer goes by.
    """

    who: Who
    profile: Profile
    kind: str
    slot: Slot
    every: int | None = None
    what: str | None = None
    asks: bool = False
    result: Result | None = None
    stored: Stored | None = None
    goes: Sequence[Go] = ()


def prompt(facts: Facts) -> Decision:
    """The card of a reminder that is sent now."""
    if facts.result is not None:
        values = {"result": facts.result, "times": facts.result.difference, "verdict": facts.result.verdict}
        screen = Screen("reminders/result", values, (_buttons("keep", "less", "stop"),))
    elif facts.asks:
        setting = settings(facts.profile)[facts.kind]
        less = ("less",) if setting.less() != setting else ()  # what comes once a week does not come less often
        rows = (_buttons(*less, "another"), _buttons("stop", "keep"))
        screen = Screen("reminders/still", {"kind": facts.kind, "less": bool(less)}, rows)
    else:
        screen = _said(facts)
    return Decision((Open(KIND, None, facts.kind, screen),))


def dressed(screen: Screen, due: Due, now: datetime) -> Screen:
    """A card with the ways out of a reminder below it: later, where that is not in quiet hours, and not today."""
    if due.kind in (FOLLOW_UP, TRIAL) or asks(due):
        return screen
    begins = due.slot.due_at + timedelta(minutes=BEFORE) if due.kind == PRELOAD else None
    fits = [
        minutes for minutes in SNOOZES
        if quiet_until(due, then := now + timedelta(minutes=minutes)) is None and (begins is None or then < begins)
    ]
    later = tuple(Button(Label("reminders/later", {"minutes": minutes}), f"~later={minutes}") for minutes in fits)
    rows = (*screen.rows, *((later,) if later else ()), _buttons("not_today"))
    return replace(screen, rows=rows)


def answer(facts: Facts, event: Event) -> Decision:
    """A tap on a reminder's own buttons, or words typed while it asks."""
    match event.act:
        case Tap(act=act):
            return _tapped(facts, event, act.removeprefix("~"))
        case Typed(text) if said := typed(text):
            return _tapped(facts, event, said)
        case Typed(text) if facts.kind == FOLLOW_UP:  # whatever it is, it is no line for the log
            return _tapped(facts, event, "safe" if WELL.fullmatch(text.strip()) else "hard")
        case _:
            return NOT_MINE


def typed(text: str) -> str | None:
    """The answer that these words are; None when they are none."""
    return SAID.get(text.strip(" .").lower())


def _tapped(facts: Facts, event: Event, act: str) -> Decision:
    name, _, value = act.partition("=")
    match name:
        case "done" | "moved" | "safe":
            return _ended(facts, event, name)
        case "later" if value in map(str, SNOOZES):
            return _later(facts, event, int(value))
        case "not_today":
            return Decision((Acknowledge(name), NotToday(), _closed(facts, name)))
        case "hard":
            values = {"help": help_for(facts.who.country), "body": facts.what == BODY}
            lines = Screen("safety/hard", values)
            return Decision((Acknowledge(name), Turn(OVER, lines, asking=False)))
        case "enough":
            return Decision((Acknowledge(name), _closed(facts, name)))
        case "short":
            return Decision((Turn(SHORT, _short(facts)),))
        case "mindful":
            run = mindful.begin(PROMPT).effects
            return Decision((Acknowledge("done"), StartClock(BREAK, event.at), _closed(facts, "breathe"), *run))
        case "breathe" | "together":
            return Decision((Acknowledge("done"), _closed(facts, "breathe"), *_down(facts, event).effects))
        case "less" | "stop" | "keep" | "another":
            return _still(facts, event, name)
        case _:
            return Decision(toast=OLD_BUTTON)


def _down(facts: Facts, event: Event) -> Decision:
    """The way down that fits the moment: their small thing, or what settles them fastest."""
    if facts.kind == MICRO:
        drill = BY_NAME[_drill(facts)]
        return drills.begin(Offer(drill, drill.minutes[0], PROMPT, ""))
    occasion = {PRELOAD: AHEAD, SESSION: AFTER_SESSION}.get(facts.kind, PROMPT)
    return drills.begin(offer(facts.profile, facts.goes, occasion, event.update_id))


def _ended(facts: Facts, event: Event, name: str) -> Decision:
    clock: tuple[Effect, ...] = (StartClock(BREAK, event.at),) if facts.kind in (BREAK, HYGIENE, SESSION) else ()
    did: tuple[Effect, ...] = (DidDrill(_drill(facts), PROMPT),) if facts.kind == MICRO else ()
    closed = _closed(facts, name, next_=_next_break(facts, event))
    return Decision((Acknowledge(name), *clock, *did, closed), Label("checkins/noted"))


def _next_break(facts: Facts, event: Event) -> datetime | None:
    """When the next break of this day comes, now that the clock starts anew; local."""
    person, stored = facts.who.person, facts.stored
    if facts.kind != BREAK or person is None or stored is None or not stored.active:
        return None
    zone, hours = zone_of(person.zone), quiet(facts.profile)
    slot = following(stored.rule, zone, stored.served, event.at, event.at)
    if slot is None or slot.local_date != facts.slot.local_date:
        return None
    local = slot.due_at.astimezone(zone)
    silent = hours.on and is_quiet(local.hour * 60 + local.minute, (hours.start, hours.until or 0))
    return None if silent else local


def _later(facts: Facts, event: Event, minutes: int) -> Decision:
    until = event.at + timedelta(minutes=minutes)
    return Decision((Acknowledge("snooze"), Snooze(until), _closed(facts, "later", minutes)))


def _still(facts: Facts, event: Event, name: str) -> Decision:
    tried = facts.kind == TRIAL  # two weeks of breaks: their result is about those
    kind = BREAK if tried else facts.kind
    setting = settings(facts.profile).get(kind)
    if setting is None:  # due only once: there is nothing to change
        return Decision((Acknowledge(name), _closed(facts, "stop")))
    chosen: tuple[Effect, ...] = (Choose(TRIAL, ""),) if tried else ()
    if name == "stop":
        chosen = (*chosen, *kept(kind, setting.off()))
    elif name == "less":
        chosen = (*chosen, *kept(kind, setting.less()))
    opened: tuple[Effect, ...] = ()
    if name == "another":
        set_up = coming.Facts(profile.Facts(facts.who, facts.profile))
        opened = (Open(card.KIND, None, kind, card.screen(set_up, event.at, kind)),)
    return Decision((Acknowledge(name), *chosen, _closed(facts, name), *opened))


def _closed(facts: Facts, how: str, minutes: int = 0, next_: datetime | None = None) -> Turn:
    values = {"kind": facts.kind, "how": how, "minutes": minutes, "next": next_}
    down = how == "done" and facts.kind == SESSION  # part of it, not an extra (docs/domain.md 3)
    return Turn(OVER, Screen("reminders/over", values, (_buttons("breathe"),) if down else ()), asking=False)


def _said(facts: Facts) -> Screen:
    """The words of a kind, and what fits its buttons."""
    breathe = ("breathe",) if facts.profile.likes_breathing else ()
    first = {
        BREAK: ("done", "moved", "short"),
        MICRO: ("together", "done", "short"),
        PRELOAD: (*breathe, "done", "short"),
        FOLLOW_UP: ("safe", "hard"),
        SESSION: ("done", "short", "mindful"),
    }.get(facts.kind, ("done", "short"))
    more = (_buttons("enough"),) if facts.kind == FOLLOW_UP else ()
    return Screen("reminders/prompt", _values(facts), (_buttons(*first), *more))


def _short(facts: Facts) -> Screen:
    return Screen("reminders/short", _values(facts), (_buttons("done", "not_today"),))


def _values(facts: Facts) -> dict[str, Any]:
    breathing = facts.profile.likes_breathing
    return {"kind": facts.kind, "what": facts.what, "drill": _drill(facts), "breathing": breathing}


def _drill(facts: Facts) -> str:
    """One of their small things, in turn."""
    drills_ = facts.profile.drills
    return drills_[(facts.slot.local_date.toordinal() + facts.slot.number // 60) % len(drills_)]


def _buttons(*names: str) -> Row:
    return tuple(Button(Label(f"reminders/{name}"), f"~{name}") for name in names)
