"""Keep the identities of a folder's residents sealed, and note who opened them.

The keys lie apart from what they open: in ``keys/`` of the folder, or in the folder that
the environment variable ``RENLIN_KEYS`` names, which a deployment puts on another disk.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TextIO

import pandas as pd

from renlin.community.read_log import ELSEWHERE, KEYS, VAULT, keys_folder, note_read
from renlin.community.staging import OWNER_ONLY, staged
from renlin.errors import Fault, PrivacyFault, Said
from renlin.privacy.keys import Keyring, fresh_ring, read_ring, written
from renlin.privacy.vault import key_ids, open_table, seal_table

IDENTITIES, PERSON = "identities", "person"
FILE = f"{IDENTITIES}.csv"
KEY_FILE = "vault.toml"
COLUMNS = (PERSON, "name", "phone", "identity_number", "address_text")


def ring_of(root: Path) -> Keyring | None:
    """Return the keys of the folder's vault, or None when it has none yet.

    Raises
    ------
    PrivacyFault
        When the key file cannot be read as one.
    """
    path = keys_folder(root) / KEY_FILE
    if not path.is_file():
        return None
    return read_ring(path.read_text(encoding="utf-8"), f"{KEYS}/{KEY_FILE}")


def ring_or_new(root: Path) -> Keyring:
    """Return the keys of the folder's vault, new ones where there are none."""
    found = ring_of(root)
    return fresh_ring(dt.date.today()) if found is None else found


def keep_ring(ring: Keyring, root: Path) -> None:
    """Write the key file, readable by its owner only; the old one stays until it is whole."""
    with staged(keys_folder(root), mode=OWNER_ONLY) as fresh:
        write_ring(ring, fresh)


def write_ring(ring: Keyring, fresh: Path) -> None:
    """Write the key file into a folder that is being staged."""
    with for_owner(fresh / KEY_FILE) as out:
        out.write(written(ring))


def write_identities(table: pd.DataFrame, ring: Keyring, fresh: Path) -> None:
    """Write the identities sealed, into a folder that is being staged."""
    with for_owner(fresh / FILE) as out:
        seal_table(table, ring, IDENTITIES, PERSON).to_csv(out, index=False, lineterminator="\n")


def sealed_identities(root: Path) -> pd.DataFrame | None:
    """Return the identities as they are kept, sealed; None when the folder keeps none."""
    path = root / VAULT / FILE
    return pd.read_csv(path, dtype="str", keep_default_na=False) if path.is_file() else None


def identities(
    root: Path,
    *,
    columns: Sequence[str],
    reader: str,
    purpose: str,
    persons: Collection[str] | None = None,
) -> pd.DataFrame:
    """Return the named columns of the identities, and note that they were read.

    Parameters
    ----------
    root
        The community folder.
    columns
        Columns that are opened; the others stay shut.
    reader, purpose
        Who reads (a role or account) and what for, as noted.
    persons
        Whose rows are opened; all when absent.

    Returns
    -------
    Column person and ``columns``, missing fields missing; no rows when the folder keeps no
    identities.

    Raises
    ------
    PrivacyFault
        When the keys are not there or do not open the vault. Nothing is noted then.
    """
    sealed = sealed_identities(root)
    if sealed is None:
        return pd.DataFrame(columns=[PERSON, *columns], dtype="str")
    ring = ring_of(root)
    if ring is None:
        raise PrivacyFault(no_keys())
    if persons is not None:
        sealed = sealed[sealed[PERSON].isin(persons)]
    opened = open_table(sealed, ring, IDENTITIES, PERSON, columns=columns)
    note_read(root, reader=reader, purpose=purpose, table=IDENTITIES, columns=columns,
              n_rows=len(opened))  # fmt: skip
    return opened


def rotate(root: Path) -> dict[str, int]:
    """Seal every field again with a new key and return key id -> fields sealed with it.

    The key file is written with both keys first, the vault next, and the old key is
    dropped last: whenever that is broken off, the keys on disk open the vault on disk.

    Raises
    ------
    PrivacyFault
        When there are no keys or no vault, or a field does not open: nothing is changed.
    """
    sealed, ring = sealed_identities(root), ring_of(root)
    if sealed is None or ring is None:
        raise PrivacyFault(no_keys())
    opened = open_table(sealed, ring, IDENTITIES, PERSON)
    both = ring.rotated(dt.date.today())
    keep_ring(both, root)
    with staged(root / VAULT, mode=OWNER_ONLY) as fresh:
        write_identities(opened, both, fresh)
    keep_ring(both.only_writing(), root)
    now = sealed_identities(root)
    return {} if now is None else key_ids(now, PERSON)


def no_keys() -> Fault:
    """Return what is wrong when a vault cannot be opened for want of its keys."""
    return Fault(
        f"{KEYS}/{KEY_FILE}",
        Said("保险库和它的钥匙文件", "a vault and its key file"),
        Said("没有", "none"),
        Said(
            f"放回钥匙文件，或用环境变量 {ELSEWHERE} 指出它的文件夹；"
            "还没有整理过就先运行 renlin build。",
            f"Put the key file back or name its folder in {ELSEWHERE}; without registers built, "
            "run renlin build first.",
        ),
    )


def for_owner(path: Path) -> TextIO:
    """Open a new file that only its owner can read."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    return open(handle, "w", newline="", encoding="utf-8")
