"""Name the open and public spaces, who uses and manages them, and the facilities."""

from __future__ import annotations

from typing import Any

from liulin_generator.frame import Point, box, placed
from liulin_generator.lanes import AXIS, EAST_GATE, MAIN_ROAD, lane_of

PIT_BOX = (86.0, 146.0, 142.0, 190.0)
SEEN = "2026-09-20"


OFFERED = (
    "entrance_width", "entrance_slope", "step_free", "toilet", "accessible_toilet", "water",
    "power", "shade", "lit", "signed", "drained",
)  # fmt: skip
"""What a ground offers in an emergency; where the survey did not look it stays unknown."""
_OFFERS: dict[str, dict[str, Any]] = {
    "school-ground": {
        "entrance_width": 6.0, "step_free": True, "toilet": True, "accessible_toilet": False,
        "power": True, "shade": False, "signed": True, "drained": True,
    },
    "park": {"power": False, "shade": True, "signed": True, "drained": False},
    "pit": {
        "entrance_width": 1.4, "entrance_slope": 0.12, "step_free": False, "toilet": False,
        "accessible_toilet": False, "water": False, "lit": False, "signed": False,
        "drained": False,
    },
    "green": {
        "entrance_width": 4.0, "entrance_slope": 0.02, "step_free": True, "shade": True,
        "lit": True, "signed": False,
    },
    "north-parking": {"power": True, "shade": False, "signed": False, "drained": True},
    "axis-market": {"shade": False, "power": True},
    "canteen-hall": {
        "entrance_width": 1.5, "step_free": False, "toilet": True, "water": True, "power": True,
        "lit": True, "signed": False, "drained": True,
    },
    "elders-hall": {
        "entrance_width": 1.4, "entrance_slope": 0.05, "step_free": True, "toilet": True,
        "accessible_toilet": True, "water": True, "power": True, "lit": True, "signed": True,
        "drained": True,
    },
}  # fmt: skip

GROUND_FAULTS: dict[str, tuple[str, ...]] = {
    "axis-market": ("accessible_toilet", "hazards_beside", "shade", "water"),
    "canteen-hall": ("accessible_toilet", "entrance_width", "hazards_beside", "signed",
                     "step_free"),
    "elders-hall": ("entrance_width", "hazards_beside"),
    "green": ("accessible_toilet", "signed", "water"),
    "north-parking": ("accessible_toilet", "shade", "signed", "toilet", "water"),
    "park": ("drained", "hydrant", "power"),
    "pit": ("accessible_toilet", "drained", "entrance_slope", "entrance_width", "hazards_beside",
            "lit", "signed", "step_free", "toilet", "water"),
    "school-ground": ("accessible_toilet", "shade"),
    "south-yard": ("accessible_toilet", "fire_lane", "hazards_beside", "hydrant", "lit", "toilet",
                   "water"),
}  # fmt: skip
"""Space -> what it lacks in an emergency: to be found by the check-list, and no other."""


def conversions() -> list[dict[str, Any]]:
    """Return the rows of ``conversions``: grounds with an everyday and an emergency state."""
    columns = ("conversion", "space", "template", "area", "crew_day", "crew_night", "arrival_day",
               "arrival_night", "by", "source")  # fmt: skip
    return [dict(zip(columns, row, strict=True)) for row in _CONVERSIONS]


_CONVERSIONS: tuple[tuple[Any, ...], ...] = (
    ("v-pit", "pit", "sunken_square_opened", 1700, 7, 4, 10, 35, "柳林机械厂留守处", "踏勘"),
    ("v-parking", "north-parking", "parking_cleared", 1200, 6, 2, 5, 25, "停车公司", "踏勘"),
    ("v-market", "axis-market", "stalls_removed", 360, 8, 3, 5, 20, "柳林街道", "踏勘"),
    ("v-hall", "canteen-hall", "hall_cleared", 190, 4, None, 10, None, "柳林机械厂留守处",
     "电话问的"),
)  # fmt: skip
CONVERSION_FAULTS = (
    ("v-hall", "night", "crew_unknown"),
    ("v-market", "night", "crew_short"),
)
"""Plan, period and why it cannot start: planted. At night nobody knows who opens the hall, and
three people cannot haul the frames that four carry."""


def spaces() -> list[dict[str, Any]]:
    """Return the rows of ``spaces``, with the planted faults of management."""
    return [_space(*facts) for facts in _SPACES]


