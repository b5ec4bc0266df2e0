"""Tell who moved out, who stayed and who came when a place was renewed, and at what risk.

A renewal that lifts the average by moving the weak out, or that leaves the weak behind in
what was repaired least, shows here. Nobody counts as having stayed because nobody wrote
down that they left: last seen before the works ended and no date of leaving is unknown.

Source: rong_inequality, section 2.1 (Enning Road).
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from renlin.equity.rates import rate_ratio
from renlin.equity.resampling import N_DRAWS, cluster_codes, cluster_counts, percentile_interval

LEFT, STAYED, CAME, UNKNOWN, BEFORE_ONLY = "left", "stayed", "came", "unknown", "gone_before"
STATES = (LEFT, STAYED, CAME, UNKNOWN)
DAYS_A_YEAR = 365.25
"""Mean length of a year of the calendar, days."""
ROUNDING = 1e-9
"""Below it a difference of shares is a matter of rounding, not of people."""
AGES = ("children", "working_age", "older")
RISKS = ("tier_1_2_share", "exposure")
COMPOSITION = (
    "renewal", "display", "n_before", "n_left", "n_stayed", "n_came", "n_unknown",
    "n_undecided", "share_before", "share_after_low", "share_after", "share_after_high",
    "left_rate", "rest_left_rate", "rate_ratio", "rate_ratio_low", "rate_ratio_high", "small",
    "alert",
)  # fmt: skip
RISK = (
    "renewal", "measure", "n_before", "n_remain", "n_unknown", "before", "remain", "difference",
    "low", "high", "n_clusters", "alert",
)  # fmt: skip


def states(persons: pd.DataFrame, began: pd.Timestamp, ended: pd.Timestamp) -> pd.Series:
    """Return what became of every resident ever on record over one renewal.

    ``left`` on or after the first day (or on a day in it), ``stayed`` (here before and seen
    on or after the last day, or left later than it), ``came`` on or after the first day,
    ``gone_before``, else ``unknown``: no date of arrival and not seen before the works, or
    no date of leaving and not seen since.

    Parameters
    ----------
    persons
        Columns since, until, seen_on.
    began, ended
        First and last day; for works that go on, the survey date.
    """
    since, until, seen = (persons[c] for c in ("since", "until", "seen_on"))
    gone = (until < began).to_numpy(dtype=bool)
    came = (since >= began).to_numpy(dtype=bool)
    early = ((since < began) | (seen < began)).to_numpy(dtype=bool)
    left = ((until >= began) & (until <= ended)).to_numpy(dtype=bool)
    kept = ((until > ended) | (until.isna() & (seen >= ended))).to_numpy(dtype=bool)
    picked = np.select(
        [gone, came & left, came, early & left, early & kept],
        [BEFORE_ONLY, BEFORE_ONLY, CAME, LEFT, STAYED],
        UNKNOWN,
    )
    return pd.Series(picked, index=persons.index, dtype="str")


def composition(
    renewal: str,
    persons: pd.DataFrame,
    state: pd.Series,
    members: pd.DataFrame,
    *,
    began: pd.Timestamp,
    ended: pd.Timestamp,
    confidence: float,
    small_below: int,
) -> pd.DataFrame:
    """Return, per group, who was there before, who left, stayed and came, and at what rate.

    ``share_after`` counts who stayed and came; its bounds let everybody unknown be gone or
    still here. The rate ratio is that of leaving, the group against the rest, per
    person-year from the first day, mid-p; its bounds also let every unknown member have
    left, and every unknown other. ``alert`` when the group leaves at a higher rate whatever
    the unknown did.

    Parameters
    ----------
    persons, state
        Rows aligned; state as :func:`states` returns.
    members
        One nullable boolean per group, rows aligned.
    began, ended
        First and last day.
    confidence, small_below
        0 to 1; members before below which a group is marked small.
    """
    years = _years(persons, state, began, ended)
    rows = []
    for name in members.columns:
        inside = members[name].fillna(False).to_numpy(dtype=bool)
        outside = (~members[name]).fillna(False).to_numpy(dtype=bool)
        counts = {s: int((inside & (state == s)).sum()) for s in STATES}
        row: dict[str, Any] = {"renewal": renewal, "display": str(name)}
        row |= {f"n_{s}": counts[s] for s in STATES}
        row["n_before"] = counts[LEFT] + counts[STAYED]
        row["n_undecided"] = int(members[name].isna().sum())
        row |= _shares(state, counts)
        row |= _rates(state, inside, outside, years, confidence)
        row["small"] = row["n_before"] < small_below
        rows.append(row)
    return pd.DataFrame(rows, columns=list(COMPOSITION))


def protect(table: pd.DataFrame) -> pd.DataFrame:
    """Return the table without the figures of the groups marked small.

    Who is one of a few could be recognised by having left. Of such a group stay only that
    it is small and whether its alert is raised. When exactly one of the three age bands is
    hidden, the smallest of the others goes too: the three make up everybody.
    """
    made = table.copy()
    hide = made["small"] & (made[["n_before", "n_came", "n_unknown"]].sum(axis=1) > 0)
    for _, part in made.groupby("renewal"):
        ages = part[part["display"].isin(AGES)]
        hidden = hide[ages.index]
        if hidden.sum() == 1:
            hide |= hide.index == ages.loc[~hidden, "n_before"].idxmin()
    made["small"] = made["small"] | hide
    counts = [c for c in COMPOSITION if c.startswith("n_")]
    made[counts] = made[counts].astype("Int64")
    for column in COMPOSITION:
        if column not in ("renewal", "display", "small", "alert"):
            made[column] = made[column].mask(hide)
    return made


def protect_risk(table: pd.DataFrame, *, small_below: int) -> pd.DataFrame:
    """Return the risk of who remained without the figures that tell of a few.

    The mean before less the mean of who stayed is that of who left: where fewer than
    ``small_below`` were there, stayed or left (and not nobody), only the alert stays.
    """
    made = table.copy()
    counts = table[["n_before", "n_remain"]].astype("float64")
    parts = counts.assign(n_left=counts["n_before"] - counts["n_remain"])
    few = ((parts > 0) & (parts < small_below)).any(axis=1)
    made[["n_before", "n_remain"]] = made[["n_before", "n_remain"]].astype("Int64")
    for column in ("n_before", "n_remain", "before", "remain", "difference", "low", "high"):
        made[column] = made[column].mask(few)
    return made


def _years(
    persons: pd.DataFrame, state: pd.Series, began: pd.Timestamp, ended: pd.Timestamp
) -> np.ndarray:
    """Return years at risk of leaving during the renewal, zero for who was not there before."""
    last = persons["until"].where(state == LEFT, ended)
    days = (last - began).dt.days.to_numpy(dtype=float) + 1.0
    there = state.isin([LEFT, STAYED, UNKNOWN]).to_numpy()
    return np.where(there, np.maximum(days, 1.0), 0.0) / DAYS_A_YEAR


def _shares(state: pd.Series, counts: dict[str, int]) -> dict[str, float]:
    before = int(state.isin([LEFT, STAYED]).sum())
    after = int(state.isin([STAYED, CAME]).sum())
    unknown = int((state == UNKNOWN).sum())
    own = counts[STAYED] + counts[CAME]
    others = unknown - counts[UNKNOWN]
    return {
        "share_before": _over(counts[LEFT] + counts[STAYED], before),
        "share_after": _over(own, after),
        "share_after_low": _over(own, after + others),
        "share_after_high": _over(own + counts[UNKNOWN], after + counts[UNKNOWN]),
    }


def _rates(
    state: pd.Series, inside: np.ndarray, outside: np.ndarray, years: np.ndarray, confidence: float
) -> dict[str, Any]:
    left, unknown = (state == LEFT).to_numpy(), (state == UNKNOWN).to_numpy()
    known = ~unknown
    a, b = int((inside & left).sum()), int((outside & left).sum())
    more, others = int((inside & unknown).sum()), int((outside & unknown).sum())
    time = (float(years[inside & known].sum()), float(years[outside & known].sum()))
    whole = (float(years[inside].sum()), float(years[outside].sum()))
    found = rate_ratio(a, time[0], b, time[1], level=confidence)
    least = rate_ratio(a, whole[0], b + others, time[1] or whole[1], level=confidence)
    most = rate_ratio(a + more, time[0] or whole[0], b, whole[1], level=confidence)
    low, high = min(found.low, least.low), max(found.high, most.high)
    return {
        "left_rate": _over(a, time[0]),
        "rest_left_rate": _over(b, time[1]),
        "rate_ratio": found.estimate,
        "rate_ratio_low": low,
        "rate_ratio_high": high,
        "alert": bool(low > 1.0),
    }


def remaining_risk(
    renewal: str,
    state: pd.Series,
    measures: dict[str, pd.DataFrame],
    clusters: pd.Series,
    *,
    seed: int,
    confidence: float,
) -> pd.DataFrame:
    """Return the risk of those who remain against that of those who were there before.

    Each person counts with the same risk on both sides, so only who is there differs:
    ``difference = mean over stayed - mean over stayed and left``. The interval resamples
    buildings with both sides together and, as unknown values may be anything between their
    bounds and the unknown may have stayed or left, is widened to hold every such case.
    ``alert`` when it lies wholly above zero.

    Parameters
    ----------
    state
        As :func:`states` returns.
    measures
        Measure -> columns value, low, high, rows aligned.
    clusters
        Building of each row.
    """
    rows = []
    for name in RISKS:
        if name not in measures:
            continue
        rows.append(
            {"renewal": renewal, "measure": name}
            | _risk(state, measures[name], clusters, seed, confidence)
        )
    return pd.DataFrame(rows, columns=list(RISK))


def _risk(
    state: pd.Series, values: pd.DataFrame, clusters: pd.Series, seed: int, confidence: float
) -> dict[str, Any]:
    x = values[["value", "low", "high"]].to_numpy(dtype=float)
    stayed, left, unknown = ((state == s).to_numpy() for s in (STAYED, LEFT, UNKNOWN))
    told = ~np.isnan(x[:, 1])
    made: dict[str, Any] = {
        "n_before": int((stayed | left).sum()),
        "n_remain": int(stayed.sum()),
        "n_unknown": int(unknown.sum()),
        "before": _mean(x[:, 0], stayed | left),
        "remain": _mean(x[:, 0], stayed),
    }
    made["difference"] = made["remain"] - made["before"]
    block, n = cluster_codes(clusters)
    made["n_clusters"] = len(np.unique(block[stayed | left])) if len(block) else 0
    low, high = _widest(x, stayed & told, left & told, unknown & told)
    if n >= 2 and made["n_clusters"] >= 2:
        draws = _draws(x[:, 0], stayed, left, block, n, seed)
        chance = percentile_interval(made["difference"], draws, level=confidence, n=n)
        low += min(chance.low - made["difference"], 0.0)
        high += max(chance.high - made["difference"], 0.0)
    else:
        low, high = -np.inf, np.inf
    made |= {"low": low, "high": high, "alert": bool(low > ROUNDING)}
    return made


def _widest(
    x: np.ndarray, stayed: np.ndarray, left: np.ndarray, unknown: np.ndarray
) -> tuple[float, float]:
    """Return the bounds of the difference whatever the unknown values and states are.

    ``d = (n_left / n) (mean stayed - mean left)``: smallest when stayed are at their lower
    and left at their upper bounds. The unknown are put to whichever side moves it furthest,
    sorted by value, all cuts tried.
    """
    found = [
        (_edge(x, stayed, left, unknown, 1, 2, 1.0)),
        (_edge(x, stayed, left, unknown, 2, 1, -1.0)),
    ]
    return found[0], -found[1]


def _edge(
    x: np.ndarray,
    stayed: np.ndarray,
    left: np.ndarray,
    unknown: np.ndarray,
    kept: int,
    gone: int,
    sign: float,
) -> float:
    """Return the least of ``sign * d``; the unknown are let go highest first."""
    if not stayed.any() and not unknown.any():
        return float("nan")
    order = np.argsort(-sign * (x[unknown, kept] + x[unknown, gone]), kind="stable")
    keep, go = x[unknown, kept][order], x[unknown, gone][order]
    k = np.arange(len(keep) + 1)
    going = np.concatenate([[0.0], np.cumsum(go)])
    staying = keep.sum() - np.concatenate([[0.0], np.cumsum(keep)])
    n_stay, n_left = stayed.sum() + len(keep) - k, left.sum() + k
    sum_stay = x[stayed, kept].sum() + staying
    sum_left = x[left, gone].sum() + going
    fits = n_stay > 0
    mean_stay = sum_stay[fits] / n_stay[fits]
    whole = (sum_stay[fits] + sum_left[fits]) / (n_stay[fits] + n_left[fits])
    return float((sign * (mean_stay - whole)).min())


def _draws(
    x: np.ndarray, stayed: np.ndarray, left: np.ndarray, block: Any, n: int, seed: int
) -> np.ndarray:
    known = ~np.isnan(x)
    sums = np.column_stack(
        [
            np.bincount(block[side & known], weights=weight[side & known], minlength=n)
            for side in (stayed, stayed | left)
            for weight in (x, np.ones_like(x))
        ]
    )
    made = []
    for counts in cluster_counts(n, seed=seed, n_draws=N_DRAWS):
        parts = counts @ sums
        with np.errstate(divide="ignore", invalid="ignore"):
            made.append(parts[:, 0] / parts[:, 1] - parts[:, 2] / parts[:, 3])
    return np.concatenate(made)


def _mean(x: np.ndarray, rows: np.ndarray) -> float:
    told = x[rows & ~np.isnan(x)]
    return float(told.mean()) if len(told) else float("nan")


def _over(part: float, whole: float) -> float:
    return part / whole if whole > 0 else float("nan")
