"""Class every unit of display for each service and group, as the static maps class them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from renlin.report import numbers
from renlin.report.book import Book
from renlin.report.maps.classes import MOSTLY, UNKNOWN, Classes, classify, reached
from renlin.report.openmap.layer import Layer, layer
from renlin.report.readings.places import Atlas, hover, of_unit, rule_of, services, where
from renlin.report.tables import rows_of

ALL = "all"
FEW, NOT_KNOWN = "few", "unknown"
"""Fill of a unit of which a group has fewer than k residents, perhaps none; and unknown."""
Codes = Mapping[str, Mapping[str, str]]


def key(service: str, display: str) -> str:
    """Return the key of one view of the map: a service and a group, or everybody."""
    return f"{service}|{display}"


def fill(risk: int, cover: int) -> str:
    """Return the code of a class: ``r1c1`` to ``r3c3``, or ``unknown``."""
    return NOT_KNOWN if UNKNOWN in (risk, cover) else f"r{risk}c{cover}"


def displays(book: Book) -> list[str]:
    """Return the groups of the coverage in catalogue order."""
    found = set(book.rows("space.coverage")["display"].unique())
    return [code for code in book.groups if code in found]


def unit_layer(book: Book, atlas: Atlas) -> Layer:
    """Return one feature per unit: where, how many, risk, its class in every view.

    ``by`` holds view -> class. For everybody it is the class of the static maps. For one
    group: 1 all of them reach it, 2 some do not, 3 none does; ``few`` where fewer than k of
    the group live, whether any or none.
    """
    classes = {s: _classes(book, atlas, s) for s in services(book)}
    by = _everybody(classes)
    for unit, codes in _groups(book, atlas, classes[atlas.service]).items():
        by[unit] |= codes
    says = {s: hover(book, atlas.units, made) for s, made in classes.items()}
    told = classes[atlas.service].table.reset_index(names="unit")
    return layer(
        "units",
        [
            (atlas.units.shapes[str(row["unit"])], _row(book, atlas, row, by, says))
            for row in rows_of(told)
            if str(row["unit"]) in atlas.units.shapes
        ],
        book.community.settings.crs,
    )


def _classes(book: Book, atlas: Atlas, service: str) -> Classes:
    if service == atlas.service:
        return atlas.classes
    own = book.rows("space.coverage", service=service)
    return classify(atlas.units, book.rows("space.hazard"), own, rule_of(book))


def _row(
    book: Book,
    atlas: Atlas,
    row: dict[str, Any],
    by: dict[str, dict[str, str]],
    says: Mapping[str, Mapping[str, str]],
) -> dict[str, Any]:
    unit = str(row["unit"])
    seen = book.reader.sees(float(row["persons"]), float(row["households"]))
    risk = float(row["risk"]) if numbers.known(row["risk"]) else None
    return {
        "unit": unit,
        "place": where(book, of_unit(atlas.units, unit)),
        "persons": int(row["persons"]) if seen else None,
        "risk": None if risk is None else float(f"{risk:.4g}"),
        "by": by[unit] if seen else dict.fromkeys(by[unit], FEW),
        "says": {s: told[unit] for s, told in says.items()} if seen else {},
    }


def _everybody(classes: Mapping[str, Classes]) -> dict[str, dict[str, str]]:
    made: dict[str, dict[str, str]] = {}
    for service, found in classes.items():
        for row in rows_of(found.table.reset_index(names="unit")):
            code = fill(int(row["risk_class"]), int(row["cover_class"]))
            made.setdefault(str(row["unit"]), {})[key(service, ALL)] = code
    return made


def _groups(book: Book, atlas: Atlas, classes: Classes) -> dict[str, dict[str, str]]:
    """Return unit -> view -> class for every service and group."""
    counted = _counted(book, atlas)
    n = counted.sum(axis=1).to_numpy()
    reach, miss = counted["covered"].to_numpy(), counted["not_covered"].to_numpy()
    cover = np.select([miss == 0, reach > 0], [1, 2], 3)
    cover[(reach + miss == 0) | (counted["unknown"].to_numpy() > MOSTLY * n)] = UNKNOWN
    risk = classes.table["risk_class"].to_dict()
    views = [key(s, d) for s in services(book) for d in displays(book)]
    made = {str(unit): dict.fromkeys(views, FEW) for unit in classes.table.index}
    for (unit, service, display), persons, value in zip(counted.index, n, cover, strict=True):
        if book.reader.sees(float(persons)):
            made[unit][key(service, display)] = fill(int(risk[unit]), int(value))
    return made


def _counted(book: Book, atlas: Atlas) -> pd.DataFrame:
    """Return persons by unit, service, group and state."""
    table = book.rows("space.coverage")
    told = reached(atlas.units, table, ()).assign(service=table["service"])
    told = told[told["unit"].isin(atlas.classes.table.index)]
    counted = told.pivot_table(
        index=["unit", "service", "display"], columns="state", values="entrance",
        aggfunc="count", fill_value=0,
    )  # fmt: skip
    return counted.reindex(columns=["covered", "not_covered", "unknown"], fill_value=0)
