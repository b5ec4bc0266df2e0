"""Find risk hollows 风险洼地: where vulnerable people, danger, weak ties and low cover meet.

The paper's words: vulnerable people and hazardous places cluster, in space and in social
networks, where the capacity to resist is low. So four conditions of a building with what
lies around it, each shown by itself:

- ``people``: more vulnerable residents than the mean share of the place gives cluster here;
- ``hazard``: buildings of high risk cluster here;
- ``ties``: residents who are isolated, or whom no message would come to, cluster here;
- ``coverage``: the share of residents not covered around here is among the highest.

The first three are local G with false-discovery control, the last a percentile. Each is yes,
no or unknown; all four make a hollow of a building somebody lives in, unknown ones at most a
possible hollow. All is done again for several bandwidths.

Source: reference of needs §8; ord_getis1995.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_array, eye_array

from renlin.space.points.clusters import discoveries, gi_star, neighbours, permuted, upper_tail

YES, NO, UNKNOWN, POSSIBLE = "yes", "no", "unknown", "possible"
CONDITIONS = ("people", "hazard", "ties", "coverage")
COLUMNS = (
    "building",
    "hollow",
    *CONDITIONS,
    "z_people",
    "z_hazard",
    "z_ties",
    "p_people",
    "p_hazard",
    "p_ties",
    "uncovered_around",
    "hollow_share",
    "stable",
    "persons",
    "vulnerable",
    "high_low",
    "high_low_p",
    "geometry",
)
Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Rules:
    """What makes a hollow.

    Attributes
    ----------
    bandwidths
        Radii within which buildings lie near each other, m; the one shown first.
    rate
        Share of false finds allowed, 0-1.
    low_cover
        Share of places that count as those of the lowest coverage, 0-1.
    stable_share
        Share of bandwidths in which a hollow must be one to be stable, 0-1.
    seed, n_draws
        Of the permutations.
    """

    bandwidths: Sequence[float]
    rate: float
    low_cover: float
    stable_share: float
    seed: int
    n_draws: int


def hollows(buildings: pd.DataFrame, places: Floats, rules: Rules) -> pd.DataFrame:
    """Return every building with its four conditions.

    Parameters
    ----------
    buildings
        building, persons, vulnerable, risk (NaN unknown), asked and weak (residents whose
        ties are known, and of them those weakly tied), known and uncovered (residents of
        known coverage, and of them those not covered).
    places
        Middle of each building, m. Shape (n, 2).

    Returns
    -------
    Columns of ``COLUMNS`` from ``hollow`` to ``vulnerable``, by the first bandwidth: ``z_``
    are Gi*, ``p_`` its permutation p-values, NaN where unknown; ``hollow_share`` is the share
    of bandwidths in which the building is a hollow (or possible, where it is possible).
    """
    shown, *others = [_within(buildings, places, radius, rules) for radius in rules.bandwidths]
    alike = np.mean([shown["hollow"] == other["hollow"] for other in (shown, *others)], axis=0)
    raised = shown["hollow"].isin([YES, POSSIBLE])
    near = neighbours(places, rules.bandwidths[0])
    draws = {f"p_{name}": _p(values, near, rules) for name, values in _measures(buildings).items()}
    return buildings[["building", "persons", "vulnerable"]].assign(
        **shown,
        **draws,
        hollow_share=np.where(raised, alike, 0.0),
        stable=~raised | (alike >= rules.stable_share),
    )


def _measures(buildings: pd.DataFrame) -> dict[str, Floats]:
    """Return what may cluster in space, NaN where it is not known."""
    return {
        "people": _excess(buildings["vulnerable"], buildings["persons"]),
        "hazard": buildings["risk"].to_numpy(dtype=np.float64),
        "ties": _excess(buildings["weak"], buildings["asked"]),
    }


def _excess(count: pd.Series, of: pd.Series) -> Floats:
    """Return how many more there are than the mean share of the place gives; NaN of none."""
    whole, part = of.to_numpy(dtype=np.float64), count.to_numpy(dtype=np.float64)
    share = part.sum() / whole.sum() if whole.sum() > 0 else np.nan
    return np.where(whole > 0, part - share * whole, np.nan)


def _within(buildings: pd.DataFrame, places: Floats, radius: float, rules: Rules) -> pd.DataFrame:
    """Return the conditions by one bandwidth."""
    near = neighbours(places, radius)
    found: dict[str, npt.NDArray[np.object_] | Floats] = {}
    for name, values in _measures(buildings).items():
        z = _z(values, near)
        known = ~np.isnan(z)
        high = np.zeros(len(z), dtype=bool)
        high[known] = discoveries(upper_tail(z[known]), rules.rate)
        found[name] = np.where(known, np.where(high, YES, NO), UNKNOWN).astype(object)
        found[f"z_{name}"] = z
    around = _around(buildings, near)
    found["coverage"] = _lowest(around, rules.low_cover)
    found["uncovered_around"] = around
    table = pd.DataFrame(found, index=buildings.index)
    lived_in = buildings["persons"] > 0
    table["hollow"] = joined(table[list(CONDITIONS)]).where(lived_in, NO)
    return table


def _z(values: Floats, near: csr_array) -> Floats:
    """Return Gi* among the places whose value is known, NaN at the others."""
    known = np.flatnonzero(~np.isnan(values))
    z = np.full(len(values), np.nan)
    if len(known) > 2:
        z[known] = gi_star(values[known], near[known][:, known])
    return z


def _p(values: Floats, near: csr_array, rules: Rules) -> Floats:
    known = np.flatnonzero(~np.isnan(values))
    p = np.full(len(values), np.nan)
    if len(known) > 2:
        own = near[known][:, known].tocsr()
        p[known] = permuted(values[known], own, seed=rules.seed, n_draws=rules.n_draws)
    return p


def _around(buildings: pd.DataFrame, near: csr_array) -> Floats:
    """Return the share of residents not covered around each building, itself included."""
    weights = near + eye_array(len(buildings))
    missed = weights @ buildings["uncovered"].to_numpy(dtype=np.float64)
    known = weights @ buildings["known"].to_numpy(dtype=np.float64)
    share: Floats = np.divide(missed, known, out=np.full(len(known), np.nan), where=known > 0)
    return share


def _lowest(uncovered: Floats, share: float) -> npt.NDArray[np.object_]:
    """Return which places are among the ``share`` least covered, and not all covered."""
    known = ~np.isnan(uncovered)
    line = np.quantile(uncovered[known], 1.0 - share) if known.any() else np.inf
    low = known & (np.nan_to_num(uncovered) >= line) & (np.nan_to_num(uncovered) > 0)
    return np.where(known, np.where(low, YES, NO), UNKNOWN).astype(object)


def joined(conditions: pd.DataFrame) -> pd.Series:
    """Return yes where all conditions hold, no where one fails, else possible.

    Examples
    --------
    >>> table = pd.DataFrame([["yes", "yes"], ["yes", "no"], ["unknown", "no"], ["yes", "unknown"]])
    >>> joined(table).tolist()
    ['yes', 'no', 'no', 'possible']
    """
    fails, holds = (conditions == NO).any(axis=1), (conditions == YES).all(axis=1)
    picked = np.select([holds.to_numpy(), fails.to_numpy()], [YES, NO], POSSIBLE)
    return pd.Series(picked, index=conditions.index, dtype="str")
