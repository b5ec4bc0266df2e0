"""Add rows to the registers that may or may not be about somebody already on them.

Each is a mistake offices make, and none can be settled from the rows alone: linking asks
people. What is true of each is here (:data:`CASES`), and in no file of the folder.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cache

from liulin_generator.cast import FACTS
from liulin_generator.faults import PROXY_PHONE, in_pinyin
from liulin_generator.identity import phone
from liulin_generator.people import Household, Person
from liulin_generator.public_lists import civil_cells, clinic_cells, known_to
from liulin_generator.registers import Entry, address, homes, luck, truth

DOUBTFUL = "doubtful|可能是名册上的某人，也可能不是|may be somebody on another list, or not"
_FIRST_PHONE = 8_500
_ACCENT = {
    "英": "音", "清": "亲", "明": "民", "琴": "晴", "平": "品", "静": "锦", "敏": "铭",
    "金": "京", "林": "玲", "玲": "琳", "萍": "频", "生": "申", "兴": "欣", "星": "新",
}  # fmt: skip
"""Character -> one that many take for it by ear: the syllables end in n and ng."""


@dataclass(frozen=True)
class Case:
    """One kind of doubt.

    Attributes
    ----------
    code
        What happened.
    register
        Where the row is added.
    same
        Whether the row is about the resident it resembles.
    resembles
        Which residents fit.
    row
        The resident -> the row, and what the office wrote down instead.
    """

    code: str
    register: str
    same: bool
    resembles: Callable[[Person, Household], bool]
    row: Callable[[Person, Household], tuple[Person, dict[str, str]]]


def rows(register: str) -> Iterator[Entry]:
    """Yield the rows to be added to a register."""
    for case, person in resembled().items():
        of = _case(case)
        if of.register != register:
            continue
        told, cells = of.row(person, homes()[person.household])
        made = civil_cells(told, 0) if register == "civil" else clinic_cells(told, 0)
        yield Entry(person.key if of.same else f"doubt/{case}", made | cells)


@cache
def resembled() -> dict[str, Person]:
    """Return case -> the resident its row resembles; nobody twice, nobody of the story."""
    drawn, taken, found = luck()("doubt"), set(FACTS), {}
    everyone = sorted(
        (p for home in homes().values() for p in home.people), key=lambda p: (drawn[p.key], p.key)
    )
    for case in CASES:
        for person in everyone:
            home = homes()[person.household]
            free = person.household not in taken and home.registered
            if free and not known_to(case.register, person) and case.resembles(person, home):
                found[case.code] = person
                taken.add(person.household)
                break
    return found


def _case(code: str) -> Case:
    return next(case for case in CASES if case.code == code)


def _without_number(register: str) -> dict[str, str]:
    return {"身份证号" if register == "civil" else "证件号码": ""}


def _old(person: Person, home: Household) -> bool:
    return person.age >= 60 and len(home.people) > 1 and "chronic" in truth()[person.key]


def _accented(person: Person) -> str:
    """Return the name as somebody heard it."""
    at = next(i for i in range(len(person.name) - 1, 0, -1) if person.name[i] in _ACCENT)
    return person.name[:at] + _ACCENT[person.name[at]] + person.name[at + 1 :]


def _has_accent(person: Person) -> bool:
    return any(character in _ACCENT for character in person.name[1:])


def _twin(person: Person, _: Household) -> tuple[Person, dict[str, str]]:
    """Return a child born the same day in the same flat, registered with its grandparents."""
    given = "宁" if person.sex == "male" else "悦"
    other = replace(person, name=person.name[0] + given, phone="")
    return other, _without_number("medical") | {"慢性病种数": "1"}


def _has_twin(person: Person, home: Household) -> bool:
    return 4 <= person.age <= 10 and home.kind == "nuclear" and len(home.people) == 3


def _sister(person: Person, _: Household) -> tuple[Person, dict[str, str]]:
    """Return a sister of a like name who lives in the flat and shares the telephone."""
    cells = _without_number("medical") | {"出生日期": ""}
    return replace(person, name=_accented(person)), cells


def _has_sister(person: Person, home: Household) -> bool:
    woman = person.sex == "female" and person.age >= 60 and person.phone != ""
    return woman and len(home.people) > 1 and _has_accent(person)


def _proxied(person: Person, _: Household) -> tuple[Person, dict[str, str]]:
    """Return a resident under the social worker's telephone, the date of birth mistyped."""
    born = dt.date(person.born.year + 10, person.born.month, person.born.day + 2)
    return replace(person, born=born, phone=PROXY_PHONE), _without_number("medical")


