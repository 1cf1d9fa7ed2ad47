"""One session once: what a file measured and what was typed of it."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.activities.activity import Activity
from bot.logbook.joining import joined, record_of
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


@SAME
def test_typed_and_then_sent(said: Mapping[str, Any], same: bool) -> None:
    before = typed(**said)
    night = {"kind": "sleep", "date": "2026-11-22", "hours": 7}
    found = joined(60, [MEASURED], {50: [night, before]})
    assert found.known is False
    if not same:
        assert (found.own, found.changed) == ([MEASURED], {})
        return
    own = {**{name: value for name, value in before.items() if name in ("effort", "group")}, **MEASURED}
    assert (found.own, found.changed, found.told) == ([own], {50: [night]}, [(60, own)])


@SAME
def test_sent_and_then_typed(said: Mapping[str, Any], same: bool) -> None:
    after = typed(**said)
    night = {"kind": "sleep", "date": "2026-11-22", "hours": 7}
    found = joined(70, [night, after], {60: [MEASURED]})
    if not same:
        assert (found.own, found.changed) == ([night, after], {})
        return
    own = {**{name: value for name, value in after.items() if name in ("effort", "group")}, **MEASURED}
    assert (found.own, found.changed, found.told) == ([night], {60: [own]}, [(70, night), (60, own)])


@pytest.mark.parametrize(
    ("shift", "length", "known"),
    [
        (0, 45, True), (0.3, 44, True), (20, 45, True), (30, 45, False), (-20, 70, True), (60, 45, False),
        (44, 90, False),
    ],
)
def test_two_watches_on_one_wrist(shift: float, length: float, known: bool) -> None:
    other = record_of(Activity("ride", BEGIN + timedelta(minutes=shift), length), BERLIN)
    found = joined(70, [other], {60: [MEASURED]})
    assert found.known is known
    assert found.told == ([(60, MEASURED)] if known else [(70, other)])
    assert (found.own, found.changed) == ([] if known else [other], {})


def test_two_that_were_typed_are_two() -> None:
    found = joined(70, [typed(km=8, minutes=45)], {60: [typed(km=8, minutes=45)]})
    assert (found.own, found.known) == ([typed(km=8, minutes=45)], False)


def test_an_edit_is_not_joined_with_what_it_replaces() -> None:
    assert joined(60, [typed(km=8, minutes=45)], {60: [MEASURED]}).own == [typed(km=8, minutes=45)]


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


@given(st.lists(from_files | from_lines, max_size=4), st.lists(from_files, max_size=4) | st.lists(from_lines))
def test_sent_again_it_is_known_and_nothing_is_lost(before: list[Record], new: list[Record]) -> None:
    first = joined(70, new, {60: before})
    held = {60: first.changed.get(60, before), 70: first.own}
    assert len(first.told) == len(new)
    assert len(held[60]) + len(held[70]) <= len(before) + len(new)
    measured = [one for one in (*before, *new) if "start" in one]
    kept = [one for one in (*held[60], *held[70]) if "start" in one]
    assert bool(measured) == bool(kept)
    files = [one for one in new if "start" in one]
    again = joined(80, files, held)
    assert again.known is bool(files)
    assert (again.own, again.changed) == ([], {})
