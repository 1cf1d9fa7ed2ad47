"""What a line for the log does: kept, echoed, taken back, or asked about (docs/log-lines.md). Pure.

    typed > logged > undone
          > asked > logged
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from itertools import chain
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot.checkins.days import Day
from bot.checkins.from_log import answered, answers, marked
from bot.drills import rules as drills
from bot.drills.goes import DRILLS, REVVED, Go
from bot.drills.offer import Offer, after, allowed, offer
from bot.logbook.joining import CAPTION, MEASURED, Held, Whole, left_of, record_of, said_of, wholes_of, with_caption
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
            records = _with_effort(facts, facts.of, facts.near[facts.of], facts.effort)
            shown = _answer(facts, event, facts.of, _summed_up(facts, event, facts.of, records))
            return Decision((KeepLog(facts.of, records, None), shown))
        case Typed(_, message) if facts.read is not None:
            return Decision(_kept(facts, event, message, facts.read))
        case Edited() if facts.late(event):
            return Decision((Say(Screen("logbook/too_late")),) if facts.held is not None else ())
        case Edited(_, message) if facts.held is None and facts.read is not None and facts.read.records:
            return Decision(_kept(facts, event, message, facts.read))
        case Edited(text, message) if facts.of_a_file:
            return _recaptioned(facts, event, message, text)
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
        taken_out, screen = _taken_out(facts, event, message, before)
        return (*taken_out, _answer(facts, event, message, screen, in_place=True))
    kept, screen = _held(facts, event, message, found.records, ways, unsure=found.ask)
    return (*kept, _answer(facts, event, message, screen, in_place=edited))


def _held(
    facts: Facts, event: Event, message: int, records: Sequence[Record], ways: Sequence[Sequence[Record]] = (),
    *, unsure: bool = False,
) -> tuple[tuple[Effect, ...], Screen]:
    """What is kept when a message says these, and what is answered."""
    before = facts.held["records"] if facts.held is not None else ()
    called_off = _called_off(facts, event, before, records)
    changed, kept = _answering(facts, message, before, records)
    screen = (
        _asked(facts, event, records, ways) if ways else _logged(facts, event, message, records, unsure=unsure)
    )
    return (KeepLog(message, kept, ways), *called_off, *changed, *_ahead(facts, event, records)), screen


def _taken_out(
    facts: Facts, event: Event, message: int, records: Sequence[Record]
) -> tuple[tuple[Effect, ...], Screen]:
    """Nothing of the message stays but what others say of the same sessions."""
    changed, _ = _answering(facts, message, records, ())
    left = left_of(wholes_of(message, records, facts.near), message, facts.near)
    screen = Screen("logbook/taken_out", {"records": _told(facts, event, left), "held": bool(records)})
    return (KeepLog(message, ()), *_called_off(facts, event, records, ()), *changed), screen


def _imported(facts: Facts, event: Event, message: int, found: InFile, caption: str) -> Decision:
    """The sessions of a file with what its caption says, or one sentence about why there are none."""
    if not found.activities or len(found.activities) > MOST:
        return Decision((Say(Screen("logbook/file", {"reason": found.reason or "too many"})),))
    zone = facts.who.local(event.at).tzinfo
    assert isinstance(zone, ZoneInfo), "a clock without a zone"
    measured = [record_of(activity, zone) for activity in found.activities]
    ahead = any(activity.start > event.at for activity in found.activities)
    records = _captioned(facts, event, measured, caption)
    is_odd = ahead or any(misfit(with_caption(one)) for one in records)
    kept, screen = _held(facts, event, message, *(((), [records]) if is_odd else (records,)))
    return Decision((*kept, _answer(facts, event, message, screen)))


def _recaptioned(facts: Facts, event: Event, message: int, caption: str) -> Decision:
    """The sessions of a file, with what its caption says now; a question about them stays open."""
    assert facts.held is not None, "a caption of nothing"
    records, *ways = [
        _captioned(facts, event, [one for one in way if MEASURED in one], caption) if way else []
        for way in (facts.held["records"], *facts.held["ways"])
    ]
    kept, screen = _held(facts, event, message, records, ways)
    return Decision((*kept, _answer(facts, event, message, screen, in_place=True)))


def _captioned(facts: Facts, event: Event, measured: Sequence[Record], caption: str) -> list[Record]:
    """A file's sessions with what the caption says of them, and what it tells beside them."""
    now = facts.who.local(facts.since or event.at)
    found = facts.read.records if facts.read is not None else ()
    typed = next(filter(_is_done, found), {})
    beside = [one for one in found if not _is_done(one)]
    return [*(_said_too(record, caption, typed, now) for record in measured), *beside]


