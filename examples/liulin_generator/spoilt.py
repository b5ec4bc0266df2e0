"""Say how often each register is spoilt in which way."""

from __future__ import annotations

from collections import defaultdict
from functools import cache

from liulin_generator.cast import FACTS
from liulin_generator.doubts import DOUBTFUL, rows
from liulin_generator.faults import (
    Change,
    Messy,
    Planted,
    cell,
    emptied,
    fifteen,
    floated,
    homophone,
    in_pinyin,
    mistyped,
    proxied,
    small_x,
    swapped,
    wide,
)
from liulin_generator.grid_list import grid_register
from liulin_generator.household_list import household_register
from liulin_generator.luck import chosen
from liulin_generator.people import persons
from liulin_generator.public_lists import civil_register, medical_register
from liulin_generator.registers import (
    NOBODY,
    Entry,
    Register,
    address,
    homes,
    luck,
)

FULL_WIDTH = "full_width|全角数字|digits in full width"
SMALL_X = "small_x|末位小写 x|small x at the end"
FIFTEEN = "fifteen_digits|15 位旧号码|15-digit number"
NO_NUMBER = "number_missing|没有号码|number missing"
MISTYPED = "number_mistyped|号码打错，校验不符|mistyped, checksum fails"
FLOATED = "number_float|被表格软件变成浮点数|turned into a float by a spreadsheet"
DOUBLED = "number_doubled|号码与另一人相同|same number as somebody else"
HOMOPHONE = "name_homophone|同音字|homophone character in the name"
PINYIN = "name_pinyin|姓名写成拼音|name in pinyin"
SHARED = "phone_shared|与家人同一电话|phone shared with relatives"
PROXY = "phone_proxy|填了社工的电话|the social worker's phone"
NO_ADDRESS = "address_missing|没有地址|address missing"
MOVED = "address_old|还是搬家前的地址|address before the move"
NO_BIRTH = "birth_missing|没有出生日期|birth date missing"
SWAPPED = "birth_swapped|日月颠倒|day and month exchanged"
DEPARTED = "departed|已迁出、还在册|left, still on the list"
TWINS = "twins|双胞胎|twins"
UNREGISTERED = "only_here|别处都没有登记的租户|tenant on no other list"


MOVED_HOUSEHOLDS = 16


@cache
def household() -> Messy:
    """Return the household register as it lies in the office."""
    messy = Messy(household_register())
    number, name = "公民身份号码", "姓名"
    twins = _twins(messy.register)
    messy.note(TWINS, twins)
    messy.note(DEPARTED, (i for i, e in enumerate(messy.entries) if e.person == NOBODY))
    messy.note(SHARED, _shared_phones(messy))
    messy.note(MOVED, _old_addresses(messy))
    messy.plant(NO_ADDRESS, 18, cell("住址", emptied))
    messy.plant(FULL_WIDTH, 60, cell(number, wide))
    messy.plant(SMALL_X, 70, cell(number, small_x))
    messy.plant(FIFTEEN, 34, cell(number, fifteen))
    messy.plant(NO_NUMBER, 118, cell(number, emptied))
    messy.plant(MISTYPED, 30, cell(number, mistyped))
    messy.plant(FLOATED, 9, cell(number, floated))
    messy.plant(DOUBLED, 5, _someone_elses(messy))
    messy.plant(HOMOPHONE, 24, cell(name, homophone))
    messy.plant(NO_BIRTH, 56, cell("出生日期", emptied))
    messy.plant(SWAPPED, 24, cell("出生日期", swapped))
    messy.styled("住址")
    return messy


@cache
def civil() -> Messy:
    """Return the register of civil affairs as it was exported."""
    messy = Messy(civil_register())
    number = "身份证号"
    messy.plant(NO_NUMBER, 92, cell(number, emptied))
    messy.plant(MISTYPED, 18, cell(number, mistyped))
    messy.plant(FIFTEEN, 22, cell(number, fifteen))
    messy.plant(SMALL_X, 20, cell(number, small_x))
    messy.plant(FULL_WIDTH, 24, cell(number, wide))
    messy.plant(HOMOPHONE, 30, cell("姓名", homophone))
    messy.plant(PROXY, 52, cell("电话", proxied))
    messy.plant(NO_ADDRESS, 14, cell("家庭住址", emptied))
    messy.styled("家庭住址")
    messy.add(DOUBTFUL, rows("civil"), "序号")
    return messy


