"""Clip the ground around one gate, lane, yard or stair flight for a micro check."""

from __future__ import annotations

from dataclasses import dataclass

import shapely
from shapely import MultiPolygon, Point, Polygon
from shapely.geometry.base import BaseGeometry

from renlin.community.community import Community
from renlin.community.network import GATE
from renlin.errors import Fault, Said, SchemeFault, raise_all
from renlin.simulation.micro.passage import Axis, across, axis_of, reach, side_of, straight_on
from renlin.simulation.network import Ground

LEAST_RADIUS, MOST_RADIUS = 20.0, 60.0
"""m of ground around a spot. Source: simulation reference 9.1."""
LEAST_RUN_OUT = 3.0
"""m from the passage to the exit at least: with the exit in the door people vanish there,
and flows of 5 persons/(s m) come out. Source: simulation reference 9.3."""
EXIT_DEPTH = 1.0  # m
EXIT_REACH = 3.0  # m to each side of the way straight on
CUT_DEPTH = 0.2  # m: thickness of the cut beside a lane, which has no wall of its own
GRAIN = 0.001  # m: coordinates are kept to a millimetre
COARSE = 0.05  # m: outlines are simplified to this
CLEAR = 1.0  # m kept free between those who wait and the passage
LEAST_GROUND = 4.0  # m2 on which people can wait before the passage
EDGE = 4.0  # m: depth of the strip in which people come into view


@dataclass(frozen=True)
class Side:
    """Where people stand, come into view and leave on one side of the passage.

    Attributes
    ----------
    waits
        Ground on which people stand at the start.
    enters
        Strip in which later ones come into view.
    exit
        Convex area in which those who came through leave the model; empty where the ground
        ends before.
    approach
        Mean way from ``enters`` to the passage, m.
    """

    waits: MultiPolygon
    enters: MultiPolygon
    exit: Polygon
    approach: float


@dataclass(frozen=True)
class Spot:
    """The walkable ground around one passage, ready for the micro model.

    Attributes
    ----------
    code
        ``table/place``, such as ``gates/east``.
    link
        Name of the link of the walk network.
    walkable
        One connected polygon, m.
    axis
        Middle of the passage, and the way people go.
    passage
        The narrow part itself.
    before, behind
        The ground on either side, in the way people go.
    flight
        The parts walked at stair speed; empty on the level.
    width
        Clear width of the passage, m.
    assumed
        Whether that width is assumed and not measured.
    left_out
        Ground near by that is not connected to the spot, m2.
    """

    code: str
    link: str
    walkable: Polygon
    axis: Axis
    passage: Polygon
    before: Side
    behind: Side
    flight: MultiPolygon
    width: float
    assumed: bool
    left_out: float


def clip(place: Community, ground: Ground, link: int, *, forward: bool, radius: float) -> Spot:
    """Return the ground around one lane, gate or way into a yard.

    Lanes count with their clear width and spaces with their outline, less the footprints
    of buildings; a lane drawn through a building is an archway and stays. Whatever else
    crosses the line of the passage is cut, so that nobody walks round the spot.

    Parameters
    ----------
    ground
        Network of ``place``.
    link
        Row of the link in it.
    forward
        Whether people go from its origin to its target.
    radius
        m of ground around the passage, 20 to 60.

    Raises
    ------
    SchemeFault
        When the radius is outside its bounds, or there is no connected ground on one side:
        two disjoint parts are no spot.

    Source: simulation reference 9.1 and 9.3.
    """
    row = ground.walks.links.iloc[link]
    code = f"{row['table']}/{row['place']}"
    if not LEAST_RADIUS <= radius <= MOST_RADIUS:
        raise SchemeFault(_radius(code, radius))
    axis = axis_of(ground, link, forward=forward)
    depth = place.catalogue.number("gate_depth") if row["kind"] == GATE else CUT_DEPTH
    around = _around(place, ground, axis.middle, radius)
    half = float(ground.width[link]) / 2.0
    opening = axis.rectangle(-depth / 2.0, depth / 2.0, half).intersection(around)
    wall = axis.rectangle(-depth / 2.0, depth / 2.0, 2.0 * radius)
    whole = shapely.set_precision(around.difference(wall).union(opening), GRAIN)
    walkable, left_out = connected(_areas(whole), axis.middle)
    return enclose(
        code, str(row["link"]), walkable, axis, depth, _steps(ground, link, walkable, opening),
        run_out=place.catalogue.number("micro_exit_distance"),
        assumed=bool(ground.assumed[link]), left_out=left_out,
    )  # fmt: skip


def _steps(ground: Ground, link: int, walkable: Polygon, opening: BaseGeometry) -> MultiPolygon:
    """Return where there are steps: lanes drawn as such, and a gate that has some."""
    lines = ground.walks.links.geometry.to_numpy()
    near = ground.stepped & shapely.intersects(lines, walkable) & (shapely.length(lines) > 0)
    near &= (ground.walks.links["table"] == "walks").to_numpy()
    flights = list(shapely.buffer(lines[near], ground.width[near] / 2.0, cap_style="flat"))
    if ground.stepped[link]:
        flights.append(opening)
    return _areas(shapely.union_all(flights).intersection(walkable))


