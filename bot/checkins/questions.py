"""The questions of a check-in, from data (docs/domain.md section 2)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Question:
    """One screen of the check-in: values from `low` to `high`, whole or in steps of `step`."""

    marker: str
    high: int
    step: float
    low: int = 0

    def accepts(self, value: float) -> bool:
        """Whether a value is one that can be kept."""
        return self.low <= value <= self.high and (value / self.step).is_integer()


MORNING = (Question("sleep", 10, 1), Question("mood", 10, 1), Question("hours", 24, 0.25))
ORDER = [question.marker for question in MORNING]
