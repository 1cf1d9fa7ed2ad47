"""What is shown of what is kept, and what it takes to erase it."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import cards
from bot.adapters.store import engine, privacy  # noqa: F401  (the tables)
from bot.adapters.store.columns import Kind
from bot.demo.entities import parse
from bot.model import (
    Act,
    Card,
    Column,
    Command,
    Decision,
    Event,
    Forget,
    Label,
    Open,
    Person,
    Say,
    Screen,
    SendExport,
    Tap,
    Turn,
    Typed,
    Who,
)
from bot.privacy import rules, screens
from bot.settings import PROMPTS
from bot.words import Words

WORDS = Words(PROMPTS, "en")
MAP = privacy.column_map()
TABLES = sorted({column.table for column in MAP})
ROWS = {"answer": 31, "consent": 2, "person": 1}
MARK = bytes(range(32))


def decided(act: Act, kind: str = "", *, known: bool = True, zone: str = "UTC") -> Decision:
    person = Person(7, "en", zone, None, consent=1) if known else None
    card = Card(1, 7, 7, kind, None, 40, 3, "ask", kind == rules.ERASE) if kind else None
    event = Event(1, 7, 7, True, datetime(2026, 11, 22, 23, 30, tzinfo=UTC), act)
    rows = ROWS if known else {}
    return rules.decide(rules.Facts(Who(person, card, "Ana", "en"), MAP, rows, MARK), event)


def tap(act: str) -> Tap:
    return Tap(1, 3, act, 40)


def shown(screen: Screen) -> str:
    text, _ = parse(WORDS.render(screen, "en").text, "HTML")
    return text


# ---- /privacy -------------------------------------------------------------------------------------------


def test_privacy_opens_a_card_that_leaves_an_open_question_open() -> None:
    (opened,) = decided(Command("privacy")).effects
    assert isinstance(opened, Open)
    assert (opened.kind, opened.asking) == ("privacy", False)
    assert "31 answers, 2 agreements, your settings" in shown(opened.screen)


def test_whoever_did_not_arrive_reads_it_without_a_card() -> None:
    (said,) = decided(Command("privacy"), known=False).effects
    assert isinstance(said, Say)
    assert said.screen.rows == ()
    assert "end-to-end" in shown(said.screen)


def test_every_button_leads_to_a_page_and_back() -> None:
    pages = screens.pages(ROWS, MAP)
    for act, page in pages.items():
        for button in (button for row in page.rows for button in row):
            (turned,) = decided(tap(button.act), rules.PRIVACY).effects
            assert turned == Turn(button.act, pages[button.act], asking=False)
        assert len(cards.data(10**17, 10**6, act)) <= 64
        assert len(act) <= 16  # the card's step
    assert {button.act for row in pages["front"].rows for button in row} == screens.GROUPS.keys()


@pytest.mark.parametrize("act", ["told=2", "told=0", "erase", "keep", "", "front=1"])
def test_a_button_that_leads_nowhere_changes_nothing(act: str) -> None:
    assert decided(tap(act), rules.PRIVACY) == Decision(toast=Label("help/old_button"))


def test_every_kind_of_column_is_in_one_group() -> None:
    assert sorted(kind for kinds in screens.GROUPS.values() for kind in kinds) == sorted(get_args(Kind))


def test_every_column_shows_up_with_its_purpose_once() -> None:
    """Nothing is listed by hand: a column that is added later is in the map, and so on a page."""
    entries = [entry for page in screens.pages({}, MAP).values() for entry in page.values.get("entries", ())]
    listed = [(entry["table"], entry["keep"], purpose) for entry in entries for purpose in entry["purposes"]]
    assert set(listed) == {(column.table, column.keep, column.purpose) for column in MAP}
    assert len(listed) == len(set(listed))
    text = "\n".join(shown(page) for page in screens.pages({}, MAP).values())
    for column in MAP:
        assert column.purpose in text
        assert f"kept {column.keep}:" in text or f"kept for {column.keep}:" in text


def test_a_column_stands_in_the_group_of_its_kind() -> None:
    pages = screens.pages({}, MAP)
    assert "what you answered" in shown(pages["told"])
    assert "your time zone" in shown(pages["chose"])
    assert "your Telegram id" in shown(pages["reach"]) + shown(pages["reach=2"])
    assert "when you answered" in shown(pages["dates"])
    assert "how often it was tried" in shown(pages["technical"])


def test_a_page_fits_a_phone() -> None:
    for page in screens.pages(dict.fromkeys(TABLES_THAT_GO, 10_000), MAP).values():
        assert len(shown(page)) <= 1500


@settings(deadline=None)  # the machine may be busy
@given(count=st.integers(0, 200), length=st.integers(1, 80), every=st.integers(1, 9))
def test_a_map_of_any_length_is_shown_whole(count: int, length: int, every: int) -> None:
    """Long and short purposes, some of them twice, in tables and for times that change at every `every`-th column."""
    kinds, keeps = get_args(Kind), ("7 days", "until an hour after the pause")
    columns = [
        Column(
            TABLES[n // every % len(TABLES)], f"c{n}", kinds[n // 4 % len(kinds)], f"{n // 2} {'a' * length}",
            keeps[n // every % 2], export=True, instant=False,
        )
        for n in range(count)
    ]
    pages = screens.pages({}, columns)
    seen = {"front"}
    found = []
    for act, page in pages.items():  # every page can be reached by the buttons of those before it
        assert act in seen
        seen |= {button.act for row in page.rows for button in row}
        assert len(shown(page)) <= 1500
        for entry in page.values.get("entries", ()):
            found += [(page.values["group"], entry["table"], entry["keep"], purpose) for purpose in entry["purposes"]]
    group_of = {kind: group for group, kinds in screens.GROUPS.items() for kind in kinds}
    assert set(found) == {(group_of[one.kind], one.table, one.keep, one.purpose) for one in columns}
    assert len(found) == len(set(found))


# ---- words for tables -----------------------------------------------------------------------------------

TABLES_THAT_GO = [table.name for table, _ in privacy.erased_tables()]


@pytest.mark.parametrize("table", TABLES)
def test_every_table_has_a_title(table: str) -> None:
    column = next(column for column in MAP if column.table == table)
    pages = screens.pages({}, [column])
    assert all(shown(page) for page in pages.values())


@pytest.mark.parametrize("table", TABLES_THAT_GO)
def test_every_table_that_goes_can_be_counted_in_words(table: str) -> None:
    for rows in ({table: 1}, {table: 2}):
        text = shown(screens.question(rows))
        assert "This goes for good: " in text
        assert "{" not in text


# ---- /export and /erase ---------------------------------------------------------------------------------


def test_export_is_a_file() -> None:
    assert decided(Command("export")).effects == (SendExport(Screen("privacy/export")),)


@pytest.mark.parametrize("name", ["export", "erase"])
def test_of_whoever_did_not_arrive_there_is_nothing(name: str) -> None:
    assert decided(Command(name), known=False).effects == (Say(Screen("privacy/nothing")),)


def test_erase_asks_and_says_what_goes() -> None:
    (opened,) = decided(Command("erase")).effects
    assert isinstance(opened, Open)
    assert (opened.kind, opened.asking) == ("erase", True)
    assert "31 answers, 2 agreements, your settings" in shown(opened.screen)
    (asked_again,) = decided(Typed("yes"), rules.ERASE).effects
    assert asked_again == Turn("ask", opened.screen)  # only the button means it


@pytest.mark.parametrize("act", ["keep", "front", "told", "", "erase=1"])
def test_no_other_button_erases(act: str) -> None:
    assert decided(tap(act), rules.ERASE).effects == (Turn("kept", Screen("privacy/kept"), asking=False),)


@pytest.mark.parametrize(
    ("zone", "when"),
    [("UTC", "Sun 22 Nov 2026, 23:30 UTC"), ("Asia/Tokyo", "Mon 23 Nov 2026, 08:30 (Asia/Tokyo)")],
)
def test_the_receipt_says_when_what_and_by_which_number(zone: str, when: str) -> None:
    forgotten, said = decided(tap("erase"), rules.ERASE, zone=zone).effects
    assert forgotten == Forget(asked=True)
    assert isinstance(said, Say)
    assert said.in_place
    text = shown(said.screen)
    assert f"{when}: 31 answers, 2 agreements, your settings, and the key" in text
    assert "Receipt number: 000102030405\n" in text


@pytest.mark.parametrize(
    ("rows", "counted"),
    [
        ({"answer": 1}, "1 answer."),
        ({"answer": 2}, "2 answers."),
        ({"person": 1, "flag": 1}, "your settings, 1 safety note."),
        ({"card": 12, "outbox": 1}, "12 screens with buttons, 1 note of a sent message."),
    ],
)
def test_what_goes_in_numbers(rows: Mapping[str, int], counted: str) -> None:
    assert f"This goes for good: {counted}" in shown(screens.question(rows))
