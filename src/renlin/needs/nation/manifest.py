"""Keep what is finished, so that a run that was stopped or killed goes on where it was.

A file appears under its name only when it is whole. The manifest gets a line after that,
with the mark of all that determines the file and the hash of its bytes; a file that does
not match is made again.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from hashlib import blake2b
from pathlib import Path
from threading import Lock

from renlin.community.staging import OWNER_ONLY

MANIFEST = "manifest.jsonl"
CHUNK = 1 << 20
"""Bytes read at a time while hashing: a bound of memory."""


class Manifest:
    """The finished files of a folder.

    Attributes
    ----------
    folder
        Made for its owner only: it holds rows of residents.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir(mode=OWNER_ONLY, parents=True, exist_ok=True)
        self._lines = _read(folder / MANIFEST)
        self._lock = Lock()

    def holds(self, mark: str) -> bool:
        """Tell whether everything made under ``mark`` is there, byte for byte."""
        files = self._lines.get(mark)
        return files is not None and all(
            (self.folder / name).is_file() and file_hash(self.folder / name) == content
            for name, content in files.items()
        )

    def keep(self, mark: str, made: Mapping[str, Callable[[Path], None]]) -> None:
        """Make files and list them under ``mark``, all or none.

        Parameters
        ----------
        made
            Name inside the folder -> what writes the file at a path it is given; a later
            one may read an earlier one at its partial path.
        """
        parts: list[tuple[Path, Path]] = []
        try:
            for name, write in made.items():
                final = self.folder / name
                final.parent.mkdir(mode=OWNER_ONLY, parents=True, exist_ok=True)
                partial = partial_of(final)
                parts.append((partial, final))
                write(partial)
            hashes = {n: file_hash(p) for n, (p, _) in zip(made, parts, strict=True)}
            for partial, final in parts:
                partial.replace(final)
        except BaseException:
            for partial, _ in parts:
                partial.unlink(missing_ok=True)
            raise
        self._listed(mark, hashes)

    def _listed(self, mark: str, hashes: dict[str, str]) -> None:
        line = json.dumps({"mark": mark, "files": hashes}, sort_keys=True)
        with self._lock, (self.folder / MANIFEST).open("a", encoding="utf-8") as manifest:
            manifest.write(f"\n{line}\n")  # a line torn before must not spoil this one
            self._lines[mark] = hashes


def partial_of(final: Path) -> Path:
    """Return where a file is written before it is whole."""
    return final.with_name(f"{final.name}.{os.getpid()}.partial")


def swept(folder: Path) -> int:
    """Take away what runs that were killed left half-written; return how many files."""
    left = list(folder.rglob("*.partial"))
    for path in left:
        path.unlink(missing_ok=True)
    return len(left)


def file_hash(path: Path) -> str:
    """Return the hash of the bytes of a file."""
    digest = blake2b(digest_size=16)
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _read(path: Path) -> dict[str, dict[str, str]]:
    """Return mark -> files; a torn line is as if it were not there."""
    found: dict[str, dict[str, str]] = {}
    if path.exists():
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
            try:
                told = json.loads(line)
                found[str(told["mark"])] = {str(k): str(v) for k, v in told["files"].items()}
            except (ValueError, KeyError, TypeError, AttributeError):
                continue
    return found
