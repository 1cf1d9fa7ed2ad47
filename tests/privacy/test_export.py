"""An export's files: whatever a person said comes out as it went in, and nothing of it is carried out or run."""

import csv
import io
import json
import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.adapters.store import engine, privacy  # noqa: F401  (the tables)
from bot.model import Column
from bot.privacy import export
from bot.settings import PROMPTS
from bot.words import Words

WORDS = Words(PROMPTS, "en")
AT = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
MAP = privacy.column_map()
NASTY = st.sampled_from((
    "</script><script>alert(1)</script>", "=cmd|'/C calc'!A0", "'=1+1", "''-", "-5", "-5+1", "+49 30 1", "@SUM(A1)",
    "\tx", "\r", "\n", 'a "quote", a comma', "line\nbreak\r\n", "🏃🏽‍♀️", "＝1", "{{ 7*7 }}", "&amp;", "<td>", "", " ",
    "\0",
))
SAID = st.one_of(NASTY, st.text(max_size=40), st.tuples(NASTY, st.text(max_size=8)).map("".join))


def column(name: str, *, instant: bool = False, table: str = "answer") -> Column:
    return Column(table, name, "time" if instant else "words", f"why {name}", "until erased", True, instant)


def page(document: export.Document, columns: list[Column] | tuple[Column, ...] = MAP, zone: str = "UTC") -> str:
    return WORDS.render(export.page(document, columns, zone, AT), "en").text


def read_back(text: str) -> list[list[str]]:
    """What a program reads out of a table: rows of cells, our mark taken off."""
    assert text.startswith("\ufeff")
    rows = csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline=""))
    return [[re.sub("^'(?='*[=+\\-@\t\r\n＝＋－＠])", "", cell) for cell in row] for row in rows]


