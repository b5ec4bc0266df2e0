"""Write the household register as it should be, those who left included."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from liulin_generator.collection import HEADINGS, collected
from liulin_generator.identity import LOCAL_REGION, identity_number, phone
from liulin_generator.names import given, surname
from liulin_generator.people import Household, Person, households, persons
from liulin_generator.registers import NOBODY, Entry, Register, address, homes, luck
from liulin_generator.words import HUKOU_WORDS, SEX_WORDS, TENURE_WORDS


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
        *HEADINGS,
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
        "户籍": HUKOU_WORDS[person.hukou],
        "居住性质": TENURE_WORDS[home.tenure],
        "住址": address(home),
        "联系电话": person.phone,
        "迁入日期": max(home.since, person.born).isoformat(),
        "迁出日期": "",
        "备注": "",
        **collected(home, person),
    }


DEPARTED = 36
"""Rows of residents who left and are still on the list, with the day they left."""


def _departed(last: int) -> Iterable[Entry]:
    """Yield former residents: real rows of the register, nobody's neighbour any more."""
    grown = [p for p in persons() if p.age >= 30 and p.relation == "户主"]
    drawn = luck()("departed")
    chosen = sorted(grown, key=lambda p: (drawn[p.key], p.key))[:DEPARTED]
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
                **dict.fromkeys(HEADINGS, ""),
            },
        )
