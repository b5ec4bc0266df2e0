"""Fill the dwellings with invented households, older and poorer in the south."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache

from liulin_generator.identity import (
    LOCAL_REGION,
    OTHER_REGIONS,
    birth_date,
    identity_number,
    phone,
)
from liulin_generator.luck import Luck, between, one_of, pick
from liulin_generator.names import given, surname
from liulin_generator.plan import PER_LANDING, Zone, units

SURVEY = dt.date(2026, 11, 1)
OCCUPIED = {"south": 0.91, "middle": 0.93, "north": 0.94}

_LATEST = dt.date(2026, 9, 1)

TENANT_KINDS = ("tenant_single", "tenant_couple", "tenant_family", "group_rental")
_KINDS: dict[tuple[Zone, bool], dict[str, float]] = {
    ("south", True): {
        "tenant_single": 0.13,
        "tenant_couple": 0.13,
        "tenant_family": 0.13,
        "group_rental": 0.07,
        "lone_elder": 0.26,
        "elder_couple": 0.14,
        "elder_child": 0.07,
        "nuclear": 0.05,
        "single": 0.02,
    },
    ("south", False): {
        "lone_elder": 0.23,
        "elder_couple": 0.21,
        "elder_child": 0.08,
        "three_gen": 0.11,
        "nuclear": 0.13,
        "couple": 0.06,
        "single": 0.07,
        "tenant_single": 0.04,
        "tenant_couple": 0.04,
        "tenant_family": 0.03,
    },
    ("middle", False): {
        "lone_elder": 0.11,
        "elder_couple": 0.17,
        "elder_child": 0.03,
        "three_gen": 0.15,
        "nuclear": 0.24,
        "couple": 0.10,
        "single": 0.06,
        "tenant_single": 0.06,
        "tenant_couple": 0.05,
        "tenant_family": 0.03,
    },
    ("north", False): {
        "lone_elder": 0.06,
        "elder_couple": 0.11,
        "elder_child": 0.02,
        "three_gen": 0.15,
        "nuclear": 0.34,
        "couple": 0.13,
        "single": 0.07,
        "tenant_single": 0.05,
        "tenant_couple": 0.04,
        "tenant_family": 0.03,
    },
}


@dataclass(frozen=True)
class Person:
    """One invented resident as they are, whatever the registers say."""

    key: str
    household: str
    name: str
    sex: str
    born: dt.date
    number: str
    hukou: str
    relation: str
    phone: str
    facts: dict[str, str] = field(default_factory=dict)

    @property
    def age(self) -> int:
        """Return the age on the survey date, years."""
        had = (SURVEY.month, SURVEY.day) >= (self.born.month, self.born.day)
        return SURVEY.year - self.born.year - (0 if had else 1)


@dataclass(frozen=True)
class Household:
    """One invented household and where it lives."""

    key: str
    kind: str
    unit: str
    floor: int
    door: str
    zone: Zone
    tenure: str
    since: dt.date
    registered: bool
    people: tuple[Person, ...] = ()


@dataclass(frozen=True)
class Role:
    """A place in a household: who, relation, sex, age, and whose child."""

    relation: str
    sex: str
    age: int
    kin: bool = True
    twin: bool = False  # born on the day of the one before


@cache
def households() -> tuple[Household, ...]:
    """Return all households with their people, cast included."""
    from liulin_generator.cast import with_cast

    homes = [_home(*dwelling) for dwelling in _lived_in()]
    return with_cast(tuple(_peopled(home, serial) for serial, home in enumerate(homes)))


@cache
def persons() -> tuple[Person, ...]:
    """Return all residents."""
    return tuple(person for home in households() for person in home.people)


def dwellings() -> Iterator[tuple[str, int, str, Zone]]:
    """Yield (unit, floor, door, zone) of every dwelling."""
    for key, slab, _ in units():
        for floor in range(1, slab.floors + 1):
            for position in range(1, PER_LANDING + 1):
                yield key, floor, f"{floor}0{position}", slab.zone


def _lived_in() -> Iterator[tuple[str, int, str, Zone]]:
    everyone = list(dwellings())
    luck = Luck([f"{unit}-{door}" for unit, _, door, _ in everyone])("occupied")
    for unit, floor, door, zone in everyone:
        if luck[f"{unit}-{door}"] < OCCUPIED[zone]:
            yield unit, floor, door, zone


@cache
def _home_luck() -> Luck:
    return Luck([f"{unit}-{door}" for unit, _, door, _ in dwellings()])


def _home(unit: str, floor: int, door: str, zone: Zone) -> Household:
    key = f"{unit}-{door}"
    luck = _home_luck()
    kind = pick(luck("kind")[key], _KINDS[zone, zone == "south" and floor == 1])
    rented = kind in TENANT_KINDS
    if rented:
        since = SURVEY - dt.timedelta(days=30 + int(luck("since")[key] ** 2 * 2900))
    else:
        year = between(
            luck("since")[key], {"south": 1962, "middle": 1974, "north": 1984}[zone], 2019
        )
        since = dt.date(year, between(luck("month")[key], 1, 12), between(luck("day")[key], 1, 28))
    owner = "public_tenant" if zone == "south" and luck("tenure")[key] < 0.35 else "owner"
    return Household(
        key=key,
        kind=kind,
        unit=unit,
        floor=floor,
        door=door,
        zone=zone,
        tenure="tenant" if rented else owner,
        since=since,
        registered=not rented or luck("registered")[key] < 0.62,
    )


def _roles(home: Household) -> list[Role]:
    """Return who lives in a household of this kind, head first."""
    u = {p: _home_luck()(p)[home.key] for p in ("age", "sex", "extra", "gap", "child", "child2")}
    if home.kind in ("lone_elder", "elder_couple", "elder_child"):
        return _elders(home, u)
    if home.kind in TENANT_KINDS:
        return _tenants(home, u)
    return _families(home, u)


def _pair_of_sexes(u: dict[str, float]) -> tuple[str, str]:
    return ("female", "male") if u["sex"] < 0.5 else ("male", "female")


def _offspring(u: dict[str, float], age: int) -> Role:
    boy = u["child"] < 0.5
    return Role("子" if boy else "女", "male" if boy else "female", age)


def _elders(home: Household, u: dict[str, float]) -> list[Role]:
    """Return an old resident alone, with a spouse, or with a grown-up child."""
    old = between(u["age"], 68, 91) if home.zone == "south" else between(u["age"], 64, 86)
    if home.kind == "lone_elder":
        return [Role("户主", "female" if u["sex"] < 0.68 else "male", old)]
    if home.kind == "elder_couple":
        mate = Role("配偶", "female", old - between(u["gap"], 0, 6), kin=False)
        return [Role("户主", "male", old), mate]
    child = _offspring(u, old - between(u["gap"], 25, 33))
    return [Role("户主", _pair_of_sexes(u)[0], old), child]


def _families(home: Household, u: dict[str, float]) -> list[Role]:
    """Return one grown-up, two, or two with children and perhaps a parent."""
    head, other = _pair_of_sexes(u)
    adult = between(u["age"], 30, 55)
    spouse = Role("配偶", other, adult - between(u["gap"], 0, 4), kin=False)
    if home.kind == "single":
        return [Role("户主", head, adult)]
    if home.kind == "couple":
        return [Role("户主", head, adult), spouse]
    first = _offspring(u, max(0, adult - between(u["gap"], 25, 34)))
    both = [Role("户主", "male", adult), replace(spouse, sex="female")]
    if home.kind == "three_gen":
        woman = u["extra"] < 0.6
        age = min(adult + between(u["child2"], 23, 30), 89)
        parent = Role(
            "母亲" if woman else "父亲", "female" if woman else "male", age, kin=not woman
        )
        return [*both, parent, first]
    if u["extra"] < 0.02:
        return [*both, first, replace(first, twin=True)]
    if u["extra"] < 0.3 and first.age >= 3:
        girl = u["child2"] < 0.5
        return [
            *both,
            first,
            Role("女" if girl else "子", "female" if girl else "male", first.age - 3),
        ]
    return [*both, first]


def _tenants(home: Household, u: dict[str, float]) -> list[Role]:
    """Return one tenant, a couple, a family, or strangers who share a flat."""
    head, other = _pair_of_sexes(u)
    young = between(u["age"], 21, 44)
    if home.kind == "tenant_single":
        return [Role("户主", head, young)]
    if home.kind == "group_rental":
        return [
            Role(
                "户主" if i == 0 else "合租",
                one_of((u["age"] + i / 7) % 1, ("male", "female")),
                between((u["age"] + i / 5) % 1, 20, 38),
                kin=i == 0,
            )
            for i in range(between(u["extra"], 4, 6))
        ]
    mate = Role("配偶", other, max(20, young - between(u["gap"], 0, 4)), kin=False)
    both = [Role("户主", head, young), mate]
    if home.kind == "tenant_couple":
        return both
    return [*both, _offspring(u, max(0, young - between(u["gap"], 22, 27)))]


def _peopled(home: Household, serial: int) -> Household:
    """Return the household with its people named and numbered."""
    roles = _roles(home)
    keys = [f"{home.key}/{i}" for i in range(len(roles))]
    luck = Luck(keys)
    family = surname(luck("surname")[keys[0]])
    outsider = home.tenure == "tenant" and luck("hukou")[keys[0]] < 0.9
    region = one_of(luck("region")[keys[0]], OTHER_REGIONS) if outsider else LOCAL_REGION
    people: list[Person] = []
    for i, (key, role) in enumerate(zip(keys, roles, strict=True)):
        born = people[-1].born if role.twin else birth_date(role.age, SURVEY, luck("born")[key])
        own = family if role.kin else surname(luck("surname")[key])
        u = (luck("given1")[key], luck("given2")[key], luck("given3")[key])
        number = identity_number(region, born, (serial * 7 + i * 131) % 500, role.sex)
        people.append(
            Person(
                key=key,
                household=home.key,
                name=own + given(role.sex, born.year, u),
                sex=role.sex,
                born=born,
                number=number,
                hukou="elsewhere" if outsider else "local",
                relation=role.relation,
                phone=phone(serial * 3 + i) if role.age >= 12 and i < 3 else "",
            )
        )
    settled = people[0].born + dt.timedelta(days=18 * 365)
    return replace(home, people=tuple(people), since=max(home.since, min(settled, _LATEST)))
