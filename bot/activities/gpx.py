"""A GPX file's activities: one a track, unless tracks follow one another without a break. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final
from xml.etree.ElementTree import Element

from bot.activities.activity import Activity, Kind, Unfit, kind_of
from bot.activities.markup import ended, said, time
from bot.activities.samples import HEART, MOST_SAMPLES, Sample, Told, activity, number, spot

BREAK: Final = 600.0  # seconds; some write a track for each lap, or begin another after a pause


@dataclass(slots=True)
class _Track:
    """`begin` and `end` are those of its samples, in seconds since 1970."""

    kind: Kind
    segments: list[list[Sample]]
    begin: float
    end: float


def read(content: bytes) -> list[Activity]:
    """The activities, first to last.

    Raises:
        Unfit: "broken", "empty", "no times" or "too much".
    """
    tracks, points = _tracks(content)
    if not tracks:
        raise Unfit("no times" if points else "empty")
    return [activity(track.kind, Told(), track.segments) for track in _joined(tracks)]


def _tracks(content: bytes) -> tuple[list[_Track], int]:
    """The tracks that have times; and how many points there are, those of routes included."""
    tracks, segments, samples, points = list[_Track](), list[list[Sample]](), list[Sample](), 0
    for name, element in ended(content):
        match name:
            case "trkpt" | "rtept" | "wpt":
                points += 1
                if points > MOST_SAMPLES:
                    raise Unfit("too much")
                if name == "trkpt" and (at := time(said(element, "time"))) is not None:
                    place = spot(element.get("lat"), element.get("lon"))
                    samples.append(Sample(at, _heart(element), place=place))
            case "trkseg":
                segments.append(samples)
                samples = []
            case "trk":
                if times := [sample.at for sample in chain.from_iterable(segments)]:
                    tracks.append(_Track(kind_of(said(element, "type")), segments, min(times), max(times)))
                segments = []
            case _:
                continue
        element.clear()
    return tracks, points


def _heart(point: Element) -> float | None:
    """GPX itself has no heart rate; everybody's extension for it calls it hr."""
    rates = (number((rate.text or "").strip(), *HEART) for rate in point.iterfind("{*}extensions//{*}hr"))
    return next(rates, None)


def _joined(tracks: Sequence[_Track]) -> list[_Track]:
    """Tracks of one kind without a break between them as one; nobody does two things at once."""
    joined = list[_Track]()
    for track in sorted(tracks, key=lambda track: (track.begin, -track.end)):
        last = joined[-1] if joined else None
        if last is not None and track.begin < last.end:
            continue  # the same time, told twice
        if last is not None and track.kind == last.kind and track.begin - last.end <= BREAK:
            last.segments.extend(track.segments)
            last.end = track.end
        else:
            joined.append(track)
    return joined
