"""A message as plain words: what people type on a phone, and what they type to hide it, in one spelling.

    text > letters without accents, disguises and invisible ones > words > sentences of words

Nothing is understood here. All of it is linear in the length of the text, which is cut to `LONGEST_TEXT`.
"""

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Final, NamedTuple

LONGEST_TEXT: Final = 4096  # Telegram's own limit for a message; longer can only come from a forged update
LONGEST_SENTENCE, OVERLAP = 48, 16  # words; who uses no full stops writes one long sentence, looked at in pieces
FIRST_LETTERS: Final = 2  # of a word, by which its beginnings are found
SHORT: Final = 4  # letters: shorter words are what they are
RUN_TOGETHER, LONGEST_WORD, LONGEST_PART = 8, 80, 14  # letters of what may be words without spaces, and of these
LONG_ENOUGH: Final = 24  # letters of a word with stars in it
MOST_UNKNOWN: Final = 1200  # letters of words that no rule knows, looked at more closely; others stay as typed
ALONE: Final = "i"  # the one letter that is a word of what people run together
SCRAPS: Final = 2.5  # letters a part on average: ordinary long words fall apart into scraps of five languages

# Apostrophes go: "don't" is "dont" for many anyway.
_APOSTROPHES: Final = "'`\u2018\u2019\u02bc\u2032\u00b4\uff07"
_ENDS: Final = ".!?;:\u3002\u203d\u00a1\u00bf()[]"
_QUOTES: Final = "\"\u201c\u201d\u201e\u00ab\u00bb"  # what is quoted belongs to who is named before it
_PAUSES: Final = ",\u2013\u2014\u2015\u060c"
# Letters of other alphabets that look like ours, and those that do not fall apart by themselves.
_LOOKALIKES: Final = dict(zip(
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u0501\u04bb\u043a\u043c\u0442\u043d\u0432"
    "\u03b1\u03b5\u03bf\u03c1\u03b9\u03ba\u03c4\u0131\u0142\u00f8\u0111\u0261",
    "aeopcyxijsdhkmthb" "aeopiktilodg", strict=True,
)) | {"\u00df": "ss", "\u0153": "oe", "\u00e6": "ae"}
_LETTERS: Final = dict(zip("01345789@$", "oieastbgas", strict=True))  # inside a word: "su1c1de"
_AS_LETTER: Final = re.compile(r"(?<=[a-z])[01345789@$](?=[a-z])")
_STAR_ROW: Final = re.compile(r"[*#_-]+")
_NOT_IN_STARRED: Final = re.compile(r"[^a-z0-9*#_-]")
_STARRED: Final = re.compile(r"[a-z][*#_-]+[a-z]")
_PILED_MARKS: Final = re.compile("[\u0300-\u036f]{3,}")
_TRAILING: Final = re.compile(r"\.{2,}|\u2026")  # "not... wake up" is one sentence
_STRETCHED: Final = re.compile(r"([a-z])\1\1")
_REPEATED: Final = re.compile(r"([a-z])\1+")
_APART: Final = re.compile(r"(?<=\s)[a-z](?:[ .*_-]{1,2}[a-z]){2,}(?=[\s|,])")
_DECIMAL: Final = re.compile(r"(?<=\d)[.:,](?=\d)")  # ends no sentence
_DOTTED: Final = re.compile(r"(?<![a-z])[a-z](?:\.[a-z]){2,}(?![a-z])")
_BETWEEN: Final = re.compile("[^a-z]+")
_NO_LETTER: Final = re.compile("[^a-z0-9]+")
MASK: Final = "_"  # no word that anybody can write
_TRANSLATED: Final = str.maketrans(
    {
        **dict.fromkeys(_APOSTROPHES), **dict.fromkeys(_ENDS, " | "), **dict.fromkeys(_PAUSES, " , "),
        **dict.fromkeys(_QUOTES, " "), **_LOOKALIKES,
    }
)


