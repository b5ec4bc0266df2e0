"""Find where the walk network is in pieces, and who lives on the pieces."""

from __future__ import annotations

from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
from scipy.spatial import cKDTree
from shapely import LineString

from renlin.community.network import Network

COLUMNS = (
    "gap",
    "n_nodes",
    "length",
    "n_entrances",
    "persons",
    "distance_to_main",
    "bridged",
    "geometry",
)


def network_gaps(
    network: Network, residents: pd.Series, crs: str, *, least_length: float
) -> gpd.GeoDataFrame:
    """Return every island of the walk network off its main part.

    The main part is the connected part with most nodes when inferred links do not count.

    Parameters
    ----------
    residents
        Entrance -> residents.
    least_length
        Islands without doors shorter than this, m, are left out.

    Returns
    -------
    Columns of ``COLUMNS``, most residents first: ``bridged`` says that an inferred link
    joins the island already, to be checked on site; geometry is the line from the island
    to the nearest point of the main part.
    """
    part = network.component
    at = network.nodes[["x", "y"]].to_numpy(dtype=np.float64)
    table = _islands(network, residents)
    table = table[
        (table.index > 0) & ((table["n_entrances"] > 0) | (table["length"] >= least_length))
    ]
    main, rest = np.flatnonzero(part == 0), np.flatnonzero(part != 0)
    if len(main) and len(rest):
        apart, hit = cKDTree(at[main]).query(at[rest])
        closest = pd.DataFrame(
            {"part": part[rest], "apart": apart, "node": rest, "main": main[hit]}
        )
        closest = closest.sort_values(["part", "apart", "node"]).drop_duplicates("part")
        table = table.join(closest.set_index("part"))
        pairs = zip(table["node"], table["main"], strict=True)
        lines = [LineString([at[int(a)], at[int(b)]]) for a, b in pairs]
        table["geometry"] = pd.Series(lines, index=table.index, dtype="object")
        table = table.rename(columns={"apart": "distance_to_main"})
    table = table.reindex(columns=[*(c for c in COLUMNS if c != "gap")])
    table = table.sort_values(["persons", "n_nodes"], ascending=False, kind="stable")
    table = table.reset_index(drop=True)
    table.insert(0, "gap", [f"gap-{number:04d}" for number in range(1, len(table) + 1)])
    return gpd.GeoDataFrame(table, geometry="geometry", crs=crs)


def _islands(network: Network, residents: pd.Series) -> pd.DataFrame:
    """Return one row per connected part: nodes, drawn metres, doors, residents, bridged."""
    part, links = network.component, network.links
    n = int(part.max(initial=-1)) + 1
    drawn = links["length"].to_numpy() * ~links["inferred"].to_numpy(dtype=bool)
    door = {node: name for (table, name), node in network.node_of.items() if table == "entrances"}
    at = part[np.array(list(door), dtype=np.int64)]
    people = np.array([float(residents.get(name, 0)) for name in door.values()])
    whole = network.component_inferred
    made: dict[str, Any] = {
        "n_nodes": np.bincount(part, minlength=n),
        "length": np.bincount(part[links["origin"].to_numpy()], weights=drawn, minlength=n),
        "n_entrances": np.bincount(at, minlength=n),
        "persons": np.bincount(at, weights=people, minlength=n).astype(np.int64),
    }
    first = np.zeros(n, dtype=np.int64)
    first[part[::-1]] = np.arange(len(part))[::-1]
    main = whole[first[0]] if n else -1
    made["bridged"] = whole[first] == main
    return pd.DataFrame(made)