def _space(
    key: str, name: str, kind: str, outline: tuple[float, float, float, float], care: dict[str, Any]
) -> dict[str, Any]:
    west, south, east, north = outline
    return {
        "space": key,
        "name": name,
        "kind": kind,
        "area": round((east - west) * (north - south), 1),
        "usable_share": None,
        "owner": None,
        "manager": None,
        "rule": None,
        "emergency_use": "unknown",
        "opening_minutes": None,
        "open_hours": None,
        **dict.fromkeys(OFFERED),
        **care,
        **_OFFERS.get(key, {}),
        "geometry": box(*outline),
    }


_SPACES: tuple[tuple[str, str, str, tuple[float, float, float, float], dict[str, Any]], ...] = (
    (
        "school-ground",
        "柳林小学操场",
        "school_yard",
        (372.0, 32.0, 440.0, 104.0),
        {
            "usable_share": 0.8,
            "owner": "区教育局",
            "manager": "柳林小学",
            "rule": "放学后锁门，校外使用须值班校长同意",
            "emergency_use": "allowed",
            "opening_minutes": 15,
            "open_hours": "00:00-24:00",
        },
    ),
    (
        "park",
        "柳林公园",
        "green",
        (-140.0, 60.0, -52.0, 160.0),
        {
            "usable_share": 0.45,
            "owner": "区园林中心",
            "manager": "区园林中心;柳林街道",
            "rule": "草坪不得进入；周末可办集市",
            "emergency_use": "allowed",
            "opening_minutes": 0,
        },
    ),
    (
        "pit",
        "旧锅炉房下沉院",
        "leftover",
        PIT_BOX,
        {
            "usable_share": 0.7,
            "owner": "柳林机械厂留守处",
            "manager": None,
            "rule": "封闭，禁止入内",
            "emergency_use": "forbidden",
            "opening_minutes": 120,
        },
    ),
    (
        "green",
        "中心小绿地",
        "green",
        (160.0, 174.0, 214.0, 190.0),
        {
            "opening_cost": 36000,
            "usable_share": 0.5,
            "owner": "社区居委会",
            "manager": "社区居委会",
            "rule": "晚九点后不得喧哗",
            "emergency_use": "undecided",
            "opening_minutes": 0,
        },
    ),
    (
        "north-parking",
        "北门停车场",
        "parking",
        (196.0, 296.0, 288.0, 312.0),
        {
            "opening_cost": 60000,
            "usable_share": 0.2,
            "owner": "柳林机械厂留守处",
            "manager": "停车公司",
            "rule": "月租车优先",
            "emergency_use": "undecided",
            "opening_minutes": 45,
        },
    ),
    (
        "axis-market",
        "中轴早市",
        "road_side",
        (147.0, 140.0, 153.0, 208.0),
        {
            "usable_share": 0.3,
            "owner": "柳林街道",
            "manager": "柳林街道;社区居委会",
            "rule": "早市至九点半",
            "emergency_use": "unknown",
            "opening_minutes": 30,
        },
    ),
    (
        "canteen-hall",
        "职工食堂大厅",
        "hall",
        (190.0, 158.0, 214.0, 172.0),
        {
            "usable_share": 0.6,
            "owner": "柳林机械厂留守处",
            "manager": "柳林机械厂留守处",
            "rule": "仅供餐时段开放",
            "emergency_use": "forbidden",
            "opening_minutes": 60,
            "open_hours": "06:30-19:30",
        },
    ),
    (
        "elders-hall",
        "老年活动中心",
        "hall",
        (158.0, 158.0, 182.0, 171.0),
        {
            "opening_cost": 22000,
            "usable_share": 0.6,
            "owner": "社区居委会",
            "manager": "社区居委会",
            "rule": "会员凭证进入",
            "emergency_use": "allowed",
            "opening_minutes": 20,
            "open_hours": "08:00-17:30",
        },
    ),
    (
        "south-yard",
        "南院空场",
        "courtyard",
        (20.0, 33.0, 80.0, 42.0),
        {
            "opening_cost": 120000,
            "usable_share": None,
            "owner": None,
            "manager": None,
            "rule": None,
        },
    ),
)


def uses() -> list[dict[str, Any]]:
    """Return the rows of ``uses``: who was seen where, when, on how much ground."""
    columns = ("use", "space", "group", "purpose", "hours", "days", "persons", "area_taken")
    return [
        dict(zip(columns, row, strict=True)) | {"observed_on": SEEN, "source": "网格员踏勘"}
        for row in _USES
    ]


