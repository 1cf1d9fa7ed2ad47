"""The questions of the set-up: asked one by one when somebody arrives, and each alone from /settings. Pure.

A room that asks them gives the row of buttons that lead out of a question (`nav`); what an answer leads to next is
the room's too.
"""

import re
from dataclasses import dataclass, replace
from datetime import time
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.model import (
    Choose,
    Decision,
    Effect,
    Event,
    Found,
    KeepCountry,
    KeepPlace,
    Label,
    Located,
    LookUp,
    Open,
    Place,
    Remove,
    Screen,
    Tap,
    Turn,
    Typed,
    Who,
)
from bot.profile import screens
from bot.profile.choices import AIMS, DAILY, EXTRAS, HEALTH, Profile
from bot.profile.picks import PARTS
from bot.profile.reading import is_a_night, read_country, read_time, read_yes
from bot.profile.screens import Row

WHERE, SHARING = "where", "place"
STEPS = (WHERE, "country", "land", "aim", "extras", "health", "up", "bed", "drills", "prompt")
LONGEST_PLACE = 100  # characters; more is not the name of a place


@dataclass(frozen=True, slots=True)
class Facts:
    """Who it is, and what they chose so far."""

    who: Who
    profile: Profile


@dataclass(frozen=True, slots=True)
class Answer:
    """What an answer to a question comes to.

    `facts` are those after it. `stay` is the screen to show when the question goes on, `toast` a word when not even
    that changes, `needs` what has to be looked up first; without any of them it is answered. `to` names another
    question that was asked for instead.
    """

    facts: Facts
    effects: tuple[Effect, ...] = ()
    stay: Screen | None = None
    to: str | None = None
    toast: Label | None = None
    needs: LookUp | None = None


def ask(step: str, facts: Facts, event: Event, nav: Row, problem: str | None = None) -> Screen:
    """The question of a step."""
    match step:
        case "where":
            return screens.where(nav, problem=problem)
        case "country":
            return screens.country(facts.who, event.at, nav, problem=problem)
        case "land":
            return screens.land(facts.who, nav, problem=problem)
        case "aim":
            return screens.aim(facts.profile, nav)
        case "up" | "bed":
            return screens.times(step, facts.profile, nav, problem=problem)
        case "prompt":
            return screens.prompt(facts.profile, nav)
        case _:
            return _toggles(step, facts, nav)


def answer(step: str, facts: Facts, event: Event, nav: Row) -> Answer:
    """An answer to the question of a step."""
    return _answer(step, facts, event, nav) or Answer(facts, toast=Label("help/old_button"))


def _answer(step: str, facts: Facts, event: Event, nav: Row) -> Answer | None:
    """None for a tap that is not one of its buttons."""
    act = event.act
    match step, act:
        case ("where", Tap(act="pick")):
            return Answer(facts, stay=screens.parts(nav))
        case ("where", Tap()) if act.act.removeprefix("in=") in PARTS:
            return Answer(facts, stay=screens.zones(act.act.removeprefix("in="), nav))
        case ("where", Tap()):
            place = _place(act.act)
            return _placed(facts, place) if place else None
        case ("where", Typed(text)):
            return _named(facts, _found(event), text, nav)
        case ("where", Located()):
            return _shared(facts, _found(event), act, nav)
        case ("country", Tap(act="ok")):
            return Answer(facts)
        case ("country", Tap(act="land")):
            return Answer(facts, to="land")
        case ("country", Tap(act="place")):
            return Answer(facts, to=WHERE)
        case ("country", Typed(text)) if read_yes(text) is True:
            return Answer(facts)
        case ("country", Typed(text)) if read_yes(text) is False:
            return Answer(facts, to="land")
        case ("country" | "land", Typed(text)):
            return _country(step, facts, event, text, nav)
        case ("aim", Tap()):
            return _one_of(facts, "aim", AIMS, act.act)
        case ("prompt", Tap()):
            return _one_of(facts, "prompt", ("yes", "no"), act.act)
        case ("up" | "bed", Tap()):
            how, _, text = act.act.partition("=")
            preset = read_time(text, evening=False) if how in ("h", "h!") else None
            return _time(step, facts, preset, nav, meant=how == "h!") if preset else None
        case ("up" | "bed", Typed(text)):
            return _time(step, facts, read_time(text, evening=step == "bed"), nav)
        case ("extras" | "health" | "drills", Tap()):
            return _toggled(step, facts, act.act, nav)
        case (_, Typed() | Located()):
            return Answer(facts, stay=ask(step, facts, event, nav))  # these are answered by buttons: below the words
        case _:
            return None