def connected(ground: MultiPolygon, at: Point) -> tuple[Polygon, float]:
    """Return the part of ``ground`` that holds ``at``, else the nearest, and the m2 left out."""
    order = sorted(ground.geoms, key=lambda part: (part.distance(at), -part.area))
    if not order:
        return Polygon(), 0.0
    kept = order[0].simplify(COARSE)
    left_out = float(sum(part.area for part in order[1:]))
    return (kept if isinstance(kept, Polygon) else order[0]), left_out


def enclose(
    code: str,
    link: str,
    walkable: Polygon,
    axis: Axis,
    depth: float,
    flight: MultiPolygon,
    *,
    run_out: float,
    assumed: bool,
    left_out: float,
    beyond: float = 0.0,
) -> Spot:
    """Return the spot with both its sides.

    Parameters
    ----------
    depth
        m of the passage along the axis.
    beyond
        m of the flight that follows the passage.
    run_out
        m from the passage to the exit.

    Raises
    ------
    SchemeFault
        When the exit would be in the passage or nearer than 3 m, or a side is missing.
    """
    if run_out < LEAST_RUN_OUT:
        raise SchemeFault(_in_the_door(code, run_out))
    far = depth / 2.0 + run_out
    before, behind = side(walkable, axis.back(), far), side(walkable, axis, far + beyond)
    width = across(walkable, axis)
    faults = []
    if width <= 0.0 or before.waits.area < LEAST_GROUND:
        faults.append(_disjoint(code, _BEFORE, CLEAR, left_out))
    if width <= 0.0 or behind.exit.is_empty:
        faults.append(_disjoint(code, _BEHIND, far + beyond + EXIT_DEPTH, left_out))
    raise_all(faults, SchemeFault)
    passage = axis.rectangle(-depth / 2.0, depth / 2.0, width / 2.0)
    return Spot(
        code, link, walkable, axis, passage, before, behind, flight, width, assumed, left_out
    )


def side(walkable: Polygon, axis: Axis, far: float) -> Side:
    """Return the ground ahead of ``axis`` with its exit ``far`` m away."""
    ground = side_of(walkable, axis)
    reached = reach(ground, axis)
    strip = max(reached - EDGE, 0.6 * reached)
    return Side(
        waits=_areas(ground.difference(axis.middle.buffer(CLEAR))),
        enters=_areas(ground.difference(axis.middle.buffer(strip))),
        exit=straight_on(ground, axis, far, EXIT_DEPTH, EXIT_REACH),
        approach=(strip + reached) / 2.0,
    )


def _areas(shape: BaseGeometry) -> MultiPolygon:
    """Return what of ``shape`` has an area."""
    parts = [part for part in shapely.get_parts(shape) if isinstance(part, Polygon)]
    return MultiPolygon([part for part in parts if part.area > 0.0])


def _around(place: Community, ground: Ground, middle: Point, radius: float) -> MultiPolygon:
    """Return lanes and spaces within ``radius``, without buildings."""
    disc = middle.buffer(radius, quad_segs=8)
    links, lines = ground.walks.links, ground.walks.links.geometry.to_numpy()
    near = (links["table"] == "walks").to_numpy() & (shapely.length(lines) > 0)
    near &= shapely.intersects(lines, disc)
    half = ground.width[near] / 2.0
    lanes = shapely.buffer(lines[near], half, quad_segs=2)
    spaces = [shape for shape in place["spaces"].geometry if shape.intersects(disc)]
    houses = shapely.union_all([s for s in place["buildings"].geometry if s.intersects(disc)])
    arches = shapely.buffer(shapely.intersection(lines[near], houses), half, cap_style="flat")
    open_air = shapely.union_all([*lanes, *spaces]).difference(houses)
    return _areas(shapely.union_all([open_air, *arches]).intersection(disc))


_BEFORE = Said("前", "before")
_BEHIND = Said("后", "behind")


def _radius(code: str, radius: float) -> Fault:
    return Fault(
        code,
        Said(
            f"半径 {LEAST_RADIUS:g} 到 {MOST_RADIUS:g} 米",
            f"a radius of {LEAST_RADIUS:g} to {MOST_RADIUS:g} m",
        ),
        Said(f"{radius:g} 米", f"{radius:g} m"),
        Said("改用这个范围内的半径。", "Give a radius within these bounds."),
        None,
        "radius",
    )


def _in_the_door(code: str, run_out: float) -> Fault:
    return Fault(
        code,
        Said(
            f"出口在通道下游至少 {LEAST_RUN_OUT:g} 米",
            f"the exit at least {LEAST_RUN_OUT:g} m downstream of the passage",
        ),
        Said(f"{run_out:g} 米", f"{run_out:g} m"),
        Said(
            "出口放在门里，人一到门就消失，流量大得离谱；把 micro_exit_distance 放远。",
            "An exit in the door lets people vanish there and the flow comes out absurd; move "
            "micro_exit_distance farther away.",
        ),
        None,
        "micro_exit_distance",
    )


def _disjoint(code: str, name: Said, needed: float, left_out: float) -> Fault:
    return Fault(
        code,
        Said(
            f"通道{name.zh}面有至少 {needed:g} 米相连的地面",
            f"at least {needed:g} m of connected ground {name.en} the passage",
        ),
        Said(
            f"不相连（附近有 {left_out:.0f} m² 连不过来）",
            f"none that is connected ({left_out:.0f} m² near by are cut off)",
        ),
        Said(
            "检查图上的路段、净宽和建筑轮廓有没有把这里隔断。",
            "Check whether walks, widths or footprints of the map cut this place off.",
        ),
        None,
        "walkable",
    )
