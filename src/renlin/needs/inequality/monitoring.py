"""Follow each group through repeated surveys and say when something changed."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from renlin.equity.change_points import segment
from renlin.equity.intervals import wilson

COLUMNS = (
    "display", "measure", "series_name", "kind", "part", "from_date", "to_date", "n_points",
    "n_unknown", "hits", "n", "level", "low", "high", "change_first", "change_last", "turned",
    "p_any",
)  # fmt: skip


def follow(series: pd.DataFrame, *, alarm: float, confidence: float, seed: int) -> pd.DataFrame:
    """Return the stretches between changes of every series, with their level.

    One row per group, measure and stretch (``part`` from 1). ``change_first`` to
    ``change_last`` are the dates between which the change before the stretch lies;
    ``turned`` is ``better`` or ``worse`` against the stretch before, by the direction the
    table declares. A value that is not known is in no stretch and counted.

    Parameters
    ----------
    series
        Table series.
    alarm
        Share of series without any change that may be called changed.
    confidence, seed
        0 to 1; of the simulated series.
    """
    rows: list[dict[str, Any]] = []
    for (display, measure), part in series.groupby(["display", "measure"], sort=True):
        rows += _stretches(str(display), str(measure), part, alarm, confidence, seed)
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _stretches(
    display: str, measure: str, part: pd.DataFrame, alarm: float, confidence: float, seed: int
) -> list[dict[str, Any]]:
    told = part[part["hits"].notna() & part["n"].notna() & (part["hits"] <= part["n"])]
    by_day = told.groupby("measured_on", sort=True)[["hits", "n"]].sum()
    days = by_day.index.to_list()
    hits, n = by_day["hits"].to_numpy(dtype=float), by_day["n"].to_numpy(dtype=float)
    found = segment(hits, n, alarm=alarm, level=confidence, seed=seed)
    head = {
        "display": display,
        "measure": measure,
        "series_name": next(iter(part["name"].dropna().astype(str)), ""),
        "kind": str(part["kind"].iloc[0]),
        "n_unknown": len(part) - len(told),
        "p_any": found.p_any,
    }
    better = next(iter(part["better"].dropna().astype(str)), "")
    edges = [0, *(change.at for change in found.changes), len(days)]
    rows: list[dict[str, Any]] = []
    for at in range(len(edges) - 1):
        a, b = edges[at], edges[at + 1]
        row = head | {"part": at + 1} | _level(days, hits, n, a, b, confidence)
        if at:
            change = found.changes[at - 1]
            row |= {"change_first": days[change.first - 1], "change_last": days[change.last]}
            row["turned"] = _turned(float(str(rows[-1]["level"])), float(str(row["level"])), better)
        rows.append(row)
    return rows


def _level(
    days: list[Any], hits: np.ndarray, n: np.ndarray, a: int, b: int, confidence: float
) -> dict[str, Any]:
    x, m = int(hits[a:b].sum()), int(n[a:b].sum())
    level = wilson(x, m, level=confidence)
    return {
        "from_date": days[a] if b > a else pd.NaT,
        "to_date": days[b - 1] if b > a else pd.NaT,
        "n_points": b - a,
        "hits": x,
        "n": m,
        "level": level.estimate,
        "low": level.low,
        "high": level.high,
        "change_first": pd.NaT,
        "change_last": pd.NaT,
        "turned": "",
    }


def _turned(before: float, after: float, better: str) -> str:
    if not better or before == after:
        return "unknown"
    return "better" if (after > before) == (better == "higher") else "worse"


CROSSED = (
    "display", "safer", "understands_less", *(
        f"{side}_{part}"
        for side in ("safer", "less")
        for part in ("name", "before", "after", "first", "last")
    ),
)  # fmt: skip


def crossed(found: pd.DataFrame) -> pd.DataFrame:
    """Return the groups whose exposure turned better while their perception turned worse.

    Understanding of a risk is no part of the risk itself: a group that is safer and
    understands less is named, and the two are never added.

    Parameters
    ----------
    found
        As :func:`follow` returns.

    Returns
    -------
    Columns of ``CROSSED``: ``display``, ``safer`` and ``understands_less`` (measures), and of
    each its name, the share before and after the last change, and the dates between which
    that change lies.

    Source: features I11.
    """
    order = found.sort_values("part", kind="stable")
    each = order.groupby(["display", "measure"], sort=False)["level"]
    last = order.assign(before=each.shift()).drop_duplicates(["display", "measure"], keep="last")
    sides = []
    for side, kind, turned in (("safer", "exposure", "better"), ("less", "perception", "worse")):
        chosen = last[(last["kind"] == kind) & (last["turned"] == turned)]
        named = {"measure": side, "series_name": f"{side}_name", "before": f"{side}_before",
                 "level": f"{side}_after", "change_first": f"{side}_first",
                 "change_last": f"{side}_last"}  # fmt: skip
        sides.append(chosen[["display", *named]].rename(columns=named))
    both = sides[0].merge(sides[1], on="display").rename(columns={"less": "understands_less"})
    made: pd.DataFrame = both[list(CROSSED)].sort_values(list(CROSSED[:3]), ignore_index=True)
    return made
