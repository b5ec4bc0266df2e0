"""Read the pictograms shipped with the report, in the colour asked for."""

from __future__ import annotations

import re
from functools import lru_cache
from importlib.resources import files

FOLDER = "assets/pictograms"
_OUTER = re.compile(r"<svg[^>]*>(?:<title>(.*?)</title>)?(.*)</svg>", re.DOTALL)
_GROUP = (
    '<g fill="none" stroke="{0}" color="{0}" stroke-width="4" stroke-linecap="round" '
    'stroke-linejoin="round">{1}</g>'
)


@lru_cache(maxsize=1)
def names() -> frozenset[str]:
    """Return the names of all pictograms."""
    folder = files("renlin.report").joinpath(FOLDER)
    return frozenset(
        item.name.removesuffix(".svg") for item in folder.iterdir() if item.name.endswith(".svg")
    )


ALIASES = {
    "alarm": "button", "door": "exit", "helper": "neighbour", "infant_food": "infant",
    "oxygen": "oxygen-device", "oxygen_bag": "oxygen-device", "prepare": "exit",
    "queue": "route", "stairs": "stairs-down", "wait": "neighbour",
}  # fmt: skip
"""What plans call a thing -> the sign that shows it."""


@lru_cache(maxsize=64)
def source(name: str) -> str:
    """Return the SVG file of a pictogram; an unknown one is the sign for a route."""
    wanted = ALIASES.get(name, name)
    chosen = wanted if wanted in names() else "route"
    return files("renlin.report").joinpath(f"{FOLDER}/{chosen}.svg").read_text(encoding="utf-8")


def drawing(name: str, colour: str) -> str:
    """Return the drawing of a pictogram, 48 by 48, without its outer element."""
    found = _OUTER.match(source(name).strip())
    inner = found.group(2) if found else ""
    return _GROUP.format(colour, inner.replace("currentColor", colour))


def inline(name: str, size: int, colour: str = "currentColor") -> str:
    """Return a pictogram to stand in running text, hidden from screen readers."""
    return (
        f'<svg class="ic" width="{size}" height="{size}" viewBox="0 0 48 48" aria-hidden="true">'
        f"{drawing(name, colour)}</svg>"
    )
