"""Declare what may strike the community, by itself or one event after another."""

from __future__ import annotations

from liulin_generator.mutual_aid import LIN
from liulin_generator.pseudonyms import household_pseudonym
from liulin_generator.registers import homes

FIRE_STAIR = "b03-2"


def scenarios() -> dict[str, str]:
    """Return file name -> text of every scenario."""
    return {
        "fire-stair-3.toml": _FIRE,
        "earthquake.toml": _QUAKE,
        "flood.toml": _FLOOD,
        "gas-incident.toml": _GAS,
        "quake-then-fire.toml": _QUAKE_THEN_FIRE,
        "power-cut.toml": _POWER,
        "heat.toml": _HEAT,
        "kept-at-home.toml": _KEPT,
        "fall-at-home.toml": _FALL.format(household=household_pseudonym(homes()[LIN])),
    }


_FIRE = f"""\
code = "fire-stair-3"
zh = "3 号楼 2 单元楼梯间起火"
en = "Fire in the stair of building 3, unit 2"
kind = "stair_fire"
hour = 2.0
horizon = 1800.0
places = {{ entrance = "{FIRE_STAIR}" }}
note = "一楼楼道里充电的电动车起火。西门夜里锁着。"
"""

_QUAKE = """\
code = "earthquake"
zh = "地震后撤到空地"
en = "Out to open ground after an earthquake"
kind = "earthquake"
hour = 14.0
horizon = 3600.0
note = "预制板楼和砖木楼受损较重，窄巷可能被堵。"
"""

_FLOOD = """\
code = "flood"
zh = "南边低巷内涝"
en = "Pluvial flood in the low southern lanes"
kind = "flood"
hour = 23.0
horizon = 5400.0
places.walk_1 = "riverside"
places.walk_2 = "south-way"
places.walk_3 = "yard"
places.walk_4 = "row0-c"
places.walk_5 = "row0-d"
places.walk_6 = "row1-a"
note = "地势北高南低，雨水口常堵；一楼多是租户和不能爬楼的老人。"
"""

_GAS = """\
code = "gas-incident"
zh = "9 号楼 2 单元燃气泄漏"
en = "Gas leak in building 9, unit 2"
kind = "local_incident"
hour = 18.0
horizon = 1800.0
places = { entrance = "b09-2" }
note = "只撤警戒范围里的单元；楼里不开灯、不打电话。"
"""

_QUAKE_THEN_FIRE = f"""\
code = "quake-then-fire"
zh = "地震十分钟后 3 号楼起火"
en = "An earthquake, ten minutes later a fire in building 3"
kind = "earthquake"
hour = 2.0
horizon = 3600.0
note = "两件事一起算：出不来的人正好碰上烟。"

[[also]]
kind = "stair_fire"
after = 600.0
places = {{ entrance = "{FIRE_STAIR}" }}
"""

_POWER = """\
code = "power-cut"
zh = "夜里全院停电"
en = "The whole community without power at night"
kind = "power_cut"
hour = 20.0
horizon = 7200.0
note = "制氧机、呼吸机转电池；楼道和路灯都黑，喇叭不响。"
"""

_HEAT = """\
code = "heat"
zh = "高温橙色预警的下午"
en = "An afternoon of extreme heat"
kind = "heat"
hour = 14.0
horizon = 7200.0
note = "家里没有空调、住顶楼的老人先到纳凉点。"
"""

_KEPT = """\
code = "kept-at-home"
zh = "全院居家一天"
en = "Everybody kept at home for a day"
kind = "kept_at_home"
hour = 9.0
horizon = 86400.0
note = "问的是谁送菜送药、谁照护、多久轮到；上门会不会带来传染。"
"""

_FALL = """\
code = "fall-at-home"
zh = "独居老人在家跌倒"
en = "Somebody who lives alone falls at home"
kind = "personal_incident"
hour = 9.0
horizon = 7200.0
places = {{ household = "{household}" }}
note = "问的是谁先发现、谁先到、多久。"
"""
