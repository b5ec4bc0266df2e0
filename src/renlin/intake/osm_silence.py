"""Say which tags about getting about a map carries that no table holds, and count them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pandas as pd

from renlin.errors import Said
from renlin.intake.layers import NOTE_COLUMNS
from renlin.intake.osm_file import MapFile, Tags

NOT_HELD = (
    "access:conditional",
    "automatic_door",
    "capacity:disabled",
    "crossing:island",
    "door",
    "foot:conditional",
    "incline:across",
    "kerb:approach_aid",
    "kerb:both",
    "kerb:left",
    "kerb:right",
    "ramp:bicycle",
    "ramp:stroller",
    "step:height",
    "tactile_paving",
    "traffic_signals:sound",
    "traffic_signals:vibration",
    "wheelchair:description",
    "wheelchair:turning_circle",
)
"""Keys about getting about that have no column. Source: osm_wiki."""
WALLS = ("city_wall", "fence", "guard_rail", "hedge", "retaining_wall", "wall")
"""Barriers drawn as lines. Nothing walks along them, and no table keeps where they run."""


def unheld(file: MapFile) -> pd.DataFrame:
    """Return one note per key that no table holds, and one for walls and fences."""
    n: Counter[str] = Counter()
    example: dict[str, str] = {}
    for name, tags in _objects(file):
        said = [key for key in NOT_HELD if key in tags]
        if tags.get("barrier") in WALLS and name.startswith("w"):
            said.append("barrier")
        for key in said:
            n[key] += 1
            example.setdefault(key, name)
    rows = [("map", example[key], *_told(key, n[key])) for key in sorted(n)]
    return pd.DataFrame(rows, columns=list(NOTE_COLUMNS), dtype="str")


def unread(unknown: pd.DataFrame) -> pd.DataFrame:
    """Return one note per value that nobody could read; it counts as not known."""
    rows = [
        (
            str(row["column"]).partition(".")[0],
            str(row["example"]),
            f"看不懂 {row['key']}={row['value']}，按未知计（共 {row['n']} 处）",
            f"{row['key']}={row['value']} not understood, counted as unknown ({row['n']} in all)",
        )
        for row in unknown.to_dict("records")
    ]
    return pd.DataFrame(rows, columns=list(NOTE_COLUMNS), dtype="str")


def _told(key: str, n: int) -> tuple[str, str]:
    if key == "barrier":
        told = Said(
            f"围墙、栅栏 {n} 段没有表可放：推断的连接可能穿过它们，须现场看",
            f"{n} walls and fences, which no table holds: an inferred join may cross one",
        )
    else:
        told = Said(f"{key}（{n} 处）没有列可放", f"{key} ({n} objects): no column holds it")
    return told.zh, told.en


def _objects(file: MapFile) -> Iterator[tuple[str, Tags]]:
    for way in sorted(file.ways.values(), key=lambda one: one.id):
        yield f"w{way.id}", way.tags
    for node, tags in sorted(file.points.items()):
        yield f"n{node}", tags
