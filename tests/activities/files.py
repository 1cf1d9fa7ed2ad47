"""Activity files with known truth, written by others' encoders: fit-tool, gpxpy and lxml.

Seconds count from BEGIN. Whoever moves goes north from the same spot, so metres are degrees of latitude.
"""

import struct
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime, timedelta
from math import degrees
from typing import Any

import pytest
from fit_tool.endian import Endian
from fit_tool.fit_file_builder import FitFileBuilder
from fit_tool.profile.messages.event_message import EventMessage
from fit_tool.profile.messages.file_id_message import FileIdMessage
from fit_tool.profile.messages.record_message import RecordMessage
from fit_tool.profile.messages.session_message import SessionMessage
from fit_tool.profile.messages.sport_message import SportMessage
from fit_tool.profile.profile_type import Event, EventType, FileType, Sport
from fit_tool.utils.crc import crc16
from gpxpy.gpx import GPX, GPXTrack, GPXTrackPoint, GPXTrackSegment
from lxml import etree

from bot.activities.activity import Activity, Unfit
from bot.activities.reading import read

BEGIN = datetime(2026, 5, 3, 6, 0, tzinfo=UTC)
EARTH = 6_371_008.8  # metres
SPOT = (48.0, 11.0)
FIT_EPOCH = datetime(1989, 12, 31, tzinfo=UTC)
GARMIN = "http://www.garmin.com/xmlschemas/"
Point = tuple[float, float | None, int | None]  # seconds, metres on the globe, heart rate

Message = Any  # one of fit-tool's hundred classes
Node = Any  # lxml has no types
about: Any = pytest.approx  # stands where a number is expected


def only(content: bytes) -> Activity:
    """The one activity in a file."""
    (activity,) = read(content)
    return activity


def refused(content: bytes) -> str:
    """Why a file is not taken; "" when it is."""
    try:
        read(content)
    except Unfit as unfit:
        return unfit.reason
    return ""


def after(seconds: float) -> datetime:
    return BEGIN + timedelta(seconds=seconds)


def north(metres: float) -> float:
    """The latitude there, in degrees."""
    return SPOT[0] + degrees(metres / EARTH)


# ---- FIT ---------------------------------------------------------------------------------------------


def _millis(seconds: float) -> int:
    return int(after(seconds).timestamp() * 1000)


def _filled(message: Message, **fields: Any) -> Message:
    for name, value in fields.items():
        setattr(message, name, value)
    return message


def file_id(kind: FileType = FileType.ACTIVITY) -> Message:
    return _filled(FileIdMessage(local_id=0), type=kind, time_created=_millis(0))


def record(seconds: float, metres: float | None = None, **fields: Any) -> Message:
    """At that second, so far north; other fields as fit-tool calls them."""
    where = {} if metres is None else {"position_lat": north(metres), "position_long": SPOT[1]}
    return _filled(RecordMessage(local_id=1), timestamp=_millis(seconds), **where, **fields)


def timer(seconds: float, kind: EventType) -> Message:
    return _filled(EventMessage(local_id=2), timestamp=_millis(seconds), event=Event.TIMER, event_type=kind)


def session(begin: float, length: float, sport: Sport = Sport.RUNNING, **fields: Any) -> Message:
    return _filled(
        SessionMessage(local_id=3), start_time=_millis(begin), timestamp=_millis(begin + length), sport=sport,
        total_elapsed_time=length, **fields,
    )


def sport(which: Sport) -> Message:
    return _filled(SportMessage(local_id=4), sport=which)


def fit(*messages: Message, endian: Endian = Endian.LITTLE, kind: FileType = FileType.ACTIVITY) -> bytes:
    builder = FitFileBuilder(auto_define=True)
    for message in (file_id(kind), *messages):
        message.endian = endian
        builder.add(message)
    return bytes(builder.build_bytes())


def sealed(body: bytes) -> bytes:
    """A FIT file of these bytes, with header and sums as they must be."""
    head = struct.pack("<2BHI4s", 14, 0x20, 2100, len(body), b".FIT")
    head += struct.pack("<H", crc16(head))
    return head + body + struct.pack("<H", crc16(head + body))


