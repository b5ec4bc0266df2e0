"""Read the candidate measures of a folder: their schemes, what they need, what they rule out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import combinations
from typing import Any

import pandas as pd

from renlin.community.community import Community
from renlin.community.scheme import combine
from renlin.community.settings import Scheme
from renlin.errors import Fault, Said, SchemeFault, did_you_mean, raise_all

Together = frozenset[str]


@dataclass(frozen=True)
class Measures:
    """Candidate measures of one community.

    Attributes
    ----------
    table
        Layer ``measures``.
    schemes
        Measure -> scheme with its edits.
    requires, excludes
        Pairs of measures: the first only with the second; not both. Two measures that edit
        one cell exclude each other whether or not anybody wrote it down.
    """

    table: pd.DataFrame
    schemes: Mapping[str, Scheme]
    requires: tuple[tuple[str, str], ...]
    excludes: tuple[tuple[str, str], ...]

    @property
    def codes(self) -> tuple[str, ...]:
        """Return the measures, sorted."""
        return tuple(sorted(self.schemes))

    @property
    def costs(self) -> pd.Series:
        """Return yuan per measure, as the layer prices them."""
        return self.table.set_index("measure")["cost"].astype("float64")

    def with_needs(self, measure: str) -> Together:
        """Return a measure with all it requires, directly or not."""
        found = {measure}
        while True:
            more = {needed for one, needed in self.requires if one in found} - found
            if not more:
                return frozenset(found)
            found |= more

    def scheme(self, taken: Iterable[str], code: str) -> Scheme:
        """Return one scheme with the edits of ``taken``, what others require first."""
        order = sorted(taken, key=lambda measure: (len(self.with_needs(measure)), measure))
        made = combine([self.schemes[measure] for measure in order], code=code, zh=code, en=code)
        total = float(self.costs[sorted(order)].sum()) if order else 0.0
        return made.model_copy(update={"cost": total})


def candidates(place: Community) -> Measures:
    """Return the candidate measures of ``place``.

    Raises
    ------
    SchemeFault
        With every measure whose scheme is not there.
    """
    table = place["measures"].sort_values("measure").reset_index(drop=True)
    schemes, faults = {}, []
    for row in table.to_dict("records"):
        code = str(row["scheme"]).removeprefix("schemes/").removesuffix(".toml")
        if code in place.schemes:
            schemes[str(row["measure"])] = place.schemes[code]
        else:
            faults.append(_missing(code, place.schemes))
    raise_all(faults, SchemeFault)
    clashes = {
        (one, other) for one, other in combinations(sorted(schemes), 2)
        if _cells(schemes[one]) & _cells(schemes[other])
    }  # fmt: skip
    named = {tuple(sorted(pair)) for pair in _pairs(table, "excludes")}
    excludes = sorted(clashes | {(a, b) for a, b in named})
    return Measures(table, schemes, _pairs(table, "requires"), tuple(excludes))


def _cells(scheme: Scheme) -> set[tuple[str, str, str]]:
    """Return the cells a scheme edits; of a whole row every cell is one."""
    return {(edit.table, edit.key, edit.column) for edit in scheme.edit}


def _pairs(table: pd.DataFrame, column: str) -> tuple[tuple[str, str], ...]:
    return tuple(
        (str(row["measure"]), other.strip())
        for row in table.to_dict("records")
        if not pd.isna(row[column])
        for other in str(row[column]).split(";")
        if other.strip()
    )


def _missing(code: str, known: Mapping[str, Any]) -> Fault:
    return Fault(
        "layers/measures.csv",
        Said("schemes/ 里有的方案", "a scheme under schemes/"),
        Said(code, code),
        did_you_mean(code, known),
        None,
        "scheme",
    )
