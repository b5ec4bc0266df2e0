"""Ask two buildings whom they talk to and can call on, and whether they belong; all invented."""

from __future__ import annotations

from functools import cache
from typing import Any

from liulin_generator.luck import Luck, between
from liulin_generator.people import Household, Person, persons
from liulin_generator.pseudonyms import person_pseudonym
from liulin_generator.registers import homes
from liulin_generator.spoilt import spoilt_people

Row = dict[str, Any]

ASKED_IN = {"b06": 0.85, "b07": 0.7}
"""Building -> share of its known grown-ups who were at home when somebody asked."""
BOX = "b12"
"""Building with a box for sheets without a name."""
BOX_SHEETS = 9
HELD_ON = "2026-10-18"
SOURCE = "邻里来往入户问卷（虚构）"
QUESTIONS = {"weekly_talk": ("both", 0.16, 3), "help_soon": ("to_person", 0.3, 2)}
"""Question -> direction, share who say nobody, most people named."""
OLD = 60
ITEMS = {
    "act_apart": 0.5, "act_help": 0.62, "act_knock": 0.45, "act_lane": 0.35,
    "act_together": 0.42, "act_trust": 0.66, "belong_bond": 0.7, "belong_membership": 0.72,
    "belong_needs": 0.5, "belong_part_of": 0.66, "belong_say": 0.36, "belong_support": 0.55,
    "belong_sway": 0.44, "belong_tied": 0.64,
}  # fmt: skip
"""Item -> where residents lean, 0 to 1."""


def nominations() -> list[Row]:
    """Return one row per person named, and one where somebody named nobody."""
    rows = []
    for kind, (direction, alone, most) in QUESTIONS.items():
        luck = Luck([person.key for person in _known()])
        for person in _asked():
            for answer, other in _said(person, luck, kind, alone, most):
                rows.append(
                    {
                        "nomination": f"n{len(rows) + 1:04d}",
                        "person": person_pseudonym(person),
                        "kind": kind,
                        "answer": answer,
                        "other": person_pseudonym(other) if other else None,
                        "direction": direction if answer in ("resident", "outside") else None,
                        "held_on": HELD_ON,
                        "source": SOURCE,
                    }
                )
    return rows


def attitudes() -> list[Row]:
    """Return the sheets of those asked, and those of the box, one row per item."""
    sheets = [(f"home-{n:03d}", person) for n, person in enumerate(_asked(), start=1)]
    boxed: list[tuple[str, Person | None]] = [(f"box-{n}", None) for n in range(BOX_SHEETS)]
    everyone = [*sheets, *boxed]
    luck = Luck([sheet for sheet, _ in everyone])
    rows = []
    for item, lean in ITEMS.items():
        for sheet, person in everyone:
            u, own = luck(f"attitude {item}")[sheet], luck("attitude at all")[sheet]
            share = min(max(lean + 0.35 * (own - 0.5) + 0.4 * (u - 0.5), 0.0), 0.999)
            rows.append(
                {
                    "attitude": f"{sheet}-{item}",
                    "sheet": sheet,
                    "person": person_pseudonym(person) if person else None,
                    "building": None if person else BOX,
                    "item": item,
                    "said": None if u < 0.03 else 1 + int(5 * share),
                    "held_on": HELD_ON,
                    "source": SOURCE,
                }
            )
    return rows


@cache
def _known() -> tuple[Person, ...]:
    """Return the grown-ups of the buildings whom the registers know beyond doubt."""
    return tuple(
        person
        for person in persons()
        if _home(person).unit[:3] in ASKED_IN
        and _home(person).registered
        and person.age >= 18
        and person.key not in spoilt_people()
    )


@cache
def _asked() -> tuple[Person, ...]:
    luck = Luck([person.key for person in _known()])("asked about ties")
    return tuple(p for p in _known() if luck[p.key] < ASKED_IN[_home(p).unit[:3]])


def _home(person: Person) -> Household:
    return homes()[person.household]


def _said(
    person: Person, luck: Luck, kind: str, alone: float, most: int
) -> list[tuple[str, Person | None]]:
    """Return whom somebody names: neighbours of the building, those of the stair first."""
    u = luck(f"{kind} alone")[person.key]
    lonely = alone * (1.6 if person.age >= OLD and len(_home(person).people) == 1 else 1.0)
    if u < 0.04:
        return [("silent", None)]
    if u < 0.04 + lonely:
        return [("nobody", None)]
    if u > 0.93:
        return [("outside", None)]
    order = luck(f"{kind} {person.key}")
    others = [
        other
        for other in _known()
        if other.household != person.household and _home(other).unit[:3] == _home(person).unit[:3]
    ]
    near = sorted(
        others, key=lambda o: (order[o.key] + (_home(o).unit != _home(person).unit), o.key)
    )
    n = between(luck(f"{kind} how many")[person.key], 1, most)
    return [("resident", other) for other in near[:n]]
