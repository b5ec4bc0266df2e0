"""Let one building give way: cracks are heard, people are told, then it falls."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from renlin.simulation.earthquake import COLLAPSED, bury, rubble, strew
from renlin.simulation.frames import Frame, Frames
from renlin.simulation.luck import Luck, sample
from renlin.simulation.rescue import BY_ENGINE, delay
from renlin.simulation.strike import Alert, Rescue, Site, Strike, near, near_facilities

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


class Collapse:
    """The building ``places.building`` falls ``warned`` seconds after its cracks are noticed.

    Its residents and those within ``cordon_radius`` leave. Who is still inside when it
    falls is lost; rubble by height covers the lanes beside it, as in an earthquake.

    Source: debris2020 for rubble; simulation reference 5.4, 5.6.
    """

    def __init__(self, site: Site) -> None:
        self.site = site
        live = site.live
        self.building = live.buildings.index(site.event.scenario.places["building"])
        rows = site.place["buildings"].set_index("building").reindex(list(live.buildings))
        outline = rows.geometry.iloc[self.building]
        self.cordoned = near(site, live.buildings, outline, site.event.number("cordon_radius"))
        self.cordoned[self.building] = True
        fallen = rubble(site, rows)
        mine = fallen.building == self.building
        self.covered = np.bincount(
            fallen.link[mine], fallen.covered[mine], minlength=site.ground.n_links
        ).astype(np.float64)
        self.usable = ~near_facilities(site, outline, site.event.number("cordon_radius"))
        self.inside = delay(site, BY_ENGINE, np.flatnonzero(live.of_entrance == self.building))

    def strike(self, luck: Luck, earlier: tuple[Strike, ...] = ()) -> Strike:  # noqa: ARG002
        """Return what the collapse does in the run of ``luck``."""
        site, number = self.site, self.site.event.number
        seen = float(sample(site.event.value("notice"), luck("event", "cracks"))[0])
        falls = seen + number("warned")
        frames = Frames(site.ground)
        quake = site.place.catalogue.scenarios["earthquake"].parameters
        shut, tight = strew(
            frames, site.ground.width, self.covered, lambda name: quake[name].value,
            time=falls, unsafe=True,
        )  # fmt: skip
        inside = site.live.of_entrance == self.building
        bury(frames, site, inside, falls)
        home = site.live.building == self.building
        nodes = np.unique(site.live.node[home & (site.live.node >= 0)])
        frames.put(frames.at_nodes(nodes), 0.0, Frame(unsafe=True))
        return Strike(
            hazards=frames.hazards(),
            shut=np.repeat(shut[:, None], 2, axis=1),
            too_tight=tight,
            announced=falls,
            leaves=np.append(self.cordoned, False)[site.live.building],
            outdoors_leave=False,
            alerts=(self._alert(seen, home),),
            rescue=Rescue(seen + number("responder_arrival") + self.inside, 0.0, -1),
            lost=np.where(home[site.who.household], COLLAPSED, 0).astype(np.int8),
            lost_from=falls,
            fallen=np.arange(len(site.live.buildings)) == self.building,
            counts={"falls": falls, "lanes_blocked": float(shut.sum())},
        )

    def _alert(self, seen: float, home: Flags) -> Alert:
        site = self.site
        n = len(site.who.households)
        return Alert(
            time=np.where(home, seen, seen + site.event.number("dispatch")),
            felt=home,
            alarm=np.zeros(n, dtype=bool),
            message=True,
            case=np.zeros(n, dtype=np.int64),
            cases=(site.place.catalogue.premovement["local_incident"],),
            delay=np.zeros(n),
        )
