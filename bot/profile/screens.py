"""The questions of the set-up as a person sees them. Pure."""

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.model import Button, Found, Label, Place, Screen, Who
from bot.profile.choices import AIMS, EXTRAS, HEALTH, Profile
from bot.profile.picks import PARTS
from bot.safety.lines import help_for

Row = tuple[Button, ...]

SHARE = Screen("profile/share_place", share=Label("profile/share_place"))
UPS = ("05:30", "06:00", "06:30", "07:00", "07:30", "08:00", "08:30", "09:00")
BEDS = ("21:00", "21:30", "22:00", "22:30", "23:00", "23:30", "00:00", "00:30")
ZONES_A_ROW, TIMES_A_ROW = 2, 4


def where(nav: Row, *, problem: str | None = None, found: Found | None = None) -> Screen:
    """Share it, type a town, or pick; with `found`, which of these is it?"""
    places = found.places if found else ()
    rows = [(Button(f"{place.name}, {place.region}", at(place)),) for place in places]
    values = {"problem": problem, "several": bool(places)}
    return Screen("profile/where", values, (*rows, (Button(Label("profile/pick"), "pick"),), nav))


def parts(nav: Row) -> Screen:
    """Which part of the world?"""
    rows = tuple((Button(Label("profile/part", {"part": part}), f"in={part}"),) for part in PARTS)
    return Screen("profile/parts", {}, (*rows, nav))


def zones(part: str, nav: Row) -> Screen:
    """Which town has the same time as you?"""
    names = [(zone.rpartition("/")[2].replace("_", " "), zone, country) for zone, country in PARTS[part]]
    buttons = [Button(name, at(Place(name, "", country, zone))) for name, zone, country in sorted(names)]
    others = (Button(Label("profile/other_part"), "pick"),)
    return Screen("profile/zones", {}, (*_rows(buttons, ZONES_A_ROW), others, nav))


def at(place: Place) -> str:
    """What a button for a place carries: nothing but what will be kept."""
    return f"at={place.zone}|{place.country}"


def country(who: Who, now: datetime, nav: Row, *, problem: str | None = None) -> Screen:
    """What follows from the place: the time there, and whose help lines are shown."""
    person = who.person
    assert person is not None
    local = now.astimezone(ZoneInfo(person.zone))
    values = {"country": person.country, "now": local, "zone": person.zone, "problem": problem}
    rows = (
        (Button(Label("profile/right"), "ok"),),
        (Button(Label("profile/other_country"), "land"), Button(Label("profile/other_place"), "place")),
    )
    return Screen("profile/country", values, (*rows, nav))


def land(who: Who, nav: Row, *, problem: str | None = None) -> Screen:
    """Which country?"""
    country_now = who.country
    return Screen("profile/land", {"country": country_now, "problem": problem}, (nav,))


def aim(profile: Profile, nav: Row) -> Screen:
    """What for?"""
    rows = tuple((Button(_tick("profile/aim", name, name == profile.aim), f"is={name}"),) for name in AIMS)
    return Screen("profile/aim", {}, (*rows, nav))


def toggles(step: str, profile: Profile, nav: Row, country: str | None = None) -> Screen:
    """Any of these? Each button turns one on or off; the last one goes on. `country` is for a number to call."""
    items, on, across = {
        "extras": (EXTRAS, profile.extras, 1),
        "health": (HEALTH, profile.health, 2),
        "drills": (profile.offered, profile.drills, 1),
    }[step]
    buttons = [Button(_tick(f"profile/{step}", item, item in on), f"t={item}") for item in items]
    ready = Button(Label("profile/ready", {"step": step, "nothing": not on}), "ok")
    values = {"on": on, "own": step in profile.kept, "help": help_for(country)}
    return Screen(f"profile/{step}", values, (*_rows(buttons, across), (ready,), nav))


def times(step: str, profile: Profile, nav: Row, *, problem: str | None = None) -> Screen:
    """When? Presets, or typed."""
    presets, current = (UPS, profile.up) if step == "up" else (BEDS, profile.bed)
    rows = _rows([Button(preset, f"h={preset}") for preset in presets], TIMES_A_ROW)
    if problem == "night" and current is not None:
        rows = [(Button(Label("profile/right"), f"h!={current:%H:%M}"),), *rows]
    values = {"step": step, "current": current, "problem": problem, "up": profile.up, "bed": profile.bed}
    return Screen("profile/times", values, (*rows, nav))


def prompt(profile: Profile, nav: Row) -> Screen:
    """One drill prompt a day?"""
    rows = tuple(
        (Button(_tick("profile/prompt", name, profile.kept.get("prompt") == name), f"is={name}"),)
        for name in ("yes", "no")
    )
    return Screen("profile/prompt", {}, (*rows, nav))


def _tick(label: str, item: str, on: bool) -> Label:
    return Label(label, {"item": item, "on": on})


def _rows(buttons: Iterable[Button], across: int) -> list[Row]:
    buttons = list(buttons)
    return [tuple(buttons[start : start + across]) for start in range(0, len(buttons), across)]
