"""Staying in control: /settings on one card, /pause and /resume. Pure."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.model import (
    Button,
    Close,
    Command,
    Decision,
    Effect,
    Event,
    Label,
    Located,
    Open,
    Rest,
    Resume,
    Say,
    Screen,
    Tap,
    Turn,
    Typed,
    Unreadable,
    Who,
)
from bot.profile import rules as profile
from bot.profile.rules import WHERE, Facts
from bot.profile.screens import Row

KIND, PAUSE, STILL_PAUSED = "settings", "pause", "still_paused"  # the kinds of the cards
MENU, DONE = "menu", "done"
# The question behind each line of the menu; the country has one of its own, without the place.
LINES = (WHERE, "land", "up", "bed", "aim", "extras", "health", "drills", "prompt")
COUNTRY = "country"  # asked after a new place, as on arriving
PAUSES = {"day": timedelta(days=1), "week": timedelta(days=7)}
ASK_AGAIN, ASK_AT = timedelta(days=14), time(10)  # engine choice: a pause without an end is asked about then
WRITING = ("start", "checkin", "remind")  # the commands that end a pause "until I write": looking things up does not
LOST = Say(Screen("help/lost"))
NAV: Row = (Button(Label("preferences/back"), "back"),)


# ---- /settings ---------------------------------------------------------------------------------------


def settings(facts: Facts, event: Event) -> Decision:
    """`/settings`, a tap on its card, or words typed while it asks."""
    card = facts.who.card
    if isinstance(event.act, Command) or card is None:
        return Decision((Open(KIND, None, MENU, menu(facts)),))
    if card.step in (*LINES, COUNTRY):
        return _changing(facts, event, card.step)
    match event.act:
        case Tap(act="done"):
            return Decision((Turn(DONE, menu(facts, over=True), asking=False),))
        case Tap(act=act) if act.removeprefix("go=") in LINES:
            step = act.removeprefix("go=")
            return Decision((Turn(step, profile.ask(step, facts, event, NAV)), *profile.keyboard(MENU, step)))
        case Tap():
            return Decision(toast=Label("help/old_button"))
        case _:
            return Decision((Turn(MENU, menu(facts)),))


def _changing(facts: Facts, event: Event, step: str) -> Decision:
    if isinstance(event.act, Tap) and event.act.act == "back":
        return Decision((Turn(MENU, menu(facts)), *profile.keyboard(step, MENU)))
    answer = profile.answer(step, facts, event, NAV)
    undecided = profile.undecided(step, answer)
    if undecided is not None:
        return undecided
    then = answer.to or (COUNTRY if step == WHERE else MENU)
    shown = menu(answer.facts) if then == MENU else profile.ask(then, answer.facts, event, NAV)
    toast = Label("preferences/changed") if then == MENU else None
    return Decision((*answer.effects, Turn(then, shown), *profile.keyboard(step, then)), toast)


def menu(facts: Facts, *, over: bool = False) -> Screen:
    """Everything that is set, and a button for each; `over` leaves the list without its buttons."""
    person, chosen = facts.who.person, facts.profile
    values = {
        "zone": person.zone if person and person.has_zone else None,
        "country": person.country if person else None,
        "up": chosen.up,
        "bed": chosen.bed,
        "aim": chosen.aim,
        "extras": chosen.extras,
        "health": chosen.health if "health" in chosen.kept else None,
        "drills": chosen.drills,
        "prompt": chosen.prompt,
        "over": over,
    }
    if over:
        return Screen("preferences/menu", values)
    buttons = [Button(Label("preferences/line", {"step": step}), f"go={step}") for step in LINES]
    rows = [tuple(buttons[start : start + 2]) for start in range(0, len(buttons), 2)]
    return Screen("preferences/menu", values, (*rows[:-1], (*rows[-1], Button(Label("preferences/done"), "done"))))


# ---- /pause and /resume --------------------------------------------------------------------------------


def pause(who: Who, event: Event) -> Decision:
    """`/pause` and its card, `/resume`, and the question whether a pause without an end should go on."""
    match event.act:
        case Command("resume"):
            return _resumed(who, event, (Say(Screen("preferences/resumed")),))
        case Command() | Typed():
            return Decision((Open(PAUSE, None, "ask", pause_screen(who, event)),))
        case Tap(act="resume"):
            return _resumed(who, event, (Say(Screen("preferences/resumed"), in_place=True),))
        case Tap(act="no"):
            return Decision((Turn(DONE, Screen("preferences/not_paused"), asking=False),))
        case Tap(act="stay" | "open"):
            asked_again = Open(
                STILL_PAUSED, None, "ask", still_paused_screen(), asking=False, not_before=_asked_again(who, event)
            )
            quiet = Screen("preferences/paused", {"until": None, "zone": zone_of(who)})
            if who.card is not None and who.card.kind == STILL_PAUSED:
                return Decision((Say(quiet, in_place=True), asked_again))
            return Decision((Rest(None), Turn(DONE, quiet, asking=False), asked_again))
        case Tap(act=act) if act in PAUSES:
            until = event.at + PAUSES[act]
            quiet = Screen("preferences/paused", {"until": until, "zone": zone_of(who)})
            return Decision((Rest(until), Close(STILL_PAUSED), Turn(DONE, quiet, asking=False)))
        case _:
            return Decision(toast=Label("help/old_button"))


def _asked_again(who: Who, event: Event) -> datetime:
    """In two weeks, in the morning where they live."""
    zone = ZoneInfo(zone_of(who))
    return datetime.combine((event.at.astimezone(zone) + ASK_AGAIN).date(), ASK_AT, zone).astimezone(UTC)


def _resumed(who: Who, event: Event, said: tuple[Effect, ...]) -> Decision:
    if not paused(who, event):
        return Decision((Say(Screen("preferences/not_paused"), in_place=isinstance(event.act, Tap)),))
    return Decision((Resume(), Close(STILL_PAUSED), *said))


def ended_by_writing(who: Who, event: Event, decision: Decision, *, handed_over: bool) -> Decision:
    """A pause "until I write" ends when they write; the decision with that added.

    It is said, except to whom something more important was said: the help lines.
    """
    resting = who.person.pause if who.person else None
    if resting is None or resting.until is not None or not event.private or not _writes(who, event):
        return decision
    kept = tuple(effect for effect in decision.effects if effect != LOST)
    said = () if handed_over else (Say(Screen("preferences/resumed")),)
    return Decision((*kept, Resume(), Close(STILL_PAUSED), *said), decision.toast)


def _writes(who: Who, event: Event) -> bool:
    match event.act:
        case Typed():
            return who.card is None or who.card.kind != PAUSE
        case Command(name):
            return name in WRITING
        case act:
            return isinstance(act, Unreadable | Located)


def paused(who: Who, event: Event) -> bool:
    """Whether nothing unasked may be sent to them at the time of this event."""
    resting = who.person.pause if who.person else None
    return resting is not None and (resting.until is None or resting.until > event.at)


def pause_screen(who: Who, event: Event) -> Screen:
    """How long?"""
    resting = who.person.pause if who.person and paused(who, event) else None
    rows: list[Row] = [
        tuple(Button(Label("preferences/pause_for", {"length": length}), length) for length in PAUSES),
        (Button(Label("preferences/pause_for", {"length": "open"}), "open"),),
        (Button(Label("preferences/end_pause"), "resume") if resting else Button(Label("preferences/no_pause"), "no"),),
    ]
    values = {"paused": resting is not None, "until": resting.until if resting else None, "zone": zone_of(who)}
    return Screen("preferences/pause", values, tuple(rows))


def still_paused_screen() -> Screen:
    """After a while: is it still right?"""
    rows = ((Button(Label("preferences/end_pause"), "resume"), Button(Label("preferences/stay_paused"), "stay")),)
    return Screen("preferences/still_paused", {}, rows)


def zone_of(who: Who) -> str:
    """The zone that this person's times are shown in."""
    return who.person.zone if who.person else "UTC"
