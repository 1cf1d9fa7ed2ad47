"""What a person's reminders are, from what they chose: settings to local rules (docs/domain.md 6). Pure.

    "07:30"   "off 18:00 24"   "09:00-17:00/60 12345"

A setting is kept as a choice: `off` when it sleeps, a time or a window with minutes between, the weekdays (1 is Monday)
when not all.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time

from bot.model import Choose
from bot.profile.choices import USUAL_BED, USUAL_UP, Profile
from bot.reminders.kinds import BREAK, DRILL, EVENING, HYGIENE, MICRO, MORNING, SESSION, TRIAL, WEEK, WIND_DOWN
from bot.reminders.recurrence import DAY, EVERY_DAY, WEEKDAYS, Recurrence, spread
from bot.reminders.trial import LENGTH

DAY_STARTS = 4 * 60  # minutes: an evening check-in at 00:30 still belongs to the day before
AFTER_UP, BEFORE_BED, WINDING_DOWN, CALM = 30, 90, 70, 60  # minutes; engine choice, and the last hour stays calm
QUIET = "quiet"  # the choice that names the quiet hours
ORDER = (MORNING, EVENING, BREAK, DRILL, MICRO, SESSION, WEEK, WIND_DOWN, HYGIENE)  # as /reminders shows them
SPREAD = {MORNING: 600, EVENING: 600, BREAK: 300, DRILL: 1800, MICRO: 900, WEEK: 1800, WIND_DOWN: 540, HYGIENE: 1800}
_SETTING = re.compile(r"(off )?(\d\d):(\d\d)(?:-(\d\d):(\d\d)(?:/(\d+))?)?(?: ([1-7]+))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class Setting:
    """When something is wished for: minutes of the day, with `until` a window; `days` has a bit for each weekday."""

    on: bool
    start: int
    until: int | None = None
    every: int | None = None
    days: int = EVERY_DAY

    def off(self) -> "Setting":
        """The same, asleep."""
        return replace(self, on=False)

    def less(self) -> "Setting":
        """Half as often: twice the minutes between while those fit the window, else every other of its days."""
        if self.every is not None and self.every * 2 <= self.length:
            return replace(self, every=self.every * 2)
        return replace(self, days=sum(1 << day - 1 for day in weekdays(self.days)[::2]))

    @property
    def length(self) -> int:
        """Minutes that its window is open; one that ends before it starts is open over midnight."""
        return (self.until - self.start) % DAY or DAY if self.until is not None else 0

    @property
    def times(self) -> tuple[int, ...]:
        """When it comes, in minutes of the day, while nobody starts its clock anew."""
        if self.every is None:
            return (self.start,)
        return tuple((self.start + passed) % DAY for passed in range(self.every, self.length + 1, self.every))

    def __str__(self) -> str:
        text = "" if self.on else "off "
        text += clock(self.start)
        if self.until is not None:
            text += f"-{clock(self.until)}" + (f"/{self.every}" if self.every else "")
        return text if self.days == EVERY_DAY else text + " " + "".join(str(day) for day in weekdays(self.days))


@dataclass(frozen=True, slots=True)
class Plan:
    """All rules by kind, the quiet hours in minutes of the day, and since when breaks are on trial."""

    rules: Mapping[str, Recurrence]
    quiet: tuple[int, int] | None
    trial_from: date | None


NO_PLAN = Plan({}, None, None)


def at_times(times: Sequence[int]) -> Setting:
    """Once or twice a day, at these minutes of it: two are a window that opens as long before as they are apart."""
    first, last = times[0], times[-1]
    if (last - first) % DAY > DAY // 2:  # the shorter way round, or the window would be longer than a day
        first, last = last, first
    apart = (last - first) % DAY
    return Setting(True, (first - apart) % DAY, last, apart) if apart else Setting(True, first)


def plan(profile: Profile, owner: int) -> Plan:
    """What follows from somebody's choices."""
    rules = {kind: _rule(owner, profile, kind, one) for kind, one in settings(profile).items() if one.on}
    begun = trial_from(profile) if BREAK in rules else None
    if begun is not None:
        rules[TRIAL] = Recurrence(TRIAL, minutes(time(18)), on=begun + LENGTH)
    hours = quiet(profile)
    return Plan(rules, (hours.start, hours.until or 0) if hours.on else None, begun)


