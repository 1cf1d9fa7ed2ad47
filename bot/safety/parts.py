"""What phrases become: small trees that walk along the words of a sentence.

A part says all places at which it may end when it begins at one, and what a choice says about a place is remembered:
nothing is tried in more ways than a sentence has places.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from bot.safety.plain import MASK, Vocabulary

Ends = Sequence[int]


class Said:
    """The words of a sentence, and what was found out about them.

    `forms`: of each word, itself and those of its beginnings that phrases ask for ("suicid*"); `at`: the places of each
    form, and of each two neighbours that phrases ask for ("to die").
    """

    def __init__(self, words: Sequence[str], known: Vocabulary, pairs: frozenset[str]) -> None:
        self.words = tuple(words)
        self.forms = list(map(known.forms, words))
        self.at: dict[str, list[int]] = {}
        before: Sequence[str] = ()
        for place, forms in enumerate(self.forms):
            for form in forms:
                self.at.setdefault(form, []).append(place)
                for last in before:
                    if (pair := f"{last} {form}") in pairs:
                        self.at.setdefault(pair, []).append(place)
            before = forms
        self.known: dict[tuple[Part, int], Ends] = {}


class Part(Protocol):
    """A part of a phrase."""

    def ends(self, said: Said, at: int) -> Ends:
        """The places behind it, if it begins at this place; none when it does not."""


@dataclass(slots=True, eq=False)
class Row:
    """These words, one after another."""

    words: tuple[str, ...]

    def ends(self, said: Said, at: int) -> Ends:
        """One end at most."""
        end = at + len(self.words)
        return (end,) if said.words[at:end] == self.words else ()


@dataclass(slots=True, eq=False)
class OneOf:
    """One of these words or beginnings."""

    words: frozenset[str]

    def ends(self, said: Said, at: int) -> Ends:
        """One end at most."""
        return (at + 1,) if at < len(said.forms) and not self.words.isdisjoint(said.forms[at]) else ()


@dataclass(slots=True, eq=False)
class Gap:
    """Up to so many words of any kind."""

    most: int

    def ends(self, said: Said, at: int) -> Ends:
        """Where another word may stand next; nothing is passed over that an idiom has hidden."""
        last = min(at + self.most, len(said.words))
        return range(at, next((place for place in range(at, last) if said.words[place] == MASK), last) + 1)


@dataclass(slots=True, eq=False)
class Edge:
    """The beginning or the end of the sentence."""

    last: bool

    def ends(self, said: Said, at: int) -> Ends:
        """The same place, if it is there."""
        return (at,) if at == (len(said.words) if self.last else 0) else ()


@dataclass(slots=True, eq=False)
class Perhaps:
    """A part that may be missing."""

    part: Part

    def ends(self, said: Said, at: int) -> Ends:
        """Also the place itself."""
        return (at, *(end for end in self.part.ends(said, at) if end != at))


@dataclass(slots=True, eq=False)
class Sequel:
    """Parts, one after another."""

    parts: tuple[Part, ...]

    def ends(self, said: Said, at: int) -> Ends:
        """Behind the last of them."""
        ends: Ends = (at,)
        for part in self.parts:
            if len(ends) == 1:
                ends = part.ends(said, ends[0])
            else:
                ends = sorted({end for begin in ends for end in part.ends(said, begin)})
            if not ends:
                break
        return ends


@dataclass(slots=True, eq=False)
class Either:
    """Any of several parts. `by_first`: those that begin with a certain word; `others`: with any."""

    by_first: Mapping[str, tuple[Part, ...]]
    others: tuple[Part, ...]

    def ends(self, said: Said, at: int) -> Ends:
        """Of all of them."""
        known = said.known.get((self, at))
        if known is None:
            parts = list(self.others)
            for form in said.forms[at] if at < len(said.forms) else ():
                parts += self.by_first.get(form, ())
            known = sorted({end for part in parts for end in part.ends(said, at)})
            said.known[self, at] = known
        return known
