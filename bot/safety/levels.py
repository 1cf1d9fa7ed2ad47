"""How much a message asks of us, and what is said of it (docs/domain.md section 9)."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final


class Level(StrEnum):
    """Lowest first; compares by rank."""

    NONE = "none"
    CONCERN = "concern"
    URGENT = "urgent"
    EMERGENCY = "emergency"

    @property
    def rank(self) -> int:
        """0 for none, 3 for emergency."""
        return _RANK[self.value]

    # All four are needed: `str` has its own, by letter, and "emergency" would be less than "none".
    def __lt__(self, other: str) -> bool:
        return self.rank < Level(other).rank

    def __le__(self, other: str) -> bool:
        return self.rank <= Level(other).rank

    def __gt__(self, other: str) -> bool:
        return self.rank > Level(other).rank

    def __ge__(self, other: str) -> bool:
        return self.rank >= Level(other).rank


_RANK: Final = {level.value: rank for rank, level in enumerate(Level)}


@dataclass(frozen=True, slots=True)
class Hit:
    """What was noticed: the level, the kind of trouble, and the id of the rule that says so.

    This is all that may be kept of a message; its words are not.
    """

    level: Level
    category: str
    rule: str


@dataclass(frozen=True, slots=True)
class Flagged:
    """Something that was noticed earlier."""

    level: Level
    category: str
    at: datetime
