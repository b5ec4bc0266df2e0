"""Let a stair burn: smoke climbs flight by flight, slows, harms, and shuts the stair."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.community.network import HALL, STAIR
from renlin.kernels.codes import CAUGHT_TURN_BACK
from renlin.simulation.behaviour import ADULT
from renlin.simulation.event import Event
from renlin.simulation.frames import Frame, Frames
from renlin.simulation.rescue import BY_ENGINE, delay
from renlin.simulation.routing import UNHELPED_BIT
from renlin.simulation.strike import Alert, Rescue, Site, Strike, households_in, known_at_once, near

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]

GROUND_FLOOR = 1
VISIBILITIES = (3.0, 2.5, 2.0, 1.5, 1.0, 0.5)  # m, keyframes of the curve of speed in smoke
SMOKE_SENSOR = "smoke"


class Times(NamedTuple):
    """When what happens, s after ignition."""

    detected: float
    rescue: float
    cleared: float


def stair_fire(site: Site) -> Strike:
    """Return what a fire in the stair ``places.entrance`` on storey ``places.floor`` does.

    Smoke reaches storey z of the stair after ``smoke_start`` + ``smoke_rise_per_floor``
    per storey up (``smoke_sink_per_floor`` down). Its extinction coefficient K grows by
    ``extinction_ramp``; visibility is V = 2 / K, and speed falls by Fridolf's rule. Below
    ``closed_visibility`` nobody enters a flight without help; after ``tenable_time`` it is
    lost, and who is on it turns back. It opens again with the first water.

    Source: simulation reference 5.1; fridolf2019, jin, purser2016.
    """
    event, live = site.event, site.live
    entrance = live.entrances.index(event.scenario.places["entrance"])
    building = int(live.of_entrance[entrance])
    alarmed = _has_alarm(site, entrance)
    when = _times(event, alarmed=alarmed, inside=delay(site, BY_ENGINE, np.array([entrance])))
    frames = Frames(site.ground)
    _smoke(frames, site, entrance, when)
    burning = np.zeros(len(live.buildings), dtype=bool)
    burning[building] = True
    shut, tight = known_at_once(site.ground.n_links)
    outline = site.place["buildings"].set_index("building").geometry[live.buildings[building]]
    called = near(site, live.buildings, outline, event.number("leave_radius")) | burning
    return Strike(
        hazards=frames.hazards(),
        shut=shut,
        too_tight=tight,
        announced=when.detected,
        leaves=households_in(site, called),
        outdoors_leave=False,
        alerts=(_alert(site, entrance, when, alarmed=alarmed),),
        rescue=Rescue(when.rescue, event.number("search_per_floor"), entrance),
        powerless=burning,
        lost=np.zeros(site.who.n, dtype=np.int8),
        counts={"detected": when.detected, "rescue": when.rescue},
    )


def _has_alarm(site: Site, entrance: int) -> bool:
    """Return whether a working smoke alarm hangs in the stair or in a flat of it."""
    sensors = site.place["sensors"]
    name = site.live.entrances[entrance]
    building = site.live.buildings[int(site.live.of_entrance[entrance])]
    works = (sensors["kind"] == SMOKE_SENSOR) & sensors["last_seen"].notna()
    here = sensors["place"].isin([name, building])
    at_home = site.who.alarm & (site.live.entrance == entrance)
    return bool((works & here).any() or at_home.any())


def _times(event: Event, *, alarmed: bool, inside: float) -> Times:
    """Return the times; ``inside`` is the way of the fire service within the community, s."""
    detected = event.number("detection_with_alarm" if alarmed else "detection_without_alarm")
    steps = ("fire_service_notice", "fire_service_turnout", "fire_service_arrival")
    rescue = detected + sum(event.number(step) for step in steps) + inside
    return Times(detected, rescue, rescue + event.number("first_water"))


def _alert(site: Site, entrance: int, when: Times, *, alarmed: bool) -> Alert:
    cases = site.place.catalogue.premovement
    same = site.live.entrance == entrance
    n = len(site.who.households)
    return Alert(
        time=np.full(n, when.detected),
        felt=np.zeros(n, dtype=bool),
        alarm=same & alarmed,
        message=True,
        case=np.where(same, 0, 1),
        cases=(cases["fire_same_stair"], cases["fire_other_stair"]),
        delay=np.zeros(n),
    )


def _smoke(frames: Frames, site: Site, entrance: int, when: Times) -> None:
    event = site.event
    name = site.live.entrances[entrance]
    seat = int(event.scenario.places.get("floor", GROUND_FLOOR))
    for flight, storeys in _flights(site.ground.walks.links, name):
        arrival = min(smoke_arrival(event, storey, seat) for storey in storeys)
        _smoke_on(frames, flight, site, arrival, when.cleared)
    for (unit, storey), node in sorted(site.ground.walks.landing_of.items()):
        arrival = smoke_arrival(event, storey, seat)
        if unit == name and arrival < when.cleared:
            here = frames.at_nodes(np.array([node]))
            frames.put(here, arrival, Frame(unsafe=True))
            frames.put(here, when.cleared)


def _flights(links: pd.DataFrame, entrance: str) -> Iterator[tuple[Whole, tuple[int, ...]]]:
    """Yield the flights of a stair with the storeys they join, and its hall."""
    mine = links[(links["table"] == "entrances") & (links["place"] == entrance)]
    for row, kind, floor in zip(mine.index, mine["kind"], mine["floor"], strict=True):
        if kind == STAIR:
            yield np.array([row]), (int(floor), int(floor) - 1)
        elif kind == HALL:
            yield np.array([row]), (GROUND_FLOOR,)


def smoke_arrival(event: Event, storey: int, seat: int) -> float:
    """Return when smoke reaches a storey of the stair, s; ``seat`` is the storey on fire."""
    up = max(storey - seat, 0) * event.number("smoke_rise_per_floor")
    down = max(seat - storey, 0) * event.number("smoke_sink_per_floor")
    return event.number("smoke_start") + up + down


def _smoke_on(frames: Frames, flight: Whole, site: Site, arrival: float, cleared: float) -> None:
    event, catalogue = site.event, site.place.catalogue
    lost = arrival + event.number("tenable_time")
    if arrival >= cleared:
        return
    frames.put(flight, arrival, Frame(unsafe=True, smooth=True))
    thickest = event.number("extinction_max")
    for visibility in VISIBILITIES:
        k = catalogue.number("visibility_factor_reflecting") / visibility
        time = arrival + k / event.number("extinction_ramp")
        if k <= thickest and time < min(lost, cleared):
            frames.put(
                flight,
                time,
                Frame(
                    speed=smoke_factor(visibility, catalogue),
                    dose=dose_rate(k, event, catalogue),
                    unsafe=True,
                    smooth=True,
                    barrier=UNHELPED_BIT if visibility <= event.number("closed_visibility") else 0,
                ),
            )
    if lost < cleared:
        frames.put(flight, lost, Frame(closed=3, caught=int(CAUGHT_TURN_BACK), unsafe=True))
    frames.put(flight, cleared, Frame(speed=event.number("smoke_cleared_share")))


def smoke_factor(visibility: float, catalogue: Catalogue) -> float:
    """Return the factor of smoke on stair speed.

    ``w = min(w0, max(0.2, w0 - 0.34 (3 - V)))`` over ``w0``, the adult's speed down stairs,
    m/s, at visibility V, m.

    Source: fridolf2019, equation 7.
    """
    free = catalogue.classes[ADULT].speed_down.value
    short = max(catalogue.number("smoke_visibility_full") - visibility, 0.0)
    slowed = free - catalogue.number("smoke_speed_slope") * short
    return min(free, max(catalogue.number("smoke_speed_floor"), slowed)) / free


def dose_rate(extinction: float, event: Event, catalogue: Catalogue) -> float:
    """Return the fractional effective dose per second at an extinction coefficient, 1/m.

    ``4.607e-7 C^1.036 exp(0.193 %CO2 + 2.0004) / 7.1`` with C = CO in ppm.

    Source: purser2016.
    """
    number = catalogue.number
    carbon_monoxide = extinction * event.number("co_ppm_per_extinction")
    carbon_dioxide = extinction * event.number("co2_percent_per_extinction")
    breathing = np.exp(number("dose_co2_slope") * carbon_dioxide + number("dose_co2_intercept"))
    taken = number("dose_co_factor") * carbon_monoxide ** number("dose_co_exponent")
    return float(taken * breathing / number("dose_co2_divisor"))
