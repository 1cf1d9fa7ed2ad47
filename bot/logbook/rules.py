"""What a line for the log does: kept, echoed, taken back, or asked about (docs/log-lines.md). Pure.

    typed > logged > undone
          > asked > logged
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.drills import rules as drills
from bot.logbook.reading import Read
from bot.logbook.records import Record
from bot.model import (
    NO_ZONE,
    Button,
    CallOff,
    Decision,
    Edited,
    Effect,
    Event,
    KeepLog,
    Label,
    Open,
    Say,
    Schedule,
    Screen,
    Tap,
    Turn,
    Typed,
    Who,
)
from bot.reminders.kinds import BEFORE, PRELOAD

KIND: Final = "log"  # of the card; its step is the message's id
OVER: Final = "over"
EFFORTS: Final = (2, 3, 4, 5, 7, 10)  # Foster's words; docs/domain.md 6
UNTIL: Final = timedelta(hours=24)  # so long it can be changed or taken back
OLD_BUTTON: Final = Label("help/old_button")


@dataclass(frozen=True, slots=True)
class Facts:
    """What was read in the words, and what the message that they edit, or whose card they tap, holds.

    `ways`: what the line may mean, when it must be asked. `since`: when the message was kept. `ahead`: the reminders of
    hard things that are set, by what they are for and when they come.
    """

    who: Who
    read: Read | None = None
    ways: Sequence[Read] = ()
    held: Mapping[str, Any] | None = None
    since: datetime | None = None
    ahead: Mapping[tuple[str, date, int], int] = field(default_factory=dict)

    @property
    def zone(self) -> ZoneInfo:
        """Theirs."""
        return ZoneInfo(self.who.person.zone if self.who.person else NO_ZONE)

    def late(self, event: Event) -> bool:
        """Whether it can't be changed any more."""
        return self.since is None or event.at - self.since > UNTIL


def decide(facts: Facts, event: Event) -> Decision:
    """A line, its edit, or a tap on what was said of it."""
    match event.act:
        case Typed(_, message) if facts.read is not None:
            return Decision(_kept(facts, event, message, facts.read))
        case Edited(_, message) if facts.held is None and facts.read is not None and facts.read.records:
            return Decision(_kept(facts, event, message, facts.read))
        case Edited(_, message) if facts.held is not None and facts.read is not None and not facts.late(event):
            return Decision(_kept(facts, event, message, facts.read, edited=True))
        case Tap(act=act):
            return _tapped(facts, event, act)
        case _:
            return Decision()


def _kept(facts: Facts, event: Event, message: int, found: Read, *, edited: bool = False) -> tuple[Effect, ...]:
    # A way that drops what is clear, or adds nothing, is none.
    ways = [
        way.records for way in facts.ways
        if all(one in way.records for one in found.records) and len(way.records) > len(found.records)
    ]
    log = KeepLog(message, found.records, ways)
    if not found.records and not ways:
        template = "logbook/unread" if found.ask else "logbook/taken_out"
        return (*((log,) if edited else ()), Say(Screen(template)))
    if ways:
        screen = _asked(facts, event, found.records, ways)
    else:
        screen = _logged(facts, event, found.records, unsure=found.ask)
    opened = Open(KIND, None, f"{message}", screen, asking=False)
    before = facts.held["records"] if facts.held is not None else ()
    return (log, *_called_off(facts, before, found.records), *_ahead(facts, event, found.records), opened)


def _tapped(facts: Facts, event: Event, act: str) -> Decision:
    card, name, number = facts.who.card, *act.partition("=")[::2]
    if card is None or not card.step.isdecimal() or facts.held is None or facts.late(event):
        return Decision(toast=OLD_BUTTON)
    message, records, ways = int(card.step), facts.held["records"], facts.held["ways"]
    if name == "undo" or (name == "none" and not records):
        gone = _called_off(facts, records, ())
        return Decision((KeepLog(message, ()), *gone, Turn(OVER, Screen("logbook/taken_out"), asking=False)))
    if name == "change":
        return Decision(toast=Label("logbook/how_to_change"))
    if name == "down":
        return drills.begin()
    if name == "effort" and number in map(str, EFFORTS):
        records = [_with_effort(one, int(number)) for one in records]
        shown = Turn(card.step, _summed_up(facts, event, records), asking=False)
        return Decision((KeepLog(message, records), shown))
    if name == "as_it_is":
        return Decision((Turn(card.step, _summed_up(facts, event, records), asking=False),))
    if name == "way" and number in map(str, range(len(ways))):
        records = ways[int(number)]
    elif name != "none":
        return Decision(toast=OLD_BUTTON)
    shown = Turn(card.step, _logged(facts, event, records), asking=False)
    return Decision((KeepLog(message, records), *_ahead(facts, event, records), shown))


