"""Pair households and helpers by a mixed-integer programme.

    min  Σ t_hm x_hm + b Σ t_hm y_hm + M Σ (u_h + w_h + s_h + n_h)
    Σ_m x_hm + u_h  = need_h            first helpers, or a stated shortage
    Σ_m y_hm + w_h ≥ 1                  one backup
    Σ_m strong_m x_hm + s_h ≥ need_h    where somebody must be carried
    Σ_m night_m x_hm + n_h ≥ 1          one who is there at night
    x_hm + y_hm ≤ 1                     a backup is another person
    Σ_h (x_hm + c y_hm) ≤ capacity_m    a backup counts c
    y_hm = 0 when both live in one building: one fire must not disable both

x first helper, y backup, u w s n shortages; t seconds to the door, b weight and c load
of a backup, M cost of a shortage. Pairs agreed already are kept.

Source: governance reference A05 (assumptions in parameters.toml).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy import sparse

from renlin.catalogue.load import Catalogue
from renlin.equity.solver import Accuracy, Programme
from renlin.governance.demand import Demand

Floats = npt.NDArray[np.float64]
CHOSEN = 0.5


@dataclass(frozen=True)
class Match:
    """Pairs chosen, and what is lacking.

    Attributes
    ----------
    pairs
        household, helper, first (bool; else backup), time.
    shortage
        household, helpers, backup, strong, night: how many are lacking.
    status
        ``optimal`` or ``bound``.
    """

    pairs: pd.DataFrame
    shortage: pd.DataFrame
    status: str


def match(wanted: Demand, kept: pd.DataFrame, catalogue: Catalogue) -> Match:
    """Return the best pairs for ``wanted``.

    Parameters
    ----------
    kept
        Pairs agreed already: household, helper, role.
    catalogue
        Gives candidates per household, weights and costs.
    """
    candidates = _candidates(wanted, kept, int(catalogue.number("pair_candidates")))
    n, k = len(wanted.households), len(candidates)
    if n == 0:
        return _nothing()
    made, costs = _programme(wanted, candidates, _fixed(candidates, kept, wanted), catalogue)
    solution = made.minimise(costs, Accuracy())
    values = solution.values
    x, y = values[:k] > CHOSEN, values[k : 2 * k] > CHOSEN
    rows = [
        {
            "household": wanted.households["household"].iloc[h],
            "helper": wanted.helpers["helper"].iloc[m],
            "first": bool(x[i]),
            "time": float(wanted.time[h, m]),
        }
        for i, (h, m) in enumerate(candidates)
        if x[i] or y[i]
    ]
    lacking = np.round(values[2 * k :].reshape(4, n)).astype(int)
    shortage = pd.DataFrame(
        {"household": wanted.households["household"].to_numpy()}
        | dict(zip(("helpers", "backup", "strong", "night"), lacking, strict=True))
    )
    columns = ["household", "helper", "first", "time"]
    return Match(pd.DataFrame(rows, columns=columns), shortage, solution.status)


def _nothing() -> Match:
    pairs = pd.DataFrame(columns=["household", "helper", "first", "time"])
    shortage = pd.DataFrame(columns=["household", "helpers", "backup", "strong", "night"])
    return Match(pairs, shortage, "optimal")


def _candidates(wanted: Demand, kept: pd.DataFrame, most: int) -> list[tuple[int, int]]:
    """Return (household, helper) positions: the nearest ``most``, and all agreed pairs."""
    own = wanted.helpers["household"].to_numpy(dtype=object)
    agreed = set(zip(kept["household"], kept["helper"], strict=True))
    names = wanted.helpers["helper"].to_numpy()
    found: list[tuple[int, int]] = []
    for h, home in enumerate(wanted.households["household"]):
        order = np.lexsort((names, wanted.time[h]))
        near = [m for m in order if np.isfinite(wanted.time[h, m]) and own[m] != home][:most]
        also = [m for m in range(len(names)) if (home, names[m]) in agreed and m not in near]
        found.extend((h, int(m)) for m in sorted([*near, *also]))
    return found


def _fixed(candidates: list[tuple[int, int]], kept: pd.DataFrame, wanted: Demand) -> dict[int, str]:
    role = {(r["household"], r["helper"]): r["role"] for r in kept.to_dict("records")}
    homes, names = wanted.households["household"], wanted.helpers["helper"]
    return {
        i: str(role[homes.iloc[h], names.iloc[m]])
        for i, (h, m) in enumerate(candidates)
        if (homes.iloc[h], names.iloc[m]) in role
    }


def _programme(
    wanted: Demand,
    candidates: list[tuple[int, int]],
    fixed: dict[int, str],
    catalogue: Catalogue,
) -> tuple[Programme, dict[int, Floats]]:
    """Return the programme above and its costs; blocks x, y, u, w, s, n."""
    n, k, m = len(wanted.households), len(candidates), len(wanted.helpers)
    home = np.array([h for h, _ in candidates], dtype=int)
    helper = np.array([m for _, m in candidates], dtype=int)
    first = np.array([fixed.get(i) in ("primary", "second") for i in range(k)])
    backup = np.array([fixed.get(i) == "backup" for i in range(k)])
    where = wanted.helpers["building"].to_numpy(dtype=object)[helper]
    lives = wanted.households["building"].to_numpy(dtype=object)[home]
    need = np.maximum(
        wanted.households["need"].to_numpy(dtype=float), np.bincount(home, first, minlength=n)
    )
    made = Programme()
    x = made.add_columns(first.astype(float), np.ones(k), whole=True)
    allowed = ((where != lives) | backup).astype(float)
    y = made.add_columns(backup.astype(float), allowed, whole=True)
    u, w, s, t = (
        made.add_columns(np.zeros(n), np.maximum(need, 1.0), whole=True) for _ in range(4)
    )
    of_home = _incidence(home, np.ones(k), n)
    lack = sparse.identity(n, format="csr")
    made.add_rows({x: of_home, u: lack}, need, need)
    made.add_rows({y: of_home, w: lack}, np.ones(n), np.full(n, np.inf))
    strong = wanted.helpers["strong"].to_numpy(dtype=float)[helper]
    bearers = np.where(wanted.households["carry"], wanted.households["need"], 0).astype(float)
    made.add_rows({x: _incidence(home, strong, n), s: lack}, bearers, np.full(n, np.inf))
    night = wanted.helpers["night"].to_numpy(dtype=float)[helper]
    made.add_rows({x: _incidence(home, night, n), t: lack}, np.ones(n), np.full(n, np.inf))
    each = sparse.identity(k, format="csr")
    made.add_rows({x: each, y: each}, np.full(k, -np.inf), np.ones(k))
    load = catalogue.number("pair_backup_load")
    agreed = np.bincount(helper, first + load * backup, minlength=m)
    capacity = np.maximum(wanted.helpers["capacity"].to_numpy(dtype=float), agreed)
    of_helper = _incidence(helper, np.ones(k), m)
    made.add_rows({x: of_helper, y: load * of_helper}, np.full(m, -np.inf), capacity)
    return made, _costs(wanted, home, helper, catalogue)


def _costs(
    wanted: Demand,
    home: npt.NDArray[np.intp],
    helper: npt.NDArray[np.intp],
    catalogue: Catalogue,
) -> dict[int, Floats]:
    unmet = catalogue.number("pair_unmet_cost")
    time = np.minimum(wanted.time[home, helper], unmet)
    lacking = np.full(len(wanted.households), unmet)
    weight = catalogue.number("pair_backup_weight")
    return {0: time, 1: weight * time, **dict.fromkeys(range(2, 6), lacking)}


def _incidence(rows: npt.NDArray[np.intp], values: Floats, n_rows: int) -> sparse.csr_array:
    """Return the matrix that sums columns by row: shape (n_rows, n_columns)."""
    columns = np.arange(len(rows))
    return sparse.csr_array((values, (rows, columns)), shape=(n_rows, len(rows)))
