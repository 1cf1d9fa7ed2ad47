"""Which reminder comes next for somebody, as far as that can be said before (docs/domain.md 6). Pure."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from zoneinfo import ZoneInfo

from bot.model import Person, Who
from bot.profile import rules as profile
from bot.profile.choices import Profile
from bot.reminders.kinds import BREAK, KINDS, PRELOAD, TRIAL
from bot.reminders.plan import plan
from bot.reminders.recurrence import Recurrence, Slot, following, zone_of
from bot.reminders.rules import ASKED_AFTER, Stored, is_quiet, slower
from bot.reminders.trial import is_silent

SLOTS = 20  # of a rule, looked at until one is not silent


@dataclass(frozen=True, slots=True)
class Coming:
    """What comes: its kind, when (local and aware), and what a single one is for."""

    kind: str
    at: datetime
    what: str | None = None


@dataclass(frozen=True, slots=True)
class Facts:
    """Who it is and what they chose; their rules as stored; `over`: check-ins that are answered, with their date."""

    set_up: profile.Facts
    stored: Sequence[Stored] = ()
    over: Collection[tuple[str, date]] = ()

    @property
    def who(self) -> Who:
        """Who it is."""
        return self.set_up.who

    @property
    def person(self) -> Person:
        """Who it is, once they agreed."""
        assert self.who.person is not None
        return self.who.person

    @property
    def chosen(self) -> Profile:
        """What they chose."""
        return self.set_up.profile

    def today(self, at: datetime) -> date:
        """The date where they are."""
        return at.astimezone(zone_of(self.person.zone)).date()


def coming(facts: Facts, now: datetime) -> Coming | None:
    """The next reminder that they get if nothing changes; None when there is none, or they wished silence.

    Winding down and mobility are not foretold: most days have none.
    """
    person, stored = facts.person, facts.stored
    if not person.has_zone or (person.pause is not None and person.pause.until is None):
        return None
    if person.pause is not None and person.pause.until is not None:
        now = max(now, person.pause.until)
    zone, planned = zone_of(person.zone), plan(facts.chosen, person.owner)
    silent = {*facts.over, *((one.rule.kind, one.not_today) for one in stored)}
    begun = planned.trial_from

    def is_sent(kind: str, slot: Slot) -> bool:
        local = slot.due_at.astimezone(zone)
        quiet = planned.quiet is not None and is_quiet(local.hour * 60 + local.minute, planned.quiet)
        tried = kind == BREAK and begun is not None and is_silent(person.owner, begun, slot.local_date)
        return not quiet and not tried and (kind, slot.local_date) not in silent

    known = {one.rule.kind: one for one in stored if one.rule.on is None}
    rules = [(rule, known.get(kind)) for kind, rule in planned.rules.items() if kind != TRIAL]
    rules += [(one.rule, one) for one in stored if one.rule.kind == PRELOAD and one.active]
    ahead: list[Coming] = []
    for rule, one in rules:
        kind = KINDS[rule.kind]
        ignored = one is not None and kind.backs_off and one.unanswered > ASKED_AFTER
        slots = islice(_slots(rule, one, zone, now), 0 if kind.unasked or ignored else SLOTS)
        slot = next((slot for slot in slots if is_sent(rule.kind, slot)), None)
        if slot is not None:
            ahead.append(Coming(rule.kind, slot.due_at.astimezone(zone), one.what if one else None))
    return min(ahead, key=lambda each: each.at, default=None)


def _slots(rule: Recurrence, one: Stored | None, zone: ZoneInfo, now: datetime) -> Iterator[Slot]:
    """The slots of a rule from now on, as they will be worked out."""
    slot, anchor = (one.served, one.anchor) if one else (None, None)
    followed = slower(rule, one.unanswered) if one else rule
    earliest = max(now, anchor) if anchor is not None else now
    while (slot := following(followed, zone, slot, earliest, anchor)) is not None:
        yield slot
