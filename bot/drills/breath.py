"""One breath as a table of moments: what the animation shows in each of its frames. Pure.

A breath is a row of phases, (kind, whole seconds) each; it is looped, so its end is its beginning.
"""

import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from itertools import accumulate, pairwise
from typing import Any, NamedTuple

# Muscles that are tensed and let go are paced as the lungs are (docs/domain.md 5).
GROWS, SHRINKS, STAYS = frozenset({"in", "sip", "tense"}), frozenset({"out", "release"}), frozenset({"hold"})
FPS = 12
SIZE = 320  # pixels of a side
LONGEST = 30  # seconds of one breath
# They count up whenever a worker makes the same differently: what Telegram has by then is the old one.
MADE = {"animation": 1, "voice": 1, "audio": 1, "photo": 1}

Phase = tuple[str, int]
Row = tuple[str, str, Sequence[float | None], Sequence[str]]  # of a picture: word, form, values, texts


class Moment(NamedTuple):
    """One frame: the phase's kind, its second from 1 on, how full the lungs are, and how much of the breath is over.

    The last two go from 0 to 1.
    """

    kind: str
    second: int
    level: float
    over: float


def animation(phases: Sequence[Phase], words: Mapping[str, str]) -> dict[str, Any]:
    """One breath in a picture, with the words for its kinds of phases: see `_medium`."""
    told = {"duration": sum(seconds for _, seconds in phases), "width": SIZE, "height": SIZE}
    return _medium("animation", phases, {"words": {kind: words[kind] for kind, _ in phases}}, told)


def sound(phases: Sequence[Phase], minutes: int, kind: str = "voice") -> dict[str, Any]:
    """Breaths to be heard, as a voice message or as "audio": see `_medium`."""
    return _medium(kind, phases, {"minutes": minutes}, {"duration": lasts(phases, minutes)})


def as_audio(voice: Mapping[str, Any]) -> dict[str, Any]:
    """The same sound for somebody who wants no voice messages."""
    return {**voice, **sound(voice["phases"], voice["minutes"], "audio")}


def picture(rows: Sequence[Row], under: Sequence[str]) -> dict[str, Any]:
    """Somebody's own numbers, see `bot.checkins.picture`; nobody else's, so it is made anew and not kept."""
    fields = [dict(zip(("word", "form", "values", "texts"), row, strict=True)) for row in rows]
    return {**_keyed("photo", {"rows": fields, "under": [*under]}, {}), "own": True}


def _medium(kind: str, phases: Sequence[Phase], more: dict[str, Any], told: dict[str, int]) -> dict[str, Any]:
    """As JSON: what the worker makes, the key under which it is kept, and what Telegram is `told` of it."""
    return _keyed(kind, {"phases": [list(phase) for phase in phases], **more}, told)


def _keyed(kind: str, of: dict[str, Any], told: dict[str, int]) -> dict[str, Any]:
    made_of = {"kind": kind, **of}
    key = json.dumps({"made": MADE[kind], **made_of}, sort_keys=True)
    return {"asset": hashlib.sha256(key.encode()).hexdigest()[:32], "told": told, **made_of}


def moments(phases: Sequence[Phase]) -> list[Moment]:
    """The frames of one breath, `FPS` a second; the first follows the last.

    Raises:
        ValueError: no breath, see `levels`.
    """
    whole = sum(seconds for _, seconds in phases)
    frames: list[Moment] = []
    for (kind, seconds), (before, after) in zip(phases, levels(phases), strict=True):
        for frame in range(seconds * FPS):
            level = before + (after - before) * eased(frame / (seconds * FPS))
            frames.append(Moment(kind, frame // FPS + 1, level, len(frames) / (whole * FPS)))
    return frames


def eased(share: float) -> float:
    """A way from 0 to 1 that begins and ends gently."""
    return (1 - math.cos(math.pi * share)) / 2


def lasts(phases: Sequence[Phase], minutes: int) -> int:
    """How many seconds the breaths take that fit into the minutes: the last one is a whole one too."""
    whole = sum(seconds for _, seconds in phases)
    return minutes * 60 // whole * whole


def levels(phases: Sequence[Phase]) -> list[tuple[float, float]]:
    """How full the lungs are before and after each phase: empty once, full once, and in the end as at the start.

    Raises:
        ValueError: no breath: nothing goes in or out, a phase lasts less than a second, or all together too long.
    """
    if min((seconds for _, seconds in phases), default=0) < 1 or sum(seconds for _, seconds in phases) > LONGEST:
        raise ValueError(f"a breath's phases last from 1 to {LONGEST} seconds in all")
    taken = sum(seconds for kind, seconds in phases if kind in GROWS)
    given = sum(seconds for kind, seconds in phases if kind in SHRINKS)
    unknown = {kind for kind, _ in phases} - GROWS - SHRINKS - STAYS
    if not (taken and given) or unknown:
        raise ValueError("a breath goes in and out, and is held")
    steps = [
        seconds / taken if kind in GROWS else -seconds / given if kind in SHRINKS else 0.0 for kind, seconds in phases
    ]
    path = list(accumulate(steps, initial=0.0))
    lowest, span = min(path), max(path) - min(path)
    return list(pairwise((place - lowest) / span for place in path))