class Cells(HTMLParser):
    """The rows of a page's tables as a browser shows them, and every element with its attributes."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self._in_cell = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag == "tr":
            self.rows.append([])
        self._in_cell = tag == "td"
        if self._in_cell:
            self.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        self._in_cell = self._in_cell and tag != "td"

    def handle_data(self, data: str) -> None:
        if self._in_cell:
            self.rows[-1][-1] += data


@pytest.mark.parametrize(
    ("zone", "name"),
    [
        ("UTC", "coach-export-2026-11-22.zip"),
        ("Asia/Tokyo", "coach-export-2026-11-23.zip"),  # the day where they live
        ("America/New_York", "coach-export-2026-11-22.zip"),
    ],
)
def test_the_archive_is_named_by_the_persons_day(zone: str, name: str) -> None:
    assert export.name(zone, AT) == name


@pytest.mark.parametrize(
    ("value", "cell"),
    [
        (None, ""),
        (True, "true"),
        (7, "7"),
        (-7.5, "-7.5"),
        ("7", "7"),
        ("-7.5", "-7.5"),  # a number stays one
        ("-1e-3", "-1e-3"),
        ("sleep", "sleep"),
        ("2026-11-22", "2026-11-22"),
        ("=1+1", "'=1+1"),
        ("+49", "'+49"),
        ("-1+1", "'-1+1"),
        ("-٧", "'-٧"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("\n=1", "'\n=1"),
        ("＝1", "'＝1"),
        ("'=1", "''=1"),  # so that taking the mark off gives this back
        ("'tis", "'tis"),
        ("a=1", "a=1"),
    ],
)
def test_a_cell_is_never_a_formula(value: Any, cell: str) -> None:
    text = export.as_csv([column("value")], [{"value": value}])
    assert list(csv.reader(io.StringIO(text, newline="")))[1:] == [[cell] if cell else [""]]


@settings(deadline=None)  # the machine may be busy
@given(rows=st.lists(st.fixed_dictionaries({"a": SAID, "b": SAID}), max_size=5))
def test_a_table_reads_back_to_what_was_said(rows: list[dict[str, str]]) -> None:
    text = export.as_csv([column("a"), column("b")], rows)
    assert read_back(text) == [["a", "b"], *([row["a"], row["b"]] for row in rows)]
    for cells in csv.reader(io.StringIO(text.removeprefix("\ufeff"), newline="")):
        for cell in cells:
            assert cell[:1] not in tuple("=+-@\t\r\n＝＋－＠") or export.NUMBER.fullmatch(cell)


def test_a_table_is_written_as_the_standard_says() -> None:
    rows: list[export.Row] = [{"a": 'say "hi", twice', "b": None}, {"a": "two\nlines", "b": "é"}]
    text = export.as_csv([column("a"), column("b")], rows)
    assert text.encode() == b'\xef\xbb\xbfa,b\r\n"say ""hi"", twice",\r\n"two\nlines",\xc3\xa9\r\n'


def test_a_table_without_rows_still_has_its_names() -> None:
    assert export.as_csv([column("a"), column("b")], []) == "\ufeffa,b\r\n"


@settings(deadline=None)  # the machine may be busy
@given(said=SAID)
def test_the_document_is_in_it_as_it_is(said: str) -> None:
    document = {"answer": [{"value": said, "n": 7, "open": True, "none": None}]}
    assert json.loads(export.as_json(document)) == document


@settings(deadline=None)  # the machine may be busy
@given(said=st.lists(st.tuples(SAID, SAID), max_size=4))
def test_the_page_shows_what_was_said_and_obeys_none_of_it(said: list[tuple[str, str]]) -> None:
    columns = [column("a"), column("b")]
    read = Cells(page({"answer": [{"a": a, "b": b} for a, b in said]}, columns))
    assert [row for row in read.rows if row] == [list(pair) for pair in said]
    assert read.elements.count(("td", {})) == 2 * len(said)
    assert {tag for tag, _ in read.elements}.isdisjoint({"script", "img", "iframe", "object", "link", "form"})


def test_the_page_needs_nothing_from_outside() -> None:
    text = page({column.table: [] for column in MAP if column.export})
    read = Cells(text)
    for _, attributes in read.elements:
        assert (attributes.get("href") or "#").startswith("#")
        assert "src" not in attributes
    assert "url(" not in text
    assert "@import" not in text
    assert "default-src 'none'" in text


@pytest.mark.parametrize(
    ("value", "instant", "zone", "shown"),
    [
        ("2026-11-22T23:30:00+00:00", True, "UTC", "2026-11-22 23:30"),
        ("2026-11-22T23:30:00+00:00", True, "Asia/Tokyo", "2026-11-23 08:30"),
        ("2026-07-01T12:00:00+00:00", True, "Europe/Lisbon", "2026-07-01 13:00"),  # summer time then
        ("2026-11-22", False, "Asia/Tokyo", "2026-11-22"),  # a day is the same everywhere
        (None, True, "Asia/Tokyo", "–"),
        (True, False, "UTC", "yes"),
        (False, False, "UTC", "no"),
        (0, False, "UTC", "0"),
        ("", False, "UTC", ""),
    ],
)
def test_a_cell_of_the_page(value: Any, instant: bool, zone: str, shown: str) -> None:
    text = page({"answer": [{"at": value}]}, [column("at", instant=instant)], zone)
    assert [row for row in Cells(text).rows if row] == [[shown]]
    assert zone in text


def test_every_table_and_column_of_an_export_is_in_every_form() -> None:
    tables = {column.table for column in MAP if column.export}
    made = page({table: [] for table in tables})
    files = export.files({table: [] for table in tables}, MAP, made)
    assert files.keys() == {"read-me.html", "data.json", *(f"{table}.csv" for table in tables)}
    for table in tables:
        shown = [one for one in MAP if one.table == table and one.export]
        assert read_back(files[f"{table}.csv"]) == [[one.name for one in shown]]
        section = made.partition(f'<h2 id="{table}">')[2].partition("</section>")[0]
        for one in shown:
            assert f"<dt>{one.name}</dt><dd>{one.purpose}; kept " in section
