"""Ask whether every key and code that is named is there, in layers and in declarations."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping

import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.catalogue.models import Column
from renlin.community.cells import PRIVATE, items
from renlin.community.settings import Policy, Scenario
from renlin.community.tables import FIRST_DATA_ROW, schema
from renlin.errors import Fault, Said, described, did_you_mean


def dangling(
    tables: Mapping[str, pd.DataFrame],
    catalogue: Catalogue,
    places: Mapping[str, str],
    *,
    changed: Collection[str] | None = None,
) -> list[Fault]:
    """Return a fault for every id that points to no row of the table it names.

    Parameters
    ----------
    tables
        Table name -> conformed table.
    places
        Table name -> file name for the faults.
    changed
        Only pointers from or to these tables are followed; all when None.
    """
    faults: list[Fault] = []
    known: dict[str, set[str]] = {}
    for name, frame in tables.items():
        for column in schema(catalogue, name):
            target = column.allowed.removeprefix("table:")
            if target == column.allowed or target not in tables:
                continue
            if changed is not None and not {name, target} & set(changed):
                continue
            if target not in known:
                known[target] = set(tables[target].iloc[:, 0].dropna().astype(str))
            place = places.get(name, name)
            faults.extend(_dangling_cells(frame, column, target, known[target], place))
    return faults


def _dangling_cells(
    frame: pd.DataFrame, column: Column, target: str, known: set[str], place: str
) -> Iterator[Fault]:
    expected = Said(f"{target} 里有的编号", f"a key of {target}")
    private = column.privacy in PRIVATE
    for number, cell in enumerate(frame[column.column], start=FIRST_DATA_ROW):
        for one in items(cell):
            if one in known:
                continue
            got = described(one) if private else Said(one, one)
            remedy = (
                Said(
                    f"在 {target} 里补上，或改正这个编号。",
                    f"Add it to {target}, or correct the key.",
                )
                if private
                else did_you_mean(one, sorted(known))
            )
            yield Fault(place, expected, got, remedy, number, column.column)


def undeclared(policy: Policy, catalogue: Catalogue, place: str) -> Iterator[Fault]:
    """Yield a fault for every code of the policy that the catalogue does not hold."""
    yield from _unknown(policy.services, catalogue.facilities, place, "services")
    yield from _unknown([policy.reference], catalogue.displays, place, "reference")
    yield from _unknown(policy.tiers, catalogue.tier_files, place, "tiers")
    for walked, relation in policy.speed_density.items():
        yield from _unknown([relation], catalogue.speed_density, place, f"speed_density.{walked}")


def unknown_kinds(scenarios: Mapping[str, Scenario], catalogue: Catalogue) -> Iterator[Fault]:
    """Yield a fault for every scenario whose kind, or a parameter of it, is not known."""
    for code, scenario in scenarios.items():
        place = f"scenarios/{code}.toml"
        yield from _unknown([scenario.kind], catalogue.scenarios, place, "kind")
        if scenario.kind in catalogue.scenarios:
            known = catalogue.scenarios[scenario.kind].parameters
            yield from _unknown(scenario.parameters, known, place, "parameters")


def _unknown(
    named: Iterable[str], known: Collection[str], place: str, column: str
) -> Iterator[Fault]:
    for code in named:
        if code not in known:
            expected = Said("目录里有的代码", "a code of the catalogue")
            remedy = did_you_mean(code, sorted(known))
            yield Fault(place, expected, Said(code, code), remedy, None, column)