def _ahead(facts: Facts, event: Event, records: Sequence[Record]) -> tuple[Effect, ...]:
    """Something hard at a time is met before it, as one that was named alone."""
    found = list[Effect]()
    known = facts.who.person is not None and facts.who.person.has_zone
    for record in records if known else ():
        if record["kind"] == "stress" and "at" in record:
            on, at = date.fromisoformat(record["date"]), time.fromisoformat(record["at"])
            due = datetime.combine(on, at, facts.zone) - timedelta(minutes=BEFORE)
            local = due.astimezone(facts.zone)
            on, minute = local.date(), local.hour * 60 + local.minute
            if due > event.at and (record["what"], on, minute) not in facts.ahead:
                found.append(Schedule(PRELOAD, on, minute, record["what"]))
    return tuple(found)


def _called_off(facts: Facts, before: Sequence[Record], after: Sequence[Record]) -> tuple[Effect, ...]:
    """The reminders of hard things that the message does not speak of any more."""
    gone = {one["what"] for one in before if one["kind"] == "stress" and one not in after}
    return tuple(CallOff(rule) for (what, _, _), rule in facts.ahead.items() if what in gone)


# ---- screens -----------------------------------------------------------------------------------------


def _logged(facts: Facts, event: Event, records: Sequence[Record], *, unsure: bool = False) -> Screen:
    """What was understood; of one session whose effort was not said, that is asked first."""
    if [*map(_needs_effort, records)].count(True) != 1:
        return _summed_up(facts, event, records, unsure=unsure)
    scale = [Button(Label("logbook/effort", {"effort": effort}), f"effort={effort}") for effort in EFFORTS]
    rows = (tuple(scale[:3]), tuple(scale[3:]))
    below = (Button(Label("logbook/as_it_is"), "as_it_is"), Button(Label("logbook/undo"), "undo"))
    values = {"records": told(records, event.at.astimezone(facts.zone).date()), "unsure": unsure}
    return Screen("logbook/effort", values, (*rows, below))


def _needs_effort(record: Record) -> bool:
    return record["kind"] == "session" and "effort" not in record and "planned" not in record


def _with_effort(record: Record, effort: int) -> Record:
    return {**record, "effort": effort} if _needs_effort(record) else record


def _summed_up(facts: Facts, event: Event, records: Sequence[Record], *, unsure: bool = False) -> Screen:
    """What is kept, in a line each, and what fits after it."""
    moved = any(one["kind"] == "session" and not one.get("planned") for one in records)
    revved = any(one["kind"] == "state" for one in records)
    down = ((Button(Label("logbook/down"), "down"),),) if moved or revved else ()
    below = (Button(Label("logbook/change"), "change"), Button(Label("logbook/undo"), "undo"))
    today = event.at.astimezone(facts.zone).date()
    values = {"records": told(records, today), "moved": moved, "revved": revved, "unsure": unsure}
    return Screen("logbook/logged", values, (*down, below))


def _asked(facts: Facts, event: Event, records: Sequence[Record], ways: Sequence[Sequence[Record]]) -> Screen:
    """Which of these it was; what was clear is kept already."""
    today = event.at.astimezone(facts.zone).date()
    new = [told([one for one in way if one not in records], today) for way in ways]
    rows = [(Button(Label("logbook/way", {"records": one}), f"way={place}"),) for place, one in enumerate(new)]
    values = {"records": told(records, today), "alone": len(ways) == 1, "meant": new}
    return Screen("logbook/asked", values, (*rows, (Button(Label("logbook/neither"), "none"),)))


def told(records: Sequence[Record], today: date) -> list[Record]:
    """Records with `day`, how many days from today their date is, for the words."""
    return [{**record, "day": (date.fromisoformat(record["date"]) - today).days} for record in records]
