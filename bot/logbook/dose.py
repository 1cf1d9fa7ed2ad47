"""How much a session was: MET-minutes and load (docs/domain.md 6). Pure."""

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any, Final, NamedTuple

# The 2011 Compendium, rounded, where only the kind and the effort are known (docs/domain.md 6).
EASY_WALK, BRISK_WALK, BRISK_KMH = 3.0, 4.3, 5.5
EASY_RUN, STEADY_RUN, HARD_RUN = 8.3, 9.8, 11.5
STEADY, HARD = 4, 5  # effort from which on a run is that, in Foster's words on the buttons
RIDE, SWIM, MOBILITY, OTHER = 6.0, 6.0, 2.5, 6.0
LIGHT, HEAVY = 3.5, 6.0  # strength, at no effort and at all
# The same of a run by its speed: (km/h, MET); between them in a straight line.
SPEEDS: Final = (
    (6.4, 6.0), (8.0, 8.3), (9.7, 9.8), (11.3, 11.0), (12.9, 11.8), (14.5, 12.8), (16.1, 14.5), (19.3, 19.0),
)
MODERATE: Final = 3.0  # MET from which on minutes count as moderate to vigorous
MILESTONE, PLATEAU = 90, 1200  # minutes a week, and MET-minutes a week where benefits flatten (docs/domain.md 6)

Session = Mapping[str, Any]  # a record of the log, see docs/log-lines.md


class Dose(NamedTuple):
    """What sessions were together: how many, `minutes` of moderate to vigorous movement, MET-minutes, load.

    `load` is RPE x minutes, of the sessions that have both; `felt` is how many those are.
    """

    sessions: int
    minutes: float
    met_minutes: float
    load: float
    felt: int


def met(session: Session) -> float:
    """Its metabolic equivalent; of an effort that was not said, the lowest of its kind."""
    effort, speed = session.get("effort", 0), _kmh(session)
    match session["activity"]:
        case "run" if speed is not None:
            return _of_speed(speed)
        case "run":
            return HARD_RUN if effort >= HARD else STEADY_RUN if effort >= STEADY else EASY_RUN
        case "walk":
            brisk = speed >= BRISK_KMH if speed is not None else effort >= STEADY
            return BRISK_WALK if brisk else EASY_WALK
        case "strength":
            return LIGHT + (HEAVY - LIGHT) * min(float(effort), 10.0) / 10
        case "ride":
            return RIDE
        case "swim":
            return SWIM
        case "mobility":
            return MOBILITY
        case _:
            return OTHER


def together(sessions: Iterable[Session]) -> Dose:
    """The dose of all that was done; what has no minutes counts as a session alone."""
    done = [session for session in sessions if not session.get("planned")]
    timed = [(session["minutes"], session) for session in done if "minutes" in session]
    felt = [minutes * session["effort"] for minutes, session in timed if "effort" in session]
    return Dose(
        len(done), sum(minutes for minutes, session in timed if met(session) >= MODERATE),
        sum(minutes * met(session) for minutes, session in timed), sum(felt), len(felt),
    )


def _kmh(session: Session) -> float | None:
    if not session.get("km") or not session.get("minutes"):
        return None
    return float(session["km"] / session["minutes"] * 60)


def _of_speed(kmh: float) -> float:
    if kmh <= SPEEDS[0][0]:
        return SPEEDS[0][1]
    for (slow, low), (fast, high) in pairwise(SPEEDS):
        if kmh <= fast:
            return low + (high - low) * (kmh - slow) / (fast - slow)
    return SPEEDS[-1][1]
