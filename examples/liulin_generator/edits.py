"""Draw the edits of each measure: what stands there now, what shall stand there, why."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

from liulin_generator.frame import Point, placed, wkt
from liulin_generator.lanes import AXIS, MID_WEST, gates, walks
from liulin_generator.mutual_aid import carried_households, pairs_to_come
from liulin_generator.places import facilities
from liulin_generator.plan import entrances, units
from liulin_generator.pseudonyms import household_pseudonym
from renlin.catalogue.load import load

PLAZA: Point = (114.0, 186.0)
"""Middle of the sunken yard, where the stepped ways from both sides end."""
STEPS_FROM = 160.0  # m north: where the stepped ways leave the lanes

Edit = dict[str, Any]


@cache
def _tables() -> dict[str, dict[str, dict[str, Any]]]:
    """Return table -> key -> row, as the survey left them."""
    return {
        "entrances": {row["entrance"]: row for row in entrances()},
        "walks": {row["walk"]: row for row in walks()},
        "gates": {row["gate"]: row for row in gates()},
        "facilities": {row["facility"]: row for row in facilities()},
    }


def put(lever: str, table: str, key: str, column: str, now: Any, why: str) -> Iterator[Edit]:
    """Yield the edit that sets a cell, with what stands there; none when it stands already."""
    was = _tables()[table][key][column]
    if was != now:
        yield {
            "lever": lever,
            "op": "set",
            "table": table,
            "key": key,
            "column": column,
            "was": was,
            "now": now,
            "why": why,
        }


def plaza() -> Iterator[Edit]:
    """Yield a square in the sunken yard, two wide stepped ways down, and the ramp taken away."""
    x, y = placed(PLAZA)
    ways: dict[str, list[Point]] = {
        "a-steps-east": [(AXIS, STEPS_FROM), (132.0, STEPS_FROM), (132.0, PLAZA[1]), PLAZA],
        "a-steps-west": [(MID_WEST, STEPS_FROM), (96.0, STEPS_FROM), (96.0, PLAZA[1]), PLAZA],
    }
    for key, shape in ways.items():
        yield {
            "lever": "net.edge.add",
            "op": "add",
            "table": "walks",
            "key": key,
            "row": {
                "kind": "steps",
                "width": 6.0,
                "slope": -0.09,
                "steps": 30,
                "surface": "paving_stones",
                "lit": True,
                "barrier": "none",
                "wheelchair": "no",
                "origin": "方案图",
                "geometry": wkt(shape),
            },
            "why": "6 米宽、30 级缓步台阶，分三跑",
        }
    yield {
        "lever": "net.dest.add",
        "op": "add",
        "table": "facilities",
        "key": "a-plaza",
        "row": {
            "kind": "shelter",
            "name": "柳林下沉应急广场",
            "capacity": 3000,
            "area": 4500,
            "width": 12.0,
            "step_free": False,
            "state": "open",
            "serves": "柳林新村",
            "x": x,
            "y": y,
        },
        "why": "集合点搬到小区正中，多数人近 100 到 300 米",
    }
    yield {
        "lever": "net.edge.add",
        "op": "remove",
        "table": "walks",
        "key": "east-ramp",
        "why": "东坡道挖去取土、改停车位；小学操场只能从北门绕行",
    }


def axis() -> Iterator[Edit]:
    """Yield a wider axis lane without stalls and parked cars."""
    for part in range(7):
        yield from put("net.edge.width", "walks", f"axis-{part}", "width", 6.0, "中轴拓到 6 米")
        yield from put(
            "net.edge.block_prob", "walks", f"axis-{part}", "barrier", "none", "移走摊位和停车"
        )


def light(zone: str, why: str) -> Iterator[Edit]:
    """Yield emergency light in every dark stair of one third of the compound."""
    for key, slab, _ in units():
        if slab.zone == zone and _tables()["entrances"][key]["lit"] is False:
            yield from put("stair.speed_factor", "entrances", key, "lit", True, why)


def west_gate() -> Iterator[Edit]:
    """Yield a west gate that opens by itself at night."""
    yield from put(
        "net.gate.open_hours",
        "gates",
        "west",
        "open_hours",
        "00:00-24:00",
        "电控锁与报警联动，夜里自动开",
    )


def door_ramps() -> Iterator[Edit]:
    """Yield ramps at the doors of units where somebody must be carried."""
    for unit in sorted({home.unit for home in carried_households()}):
        row = _tables()["entrances"][unit]
        if row["steps"] and row["ramp"] is False:
            yield from put("net.edge.accessible", "entrances", unit, "ramp", True, "单元门加坡道")


def handrails() -> Iterator[Edit]:
    """Yield rails on both sides of the southern stairs."""
    for key, slab, _ in units():
        if slab.zone == "south" and slab.number > 2:
            yield from put(
                "stair.speed_factor", "entrances", key, "handrail", "both", "双侧连续扶手"
            )


def chairs() -> Iterator[Edit]:
    """Yield faster carrying and shorter preparation, by chairs and training."""
    known = load().parameters
    for lever, code, now in (
        ("assist.speed", "carry_speed_stairs", 0.42),
        ("assist.prep_s", "carry_preparation", 42.0),
    ):
        yield {
            "lever": lever,
            "op": "parameter",
            "key": f"parameters/{code}",
            "was": known[code].value,
            "now": now,
            "why": "20 具搬运椅，帮手每季练一次",
        }


def pairs() -> Iterator[Edit]:
    """Yield the helpers that are still missing."""
    for pair in pairs_to_come():
        lever = "assist.distance" if pair.role == "backup" else "assist.carriers"
        yield {
            "lever": lever,
            "op": "add",
            "table": "pairs",
            "key": f"b-{pair.key}",
            "row": {
                "household": household_pseudonym(pair.household),
                "helper": pair.helper.key,
                "role": pair.role,
            },
            "why": {"primary": "补第一人", "second": "补第二人一起抬", "backup": "补别楼备用人"}[
                pair.role
            ],
        }


def clear_lanes() -> Iterator[Edit]:
    """Yield southern lanes cleared and made level."""
    yield from put("net.edge.accessible", "walks", "east-0", "wheelchair", "yes", "去掉路缘，接平")
    for key, width in (("east-0", 3.0), ("row1-c", 3.5), ("row2-c", 3.0)):
        yield from put("net.edge.width", "walks", key, "width", width, "划线清障")
        yield from put("net.edge.block_prob", "walks", key, "barrier", "none", "移走停车")


def clear_stairs() -> Iterator[Edit]:
    """Yield southern stairs without stored things."""
    for key, slab, _ in units():
        if slab.zone == "south" and _tables()["entrances"][key]["blocked_width"]:
            yield from put(
                "net.edge.block_prob", "entrances", key, "blocked_width", 0.0, "清楼道堆物"
            )


def south_gate() -> Iterator[Edit]:
    """Yield a wider south gate without steps."""
    yield from put("net.edge.accessible", "gates", "south", "steps", 0, "台阶改缓坡")
    yield from put("net.edge.accessible", "gates", "south", "wheelchair", "yes", "台阶改缓坡")
    yield from put("net.edge.width", "gates", "south", "width", 2.0, "门洞拓宽")


def calls() -> Iterator[Edit]:
    """Yield more households reached by the first message."""
    was = load().parameters["warning_reach"].value
    yield {
        "lever": "warn.reach_prob",
        "op": "parameter",
        "key": "parameters/warning_reach",
        "was": was,
        "now": 0.9,
        "why": "三级叫应，手环和敲门兜底",
    }


def ramp_rest() -> Iterator[Edit]:
    """Yield a wider east gate and ramp."""
    yield from put("net.edge.width", "walks", "east-ramp", "width", 5.0, "拓宽，设等候平台")
    yield from put("net.edge.width", "gates", "east", "width", 5.0, "东门拓宽")
