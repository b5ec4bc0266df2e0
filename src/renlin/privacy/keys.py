"""Hold the keys of a vault: the newest one writes, older ones read until all is rewritten."""

from __future__ import annotations

import datetime as dt
import re
import secrets
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from renlin.errors import Fault, PrivacyFault, Said

SECRET_BYTES = 32
"""Length of a secret, bytes: AES-256."""
_NAME = re.compile(r"[A-Za-z0-9_-]{1,32}")


@dataclass(frozen=True)
class Key:
    """One secret with its name; the secret never shows in ``repr``."""

    id: str
    made_on: dt.date
    secret: bytes

    def __repr__(self) -> str:
        return f"Key({self.id!r}, made_on={self.made_on})"


@dataclass(frozen=True)
class Keyring:
    """Keys in the order they were made; the last one writes.

    Parameters
    ----------
    keys
        At least one, each id once.
    """

    keys: tuple[Key, ...]

    @property
    def writing(self) -> Key:
        """Return the key new fields are written with."""
        return self.keys[-1]

    def reading(self, key_id: str) -> Key | None:
        """Return the key of that id, or None when it is not on the ring."""
        return next((key for key in self.keys if key.id == key_id), None)

    def rotated(self, today: dt.date) -> Keyring:
        """Return a ring with a fresh writing key; the old ones still read."""
        return Keyring((*self.keys, fresh_key(today, [key.id for key in self.keys])))

    def only_writing(self) -> Keyring:
        """Return the ring without the keys nothing is written with any more."""
        return Keyring((self.writing,))


def fresh_ring(today: dt.date) -> Keyring:
    """Return a ring with one new key."""
    return Keyring((fresh_key(today, ()),))


def fresh_key(today: dt.date, taken: Sequence[str]) -> Key:
    """Return a new random key with the next free name ``k1``, ``k2`` …"""
    number = 1 + max((int(one[1:]) for one in taken if re.fullmatch(r"k\d+", one)), default=0)
    return Key(f"k{number}", today, secrets.token_bytes(SECRET_BYTES))


def derived(secret: bytes, purpose: str) -> bytes:
    """Return the key of one purpose: 32 bytes no other purpose's key can be told from.

    HKDF-SHA256 with the purpose as its context, so that two exports for two purposes
    cannot be joined. Source: RFC 5869.
    """
    return HKDF(SHA256(), SECRET_BYTES, salt=None, info=f"renlin|{purpose}".encode()).derive(secret)


def written(ring: Keyring) -> str:
    """Return the text of the key file."""
    parts = [
        f'[{key.id}]\nmade_on = {key.made_on.isoformat()}\nsecret = "{key.secret.hex()}"\n'
        for key in ring.keys
    ]
    return "\n".join(parts)


def read_ring(text: str, place: str) -> Keyring:
    """Return the ring a key file holds.

    Parameters
    ----------
    text
        As :func:`written` makes it.
    place
        Name of the file, for faults.

    Raises
    ------
    PrivacyFault
        When the file is no key file; what stands in it is never told.
    """
    try:
        stated = tomllib.loads(text)
        keys = [_key(name, body) for name, body in stated.items()]
    except (tomllib.TOMLDecodeError, KeyError, TypeError, ValueError) as error:
        raise PrivacyFault(_no_ring(place)) from error
    if not keys:
        raise PrivacyFault(_no_ring(place))
    return Keyring(tuple(keys))


def _key(name: str, body: dict[str, object]) -> Key:
    secret, made_on = bytes.fromhex(str(body["secret"])), body["made_on"]
    whole = _NAME.fullmatch(name) and len(secret) == SECRET_BYTES
    if not whole or not isinstance(made_on, dt.date):
        raise ValueError("no key")
    return Key(name, made_on, secret)


def _no_ring(place: str) -> Fault:
    return Fault(
        place,
        Said(
            "钥匙文件：每把钥匙有 made_on 和 secret", "a key file: made_on and secret of each key"
        ),
        Said("读不成钥匙的内容", "what cannot be read as keys"),
        Said(
            "从备份恢复钥匙文件；没有它，保险库打不开。",
            "Restore the key file from its copy; without it the vault stays shut.",
        ),
    )
