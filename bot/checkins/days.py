"""A day as it counts: the newest answer of each marker, and what the coach said that day. Pure.

    {"sleep": "7", "spilled": "snapped", "usual.sleep": "6", "told.evening": "wind_down"}
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

_USUAL, _TOLD, _TALK = "usual.", "told.", "talk.slow"


@dataclass(frozen=True, slots=True)
class Day:
    """One day of one person. `kept` is as it is stored; `usual` is what was usual when the day's card was opened."""

    date: date
    kept: Mapping[str, str] = field(default_factory=dict)

    @property
    def answers(self) -> dict[str, str]:
        """By marker."""
        return {name: value for name, value in self.kept.items() if "." not in name}

    def number(self, marker: str) -> float | None:
        """The answer of a marker that is a number."""
        value = self.kept.get(marker)
        return float(value) if value is not None else None

    def usual(self, marker: str) -> str | None:
        """What "as usual" answers."""
        return self.kept.get(_USUAL + marker)

    def told(self, kind: str) -> str | None:
        """The function that this day's check-in ended with."""
        return self.kept.get(_TOLD + kind)

    def all_told(self) -> set[str]:
        """All functions that were said this day."""
        return {value for name, value in self.kept.items() if name.startswith(_TOLD)}

    @property
    def talked(self) -> bool:
        """Whether something that lasts was spoken of this day."""
        return _TALK in self.kept

    @staticmethod
    def as_talked(name: str) -> dict[str, str]:
        """What was spoken of, as a day keeps it."""
        return {_TALK: name}

    def with_(self, news: Mapping[str, str]) -> "Day":
        """As it is once this is kept too; an empty value takes something away."""
        return replace(self, kept={name: value for name, value in {**self.kept, **news}.items() if value})


def series(days: Sequence[Day], marker: str) -> dict[date, float]:
    """The days on which a marker that is a number was answered."""
    return {day.date: float(day.kept[marker]) for day in days if marker in day.kept}


def as_usual(values: Mapping[str, str]) -> dict[str, str]:
    """What "as usual" answers by marker, as a day keeps it."""
    return {_USUAL + marker: value for marker, value in values.items()}


def as_told(kind: str, function: str) -> dict[str, str]:
    """What was said at the end of a check-in, as a day keeps it."""
    return {_TOLD + kind: function}
