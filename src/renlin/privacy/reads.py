"""Note every read of what identifies people, in a log whose entries hold each other.

Each line holds the hash of the one before, so a line taken out, put in or altered later is
found by reading the log once from its beginning.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256

FIRST = "0" * 64
"""Stands for the hash before the first entry."""


@dataclass(frozen=True)
class Read:
    """One reading: who (a role or account, never a resident), when, what for, how much.

    Attributes
    ----------
    at
        ISO 8601 time with its zone.
    columns
        Columns that were opened.
    n_rows
        Rows that were opened.
    """

    at: str
    reader: str
    purpose: str
    table: str
    columns: tuple[str, ...]
    n_rows: int


def entry(read: Read, before: str) -> str:
    """Return the log line of ``read`` after the line whose hash is ``before``."""
    body = {**asdict(read), "columns": list(read.columns), "before": before}
    text = json.dumps(body, ensure_ascii=False, sort_keys=True)
    return json.dumps({**body, "hash": _hash(text)}, ensure_ascii=False, sort_keys=True)


def last_hash(lines: Sequence[str]) -> str:
    """Return the hash the next entry holds."""
    return str(json.loads(lines[-1])["hash"]) if lines else FIRST


def broken(lines: Iterable[str]) -> int | None:
    """Return the number of the first line (1-based) that does not hold, or None."""
    before = FIRST
    for number, line in enumerate(lines, start=1):
        try:
            body = json.loads(line)
            told = body.pop("hash")
            text = json.dumps(body, ensure_ascii=False, sort_keys=True)
            holds = body["before"] == before and told == _hash(text)
        except (json.JSONDecodeError, KeyError, AttributeError, TypeError):
            return number
        if not holds:
            return number
        before = told
    return None


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()
