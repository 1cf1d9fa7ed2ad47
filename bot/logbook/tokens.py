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

_LOAD: Final = r"kgs?|kilos?|lbs?|pounds?"
_UNIT: Final = rf"kms?|k|mi|miles?|m|met(?:re|er)s?|h|hrs?|hours?|mins?|minutes?|s|secs?|seconds?|{_LOAD}"
_SHAPES: Final = (  # the first that fits
    ("pace", r"(\d{1,2}):([0-5]\d)\s*(?:min(?:s|utes)?)?\s*(?:/|per|a)\s*(km|k|mi|mile)\b"),
    ("time", r"(0?[1-9]|1[0-2])(?:[:.]([0-5]\d))?\s*([ap])\.?m\b\.?"),
    ("long", r"(\d{1,2}):([0-5]\d):([0-5]\d)"),
    ("colon", r"(\d{1,3}):([0-5]\d)(?:\s*(hrs?|hours?|h|mins?|minutes?|m)\b)?"),
    ("hm", r"(\d{1,2})\s*h(?:rs?|ours?)?\s*(?:and\s*)?([0-5]\d|\d(?=\s*m))(?!\d|[.:]|\s*[/x]\s*\d)\s*"
           r"(?:m(?:in(?:ute)?s?)?)?\b"),
    ("ms", r"(\d{1,3})\s*m(?:in(?:ute)?s?)?\s*(?:and\s*)?([0-5]\d)\s*s(?:ec(?:ond)?s?)?\b"),
    ("range", r"\d+(?:\.\d+)?\s*(?:-|\u2013|to|or)\s*\d+(?:\.\d+)?"
              rf"(?=\s*(?:{_UNIT}|coffees?|cups?|bpm|ms)\b)"),
    ("dotted", r"\d{1,2}\.\d{1,2}\.(?:\d{2,4})?"),
    ("by", rf"(\d{{1,3}})\s*[x\u00d7*]\s*(?=\d+(?:[.:]\d+)?\s*(?:(?:{_UNIT})\b|'))"),
    ("sets", r"(\d{1,3})\s*[x\u00d7*]\s*(\d{1,4})(?![\d:.])"
             rf"(?:\s*[x\u00d7*@]\s*(\d{{1,4}}(?:\.\d+)?)(?![\d.]|\s*(?:%|(?:{_LOAD})\b)))?"),
    ("ratio", r"(\d{1,3}(?:\.\d+)?)\s*(?:/|out of)\s*10\b"),
    ("fraction", r"\d{1,3}(?:\s*/\s*\d{1,3}\b)+"),
    ("number", r"(?:(?<![^\W_])-)?\d+(?:\.\d+)?"),
    ("end", r"[.;\n]+|\bbut\b"),
    ("word", r"[^\W\d_]+(?:['\u2019/-](?![\d\s])[^\W\d_]+)*'?"),
    ("ask", r"\?"),
    ("comma", r"[,!]+|[\U0001f300-\U0001faff]+"),
    ("sign", r"[@&:+/~=<>%\u2013\u2014'-]"),
)
_TOKEN: Final = re.compile("|".join(f"(?P<{name}>{shape})" for name, shape in _SHAPES), re.IGNORECASE)
_DECIMAL: Final = re.compile(r"(?<=\d),(?=\d{1,2}(?!\d))(?!\d{1,2}\s*[x\u00d7])")
_GROUPED: Final = re.compile(r"(?<=\d)[.,](?=\d{3}\s?m(?:et|trs|\b))")  # "10.000 m", "1,500m"
_CLOCKED: Final = re.compile(r"\.[1-5]0$")
_POINT: Final = re.compile(r"(?<!\d)\.(?=\d)")
_SIGNS: Final = str.maketrans(
    dict.fromkeys("\u2019\u02bc`\u00b4\u2032", "'") | {"\u2044": "/", "\u00bc": ".25", "\u00bd": ".5", "\u00be": ".75"}
)


class Token(NamedTuple):
    """One of them.

    `kind` is its shape, or "word"; `meanings` what its words may stand for, by kind. Values: "number" and "ratio" (of
    ten) a float; "km", "kg" and "pace" (minutes a km) a float; "length" minutes, as a float; "m" metres or minutes;
    "time" a minute of the day; "colon" the two numbers; "sets" how many, of how many, and a load or None; "by" how many
    of what follows ("6x" before "800m"); "else" is of a unit that is not kept.
    `marks` are what it makes of a number beside it; a word that has marks only means nothing for the log.
    """

    kind: str
    said: str
    value: Any = None
    meanings: Mapping[str, Any] = {}
    marks: frozenset[str] = frozenset()
    typed: str = ""
    """As it stands in the line, where words matter; empty where they do not."""


