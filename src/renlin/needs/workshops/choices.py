"""Order what residents want first: Bradley-Terry, Borda as the plain check, and circles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.sparse.csgraph import connected_components
from scipy.special import expit, ndtri

FloatArray = npt.NDArray[np.float64]
LEVEL = 1e-9
"""Scores closer than this share a rank."""
STEPS = 100
TIE = "tie"


@dataclass(frozen=True)
class Strengths:
    """How strongly each item is preferred.

    Attributes
    ----------
    strength, low, high
        Log-odds against the mean item, shape (n_items,), with interval.
    rank
        1 the strongest; level items share the better rank.
    """

    strength: FloatArray
    low: FloatArray
    high: FloatArray
    rank: npt.NDArray[np.int64]


def tally(ballots: pd.DataFrame, items: Sequence[str]) -> FloatArray:
    """Return wins[i, j]: answers that put item i before j; a tie is half a win each.

    Parameters
    ----------
    ballots
        Columns first, second, preferred (an item or ``tie``) and weight.
    items
        Order of rows and columns.
    """
    wins = np.zeros((len(items), len(items)))
    at = {item: i for i, item in enumerate(items)}
    columns = (ballots[name].tolist() for name in ("first", "second", "preferred", "weight"))
    for first, second, preferred, weight in zip(*columns, strict=True):
        i, j = at[first], at[second]
        share = 0.5 if preferred == TIE else float(preferred == first)
        wins[i, j] += share * weight
        wins[j, i] += (1 - share) * weight
    return wins


def one_vote_per_person(ballots: pd.DataFrame) -> pd.DataFrame:
    """Return the ballots, each voter's answer on a pair counting 1 however often it was given."""
    pair = _pairs(ballots)
    n = ballots.groupby([ballots["session"], ballots["voter"], pair])["first"].transform("size")
    return ballots.assign(weight=1.0 / n.astype("float64"))


def one_vote_per_group(ballots: pd.DataFrame) -> pd.DataFrame:
    """Return the ballots weighted so that each group has one vote on each pair it answered."""
    own = one_vote_per_person(ballots)
    total = own.groupby([own["display"], _pairs(own)])["weight"].transform("sum")
    return own.assign(weight=own["weight"] / total)


def _pairs(ballots: pd.DataFrame) -> pd.Series:
    """Return the pair of each ballot, whichever item was named first."""
    names = [
        "\x1f".join(sorted((str(a), str(b))))
        for a, b in zip(ballots["first"], ballots["second"], strict=True)
    ]
    return pd.Series(names, index=ballots.index, name="pair", dtype="str")


def bradley_terry(wins: FloatArray, *, prior: float, interval: float) -> Strengths:
    """Return strengths that maximise the penalised likelihood, by Newton's method.

    P(i before j) = 1 / (1 + exp(s_j - s_i)); maximised is
    sum wins[i, j] ln P(i before j) - prior * sum s_i^2. The prior keeps an item that never
    lost, or was never compared with the rest, finite. Intervals are normal, from the
    inverse of the curvature, of s_i against the mean item.

    Parameters
    ----------
    wins
        As :func:`tally` returns, shape (n, n).
    prior
        Weight of the penalty, above 0.
    interval
        Probability inside the interval, 0 to 1.

    Source: bradley_terry1952; reference needs 7.
    """
    n = len(wins)
    games = wins + wins.T
    s = np.zeros(n)
    curvature = np.eye(n)
    for _ in range(STEPS):
        p = expit(s[:, None] - s[None, :])
        slope = (wins - games * p).sum(axis=1) - 2 * prior * s
        w = games * p * (1 - p)
        curvature = np.diag(w.sum(axis=1) + 2 * prior) - w
        step = np.linalg.solve(curvature, slope)
        s = s + step * min(1.0, 2.0 / max(float(np.abs(step).max(initial=0.0)), 1e-300))
        if np.abs(step).max(initial=0.0) < 1e-12:
            break
    s = s - s.mean() if n else s
    centred = np.eye(n) - 1 / n if n else np.eye(0)
    spread = np.sqrt(np.clip(np.diag(centred @ np.linalg.inv(curvature) @ centred.T), 0, None))
    reach = float(ndtri((1 + interval) / 2)) * spread
    return Strengths(s, s - reach, s + reach, ranks(s))


def borda(wins: FloatArray) -> FloatArray:
    """Return the mean share of wins of each item over the items it was compared with.

    An item that was compared with nothing has 0.5: nothing speaks for or against it.
    """
    games = wins + wins.T
    met = games > 0
    share = np.divide(wins, games, out=np.zeros_like(wins), where=met)
    n = met.sum(axis=1)
    return np.where(n > 0, share.sum(axis=1) / np.maximum(n, 1), 0.5)


def ranks(scores: FloatArray) -> npt.NDArray[np.int64]:
    """Return 1 for the highest score; level scores share the better rank."""
    return np.array([1 + int((scores > one + LEVEL).sum()) for one in scores], dtype=np.int64)


def parts(wins: FloatArray) -> npt.NDArray[np.int64]:
    """Return which part of the comparisons each item belongs to; items of one part are linked.

    Between parts nobody compared anything: their order rests on the prior alone.
    """
    if len(wins) == 0:
        return np.zeros(0, dtype=np.int64)
    _, labels = connected_components((wins + wins.T) > 0, directed=False)
    return np.asarray(labels, dtype=np.int64)


def circle(wins: FloatArray) -> list[int]:
    """Return items of which each is preferred by a majority to the next and the last to the first.

    The shortest such circle, of those the one with the earliest items; empty when there is
    none (then the majorities contradict nobody).
    """
    beats = wins > wins.T + LEVEL
    best: list[int] = []
    for start in range(len(wins)):
        found = _shortest_back(beats, start)
        if found and (not best or len(found) < len(best)):
            best = found
    return best


def _shortest_back(beats: npt.NDArray[np.bool_], start: int) -> list[int]:
    """Return the shortest circle through ``start``, breadth first."""
    paths = [[start]]
    seen = {start}
    while paths:
        longer = []
        for path in paths:
            for after in np.flatnonzero(beats[path[-1]]):
                if after == start:
                    return path
                if int(after) not in seen:
                    seen.add(int(after))
                    longer.append([*path, int(after)])
        paths = longer
    return []


def against(ballots: pd.DataFrame, item: str) -> tuple[float, float]:
    """Return the weight of answers that prefer another item to ``item``, and of all on it."""
    own = ballots[(ballots["first"] == item) | (ballots["second"] == item)]
    lost = own["weight"] * np.where(
        own["preferred"] == TIE, 0.5, (own["preferred"] != item).astype(float)
    )
    return float(lost.sum()), float(own["weight"].sum())
