"""Lodge households in dwellings: by floor area, whole, in the order of the lot."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pandas as pd

from renlin.intake.fitting import largest_remainder
from renlin.random_streams import draw

Whole = npt.NDArray[np.int64]
HOME_COLUMNS = ("building", "entrance", "floor", "area", "floor_doubtful")


def lodged(households: Sequence[str], homes: pd.DataFrame, *, seed: int) -> pd.DataFrame:
    """Return one dwelling per household.

    Each building gets its share of the households by the floor area of its homes, rounded
    by largest remainder; inside a building they are spread evenly over its landings, and
    who lives where is drawn by lot.

    Parameters
    ----------
    households
        Keys, at least one.
    homes
        One row per landing with homes: building, entrance, floor, area (m2) and whether
        the floor is doubtful.

    Returns
    -------
    Columns of the table ``dwellings`` and ``household``, sorted by dwelling.
    """
    cells = homes.sort_values(["building", "floor", "entrance"], ignore_index=True)
    areas = cells.groupby("building", sort=True)["area"].sum()
    counts = largest_remainder(areas.to_numpy(dtype=float), len(households))
    numbers = np.zeros(len(cells), dtype=np.int64)
    landings = cells.groupby("building", sort=True).indices
    for building, count in zip(areas.index, counts, strict=True):
        mine = landings[building]
        numbers[mine] = _spread(cells.iloc[mine], int(count), seed)
    doors = cells.loc[cells.index.repeat(numbers)].copy()
    number = doors.groupby(["entrance", "floor"], sort=False).cumcount() + 1
    doors["door"] = [f"{f}{n:02d}" for f, n in zip(doors["floor"], number, strict=True)]
    doors["dwelling"] = doors["entrance"].astype(str) + "-" + doors["door"]
    doors["household"] = _by_lot(households, seed)
    columns = ["dwelling", "entrance", "floor", "door", "floor_doubtful", "household"]
    return doors[columns].sort_values("dwelling", kind="stable").reset_index(drop=True)


def _spread(cells: pd.DataFrame, count: int, seed: int) -> Whole:
    """Return households per landing of one building: even, the odd ones by lot."""
    each, left = divmod(count, len(cells))
    spots = [f"{e}/{f}" for e, f in zip(cells["entrance"], cells["floor"], strict=True)]
    luck = draw(seed, "landing", spots)
    numbers = np.full(len(cells), each, dtype=np.int64)
    numbers[np.argsort(luck, kind="stable")[:left]] += 1
    return numbers


def _by_lot(households: Sequence[str], seed: int) -> list[str]:
    luck = draw(seed, "lodging", list(households))
    order = np.lexsort((np.array(households), luck))
    return [households[i] for i in order]
