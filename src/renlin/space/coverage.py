"""Say for every resident and service: covered, not covered, or unknown, and why.

Covered: the pessimistic time keeps the limit. Not covered: no fitting facility lies
within straight reach, or those that do are on the same network and even the optimistic
time is too long. Unknown: the map cannot say (a gap of the network, an attribute to be
checked on site, a resident without address). Unknown is never counted as either.

Source: space reference §4.2.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.catalogue.models import BehaviourClass
from renlin.community.network import Network
from renlin.community.passage import Mode
from renlin.community.paths import route
from renlin.space.reach import Reach, hindrance, reach

COVERED, NOT_COVERED, UNKNOWN = "covered", "not_covered", "unknown"
CAUSES = {
    "steps": "stairs",
    "wheelchair": "not_step_free",
    "width": "too_narrow",
    "slope": "too_steep",
    "locked": "gate_locked",
    "hours": "gate_locked",
    "inferred": "check_on_site",
}
COLUMNS = (
    "person",
    "service",
    "display",
    "class",
    "entrance",
    "floor",
    "mode",
    "state",
    "reason",
    "time_optimistic",
    "time_pessimistic",
    "facility",
    "straight_m",
    "walk_m",
    "limit",
    "capacity_ratio",
)


@dataclass(frozen=True)
class Service:
    """A service with the facilities that offer it.

    Attributes
    ----------
    kind
        Code in catalogue/facilities.
    facilities
        Rows of the layer that are open: facility, capacity, area, geometry.
    limit
        Walking time within which it counts as reached, s.
    """

    kind: str
    facilities: gpd.GeoDataFrame
    limit: float


def service(kind: str, facilities: gpd.GeoDataFrame, catalogue: Catalogue) -> Service | None:
    """Return the service ``kind``; None when the catalogue gives it no walking limit."""
    limit = catalogue.facilities[kind].walk_limit
    if limit is None:
        return None
    state = facilities["state"].fillna("open")
    offered = facilities[(facilities["kind"] == kind) & (state == "open")]
    return Service(kind, offered.reset_index(drop=True), limit.value)


def cover(
    residents: pd.DataFrame,
    network: Network,
    offered: Service,
    catalogue: Catalogue,
    *,
    hour: float | None = None,
) -> pd.DataFrame:
    """Return the state of every resident for one service.

    Parameters
    ----------
    residents
        One row per person: person, display, class, entrance, floor, mode. Missing
        entrance or floor gives ``unknown``.
    hour
        Clock hour for gates and lanes; None ignores hours.

    Returns
    -------
    Columns of ``COLUMNS``; covered + not_covered + unknown = all residents, always.
    """
    nodes = {name: network.node_of["facilities", name] for name in offered.facilities["facility"]}
    made: list[dict[str, Any]] = []
    for (name, mode), part in residents.groupby(["class", "mode"], dropna=False):
        kind = catalogue.classes[str(name)]
        reached = reach(network, kind, nodes, catalogue, mode=str(mode), hour=hour)  # type: ignore[arg-type]
        made.extend(_rows(part, network, offered, kind, reached, str(mode)))
    ratio = capacity_ratio(offered, [row.pop("_reached") for row in made])
    return pd.DataFrame(made, columns=list(COLUMNS)).assign(capacity_ratio=ratio)


def capacity_ratio(
    offered: Service, within: list[tuple[str, ...]]
) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return places per resident by the two-step floating catchment, group by group.

    ``R_j = S_j / Σ_i P_i [t_ij ≤ T]``, ``A_i = Σ_j R_j [t_ij ≤ T]`` with every resident at
    the pace of their own class. NaN where a reached facility's capacity is unknown.

    Source: luo_wang2003.
    """
    capacity = dict(
        zip(offered.facilities["facility"], offered.facilities["capacity"], strict=True)
    )
    demand: dict[str, int] = {}
    for reached in within:
        for facility in reached:
            demand[facility] = demand.get(facility, 0) + 1
    ratio = {
        name: (float("nan") if pd.isna(capacity[name]) else float(capacity[name]) / n)
        for name, n in demand.items()
    }
    return np.array([sum(ratio[name] for name in reached) for reached in within], dtype=float)


def _rows(
    part: pd.DataFrame,
    network: Network,
    offered: Service,
    kind: BehaviourClass,
    reached: Reach,
    mode: str,
) -> Iterator[dict[str, Any]]:
    """Yield one row per resident; residents of one landing share the answer."""
    answers: dict[tuple[str, int], dict[str, Any]] = {}
    for row in part.to_dict("records"):
        base = {
            "person": row["person"],
            "service": offered.kind,
            "display": row["display"],
            "class": row["class"],
            "entrance": row["entrance"],
            "floor": row["floor"],
            "mode": mode,
            "limit": offered.limit,
        }
        if pd.isna(row["entrance"]):
            yield base | _nothing(UNKNOWN, "address_unknown")
        elif pd.isna(row["floor"]):
            yield base | _nothing(UNKNOWN, "floor_unknown")
        else:
            at = (str(row["entrance"]), int(row["floor"]))
            if at not in answers:
                answers[at] = _answer(at, network, offered, kind, reached)
            yield base | answers[at]


