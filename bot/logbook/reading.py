"""A log line, read: what is in it for the log, and whether to ask (docs/log-lines.md). Pure.

    text > tokens > sentences of clauses > items > records

Questions, what was not done, what is wished for and what others did is taken out clause by clause, before the grammar.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Final

from bot.logbook.doubts import is_correction, is_doubtful, without_comparison, without_reps
from bot.logbook.grammar import Part, items
from bot.logbook.records import Record, day_of, meant, merged
from bot.logbook.tokens import Token, lexicon, tokens
from bot.reminders.naming import Stress, named_stress

MOST_WAYS, HOURS = 3, 24
FEW: Final = 3  # words: "didn't have time"
_MOVED: Final = frozenset({"activities", "done", "distances", "km", "m", "pace", "length"})
_DID: Final = frozenset({"done", "past"})
_TOMORROW: Final = "tomorrow"
_NUMBERS: Final = frozenset({"number", "time", "colon"})
# What is of the log is nothing hard that lies ahead.
_MEASURED: Final = frozenset({"km", "kg", "length", "m", "pace", "sets", "ratio"})
_LOGGED: Final = frozenset(
    {"activities", "done", "distances", "exercises", "sleep", "resting", "variability", "caffeine", "revved", "efforts"}
)


@dataclass(frozen=True, slots=True)
class Read:
    """Records in the order typed; whether a part may mean two things or can't be so."""

    records: list[Record]
    ask: bool


def read(text: str, now: datetime, language: str = "en") -> Read:
    """What is in a line; `now` is local and aware. Never raises for any text."""
    return _read(tokens(text, lexicon(language)), now)


def _read(line: Sequence[Token], now: datetime, *, sure: bool = False) -> Read:
    records, ask = list[Record](), False
    for sentence in _with_what_is_said_of_them(_sentences(line)):
        own = list[Token]()
        lifting = any("exercises" in token.meanings for token in sentence)
        for clause in (*_pieces(sentence, now), None):  # nothing follows the last
            stress = _stress(clause, now) if clause and not _is_void(clause) else None
            if stress is not None or clause is None:
                found = meant(items(own), now, sure=sure)
                records += [*found.records, *([stress] if stress else [])]
                ask, own = ask or found.ask, []
            elif is_correction(clause):
                ask, own = True, []
            elif not _is_void(clause):
                part = without_comparison(without_reps(clause))
                doubtful = is_doubtful(part, lifting=lifting)
                ask = ask or doubtful
                own += () if doubtful else part
    nights = [one["date"] for one in records if one["kind"] == "sleep"]
    twice = {day for day in nights if nights.count(day) > 1}  # "slept 7h, deep sleep 1h10"
    kept = [one for one in records if one["kind"] != "sleep" or one["date"] not in twice]
    return Read(merged(kept), ask or bool(twice))


def _with_what_is_said_of_them(sentences: Iterable[list[Token]]) -> list[list[Token]]:
    """A sentence that only says how hard it was, or that it was not done, belongs to the one before it.

    "ran 10k. very hard", "was going to run but didn't".
    """
    found: list[list[Token]] = []
    for sentence in sentences:
        said = [token for token in sentence if "noise" not in token.meanings and token.kind != "comma"]
        if found and said and all("efforts" in token.meanings or token.kind == "ratio" for token in said):
            found[-1] += [Token("comma", ","), *sentence]
        elif said and "undone" in said[0].marks and len(said) <= FEW and found and _lies_ahead(found[-1]):
            found.pop()
        else:
            found.append(sentence)
    return found


def _lies_ahead(sentence: Sequence[Token]) -> bool:
    return any("ahead" in token.meanings for token in sentence)


def ways(text: str, now: datetime, language: str = "en") -> list[Read]:
    """What a line that is to be asked about may mean: its doubtful number one way and another, or as it stands."""
    line = tokens(text, lexicon(language))
    found = list[Read]()
    for place in range(len(line)):
        for one in _ways_of(line, place, now):
            found.append(_read([*line[:place], one, *line[place + 1 :]], now))
    found.append(_read(line, now, sure=True))
    clear = [one for one in found if one.records and not one.ask]
    return [one for place, one in enumerate(clear) if one not in clear[:place]][:MOST_WAYS]


def _ways_of(line: Sequence[Token], place: int, now: datetime) -> Iterator[Token]:
    """What a token may be: a number is of a session only where one is told of, and not of the night or the coffee."""
    token = line[place]
    if token.kind in ("number", "colon"):
        ends = [at for at, one in enumerate(line) if one.kind in ("comma", "end")]
        first = max((at for at in ends if at < place), default=0)
        around = line[first : min((at for at in ends if at > place), default=len(line))]
        said = {name for one in around for name in (one.kind, *one.meanings)}
        if said & {"sleep", "resting", "variability", "caffeine"} or not said & _MOVED:
            return
    if "weekdays" in token.meanings:
        for ahead in (False, True):
            on = day_of([Part("day", (None, token.meanings["weekdays"]))], now, ahead=ahead)
            yield token._replace(meanings={"days": (on - now.date()).days})
    elif token.kind == "number":
        yield token._replace(kind="km")
        yield token._replace(kind="length")
    elif token.kind == "colon":
        first, second = token.value
        yield token._replace(kind="length", value=first + second / 60)
        yield token._replace(kind="length", value=first * 60.0 + second)
        if first < HOURS:
            yield token._replace(kind="time", value=first * 60 + second)


