"""The morning check-in: three questions on one card, and one answer (docs/domain.md sections 1 and 2). Pure."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.checkins import screens
from bot.checkins.questions import MORNING, ORDER, Question
from bot.model import Command, Decision, Event, KeepAnswer, Label, Open, Screen, Tap, Turn, Typed, Who

KIND = "morning"
DAY_STARTS = timedelta(hours=4)  # local; an answer at 03:00 still belongs to the evening's day
DONE = "done"

SHORT_NIGHT = 6.0  # hours; engine choice, docs/domain.md section 2
LOW = 3  # of 10, sleep quality and mood; engine choice, docs/domain.md section 2
GOOD = 7  # of 10, and hours of sleep


@dataclass(frozen=True, slots=True)
class Facts:
    """`day` is the card's own, else the local day; `answers` of that day by marker."""

    who: Who
    day: date
    answers: Mapping[str, float]


def local_day(at: datetime, who: Who) -> date:
    """The day that an instant belongs to, for this person: it begins at 04:00 local time."""
    zone = ZoneInfo(who.person.zone if who.person else "UTC")
    return (at.astimezone(zone) - DAY_STARTS).date()


def decide(facts: Facts, event: Event) -> Decision:
    """`/checkin`, a tap on the card, or a typed answer."""
    card = facts.who.card
    match event.act:
        case Tap(act=act) if card is not None:
            return _tapped(facts, card.step, act)
        case Typed(text) if card is not None:
            return _typed(facts, card.step, text)
        case Command():
            return Decision((open_morning(facts.day, facts.answers),))
        case _:
            return Decision()


def open_morning(day: date, answers: Mapping[str, float]) -> Open:
    """The morning card of a day, at its first open question, or with its answer when all are there."""
    step = next((marker for marker in ORDER if marker not in answers), DONE)
    return Open(KIND, day, step, _screen(step, answers), asking=step != DONE)


def _tapped(facts: Facts, step: str, act: str) -> Decision:
    if act == "back" and step in ORDER[1:]:
        return _show(facts, ORDER[ORDER.index(step) - 1])
    if act == "change" and step == DONE:
        return _show(facts, ORDER[0])
    marker, _, text = act.partition("=")
    if marker != step or marker not in ORDER:
        return Decision(toast=Label("help/old_button"))
    value = read_number(text, _question(marker))
    if value is None:
        return Decision(toast=Label("help/old_button"))
    return _answer(facts, marker, value)


def _typed(facts: Facts, step: str, text: str) -> Decision:
    value = read_number(text, _question(step))
    if value is None:
        return Decision((Turn(step, screens.question(_question(step), facts.answers.get(step), refused=True)),))
    return _answer(facts, step, value)


def _answer(facts: Facts, marker: str, value: float) -> Decision:
    """Keep the value; show the next question, or the closing answer after the last."""
    answers = {**facts.answers, marker: value}
    after = ORDER.index(marker) + 1
    step = ORDER[after] if after < len(ORDER) else DONE
    if step == DONE:
        # An earlier question may have been passed over on another screen: it comes first.
        step = next((other for other in ORDER if other not in answers), DONE)
    kept = KeepAnswer(facts.day, marker, value)
    return Decision((kept, Turn(step, _screen(step, answers), asking=step != DONE)), Label("checkins/noted"))


def _show(facts: Facts, step: str) -> Decision:
    return Decision((Turn(step, _screen(step, facts.answers)),))


def _screen(step: str, answers: Mapping[str, float]) -> Screen:
    if step == DONE:
        return screens.closing(closing(answers), answers)
    return screens.question(_question(step), answers.get(step), refused=False)


def _question(marker: str) -> Question:
    return MORNING[ORDER.index(marker)]


def read_number(text: str, question: Question) -> float | None:
    """A typed answer: "7", "7/10", "7.5", and for hours "7h30" and "7:30"; None when it is none or out of range."""
    text = text.strip().lower()
    clock = re.fullmatch(r"(\d{1,2})\s*[h:]\s*([0-5]\d)?\s*m?", text, re.ASCII)
    if clock and question.marker == "hours":
        value = int(clock[1]) + int(clock[2] or 0) / 60
        value = round(value / question.step) * question.step
    else:
        plain = re.fullmatch(rf"(\d{{1,2}}(?:\.\d{{1,2}})?)(?:\s*/\s*{question.high})?", text, re.ASCII)
        if plain is None:
            return None
        value = float(plain[1])
    return value if question.accepts(value) else None


def closing(answers: Mapping[str, float]) -> str:
    """The one thing worth saying about a morning; chosen by what acts on the state (docs/domain.md section 1).

    There is no comparison with the person's usual yet: that needs seven days.
    """
    tired = answers["hours"] < SHORT_NIGHT or answers["sleep"] <= LOW
    low = answers["mood"] <= LOW
    if tired and low:
        return "tired_and_low"
    if tired:
        return "tired"
    if low:
        return "low"
    if min(answers.values()) >= GOOD:
        return "good"
    return "steady"
