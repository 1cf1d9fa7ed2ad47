"""The triage: does a message speak of danger, and how near is it? (docs/domain.md section 9, docs/design.md promise 10)

Pure, local and deterministic: plain words, then the rules of every language, since people mix them, then what takes the
alarm out of a phrase. The gravest rule that holds gives its level and its id: each answer says why.

It misses things. That is why the help lines stay one tap away for everybody. It shows nobody a score and asks nothing.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from functools import cache
from typing import Final, Generic, NamedTuple, TypeVar

from bot.safety.book import Rule, Scope, book
from bot.safety.levels import Hit, Level
from bot.safety.linear import LINEAR, speaks_of_trouble
from bot.safety.phrases import Phrase
from bot.safety.plain import Sentence, sentences

PAST, SOMEBODY, SOMEBODY_NOW = "past_recovered", "third_person", "third_person_acute"
# Of two rules of one level, that of the category which stands first here is answered.
FIRST: Final = (
    "suicidal_explicit", SOMEBODY_NOW, "medical", "self_harm", "suicidal_indirect", "harm_others", "abuse",
)
LOOKS_BACK: Final = 8  # words between what takes the alarm out and the phrase
MASK: Final = "_"
T = TypeVar("T")


def triage(text: str) -> Hit | None:
    """The gravest rule that a message meets, or None (docs/domain.md section 9).

    Never raises, keeps nothing and reads nothing but its argument.
    """
    # The same sentence again says nothing new.
    read = [_Read(sentence) for sentence in dict.fromkeys(sentences(text, book().vocabulary))]
    best = None
    for one in read:
        for hit in _hits(one, read, best.level if best else Level.NONE):
            best = hit if best is None else max(best, hit, key=_gravity)
    if best is not None:
        return best
    if speaks_of_trouble([one.words for one in read]):
        return Hit(Level.CONCERN, "unclear", LINEAR)
    return None


def _gravity(hit: Hit) -> tuple[int, int, str]:
    place = FIRST.index(hit.category) if hit.category in FIRST else len(FIRST) + (hit.category in (PAST, SOMEBODY))
    return hit.level.rank, -place, hit.rule


class _Read:
    """One sentence, its idioms masked."""

    def __init__(self, sentence: Sentence) -> None:
        self.paused = sentence.paused
        self._ends: dict[tuple[Phrase, ...], set[int]] = {}
        self._see(sentence.words)
        for _, idiom in list(_index().idioms.among(self.forms)):
            while (found := next(self._found(idiom), None)) is not None:
                words = list(self.words)
                first, last = self._place(found.start() + 1), self._place(found.end())
                words[first:last] = [MASK] * (last - first)
                self._see(words)

    def _see(self, words: Sequence[str]) -> None:
        self.words = tuple(words)
        self.text = f" {' '.join(words)} "
        self._at: dict[str, list[int]] = {}
        prefixes, at = book().begins, 0
        for word in words:
            self._at.setdefault(word, []).append(at)
            for end in range(3, len(word) + 1):
                if (begins := f"{word[:end]}*") in prefixes:
                    self._at.setdefault(begins, []).append(at)
            at += len(word) + 1
        self.forms = set(self._at)

    def _found(self, phrase: Phrase) -> Iterator[re.Match[str]]:
        """Where the phrase is said. To ask only where it can begin takes a fifth of the time of a search."""
        if not phrase.starts:
            yield from phrase.pattern.finditer(self.text)
        else:
            for at in sorted(at for form in phrase.starts & self.forms for at in self._at[form]):
                found = phrase.pattern.match(self.text, at)
                if found is not None:
                    yield found

    def _place(self, char: int) -> int:
        """Which word begins at this character of the text."""
        return self.text.count(" ", 0, char) - 1

    def says(self, phrases: Iterable[Phrase]) -> bool:
        """Whether any of these is in it."""
        return any(_may_say(one, self.forms) and next(self._found(one), None) for one in phrases)

    def ends(self, phrases: tuple[Phrase, ...]) -> set[int]:
        """The places of the words behind each of these."""
        if phrases not in self._ends:
            self._ends[phrases] = {
                self._place(found.end())
                for one in phrases if _may_say(one, self.forms)
                for found in self._found(one)
            }
        return self._ends[phrases]

    def holds(self, rule: Rule, phrase: Phrase) -> Iterator[int]:
        """Where the phrase is said with nothing around it that the rule excludes: the places of its first words."""
        for found in self._found(phrase):
            place = self._place(found.start() + 1)
            followed = any(one.pattern.match(self.text, found.end() - 1) for one in rule.not_before)
            if not followed and place not in self.ends(rule.not_after):
                yield place

    def excused(self, place: int, scope: Scope) -> bool:
        """Whether something in this sentence takes the alarm out of what begins at that place."""
        if self.says(scope.anywhere):
            return True
        ends = self.ends(scope.before)
        for back in range(place, max(place - LOOKS_BACK, 0) - 1, -1):
            if back in self.paused:
                return False
            if back in ends:
                return True
            if back == 0 or self.words[back - 1] not in scope.through:
                return False
        return False


class _Among(Generic[T]):
    """Things by the words of their phrases: which of them a sentence may hold at all."""

    def __init__(self, phrases: Sequence[tuple[T, Phrase]]) -> None:
        common = Counter(word for _, one in phrases for needed in one.needs for word in needed)
        self._by_word: dict[str, list[tuple[T, Phrase]]] = defaultdict(list)
        for thing, one in phrases:
            rarest = min(one.needs, key=lambda words: sum(common[word] for word in words))
            for word in rarest:
                self._by_word[word].append((thing, one))

    def among(self, forms: AbstractSet[str]) -> Iterator[tuple[T, Phrase]]:
        """Each once, in no order that means anything."""
        seen = set()
        for form in forms:
            for thing, one in self._by_word.get(form, ()):
                if id(one) not in seen and _may_say(one, forms):
                    seen.add(id(one))
                    yield thing, one


def _may_say(phrase: Phrase, forms: AbstractSet[str]) -> bool:
    for needed in phrase.needs:  # noqa: SIM110 - asked thousands of times a message: twice as fast as any()
        if needed.isdisjoint(forms):
            return False
    return True


class _Index(NamedTuple):
    rules: _Among[Rule]
    idioms: _Among[None]


@cache
def _index() -> _Index:
    languages = book().languages.values()
    rules = [(rule, one) for rule in book().rules() for one in rule.phrases]
    idioms = [(None, one) for language in languages for one in language.idioms]
    return _Index(_Among(rules), _Among(idioms))


def _hits(read: _Read, message: Sequence[_Read], least: Level) -> Iterator[Hit]:
    """What one sentence of a message says that is not below the level that is found already."""
    found = sorted(_index().rules.among(read.forms), key=lambda pair: pair[0].reach, reverse=True)
    for rule, phrase in found:
        if rule.reach < least.rank:
            return
        for place in read.holds(rule, phrase):
            hit = _judged(read, rule, place, message)
            if hit is not None and not read.says(rule.not_with):
                least = max(least, hit.level)
                yield hit
                break


def _judged(read: _Read, rule: Rule, place: int, message: Sequence[_Read]) -> Hit | None:
    """What a phrase at that place means, once its surroundings are read."""
    language = book().languages[rule.language]

    def excused(name: str) -> bool:
        return name in rule.scopes and read.excused(place, language.scopes[name])

    if excused("negated") or excused("quoted"):
        return None
    level = rule.level
    if level is Level.URGENT and read.says(rule.raised_by):
        level = Level.EMERGENCY
    if excused("others"):
        now = level is Level.EMERGENCY
        return Hit(level if now else Level.CONCERN, SOMEBODY_NOW if now else SOMEBODY, rule.id)
    if excused("past") and not any(one.says(language.still) for one in message):
        return Hit(Level.CONCERN, PAST, rule.id)
    return Hit(level, rule.category, rule.id)
