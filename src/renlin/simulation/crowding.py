"""Let a crowd that gathered in one space break up at once: visitors leave with residents."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely

from renlin.simulation.frames import Frame, Frames
from renlin.simulation.luck import Luck
from renlin.simulation.strike import Site, Strike, Visitors, known_at_once, no_rescue, one_case

Flags = npt.NDArray[np.bool_]


class Crowding:
    """A gathering of ``visitors`` in the space ``places.space`` takes fright.

    All of them, and residents out of doors, make for the destinations by the main ways
    and after one another. Households at home stay: for them it is no danger. Links of the
    space are unsafe until ``over_after``.

    Source: simulation reference 4.6 for the time to set out; the size of the crowd is the
    scenario's own.
    """

    def __init__(self, site: Site) -> None:
        self.site = site
        self.usable = np.ones(site.there.n, dtype=bool)
        outline = (
            site.place["spaces"].set_index("space").geometry[site.event.scenario.places["space"]]
        )
        nodes = site.ground.walks.nodes
        junction = np.flatnonzero((nodes["kind"] == "junction").to_numpy())
        apart = shapely.distance(shapely.points(nodes.loc[junction, ["x", "y"]]), outline)
        inside = junction[apart <= 0.0]
        self.nodes = inside if len(inside) else junction[[int(apart.argmin())]]
        links = site.ground.walks.links
        lanes = links["table"].isin(["walks", "gates", "spaces"]).to_numpy()
        self.links = np.flatnonzero(lanes & links.intersects(outline).to_numpy())

    def strike(self, luck: Luck, earlier: tuple[Strike, ...] = ()) -> Strike:  # noqa: ARG002
        """Return what the crowd does; where each visitor stands is spread evenly."""
        site, number = self.site, self.site.event.number
        frames = Frames(site.ground)
        frames.put(self.links, 0.0, Frame(unsafe=True))
        frames.put(self.links, number("over_after"))
        n = round(number("visitors"))
        shut, tight = known_at_once(site.ground.n_links)
        case = site.place.catalogue.premovement["crowd"]
        return Strike(
            hazards=frames.hazards(),
            shut=shut,
            too_tight=tight,
            announced=np.inf,
            leaves=np.zeros(len(site.who.households), dtype=bool),
            outdoors_leave=True,
            alerts=(one_case(site, 0.0, "crowd", felt=True, message=False),),
            rescue=no_rescue(),
            lost=np.zeros(site.who.n, dtype=np.int8),
            counts={"visitors": float(n)},
            visitors=(Visitors(np.resize(self.nodes, n), 0.0, case),),
        )
