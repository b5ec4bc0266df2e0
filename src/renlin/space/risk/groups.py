"""Say who lives with the risk: its mean by group, with the gap and its interval."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from renlin.equity.contrasts import contrast_means

EVERYBODY, GAP = "all", "gap"
SEED = 20261  # of the resampling; any other would do
COLUMNS = ("display", "n", "unknown", "risk", "most", "difference", "low", "high")


def by_group(
    people: pd.DataFrame, hazard: pd.DataFrame, *, reference: str, level: float
) -> pd.DataFrame:
    """Return the mean risk residents of each group live with, everybody and the gap.

    Neighbours share their building, so whole buildings are drawn for the interval.

    Parameters
    ----------
    people
        person, display, building; building missing where not known.
    hazard
        building, risk (NaN where not inspected), high.
    reference
        Display group the others are held against.
    level
        Confidence, 0-1.

    Returns
    -------
    Columns of ``COLUMNS``, per hundred residents and year: ``n`` residents, ``unknown`` of
    them with no known risk, the mean ``risk`` of the others, ``most`` with every building
    at its upper bound, and the ``difference`` to the reference with its interval. The row
    ``gap`` repeats the group of the largest difference; NaN where nobody's is known.
    """
    told = people.merge(hazard[["building", "risk", "high"]], on="building", how="left")
    parts = {EVERYBODY: told} | {str(name): own for name, own in told.groupby("display")}
    rows = [_row(name, own, told, reference, level) for name, own in parts.items()]
    able = [row for row in rows if np.isfinite(row["difference"])]
    worst = max(able, key=lambda row: (row["difference"], row["display"]), default=None)
    rows.append({**(worst or rows[0]), "display": GAP, "n": 0, "unknown": 0})
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _row(
    name: str, own: pd.DataFrame, told: pd.DataFrame, reference: str, level: float
) -> dict[str, Any]:
    apart = {"difference": np.nan, "difference_low": np.nan, "difference_high": np.nan}
    pair = told[told["display"].isin([name, reference]) & told["risk"].notna()]
    if name not in (EVERYBODY, reference) and pair["display"].nunique() == 2:
        table = contrast_means(
            pair["risk"].to_numpy(dtype=np.float64), None, pair["display"].astype(str).to_numpy(),
            clusters=pair["building"].to_numpy(), seed=SEED, level=level,
        ).set_index("group")  # fmt: skip
        apart = {key: float(table[key].loc[name]) for key in apart}
    return {
        "display": name,
        "n": len(own),
        "unknown": int(own["risk"].isna().sum()),
        "risk": float(own["risk"].mean()),
        "most": float(own["high"].mean()),
        "difference": apart["difference"],
        "low": apart["difference_low"],
        "high": apart["difference_high"],
    }
