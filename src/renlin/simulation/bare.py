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
from renlin.kernels.plain import no_hazards
from renlin.simulation.bare_people import moving
from renlin.simulation.bare_tables import Tables, read
from renlin.simulation.bare_ways import routes, spaces

Whole = npt.NDArray[np.int64]

DIAGRAMS = ("level", "stair", "slow_level")
LONGEST, LONGEST_STEP = 1e7, 60.0  # s: what the kernel's clock can count
MOST_CELLS = 200_000_000  # of the table of flows: bins x directed links


@dataclass(frozen=True)
class NetworkRun:
    """What happened on a bare network.

    Attributes
    ----------
    persons
        One row per person, in the order given: ``person``, ``group``, ``exit`` reached
        (missing where none), ``release``, ``departure_time`` and ``exit_time`` in s (NaN
        where not), ``distance`` in m.
    links
        One row per link: ``link``, ``length`` and ``width`` in m, ``area`` in m2,
        ``max_density`` in persons/m2, ``occupancy`` and ``queue`` in person-seconds,
        ``gridlock`` entries forced by the stuck rule.
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
        ``node`` (id); optional ``exit`` (true where the way ends), ``capacity``
        (persons an exit takes; empty: any number) and ``known`` (false: an exit that only
        those use who know the place; default true).
    links
        ``link``, ``origin``, ``target``, ``length`` (m, along the slope on stairs),
        ``width`` (clear, m); optional ``kind`` (level, room, stair or door; default
        level), ``rises`` (true where a stair climbs from origin to target; default
        false), ``area`` (m2, of a room; default effective width x length), ``boundary``
        (m nobody uses, each side; default of the kind), ``flow`` (persons/(s m) of
        effective width; default of the kind), ``one_way`` (true: origin to target only),
        ``main`` (false: a side way, which those who do not know the place avoid; default
        true).
    persons
        ``person``, ``origin`` (node); optional ``exit`` (node; empty: the nearest),
        ``release`` (s; default 0), ``speed`` (m/s on the level; default of an adult),
        ``speed_down``, ``speed_up`` (m/s along the slope; default of an adult, in
        proportion to ``speed``), ``size`` (persons of space; default 1), ``slow`` (true:
        counts into the share of slow walkers), ``group`` (default ``all``), ``party`` (who
        share it walk as one: at the speed of the slowest, in the room of all; they start
        and go alike), ``body`` (m; a narrower way does not let it through; default 0: can
        turn sideways), ``familiar`` (false: does not know the place; default true), ``via``
        (nodes passed on the way, in order, with ``;`` between them).

        Each table may have a ``note``, which nobody reads.
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
    _check({"horizon": horizon, "bin": bin, "step": dt}, speed_density or {}, known)
    tables = read(nodes, links, persons, known)
    _check_size(len(tables.links), horizon, bin)
    places = _places(tables)
    space = spaces(tables, known, speed_density or {})
    routing = routes(tables, space, places, known)
    who = moving(tables, places, known)
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
    found = movement.run(space, who.entities, routing, none, settings)
    return _told(tables, space, found, who.of, settings)


def check_network(
    nodes: pd.DataFrame,
    links: pd.DataFrame,
    persons: pd.DataFrame,
    *,
    horizon: float,
    bin: float,
    speed_density: Mapping[str, str],
    catalogue: Catalogue,
) -> None:
    """Raise what :func:`run_network` would raise for the same arguments, without running.

    Raises
    ------
    DataFault, SchemeFault
        As :func:`run_network`.
    """
    dt = catalogue.number("time_step")
    _check({"horizon": horizon, "bin": bin, "step": dt}, speed_density, catalogue)
    _check_size(len(read(nodes, links, persons, catalogue).links), horizon, bin)


def _places(tables: Tables) -> Whole:
    """Return the nodes somebody passes on the way, ascending."""
    passed = {node for nodes in tables.persons["via"] for node in nodes}
    return np.array(sorted(passed), dtype=np.int64)


def _check_size(n_links: int, horizon: float, bin: float) -> None:
    most = MOST_CELLS / (2 * n_links)
    if horizon / bin > most:
        expected = Said(
            f"至少 {horizon / most:g}（horizon 分成的段太多）",
            f"at least {horizon / most:g}, else the horizon has too many bins",
        )
        raise SchemeFault(_fault("bin", expected, f"{bin:g}"))


def _check(numbers: Mapping[str, float], chosen: Mapping[str, str], catalogue: Catalogue) -> None:
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
    codes = ", ".join(catalogue.speed_density)
    faults += [
        _fault(f"speed_density.{name}", Said(codes, codes), code)
        for name, code in chosen.items()
        if code not in catalogue.speed_density
    ]
    raise_all(faults, SchemeFault)


def _fault(column: str, expected: Said, got: str) -> Fault:
    remedy = Said("改正后再跑。", "Correct it.")
    return Fault("run_network", expected, Said(got, got), remedy, None, column)


def _told(
    tables: Tables,
    space: contract.Network,
    found: Outcome,
    of: Whole,
    settings: contract.Parameters,
) -> NetworkRun:
    exits = np.array([*tables.nodes["node"].iloc[tables.exits], None], dtype=object)
    groups = np.array(tables.groups, dtype=object)
    persons = pd.DataFrame(
        {
            "person": tables.persons["person"],
            "group": groups[tables.persons["group"].to_numpy(dtype=np.int64)],
            "exit": exits[found.shelter[of]],
            "release": tables.persons["release"],
            "exit_time": found.exit_time[of],
            "departure_time": found.departure_time[of],
            "distance": found.distance[of],
        }
    )
    links = pd.DataFrame(
        {
            "link": tables.links["link"],
            "length": tables.links["length"],
            "width": tables.links["width"],
            "area": space.area.astype(np.float64),
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
