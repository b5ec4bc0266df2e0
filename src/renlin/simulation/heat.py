"""Let a heat wave make flats too hot: the frail without cooling walk to a cool place."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from renlin.simulation.frames import Frame, Frames
from renlin.simulation.lighting import is_dark
from renlin.simulation.luck import Luck
from renlin.simulation.strike import Site, Strike, known_at_once, no_rescue, one_case

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


class Heat:
    """A day on which flats without cooling pass the limit for those whom heat endangers.

    Each household has cooling with ``cooling_share``, and none where the power is out.
    Whoever is endangered and has none leaves, told by the warning at the start; from
    ``indoor_limit_after`` on (``indoor_limit_after_top`` under the roof) they are unsafe at
    home. Walking in the sun is slower by ``sun_speed``.

    Source: assumptions of the catalogue, marked so.
    """

    def __init__(self, site: Site) -> None:
        self.site = site
        self.usable = np.ones(site.there.n, dtype=bool)
        who, kind = site.who, site.event.kind.code
        self.endangered = who.any_of(who.at_risk[kind] & ~who.spared[kind])
        self.unclear = int(who.unclear[kind].sum())
        self.lanes = np.flatnonzero(site.ground.lanes)

    def strike(self, luck: Luck, earlier: tuple[Strike, ...] = ()) -> Strike:
        """Return what the heat does in the run of ``luck``."""
        site, number = self.site, self.site.event.number
        cooled = luck("household", "cooling") < number("cooling_share")
        for one in earlier:
            if one.powerless is not None:
                cooled &= ~np.append(one.powerless, False)[site.live.building]
        leaves = self.endangered & ~cooled
        shut, tight = known_at_once(site.ground.n_links)
        return Strike(
            hazards=self._frames(leaves).hazards(),
            shut=shut,
            too_tight=tight,
            announced=np.inf,
            leaves=leaves,
            outdoors_leave=False,
            alerts=(one_case(site, 0.0, "heat", felt=False, message=True),),
            rescue=no_rescue(),
            lost=np.zeros(site.who.n, dtype=np.int8),
            counts={
                "households_without_cooling": float((~cooled).sum()),
                "not_known_whether_endangered": float(self.unclear),
            },
        )

    def _frames(self, leaves: Flags) -> Frames:
        site, frames = self.site, Frames(self.site.ground)
        number, live = site.event.number, site.live
        if not is_dark(site):
            frames.put(self.lanes, 0.0, Frame(speed=number("sun_speed")))
        placed = leaves & (live.node >= 0)
        roof = live.floor >= self._storeys()[live.building]
        for under_roof, name in ((False, "indoor_limit_after"), (True, "indoor_limit_after_top")):
            nodes = np.unique(live.node[placed & (roof == under_roof)])
            frames.put(frames.at_nodes(nodes), number(name), Frame(unsafe=True))
        return frames

    def _storeys(self) -> Floats:
        """Return the storeys of every building; unknown: no flat is known to be under the roof."""
        rows = self.site.place["buildings"].set_index("building")["floors"]
        known = rows.reindex(list(self.site.live.buildings))
        storeys = known.to_numpy(dtype=np.float64, na_value=np.inf)
        return np.append(storeys, np.inf)
