"""A breath as a sound: what is heard in each second of it, and the file that Telegram plays."""

import json
import math
import subprocess
from array import array
from collections.abc import Iterator, Sequence
from itertools import pairwise

import pytest

from bot.drills import ffmpeg, sound
from bot.drills.breath import Phase, lasts
from bot.drills.sound import HIGH, LOUD, LOW, RATE, TICK_HZ, TICK_LOUD, heard

CALM = (("in", 4), ("out", 6))
HELD = (("in", 4), ("hold", 4), ("out", 6), ("hold", 2))
STEEPEST = max(math.tau * HIGH * LOUD, math.tau * TICK_HZ * TICK_LOUD) / RATE  # from one sample to the next


def made(kind: str, minutes: int, phases: Sequence[Phase] = CALM) -> bytes:
    return sound.answer(json.dumps({"kind": kind, "phases": phases, "minutes": minutes}).encode())


def decoded(file: bytes) -> "array[int]":
    """The samples of a file, as ffmpeg hears them."""
    raw = ("-f", "s16le", "-ac", "1", "-ar", str(RATE))
    command = [next(ffmpeg.encoders()), "-loglevel", "error", "-i", "-", *raw, "-"]
    samples = array("h")
    samples.frombytes(subprocess.run(command, input=file, capture_output=True, check=True, timeout=60).stdout)
    return samples


def pitch(samples: Sequence[int]) -> float:
    """Hz of a tone, by how often it crosses zero."""
    crossed = sum(1 for one, other in pairwise(samples) if (one < 0) != (other < 0))
    return crossed * RATE / (2 * len(samples))


def pitches(samples: Sequence[int], seconds: int) -> list[float]:
    """The pitch of each half second, but for the one at either end, where the tone comes and goes."""
    half = RATE // 2
    return [pitch(samples[at : at + half]) for at in range(half, seconds * RATE - half, half)]


def leap(samples: Sequence[int]) -> int:
    """The farthest way from one sample to the next."""
    return max(abs(after - before) for before, after in pairwise(samples))


def rises(tones: Sequence[float]) -> bool:
    return all(before <= after + 2 for before, after in pairwise(tones)) and tones[-1] > tones[0] * 1.1


@pytest.mark.parametrize("phases", [CALM, HELD, (("in", 2), ("sip", 1), ("out", 7)), (("out", 6), ("in", 4))], ids=str)
def test_it_rises_on_the_way_in_falls_on_the_way_out_and_ticks_in_holds(phases: tuple[Phase, ...]) -> None:
    samples, start = heard(phases), 0
    assert len(samples) == sum(seconds for _, seconds in phases) * RATE
    for kind, seconds in phases:
        phase = samples[start : start + seconds * RATE]
        start += seconds * RATE
        assert phase[0] == 0
        assert abs(phase[-1]) < 20
        if kind == "hold":
            for second in range(seconds):
                after = phase[second * RATE : (second + 1) * RATE]
                assert 0 < max(after[: RATE // 10]) <= TICK_LOUD < LOUD
                assert not any(after[RATE // 10 :])
        elif seconds > 1:
            tones = pitches(phase, seconds)
            assert rises(tones if kind == "in" else tones[::-1])
            assert LOW - 2 <= min(tones) <= max(tones) <= HIGH + 2
    assert leap([*samples, *samples[:2]]) <= STEEPEST * 1.02


def test_a_sip_goes_on_where_the_breath_in_ended() -> None:
    samples = heard((("in", 2), ("sip", 1), ("out", 7)))
    end, sip = (pitch(samples[round(at * RATE) : round((at + 0.3) * RATE)]) for at in (1.65, 2.5))
    assert LOW < end < sip <= HIGH + 2


@pytest.mark.parametrize(("kind", "begins"), [("voice", b"OggS"), ("audio", b"ID3")])
def test_a_file_sounds_as_it_was_meant(kind: str, begins: bytes) -> None:
    file = made(kind, 1)
    assert file.startswith(begins)
    assert (b"OpusHead" in file) == (kind == "voice")
    samples = decoded(file)
    assert len(samples) / RATE == pytest.approx(60, abs=0.25)
    for start in (0, 20, 50):
        assert rises(pitches(samples[start * RATE : (start + 4) * RATE], 4))
        assert rises(pitches(samples[(start + 4) * RATE : (start + 10) * RATE], 6)[::-1])
    assert leap(samples) < 1.7 * STEEPEST  # a click would be four times that


@pytest.mark.parametrize("kind", sound.FORMATS)
def test_five_minutes_are_no_burden(kind: str) -> None:
    file = made(kind, 5)
    assert len(file) <= 301_000
    assert len(decoded(file)) / RATE == pytest.approx(300, abs=0.25)


def test_it_ends_with_the_last_whole_breath() -> None:
    assert [lasts(CALM, minutes) for minutes in (1, 3, 5)] == [60, 180, 300]
    assert [lasts(HELD, minutes) for minutes in (1, 5)] == [48, 288]
    assert len(decoded(made("audio", 1, HELD))) / RATE == pytest.approx(48, abs=0.25)


def test_the_same_breath_is_the_same_file() -> None:
    assert made("voice", 1) == made("voice", 1)


@pytest.mark.parametrize("phases", [(), (("in", 4),), (("in", 0), ("out", 6)), (("clench", 5), *CALM)])
def test_what_is_no_breath_is_refused(phases: tuple[Phase, ...]) -> None:
    with pytest.raises(ValueError, match="breath"):
        made("voice", 1, phases)


@pytest.mark.parametrize("found", [(), ("/no/such/ffmpeg", "false")])
def test_without_an_ffmpeg_that_can_there_is_no_sound(
    found: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    def encoders() -> Iterator[str]:
        yield from found

    monkeypatch.setattr(ffmpeg, "encoders", encoders)
    with pytest.raises(OSError, match="no ffmpeg"):
        made("voice", 1)
