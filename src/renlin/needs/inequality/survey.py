"""Say on which issues government, organisations and residents stand apart, from answers.

Nothing here can be typed in: an index exists only where answer sheets do, and where a body
gave too few of them the issue is unknown.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from renlin.equity.disagreement import agreement, between_share, kinds_distance, ordered_distance
from renlin.equity.resampling import N_DRAWS, cluster_counts
from renlin.equity.samples import FloatArray
from renlin.random_streams import draw

ORDERED, KINDS = "earth_mover", "jensen_shannon"
COLUMNS = (
    "issue", "issue_name", "method", "n_bodies", "n", "n_silent", "n_doubled", "least_n", "bodies",
    "value", "low", "high", "by_chance", "agreement", "between_share", "verdict", "rank_first",
    "rank_last",
)  # fmt: skip


class _Issue(NamedTuple):
    """One issue: answers as one row per sheet and one column per step, and each body's rows."""

    code: str
    ordered: bool
    chosen: FloatArray
    body: np.ndarray
    bodies: tuple[str, ...]


def disagreement(
    answers: pd.DataFrame, *, least: int, seed: int, confidence: float
) -> pd.DataFrame:
    """Return how far bodies stand apart on each issue, and how sure the order of issues is.

    Ordered answers: mean distance between the bodies' distributions along the scale
    (``earth_mover``); kinds: Jensen-Shannon divergence (``jensen_shannon``); both 0 to 1.
    The interval resamples sheets within each body. ``by_chance`` is the upper quantile of
    the same index when sheets are dealt to the bodies anew: small samples always differ a
    little. ``verdict``: ``apart`` above it, ``not_shown`` below, ``unknown`` with a single
    body or fewer than ``least`` sheets of any. ``rank_first`` to ``rank_last`` are the
    ranks an issue may have: two issues share ranks unless more than ``confidence`` of the
    resamples put the same one in front.

    Parameters
    ----------
    answers
        Table survey; of several answers of a sheet on one issue the last date counts, on
        the same date none of them (``n_doubled``).
    least
        Sheets of each body below which nothing is said.
    seed, confidence
        Of the resampling; 0 to 1.

    Source: rubner2000; lin1991; vandereijk2001 for ``agreement``.
    """
    rows: list[dict[str, Any]] = []
    draws: dict[str, FloatArray] = {}
    for code, part in answers.groupby("issue", sort=True):
        row, issue = _counted(str(code), part)
        if issue is not None:
            row |= _indices(issue)
            if len(issue.bodies) >= 2 and row["least_n"] >= least:
                draws[str(code)] = _resampled(issue, seed)
                row |= _judged(issue, row["value"], draws[str(code)], seed, confidence)
        rows.append(row)
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return _ranked(table, draws, confidence)


def _counted(code: str, part: pd.DataFrame) -> tuple[dict[str, Any], _Issue | None]:
    kept, n_doubled = _one_voice(part)
    told = kept[kept["said"].notna()]
    ordered = bool(part["scale"].notna().any())
    steps = [str(k) for k in range(1, int(part["scale"].max()) + 1)] if ordered else sorted(
        set(told["said"].astype(str))
    )  # fmt: skip
    said = told["said"].astype(str).str.strip()
    fits = said.isin(steps).to_numpy(dtype=bool)
    told, said = told[fits], said[fits]
    bodies = tuple(sorted(set(told["body"])))
    names = part["name"].dropna()
    row = dict.fromkeys(COLUMNS, np.nan) | {
        "issue": code,
        "issue_name": str(names.iloc[0]) if len(names) else "",
        "method": ORDERED if ordered else KINDS,
        "n_bodies": len(bodies),
        "n": len(told),
        "n_silent": len(kept) - len(told),
        "n_doubled": n_doubled,
        "least_n": int(told["body"].value_counts().min()) if len(told) else 0,
        "bodies": ";".join(bodies),
        "verdict": "unknown",
    }
    if not bodies or (ordered and len(steps) < 3):
        return row, None
    chosen = (said.to_numpy()[:, None] == np.array(steps)[None, :]).astype(np.float64)
    body = np.searchsorted(np.array(bodies), told["body"].astype(str).to_numpy())
    order = np.lexsort((*chosen.T, body))
    return row, _Issue(code, ordered, chosen[order], body[order], bodies)


def _one_voice(part: pd.DataFrame) -> tuple[pd.DataFrame, int]:
    """Return the newest answer of each sheet; two on the same day are no answer."""
    newest = part.groupby("respondent")["held_on"].transform("max")
    kept = part[part["held_on"] == newest]
    twice = kept["respondent"].duplicated(keep=False)
    same = kept.groupby("respondent")["said"].transform("nunique") <= 1
    clash = twice & ~same
    once = kept[~clash].drop_duplicates("respondent")
    return once, int(part["respondent"].nunique() - len(once))


def _indices(issue: _Issue) -> dict[str, Any]:
    counts = np.stack([issue.chosen[issue.body == b].sum(axis=0) for b in range(len(issue.bodies))])
    made: dict[str, Any] = {}
    if len(issue.bodies) >= 2:
        made["value"] = float(_distance(issue, counts[None])[0])
    if issue.ordered:
        made |= {"agreement": agreement(counts.sum(axis=0)), "between_share": between_share(counts)}
    return made


def _distance(issue: _Issue, counts: FloatArray) -> FloatArray:
    shares = counts / counts.sum(axis=-1, keepdims=True)
    return ordered_distance(shares) if issue.ordered else kinds_distance(shares)


def _resampled(issue: _Issue, seed: int) -> FloatArray:
    """Return the index over resamples of the sheets within each body, shape (draws,)."""
    parts = []
    for b in range(len(issue.bodies)):
        own = issue.chosen[issue.body == b]
        picks = cluster_counts(len(own), seed=seed + b, n_draws=N_DRAWS)
        parts.append(np.concatenate([counts @ own for counts in picks]))
    return _distance(issue, np.stack(parts, axis=1))


def _judged(
    issue: _Issue, value: float, draws: FloatArray, seed: int, confidence: float
) -> dict[str, Any]:
    tail = (1 - confidence) / 2
    low, high = np.quantile(draws, [tail, 1 - tail], method="inverted_cdf")
    chance = np.quantile(_dealt_anew(issue, seed), confidence, method="higher")
    return {
        "low": min(float(low), value),
        "high": max(float(high), value),
        "by_chance": float(chance),
        "verdict": "apart" if value > chance else "not_shown",
    }


def _dealt_anew(issue: _Issue, seed: int) -> FloatArray:
    n = len(issue.body)
    made = []
    for ids in np.array_split(np.arange(N_DRAWS), max(1, N_DRAWS * n // (1 << 22))):
        luck = draw(seed, "deal", ids, count=n).reshape(len(ids), n)
        order = np.argsort(luck, axis=1, kind="stable")
        dealt = issue.chosen[order]
        parts = [dealt[:, issue.body == b].sum(axis=1) for b in range(len(issue.bodies))]
        made.append(_distance(issue, np.stack(parts, axis=1)))
    return np.concatenate(made)


def _ranked(table: pd.DataFrame, draws: dict[str, FloatArray], confidence: float) -> pd.DataFrame:
    codes = list(draws)
    first = dict.fromkeys(codes, 1)
    last = {code: len(codes) for code in codes}
    for code in codes:
        for other in codes:
            if code != other and (draws[other] > draws[code]).mean() > confidence:
                first[code] += 1
                last[other] -= 1
    for column, found in (("rank_first", first), ("rank_last", last)):
        table[column] = table["issue"].map(found).astype("Int64")
    return table
