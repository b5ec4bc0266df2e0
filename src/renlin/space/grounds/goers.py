"""Say who would go to which ground first, and how many of them are there at which hour."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import numpy.typing as npt
import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.space.access.states import COVERED, NOT_COVERED, UNKNOWN
from renlin.space.grounds.usable import HOURS

Floats = npt.NDArray[np.float64]
NOWHERE = ""


def first_refuge(coverage: pd.DataFrame, refuges: pd.DataFrame) -> pd.DataFrame:
    """Return where each resident would go first, by person.

    Of the refuges a resident surely reaches, the one reached soonest; who surely reaches
    none may reach the one the hopeful view names. Who reaches none goes nowhere.

    Parameters
    ----------
    coverage
        Table of coverage.
    refuges
        Open facilities that hold people, with ``ground``
        (:func:`renlin.space.contradictions.ground.refuges`).

    Returns
    -------
    person, display, entrance, ground, state, reason, time (s; NaN where nobody knows).
    """
    ground = dict(zip(refuges["facility"].astype(str), refuges["ground"].astype(str), strict=True))
    asked = coverage[coverage["service"].isin(set(refuges["kind"]))]
    rank = asked["state"].map({COVERED: 0, UNKNOWN: 1, NOT_COVERED: 2})
    sure = asked["state"] == COVERED
    time = asked["time_pessimistic"].where(sure, asked["time_optimistic"]).astype("float64")
    ordered = asked.assign(rank=rank, time=time).sort_values(
        ["person", "rank", "time", "service"], kind="stable", na_position="last"
    )
    best = ordered.drop_duplicates("person").reset_index(drop=True)
    goes = best["facility"].map(ground).fillna(NOWHERE)
    away = (best["state"] == NOT_COVERED) | ~np.isfinite(best["time"])
    best["ground"] = goes.where(~away, NOWHERE).astype(str)
    best["time"] = best["time"].where(~away)
    return best[["person", "display", "entrance", "ground", "state", "reason", "time"]]


def present(
    catalogue: Catalogue, displays: Iterable[str]
) -> tuple[dict[str, int], tuple[Floats, Floats, Floats]]:
    """Return the row of each group, and least, usual and greatest share at home by hour.

    Shapes (n_groups, 24). A group without presence rates counts as at home, with 0 to 1.
    """
    codes = sorted(set(displays))
    shares = (np.zeros((len(codes), HOURS)), np.ones((len(codes), HOURS)),
              np.ones((len(codes), HOURS)))  # fmt: skip
    for row, code in enumerate(codes):
        for hour in range(HOURS):
            found = catalogue.presence.get((code, hour))
            if found is None:
                continue
            low = found.value if found.low is None else found.low
            high = found.value if found.high is None else found.high
            for share, value in zip(shares, (low, found.value, high), strict=True):
                share[row, hour] = value
    return {code: row for row, code in enumerate(codes)}, shares


def demand(goers: pd.DataFrame, catalogue: Catalogue) -> pd.DataFrame:
    """Return how many would come to every ground by hour.

    ``persons`` are those who surely reach it, at the usual share of their group that is at
    home; ``persons_low`` takes the least share; ``persons_high`` the greatest, and all who
    may reach it.

    Returns
    -------
    ground, hour, persons, persons_low, persons_high; grounds nobody goes to have no row.
    """
    there = goers[goers["ground"] != NOWHERE]
    row_of, (low, usual, high) = present(catalogue, there["display"])
    grounds = sorted(set(there["ground"]))
    at = there["ground"].map({g: i for i, g in enumerate(grounds)}).to_numpy(dtype=np.int64)
    group = there["display"].map(row_of).to_numpy(dtype=np.int64)
    sure = (there["state"] == COVERED).to_numpy(dtype=np.float64)
    count, surely = np.zeros((len(grounds), len(row_of))), np.zeros((len(grounds), len(row_of)))
    np.add.at(count, (at, group), 1.0)
    np.add.at(surely, (at, group), sure)
    return pd.DataFrame(
        {
            "ground": np.repeat(np.array(grounds, dtype=object), HOURS).astype(str),
            "hour": np.tile(np.arange(HOURS), len(grounds)),
            "persons": (surely @ usual).ravel(),
            "persons_low": (surely @ low).ravel(),
            "persons_high": (count @ high).ravel(),
        }
    )
