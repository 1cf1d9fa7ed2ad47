"""What a person sees of what is kept, made from the column map: none of it is listed by hand. Pure."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import groupby

from bot.model import Button, Column, Label, Screen

FRONT = "front"
# The groups that the kinds of the column map are shown in; each is a page, and a button of that name leads to it.
GROUPS = {
    "told": ("health", "words"),
    "chose": ("choice",),
    "reach": ("id",),
    "dates": ("time",),
    "technical": ("technical",),
}
PAGE = 1300  # characters of the lines on a page: a phone's screen or two, and far from Telegram's limit
HEADING = 60  # characters that a heading above lines may take

Line = tuple[str, str, str]  # table, how long, purpose


def front(rows: Mapping[str, int], groups: Sequence[str]) -> Screen:
    """What is kept in numbers, what is not, where it lies and the ways out; a button for each group."""
    buttons = [Button(Label(f"privacy/{group}"), group) for group in groups]
    pairs = tuple(tuple(buttons[start : start + 2]) for start in range(0, len(buttons), 2))
    return Screen("privacy/privacy", {"rows": rows, "listed": bool(groups)}, pairs)


def pages(rows: Mapping[str, int], columns: Iterable[Column]) -> dict[str, Screen]:
    """Every page of the card by the act that leads to it: the front, and each group in as many parts as it needs."""
    lines = {group: _lines(columns, kinds) for group, kinds in GROUPS.items()}
    made = {FRONT: front(rows, [group for group in GROUPS if lines[group]])}
    for group in GROUPS:
        parts = list(_parts(lines[group]))
        for number, part in enumerate(parts, 1):
            made[_act(group, number)] = _page(group, part, number, len(parts))
    return made


def question(rows: Mapping[str, int]) -> Screen:
    """Whether everything is to go, and what that is; `rows` by table."""
    keep, erase = Button(Label("privacy/keep"), "keep"), Button(Label("privacy/erase"), "erase")
    return Screen("privacy/erase", {"rows": rows}, ((keep,), (erase,)))


def receipt(rows: Mapping[str, int], at: datetime, zone: str, number: str) -> Screen:
    """What went, when (`at` is in the zone of that name), and the number to ask for it by."""
    return Screen("privacy/erased", {"rows": rows, "at": at, "zone": zone, "number": number})


def _lines(columns: Iterable[Column], kinds: Sequence[str]) -> list[Line]:
    """The columns of these kinds, each purpose of a table once."""
    return list(dict.fromkeys((one.table, one.keep, one.purpose) for one in columns if one.kind in kinds))


def _parts(lines: Iterable[Line]) -> Iterator[list[Line]]:
    part: list[Line] = []
    size = 0
    for line in lines:
        is_new = not part or part[-1][:2] != line[:2]
        size += len(line[2]) + (HEADING if is_new else len("; "))
        if part and size > PAGE:
            yield part
            part, size = [], HEADING + len(line[2])
        part.append(line)
    if part:
        yield part


def _page(group: str, lines: Sequence[Line], number: int, parts: int) -> Screen:
    entries = [
        {"table": table, "keep": keep, "purposes": [purpose for _, _, purpose in same]}
        for (table, keep), same in groupby(lines, lambda line: line[:2])
    ]
    back, more = Button(Label("privacy/back"), FRONT), Button(Label("privacy/more"), _act(group, number + 1))
    values = {"group": group, "number": number, "parts": parts, "entries": entries}
    return Screen("privacy/group", values, ((back, more) if number < parts else (back,),))


def _act(group: str, number: int) -> str:
    return group if number == 1 else f"{group}={number}"
