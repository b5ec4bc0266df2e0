"""Keep small groups and single homes out of what everybody may read."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from renlin.community.settings import Settings

WHOLE = ("all", "worst_decile", "gap")
"""Rows of a group table that are no group."""
Audience = Literal["public", "internal"]
Shown = Literal["shown", "few", "some"]


@dataclass(frozen=True)
class Reader:
    """Who reads: from how many persons and households on a cell may be shown."""

    k_persons: int
    k_households: int

    def sees(self, n_persons: float, n_households: float | None = None) -> bool:
        """Return whether a cell of so many may be shown; nobody at all may always be."""
        if n_persons == 0:
            return True
        enough = n_households is None or n_households >= self.k_households
        return n_persons >= self.k_persons and enough

    def counts(self, persons: Mapping[str, float]) -> dict[str, Shown]:
        """Return for each part of a whole whether its count is shown.

        ``few``: under k, hidden with its figures. ``some``: k or more, but its exact count
        would give away the only hidden one by subtraction; its figures stay.
        """
        shown: dict[str, Shown] = {
            code: "shown" if self.sees(n) else "few" for code, n in persons.items()
        }
        hidden = [code for code, state in shown.items() if state == "few"]
        rest = [code for code, state in shown.items() if state == "shown" and persons[code] > 0]
        if len(hidden) == 1 and rest:
            shown[min(rest, key=lambda code: (persons[code], code))] = "some"
        return shown


def gap_gives_away(
    values: Mapping[str, float], hidden: Collection[str], reference: str, *, high_is_worse: bool
) -> bool:
    """Return whether the gap between the worst-off group and the reference tells a hidden value.

    It does when the worst-off group is hidden, and when the reference is.
    """
    sign = 1.0 if high_is_worse else -1.0
    known = {d: sign * v for d, v in values.items() if math.isfinite(v)}
    secret = [v for d, v in known.items() if d in hidden]
    open_ones = [v for d, v in known.items() if d not in hidden]
    if reference in hidden:
        return True
    return bool(secret) and max(secret) > max(open_ones, default=-math.inf)


def rows_give_away(
    rows: Iterable[Mapping[str, Any]],
    column: str,
    hidden: Collection[str],
    reference: str,
    *,
    high_is_worse: bool,
) -> bool:
    """Return the same for rows of groups, those of nobody and of the whole left aside."""
    values = {
        str(row["display"]): float(row[column])
        for row in rows
        if row["display"] not in WHOLE and row["n"] > 0 and row[column] == row[column]
    }
    return gap_gives_away(values, hidden, reference, high_is_worse=high_is_worse)


def worst_is_few(
    view: Iterable[Mapping[str, Any]], price: Iterable[Mapping[str, Any]], seen: Reader
) -> bool:
    """Return whether the slowest group of either plan is one of a few people.

    Parameters
    ----------
    view, price
        Rows of ``study.dual_view`` and of ``study.price``.
    """
    small = {str(row["display"]) for row in price if not seen.sees(float(row["n"]))}
    worst: Mapping[str, Any] = next((row for row in view if row["row"] == "worst"), {})
    return bool({str(worst.get(name)) for name in ("note", "universal_note")} & small)


def reader(audience: Audience, settings: Settings) -> Reader:
    """Return the reader of an audience: the public under the community's k, staff without."""
    if audience == "internal":
        return Reader(1, 1)
    return Reader(settings.k_persons, settings.k_households)


def merged_units(entrances: pd.DataFrame, people: pd.DataFrame, reader: Reader) -> pd.Series:
    """Return entrance -> unit of display, merging neighbours until each may be shown.

    The smallest unit under the limit joins the nearest one, first within its building,
    then whichever door is nearest. Units without residents stay alone: nobody is shown
    there. Names of units are those of their first entrance.

    Parameters
    ----------
    entrances
        Columns entrance, building, geometry (points, m).
    people
        Index entrance; columns persons, households.
    """
    doors = entrances.sort_values("entrance", kind="stable").reset_index(drop=True)
    at = np.column_stack([doors["geometry"].x, doors["geometry"].y])
    counted = people.reindex(doors["entrance"]).fillna(0.0)
    size = counted[["persons", "households"]].to_numpy(dtype=float)
    building = doors["building"].astype(str).to_numpy()
    unit = np.arange(len(doors))
    inhabited = size[:, 0] > 0
    while (chosen := _smallest_hidden(unit, size, inhabited, reader)) is not None:
        other = _nearest_unit(chosen, unit, at, building, inhabited)
        if other is None:
            break
        unit[unit == max(chosen, other)] = min(chosen, other)
    names = doors["entrance"].astype(str).to_numpy()
    return pd.Series(names[unit], index=pd.Index(names, name="entrance"), name="unit")


def _smallest_hidden(
    unit: np.ndarray, size: np.ndarray, inhabited: np.ndarray, reader: Reader
) -> int | None:
    persons = np.bincount(unit, weights=size[:, 0], minlength=len(unit))
    households = np.bincount(unit, weights=size[:, 1], minlength=len(unit))
    hidden = [
        int(u) for u in np.unique(unit[inhabited]) if not reader.sees(persons[u], households[u])
    ]
    return min(hidden, key=lambda u: (persons[u], u)) if hidden else None


def _nearest_unit(
    chosen: int, unit: np.ndarray, at: np.ndarray, building: np.ndarray, inhabited: np.ndarray
) -> int | None:
    own = np.flatnonzero((unit == chosen) & inhabited)
    others = np.flatnonzero((unit != chosen) & inhabited)
    if len(others) == 0:
        return None
    apart = np.hypot(*(at[own][:, None, :] - at[others][None, :, :]).transpose(2, 0, 1))
    same = building[own][:, None] == building[others][None, :]
    best = np.lexsort((others[None, :].repeat(len(own), 0).ravel(), apart.ravel(), ~same.ravel()))
    return int(unit[others[best[0] % len(others)]])