def _said_too(record: Record, caption: str, typed: Record, now: datetime) -> Record:
    """With what the caption says of it: how hard it was, with whom, which sets; what it was, if the file does not."""
    is_unnamed = record["activity"] == "other"
    named = typed or (_session_in(f"1 min {caption}", now) if is_unnamed else {})
    said = said_of(named or _session_in(f"{'run' if is_unnamed else record['activity']} 1 min {caption}", now))
    if is_unnamed and named:
        said["activity"] = named["activity"]
    measured = {name: value for name, value in record.items() if name != CAPTION}
    return {**measured, CAPTION: said} if caption and said else measured


def _session_in(text: str, now: datetime) -> Record:
    return next(filter(_is_done, read(text, now).records), {})


def _is_done(record: Record) -> bool:
    return record["kind"] == "session" and not record.get("planned")


def _answer(facts: Facts, event: Event, message: int, screen: Screen, *, in_place: bool = False) -> Open:
    """What is said of a message, for as long as it can be changed; the answers to others stay as they are."""
    until = (facts.since or event.at) + UNTIL
    return Open(KIND, None, f"{message}", screen, asking=False, until=until, in_place=in_place)


def _tapped(facts: Facts, event: Event, act: str) -> Decision:
    card, name, number = facts.who.card, *act.partition("=")[::2]
    if card is None or not card.step.isdecimal() or facts.held is None or facts.late(event):
        return Decision(toast=OLD_BUTTON)
    message, records, ways = int(card.step), facts.held["records"], facts.held["ways"]
    if name == "undo" or (name == "none" and not records):
        gone, screen = _taken_out(facts, event, message, records)
        return Decision((*gone, Turn(OVER, screen, asking=False)))
    if name == "change":
        return Decision(toast=Label("logbook/how_to_change_a_file" if facts.of_a_file else "logbook/how_to_change"))
    if name == "down":
        return _down(facts, event, message, records, number)
    if name == "effort" and number in map(str, EFFORTS):
        records = _with_effort(facts, message, records, int(number))
        shown = Turn(card.step, _summed_up(facts, event, message, records), asking=False)
        return Decision((KeepLog(message, records), shown))
    if name == "as_it_is":
        return Decision((Turn(card.step, _summed_up(facts, event, message, records), asking=False),))
    if name == "way" and number in map(str, range(len(ways))):
        records = ways[int(number)]
    elif name != "none":
        return Decision(toast=OLD_BUTTON)
    kept, screen = _held(facts, event, message, records)
    return Decision((*kept, Turn(card.step, screen, asking=False)))


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
    fits = _way_down(facts, event, message, [one.record for one in wholes_of(message, records, facts.near)])
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


def _answering(
    facts: Facts, message: int, before: Sequence[Record], after: Sequence[Record]
) -> tuple[tuple[KeepAnswer, ...], list[Record]]:
    """What changes of the check-ins that these records answer, and the records with the marks of what they answer.

    Only what is open, or what lines answered, is theirs to change.
    """
    was, now = answers(before), answers(after)
    others = [one for number, records in facts.near.items() if number != message for one in records]
    elsewhere, lines = answers(others), answered([*before, *others])
    changed, own = list[KeepAnswer](), answered(before)
    for key in {**was, **now}:
        if was.get(key) == now.get(key):  # nothing new is said of it: what counts now goes on counting
            continue
        day, marker = key
        kept = facts.days[day].kept.get(marker) if day in facts.days else None
        if kept is not None and (key not in lines or kept not in (was.get(key), elsewhere.get(key))):
            own.discard(key)
            continue
        own.add(key)
        value = now.get(key, elsewhere.get(key))
        if value != kept:
            changed.append(KeepAnswer(day, marker, value or ""))
    return tuple(changed), [marked(one, own) for one in after]


