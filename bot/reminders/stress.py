"""Something hard that is ahead: noted, and met 20 minutes before (docs/domain.md 3 and 6). Pure.

    noted > undone
    soon > five minutes now
"""

from datetime import date, datetime

from bot.drills import rules as drills
from bot.drills.facts import Facts as Drilling
from bot.drills.goes import AHEAD
from bot.drills.offer import offer
from bot.model import CallOff, Command, Decision, Event, Label, Open, Say, Schedule, Screen, Tap, Turn, Typed
from bot.reminders import screens
from bot.reminders.coming import Facts
from bot.reminders.kinds import BEFORE, PRELOAD
from bot.reminders.naming import Stress, named_stress
from bot.reminders.plan import plan
from bot.reminders.reading import Problem
from bot.reminders.recurrence import instant, zone_of
from bot.reminders.rules import is_quiet

KIND, SOON, OVER = "stress", "soon", "over"  # the kind of the cards, and their steps; of what is noted, when it comes


def named(text: str, event: Event, zone: str, *, asked: bool = False) -> Stress | Problem | None:
    """What these words name, at the time of the event."""
    return named_stress(text, event.at.astimezone(zone_of(zone)), asked=asked)


def decide(facts: Facts, event: Event) -> Decision:
    """`/remind`, plain words that name something hard, and the card that notes it."""
    match event.act:
        case Tap(act=act) if act.startswith("undo="):
            return _undone(facts, act.removeprefix("undo="))
        case Tap(act=("breathe" | "pick") as act):
            drill = _down(facts, event, act)
            return Decision((Turn(OVER, Screen("reminders/noted", {"how": "breathe"}), asking=False), *drill.effects))
        case Command(_, text) | Typed(text):
            return _noted(facts, event, text, asked=isinstance(event.act, Command))
        case _:
            return Decision(toast=Label("help/old_button"))


def _noted(facts: Facts, event: Event, text: str, *, asked: bool) -> Decision:
    person = facts.person
    if not person.has_zone:
        return Decision((Say(Screen("reminders/remind", {"problem": None, "place": False})),))
    found = named(text, event, person.zone, asked=asked)
    if not isinstance(found, Stress):
        unclear = Problem("unclear", "/remind presentation at 14:00") if text else None
        return Decision((Say(Screen("reminders/remind", {"problem": found or unclear, "place": True})),))
    zone = zone_of(person.zone)
    minute = found.minute - BEFORE
    due, at = instant(found.on, minute, zone), instant(found.on, found.minute, zone).astimezone(zone)
    if due <= event.at:
        soon = screens.soon(found.what, at - event.at, breathing=facts.chosen.likes_breathing)
        return Decision((Open(KIND, None, SOON, soon, asking=False, until=at),))
    same = any(one.what == found.what and _when(one.rule.on, one.rule.start) == _when(found.on, minute)
               for one in screens.ahead(facts.stored))
    how, silent = "again" if same else "noted", _silent(facts, due)
    shown = screens.noted(how, found.what, at, event.at, _when(found.on, minute), silent)
    opened = Open(KIND, None, _when(found.on, minute), shown, asking=False, until=due)
    return Decision((opened,) if same else (Schedule(PRELOAD, found.on, minute, found.what), opened))


def _when(on: date | None, minute: int) -> str:
    """Which reminder is meant, on its card and its button."""
    return f"{on:%y%m%d}/{minute}"


def _down(facts: Facts, event: Event, act: str) -> Decision:
    if act == "pick":
        return drills.pick(Drilling(facts.who, facts.chosen, None), event, AHEAD)
    return drills.begin(offer(facts.chosen, (), AHEAD, event.update_id))


def _undone(facts: Facts, which: str) -> Decision:
    """The one that comes then, of two the newest: it had this card last."""
    ahead = reversed(screens.ahead(facts.stored))
    one = next((one for one in ahead if _when(one.rule.on, one.rule.start) == which), None)
    values = {"how": "undone", "what": one.what} if one else {"how": "over"}
    called_off = (CallOff(one.id),) if one else ()
    return Decision((*called_off, Turn(OVER, Screen("reminders/noted", values), asking=False)))


def _silent(facts: Facts, due: datetime) -> str | None:
    """Why nothing will be said then: in their quiet hours, or while they wished silence."""
    hours = plan(facts.chosen, facts.person.owner).quiet
    local = due.astimezone(zone_of(facts.person.zone))
    if hours is not None and is_quiet(local.hour * 60 + local.minute, hours):
        return "quiet"
    pause = facts.person.pause
    return "pause" if pause is not None and pause.until is not None and pause.until > due else None
