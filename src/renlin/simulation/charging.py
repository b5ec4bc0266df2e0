"""Say for which stairwell units a charging shed makes charging indoors needless.

A shed has room for so many e-bikes; those of the nearest units get it first. What is not
known is not counted on: a shed of unknown capacity serves nobody for sure.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from renlin.community import paths
from renlin.community.passage import passage
from renlin.simulation.behaviour import ADULT
from renlin.simulation.destinations import SHUT
from renlin.simulation.strike import Site

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

SHED = "charging_shed"
LEAST_NEED = 1e-9  # e-bikes: what is left by rounding


def served(site: Site) -> Flags:
    """Return which units have room for all their e-bikes in sheds near enough, per entrance.

    Near enough is the ``walk_limit`` of the kind for an adult from the street door. A unit
    needs ``ebikes_per_household`` times its households; units that nobody lives in need
    nothing and are not served. The nearest pair of unit and shed is settled first, so that
    one more shed, or a larger one, never takes room from a unit that had it.
    """
    live, number = site.live, site.place.catalogue.number
    housed = live.entrance[live.entrance >= 0]
    need = np.bincount(housed, minlength=len(live.entrances)) * number("ebikes_per_household")
    lived_in = need > 0
    room, seconds = _sheds(site)
    limit = site.place.catalogue.facilities[SHED].walk_limit
    near = seconds <= (np.inf if limit is None else limit.value)
    near &= np.isfinite(seconds) & lived_in[None]
    pairs = sorted((seconds[s, u], u, s) for s, u in zip(*np.nonzero(near), strict=True))
    for _, unit, shed in pairs:
        taken = min(need[unit], room[shed])
        need[unit] -= taken
        room[shed] -= taken
    return np.asarray(lived_in & (need <= LEAST_NEED))


def _sheds(site: Site) -> tuple[Floats, Floats]:
    """Return the room of each shed in use, and seconds from each street door, (n, n_units)."""
    walks, catalogue = site.ground.walks, site.place.catalogue
    rows = site.place["facilities"]
    use = (rows["kind"] == SHED) & ~rows["state"].isin(SHUT) & rows["capacity"].notna()
    sheds = rows[use.to_numpy(dtype=bool)].sort_values("facility", kind="stable")
    keys = [("facilities", str(name)) for name in sheds["facility"]]
    kept = np.array([key in walks.node_of for key in keys], dtype=bool)
    nodes = [walks.node_of[key] for key in keys if key in walks.node_of]
    adult = catalogue.classes[ADULT]
    walked = paths.graph(walks, passage(walks, adult, catalogue, view="optimistic"))
    found = np.full((len(nodes), len(site.live.entrances)), np.inf)
    doors = [walks.node_of.get(("entrances", unit), -1) for unit in site.live.entrances]
    there = np.array(doors, dtype=np.int64) >= 0
    found[:, there] = paths.times_to(walked, nodes)[:, np.array(doors, dtype=np.int64)[there]]
    return sheds["capacity"].to_numpy(dtype=np.float64)[kept], found
