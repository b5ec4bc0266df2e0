"""The made-up street blocks the pairing model was measured on, to any size.

Buildings on a 40 m grid, six storeys; helpers take 1, 2 or 3 households with chances .4,
.4, .2; half of them are strong; a quarter of the households must be carried.

Source: governance reference A05.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from renlin.governance.demand import Demand
from renlin.random_streams import draw

GRID, SPEED, STOREYS = 40.0, 1.2, 6
SAME, DOWN, UP = 12.0, 9.0, 12.0  # s per storey: within a building, out of it, up to the door


def _pick(seed, purpose, ids, chances):
    return np.searchsorted(np.cumsum(chances)[:-1], draw(seed, purpose, ids), side="right")


def blocks(n_buildings, n_households, n_helpers, *, seed=0):
    """Return the demand of a generated community; ids keep their luck at any size."""
    homes = [f"h{i:05d}" for i in range(n_households)]
    helpers = [f"m{i:05d}" for i in range(n_helpers)]
    even, floors = np.full(n_buildings, 1 / n_buildings), np.full(STOREYS, 1 / STOREYS)
    at_home = _pick(seed, "home.building", homes, even)
    at_helper = _pick(seed, "helper.building", helpers, even)
    home_floor = 1 + _pick(seed, "home.floor", homes, floors)
    helper_floor = 1 + _pick(seed, "helper.floor", helpers, floors)
    side = int(np.ceil(np.sqrt(n_buildings)))
    where = np.array([(GRID * (b % side), GRID * (b // side)) for b in range(n_buildings)])
    apart = np.abs(where[at_home][:, None] - where[at_helper][None]).sum(axis=-1) / SPEED
    inside = np.abs(home_floor[:, None] - helper_floor) * SAME
    outside = apart + helper_floor * DOWN + home_floor[:, None] * UP
    time = np.where(at_home[:, None] == at_helper, inside, outside)
    carry = draw(seed, "home.carry", homes) < 0.25
    available = 0.3 + 0.65 * draw(seed, "helper.available", helpers)
    households = pd.DataFrame(
        {
            "household": homes, "need": np.where(carry, 2, 1), "backup": 1, "carry": carry,
            "priority": np.where(carry, 3.0, 2.0), "tier": 2,
            "entrance": [f"b{b}-1" for b in at_home], "building": [f"b{b}" for b in at_home],
            "floor": home_floor,
        }
    )  # fmt: skip
    known = pd.DataFrame(
        {
            "helper": helpers, "household": pd.Series([None] * n_helpers, dtype="object"),
            "building": [f"b{b}" for b in at_helper],
            "strong": pd.array(draw(seed, "helper.strong", helpers) < 0.5, dtype="boolean"),
            "night": pd.array(draw(seed, "helper.night", helpers) < available, dtype="boolean"),
            "day": pd.array([True] * n_helpers, dtype="boolean"),
            "capacity": 1.0 + _pick(seed, "helper.capacity", helpers, [0.4, 0.4, 0.2]),
        }
    )  # fmt: skip
    pairs = pd.DataFrame(columns=["pair", "household", "helper", "role", "agreed"])
    pairs["agreed"] = pairs["agreed"].astype(bool)
    lost = pd.DataFrame(columns=["pair", "household", "helper", "role", "reason"])
    return Demand(households, known, time, np.ones(n_households, dtype=bool), pairs, lost)
