"""The triage: does a message speak of danger, and how near is it? (docs/domain.md section 9, docs/design.md promise 10)

Pure, local and deterministic: plain words, then the rules of every language, since people mix them, then what takes the
alarm out of a phrase. The gravest rule that holds gives its level and its id: each answer says why.

It misses things. That is why the help lines stay one tap away for everybody. It shows nobody a score and asks nothing.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Final, Generic, NamedTuple, TypeVar

from bot.safety.book import Rule, book
from bot.safety.levels import Hit, Level
from bot.safety.linear import LINEAR, speaks_of_trouble
from bot.safety.parts import Said
from bot.safety.phrases import Phrase
from bot.safety.plain import MASK, Sentence, lines, sentences

PAST, SOMEBODY, SOMEBODY_NOW = "past_recovered", "third_person", "third_person_acute"
# Of two rules of one level, that of the category which stands first here is answered.
FIRST: Final = (
    "suicidal_explicit", SOMEBODY_NOW, "medical", "self_harm", "suicidal_indirect", "harm_others", "abuse",
)
LOOKS_BACK: Final = 8  # words between what takes the alarm out and the phrase
T = TypeVar("T")


def triage(text: str) -> Hit | None:
    """The gravest rule that a message meets, or None (docs/domain.md section 9).

    Of a sentence whose words a rule knows, but denied or quoted, there is no second opinion, nor of an idiom. Never
    raises, keeps nothing and reads nothing but its argument.
    """
    said = lines(text, book().vocabulary)
    read = [_Read(sentence) for sentence in sentences(said)]
    best, explained = None, set[tuple[str, ...]]()
    for place, one in enumerate(read):
        for hit in _hits(one, read[max(place - 1, 0) : place + 2], read, best):
            if hit.level is Level.NONE:
                explained.add(one.words)
            else:
                best = hit if best is None else max(best, hit, key=_gravity)
    masked = {one.words: one.said.words for one in read}
    rest = [
        word for line in said if line.words not in explained
        for word in masked.get(line.words, line.words) if word != MASK
    ]
    if best is None and speaks_of_trouble(rest):
        return Hit(Level.CONCERN, "unclear", LINEAR)
    return best


def _gravity(hit: Hit) -> tuple[int, int, str]:
    return hit.level.rank, -_place(hit.category), hit.rule


def _place(category: str) -> int:
    return FIRST.index(category) if category in FIRST else len(FIRST) + (category in (PAST, SOMEBODY))


class _Among(Generic[T]):
    """Things by what their phrases need most: which of them a sentence may hold at all."""

    def __init__(self, phrases: Iterable[tuple[T, Phrase]]) -> None:
        self._phrases = list(phrases)
        self._by_form: dict[str, list[int]] = defaultdict(list)
        for place, (_, one) in enumerate(self._phrases):
            for form in one.needs[0]:
                self._by_form[form].append(place)

    def among(self, said: Said) -> list[tuple[T, Phrase]]:
        """Those of which a form is there, in the order in which they were given."""
        by_form = self._by_form
        places = {place for form in said.at if form in by_form for place in by_form[form]}
        return [self._phrases[place] for place in sorted(places) if self._phrases[place][1].may_be(said)]


class _Read:
    """One sentence, its idioms masked, and what it may say."""

    def __init__(self, sentence: Sentence) -> None:
        self.words, self.paused = sentence
        self._ends: dict[int, set[int]] = {}
        self.said = Said(sentence.words, book().vocabulary, book().pairs)
        self.may_say = _index().rules.among(self.said)
        for _, idiom in _index().idioms.among(self.said) if self.may_say else ():
            while (found := next(idiom.found(self.said), None)) is not None:
                place, ends = found
                words = list(self.said.words)
                words[place : ends[-1]] = [MASK] * (ends[-1] - place)
                self.said = Said(words, book().vocabulary, book().pairs)

    def says(self, phrases: Iterable[Phrase]) -> bool:
        """Whether any of these is in it."""
        return any(next(one.found(self.said), None) for one in phrases)

    def says_one(self, among: _Among[None]) -> bool:
        """Whether any of these many is in it."""
        return self.says(one for _, one in among.among(self.said))

    def ends(self, among: _Among[None]) -> set[int]:
        """The places of the words behind each of these."""
        if id(among) not in self._ends:
            found = [ends for _, one in among.among(self.said) for _, ends in one.found(self.said)]
            self._ends[id(among)] = {end for ends in found for end in ends}
        return self._ends[id(among)]

    def holds(self, rule: Rule, phrase: Phrase) -> Iterator[int]:
        """Where the phrase is said with nothing around it that the rule excludes: the places of its first words."""
        for place, ends in phrase.found(self.said):
            followed = any(one.follows(self.said, ends[-1]) for one in rule.not_before)
            if not followed and not self._behind(place, rule.not_after):
                yield place

    def _behind(self, place: int, phrases: Iterable[Phrase]) -> bool:
        return any(place in ends for one in phrases for _, ends in one.found(self.said))

    def excused(self, place: int, scope: "_Scope") -> bool:
        """Whether something in this sentence takes the alarm out of what begins at that place."""
        if self.says_one(scope.anywhere):
            return True
        ends = self.ends(scope.before)
        for back in range(place, max(place - LOOKS_BACK, 0) - 1, -1):
            if back in self.paused:
                return False
            if back in ends:
                return True
            if back == 0 or self.said.words[back - 1] not in scope.through:
                return False
        return False


class _Scope(NamedTuple):
    """As `book.Scope`, to be looked up."""

    before: _Among[None]
    anywhere: _Among[None]
    through: frozenset[str]


class _Index(NamedTuple):
    rules: _Among[tuple[tuple[int, int], Rule]]  # with what it can reach
    idioms: _Among[None]
    scopes: Mapping[tuple[str, str], _Scope]
    still: Mapping[str, _Among[None]]


def _all(phrases: Iterable[Phrase]) -> _Among[None]:
    return _Among((None, one) for one in phrases)


def _reach(rule: Rule) -> tuple[int, int]:
    """The gravest that a rule can give, as `_gravity` counts; what is somebody else's stands second at best."""
    return rule.reach, -min(_place(rule.category), _place(SOMEBODY_NOW) if "others" in rule.scopes else len(FIRST))


