"""Say in pictograms what a household needs and takes along: never a diagnosis, never a label."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

TAKE = 3
"""Things on the card. Source: visual language §9."""
TAKE_ALWAYS = ("medicine", "phone", "water")
"""Assumption: what everybody misses first in a shelter."""
BREATHING = ("concentrator", "ventilator")
"""Devices that an oxygen bag stands in for on the way."""
CARRIED_AGE = 2
"""Years up to which a child is carried and needs its own food. Assumption."""
WHEELS = ("wheelchair_electric", "wheelchair_manual", "wheelchair_pushed")


def needs_of(indicators: pd.DataFrame, profiles: pd.DataFrame) -> dict[str, tuple[str, ...]]:
    """Return household -> pictograms of what its residents need, the most pressing first.

    Parameters
    ----------
    indicators, profiles
        Tables of ``needs.indicators`` and ``needs.profiles``. Only what is surely so shows.
    """
    table = profiles[["person", "household", "needs_help"]].merge(
        indicators.drop(columns="household"), on="person"
    )
    found: dict[str, list[str]] = {}
    for rank, (sign, member) in enumerate(_signs(table)):
        for home in table.loc[member, "household"].unique():
            found.setdefault(str(home), []).append(f"{rank:02d}{sign}")
    return {
        home: tuple(dict.fromkeys(sign[2:] for sign in sorted(signs)))
        for home, signs in found.items()
    }


def _signs(table: pd.DataFrame) -> Iterator[tuple[str, np.ndarray]]:
    """Yield pictogram and whom it is for, the most pressing first."""
    carried = (table["needs_help"] == "carry").to_numpy()
    wheels = table["walking_aid"].isin(WHEELS).to_numpy() | _yes(table["wheelchair"])
    yield "wheelchair", carried & wheels
    yield "stairs-down", carried & ~wheels
    yield "walking-stick", (table["needs_help"] == "assist").to_numpy()
    yield "oxygen-device", breathing(table)
    yield "blind", _number(table["vision_level"], 1, 4)
    yield "deaf", _number(table["hearing_level"], 1, 4)
    yield "help", (table["needs_help"] == "guide").to_numpy()
    yield "infant", _number(table["age"], 0, CARRIED_AGE)
    yield "pregnant", _number(table["pregnant_weeks"], 1, np.inf)


def take_of(indicators: pd.DataFrame, households: pd.Series) -> dict[str, tuple[str, ...]]:
    """Return household -> three things to take: what keeps somebody alive comes first."""
    powered = set(indicators.loc[breathing(indicators), "household"])
    infants = set(indicators.loc[_number(indicators["age"], 0, CARRIED_AGE), "household"])
    made = {}
    for home in households:
        first = (["oxygen"] if home in powered else []) + (["infant"] if home in infants else [])
        made[str(home)] = tuple([*first, *TAKE_ALWAYS][:TAKE])
    return made


def breathing(table: pd.DataFrame) -> np.ndarray:
    """Return who surely breathes by a powered device."""
    hours = pd.to_numeric(table["oxygen_hours"], errors="coerce").astype("Float64")
    oxygen: np.ndarray = table["power_device"].isin(BREATHING).to_numpy() | (
        hours.fillna(0.0).to_numpy(dtype=float) > 0
    )
    return oxygen


def _yes(flags: pd.Series) -> np.ndarray:
    sure: np.ndarray = flags.astype("boolean").fillna(False).to_numpy(dtype=bool)
    return sure


def _number(values: pd.Series, low: float, high: float) -> np.ndarray:
    """Return where a known number lies from ``low`` to ``high``, both included."""
    numbers = values.astype("Float64").to_numpy(dtype=float, na_value=np.nan)
    inside: np.ndarray = (numbers >= low) & (numbers <= high)
    return inside
