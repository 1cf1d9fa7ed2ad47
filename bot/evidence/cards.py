"""Where advice comes from, and how sure that is (docs/domain.md 10). The claims are in `prompts/`. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Sure = Literal["trials", "trial", "cohorts", "small", "ours"]
PRACTICE = "Popa & Mirea 2026"


@dataclass(frozen=True, slots=True)
class Evidence:
    """`source` is None for what is our own choice."""

    source: str | None
    sure: Sure


CARDS: Mapping[str, Evidence] = {
    "any_minutes": Evidence("Pearce et al. 2022, JAMA Psychiatry", "cohorts"),
    "before_it": Evidence(PRACTICE, "small"),
    "caffeine": Evidence("Gardiner et al. 2023, Sleep Medicine Reviews", "trials"),
    "company": Evidence("Frontiers in Sports 2022, 10.3389/fspor.2022.643150", "small"),
    "exhale": Evidence("Laborde et al. 2021, Sustainability 13:7775", "trial"),
    "food": Evidence(PRACTICE, "small"),
    "handing_over": Evidence(None, "ours"),
    "heart": Evidence("Düking et al. 2021, JSAMS", "small"),
    "naming": Evidence(PRACTICE, "small"),
    "outside": Evidence("Noetel et al. 2024, BMJ 384:e075847", "trials"),
    "settling": Evidence(PRACTICE, "small"),
    "sitting": Evidence("Duran et al. 2023, MSSE; Bull et al. 2020 (WHO)", "small"),
    "steady_sleep": Evidence(PRACTICE, "small"),
    "talk_test": Evidence(PRACTICE, "small"),
}
