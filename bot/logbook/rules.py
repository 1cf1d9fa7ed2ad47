"""What a line for the log does: kept, echoed, taken back, or asked about (docs/log-lines.md). Pure.

    typed > logged > undone
          > asked > logged
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import chain
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from bot.checkins.days import Day
from bot.checkins.from_log import answers
from bot.drills import rules as drills
from bot.drills.goes import DRILLS, REVVED, Go
from bot.drills.offer import Offer, after, allowed, offer
from bot.logbook.joining import MEASURED, Held, joined, record_of, said_of
from bot.logbook.limits import misfit
from bot.logbook.reading import Read, read
from bot.logbook.records import Record, plain, told
from bot.model import (
    Button,
    CallOff,
    Decision,
    Edited,
    Effect,
    Event,
    Fetch,
    InFile,
    KeepAnswer,
    KeepLog,
    Label,
    Open,
    Say,
    Schedule,
    Screen,
    Sent,
    Tap,
    Turn,
    Typed,
    Who,
)
from bot.profile.choices import Profile
from bot.reminders.kinds import BEFORE, PRELOAD

KIND: Final = "log"  # of the card; its step is the message's id
OVER: Final = "over"
EFFORTS: Final = (2, 3, 4, 5, 7, 10)  # Foster's words; docs/domain.md 6
MOST: Final = 12  # sessions of one file; engine choice
INTO_THE_NIGHT: Final = timedelta(hours=6)  # so long after midnight an evening still has its way down
UNTIL: Final = timedelta(hours=24)  # so long it can be changed or taken back
OLD_BUTTON: Final = Label("help/old_button")


@dataclass(frozen=True, slots=True)
class Facts:
    """What was read in the words, and what the message that they edit, or whose card they tap, holds.

    `ways`: what the line may mean, when it must be asked. `since`: when the message was sent. `ahead`: the reminders of
    hard things that are set, by what they are for and when they come. `goes` are the drills that an offer goes by,
    `near` what other messages hold since the day before the first session that is meant. `days` are those whose
    check-in a night or a morning's numbers answer. `effort` is what they typed, of the session that message `of` holds.
    """

    who: Who
    read: Read | None = None
    ways: Sequence[Read] = ()
    held: Mapping[str, Any] | None = None
    since: datetime | None = None
    ahead: Mapping[tuple[str, date, int], int] = field(default_factory=dict)
    profile: Profile = field(default_factory=lambda: Profile({}))
    goes: Sequence[Go] = ()
    near: Held = field(default_factory=dict)
    days: Mapping[date, Day] = field(default_factory=dict)
    effort: float | None = None
    of: int = 0

    @property
    def of_a_file(self) -> bool:
        """Whether the message was a file, whose caption can be edited."""
        return self.held is not None and any(
            MEASURED in one for one in (*self.held["records"], *chain(*self.held["ways"]))
        )

    def late(self, event: Event) -> bool:
        """Whether it can't be changed any more."""
        return self.since is None or event.at - self.since > UNTIL


