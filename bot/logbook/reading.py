"""A log line, read: what is in it for the log, whether to ask, and what was not understood (docs/log-lines.md). Pure.

    text > tokens > sentences of clauses > items > records

Questions, what was not done, what is wished for and what others did is taken out clause by clause, before the grammar.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.logbook.grammar import items
from bot.logbook.records import Record, day_of, meant, merged
from bot.logbook.tokens import Token, lexicon, tokens
from bot.reminders.naming import Stress, named_stress

MOST_WAYS, HOURS = 3, 24
_TOMORROW: Final = "tomorrow"
# What is of the log is nothing hard that lies ahead.
_DID: Final = frozenset({"slept", "did", "had", "went"})
_NUMBERS: Final = frozenset({"number", "time", "colon"})
_RANGES: Final = frozenset({"range", "dotted"})
_WHOSE: Final = frozenset({"my", "our"})
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
    for sentence in _sentences(line):
        own = list[Token]()
        for clause in (*_clauses(sentence), None):  # nothing follows the last
            stress = _stress(clause, now) if clause and not _is_void(clause) else None
            if stress is not None or clause is None:
                found = meant(items(own), now, sure=sure)
                records += [*found.records, *([stress] if stress else [])]
                ask, own = ask or found.ask, []
            elif not _is_void(clause):
                doubtful = any(token.kind in _RANGES for token in clause)
                ask = ask or doubtful
                own += () if doubtful else clause
    nights = [one["date"] for one in records if one["kind"] == "sleep"]
    twice = {day for day in nights if nights.count(day) > 1}  # "slept 7h, deep sleep 1h10"
    kept = [one for one in records if one["kind"] != "sleep" or one["date"] not in twice]
    return Read(merged(kept), ask or bool(twice))


def ways(text: str, now: datetime, language: str = "en") -> list[Read]:
    """What a line that is to be asked about may mean: its doubtful number one way and another, or as it stands."""
    line = tokens(text, lexicon(language))
    found = list[Read]()
    for place, token in enumerate(line):
        for one in _units(token):
            found.append(_read([*line[:place], one, *line[place + 1 :]], now))
    found.append(_read(line, now, sure=True))
    clear = [one for one in found if one.records and not one.ask]
    return [one for place, one in enumerate(clear) if one not in clear[:place]][:MOST_WAYS]


def _units(token: Token) -> Iterator[Token]:
    if token.kind == "number":
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
    if any(token.kind in _MEASURED or not _LOGGED.isdisjoint(token.meanings) for token in clause):
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
    return token.kind == "time" or not known.isdisjoint(token.meanings)


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
    for place, token in enumerate(words):
        after = words[place + 1].meanings if place + 1 < len(words) else {}
        # "no coffee today" is a record, "no coffee after 12" is none.
        if "not" in token.meanings and ("caffeine" not in after or any(one.kind in _NUMBERS for one in clause)):
            return True
        # "my run" is theirs, "my sister slept" is not; "with my sister" is company.
        company = place > 0 and "with" in words[place - 1].meanings
        if "others" in token.meanings and not company and (token.said not in _WHOSE or not after.keys() - {"i"}):
            return True
    return _somebody_did(words)


def _somebody_did(words: Sequence[Token]) -> bool:
    """ "Anna ran 10k": a word that is nobody we know stands right before what was done."""
    for place, token in enumerate(words[1:], 1):
        did = "done" in token.meanings or token.said in _DID
        if did and not words[place - 1].meanings:
            return True
    return False
