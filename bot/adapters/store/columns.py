"""Column types, and the map that every column carries (docs/design.md, promise 9).

`kept` declares a column together with its policy. Export, erase, retention, `/privacy` and the schema test walk
that policy; a column without one can't be made here, and one made elsewhere fails the schema test.
"""

from datetime import UTC, datetime
from typing import Any, Literal

from sqlalchemy import (
    ARRAY,
    JSON,
    BigInteger,
    Connection,
    DateTime,
    Dialect,
    Integer,
    LargeBinary,
    Table,
    any_,
    bindparam,
    func,
    select,
)
from sqlalchemy.types import TypeDecorator
from sqlmodel import Field, SQLModel

Kind = Literal["id", "time", "choice", "health", "words", "technical"]
Erase = Literal["row", "blank", "keep"]

BigId = BigInteger().with_variant(Integer, "sqlite")  # SQLite counts up by itself only for INTEGER


class Utc(TypeDecorator[datetime]):
    """An instant. Takes aware times only, stores UTC, gives aware UTC back."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value} has no zone: instants are stored as aware times")
        return value.astimezone(UTC)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        moment: datetime = value
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


class Sealed(TypeDecorator[bytes]):
    """AES-GCM bytes under the owner's key; stores seal and unseal, the type only says so."""

    impl = LargeBinary
    cache_ok = True


def kept(
    sa_type: Any,
    *,
    owner: str | None,
    kind: Kind,
    purpose: str,
    keep: str,
    export: bool,
    erase: Erase = "row",
    nullable: bool = False,
    default: Any = ...,
    **column: Any,
) -> Any:
    """A column with its policy.

    Args:
        owner: the column of this table that holds the owner's id; None when no row belongs to anyone.
        kind: what it is, for `/privacy`.
        purpose: why we have it, in a few words that a person may read.
        keep: how long, in words.
        export: whether an owner's export shows it.
        erase: on erase the `row` goes, this value is made `blank` (NULL), or it may `keep`.
    """
    primary_key = column.pop("primary_key", False)
    info = {"owner": owner, "kind": kind, "purpose": purpose, "keep": keep, "export": export, "erase": erase}
    if nullable and default is ...:
        default = None
    return Field(
        default=default,
        sa_type=sa_type,
        primary_key=primary_key,
        nullable=nullable,
        sa_column_kwargs={"info": info, **column},
    )


def table_of(model: type[SQLModel]) -> Table:
    """The Core table behind a model: hot paths speak Core on the same tables."""
    return SQLModel.metadata.tables[str(model.__tablename__)]


def one_of(connection: Connection, column: Any, name: str) -> Any:
    """Whether an id is one of a list that is bound by that name; IN would be another statement for each length."""
    if connection.dialect.name == "sqlite":
        return column.in_(select(func.json_each(bindparam(name, type_=JSON)).table_valued("value").c.value))
    return column == any_(bindparam(name, type_=ARRAY(BigInteger)))


def insert_new(connection: Connection, table: Table) -> Any:
    """An INSERT that passes over rows that are there already.

    Each dialect has its own, imported when it is needed: PostgreSQL's alone takes a tenth of the start.
    """
    if connection.dialect.name == "sqlite":
        from sqlalchemy.dialects.sqlite import insert

        return insert(table).on_conflict_do_nothing()
    from sqlalchemy.dialects.postgresql import insert as postgresql_insert

    return postgresql_insert(table).on_conflict_do_nothing()
