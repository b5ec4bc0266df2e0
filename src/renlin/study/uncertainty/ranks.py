"""Ask whether the order of the schemes stands, whatever the parameters turn out to be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import kendalltau, rankdata

from renlin.equity.intervals import paired_t, wilson
from renlin.study.times import BASE, SAME
from renlin.study.uncertainty.runs import AS_STATED, MEASURES, Tried
from renlin.study.uncertainty.split import Split, split

Floats = npt.NDArray[np.float64]
Places = npt.NDArray[np.int64]
KEY = ("scenario", "measure", "scheme")
PARADOX_KEY = ("scenario", "scheme")
ANSWERS = ("flagged", "undecided", "not_found")
BETTER, WORSE, UNDECIDED, UNCHANGED = "better", "worse", "undecided", "unchanged"
STATES = ("holds", BETTER, WORSE, UNDECIDED, UNCHANGED)
"""Columns that count draws by what they say against the base; unknown for the base itself."""
BAND = (0.05, 0.95)
"""Quantiles of the draws between which a level is said to lie."""


def stability(tried: Tried, confidence: float) -> pd.DataFrame:
    """Return how each scheme ranks over the draws, for every measure.

    All measures are burdens: the least is first. Levels nearer than a millisecond share
    the better place.

    Returns
    -------
    One row per measure and scheme: ``rank_1`` and on, the draws in which it takes that
    place; ``stated_rank`` with the catalogue as it stands; ``first_share`` with its score
    interval; ``first_sure``, draws in which it is surely before every other scheme (paired
    t over the runs); ``verdict`` against the base with the catalogue as it stands, and in
    how many draws it holds; the level as stated and over the draws; variances of the
    difference to the base (of the level, for the base) by
    :func:`renlin.study.uncertainty.split.split`; ``kendall_w`` and ``kendall_tau`` of the
    whole measure.

    Source: kendall1939; wilson1927; student1908.
    """
    rows = [row for measure in MEASURES for row in _measured(tried, measure, confidence)]
    return pd.DataFrame(rows).astype(dict.fromkeys(STATES, "Int64"))


def paradox_stability(tried: Tried, confidence: float) -> pd.DataFrame:
    """Return in how many draws the paradox is flagged, undecided or not found, by scheme."""
    rows = []
    for at, scheme in enumerate(tried.schemes):
        if scheme == BASE:
            continue
        answers = tried.verdicts[1:, at]
        stated = str(tried.verdicts[AS_STATED, at])
        flagged = wilson(int((answers == "flagged").sum()), len(answers), level=confidence)
        rows.append(
            {
                "scenario": tried.scenario,
                "scheme": scheme,
                "n_draws": len(answers),
                "verdict": stated,
                **{name: int((answers == name).sum()) for name in ANSWERS},
                "flagged_share": flagged.estimate,
                "flagged_low": flagged.low,
                "flagged_high": flagged.high,
                "holds": int((answers == stated).sum()),
            }
        )
    return pd.DataFrame(rows)


def places(level: Floats) -> Places:
    """Return the place of each scheme in each draw, 1 for the least, ties the better one.

    Parameters
    ----------
    level
        Shape (n_draws, n_schemes).
    """
    return np.asarray(rankdata(_rounded(level), method="min", axis=1), dtype=np.int64)


def kendall_w(level: Floats) -> float:
    """Return Kendall's coefficient of concordance of the draws over the schemes, 0 to 1.

    ``W = 12 S / (m^2 (n^3 - n) - m T)`` with ``m`` draws, ``n`` schemes, ``S`` the squares
    of the rank sums about their mean and ``T`` the sum of ``t^3 - t`` over ties of ``t``.

    Returns
    -------
    1 when every draw gives one order, NaN when nothing can be told apart in any draw.

    Source: kendall1939.
    """
    m, n = level.shape
    ranks = np.asarray(rankdata(_rounded(level), axis=1), dtype=np.float64)
    sums = ranks.sum(axis=0)
    ties = sum(
        float((count**3 - count).sum())
        for count in (np.unique(row, return_counts=True)[1] for row in ranks)
    )
    possible = m**2 * (n**3 - n) - m * ties
    return 12.0 * float(((sums - sums.mean()) ** 2).sum()) / possible if possible > 0 else np.nan


def mean_tau(level: Floats, stated: Floats) -> float:
    """Return Kendall's tau-b of each draw's order with the stated one, averaged over the draws.

    Source: kendall1939.
    """
    first = _rounded(stated)
    found = np.array([kendalltau(first, row).statistic for row in _rounded(level)], dtype=float)
    told = found[~np.isnan(found)]
    return float(told.mean()) if len(told) else float("nan")


def _measured(tried: Tried, measure: str, confidence: float) -> Iterator[dict[str, Any]]:
    level = tried.level[measure]
    mean = _known_mean(level)
    placed, stated = places(mean[1:]), places(mean[:1])[AS_STATED]
    whole = {
        "kendall_w": kendall_w(mean[1:]),
        "kendall_tau": mean_tau(mean[1:], mean[AS_STATED]),
    }
    n_draws, n_schemes = placed.shape
    for at, scheme in enumerate(tried.schemes):
        won = wilson(int((placed[:, at] == 1).sum()), n_draws, level=confidence)
        yield {
            "scenario": tried.scenario,
            "measure": measure,
            "scheme": scheme,
            "n_draws": n_draws,
            "n_seeds": level.shape[2],
            **{f"rank_{r}": int((placed[:, at] == r).sum()) for r in range(1, n_schemes + 1)},
            "mean_rank": float(placed[:, at].mean()),
            "stated_rank": int(stated[at]),
            "first_share": won.estimate,
            "first_low": won.low,
            "first_high": won.high,
            "first_sure": _surely_first(level[1:], at, confidence),
            **_verdict(level, tried.schemes, at, confidence),
            **_levels(mean[:, at]),
            **_variances(level, tried.schemes, at),
            **whole,
        }


def _surely_first(level: Floats, at: int, confidence: float) -> int:
    """Return the draws in which a scheme is surely before every other."""
    others = [i for i in range(level.shape[1]) if i != at]
    return sum(
        all(state_of(draw[at] - draw[other], confidence) == BETTER for other in others)
        for draw in level
    )


def _verdict(level: Floats, schemes: tuple[str, ...], at: int, confidence: float) -> dict[str, Any]:
    """Return the verdict against the base as stated, and in how many draws each is given."""
    if schemes[at] == BASE:
        return {"verdict": "", **dict.fromkeys(STATES)}
    base = schemes.index(BASE)
    found = [state_of(draw[at] - draw[base], confidence) for draw in level]
    counts = {name: found[1:].count(name) for name in (BETTER, WORSE, UNDECIDED, UNCHANGED)}
    return {"verdict": found[AS_STATED], "holds": counts[found[AS_STATED]], **counts}


def state_of(difference: Floats, confidence: float) -> str:
    """Return what paired runs say of a difference of burdens."""
    known = difference[~np.isnan(difference)]
    if len(known) and (np.abs(known) < SAME).all():
        return UNCHANGED
    interval = paired_t(known, level=confidence)
    if not interval.excludes_zero:
        return UNDECIDED
    return BETTER if interval.estimate < 0 else WORSE


def _levels(mean: Floats) -> dict[str, float]:
    told = mean[1:][~np.isnan(mean[1:])]
    low, middle, high = np.quantile(told, [BAND[0], 0.5, BAND[1]]) if len(told) else [np.nan] * 3
    return {
        "level": float(mean[AS_STATED]),
        "level_low": float(low),
        "level_median": float(middle),
        "level_high": float(high),
    }


def _variances(level: Floats, schemes: tuple[str, ...], at: int) -> dict[str, float]:
    own = level[1:, at]
    if schemes[at] != BASE:
        own = own - level[1:, schemes.index(BASE)]
    found: Split = split(own)
    return {
        "epistemic": found.epistemic,
        "aleatory": found.aleatory,
        "epistemic_share": found.epistemic_share,
    }


def _known_mean(level: Floats) -> Floats:
    """Return the mean over the runs in which it is known, NaN where it never is."""
    known = ~np.isnan(level)
    count = known.sum(axis=2)
    total = np.where(known, level, 0.0).sum(axis=2)
    return np.where(count > 0, total / np.maximum(count, 1), np.nan)


def _rounded(level: Floats) -> Floats:
    return np.round(level / SAME) * SAME
