"""Write three years of dated inspections and the few devices that hang in the compound."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from liulin_generator.luck import Luck, between
from liulin_generator.plan import SLABS, Slab, units

ROUNDS = (dt.date(2024, 4, 12), dt.date(2025, 4, 10), dt.date(2026, 4, 9), dt.date(2026, 9, 15))
"""Days on which the street had buildings looked at; not every building every time."""
_SEEN = {"south": 0.85, "middle": 0.7, "north": 0.55}
_CLOSED = {"south": 0.25, "middle": 0.5, "north": 0.7}
NEVER_INSPECTED = ("b22", "b26")
"""Buildings nobody has looked at: their risk is unknown, not nil."""

# kind, table, how likely by zone, measure (low, high) by zone or None, inspector
_BUILDING_KINDS: tuple[
    tuple[str, dict[str, float], dict[str, tuple[float, float]] | None, str], ...
] = (
    (
        "wiring",
        {"south": 0.9, "middle": 0.6, "north": 0.25},
        {"south": (42, 68), "middle": (30, 52), "north": (14, 38)},
        "供电所",
    ),
    (
        "gas_hose",
        {"south": 0.5, "middle": 0.35, "north": 0.2},
        {"south": (4, 9), "middle": (2, 7), "north": (1, 4)},
        "燃气公司",
    ),
    ("structure", {"south": 0.45, "middle": 0.4, "north": 0.08}, None, "区住建局"),
    ("drainage", {"south": 0.6, "middle": 0.2, "north": 0.05}, None, "养护公司"),
)
_UNIT_KINDS: tuple[tuple[str, dict[str, float]], ...] = (
    ("stair_clutter", {"south": 0.55, "middle": 0.35, "north": 0.2}),
    ("ebike_charging", {"south": 0.4, "middle": 0.25, "north": 0.15}),
)


def hazards() -> list[dict[str, Any]]:
    """Return the rows of ``hazards``, oldest first."""
    found = [*_of_buildings(), *_of_units(), *_of_lanes()]
    found.sort(key=lambda row: (row["inspected_on"], row["place"], row["kind"]))
    return [{"hazard": f"z{i:04d}", **row} for i, row in enumerate(found, start=1)]


def _of_buildings() -> Iterator[dict[str, Any]]:
    keys = [
        f"{slab.key} {kind} {day}"
        for slab in SLABS
        for kind, *_ in _BUILDING_KINDS
        for day in ROUNDS
    ]
    luck = Luck(keys)
    for slab in SLABS:
        for kind, likely, spans, inspector in _BUILDING_KINDS:
            yield from _history(
                slab,
                slab.key,
                "buildings",
                kind,
                likely[slab.zone],
                spans[slab.zone] if spans else None,
                inspector,
                luck,
            )


def _of_units() -> Iterator[dict[str, Any]]:
    keys = [
        f"{key} {kind} {day}" for key, _, _ in units() for kind, _ in _UNIT_KINDS for day in ROUNDS
    ]
    luck = Luck(keys)
    for key, slab, _ in units():
        for kind, likely in _UNIT_KINDS:
            yield from _history(
                slab, key, "entrances", kind, likely[slab.zone], None, "街道消防办", luck
            )


def _history(
    slab: Slab,
    place: str,
    table: str,
    kind: str,
    likely: float,
    span: tuple[float, float] | None,
    inspector: str,
    luck: Luck,
) -> Iterator[dict[str, Any]]:
    """Yield what the rounds found at one place: again and again until it was put right."""
    if slab.key in NEVER_INSPECTED:
        return
    for day in ROUNDS:
        key = f"{place} {kind} {day}"
        u = {p: luck(p)[key] for p in ("seen", "found", "measure", "grade", "closed", "days")}
        if u["seen"] >= _SEEN[slab.zone] or u["found"] >= likely:
            continue
        closed = u["closed"] < _CLOSED[slab.zone]
        put_right = day + dt.timedelta(days=between(u["days"], 10, 150))
        grade = between(u["grade"], 2, 5) if slab.zone == "south" else between(u["grade"], 1, 3)
        yield {
            "kind": kind,
            "place": place,
            "place_table": table,
            "measure": between(u["measure"], int(span[0]), int(span[1])) if span else None,
            "severity": grade,
            "inspected_on": day.isoformat(),
            "closed_on": put_right.isoformat()
            if closed and put_right < dt.date(2026, 11, 1)
            else None,
            "inspector": inspector,
            "note": _NOTES[kind],
        }


_NOTES = {
    "wiring": "楼内干线使用年数",
    "gas_hose": "橡胶软管使用年数",
    "structure": "墙体裂缝，待鉴定",
    "drainage": "雨水口堵",
    "stair_clutter": "楼道堆物",
    "ebike_charging": "楼道里充电",
    "fire_lane_blocked": "剩余净宽，米",
    "flood_point": "积水深，米",
}


def _of_lanes() -> Iterator[dict[str, Any]]:
    """Yield what was found on lanes: occupied fire lanes and where water stands."""
    for place, kind, measure, grade, day, closed in _LANES:
        yield {
            "kind": kind,
            "place": place,
            "place_table": "walks",
            "measure": measure,
            "severity": grade,
            "inspected_on": day,
            "closed_on": closed,
            "inspector": "养护公司" if kind == "flood_point" else "街道消防办",
            "note": _NOTES[kind],
        }


_LANES: tuple[tuple[str, str, float | None, int, str, str | None], ...] = (
    ("row2-c", "fire_lane_blocked", 1.6, 4, "2026-04-09", None),
    ("row1-c", "fire_lane_blocked", 2.4, 4, "2025-04-10", None),
    ("east-0", "fire_lane_blocked", 1.2, 5, "2026-09-15", None),
    ("axis-4", "fire_lane_blocked", 3.2, 3, "2026-09-15", None),
    ("axis-5", "fire_lane_blocked", 4.0, 2, "2025-04-10", "2025-06-01"),
    ("row0-c", "flood_point", 0.4, 4, "2024-07-08", None),
    ("row0-d", "flood_point", 0.35, 4, "2025-06-20", None),
    ("yard", "flood_point", 0.45, 5, "2026-06-28", None),
    ("south-way", "flood_point", 0.5, 5, "2026-06-28", None),
    ("riverside", "flood_point", 0.8, 5, "2026-06-28", None),
    ("row1-a", "flood_point", 0.2, 3, "2026-06-28", None),
    ("row1-b", "flood_point", 0.15, 2, "2024-07-08", None),
)


def sensors() -> list[dict[str, Any]]:
    """Return the rows of ``sensors``: few, and more where less is needed."""
    return [
        {
            "sensor": f"s{i:02d}",
            "kind": kind,
            "place": place,
            "place_table": table,
            "installed_on": installed,
            "last_seen": seen,
            "battery": battery,
        }
        for i, (kind, place, table, installed, seen, battery) in enumerate(_SENSORS, start=1)
    ]


_SENSORS: tuple[tuple[str, str, str, str, str | None, float | None], ...] = (
    ("smoke", "b24-1", "entrances", "2025-03-01", "2026-10-31", 0.8),
    ("smoke", "b24-2", "entrances", "2025-03-01", "2026-10-31", 0.8),
    ("smoke", "b27-1", "entrances", "2025-03-01", "2026-10-31", 0.7),
    ("smoke", "b29-2", "entrances", "2025-03-01", "2026-10-30", 0.6),
    ("smoke", "b30-3", "entrances", "2025-03-01", "2026-10-31", 0.9),
    ("smoke", "b03-2", "entrances", "2023-05-01", "2026-02-11", 0.0),
    ("smoke", "b06-3", "entrances", "2023-05-01", None, None),
    ("electrical", "b07", "buildings", "2024-06-01", "2026-10-31", 1.0),
    ("tilt", "b02", "buildings", "2026-05-01", "2026-10-31", 0.95),
    ("water_level", "yard", "walks", "2026-05-20", "2026-10-31", 0.9),
    ("water_level", "riverside", "walks", "2026-05-20", "2026-09-02", 0.1),
    ("co", "canteen", "facilities", "2024-11-01", "2026-10-31", 1.0),
    ("door", "b12-3", "entrances", "2026-06-01", "2026-10-31", 0.7),
    ("button", "elders", "facilities", "2026-06-01", "2026-10-31", 0.9),
)
