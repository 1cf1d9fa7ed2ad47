"""The files that Telegram stores."""

import hashlib
import mimetypes
from dataclasses import dataclass

SOUNDS = {"oga": "audio/ogg", "ogg": "audio/ogg", "m4a": "audio/mp4"}  # which not every machine's table knows


@dataclass(frozen=True)
class StoredFile:
    """A file with the id a bot sends it by and the path it is downloaded from."""

    id: str
    unique_id: str
    name: str
    mime_type: str
    path: str
    content: bytes


class Files:
    """All files, found by id or by path. Ids are this bot's own: another one's mean nothing."""

    def __init__(self, bot_id: int) -> None:
        self._bot_id = bot_id
        self._forgotten: set[str] = set()
        self._by_id: dict[str, StoredFile] = {}
        self._by_path: dict[str, StoredFile] = {}

    def store(self, name: str, content: bytes, folder: str) -> StoredFile:
        """Keep a file; `folder` is Telegram's: documents, photos, voice, music, animations or stickers."""
        number = len(self._by_id) + 1
        unique_id = f"AQAD{number:08d}"
        secret = hashlib.sha256(f"{self._bot_id} {number} {name}".encode()).hexdigest()[:40]
        suffix = name.rpartition(".")[2] if "." in name else "dat"
        file = StoredFile(
            id=f"BQACAgIAAxk{secret}",
            unique_id=unique_id,
            name=name,
            mime_type=SOUNDS.get(suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream",
            path=f"{folder}/file_{number}.{suffix}",
            content=content,
        )
        self._by_id[file.id] = file
        self._by_path[file.path] = file
        return file

    def by_id(self, file_id: str) -> StoredFile | None:
        """The file behind an id that came with a message."""
        return self._by_id.get(file_id)

    def meant(self, file_id: str) -> StoredFile | None:
        """The file a bot means, unless the bot's ids were forgotten since."""
        return None if file_id in self._forgotten else self.by_id(file_id)

    def forget(self) -> None:
        """Take no id that was given so far from a bot any more; people still see what they have."""
        self._forgotten.update(self._by_id)

    def by_path(self, path: str) -> StoredFile | None:
        """The file behind a download link."""
        return self._by_path.get(path)
