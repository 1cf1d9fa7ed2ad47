"""Phrases as a clinician can read them, and how they are read.

    want to (die | be dead)     one of these
    [really|just]               perhaps one of these
    <want>                      one of a named group of the language's `_words.yaml`
    suicid*                     a word that begins so
    wär                         also "waer", as people write it without the umlaut
    ~                           up to three other words
    ~~                          up to seven
    ^ tonight $                 a whole sentence: here it begins, there it ends
    sold & goodbye              both, in any order, in this sentence or one of those beside it

A phrase becomes a tree (`bot.safety.parts`) when it is first looked for; until then it is the words and neighbours that
it needs.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from itertools import pairwise
from typing import Final, NamedTuple

from bot.safety.parts import Edge, Either, Ends, Gap, OneOf, Part, Perhaps, Row, Said, Sequel
from bot.safety.plain import FIRST_LETTERS, folded

GAPS: Final = {"~": 3, "~~": 7}
EDGES: Final = ("^", "$")
BESIDE: Final = " & "
ANY: Final = "~"  # among the words that come first or last: any word
MOST_PAIRS: Final = 40  # of neighbours that a phrase asks for at one place; where it may be more it asks for words
MOST_NEEDS: Final = 3  # of a phrase; the rarest few tell it from nearly all others
WORDS_IN_MEMORY: Final = 1000  # while phrases are read; all of them together would weigh more than the rules
_WORD: Final = re.compile("[a-z0-9]+")
_UMLAUTS: Final = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})
_TOKEN: Final = re.compile(r"\s*(~~|~|[()\[\]|]|<[a-z_]+>|[^\s()\[\]|<>~]+)")


class PhraseError(ValueError):
    """A phrase that can't be read; names the phrase."""


class Node(NamedTuple):
    """A part and what is known about it before any text is seen: words and pairs of words that it needs, one of each
    set; the words that it may begin and end with.
    """

    part: Part
    needs: tuple[frozenset[str], ...] = ()
    starts: frozenset[str] = frozenset()
    lasts: frozenset[str] = frozenset()
    may_lack: bool = False
    """Whether it may stand for no word at all."""


class Groups:
    """Ways to say something, by the name of their group; a group is read once, when a phrase first names it."""

    def __init__(self, ways: Mapping[str, Sequence[str]]) -> None:
        self._ways = ways
        self._read: dict[str, Node] = {}
        self.words = set[str]()  # of all phrases that were read with these groups

    def __getstate__(self) -> Mapping[str, Sequence[str]]:
        return self._ways  # what was read of them is read again

    def __setstate__(self, ways: Mapping[str, Sequence[str]]) -> None:
        Groups.__init__(self, ways)

    def node(self, name: str) -> Node | None:
        """What the group becomes; None when there is no such group."""
        if name not in self._read and name in self._ways:
            self._read[name] = _any_of([_Reading(way, self).either(set()) for way in self._ways[name]])
        return self._read.get(name)


@dataclass(slots=True, eq=False)
class Phrase:
    """One way to say something. `needs`: of each of these sets a sentence has a form, or it does not say this."""

    text: str
    groups: Groups
    needs: Sequence[Collection[str]]
    starts: Collection[str]
    """It begins with one of these; empty when anything may come first."""
    also: tuple["Phrase", ...] = ()
    """What must be said near it."""
    _part: Part | None = None

    @property
    def part(self) -> Part:
        """The tree."""
        if self._part is None:
            self._part = _Reading(self.text, self.groups).whole().part
        return self._part

    def may_be(self, said: Said) -> bool:
        """Whether the sentence has what it needs."""
        is_missing = said.at.keys().isdisjoint
        for needed in self.needs:  # noqa: SIM110 - asked thousands of times a message: twice as fast as any()
            if is_missing(needed):
                return False
        return True

    def follows(self, said: Said, at: int) -> bool:
        """Whether it begins at this place."""
        return self.may_be(said) and bool(self.part.ends(said, at))

    def found(self, said: Said) -> Iterator[tuple[int, Ends]]:
        """Where it begins and all places behind it."""
        if not self.may_be(said):
            return
        if self.starts:
            places = sorted(place for form in self.starts if form in said.at for place in said.at[form])
        else:
            places = list(range(len(said.words)))
        for place in places:
            if ends := self.part.ends(said, place):
                yield place, ends


