"""Price the candidate measures and put them together into schemes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from liulin_generator import edits
from liulin_generator.edits import Edit
from liulin_generator.frame import toml_value


@dataclass(frozen=True)
class Measure:
    """One candidate measure with its price."""

    key: str
    name: str
    en: str
    strategy: str
    cost: int
    edits: Callable[[], Iterable[Edit]]
    requires: str = ""
    excludes: str = ""

    @property
    def code(self) -> str:
        """Return the code of its scheme file."""
        return f"measure-{self.key}"


MEASURES = (
    Measure(
        "01-plaza",
        "下沉应急广场和中轴大台阶",
        "Sunken square and wide steps",
        "SP-C-2j",
        640_000,
        edits.plaza,
        excludes="14-ramp",
    ),
    Measure("02-axis", "中轴路拓宽到 6 米", "Widen the axis lane", "SP-C-2a", 120_000, edits.axis),
    Measure(
        "03-north-light",
        "北边楼梯应急照明",
        "Emergency light, northern stairs",
        "SP-C-2f",
        100_000,
        lambda: edits.light("north", "楼梯应急照明"),
    ),
    Measure(
        "04-west-gate",
        "西门夜间应急常开",
        "West gate open at night",
        "SP-G-2b",
        30_000,
        edits.west_gate,
    ),
    Measure(
        "05-door-ramps", "单元门坡道", "Ramps at unit doors", "SP-C-2d", 144_000, edits.door_ramps
    ),
    Measure(
        "06-handrails",
        "南边楼梯双侧扶手",
        "Handrails, southern stairs",
        "SP-C-2b",
        234_000,
        edits.handrails,
    ),
    Measure(
        "07-south-light",
        "南边楼梯应急照明",
        "Emergency light, southern stairs",
        "SP-C-2f",
        96_000,
        lambda: edits.light("south", "楼梯应急照明"),
    ),
    Measure(
        "08-chairs",
        "搬运椅和搬抬培训",
        "Carry chairs and training",
        "SP-C-2i",
        120_000,
        edits.chairs,
    ),
    Measure(
        "09-pairs",
        "结对补齐第二人和备用人",
        "Second helpers and backups",
        "SO-P-2a",
        60_000,
        edits.pairs,
    ),
    Measure(
        "10-lanes",
        "南边巷道清障接平",
        "Clear and level southern lanes",
        "SP-G-1b",
        96_000,
        edits.clear_lanes,
    ),
    Measure(
        "11-stair-clutter",
        "南边楼道清堆物",
        "Clear southern stairs",
        "SP-G-1a",
        80_000,
        edits.clear_stairs,
    ),
    Measure(
        "12-south-gate",
        "南小门改坡道",
        "South gate without steps",
        "SP-P-2a",
        180_000,
        edits.south_gate,
    ),
    Measure(
        "13-calls",
        "叫应叫醒和呼叫手环",
        "Calls, knocks and bracelets",
        "SO-G-2a",
        150_000,
        edits.calls,
    ),
    Measure(
        "14-ramp",
        "东坡道拓宽和等候平台",
        "Widen the east ramp",
        "SP-C-3a",
        160_000,
        edits.ramp_rest,
        excludes="01-plaza",
    ),
)
SCHEME_A, SCHEME_B = (
    ("01-plaza", "02-axis", "03-north-light"),
    (
        "04-west-gate",
        "05-door-ramps",
        "06-handrails",
        "07-south-light",
        "08-chairs",
        "09-pairs",
        "10-lanes",
        "11-stair-clutter",
    ),
)


def measure_rows() -> list[dict[str, Any]]:
    """Return the rows of ``measures``."""
    return [
        {
            "measure": m.code,
            "scheme": f"{m.code}.toml",
            "name": m.name,
            "strategy": m.strategy,
            "cost": m.cost,
            "cost_source": "assumption",
            "requires": f"measure-{m.requires}" if m.requires else None,
            "excludes": f"measure-{m.excludes}" if m.excludes else None,
        }
        for m in MEASURES
    ]


def scheme_files() -> dict[str, str]:
    """Return file name -> text of the two schemes and of every measure."""
    by_key = {m.key: m for m in MEASURES}
    files = {f"{m.code}.toml": _scheme(m.code, m.name, m.en, "other", [m]) for m in MEASURES}
    files["a.toml"] = _scheme(
        "a",
        "方案 A：下沉广场和大台阶",
        "Scheme A: sunken square and wide steps",
        "universal",
        [by_key[key] for key in SCHEME_A],
    )
    files["b.toml"] = _scheme(
        "b",
        "方案 B：坡道、扶手、搬抬和结对",
        "Scheme B: ramps, rails, carrying and pairs",
        "equity",
        [by_key[key] for key in SCHEME_B],
    )
    return files


def _scheme(code: str, zh: str, en: str, view: str, parts: list[Measure]) -> str:
    lines = [
        f'code = "{code}"',
        f'zh = "{zh}"',
        f'en = "{en}"',
        f'view = "{view}"',
        f'description = "{"；".join(part.name for part in parts)}"',
        f'description_en = "{"; ".join(part.en for part in parts)}"',
        f"cost = {sum(part.cost for part in parts)}.0",
        'cost_source = "assumption"',
    ]
    for part in parts:
        for edit in part.edits():
            lines += [
                "",
                "[[edit]]",
                *(f"{key} = {toml_value(v)}" for key, v in edit.items() if v is not None),
            ]
    return "\n".join(lines) + "\n"
