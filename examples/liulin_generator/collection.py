"""Write what the yearly round of visits asked of every household that opened the door."""

from __future__ import annotations

import datetime as dt

from liulin_generator import cast
from liulin_generator.luck import between
from liulin_generator.people import Household, Person
from liulin_generator.registers import five_questions, luck, truth
from liulin_generator.words import AID_WORDS, CARE_WORDS, DEVICE_WORDS, RELIEF_WORDS

HEADINGS = (
    "采集日期", "自理情况", "助行器具", "是否卧床", "残疾类别", "残疾等级", "认知障碍",
    "用电设备种类", "每日吸氧小时", "每周透析次数", "孕周", "产后天数", "白天无人照看",
    "留守儿童", "低保情况", "老养残", "是否群租", "听得懂普通话", "帮手数", "安全五问",
)  # fmt: skip
OPENED = {"south": 0.68, "middle": 0.8, "north": 0.88}
"""Share of households that were met; the others stay unknown."""
_KINDS = {"limb": "肢体", "sight": "视力", "hearing": "听力", "mind": "智力", "mental": "精神"}


def collected(home: Household, person: Person) -> dict[str, str]:
    """Return the cells of the round for one resident, empty where nobody was met."""
    head = home.people[0].key
    met = luck()("met")[head] < OPENED[home.zone] or head in cast.FACTS
    if not met:
        return dict.fromkeys(HEADINGS, "")
    facts = truth()[person.key]
    met_on = dt.date(2026, 10, 25) - dt.timedelta(days=between(luck()("met on")[head], 0, 85))
    day = max(met_on, home.since, person.born).isoformat()
    return {
        "采集日期": day,
        "自理情况": CARE_WORDS[facts.get("care", "0")],
        "助行器具": AID_WORDS[facts.get("aid", "none")],
        "是否卧床": "是" if facts.get("bedridden") == "yes" else "否",
        **_disability(facts),
        "认知障碍": "有" if "cognition" in facts else "无",
        "用电设备种类": DEVICE_WORDS[facts.get("device", "none")],
        "每日吸氧小时": "15" if facts.get("device") == "oxygen" else "0",
        "每周透析次数": facts.get("dialysis", "0"),
        **_family(home, person),
        "低保情况": RELIEF_WORDS[truth()[head].get("relief", "none")],
        "老养残": "是" if home.kind == "elder_child" and _disabled(home) else "否",
        "是否群租": "是" if home.kind == "group_rental" else "否",
        "听得懂普通话": "不能" if facts.get("language") else "能",
        "帮手数": str(between(luck()("near")[head], 0, 2 if home.zone == "south" else 4)),
        "安全五问": five_questions(person, day),
    }


def _family(home: Household, person: Person) -> dict[str, str]:
    """Return what was asked of women of an age to bear children, and of children."""
    asked = person.sex == "female" and 15 <= person.age <= 50
    small = person.age <= 14
    alone = small and len(home.people) < 4 and luck()("by day")[person.key] < 0.04
    born = any(p.age == 0 for p in home.people) and person.relation in ("配偶", "户主")
    return {
        "孕周": truth()[person.key].get("weeks", "未孕") if asked else "",
        "产后天数": "" if not asked or born else "300",
        "白天无人照看": ("是" if alone else "否") if small else "",
        "留守儿童": "否" if small else "",
    }


def _disability(facts: dict[str, str]) -> dict[str, str]:
    """Return kind and grade of the certificate; two kinds are several (多重)."""
    kinds = [kind for kind in _KINDS if kind in facts]
    if len(kinds) == 1:
        grade = "一二三四"[int(facts[kinds[0]]) - 1] + "级"
        return {"残疾类别": _KINDS[kinds[0]], "残疾等级": grade}
    return {"残疾类别": "多重" if kinds else "无", "残疾等级": "" if kinds else "无"}


def _disabled(home: Household) -> bool:
    return any(set(_KINDS) & set(truth()[person.key]) for person in home.people)
