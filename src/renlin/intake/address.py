"""Read an address into 小区, 楼, 单元, 室 and floor, as far as it says them."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import Literal

from renlin.errors import Said
from renlin.intake.characters import LONGEST_VALUE, NUMERALS, chinese_number, is_missing
from renlin.intake.gazetteer import Gazetteer, plain_address
from renlin.intake.reading import Doubt

Level = Literal["none", "community", "building", "unit", "room"]

HIGHEST = 60
"""Highest floor believed of a room number. Assumption: no old community is higher."""
_N = rf"(?:[0-9]{{1,4}}|[{NUMERALS}]{{1,5}})"
_MARK = "甲乙丙丁戊A-Z"
_BUILDING = rf"(?:[{_MARK}]?{_N}[{_MARK}]?|[A-Z]{{1,2}})"
_HYPHENED = r"[0-9]{1,3}-[0-9]{1,2}"
_SEP = r"[-/_,、，.·\s]*"
_CUT = r"[-/_.·\s]"
_UNIT = rf"(?:第?(?P<unit>{_N}|[{_MARK}]|[东西南北中])(?:单元|门洞|门栋|门|梯口|梯))"
_FLOOR = rf"(?:第?(?P<floor>-[0-9]|负[{NUMERALS}0-9]|{_N})(?:层|楼|F))"
_BASEMENT = rf"(?P<basement>半?地下(?:室|[{NUMERALS}0-9]层)?|B[1-3](?:层|楼|F)?(?![0-9]))"
_ROOM = (
    rf"(?:(?P<room>[A-Z]?{_N}[0-9]?[A-Z]?(?:-[0-9]{{1,2}})?)(?:号?室|号房|号|户|房间|房|屋)?"
    r"(?:(?P<by>[东西南北中左右]{1,2})[户侧边手]?)?"
    r"|(?P<side>[东西南北中左右]{1,2})(?:户|室|手|侧|边|门))"
)
_INSIDE = rf"{_SEP}(?:{_BASEMENT}|{_FLOOR})?{_SEP}{_ROOM}?"
_TAILS = tuple(
    re.compile(pattern + r"[-,、，.\s]*")
    for pattern in (
        # 3号楼2单元501, 3栋501, 3-1号楼2-501, 12号501室
        rf"(?:NO\.?|#|第)?(?P<building>{_HYPHENED}(?=号?[楼栋幢座])|{_BUILDING}|[东西南北中前后](?=楼))"
        rf"(?P<word>号楼|#楼|号栋|栋楼|幢楼|栋|幢|座|楼|#|号|排)"
        rf"{_SEP}(?:{_UNIT}|(?P<short>{_N})(?={_CUT}))?{_INSIDE}",
        # 3-2-501, 3-2-5-501
        rf"#?(?P<building>{_BUILDING}){_CUT}(?P<unit>{_N}|[{_MARK}])(?:单元|门)?{_CUT}"
        rf"(?:(?P<floor>[0-9]{{1,2}}){_CUT})?{_ROOM}",
        # 3-501
        rf"#?(?P<building>{_BUILDING}){_CUT}(?P<room>[0-9]{{3,4}}[A-Z]?)(?:号?室|号房|号|房)?",
        # 2单元501
        rf"{_UNIT}{_INSIDE}",
        # 5层501室, 地下室3号, 501室
        rf"(?:{_BASEMENT}|{_FLOOR}){_SEP}{_ROOM}?",
        r"(?P<room>[0-9]{3,4}[A-Z]?)(?:号?室|号房|房)?",
        # 3-2: the 2 may be a unit or a flat
        rf"#?(?P<building>{_BUILDING}){_CUT}(?P<loose>[0-9]{{1,2}})",
    )
)
_EDGES = "-/_,、，.· "
_WORD = re.compile(r"(?:号|栋|幢|座|楼|#|单元|门|室|层)")
_RUNS = (frozenset("0123456789"), frozenset(NUMERALS))  # characters that run together
_INNER = re.compile(rf"[0-9{NUMERALS}](?:号楼|栋|幢|座|单元|室)")
_START = re.compile(rf"[0-9{NUMERALS}{_MARK}#第东西南北中前后半地负-]")
_TRAILING = re.compile(r"[(（【\[][^()（）【】\[\]]*[)）】\]]\s*$")
_ADMIN = re.compile(
    r"(?:[\u4e00-\u9fff]{2,7}?(?:省|自治区))?(?:[\u4e00-\u9fff]{2,7}?(?<![都城超夜集])(?:市|自治州|盟))?"
    r"(?:[\u4e00-\u9fff]{1,6}?(?<![小社园校片属活宅厂矿院住])(?:区|县|旗))?"
    r"(?:[\u4e00-\u9fff]{2,8}?(?:街道办事处|街道|镇|乡))?"
    r"(?:[\u4e00-\u9fff]{2,8}?(?:社区居委会|居委会|社区))?"
    r"(?:[\u4e00-\u9fff]{1,8}?(?:路|街|道|巷|胡同|弄)[0-9]+(?:号院|号|弄|院))?"
)
_NAMED = re.compile(
    r"(?:小区|村|里|苑|园|院|公寓|宿舍|社区|坊|城|庭|府|弄|巷|路|街|道|胡同|区|期|楼|厦|居|湾|庄|营|屯|[0-9])$"
)
_ADDRESS = Said("地址，例如 幸福小区3号楼2单元501室", "an address such as 幸福小区3号楼2单元501室")
_CHECK = Said("请核对地址。", "Check the address.")


@dataclass(frozen=True)
class Address:
    """What one address cell says; what it does not say is None.

    Parameters
    ----------
    community, building, unit, room
        小区, 楼, 单元, 室: numbers as plain digits without leading zeros.
    floor
        Storey, 1 is the ground floor, negative below ground.
    floor_stated
        False when the floor was derived from the room number (501 → 5), which some
        buildings do not follow.
    candidates
        Readings that may have been meant when the name could not be told from the number.
    reasons
        What is wrong or doubtful, without the address.
    """

    community: str | None = field(default=None, repr=False)
    building: str | None = field(default=None, repr=False)
    unit: str | None = field(default=None, repr=False)
    room: str | None = field(default=None, repr=False)
    floor: int | None = field(default=None, repr=False)
    floor_stated: bool = False
    candidates: tuple[Address, ...] = field(default=(), repr=False)
    reasons: tuple[Doubt, ...] = ()

    @property
    def level(self) -> Level:
        """Return how far down the address is known without a gap above."""
        if self.building is None:
            return "none" if self.community is None else "community"
        if self.room is not None:
            return "room"
        return "building" if self.unit is None else "unit"

    @property
    def key(self) -> str | None:
        """Return the canonical text down to the level known: ``幸福小区|3|2|501``."""
        keys = self.keys
        return keys[-1] if keys else None

    @property
    def keys(self) -> tuple[str, ...]:
        """Return every partial key: community, building, unit, room; coarse first.

        An unstated community or unit stays empty in the text: ``|3||501``.
        """
        if self.community is None and self.building is None:
            return ()
        found = [self.community] if self.community is not None else []
        if self.building is not None:
            found.append(f"{self.community or ''}|{self.building}")
            if self.unit is not None:
                found.append(f"{found[-1]}|{self.unit}")
            if self.room is not None:
                middle = "" if self.unit is not None else "|"
                found.append(f"{found[-1]}{middle}|{self.room}")
        return tuple(found)

    def within(self, community: str) -> Address:
        """Return the address with ``community`` where none was written.

        For registers of one community that leave its name out.
        """
        return self if self.community is not None else replace(self, community=community)


def read_address(text: str | None, names: Gazetteer | None = None) -> Address:
    """Return community, building, unit, room and floor of an address.

    Reads 3号楼, 3栋, 3幢, 3座, 3#, 3楼 · 2单元, 2门 · 501, 501室, 501号 · 3-2-501 · 3-501 ·
    三号楼二单元五〇一室 · A座1203 · 甲3号楼 · 12号3室 · 5层东户 · 地下室, in any width and with
    blanks. An address that ends early gives what it says. Names of communities come from
    the gazetteer; without it they are what stands before the numbers, so that a name
    ending in a digit (和平里2 + 3号楼) is read wrongly.

    Parameters
    ----------
    text
        The cell.
    names
        Known communities.

    Examples
    --------
    >>> read_address("幸福小区三号楼二单元501室").key
    '幸福小区|3|2|501'
    """
    if text is None or is_missing(text):
        return Address()
    if len(text) > LONGEST_VALUE:
        return _unread()
    stripped = _TRAILING.sub("", text)
    plain = plain_address(stripped) or plain_address(text)
    reasons: tuple[Doubt, ...] = ()
    if stripped != text and plain_address(stripped):
        got = Said("括号里的说明", "a remark in brackets")
        remedy = Said("请把说明移到备注列。", "Move the remark to a column of its own.")
        reasons = (Doubt(_ADDRESS, got, remedy),)
    found = _known(plain, names) if names is not None else None
    if found is None:
        found = _by_grammar(plain)
        if names is not None and found.community is not None:
            got = Said("名录里没有的小区", "a community that is not in the gazetteer")
            remedy = Said("请把小区名补入名录。", "Add its name to the gazetteer.")
            reasons = (*reasons, Doubt(_ADDRESS, got, remedy))
    return replace(found, reasons=(*reasons, *found.reasons))


def floor_of(room: str) -> int | None:
    """Return the floor a room number tells: 501 → 5, 1203 → 12; None for others.

    Assumption: the last two digits count the flats of a floor. It holds in most
    walk-ups; rooms numbered through the house (12, 07) tell nothing.
    """
    told = storey_told(room)
    return None if told is None or told > HIGHEST else told


def storey_told(room: str) -> int | None:
    """Return the storey a room number claims, however high; None when it claims none.

    Examples
    --------
    >>> storey_told("501"), storey_told("9901"), storey_told("12")
    (5, 99, None)
    """
    digits = re.fullmatch(r"[A-Z]?0*([1-9]\d{0,1})(\d{2})[A-Z]?(?:-\d+)?", room)
    return None if digits is None else int(digits[1])


def _known(plain: str, names: Gazetteer) -> Address | None:
    """Return the address behind a name of the gazetteer, None when there is none.

    A name that ends in a digit in front of a digit competes with the shorter name; the
    buildings known of each decide, else nobody.
    """
    readings: list[tuple[bool, Address]] = []
    for official, behind in names.found_in(plain):
        tail = behind.strip(_EDGES)
        found = _tail(tail) if tail else Address()
        if found is not None:
            splits = any(official[-1] in set_ and behind[:1] in set_ for set_ in _RUNS if behind)
            readings.append((splits, replace(found, community=official)))
    if not readings:
        return _known_in_part(plain, names)
    if not readings[0][0] or len(readings) == 1:
        return readings[0][1]
    candidates = tuple(address for _, address in readings)
    fitting = [a for a in candidates if _has_building(a, names)]
    if len(fitting) == 1:
        return fitting[0]
    got = Said("小区名与楼号分不开的地址", "a name and a building number that cannot be told apart")
    remedy = Said("请在名称和楼号之间加空格。", "Put a blank between the name and the number.")
    return Address(candidates=candidates, reasons=(Doubt(_ADDRESS, got, remedy),))


def _known_in_part(plain: str, names: Gazetteer) -> Address | None:
    """Return a known name with what can be read of the text behind it, None without one."""
    for official, behind in names.found_in(plain):
        tail = behind.strip(_EDGES)
        if not _START.match(tail) or _WORD.match(tail):
            continue
        found = _by_grammar(tail)
        if found.community is None:
            return replace(found, community=official)
    return None


def _has_building(address: Address, names: Gazetteer) -> bool:
    return address.building in names.buildings.get(address.community or "", ())


def _by_grammar(plain: str) -> Address:
    """Return what the numbers at the end say, and what stands before them as the name."""
    for at in range(len(plain)):
        before = plain[at - 1 : at]
        if not _START.match(plain, at) or (before.isascii() and before.isalnum()):
            continue
        found = _tail(plain[at:])
        if found is not None and _INNER.search(plain[:at]):
            return _half_read(plain[:at])
        if found is not None:
            return replace(found, community=_name(plain[:at]) or None)
    name = _name(plain)
    if _INNER.search(name):
        head = re.sub(r"[-/_,、，.·\s]+[^-/_,、，.·\s]*$", "", name)
        return _half_read(head) if head != name else _unread()
    if _NAMED.search(name) and not re.search(r"[0-9]{5}", name):
        return Address(community=name)
    return _unread()


def _unread() -> Address:
    got = Said("看不出楼和室的文字", "text without building or room")
    return Address(reasons=(Doubt(_ADDRESS, got, _CHECK),))


def _half_read(head: str) -> Address:
    """Return the building and unit of an address that goes on behind its room."""
    got = Said("室号之后还有文字", "text behind the room")
    found = _by_grammar(head.rstrip(_EDGES))
    doubt = Doubt(_ADDRESS, got, Said("请每行只写一处地址。", "Write one address per row."))
    return replace(found, room=None, floor=None, floor_stated=False, reasons=(doubt,))


def _name(head: str) -> str:
    """Return the community's name without province, city, district, street, house number."""
    name = head.strip(_EDGES)
    prefix = _ADMIN.match(name)
    rest = name[prefix.end() :] if prefix else name
    return rest.strip(_EDGES) or name


