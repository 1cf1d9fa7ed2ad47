"""Phrases as a clinician can read them, and what they become: patterns over plain words.

    want to (die | be dead)     one of these
    [really|just]               perhaps one of these
    <want>                      one of a named group of the language's `_words.yaml`
    suicid*                     a word that begins so
    ~                           up to three other words
    ~~                          up to seven
    ^ tonight $                 a whole sentence: here it begins, there it ends

A pattern is made when its words are first met; until then a phrase is the words that it needs.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Final, NamedTuple

from bot.safety.plain import folded

GAPS: Final = {"~": 3, "~~": 7}
EDGES: Final = {"^": "(?<=^ )", "$": "$"}
ANY: Final = "~"  # among the words that come first: any word
_WORD: Final = "[a-z0-9]+"
_TOKEN: Final = re.compile(r"\s*(~~|~|[()\[\]|]|<[a-z_]+>|[^\s()\[\]|<>~]+)")


class PhraseError(ValueError):
    """A phrase that can't be read; names the phrase."""


@dataclass(slots=True, eq=False)
class Phrase:
    """One way to say something. `needs`: of each of these sets a sentence has a word, or it does not say this.

    "suicid*" stands for any word that begins so, there as in the text.
    """

    text: str
    source: str
    needs: tuple[frozenset[str], ...]
    starts: frozenset[str]
    """It begins with one of these; empty when anything may come first."""
    _pattern: re.Pattern[str] | None = field(default=None, repr=False)

    @property
    def pattern(self) -> re.Pattern[str]:
        """Over the words of a sentence, each with a space behind it and one before the first.

        What it finds begins with the space before its first word: `re` finds a letter faster than it looks back.
        """
        if self._pattern is None:
            self._pattern = re.compile(f" {self.source}")
        return self._pattern


class Node(NamedTuple):
    """A part of a phrase. `source`: its pattern, in which each word has a space behind it."""

    source: str
    needs: tuple[frozenset[str], ...] = ()
    starts: frozenset[str] = frozenset()
    may_lack: bool = False
    """Whether it may stand for no word at all."""


class Groups:
    """Ways to say something, by the name of their group; a group is read once, when a phrase first names it."""

    def __init__(self, ways: Mapping[str, Sequence[str]]) -> None:
        self._ways = ways
        self._read: dict[str, Node] = {}
        self._sets: dict[frozenset[str], frozenset[str]] = {}
        self.words = set[str]()  # of all phrases that were read with these groups

    def shared(self, words: frozenset[str]) -> frozenset[str]:
        """The same set, each time these words are needed."""
        return self._sets.setdefault(words, words)

    def node(self, name: str) -> Node | None:
        """What the group becomes; None when there is no such group."""
        if name not in self._read and name in self._ways:
            self._read[name] = _any_of([_Reading(way, self).either(set()) for way in self._ways[name]])
        return self._read.get(name)


def phrase(text: str, groups: Groups) -> Phrase:
    """Read a phrase.

    Raises:
        PhraseError: a bracket is open, a group is not there, or nothing is said.
    """
    reading = _Reading(text, groups)
    node = reading.either(set())
    if reading.rest:
        raise PhraseError(f"{text!r}: {reading.rest[0]!r} stands alone")
    if not node.needs:
        raise PhraseError(f"{text!r} needs no word")
    starts = node.starts if ANY not in node.starts else frozenset()
    # Thousands of phrases need the same few sets.
    return Phrase(text, node.source, tuple(map(groups.shared, node.needs)), groups.shared(starts))


class _Reading:
    """Walks through one phrase from left to right."""

    def __init__(self, text: str, groups: Groups) -> None:
        self._text = text
        self._groups = groups
        self.rest = list(_tokens(text))

    def either(self, closing: set[str]) -> Node:
        """Ways that are told apart by bars, up to one of `closing`."""
        ways = [self._sequence(closing | {"|"})]
        while self.rest and self.rest[0] == "|":
            self.rest.pop(0)
            ways.append(self._sequence(closing | {"|"}))
        return _any_of(ways)

    def _sequence(self, closing: set[str]) -> Node:
        whole = Node("", may_lack=True)
        while self.rest and self.rest[0] not in closing:
            part = self._part()
            whole = Node(
                whole.source + part.source,
                whole.needs + part.needs,
                whole.starts | part.starts if whole.may_lack else whole.starts,
                whole.may_lack and part.may_lack,
            )
        return whole

    def _part(self) -> Node:
        token = self.rest.pop(0)
        if token in GAPS:
            return Node(f"(?:{_WORD} ){{0,{GAPS[token]}}}?", starts=frozenset({ANY}), may_lack=True)
        if token in EDGES:
            return Node(EDGES[token], may_lack=True)
        if token in ("(", "["):
            close = ")" if token == "(" else "]"
            inside = self.either({close})
            if not self.rest or self.rest.pop(0) != close:
                raise PhraseError(f"{self._text!r}: {close!r} is missing")
            if token == "(":
                return inside
            return Node(f"(?:{inside.source})?", (), inside.starts, may_lack=True)
        if token.startswith("<"):
            group = self._groups.node(token[1:-1])
            if group is None:
                raise PhraseError(f"{self._text!r}: there is no group {token}")
            return group
        if token in (")", "]", "|"):
            raise PhraseError(f"{self._text!r}: {token!r} stands alone")
        if token.endswith("*"):
            begins = "".join(plain_words(token[:-1]))
            self._groups.words.add(f"{begins}*")
            return _node(f"{begins}[a-z0-9]* ", f"{begins}*")
        plain = plain_words(token)
        self._groups.words.update(plain)
        return _node("".join(f"{word} " for word in plain), *plain)


@cache
def _node(source: str, *words: str) -> Node:
    alone = [frozenset({word}) for word in words]
    return Node(source, tuple(alone), alone[0] if alone else frozenset(), not alone)


def _tokens(text: str) -> Iterator[str]:
    at = 0
    stripped = text.rstrip()
    while at < len(stripped):
        found = _TOKEN.match(stripped, at)
        if found is None:
            raise PhraseError(f"{text!r} can't be read from {stripped[at:]!r} on")
        yield found[1]
        at = found.end()


@cache
def plain_words(token: str) -> tuple[str, ...]:
    """The words of a text as messages are read."""
    return tuple(re.findall(_WORD, folded(token)))


def _any_of(ways: Iterable[Node]) -> Node:
    """One of these: it needs a word of whatever each of them needs most."""
    every = list(ways)
    if len(every) == 1:
        return every[0]
    return Node(
        "(?:" + "|".join(sorted((way.source for way in every), key=len, reverse=True)) + ")",
        (frozenset().union(*(min(way.needs, key=len) for way in every)),) if all(way.needs for way in every) else (),
        frozenset().union(*(way.starts for way in every)),
        any(way.may_lack for way in every),
    )
