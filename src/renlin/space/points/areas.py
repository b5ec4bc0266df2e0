"""Sum residents up by building, and say who lives inside a hollow."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.space.access.groups import by_group
from renlin.space.access.residents import vulnerable
from renlin.space.access.states import COVERED, NOT_COVERED, UNKNOWN
from renlin.space.points.clusters import bivariate, discoveries, neighbours
from renlin.space.points.hollows import NO, YES, Rules

WORST_FIRST = {NOT_COVERED: 0, UNKNOWN: 1, COVERED: 2}
ISOLATED, NOT_REACHED = "isolated", "not_reached"
HIGH_LOW = {
    (True, True): "high_low",
    (True, False): "high_high",
    (False, True): "low_low",
    (False, False): "low_high",
}
"""(Risk above the mean, coverage around below the mean) -> class: risk first, then coverage."""
Floats = npt.NDArray[np.float64]


def by_building(
    homes: pd.DataFrame,
    tiers: pd.DataFrame,
    ties: pd.DataFrame | None,
    coverage: pd.DataFrame,
    hazard: pd.DataFrame,
    catalogue: Catalogue,
) -> pd.DataFrame:
    """Return what :func:`renlin.space.points.hollows.hollows` reads, in the order of ``hazard``.

    Parameters
    ----------
    homes
        person, display, building (missing where not known).
    tiers
        person, sure.
    ties
        person, state and message; None where no ties were asked for.
    coverage
        person, state, one or more services: uncovered is not covered by one of them.
    hazard
        building and risk.
    """
    people = homes[["person", "display", "building"]].merge(
        tiers[["person", "sure"]], on="person", how="left"
    )
    people["vulnerable"] = vulnerable(people["display"], people["sure"], catalogue)
    people = people.assign(persons=1, **_tied(people["person"], ties))
    worst = coverage["state"].map(WORST_FIRST).groupby(coverage["person"]).min()
    own = people["person"].map(worst)
    missed = own == WORST_FIRST[NOT_COVERED]
    people = people.assign(known=missed | (own == WORST_FIRST[COVERED]), uncovered=missed)
    counts = ["persons", "vulnerable", "asked", "weak", "known", "uncovered"]
    sums = people.groupby("building")[counts].sum()
    table = pd.DataFrame(hazard[["building", "risk"]])
    there = sums.reindex(table["building"].to_numpy(dtype=object))
    table[counts] = there.fillna(0).to_numpy(dtype=np.int64)
    return table


def _tied(person: pd.Series, ties: pd.DataFrame | None) -> dict[str, Any]:
    """Return whose ties are known, and who of them is isolated or out of reach of messages."""
    if ties is None:
        return {"asked": False, "weak": False}
    told = ties.set_index("person")
    state, message = person.map(told["state"]), person.map(told["message"])
    known = state.notna() & (state != UNKNOWN)
    return {"asked": known, "weak": known & ((state == ISOLATED) | (message == NOT_REACHED))}


def high_low(buildings: pd.DataFrame, places: Floats, rules: Rules) -> dict[str, Any]:
    """Return where high risk stands among low coverage: bivariate local Moran by building.

    ``high_low`` is the class where the p-value stands with false-discovery control, else
    ``none``, and ``unknown`` where risk or coverage is not known; ``high_low_p`` is by
    permutation.
    """
    missed, known = (buildings[name].to_numpy(dtype=np.float64) for name in ("uncovered", "known"))
    share = np.divide(missed, known, out=np.full(len(known), np.nan), where=known > 0)
    risk = buildings["risk"].to_numpy(dtype=np.float64)
    told = np.flatnonzero(~np.isnan(risk) & ~np.isnan(share))
    kind = np.full(len(buildings), UNKNOWN, dtype=object)
    p = np.full(len(buildings), np.nan)
    if len(told) > 2:
        near = neighbours(places[told], rules.bandwidths[0])
        local, p[told] = bivariate(
            risk[told], share[told], near, seed=rules.seed, n_draws=rules.n_draws
        )
        above = risk[told] > risk[told].mean()
        bare = np.where(local >= 0, above, ~above)
        stands = discoveries(p[told], rules.rate)
        kind[told] = [
            HIGH_LOW[bool(a), bool(b)] if found else "none"
            for a, b, found in zip(above, bare, stands, strict=True)
        ]
    return {"high_low": kind, "high_low_p": p}


def inside(
    homes: pd.DataFrame, hollow: pd.DataFrame, *, reference: str, level: float
) -> pd.DataFrame:
    """Return who lives inside a hollow, by group, with the gap.

    Returns
    -------
    display, n, inside, outside, unknown (in a possible hollow, or no known place),
    outside_share with its interval, least_share and most_share. The gap is the share of the
    reference group outside minus that of the group worst off.
    """
    state = homes["building"].map(hollow.set_index("building")["hollow"])
    told = homes[["person", "display"]].assign(
        service="hollow", state=state.map({YES: NOT_COVERED, NO: COVERED}).fillna(UNKNOWN)
    )
    found = by_group(told, reference=reference, level=level).drop(columns="service")
    names = {"covered": "outside", "not_covered": "inside", "covered_share": "outside_share"}
    return found.rename(columns=names)
