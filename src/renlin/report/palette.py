"""Give schemes, groups and classes the same look everywhere: names of the visual tokens."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from itertools import cycle

from renlin.catalogue.models import DisplayGroup
from renlin.community.settings import Scheme

DASHES = {
    "g1": "",
    "g2": "",
    "g3": "9 3",
    "g4": "5 3",
    "g5": "9 3 2 3",
    "g6": "2 3",
    "g7": "14 3",
    "g8": "6 2 2 2 2 2",
}
"""Dash of each group token, as in tokens.css."""
MARKERS = {
    "●": "disc",
    "◆": "diamond",
    "■": "square",
    "▲": "triangle",
    "▼": "wedge",
    "⬟": "pentagon",
    "○": "ring",
    "□": "frame",
}
BASE = "base"


@dataclass(frozen=True)
class Look:
    """How one thing is drawn: colour token, dash and marker, never colour alone."""

    colour: str
    marker: str
    dash: str = ""
    letter: str = ""


def group_look(group: DisplayGroup) -> Look:
    """Return the look of a display group from its token and marker in the catalogue."""
    token = group.token.removeprefix("--")
    return Look(f"var(--{token})", MARKERS.get(group.marker, group.marker), DASHES.get(token, ""))


def scheme_looks(schemes: Mapping[str, Scheme], order: Iterable[str]) -> dict[str, Look]:
    """Return scheme code -> look: base ○, universal view A ■, equity view B ◆, others grey.

    What was simulated without being a candidate, such as the pairs, has no letter.

    Letters run A for the first universal scheme, B for the first equity scheme, then on.
    """
    looks = {BASE: Look("var(--sch-base)", "ring")}
    listed = [code for code in order if code != BASE]
    for view, look in (
        ("universal", Look("var(--sch-a)", "square", letter="A")),
        ("equity", Look("var(--sch-b)", "diamond", letter="B")),
    ):
        first = next((c for c in listed if code_view(schemes, c) == view), None)
        if first is not None:
            looks[first] = look
    taken = {look.letter for look in looks.values()}
    free = (chr(c) for c in range(ord("A"), ord("Z") + 1) if chr(c) not in taken)
    marks = cycle(("disc", "triangle", "wedge", "pentagon"))
    for code in listed:
        if code not in looks:
            letter = next(free, "·") if code in schemes else ""
            looks[code] = Look("var(--ink-3)", next(marks), letter=letter)
    return looks


@lru_cache(maxsize=1)
def tokens() -> Mapping[str, str]:
    """Return name -> value of the visual tokens, and of the report's own colours of maps.

    What is drawn outside the report (a live map, a style for QGIS) takes them from here.
    """
    assets = files("renlin.report") / "assets"
    read = [(assets / name).read_text(encoding="utf-8") for name in ("report.css", "tokens.css")]
    return {name: value.strip() for text in read for name, value in _TOKEN.findall(text)}


_TOKEN = re.compile(r"--([a-z0-9-]+)\s*:\s*([^;}]+)")


def code_view(schemes: Mapping[str, Scheme], code: str) -> str:
    """Return the view scheme ``code`` takes, ``other`` when it is unknown."""
    scheme = schemes.get(code)
    return "other" if scheme is None else scheme.view
