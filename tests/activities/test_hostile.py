"""Files that are none, that are damaged, or that were made to hurt: a reason each, and never anything else."""

import struct
import zipfile
from io import BytesIO

import pytest
from fit_tool.profile.profile_type import EventType
from fit_tool.utils.crc import crc16
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.activities.activity import Activity, Unfit
from bot.activities.markup import MOST_ELEMENTS, ended
from bot.activities.reading import read
from bot.activities.samples import HEART, LONGEST, MOST_SAMPLES, TIMES
from tests.activities.files import (
    Point,
    definition,
    fit,
    fit_time,
    gpx,
    lap,
    record,
    refused,
    sealed,
    session,
    tcx,
    tcx_activity,
    timer,
)

POINTS: list[Point] = [(at, at * 3.0, 120 + at // 10) for at in range(0, 301, 10)]
REST = [record(at, 900.0, heart_rate=150 - (at - 300) // 2) for at in range(310, 380, 10)]
GOOD = {
    "fit": fit(
        *(record(at, metres, heart_rate=heart) for at, metres, heart in POINTS), *REST,
        timer(300, EventType.STOP_ALL), session(0, 300, total_distance=900.0, avg_heart_rate=140),
    ),
    "gpx": gpx(("running", [POINTS])),
    "tcx": tcx(tcx_activity("Running", lap(0, 300, 900.0, POINTS, mean=140))),
}
MARKS = st.sampled_from([
    b"nan", b"-1", b"1e999", b"<", b">", b"&", b"]]>", b"\0", b"\xff", b"0001-01-01T00:00:00+23:59",
    b"9999-12-31T23:59:59-23:59", b"<!DOCTYPE", b"<trk>", b"</trk>", b"<Lap>", b"</Activity>",
])
Damage = list[tuple[float, bytes, int]]
DAMAGE = st.lists(st.tuples(st.floats(0, 1), st.binary(max_size=8) | MARKS, st.integers(0, 40)), max_size=8)


def damaged(content: bytes, damage: Damage) -> bytes:
    """In so many places something else stands for so many bytes."""
    for share, instead, length in damage:
        place = int(share * len(content))
        content = content[:place] + instead + content[place + length:]
    return content


def can_be(activity: Activity) -> bool:
    """Whether all figures are within what a session can be."""
    rates = [rate for rate in (activity.mean, activity.highest) if rate is not None]
    return (
        TIMES[0] <= activity.start.timestamp() <= TIMES[1]
        and 0 < activity.minutes * 60 <= LONGEST
        and (activity.km is None or 0 < activity.km <= 35 * activity.minutes * 60 / 1000 + 1e-9)
        and (activity.moving is None or 0 <= activity.moving <= activity.minutes)
        and all(HEART[0] <= rate <= HEART[1] for rate in rates)
        and (activity.fall is None or 0 <= activity.fall <= HEART[1])
    )


def test_the_undamaged_ones_are_read() -> None:
    assert {kind: refused(content) for kind, content in GOOD.items()} == {"fit": "", "gpx": "", "tcx": ""}
    (whole,) = read(GOOD["fit"])
    assert (whole.minutes, whole.fall) == (5, 30)


def outcome(content: bytes) -> str:
    """The reason, or "" for activities that can be; anything else raises."""
    try:
        activities = read(content)
    except Unfit as unfit:
        return unfit.reason
    assert activities
    assert all(map(can_be, activities))
    return ""


@settings(max_examples=300, deadline=None)
@given(kind=st.sampled_from(sorted(GOOD)), damage=DAMAGE)
def test_damage_is_a_reason_or_an_activity_that_can_be(kind: str, damage: Damage) -> None:
    assert outcome(damaged(GOOD[kind], damage)) in ("", "not one", "broken", "empty", "no times", "too much")


@settings(max_examples=300, deadline=None)
@given(damage=DAMAGE)
def test_damage_to_a_fit_file_behind_sums_that_are_right(damage: Damage) -> None:
    assert outcome(sealed(damaged(GOOD["fit"][14:-2], damage))) in ("", "broken", "empty", "no times")


@pytest.mark.parametrize(("kind", "known"), [
    ("fit", 12), ("gpx", GOOD["gpx"].index(b"<trk>")), ("tcx", GOOD["tcx"].index(b"<Activities>")),
])
def test_a_file_that_is_cut_off_is_broken_from_where_its_format_is_known(kind: str, known: int) -> None:
    content = GOOD[kind].rstrip()
    assert {refused(content[:size]) for size in range(known, len(content), 7)} == {"broken"}
    assert {refused(content[:size]) for size in range(1, 12)} == {"not one"}


@pytest.mark.parametrize("place", range(14, len(GOOD["fit"]), 41))
def test_one_bit_of_a_fit_file_is_enough(place: int) -> None:
    content = bytearray(GOOD["fit"])
    content[place] ^= 1
    assert refused(bytes(content)) == "broken"


def zipped() -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("activity.fit", GOOD["fit"])
    return file.getvalue()


@pytest.mark.parametrize("content", [
    b"x", b"\0" * 100, zipped(), b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 10, b"ran 8k", "l\xe4uft".encode("latin1"),
    b"<", b"<html><body>Sign in</body></html>", b"<!DOCTYPE html><html></html>", b'{"sport": "run"}', b"<kml/>",
    b'<svg xmlns="http://www.w3.org/2000/svg"/>', b'<?xml version="1.0" encoding="no-such"?><gpx/>', b"\xff\xfe<\0g\0",
])
def test_what_is_no_activity_file(content: bytes) -> None:
    assert refused(content) == "not one"


def test_no_bytes_at_all() -> None:
    assert refused(b"") == "empty"


# ---- XML that was made to hurt -----------------------------------------------------------------------

LAUGHS = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(9))
BOMBS = {
    "billion laughs": f'<!DOCTYPE gpx [<!ENTITY l0 "ha">{LAUGHS}]><gpx>&l9;</gpx>',
    "quadratic": f'<!DOCTYPE gpx [<!ENTITY a "{"a" * 50_000}">]><gpx>{"&a;" * 50_000}</gpx>',
    "external": '<!DOCTYPE gpx [<!ENTITY x SYSTEM "file:///etc/passwd">]><gpx>&x;</gpx>',
    "parameter": '<!DOCTYPE gpx [<!ENTITY % x SYSTEM "http://127.0.0.1/x">%x;]><gpx/>',
    "outside": '<!DOCTYPE gpx SYSTEM "http://127.0.0.1/gpx.dtd"><gpx/>',
    "in the middle": '<gpx><trk/><!DOCTYPE gpx [<!ENTITY a "a">]></gpx>',
}


@pytest.mark.parametrize("name", BOMBS)
def test_what_has_a_dtd_is_refused(name: str) -> None:
    assert refused(BOMBS[name].encode()) == ("broken" if name == "in the middle" else "not one")


def test_nor_does_the_reading_itself_take_a_dtd() -> None:
    with pytest.raises(Unfit, match="broken"):
        list(ended(BOMBS["outside"].encode()))


@pytest.mark.parametrize("opened", ["<gpx>" + "<a>" * 1_000_000, "<gpx>" + "<a>" * 41 + "</a>" * 41 + "</gpx>"])
def test_nesting_without_an_end(opened: str) -> None:
    assert refused(opened.encode()) == "too much"


@pytest.mark.parametrize(("content", "reason"), [
    (f'<gpx a="{"x" * 2_000_000}"/>', "empty"),
    ("<gpx " + " ".join(f'a{n}=""' for n in range(100_000)) + "/>", "empty"),
    ("<gpx>" + "<a/>" * MOST_ELEMENTS + "</gpx>", "too much"),
    (f"<gpx><trk><trkseg><trkpt><time>{'9' * 2_000_000}</time></trkpt></trkseg></trk></gpx>", "no times"),
    ("<gpx>" + "<wpt/>" * (MOST_SAMPLES + 1) + "</gpx>", "too much"),
    ("<TrainingCenterDatabase>" + "<Trackpoint/>" * (MOST_SAMPLES + 1) + "</TrainingCenterDatabase>", "too much"),
], ids=["a long attribute", "many attributes", "many elements", "a long time", "many points", "many points of TCX"])
def test_huge_parts(content: str, reason: str) -> None:
    assert refused(content.encode()) == reason


# ---- FIT that was made to hurt -----------------------------------------------------------------------

SESSION = definition(3, 18, (253, 4, 0x86), (2, 4, 0x86), (5, 1, 0), (7, 4, 0x86)) + b"\x03" + struct.pack(
    "<IIBI", fit_time(600), fit_time(0), 1, 600_000
)


@pytest.mark.parametrize(("body", "reason"), [
    (b"", "empty"),
    (b"\x07" + SESSION, "broken"),
    (definition(0, 20, (253, 0, 0x86)) + b"\0" + SESSION, ""),
    (definition(0, 20, *[(3, 255, 2)] * 255) + b"\0" + b"\x05" * 255 * 255 + SESSION, ""),
    (definition(0, 20, *[(253, 4, 0x86)] * 3) + b"\0" + b"\xff" * 12 + SESSION, ""),
    (definition(0, 20, (253, 3, 0x86), (3, 1, 0x0D)) + b"\0\1\2\3\4" + SESSION, ""),
    (definition(0, 20, (253, 4, 0x07), (3, 4, 0x88)) + b"\0text" + struct.pack("<f", float("nan")) + SESSION, ""),
    (definition(0, 20, (253, 4, 0x86), more=b"\x01\x09\x04\x09") + b"\0" + b"\1" * 8 + SESSION, ""),
    (definition(0, 65_535, (1, 1, 2)) + b"\0\1" + SESSION, ""),
    (SESSION[:-1], "broken"),
    (definition(0, 20)[:-1] + b"\xff", "broken"),
], ids=[
    "nothing", "not defined", "a field of no size", "255 fields of 255 bytes", "three times", "odd sizes", "odd types",
    "developer fields of nobody", "an unknown message", "cut within", "definition without its fields",
])
def test_absurd_definitions(body: bytes, reason: str) -> None:
    assert refused(sealed(body)) == reason


@pytest.mark.parametrize("size", [0, 1, 2**31, 2**32 - 1])
def test_a_header_that_lies_about_the_size(size: int) -> None:
    head = struct.pack("<2BHI4s", 12, 0x20, 2100, size, b".FIT")
    content = head + SESSION
    assert refused(content + struct.pack("<H", crc16(content))) == "broken"


def test_more_records_than_anybody_moves() -> None:
    records = definition(0, 20, (3, 1, 2)) + b"\0\x60" * (MOST_SAMPLES + 1)
    assert refused(sealed(records)) == "too much"
