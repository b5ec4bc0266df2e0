"""Shape a register, and write the household register as it should be."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache

from liulin_generator import cast
from liulin_generator.health import described
from liulin_generator.luck import Luck, between
from liulin_generator.people import Household, Person, households, persons

NOBODY = ""
AS_OF = {
    "household": dt.date(2026, 10, 31),
    "civil": dt.date(2026, 9, 30),
    "medical": dt.date(2026, 10, 20),
    "grid": dt.date(2026, 10, 30),
}
"""Day each register was exported."""


@dataclass(frozen=True)
class Entry:
    """One row of a register: whom it is about and its cells by heading."""

    person: str
    cells: dict[str, str]

    def changed(self, **cells: str) -> Entry:
        """Return the row with some cells written anew."""
        return replace(self, cells={**self.cells, **cells})


@dataclass(frozen=True)
class Register:
    """One register: headings in order and rows in order."""

    name: str
    headings: tuple[str, ...]
    entries: tuple[Entry, ...]


@cache
def truth() -> Mapping[str, dict[str, str]]:
    """Return person -> what is true of them."""
    drawn = described(households())
    return {key: facts | cast.FACTS.get(key, {}) for key, facts in drawn.items()}


@cache
def homes() -> Mapping[str, Household]:
    """Return household key -> household."""
    return {home.key: home for home in households()}


@cache
def luck() -> Luck:
    """Return the luck of every resident in the registers."""
    return Luck([person.key for person in persons()])


def address(home: Household) -> str:
    """Return the address in full."""
    building, unit = int(home.unit[1:3]), home.unit[4:]
    return f"柳林新村{building}号楼{unit}单元{home.door}室"


def household_register() -> Register:
    """Return the household register of the police post and the committee."""
    headings = (
        "户号",
        "与户主关系",
        "姓名",
        "性别",
        "公民身份号码",
        "出生日期",
        "户籍",
        "居住性质",
        "住址",
        "联系电话",
        "迁入日期",
        "迁出日期",
        "备注",
    )
    entries = [
        Entry(person.key, _household_cells(home, person, number))
        for number, home in enumerate(households(), start=1)
        if home.registered
        for person in home.people
    ]
    return Register("household", headings, (*entries, *_departed(len(households()))))


def _household_cells(home: Household, person: Person, number: int) -> dict[str, str]:
    return {
        "户号": f"LL{number:05d}",
        "与户主关系": person.relation,
        "姓名": person.name,
        "性别": SEX_WORDS[person.sex],
        "公民身份号码": person.number,
        "出生日期": person.born.isoformat(),
        "户籍": {"local": "本地", "elsewhere": "外地"}[person.hukou],
        "居住性质": {"owner": "自有", "public_tenant": "承租公房", "tenant": "租住"}[home.tenure],
        "住址": address(home),
        "联系电话": person.phone,
        "迁入日期": max(home.since, person.born).isoformat(),
        "迁出日期": "",
        "备注": "",
    }


SEX_WORDS = {"female": "女", "male": "男"}
DEPARTED = 36
"""Rows of residents who left and are still on the list, with the day they left."""


def _departed(last: int) -> Iterable[Entry]:
    """Yield former residents: real rows of the register, nobody's neighbour any more."""
    grown = [p for p in persons() if p.age >= 30 and p.relation == "户主"]
    drawn = luck()("departed")
    chosen = sorted(grown, key=lambda p: (drawn[p.key], p.key))[:DEPARTED]
    from liulin_generator.identity import LOCAL_REGION, identity_number, phone
    from liulin_generator.names import given, surname

    for i, near in enumerate(chosen):
        u = {q: luck()(q)[near.key] for q in ("left name", "left one", "left two", "left day")}
        sex = "female" if i % 2 else "male"
        born = near.born - dt.timedelta(days=200 + i)
        number = identity_number(LOCAL_REGION, born, 451 + i, sex)
        name = surname(u["left name"]) + given(sex, born.year, (u["left one"], u["left two"], 0.5))
        left = dt.date(2026, 10, 1) - dt.timedelta(days=int(u["left day"] * 1500))
        home = homes()[near.household]
        yield Entry(
            NOBODY,
            {
                "户号": f"LL{last + 1 + i:05d}",
                "与户主关系": "户主",
                "姓名": name,
                "性别": SEX_WORDS[sex],
                "公民身份号码": number,
                "出生日期": born.isoformat(),
                "户籍": "本地",
                "居住性质": "自有",
                "住址": address(home),
                "联系电话": phone(8_000 + i),
                "迁入日期": "1996-05-01",
                "迁出日期": left.isoformat(),
                "备注": "已迁出",
            },
        )


def visited(person: Person, purpose: str, days: int, *, newest: dt.date, at_least: int = 2) -> str:
    """Return a day, ``at_least`` and up to ``days`` more before the newest, of a look."""
    back = at_least + between(luck()(purpose)[person.key], 0, days)
    return (newest - dt.timedelta(days=back)).isoformat()
