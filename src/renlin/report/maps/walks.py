"""Find the way really walked from a stairwell to a place, to draw it on the map."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from shapely import LineString, MultiLineString, line_merge
from shapely.geometry.base import BaseGeometry

from renlin.catalogue.models import BehaviourClass
from renlin.community.community import Community
from renlin.community.passage import passage
from renlin.community.paths import field, graph, route


def ways(
    community: Community, display: str, facility: str, entrances: Iterable[str]
) -> dict[str, BaseGeometry]:
    """Return entrance -> its way to a facility as one of a group walks it.

    The way is the fastest of the first behaviour class of the group, unknown widths
    passing; who has none is not in the result.
    """
    network, kind = community.network, class_of(community, display)
    target = network.node_of.get(("facilities", facility))
    if kind is None or target is None:
        return {}
    walked = passage(network, kind, community.catalogue, view="optimistic", mode="helped")
    towards = field(graph(network, walked), [target])
    shapes = network.links["geometry"].to_numpy()
    made = {}
    for entrance in entrances:
        start = network.node_of.get(("entrances", entrance))
        links = [] if start is None else route(towards, start)
        if links:
            made[entrance] = _joined([shapes[i] for i in links])
    return made


def class_of(community: Community, display: str) -> BehaviourClass | None:
    """Return the first behaviour class of a group, None where it has none."""
    own = [c for c in community.catalogue.classes.values() if c.display == display]
    return min(own, key=lambda c: (c.rank, c.code)) if own else None


def _joined(lines: list[LineString]) -> BaseGeometry:
    drawn = [line for line in lines if line.length > 0]
    return line_merge(MultiLineString(drawn)) if drawn else MultiLineString()


def midpoint(line: BaseGeometry) -> tuple[float, float]:
    """Return the point half way along a line."""
    longest = max(getattr(line, "geoms", [line]), key=lambda part: part.length)
    spot = longest.interpolate(0.5, normalized=True)
    return (float(np.round(spot.x, 3)), float(np.round(spot.y, 3)))
