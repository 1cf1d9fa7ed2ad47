"""What a person may tell about themselves, as data (docs/domain.md 3-5 and 8), and how it is read back. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import time

AIMS = ("starter", "high_load")
# Opt-in, never guessed: docs/domain.md 8. Irritability is asked of high-load people anyway (docs/domain.md 2).
EXTRAS = ("irritability", "heart", "menopause", "cycle")
HEALTH = ("heart", "lungs", "seizures", "breath", "pregnant", "faint", "hurt")
# docs/domain.md 5: breath-holds are never offered to these. `breath` is panic when attending to the breath, `faint`
# is chest pain or fainting in sport.
NO_HOLDS = frozenset({"heart", "lungs", "seizures", "breath", "pregnant", "faint"})
DRILLS = ("extended-exhale", "physiological-sigh", "move-break", "labelling", "pmr-brief", "paced-4-4-6-2")
WITH_HOLDS = frozenset({"paced-4-4-6-2"})
ON_THE_BREATH = frozenset({"extended-exhale", "physiological-sigh", "paced-4-4-6-2"})
USUAL_UP, USUAL_BED = time(7), time(23)  # of somebody who has not said
DAILY = 2  # micro-regulations a day, docs/domain.md 3


@dataclass(frozen=True, slots=True)
class Profile:
    """Choices by name, as they are kept: sets joined by commas, times as hh:mm. A name that is missing was skipped."""

    kept: Mapping[str, str]

    @property
    def aim(self) -> str | None:
        """One of `AIMS`."""
        return self.kept.get("aim")

    @property
    def extras(self) -> tuple[str, ...]:
        """Of `EXTRAS`, what they opted into."""
        return self.items("extras")

    @property
    def health(self) -> tuple[str, ...]:
        """Of `HEALTH`, what they named."""
        return self.items("health")

    @property
    def up(self) -> time | None:
        """When they usually get up, local time."""
        return self._time("up")

    @property
    def bed(self) -> time | None:
        """When they usually go to bed, local time."""
        return self._time("bed")

    @property
    def drills(self) -> tuple[str, ...]:
        """Their micro-regulations: chosen, else those that suit them; never one that their health rules out."""
        offered = self.offered
        chosen = tuple(drill for drill in self.items("drills") if drill in offered)
        if chosen:
            return chosen
        breathing = [drill for drill in offered if drill in ON_THE_BREATH and self.likes_breathing]
        others = [drill for drill in offered if drill not in ON_THE_BREATH]
        return tuple([*breathing[:1], *others][:DAILY])

    @property
    def offered(self) -> tuple[str, ...]:
        """The micro-regulations that may be offered to them (docs/domain.md 5)."""
        ruled_out = WITH_HOLDS if NO_HOLDS & {*self.health} else frozenset()
        return tuple(drill for drill in DRILLS if drill not in ruled_out)

    @property
    def likes_breathing(self) -> bool:
        """Whether a breathing drill may be the first suggestion; it may be chosen either way."""
        return "breath" not in self.health

    @property
    def prompt(self) -> bool | None:
        """Whether one drill prompt a day is welcome."""
        return {"yes": True, "no": False}.get(self.kept.get("prompt", ""))

    @property
    def words_only(self) -> bool:
        """Whether drills come without their picture."""
        return self.kept.get("pace") == "words"

    def items(self, name: str) -> tuple[str, ...]:
        """A choice of several."""
        return tuple(filter(None, self.kept.get(name, "").split(",")))

    def with_choice(self, name: str, value: str) -> "Profile":
        """As it is once this was chosen."""
        return replace(self, kept={**self.kept, name: value})

    def _time(self, name: str) -> time | None:
        kept = self.kept.get(name)
        return time.fromisoformat(kept) if kept else None
