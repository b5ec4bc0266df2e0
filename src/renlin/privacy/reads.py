"""Note every read of what identifies people, in a log whose entries hold each other.

Each line holds the hash of the one before, so a line taken out, put in or altered later is
found by reading the log once from its beginning. A tail cut off leaves a chain that holds:
for every entry an anchor, its number and hash, is kept in another place.
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
    """Return the hash the next entry holds; after a spoilt entry, one no entry can meet."""
    if not lines:
        return FIRST
    return _told(lines, len(lines)) or _hash(lines[-1])


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


def anchor(lines: Sequence[str]) -> str:
    """Return what is kept elsewhere about the log: how many entries, and the last one's hash."""
    return f"{len(lines)} {last_hash(lines)}"


def lost(lines: Sequence[str], anchors: Iterable[str]) -> int | None:
    """Return the number of the first entry (1-based) the anchors vouch for that is not there.

    An entry without an anchor is not lost: the program may have stopped between the two.

    Parameters
    ----------
    lines
        The log.
    anchors
        As :func:`anchor` made them, one per entry.
    """
    missing = [number for number, told in map(_vouched, anchors) if _told(lines, number) != told]
    return min(missing, default=None)


def _vouched(line: str) -> tuple[int, str]:
    """Return number and hash of an anchor; of one that cannot be read, what no entry meets."""
    number, _, told = line.partition(" ")
    return (int(number), told) if number.isdecimal() else (1, "")


def _told(lines: Sequence[str], number: int) -> str | None:
    """Return the hash the entry of that number states, or None where there is none."""
    if not 0 < number <= len(lines):
        return None
    try:
        return str(json.loads(lines[number - 1])["hash"])
    except (json.JSONDecodeError, KeyError, TypeError):
        return None


def _hash(text: str) -> str:
    return sha256(text.encode()).hexdigest()
