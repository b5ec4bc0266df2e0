"""Recognise what type of community the data show, how surely, and what its risks are here.

Naive Bayes over declared features. The buildings of a place were mostly built alike, so a
feature counts as one observation however many rows show it, and counts less when few rows
are known: what is missing lowers the confidence and is never read as absent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from renlin.catalogue.community_kinds import CommunityType, TypeFeature
from renlin.needs.values import BoolArray

UNCLEAR = "unclear"
OPEN, CLOSED = "open", "closed"
EDGE = 1e-3
"""Likelihoods are kept this far from 0 and 1, so that one odd row cannot rule out a type."""
MOST = 0.5
"""A feature shows a risk where more than half of the known rows have it: most, by its meaning."""


def features(
    place: Mapping[str, pd.DataFrame], declared: Mapping[str, TypeFeature]
) -> pd.DataFrame:
    """Return how many rows of the layers show each feature, and of how many it is known.

    Dwellings only are counted among buildings of which the use is known.

    Returns
    -------
    Columns ``feature``, ``n``, ``n_known``, ``n_met``, ``share`` (of the known; missing
    when none is).
    """
    rows = []
    for code, feature in sorted(declared.items()):
        table = place[feature.table]
        if feature.table == "buildings":
            lived_in = table["use"].isna() | table["use"].isin(["dwelling", "mixed", "unknown"])
            table = table[lived_in]
        known, met = _met(table[feature.column], feature)
        n, n_known = len(table), int(known.sum())
        share = float(met.sum()) / n_known if n_known else float("nan")
        rows.append((code, n, n_known, int(met.sum()), share))
    return pd.DataFrame(rows, columns=["feature", "n", "n_known", "n_met", "share"])


def _met(cells: pd.Series, feature: TypeFeature) -> tuple[BoolArray, BoolArray]:
    known = cells.notna() & (cells.astype("str") != "unknown")
    if feature.op == "known":  # a cell that is empty may be unknown or nothing: only met counts
        met = known & (cells.astype("str").str.strip() != "")
        some = bool(met.any())
        return (known | some).to_numpy(dtype=bool), met.to_numpy(dtype=bool)
    kept = cells[known]
    value: Any = feature.value
    tests: dict[str, Callable[[], pd.Series]] = {
        "=": lambda: kept == value,
        "<": lambda: kept < value,
        "<=": lambda: kept <= value,
        ">": lambda: kept > value,
        ">=": lambda: kept >= value,
        "in": lambda: kept.isin(value),
        "between": lambda: (kept >= value[0]) & (kept <= value[1]),
    }
    compared = tests[feature.op]()
    met = pd.Series(False, index=cells.index)
    met[known] = compared.fillna(False).astype(bool)
    return known.to_numpy(dtype=bool), met.to_numpy(dtype=bool)


def recognise(
    shown: pd.DataFrame,
    types: Mapping[str, CommunityType],
    *,
    declared: str,
    margin: float,
) -> pd.DataFrame:
    """Return the posterior of each type, what spoke for it, and whether it may be named.

    ``ln posterior = ln prior + sum_f k_f (s_f ln p_f + (1 - s_f) ln (1 - p_f))`` up to a
    constant; ``s`` share of the known rows with the feature, ``k`` share of the rows that
    are known, ``p`` likelihood of the type.

    Parameters
    ----------
    shown
        As :func:`features` returns.
    types
        Types of the catalogue.
    declared
        Type that ``community.toml`` states.
    margin
        Posterior from which the type is named.

    Returns
    -------
    Columns ``type``, ``posterior``, ``recognised`` (the type named, or ``unclear``),
    ``declared``, ``doubt`` (another type than the one declared is named), ``known_share``
    (mean over the features), ``evidence`` (features that spoke most for the type against
    the mean of the others, ``code:share`` joined by ``;``).
    """
    s, k = shown["share"].fillna(0.0).to_numpy(), _known(shown)
    codes = sorted(types)
    logs, each = [], []
    for code in codes:
        likelihood = types[code].likelihood
        p = np.array([likelihood[f].value if f in likelihood else 0.5 for f in shown["feature"]])
        p = np.clip(p, EDGE, 1 - EDGE)
        parts = k * (s * np.log(p) + (1 - s) * np.log(1 - p))
        each.append(parts)
        logs.append(np.log(types[code].prior.value) + parts.sum())
    weight = np.exp(np.array(logs) - max(logs, default=0.0))
    posterior = weight / weight.sum()
    best = int(np.argmax(posterior)) if len(codes) else 0
    named = codes[best] if len(codes) and posterior[best] >= margin else UNCLEAR
    rows = [
        {
            "type": code,
            "posterior": float(posterior[at]),
            "recognised": named,
            "declared": declared,
            "doubt": named not in (UNCLEAR, declared),
            "known_share": float(k.mean()) if len(k) else 0.0,
            "evidence": _evidence(shown, each, at),
        }
        for at, code in enumerate(codes)
    ]
    return pd.DataFrame(rows)


def _known(shown: pd.DataFrame) -> np.ndarray:
    n = shown["n"].to_numpy(dtype=np.float64)
    known = shown["n_known"].to_numpy(dtype=np.float64)
    share: np.ndarray = np.divide(known, n, out=np.zeros(len(n)), where=n > 0)
    return share


def _evidence(shown: pd.DataFrame, each: list[np.ndarray], at: int) -> str:
    others = [parts for other, parts in enumerate(each) if other != at]
    lead = each[at] - (np.mean(others, axis=0) if others else 0.0)
    order = np.argsort(-lead, kind="stable")
    told = [i for i in order if lead[i] > 0][:5]
    return ";".join(f"{shown['feature'].iloc[i]}:{shown['share'].iloc[i]:.2f}" for i in told)


def type_risks(
    shown: pd.DataFrame,
    types: Mapping[str, CommunityType],
    hazards: pd.DataFrame,
) -> pd.DataFrame:
    """Return each type's template of risks, matched against what the data show here.

    ``state``: ``present`` when an inspection finding of its kinds is open or most known
    rows have one of its features; ``absent`` when every kind was found and put right
    everywhere and no feature speaks for it (one with neither kind nor feature is asked of
    people, not of layers); else ``unknown``: that nothing was found where
    nobody looked is no safety.

    Parameters
    ----------
    shown
        As :func:`features` returns.
    hazards
        Table hazards.
    """
    share = shown.set_index("feature")["share"]
    opened = set(hazards.loc[hazards["closed_on"].isna(), "kind"])
    seen = set(hazards["kind"])
    rows = []
    for code, kind in sorted(types.items()):
        for risk in kind.risks:
            by_hazard = [h for h in risk.hazards if h in opened]
            known = {f: float(share.get(f, float("nan"))) for f in risk.features}
            by_feature = [f for f, s in known.items() if s > MOST]
            silent = any(s != s for s in known.values()) or not set(risk.hazards) <= seen
            silent |= not (risk.hazards or risk.features)
            state = "present" if by_hazard or by_feature else "unknown" if silent else "absent"
            rows.append(
                {"type": code, "risk": risk.code, "state": state}
                | {"shown_by": ";".join([*by_hazard, *by_feature])}
                | {name: getattr(risk, name) for name in TEMPLATE}
            )
    return pd.DataFrame(rows, columns=["type", "risk", "state", "shown_by", *TEMPLATE])


TEMPLATE = (
    "zh", "en", "cause_zh", "cause_en", "trend_zh", "trend_en", "evaluation_zh", "evaluation_en",
    "controls_zh", "controls_en", "source",
)  # fmt: skip
