"""Name residents the way ``renlin build`` names them, so that layers can point to them.

The registers are built once in a temporary folder under the example's own key; whoever
stands in row 41 of a register then has the pseudonym that building gave to row 41.
"""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from liulin_generator import plan, settings, sheets, spoilt
from liulin_generator.frame import geojson
from liulin_generator.mapping import mapping
from liulin_generator.people import Household, Person

KEY = "柳林新村示例的钥匙：人是虚构的，谁都可以看。真实社区的钥匙由 renlin build 生成，不得公开。\n"


def person_pseudonym(person: Person) -> str:
    """Return the pseudonym of a resident."""
    return _residents()[0][person.key]


def household_pseudonym(home: Household) -> str:
    """Return the pseudonym of a household: that of its first resident on record."""
    persons, households = _residents()
    return next(households[persons[p.key]] for p in home.people if p.key in persons)


def register_files() -> dict[str, bytes]:
    """Return path within the folder -> content of all that building reads."""
    messy = (spoilt.household(), spoilt.civil(), spoilt.medical(), spoilt.grid())
    made = {f"registers/{sheets.FILES[m.register.name]}": sheets.written(m) for m in messy}
    return made | {
        "community.toml": settings.COMMUNITY.encode(),
        "vault/key": KEY.encode(),
        "registers/mapping.toml": mapping().encode(),
        "layers/buildings.geojson": geojson("buildings", plan.buildings()),
        "layers/entrances.geojson": geojson("entrances", plan.entrances()),
    }


@cache
def _residents() -> tuple[Mapping[str, str], Mapping[str, str]]:
    """Return resident -> pseudonym and pseudonym -> household pseudonym."""
    from renlin.intake.build import build

    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        for path, content in register_files().items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_bytes(content)
        build(root)
        links = _rows(root / "layers" / "links.csv")
        homes = {row["person"]: row["household"] for row in _rows(root / "layers" / "persons.csv")}
    of_row = {(row["file"], int(row["row"])): row["person"] for row in links}
    found: dict[str, str] = {}
    for messy in (spoilt.household(), spoilt.civil(), spoilt.medical(), spoilt.grid()):
        register = messy.register.name
        for index, entry in enumerate(messy.entries):
            place = (sheets.place(register), sheets.row_number(register, index))
            found.setdefault(entry.person, of_row[place])
    return found, homes


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))
