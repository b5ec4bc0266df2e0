"""List who could help whom: the nearest helpers of every household, and what each may do."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from renlin.governance.demand import Demand
from renlin.governance.roles import FIRST_ROLES

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Able:
    """Who may do what for whom, shape (n_households, n_helpers) each.

    Attributes
    ----------
    first
        May come first: a way is known, is of another household, and strong where somebody
        must be carried.
    backup
        May stand in: likewise, and of another building (one fire must not disable both).
        Strength is wished for, not asked.
    """

    first: Flags
    backup: Flags


@dataclass(frozen=True)
class Open:
    """What is left to be found once the agreed pairs are kept.

    Attributes
    ----------
    need, backup, night
        First helpers, backups and helpers at night each household still lacks.
        Shape (n_households,).
    capacity
        Households each helper can still take; a backup counts a share of one.
        Shape (n_helpers,).
    kept
        (household, helper) positions of agreed pairs: not to be found anew.
    """

    need: Whole
    backup: Whole
    night: Whole
    capacity: Floats
    kept: frozenset[tuple[int, int]]


@dataclass(frozen=True)
class Edges:
    """Candidate pairs, sorted by household and helper. All of shape (n_edges,).

    Attributes
    ----------
    home, helper
        Positions in the demand.
    time
        Seconds to the door.
    first, backup
        Whether the helper may come first or stand in.
    proposed_first, proposed_backup
        Whether exactly this was proposed before.
    """

    home: Whole
    helper: Whole
    time: Floats
    first: Flags
    backup: Flags
    proposed_first: Flags
    proposed_backup: Flags


def able(wanted: Demand) -> Able:
    """Return who may come first and who may stand in."""
    homes, helpers = wanted.households, wanted.helpers
    reached = np.isfinite(wanted.time)
    own = _equal(homes["household"], helpers["household"])
    beside = _equal(homes["building"], helpers["building"])
    lifts = ~homes["carry"].to_numpy(dtype=bool)[:, None] | sure(helpers["strong"])
    return Able(reached & ~own & lifts, reached & ~own & ~beside)


def still_open(wanted: Demand, may: Able, backup_load: float) -> Open:
    """Return what is to be found beside the agreed pairs.

    An agreed pair always takes the helper's capacity; it meets the need only when the
    helper may do what was agreed.
    """
    homes, helpers = wanted.households, wanted.helpers
    at_home = {name: i for i, name in enumerate(homes["household"])}
    at_helper = {name: i for i, name in enumerate(helpers["helper"])}
    need = homes["need"].to_numpy(dtype=np.int64)
    backup = homes["backup"].to_numpy(dtype=np.int64)
    capacity = helpers["capacity"].to_numpy(dtype=np.float64).copy()
    night, awake = (need > 0).astype(np.int64), sure(helpers["night"])
    kept: set[tuple[int, int]] = set()
    need, backup = need.copy(), backup.copy()
    for row in wanted.pairs[wanted.pairs["agreed"]].to_dict("records"):
        h, m = at_home[row["household"]], at_helper[row["helper"]]
        kept.add((h, m))
        stands_in = row["role"] not in FIRST_ROLES
        capacity[m] -= backup_load if stands_in else 1.0
        if stands_in:
            backup[h] -= bool(may.backup[h, m])
        elif may.first[h, m]:
            need[h] -= 1
            night[h] -= bool(awake[m])
    return Open(
        np.maximum(need, 0),
        np.maximum(backup, 0),
        np.maximum(night, 0),
        np.maximum(capacity, 0.0),
        frozenset(kept),
    )


def edges(wanted: Demand, may: Able, left: Open, nearest: int | Whole) -> Edges:
    """Return the candidates: for each household the ``nearest`` who may do either part.

    What was proposed before stays a candidate however far it is.

    Parameters
    ----------
    nearest
        How many, for all or for each household.
    """
    free = np.ones_like(may.first)
    for h, m in left.kept:
        free[h, m] = False
    takes = left.capacity > 0
    first = may.first & free & takes & (left.need > 0)[:, None]
    backup = may.backup & free & takes & (left.backup > 0)[:, None]
    before = _proposed(wanted)
    chosen = (_near(wanted.time, first, nearest) | (before["first"] & first)) | (
        _near(wanted.time, backup, nearest) | (before["backup"] & backup)
    )
    home, helper = np.nonzero(chosen)
    return Edges(
        home.astype(np.int64),
        helper.astype(np.int64),
        wanted.time[home, helper],
        first[home, helper],
        backup[home, helper],
        before["first"][home, helper],
        before["backup"][home, helper],
    )


def sure(flags: pd.Series) -> Flags:
    """Return where a nullable flag is surely true: an unknown strength lifts nobody."""
    return flags.astype("boolean").fillna(False).to_numpy(dtype=bool)


def _equal(homes: pd.Series, helpers: pd.Series) -> Flags:
    """Return where a household and a helper share a known id, shape (n_households, n_helpers)."""
    both = pd.concat([homes.astype("object"), helpers.astype("object")], ignore_index=True)
    code, _ = pd.factorize(both)
    ours, theirs = code[: len(homes)], code[len(homes) :]
    same: Flags = (ours[:, None] == theirs) & (ours >= 0)[:, None]
    return same


def _near(time: Floats, allowed: Flags, most: int | Whole) -> Flags:
    """Return the ``most`` nearest allowed helpers of each household, the first id on ties."""
    n_helpers = allowed.shape[1]
    if n_helpers == 0 or np.min(most, initial=n_helpers) >= n_helpers:
        return allowed
    widest = int(np.max(most))
    order = np.argsort(np.where(allowed, time, np.inf), axis=1, kind="stable")[:, :widest]
    taken = np.arange(order.shape[1]) < np.reshape(most, (-1, 1))
    near = np.zeros_like(allowed)
    np.put_along_axis(near, order, np.broadcast_to(taken, order.shape), axis=1)
    return near & allowed


def _proposed(wanted: Demand) -> dict[str, Flags]:
    """Return which pairs were proposed and not yet agreed, by part."""
    at_home = {name: i for i, name in enumerate(wanted.households["household"])}
    at_helper = {name: i for i, name in enumerate(wanted.helpers["helper"])}
    found = {part: np.zeros(wanted.time.shape, dtype=bool) for part in ("first", "backup")}
    for row in wanted.pairs[~wanted.pairs["agreed"]].to_dict("records"):
        part = "first" if row["role"] in FIRST_ROLES else "backup"
        found[part][at_home[row["household"]], at_helper[row["helper"]]] = True
    return found
