"""Let gas leak in one unit: a cordon leaves, and nobody walks towards the leak."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely

from renlin.simulation.frames import Frame, Frames
from renlin.simulation.luck import Luck, sample
from renlin.simulation.rescue import BY_AMBULANCE, delay
from renlin.simulation.strike import Alert, Rescue, Site, Strike, near_facilities

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


class LocalIncident:
    """A leak in the unit ``places.entrance``; every run draws when it is smelt.

    Units whose door lies within ``cordon_radius`` leave, told at the door: no telephone
    indoors. From the order on, ways within ``lane_radius`` may be walked away from the
    leak, not towards it, until ``clear_after``.

    Source: simulation reference 5.6; rong_inequality.
    """

    def __init__(self, site: Site) -> None:
        doors = site.place["entrances"].set_index("entrance").geometry
        self.source = doors[site.event.scenario.places["entrance"]]
        self.site = site
        self.usable = ~near_facilities(site, self.source, site.event.number("cordon_radius"))
        apart = doors.reindex(list(site.live.entrances)).distance(self.source).to_numpy()
        self.cordoned = apart <= site.event.number("cordon_radius")
        self.towards = self._towards()
        self.inside = delay(site, BY_AMBULANCE, np.array([self._unit]))

    def _towards(self) -> Flags:
        """Return the directed links near the leak that lead towards it, shape (n_links, 2)."""
        walks = self.site.ground.walks
        at = shapely.points(walks.nodes[["x", "y"]].to_numpy())
        apart = shapely.distance(at, self.source)
        links = walks.links
        lanes = self.site.ground.lanes
        close = links.distance(self.source).to_numpy() <= self.site.event.number("lane_radius")
        tail, head = (apart[links[end].to_numpy()] for end in ("origin", "target"))
        found: Flags = (lanes & close)[:, None] & np.stack([head < tail, tail < head], axis=1)
        return found

    def strike(self, luck: Luck, earlier: tuple[Strike, ...] = ()) -> Strike:  # noqa: ARG002
        """Return what the leak does in the run of ``luck``."""
        site, number = self.site, self.site.event.number
        smelt = float(sample(site.event.value("notice"), luck("event", "notice"))[0])
        told = smelt + number("dispatch")
        return Strike(
            hazards=self._frames(told).hazards(),
            shut=self.towards,
            too_tight=np.zeros(site.ground.n_links, dtype=bool),
            announced=told,
            leaves=np.append(self.cordoned, False)[site.live.entrance],
            outdoors_leave=False,
            alerts=(self._alert(smelt, told),),
            rescue=Rescue(smelt + number("responder_arrival") + self.inside, 0.0, self._unit),
            lost=np.zeros(site.who.n, dtype=np.int8),
            counts={"smelt": smelt, "cordoned_units": float(self.cordoned.sum())},
        )

    @property
    def _unit(self) -> int:
        return self.site.live.entrances.index(self.site.event.scenario.places["entrance"])

    def _alert(self, smelt: float, told: float) -> Alert:
        site = self.site
        same = site.live.entrance == self._unit
        n = len(site.who.households)
        return Alert(
            time=np.where(same, smelt, told),
            felt=same,
            alarm=np.zeros(n, dtype=bool),
            message=False,
            case=np.zeros(n, dtype=np.int64),
            cases=(site.place.catalogue.premovement["local_incident"],),
            delay=np.zeros(n),
        )

    def _frames(self, told: float) -> Frames:
        site, frames = self.site, Frames(self.site.ground)
        cleared = site.event.number("clear_after")
        code = self.towards[:, 0] + 2 * self.towards[:, 1]
        links = np.flatnonzero(code > 0)
        if told < cleared:
            frames.put(links, told, Frame(closed=code[links], unsafe=True))
            frames.put(links, cleared)
        inside = np.append(self.cordoned, False)[site.live.entrance] & (site.live.node >= 0)
        nodes = frames.at_nodes(np.unique(site.live.node[inside]))
        frames.put(nodes, 0.0, Frame(unsafe=True))
        frames.put(nodes, cleared)
        return frames
