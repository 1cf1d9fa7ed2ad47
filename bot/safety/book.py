"""The rules of the triage as they lie in `rules/<language>/`: one file a category, which a clinician can read.

    _words.yaml     groups of words that phrases name: `want: [want to, wish to]`; and two lists of single words:
                    `disguised`, which people write with stars, and `mistyped`, which are known with a letter wrong
    _scope.yaml     what takes the alarm out of a phrase, and what puts it back
    <category>.yaml rules, each with its level, its phrases, and sentences that it must and must not catch

`python -m bot.safety.book` reads them all, says what is wrong, and binds them into `rules.bin`: a start is quick so.
"""

import hashlib
import pickle
import zlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

import yaml

from bot.safety.levels import Level
from bot.safety.phrases import Groups, Phrase, keep_the_rarest, phrase, spellings
from bot.safety.plain import Vocabulary, vocabulary

FOLDER: Final = Path(str(resources.files("bot.safety") / "rules"))
BOUND: Final = FOLDER.with_name("rules.bin")
DIGEST: Final = 32  # bytes at its beginning
SCOPES: Final = ("negated", "quoted", "others", "past")
WORDS, SCOPE = "_words", "_scope"


class RuleError(ValueError):
    """A rule that can't be; names its file and id."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Something that a person may say, in any of its phrases."""

    id: str
    level: Level
    category: str
    language: str
    meaning: str
    phrases: tuple[Phrase, ...]
    not_before: tuple[Phrase, ...]
    """What may not follow directly: "want to die" | "laughing"."""
    not_after: tuple[Phrase, ...]
    """What may not stand directly before."""
    not_with: tuple[Phrase, ...]
    """What may not stand in the same sentence."""
    raised_by: tuple[Phrase, ...]
    """What in the same sentence makes it one level graver: a time that is set."""
    scopes: frozenset[str]
    """Of `SCOPES`, what excuses it."""
    catches: tuple[str, ...]
    leaves: tuple[str, ...]
    reach: int
    """The rank of the gravest level that it can give."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What takes the alarm out of a phrase: it stands before it, with nothing but `through` words between, or anywhere
    in its sentence.
    """

    before: tuple[Phrase, ...]
    anywhere: tuple[Phrase, ...]
    through: frozenset[str]


@dataclass(frozen=True, slots=True)
class Language:
    """The rules of a language and what its sentences can hold beside them."""

    rules: tuple[Rule, ...]
    scopes: Mapping[str, Scope]
    idioms: tuple[Phrase, ...]
    """Ways of speaking that mean nothing of the kind: they are not read at all."""
    still: tuple[Phrase, ...]
    """What says that something past is not over."""


@dataclass(frozen=True, slots=True)
class Book:
    """All languages together: a message may mix them."""

    languages: Mapping[str, Language]
    vocabulary: Vocabulary
    pairs: frozenset[str]
    """The neighbours that phrases ask for ("to die")."""

    def rules(self) -> Iterator[Rule]:
        """Of all languages."""
        for language in self.languages.values():
            yield from language.rules


@cache
def book() -> Book:
    """Everything that lies in `rules/`: as it was bound last, or read anew when a file has changed since.

    Raises:
        RuleError, PhraseError: what is wrong there, by its name.
    """
    return bound() or read()


def bound() -> Book | None:
    """As they were bound last; None when a file has changed since."""
    content = BOUND.read_bytes() if BOUND.exists() else b""
    if content[:DIGEST] != _digest():
        return None
    known: Book = pickle.loads(zlib.decompress(content[DIGEST:]))  # a file of this package, as its code is
    return known


def bind() -> None:
    """Write the rules down as they were read: reading them takes a second and more, and a start should not."""
    BOUND.write_bytes(_digest() + zlib.compress(pickle.dumps(read(), protocol=5), 9))


def _digest() -> bytes:
    files = sorted((*FOLDER.rglob("*.yaml"), *Path(__file__).parent.glob("[bp]*.py")))
    return hashlib.sha256(b"\0".join(file.read_bytes() for file in files)).digest()