_USES: tuple[tuple[Any, ...], ...] = (
    ("u01", "school-ground", "小学生", "上课、课间操", "08:00-16:30", "weekday", 420, 3200),
    ("u02", "school-ground", "校车", "停车", "17:00-24:00;00:00-07:00", "daily", 6, 900),
    ("u03", "park", "老年人", "晨练", "05:30-08:00", "daily", 160, 1200),
    ("u04", "park", "摊贩和顾客", "周末集市", "08:00-18:00", "weekend", 900, 5200),
    ("u05", "green", "广场舞队", "跳舞", "19:00-21:00", "daily", 70, 500),
    ("u06", "green", "租户", "晾晒、停电动车", "00:00-24:00", "daily", 25, 260),
    ("u07", "north-parking", "住户", "停车", "18:00-24:00;00:00-08:00", "daily", 64, 1300),
    ("u08", "axis-market", "摊贩和买菜的人", "早市", "05:30-09:30", "daily", 240, 330),
    ("u09", "canteen-hall", "退休职工", "吃饭", "11:00-13:00", "daily", 130, 220),
    ("u10", "elders-hall", "会员老人", "打牌、看报", "08:30-17:00", "daily", 60, 180),
    ("u11", "south-yard", "南院住户", "堆放杂物、停三轮车", "00:00-24:00", "daily", 12, 380),
)


def facilities() -> list[dict[str, Any]]:
    """Return the rows of ``facilities``; x and y are projected like the layers."""
    return [_facility(*facts) for facts in _FACILITIES]


def _facility(key: str, kind: str, name: str, at: Point, facts: dict[str, Any]) -> dict[str, Any]:
    x, y = placed(at)
    return {
        "facility": key,
        "kind": kind,
        "name": name,
        "space": None,
        "capacity": None,
        "area": None,
        "width": None,
        "step_free": None,
        "open_hours": None,
        "state": "open",
        "hazards": None,
        "serves": "柳林新村",
        **facts,
        "x": x,
        "y": y,
    }


_ROW = {row: lane_of(row) for row in range(8)}
_FACILITIES: tuple[tuple[str, str, str, Point, dict[str, Any]], ...] = (
    (
        "school",
        "shelter",
        "柳林小学操场避难场所",
        (406.0, 66.0),
        {"space": "school-ground", "capacity": 2600, "area": 3900, "width": 6.0, "step_free": True},
    ),
    (
        "park",
        "shelter",
        "柳林公园避难场所",
        (-96.0, 110.0),
        {"space": "park", "capacity": 2600, "area": 3960, "width": 4.0, "step_free": True},
    ),
    (
        "elders",
        "senior_centre",
        "老年活动中心",
        (170.0, 164.0),
        {
            "space": "elders-hall",
            "capacity": 120,
            "area": 187,
            "width": 1.4,
            "step_free": True,
            "open_hours": "08:00-17:30",
        },
    ),
    (
        "canteen",
        "supply_point",
        "职工食堂（物资点）",
        (202.0, 165.0),
        {
            "space": "canteen-hall",
            "capacity": 150,
            "area": 200,
            "width": 1.5,
            "step_free": False,
            "open_hours": "06:30-19:30",
        },
    ),
    (
        "green-point",
        "assembly_point",
        "中心小绿地集合点",
        (187.0, 182.0),
        {
            "space": "green",
            "capacity": 400,
            "area": 430,
            "width": 4.0,
            "step_free": True,
            "hazards": "local_incident",
        },
    ),
    (
        "office",
        "community_office",
        "社区居委会",
        (176.0, MAIN_ROAD - 4.0),
        {"capacity": 60, "width": 1.2, "step_free": True},
    ),
    (
        "clinic",
        "clinic",
        "柳林社区卫生站",
        (132.0, MAIN_ROAD + 4.0),
        {"width": 1.2, "step_free": True, "open_hours": "08:00-17:00"},
    ),
    (
        "micro-fire",
        "micro_station",
        "微型消防站",
        (158.0, 292.0),
        {"width": 2.0, "step_free": True},
    ),
    ("hydrant-1", "hydrant", "消火栓（北门）", (146.0, 290.0), {}),
    ("hydrant-2", "hydrant", "消火栓（中轴中段）", (AXIS, _ROW[5]), {}),
    ("hydrant-3", "hydrant", "消火栓（柳林路东）", (300.0, MAIN_ROAD), {}),
    ("hydrant-4", "hydrant", "消火栓（东堤路）", (352.0, 150.0), {}),
    ("aed-1", "aed", "AED（门卫室）", (154.0, 291.0), {"open_hours": "00:00-24:00"}),
    ("aed-2", "aed", "AED（老年活动中心）", (160.0, 164.0), {"open_hours": "08:00-17:30"}),
    ("toilet-1", "toilet", "公共厕所（早市）", (AXIS, 190.0), {"step_free": False}),
    ("toilet-2", "toilet", "公共厕所（公园）", (-60.0, 104.0), {"step_free": True}),
    ("water-1", "water_point", "应急供水点（公园）", (-58.0, 108.0), {"step_free": True}),
    ("water-2", "water_point", "应急供水点（小学）", (376.0, EAST_GATE[1]), {"step_free": True}),
)

