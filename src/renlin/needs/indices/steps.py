"""Take a column through the steps a definition states, within each reference group."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from renlin.errors import Said
from renlin.needs.indices import ranking
from renlin.needs.indices.formulas import read_formula, worked_out
from renlin.needs.indices.ranking import Floats, Half
from renlin.needs.indices.stated import Score, Step, Steps

Groups = Sequence[np.ndarray]
"""Rows of each reference group, as positions."""


class Impossible(Exception):
    """Say what a step cannot take."""

    def __init__(self, expected: Said, got: Said) -> None:
        super().__init__(expected.en)
        self.expected, self.got = expected, got


def stepped(values: Floats, steps: Steps, groups: Groups, half: Half) -> Floats:
    """Return ``values`` after all steps; rows of no group stay unknown.

    Raises
    ------
    Impossible
        When a step cannot take what it gets: ranks beyond n, shares beyond 0..1.
    """
    out = np.full(values.shape, np.nan)
    for rows in groups:
        column = values[rows]
        for step in steps:
            column = _DO[step.do](column, step, half)
        out[rows] = column
    return out


def scored(
    values: Floats, direction: int, steps: Steps, score: Score, groups: Groups, half: Half
) -> Floats:
    """Return a variable after its steps, reversed as stated where more is better."""
    if direction > 0 or score.reversal == "in_steps":
        return stepped(values, steps, groups, half)
    if score.reversal in ("negate_value", "rank_of_negated"):
        return stepped(-values, steps, groups, half)
    at = next(i for i, step in enumerate(steps) if step.do in _PLACES)
    placed = stepped(values, steps[: at + 1], groups, half)
    return stepped(1 - placed, steps[at + 1 :], groups, half)


def _round(column: Floats, step: Step, half: Half) -> Floats:
    return ranking.rounded(column, step.digits or 0, half)


def _clip(column: Floats, step: Step, _: Half) -> Floats:
    low = -np.inf if step.low is None else step.low
    high = np.inf if step.high is None else step.high
    return np.asarray(np.clip(column, low, high))


def _formula(column: Floats, step: Step, _: Half) -> Floats:
    n = float((~np.isnan(column)).sum())
    return worked_out(read_formula(str(step.formula)), {"x": column, "n": np.full(column.shape, n)})


def _rank(column: Floats, step: Step, _: Half) -> Floats:
    return ranking.ranked(column, step.ties or "min", descending=step.order == "descending")


def _percentile(column: Floats, step: Step, _: Half) -> Floats:
    return ranking.percentile(column, step.ties or "min", str(step.convention))


def _share_of_rank(column: Floats, step: Step, _: Half) -> Floats:
    known = column[~np.isnan(column)]
    n = len(known) if step.n is None else step.n
    if len(known) and (known.max() > n or known.min() < 1):
        expected = Said(
            f"1 到 {n} 的名次（表里是全部单元；只是一部分时在 share_of_rank 写 n）",
            f"ranks of 1 to {n} (of all units; for a part of them state n of share_of_rank)",
        )
        told = f"{known.min():g}–{known.max():g}"
        raise Impossible(expected, Said(told, told))
    return ranking.share_of_rank(column, n)


def _exponential(column: Floats, step: Step, _: Half) -> Floats:
    known = column[~np.isnan(column)]
    if len(known) and (known.max() > 1 or known.min() < 0):
        told = f"{known.min():g}–{known.max():g}"
        raise Impossible(Said("0 到 1 的份额", "shares of 0 to 1"), Said(told, told))
    return ranking.exponential(column, float(step.scale or 0))


_PLACES = ("percentile", "min_max", "share_of_rank")
_DO: Mapping[str, Callable[[Floats, Step, Half], Floats]] = {
    "round": _round,
    "negate": lambda column, _, __: -column,
    "clip": _clip,
    "formula": _formula,
    "rank": _rank,
    "percentile": _percentile,
    "share_of_rank": _share_of_rank,
    "exponential": _exponential,
    "min_max": lambda column, step, _: ranking.min_max(column, step.low, step.high),
    "z": lambda column, step, _: ranking.standardised(column, int(step.ddof or 0)),
}