def phrase(text: str, groups: Groups) -> Phrase:
    """Read a phrase.

    Raises:
        PhraseError: a bracket is open, a group is not there, or nothing is said.
    """
    first, *also = text.split(BESIDE)
    node = _Reading(first, groups).whole()
    starts = frozenset[str]() if ANY in node.starts else node.starts
    return Phrase(first, groups, node.needs, starts, tuple(phrase(one, groups) for one in also))


def keep_the_rarest(phrases: Sequence[Phrase]) -> frozenset[str]:
    """Leave each phrase those of its needs that the fewest ask for, the rarest first.

    Returns: the neighbours that are still needed.
    """
    common = Counter(form for one in phrases for needed in one.needs for form in needed)
    shared = dict[tuple[str, ...], tuple[str, ...]]()  # thousands of phrases need the same few forms

    def small(forms: Collection[str]) -> tuple[str, ...]:
        sorted_ = tuple(sorted(forms))  # a set is ten times as large
        return shared.setdefault(sorted_, sorted_)

    for one in phrases:
        rarest = sorted(one.needs, key=lambda needed: sum(common[form] for form in needed))[:MOST_NEEDS]
        one.needs, one.starts = tuple(map(small, rarest)), small(one.starts)
    return frozenset(form for forms in shared for form in forms if " " in form)


class _Reading:
    """Walks through one phrase from left to right."""

    def __init__(self, text: str, groups: Groups) -> None:
        self._text = text
        self._groups = groups
        self.rest = list(_tokens(text))

    def whole(self) -> Node:
        """All of it; errors as in `phrase`."""
        node = self.either(set())
        if self.rest:
            raise PhraseError(f"{self._text!r}: {self.rest[0]!r} stands alone")
        if not node.needs:
            raise PhraseError(f"{self._text!r} needs no word")
        return node

    def either(self, closing: set[str]) -> Node:
        """Ways that are told apart by bars, up to one of `closing`."""
        ways = [self._sequence(closing | {"|"})]
        while self.rest and self.rest[0] == "|":
            self.rest.pop(0)
            ways.append(self._sequence(closing | {"|"}))
        return _any_of(ways)

    def _sequence(self, closing: set[str]) -> Node:
        nodes = list[Node]()
        while self.rest and self.rest[0] not in closing:
            nodes.append(self._part())
        return _one_after_another(nodes)

    def _part(self) -> Node:
        token = self.rest.pop(0)
        if token in GAPS:
            any_word = frozenset({ANY})
            return Node(_gap(GAPS[token]), (), any_word, any_word, may_lack=True)
        if token in EDGES:
            return Node(_edge(token == "$"), may_lack=True)
        if token in ("(", "["):
            close = ")" if token == "(" else "]"
            inside = self.either({close})
            if not self.rest or self.rest.pop(0) != close:
                raise PhraseError(f"{self._text!r}: {close!r} is missing")
            return inside if token == "(" else inside._replace(part=Perhaps(inside.part), needs=(), may_lack=True)
        if token.startswith("<"):
            group = self._groups.node(token[1:-1])
            if group is None:
                raise PhraseError(f"{self._text!r}: there is no group {token}")
            return group
        if token in (")", "]", "|"):
            raise PhraseError(f"{self._text!r}: {token!r} stands alone")
        return _any_of([self._word(token, plain) for plain in spellings(token)])

    def _word(self, token: str, plain: tuple[str, ...]) -> Node:
        if not plain:
            raise PhraseError(f"{self._text!r}: {token!r} has no letter")
        if token.endswith("*"):
            plain = (f"{''.join(plain)}*",)
            if len(plain[0]) <= FIRST_LETTERS:
                raise PhraseError(f"{self._text!r}: {token!r} has fewer than {FIRST_LETTERS} letters")
        self._groups.words.update(plain)
        return _words(plain)


