"""Say which module fits on which piece of leftover ground, and for whom it would do most."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse import csr_matrix

from renlin.catalogue.ground_kinds import Module
from renlin.catalogue.load import Catalogue

Floats = npt.NDArray[np.float64]
COLUMNS = ("module", "rank", "leftover", "persons", "vulnerable", "added", "display", "footprint",
           "reach", "cost", "cost_low", "cost_high", "lever", "n_fits")  # fmt: skip
MOSTLY = 0.5  # share of a piece under façades from which it counts as under them: more than half


def place_modules(
    leftovers: gpd.GeoDataFrame, doors: gpd.GeoDataFrame, people: pd.DataFrame, catalogue: Catalogue
) -> pd.DataFrame:
    """Return the best places of every module that needs ground.

    A module fits where its footprint and least width do, on the surface it suits, and not
    under façades where it must not be. The first place reaches most residents of the groups
    it helps (vulnerable ones, where it names none), each next one most of those whom the
    places before do not reach (``added``); places that add nobody are not told.

    Parameters
    ----------
    leftovers
        Table of :func:`renlin.space.grounds.leftovers.leftovers`.
    doors
        Entrances.
    people
        entrance and display of every resident.

    Returns
    -------
    ``persons`` and ``vulnerable`` (those it helps) within the reach of the module, straight;
    ``display`` the group it helps of whom it reaches most; ``n_fits`` how many pieces it fits on.
    """
    counted, groups = _counts(doors, people)
    picks = int(catalogue.number("leftover_picks"))
    parts = [
        _best(module, leftovers, doors, counted, groups, helped(module, groups, catalogue), picks)
        for module in sorted(catalogue.modules.values(), key=lambda one: one.code)
        if module.suits
    ]
    made = [row for part in parts for row in part]
    return pd.DataFrame(made, columns=list(COLUMNS))


def fits(module: Module, leftovers: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Return on which pieces a module fits; a roof of unknown load carries none."""
    room = (leftovers["area"] >= module.footprint.value) & (
        leftovers["width"] >= module.least_width.value
    )
    surface = leftovers["kind"].isin(module.suits) & (leftovers["load"] != "unknown")
    eaves = (leftovers["eaves_share"] <= MOSTLY) | module.under_eaves
    flags: npt.NDArray[np.bool_] = (room & surface & eaves).to_numpy()
    return flags


def helped(module: Module, groups: list[str], catalogue: Catalogue) -> npt.NDArray[np.bool_]:
    """Return which groups a module helps."""
    known = catalogue.displays
    for_them = module.helps or [code for code, entry in known.items() if entry.vulnerable]
    return np.isin(np.array(groups, dtype=object), for_them)


def _counts(doors: gpd.GeoDataFrame, people: pd.DataFrame) -> tuple[Floats, list[str]]:
    """Return residents by door and group, and the groups."""
    table = pd.crosstab(people["entrance"].astype(str), people["display"].astype(str))
    counted = table.reindex(doors["entrance"].astype(str)).fillna(0.0)
    return counted.to_numpy(dtype=np.float64), [str(name) for name in table.columns]


def _best(
    module: Module, leftovers: gpd.GeoDataFrame, doors: gpd.GeoDataFrame, counted: Floats,
    groups: list[str], weak: npt.NDArray[np.bool_], picks: int,
) -> list[dict[str, object]]:  # fmt: skip
    fitting = leftovers[fits(module, leftovers)]
    if len(fitting) == 0 or len(doors) == 0 or not weak.any():
        return []
    piece, door = doors.sindex.query(
        fitting.geometry, predicate="dwithin", distance=module.reach.value
    )
    shape = (len(fitting), len(doors))
    reached = csr_matrix((np.ones(len(piece)), (piece, door)), shape)
    vulnerable = counted[:, weak].sum(axis=1)
    left, rows = vulnerable.copy(), []
    for rank in range(1, picks + 1):
        added = reached @ left
        best = int(added.argmax())
        if added[best] <= 0:
            break
        near = reached[best].indices
        groups_there = counted[near].sum(axis=0)
        most = np.where(weak, groups_there, -1.0).argmax()
        rows.append(
            _row(module, rank, fitting.iloc[best], added[best], groups_there, weak)
            | {"display": groups[int(most)], "n_fits": len(fitting)}
        )
        left[near] = 0.0
    return rows


def _row(
    module: Module, rank: int, piece: pd.Series, added: float, there: Floats,
    weak: npt.NDArray[np.bool_],
) -> dict[str, object]:  # fmt: skip
    low, high = module.cost.low, module.cost.high
    return {
        "module": module.code,
        "rank": rank,
        "leftover": piece["leftover"],
        "persons": float(there.sum()),
        "vulnerable": float(there[weak].sum()),
        "added": float(added),
        "footprint": module.footprint.value,
        "reach": module.reach.value,
        "cost": module.cost.value,
        "cost_low": np.nan if low is None else low,
        "cost_high": np.nan if high is None else high,
        "lever": module.lever,
    }
