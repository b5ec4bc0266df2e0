"""Share the places of a service among all who reach them, by three measures and by group.

``two_step`` counts everybody within the limit alike; ``stepped`` (E2SFCA) counts who lives
farther for less, by walked metres in the steps of the catalogue; ``three_step`` (3SFCA) lets
everybody choose by nearness as well. Each group reaches at its own pace: the limit is its own
time in the careful view.

Source: luo_wang2003, luo_qi2009, wan2012.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.community.network import Network
from renlin.space.access.catchment import stepped, three_step, two_step
from renlin.space.access.coverage import Service, ground, walkers
from renlin.space.access.groups import EVERYBODY, GAP, by_group
from renlin.space.access.reach import shortest_ways, sure_ways
from renlin.space.access.states import COVERED, NOT_COVERED, UNKNOWN

METHODS = ("two_step", "stepped", "three_step")
STEPS = (1, 2, 3)
"""Steps of distance in the catalogue, nearest first."""
COLUMNS = (
    "service",
    "method",
    "display",
    "n",
    "enough",
    "short",
    "unknown",
    "enough_share",
    "low",
    "high",
    "least_share",
    "most_share",
    "mean",
)
Floats = npt.NDArray[np.float64]


def shared(
    people: pd.DataFrame,
    network: Network,
    offered: Service,
    catalogue: Catalogue,
    *,
    lifts: frozenset[str] = frozenset(),
) -> pd.DataFrame:
    """Return places per person of every resident by every measure; none without places.

    Returns
    -------
    Columns person, service, method, display, ratio: NaN for residents whose place is not
    known and where a facility they reach has an unknown number of places.
    """
    columns = ["person", "service", "method", "display", "ratio"]
    if np.isnan(offered.places).all():
        return pd.DataFrame(columns=columns)
    network = ground(network, offered)
    names = offered.facilities["facility"]
    targets = np.array([network.node_of["facilities", str(name)] for name in names], np.int64)
    parts: list[pd.DataFrame] = []
    times: list[Floats] = []
    n_rows = 0
    for part, walker in walkers(people, network, offered, catalogue, lifts=lifts):
        node, row = np.unique(part["node"].to_numpy(dtype=np.int64), return_inverse=True)
        sure = sure_ways(network, walker, targets, node, catalogue).T
        parts.append(part.assign(row=row + n_rows))
        times.append(sure)
        n_rows += len(sure)
    told = people[["person", "display"]].assign(service=offered.kind)
    if not parts:
        return pd.concat([told.assign(method=m, ratio=np.nan) for m in METHODS])[columns]
    placed = pd.concat(parts, ignore_index=True)
    seconds = np.concatenate(times)
    at = placed.drop_duplicates("row").sort_values("row")["node"].to_numpy(dtype=np.int64)
    metres = shortest_ways(network, targets, at).T
    ratios = _ratios(placed["row"], seconds, metres, offered, catalogue)
    found = [
        told.merge(placed[["person"]].assign(ratio=ratio[placed["row"]]), on="person", how="left")
        .assign(method=method)
        for method, ratio in ratios.items()
    ]  # fmt: skip
    return pd.concat(found, ignore_index=True)[columns]


def _ratios(
    row: pd.Series, seconds: Floats, metres: Floats, offered: Service, catalogue: Catalogue
) -> dict[str, Floats]:
    """Return places per person of each row of times, by every measure."""
    population = np.bincount(row, minlength=len(seconds)).astype(np.float64)
    bounds, weights = (
        np.array([catalogue.number(f"catchment_{what}_{step}") for step in STEPS])
        for what in ("step", "weight")
    )
    within = (seconds <= offered.limit).astype(np.float64)
    nearer = within * stepped(metres, bounds, weights)
    return {
        "two_step": two_step(within, population, offered.places),
        "stepped": two_step(nearer, population, offered.places),
        "three_step": three_step(nearer, seconds, population, offered.places),
    }


def enough_by_group(table: pd.DataFrame, *, reference: str, level: float) -> pd.DataFrame:
    """Return who has a place, by service, measure and group, with the gap.

    Returns
    -------
    Columns of ``COLUMNS``: ``enough`` have one place each or more, ``short`` less;
    ``mean`` is places per person of those known.
    """
    if len(table) == 0:
        return pd.DataFrame({column: pd.Series(dtype="object") for column in COLUMNS})
    # a place counts up to rounding: shares of one that add to one are one
    full = table["ratio"] >= 1.0 - ROUNDING
    state = np.where(table["ratio"].isna(), UNKNOWN, np.where(full, COVERED, NOT_COVERED))
    coded = table["service"] + "|" + table["method"]
    found = by_group(
        table.assign(service=coded, state=state), reference=reference, level=level
    ).rename(columns={"covered": "enough", "not_covered": "short", "covered_share": "enough_share"})
    parted = found["service"].str.split("|", expand=True)
    found = found.assign(service=parted[0], method=parted[1])
    mean = _means(table)
    keys = zip(found["service"], found["method"], found["display"], strict=True)
    found["mean"] = [float("nan") if key[2] == GAP else mean[key] for key in keys]
    return found[list(COLUMNS)]


ROUNDING = 1e-9


def _means(table: pd.DataFrame) -> dict[tuple[str, str, str], float]:
    """Return places per person by service, measure and group, everybody too."""
    everybody = table.assign(display=EVERYBODY)
    both = pd.concat([table, everybody])
    means = both.groupby(["service", "method", "display"])["ratio"].mean().reset_index()
    keys = zip(means["service"], means["method"], means["display"], strict=True)
    return dict(zip(keys, means["ratio"].astype("float64"), strict=True))