def _slips(person: Person, home: Household) -> bool:
    born = person.born
    return _old(person, home) and born.day <= 7 and born.year < 1955 and person.phone != ""


def _moved(person: Person, home: Household) -> tuple[Person, dict[str, str]]:
    """Return a resident at the flat before the move, with day and month exchanged."""
    born = person.born
    cells = _without_number("medical") | {
        "现住址": address(_before(home)),
        "出生日期": f"{born.year}-{born.day:02d}-{born.month:02d}",
        "联系方式": phone(_FIRST_PHONE),
    }
    return person, cells


def _before(home: Household) -> Household:
    """Return who lives where the household may have lived before."""
    flats = sorted(homes())
    return homes()[flats[(flats.index(home.key) + 311) % len(flats)]]


def _swaps(person: Person, home: Household) -> bool:
    day = person.born.day
    return _old(person, home) and day <= 12 and day != person.born.month


def _before_them(person: Person, _: Household) -> tuple[Person, dict[str, str]]:
    """Return a former tenant of the flat who happens to be of the same name."""
    born = person.born + dt.timedelta(days=2_700)
    return replace(person, born=born, phone=""), _without_number("medical")


def _rents(person: Person, home: Household) -> bool:
    return home.tenure == "tenant" and 30 <= person.age < 45


def _misheard(person: Person, home: Household) -> tuple[Person, dict[str, str]]:
    """Return a resident at the flat before the move, misheard: the name, a digit of the number."""
    digit = str((int(person.number[16]) + 3) % 10)
    number = person.number[:16] + digit + person.number[17]
    told = replace(person, name=_accented(person), number=number)
    return told, {"家庭住址": address(_before(home))}


def _slipped_birth(person: Person, home: Household) -> tuple[Person, dict[str, str]]:
    """Return a resident without a number, the date of birth mistyped, the flat left out."""
    born = dt.date(person.born.year + 10, person.born.month, person.born.day + 2)
    told = replace(person, born=born, phone="")
    return told, _without_number("medical") | {"现住址": _building(home)}


def _building(home: Household) -> str:
    return address(home).partition("号楼")[0] + "号楼"


def _namesake(person: Person, home: Household) -> tuple[Person, dict[str, str]]:
    """Return somebody else of the building, of the same name in pinyin."""
    told = replace(person, phone=phone(_FIRST_PHONE + 1))
    cells = {"患者姓名": in_pinyin(person.name), "出生日期": "", "现住址": _building(home)}
    return told, _without_number("medical") | cells


def _middle_aged(person: Person, _: Household) -> bool:
    return 40 <= person.age < 60 and len(person.name) == 3


def _phones(person: Person, home: Household) -> bool:
    grown = 50 <= person.age < 60 and person.phone != ""
    return grown and _has_accent(person) and len(home.people) > 1


CASES = (
    Case("twin", "medical", False, _has_twin, _twin),
    Case("relatives", "medical", False, _has_sister, _sister),
    Case("proxy_phone", "medical", True, _slips, _proxied),
    Case("moved", "medical", True, _swaps, _moved),
    Case("reused_flat", "medical", False, _rents, _before_them),
    Case("number_mistyped", "civil", True, _phones, _misheard),
    Case("number_missing", "medical", True, _slips, _slipped_birth),
    Case("namesake", "medical", False, _middle_aged, _namesake),
)
"""What is true of every row added."""