def definition(local: int, message: int, *fields: tuple[int, int, int], order: str = "<", more: bytes = b"") -> bytes:
    """Of the wire: fields as (number, size, base type); `more` are developer fields with their count."""
    head = bytes([0x40 | (0x20 if more else 0) | local, 0, order == ">"])
    return head + struct.pack(order + "HB", message, len(fields)) + b"".join(map(bytes, fields)) + more


def fit_time(seconds: float) -> int:
    return int((after(seconds) - FIT_EPOCH).total_seconds())


# ---- GPX ---------------------------------------------------------------------------------------------


def gpx(*tracks: tuple[str, Sequence[Iterable[Point]]]) -> bytes:
    """Tracks as (type, segments)."""
    whole = GPX()
    whole.nsmap["gpxtpx"] = GARMIN + "TrackPointExtension/v1"
    for kind, segments in tracks:
        track: Any = GPXTrack()  # whose type is annotated as None
        track.type = kind
        whole.tracks.append(track)
        for points in segments:
            track.segments.append(GPXTrackSegment([_point(*point) for point in points]))
    return whole.to_xml(version="1.1").encode()


def _point(seconds: float, metres: float | None, heart: int | None) -> GPXTrackPoint:
    point = GPXTrackPoint(north(metres or 0), SPOT[1], time=after(seconds))
    if heart is not None:
        extension = etree.Element(f"{{{GARMIN}TrackPointExtension/v1}}TrackPointExtension")
        etree.SubElement(extension, f"{{{GARMIN}TrackPointExtension/v1}}hr").text = str(heart)
        point.extensions.append(extension)
    return point


# ---- TCX ---------------------------------------------------------------------------------------------

NAMESPACE = GARMIN + "TrainingCenterDatabase/v2"


def tcx(*activities: Node, around: Callable[[Node, Sequence[Node]], object] = lambda root, nodes: None) -> bytes:
    """A file of these activities, or of what `around` puts in their place."""
    root = etree.Element(f"{{{NAMESPACE}}}TrainingCenterDatabase", nsmap={None: NAMESPACE})
    around(root, activities)
    if not len(root):
        node(root, "Activities").extend(activities)
    return bytes(etree.tostring(root, xml_declaration=True, encoding="UTF-8"))


def node(parent: Node, name: str, text: object = None, **attributes: str) -> Node:
    child = etree.SubElement(parent, f"{{{NAMESPACE}}}{name}", attrib=attributes)
    child.text = None if text is None else str(text)
    return child


def tcx_activity(name: str, *laps: Node) -> Node:
    activity = etree.Element(f"{{{NAMESPACE}}}Activity", Sport=name)
    node(activity, "Id", _iso(0))
    activity.extend(laps)
    return activity


def lap(
    begin: float, took: float | None, metres: float | None, *tracks: Iterable[Point], mean: int | None = None,
    highest: int | None = None, counted: bool = True,
) -> Node:
    """`counted`: points have the distance so far as a number, else a position."""
    whole = etree.Element(f"{{{NAMESPACE}}}Lap", StartTime=_iso(begin))
    if took is not None:
        node(whole, "TotalTimeSeconds", took)
    if metres is not None:
        node(whole, "DistanceMeters", metres)
    for name, value in (("AverageHeartRateBpm", mean), ("MaximumHeartRateBpm", highest)):
        if value is not None:
            node(node(whole, name), "Value", value)
    for points in tracks:
        track = node(whole, "Track")
        for seconds, gone, heart in points:
            point = node(track, "Trackpoint")
            node(point, "Time", _iso(seconds))
            if gone is not None and counted:
                node(point, "DistanceMeters", gone)
            elif gone is not None:
                position = node(point, "Position")
                node(position, "LatitudeDegrees", f"{north(gone):.9f}")
                node(position, "LongitudeDegrees", SPOT[1])
            if heart is not None:
                node(node(point, "HeartRateBpm"), "Value", heart)
    return whole


def _iso(seconds: float) -> str:
    return after(seconds).isoformat().replace("+00:00", "Z")
