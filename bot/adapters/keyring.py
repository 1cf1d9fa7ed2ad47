"""Keys: one per owner, wrapped by the master key; what people said is sealed under theirs.

Erasing a person destroys their key, so what a backup still holds of them is noise (docs/design.md, promise 9).
Unwrapped keys are cached by their *wrapped bytes*, which every turn reads from the database anyway: a key that
was rolled back, replaced or destroyed, by us or by another process, can therefore never be used again.
"""

import hashlib
import hmac
import os
from functools import lru_cache

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

NONCE_BYTES = 12  # what AES-GCM is specified for; random, and each key seals far fewer than 2**32 values
KEY_BYTES = 32
KEYS_IN_MEMORY = 2048


class WrongKey(Exception):
    """The master key is not the one that this database was written with."""


class Key:
    """One owner's key. `mark` is the tombstone that it would leave."""

    __slots__ = ("_cipher", "mark")

    def __init__(self, raw: bytes, mark: bytes) -> None:
        self._cipher = AESGCM(raw)
        self.mark = mark

    def seal(self, field: str, value: bytes) -> bytes:
        """Encrypt; `field` ("table.column") is authenticated, so a value can't be moved to another column."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, value, field.encode())

    def unseal(self, field: str, sealed: bytes) -> bytes:
        """Decrypt what `seal` made.

        Raises:
            WrongKey: another key, another field, or changed bytes.
        """
        try:
            return self._cipher.decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], field.encode())
        except InvalidTag:
            raise WrongKey(f"{field} can't be read with this key") from None


class Keyring:
    """Makes, wraps and unwraps owners' keys."""

    def __init__(self, master: bytes) -> None:
        self._wrapping = AESGCM(_derived(master, b"wrap"))
        self._tombstones = _derived(master, b"tombstone")
        self.check = _derived(master, b"check")  # kept in the database: says whether a master key fits it
        self._unwrap = lru_cache(maxsize=KEYS_IN_MEMORY)(self._unwrapped)

    def new(self, owner: int) -> bytes:
        """A fresh random key for this owner, wrapped, ready to be stored."""
        nonce = os.urandom(NONCE_BYTES)
        return nonce + self._wrapping.encrypt(nonce, os.urandom(KEY_BYTES), _bound_to(owner))

    def open(self, owner: int, wrapped: bytes) -> Key:
        """The owner's key out of its wrapped form.

        Raises:
            WrongKey: another master key, or another owner's bytes.
        """
        return self._unwrap(owner, wrapped)

    def tombstone(self, wrapped: bytes) -> bytes:
        """A keyed hash of a destroyed key: says "this was erased" when a backup brings it back, and nothing else."""
        return hmac.digest(self._tombstones, wrapped, "sha256")

    def _unwrapped(self, owner: int, wrapped: bytes) -> Key:
        try:
            raw = self._wrapping.decrypt(wrapped[:NONCE_BYTES], wrapped[NONCE_BYTES:], _bound_to(owner))
        except InvalidTag:
            raise WrongKey(f"the key of owner {owner} can't be unwrapped: SECRET_KEY is another one") from None
        return Key(raw, self.tombstone(wrapped))


def _derived(master: bytes, purpose: bytes) -> bytes:
    return hashlib.blake2b(purpose, key=master, digest_size=KEY_BYTES).digest()


def _bound_to(owner: int) -> bytes:
    return str(owner).encode()
