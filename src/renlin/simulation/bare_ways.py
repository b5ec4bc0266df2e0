"""Turn the links of a bare network into spaces and routes."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt
import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.kernels import contract
from renlin.kernels.plain import plain_routing
from renlin.simulation.bare_tables import Tables
from renlin.simulation.crowd import DOOR, LEVEL, NARROW, STAIR, ways
from renlin.simulation.routing import ON_FOOT, fields, graph, step_costs, to_safety

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

KINDS = {"level": LEVEL, "room": LEVEL, "stair": STAIR, "door": DOOR}
BOUNDARIES = {
    "level": "boundary_corridor_wall",
    "room": "boundary_corridor_wall",
    "stair": "boundary_stair_wall",
    "door": "boundary_door",
}
LEAST = 0.01  # m, m2: two nodes at one place are a way of next to nothing


def spaces(tables: Tables, catalogue: Catalogue, chosen: Mapping[str, str]) -> contract.Network:
    """Return the links as spaces with the crowd tables of the catalogue."""
    links = tables.links
    made = ways(catalogue, chosen)
    kind = links["kind"].map(KINDS).to_numpy(dtype=np.int64)
    width = links["width"].to_numpy(dtype=np.float64)
    boundary = links["boundary"].fillna(links["kind"].map(_boundaries(catalogue)))
    effective = np.maximum(width - 2.0 * boundary.to_numpy(dtype=np.float64), LEAST)
    narrow = (width <= catalogue.number("slow_share_width")) & (links["kind"] != "room").to_numpy()
    crowd_class = kind + np.where(narrow, NARROW, 0)
    flow = links["flow"].fillna(pd.Series(made.flow[crowd_class], index=links.index))
    length = np.maximum(links["length"].to_numpy(dtype=np.float64), LEAST)
    area = links["area"].fillna(pd.Series(effective * length, index=links.index))
    climb = np.where(kind == STAIR, np.where(links["rises"], 1, -1), 0)
    shelter = np.full(len(tables.nodes), -1, dtype=np.int32)
    shelter[tables.exits] = np.arange(len(tables.exits))
    return contract.Network(
        tail=links["origin"].to_numpy(dtype=np.int32),
        head=links["target"].to_numpy(dtype=np.int32),
        length=length.astype(np.float32),
        area=area.to_numpy(dtype=np.float32),
        capacity=(effective * flow.to_numpy(dtype=np.float64)).astype(np.float32),
        clear_width=width.astype(np.float32),
        climb=climb.astype(np.int8),
        incline=np.ones((len(links), 2), dtype=np.float32),
        crowd_class=crowd_class.astype(np.int32),
        barrier=np.zeros(len(links), dtype=np.int32),
        rest=np.zeros(len(tables.nodes), dtype=np.int8),
        shelter=shelter,
        crowd=made.crowd,
    )


def _boundaries(catalogue: Catalogue) -> dict[str, float]:
    return {kind: catalogue.number(name) for kind, name in BOUNDARIES.items()}


def routes(
    tables: Tables, space: contract.Network, places: Whole, catalogue: Catalogue
) -> contract.Routing:
    """Return the ways of those who know the place and of those who do not.

    Targets: 0 the nearest exit, 1.. each exit, then ``places``. Near is what costs least:
    metres, where a metre of stairs counts as :func:`routing.step_costs` has it. Who does not
    know the place counts ways that are no main ones ``unfamiliar_cost_factor`` times, and
    goes to the nearest exit that everybody knows; to another only where none is in reach.
    """
    stairs = (tables.links["kind"] == "stair").to_numpy()
    metres = space.length.astype(np.float64)
    cost = metres * np.where(stairs, step_costs(catalogue)[ON_FOOT], 1.0)
    side = ~tables.links["main"].to_numpy(dtype=bool)
    strange = cost * np.where(side, catalogue.number("unfamiliar_cost_factor"), 1.0)
    hidden = (~tables.nodes["known"].to_numpy(dtype=bool)[tables.exits]).astype(np.int64)
    known, distance = _rows(tables, space, cost, np.zeros_like(hidden), places)
    new, _ = _rows(tables, space, strange, hidden, places)
    plain = plain_routing(space, np.ascontiguousarray(np.concatenate([known, new])))
    n_targets, n_exits = len(known), len(tables.exits)
    order = np.argsort(distance, axis=0, kind="stable")
    target_shelter = np.full(n_targets, -1, dtype=np.int32)
    target_shelter[1 : 1 + n_exits] = np.arange(n_exits)
    return plain._replace(
        row=np.arange(2 * n_targets, dtype=np.int32).reshape(2, n_targets, 1),
        target_shelter=target_shelter,
        shelters=contract.Shelters(
            tables.capacity.astype(np.int32),
            np.ascontiguousarray(1 + order[:, tables.exits].T, dtype=np.int32),
        ),
    )


def _rows(
    tables: Tables, space: contract.Network, cost: Floats, choice: Whole, places: Whole
) -> tuple[npt.NDArray[np.int32], Floats]:
    """Return next links per target, and the cost to each exit, shape (n_exits, n_nodes)."""
    shut = np.zeros((len(tables.links), 2), dtype=bool)
    shut[:, 1] = tables.links["one_way"].to_numpy(dtype=bool)
    walks = graph(space, np.stack([cost, cost], axis=1), shut)
    found = fields(walks, tables.exits)
    safe = to_safety(found, choice)
    passed = fields(walks, places)
    return np.concatenate([safe.link, found.link, passed.link]), found.cost
