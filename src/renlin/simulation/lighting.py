"""Say where it is dark, and what that and what lies on the ways does to walking."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from renlin.community.network import APPROACH, STAIR
from renlin.kernels import contract
from renlin.simulation.strike import Site, Strike

Flags = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]


def is_dark(site: Site) -> bool:
    """Return whether it is dark out of doors at the hour of the event."""
    number, hour = site.place.catalogue.number, site.event.scenario.hour
    start, end = number("dark_from_hour"), number("dark_to_hour")
    return start <= hour < end if start < end else hour >= start or hour < end


class Lighting(NamedTuple):
    """Which ways are dark when: stairs without emergency light, and their building; lanes.

    ``lit_lanes`` are those with street lights.
    """

    stairs: Whole
    building: Whole
    lanes: Whole
    lit_lanes: Whole
    night: bool
    dark_stair: float
    dark_lane: float


def lighting(site: Site) -> Lighting:
    """Return where no light works; not known to be lit counts as not lit.

    Source: parameters ``lit_stair_factor`` and ``dark_speed_factor``.
    """
    number, links = site.place.catalogue.number, site.ground.walks.links
    unlit = ~links["lit"].fillna(False).to_numpy(dtype=bool)
    stairs = np.flatnonzero(unlit & (links["kind"] == STAIR).to_numpy())
    lanes = (links["table"] == "walks").to_numpy() & (links["kind"] != APPROACH).to_numpy()
    of = {name: at for at, name in enumerate(site.live.entrances)}
    entrance = np.array([of[str(name)] for name in links["place"].iloc[stairs]], dtype=np.int64)
    return Lighting(
        stairs=stairs,
        building=site.live.of_entrance[entrance],
        lanes=np.flatnonzero(lanes & unlit),
        lit_lanes=np.flatnonzero(lanes & ~unlit),
        night=is_dark(site),
        dark_stair=number("lit_stair_factor"),
        dark_lane=1.0 / number("dark_speed_factor"),
    )


def darkness(light: Lighting, powerless: Flags | None, *, lamps_out: bool) -> tuple[Whole, Whole]:
    """Return the stairs and the lanes where nothing is lit.

    A stair without working emergency light is dark at night and where the power is out
    (``powerless``, one flag per building); a lane at night without street lights, or with
    them out.
    """
    without = np.zeros(0, dtype=np.int64)
    if light.night:
        lanes = np.concatenate([light.lanes, light.lit_lanes]) if lamps_out else light.lanes
        return light.stairs, lanes
    return (without if powerless is None else light.stairs[powerless[light.building]]), without


def darkened(site: Site, light: Lighting, strike: Strike) -> contract.Network:
    """Return the kernel network with slower, that is longer, ways where it is dark or strewn."""
    stairs, lanes = darkness(light, strike.powerless, lamps_out=strike.lamps_out)
    longer = np.ones(site.ground.n_links, dtype=np.float32)
    longer[stairs] = light.dark_stair
    longer[lanes] = light.dark_lane
    length = site.ground.space.length * longer
    if strike.longer is not None:
        length = (length * strike.longer).astype(np.float32)
    return site.ground.space._replace(length=length)