def _nothing(state: str, reason: str) -> dict[str, Any]:
    return {
        "state": state,
        "reason": reason,
        "time_optimistic": np.inf,
        "time_pessimistic": np.inf,
        "facility": None,
        "straight_m": np.nan,
        "walk_m": np.nan,
        "_reached": (),
    }


def _answer(
    at: tuple[str, int],
    network: Network,
    offered: Service,
    kind: BehaviourClass,
    reached: Reach,
) -> dict[str, Any]:
    node = network.landing_of.get(at)
    if node is None:
        return _nothing(UNKNOWN, "floor_unknown")
    if len(reached.facilities) == 0:
        return _nothing(NOT_COVERED, "no_facility")
    hopeful, careful = reached.optimistic[:, node], reached.pessimistic[:, node]
    straight = _straight(network, node, offered)
    best = int(np.argmin(np.where(np.isfinite(careful), careful, hopeful + 1e9)))
    if not np.isfinite(hopeful[best]):
        best = int(np.argmin(straight))
    state, reason = _state(node, network, offered, kind, reached, straight)
    return {
        "state": state,
        "reason": reason,
        "time_optimistic": float(hopeful.min()),
        "time_pessimistic": float(careful.min()),
        "facility": reached.facilities[best],
        "straight_m": float(straight[best]),
        "walk_m": _walked(network, reached, node),
        "_reached": tuple(
            name for i, name in enumerate(reached.facilities) if careful[i] <= offered.limit
        ),
    }


def _state(
    node: int,
    network: Network,
    offered: Service,
    kind: BehaviourClass,
    reached: Reach,
    straight: np.ndarray[Any, np.dtype[np.float64]],
) -> tuple[str, str]:
    hopeful, careful = reached.optimistic[:, node], reached.pessimistic[:, node]
    if careful.min() <= offered.limit:
        return COVERED, ""
    near = straight / kind.speed_level.value <= offered.limit
    if not near.any():
        return NOT_COVERED, "too_far"
    if hopeful.min() <= offered.limit:
        return UNKNOWN, "check_on_site"
    component = network.component_inferred
    targets = np.array([network.node_of["facilities", name] for name in reached.facilities])
    if (component[targets[near]] != component[node]).any():
        return UNKNOWN, "network_gap"
    return NOT_COVERED, _cause(node, offered, reached)


def _cause(node: int, offered: Service, reached: Reach) -> str:
    """Return what keeps a resident out of reach: the hindrance, else the distance."""
    if reached.unhindered.time[node] > offered.limit:
        return "too_far"
    return CAUSES.get(hindrance(reached, node), "too_far")


def _straight(
    network: Network, node: int, offered: Service
) -> np.ndarray[Any, np.dtype[np.float64]]:
    x, y = network.nodes["x"].iloc[node], network.nodes["y"].iloc[node]
    ordered = offered.facilities.set_index("facility").sort_index()
    apart: np.ndarray[Any, np.dtype[np.float64]] = np.hypot(
        ordered.geometry.x.to_numpy() - x, ordered.geometry.y.to_numpy() - y
    )
    return apart


def _walked(network: Network, reached: Reach, node: int) -> float:
    """Return the walked metres of the unhindered way to the nearest facility."""
    links = route(reached.unhindered, node)
    if not links:
        return float("nan")
    return float(network.links["length"].to_numpy()[links].sum())


def modes(
    profiles: pd.DataFrame, pairs: pd.DataFrame, helpers: pd.DataFrame, catalogue: Catalogue
) -> pd.Series:
    """Return ``helped`` for residents whose agreed helpers suffice, else ``alone``.

    Who must be carried needs as many strong helpers as the class says; who must be
    guided needs one helper. Backups do not count.
    """
    first = pairs[pairs["role"].isin(["primary", "second"])].merge(
        helpers[["helper", "strong"]], on="helper"
    )
    strong = first[first["strong"].fillna(False)].groupby("household").size()
    any_helper = first.groupby("household").size()
    mode: list[Mode] = []
    for household, name in zip(profiles["household"], profiles["class"], strict=True):
        kind = catalogue.classes[name]
        counted = strong if kind.help == "carry" else any_helper
        enough = kind.help != "none" and counted.get(household, 0) >= max(kind.n_helpers, 1)
        mode.append("helped" if enough else "alone")
    return pd.Series(mode, index=profiles.index, dtype="str")