def decide(facts: Facts, event: Event) -> Decision:
    """A line, its edit, or a tap on what was said of it."""
    match event.act:
        case Typed() if facts.effort is not None:
            records = [_with_effort(one, facts.effort) for one in facts.near[facts.of]]
            shown = _answer(facts, event, facts.of, _summed_up(facts, event, facts.of, records))
            return Decision((KeepLog(facts.of, records), shown))
        case Typed(_, message) if facts.read is not None:
            return Decision(_kept(facts, event, message, facts.read))
        case Edited() if facts.late(event):
            return Decision((Say(Screen("logbook/too_late")),) if facts.held is not None else ())
        case Edited(_, message) if facts.held is None and facts.read is not None and facts.read.records:
            return Decision(_kept(facts, event, message, facts.read))
        case Edited(text, message) if facts.of_a_file:
            return _captioned(facts, event, message, text)
        case Edited(_, message) if facts.read is not None:
            return Decision(_kept(facts, event, message, facts.read, edited=True))
        case Sent(file, size, caption, message) if event.private:
            if not isinstance(event.found, InFile):
                return Decision(needs=Fetch(file, size))
            return _imported(facts, event, message, event.found, caption)
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
    before = facts.held["records"] if facts.held is not None else ()
    if ways and not found.records:  # what it said before stays until they say what it means now
        asked = _asked(facts, event, (), ways)
        return (KeepLog(message, before, ways), _answer(facts, event, message, asked, in_place=edited))
    if not found.records and not ways:
        if found.ask:
            return (Say(Screen("logbook/unread", {"edited": edited})),)
        gone = (*_called_off(facts, event, before, ()), *_answered(facts, message, before, ()))
        return (KeepLog(message, ()), *gone, _answer(facts, event, message, Screen("logbook/taken_out"), in_place=True))
    placed = _placed(facts, message, found.records, ways, edited=edited)
    screen = (
        _asked(facts, event, found.records, ways) if ways else _logged(facts, event, placed, unsure=found.ask)
    )
    called_off = _called_off(facts, event, before, found.records)
    changed = (*called_off, *_answered(facts, message, before, found.records))
    answer = _answer(facts, event, placed.holder, screen, in_place=edited)
    return (*placed.kept, *changed, *_ahead(facts, event, found.records), answer)


class _Placed(NamedTuple):
    """What is kept where, the message that the answer is about, and what is told, with the message that holds it.

    `known`: all of it was there before.
    """

    kept: tuple[KeepLog, ...]
    holder: int
    told: Sequence[tuple[int, Record]]
    known: bool = False


def _placed(
    facts: Facts, message: int, records: Sequence[Record], ways: Sequence[Sequence[Record]], *, edited: bool = False
) -> _Placed:
    """Each session once."""
    found = joined(message, records, facts.near)
    own = (KeepLog(message, found.own, ways),) if found.own or ways or edited else ()
    others = tuple(KeepLog(number, changed, None) for number, changed in found.changed.items())
    holder = message if found.own or ways or not found.told else found.told[0][0]
    return _Placed((*own, *others), holder, found.told, found.known)


def _imported(facts: Facts, event: Event, message: int, found: InFile, caption: str) -> Decision:
    """The sessions of a file, or one sentence about why there are none."""
    if not found.activities or len(found.activities) > MOST:
        return Decision((Say(Screen("logbook/file", {"reason": found.reason or "too many"})),))
    zone = facts.who.local(event.at).tzinfo
    assert isinstance(zone, ZoneInfo), "a clock without a zone"
    records = [_said_too(record_of(activity, zone), caption, event.at) for activity in found.activities]
    ahead = any(activity.start > event.at for activity in found.activities)
    if ahead or any(map(misfit, records)):
        asked = _asked(facts, event, (), [records])
        return Decision((KeepLog(message, (), [records]), _answer(facts, event, message, asked)))
    placed = _placed(facts, message, records, ())
    return Decision((*placed.kept, _answer(facts, event, placed.holder, _logged(facts, event, placed))))


def _answer(facts: Facts, event: Event, message: int, screen: Screen, *, in_place: bool = False) -> Open:
    """What is said of a message, for as long as it can be changed; the answers to others stay as they are."""
    until = (facts.since or event.at) + UNTIL
    return Open(KIND, None, f"{message}", screen, asking=False, until=until, in_place=in_place)


def _captioned(facts: Facts, event: Event, message: int, caption: str) -> Decision:
    """The sessions of a file, with what its caption says now."""
    assert facts.held is not None, "a caption of nothing"
    assert facts.since is not None, "a file of no time"
    records, *ways = [
        [_said_too(record, caption, facts.since) for record in way]
        for way in (facts.held["records"], *facts.held["ways"])
    ]
    held = _Placed((), message, [(message, record) for record in records])
    screen = _asked(facts, event, records, ways) if ways else _logged(facts, event, held)
    return Decision((KeepLog(message, records, ways), _answer(facts, event, message, screen, in_place=True)))


