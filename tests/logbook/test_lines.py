"""Log lines are read as their authors meant them, and never wrongly without a word."""

import json
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bot.logbook.reading import read, ways
from bot.logbook.tokens import LONGEST, lexicon, says_an_amount
from tests.bench.lines import LINES, lines

# Lines of tired people on phones that were once kept as something else; of the same Sunday.
PHONES = yaml.safe_load((Path(__file__).parent / "phones.yaml").read_text(encoding="utf-8"))
NOW = datetime(2026, 11, 22, 18, 0, tzinfo=ZoneInfo("Europe/Berlin"))  # a Sunday
RIGHT = 97  # per cent of each author's lines


@pytest.mark.parametrize("file", LINES, ids=lambda file: file.stem)
def test_authors_who_saw_no_grammar_are_understood(file: Path) -> None:
    table = list(lines(file))
    assert len(table) >= 300
    right = [line for line in table if line.is_right(read(line.text, line.now))]
    assert 100 * len(right) / len(table) >= RIGHT


def test_nothing_is_kept_that_was_not_meant() -> None:
    assert not [line for line in lines(*LINES) if line.is_silently_wrong(read(line.text, line.now))]


WORDS = st.sampled_from(sorted({" ".join(form) for form in lexicon().forms}))
NUMBERS = st.sampled_from(
    ["8", "8k", "45:30", "7:30", "3x8", "60kg", "7/10", "5:30/km", "1h10", "0", "-3", "99999999999", "6,5",
     "0:00/km", "0k", "99:59", "0:00", "25pm", "ago", "days ago", "in"]
)
OTHERS = st.sampled_from([",", ".", "?", "and", "Anna", "\U0001f600"])


@given(st.lists(WORDS | NUMBERS | OTHERS, max_size=14).map(" ".join))
def test_any_words_in_any_order_are_read(text: str) -> None:
    found = read(text, NOW)
    json.dumps(found.records)
    assert all(record["kind"] for record in found.records)


@given(st.text(max_size=LONGEST * 2))
def test_any_text_is_read(text: str) -> None:
    read(text, NOW)


@pytest.mark.parametrize(
    "text",
    ["ran 800 km", "slept 30h", "ran 5k rpe 15", "ran 5k tomorrow", "ran 10k in 10:00", "ran 30", "ran 7:30", "rhr 5",
     "paid 5k for it"],
)
def test_what_can_not_be_or_may_mean_two_things_is_asked(text: str) -> None:
    found = read(text, NOW)
    assert found.ask
    assert not found.records


@pytest.mark.parametrize("text", ["slept at 11", "asleep at 23:00", "woke at 6", "bed at 10"])
def test_a_time_of_the_clock_is_no_length_of_a_night(text: str) -> None:
    assert not read(text, NOW).records


@pytest.mark.parametrize(
    "text",
    [
        "was too tired to run 8k", "forgot to run 8k", "off to run 8k", "run 8k was rained off",
        "training for a marathon", "running a marathon in april", "remind me to stretch for 10 min at 3pm",
        "12k steps today", "walked 12k steps",
        "gym tomorrow at 7", "gym at 6 tonight", "yoga at 7", "gym day 3", "level 5 yoga", "yoga 3 times this week",
        "no coffee after 12", "6-7h sleep", "slept 6 or 7 hours", "2-3 coffees",
        "plank 3x1:30", "15.11. ran 8k", "ran 8k last week", "10k at 5:30", "5m break", "ran 10k with 5k at tempo",
    ],
)
def test_what_a_stranger_found_to_be_read_wrongly_is_not_kept(text: str) -> None:
    assert not read(text, NOW).records


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("coffee @ 3", [{"cups": 1, "last": "15:00"}]), ("green tea 3 cups", [{"cups": 3}]),
        ("yesterday: 3 coffees", [{"cups": 3, "date": "2026-11-21"}]), ("ran 8k +150m", [{"activity": "run", "km": 8}]),
        ("hike 3h 600m ascent", [{"activity": "walk", "minutes": 180}]),
        ("ran 8k pain 3/10", [{"activity": "run", "km": 8}]),
        ("ran 8k max hr 180", [{"activity": "run", "km": 8}]),
        ("5k run then 30 min yoga", [{"activity": "run", "km": 5}, {"activity": "mobility", "minutes": 30}]),
        ("20 min walk, 5k run", [{"activity": "walk", "minutes": 20}, {"activity": "run", "km": 5}]),
        ("sprint tri: 750m swim, 20k bike, 5k run",
         [{"activity": "swim", "km": 0.75}, {"activity": "ride", "km": 20}, {"activity": "run", "km": 5}]),
        ("today ran 8k, yesterday gym 45 min",
         [{"activity": "run", "km": 8}, {"activity": "strength", "date": "2026-11-21", "minutes": 45}]),
    ],
)
def test_what_a_stranger_found_is_read_as_it_was_meant(text: str, kept: list[dict[str, object]]) -> None:
    found = read(text, NOW).records
    plain = [{key: value for key, value in one.items() if key != "kind"} for one in found]
    assert plain == [{"date": "2026-11-22", **one} for one in kept]


