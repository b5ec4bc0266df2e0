"""Let water rise on low ways: slower walking, ways that close, none for wheelchairs."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
from shapely import union_all
from shapely.geometry.base import BaseGeometry

from renlin.catalogue.load import Catalogue
from renlin.kernels.codes import CAUGHT_TURN_BACK
from renlin.simulation.event import FLOODED_TABLES, open_flood_points
from renlin.simulation.frames import Frame, Frames
from renlin.simulation.lighting import is_dark
from renlin.simulation.routing import WHEELS_BIT
from renlin.simulation.strike import Site, Strike, households_in, near, no_rescue, one_case

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]

EVERYBODY = "all"  # people of depth_speed.csv


def flood(site: Site) -> Strike:
    """Return what a flood of the places named by the scenario, and of flood points, does.

    From ``arrival`` on water rises at ``rise`` up to the greatest depth of each place, at
    street doors and in the flats behind them ``board_delay`` later. It
    slows by depth; a way closes at the depth an adult cannot stand in (``stability_adult``
    over ``velocity``, or ``depth_limit_adult``), to wheelchairs that are not carried at
    ``wheelchair_depth``. Below ``safe_floor`` in buildings near
    the water people leave; the others stay.

    Source: simulation reference 5.5; li2026, arr, mizuno2016.
    """
    depth = depths(site)
    ground, number = site.ground, site.event.number
    frames = Frames(ground)
    wet = np.flatnonzero(depth > 0)
    late = held_back(site)
    for deepest in np.unique(depth[wet]):
        for delay in np.unique(late[depth == deepest]):
            links = np.flatnonzero((depth == deepest) & (late == delay))
            _rise(frames, site, links, float(deepest), float(delay))
    closes = closing_depth(site)
    reached = number("arrival") + late + closes / number("rise")
    shut = (depth >= closes) & (reached < site.event.scenario.horizon)
    touched = _touched(site, depth)
    powerless = touched & bool(depth.max(initial=0.0) >= number("power_out_depth"))
    leaves = households_in(site, touched) & (site.live.floor < number("safe_floor"))
    _at_home(frames, site, leaves)
    return Strike(
        hazards=frames.hazards(),
        shut=np.repeat(shut[:, None], 2, axis=1),
        too_tight=depth > number("wheelchair_depth"),
        announced=np.inf,
        leaves=leaves,
        outdoors_leave=True,
        alerts=(one_case(site, 0.0, "flood_warning", felt=False, message=True),),
        rescue=no_rescue(),
        powerless=powerless,
        lost=np.zeros(site.who.n, dtype=np.int8),
        counts={"links_under_water": float(len(wet))},
    )


def depths(site: Site) -> Floats:
    """Return the greatest depth on every link, m; 0 where it stays dry."""
    depth = np.zeros(site.ground.n_links)
    default = site.event.number("depth")
    for name in site.event.scenario.places.values():
        for table in FLOODED_TABLES:
            if name in set(site.place[table].iloc[:, 0]):
                _cover(depth, site, table, name, default)
    for point in open_flood_points(site.place["hazards"]).to_dict("records"):
        measured = point["measure"]
        value = default if pd.isna(measured) else float(measured)
        _cover(depth, site, str(point["place_table"]), str(point["place"]), value)
    return depth


def _cover(depth: Floats, site: Site, table: str, name: str, value: float) -> None:
    links = site.ground.walks.links
    if table == "walks":
        mine = ((links["table"] == "walks") & (links["place"] == name)).to_numpy()
    elif table == "spaces":
        outline = site.place["spaces"].set_index("space").geometry.get(name)
        mine = links.intersects(outline).to_numpy() & ~_indoors(links)
    else:
        units = [name]
        if table == "buildings":
            rows = site.place["entrances"]
            units = [str(unit) for unit in rows.loc[rows["building"] == name, "entrance"]]
        doors = links["kind"].isin(["hall", "threshold"])
        mine = (doors & (links["table"] == "entrances") & links["place"].isin(units)).to_numpy()
    depth[mine] = np.maximum(depth[mine], value)


def _indoors(links: pd.DataFrame) -> Flags:
    return (links["table"] == "entrances").to_numpy()


def closing_depth(site: Site) -> float:
    """Return the depth at which adults can no longer stand in the current, m.

    Source: arr: depth x velocity at most 0.6 m2/s, depth at most 1.2 m.
    """
    number = site.event.number
    velocity = number("velocity")
    by_current = number("stability_adult") / velocity if velocity > 0 else np.inf
    return min(number("depth_limit_adult"), by_current)


def water_factor(depth: Floats, catalogue: Catalogue) -> Floats:
    """Return the factor on walking speed at each depth, linear between the rows, 1 when dry."""
    rows = [row for row in catalogue.depth_speed.values() if row.people == EVERYBODY]
    rows.sort(key=lambda row: row.depth)
    found = np.interp(depth, [row.depth for row in rows], [row.factor for row in rows])
    return np.asarray(found, dtype=np.float64)


def held_back(site: Site) -> Floats:
    """Return how long boards hold the water back, s: at street doors, not on lanes."""
    links = site.ground.walks.links
    doors = (links["table"] == "entrances") & links["kind"].isin(["hall", "threshold"])
    return np.where(doors, site.event.number("board_delay"), 0.0)


def _rise(frames: Frames, site: Site, links: Whole, deepest: float, late: float) -> None:
    number, catalogue = site.event.number, site.place.catalogue
    steps = sorted(row.depth for row in catalogue.depth_speed.values() if row.people == EVERYBODY)
    wheels = number("wheelchair_depth")
    steps = sorted({*steps, wheels})
    marks = np.array([0.0, *(step for step in steps if 0 < step < deepest), deepest])
    factor = water_factor(marks, catalogue)
    if is_dark(site):
        factor[1:] *= number("dark_water_factor")
    closes = closing_depth(site)
    for depth, slowed in zip(marks, factor, strict=True):
        time = number("arrival") + late + depth / number("rise")
        bits = WHEELS_BIT if depth >= wheels else 0
        frames.put(links, time, Frame(speed=float(slowed), unsafe=True, smooth=True, barrier=bits))
    if deepest >= closes:
        time = number("arrival") + late + closes / number("rise")
        slowest = float(water_factor(np.array([closes]), catalogue)[0])
        frames.put(
            links, time, Frame(speed=slowest, closed=3, caught=int(CAUGHT_TURN_BACK), unsafe=True)
        )


def _touched(site: Site, depth: Floats) -> Flags:
    """Return the buildings near enough to water for it to come in."""
    wet = site.ground.walks.links.geometry.to_numpy()[depth > 0]
    if not len(wet):
        return np.zeros(len(site.live.buildings), dtype=bool)
    water: BaseGeometry = union_all(wet)
    return near(site, site.live.buildings, water, site.place.catalogue.number("hazard_reach"))


def _at_home(frames: Frames, site: Site, leaves: Flags) -> None:
    """Count as unsafe who is still in a low flat once the water has come."""
    nodes = np.unique(site.live.node[leaves & (site.live.node >= 0)])
    comes = site.event.number("arrival") + site.event.number("board_delay")
    frames.put(frames.at_nodes(nodes), comes, Frame(unsafe=True))
