"""Find the cheapest new link that gives the worst-off households a second way of supply."""

from __future__ import annotations

from collections.abc import Mapping

import geopandas as gpd
import numpy as np
import pandas as pd
from shapely import MultiPoint, Point

from renlin.catalogue.load import Catalogue
from renlin.community.cells import items
from renlin.community.supply import feeders, serving, ways_apart

COLUMNS = (
    "service",
    "building",
    "households",
    "vulnerable",
    "source",
    "target",
    "length",
    "cost",
    "ways_before",
    "ways_after",
    "served_too",
    "state",
)
PLACED, NOT_PLACED, NONE = "placed", "not_placed", "none"


def worst_off(buildings: pd.DataFrame) -> pd.DataFrame:
    """Return per service the inhabited building that is worst supplied, of those on record.

    Fewest ways sharing no node, then most single points, then most vulnerable households,
    then most households, then by key.
    """
    known = buildings[buildings["node_ways"].notna()]
    ordered = known.sort_values(
        ["service", "node_ways", "n_single", "vulnerable", "households", "building"],
        ascending=[True, True, False, False, False, True],
    )
    return ordered.drop_duplicates("service").reset_index(drop=True)


def cheapest_links(
    utilities: pd.DataFrame,
    buildings: pd.DataFrame,
    spots: Mapping[str, Point],
    catalogue: Catalogue,
) -> pd.DataFrame:
    """Return, per service, the cheapest link that adds a way to the worst-off building.

    Every link from a node of the service to another node of it, or to the building itself,
    is tried (in a community there are some hundreds); those that would feed a node by
    itself are left out. ``cost = length * link_cost``. Links between places nobody has
    drawn have no length: where no other adds a way they are told without a cost.

    Parameters
    ----------
    buildings
        Table of :func:`renlin.space.lifelines.supply.by_building`.
    spots
        Node or building -> where it is.

    Returns
    -------
    Columns of ``COLUMNS``: ``length`` m straight, ``cost`` yuan, ``served_too`` the other
    buildings whose ways the link raises. ``state`` is ``placed``, ``not_placed``, or
    ``none`` where no single link adds a way.
    """
    rows = []
    for row in worst_off(buildings).to_dict("records"):
        service, building = str(row["service"]), str(row["building"])
        told = _best(utilities, service, building, spots, catalogue)
        kept = {key: row[key] for key in ("service", "building", "households", "vulnerable")}
        rows.append({**kept, "ways_before": int(row["node_ways"]), **told})
    table = pd.DataFrame(rows, columns=list(COLUMNS))
    return table.astype({"length": "float64", "cost": "float64"})


def candidates(
    utilities: pd.DataFrame, service: str, building: str
) -> list[tuple[str, str, dict[str, list[str]], list[str]]]:
    """Return every possible link with the network it would make.

    Returns
    -------
    (source, target, node -> feeders, nodes that serve the building).
    """
    own = utilities[utilities["service"] == service]
    feeds = feeders(own)
    ends = serving(own, service).get(building, [])
    found = [(one, building, feeds, [*ends, one]) for one in sorted(feeds) if one not in ends]
    for target in sorted(feeds):
        below = _below(feeds, target)
        for source in sorted(set(feeds) - below - set(feeds[target])):
            if feeds[target]:
                found.append((source, target, {**feeds, target: [*feeds[target], source]}, ends))
    return found


def _below(feeds: Mapping[str, list[str]], start: str) -> set[str]:
    """Return ``start`` and every node it feeds, by any number of links."""
    below, fresh = {start}, {start}
    while fresh:
        fresh = {name for name, by in feeds.items() if fresh & set(by)} - below
        below |= fresh
    return below


def _best(
    utilities: pd.DataFrame,
    service: str,
    building: str,
    spots: Mapping[str, Point],
    catalogue: Catalogue,
) -> dict[str, object]:
    own = utilities[utilities["service"] == service]
    before = ways_apart(feeders(own), serving(own, service).get(building, []))[0]
    rate = catalogue.number(f"link_cost_{service}")
    able = []
    for source, target, feeds, ends in candidates(utilities, service, building):
        after = ways_apart(feeds, ends)[0]
        if after > before:
            ends_at = [spots.get(name) for name in (source, target)]
            length = np.nan if None in ends_at else ends_at[0].distance(ends_at[1])  # type: ignore[union-attr]
            able.append((np.isnan(length), length, source, target, after, feeds))
    nothing = {"source": "", "target": "", "length": np.nan, "cost": np.nan}
    if not able:
        return {**nothing, "ways_after": before, "served_too": 0, "state": NONE}
    unplaced, length, source, target, after, feeds = min(
        able, key=lambda one: (one[0], 0.0 if one[0] else one[1], one[2], one[3])
    )
    return {
        "source": source,
        "target": target,
        "length": length,
        "cost": length * rate,
        "ways_after": after,
        "served_too": _served_too(own, service, building, feeds),
        "state": NOT_PLACED if unplaced else PLACED,
    }


def _served_too(
    own: pd.DataFrame, service: str, building: str, feeds: Mapping[str, list[str]]
) -> int:
    """Return how many other buildings the changed feeders give another way."""
    before = feeders(own)
    others = {b: ends for b, ends in serving(own, service).items() if b != building}
    return sum(ways_apart(feeds, e)[0] > ways_apart(before, e)[0] for e in others.values())


def spots(
    utilities: pd.DataFrame, assets: gpd.GeoDataFrame, buildings: gpd.GeoDataFrame
) -> dict[str, Point]:
    """Return where nodes and buildings are.

    A node lies in the middle of the assets that are part of it, else of the buildings such
    assets stand in, else of the buildings it serves; where none is drawn it is left out.
    """
    middle = dict(zip(buildings["building"], buildings.geometry.centroid, strict=True))
    found: dict[str, Point] = {str(name): at for name, at in middle.items()}
    for name, serves in zip(utilities["utility"], utilities["serves"], strict=True):
        own = assets[assets["node"] == name]
        drawn = [shape.centroid for shape in own["geometry"] if shape is not None]
        inside = [middle[b] for cell in own["buildings"] for b in items(cell) if b in middle]
        fed = [middle[b] for b in items(serves) if b in middle]
        points = drawn or inside or fed
        if points:
            found[str(name)] = MultiPoint(points).centroid
    return found