CONTRADICTIONS: tuple[tuple[str, str, str, tuple[str, ...]], ...] = (
    (
        "柳林小学操场",
        "管理",
        "夜里开门要 15 分钟，还要值班校长同意",
        ("slow_to_open:school-ground",),
    ),
    (
        "柳林小学操场",
        "使用",
        "17:00 到次日 07:00 停校车，占 900 平方米；上课时占 3200 平方米",
        ("taken_at_need:school-ground",),
    ),
    ("柳林公园", "管理", "园林中心和街道两家都管", ("two_managers:park",)),
    (
        "柳林公园",
        "使用",
        "周末集市占 5200 平方米，避难用的 3960 平方米没了",
        ("taken_at_need:park",),
    ),
    (
        "旧锅炉房下沉院",
        "管理",
        "没有人管，规定禁止入内",
        ("no_manager:pit", "use_forbidden:pit"),
    ),
    ("职工食堂大厅", "管理", "规定仅供餐时段开放，不许应急使用", ("use_forbidden:canteen-hall",)),
    ("南院空场", "管理", "没有人管", ("no_manager:south-yard",)),
    ("中心小绿地", "管理", "能不能应急使用没有定", ("use_undecided:green",)),
    (
        "中心小绿地",
        "使用",
        "晚上跳舞和晾晒、停电动车挤在一处，集合点的地也没了",
        ("taken_at_need:green", "uses_collide:green"),
    ),
    ("中轴早市", "管理", "街道和居委会两家都管", ("two_managers:axis-market",)),
    ("中轴早市", "使用", "05:30–09:30 摊位占道，剩 3.2 米", ("way_taken:axis-4",)),
    ("7、11 号楼北边小巷", "使用", "停车占道", ("way_taken:row1-c", "way_taken:row2-c")),
    ("西门", "管理", "夜里 22:00 锁门", ("locked_at_night:west:gate",)),
    (
        "权责清单",
        "管理",
        "两件事没有人负责，一件事两家负责，一件事夜里没有代班",
        (
            "duty_without_body:flood-warn",
            "duty_without_body:gas-recover",
            "duty_two_bodies:fire-respond",
            "duty_without_deputy:flood-warn",
        ),
    ),
    (
        "各栋楼",
        "管理",
        "七种隐患有的楼两个半衰期没有再查",
        tuple(
            f"inspection_overdue:{kind}"
            for kind in (
                "drainage",
                "ebike_charging",
                "fire_lane_blocked",
                "flood_point",
                "gas_hose",
                "stair_clutter",
                "wiring",
            )
        ),
    ),
    ("11 号楼北边小巷", "规划", "净宽 1.6 米，消防车道要 4 米", ("fire_lane_narrow:row2-c",)),
    ("南边 1–7 号楼", "规划", "150 米内没有消火栓", ("beyond_radius:hydrant",)),
    (
        "柳林路东、东堤路",
        "规划",
        "消火栓隔 156 米、172 米，要 120 米",
        ("hydrants_apart:hydrant-3", "hydrants_apart:hydrant-4"),
    ),
    ("中心小绿地", "规划", "没有疏散标识", ("need_unmet:green:sign_place_all",)),
    ("柳林公园", "规划", "停电时没有能用的电", ("need_unmet:park:power_wheelchair",)),
    ("柳林小学操场", "规划", "没有遮荫的地方", ("need_unmet:school-ground:shade_old",)),
)
"""Place, dimension, what clashes, and the keys by which rules must find it.

The lanes, doors and stairs of the whole compound are in ``clashes``.
"""
