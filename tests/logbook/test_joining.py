"""One session once: what a file measured and what was typed of it."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.activities.activity import Activity
from bot.logbook.joining import left_of, record_of, wholes, wholes_of
from bot.logbook.records import Record

BEGIN = datetime(2026, 11, 22, 17, 5, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
FILE = Activity("run", BEGIN, 45.2, 8.02, 44.0, 150, 171, 24)
MEASURED = {
    "kind": "session", "activity": "run", "date": "2026-11-22", "minutes": 45.2, "km": 8.02, "at": "18:05",
    "start": "2026-11-22T17:05:00+00:00", "moving": 44, "heart": 150, "highest": 171, "fall": 24,
}


def typed(**fields: Any) -> Record:
    return {"kind": "session", "activity": "run", "date": "2026-11-22", **fields}


def test_a_file_is_logged_on_their_clock() -> None:
    assert record_of(FILE, BERLIN) == MEASURED
    bare = record_of(Activity("swim", BEGIN + timedelta(hours=6), 30), BERLIN)
    assert bare == {"kind": "session", "activity": "swim", "date": "2026-11-23", "minutes": 30, "at": "00:05",
                    "start": "2026-11-22T23:05:00+00:00"}


SAME = pytest.mark.parametrize(
    ("said", "same"),
    [
        ({"km": 8, "minutes": 45}, True), ({"km": 8}, True), ({"minutes": 45}, True), ({}, True),
        ({"km": 8.8, "minutes": 50}, True), ({"minutes": 44}, True), ({"effort": 7, "group": True}, True),
        ({"km": 10}, False), ({"minutes": 60}, False), ({"km": 8, "minutes": 30}, False),
        ({"date": "2026-11-21", "km": 8}, False), ({"activity": "ride", "km": 8}, False),
        ({"activity": "other", "minutes": 45}, True), ({"km": 8, "planned": True}, False),
        ({"km": 8, "at": "18:00"}, True), ({"km": 8, "at": "19:30"}, True), ({"km": 8, "at": "07:00"}, False),
    ],
)


def only_theirs(record: Record) -> Record:
    return {name: record[name] for name in ("effort", "group") if name in record}


NIGHT = {"kind": "sleep", "date": "2026-11-22", "hours": 7}


@SAME
def test_typed_and_then_sent(said: Mapping[str, Any], same: bool) -> None:
    before = typed(**said)
    shown = wholes_of(60, [MEASURED], {50: [NIGHT, before]})
    whole = MEASURED | only_theirs(before)
    assert [one.record for one in shown] == [whole if same else MEASURED]
    assert [one.base for one in shown] == [60]
    assert left_of(shown, 60, {50: [NIGHT, before]}) == ([before] if same else [])


@SAME
def test_sent_and_then_typed(said: Mapping[str, Any], same: bool) -> None:
    after = typed(**said)
    shown = wholes_of(70, [NIGHT, after], {60: [MEASURED]})
    assert [one.record for one in shown] == ([MEASURED | only_theirs(after), NIGHT] if same else [NIGHT, after])
    assert left_of(shown, 70, {60: [MEASURED]}) == ([MEASURED] if same else [])


@pytest.mark.parametrize("order", [(50, 60, 70), (50, 70, 60), (60, 50, 70), (60, 70, 50), (70, 50, 60), (70, 60, 50)])
def test_a_file_has_one_line_and_a_line_one_file(order: tuple[int, ...]) -> None:
    said = {50: [typed(km=8)], 60: [MEASURED], 70: [typed(minutes=45)]}
    assert len(wholes({message: said[message] for message in order})) == 2
    evening = record_of(Activity("run", BEGIN + timedelta(hours=3), 45.2, 8.02), BERLIN)
    said |= {80: [evening]}
    for places in ((*order, 80), (80, *order)):
        assert len(wholes({message: said[message] for message in places})) == 2


def test_the_latest_word_of_it_counts_and_its_parts_stay() -> None:
    said = {"effort": 8, "group": True}
    held = {50: [typed(km=8, effort=3)], 60: [{**MEASURED, "said": said}], 70: [{**MEASURED, "effort": 5}]}
    (whole,) = wholes(held)
    assert whole.record == {**MEASURED, "effort": 5, "group": True}
    assert [message for message, _ in whole.parts] == [50, 60, 70]
    assert [one.record for one in wholes({50: held[50], 60: held[60]})] == [{**MEASURED, **said}]


def test_what_it_was_is_said_where_the_file_does_not() -> None:
    other = {**MEASURED, "activity": "other"}
    for held in ({50: [typed(km=8)], 60: [other]}, {60: [{**other, "said": {"activity": "run"}}]}):
        assert [one.record["activity"] for one in wholes(held)] == ["run"]
    swim = {60: [{**other, "said": {"activity": "swim"}}], 70: [typed(km=8)]}
    assert [one.record["activity"] for one in wholes(swim)] == ["swim", "run"]


@pytest.mark.parametrize(
    ("shift", "length", "known"),
    [
        (0, 45, True), (0.3, 44, True), (20, 45, True), (30, 45, False), (-20, 70, True), (60, 45, False),
        (44, 90, False),
    ],
)
def test_two_watches_on_one_wrist(shift: float, length: float, known: bool) -> None:
    other = record_of(Activity("ride", BEGIN + timedelta(minutes=shift), length), BERLIN)
    for held in ({60: [MEASURED], 70: [other]}, {60: [MEASURED, other]}):  # a file may hold one twice, too
        assert [one.record for one in wholes(held)] == ([MEASURED] if known else [MEASURED, other])


def test_two_that_were_typed_are_two() -> None:
    assert len(wholes({60: [typed(km=8, minutes=45)], 70: [typed(km=8, minutes=45)]})) == 2


def test_an_edit_is_not_joined_with_what_it_replaces() -> None:
    (one,) = wholes_of(60, [typed(km=8, minutes=45)], {60: [MEASURED]})
    assert one.record == typed(km=8, minutes=45)


kinds = st.sampled_from(["run", "ride", "other"])
from_files = st.builds(
    lambda activity, shift, minutes, km: record_of(
        Activity(activity, BEGIN + timedelta(minutes=shift), minutes, km), BERLIN
    ),
    kinds, st.integers(-600, 600), st.integers(1, 120), st.none() | st.integers(1, 20),
)
from_lines = st.builds(
    lambda activity, fields: typed(**{**fields, "activity": activity}),
    kinds, st.fixed_dictionaries({}, optional={"minutes": st.integers(1, 120), "km": st.integers(1, 20)}),
)
several = st.dictionaries(st.integers(1, 9), st.lists(from_files | from_lines, max_size=3), max_size=4)


@given(several)
def test_every_part_is_in_one_whole(held: dict[int, list[Record]]) -> None:
    parts = [part for whole in wholes(held) for part in whole.parts]
    assert sorted(parts, key=repr) == sorted(
        ((message, record) for message, records in held.items() for record in records), key=repr
    )
    for whole in wholes(held):
        lines = [record for _, record in whole.parts if "start" not in record]
        assert len(lines) <= 1
        assert len(whole.parts) == 1 or lines != [record for _, record in whole.parts]


@given(several, st.lists(from_files, min_size=1, max_size=3))
def test_sent_again_it_counts_once(held: dict[int, list[Record]], files: list[Record]) -> None:
    first = {**held, 70: files}
    assert [one.record for one in wholes({**first, 80: files})] == [one.record for one in wholes(first)]
    assert all(one.base != 80 for one in wholes_of(80, files, first))