class Sentence(NamedTuple):
    """Words of one sentence, or a piece of a long one. `paused`: the places before which there was a comma."""

    words: tuple[str, ...]
    paused: frozenset[int]


class Line(NamedTuple):
    """Words between two full stops or ends of lines. `goes_on`: no full stop is behind them."""

    words: tuple[str, ...]
    paused: frozenset[int]
    goes_on: bool

    def and_then(self, other: "Line") -> "Line":
        """Both as one."""
        behind = (place + len(self.words) for place in other.paused)
        return Line(self.words + other.words, self.paused.union(behind), other.goes_on)


class Vocabulary(NamedTuple):
    """The words that rules know; of these the ones that people disguise, and those that are known with a letter wrong.

    `slips`: each of the last by itself and by every way to leave one letter out of it. `begins`: what words may begin
    with, by its first letters, for rules that say no more ("suicid*").
    """

    words: frozenset[str]
    disguised: tuple[str, ...]
    slips: Mapping[str, str]
    begins: Mapping[str, Sequence[str]]

    def forms(self, word: str) -> tuple[str, ...]:
        """The word, and those of its beginnings that rules ask for."""
        begins = self.begins.get(word[:FIRST_LETTERS])
        return (word, *(f"{one}*" for one in begins if word.startswith(one))) if begins else (word,)


def vocabulary(words: Iterable[str], disguised: Iterable[str], mistyped: Iterable[str]) -> Vocabulary:
    """Of all words in the rules, and beginnings of words ("suicid*")."""
    whole, begins = set[str](), defaultdict[str, list[str]](list)
    for word in sorted(words):
        if word.endswith("*"):
            begins[word[:FIRST_LETTERS]].append(word[:-1])
        else:
            whole.add(word)
    slips = {way: word for word in sorted(mistyped) for way in (word, *_one_left_out(word))}
    return Vocabulary(frozenset(whole), tuple(sorted(disguised)), slips, dict(begins))


def folded(text: str) -> str:
    """Lower case, without accents, apostrophes and what can't be seen; letters that only look like ours are ours."""
    text = text[:LONGEST_TEXT]
    if not text.isascii():
        # Sorting a long pile of marks is quadratic in `normalize`, so zalgo goes first.
        text = unicodedata.normalize("NFKD", _PILED_MARKS.sub("", text))
    joined = _DOTTED.sub(lambda letters: letters[0].replace(".", ""), _DECIMAL.sub(" ", text.lower()))
    return _TRAILING.sub(", ", joined).translate(_TRANSLATED).encode("ascii", "ignore").decode()


def lines(text: str, known: Vocabulary) -> list[Line]:
    """The lines of a message, its words spelled as the rules spell them."""
    plain = _AS_LETTER.sub(lambda found: _LETTERS[found[0]], folded(text))
    plain = _APART.sub(lambda letters: _put_together(_BETWEEN.sub("", letters[0]), known), f" {plain} ")
    speller = _Speller(known)
    found = list[Line]()
    for part in plain.split("|"):
        for raw in part.split("\n"):
            found.append(_line(raw, speller))
        found[-1] = found[-1]._replace(goes_on=False)
    return [line for line in found if line.words]


def _line(text: str, speller: "_Speller") -> Line:
    words: list[str] = []
    paused: set[int] = set()
    for raw in text.split():
        if raw == ",":
            paused.add(len(words))
            continue
        words += speller.words(raw)
    return Line(tuple(words), frozenset(paused), goes_on=True)


def sentences(lines: Sequence[Line]) -> list[Sentence]:
    """What is read as one. Some end a line where others write a full stop, some in the middle: it is read both ways."""
    joined = [one.and_then(other) for one, other in pairwise(lines) if one.goes_on]
    # The same sentence again says nothing new.
    return list(dict.fromkeys(piece for line in (*lines, *joined) for piece in _pieces(line)))


def _pieces(line: Line) -> Iterator[Sentence]:
    words, paused, _ = line
    for first in range(0, max(len(words) - OVERLAP, 1), LONGEST_SENTENCE - OVERLAP):
        piece = words[first : first + LONGEST_SENTENCE]
        yield Sentence(piece, frozenset(place - first for place in paused if 0 <= place - first < len(piece)))


