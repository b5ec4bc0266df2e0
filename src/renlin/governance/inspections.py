"""Read open hazards of one kind, newest inspection first, with how bad each is."""

from __future__ import annotations

import numpy as np
import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.catalogue.models import Hazard


def still_open(
    hazards: pd.DataFrame, kind: str, catalogue: Catalogue, day: pd.Timestamp
) -> pd.DataFrame:
    """Return what is open on ``day`` of one kind, with column rate (0-1, NaN unknown).

    Of several inspections of one place the newest holds, the last key on one day.
    """
    known = hazards[(hazards["kind"] == kind) & (hazards["inspected_on"] <= day)]
    newest = known.sort_values(["inspected_on", "hazard"]).drop_duplicates(
        ["place_table", "place"], keep="last"
    )
    done = newest["closed_on"].notna() & (newest["closed_on"] <= day)
    found = newest[~done].sort_values("hazard").reset_index(drop=True)
    entry = catalogue.hazards[kind]
    rates = [
        rate(entry, measure, grade)
        for measure, grade in zip(found["measure"], found["severity"], strict=True)
    ]
    return found.assign(rate=pd.Series(rates, index=found.index, dtype="float64"))


def rate(entry: Hazard, measure: float, grade: float) -> float:
    """Return how bad a finding is, 0-1: by its measure where bounds exist, else by its grade.

    Source: the kind's own entry in hazards.toml.
    """
    low, high = entry.measure_low, entry.measure_high
    if not pd.isna(measure) and low is not None and high is not None:
        return float(np.clip((measure - low) / (high - low), 0.0, 1.0))
    if not pd.isna(grade) and entry.severity_rate:
        return entry.severity_rate[int(grade) - 1]
    return float("nan")