def _said_too(record: Record, caption: str, at: datetime) -> Record:
    """With what the caption says of it: how hard it was, with whom, which sets; what it was, if the file does not."""
    if not caption:
        return record
    named = _session_in(f"1 min {caption}", at) if record["activity"] == "other" else {}
    one = named or _session_in(f"{record['activity']} 1 min {caption}", at)
    return {**record, **said_of(one), **({"activity": one["activity"]} if named else {})}


def _session_in(text: str, at: datetime) -> Record:
    return next((one for one in read(text, at).records if one["kind"] == "session"), {})


def _tapped(facts: Facts, event: Event, act: str) -> Decision:
    card, name, number = facts.who.card, *act.partition("=")[::2]
    if card is None or not card.step.isdecimal() or facts.held is None or facts.late(event):
        return Decision(toast=OLD_BUTTON)
    message, records, ways = int(card.step), facts.held["records"], facts.held["ways"]
    if name == "undo" or (name == "none" and not records):
        gone = (*_called_off(facts, event, records, ()), *_answered(facts, message, records, ()))
        return Decision((KeepLog(message, ()), *gone, Turn(OVER, Screen("logbook/taken_out"), asking=False)))
    if name == "change":
        return Decision(toast=Label("logbook/how_to_change_a_file" if facts.of_a_file else "logbook/how_to_change"))
    if name == "down":
        return _down(facts, event, message, records, number)
    if name == "effort" and number in map(str, EFFORTS):
        records = [_with_effort(one, int(number)) for one in records]
        shown = Turn(card.step, _summed_up(facts, event, message, records), asking=False)
        return Decision((KeepLog(message, records), shown))
    if name == "as_it_is":
        return Decision((Turn(card.step, _summed_up(facts, event, message, records), asking=False),))
    before = records
    if name == "way" and number in map(str, range(len(ways))):
        records = ways[int(number)]
    elif name != "none":
        return Decision(toast=OLD_BUTTON)
    placed = _placed(facts, message, records, (), edited=True)
    shown = Turn(f"{placed.holder}", _logged(facts, event, placed), asking=False)
    return Decision((*placed.kept, *_answered(facts, message, before, records), *_ahead(facts, event, records), shown))


def _way_down(facts: Facts, event: Event, message: int, records: Sequence[Record]) -> Offer | None:
    """What fits after these on their day: part of a session, and for who is wound up (docs/domain.md 3 and 5)."""
    first = f"{(facts.who.local(event.at) - INTO_THE_NIGHT).date()}"
    now = [one for one in records if one["date"] >= first and not one.get("planned")]
    sessions = [one for one in now if one["kind"] == "session"]
    if sessions:
        return after(facts.profile, facts.goes, sessions[-1], message)
    revved = any(one["kind"] == "state" for one in now)
    return offer(facts.profile, facts.goes, REVVED, message) if revved else None


def _down(facts: Facts, event: Event, message: int, records: Sequence[Record], asked: str) -> Decision:
    """The drill that the button names, whatever was done since it was offered."""
    fits = _way_down(facts, event, message, records)
    code, _, minutes = asked.partition("/")
    drill = DRILLS.get(code)
    if fits is None or drill not in allowed(facts.profile) or minutes not in map(str, drill.minutes):
        return Decision(toast=OLD_BUTTON)
    return drills.begin(fits if fits.drill == drill else Offer(drill, int(minutes), fits.occasion, ""))


def _ahead(facts: Facts, event: Event, records: Sequence[Record]) -> tuple[Effect, ...]:
    """Something hard at a time is met before it, as one that was named alone."""
    found = list[Effect]()
    known = facts.who.person is not None and facts.who.person.has_zone
    for record in records if known else ():
        if record["kind"] == "stress" and "at" in record:
            due = _due(facts, event, record)
            on, minute = due.date(), due.hour * 60 + due.minute
            if due > event.at and (record["what"], on, minute) not in facts.ahead:
                found.append(Schedule(PRELOAD, on, minute, record["what"]))
    return tuple(found)


def _due(facts: Facts, event: Event, stress: Record) -> datetime:
    """When somebody is reminded of it, on their clock."""
    zone = facts.who.local(event.at).tzinfo
    at = datetime.combine(date.fromisoformat(stress["date"]), time.fromisoformat(stress["at"]), zone)
    return (at - timedelta(minutes=BEFORE)).astimezone(zone)


