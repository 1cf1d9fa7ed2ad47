"""What a person sees of a check-in. Pure."""

from collections.abc import Iterable, Sequence
from typing import Any

from bot.checkins.advice import Function, Notice, Reading
from bot.checkins.days import Day
from bot.checkins.questions import FOOD, GOOD_FOOD, HEART_LINE, Question, items
from bot.evidence.cards import CARDS
from bot.model import Button, Label, Screen

Row = tuple[Button, ...]

SCALE_ROWS = (range(6), range(6, 11))  # 0-10 in two rows: a row of eleven does not fit a phone
COUNTS = range(7)  # the last one says "or more"
HOUR_ROWS = ((4, 5, 5.5, 6), (6.5, 7, 7.5, 8), (8.5, 9, 9.5, 10))


def question(
    kind: str, questions: Sequence[Question], asked: Question, day: Day, *, past: bool = False,
    refused: bool = False, anchors: bool = False, back: bool = False,
) -> Screen:
    """One question of a day.

    `past`: the day is not this one. `refused`: what was typed is no answer. `anchors` tells more of the scale. `back`:
    there is a way back from the first question too, to the answer.
    """
    place = questions.index(asked)
    now = [day.kept[marker] for marker in asked.markers if marker in day.kept]
    values = {
        "kind": kind, "marker": asked.marker, "place": place + 1, "of": len(questions),
        "current": " · ".join(now) if asked.form != "any" else "", "refused": refused, "anchors": anchors,
        "past": day.date if past else None,
    }
    ways_out = _ways_out(asked, anchors=anchors, back=back or place > 0)
    return Screen("checkins/question", values, (*_choices(asked, day), *ways_out))


def _choices(asked: Question, day: Day) -> Iterable[Row]:
    if asked.form == "any":
        return _items(asked, day)
    if asked.form == "heart":
        return ()
    if asked.form == "count":
        times = [Label("checkins/times", {"n": n, "last": n == COUNTS[-1]}) for n in COUNTS]
        return [tuple(Button(label, _act(asked, f"{n}")) for n, label in zip(COUNTS, times, strict=True))]
    rows = SCALE_ROWS if asked.form == "scale" else HOUR_ROWS
    usual = day.usual(asked.marker)
    as_usual = [] if usual is None else [(Button(Label("checkins/as_usual", {"value": usual}), _act(asked, usual)),)]
    return [tuple(Button(f"{value:g}", _act(asked, f"{value:g}")) for value in row) for row in rows] + as_usual


def _items(asked: Question, day: Day) -> list[Row]:
    """Each button turns one on or off; in one tap: nothing, or all that is good and nothing else."""
    on = items(day.kept.get(asked.marker))
    buttons = [
        Button(Label(f"checkins/{asked.marker}", {"item": item, "on": item in on}), f"toggle={item}")
        for item in asked.items
    ]
    rows = [tuple(buttons[start : start + 2]) for start in range(0, len(buttons), 2)]
    if on:
        return [*rows, (Button(Label("checkins/done"), "ok"),)]
    if asked is FOOD:
        quick = Button(Label("checkins/good_food"), _act(asked, GOOD_FOOD))
        return [(quick,), *rows, (Button(Label("checkins/nothing", {"marker": asked.marker}), "ok"),)]
    return [(Button(Label("checkins/nothing", {"marker": asked.marker}), "ok"),), *rows]


def _act(asked: Question, value: str) -> str:
    return f"{asked.marker}={value}"


def _ways_out(asked: Question, *, anchors: bool, back: bool) -> Iterable[Row]:
    to_before = [Button(Label("checkins/back"), "back")] if back else []
    what = [Button(Label("checkins/anchors"), "anchors")] if asked.form == "scale" and not anchors else []
    skip = Button(Label("checkins/skip"), "skip")
    never = [(Button(Label("checkins/never"), "never"),)] if asked is HEART_LINE else []
    return (*never, (*to_before, *what, skip))


def closing(
    reading: Reading, noticed: Notice, function: Function, questions: Sequence[Question], *,
    correcting: bool = False, left: str | None = None,
) -> Screen:
    """The closing answer: what was answered, what was noticed, one thing to do, and why; or which to correct.

    `left`: the check-in of that day that was left in the middle.
    """
    given = answered(reading.day, questions)
    values = {
        "kind": reading.kind, "answers": given, "noticed": noticed, "advice": function.name, "correcting": correcting,
        "past": reading.day.date if reading.past else None,
    }
    if correcting:
        return Screen("checkins/closing", values, _corrections(questions))
    drill = [(Button(Label("checkins/drill"), "drill"),)] if function.drill else []
    last = (Button(Label("checkins/why"), "why"), Button(Label("checkins/change"), "change"))
    return Screen("checkins/closing", values, (*drill, *_on_with(left), last))


def nothing(
    kind: str, questions: Sequence[Question], day: Day, *, past: bool = False, correcting: bool = False,
    left: str | None = None,
) -> Screen:
    """Everything was passed over."""
    rows = _corrections(questions) if correcting else (*_on_with(left), (Button(Label("checkins/change"), "change"),))
    values = {"kind": kind, "correcting": correcting, "past": day.date if past else None}
    return Screen("checkins/nothing", values, rows)


def _on_with(kind: str | None) -> list[Row]:
    return [(Button(Label("checkins/go_on", {"kind": kind}), kind),)] if kind else []


def answered(day: Day, questions: Sequence[Question]) -> dict[str, Any]:
    """The answers that are there, by marker; several items as a tuple."""
    answers: dict[str, Any] = {}
    for asked in questions:
        for marker in asked.markers:
            if marker in day.kept:
                answers[marker] = items(day.kept[marker]) if asked.form == "any" else day.kept[marker]
    return answers


def _corrections(questions: Sequence[Question]) -> tuple[Row, ...]:
    """Which answer?"""
    buttons = [Button(Label("checkins/name", {"marker": asked.marker}), f"go={asked.marker}") for asked in questions]
    rows = [tuple(buttons[start : start + 2]) for start in range(0, len(buttons), 2)]
    return (*rows, (Button(Label("checkins/back"), "answer"),))


def why(function: Function) -> Screen:
    """Where it comes from, and how sure that is."""
    card = CARDS[function.evidence]
    values = {"card": function.evidence, "source": card.source, "sure": card.sure}
    return Screen("evidence/why", values, ((Button(Label("checkins/back"), "answer"),),))
