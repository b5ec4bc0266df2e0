"""Let a building burn and the fire go from house to house where houses burn."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import shapely
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from renlin.kernels.codes import CAUGHT_TURN_BACK
from renlin.simulation.frames import Frame, Frames
from renlin.simulation.luck import Luck
from renlin.simulation.rescue import BY_ENGINE, delay
from renlin.simulation.strike import Alert, Rescue, Site, Strike, indoors, near

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
MINUTE = 60.0
SOONEST = 1e-6  # s: a sparse graph knows no edge of nothing


class BuildingFire:
    """The building ``places.building`` burns; timber rows pass the fire on.

    The fire reaches the next building after Hamada's time for its side, the gap between
    them and the wind; concrete and brick neither pass it on nor take it. Whatever has not
    caught when the first water is on stays sound. A burning building can be left until
    ``tenable_time`` after it caught; lanes within ``flame_reach`` then close.

    Source: hamada; simulation reference 5.2.
    """

    def __init__(self, site: Site) -> None:
        self.site = site
        number, live = site.event.number, site.live
        self.usable = np.ones(site.there.n, dtype=bool)
        self.first = live.buildings.index(site.event.scenario.places["building"])
        self.water = (
            number("detection")
            + number("fire_service_notice")
            + number("fire_service_turnout")
            + number("fire_service_arrival")
            + delay(site, BY_ENGINE, np.flatnonzero(live.of_entrance == self.first))
            + number("first_water")
        )
        caught = ignition(site, self.first)
        self.caught = np.where(caught < self.water, caught, np.inf)
        self.caught[self.first] = 0.0
        self.does = self._strike()

    def strike(self, luck: Luck, earlier: tuple[Strike, ...] = ()) -> Strike:  # noqa: ARG002
        """Return what the fire does; it is the same in every run."""
        return self.does

    def _strike(self) -> Strike:
        site, number = self.site, self.site.event.number
        burns = np.isfinite(self.caught)
        frames = Frames(site.ground)
        shut = self._lanes(frames)
        self._houses(frames)
        outline = shapely.union_all(self._outlines()[burns])
        called = near(site, site.live.buildings, outline, number("leave_radius")) | burns
        arrival = self.water - number("first_water")
        return Strike(
            hazards=frames.hazards(),
            shut=np.repeat(shut[:, None], 2, axis=1),
            too_tight=np.zeros(site.ground.n_links, dtype=bool),
            announced=number("detection"),
            leaves=np.append(called, False)[site.live.building],
            outdoors_leave=False,
            alerts=(self._alert(),),
            rescue=Rescue(arrival, number("search_per_floor"), -1),
            lost=np.zeros(site.who.n, dtype=np.int8),
            counts={"buildings_burning": float(burns.sum()), "water": self.water},
            powerless=burns,
        )

    def _alert(self) -> Alert:
        site, cases = self.site, self.site.place.catalogue.premovement
        n, here = len(site.who.households), site.live.building == self.first
        return Alert(
            time=np.full(n, site.event.number("detection")),
            felt=here,
            alarm=np.zeros(n, dtype=bool),
            message=True,
            case=np.where(here, 0, 1),
            cases=(cases["fire_same_stair"], cases["fire_other_stair"]),
            delay=np.zeros(n),
        )

    def _outlines(self) -> npt.NDArray[np.object_]:
        rows = self.site.place["buildings"].set_index("building").geometry
        return np.asarray(rows.reindex(list(self.site.live.buildings)).to_numpy())

    def _houses(self, frames: Frames) -> None:
        """Close the insides of burning buildings, unsafe from the start of their fire."""
        site, tenable = self.site, self.site.event.number("tenable_time")
        for unit, are_nodes in zip(indoors(site), (False, True), strict=True):
            when = np.where(unit >= 0, self.caught[site.live.of_entrance[unit]], np.inf)
            for time in np.unique(when[np.isfinite(when)]):
                inside = np.flatnonzero(when == time)
                inside = frames.at_nodes(inside) if are_nodes else inside
                frames.put(inside, float(time), Frame(unsafe=True))
                lost = Frame(closed=3, caught=int(CAUGHT_TURN_BACK), unsafe=True)
                frames.put(inside, float(time) + tenable, lost)

    def _lanes(self, frames: Frames) -> Flags:
        """Close the lanes beside burning buildings; return which."""
        site, number = self.site, self.site.event.number
        links = site.ground.walks.links
        lane = site.ground.lanes
        closes = np.full(site.ground.n_links, np.inf)
        outlines = self._outlines()
        for building in np.flatnonzero(np.isfinite(self.caught)):
            close = links.distance(outlines[building]).to_numpy() <= number("flame_reach")
            when = self.caught[building] + number("tenable_time")
            closes[lane & close] = np.minimum(closes[lane & close], when)
        for time in np.unique(closes[np.isfinite(closes)]):
            rows = np.flatnonzero(closes == time)
            flames = Frame(closed=3, caught=int(CAUGHT_TURN_BACK), unsafe=True)
            frames.put(rows, float(time), flames)
        return np.asarray(np.isfinite(closes))


def ignition(site: Site, first: int) -> Floats:
    """Return when each building catches fire if ``first`` burns from second 0; inf: never.

    The soonest over all chains of buildings that pass fire on, each link by Hamada's time.
    """
    rows = site.place["buildings"].set_index("building").reindex(list(site.live.buildings))
    kinds = site.place.catalogue.structures
    burns = np.array(
        [
            kinds[str(name)].spreads_fire if str(name) in kinds else False
            for name in rows["structure"]
        ]
    )
    shapes = rows.geometry.to_numpy()
    source, target = np.nonzero(burns[:, None] & burns[None, :] & ~np.eye(len(rows), dtype=bool))
    gap = shapely.distance(shapes[source], shapes[target])
    near_enough = gap <= site.event.number("spread_reach")
    source, target, gap = source[near_enough], target[near_enough], gap[near_enough]
    side = np.sqrt(shapely.area(shapes))[source]
    centre = shapely.get_coordinates(shapely.centroid(shapes))
    heading = centre[target] - centre[source]
    takes = MINUTE * hamada(side, gap, _along_wind(site, heading), site.event.number("wind"))
    takes = np.maximum(takes / site.event.number("spread_rate"), SOONEST)
    ways = csr_array((takes, (source, target)), shape=(len(rows), len(rows)))
    return np.asarray(dijkstra(ways, indices=first))


def _along_wind(site: Site, heading: Floats) -> Floats:
    """Return the cosine between each heading and the way the wind blows."""
    comes_from = np.deg2rad(site.event.number("wind_from"))
    blows = -np.array([np.sin(comes_from), np.cos(comes_from)])
    length = np.maximum(np.hypot(heading[:, 0], heading[:, 1]), SOONEST)
    return np.asarray(heading @ blows / length)


def hamada(side: Floats, gap: Floats, along: Floats, wind: float) -> Floats:
    """Return the minutes a fire takes to the next timber building.

    Downwind ``(3 + 0.375 a + 8 d / (25 + 2.5 V)) / (1.5 (1 + 0.1 V + 0.007 V^2))``, across
    the wind ``(3 + 0.375 a + 8 d / (5 + 0.25 V)) / (1 + 0.005 V^2)``, against it
    ``(3 + 0.375 a + 8 d / (5 + 0.2 V)) / (1 + 0.002 V^2)``; between them the speeds go over
    into each other as an ellipse.

    Parameters
    ----------
    side, gap
        Side length a and separation d, m.
    along
        Cosine between the way to the next building and that of the wind.
    wind
        Wind speed V, m/s.

    Source: hamada.
    """
    base = 3.0 + 0.375 * side
    times = (
        (base + 8.0 * gap / (25.0 + 2.5 * wind)) / (1.5 * (1.0 + 0.1 * wind + 0.007 * wind**2)),
        (base + 8.0 * gap / (5.0 + 0.25 * wind)) / (1.0 + 0.005 * wind**2),
        (base + 8.0 * gap / (5.0 + 0.2 * wind)) / (1.0 + 0.002 * wind**2),
    )
    down, across, up = ((side + gap) / time for time in times)
    eccentric = (down - across) / down
    half = down**2 / (2.0 * down - across)
    with_it = half * (1.0 - eccentric**2) / (1.0 - eccentric * along)
    against = across * up / np.sqrt(up**2 * (1.0 - along**2) + across**2 * along**2)
    speed = np.where(along >= 0, with_it, against)
    return np.asarray((side + gap) / speed)
