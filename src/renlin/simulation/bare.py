"""Run the movement kernel on a network stated bare: nodes, links and persons as tables.

What laboratories and guidelines describe is a corridor, a room, a stair; no community.
The same tables of crowding, the same kernel and the same numbers of the catalogue hold
here as in :func:`renlin.simulation.simulate`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from renlin.catalogue.load import Catalogue, load
from renlin.errors import Fault, Said, SchemeFault, raise_all
from renlin.kernels import contract, movement
from renlin.kernels.outcome import Outcome
from renlin.kernels.plain import no_hazards, plain_entities, plain_legs, plain_routing
from renlin.simulation.bare_tables import Tables, read
from renlin.simulation.crowd import DOOR, LEVEL, NARROW, STAIR, ways
from renlin.simulation.routing import fields, graph, to_safety

Floats = npt.NDArray[np.float64]

KINDS = {"level": LEVEL, "room": LEVEL, "stair": STAIR, "door": DOOR}
BOUNDARIES = {
    "level": "boundary_corridor_wall",
    "room": "boundary_corridor_wall",
    "stair": "boundary_stair_wall",
    "door": "boundary_door",
}
DIAGRAMS = ("level", "stair", "slow_level")
LONGEST, LONGEST_STEP = 1e7, 60.0  # s: what the kernel's clock can count
LEAST = 0.01  # m, m2: two nodes at one place are a way of next to nothing


@dataclass(frozen=True)
class NetworkRun:
    """What happened on a bare network.

    Attributes
    ----------
    persons
        One row per person, in the order given: ``person``, ``group``, ``exit`` reached
        (missing where none), ``exit_time`` and ``departure_time`` in s (NaN where not),
        ``distance`` in m.
    links
        One row per link: ``link``, ``width`` in m, ``max_density`` in persons/m2, ``occupancy`` and
        ``queue`` in person-seconds, ``gridlock`` entries forced by the stuck rule.
    flow
        Persons who left a link at its far end: ``link``, ``direction`` (1 origin to
        target, -1 back), ``time`` (s, start of the bin), ``persons``.
    bin
        Width of a bin, s.
    time
        Seconds simulated.
    """

    persons: pd.DataFrame
    links: pd.DataFrame
    flow: pd.DataFrame
    bin: float
    time: float


def run_network(
    nodes: pd.DataFrame,
    links: pd.DataFrame,
    persons: pd.DataFrame,
    *,
    horizon: float = 3600.0,
    bin: float = 1.0,
    step: float | None = None,
    speed_density: Mapping[str, str] | None = None,
    catalogue: Catalogue | None = None,
) -> NetworkRun:
    """Return how persons walk over a network to their exits.

    Parameters
    ----------
    nodes
        ``node`` (id); optional ``exit`` (true where the way ends) and ``capacity``
        (persons an exit takes; empty: any number).
    links
        ``link``, ``origin``, ``target``, ``length`` (m, along the slope on stairs),
        ``width`` (clear, m); optional ``kind`` (level, room, stair or door; default
        level), ``rises`` (true where a stair climbs from origin to target; default
        false), ``area`` (m2, of a room; default effective width x length), ``boundary``
        (m nobody uses, each side; default of the kind), ``flow`` (persons/(s m) of
        effective width; default of the kind), ``one_way`` (true: origin to target only).
    persons
        ``person``, ``origin`` (node); optional ``exit`` (node; empty: the nearest),
        ``release`` (s; default 0), ``speed`` (m/s on the level; default of an adult),
        ``speed_down``, ``speed_up`` (m/s along the slope; default of an adult, in
        proportion to ``speed``), ``size`` (persons of space; default 1), ``slow`` (true:
        counts into the share of slow walkers), ``group`` (default ``all``).
    horizon
        Seconds simulated at most.
    bin
        Seconds per bin of the flow.
    step
        Seconds per step; default of the catalogue.
    speed_density
        ``level``, ``stair``, ``slow_level`` -> row of ``speed_density.csv``.
    catalogue
        Default the shipped one.

    Raises
    ------
    DataFault
        With every fault of the three tables: columns nobody knows, ids that repeat,
        nodes that are not there, values out of range.
    SchemeFault
        When nobody can get anywhere: no exit at all; when ``horizon``, ``bin`` or ``step`` is
        not above 0, or ``speed_density`` names a way that is none.

    Examples
    --------
    >>> import pandas as pd
    >>> nodes = pd.DataFrame({"node": ["in", "out"], "exit": [False, True]})
    >>> way = {"link": ["way"], "origin": ["in"], "target": ["out"]}
    >>> links = pd.DataFrame({**way, "length": [40.0], "width": [2.0]})
    >>> one = pd.DataFrame({"person": ["p"], "origin": ["in"], "speed": [1.0]})
    >>> float(run_network(nodes, links, one).persons["exit_time"][0])
    40.0
    """
    known = load(None) if catalogue is None else catalogue
    dt = known.number("time_step") if step is None else step
    _check({"horizon": horizon, "bin": bin, "step": dt}, speed_density or {})
    tables = read(nodes, links, persons, known)
    space = _space(tables, known, speed_density or {})
    routing = _routing(tables, space)
    settings = contract.Parameters(
        n_groups=len(tables.groups),
        horizon=horizon,
        dt=dt,
        stuck_time=known.number("stuck_time"),
        minor_share=known.number("counterflow_minor_share"),
        follow_window=known.number("follow_window"),
        retry=known.number("reroute_interval"),
        flow_bin=bin,
        arrival_bin=0.0,
    )
    none = no_hazards(len(tables.links), len(tables.nodes))
    found = movement.run(space, _entities(tables), routing, none, settings)
    return _told(tables, found, settings)


def _check(numbers: Mapping[str, float], chosen: Mapping[str, str]) -> None:
    faults = []
    for name, value in numbers.items():
        top = LONGEST_STEP if name == "step" else LONGEST
        if not 0.0 < value <= top:
            expected = Said(f"大于 0，至多 {top:g}", f"above 0, at most {top:g}")
            faults.append(_fault(name, expected, f"{value:g}"))
    known = ", ".join(DIAGRAMS)
    faults += [
        _fault("speed_density", Said(known, known), name) for name in chosen if name not in DIAGRAMS
    ]
    raise_all(faults, SchemeFault)


def _fault(column: str, expected: Said, got: str) -> Fault:
    remedy = Said("改正后再跑。", "Correct it.")
    return Fault("run_network", expected, Said(got, got), remedy, None, column)


def _space(tables: Tables, catalogue: Catalogue, chosen: Mapping[str, str]) -> contract.Network:
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
        crowd_class=crowd_class.astype(np.int32),
        barrier=np.zeros(len(links), dtype=np.int32),
        rest=np.zeros(len(tables.nodes), dtype=np.int8),
        shelter=shelter,
        crowd=made.crowd,
    )


def _boundaries(catalogue: Catalogue) -> dict[str, float]:
    return {kind: catalogue.number(name) for kind, name in BOUNDARIES.items()}


def _routing(tables: Tables, space: contract.Network) -> contract.Routing:
    """Return the way to the nearest exit (target 0) and to each exit (1, 2, ...)."""
    shut = np.zeros((len(tables.links), 2), dtype=bool)
    shut[:, 1] = tables.links["one_way"].to_numpy(dtype=bool)
    found = fields(graph(space, space.length.astype(np.float64), shut), tables.exits)
    safe = to_safety(found, np.zeros(len(tables.exits), dtype=np.int64))
    cost, rows = found.cost, np.concatenate([safe.link, found.link])
    plain = plain_routing(space, np.ascontiguousarray(rows))
    order = np.argsort(cost, axis=0, kind="stable")
    others = np.vstack([np.full((1, len(tables.exits)), -1), 1 + order[:, tables.exits]])
    return plain._replace(
        target_shelter=np.concatenate([[-1], np.arange(len(tables.exits))]).astype(np.int32),
        shelters=contract.Shelters(
            tables.capacity.astype(np.int32), np.ascontiguousarray(others[1:].T, dtype=np.int32)
        ),
    )


def _entities(tables: Tables) -> contract.Entities:
    people = tables.persons
    n = len(people)
    speed = people[["speed", "speed_down", "speed_up"]].to_numpy(dtype=np.float32)
    legs = plain_legs(people["target"].to_numpy(dtype=np.int32))
    origin = people["origin"].to_numpy(dtype=np.int32)
    release = people["release"].to_numpy(dtype=np.float64)
    order = np.argsort(people["person"].astype(str).to_numpy(), kind="stable")
    rank = np.empty(n, dtype=np.int32)
    rank[order] = np.arange(n)
    size = np.repeat(people["size"].to_numpy(dtype=np.float32)[:, None], 2, axis=1)
    return plain_entities(origin, release, speed, legs)._replace(
        rank=rank,
        slow_members=people["slow"].to_numpy(dtype=np.int32),
        size=size,
        group=people["group"].to_numpy(dtype=np.int32),
    )


def _told(tables: Tables, found: Outcome, settings: contract.Parameters) -> NetworkRun:
    exits = np.array([*tables.nodes["node"].iloc[tables.exits], None], dtype=object)
    groups = np.array(tables.groups, dtype=object)
    persons = pd.DataFrame(
        {
            "person": tables.persons["person"],
            "group": groups[tables.persons["group"].to_numpy(dtype=np.int64)],
            "exit": exits[found.shelter],
            "exit_time": found.exit_time,
            "departure_time": found.departure_time,
            "distance": found.distance,
        }
    )
    links = pd.DataFrame(
        {
            "link": tables.links["link"],
            "width": tables.links["width"],
            "max_density": found.max_density,
            "occupancy": found.occupancy_total,
            "queue": found.queue_total,
            "gridlock": found.gridlock,
        }
    )
    return NetworkRun(
        persons, links, _flow(tables, found, settings), settings.flow_bin,
        found.steps * settings.dt,
    )  # fmt: skip


def _flow(tables: Tables, found: Outcome, settings: contract.Parameters) -> pd.DataFrame:
    link, when = np.nonzero(found.flow)
    names: Any = tables.links["link"].to_numpy()
    return pd.DataFrame(
        {
            "link": names[link >> 1],
            "direction": np.where(link & 1, -1, 1),
            "time": when * settings.flow_bin,
            "persons": found.flow[link, when],
        }
    )
