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

import highspy
import numpy as np
import numpy.typing as npt
import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.governance.demand import Demand

Floats = npt.NDArray[np.float64]
SOLVER_SECONDS = 60.0  # s; the bound is reported when the time runs out
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
    model = _Model(wanted, candidates, catalogue)
    model.build(_fixed(candidates, kept, wanted))
    values, status = model.solve()
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
    return Match(pd.DataFrame(rows, columns=columns), shortage, status)


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


class _Model:
    """Columns: x (k), y (k), then shortages u, w, s, n (n each)."""

    def __init__(
        self, wanted: Demand, candidates: list[tuple[int, int]], catalogue: Catalogue
    ) -> None:
        self.wanted = wanted
        self.candidates = candidates
        self.number = catalogue.number
        self.n, self.k = len(wanted.households), len(candidates)
        self.highs = highspy.Highs()
        self.highs.setOptionValue("output_flag", False)
        self.highs.setOptionValue("random_seed", 0)
        self.highs.setOptionValue("threads", 1)
        self.highs.setOptionValue("time_limit", SOLVER_SECONDS)

    def build(self, fixed: dict[int, str]) -> None:
        self._columns(fixed)
        need = self.wanted.households["need"].to_numpy(dtype=float)
        carry = self.wanted.households["carry"].to_numpy(dtype=bool)
        strong = self.wanted.helpers["strong"].to_numpy(dtype=bool)
        night = self.wanted.helpers["night"].to_numpy(dtype=bool)
        of_home: list[list[int]] = [[] for _ in range(self.n)]
        of_helper: list[list[int]] = [[] for _ in range(len(self.wanted.helpers))]
        for i, (h, m) in enumerate(self.candidates):
            of_home[h].append(i)
            of_helper[m].append(i)
        for h, mine in enumerate(of_home):
            agreed = sum(1 for i in mine if fixed.get(i) in ("primary", "second"))
            wanted = max(need[h], float(agreed))
            self._row(wanted, wanted, [(i, 1.0) for i in mine] + [(self._lack(0, h), 1.0)])
            self._row(1.0, np.inf, [(self.k + i, 1.0) for i in mine] + [(self._lack(1, h), 1.0)])
            bearers = [(i, 1.0) for i in mine if strong[self.candidates[i][1]]]
            self._row(need[h] if carry[h] else 0.0, np.inf, [*bearers, (self._lack(2, h), 1.0)])
            there = [(i, 1.0) for i in mine if night[self.candidates[i][1]]]
            self._row(1.0, np.inf, [*there, (self._lack(3, h), 1.0)])
        for i in range(self.k):
            self._row(-np.inf, 1.0, [(i, 1.0), (self.k + i, 1.0)])
        self._capacities(of_helper, fixed)

    def _columns(self, fixed: dict[int, str]) -> None:
        weight, unmet = self.number("pair_backup_weight"), self.number("pair_unmet_cost")
        building = self.wanted.helpers["building"].to_numpy(dtype=object)
        home = self.wanted.households["building"].to_numpy(dtype=object)
        for role, factor in (("first", 1.0), ("backup", weight)):
            for i, (h, m) in enumerate(self.candidates):
                time = min(float(self.wanted.time[h, m]), unmet)
                first = fixed.get(i) in ("primary", "second")
                low = 1.0 if (role == "first") == first and i in fixed else 0.0
                same = role == "backup" and building[m] == home[h]
                high = 0.0 if same and low == 0.0 else 1.0
                self._column(factor * time, low, high, whole=True)
        for _ in range(4):
            for h in range(self.n):
                need = max(float(self.wanted.households["need"].iloc[h]), 1.0)
                self._column(unmet, 0.0, need, whole=True)

    def _column(self, cost: float, low: float, high: float, *, whole: bool) -> None:
        self.highs.addCol(cost, low, high, 0, np.array([], dtype=np.int32), np.array([]))
        if whole:
            self.highs.changeColIntegrality(
                self.highs.getNumCol() - 1, highspy.HighsVarType.kInteger
            )

    def _capacities(self, of_helper: list[list[int]], fixed: dict[int, str]) -> None:
        load = self.number("pair_backup_load")
        for m, mine in enumerate(of_helper):
            agreed = sum(1.0 if fixed[i] != "backup" else load for i in mine if i in fixed)
            capacity = max(float(self.wanted.helpers["capacity"].iloc[m]), agreed)
            self._row(
                -np.inf, capacity, [(i, 1.0) for i in mine] + [(self.k + i, load) for i in mine]
            )

    def _lack(self, kind: int, household: int) -> int:
        return 2 * self.k + kind * self.n + household

    def _row(self, low: float, high: float, terms: list[tuple[int, float]]) -> None:
        columns = np.array([column for column, _ in terms], dtype=np.int32)
        values = np.array([value for _, value in terms])
        self.highs.addRow(low, high, len(terms), columns, values)

    def solve(self) -> tuple[Floats, str]:
        self.highs.run()
        status = self.highs.getModelStatus()
        proven = status == highspy.HighsModelStatus.kOptimal
        values = np.array(self.highs.getSolution().col_value)
        return values, "optimal" if proven else "bound"