def read() -> Book:
    """Everything that lies in `rules/`, read anew; errors as in `book`."""
    languages, disguised, mistyped, said = {}, set[str](), set[str](), set[str]()
    for folder in sorted(path for path in FOLDER.iterdir() if path.is_dir()):
        words: dict[str, Any] = _read(folder / f"{WORDS}.yaml")
        disguised.update(words.pop("disguised"))
        mistyped.update(words.pop("mistyped"))
        groups = Groups({name: [*map(str, ways)] for name, ways in words.items()})
        languages[folder.name] = _language(folder, groups)
        said |= groups.words
    pairs = keep_the_rarest([one for language in languages.values() for one in _phrases_of(language)])
    return Book(languages, vocabulary(said, disguised, mistyped), pairs)


def _language(folder: Path, groups: Groups) -> Language:
    scope: dict[str, Any] = _read(folder / f"{SCOPE}.yaml")
    rules = [
        _rule(entry, file.stem, folder.name, groups)
        for file in sorted(folder.glob("[a-z]*.yaml"))
        for entry in _read(file)
    ]
    twice = [id for id, count in Counter(rule.id for rule in rules).items() if count > 1]
    if twice:
        raise RuleError(f"{folder.name}: the id {twice[0]!r} stands twice")
    return Language(
        tuple(rules),
        {name: _scope(scope[name], groups) for name in SCOPES},
        _all(scope["idioms"], groups),
        _all(scope["still"], groups),
    )


def _rule(entry: Mapping[str, Any], category: str, language: str, groups: Groups) -> Rule:
    id = f"{language}-{entry['id']}"
    unknown = entry.keys() - _KEYS
    if unknown:
        raise RuleError(f"{id}: there is no {sorted(unknown)[0]!r}")
    holds = frozenset(entry.get("holds_when", ()))
    if holds - set(SCOPES):
        raise RuleError(f"{id}: holds_when {sorted(holds - set(SCOPES))[0]!r} is none of {', '.join(SCOPES)}")
    level = Level(entry["level"])
    around = {name: _all(entry.get(name, ()), groups) for name in ("not_before", "not_after", "not_with", "raised_by")}
    return Rule(
        id, level, category, language, entry["meaning"], _said(entry["says"], groups), **around,
        scopes=frozenset(SCOPES) - holds,
        catches=tuple(entry["catches"]), leaves=tuple(entry.get("leaves", ())),
        reach=(Level.EMERGENCY if entry.get("raised_by") else level).rank,
    )


_KEYS: Final = {
    "id", "level", "meaning", "says", "not_before", "not_after", "not_with", "raised_by", "holds_when", "catches",
    "leaves",
}


def _scope(entry: Mapping[str, Sequence[str]], groups: Groups) -> Scope:
    return Scope(
        _all(entry.get("before", ()), groups), _all(entry.get("anywhere", ()), groups),
        frozenset(word for one in entry.get("through", ()) for words in spellings(str(one)) for word in words),
    )


def _all(texts: Sequence[str], groups: Groups) -> tuple[Phrase, ...]:
    """What surrounds a rule; only what a rule itself says may have something beside it.

    Raises:
        RuleError: it has.
    """
    phrases = _said(texts, groups)
    lost = next((one.text for one in phrases if one.also), None)
    if lost is not None:
        raise RuleError(f"{lost!r}: '&' is read in `says` alone")
    return phrases


def _said(texts: Sequence[str], groups: Groups) -> tuple[Phrase, ...]:
    return tuple(phrase(str(text), groups) for text in texts)


def _phrases_of(language: Language) -> Iterator[Phrase]:
    """All that may be looked for in a sentence."""
    for rule in language.rules:
        yield from (beside for one in rule.phrases for beside in one.also)
        yield from (*rule.phrases, *rule.not_before, *rule.not_after, *rule.not_with, *rule.raised_by)
    for scope in language.scopes.values():
        yield from (*scope.before, *scope.anywhere)
    yield from (*language.idioms, *language.still)


def _read(file: Path) -> Any:
    # The C loader reads the file in a tenth of the time; it is missing where libyaml is.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(file.read_text(encoding="utf-8"), Loader=loader)


if __name__ == "__main__":
    # As the module of its name: what is pickled here must be found there.
    from bot.safety import book as this

    this.bind()
