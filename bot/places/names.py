"""What is worth looking up, and how names compare: München is munchen is MÜNCHEN. Light enough for any process."""

import math
import re
import unicodedata

LONGEST = 100  # characters; no town's name in use has more
LETTERS_LEAST = 2  # a place has that many letters or syllables; "7" and "x" are answers to something else
TAIL_LONGEST = 3  # words: New South Wales

# Diacritics, Arabic vowel signs, and marks that nobody sees: soft hyphens, joiners, directions.
_DROPPED = re.compile("[\u0300-\u036f\u064b-\u0652\u00ad\u200b-\u200f\ufeff]+")
# Punctuation of all scripts that names are written in. Not "everything but \w": that would drop Indian vowels.
_BETWEEN = re.compile(
    "[!-/:-@\\[-`{-~\u00a0\u00b7\u02b0-\u02ff\u0589\u058a\u05be\u060c\u2010-\u206f\u3001-\u3020\u30fb]+"
)
_ALIKE = (("ø", "o"), ("ł", "l"), ("đ", "d"), ("æ", "ae"), ("œ", "oe"), ("ð", "d"), ("þ", "th"), ("\u0131", "i"))
_COMMAS = re.compile("[,;()\u060c\u3001\uff0c\uff1b\uff08\uff09]")  # also Arabic and Chinese ones
# Surrogates, private, unassigned, line ends and other controls: a name that holds one was not typed as a name.
_STRANGE = frozenset({"Cc", "Cs", "Co", "Cn", "Zl", "Zp"})
_OVERRIDES = re.compile("[\u202a-\u202e\u2066-\u2069]")  # they make text read differently from what it says


def is_name(text: str) -> bool:
    """Whether this can be the name of a place at all."""
    text = text.strip()
    if len(text) > LONGEST or _OVERRIDES.search(text):
        return False
    kinds = [unicodedata.category(letter) for letter in text]
    return _STRANGE.isdisjoint(kinds) and sum(kind.startswith("L") for kind in kinds) >= LETTERS_LEAST


def is_spot(latitude: float, longitude: float) -> bool:
    """Whether these are degrees on the globe."""
    return math.isfinite(latitude) and math.isfinite(longitude) and abs(latitude) <= 90 and abs(longitude) <= 180


def folded(text: str) -> str:
    """A name as it is compared: no case, no diacritics, one space for all that is between words. Lines stay lines."""
    text = _BETWEEN.sub(" ", text.lower() if text.isascii() else _plain(text))
    while "  " in text:
        text = text.replace("  ", " ")
    return text.replace(" \n", "\n").replace("\n ", "\n").strip(" ")


def _plain(text: str) -> str:
    text = _DROPPED.sub("", unicodedata.normalize("NFKD", text).casefold())
    for letter, alike in _ALIKE:
        text = text.replace(letter, alike)
    return text


def parts(text: str) -> list[str]:
    """What commas and brackets separate, folded: ["springfield", "il"]."""
    return [part for part in map(folded, _COMMAS.split(text)) if part]


def splits(name: str) -> list[tuple[str, str]]:
    """Where a missing comma may have been: "san jose ca" is ("san jose", "ca") or ("san", "jose ca")."""
    words = name.split(" ")
    tails = range(1, min(TAIL_LONGEST, len(words) - 1) + 1)
    return [(" ".join(words[:-tail]), " ".join(words[-tail:])) for tail in tails]