@cache
def medical() -> Messy:
    """Return the list of the clinic as it was kept in a spreadsheet."""
    messy = Messy(medical_register())
    number = "证件号码"
    messy.plant(NO_NUMBER, 120, cell(number, emptied))
    messy.plant(FLOATED, 14, cell(number, floated))
    messy.plant(PINYIN, 36, cell("患者姓名", in_pinyin))
    messy.plant(HOMOPHONE, 20, cell("患者姓名", homophone))
    messy.plant(NO_BIRTH, 30, cell("出生日期", emptied))
    messy.plant(SWAPPED, 14, cell("出生日期", swapped))
    messy.plant(PROXY, 16, cell("联系方式", proxied))
    messy.styled("现住址")
    messy.add(DOUBTFUL, rows("medical"), "编号")
    return messy


@cache
def grid() -> Messy:
    """Return the grid worker's own list."""
    messy = Messy(grid_register())
    only = [i for i, e in enumerate(messy.entries) if not homes()[_home_of(e)].registered]
    messy.note(UNREGISTERED, only)
    messy.plant(HOMOPHONE, 16, cell("姓名", homophone))
    messy.spoilt -= set(only)  # their addresses are written like everybody's
    messy.styled("住处")
    return messy


def all_planted() -> list[Planted]:
    """Return every fault of every register."""
    return [p for messy in (household(), civil(), medical(), grid()) for p in messy.planted]


def _home_of(entry: Entry) -> str:
    return entry.person.rsplit("/", 1)[0]


def _twins(register: Register) -> list[int]:
    """Return the rows of brothers and sisters born on one day."""
    born = defaultdict(list)
    for i, entry in enumerate(register.entries):
        born[entry.cells["户号"], entry.cells["出生日期"]].append(i)
    return [i for rows in born.values() if len(rows) > 1 for i in rows]


def _shared_phones(messy: Messy) -> list[int]:
    """Give some spouses the phone of the head of the household; return their rows."""
    phones = {
        e.cells["户号"]: e.cells["联系电话"]
        for e in messy.entries
        if e.cells["与户主关系"] == "户主"
    }
    spouses = {e.person: i for i, e in enumerate(messy.entries) if e.cells["与户主关系"] == "配偶"}
    rows = [spouses[key] for key in chosen(luck(), "shares phone", list(spouses), 96)]
    for i in rows:
        entry = messy.entries[i]
        messy.entries[i] = entry.changed(联系电话=phones[entry.cells["户号"]])
    return rows


def _old_addresses(messy: Messy) -> list[int]:
    """Write some households down where they lived before, in flats others have now."""
    flats = sorted(homes())
    spoilt = {_home_of(messy.entries[i]) for i in messy.spoilt}
    whole = {_home_of(e) for e in messy.entries if e.person not in (NOBODY, *FACTS)} - spoilt
    keys = [f"{home}/0" for home in sorted(whole)]
    moved = {key[:-2] for key in chosen(luck(), "moved", keys, MOVED_HOUSEHOLDS)}
    rows = []
    for i, entry in enumerate(messy.entries):
        if entry.person != NOBODY and _home_of(entry) in moved:
            before = homes()[flats[(flats.index(_home_of(entry)) + 517) % len(flats)]]
            messy.entries[i] = entry.changed(住址=address(before))
            rows.append(i)
    return rows


def _someone_elses(messy: Messy) -> Change:
    """Return a change that writes a stranger's number."""
    everyone = [p.number for p in persons()]

    def made(entry: Entry) -> Entry | None:
        number = entry.cells["公民身份号码"]
        if entry.person == NOBODY or not number.isdigit() or number not in everyone:
            return None
        other = everyone[(everyone.index(number) + 211) % len(everyone)]
        on_list = {e.cells["公民身份号码"] for e in messy.entries}
        return entry.changed(公民身份号码=other) if other in on_list else None

    return made


@cache
def spoilt_people() -> frozenset[str]:
    """Return everybody with a spoilt row anywhere: the story is told about others."""
    found = set()
    for messy in (household(), civil(), medical(), grid()):
        for planted in messy.planted:
            if planted.code not in (
                "small_x",
                "full_width",
                "phone_shared",
                "only_here",
                "doubtful",
            ):
                found |= {messy.entries[i].person for i in planted.entries}
    return frozenset(found - {NOBODY})
