"""Lay one stair flight out as a spot: landing, flight, run-out."""

from __future__ import annotations

from shapely import MultiPolygon, Polygon

from renlin.community.community import Community
from renlin.simulation.micro.passage import Axis
from renlin.simulation.micro.spot import CUT_DEPTH, EXIT_DEPTH, LEAST_RADIUS, Spot, enclose
from renlin.simulation.network import Ground


def lay_flight(place: Community, ground: Ground, link: int) -> Spot:
    """Return one stair flight as a spot, straightened, with its slope length.

    The model is flat and knows no stairs: the flight is a strip on which everybody walks at
    stair speed. Above it lies a landing twice as wide (both flights of a stairwell) and
    20 m long, so that the crowd that waits is not cut off; below it as wide a landing with
    the exit.

    Parameters
    ----------
    ground
        Network of ``place``.
    link
        Row of the flight in it.

    Raises
    ------
    SchemeFault
        As :func:`renlin.simulation.micro.spot.clip`.

    Source: simulation reference 9.3. Assumption: shape of the landings.
    """
    row = ground.walks.links.iloc[link]
    width, length = float(ground.width[link]), float(row["length"])
    run_out = place.catalogue.number("micro_exit_distance")
    axis = Axis(0.0, 0.0, 1.0, 0.0)
    flight = axis.rectangle(0.0, length, width / 2.0)
    below = length + run_out + CUT_DEPTH / 2.0 + 2.0 * EXIT_DEPTH
    walkable = axis.rectangle(-LEAST_RADIUS, 0.0, width).union(flight)
    walkable = walkable.union(axis.rectangle(length, below, width))
    assert isinstance(walkable, Polygon)
    return enclose(
        f"{row['table']}/{row['place']}",
        str(row["link"]),
        walkable,
        axis,
        CUT_DEPTH,
        MultiPolygon([flight]),
        beyond=length,
        run_out=run_out,
        assumed=bool(ground.assumed[link]),
        left_out=0.0,
    )
