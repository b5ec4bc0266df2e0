"""Let several events strike in one run: each acts, and each meets what earlier ones did.

A scenario's events come in order. Every one keeps its own mechanism, luck and clock; what
they do is laid together here. With one event alone nothing is changed, so that switching
all others off gives exactly that event.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from renlin.kernels import contract
from renlin.simulation.aftershock import Aftershock
from renlin.simulation.collapse import Collapse
from renlin.simulation.crowding import Crowding
from renlin.simulation.earthquake import Earthquake
from renlin.simulation.event import Event
from renlin.simulation.flood import flood
from renlin.simulation.frames import Frame, Frames
from renlin.simulation.gas import LocalIncident
from renlin.simulation.heat import Heat
from renlin.simulation.ignition import StairFire
from renlin.simulation.lighting import Lighting, darkness, lighting
from renlin.simulation.luck import Luck
from renlin.simulation.overlay import later, overlaid
from renlin.simulation.power import power_cut
from renlin.simulation.spread import BuildingFire
from renlin.simulation.strike import Alert, Mechanism, Rescue, Site, Strike, indoors, settled

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

MAKERS: Mapping[str, Callable[[Site], Mechanism]] = {
    "stair_fire": StairFire,
    "building_fire": BuildingFire,
    "earthquake": Earthquake,
    "aftershock": Aftershock,
    "flood": lambda site: settled(site, flood(site)),
    "local_incident": LocalIncident,
    "collapse": Collapse,
    "crowding": Crowding,
    "power_cut": lambda site: settled(site, power_cut(site)),
    "heat": Heat,
}


@dataclass(frozen=True)
class Blows:
    """The events of one scenario, ready to strike in any run.

    Attributes
    ----------
    site
        The site with the destinations that are of use in every event.
    light
        Where it is dark.
    shut_at_first
        Ways into grounds that must be opened.
    mechanisms
        Each event with how it strikes.
    """

    site: Site
    light: Lighting
    shut_at_first: contract.Hazards
    mechanisms: tuple[tuple[Event, Mechanism], ...]

    def strike(self, luck: Luck) -> Strike:
        """Return what the events do together in the run of ``luck``."""
        strikes: list[Strike] = []
        for event, mechanism in self.mechanisms:
            own = mechanism.strike(luck, tuple(strikes))
            strikes.append(_begun(self.site, self.light, own, event.after))
        return _opened(_together(strikes, self.mechanisms), self.shut_at_first)


def blows(site: Site, events: Sequence[Event]) -> Blows:
    """Return the events of a scenario at ``site``, whose destinations fit them all."""
    made = tuple((event, MAKERS[event.mechanism](replace(site, event=event))) for event in events)
    usable = np.ones(site.there.n, dtype=bool)
    for _, mechanism in made:
        usable &= mechanism.usable
    left = replace(site, there=site.there.only(usable))
    return Blows(left, lighting(site), opening(left), made)


def opening(site: Site) -> contract.Hazards:
    """Return the ways into grounds, shut until somebody has opened them."""
    frames = Frames(site.ground)
    links = site.ground.walks.links
    for name, opens in zip(site.there.facilities, site.there.opens, strict=True):
        if opens > 0:
            mine = (links["table"] == "facilities") & (links["place"] == name)
            ways = np.flatnonzero(mine.to_numpy())
            frames.put(ways, 0.0, Frame(closed=3))
            frames.put(ways, opens)
    return frames.hazards()


def _opened(strike: Strike, shut: contract.Hazards) -> Strike:
    return replace(strike, hazards=overlaid([shut, strike.hazards])) if len(shut.time) else strike


def _begun(site: Site, light: Lighting, own: Strike, after: float) -> Strike:
    """Return what an event does, by the clock of the scenario it begins in at ``after``.

    Darkness and rubble that come later are keyframes on speed; from the start on they are
    longer ways.
    """
    if after == 0.0:
        return own
    frames = _slowed_later(site, light, own)
    alerts = tuple(
        alert._replace(time=alert.time + after, start=alert.start + after) for alert in own.alerts
    )
    return replace(
        own,
        hazards=later(overlaid([own.hazards, frames.hazards()]), after),
        announced=own.announced + after,
        alerts=alerts,
        rescue=own.rescue._replace(arrival=own.rescue.arrival + after),
        lost_from=own.lost_from + after,
        powerless=None,
        lamps_out=False,
        longer=None,
        unsafe_inside=None,
    )


def _slowed_later(site: Site, light: Lighting, own: Strike) -> Frames:
    """Return the keyframes of what is dark, strewn or unsafe from the event on."""
    frames = Frames(site.ground)
    dark = np.ones(site.ground.n_links)
    always = darkness(light, None, lamps_out=False)
    now = darkness(light, own.powerless, lamps_out=own.lamps_out)
    for before, links, slow in zip(always, now, (light.dark_stair, light.dark_lane), strict=True):
        dark[np.setdiff1d(links, before)] = slow
    longer = dark if own.longer is None else dark * own.longer
    inside = np.zeros(site.ground.n_links, dtype=bool)
    nodes = np.zeros(site.ground.n_nodes, dtype=bool)
    if own.unsafe_inside is not None:
        unit = np.append(own.unsafe_inside[site.live.of_entrance], False)
        inside, nodes = (unit[of] for of in indoors(site))
    touched = np.flatnonzero((longer != 1.0) | inside)
    for unsafe in (False, True):
        links = touched[inside[touched] == unsafe]
        frames.put(links, 0.0, Frame(speed=1.0 / longer[links], unsafe=unsafe))
    frames.put(frames.at_nodes(np.flatnonzero(nodes)), 0.0, Frame(unsafe=True))
    return frames


def _together(strikes: Sequence[Strike], mechanisms: Sequence[tuple[Event, Mechanism]]) -> Strike:
    """Return all strikes as one."""
    if len(strikes) == 1:
        return strikes[0]
    lost, lost_from = _lost(strikes)
    return Strike(
        hazards=overlaid([one.hazards for one in strikes]),
        shut=np.logical_or.reduce([one.shut for one in strikes]),
        too_tight=np.logical_or.reduce([one.too_tight for one in strikes]),
        announced=max((one.announced for one in strikes if _closes(one)), default=np.inf),
        leaves=np.logical_or.reduce([one.leaves for one in strikes]),
        outdoors_leave=any(one.outdoors_leave for one in strikes),
        alerts=_alerts(strikes),
        rescue=_rescue(strikes),
        lost=lost,
        lost_from=lost_from,
        counts=_counts(strikes, mechanisms),
        tight_for_carried=any(one.tight_for_carried for one in strikes),
        unsafe_inside=_any([one.unsafe_inside for one in strikes]),
        longer=_product([one.longer for one in strikes]),
        powerless=_any([one.powerless for one in strikes]),
        lamps_out=any(one.lamps_out for one in strikes),
        damage=next((one.damage for one in reversed(strikes) if one.damage is not None), None),
        fallen=_any([one.fallen for one in strikes]),
        visitors=tuple(crowd for one in strikes for crowd in one.visitors),
    )


def _closes(strike: Strike) -> bool:
    return bool(strike.shut.any() or strike.too_tight.any())


def _any(flags: Sequence[Flags | None]) -> Flags | None:
    known = [flag for flag in flags if flag is not None]
    return np.logical_or.reduce(known) if known else None


def _product(factors: Sequence[Floats | None]) -> Floats | None:
    known = [factor for factor in factors if factor is not None]
    return np.multiply.reduce(known) if known else None


def _alerts(strikes: Sequence[Strike]) -> tuple[Alert, ...]:
    """Return the alerts, each to whom its event concerns, without channels that are silenced."""
    made: list[Alert] = []
    silenced: set[str] = set()
    for strike in strikes:
        for alert in strike.alerts:
            made.append(
                alert._replace(
                    concerns=strike.leaves,
                    message=alert.message and "message" not in silenced,
                    loudspeaker=alert.loudspeaker and "loudspeaker" not in silenced,
                )
            )
        silenced |= strike.silenced
    return tuple(made)


def _rescue(strikes: Sequence[Strike]) -> Rescue:
    """Return the help from outside that is there first."""
    return min((one.rescue for one in strikes), key=lambda rescue: rescue.arrival)


def _lost(strikes: Sequence[Strike]) -> tuple[npt.NDArray[np.int8], Floats]:
    """Return who is lost to which event, and from when: to the first that strikes them."""
    lost = np.zeros_like(strikes[0].lost)
    since = np.zeros(len(lost))
    for strike in strikes:
        new = (lost == 0) & (strike.lost > 0)
        lost[new] = strike.lost[new]
        since[new] = np.broadcast_to(strike.lost_from, len(lost))[new]
    return lost, since


def _counts(
    strikes: Sequence[Strike], mechanisms: Sequence[tuple[Event, Mechanism]]
) -> dict[str, float]:
    """Return what the runs count, by kind of event where two count the same."""
    made: dict[str, float] = {}
    for strike, (event, _) in zip(strikes, mechanisms, strict=True):
        for name, value in strike.counts.items():
            made[f"{event.kind.code}.{name}" if name in made else name] = value
    return made
