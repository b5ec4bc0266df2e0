"""Draw whether the fire of a scenario starts at all, from what inspections found and closed.

A fire is given in a scenario: without more, every run has it. Where ``ignition_drawn`` of
``stair_fire`` is set, every run draws whether it starts, so that putting a finding right
acts on what it is about, and so does a shed to charge e-bikes in.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from renlin.simulation.charging import SHED, served
from renlin.simulation.fire import stair_fire
from renlin.simulation.frames import Frames
from renlin.simulation.luck import Luck
from renlin.simulation.strike import Rescue, Site, Strike

CHARGING = "ebike_charging"
"""Kind of finding that a charging shed makes needless."""
FACTOR = "ignition_factor_"
"""Parameter of a kind of finding: what is left of the chance of fire once it is put right."""


class StairFire:
    """A fire in a stair: given, or, with ``ignition_drawn``, started by the draw of each run.

    The fire starts when the draw of the run, the same under every scheme, is below
    :func:`chance`. A scheme that puts more right, or adds sheds, thins out the fires of one
    that does less: it never has a fire the other has not.
    """

    def __init__(self, site: Site) -> None:
        self.usable = np.ones(site.there.n, dtype=bool)
        self.burns = stair_fire(site)
        self.given = site.event.number("ignition_drawn") < 1.0
        self.share = 1.0 if self.given else chance(site)
        self.quiet = _nothing(site, self.burns)

    def strike(self, luck: Luck, earlier: tuple[Strike, ...] = ()) -> Strike:  # noqa: ARG002
        """Return what the fire does in the run of ``luck``: all of it, or nothing."""
        if self.given:
            return self.burns
        starts = bool(luck("event", "ignition")[0] < self.share)
        found = self.burns if starts else self.quiet
        return replace(found, counts={**found.counts, "fires": float(starts)})


def chance(site: Site) -> float:
    """Return the chance that the fire starts, against a place with every finding open.

    The product of ``ignition_factor_<kind>`` over the kinds of finding at the unit or its
    building that are all put right; 1 when none is. A kind without such a parameter does
    not count. So a kind put right before the survey counts too. Charging indoors that is not
    put right counts ``1 - charging_shed_used (1 - factor)`` where sheds have room for the
    e-bikes of every unit it was found in, see :func:`renlin.simulation.charging.served`.

    Source: ranges of the strategy catalogue, for sweeps and not evidence.
    """
    rows = _findings(site)
    left = rows[rows["closed_on"].isna()]
    closed = set(rows["kind"]) - set(left["kind"])
    parameters = site.place.catalogue.parameters
    factors = [parameters[FACTOR + kind].value for kind in closed if FACTOR + kind in parameters]
    if CHARGING in set(left["kind"]) and _by_sheds(site, left[left["kind"] == CHARGING]):
        used = site.place.catalogue.number("charging_shed_used")
        factors.append(1.0 - used * (1.0 - parameters[FACTOR + CHARGING].value))
    return float(np.prod(sorted(factors)))


def _by_sheds(site: Site, charged: pd.DataFrame) -> bool:
    """Return whether sheds serve every unit in which charging was found, and all of a house's.

    Of a finding at a house nobody knows in which of its units: all of them with residents.
    """
    if SHED not in set(site.place["facilities"]["kind"]):
        return False
    live, have_room = site.live, served(site)
    units = {str(place) for place in charged.loc[charged["place_table"] == "entrances", "place"]}
    houses = set(charged.loc[charged["place_table"] == "buildings", "place"].astype(str))
    lived_in = np.isin(np.arange(len(live.entrances)), live.entrance)
    mine = np.array(
        [
            unit in units or (lives and live.buildings[int(house)] in houses)
            for unit, house, lives in zip(live.entrances, live.of_entrance, lived_in, strict=True)
        ]
    )
    return bool(mine.any() and have_room[mine].all())


def _findings(site: Site) -> pd.DataFrame:
    """Return the findings at the unit of the fire and at its building."""
    unit = site.event.scenario.places["entrance"]
    rows, live = site.place["hazards"], site.live
    building = live.buildings[int(live.of_entrance[live.entrances.index(unit)])]
    at_unit = (rows["place_table"] == "entrances") & (rows["place"] == unit)
    at_house = (rows["place_table"] == "buildings") & (rows["place"] == building)
    return rows[at_unit | at_house]


def _nothing(site: Site, made: Strike) -> Strike:
    """Return a run without the fire: nobody is told, nobody leaves, all are safe at home."""
    n = len(site.who.households)
    silence = made.alerts[0]._replace(
        time=np.full(n, np.inf),
        felt=np.zeros(n, dtype=bool),
        alarm=np.zeros(n, dtype=bool),
        message=False,
        loudspeaker=False,
    )
    return replace(
        made,
        hazards=Frames(site.ground).hazards(),
        announced=np.inf,
        leaves=np.zeros(n, dtype=bool),
        alerts=(silence,),
        rescue=Rescue(np.inf, 0.0, -1),
        powerless=None,
        counts={},
    )
