"""/today: what is answered and what is open, and the last seven days in words and small bars. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date as date_
from datetime import timedelta
from statistics import median
from typing import Any

from bot.checkins import rules, screens
from bot.checkins import weeks as weeks_
from bot.checkins.days import series
from bot.checkins.from_log import ANSWERED
from bot.checkins.questions import EVENING, MORNING, is_answered, items
from bot.checkins.weeks import change, weeks
from bot.drills import rules as drills
from bot.drills.goes import BY_NAME, DONE, RUNNING, SESSION, Go
from bot.drills.offer import Offer
from bot.drills.steady import Steady, steady
from bot.logbook.dose import MILESTONE, PLATEAU, together
from bot.logbook.records import Record, told
from bot.model import (
    NOT_MINE,
    Button,
    Command,
    Decision,
    Event,
    Label,
    Line,
    Open,
    Picture,
    Say,
    Screen,
    Tap,
    Turn,
)
from bot.profile.choices import DAILY

KIND = "today"  # of the card
TODAY, WEEK = "today", "week"
SHOWN = ("sleep", "mood", "irritability", "revved", "down")
BARS = "▁▂▃▄▅▆▇█"  # 0 to 10
GAP = "·"
DAYS, WEEK_BACK = timedelta(days=7), timedelta(days=6)
ENOUGH = 3  # days of each week: with fewer, two weeks are not compared; engine choice


@dataclass(frozen=True, slots=True)
class Facts:
    """`checkin` has the day of the card and the others; the rest is of the last seven days, in order.

    `goes` are the latest drills, those before these days too; `logged` are records of the log.
    """

    checkin: rules.Facts
    goes: Sequence[Go]
    logged: Sequence[Record] = ()


def decide(facts: Facts, event: Event) -> Decision:
    """`/today`, and what is tapped on its card."""
    day, profile = facts.checkin.day.date, facts.checkin.profile
    match event.act:
        case Command(_, "week"):
            return Decision((Open(KIND, day, WEEK, week(facts), asking=False),))
        case Command():
            return Decision((Open(KIND, day, TODAY, today(facts), asking=False),))
        case Tap(act="week"):
            return Decision((Turn(WEEK, week(facts), asking=False),))
        case Tap(act="weeks"):
            return Decision((Say(in_weeks(facts)),))
        case Tap(act="today"):
            return Decision((Turn(TODAY, today(facts), asking=False),))
        case Tap(act=act) if (small := BY_NAME.get(act.removeprefix("small="))) and small.name in profile.offered:
            return drills.begin(Offer(small, small.minutes[0], "", ""))
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
    rows: list[tuple[Button, ...]] = []
    for kind in (MORNING, EVENING):
        questions = rules.questions_of(kind, profile, day)
        answered = [question for question in questions if is_answered(question, day.answers)]
        parts[kind] = {
            "answers": screens.answered(day, questions), "open": len(questions) - len(answered), "of": len(questions)
        }
        if len(answered) < len(questions):
            rows.append((Button(Label("checkins/open", {"kind": kind}), kind),))
    now = [go for go in facts.goes if rules.local_day(go.started_at, facts.checkin.who) == day.date]
    goes = [
        {
            "drill": go.drill, "minutes": go.minutes if go.outcome == DONE else None,
            "before": go.before, "after": go.after,
        }
        for go in now if go.outcome != RUNNING
    ]
    small = _steady(facts)
    if not facts.checkin.past and small.today < DAILY:
        done = {go.drill for go in now if go.outcome == DONE}
        two = [name for name in profile.drills[:DAILY] if name not in done]
        if two:
            rows.append(tuple(Button(Label("drills/title", {"drill": name}), f"small={name}") for name in two))
    week = (Button(Label("checkins/week"), WEEK),)
    shown = {"day": day.date, "past": facts.checkin.past, **parts, "goes": goes, "small": small, "daily": DAILY}
    logged = [
        one for one in facts.logged
        if one["date"] == f"{day.date}" and not (one["kind"] == "sleep" and ANSWERED in one)  # that stands above
    ]
    shown["logged"] = told(logged, day.date)
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
    sessions = [one for one in facts.logged if one["kind"] == "session"]
    moved = [session for session in sessions if dates[0] <= date_.fromisoformat(session["date"]) <= end]
    evenings = [day for day in days if day.date in dates and "spilled" in day.kept]
    goes = [
        go for go in facts.goes
        if go.outcome == DONE and go.minutes and rules.local_day(go.started_at, facts.checkin.who) in dates
    ]
    drops = [go.drop for go in goes if go.drop is not None]
    shown: dict[str, Any] = {
        "first": dates[0], "last": end, "lines": lines, "evenings": len(evenings),
        "spilled": sum(bool(items(day.kept["spilled"])) for day in evenings),
        "goes": len(goes), "drop": median(drops) if drops else None, "drops": len(drops),
        "dose": together(moved), "milestone": MILESTONE, "plateau": PLATEAU,
        "small": _steady(facts), "down": sum(go.occasion == SESSION for go in goes),
    }
    rows = ((Button(Label("checkins/weeks"), "weeks"),), (Button(Label("checkins/back"), TODAY),))
    return Screen("checkins/week", shown, rows)


def in_weeks(facts: Facts) -> Screen:
    """How the way down changed over the weeks, in words and a picture."""
    found = weeks([*facts.checkin.others, facts.checkin.day], facts.checkin.day.date)
    changed = change(found)
    if changed is None:
        return Screen("checkins/weeks", {"change": None, "weeks": 0, "enough": weeks_.ENOUGH})
    scales = [
        Line(
            Label("checkins/scale", {"marker": marker}), "line",
            tuple(None if value is None else value / 10 for value in values),
            tuple("" if value is None else f"{value:g}" for value in values),
        )
        for marker, values in (("revved", [one.revved for one in found]), ("down", [one.down for one in found]))
    ]
    spilled = Line(
        Label("checkins/scale", {"marker": "spilled"}), "bars",
        tuple(one.spilled / one.evenings if one.evenings else None for one in found),
        tuple(f"{one.spilled}/{one.evenings}" for one in found),
    )
    under = tuple(Label("checkins/week_of", {"first": one.first}) for one in found)
    values = {"change": changed, "weeks": len(found), "enough": weeks_.ENOUGH}
    return Screen("checkins/weeks", values, medium=Picture((*scales, spilled), under))


def _steady(facts: Facts) -> Steady:
    return steady(facts.goes, facts.checkin.day.date, lambda at: rules.local_day(at, facts.checkin.who))


def bar(value: float) -> str:
    """A value of 0-10 as a bar."""
    return BARS[round(value * (len(BARS) - 1) / 10)]
