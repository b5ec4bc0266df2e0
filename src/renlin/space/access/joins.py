"""List what was joined that nobody drew: where, how far, why, and who relies on it."""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from renlin.community.junctions import COINCIDENT
from renlin.community.network import APPROACH, BY_RULE, GATE, JOIN, Network

COLUMNS = ("join", "reason", "table", "place", "length", "view", "persons", "geometry")
TOUCH, ON_A_WAY = "touch", "gate"
"""Reasons of joins that both views use: ends within the tolerance, gates set on their way."""


def joins(
    network: Network,
    walks: gpd.GeoDataFrame,
    gates: gpd.GeoDataFrame,
    residents: pd.Series,
    crs: str,
) -> gpd.GeoDataFrame:
    """Return one row per join that nobody drew.

    Parameters
    ----------
    walks, gates
        Layers, to tell which ways a rule drew and how far each gate was set off.
    residents
        Entrance -> residents.

    Returns
    -------
    Columns of ``COLUMNS``. ``reason``: ``crossing`` and ``dangling`` of
    :mod:`renlin.community.repairs`; ``drawn_by_rule`` for ways across an open area;
    ``door``, ``facility`` and ``way_in`` for what lies beyond the tolerance of any way;
    ``touch`` for ends closer than the tolerance; ``gate`` for a gate beside its way.
    ``view`` is ``optimistic`` (inferred) or ``both``. ``persons`` live at the door that is
    joined; missing elsewhere.
    """
    parts = [
        _inferred(network, residents),
        _by_rule(walks),
        _touching(network),
        _gates(network, gates),
    ]
    table = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    table = table.sort_values(["reason", "join"], kind="stable").reset_index(drop=True)
    return gpd.GeoDataFrame(table[list(COLUMNS)], geometry="geometry", crs=crs)


def _inferred(network: Network, residents: pd.Series) -> pd.DataFrame:
    whole = network.links["joined"] == BY_RULE
    links = network.links[network.links["inferred"] & ~whole]
    table, place = links["table"].to_numpy(object), links["place"].to_numpy(object)
    near = (links["kind"] == APPROACH).to_numpy()
    ends = network.nodes.iloc[links["origin"].to_numpy()]
    table = np.where(near, ends["table"].to_numpy(object), table)
    place = np.where(near, ends["place"].to_numpy(object), place)
    doors = table == "entrances"
    lived = [
        float(residents.get(name, 0)) if door else np.nan
        for name, door in zip(place, doors, strict=True)
    ]
    return pd.DataFrame(
        {
            "join": links["link"].to_numpy(object),
            "reason": links["joined"].to_numpy(object),
            "table": table,
            "place": place,
            "length": links["length"].to_numpy(float),
            "view": "optimistic",
            "persons": pd.array(lived, dtype="Float64").astype("Int64"),
            "geometry": links.geometry.to_numpy(),
        }
    )


def _by_rule(walks: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the ways that a rule drew, whole and not by their pieces."""
    drawn = walks[walks["inferred"].fillna(False).astype(bool)]
    return pd.DataFrame(
        {
            "join": [f"walk/{name}" for name in drawn["walk"]],
            "reason": BY_RULE,
            "table": "walks",
            "place": drawn["walk"].to_numpy(object),
            "length": drawn.geometry.length.to_numpy(float),
            "view": "optimistic",
            "persons": pd.array([pd.NA] * len(drawn), dtype="Int64"),
            "geometry": drawn.geometry.to_numpy(),
        }
    )


def _touching(network: Network) -> pd.DataFrame:
    """Return the ends of ways that were moved onto the junction they nearly touch."""
    drawn = (network.links["table"] == "walks") & ~network.links["kind"].isin([APPROACH, JOIN])
    links = network.links[drawn]
    at = network.nodes[["x", "y"]].to_numpy(dtype=np.float64)
    parts = []
    for end, column, name in ((0, "origin", "start"), (-1, "target", "end")):
        stood = np.asarray(shapely.get_point(links.geometry.to_numpy(), end), dtype=object)
        now = np.asarray(shapely.points(at[links[column].to_numpy()]), dtype=object)
        apart: npt.NDArray[np.float64] = np.asarray(shapely.distance(stood, now), dtype=float)
        moved = apart > COINCIDENT
        places = [shapely.get_coordinates(spots[moved]) for spots in (stood, now)]
        parts.append(
            pd.DataFrame(
                {
                    "join": links["link"].to_numpy(object)[moved] + f"/{name}",
                    "reason": TOUCH,
                    "table": "walks",
                    "place": links["place"].to_numpy(object)[moved],
                    "length": apart[moved],
                    "view": "both",
                    "persons": pd.array([pd.NA] * int(moved.sum()), dtype="Int64"),
                    "geometry": shapely.linestrings(np.stack(places, axis=1)),
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def _gates(network: Network, gates: gpd.GeoDataFrame) -> pd.DataFrame:
    """Return the gates that were set on the way beside them."""
    links = network.links[network.links["kind"] == GATE].drop_duplicates("place")
    drawn = gates.set_index("gate").geometry.reindex(links["place"]).to_numpy()
    at = network.nodes[["x", "y"]].to_numpy(dtype=np.float64)
    now = np.asarray(shapely.points(at[links["origin"].to_numpy()]), dtype=object)
    apart = np.asarray(shapely.distance(drawn, now), dtype=float)
    moved = apart > COINCIDENT
    coordinates = [shapely.get_coordinates(spots[moved]) for spots in (drawn, now)]
    return pd.DataFrame(
        {
            "join": links["link"].to_numpy(object)[moved],
            "reason": ON_A_WAY,
            "table": "gates",
            "place": links["place"].to_numpy(object)[moved],
            "length": apart[moved],
            "view": "both",
            "persons": pd.array([pd.NA] * int(moved.sum()), dtype="Int64"),
            "geometry": shapely.linestrings(np.stack(coordinates, axis=1)),
        }
    )
