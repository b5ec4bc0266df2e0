"""Read one catalogue file into plain entries, with file and line for each fault."""

from __future__ import annotations

import csv
import re
import tomllib
from pathlib import Path
from typing import Any

from renlin.errors import CatalogueFault, Fault, Said

_ENTRY = re.compile(r"@(\w+)\s*\{\s*([^,\s]+)\s*,(.*?)\n\}", re.DOTALL)
_FIELD = re.compile(r"(\w+)\s*=\s*\{(.*?)\}\s*,?\s*(?=\n\s*\w+\s*=|\Z)", re.DOTALL)


def read_toml(path: Path) -> dict[str, Any]:
    """Return the tables of a TOML file.

    Raises
    ------
    CatalogueFault
        When the file is not TOML.
    """
    try:
        with path.open("rb") as handle:
            return tomllib.load(handle)
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CatalogueFault(
            Fault(
                path.name,
                Said("TOML 格式", "TOML"),
                Said(str(error), str(error)),
                Said("改正该行。", "Correct that line."),
            )
        ) from error


def read_rows(path: Path) -> list[dict[str, str]]:
    """Return the rows of a UTF-8 CSV file, each under its heading."""
    with path.open(encoding="utf-8-sig", newline="") as handle:
        return [dict(row) for row in csv.DictReader(handle)]


def read_bib(path: Path) -> dict[str, dict[str, str]]:
    """Return the entries of a BibTeX file: key -> fields, with ``kind``."""
    entries: dict[str, dict[str, str]] = {}
    for kind, key, body in _ENTRY.findall(path.read_text(encoding="utf-8")):
        fields = {name.lower(): " ".join(text.split()) for name, text in _FIELD.findall(body)}
        entries[key] = {"key": key, "kind": kind.lower(), **fields}
    return entries
