"""What a line for the log answers of a check-in (docs/log-lines.md). Pure."""

from collections.abc import Container, Iterable, Mapping
from datetime import date
from typing import Any, Final

from bot.checkins.questions import HEART, HOURS, SLEEP

ANSWERING: Final = frozenset({"sleep", "vitals"})  # the kinds of records that answer a question
ANSWERED: Final = "answered"  # the field of a kept record with the markers that it answered


def answers(records: Iterable[Mapping[str, Any]]) -> dict[tuple[date, str], str]:
    """By day and marker, as `Question.read` gives them: hours in quarters, the rest in whole numbers."""
    found = dict[tuple[date, str], str]()
    for record in records:
        if record["kind"] in ANSWERING:
            day = date.fromisoformat(record["date"])
            found |= {(day, marker): value for marker, value in _answers(record)}
    return found


def answered(records: Iterable[Mapping[str, Any]]) -> set[tuple[date, str]]:
    """By day, the markers that these were the answer to."""
    return {(date.fromisoformat(one["date"]), marker) for one in records for marker in one.get(ANSWERED, ())}


def marked(record: Mapping[str, Any], keys: Container[tuple[date, str]]) -> dict[str, Any]:
    """A record with those of these days and markers that it answers."""
    mine = [marker for day, marker in answers([record]) if (day, marker) in keys]
    plain = {name: value for name, value in record.items() if name != ANSWERED}
    return {**plain, ANSWERED: mine} if mine else plain


def _answers(record: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    if "hours" in record:
        yield HOURS.marker, f"{round(record['hours'] * 4) / 4:g}"
    if "quality" in record:
        yield SLEEP.marker, f"{round(record['quality'])}"
    for marker, (low, high) in HEART.items():
        if low <= record.get(marker, 0) <= high:
            yield marker, f"{round(record[marker])}"
