"""Say the eight rows of table 1 in words, with a figure of the two plans where one exists."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.equity.accounts import Allocation

ROWS = ("theory", "idea", "risk", "actors", "goal", "focus", "allocation", "strategy")
"""Rows of table 1, in its order."""
VIEWS = ("universal", "equity")
DIMENSIONS = {"SP": "spatial", "SO": "social", "IN": "institutional", "TE": "technological"}
COLUMNS = (
    "row",
    "label_zh",
    "label_en",
    *(f"{view}_{language}" for view in VIEWS for language in ("zh", "en")),
    *VIEWS,
    "unit",
    "rule",
)


def table_one(
    catalogue: Catalogue,
    chosen: Mapping[str, Allocation],
    measures: pd.DataFrame,
    gap: Mapping[str, float],
    reference: str,
) -> pd.DataFrame:
    """Return the eight rows: words of both views, and the figure a rule attaches to a row.

    Only four rows of table 1 are about something a plan shows: its goal (the gap between
    groups it leaves), its focus (the dimensions its measures touch), its allocation (what
    goes to others than the reference group) and its strategy (the number of measures). The
    rest are words, and stay words.

    Parameters
    ----------
    chosen
        View -> plan.
    measures
        Layer ``measures``: measure, strategy.
    gap
        View -> gap between groups, s.
    reference
        Group the rest is held against.
    """
    strategies = measures.set_index("measure")["strategy"]
    figures: dict[str, tuple[str, str, Mapping[str, float]]] = {
        "goal": ("s", "gap between groups in the joint simulation", gap),
        "focus": (
            "dimensions",
            "dimensions of the strategies taken",
            {view: float(_dimensions(chosen[view], strategies)) for view in VIEWS},
        ),
        "allocation": (
            "ratio",
            "yuan per resident of all other groups over yuan per resident of the reference",
            {view: _tilt(chosen[view], reference) for view in VIEWS},
        ),
        "strategy": (
            "measures",
            "measures taken",
            {view: float((chosen[view].given > 0.5).sum()) for view in VIEWS},
        ),
    }
    rows = [_row(name, catalogue, figures.get(name)) for name in ROWS]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def _row(
    name: str, catalogue: Catalogue, figure: tuple[str, str, Mapping[str, float]] | None
) -> dict[str, Any]:
    words = {
        f"{view}_{language}": catalogue.word(f"table1_{name}_{view}", language)
        for view in VIEWS
        for language in ("zh", "en")
    }
    labels = {f"label_{lang}": catalogue.word(f"table1_{name}", lang) for lang in ("zh", "en")}
    unit, rule, values = figure or ("", "", dict.fromkeys(VIEWS, np.nan))
    return {"row": name, **labels, **words, **dict(values), "unit": unit, "rule": rule}


def _dimensions(plan: Allocation, strategies: pd.Series) -> int:
    """Return how many of the four dimensions the measures taken touch."""
    taken = strategies[plan.given.index[plan.given > 0.5]].dropna()
    return len({DIMENSIONS.get(str(code).split("-")[0]) for code in taken} - {None})


def _tilt(plan: Allocation, reference: str) -> float:
    """Return yuan per resident outside the reference group over yuan per resident inside.

    NaN where next to nothing goes to the reference group: there is no ratio to nothing.
    """
    groups = plan.groups[["persons", "spending"]].astype("float64")
    if reference not in groups.index or reference in plan.zero_spend:
        return float("nan")
    inside, outside = groups.loc[reference], groups.drop(index=reference).sum()
    if inside["spending"] <= 0 or outside["persons"] <= 0:
        return float("nan")
    each = outside["spending"] / outside["persons"]
    ratio: float = each * inside["persons"] / inside["spending"]
    return ratio
