"""Clauses of which nothing is kept, though every word of them is known (docs/log-lines.md). Pure.

What stands beside a number can make it another one: "1 min faster", "6 x 800 m", "under 30", "the last 5k". The words
that do so are marks, in the file of a language; here is what each does to its neighbours.
"""

from collections.abc import Callable, Sequence, Set
from typing import Final

from bot.logbook.tokens import Token

Clause = Sequence[Token]

_LENGTHS: Final = frozenset({"km", "m", "length"})
_MEASURED: Final = _LENGTHS | {"number", "colon", "pace"}
_RANGES: Final = frozenset({"range", "dotted"})
_OF_THE_BODY: Final = frozenset({"sleep", "resting", "variability", "caffeine"})
_LOGGED: Final = _OF_THE_BODY | {"activities", "done", "distances", "exercises", "efforts", "rate"}
_WHEN: Final = frozenset({"days", "weekdays"})


def is_doubtful(clause: Clause, *, lifting: bool) -> bool:
    """Whether its numbers may be something else than they seem; `lifting`: exercises are told of beside it."""
    kinds = {token.kind for token in clause}
    if not _RANGES.isdisjoint(kinds):
        return True
    if "fraction" in kinds and _says(clause, _LOGGED):
        return True
    if "by" in kinds or ("sets" in kinds and not lifting):
        once = all(token.value == 1 and _kind(clause, place + 1) == "kg" for place, token in _of(clause, "by"))
        if not (once and lifting):
            return True
    if "else" in kinds and _vague(clause):
        return True
    marks = frozenset[str]().union(*(token.marks for token in clause))
    return any(rule(clause) for mark, rule in _RULES.items() if mark in marks)


def without_comparison(clause: Clause) -> Clause:
    """Up to what it is compared with: "ran 5k, like yesterday" is today's."""
    for place, token in enumerate(clause):
        if "than" in token.marks and _says(clause[place:], _WHEN):
            return [*clause[:place], *(one for one in clause[-1:] if one.kind == "comma")]
    return clause


def without_reps(clause: Clause) -> Clause:
    """Without the intervals that are told of with the whole: "10k with 5 x 1k @ 4:30"."""
    for place, token in enumerate(clause):
        if "among" in token.marks and place and not _says(clause[place:], {"exercises"}):
            then = next((one for one in range(place + 1, len(clause)) if not _is_noise(clause[one])), place)
            if _is_rep(clause, then) and any(one.kind in _LENGTHS for one in clause[:place]):
                return [*clause[:place], *(one for one in clause[-1:] if one.kind == "comma")]
    return clause


def is_correction(clause: Clause) -> bool:
    """Whether it takes back what was said before it: "no, 8k", "maybe 8"."""
    first = clause[0].marks if clause else frozenset[str]()
    return "corrected" in first and any(token.kind in _MEASURED for token in clause) and not _says(clause, _LOGGED)


# ---- marks and their neighbours ----------------------------------------------------------------------


def _says(clause: Clause, meanings: Set[str]) -> bool:
    return any(not meanings.isdisjoint(token.meanings) for token in clause)


def _is_noise(token: Token) -> bool:
    return "noise" in token.meanings


def _of(clause: Clause, kind: str) -> list[tuple[int, Token]]:
    return [(place, token) for place, token in enumerate(clause) if token.kind == kind]


def _kind(clause: Clause, place: int) -> str:
    return clause[place].kind if 0 <= place < len(clause) else ""


def _marked(clause: Clause, mark: str) -> list[int]:
    return [place for place, token in enumerate(clause) if mark in token.marks]


def _is_rep(clause: Clause, place: int) -> bool:
    """ "6 x 800 m", "6 reps of 800 m"."""
    if _kind(clause, place) in ("by", "sets"):
        return True
    counted = _kind(clause, place) == "number" and place + 1 < len(clause) and "reps_of" in clause[place + 1].marks
    return counted and next((one.kind for one in clause[place + 2 :] if not _is_noise(one)), "") in _LENGTHS


def _reps(clause: Clause) -> bool:
    return any(_is_rep(clause, place) for place, _ in _of(clause, "number"))