def _called_off(
    facts: Facts, event: Event, before: Sequence[Record], after: Sequence[Record]
) -> tuple[Effect, ...]:
    """The reminders of hard things that the message does not speak of any more."""
    gone = set[tuple[str, date, int]]()
    for one in before:
        if one["kind"] == "stress" and "at" in one and one not in after:
            due = _due(facts, event, one)
            gone.add((one["what"], due.date(), due.hour * 60 + due.minute))
    return tuple(CallOff(rule) for which, rule in facts.ahead.items() if which in gone)


def _answered(
    facts: Facts, message: int, before: Sequence[Record], after: Sequence[Record]
) -> tuple[KeepAnswer, ...]:
    """The check-in questions that these answer: those that are open, or that a line answered before."""
    was, now = answers(before), answers(after)
    others = answers(chain(*(records for number, records in facts.near.items() if number != message)))
    found = list[KeepAnswer]()
    for key in {**was, **now}:
        day, marker = key
        kept = facts.days[day].kept.get(marker) if day in facts.days else None
        value = now.get(key, others.get(key))
        if kept in (None, was.get(key), others.get(key)) and value != kept:
            found.append(KeepAnswer(day, marker, value or ""))
    return tuple(found)


# ---- screens -----------------------------------------------------------------------------------------


def _logged(facts: Facts, event: Event, placed: _Placed, *, unsure: bool = False) -> Screen:
    """What was understood; of one session of this message whose effort was not said, that is asked first."""
    records = [record for _, record in placed.told]
    if [number for number, record in placed.told if needs_effort(record)] != [placed.holder]:
        return _summed_up(facts, event, placed.holder, records, unsure=unsure, known=placed.known)
    scale = [Button(Label("logbook/effort", {"effort": effort}), f"effort={effort}") for effort in EFFORTS]
    rows = (tuple(scale[:3]), tuple(scale[3:]))
    below = (Button(Label("logbook/as_it_is"), "as_it_is"), Button(Label("logbook/undo"), "undo"))
    values = {"records": told(records, facts.who.local(event.at).date()), "unsure": unsure, "known": placed.known}
    return Screen("logbook/effort", values, (*rows, below))


def needs_effort(record: Record) -> bool:
    return record["kind"] == "session" and "effort" not in record and "planned" not in record


def _with_effort(record: Record, effort: float) -> Record:
    return {**record, "effort": plain(effort)} if needs_effort(record) else record


def _summed_up(
    facts: Facts, event: Event, message: int, records: Sequence[Record], *, unsure: bool = False, known: bool = False
) -> Screen:
    """What is kept, in a line each, and what fits after it."""
    way = _way_down(facts, event, message, records)
    down: tuple[tuple[Button, ...], ...] = ()
    if way is not None:
        label = Label("logbook/down", {"drill": way.drill.name, "minutes": way.minutes})
        down = ((Button(label, f"down={way.drill.code}/{way.minutes}"),),)
    below = (Button(Label("logbook/change"), "change"), Button(Label("logbook/undo"), "undo"))
    today = facts.who.local(event.at).date()
    values = {
        "records": told(records, today), "unsure": unsure, "occasion": way.occasion if way else "",
        "minutes": way.minutes if way else 0, "known": known,
    }
    return Screen("logbook/logged", values, (*down, below))


def _asked(facts: Facts, event: Event, records: Sequence[Record], ways: Sequence[Sequence[Record]]) -> Screen:
    """Which of these it was; what was clear is kept already."""
    today = facts.who.local(event.at).date()
    new = [told([one for one in way if one not in records], today) for way in ways]
    rows = [(Button(Label("logbook/way", {"records": one}), f"way={place}"),) for place, one in enumerate(new)]
    alone = len(ways) == 1
    odd = next(filter(None, map(misfit, ways[0])), None) if alone else None
    values = {"records": told(records, today), "alone": alone, "meant": new, "fits": odd}
    return Screen("logbook/asked", values, (*rows, (Button(Label("logbook/neither"), "none"),)))
