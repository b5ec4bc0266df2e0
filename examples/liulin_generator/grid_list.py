"""Write the grid worker's own list: telephones, and tenants no other list knows."""

from __future__ import annotations

from collections.abc import Mapping

from liulin_generator import cast
from liulin_generator.luck import between, pick
from liulin_generator.people import Person, persons
from liulin_generator.registers import (
    AS_OF,
    Entry,
    Register,
    address,
    five_questions,
    homes,
    luck,
    truth,
    visited,
)
from liulin_generator.words import SEX_WORDS


def grid_register() -> Register:
    """Return the grid worker's visits: telephones, tenants no other list knows."""
    headings = (
        "走访日期",
        "姓名",
        "电话",
        "住处",
        "租住情况",
        "性别",
        "年龄",
        "智能手机",
        "一个人住",
        "三十分钟内帮手",
        "普通话",
        "是否群租",
        "抱孩子",
        "烟感",
        "应急包",
        "参加演练",
        "呼叫手环",
        "何时来",
        "安全五问",
    )
    known = [p for p in persons() if _grid_knows(p)]
    entries = (Entry(p.key, _grid_cells(p)) for p in known)
    return Register("grid", headings, tuple(entries))


def _grid_knows(person: Person) -> bool:
    home, u = homes()[person.household], luck()("grid")[person.key]
    if not home.registered or person.key in cast.FACTS:
        return True
    if home.kind == "lone_elder":
        return u < 0.9
    wheels = truth()[person.key].get("aid", "").startswith("wheelchair")
    if person.age >= 80 or wheels or truth()[person.key].get("care", "0") in "34":
        return u < 0.85
    return (person.age >= 60 and u < 0.3) or (home.tenure == "tenant" and u < 0.5)


def _grid_cells(person: Person) -> dict[str, str]:
    facts, home = truth()[person.key], homes()[person.household]
    rented, head = home.tenure == "tenant", person.relation == "户主"
    carried = any(p.age <= 2 for p in home.people) and person.relation == "配偶"
    day = visited(person, "grid day", 400, newest=AS_OF["grid"])
    return {
        "走访日期": day,
        "姓名": person.name,
        "电话": person.phone,
        "住处": address(home),
        "租住情况": "租住" if rented else "",
        "性别": SEX_WORDS[person.sex],
        "年龄": str(person.age),
        "智能手机": {"yes": "会用", "no": "没有"}[facts["phone"]] if person.age >= 12 else "",
        "一个人住": "是" if len(home.people) == 1 else "否",
        "三十分钟内帮手": str(_near(person)) if person.age >= 60 else "",
        "普通话": "不通" if facts.get("language") else "通",
        "是否群租": ("是" if home.kind == "group_rental" else "否") if rented and head else "",
        "抱孩子": "是" if carried else "",
        "烟感": _seen(person, "alarm", {"有": 0.18, "无": 0.6, "坏": 0.07, "": 0.15})
        if head
        else "",
        "应急包": _seen(person, "kit", {"有": 0.12, "无": 0.7, "": 0.18}) if head else "",
        "参加演练": _seen(person, "drill", {"参加过": 0.2, "没参加过": 0.6, "": 0.2}),
        "呼叫手环": _seen(person, "button", {"有": 0.15, "无": 0.85}) if person.age >= 75 else "",
        "何时来": home.since.isoformat() if rented else "",
        "安全五问": five_questions(person, day),
    }


def _seen(person: Person, purpose: str, shares: Mapping[str, float]) -> str:
    return pick(luck()(f"grid {purpose}")[person.key], dict(shares))


def _near(person: Person) -> int:
    south = homes()[person.household].zone == "south"
    return between(luck()("near")[person.key], 0, 2 if south else 4)
