"""Drive a fire engine as far as lanes allow, and go on on foot.

The network is laid out twice: links driven over and links walked over, with a step down from
the first to the second at every junction; who has left the engine does not get back in.
Turning is not judged: layers hold no radii of corners.
"""

from __future__ import annotations

from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.community.network import APPROACH, STEPS, Network
from renlin.community.passage import Passage, View

DRIVEN, ALIGHT = "driven", "alight"
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Engine:
    """What a fire engine needs.

    Attributes
    ----------
    width
        Clear width of the lane, m.
    speed
        On lanes, m/s.
    """

    width: float
    speed: float


def engine(catalogue: Catalogue) -> Engine:
    """Return the engine of the catalogue: ``fire_lane_width`` and ``engine_speed``."""
    width = catalogue.standards["fire_lane_width"].value
    return Engine(float(width), catalogue.number("engine_speed"))


def driven(network: Network) -> Network:
    """Return the network with a second layer that is driven over; facilities lie in that one.

    Nodes of the walked layer keep their rows, those of the driven one follow; links keep their
    kind, and :func:`layers` tells them apart.
    """
    n = len(network.nodes)
    nodes, links = network.nodes, network.links
    upper = nodes.assign(node="driven/" + nodes["node"].astype(str))
    upper["kind"] = nodes["kind"].where(nodes["kind"] == "facility", DRIVEN)
    lower = nodes.assign(kind=nodes["kind"].mask(nodes["kind"] == "facility", "junction"))
    over = links.assign(
        link="driven/" + links["link"].astype(str), origin=links["origin"] + n,
        target=links["target"] + n,
    )  # fmt: skip
    down = links.reindex(np.full(n, -1)).reset_index(drop=True)
    down = down.assign(
        link=[f"alight/{name}" for name in nodes["node"]],
        origin=np.arange(n) + n,
        target=np.arange(n),
        kind=ALIGHT,
        table="",
        place="",
        length=0.0,
        inferred=False,
        floor=0,
    )
    # rows without a match carry objects; the columns keep the types of the walked layer
    down = gpd.GeoDataFrame(down.astype(links.drop(columns="geometry").dtypes.to_dict()))
    both = pd.concat([links, over, down], ignore_index=True)
    return Network(
        pd.concat([lower, upper], ignore_index=True),
        gpd.GeoDataFrame(both, geometry="geometry", crs=links.crs),
    )


def layers(network: Network) -> tuple[Flags, Flags]:
    """Return which links of :func:`driven` are driven over, and which step down."""
    n = len(network.nodes) // 2
    upper, lower = (network.links[end].to_numpy() >= n for end in ("origin", "target"))
    return upper & lower, upper & ~lower


def with_engine(
    walked: Passage, network: Network, car: Engine, view: View, *, stopped: bool = True
) -> Passage:
    """Return ``walked`` with the times of the driven layer and of stepping down.

    A lane of unknown width lets the engine pass in the optimistic view only; nobody measures
    the yard between a station and its lane.

    Parameters
    ----------
    walked
        Times of who walks, over all links.
    network
        Made by :func:`driven`.
    stopped
        False lets the engine pass every lane, whatever its width.
    """
    over, down = layers(network)
    links = network.links
    reason = walked.reason.copy()
    station = (network.nodes["kind"] == "facility").to_numpy()
    yard = station[links["origin"]] | station[links["target"]]
    if stopped:
        narrow = over & ~yard & _narrow(links, car.width, view)
        reason[narrow & (reason == "")] = "width"
    reason[over & ~_drivable(links, yard)] = "steps"
    reason[down] = ""
    free = reason == ""
    seconds = links["length"].to_numpy(dtype=np.float64) / car.speed
    forward = np.where(over, np.where(free, seconds, np.inf), walked.forward)
    backward = np.where(over, np.where(free, seconds, np.inf), walked.backward)
    return Passage(np.where(down, 0.0, forward), np.where(down, np.inf, backward), reason)


def _drivable(links: pd.DataFrame, yard: Flags) -> Flags:
    """Return lanes and gates without steps, and yards of facilities; no way up to a door."""
    lanes = links["table"].isin(["walks", "gates"]) & (links["kind"] != APPROACH)
    stepped = (links["kind"] == STEPS) | (links["steps"].fillna(0.0) > 0)
    return (lanes & ~stepped).to_numpy(dtype=bool) | yard


def _narrow(links: pd.DataFrame, width: float, view: View) -> Flags:
    clear = links["width"].to_numpy(dtype=np.float64)
    narrow: Flags = (clear < width) | (np.isnan(clear) & (view == "pessimistic"))
    return narrow