def _stress(clause: Sequence[Token], now: datetime) -> Record | None:
    """Something hard that lies ahead: at a time, or a plain hard thing on a day."""
    if any(
        token.kind in _MEASURED or "caffeine_free" in token.marks or not _LOGGED.isdisjoint(token.meanings)
        for token in clause
    ):
        return None
    words = [token for token in clause if token.kind not in ("comma", "sign") or token.typed == ":"]
    said = " ".join(_TOMORROW if token.meanings.get("days") == 1 else token.typed for token in words)
    ahead = named_stress(said, now)
    if isinstance(ahead, Stress):
        at = f"{ahead.minute // 60:02}:{ahead.minute % 60:02}"
        return {"kind": "stress", "date": str(ahead.on), "at": at, "what": ahead.what}
    what = " ".join(token.typed for token in words if "hard_things" in token.meanings)
    others = [token for token in words if "hard_things" not in token.meanings]
    parts = [part for item in items(others) for part in item.parts]
    days, clocks = ([part for part in parts if part.kind == kind] for kind in ("day", "clock"))
    if not what or len(days) != 1 or any(not _beside(token) for token in others):
        return None
    on = day_of(days, now, ahead=True)
    if on <= now.date():
        return None
    timed: Record = {"at": f"{clocks[0].value // 60:02}:{clocks[0].value % 60:02}"} if clocks else {}
    return {"kind": "stress", "date": str(on), **timed, "what": what}


def _beside(token: Token) -> bool:
    known = {"days", "weekdays", "next_weekday", "noise", "i", "before_clock"}
    return token.kind == "time" or not known.isdisjoint(token.meanings) or "until" in token.marks


def _sentences(read: Sequence[Token]) -> Iterator[list[Token]]:
    """Without their ends; what a question asks is left out."""
    sentence: list[Token] = []
    for token in (*read, Token("end", "")):
        if token.kind == "ask":
            clauses = list(_clauses(sentence))
            asked = not clauses or "asking" in sentence[0].meanings or "doubt" in sentence[0].meanings
            sentence = [] if asked else [one for clause in clauses[:-1] for one in clause]
        if token.kind in ("end", "ask"):
            if sentence and "asking" not in sentence[0].meanings:
                yield sentence
            sentence = []
        else:
            sentence.append(token)


def _pieces(sentence: Sequence[Token], now: datetime) -> Iterator[Sequence[Token]]:
    """Its clauses; where somebody else's ends and their own begins, and where something hard stands beside the rest."""
    for clause in _clauses(sentence):
        for place, token in enumerate(clause[:-1]):
            first, rest = clause[:place], clause[place:]
            if "self" in token.marks and _is_own_again(first, rest):
                yield from (first, rest)
                break
            if place and "then" in token.meanings and _is_stress_and(first, rest[1:], now):
                yield from (first, rest[1:])
                break
        else:
            yield clause


def _is_own_again(first: Sequence[Token], rest: Sequence[Token]) -> bool:
    """"kids slept 9h I slept 5h": what others did is told up to where "I" did something."""
    did = next((token for token in rest[1:] if "noise" not in token.meanings or "past" in token.meanings), rest[0])
    if _DID.isdisjoint(did.meanings):
        return False
    said = {meaning for token in first for meaning in token.meanings}
    return not said & {"doubt", "not", "idioms", "asking"} and bool(said & _DID) and _is_void(first)


def _is_stress_and(first: Sequence[Token], rest: Sequence[Token], now: datetime) -> bool:
    """"job interview thursday 10am and ran 8k"; two of a kind."""
    stressful = [_stress(one, now) is not None and not _is_void(one) for one in (first, rest)]
    other = (rest, first)[stressful.index(True)] if any(stressful) else ()
    return all(stressful) or any(not _LOGGED.isdisjoint(token.meanings) for token in other)


def _clauses(sentence: Sequence[Token]) -> Iterator[list[Token]]:
    """Up to the commas; each with its own."""
    clause: list[Token] = []
    for token in sentence:
        clause.append(token)
        if token.kind == "comma":
            yield clause
            clause = []
    if clause:
        yield clause


def _is_void(clause: Sequence[Token]) -> bool:
    """Whether it is denied, wished for, or somebody else's."""
    words = [token for token in clause if token.kind == "word" and "revved" not in token.meanings]
    if any("idioms" in token.meanings for token in words):
        return True
    if any("doubt" in token.meanings for token in words):
        return True
    said = {meaning for token in words for meaning in token.meanings}
    if "sleep" in said and "slept" not in said and not said.isdisjoint(("tonight", "ahead")):
        return True
    for place, token in enumerate(words):
        after = words[place + 1].meanings if place + 1 < len(words) else {}
        # "no coffee today" is a record, "no coffee after 12" is none.
        if "not" in token.meanings and ("caffeine" not in after or any(one.kind in _NUMBERS for one in clause)):
            return True
        # "my run" is theirs, "my sister slept" is not; "with my sister" is company.
        company = place > 0 and "with" in words[place - 1].meanings
        if "others" in token.meanings and not company and ("whose" not in token.meanings or not after.keys() - {"i"}):
            return True
    return _somebody_did(words)


def _somebody_did(words: Sequence[Token]) -> bool:
    """ "Anna ran 10k": a word that is nobody we know stands right before what was done; or "wife rhr 60"."""
    for before, token in pairwise(words):
        if {"done", "past"} & token.meanings.keys() and not before.meanings:
            return True
        if {"resting", "variability"} & token.meanings.keys() and "kin" in before.marks:
            return True
    return False
