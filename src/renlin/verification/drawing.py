"""Draw what a case leaves open about its persons, afresh for every seed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from renlin.random_streams import draw
from renlin.simulation.luck import sample
from renlin.verification.stated import Stated

Flags = npt.NDArray[np.bool_]


def drawn(code: str, stated: Stated, persons: pd.DataFrame, seed: int) -> pd.DataFrame:
    """Return the persons with the empty cells of drawn columns filled.

    First ``shares``, so that what is drawn there can tell for whom the rest is; then
    ``draws`` in order, then ``draw``. Luck belongs to the case, the column, the seed and
    the person: the order of rows never matters.
    """
    if "person" not in persons.columns:
        return persons
    made = persons.copy()
    ids = [str(one) for one in made["person"]]
    for column, shares in stated.shares.items():
        luck = np.asarray(draw(seed, f"{code}/{column}", ids)).reshape(len(ids))
        _fill(made, column, _chosen(shares, luck), np.ones(len(ids), dtype=bool))
    for one in stated.draws:
        luck = np.asarray(draw(seed, f"{code}/{one.column}", ids)).reshape(len(ids))
        _fill(made, one.column, sample(one.draw, luck), _matching(made, one.of))
    for column, how in stated.draw.items():
        luck = np.asarray(draw(seed, f"{code}/{column}", ids)).reshape(len(ids))
        _fill(made, column, sample(how, luck), np.ones(len(ids), dtype=bool))
    return made


def _matching(persons: pd.DataFrame, of: Mapping[str, Any]) -> Flags:
    chosen = np.ones(len(persons), dtype=bool)
    for column, value in of.items():
        cells = persons[column].astype(str) if column in persons.columns else None
        chosen &= cells.eq(str(value)).to_numpy() if cells is not None else False
    return chosen


def _fill(persons: pd.DataFrame, column: str, values: Any, where: Flags) -> None:
    """Write ``values`` into the empty cells of ``column`` among those of ``where``."""
    if column not in persons.columns:
        persons[column] = pd.Series("", persons.index, dtype=object)
    empty = where & persons[column].eq("").to_numpy(dtype=bool)
    cells = persons[column].astype(object).to_numpy(copy=True)
    cells[empty] = np.asarray(values, dtype=object)[empty]
    persons[column] = cells


def _chosen(shares: Mapping[str, float], luck: npt.NDArray[np.float64]) -> Any:
    names = np.array(list(shares), dtype=object)
    bounds = np.cumsum(list(shares.values()))
    at = np.searchsorted(bounds, luck * bounds[-1], side="right")
    return names[np.minimum(at, len(names) - 1)]