# ---- screens -----------------------------------------------------------------------------------------


def _logged(
    facts: Facts, event: Event, message: int, records: Sequence[Record], *, unsure: bool = False
) -> Screen:
    """What was understood; of one session whose effort was not said, that is asked first."""
    whole = wholes_of(message, records, facts.near)
    if [needs_effort(one.record) for one in whole].count(True) != 1:
        return _summed_up(facts, event, message, records, unsure=unsure)
    scale = [Button(Label("logbook/effort", {"effort": effort}), f"effort={effort}") for effort in EFFORTS]
    rows = (tuple(scale[:3]), tuple(scale[3:]))
    below = (Button(Label("logbook/as_it_is"), "as_it_is"), Button(Label("logbook/undo"), "undo"))
    values = {
        "records": _told(facts, event, [one.record for one in whole]), "unsure": unsure, "known": _known(message, whole)
    }
    return Screen("logbook/effort", values, (*rows, below))


def _known(message: int, whole: Sequence[Whole]) -> bool:
    """Whether it is a file whose sessions another one measured before."""
    return all(one.base != message and all(MEASURED in part for part in one.of(message)) for one in whole)


def _told(facts: Facts, event: Event, records: Sequence[Record]) -> list[Record]:
    """For the words, seen from their day."""
    return told([*map(with_caption, records)], facts.who.local(event.at).date())


def needs_effort(record: Record) -> bool:
    return record["kind"] == "session" and "effort" not in record and "planned" not in record


def _with_effort(facts: Facts, message: int, records: Sequence[Record], effort: float) -> list[Record]:
    """With how hard it was in those of the message that wait for it."""
    wait = [one for one in wholes_of(message, records, facts.near) if needs_effort(one.record)]
    parts = [part for one in wait for part in one.of(message)]
    return [{**one, "effort": plain(effort)} if one in parts else one for one in records]


def _summed_up(
    facts: Facts, event: Event, message: int, records: Sequence[Record], *, unsure: bool = False
) -> Screen:
    """What is kept, in a line each, and what fits after it."""
    whole = wholes_of(message, records, facts.near)
    way = _way_down(facts, event, message, [one.record for one in whole])
    down: tuple[tuple[Button, ...], ...] = ()
    if way is not None:
        label = Label("logbook/down", {"drill": way.drill.name, "minutes": way.minutes})
        down = ((Button(label, f"down={way.drill.code}/{way.minutes}"),),)
    below = (Button(Label("logbook/change"), "change"), Button(Label("logbook/undo"), "undo"))
    values = {
        "records": _told(facts, event, [one.record for one in whole]), "unsure": unsure,
        "occasion": way.occasion if way else "", "minutes": way.minutes if way else 0, "known": _known(message, whole),
    }
    return Screen("logbook/logged", values, (*down, below))


def _asked(facts: Facts, event: Event, records: Sequence[Record], ways: Sequence[Sequence[Record]]) -> Screen:
    """Which of these it was; what was clear is kept already."""
    new = [_told(facts, event, [one for one in way if one not in records]) for way in ways]
    rows = [(Button(Label("logbook/way", {"records": one}), f"way={place}"),) for place, one in enumerate(new)]
    alone = len(ways) == 1
    odd = next(filter(None, map(misfit, map(with_caption, ways[0]))), None) if alone else None
    values = {"records": _told(facts, event, records), "alone": alone, "meant": new, "fits": odd}
    return Screen("logbook/asked", values, (*rows, (Button(Label("logbook/neither"), "none"),)))
