"""The column map: no column without a policy, nothing exported or kept by accident (docs/design.md, promise 9)."""

import pytest
from sqlalchemy import Column, Table
from sqlmodel import SQLModel

from bot.adapters.store import engine, privacy  # noqa: F401  (the tables)
from bot.adapters.store.columns import Sealed, Utc

TABLES = SQLModel.metadata.sorted_tables
COLUMNS = [column for table in TABLES for column in table.columns]


@pytest.mark.parametrize("column", COLUMNS, ids=str)
def test_every_column_says_whose_it_is_and_why_we_have_it(column: Column[object]) -> None:
    assert column.info.keys() == {"owner", "kind", "purpose", "keep", "export", "erase"}
    assert column.info["owner"] is None or column.info["owner"] in column.table.columns
    assert column.info["purpose"]
    assert column.info["keep"]


@pytest.mark.parametrize("column", COLUMNS, ids=str)
def test_health_and_words_are_sealed(column: Column[object]) -> None:
    if column.info["kind"] in ("health", "words"):
        assert isinstance(column.type, Sealed)


@pytest.mark.parametrize("column", [c for c in COLUMNS if c.info["kind"] == "time"], ids=str)
def test_instants_are_utc(column: Column[object]) -> None:
    assert isinstance(column.type, Utc) or str(column.type) == "DATE"


@pytest.mark.parametrize("table", TABLES, ids=str)
def test_a_row_goes_or_is_blanked_as_a_whole(table: Table) -> None:
    policies = {column.info["erase"] for column in table.columns}
    assert policies in ({"row"}, {"keep"}, {"keep", "blank"})
    if privacy.owner_column(table) is None:
        assert policies == {"keep"}


@pytest.mark.parametrize("column", [c for c in COLUMNS if c.info["kind"] in ("health", "choice")], ids=str)
def test_what_a_person_said_is_in_their_export(column: Column[object]) -> None:
    assert column.info["export"]


def test_the_map_that_people_read_has_every_column_about_them() -> None:
    read = [(line.table, line.name, line.purpose, line.keep) for line in privacy.column_map()]
    assert read == [
        (column.table.name, column.name, column.info["purpose"], column.info["keep"])
        for column in COLUMNS
        if column.info["owner"] is not None
    ]
