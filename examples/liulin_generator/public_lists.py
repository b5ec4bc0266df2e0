"""Write the lists of civil affairs and of the clinic as they should be."""

from __future__ import annotations

from liulin_generator import cast
from liulin_generator.people import Household, Person, persons
from liulin_generator.registers import (
    AS_OF,
    Entry,
    Register,
    address,
    homes,
    luck,
    truth,
    visited,
)
from liulin_generator.words import AID_WORDS, CARE_WORDS, DEVICE_WORDS, RELIEF_WORDS


def civil_register() -> Register:
    """Return the register of civil affairs: care, disability, relief, who lives alone."""
    headings = (
        "序号",
        "姓名",
        "身份证号",
        "家庭住址",
        "电话",
        "独居",
        "能力等级",
        "助行器具",
        "肢体残疾等级",
        "视力残疾等级",
        "听力残疾等级",
        "智力残疾等级",
        "精神残疾等级",
        "认知障碍",
        "照料人",
        "救助类别",
        "评估日期",
    )
    known = [p for p in persons() if _civil_knows(p)]
    order = luck()("civil order")
    known.sort(key=lambda p: (order[p.key], p.key))
    entries = (Entry(p.key, civil_cells(p, i)) for i, p in enumerate(known, start=1))
    return Register("civil", headings, tuple(entries))


def _civil_knows(person: Person) -> bool:
    facts, u = truth()[person.key], luck()("civil")[person.key]
    if not homes()[person.household].registered:
        return False
    if (
        person.key in cast.FACTS
        or "relief" in facts
        or homes()[person.household].kind == "lone_elder"
    ):
        return True
    disabled = {"limb", "sight", "hearing", "mind", "mental"} & facts.keys()
    if disabled or facts.get("care", "0") != "0":
        return u < 0.9
    return person.age >= 80 or (person.age >= 60 and u < 0.4)


def civil_cells(person: Person, number: int) -> dict[str, str]:
    """Return the cells of one resident in the register of civil affairs."""
    facts, home = truth()[person.key], homes()[person.household]
    assessed = person.age >= 60
    return {
        "序号": str(number),
        "姓名": person.name,
        "身份证号": person.number,
        "家庭住址": address(home),
        "电话": person.phone,
        "独居": "是" if len(home.people) == 1 else "否",
        "能力等级": CARE_WORDS[facts["care"]] if assessed else "",
        "助行器具": AID_WORDS[facts.get("aid", "none")] if assessed or "limb" in facts else "",
        "肢体残疾等级": _grade(facts.get("limb"), assessed),
        "视力残疾等级": _grade(facts.get("sight"), assessed),
        "听力残疾等级": _grade(facts.get("hearing"), assessed),
        "智力残疾等级": _grade(facts.get("mind"), assessed),
        "精神残疾等级": _grade(facts.get("mental"), assessed),
        "认知障碍": ("有" if "cognition" in facts else "无") if person.age >= 75 else "",
        "照料人": _carer(home, person),
        "救助类别": RELIEF_WORDS[facts.get("relief", "none")],
        "评估日期": _assessed_on(person),
    }


def _carer(home: Household, person: Person) -> str:
    """Return the fittest grown-up of the household, where somebody needs care."""
    if truth()[person.key].get("care", "0") in "01" and "limb" not in truth()[person.key]:
        return ""
    others = [p for p in home.people if p.key != person.key and 18 <= p.age < 80]
    return min(others, key=lambda p: (abs(p.age - 48), p.key)).name if others else ""


def _grade(level: str | None, assessed: bool) -> str:
    """Return the grade of a disability; who was never assessed is not known to have none."""
    if level is None:
        return "无" if assessed else ""
    return "一二三四"[int(level) - 1] + "级"


def _assessed_on(person: Person) -> str:
    """Return the day of assessment: one in six is too old to count any more."""
    late = luck()("civil late")[person.key] < 1 / 6 and person.key not in cast.FACTS
    return visited(person, "civil day", 290, newest=AS_OF["civil"], at_least=390 if late else 2)


def medical_register() -> Register:
    """Return the list of the clinic: illness, devices, pregnancy."""
    headings = (
        "编号",
        "患者姓名",
        "证件号码",
        "出生日期",
        "联系方式",
        "现住址",
        "慢性病种数",
        "每日服药",
        "居家用电设备",
        "每周透析次数",
        "孕周",
        "卧床",
        "登记日期",
    )
    known = [p for p in persons() if _clinic_knows(p)]
    order = luck()("medical order")
    known.sort(key=lambda p: (order[p.key], p.key))
    entries = (Entry(p.key, clinic_cells(p, i)) for i, p in enumerate(known, start=1))
    return Register("medical", headings, tuple(entries))


def known_to(register: str, person: Person) -> bool:
    """Return whether a register (``civil`` or ``medical``) has the resident."""
    return _civil_knows(person) if register == "civil" else _clinic_knows(person)


def _clinic_knows(person: Person) -> bool:
    facts, u = truth()[person.key], luck()("medical")[person.key]
    if {"device", "dialysis", "weeks", "bedridden"} & facts.keys():
        return True
    return "chronic" in facts and u < 0.72


def clinic_cells(person: Person, number: int) -> dict[str, str]:
    """Return the cells of one resident in the list of the clinic."""
    facts, home = truth()[person.key], homes()[person.household]
    return {
        "编号": f"M{number:04d}",
        "患者姓名": person.name,
        "证件号码": person.number,
        "出生日期": person.born.isoformat(),
        "联系方式": person.phone,
        "现住址": address(home),
        "慢性病种数": facts.get("chronic", "0"),
        "每日服药": {"yes": "是", "no": "否"}.get(facts.get("medicine", ""), ""),
        "居家用电设备": DEVICE_WORDS[facts.get("device", "none")],
        "每周透析次数": facts.get("dialysis", "0"),
        "孕周": facts.get("weeks", ""),
        "卧床": {"yes": "是", "no": "否"}.get(facts.get("bedridden", ""), ""),
        "登记日期": visited(
            person, "medical day", 150 if "weeks" not in facts else 14, newest=AS_OF["medical"]
        ),
    }