class _Speller:
    """Spells what is written between two spaces as words that we know, if it can be; each once in a message."""

    def __init__(self, known: Vocabulary) -> None:
        self._known = known
        self._spelled: dict[str, Sequence[str]] = {}
        self._left = MOST_UNKNOWN

    def words(self, raw: str) -> Sequence[str]:
        """Its words."""
        if raw not in self._spelled:
            self._spelled[raw] = (raw,) if raw in self._known.words else self._words(raw)
        return self._spelled[raw]

    def _words(self, raw: str) -> Sequence[str]:
        known = self._known
        hidden = _behind_stars(raw, known) if _STARRED.search(raw) else None
        if hidden is not None:
            return [hidden]
        words: list[str] = []
        for word in _NO_LETTER.sub(" ", raw).split():
            if word in known.words or len(word) < SHORT or len(known.forms(word)) > 1 or self._left < 0:
                words.append(word)
            else:
                self._left -= len(word)
                words += _respelled(word, known)
        return words


def _respelled(word: str, known: Vocabulary) -> Sequence[str]:
    """A word that no rule knows: stretched, clipped ("dyin"), run together, or mistyped; most are none of these."""
    if _STRETCHED.search(word):
        once = _REPEATED.sub(r"\1", word)
        usual = next((way for way in (once, *_doubled(once)) if way in known.words), once)
        return (usual,)
    if word.endswith("in") and f"{word}g" in known.words:
        return (f"{word}g",)
    if RUN_TOGETHER <= len(word) <= LONGEST_WORD:
        apart = _told_apart(word, known.words)
        if apart:
            return apart
    ways = (word, *_one_left_out(word)) if len(word) <= LONGEST_PART else ()
    return (next((known.slips[way] for way in ways if way in known.slips), word),)


def _put_together(letters: str, known: Vocabulary) -> str:
    return " ".join(_told_apart(letters[:LONGEST_WORD], known.words)) or letters


def _one_left_out(word: str) -> Iterator[str]:
    return (word[:place] + word[place + 1 :] for place in range(1, len(word)))


def _doubled(word: str) -> Iterator[str]:
    return (word[: place + 1] + word[place:] for place in range(len(word)))


def _behind_stars(raw: str, known: Vocabulary) -> str | None:
    """The word that is hidden so: "k*ll", "su**ide", "s-u-i-c-i-d-e"."""
    # A row of stars is one gap: two gaps beside each other could share letters in every way there is.
    gaps = _STAR_ROW.sub(lambda row: f"[a-z]{{0,{len(row[0]) + 1}}}", _NOT_IN_STARRED.sub("", raw[:LONG_ENOUGH]))
    pattern = re.compile(gaps)
    return next((word for word in known.disguised if pattern.fullmatch(word)), None)


def _told_apart(word: str, words: frozenset[str]) -> list[str]:
    """The fewest known words of which this consists ("iwanttodie"); none when it does not.

    Of as few, those with a long one among them: "vreau sa mor", not "vrea us amor".
    """
    # Up to each letter: how many parts, their squares (less is better) and where the last of them begins.
    best: list[tuple[int, int, int] | None] = [(0, 0, 0), *[None] * len(word)]
    for start in range(len(word)):
        before = best[start]
        if before is None:
            continue
        for end in range(start + 1, min(start + LONGEST_PART, len(word)) + 1):
            part = word[start:end]
            if part in words and (len(part) > 1 or part in ALONE):
                way, known = (before[0] + 1, before[1] - len(part) ** 2, start), best[end]
                if known is None or way < known:
                    best[end] = way
    parts, end = list[str](), len(word)
    while end and (way_there := best[end]) is not None:
        parts.append(word[way_there[2] : end])
        end = way_there[2]
    return parts[::-1] if parts and len(word) >= SCRAPS * len(parts) else []
