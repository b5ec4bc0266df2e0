"""Find the map library in the wheel it comes with, and check that it is the one we know.

No third-party code stands in this package: MapLibre GL is read from the installed package
``maplibre`` when a map is written, and only a file whose hash is in ``maplibre.csv`` goes
into a page.
"""

from __future__ import annotations

import csv
import hashlib
import io
from dataclasses import dataclass
from importlib.resources import files
from importlib.util import find_spec
from pathlib import Path

PACKAGE, FOLDER = "maplibre", "srcjs"
SCRIPT, STYLE = "maplibre-gl.js", "maplibre-gl.css"
MANIFEST = "maplibre.csv"


@dataclass(frozen=True)
class Library:
    """MapLibre GL: its version, its script and its style sheet."""

    version: str
    script: str
    style: str


def library() -> Library | None:
    """Return the map library, None when it is not installed or not one that was checked."""
    folder = _folder()
    if folder is None:
        return None
    known = _known()
    held = {name: (folder / name).read_bytes() for name in (SCRIPT, STYLE)}
    hashes = tuple(hashlib.sha256(held[name]).hexdigest() for name in (SCRIPT, STYLE))
    version = known.get(hashes)
    script, style = (held[name].decode("utf-8") for name in (SCRIPT, STYLE))
    if version is None or "</script" in script.lower() or "</style" in style.lower():
        return None
    return Library(version, script, style)


def _folder() -> Path | None:
    found = find_spec(PACKAGE)
    for place in (found.submodule_search_locations or []) if found is not None else []:
        folder = Path(place) / FOLDER
        if all((folder / name).is_file() for name in (SCRIPT, STYLE)):
            return folder
    return None


def _known() -> dict[tuple[str, ...], str]:
    """Return (hash of the script, hash of the style sheet) -> version."""
    text = (files("renlin.report") / "assets" / MANIFEST).read_text(encoding="utf-8")
    rows = csv.DictReader(io.StringIO(text))
    return {(row["script_sha256"], row["style_sha256"]): row["version"] for row in rows}
