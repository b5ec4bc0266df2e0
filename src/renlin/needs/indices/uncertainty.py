"""Try the ranks of an index again under other choices that could have been made."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import pandas as pd

from renlin.needs.indices import aggregation, ranking
from renlin.needs.indices.index import Index
from renlin.needs.indices.ranking import Floats
from renlin.needs.indices.stated import Definition
from renlin.random_streams import draw

INTERVAL = (0.05, 0.95)
"""Share of draws below the ends of a unit's rank interval. Source: reference, stage 1, 6.7."""
TOP_SHARE = 0.1
"""The top decile: ranks up to this share of the units of an extent."""
LEAST = 0.01
"""Least value of a column before a geometric mean, the greatest being 1. Assumption: a zero
would decide alone; the handbook on composite indicators rescales to 1..100."""
TIE_DIGITS = 10
"""Decimals at which two totals of a draw are the same: sums in another order differ beyond."""
NORMALISE: Mapping[str, Callable[[Floats], Floats]] = {
    "percentile": lambda x: ranking.percentile(x, "average", "(rank-1)/(n-1)"),
    "min_max": ranking.min_max,
    "z": lambda x: ranking.standardised(x, 0),
}


class Ranks(NamedTuple):
    """How much the ranks depend on choices.

    Attributes
    ----------
    units
        Key, reference group by number, ``rank_low``, ``rank_median``, ``rank_high`` (5, 50,
        95 % of the draws), ``top_decile_share``; one row per unit in the order of the index,
        unknown where a variable is.
    flips
        ``extent``, ``before``, ``after``, ``flip_share``: neighbours among the first ranks
        of the index, and the share of draws in which the second comes before the first.
    draws
        How often each choice was drawn.
    """

    units: pd.DataFrame
    flips: pd.DataFrame
    draws: dict[str, int]


class _Draw(NamedTuple):
    normalisation: str
    weights: Floats
    aggregation: str


def uncertainty(found: Index, definition: Definition, *, n_draws: int, seed: int) -> Ranks:
    """Return rank intervals over normalisation, weights and aggregation.

    Each draw takes one normalisation, one set of weights (as stated, equal, or random:
    Dirichlet with all parameters 1) and one aggregation from those of the definition, on the
    variables turned so that more raises the index. Ranks run as the definition orders them,
    ties get the mean rank. A variable without spread counts for nothing. The default set is
    percentile, min_max and z; stated, equal and random; mean and geometric.
    Assumption: all choices are equally likely.

    Parameters
    ----------
    found
        The index.
    n_draws
        Draws, at least 1.
    seed
        The same seed gives the same bytes.
    """
    drawn, counts = _drawn(found, definition, n_draws, seed)
    n = len(found.table)
    columns = {name: np.full(n, np.nan) for name in
               ("rank_low", "rank_median", "rank_high", "top_decile_share")}  # fmt: skip
    extent = np.full(n, np.nan)
    flips: list[dict[str, object]] = []
    for number, rows in enumerate(found.groups, start=1):
        extent[rows] = number
        known = rows[~np.isnan(found.oriented[rows]).any(axis=1)]
        if not len(known):
            continue
        ranks = np.stack(_ranks(found.oriented[known], drawn, definition))
        low, middle, high = np.quantile(ranks, (INTERVAL[0], 0.5, INTERVAL[1]), axis=0)
        columns["rank_low"][known] = low
        columns["rank_median"][known] = middle
        columns["rank_high"][known] = high
        top = max(np.ceil(len(known) * TOP_SHARE), 1)
        columns["top_decile_share"][known] = (ranks <= top).mean(axis=0)
        flips += _flips(found, definition, known, ranks, number)
    keys = found.table[[found.key]]
    units = keys.assign(extent=extent, **columns)
    names = ["extent", "before", "after", "flip_share"]
    return Ranks(units, pd.DataFrame(flips, columns=names), counts)


def _drawn(
    found: Index, definition: Definition, n_draws: int, seed: int
) -> tuple[list[_Draw], dict[str, int]]:
    rule, stated = definition.uncertainty, _stated(found, definition)
    luck = draw(seed, "needs.index.ranks", range(n_draws), count=3 + len(stated))
    drawn: list[_Draw] = []
    counts: dict[str, int] = {}
    for row in np.atleast_2d(luck):
        normalisation = _one(rule.normalisations, row[0])
        weighting, how = _one(rule.weights, row[1]), _one(rule.aggregations, row[2])
        random = -np.log1p(-row[3:])
        weights = {"stated": stated, "equal": np.ones_like(stated), "random": random}[weighting]
        drawn.append(_Draw(normalisation, weights / weights.sum(), how))
        for name in (normalisation, f"weights_{weighting}", how):
            counts[name] = counts.get(name, 0) + 1
    return drawn, dict(sorted(counts.items()))


def _one(choices: Sequence[str], luck: float) -> str:
    return choices[min(int(luck * len(choices)), len(choices) - 1)]


def _stated(found: Index, definition: Definition) -> Floats:
    """Return what each variable weighs in the index, shape (n_variables,)."""
    weight = dict(zip(found.weights["item"], found.weights["weight"], strict=True))
    own = {one.name: one.weight for one in definition.variables}
    if definition.overall.of == "variables":
        return np.array([weight[one.name] for one in definition.variables], dtype=np.float64)
    made = {}
    for theme in definition.themes:
        adds = theme.how == "sum" and definition.overall.of == "themes"
        whole = 1.0 if adds else sum(own[name] for name in theme.variables)
        made.update({name: weight[theme.code] * own[name] / whole for name in theme.variables})
    return np.array([made[one.name] for one in definition.variables], dtype=np.float64)


def _ranks(oriented: Floats, drawn: Sequence[_Draw], definition: Definition) -> list[Floats]:
    """Return the ranks of each draw, shape (n_units,) each."""
    normal = {name: _columns(oriented, name) for name in {one.normalisation for one in drawn}}
    above = {name: _above_zero(columns) for name, columns in normal.items()}
    descending, ranks = definition.ranking.order == "descending", []
    for one in drawn:
        columns = (above if one.aggregation == "geometric" else normal)[one.normalisation]
        total = aggregation.joined(
            columns,
            one.weights,
            one.aggregation,
            "skip",
            1,
        )
        ranks.append(ranking.ranked(np.round(total, TIE_DIGITS), "average", descending=descending))
    return ranks


def _columns(oriented: Floats, name: str) -> Floats:
    made = np.column_stack([NORMALISE[name](column) for column in oriented.T])
    flat = np.ptp(oriented, axis=0) == 0
    return np.where(flat, 0.0, made)


def _above_zero(columns: Floats) -> Floats:
    low, spread = columns.min(axis=0), np.ptp(columns, axis=0)
    placed = (columns - low) / np.where(spread == 0, 1.0, spread)
    return np.where(spread == 0, 1.0, LEAST + (1 - LEAST) * placed)


def _flips(
    found: Index, definition: Definition, known: np.ndarray, ranks: Floats, number: int
) -> list[dict[str, object]]:
    own = found.table[definition.ranking.column].to_numpy(dtype="float64")[known]
    first = np.argsort(own, kind="stable")[: definition.uncertainty.top]
    keys = found.table[found.key].to_numpy()[known]
    rows: list[dict[str, object]] = []
    for before, after in pairwise(first):
        share = float((ranks[:, after] < ranks[:, before]).mean())
        rows.append({"extent": number, "before": keys[before], "after": keys[after],
                     "flip_share": share})  # fmt: skip
    return rows
