"""An export as files: the document of the store as JSON, a table for spreadsheets each, and a page to read. Pure."""

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from bot.model import Column, Screen

Row = Mapping[str, Any]
Document = Mapping[str, Sequence[Row]]  # {table: [{column: value}]}; instants in ISO 8601, UTC

# What a spreadsheet may take for a formula, also behind our own mark, so that the mark can be taken off again; the
# last four are the wide forms of = + - @, which are the same to it where people write Chinese, Japanese or Korean.
FORMULA = re.compile("'*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][+-]?\d+)?", re.ASCII)
BYTE_ORDER_MARK = "\ufeff"  # by which Excel knows that a file is UTF-8


def name(zone: str, at: datetime) -> str:
    """What the archive is called, by the person's day."""
    return f"coach-export-{at.astimezone(ZoneInfo(zone)):%Y-%m-%d}.zip"


def files(document: Document, columns: Iterable[Column], page: str) -> dict[str, str]:
    """The files of an archive by name: `data.json`, `<table>.csv` of every table, and the page."""
    tables = {f"{table}.csv": as_csv(shown, document[table]) for table, shown in _tables(columns)}
    return {"read-me.html": page, "data.json": as_json(document), **tables}


def as_json(document: Document) -> str:
    """The document in JSON, for programs."""
    return json.dumps(document, ensure_ascii=False, indent=1) + "\n"


def as_csv(columns: Sequence[Column], rows: Iterable[Row]) -> str:
    """One table after RFC 4180, with a row of names; no cell of it is a formula to a spreadsheet."""
    text = io.StringIO(newline="")
    text.write(BYTE_ORDER_MARK)
    writer = csv.writer(text)
    writer.writerow(column.name for column in columns)
    writer.writerows([_cell(row[column.name]) for column in columns] for row in rows)
    return text.getvalue()


def page(document: Document, columns: Iterable[Column], zone: str, at: datetime) -> Screen:
    """The page to read: each table with what its columns are, and its rows with times in the zone of that name."""
    local = ZoneInfo(zone)
    tables = [
        {
            "name": table,
            "columns": shown,
            "rows": [[_shown(column, row[column.name], local) for column in shown] for row in document[table]],
        }
        for table, shown in _tables(columns)
    ]
    return Screen("privacy/page.html", {"tables": tables, "zone": zone, "at": _minute(at, local)})


def _tables(columns: Iterable[Column]) -> list[tuple[str, list[Column]]]:
    """The tables of the document, each with the columns that it shows."""
    exported = [column for column in columns if column.export]
    return [(table, list(shown)) for table, shown in groupby(exported, lambda column: column.table)]


def _cell(value: Any) -> str:
    """A value in a spreadsheet: nothing stays empty, numbers stay numbers, a would-be formula becomes words."""
    if value is None:
        return ""
    text = value if isinstance(value, str) else json.dumps(value)
    return f"'{text}" if FORMULA.match(text) and not NUMBER.fullmatch(text) else text


def _shown(column: Column, value: Any, zone: ZoneInfo) -> Any:
    """A value on the page: moments in the person's own time."""
    return _minute(datetime.fromisoformat(value), zone) if column.instant and value is not None else value


def _minute(at: datetime, zone: ZoneInfo) -> str:
    return f"{at.astimezone(zone):%Y-%m-%d %H:%M}"
