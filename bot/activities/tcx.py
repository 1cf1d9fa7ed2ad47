"""A TCX file's activities, from their laps. Pure."""

from typing import Final, NamedTuple
from xml.etree.ElementTree import Element

from bot.activities.activity import Activity, Unfit, kind_of
from bot.activities.markup import ended, figure, said, time
from bot.activities.samples import FARTHEST, HEART, LONGEST, MOST_SAMPLES, Sample, Told, activity, spot

LENGTH: Final = (0.0, LONGEST)
DISTANCE: Final = (0.0, FARTHEST)


class _Lap(NamedTuple):
    """What a lap says: seconds since 1970, seconds without pauses, metres, beats a minute."""

    begin: float | None
    took: float | None
    metres: float | None
    mean: float | None
    highest: float | None


def read(content: bytes) -> list[Activity]:
    """The activities in the file's order; of a multi-sport session its legs, without the transitions.

    Raises:
        Unfit: "broken", "empty", "no times" or "too much".
    """
    activities, points, courses = list[Activity](), 0, False
    laps, segments, samples = list[_Lap](), list[list[Sample]](), list[Sample]()
    without = Unfit("empty")
    for name, element in ended(content):
        match name:
            case "Trackpoint":
                points += 1
                if points > MOST_SAMPLES:
                    raise Unfit("too much")
                if (at := time(said(element, "Time"))) is not None:
                    samples.append(_sample(at, element))
            case "Track":
                segments.append(samples)
                samples = []
            case "Lap":
                laps.append(_lap(element))
            case "Activity" | "Transition" | "Course":
                if name == "Activity" and laps:
                    try:
                        activities.append(activity(kind_of(element.get("Sport")), _told(laps), segments))
                    except Unfit as unfit:
                        without = unfit
                courses = courses or name == "Course"
                laps, segments = [], []
            case _:
                continue
        element.clear()
    if not activities:
        raise Unfit("no times") if courses else without
    return activities


def _sample(at: float, point: Element) -> Sample:
    place = spot(said(point, "Position", "LatitudeDegrees"), said(point, "Position", "LongitudeDegrees"))
    heart = figure(point, "HeartRateBpm", "Value", within=HEART)
    return Sample(at, heart, figure(point, "DistanceMeters", within=DISTANCE), place)


def _lap(lap: Element) -> _Lap:
    return _Lap(
        time(lap.get("StartTime")),
        figure(lap, "TotalTimeSeconds", within=LENGTH),
        figure(lap, "DistanceMeters", within=DISTANCE),
        figure(lap, "AverageHeartRateBpm", "Value", within=HEART),
        figure(lap, "MaximumHeartRateBpm", "Value", within=HEART),
    )


def _told(laps: list[_Lap]) -> Told:
    """Of all laps together; what one of them does not say is not known of the whole."""
    begins = [lap.begin for lap in laps if lap.begin is not None]
    took = [lap.took for lap in laps if lap.took is not None]
    metres = [lap.metres for lap in laps if lap.metres is not None]
    if not laps or len(begins) < len(laps) or len(took) < len(laps):
        return Told(begin=min(begins, default=None))
    moving, beats = sum(took), [lap.mean * lap.took for lap in laps if lap.mean is not None and lap.took is not None]
    last = max(laps, key=lambda lap: lap.begin or 0)
    return Told(
        begin=min(begins),
        length=(last.begin or 0) + (last.took or 0) - min(begins),
        moving=moving,
        metres=sum(metres) if len(metres) == len(laps) else None,
        mean=sum(beats) / moving if moving and len(beats) == len(laps) else None,
        highest=max((lap.highest for lap in laps if lap.highest is not None), default=None),
    )
