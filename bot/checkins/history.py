"""/today: what is answered and what is open, and the last seven days in words and small bars. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from statistics import median
from typing import Any

from bot.checkins import rules, screens
from bot.checkins.days import series
from bot.checkins.questions import EVENING, MORNING, is_answered, items
from bot.drills.goes import DONE, RUNNING, Go
from bot.model import NOT_MINE, Button, Command, Decision, Event, Label, Open, Screen, Tap, Turn

KIND = "today"  # of the card
TODAY, WEEK = "today", "week"
SHOWN = ("sleep", "mood", "irritability", "revved", "down")
BARS = "▁▂▃▄▅▆▇█"  # 0 to 10
GAP = "·"
DAYS, WEEK_BACK = timedelta(days=7), timedelta(days=6)
ENOUGH = 3  # days of each week: with fewer, two weeks are not compared; engine choice


@dataclass(frozen=True, slots=True)
class Facts:
    """`checkin` has the day of the card and the others; `goes` are the drills of the last seven days, in order."""

    checkin: rules.Facts
    goes: Sequence[Go]


def decide(facts: Facts, event: Event) -> Decision:
    """`/today`, and what is tapped on its card."""
    day = facts.checkin.day.date
    match event.act:
        case Command(_, "week"):
            return Decision((Open(KIND, day, WEEK, week(facts), asking=False),))
        case Command():
            return Decision((Open(KIND, day, TODAY, today(facts), asking=False),))
        case Tap(act="week"):
            return Decision((Turn(WEEK, week(facts), asking=False),))
        case Tap(act="today"):
            return Decision((Turn(TODAY, today(facts), asking=False),))
        case Tap(act=act) if act in (MORNING, EVENING):
            return rules.open_card(replace(facts.checkin, kind=act))
        case Tap():
            return Decision(toast=Label("help/old_button"))
        case _:
            return NOT_MINE


def today(facts: Facts) -> Screen:
    """The day so far, and a button for each check-in that is open."""
    day, profile = facts.checkin.day, facts.checkin.profile
    parts: dict[str, Any] = {}
    rows = []
    for kind in (MORNING, EVENING):
        questions = rules.questions_of(kind, profile, day)
        answered = [question for question in questions if is_answered(question, day.answers)]
        parts[kind] = {
            "answers": screens.answered(day, questions), "open": len(questions) - len(answered), "of": len(questions)
        }
        if len(answered) < len(questions):
            rows.append((Button(Label("checkins/open", {"kind": kind}), kind),))
    now = [go for go in facts.goes if rules.local_day(go.started_at, facts.checkin.who) == day.date]
    goes = [{"minutes": go.minutes if go.outcome == DONE else None, "before": go.before, "after": go.after}
            for go in now if go.outcome != RUNNING]
    week = (Button(Label("checkins/week"), WEEK),)
    shown = {"day": day.date, "past": facts.checkin.past, **parts, "goes": goes}
    return Screen("checkins/today", shown, (*rows, week))


def week(facts: Facts) -> Screen:
    """The seven days that end with this one, oldest first."""
    end = facts.checkin.day.date
    days = [*facts.checkin.others, facts.checkin.day]
    dates = [end - timedelta(days=back) for back in range(6, -1, -1)]
    lines = []
    for marker in SHOWN:
        values = series(days, marker)
        now = [values[date] for date in dates if date in values]
        then = [value for date, value in values.items() if dates[0] - DAYS <= date < dates[0]]
        if now:
            before = median(then) if len(then) >= ENOUGH and len(now) >= ENOUGH else None
            bars = "".join(bar(values[date]) if date in values else GAP for date in dates)
            lines.append({"marker": marker, "bars": bars, "middle": median(now), "before": before})
    evenings = [day for day in days if day.date in dates and "spilled" in day.kept]
    goes = [go for go in facts.goes if go.outcome == DONE and rules.local_day(go.started_at, facts.checkin.who) <= end]
    drops = [go.drop for go in goes if go.drop is not None]
    shown: dict[str, Any] = {
        "first": dates[0], "last": end, "lines": lines, "evenings": len(evenings),
        "spilled": sum(bool(items(day.kept["spilled"])) for day in evenings),
        "goes": len(goes), "drop": median(drops) if drops else None, "drops": len(drops),
    }
    return Screen("checkins/week", shown, ((Button(Label("checkins/back"), TODAY),),))


def bar(value: float) -> str:
    """A value of 0-10 as a bar."""
    return BARS[round(value * (len(BARS) - 1) / 10)]
