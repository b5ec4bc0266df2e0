"""Smooth risk and residents into a heat map that loses nobody at its edges."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy.sparse import coo_array, dia_array

HECTARE = 10_000.0  # m2
CUT = 4.0  # standard deviations at which the Gaussian is cut
COLUMNS = ("row", "column", "x", "y", "value")


def heat(
    surface: gpd.GeoDataFrame, residents: pd.Series, *, cell: float, bandwidth: float
) -> pd.DataFrame:
    """Return the risk heat map: risk times residents per hectare on a grid, smoothed.

    Each building adds its risk times its residents at its centroid; a Gaussian spreads it.
    The sum over the map times the area of a cell is the sum over buildings. Buildings
    without a known risk add nothing: they are unknown, and drawn as such.

    Parameters
    ----------
    surface
        building, risk, geometry.
    residents
        Building -> residents.
    cell
        Side of a cell, m.
    bandwidth
        Standard deviation of the Gaussian, m.

    Returns
    -------
    Columns row, column, x, y (centre of the cell, m), value (risk-persons per hectare),
    the cells above 0 only; with a risk told as the share of residents harmed in a year,
    residents harmed a year per hectare.
    """
    known = surface[surface["risk"].notna()]
    weight = known["risk"].to_numpy() * known["building"].map(residents).fillna(0.0).to_numpy()
    if not (weight > 0).any():
        return pd.DataFrame({c: pd.Series(dtype=_type(c)) for c in COLUMNS})
    reach = int(np.ceil(CUT * bandwidth / cell))
    left, bottom, _, _ = known.total_bounds
    centres = known.geometry.centroid
    row = np.floor((centres.y.to_numpy() - bottom) / cell).astype(np.int64) + reach
    column = np.floor((centres.x.to_numpy() - left) / cell).astype(np.int64) + reach
    shape = (int(row.max()) + reach + 1, int(column.max()) + reach + 1)
    placed = coo_array((weight, (row, column)), shape=shape).tocsr()
    step = np.arange(-reach, reach + 1)
    bell = np.exp(-0.5 * (step * cell / bandwidth) ** 2)
    bell /= bell.sum()
    spread = (_band(shape[0], step, bell) @ placed @ _band(shape[1], step, bell)).tocoo()
    rows, columns = spread.coords
    table = pd.DataFrame(
        {
            "row": rows.astype(np.int64),
            "column": columns.astype(np.int64),
            "x": left + (columns - reach + 0.5) * cell,
            "y": bottom + (rows - reach + 0.5) * cell,
            "value": spread.data * HECTARE / cell**2,
        }
    )
    table = table[table["value"] > 0.0]
    return table.sort_values(["row", "column"]).reset_index(drop=True)


def _band(n: int, step: np.ndarray, bell: np.ndarray) -> dia_array:
    """Return the smoothing of one axis as a banded matrix, shape (n, n)."""
    return dia_array((np.repeat(bell[:, None], n, axis=1), step), shape=(n, n)).tocsr()


def _type(column: str) -> str:
    return "int64" if column in ("row", "column") else "float64"