def _tail(text: str) -> Address | None:
    """Return the address a text of numbers says in full, None when it is none."""
    for index, pattern in enumerate(_TAILS):
        found = pattern.fullmatch(text)
        if found is not None:
            address = _built(found.groupdict(), index)
            if address is not None:
                return address
    return None


def _built(parts: dict[str, str | None], pattern: int) -> Address | None:
    """Return the address of one match, None when a numeral is none."""
    building, unit = (
        _number(parts.get("building")),
        _number(parts.get("unit") or parts.get("short")),
    )
    room = _number(parts.get("room"))
    if "" in (building, unit, room):
        return None
    stated = _stated_floor(parts)
    side = parts.get("side")
    derived = floor_of(room) if room is not None else None
    if side:
        room = f"{stated}{side}" if stated is not None else side
    elif room is not None:
        below = "B" if stated is not None and stated < 0 else ""
        room = f"{below}{room}{parts.get('by') or ''}"
        derived = None if below else derived
    if parts.get("floor") and pattern == 1 and stated != derived:
        return None
    reasons = _floor_reasons(building, parts.get("word"), unit, stated, derived)
    if parts.get("loose"):
        got = Said("可能是单元、也可能是室的数字", "a number that may be a unit or a flat")
        reasons = (*reasons, Doubt(_ADDRESS, got, _CHECK))
    floor = stated if stated is not None else derived
    return Address(None, building, unit, room, floor, stated is not None, (), reasons)


