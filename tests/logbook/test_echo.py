"""What the coach says that it understood is read again as the same."""

import re
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.logbook.reading import read
from bot.logbook.records import told
from bot.model import Screen
from bot.settings import PROMPTS
from bot.words import Words

NOW = datetime(2026, 11, 22, 18, 0, tzinfo=ZoneInfo("Europe/Berlin"))
WORDS = Words(PROMPTS, "en")


def days(ahead: int = 0, back: int = 6) -> st.SearchStrategy[str]:
    return st.integers(-back, ahead).map(lambda n: str(NOW.date() + timedelta(days=n)))


def number(least: float, most: float) -> st.SearchStrategy[float | int]:
    def plain(value: float) -> float | int:
        return int(value) if value == int(value) else value

    return st.floats(least, most).map(lambda value: plain(round(value, 2)))


def kept(kind: str, back: int = 6, ahead: int = 0, **fields: Any) -> Any:
    """Records of a kind; a field whose name ends with `_` may be missing."""
    must = {name: values for name, values in fields.items() if not name.endswith("_")}
    may = {name.removesuffix("_"): values for name, values in fields.items() if name.endswith("_")}
    return st.fixed_dictionaries({"kind": st.just(kind), "date": days(ahead, back), **must}, optional=may)


# Seconds, as people read them off a watch.
minutes = st.integers(60, 300 * 60).map(lambda seconds: round(seconds / 60, 2)).map(
    lambda value: int(value) if value == int(value) else value
)
clocks = st.times().map(lambda at: at.strftime("%H:%M"))
efforts = st.integers(0, 10)
yes = st.just(True)
exercises = st.sampled_from(["squat", "bench", "deadlift", "pushups", "front squat"])
sets = st.fixed_dictionaries(
    {"exercise": exercises, "sets": st.integers(1, 9), "reps": st.integers(1, 30)}, optional={"kg": st.integers(1, 200)}
)
sports = st.sampled_from(["walk", "ride", "swim", "mobility", "other"])
done = kept("session", activity=sports, minutes=minutes, effort_=efforts, at_=clocks, group_=yes)
runs = kept("session", activity=st.just("run"), km=number(1, 42), effort_=efforts, at_=clocks, group_=yes)
visits = st.lists(sets, min_size=1, max_size=4)
strength = kept("session", activity=st.just("strength"), sets=visits, effort_=efforts, minutes_=minutes)
planned = kept("session", -1, 6, activity=st.sampled_from(["run", "ride"]), km=number(1, 42), planned=yes)
nights = kept("sleep", hours=number(1, 15), quality_=efforts)
vitals = kept("vitals", rhr=st.integers(30, 120), hrv_=st.integers(6, 200))
coffee = kept("caffeine", cups=st.integers(0, 12), last_=clocks)
state = kept("state", state=st.just("revved"))


@settings(deadline=None)  # the first one loads words and templates
@given(done | runs | strength | planned | nights | vitals | coffee | state)
def test_the_echo_is_read_as_the_same_record(record: dict[str, Any]) -> None:
    values = {"records": told([record], NOW.date()), "occasion": "", "minutes": 0, "unsure": False, "known": False}
    echo = re.sub(r"<[^>]+>", "", WORDS.render(Screen("logbook/logged", values), "en").text)
    line = echo.split("\n")[1]
    found = read(line, NOW)
    assert (found.records, found.ask) == ([record], False), line
