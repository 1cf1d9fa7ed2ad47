"""What a person sees of a check-in. Pure."""

from collections.abc import Mapping

from bot.checkins.questions import Question
from bot.model import Button, Label, Screen

SCALE_ROWS = (range(6), range(6, 11))  # 0-10 in two rows: a row of eleven does not fit a phone
HOUR_ROWS = ((4, 5, 5.5, 6), (6.5, 7, 7.5, 8), (8.5, 9, 9.5, 10))


def question(asked: Question, current: float | None, *, refused: bool) -> Screen:
    """One question; `current` is what was answered before, `refused` says that the typed answer was out of range."""
    choices = HOUR_ROWS if asked.marker == "hours" else SCALE_ROWS
    rows = [tuple(Button(f"{value:g}", f"{asked.marker}={value:g}") for value in row) for row in choices]
    if asked.marker != "sleep":
        rows.append((Button(Label("checkins/back"), "back"),))
    values = {"marker": asked.marker, "current": current, "refused": refused, "low": asked.low, "high": asked.high}
    return Screen("checkins/question", values, tuple(rows))


def closing(advice: str, answers: Mapping[str, float]) -> Screen:
    """The closing answer, with a way to correct."""
    rows = ((Button(Label("checkins/change"), "change"),),)
    return Screen("checkins/closing", {"advice": advice, **answers}, rows)
