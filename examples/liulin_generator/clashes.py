"""Say which lanes, doors and stairs of the compound clash with a standard or a need.

The compound was built before the standards: what is written here follows from the widths,
lamps and rails drawn in ``lanes`` and ``plan``, and rules must find exactly this.
"""

from __future__ import annotations

from liulin_generator import lanes, places, plan

FIRE_LANE = 4.0  # m
EXIT_DOOR, STAIR = 1.1, 1.0  # m
GROUP_NEEDS = {"handrail_slow": "stick_slow", "step_free_door_wheelchair": "wheelchair"}
"""Need -> display group; it clashes only behind doors where somebody of the group lives."""


def everywhere() -> list[tuple[str, str, list[str]]]:
    """Return what clashes all over the compound: where, what, and the keys."""
    doors = [str(row["entrance"]) for row in plan.entrances()]
    return [
        ("院内巷道", "净宽不到 4 米", narrow_lanes()),
        ("院内外的路", "没有路灯", dark_ways()),
        ("楼梯", "没有应急照明", [f"need_unmet:{d}:light_stair_all" for d in doors if _dark(d)]),
        ("单元门", "净宽不到 1.1 米", [f"exit_door_narrow:{d}" for d in doors if _narrow(d)]),
        ("楼梯", "除去堆物不到 1 米", [f"stair_narrow:{d}" for d in doors if _tight(d)]),
    ]


def planted() -> set[str]:
    """Return the keys of every contradiction that does not depend on who lives where."""
    named = {key for *_, keys in places.CONTRADICTIONS for key in keys}
    return named | {key for *_, keys in everywhere() for key in keys}


def narrow_lanes() -> list[str]:
    """Return the lanes and roads too narrow for a fire engine."""
    return [
        f"fire_lane_narrow:{row['walk']}"
        for row in lanes.walks()
        if row["kind"] in ("lane", "road") and row["width"] is not None and row["width"] < FIRE_LANE
    ]


def dark_ways() -> list[str]:
    """Return the ways without a lamp that works."""
    return [f"need_unmet:{row['walk']}:light_all" for row in lanes.walks() if _off(row)]


def lacking(need: str) -> set[str]:
    """Return the doors that lack what a group needs."""
    rows = plan.entrances()
    if need == "handrail_slow":
        return {str(row["entrance"]) for row in rows if row["handrail"] in ("none", "one")}
    return {str(row["entrance"]) for row in rows if row["steps"] and row["ramp"] is False}


def _row(door: str) -> dict[str, object]:
    return next(row for row in plan.entrances() if row["entrance"] == door)


def _off(row: dict[str, object]) -> bool:
    """Return whether the lamps are known not to work."""
    return row["lit"] is not None and not row["lit"]


def _dark(door: str) -> bool:
    return _off(_row(door))


def _narrow(door: str) -> bool:
    width = _row(door)["door_width"]
    return isinstance(width, float) and width < EXIT_DOOR


def _tight(door: str) -> bool:
    width, blocked = _row(door)["stair_width"], _row(door)["blocked_width"]
    known = isinstance(width, float) and isinstance(blocked, float)
    return known and round(float(str(width)) - float(str(blocked)), 9) < STAIR
