"""Give participants weights so that they resemble the community: raking (IPF)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from renlin.errors import Fault, Infeasible, Said

FloatArray = npt.NDArray[np.float64]
TOLERANCE = 1e-6
"""Shares of a margin may differ by so much. Source: reference needs 11, participation."""
ROUNDS = 500
"""Sweeps before raking counts as stuck. Assumption: solvable tables need some tens."""


@dataclass(frozen=True)
class Raked:
    """Weights, and what they cost.

    Attributes
    ----------
    weights
        One per respondent, mean 1, shape (n,).
    n_effective
        Kish: (sum w)^2 / sum w^2.
    capped
        How many respondents stand at the cap.
    """

    weights: FloatArray
    n_effective: float
    capped: int


def kish(weights: FloatArray) -> float:
    """Return the effective number of respondents, (sum w)^2 / sum w^2.

    Source: kish1965.
    """
    squares = float(np.square(weights).sum())
    return float(weights.sum() ** 2 / squares) if squares > 0 else 0.0


def collapse(
    respondents: pd.DataFrame,
    margins: Mapping[str, Mapping[str, float]],
    order: Sequence[str],
    least: int,
) -> tuple[pd.DataFrame, dict[str, dict[str, float]], tuple[str, ...]]:
    """Return respondents and margins with categories of fewer than ``least`` merged.

    Variables are taken in ``order``, categories of each in the order of its margin. The
    first category with too few respondents joins its neighbour, of two the one with fewer
    respondents, the earlier when they are level; until none is left. A variable with one
    category left says nothing and is dropped.

    Returns
    -------
    Respondents, margins, and what was done: ``variable: a+b``, ``variable: dropped``.
    """
    table = respondents[list(order)].astype("object").copy()
    made: dict[str, dict[str, float]] = {}
    done: list[str] = []
    for variable in order:
        shares = dict(margins[variable])
        while len(shares) > 1:
            names = list(shares)
            n = [int((table[variable] == name).sum()) for name in names]
            at = next((i for i, count in enumerate(n) if count < least), None)
            if at is None:
                break
            beside = min((i for i in (at - 1, at + 1) if 0 <= i < len(names)), key=lambda i: n[i])
            pair = {names[at], names[beside]}
            joined = "+".join(name for name in names if name in pair)
            total = sum(shares[name] for name in pair)
            table[variable] = table[variable].map(lambda x, p=pair, j=joined: j if x in p else x)
            first = next(name for name in names if name in pair)
            shares = {
                (joined if name == first else name): (total if name == first else shares[name])
                for name in names
                if name == first or name not in pair
            }
            done.append(f"{variable}: {joined}")
        if len(shares) > 1:
            made[variable] = shares
        else:
            done.append(f"{variable}: dropped")
    return table[list(made)], made, tuple(done)


def rake(
    respondents: pd.DataFrame, margins: Mapping[str, Mapping[str, float]], *, cap: float
) -> Raked:
    """Return weights under which every margin is met to 1e-6, none above ``cap`` medians.

    Each sweep multiplies the weights of a category by (share wanted / share had), margin by
    margin; a weight above ``cap`` times the median is cut back before the next sweep.

    Parameters
    ----------
    respondents
        One row per respondent, one column per margin.
    margins
        Variable -> category -> share of the community; each sums to 1.
    cap
        Greatest weight in medians, at least 1.

    Raises
    ------
    Infeasible
        When a category has residents and no respondent, or respondents of a category the
        margin does not know, or the margins contradict one another or the cap: the fault
        names each margin that cannot be met.

    Source: deming_stephan1940; reference needs 7.

    Examples
    --------
    >>> table = pd.DataFrame({"living": ["alone", "alone", "alone", "together"]})
    >>> rake(table, {"living": {"alone": 0.6, "together": 0.4}}, cap=5).weights.round(2).tolist()
    [0.8, 0.8, 0.8, 1.6]
    """
    found = attempt(respondents, margins, cap=cap)
    if isinstance(found, Raked):
        return found
    raise Infeasible(found)


def attempt(
    respondents: pd.DataFrame, margins: Mapping[str, Mapping[str, float]], *, cap: float
) -> Raked | tuple[Fault, ...]:
    """Return the weights as :func:`rake` does, or the reasons why there are none."""
    faults = _unreachable(respondents, margins)
    if faults:
        return tuple(faults)
    masks = {
        (variable, name): (respondents[variable] == name).to_numpy(dtype=bool)
        for variable, shares in margins.items()
        for name in shares
    }
    weights = np.ones(len(respondents))
    for _ in range(ROUNDS):
        weights = _swept(weights, masks, margins)
        limit = cap * np.median(weights)
        capped = weights >= limit
        weights = np.minimum(weights, limit)
        missed = unmet(weights, masks, margins)
        if limit < TOLERANCE:  # the cap leaves most of them nothing
            break
        if not missed:
            weights *= len(weights) / weights.sum()
            return Raked(weights, kish(weights), int(capped.sum()))
    return tuple(_not_met(variable, gap) for variable, gap in missed.items())


def _swept(
    weights: FloatArray,
    masks: Mapping[tuple[str, str], npt.NDArray[np.bool_]],
    margins: Mapping[str, Mapping[str, float]],
) -> FloatArray:
    """Return the weights after one sweep over all margins."""
    made = weights.copy()
    for variable, shares in margins.items():
        total = made.sum()
        for name, share in shares.items():
            inside = masks[variable, name]
            had = made[inside].sum()
            if had > 0:
                made[inside] *= share * total / had
    scaled: FloatArray = made * (len(made) / made.sum())
    return scaled


def unmet(
    weights: FloatArray,
    masks: Mapping[tuple[str, str], npt.NDArray[np.bool_]],
    margins: Mapping[str, Mapping[str, float]],
) -> dict[str, float]:
    """Return variable -> greatest difference of a share, for margins that are not met."""
    total = weights.sum()
    gaps = {
        variable: max(
            abs(float(weights[masks[variable, name]].sum() / total) - share)
            for name, share in shares.items()
        )
        for variable, shares in margins.items()
    }
    return {variable: gap for variable, gap in gaps.items() if not gap <= TOLERANCE}


def _unreachable(
    respondents: pd.DataFrame, margins: Mapping[str, Mapping[str, float]]
) -> list[Fault]:
    """Return a fault for every category nobody can stand for."""
    faults = []
    if len(respondents) == 0:
        expected = Said("参加者", "participants")
        faults.append(_fault("n", expected, Said("没有一个", "none")))
    for variable, shares in margins.items():
        column = respondents[variable]
        for name, share in shares.items():
            if share > 0 and not (column == name).any() and len(column):
                expected = Said(f"「{name}」的参加者", f"participants who are {name}")
                faults.append(_fault(variable, expected, Said("没有一个", "none")))
        n = int((~column.isin([name for name, share in shares.items() if share > 0])).sum())
        if n:
            expected = Said("边际里有的类别", "a category the margin has")
            got = Said(f"{n} 人在别的类别", f"{n} participants of other categories")
            faults.append(_fault(variable, expected, got))
    return faults


def _not_met(variable: str, gap: float) -> Fault:
    expected = Said("边际差不超过 1e-6", "margins met to 1e-6")
    return _fault(variable, expected, Said(f"最多差 {gap:.3g}", f"a difference of {gap:.3g}"))


def _fault(variable: str, expected: Said, got: Said) -> Fault:
    remedy = Said("合并类别，或再请这些人来。", "Merge categories, or ask such residents too.")
    return Fault("workshops", expected, got, remedy, None, variable)
