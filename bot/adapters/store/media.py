"""What Telegram keeps for us: files that were uploaded once, and the ids that they are sent by ever after."""

from datetime import datetime

from sqlalchemy import Connection, String, Text, delete, insert, select
from sqlmodel import SQLModel

from bot.adapters.store.columns import Utc, kept, table_of

_KEEP = "until Telegram forgets it"


class Media(SQLModel, table=True):
    """A file by what it was made of, and its id at Telegram. About nobody: everybody is sent the same."""

    asset: str = kept(
        String(32), owner=None, kind="technical", purpose="which file, as a hash of what it is made of", keep=_KEEP,
        export=False, erase="keep", primary_key=True,
    )
    file_id: str = kept(
        Text, owner=None, kind="technical", purpose="so that it is uploaded only once", keep=_KEEP, export=False,
        erase="keep",
    )
    at: datetime = kept(
        Utc, owner=None, kind="time", purpose="when it was uploaded", keep=_KEEP, export=False, erase="keep",
    )


_media = table_of(Media)


def file_id(connection: Connection, asset: str) -> str | None:
    """The id that Telegram knows this file by; None when it was not uploaded yet."""
    return connection.execute(select(_media.c.file_id).where(_media.c.asset == asset)).scalar_one_or_none()


def keep(connection: Connection, asset: str, file_id: str, now: datetime) -> None:
    """It was uploaded; the newest id counts."""
    connection.execute(delete(_media).where(_media.c.asset == asset))
    connection.execute(insert(_media).values(asset=asset, file_id=file_id, at=now))


def forget(connection: Connection, asset: str, file_id: str) -> None:
    """Telegram does not know this id any more; a newer one stays."""
    connection.execute(delete(_media).where(_media.c.asset == asset, _media.c.file_id == file_id))
