"""A line as tokens: numbers in all the shapes that people give them, and words that the log knows. Pure.

What words mean is a file a language (`en.yaml`); the grammar (`bot.logbook.grammar`) sees tokens only.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any, Final, NamedTuple

import yaml
from rapidfuzz import process
from rapidfuzz.distance import OSA

LONGEST: Final = 500  # characters that are read; nobody logs more in a line
SHORT: Final = 4  # letters; shorter words are what they are
LONG: Final = 6  # from here on a wrong letter may be a slip too
WORDS_MOST: Final = 5  # of a form
KM: Final = {"km": 1.0, "mi": 1.609344, "metre": 0.001}
KG: Final = {"kg": 1.0, "lb": 0.453592}
MINUTES: Final = {"min": 1.0, "h": 60.0, "s": 1 / 60}
BEATS: Final = ("bpm", "ms")

_SHAPES: Final = (  # the first that fits
    ("pace", r"(\d{1,2}):([0-5]\d)\s*(?:min(?:s|utes)?)?\s*(?:/|per|a)\s*(km|k|mi|mile)\b"),
    ("time", r"(0?[1-9]|1[0-2])(?:[:.]([0-5]\d))?\s*([ap])\.?m\b\.?"),
    ("long", r"(\d{1,2}):([0-5]\d):([0-5]\d)"),
    ("colon", r"(\d{1,3}):([0-5]\d)(?:\s*(hrs?|hours?|h|mins?|minutes?|m)\b)?"),
    ("hm", r"(\d{1,2})\s*h(?:rs?|ours?)?\s*(?:and\s*)?([0-5]\d|\d(?=\s*m))(?!\d|[.:]|\s*[/x]\s*\d)\s*"
           r"(?:m(?:in(?:ute)?s?)?)?\b"),
    ("ms", r"(\d{1,3})\s*m(?:in(?:ute)?s?)?\s*(?:and\s*)?([0-5]\d)\s*s(?:ec(?:ond)?s?)?\b"),
    ("range", r"\d+(?:\.\d+)?\s*(?:-|\u2013|to|or)\s*\d+(?:\.\d+)?"
              r"(?=\s*(?:h|hrs?|hours?|kms?|k|mins?|coffees?|cups?|mi|miles?)\b)"),
    ("dotted", r"\d{1,2}\.\d{1,2}\.(?:\d{2,4})?"),
    ("sets", r"(\d{1,3})\s*[x\u00d7*]\s*(\d{1,4})(?![\d:.]|\s*(?:s|secs?|seconds?|m|mins?|minutes?)\b)"
             r"(?:\s*[x\u00d7*@]\s*(\d{1,4}(?:\.\d+)?))?"),
    ("ratio", r"(\d{1,3}(?:\.\d+)?)\s*(?:/|out of)\s*10\b"),
    ("number", r"(?:(?<![^\W_])-)?\d+(?:\.\d+)?"),
    ("end", r"[.;\n]+|\bbut\b"),
    ("word", r"[^\W\d_]+(?:['\u2019/-](?![\d\s])[^\W\d_]+)*'?"),
    ("ask", r"\?"),
    ("comma", r"[,!]+|[\U0001f300-\U0001faff]+"),
    ("sign", r"[@&:+/~=\u2013\u2014'-]"),
)
_TOKEN: Final = re.compile("|".join(f"(?P<{name}>{shape})" for name, shape in _SHAPES), re.IGNORECASE)
_DECIMAL: Final = re.compile(r"(?<=\d),(?=\d{1,2}(?!\d))(?!\d{1,2}\s*[x\u00d7])")
_POINT: Final = re.compile(r"(?<!\d)\.(?=\d)")
_QUOTES: Final = str.maketrans(dict.fromkeys("\u2019\u02bc`\u00b4\u2032", "'") | {"\u2044": "/"})


class Token(NamedTuple):
    """One of them.

    `kind` is its shape, or "word"; `meanings` what its words may stand for, by kind. Values: "number" and "ratio" (of
    ten) a float; "km", "kg" and "pace" (minutes a km) a float; "length" minutes, as a float; "m" metres or minutes;
    "time" a minute of the day; "colon" the two numbers; "sets" how many, of how many, and a load or None.
    """

    kind: str
    said: str
    value: Any = None
    meanings: Mapping[str, Any] = {}
    typed: str = ""
    """As it stands in the line, where words matter; empty where they do not."""


class Lexicon(NamedTuple):
    """What words mean: `forms` by their words. `words` are right as they are, slips are of those in `mistyped`."""

    forms: Mapping[tuple[str, ...], Mapping[str, Any]]
    words: frozenset[str]
    mistyped: Sequence[str]


def tokens(text: str, lexicon: Lexicon) -> list[Token]:
    """The tokens of a line."""
    plain = unicodedata.normalize("NFC", text[:LONGEST]).translate(_QUOTES)
    plain = _POINT.sub("0.", _DECIMAL.sub(".", plain))
    return _measured(_together([_mended(token, lexicon) for token in _shapes(plain)], lexicon))


def _shapes(text: str) -> Iterator[Token]:
    for found in _TOKEN.finditer(text):
        kind, said = str(found.lastgroup), found[0].lower()
        if kind == "end" and said == "." and text[found.end() : found.end() + 1].strip():
            kind = "sign"
        first = found.re.groupindex[kind]
        read = _READ.get(kind)
        inner = found.groups()[first : first + _INNER.get(kind, 0)]
        yield (read(said, *inner) if read else Token(kind, said))._replace(typed=found[0])


def _pace(said: str, minutes: str, seconds: str, unit: str) -> Token:
    return Token("pace", said, (int(minutes) + int(seconds) / 60) / KM["km" if unit[0] in "kK" else "mi"])


def _time(said: str, hour: str, minute: str | None, half: str) -> Token:
    return Token("time", said, (int(hour) % 12 + (12 if half in "pP" else 0)) * 60 + int(minute or 0))


def _long(said: str, hours: str, minutes: str, seconds: str) -> Token:
    return Token("length", said, int(hours) * 60 + int(minutes) + int(seconds) / 60)


def _colon(said: str, one: str, other: str, unit: str | None) -> Token:
    if unit is None:
        return Token("colon", said, (int(one), int(other)))
    sixty = int(one) * 60.0 + int(other) if unit[0] in "hH" else int(one) + int(other) / 60
    return Token("length", said, sixty)


def _sets(said: str, sets: str, reps: str, load: str | None) -> Token:
    return Token("sets", said, (int(sets), int(reps), float(load) if load else None))


_READ: Final[Mapping[str, Callable[..., Token]]] = {
    "pace": _pace, "time": _time, "long": _long, "colon": _colon, "sets": _sets,
    "hm": lambda said, hours, minutes: Token("length", said, int(hours) * 60.0 + int(minutes)),
    "ms": lambda said, minutes, seconds: Token("length", said, int(minutes) + int(seconds) / 60),
    "ratio": lambda said, number: Token("ratio", said, float(number)),
    "number": lambda said: Token("number", said, float(said)),
}
_INNER: Final = {"pace": 3, "time": 3, "long": 3, "colon": 3, "hm": 2, "ms": 2, "sets": 3, "ratio": 1, "number": 0}


def _together(read: Sequence[Token], lexicon: Lexicon) -> list[Token]:
    """Words that stand for something together become one token."""
    whole: list[Token] = []
    place = 0
    while place < len(read):
        token, length = read[place], 1
        if token.kind in ("word", "sign"):
            for length in range(min(WORDS_MOST, len(read) - place), 0, -1):
                said = tuple(one.said for one in read[place : place + length])
                if meanings := lexicon.forms.get(said):
                    typed = " ".join(one.typed for one in read[place : place + length])
                    token = _meant(" ".join(said), meanings)._replace(typed=typed)
                    break
        whole.append(token)
        place += length
    return whole


def _meant(said: str, meanings: Mapping[str, Any]) -> Token:
    if "numbers" in meanings:
        return Token("number", said, float(meanings["numbers"]))
    if "amounts" in meanings:
        return Token("length", said, float(meanings["amounts"]))
    return Token("word", said, None, meanings)


def _measured(read: Iterable[Token]) -> list[Token]:
    """A number and its unit become one token; so do hours and the minutes behind them, minutes and their seconds."""
    whole: list[Token] = []
    for token in read:
        last = whole[-1] if whole else None
        made = _with_unit(last, token.meanings.get("units")) if last is not None and last.kind == "number" else None
        if last is None or made is None:
            whole.append(token)
            continue
        said, typed = f"{last.said} {token.said}", f"{last.typed} {token.typed}"
        whole[-1] = made._replace(said=said, typed=typed)
        if made.kind == "length":
            _add_up(whole)
    return whole


def _with_unit(number: Token, unit: str | None) -> Token | None:
    if unit in KM:
        return number._replace(kind="km", value=number.value * KM[unit])
    if unit in KG:
        return number._replace(kind="kg", value=number.value * KG[unit])
    if unit in MINUTES:
        return number._replace(kind="length", value=number.value * MINUTES[unit])
    if unit == "m":
        return number._replace(kind="m")
    return number if unit in BEATS else None  # the number says it all


def _add_up(whole: list[Token]) -> None:
    """"1 hour and 10 minutes" is one length."""
    *before, last = whole
    while before and before[-1].said in ("and", "&"):
        before.pop()
    if before and before[-1].kind == "length" and before[-1].value % 60 == 0 < last.value < 60:
        first = before[-1]
        typed = f"{first.typed} {last.typed}"
        whole[:] = [*before[:-1], first._replace(value=first.value + last.value, typed=typed)]


def _mended(token: Token, lexicon: Lexicon) -> Token:
    said = token.said
    if token.kind != "word" or said in lexicon.words or len(said) < SHORT:
        return token
    near = process.extract(said, lexicon.mistyped, scorer=OSA.distance, score_cutoff=1, limit=9)
    words = [word for word, _, _ in near if word[0] == said[0]]
    # The likeliest slip first: two letters swapped, one missing, one too many; one wrong in a long word only.
    for slips in (
        [word for word in words if sorted(word) == sorted(said)], [word for word in words if len(word) > len(said)],
        [word for word in words if len(word) < len(said)], words if len(said) >= LONG else [],
    ):
        if slips:
            return token._replace(said=slips[0]) if len(slips) == 1 else token
    return token


@cache
def lexicon(language: str = "en") -> Lexicon:
    """What is known of a language."""
    content = (resources.files("bot.logbook") / f"{language}.yaml").read_text(encoding="utf-8")
    return read_lexicon(yaml.safe_load(content))


def read_lexicon(content: Mapping[str, Any]) -> Lexicon:
    """From the file's content: lists of forms, forms by what they stand for, or what each form stands for."""
    forms: dict[tuple[str, ...], dict[str, Any]] = defaultdict(dict)
    not_typos = frozenset(content["not_typos"])
    for kind, entry in content.items():
        for form, value in _entries(entry) if kind != "not_typos" else ():
            forms[tuple(match[0].lower() for match in _TOKEN.finditer(form))][kind] = value
    words = frozenset(word for form in forms for word in form)
    return Lexicon(dict(forms), words | not_typos, sorted(word for word in words if len(word) >= SHORT))


def _entries(entry: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(entry, list):
        yield from ((str(form), form) for form in entry)
    else:
        for name, value in entry.items():
            if isinstance(value, list):
                yield from ((str(form), name) for form in value)
            else:
                yield str(name), value