def settings(profile: Profile) -> dict[str, Setting]:
    """Every reminder that there is for this person, set by them or by us."""
    up, bed = minutes(profile.up or USUAL_UP), minutes(profile.bed or USUAL_BED)
    ours = {
        MORNING: Setting(True, (up + AFTER_UP) % DAY),
        EVENING: Setting(True, (bed - BEFORE_BED) % DAY),
        BREAK: Setting(False, 9 * 60, 17 * 60, 60, WEEKDAYS),
        DRILL: Setting(profile.prompt is True, 15 * 60),
        MICRO: Setting(False, 8 * 60 + 30, 16 * 60 + 30, 240),
        SESSION: Setting(False, 18 * 60, days=0b0001010),
        WEEK: Setting(True, 18 * 60, days=0b1000000),
        WIND_DOWN: Setting(True, (bed - WINDING_DOWN) % DAY),
        HYGIENE: Setting(profile.aim == "high_load", 12 * 60 + 30),
    }
    chosen = {kind: read(profile.kept.get(kind, "")) or ours[kind] for kind in ORDER}
    return {**chosen, DRILL: replace(chosen[DRILL], on=profile.prompt is True)}


def quiet(profile: Profile) -> Setting:
    """The quiet hours: from an hour before bed until they get up, unless they chose others."""
    up, bed = minutes(profile.up or USUAL_UP), minutes(profile.bed or USUAL_BED)
    return read(profile.kept.get(QUIET, "")) or Setting(True, (bed - CALM) % DAY, up)


def setting_of(profile: Profile, kind: str) -> Setting:
    """One of `settings`, or the quiet hours."""
    return quiet(profile) if kind == QUIET else settings(profile)[kind]


def kept(kind: str, setting: Setting) -> tuple[Choose, ...]:
    """The choices that keep a setting. Whether the drill is welcome is asked in the set-up, and kept by that name."""
    welcome = (Choose("prompt", "yes" if setting.on else "no"),) if kind == DRILL else ()
    return (*welcome, Choose(kind, str(setting)))


def trial_from(profile: Profile) -> date | None:
    """Since when we look whether breaks help, None when we do not."""
    kept = profile.kept.get(TRIAL, "")
    return date.fromisoformat(kept) if kept else None


def is_counted(profile: Profile, day: date) -> bool:
    """Whether that day is one of a trial's: one with breaks, prompted or silent."""
    begun, breaks = trial_from(profile), settings(profile)[BREAK]
    return begun is not None and begun <= day < begun + LENGTH and breaks.on and bool(breaks.days >> day.weekday() & 1)


def read(text: str) -> Setting | None:
    """A setting as it is kept; None when nothing is."""
    found = _SETTING.fullmatch(text)
    if found is None:
        return None
    off, hour, minute, to_hour, to_minute, every, days = found.groups()
    until = None if to_hour is None else int(to_hour) * 60 + int(to_minute)
    mask = sum(1 << int(day) - 1 for day in days) if days else EVERY_DAY
    return Setting(off is None, int(hour) * 60 + int(minute), until, int(every) if every else None, mask)


def clock(minute: int) -> str:
    """Minutes of the day as hh:mm."""
    return f"{minute // 60 % 24:02}:{minute % 60:02}"


def minutes(at: time) -> int:
    """A time as minutes of the day."""
    return at.hour * 60 + at.minute


def weekdays(days: int) -> tuple[int, ...]:
    """The weekdays of a set of bits, 1 is Monday."""
    return tuple(day for day in range(1, 8) if days >> day - 1 & 1)


def _rule(owner: int, profile: Profile, kind: str, setting: Setting) -> Recurrence:
    """Times that the person chose are theirs to the minute; ours are spread, and so are breaks."""
    ours = kind not in profile.kept or kind == BREAK
    start = setting.start + DAY if setting.start < DAY_STARTS and setting.every is None else setting.start
    offset = spread(owner, kind, SPREAD.get(kind, 0)) if ours else 0
    return Recurrence(kind, start, setting.until, setting.every, setting.days, offset=offset)
