"""Set schemes against the base under the same luck; what spans zero is undecided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from renlin.equity.intervals import Interval, holm, paired_p, paired_t, probability_better
from renlin.equity.paradox import BOOTSTRAP_FROM
from renlin.equity.resampling import paired_bca
from renlin.simulation.people_tables import ALL, WORST

Floats = npt.NDArray[np.float64]
BASE, GAP = "base", "gap"
UNDECIDED = "undecided"
COLUMNS = (
    "scheme", "scenario", "display", "n", "base", "value", "difference", "low", "high",
    "verdict", "p_better", "p_value", "p_holm",
)  # fmt: skip
RESAMPLED = (WORST, GAP)


def compare(
    groups: pd.DataFrame, *, reference: str, confidence: float, n_draws: int
) -> pd.DataFrame:
    """Return every scheme against the base, by scenario and group.

    Differences are scheme minus base per seed. Means get the paired t interval; the worst
    tenth and the gap the paired BCa bootstrap from ten runs on. ``gap`` is the mean of the
    slowest group minus that of the reference group, run by run.

    Parameters
    ----------
    groups
        Table of ``simulation.groups``.
    reference
        Group the gap is taken against, from the policy.
    confidence, n_draws
        Of the intervals; resamples.

    Returns
    -------
    Columns of ``COLUMNS``; seconds; ``p_better`` is the share of seeds in which the scheme
    is faster. ``p_value`` is that of the paired t test, ``p_holm`` the same adjusted for
    looking at several schemes for one group in one scenario. A scheme is called faster or
    slower where its interval leaves out zero and ``p_holm`` is no more than one less the
    confidence; else it is undecided.

    Source: student1908; holm1979; simulation reference 6.2.
    """
    rows: list[dict[str, Any]] = []
    for scenario, part in groups.groupby("scenario", sort=True):
        worlds = {str(code): _measures(own, reference) for code, own in part.groupby("scheme")}
        persons = part[part["scheme"] == BASE].groupby("display")["n"].mean().round()
        if BASE not in worlds:
            continue
        for scheme in sorted(set(worlds) - {BASE}):
            for display, first, second in _paired(worlds[BASE], worlds[scheme]):
                interval = _interval(display, second - first, confidence, n_draws)
                n = persons.get(display, persons[ALL])
                rows.append(
                    {
                        "scheme": scheme,
                        "scenario": scenario,
                        "display": display,
                        "n": int(n),
                        **_row(first, second, interval),
                    }
                )
    return _corrected(pd.DataFrame(rows, columns=list(COLUMNS)), confidence)


def _corrected(table: pd.DataFrame, confidence: float) -> pd.DataFrame:
    """Return the table with p-values adjusted across schemes, and verdicts that survive it."""
    adjusted = pd.Series(np.nan, index=table.index, dtype="float64")
    for _, part in table.groupby(["scenario", "display"], sort=False):
        known = part.index[part["p_value"].notna()]
        if len(known):
            adjusted[known] = holm(part.loc[known, "p_value"].to_numpy(dtype=np.float64))
    survives = adjusted <= 1.0 - confidence
    verdict = table["verdict"].where(survives, UNDECIDED)
    return table.assign(p_holm=adjusted, verdict=verdict)


def _measures(part: pd.DataFrame, reference: str) -> pd.DataFrame:
    """Return one column per group and the gap, one row per seed."""
    wide = part.pivot_table(index="seed", columns="display", values="mean_time")
    groups = [name for name in wide.columns if name not in (ALL, WORST)]
    if reference not in groups:
        return wide
    return wide.assign(**{GAP: wide[groups].max(axis=1) - wide[reference]})


def _paired(base: pd.DataFrame, scheme: pd.DataFrame) -> Iterator[tuple[str, Floats, Floats]]:
    for display in base.columns.intersection(scheme.columns, sort=False):
        first = base[display].to_numpy(dtype=np.float64)
        second = scheme[display].reindex(base.index).to_numpy(dtype=np.float64)
        known = ~np.isnan(first) & ~np.isnan(second)
        if known.any():
            yield str(display), first[known], second[known]


def _interval(display: str, difference: Floats, confidence: float, n_draws: int) -> Interval:
    if display in RESAMPLED and len(difference) >= BOOTSTRAP_FROM:
        return paired_bca(difference, seed=0, level=confidence, n_draws=n_draws)
    return paired_t(difference, level=confidence)


def _row(first: Floats, second: Floats, interval: Interval) -> Mapping[str, Any]:
    verdict = UNDECIDED
    if interval.excludes_zero:
        verdict = "faster" if interval.estimate < 0 else "slower"
    return {
        "base": float(first.mean()),
        "value": float(second.mean()),
        "difference": interval.estimate,
        "low": interval.low,
        "high": interval.high,
        "verdict": verdict,
        "p_better": probability_better(second - first).better,
        "p_value": paired_p(second - first),
        "p_holm": np.nan,
    }