@cache
def _index() -> _Index:
    rules, languages = sorted(book().rules(), key=_reach, reverse=True), book().languages
    return _Index(
        _Among(((_reach(rule), rule), one) for rule in rules for one in rule.phrases),
        _all(one for language in languages.values() for one in language.idioms),
        {
            (code, name): _Scope(_all(scope.before), _all(scope.anywhere), scope.through)
            for code, language in languages.items() for name, scope in language.scopes.items()
        },
        {code: _all(language.still) for code, language in languages.items()},
    )


def _hits(read: _Read, near: Sequence[_Read], message: Sequence[_Read], best: Hit | None) -> Iterator[Hit]:
    """What one sentence of a message says that may be as grave as what is found already.

    `near`: the sentence and its neighbours.
    """
    least = _gravity(best)[:2] if best else (0, 0)
    for (reach, rule), phrase in read.may_say:
        if reach < least:
            return
        if not all(any(one.says([beside]) for one in near) for beside in phrase.also):
            continue
        for place in read.holds(rule, phrase):
            if read.says(rule.not_with):
                break
            hit = _judged(read, rule, place, message)
            least = max(least, _gravity(hit)[:2])
            yield hit
            if hit.level is not Level.NONE:  # what is denied once may be meant the next time
                break


def _judged(read: _Read, rule: Rule, place: int, message: Sequence[_Read]) -> Hit:
    """What a phrase at that place means, once its surroundings are read: nothing, when it is denied or quoted."""

    def excused(name: str) -> bool:
        return name in rule.scopes and read.excused(place, _index().scopes[rule.language, name])

    if excused("negated") or excused("quoted"):
        return Hit(Level.NONE, rule.category, rule.id)
    level = rule.level
    if level is Level.URGENT and read.says(rule.raised_by):
        level = Level.EMERGENCY
    if excused("others"):
        now = level is Level.EMERGENCY
        return Hit(level if now else Level.CONCERN, SOMEBODY_NOW if now else SOMEBODY, rule.id)
    if excused("past") and not any(one.says_one(_index().still[rule.language]) for one in message):
        return Hit(Level.CONCERN, PAST, rule.id)
    return Hit(level, rule.category, rule.id)
