"""Erased people stay erased, also when an older backup is put back (promise 9).

Tombstones live in the database, and a backup from before an erasure does not have them. So each is also a line in a
file beside it, written *before* the commit: after a restore the file still knows. A tombstone is the hash of the key
that was destroyed; whoever comes back gets a new key, so nothing has to be lifted.
"""

import os
import re
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

    def erased(self, wrapped: bytes) -> None:
        """A key is about to be destroyed. Should the commit fail, the next start carries it out: it was asked for."""
        with open(os.open(self._path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600), "w") as file:
            # A line of its own, also behind one that a full disk cut short.
            file.write(f"\n{self._keyring.tombstone(wrapped).hex()}\n")
            file.flush()
            os.fsync(file.fileno())

    def reconcile(self, connection: Connection, now: datetime) -> int:
        """Erase again whoever a restored backup brought back; how many those were."""
        return privacy.erase_returned(connection, self._keyring, self._read(), now)

    def _read(self) -> set[bytes]:
        if not self._path.exists():
            return set()
        return {bytes.fromhex(line) for line in self._path.read_text().split() if re.fullmatch(r"[0-9a-f]{64}", line)}