@pytest.mark.parametrize("text", PHONES["asked"])
def test_what_tired_thumbs_leave_open_is_asked(text: str) -> None:
    found = read(text, NOW)
    assert found.ask
    assert not found.records


@pytest.mark.parametrize("text", PHONES["nothing"])
def test_what_is_no_log_of_theirs_is_left_alone(text: str) -> None:
    found = read(text, NOW)
    assert not found.ask
    assert not found.records


@pytest.mark.parametrize(("text", "kept"), PHONES["kept"].items())
def test_what_tired_thumbs_say_is_kept_as_it_was_meant(text: str, kept: list[dict[str, object]]) -> None:
    found = read(text, NOW)
    assert found.records == [{"date": "2026-11-22", **one} for one in kept]
    assert not found.ask


@pytest.mark.parametrize(("text", "kept"), PHONES["partly"].items())
def test_what_is_clear_beside_a_doubt_is_kept(text: str, kept: list[dict[str, object]]) -> None:
    found = read(text, NOW)
    assert found.records == [{"date": "2026-11-22", **one} for one in kept]
    assert found.ask


@pytest.mark.parametrize(("text", "offered"), PHONES["ways"].items())
def test_a_day_that_may_lie_ahead_is_offered_both_ways(text: str, offered: list[dict[str, object]]) -> None:
    assert [way.records for way in ways(text, NOW)] == [[one] for one in offered]


@pytest.mark.parametrize(
    ("text", "amount"),
    [("walked half an hour", True), ("Did an  hour of yoga", True), ("ran five k", True), ("ran a half marathon", True),
     ("ok", False), ("not so well, thanks", False), ("someone woke me", False)],
)
def test_an_amount_in_words_is_seen_without_reading(text: str, amount: bool) -> None:
    assert says_an_amount(text) is amount


def parsed(given: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "bot", "parse"], input=given, capture_output=True, text=True, check=False
    )


def test_the_command_answers_line_by_line() -> None:
    asked = {"text": "ran 8k in 45 rpe 6", "now": "2026-11-22T23:30:00+00:00", "tz": "Europe/Berlin"}
    said = parsed(json.dumps(asked) + "\n")
    run = {"kind": "session", "activity": "run", "date": "2026-11-23", "minutes": 45, "km": 8, "effort": 6}
    assert json.loads(said.stdout) == {"records": [run], "ask": False}


@pytest.mark.parametrize(
    "line",
    ["ran 8k", '{"text": "ran 8k"}', '{"text": "x", "now": "y", "tz": "z"}',
     '{"text": 3, "now": "2026-11-22T23:30:00+00:00", "tz": "UTC"}'],
)
def test_the_command_names_a_line_that_it_can_not_read(line: str) -> None:
    said = parsed(line)
    assert said.returncode == 2
    assert "line 1 is not JSON like" in said.stderr
