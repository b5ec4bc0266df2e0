"""Put the residents the story is told about into their flats."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from liulin_generator.identity import LOCAL_REGION, OTHER_REGIONS, identity_number, phone
from liulin_generator.people import Household, Person
from liulin_generator.plan import units

# flat -> kind, tenure, since, people: name, sex, born, relation
_CAST: dict[str, tuple[str, str, str, tuple[tuple[str, str, str, str], ...]]] = {
    "b06-3-502": (
        "lone_elder",
        "owner",
        "1963-09-01",
        (("林桂芳", "female", "1942-03-08", "户主"),),
    ),
    "b06-3-302": (
        "couple",
        "owner",
        "1996-05-01",
        (("王秀梅", "female", "1974-07-19", "户主"), ("周建国", "male", "1972-11-02", "配偶")),
    ),
    "b07-1-201": (
        "couple",
        "owner",
        "1999-03-01",
        (("李国强", "male", "1971-01-25", "户主"), ("吴丽华", "female", "1973-04-30", "配偶")),
    ),
    "b03-2-301": (
        "elder_couple",
        "public_tenant",
        "1968-10-01",
        (("陈德福", "male", "1945-06-12", "户主"), ("何素珍", "female", "1948-02-03", "配偶")),
    ),
    "b03-2-401": (
        "lone_elder",
        "public_tenant",
        "1970-04-01",
        (("徐月英", "female", "1943-12-20", "户主"),),
    ),
    "b03-2-101": (
        "tenant_family",
        "tenant",
        "2026-03-15",
        (
            ("郭子豪", "male", "1995-08-09", "户主"),
            ("唐思琪", "female", "1997-10-14", "配偶"),
            ("郭一诺", "female", "2025-01-21", "女"),
        ),
    ),
    "b05-2-301": (
        "lone_elder",
        "owner",
        "1961-07-01",
        (("赵玉珍", "female", "1948-05-17", "户主"),),
    ),
    "b11-1-401": (
        "elder_child",
        "owner",
        "1965-08-01",
        (("孙金荣", "male", "1946-09-09", "户主"), ("孙志强", "male", "1975-03-28", "子")),
    ),
}

FACTS: dict[str, dict[str, str]] = {
    "b06-3-502/0": {
        "care": "3",
        "aid": "wheelchair_pushed",
        "device": "oxygen",
        "phone": "no",
        "chronic": "3",
        "medicine": "yes",
    },
    "b03-2-301/0": {"care": "3", "aid": "wheelchair_manual", "phone": "no", "relief": "dibao"},
    "b03-2-301/1": {"care": "1", "aid": "stick", "phone": "yes"},
    "b03-2-401/0": {"care": "1", "aid": "stick", "phone": "no", "hearing": "2"},
    "b05-2-301/0": {"care": "0", "aid": "none", "phone": "yes"},
    "b11-1-401/1": {"limb": "2", "aid": "none", "phone": "yes"},
    "b11-1-401/0": {"care": "0", "aid": "none", "phone": "no"},
    "b06-3-302/0": {"phone": "yes"},
    "b07-1-201/0": {"phone": "yes"},
}
"""Person -> what the registers say of them, instead of what luck would say.

Of two of them the meetings know better: see :mod:`liulin_generator.workshops`.
"""

_FIRST_SERIAL = 9_000


def with_cast(homes: tuple[Household, ...]) -> tuple[Household, ...]:
    """Return the households with the cast in their flats, whoever stood there before."""
    zones = {key: slab.zone for key, slab, _ in units()}
    cast = {flat: _home(flat, index, zones[flat[:5]]) for index, flat in enumerate(_CAST)}
    kept = [home for home in homes if home.key not in cast]
    return tuple(sorted([*kept, *cast.values()], key=lambda home: home.key))


def _home(flat: str, index: int, zone: str) -> Household:
    kind, tenure, since, people = _CAST[flat]
    region = OTHER_REGIONS[0] if tenure == "tenant" else LOCAL_REGION
    home = Household(
        key=flat,
        kind=kind,
        unit=flat[:5],
        floor=int(flat[6]),
        door=flat[6:],
        zone=zone,  # type: ignore[arg-type]
        tenure=tenure,
        since=dt.date.fromisoformat(since),
        registered=True,
    )
    made = []
    for i, (name, sex, born, relation) in enumerate(people):
        day = dt.date.fromisoformat(born)
        made.append(
            Person(
                key=f"{flat}/{i}",
                household=flat,
                name=name,
                sex=sex,
                born=day,
                number=identity_number(region, day, 60 + index * 5 + i, sex),
                hukou="elsewhere" if tenure == "tenant" else "local",
                relation=relation,
                phone=phone(_FIRST_SERIAL + index * 5 + i) if day.year < 2012 else "",
            )
        )
    return replace(home, people=tuple(made))
