"""Hold linked pairs against known ones: precision, recall and F1 by threshold."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from renlin.intake.matching.prepared import Tables
from renlin.intake.matching.spec import Spec

STEPS = (0.01, 0.1, 0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.99, 0.999)
"""Thresholds of the curve."""


def scored(
    pairs: pd.DataFrame,
    truth: pd.DataFrame,
    *,
    thresholds: Sequence[float] = STEPS,
    ordered: bool = False,
) -> pd.DataFrame:
    """Return precision, recall and F1 at each threshold.

    Parameters
    ----------
    pairs
        ``id_a``, ``id_b``, ``probability``.
    truth
        ``id_a``, ``id_b`` of all true pairs.
    ordered
        Whether the two ids are of two tables; in one table (a, b) and (b, a) are one.

    Returns
    -------
    ``threshold``, ``n_pairs``, ``n_true``, ``precision``, ``recall``, ``f1``; what cannot
    be told (no pairs, no truth) is missing.
    """
    known = _keys(truth, ordered).drop_duplicates()
    right = _keys(pairs, ordered).isin(known).to_numpy()
    probability = pairs["probability"].to_numpy(dtype=float)
    rows = []
    for threshold in thresholds:
        over = probability >= threshold
        n, hits = int(over.sum()), int((right & over).sum())
        precision = hits / n if n else np.nan
        recall = hits / len(known) if len(known) else np.nan
        both = precision + recall
        f1 = 2 * precision * recall / both if both > 0 else (0.0 if both == 0 else np.nan)
        rows.append((threshold, n, hits, precision, recall, f1))
    columns = ["threshold", "n_pairs", "n_true", "precision", "recall", "f1"]
    return pd.DataFrame(rows, columns=columns)


def _keys(pairs: pd.DataFrame, ordered: bool) -> pd.Series:
    a, b = pairs["id_a"].astype(str), pairs["id_b"].astype(str)
    first = a if ordered else a.where(a <= b, b)
    second = b if ordered else b.where(a <= b, a)
    return first.str.len().astype(str) + ":" + first + second


def pairs_of_clusters(ids: Sequence[str], clusters: Sequence[str]) -> pd.DataFrame:
    """Return all pairs of records that share a cluster: ``id_a``, ``id_b``."""
    frame = pd.DataFrame({"id": list(ids), "cluster": list(clusters)}, dtype=object)
    frame["at"] = np.arange(len(frame))
    both = frame.merge(frame, on="cluster", suffixes=("_a", "_b"))
    both = both[both["at_a"] < both["at_b"]]
    return both[["id_a", "id_b"]].reset_index(drop=True)


def check_labelled(tables: Tables, spec: Spec, truth: pd.DataFrame) -> pd.DataFrame:
    """Return the precision-recall curve of linking labelled tables with a spec.

    The truth is not used for learning.
    """
    from renlin.intake.matching.linking import link_tables

    linked = link_tables(*tables, spec)
    return scored(linked.pairs, truth, ordered=tables[1] is not None)
