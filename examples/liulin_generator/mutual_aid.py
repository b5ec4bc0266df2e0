"""Find neighbours, volunteers and staff who help, and pair some of them with households."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache
from typing import Any

from liulin_generator.luck import between, chosen
from liulin_generator.people import Household, Person, households, persons
from liulin_generator.plan import SLABS
from liulin_generator.pseudonyms import household_pseudonym, person_pseudonym
from liulin_generator.registers import homes, luck, truth
from liulin_generator.spoilt import spoilt_people

AGREED = dt.date(2026, 10, 16)
NEIGHBOURS, VOLUNTEERS, LEADERS = 62, 24, 16
HELPED_IN_FULL = 20
"""Carried households that have two strong helpers already; the rest have one or none."""
HELPED_IN_PART = 8
_ZONES = ("south", "middle", "north")  # pairing began where most need it
CAST = {"b06-3-302/0": "wang-jie", "b07-1-201/0": "li-shifu"}
"""Helpers the story names: resident -> key of the helper."""
LIN = "b06-3-502"
SOUTH_YARD = ("b01", "b02")
"""Buildings the map cannot join to the others: nobody there is counted on elsewhere."""


@dataclass(frozen=True)
class Helper:
    """Somebody who agreed to help: a resident, or staff at a post."""

    key: str
    kind: str
    strong: bool
    night: bool
    day: bool
    capacity: int
    skills: str
    person: Person | None = None
    post: str = ""

    @property
    def home(self) -> Household | None:
        """Return where they live; None for staff."""
        return homes()[self.person.household] if self.person else None


_STAFF = (
    Helper("duty-guard", "staff", True, True, False, 4, "carry;keys", post="micro-fire"),
    Helper("duty-fire-1", "professional", True, True, True, 4, "carry;fire", post="micro-fire"),
    Helper("duty-fire-2", "professional", True, False, True, 4, "carry;fire", post="micro-fire"),
    Helper("grid-worker-1", "staff", False, False, True, 6, "contact", post="office"),
    Helper("grid-worker-2", "staff", False, True, False, 6, "contact", post="office"),
    Helper("nurse", "professional", False, False, True, 5, "first_aid", post="clinic"),
)


@cache
def helpers() -> tuple[Helper, ...]:
    """Return everybody who helps."""
    able = {p.key: p for p in persons() if _able(p)}
    old = [k for k in able if homes()[able[k].household].zone != "north"]
    near = chosen(luck(), "neighbour", [k for k in old if k not in CAST], NEIGHBOURS)
    left = [k for k in able if k not in near and k not in CAST]
    volunteers = chosen(luck(), "volunteer", left, VOLUNTEERS)
    leaders = chosen(luck(), "leader", [k for k in left if k not in volunteers], LEADERS)
    made = [_resident(key, "neighbour", able[key]) for key in near]
    made += [_resident(key, "volunteer", able[key]) for key in volunteers]
    made += [_resident(key, "leader", able[key]) for key in leaders]
    everyone = {p.key: p for p in persons()}
    made.append(
        Helper(
            "wang-jie", "neighbour", False, True, True, 2, "first_aid;keys", everyone["b06-3-302/0"]
        )
    )
    made.append(
        Helper(
            "li-shifu",
            "neighbour",
            True,
            True,
            False,
            2,
            "carry;electrical",
            everyone["b07-1-201/0"],
        )
    )
    return (*sorted(made, key=lambda helper: helper.key), *_STAFF)


def _able(person: Person) -> bool:
    """Return whether somebody may be asked to help: fit, grown up, known beyond doubt."""
    facts = truth()[person.key]
    home = homes()[person.household]
    fit = facts.get("aid", "none") == "none" and facts.get("care", "0") == "0"
    well = fit and not {"limb", "mind", "mental", "weeks"} & set(facts)
    free = all(p.age > 6 for p in home.people) and home.tenure != "tenant"
    known = person.key not in spoilt_people()
    return 24 <= person.age <= 68 and well and free and known


def _resident(key: str, kind: str, person: Person) -> Helper:
    u = {p: luck()(f"helper {p}")[key] for p in ("strong", "night", "day", "capacity")}
    strong = person.age <= 62 and u["strong"] < (0.85 if person.sex == "male" else 0.35)
    at_work = person.age < 58
    return Helper(
        key=f"h-{key.replace('/', '-')}",
        kind=kind,
        strong=strong,
        night=u["night"] < 0.8,
        day=u["day"] < (0.3 if at_work else 0.9),
        capacity=between(u["capacity"], 1, 3),
        skills="carry" if strong else "contact",
        person=person,
    )


def helper_rows() -> list[dict[str, Any]]:
    """Return the rows of ``helpers``."""
    return [_helper_row(helper) for helper in helpers()]


def _helper_row(helper: Helper) -> dict[str, Any]:
    home = helper.home
    return {
        "helper": helper.key,
        "person": person_pseudonym(helper.person) if helper.person else None,
        "kind": helper.kind,
        "building": home.unit[:3] if home else None,
        "entrance": home.unit if home else None,
        "floor": home.floor if home else None,
        "facility": helper.post or None,
        "strong": helper.strong,
        "night": helper.night,
        "day": helper.day,
        "capacity": helper.capacity,
        "skills": helper.skills,
        "agreed_on": AGREED.isoformat(),
    }


def carried_households() -> list[Household]:
    """Return the households with somebody who must be carried on stairs."""
    return [home for home in households() if any(carried(p) for p in home.people)]


def carried(person: Person) -> bool:
    """Return whether somebody must be carried on stairs."""
    facts = truth()[person.key]
    aid = facts.get("aid", "none").startswith("wheelchair")
    return aid or facts.get("care", "0") in ("3", "4") or facts.get("limb") == "1"


@dataclass(frozen=True)
class Pair:
    """One household and one helper in one role."""

    household: Household
    helper: Helper
    role: str

    @property
    def key(self) -> str:
        """Return the key of the pair."""
        return f"{self.household.key}-{self.role}"


@cache
def pairs_today() -> tuple[Pair, ...]:
    """Return the pairs that exist: some in full, some with one helper only."""
    return _Matching().today()


@cache
def pairs_to_come() -> tuple[Pair, ...]:
    """Return the pairs the equity scheme adds: second helpers and backups."""
    matching = _Matching()
    matching.today()
    return matching.to_come()


class _Matching:
    """Give helpers to households one after the other, within what each helper takes on."""

    def __init__(self) -> None:
        self.left = {helper.key: helper.capacity for helper in helpers()}
        self.made: list[Pair] = []

    def today(self) -> tuple[Pair, ...]:
        """Return the pairs of today, in the order of the households."""
        known = [home for home in carried_households() if home.key != LIN]
        order = luck()("paired")
        known.sort(key=lambda home: (_ZONES.index(home.zone), order[f"{home.key}/0"], home.key))
        wang = next(helper for helper in helpers() if helper.key == "wang-jie")
        self._give(homes()[LIN], "primary", wang)
        for home in known[:HELPED_IN_FULL]:
            self._find(home, "primary", strong=True)
            self._find(home, "second", strong=True)
        for home in known[HELPED_IN_FULL : HELPED_IN_FULL + HELPED_IN_PART]:
            self._find(home, "primary", strong=False)
        return tuple(self.made)

    def to_come(self) -> tuple[Pair, ...]:
        """Return what is still missing: strong helpers for all, backups from elsewhere."""
        before = len(self.made)
        li = next(helper for helper in helpers() if helper.key == "li-shifu")
        self._give(homes()[LIN], "second", li)
        for home in carried_households():
            if home.key == LIN:
                continue
            has = {pair.role for pair in self.made if pair.household == home}
            for role in ("primary", "second"):
                if role not in has:
                    self._find(home, role, strong=True)
            self._find(home, "backup", strong=False, elsewhere=True)
        return tuple(self.made[before:])

    def _find(self, home: Household, role: str, *, strong: bool, elsewhere: bool = False) -> None:
        taken = {pair.helper.key for pair in self.made if pair.household == home}
        fit = [
            helper
            for helper in helpers()
            if helper.home is not None
            and helper.home.key != home.key
            and self.left[helper.key] > 0
            and helper.key not in taken
            and helper.strong >= strong
            and helper.night
            and not (elsewhere and helper.home.unit[:3] == home.unit[:3])
            and (helper.home.unit[:3] in SOUTH_YARD) == (home.unit[:3] in SOUTH_YARD)
        ]
        if fit:
            self._give(home, role, min(fit, key=lambda helper: (_apart(home, helper), helper.key)))

    def _give(self, home: Household, role: str, helper: Helper) -> None:
        self.left[helper.key] -= 1
        self.made.append(Pair(home, helper, role))


def _apart(home: Household, helper: Helper) -> float:
    """Return how far a helper lives: rows and columns of slabs, then storeys."""
    slabs = {slab.key: slab for slab in SLABS}
    there = helper.home or home
    here, other = slabs[home.unit[:3]], slabs[there.unit[:3]]
    blocks = abs(here.row - other.row) * 36.0 + abs(here.column - other.column) * 70.0
    return blocks + (0.0 if there.unit == home.unit else 15.0) + abs(there.floor - home.floor) * 4.0


def pair_rows() -> list[dict[str, Any]]:
    """Return the rows of ``pairs``."""
    return [
        {
            "pair": pair.key,
            "household": household_pseudonym(pair.household),
            "helper": pair.helper.key,
            "role": pair.role,
            "agreed_on": AGREED.isoformat(),
        }
        for pair in pairs_today()
    ]