def _compared(clause: Clause) -> bool:
    """ "2k more", "1 coffee less"."""
    def amount(place: int) -> bool:
        counted = _says(clause[max(place, 0) : place + 1], {"caffeine"}) and _kind(clause, place - 1) == "number"
        return _kind(clause, place) in _MEASURED or counted

    return any(amount(place - 1) for place in _marked(clause, "compared"))


def _measured_against(clause: Clause) -> bool:
    """ "than 8k", "52 vs 50"."""
    return any(token.kind in _MEASURED for token in clause[_marked(clause, "than")[0] :])


def _bounded(clause: Clause) -> bool:
    """ "under 30 min": nobody knows how much."""
    return any(_kind(clause, place + 1) in _MEASURED for place in _marked(clause, "bounds"))


def _repeated(clause: Clause) -> bool:
    """ "5k twice", "5k each", "3 times 5k"."""
    def beside(place: int) -> bool:
        before = place - 2 if _kind(clause, place - 1) == "number" else place - 1  # "5k 3 times"
        after = [token.kind for token in clause[place + 1 :] if not _is_noise(token)][:1]
        return _kind(clause, before) in _LENGTHS or (bool(after) and after[0] in _LENGTHS)

    return any(beside(place) for place in _marked(clause, "repeated"))


def _portion(clause: Clause) -> bool:
    """ "the last 5k" of more."""
    return any(_kind(clause, place + 1) in _LENGTHS for place in _marked(clause, "portion"))


def _staged(clause: Clause) -> bool:
    """ "deep sleep 1h10" is a part of a night."""
    return any(_says(clause[place + 1 : place + 2], {"sleep"}) for place in _marked(clause, "stage"))


def _averaged(clause: Clause) -> bool:
    """ "slept 7h on average" is no night."""
    return _says(clause, _OF_THE_BODY - {"caffeine"})


def _vague(clause: Clause) -> bool:
    """ "a few coffees", "the 4th coffee", "200 mg caffeine"."""
    for place, token in enumerate(clause):
        if "caffeine" in token.meanings:
            before = place - 1 if not _says(clause[max(place - 1, 0) : place], {"cups"}) else place - 2
            if before >= 0 and ("vague" in clause[before].marks or clause[before].kind == "else"):
                return True
            if place + 1 < len(clause) and ("numbered" in clause[place + 1].marks or clause[place + 1].kind == "else"):
                return True
    return False


def _may_lie_ahead(clause: Clause) -> bool:
    """ "running 10k on saturday": the last one, or the one to come? With how long it took it is over."""
    if not _says(clause, {"weekdays"}) or _says(clause, {"last_weekday", "next_weekday"}):
        return False
    kinds = {token.kind for token in clause}
    how_fast = {"length", "colon"} & kinds and ("km" in kinds or _says(clause, {"distances"}))
    return not (how_fast or _says(clause, {"done", "did", "past", "ahead", "slept"}) or _marked(clause, "was"))


def _soon(clause: Clause) -> bool:
    """ "gym in 30 min": when it begins; of a distance it is how long it took."""
    if any(token.kind in ("km", "m", "pace") for token in clause) or _says(clause, {"distances"}):
        return False
    soon = any(
        _kind(clause, place + 1 + _says(clause[place + 1 : place + 2], {"before_clock"})) == "length"
        for place in _marked(clause, "within")
    )
    return soon and _says(clause, {"activities", "done"})


def _either_or(clause: Clause) -> bool:
    return any(token.kind in _MEASURED for token in clause) or _says(clause, {"caffeine"})


def _far_off(clause: Clause) -> bool:
    """ "7am CET", "7am Tokyo time": not a time of this place."""
    for place, _ in _of(clause, "time"):
        one, other = ([*clause[place + 1 : place + 3], None, None])[:2]
        if one is not None and ("zones" in one.marks or (
            not one.meanings and one.kind == "word" and other is not None and "time" in other.marks
        )):
            return True
    return False


_RULES: Final[dict[str, Callable[[Clause], bool]]] = {
    "reps_of": _reps, "compared": _compared, "than": _measured_against, "bounds": _bounded, "repeated": _repeated,
    "portion": _portion, "averages": _averaged, "stage": _staged, "vague": _vague, "numbered": _vague,
    "may_be_ahead": _may_lie_ahead, "within": _soon, "or": _either_or, "zones": _far_off, "time": _far_off,
}
