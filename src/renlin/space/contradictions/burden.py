"""Say who bears the contradictions: by group, with the gap and its interval."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from renlin.equity.contrasts import contrast_means
from renlin.space.contradictions.concerned import Concerned, Crowd

ALL = "all"
PEOPLE = ("contradiction", "display", "persons")
GROUPS = (
    "dimension",
    "display",
    "n",
    "touched",
    "per_person",
    "rest_per_person",
    "gap",
    "gap_low",
    "gap_high",
)


def people(keys: Sequence[str], concerned: Sequence[Concerned], crowd: Crowd) -> pd.DataFrame:
    """Return residents of each group each contradiction concerns; none is no row."""
    whole = [one.counts.sum(axis=0) for one in concerned]
    made = [
        {"contradiction": key, "display": group, "persons": round(float(n))}
        for key, counts in zip(keys, whole, strict=True)
        for group, n in zip(crowd.groups, counts, strict=True)
        if n >= 1
    ]
    return pd.DataFrame(made, columns=list(PEOPLE))


def groups(
    dimensions: Sequence[str],
    concerned: Sequence[Concerned],
    crowd: Crowd,
    buildings: Sequence[str],
    *,
    seed: int,
    level: float,
) -> pd.DataFrame:
    """Return how many contradictions each group bears, by dimension and over all.

    ``touched`` counts residents at least one contradiction concerns, at least: behind one
    door it may be the same ones. ``per_person`` is the mean number of contradictions that
    concern a resident; ``gap`` is that of the group less that of all others, resampling
    buildings.

    Parameters
    ----------
    buildings
        Building of each door of the crowd.
    seed, level
        Of the interval.
    """
    tables = []
    for dimension in (ALL, *sorted(set(dimensions))):
        own = [
            one for name, one in zip(dimensions, concerned, strict=True) if dimension in (ALL, name)
        ]
        tables.append(_dimension(dimension, own, crowd, buildings, seed, level))
    made = pd.concat(tables, ignore_index=True) if tables else pd.DataFrame(columns=list(GROUPS))
    return made[list(GROUPS)]


def _dimension(
    dimension: str,
    concerned: Sequence[Concerned],
    crowd: Crowd,
    buildings: Sequence[str],
    seed: int,
    level: float,
) -> pd.DataFrame:
    borne = np.zeros_like(crowd.counts)
    for one in concerned:
        borne[one.doors] += one.counts
    touched = crowd.joined(concerned)
    door, group = np.nonzero(crowd.counts)
    if len(door) == 0:
        return pd.DataFrame(columns=list(GROUPS))
    each = borne[door, group] / crowd.counts[door, group]
    found = contrast_means(
        each, crowd.counts[door, group], np.array(crowd.groups)[group],
        clusters=np.array(list(buildings), dtype=object)[door], seed=seed, level=level,
    )  # fmt: skip
    counted = dict(zip(crowd.groups, crowd.counts.sum(axis=0), strict=True))
    near = dict(zip(crowd.groups, touched.counts.sum(axis=0), strict=True))
    return pd.DataFrame(
        {
            "dimension": dimension,
            "display": found["group"],
            "n": found["group"].map(counted).astype("int64"),
            "touched": found["group"].map(near).fillna(0).round().astype("int64"),
            "per_person": found["mean"],
            "rest_per_person": found["rest_mean"],
            "gap": found["difference"],
            "gap_low": found["difference_low"],
            "gap_high": found["difference_high"],
        }
    )
