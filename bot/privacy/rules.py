"""Seeing what is kept, taking it along, or away (docs/design.md, promise 9). Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from bot.model import Column, Command, Decision, Event, Forget, Label, Open, Say, Screen, SendExport, Tap, Turn, Who
from bot.privacy import screens

PRIVACY, ERASE = "privacy", "erase"  # the kinds of the cards
RECEIPT_DIGITS = 12  # of the mark's 64: short enough to be read out, and two alike are not to be expected


@dataclass(frozen=True, slots=True)
class Facts:
    """`columns` is the column map, `rows` what an erasure would take by table, `mark` what would stay of it."""

    who: Who
    columns: Sequence[Column]
    rows: Mapping[str, int]
    mark: bytes


def decide(facts: Facts, event: Event) -> Decision:
    """`/privacy`, `/export`, `/erase`, and the buttons of their cards."""
    who = facts.who
    match event.act:
        case Command("privacy") if who.person is None:
            # Whoever did not arrive has no card: it would be a row about somebody that we do not know.
            return Decision((Say(screens.front(facts.rows, ())),))
        case Command("privacy"):
            pages = screens.pages(facts.rows, facts.columns)
            return Decision((Open(PRIVACY, None, screens.FRONT, pages[screens.FRONT], asking=False),))
        case Command() if who.person is None:
            return Decision((Say(Screen("privacy/nothing")),))
        case Command("export"):
            return Decision((SendExport(Screen("privacy/export")),))
        case Command():
            return Decision((Open(ERASE, None, "ask", screens.question(facts.rows)),))
        case Tap(act=act) if who.card is not None and who.card.kind == PRIVACY:
            return _leaf(facts, act)
        case Tap(act="erase"):
            return _erase(facts, event)
        case Tap():
            return Decision((Turn("kept", Screen("privacy/kept"), asking=False),))
        case _:
            return Decision((Turn("ask", screens.question(facts.rows)),))


def _leaf(facts: Facts, act: str) -> Decision:
    """Another page on the same card."""
    page = screens.pages(facts.rows, facts.columns).get(act)
    if page is None:
        return Decision(toast=Label("help/old_button"))
    return Decision((Turn(act, page, asking=False),))


def _erase(facts: Facts, event: Event) -> Decision:
    """Everything goes; the receipt takes the place of the question."""
    zone = facts.who.person.zone if facts.who.person else "UTC"
    receipt = screens.receipt(facts.rows, event.at.astimezone(ZoneInfo(zone)), zone, receipt_number(facts.mark))
    return Decision((Forget(asked=True), Say(receipt, in_place=True)))


def receipt_number(mark: bytes) -> str:
    """What a person can show, and an operator can look up: the beginning of the mark that stays."""
    return mark.hex()[:RECEIPT_DIGITS]
