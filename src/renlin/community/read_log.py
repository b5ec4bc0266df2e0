"""Note in a folder who read what of single residents, and tell when the note was tampered with.

The log lies in the vault; the anchors that vouch for its entries lie with the keys, in
``keys/`` of the folder or in the folder the environment variable ``RENLIN_KEYS`` names.
"""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from renlin.community.staging import OWNER_ONLY
from renlin.privacy.reads import Read, anchor, broken, entry, last_hash, lost

VAULT, KEYS = "vault", "keys"
READS, ANCHORS = "reads.jsonl", "reads.anchors"
ELSEWHERE = "RENLIN_KEYS"


@dataclass(frozen=True)
class LogState:
    """Whether the log of reads is whole.

    Attributes
    ----------
    n
        Entries there are.
    broken_at
        First line that does not hold to the one before, or None.
    lost_at
        First entry that an anchor vouches for and that is gone or another, or None.
    """

    n: int
    broken_at: int | None
    lost_at: int | None


def keys_folder(root: Path) -> Path:
    """Return where the keys of the folder's vault, and the anchors of its log, lie."""
    named = os.environ.get(ELSEWHERE)
    return Path(named) if named else root / KEYS


def note_read(
    root: Path, *, reader: str, purpose: str, table: str, columns: Sequence[str], n_rows: int
) -> None:
    """Add one entry to the log of reads, and its anchor to the keys."""
    lines = _lines(root / VAULT / READS)
    now = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    read = Read(now, reader, purpose, table, tuple(columns), n_rows)
    added = entry(read, last_hash(lines))
    _append(root / VAULT / READS, added)
    _append(keys_folder(root) / ANCHORS, anchor([*lines, added]))


def log_state(root: Path) -> LogState:
    """Return whether the log of the folder's reads is whole."""
    lines = _lines(root / VAULT / READS)
    return LogState(len(lines), broken(lines), lost(lines, _lines(keys_folder(root) / ANCHORS)))


def _lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines() if path.is_file() else []


def _append(path: Path, line: str) -> None:
    path.parent.mkdir(mode=OWNER_ONLY, parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with open(handle, "a", encoding="utf-8") as out:
        out.write(line + "\n")
