"""Say in one sentence why two records may be one, without a value of either."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from renlin.intake.matching.comparing import CROSSED, Comparison
from renlin.intake.matching.model import Model

ZH = {2: "一致", 1: "相近", 0: "不同", -1: "缺"}
EN = {2: "agree", 1: "nearly agree", 0: "differ", -1: "unknown"}
Texts = "np.ndarray[tuple[int], np.dtype[np.object_]]"


def reasons(
    comparisons: Sequence[Comparison], frame: pd.DataFrame, model: Model
) -> tuple[np.ndarray, np.ndarray]:
    """Return one sentence per pair, in Chinese and in English.

    Fields that agree come first, then those that nearly agree, differ, are unknown; each
    with its weight (log2 of the Bayes factor). A sentence is made once per pattern.

    Parameters
    ----------
    frame
        ``gamma_J`` and ``weight_J`` of each comparison J.
    """
    n = len(comparisons)
    gammas = frame[[f"gamma_{j}" for j in range(n)]].to_numpy(dtype=np.int64)
    weights = np.round(frame[[f"weight_{j}" for j in range(n)]].to_numpy(dtype=float), 1)
    keys = np.concatenate([gammas, (weights * 10).astype(np.int64)], axis=1)
    once, at = _distinct(keys)
    prior = float(np.log2(model.prior / (1 - model.prior)))
    said = [_sentence(comparisons, key[:n], key[n:] / 10, prior) for key in once]
    zh, en = (np.array([pair[k] for pair in said], dtype=object) for k in range(2))
    return zh[at], en[at]


def _distinct(keys: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    if not len(keys):
        return keys, np.zeros(0, dtype=np.int64)
    frame = pd.DataFrame(keys)
    at = frame.groupby(list(frame.columns), sort=False).ngroup().to_numpy()
    first = np.flatnonzero(~frame.duplicated().to_numpy())
    return keys[first], at


def _sentence(
    comparisons: Sequence[Comparison], gammas: np.ndarray, weights: np.ndarray, prior: float
) -> tuple[str, str]:
    zh, en = [], []
    exchanged = [
        c.name for c, g in zip(comparisons, gammas, strict=True) if CROSSED in c.name and g == 0
    ]
    states = [_state(c, int(g)) for c, g in zip(comparisons, gammas, strict=True)]
    for state in (2, 1, 0, -1):
        listed = [
            f"{c.name}({w:+.1f})" if state >= 0 else c.name
            for c, s, w in zip(comparisons, states, weights, strict=True)
            if s == state and CROSSED not in c.name
        ]
        if listed:
            zh.append(f"{ZH[state]}：{'、'.join(listed)}")
            en.append(f"{EN[state]}: {', '.join(listed)}")
    for name in exchanged:
        one, other = name.split(CROSSED)
        zh.append(f"{one} 与 {other} 像是互换了")
        en.append(f"{one} and {other} seem exchanged")
    total = prior + float(weights.sum())
    zh.append(f"先验({prior:+.1f})，合计 {total:+.1f}")
    en.append(f"prior ({prior:+.1f}), total {total:+.1f}")
    return "；".join(zh) + "。", "; ".join(en) + "."


def _state(comparison: Comparison, gamma: int) -> int:
    if gamma <= 0:
        return gamma
    return 2 if gamma == len(comparison.levels) - 1 else 1
