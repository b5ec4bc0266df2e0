"""Give staff the order of their door round: least time to spare first, where the policy says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import numpy.typing as npt

from renlin.catalogue.load import Catalogue
from renlin.simulation.ensemble import Counter, Seeds, draw_seeds, each
from renlin.simulation.lead_tables import ranks, warned
from renlin.simulation.leads import Leads, leads
from renlin.simulation.observation import Stage
from renlin.simulation.population import Residents

FIRST_SEED = 1_000_000
"""First seed of the runs an order rests on, far above those of any study (1000 at most), so
that no order is ever made from the luck it is tried under."""
LEAD = "lead"


def lead_seeds(who: Residents, catalogue: Catalogue) -> Seeds:
    """Return the luck an order of warning rests on; as many runs as ``warning_runs`` says."""
    n = int(catalogue.number("warning_runs"))
    return draw_seeds(who, catalogue, range(FIRST_SEED, FIRST_SEED + n))


def lead_runs(made: Stage, drawn: Seeds, count: Counter) -> Sequence[Leads]:
    """Return the leads of every seed, in their order."""

    def one(seed: int) -> Leads:
        luck = drawn.luck[seed].also(made.scene.keys)
        return leads(made, drawn.bodies[seed], luck)

    return tuple(each(one, list(drawn.luck), count))


def by_policy(made: Stage, tiers: npt.NDArray[np.float64]) -> Stage:
    """Return the stage with the door round in the order the policy asks for.

    Parameters
    ----------
    tiers
        As :func:`renlin.simulation.lead_tables.ranks` has them.
    """
    site = made.scene.site
    if site.place.policy.door_round_order != LEAD:
        return made
    quiet = Counter("", 0, None)
    drawn = lead_seeds(site.who, site.place.catalogue)
    found = warned(lead_runs(made, drawn, quiet), made.scene)
    ordered = replace(site, rounds=ranks(found, site.who, tiers))
    return replace(made, scene=replace(made.scene, site=ordered))
