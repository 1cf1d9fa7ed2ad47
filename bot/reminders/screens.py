"""/reminders, /travel and /remind as a person sees them. Pure."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from bot.model import Button, Label, Person, Screen
from bot.profile.choices import Profile
from bot.reminders.coming import Coming
from bot.reminders.kinds import (
    BEFORE,
    BREAK,
    DRILL,
    EVENING,
    EVERY,
    HYGIENE,
    KINDS,
    MICRO,
    MORNING,
    PRELOAD,
    SESSION,
    TRIAL,
    WEEK,
    WIND_DOWN,
)
from bot.reminders.plan import ORDER, QUIET, Setting, clock, quiet, setting_of, settings, trial_from, weekdays
from bot.reminders.reading import WITH_DAYS, Problem
from bot.reminders.recurrence import instant, zone_of
from bot.reminders.rules import ASKED_AFTER, Stored, is_quiet
from bot.reminders.trial import LENGTH

Row = tuple[Button, ...]

LINES = (*ORDER, QUIET)
BACK = Button(Label("reminders/back"), "back")
TIMES = {
    MORNING: ("06:00", "06:30", "07:00", "07:30", "08:00", "08:30", "09:00", "09:30"),
    EVENING: ("19:00", "20:00", "20:30", "21:00", "21:30", "22:00", "22:30", "23:00"),
    DRILL: ("08:00", "12:00", "15:00", "18:00"),
    SESSION: ("06:30", "07:00", "12:00", "12:30", "17:00", "17:30", "18:00", "19:00"),
    WEEK: ("10:00", "17:00", "18:00", "20:00"),
    WIND_DOWN: ("20:30", "21:00", "21:30", "22:00"),
    HYGIENE: ("07:30", "12:30", "17:00", "20:00"),
}
FIVE = timedelta(minutes=6)  # five, and one to arrive
PAIRS = (("10:00", "15:00"), ("11:00", "16:00"), ("12:30", "16:30"), ("09:00", "20:00"))
WINDOWS = {BREAK: ((8, 16), (9, 17), (9, 18), (10, 18)), QUIET: ((21, 6), (22, 6), (22, 7), (23, 7))}


def menu(
    profile: Profile, person: Person, next_: Coming | None, now: datetime, stored: Sequence[Stored] = ()
) -> Screen:
    """What is on, when, and a button for each; what hard things are noted; without a place only the way to name one."""
    chosen = {kind: setting_of(profile, kind) for kind in LINES}
    local = now.astimezone(ZoneInfo(person.zone))
    values = {
        "on": [{"kind": kind, "said": _said(kind, chosen[kind])} for kind in ORDER if chosen[kind].on],
        "off": [kind for kind in ORDER if not chosen[kind].on],
        "quiet": _said(QUIET, chosen[QUIET]), "place": person.has_zone, "next": next_, "today": local.date(),
        "pause": person.pause, "zone": person.zone,
        "waiting": [
            one.rule.kind for one in stored
            if one.active and KINDS[one.rule.kind].backs_off and one.unanswered > ASKED_AFTER
        ],
        "ahead": [{"what": one.what, "at": _begins(one, person.zone)} for one in ahead(stored)],
    }
    noted = tuple((Button(Label("reminders/call_off", {"what": one.what}), f"off={one.id}"),) for one in ahead(stored))
    buttons = [
        Button(Label("reminders/line", {"kind": kind, "on": setting.on}), f"go={kind}")
        for kind, setting in chosen.items()
    ]
    where = () if person.has_zone else ((Button(Label("reminders/place"), "place"),),)
    return Screen("reminders/menu", values, (*where, *_rows(buttons, 2), *noted))


def ahead(stored: Sequence[Stored]) -> list[Stored]:
    """What they named that has not had its reminder yet, oldest first."""
    return [one for one in stored if one.rule.kind == PRELOAD and one.active and one.served is None]


def _begins(stored: Stored, zone: str) -> datetime:
    """When what they named begins, where they are."""
    assert stored.rule.on is not None
    return instant(stored.rule.on, stored.rule.start + BEFORE, zone_of(zone)).astimezone(zone_of(zone))


def one(kind: str, profile: Profile, today: date, problem: Problem | None = None) -> Screen:
    """One of them: what it is, when it comes, and everything that can be changed."""
    setting, silent = setting_of(profile, kind), _silent(profile)
    begun = trial_from(profile) if kind == BREAK else None
    values = {
        "kind": kind, "said": _said(kind, setting), "problem": problem, "quiet": _said(QUIET, quiet(profile)),
        "silent": silent if kind == QUIET else kind in silent,
        "tried_until": begun + LENGTH if begun and today < begun + LENGTH else None,
    }
    switch = Button(Label("reminders/switch", {"kind": kind, "on": setting.on}), "off" if setting.on else "on")
    rows: list[Row] = [(switch,), *_choices(kind, setting)]
    if kind in WITH_DAYS:
        on = weekdays(setting.days)
        buttons = [Button(Label("reminders/day", {"day": day, "on": day in on}), f"d={day}") for day in range(1, 8)]
        rows += [tuple(buttons[:4]), tuple(buttons[4:])]  # seven in a row do not fit a narrow phone
    if kind == BREAK and setting.on:
        rows.append((Button(Label("reminders/trial"), TRIAL),))
    return Screen(f"reminders/{'quiet' if kind == QUIET else 'one'}", values, (*rows, (BACK,)))


def trial(profile: Profile, today: date) -> Screen:
    """Whether breaks help: what that takes, and its beginning or end."""
    begun = trial_from(profile)
    runs = begun is not None and today < begun + LENGTH
    switch = Button(Label("reminders/tried", {"runs": runs}), "off" if runs else "on")
    return Screen("reminders/trial", {"runs": runs, "until": begun and begun + LENGTH}, ((switch,), (BACK,)))


def there(person: Person, next_: Coming | None, now: datetime) -> Screen:
    """Where they are now, the time there, and what comes next."""
    local = now.astimezone(ZoneInfo(person.zone))
    values = {
        "place": person.zone if person.has_zone else None, "country": person.country, "now": local, "next": next_,
        "today": local.date(),
    }
    if not person.has_zone:
        return Screen("reminders/there", values, ((Button(Label("reminders/place"), "place"),),))
    row = (Button(Label("profile/other_place"), "place"), Button(Label("profile/other_country"), "land"))
    return Screen("reminders/there", values, (row,))


def noted(how: str, what: str, at: datetime, now: datetime, undo: str, silent: str | None) -> Screen:
    """Something hard that they named is `noted`, or was (`again`); `at` is local, `silent` why nothing will be said."""
    values = {"how": how, "what": what, "at": at, "today": now.astimezone(at.tzinfo).date(), "silent": silent}
    return Screen("reminders/noted", values, ((Button(Label("reminders/undo"), f"undo={undo}"),),))


def soon(what: str, left: timedelta, *, breathing: bool) -> Screen:
    """Something hard begins in less than 20 minutes; there is time for five of them, or for less."""
    values = {"what": what, "minutes": left // timedelta(minutes=1), "breathing": breathing, "five": left > FIVE}
    breathe = Button(Label("reminders/breathe"), "breathe" if left > FIVE else "pick")
    return Screen("reminders/soon", values, ((breathe,),) if breathing else ())


def _choices(kind: str, setting: Setting) -> Iterable[Row]:
    """The presets of a kind; each carries what might have been typed."""
    if kind == MICRO:
        times = tuple(map(clock, setting.times))
        return _rows([_preset("pair", pair == times, " and ".join(pair), pair=pair) for pair in PAIRS], 2)
    if kind in WINDOWS:
        own = (clock(setting.start), clock(setting.until or 0))
        hours = [(f"{start:02}:00", f"{until:02}:00", f"{start}\u2013{until}") for start, until in WINDOWS[kind]]
        windows = [_preset("choice", own == (start, until), f"{start}-{until}", text=text)
                   for start, until, text in hours]
        every = [_preset("every", minutes == setting.every, str(minutes), minutes=minutes) for minutes in EVERY]
        return (*(_rows(every, 3) if kind == BREAK else ()), tuple(windows))
    return _rows([_preset("choice", time == clock(setting.start), time, text=time) for time in TIMES[kind]], 4)


def _preset(name: str, on: bool, typed: str, **values: Any) -> Button:
    return Button(Label(f"reminders/{name}", {**values, "on": on}), f"t={typed}")


def _said(kind: str, setting: Setting) -> dict[str, Any]:
    """A setting for the words: times as hh:mm, weekdays as numbers (1 is Monday)."""
    window = kind in WINDOWS
    return {
        "on": setting.on, "days": weekdays(setting.days), "every": setting.every,
        "times": [clock(minute) for minute in setting.times] if not window else [],
        "window": (clock(setting.start), clock(setting.until or 0)) if window else None,
        "over_midnight": window and (setting.until or 0) <= setting.start,
    }


def _silent(profile: Profile) -> tuple[str, ...]:
    """The kinds that are on and would come, once at least, within the quiet hours."""
    hours = quiet(profile)
    if not hours.on:
        return ()
    held = (hours.start, hours.until or 0)
    return tuple(
        kind for kind, setting in settings(profile).items()
        if setting.on and any(is_quiet(minute, held) for minute in setting.times)
    )


def _rows(buttons: Sequence[Button], across: int) -> list[Row]:
    return [tuple(buttons[start : start + across]) for start in range(0, len(buttons), across)]
