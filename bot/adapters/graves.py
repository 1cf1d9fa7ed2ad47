"""Erased people stay erased, also when an older backup is put back (promise 9).

Tombstones live in the database, and a backup from before an erasure does not have them. So every erasure and every
return is also a line in a file beside it, written *before* the commit: `+hash` erased, `-hash` came back. After a
restore the file still knows.
"""

import os
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection

from bot.adapters.keyring import Keyring
from bot.adapters.store import privacy


class Graves:
    """The file of keyed hashes beside the database."""

    def __init__(self, path: Path, keyring: Keyring) -> None:
        self._path = path
        self._keyring = keyring

    def erased(self, owner: int) -> None:
        """An erasure is about to be committed. Should that fail, the next start carries it out: it was asked for."""
        self._write("+", self._keyring.tombstone(owner))

    def returned(self, owner: int) -> None:
        """A return is about to be committed."""
        tombstone = self._keyring.tombstone(owner)
        if tombstone in self._read():
            self._write("-", tombstone)

    def reconcile(self, connection: Connection, now: datetime) -> int:
        """Erase again whoever a restored backup brought back; how many those were."""
        return privacy.erase_returned(connection, self._keyring, self._read(), now)

    def _read(self) -> set[bytes]:
        buried: set[bytes] = set()
        if self._path.exists():
            for line in self._path.read_text().split():
                (buried.add if line[0] == "+" else buried.discard)(bytes.fromhex(line[1:]))
        return buried

    def _write(self, sign: str, tombstone: bytes) -> None:
        with open(os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "w") as file:
            file.write(f"{sign}{tombstone.hex()}\n")
            file.flush()
            os.fsync(file.fileno())


