"""Cut the power: dark stairs and lanes, silent loudspeakers, devices on their battery."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from renlin.simulation.frames import Frame, Frames
from renlin.simulation.population import asleep
from renlin.simulation.strike import Site, Strike, known_at_once, no_rescue, one_case

Flags = npt.NDArray[np.bool_]


def power_cut(site: Site) -> Strike:
    """Return what a power cut of the buildings in ``places``, or of all, does.

    Stairs without emergency light are dark in the buildings concerned, and, where all are,
    lanes at night too. Loudspeakers on the mains fall silent. Households with somebody on a
    powered device leave for a place with power, unless a backup is surely there; from
    ``battery`` on they are unsafe at home. Their device tells them even asleep.

    Source: simulation reference 4.1 for darkness; the battery is an assumption of the
    catalogue.
    """
    number, who = site.event.number, site.who
    out = _concerned(site)
    kind = site.event.kind.code
    needs = who.any_of(who.at_risk[kind] & ~who.spared[kind])
    leaves = needs & np.append(out, False)[site.live.building]
    frames = Frames(site.ground)
    nodes = np.unique(site.live.node[leaves & (site.live.node >= 0)])
    frames.put(frames.at_nodes(nodes), number("battery"), Frame(unsafe=True))
    shut, tight = known_at_once(site.ground.n_links)
    awake = not asleep(site.place.catalogue, site.event.scenario.hour)
    alert = one_case(site, 0.0, "power_cut", felt=awake, message=True)
    whole = bool(out.all())
    return Strike(
        hazards=frames.hazards(),
        shut=shut,
        too_tight=tight,
        announced=np.inf,
        leaves=leaves,
        outdoors_leave=False,
        alerts=(alert._replace(felt=alert.felt | leaves),),
        rescue=no_rescue(),
        lost=np.zeros(who.n, dtype=np.int8),
        counts={
            "buildings_without_power": float(out.sum()),
            "on_devices": float(leaves.sum()),
            "not_known_whether_on_devices": float(who.unclear[kind].sum()),
        },
        powerless=out,
        lamps_out=whole,
        silenced=frozenset({"loudspeaker"}) if whole else frozenset(),
    )


def _concerned(site: Site) -> Flags:
    """Return the buildings that lose power: those named, all when none is."""
    named = set(site.event.scenario.places.values())
    if not named:
        return np.ones(len(site.live.buildings), dtype=bool)
    return np.array([name in named for name in site.live.buildings], dtype=bool)
