"""Which drill fits now: what settled them fastest so far, and now and then another (docs/domain.md 5). Pure."""

from collections import Counter
from collections.abc import Mapping, Sequence
from math import sqrt
from random import Random
from statistics import mean, stdev
from typing import Any, Final, NamedTuple

from bot.drills.goes import AHEAD, BY_NAME, DONE, DRILLS, REVVED, SESSION, WORSE, Drill, Go
from bot.profile.choices import NO_HOLDS, Profile

ENOUGH: Final = 3  # measured goes from which on a drill is ranked (docs/domain.md 5)
FAIRLY, QUITE = 6, 12  # goes from which on we are that sure, if they agree; engine choice
ANOTHER: Final = 0.2  # of the offers: one in five tries something else, once a few goes were made; engine choice
HARD: Final = 7  # effort from which on a session is a hard one: "very hard" in Foster's words

# What fits, the best match first: drills by code, and minutes; after sessions 3 to 8, 5 after hard ones
# (docs/domain.md 3 and 4).
_FITS: Final[Mapping[str, tuple[tuple[str, int], ...]]] = {
    "hard": (("walk", 5), ("", 5), ("moves", 5)),
    "lifted": (("", 5), ("moves", 5), ("pmr", 3)),
    "load": (("", 5), ("walk", 5), ("moves", 5)),
    SESSION: (("", 3), ("walk", 3), ("moves", 3)),
    REVVED: (("", 5), ("sigh", 2), ("pmr", 3), ("walk", 5), ("name", 1)),
    AHEAD: (("", 5), ("walk", 5), ("sigh", 2)),
    "": (("", 5), ("pmr", 3), ("walk", 5), ("sigh", 2), ("3-6", 5), ("moves", 5)),
}
REASONS: Final = tuple(filter(None, _FITS))  # why one is offered, where not by what it did


class Rank(NamedTuple):
    """What a drill did for them: points down a minute, over how many goes, and how `sure` that is.

    `sure` is "early", "fairly" or "quite".
    """

    drill: Drill
    per_minute: float
    goes: int
    sure: str


class Offer(NamedTuple):
    """A drill for now, and why it: `why` is "best" with its rank, "another", or what it fits."""

    drill: Drill
    minutes: int
    occasion: str
    why: str
    rank: Rank | None = None


def allowed(profile: Profile) -> tuple[Drill, ...]:
    """The drills that may be offered to them: none with held breath to whom that is not safe (docs/domain.md 5)."""
    ruled_out = bool(NO_HOLDS & {*profile.health})
    return tuple(drill for drill in DRILLS.values() if not (drill.holds and ruled_out))


def ranked(goes: Sequence[Go]) -> list[Rank]:
    """What settles them fastest, the fastest first: of each drill that was done and measured often enough."""
    by: dict[str, list[float]] = {}
    for go in goes:
        if go.outcome == DONE and go.drop is not None and go.minutes and go.drill in BY_NAME:
            by.setdefault(go.drill, []).append(go.drop / go.minutes)
    ranks = [
        Rank(BY_NAME[name], mean(drops), len(drops), _sure(drops)) for name, drops in by.items() if len(drops) >= ENOUGH
    ]
    return sorted(ranks, key=lambda rank: (-rank.per_minute, -rank.goes, rank.drill.name))


def _sure(drops: Sequence[float]) -> str:
    """Many goes, and more than their spread would do by itself (two standard errors)."""
    clear = abs(mean(drops)) > 2 * stdev(drops) / sqrt(len(drops))
    return "early" if len(drops) < FAIRLY or not clear else "quite" if len(drops) >= QUITE else "fairly"


def offer(profile: Profile, goes: Sequence[Go], occasion: str, seed: object, fits: str | None = None) -> Offer:
    """What to offer on this occasion; the same `seed` gives the same. `fits` says more of it, see `after`."""
    fits = fits if fits is not None else occasion if occasion in _FITS else ""
    welcome = [(DRILLS[code], minutes) for code, minutes in _FITS[fits] if _welcome(DRILLS[code], profile, goes)]
    choices = welcome or [(DRILLS["walk"], 5)]
    ranks = {rank.drill.code: rank for rank in ranked(goes)}
    known = [choice for choice in choices if choice[0].code in ranks]
    best = max(known, key=lambda choice: ranks[choice[0].code].per_minute, default=None)
    if best is not None and ranks[best[0].code].per_minute <= 0:
        best = None
    first = best or choices[0]
    others = [choice for choice in choices if choice != first]
    if others and len(goes) >= ENOUGH and Random(f"{seed}").random() < ANOTHER:
        tried = Counter(go.drill for go in goes)
        drill, minutes = min(others, key=lambda choice: tried[choice[0].name])  # the first of those least done
        return Offer(drill, minutes, occasion, "another")
    drill, minutes = first
    return Offer(drill, minutes, occasion, "best" if best else fits, ranks.get(drill.code) if best else None)


def _welcome(drill: Drill, profile: Profile, goes: Sequence[Go]) -> bool:
    """Not on the breath for whom that makes uneasy, nor what ended badly the last time."""
    last = next((go for go in reversed(goes) if go.drill == drill.name), None)
    return (profile.likes_breathing or not drill.on_the_breath) and (last is None or last.outcome != WORSE)


def after(profile: Profile, goes: Sequence[Go], session: Mapping[str, Any], seed: object) -> Offer:
    """The way down from a session, by what it was (docs/domain.md 3 and 4)."""
    activity = session["activity"]
    if activity == "strength":
        fits = "lifted"
    elif session.get("effort", 0) >= HARD:
        fits = "hard"
    else:
        fits = "load" if profile.aim == "high_load" and activity not in ("walk", "mobility") else SESSION
    return offer(profile, goes, SESSION, seed, fits)
