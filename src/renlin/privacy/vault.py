"""Encrypt identities field by field, so that a table can be kept, moved and partly read.

Every field is sealed with AES-256-GCM under a named key and bound to its place (table, row,
column): a field cut out and pasted into another row does not open. Source: NIST SP 800-38D.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Sequence

import pandas as pd
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from renlin.errors import Fault, PrivacyFault, Said
from renlin.privacy.keys import Keyring, derived

NONCE_BYTES = 12
PURPOSE = "vault"
_MARK = "."


def seal(text: str, ring: Keyring, place: str) -> str:
    """Return ``text`` sealed: key id, then nonce and ciphertext in base64.

    Parameters
    ----------
    place
        Where the field stands, such as ``identities|P-1|name``; it opens nowhere else.
    """
    nonce = secrets.token_bytes(NONCE_BYTES)
    box = AESGCM(derived(ring.writing.secret, PURPOSE))
    sealed = nonce + box.encrypt(nonce, text.encode(), place.encode())
    return f"{ring.writing.id}{_MARK}{base64.urlsafe_b64encode(sealed).decode()}"


def unseal(sealed: str, ring: Keyring, place: str) -> str | None:
    """Return the text of a sealed field, or None when it does not open here."""
    key_id, mark, body = sealed.partition(_MARK)
    key = ring.reading(key_id)
    if key is None or not mark:
        return None
    try:
        raw = base64.urlsafe_b64decode(body.encode())
        box = AESGCM(derived(key.secret, PURPOSE))
        return box.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], place.encode()).decode()
    except (InvalidTag, ValueError):
        return None


def seal_table(table: pd.DataFrame, ring: Keyring, name: str, key: str) -> pd.DataFrame:
    """Return ``table`` with every column but ``key`` sealed; missing fields stay missing.

    Parameters
    ----------
    name
        Name of the table.
    key
        Column that names the row: a pseudonym, each once.
    """
    sealed = table.copy()
    for column in _private(table, key):
        sealed[column] = [
            None if pd.isna(text) or text == "" else seal(str(text), ring, _at(name, row, column))
            for row, text in zip(table[key], table[column], strict=True)
        ]
    return sealed


def open_table(
    table: pd.DataFrame, ring: Keyring, name: str, key: str, *, columns: Sequence[str] | None = None
) -> pd.DataFrame:
    """Return ``table`` with its fields opened; fields of other ``columns`` are left out.

    Raises
    ------
    PrivacyFault
        With the row and column of every field that does not open: its key is not on the
        ring, or it was altered or stands in another place than it was sealed for.
    """
    chosen = _private(table, key) if columns is None else list(columns)
    opened = table[[key, *chosen]].copy()
    faults: list[Fault] = []
    for column in chosen:
        texts: list[str | None] = []
        for at, (row, sealed) in enumerate(zip(table[key], table[column], strict=True)):
            if pd.isna(sealed) or sealed == "":
                texts.append(None)
                continue
            text = unseal(str(sealed), ring, _at(name, row, column))
            texts.append(text)
            if text is None:
                faults.append(_shut(name, at + 2, column))
        opened[column] = pd.Series(texts, index=table.index, dtype="str")
    if faults:
        raise PrivacyFault(faults)
    return opened


def key_ids(table: pd.DataFrame, key: str) -> dict[str, int]:
    """Return key id -> number of fields sealed with it."""
    counts: dict[str, int] = {}
    for column in _private(table, key):
        for sealed in table[column].dropna():
            name = str(sealed).partition(_MARK)[0]
            if sealed:
                counts[name] = counts.get(name, 0) + 1
    return counts


def _private(table: pd.DataFrame, key: str) -> list[str]:
    return [str(column) for column in table.columns if column != key]


def _at(name: str, row: object, column: str) -> str:
    return f"{name}|{row}|{column}"


def _shut(name: str, row: int, column: str) -> Fault:
    return Fault(
        f"vault/{name}.csv",
        Said("能用钥匙打开的一格", "a field the keys open"),
        Said("打不开：钥匙不对，或内容被改动、挪动过", "shut: another key, or altered or moved"),
        Said(
            "放回原来的钥匙文件，或从名册重新整理（renlin build）。",
            "Put back the key file it was sealed with, or build again (renlin build).",
        ),
        row,
        column,
    )
