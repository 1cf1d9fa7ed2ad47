"""`/reminders`: what is on with its times, and a screen for each (docs/domain.md 6). Pure.

    menu > one of LINES > menu
           break > trial > break
"""

from dataclasses import replace
from datetime import datetime, timedelta

from bot.cards import typed_way
from bot.model import CallOff, Choose, Command, Decision, Event, Label, Open, Screen, Tap, Turn, Typed
from bot.reminders import screens, travel
from bot.reminders.coming import Facts, coming
from bot.reminders.kinds import BREAK, TRIAL
from bot.reminders.plan import Setting, kept, setting_of, weekdays
from bot.reminders.reading import WITH_DAYS, Problem, read_setting
from bot.reminders.screens import LINES

KIND, MENU = "reminders", "menu"
OLD_BUTTON = Label("help/old_button")
ONE_DAY = timedelta(days=1)


def decide(facts: Facts, event: Event) -> Decision:
    """`/reminders`, a tap on its card, or words typed while it asks."""
    card = facts.who.card
    if isinstance(event.act, Command) or card is None:
        return Decision((Open(KIND, None, MENU, menu(facts, event.at), asking=False),))
    match card.step, event.act:
        case ("menu", Tap(act=act)) if act.startswith("off="):
            gone = [one for one in screens.ahead(facts.stored) if act == f"off={one.id}"]
            left = replace(facts, stored=[one for one in facts.stored if one not in gone])
            return Decision((*(CallOff(one.id) for one in gone), *_shown(left, event, MENU).effects))
        case (_, Tap(act="place")):
            return travel.begin(facts, event)
        case (step, Tap(act="back")) if step != MENU:
            return _shown(facts, event, BREAK if step == TRIAL else MENU)
        case (step, Typed(text)) if step != MENU and typed_way(text) == "back":
            return _shown(facts, event, BREAK if step == TRIAL else MENU)
        case ("menu", Tap(act=act)) if act.removeprefix("go=") in LINES:
            return _shown(facts, event, act.removeprefix("go="))
        case (kind, Tap(act=act)) if kind in LINES:
            return _tapped(facts, event, kind, act)
        case (kind, Typed(text)) if kind in LINES:
            return _set(facts, event, kind, read_setting(kind, setting_of(facts.chosen, kind), text))
        case ("trial", Tap(act=("on" | "off") as act)):
            begun = f"{facts.today(event.at) + ONE_DAY}" if act == "on" else ""
            return _kept(facts, event, BREAK, Choose(TRIAL, begun))
        case (_, Tap()):
            return Decision(toast=OLD_BUTTON)
        case (step, _):
            return _shown(facts, event, step)


def menu(facts: Facts, now: datetime) -> Screen:
    """What is on, and a button for each."""
    return screens.menu(facts.chosen, facts.person, coming(facts, now), now, facts.stored)


def screen(facts: Facts, now: datetime, step: str, problem: Problem | None = None) -> Screen:
    """The screen of a step."""
    if step == TRIAL:
        return screens.trial(facts.chosen, facts.today(now))
    return menu(facts, now) if step == MENU else screens.one(step, facts.chosen, facts.today(now), problem)


def _shown(facts: Facts, event: Event, step: str, problem: Problem | None = None) -> Decision:
    return Decision((Turn(step, screen(facts, event.at, step, problem), asking=step != MENU),))


def _tapped(facts: Facts, event: Event, kind: str, act: str) -> Decision:
    setting = setting_of(facts.chosen, kind)
    name, _, value = act.partition("=")
    match name:
        case "on" | "off":
            return _set(facts, event, kind, replace(setting, on=name == "on"))
        case "t" if value:  # what a preset carries might have been typed
            return _set(facts, event, kind, read_setting(kind, setting, value))
        case "d" if kind in WITH_DAYS and value in map(str, range(1, 8)):
            days = setting.days ^ 1 << int(value) - 1
            if not weekdays(days):
                return Decision(toast=Label("reminders/one_stays"))
            return _set(facts, event, kind, replace(setting, days=days))
        case "trial" if kind == BREAK and setting.on:
            return _shown(facts, event, TRIAL)
        case _:
            return Decision(toast=OLD_BUTTON)


def _set(facts: Facts, event: Event, kind: str, wanted: Setting | Problem) -> Decision:
    if isinstance(wanted, Problem):
        return _shown(facts, event, kind, wanted)
    return _kept(facts, event, kind, *kept(kind, wanted))


def _kept(facts: Facts, event: Event, step: str, *chosen: Choose) -> Decision:
    profile = facts.chosen
    for choice in chosen:
        profile = profile.with_choice(choice.name, choice.value)
    after = replace(facts, set_up=replace(facts.set_up, profile=profile))
    return Decision((*chosen, *_shown(after, event, step).effects), Label("preferences/changed"))
