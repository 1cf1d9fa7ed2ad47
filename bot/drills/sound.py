"""Makes a breath to be heard with closed eyes: a soft tone rises while it goes in, and falls while it goes out.

A hold ticks once a second (docs/domain.md 5). A worker's module (promise 11): one breath is reckoned here, repeated as
often as it fits into the minutes, and packed by an ffmpeg.
"""

import json
import math
import subprocess
import sys
from array import array
from collections.abc import Iterator, Sequence
from contextlib import suppress

from bot.drills import ffmpeg
from bot.drills.breath import STAYS, Phase, eased, lasts, levels

RATE = 8000  # samples a second: plenty for tones so low, and quickly made
LOW, HIGH = 220.0, 330.0  # Hz, empty and full: a fifth
LOUD, FADE = 9000, 0.25  # of 32,767; seconds in which a tone comes and goes, since what begins at once clicks
TICK_HZ, TICK_LOUD, TICK = 660.0, 5000, 0.06  # of a tick, which lasts so many seconds
# Opus as small as it gets, MP3 at a rate that every phone plays: either is some 50 to 60 kB a minute.
FORMATS = {
    "voice": ("-c:a", "libopus", "-b:a", "6k", "-frame_duration", "60", "-f", "ogg"),
    "audio": ("-c:a", "libmp3lame", "-b:a", "8k", "-ar", "16000", "-write_xing", "0", "-f", "mp3"),
}


def answer(request: bytes) -> bytes:
    """The sound of all breaths: Ogg Opus for the kind "voice", MP3 for "audio".

    Args:
        request: JSON {"kind": kind, "phases": [[phase's kind, seconds], ...], "minutes": whole ones}.

    Raises:
        ValueError: the phases are no breath.
        OSError: there is no ffmpeg that can do it.
    """
    asked = json.loads(request)
    phases = [(kind, seconds) for kind, seconds in asked["phases"]]
    breath = heard(phases)
    whole = breath * (lasts(phases, asked["minutes"]) * RATE // len(breath))
    for program in ffmpeg.encoders():
        with suppress(OSError, subprocess.CalledProcessError):  # it may be broken, or lack the format
            return packed(program, whole, asked["kind"])
    raise OSError("no ffmpeg here can do it")


def heard(phases: Sequence[Phase]) -> "array[int]":
    """One breath in samples of 16 bits; every phase begins and ends in silence."""
    samples = array("h")
    for (kind, seconds), (before, after) in zip(phases, levels(phases), strict=True):
        samples += array("h", _tick()) * seconds if kind in STAYS else array("h", _tone(seconds, before, after))
    return samples


def _tone(seconds: int, before: float, after: float) -> Iterator[int]:
    """It glides as the lungs fill and empty: `before` and `after` go from 0 to 1."""
    length, angle = seconds * RATE, 0.0
    for at in range(length):
        level = before + (after - before) * eased(at / length)
        angle += math.tau * LOW * (HIGH / LOW) ** level / RATE
        yield round(LOUD * _fade(at, length, FADE * RATE) * math.sin(angle))


def _tick() -> Iterator[int]:
    """A second that begins with a tick."""
    length = round(TICK * RATE)
    for at in range(length):
        yield round(TICK_LOUD * _fade(at, length, length / 2) * math.sin(math.tau * TICK_HZ * at / RATE))
    yield from (0 for _ in range(length, RATE))


def _fade(at: int, length: int, within: float) -> float:
    return eased(min(1.0, at / within, (length - at) / within))


def packed(program: str, samples: "array[int]", kind: str) -> bytes:
    """A file of that kind; the same samples give the same bytes from the same ffmpeg.

    Raises:
        OSError, CalledProcessError: it can't be started, or can't do it.
    """
    taken = ("-f", f"s16{sys.byteorder[0]}e", "-ar", str(RATE), "-ac", "1", "-i", "-")
    plain = ("-map_metadata", "-1", "-fflags", "+bitexact", "-flags:a", "+bitexact")
    command = [program, "-loglevel", "quiet", *taken, *plain, *FORMATS[kind], "-"]
    return subprocess.run(command, input=samples.tobytes(), stdout=subprocess.PIPE, check=True).stdout
