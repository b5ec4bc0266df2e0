"""Find where facilities are entered: doors of their building, gates of their ground, paths in.

A clinic is reached at its door and a school at its gate, not at the middle of its area.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import MultiPolygon, Point, Polygon

from renlin.errors import Said
from renlin.intake.layers import Reading, Row
from renlin.intake.osm_file import Tags
from renlin.intake.osm_points import owners, steps_at
from renlin.intake.osm_walks import hours, passable
from renlin.intake.outlines import Outlines
from renlin.intake.quantities import length
from renlin.intake.tags import flag

TABLE = "ways_in"
PATH, STAFF = "path", "service"
WIDTHS = ("door:width", "entrance:width", "maxwidth:physical", "opening", "width", "maxwidth")
_CLOSE = 0.01  # m; places of one node differ by rounding only


@dataclass(frozen=True)
class Enterable:
    """A facility with what it may be entered through.

    Attributes
    ----------
    facility
        Its key.
    nodes
        Nodes of the outline of its ground or building; empty for a point in the open.
    area
        Its ground, None where it is a point or a building.
    at
        Where in a building it is, None where it fills its area.
    """

    facility: str
    nodes: tuple[int, ...]
    area: Polygon | MultiPolygon | None
    at: Point | None = None


def ways_in(
    places: Sequence[Enterable], walks: Sequence[Row], outlines: Outlines, reading: Reading
) -> list[Row]:
    """Return the ways into every place that has any mapped, sorted by facility.

    Doors and gates on the outline come first. Staff doors count only where there is no
    other, and then need leave. A ground is also entered where a way runs over its edge.
    """
    lines = np.array([row["geometry"] for row in walks], dtype=object)
    tree = shapely.STRtree(lines)
    inside = reading.catalogue.number("node_tolerance")
    rows: list[Row] = []
    for place in places:
        drawn = list(_drawn(place, outlines, reading))
        public = [row for row in drawn if row["kind"] != STAFF]
        for row in [] if public else drawn:
            row["access"] = "private"
        if public:
            _leave_out([row for row in drawn if row["kind"] == STAFF], reading)
        chosen = _own_doors(public or drawn, place.at)
        if place.area is not None:
            taken = [row["geometry"] for row in chosen]
            near = list(lines[tree.query(place.area, "intersects")])
            spots = _over_the_edge(place.area, near, inside)
            chosen = [*chosen, *_paths(place.facility, spots, taken)]
        rows.extend(chosen)
    return rows


def within_buildings(
    points: Mapping[str, Point], buildings: Sequence[Row], outlines: Outlines
) -> dict[str, tuple[int, ...]]:
    """Return facility -> nodes of the outline of the building it stands in."""
    if not points or not buildings:
        return {}
    nodes: dict[str, list[int]] = {}
    for node, owner in owners(outlines, {str(row["building"]) for row in buildings}).items():
        nodes.setdefault(owner, []).append(node)
    tree = shapely.STRtree([row["geometry"] for row in buildings])
    found = {}
    for facility, point in points.items():
        inside = sorted(int(i) for i in tree.query(point, predicate="intersects"))
        if inside:
            key = str(buildings[inside[0]]["building"])
            found[facility] = tuple(sorted(nodes.get(key, ())))
    return found


def _drawn(place: Enterable, outlines: Outlines, reading: Reading) -> Iterator[Row]:
    """Yield the doors and gates drawn on the outline of a place."""
    for node in sorted(set(place.nodes)):
        tags = outlines.file.points.get(node, {})
        kind = reading.book.word(tags, TABLE, "kind", of=f"n{node}")
        if kind is None or node not in outlines.at:
            continue
        yield _row(place.facility, node, kind, tags, outlines, reading)


def _row(
    facility: str, node: int, kind: str, tags: Tags, outlines: Outlines, reading: Reading
) -> Row:
    key, book = f"n{node}", reading.book
    return {
        "way_in": f"{facility}-{key}",
        "facility": facility,
        "kind": kind,
        "width": reading.quantity(tags, WIDTHS, f"{TABLE}.width", length, of=key),
        "steps": steps_at(tags, TABLE, key, reading),
        "wheelchair": passable(tags, "gates", key, reading),
        "open_hours": hours(tags, TABLE, key, reading),
        "locked": flag(book.word(tags, "gates", "locked", of=key)),
        "access": book.word(tags, "gates", "access", of=key),
        "geometry": outlines.point(node),
    }


def _own_doors(rows: Sequence[Row], at: Point | None) -> list[Row]:
    """Return the doors that lead to a facility inside a building shared with others.

    The nearest door, and the nearest of those that suit wheelchairs. Assumption: maps do not
    say which door leads where.
    """
    if at is None:
        return list(rows)
    near = sorted(rows, key=lambda row: (row["geometry"].distance(at), row["way_in"]))
    level = [row for row in near if row["wheelchair"] == "yes"]
    return [*near[:1], *(row for row in level[:1] if row not in near[:1])]


def _leave_out(rows: Collection[Row], reading: Reading) -> None:
    why = Said("只供员工或送货，另有公众入口", "for staff or deliveries; there is a public way in")
    for row in rows:
        reading.dropped.add(TABLE, str(row["way_in"]), why)


def _over_the_edge(
    area: Polygon | MultiPolygon, lines: Sequence[shapely.LineString], inside: float
) -> list[Point]:
    """Return where lines run over the edge of an area, or end on it; not where they follow it.

    Parameters
    ----------
    inside
        How far inside a line must come to run in, m.
    """
    edge, core = area.boundary, shapely.buffer(area, -inside)
    spots: list[Point] = []
    for line in lines:
        parts = shapely.get_parts(shapely.intersection(line, edge))
        ends = [Point(line.coords[at]) for at in (0, -1)]
        enters = bool(shapely.intersects(line, core))
        for part in parts:
            if part.geom_type == "Point" and (enters or any(part.dwithin(e, _CLOSE) for e in ends)):
                spots.append(part)
    return sorted(spots, key=lambda spot: (spot.x, spot.y))


def _paths(facility: str, spots: Sequence[Point], taken: Sequence[Point]) -> Iterator[Row]:
    """Yield a way in for every place not taken by a door or gate, one per place."""
    known = list(taken)
    for spot in spots:
        if any(spot.dwithin(other, _CLOSE) for other in known):
            continue
        known.append(spot)
        n = len(known) - len(taken)
        yield {
            "way_in": f"{facility}-path{n}",
            "facility": facility,
            "kind": PATH,
            "geometry": Point(round(spot.x, 3), round(spot.y, 3)),
        }
