"""The triage: does a message speak of danger, and how near is it? (docs/domain.md section 9, docs/design.md promise 10)

Pure, local and deterministic: plain words, then the rules of every language, since people mix them, then what takes the
alarm out of a phrase. The gravest rule that holds gives its level and its id: each answer says why.

It misses things. That is why the help lines stay one tap away for everybody. It shows nobody a score and asks nothing.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Set as AbstractSet
from functools import cache
from typing import Final, Generic, NamedTuple, TypeVar

from bot.safety.book import Rule, Scope, book, phrases_of
from bot.safety.levels import Hit, Level
from bot.safety.linear import LINEAR, speaks_of_trouble
from bot.safety.phrases import Phrase
from bot.safety.plain import Sentence, sentences

PAST, SOMEBODY, SOMEBODY_NOW = "past_recovered", "third_person", "third_person_acute"
LOOKS_BACK: Final = 8  # words between what takes the alarm out and the phrase
MASK: Final = "_"
T = TypeVar("T")


def triage(text: str) -> Hit | None:
    """The gravest rule that a message meets, or None (docs/domain.md section 9).

    Never raises, keeps nothing and reads nothing but its argument.
    """
    read = [_Read(sentence) for sentence in sentences(text, book().vocabulary)]
    over = not any(one.says(language.still) for one in read for language in book().languages.values())
    hits = [hit for one in read for hit in _hits(one, over)]
    if hits:
        return max(hits, key=lambda hit: (hit.level.rank, hit.category not in (PAST, SOMEBODY)))
    if speaks_of_trouble([one.words for one in read]):
        return Hit(Level.CONCERN, "unclear", LINEAR)
    return None


class _Read:
    """One sentence, its idioms masked."""

    def __init__(self, sentence: Sentence) -> None:
        self.paused = sentence.paused
        self._see(sentence.words)
        for _, idiom in list(_index().idioms.among(self.forms)):
            while (found := idiom.pattern.search(self.text)) is not None:
                words = list(self.words)
                first, last = self._place(found.start()), self._place(found.end())
                words[first:last] = [MASK] * (last - first)
                self._see(words)

    def _see(self, words: Sequence[str]) -> None:
        self.words = tuple(words)
        self.text = f" {' '.join(words)} "
        self.forms = set(words)
        prefixes = _index().prefixes
        for word in words:
            self.forms.update(begins for end in range(3, len(word) + 1) if (begins := f"{word[:end]}*") in prefixes)

    def _place(self, char: int) -> int:
        """Which word begins at this character of the text."""
        return self.text.count(" ", 0, char) - 1

    def says(self, phrases: Iterable[Phrase]) -> bool:
        """Whether any of these is in it."""
        return any(_may_say(one, self.forms) and one.pattern.search(self.text) for one in phrases)

    def ends(self, phrases: Iterable[Phrase]) -> set[int]:
        """The places of the words behind each of these."""
        return {
            self._place(found.end())
            for one in phrases if _may_say(one, self.forms)
            for found in one.pattern.finditer(self.text)
        }

    def holds(self, rule: Rule, phrase: Phrase) -> Iterator[int]:
        """Where the phrase is said with nothing around it that the rule excludes: the places of its first words."""
        for found in phrase.pattern.finditer(self.text):
            place = self._place(found.start())
            followed = any(one.pattern.match(self.text, found.end()) for one in rule.not_before)
            if not followed and place not in self.ends(rule.not_after):
                yield place

    def excused(self, place: int, scope: Scope) -> bool:
        """Whether something in this sentence takes the alarm out of what begins at that place."""
        if self.says(scope.anywhere):
            return True
        ends = self.ends(scope.before)
        for back in range(place, max(place - LOOKS_BACK, 0) - 1, -1):
            if back in ends and back not in self.paused:
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
    return not any(needed.isdisjoint(forms) for needed in phrase.needs)


class _Index(NamedTuple):
    rules: _Among[Rule]
    idioms: _Among[None]
    prefixes: frozenset[str]


@cache
def _index() -> _Index:
    languages = book().languages.values()
    rules = [(rule, one) for rule in book().rules() for one in rule.phrases]
    idioms = [(None, one) for language in languages for one in language.idioms]
    every = [one for language in languages for one in phrases_of(language)]
    prefixes = frozenset(word for one in every for word in one.words if word.endswith("*"))
    return _Index(_Among(rules), _Among(idioms), prefixes)


def _hits(read: _Read, over: bool) -> Iterator[Hit]:
    for rule, phrase in _index().rules.among(read.forms):
        for place in read.holds(rule, phrase):
            hit = _judged(read, rule, place, over)
            if hit is not None and not read.says(rule.not_with):
                yield hit
                break


def _judged(read: _Read, rule: Rule, place: int, over: bool) -> Hit | None:
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
    if over and excused("past"):
        return Hit(Level.CONCERN, PAST, rule.id)
    return Hit(level, rule.category, rule.id)