def undecided(step: str, answer: Answer) -> Decision | None:
    """The decision while a question goes on; None once it is answered, or another one was asked for."""
    if answer.needs is not None:
        return Decision(needs=answer.needs)
    if answer.stay is not None:
        return Decision((*answer.effects, Turn(step, answer.stay)), answer.toast)
    return Decision(answer.effects, answer.toast) if answer.toast is not None else None


def keyboard(before: str | None, after: str) -> tuple[Effect, ...]:
    """The keyboard that shares a place comes and goes with its question; its message is a card without buttons."""
    if before == after == WHERE:
        return ()
    gone = (Remove(SHARING),) if before == WHERE else ()
    return (*gone, Open(SHARING, None, SHARING, screens.SHARE, asking=False)) if after == WHERE else gone


# ---- where -------------------------------------------------------------------------------------------


def _found(event: Event) -> Found | None:
    return event.found if isinstance(event.found, Found) else None


def _named(facts: Facts, found: Found | None, text: str, nav: Row) -> Answer:
    if len(text) > LONGEST_PLACE:
        return Answer(facts, stay=screens.where(nav, problem="unknown"))
    return _looked_up(facts, found, LookUp(text), nav, "unknown")


def _shared(facts: Facts, found: Found | None, spot: Located, nav: Row) -> Answer:
    return _looked_up(facts, found, LookUp(spot=spot), nav, "nowhere")


def _looked_up(facts: Facts, found: Found | None, what: LookUp, nav: Row, nothing: str) -> Answer:
    """Kept when there is one place to mean, asked about when there are several."""
    if found is None:
        return Answer(facts, needs=what)
    if found.sure:
        return _placed(facts, found.places[0])
    problem = None if found.places else nothing if found.available else "unavailable"
    return Answer(facts, stay=screens.where(nav, problem=problem, found=found))


def _placed(facts: Facts, place: Place) -> Answer:
    person = facts.who.person
    assert person is not None
    there = replace(facts.who, person=replace(person, zone=place.zone, country=place.country))
    return Answer(replace(facts, who=there), (KeepPlace(place.zone, place.country),))


def _place(act: str) -> Place | None:
    """A place out of what a button carries: a zone that exists, and two letters of a country."""
    found = re.fullmatch(r"at=([A-Za-z0-9_+/-]+)\|([A-Z]{2})", act, re.ASCII)
    if found is None:
        return None
    try:
        ZoneInfo(found[1])
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
    return Place("", "", found[2], found[1])


def _country(step: str, facts: Facts, event: Event, text: str, nav: Row) -> Answer:
    code = read_country(text, facts.who.locale)
    person = facts.who.person
    if code is None or person is None:
        return Answer(facts, stay=ask(step, facts, event, nav, problem="unknown"))
    there = replace(facts.who, person=replace(person, country=code))
    return Answer(replace(facts, who=there), (KeepCountry(code),))


# ---- the others --------------------------------------------------------------------------------------


def _chosen(facts: Facts, name: str, value: str) -> Answer:
    return Answer(replace(facts, profile=facts.profile.with_choice(name, value)), (Choose(name, value),))


def _one_of(facts: Facts, name: str, values: tuple[str, ...], act: str) -> Answer | None:
    value = act.removeprefix("is=")
    return _chosen(facts, name, value) if value in values else None


def _time(step: str, facts: Facts, at: time | None, nav: Row, *, meant: bool = False) -> Answer:
    """A time is kept; one that leaves an odd night is asked about first, unless it was `meant`."""
    if at is None:
        return Answer(facts, stay=screens.times(step, facts.profile, nav, problem="unknown"))
    after = _chosen(facts, step, f"{at:%H:%M}")
    up, bed = after.facts.profile.up, after.facts.profile.bed
    if not meant and up is not None and bed is not None and not is_a_night(bed, up):
        return Answer(facts, stay=screens.times(step, after.facts.profile, nav, problem="night"))
    return after


def _toggled(step: str, facts: Facts, act: str, nav: Row) -> Answer | None:
    profile = facts.profile
    known, on = {
        "extras": (EXTRAS, profile.extras),
        "health": (HEALTH, profile.health),
        "drills": (profile.offered, profile.drills),
    }[step]
    if act == "ok":
        # Two that were only suggested stay a suggestion: they may change with the health screen.
        return _chosen(facts, step, ",".join(profile.items(step)))
    item = act.removeprefix("t=")
    if item not in known:
        return None
    now = [other for other in on if other != item] if item in on else [*on, item]
    if step == "drills":
        if not now:
            return Answer(facts, toast=Label("profile/one_stays"))
        now = now[-DAILY:]  # the one chosen first gives way
    kept = _chosen(facts, step, ",".join(now))
    return replace(kept, stay=_toggles(step, kept.facts, nav))


def _toggles(step: str, facts: Facts, nav: Row) -> Screen:
    return screens.toggles(step, facts.profile, nav, facts.who.country)
