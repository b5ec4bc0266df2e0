"""Count whom a message has come to after each step, by group, with the gap to the others."""

from __future__ import annotations

import numpy as np
import pandas as pd

from renlin.needs.population import ALL

ANY = "any"
"""Row of the residents reached after any number of steps."""
COLUMNS = (
    "steps", "display", "n", "n_sources", "n_asked", "n_reached", "n_perhaps", "share_low",
    "share_high", "rest_low", "rest_high", "gap_low", "gap_high", "small",
)  # fmt: skip


def reach(
    people: pd.DataFrame, members: pd.DataFrame, *, most: int, small_below: int
) -> pd.DataFrame:
    """Return, for each group and number of steps, how many a message has surely come to.

    ``n_perhaps`` have it only if ties nobody was asked about exist; the shares are bounds
    with none and with all of them, ``gap_low = share_low - rest_high`` and ``gap_high =
    share_high - rest_low`` those of the difference to everybody surely not of the group.
    Where no message starts nothing is sure and nothing excluded.

    Parameters
    ----------
    people
        As ``standing`` returns.
    members
        Columns person and one nullable boolean per group, rows aligned.
    most
        Steps followed one by one; ``any`` stands after them.
    small_below
        Residents below which a group is marked small.
    """
    groups = members.drop(columns=["person"]).reset_index(drop=True)
    groups.insert(0, ALL, pd.Series(True, index=groups.index, dtype="boolean"))
    starts = bool((people["steps"] == 0).any())
    rows = []
    for step in (*range(1, most + 1), ANY):
        sure = _within(people["steps"], step)
        may = _within(people["steps_possible"], step) if starts else np.ones(len(sure), bool)
        for name in groups:
            own = groups[name].fillna(False).to_numpy(dtype=bool)
            rest = (~groups[name]).fillna(False).to_numpy(dtype=bool)
            low, high = _share(sure, own), _share(may, own)
            rest_low, rest_high = _share(sure, rest), _share(may, rest)
            rows.append(
                {
                    "steps": str(step),
                    "display": str(name),
                    "n": int(own.sum()),
                    "n_sources": int((own & (people["steps"] == 0).fillna(False)).sum()),
                    "n_asked": int((own & people["asked"]).sum()),
                    "n_reached": int((own & sure).sum()),
                    "n_perhaps": int((own & may & ~sure).sum()),
                    "share_low": low,
                    "share_high": high,
                    "rest_low": rest_low,
                    "rest_high": rest_high,
                    "gap_low": low - rest_high,
                    "gap_high": high - rest_low,
                    "small": bool(own.sum() < small_below),
                }
            )
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _within(steps: pd.Series, most: int | str) -> np.ndarray:
    held = steps.notna() if isinstance(most, str) else (steps <= most).fillna(False)
    return held.to_numpy(dtype=bool)


def _share(hit: np.ndarray, own: np.ndarray) -> float:
    return float(hit[own].mean()) if own.any() else float("nan")
