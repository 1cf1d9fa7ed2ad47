"""Phrases as a clinician can read them, and what they become: patterns over plain words.

    want to (die | be dead)     one of these
    [really|just]               perhaps one of these
    <want>                      one of a named group of the language's `_words.yaml`
    suicid*                     a word that begins so
    ~                           up to three other words
    ~~                          up to seven

A pattern is made when its words are first met; until then a phrase is the words that it needs.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from bot.safety.plain import folded

GAPS: Final = {"~": 3, "~~": 7}
_WORD: Final = "[a-z0-9]+"
_TOKEN: Final = re.compile(r"\s*(~~|~|[()\[\]|]|<[a-z_]+>|[^\s()\[\]|<>~]+)")
Groups = Mapping[str, "tuple[str, ...]"]


class PhraseError(ValueError):
    """A phrase that can't be read; names the phrase."""


@dataclass(slots=True)
class Phrase:
    """One way to say something. `needs`: of each of these sets a sentence has a word, or it does not say this.

    "suicid*" stands for any word that begins so, there as in the text.
    """

    text: str
    source: str
    needs: tuple[frozenset[str], ...]
    words: frozenset[str]
    _pattern: re.Pattern[str] | None = field(default=None, repr=False)

    @property
    def pattern(self) -> re.Pattern[str]:
        """Over the words of a sentence, each with a space behind it and one before the first."""
        if self._pattern is None:
            self._pattern = re.compile(f"(?<= ){self.source}")
        return self._pattern


def phrase(text: str, groups: Groups) -> Phrase:
    """Read a phrase.

    Raises:
        PhraseError: a bracket is open, a group is not there, or nothing is said.
    """
    reading = _Reading(text, groups)
    node = reading.either(set())
    if reading.rest:
        raise PhraseError(f"{text!r}: {reading.rest[0]!r} stands alone")
    source, needs, words = node
    if not needs:
        raise PhraseError(f"{text!r} needs no word")
    return Phrase(text, source, tuple(needs), frozenset(words))


Node = tuple[str, list[frozenset[str]], set[str]]  # the pattern, in which each word has a space behind it; needs; words


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
        source, needs, words = "", list[frozenset[str]](), set[str]()
        while self.rest and self.rest[0] not in closing:
            part = self._part()
            source += part[0]
            needs += part[1]
            words |= part[2]
        return source, needs, words

    def _part(self) -> Node:
        token = self.rest.pop(0)
        if token in GAPS:
            return f"(?:{_WORD} ){{0,{GAPS[token]}}}?", [], set()
        if token in ("(", "["):
            close = ")" if token == "(" else "]"
            source, needs, words = self.either({close})
            if not self.rest or self.rest.pop(0) != close:
                raise PhraseError(f"{self._text!r}: {close!r} is missing")
            return (source, needs, words) if token == "(" else (f"(?:{source})?", [], words)
        if token.startswith("<"):
            if token[1:-1] not in self._groups:
                raise PhraseError(f"{self._text!r}: there is no group {token}")
            return _any_of([_Reading(way, self._groups).either(set()) for way in self._groups[token[1:-1]]])
        if token in (")", "]", "|"):
            raise PhraseError(f"{self._text!r}: {token!r} stands alone")
        if token.endswith("*"):
            begins = "".join(_plain_words(token[:-1]))
            return f"{begins}[a-z0-9]* ", [frozenset({f"{begins}*"})], {f"{begins}*"}
        plain = _plain_words(token)
        return "".join(f"{word} " for word in plain), [frozenset({word}) for word in plain], set(plain)


def _tokens(text: str) -> Iterator[str]:
    at = 0
    stripped = text.rstrip()
    while at < len(stripped):
        found = _TOKEN.match(stripped, at)
        if found is None:
            raise PhraseError(f"{text!r} can't be read from {stripped[at:]!r} on")
        yield found[1]
        at = found.end()


def _plain_words(token: str) -> list[str]:
    return re.findall(_WORD, folded(token))


def _any_of(ways: Iterable[Node]) -> Node:
    """One of these: it needs a word of whatever each of them needs most."""
    every = list(ways)
    if len(every) == 1:
        return every[0]
    source = "(?:" + "|".join(sorted((way[0] for way in every), key=len, reverse=True)) + ")"
    words = set().union(*(way[2] for way in every))
    if all(way[1] for way in every):
        return source, [frozenset().union(*(min(way[1], key=len) for way in every))], words
    return source, [], words