class Lexicon(NamedTuple):
    """What words mean, and mark: `forms` and `marks` by their words.

    `words` are right as they are, slips are of those in `mistyped`.
    """

    forms: Mapping[tuple[str, ...], Mapping[str, Any]]
    marks: Mapping[tuple[str, ...], frozenset[str]]
    words: frozenset[str]
    mistyped: Sequence[str]


def tokens(text: str, lexicon: Lexicon) -> list[Token]:
    """The tokens of a line."""
    plain = unicodedata.normalize("NFC", text[:LONGEST]).translate(_SIGNS)
    plain = _POINT.sub("0.", _DECIMAL.sub(".", _GROUPED.sub("", plain)))
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
    "by": lambda said, times: Token("by", said, int(times)),
    "ratio": lambda said, number: Token("ratio", said, float(number)),
    "number": lambda said: Token("number", said, float(said)),
}
_INNER: Final = {
    "pace": 3, "time": 3, "long": 3, "colon": 3, "hm": 2, "ms": 2, "by": 1, "sets": 3, "ratio": 1, "number": 0,
}


def _together(read: Sequence[Token], lexicon: Lexicon) -> list[Token]:
    """Words that stand for something together become one token."""
    whole: list[Token] = []
    place = 0
    while place < len(read):
        token, length = read[place], 1
        if token.kind in ("word", "sign"):
            for length in range(min(WORDS_MOST, len(read) - place), 0, -1):
                said = tuple(one.said for one in read[place : place + length])
                if said in lexicon.forms or said in lexicon.marks:
                    typed = " ".join(one.typed for one in read[place : place + length])
                    token = _meant(" ".join(said), lexicon.forms.get(said, {}))
                    token = token._replace(marks=lexicon.marks.get(said, frozenset()), typed=typed)
                    break
        if token.said != "." or not whole or "among" not in whole[-1].marks:  # "incl. 5k at tempo" goes on
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
    if unit == "h" and _CLOCKED.search(number.said):
        return number._replace(kind="range")  # "7.30 hours" are seven and a half
    if unit in MINUTES:
        return number._replace(kind="length", value=number.value * MINUTES[unit])
    if unit == "half":
        return number._replace(value=number.value + 0.5)
    if unit in ("m", "else"):
        return number._replace(kind=unit)
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


def says_an_amount(text: str, language: str = "en") -> bool:
    """Whether it has words for an amount, such as "half an hour"; costs next to nothing, and mends no slips."""
    return _amounts(language).search(text) is not None


@cache
def _amounts(language: str) -> "re.Pattern[str]":
    kinds = {"numbers", "amounts", "distances"}
    forms = (form for form, meanings in lexicon(language).forms.items() if not kinds.isdisjoint(meanings))
    said = "|".join(r"\s+".join(map(re.escape, form)) for form in forms)
    return re.compile(rf"(?<!\w)(?:{said})(?!\w)", re.IGNORECASE)


@cache
def lexicon(language: str = "en") -> Lexicon:
    """What is known of a language."""
    content = (resources.files("bot.logbook") / f"{language}.yaml").read_text(encoding="utf-8")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast, where it was built
    return read_lexicon(yaml.load(content, loader))


def read_lexicon(content: Mapping[str, Any]) -> Lexicon:
    """From the file's content: lists of forms, forms by what they stand for, or what each form stands for."""
    forms: dict[tuple[str, ...], dict[str, Any]] = defaultdict(dict)
    marks: dict[tuple[str, ...], frozenset[str]] = defaultdict(frozenset)
    not_typos = frozenset(content["not_typos"])
    for kind, entry in content.items():
        for form, value in _entries(entry) if kind not in ("not_typos", "marks") else ():
            forms[_words(form)][kind] = value
    for form, mark in _entries(content["marks"]):
        marks[_words(form)] |= {mark}
    words = frozenset(word for form in forms for word in form)
    marking = frozenset(word for form in marks for word in form)
    mistyped = sorted(word for word in words if len(word) >= SHORT)
    return Lexicon(dict(forms), dict(marks), words | marking | not_typos, mistyped)


def _words(form: str) -> tuple[str, ...]:
    return tuple(match[0].lower() for match in _TOKEN.finditer(form))


def _entries(entry: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(entry, list):
        yield from ((str(form), form) for form in entry)
    else:
        for name, value in entry.items():
            if isinstance(value, list):
                yield from ((str(form), name) for form in value)
            else:
                yield str(name), value