def _number(text: str | None) -> str | None:
    """Return a number as plain digits with its letters, ``""`` when a numeral is none."""
    if text is None:
        return None
    found = re.fullmatch(
        rf"([{_MARK}]?)([0-9]+|[{NUMERALS}]+)([0-9]?[{_MARK}]?)((?:-[0-9]+)?)", text
    )
    if found is None:
        return text
    value = chinese_number(found[2])
    return "" if value is None else f"{found[1]}{value}{found[3]}{found[4]}"


def _stated_floor(parts: dict[str, str | None]) -> int | None:
    """Return the floor the address names, negative below ground."""
    basement, floor = parts.get("basement"), parts.get("floor")
    if basement:
        depth = re.search(rf"[0-9{NUMERALS}]", basement)
        return -(chinese_number(depth.group()) or 1) if depth else -1
    if floor is None:
        return None
    if floor[0] in "-负":
        return -(chinese_number(floor[1:]) or 1)
    return chinese_number(floor)


def _floor_reasons(
    building: str | None,
    word: str | None,
    unit: str | None,
    stated: int | None,
    derived: int | None,
) -> tuple[Doubt, ...]:
    """Return doubts about the floor: contradiction, or 楼 that may mean a floor."""
    if stated is not None and derived is not None and stated != derived:
        got = Said("层数与室号不符", "a floor that contradicts the room number")
        return (Doubt(_ADDRESS, got, _CHECK),)
    if word == "楼" and unit is None and derived is not None and building == str(derived):
        got = Said("“楼”可能指楼栋，也可能指楼层", "楼 that may mean building or floor")
        return (Doubt(_ADDRESS, got, Said("请写明几号楼。", "Write the building as 号楼.")),)
    return ()