@lru_cache(WORDS_IN_MEMORY)
def _words(words: tuple[str, ...]) -> Node:
    alone = [frozenset({word}) for word in words]
    part: Part = OneOf(alone[0]) if words and words[0].endswith("*") else Row(words)
    if not words:
        return Node(part, may_lack=True)
    pairs = [frozenset({f"{one} {other}"}) for one, other in pairwise(words)]
    return Node(part, (*alone, *pairs), alone[0], alone[-1])


@cache
def _gap(most: int) -> Gap:
    return Gap(most)


@cache
def _edge(last: bool) -> Edge:
    return Edge(last)


def _tokens(text: str) -> Iterator[str]:
    at = 0
    stripped = text.rstrip()
    while at < len(stripped):
        found = _TOKEN.match(stripped, at)
        if found is None:
            raise PhraseError(f"{text!r} can't be read from {stripped[at:]!r} on")
        yield found[1]
        at = found.end()


@lru_cache(WORDS_IN_MEMORY)
def plain_words(token: str) -> tuple[str, ...]:
    """The words of a text as messages are read."""
    return tuple(_WORD.findall(folded(token)))


def spellings(token: str) -> Sequence[tuple[str, ...]]:
    """The same, with each umlaut as a bare letter, and as two letters: "ä" is typed "a" and "ae"."""
    return list(dict.fromkeys(map(plain_words, (token, token.translate(_UMLAUTS)))))


def _one_after_another(nodes: Sequence[Node]) -> Node:
    parts, row = list[Part](), tuple[str, ...]()
    needs, starts, lasts, may_lack = list[frozenset[str]](), frozenset[str](), frozenset[str](), True
    for node in nodes:
        needs += node.needs
        if not may_lack and not node.may_lack:
            needs += _pairs(lasts, node.starts)
        starts |= node.starts if may_lack else frozenset()
        lasts = lasts | node.lasts if node.may_lack else node.lasts
        may_lack = may_lack and node.may_lack
        if isinstance(node.part, Row):
            row += node.part.words
            continue
        if row:
            parts.append(_words(row).part)
        row = ()
        parts.append(node.part)
    if row or not parts:
        parts.append(_words(row).part)
    return Node(parts[0] if len(parts) == 1 else Sequel(tuple(parts)), tuple(needs), starts, lasts, may_lack)


def _pairs(lasts: frozenset[str], firsts: frozenset[str]) -> Iterator[frozenset[str]]:
    """What must be neighbours where these may end and those may begin; nothing where it may be anything."""
    if ANY not in lasts | firsts and len(lasts) * len(firsts) <= MOST_PAIRS:
        yield frozenset(f"{last} {first}" for last in lasts for first in firsts)


def _any_of(ways: Iterable[Node]) -> Node:
    """One of these: it needs a word of whatever each of them needs most."""
    every = list(ways)
    if len(every) == 1:
        return every[0]
    words, by_first, others = set[str](), defaultdict[str, list[Part]](list), list[Part]()
    for way in every:
        if isinstance(way.part, OneOf):
            words |= way.part.words
        elif isinstance(way.part, Row) and len(way.part.words) == 1:
            words |= way.starts
        elif way.may_lack or ANY in way.starts:
            others.append(way.part)
        else:
            for first in way.starts:
                by_first[first].append(way.part)
    one = [OneOf(frozenset(words))] if words else []
    many = by_first or others
    return Node(
        Either({first: tuple(parts) for first, parts in by_first.items()}, (*one, *others)) if many else one[0],
        (frozenset().union(*(min(way.needs, key=_how_common) for way in every)),)
        if all(way.needs for way in every) else (),
        frozenset().union(*(way.starts for way in every)),
        frozenset().union(*(way.lasts for way in every)),
        any(way.may_lack for way in every),
    )


def _how_common(needed: frozenset[str]) -> tuple[bool, int, int]:
    """Neighbours are seen less often than words, few less often than many, long ones less often than short ones."""
    return not all(" " in form for form in needed), len(needed), -min(map(len, needed))
