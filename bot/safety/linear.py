"""A second opinion where no rule holds: a small linear model over words, which can raise `none` to `concern` at most.

`linear.bin` is made by `python -m tests.safety.weights` from the development data: a threshold, then a weight for each
of `BUCKETS` buckets, one byte each, into which words, pairs of words and pieces of words fall by their CRC.
"""

import struct
from collections.abc import Iterator, Sequence
from functools import cache
from importlib import resources
from itertools import islice
from typing import Final, NamedTuple
from zlib import crc32

LINEAR: Final = "linear"  # the id of this rule
BUCKETS: Final = 1 << 17
PIECES: Final = (3, 4, 5)  # letters
SCALE: Final = 16.0  # a weight of 1 is kept as 16
FEWEST_WORDS: Final = 4  # with less to go by it says nothing
MOST_FEATURES: Final = 1500  # looked at: those of about sixty words
_HEAD: Final = "<f"


class Weights(NamedTuple):
    """What was learned."""

    threshold: float
    buckets: memoryview


def speaks_of_trouble(said: Sequence[str]) -> bool:
    """Whether these words are like those of people who were not all right."""
    weights = _weights()
    return len(said) >= FEWEST_WORDS and score(said, weights.buckets) > weights.threshold


def score(words: Sequence[str], buckets: Sequence[int]) -> float:
    """The mean weight of what the words hold, times the root of how many there are: long messages are no louder."""
    found = [buckets[bucket] for bucket in features(words)]
    return sum(found) / SCALE / len(found) ** 0.5 if found else 0.0


def features(words: Sequence[str]) -> set[int]:
    """The buckets of words, of neighbours, and of pieces of words, whose edges count as letters."""
    return {crc32(feature.encode()) % BUCKETS for feature in islice(_said(words), MOST_FEATURES)}


def _said(words: Sequence[str]) -> Iterator[str]:
    last = "^"
    for word in words:
        yield word
        yield f"{last} {word}"
        yield from _pieces(f"<{word}>")
        last = word


def _pieces(word: str) -> Iterator[str]:
    for length in PIECES:
        for start in range(len(word) - length + 1):
            yield f"#{word[start : start + length]}"


@cache
def _weights() -> Weights:
    content = (resources.files("bot.safety") / "linear.bin").read_bytes()
    head = struct.calcsize(_HEAD)
    return Weights(struct.unpack_from(_HEAD, content)[0], memoryview(content)[head:].cast("b"))


def packed(threshold: float, weights: Sequence[float]) -> bytes:
    """The file for these weights."""
    whole = [max(-127, min(127, round(weight * SCALE))) for weight in weights]
    return struct.pack(_HEAD, threshold) + struct.pack(f"{len(whole)}b", *whole)
