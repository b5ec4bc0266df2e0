"""Read the gates on walkable ways and the doors on building outlines."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

import shapely
from shapely import Point

from renlin.errors import Said
from renlin.intake.layers import Reading, Row
from renlin.intake.osm_file import Tags
from renlin.intake.osm_walks import hours, passable
from renlin.intake.outlines import Outlines
from renlin.intake.quantities import count, length
from renlin.intake.tags import called, flag

_LIFT = "电梯"
_FAR = Said("离地图主体太远", "far from the map's main part")


def gates(outlines: Outlines, reading: Reading, walked: Collection[int]) -> list[Row]:
    """Return the gates, posts, kerbs and lifts that stand on a walkable way.

    Parameters
    ----------
    walked
        Nodes of walkable ways; a gate on none of them controls nothing.
    """
    rows: list[Row] = []
    for node, tags in sorted(outlines.file.points.items()):
        name = _called(node, tags, reading)
        if name is None or node not in outlines.at or tags.get("highway") == "crossing":
            continue
        if node not in walked:
            why = Said("不在可步行的路上", "it stands on no walkable way")
            reading.dropped.add("gates", f"n{node}", why)
        elif outlines.far([node]):
            reading.dropped.add("gates", f"n{node}", _FAR)
        else:
            rows.append(_gate(node, tags, name, outlines, reading))
    return rows


def _called(node: int, tags: Tags, reading: Reading) -> str | None:
    """Return what a gate of this sort is called, None when the node is none."""
    if tags.get("highway") == "elevator":
        return _LIFT
    return reading.book.word(tags, "gates", "name", of=f"n{node}")


def _gate(node: int, tags: Tags, name: str, outlines: Outlines, reading: Reading) -> Row:
    key, book = f"n{node}", reading.book
    lift = name == _LIFT
    steps = steps_at(tags, "gates", key, reading)
    if steps is None and lift:
        steps = 0
    return {
        "gate": key,
        "name": called(tags) or name,
        "width": reading.quantity(
            tags,
            ("maxwidth:physical", "opening", "width", "maxwidth"),
            "gates.width",
            length,
            of=key,
        ),
        "steps": steps,
        "wheelchair": passable(tags, "gates", key, reading) or ("yes" if lift else None),
        "open_hours": hours(tags, "gates", key, reading),
        "locked": flag(book.word(tags, "gates", "locked", of=key)),
        "access": book.word(tags, "gates", "access", of=key),
        "lift": lift,
        "keyholder": tags.get("operator"),
        "geometry": outlines.point(node),
    }


def steps_at(tags: Tags, table: str, key: str, reading: Reading) -> int | None:
    """Return the steps at a gate or door: as counted, else as its kind has them."""
    steps = reading.quantity(tags, ("step_count",), f"{table}.steps", count, of=key)
    if steps is not None:
        return int(steps)
    said = reading.book.word(tags, "gates", "steps", of=key)
    return None if said is None else int(said)


def entrances(outlines: Outlines, reading: Reading, buildings: Sequence[Row]) -> list[Row]:
    """Return the doors of buildings that lead to stairwells or homes.

    A door belongs to the building whose outline holds its node, else to the nearest
    building within ``entrance_reach``.
    """
    owner_of = owners(outlines, {str(row["building"]) for row in buildings})
    shapes = [row["geometry"] for row in buildings]
    tree = shapely.STRtree(shapes)
    reach = reading.catalogue.number("entrance_reach")
    rows: list[Row] = []
    for node, tags in sorted(outlines.file.points.items()):
        role = reading.book.word(tags, "entrances", "role", of=f"n{node}")
        if role is None or node not in outlines.at:
            continue
        owner = owner_of.get(node)
        if owner is None:
            near = tree.query(outlines.point(node), predicate="dwithin", distance=reach)
            owner = _nearest(outlines.point(node), [buildings[int(i)] for i in sorted(near)])
        if role != "unit":
            why = Said("不是住户的门", "it is no door to homes")
            reading.dropped.add("entrances", f"n{node}", why)
        elif owner is None:
            why = Said("旁边没有楼", "there is no building at it")
            reading.dropped.add("entrances", f"n{node}", why)
        else:
            rows.append(_entrance(node, tags, owner, outlines, reading))
    return _named(rows)


def _nearest(at: Point, buildings: Sequence[Row]) -> str | None:
    """Return the key of the building nearest to ``at``, the lowest key of equals."""
    near = [(row["geometry"].distance(at), str(row["building"])) for row in buildings]
    return min(near)[1] if near else None


def owners(outlines: Outlines, kept: Collection[str]) -> Mapping[int, str]:
    """Return node -> building, by the outlines of the buildings kept."""
    found: dict[int, str] = {}
    for way in sorted(outlines.file.ways.values(), key=lambda w: w.id):
        if f"w{way.id}" in kept:
            for node in way.nodes:
                found.setdefault(node, f"w{way.id}")
    for relation in sorted(outlines.file.relations.values(), key=lambda r: r.id):
        if f"r{relation.id}" in kept:
            for kind, ref, _ in relation.members:
                member = outlines.file.ways.get(ref) if kind == "w" else None
                for node in member.nodes if member is not None else ():
                    found.setdefault(node, f"r{relation.id}")
    return found


def _entrance(node: int, tags: Tags, owner: str, outlines: Outlines, reading: Reading) -> Row:
    key, book = f"n{node}", reading.book
    wheelchair = book.word(tags, "entrances", "wheelchair", of=key)
    steps = reading.quantity(tags, ("step_count",), "entrances.steps", count, of=key)
    return {
        "entrance": key,
        "building": owner,
        "name": called(tags) or tags.get("addr:unit"),
        "door_width": reading.quantity(
            tags, ("door:width", "entrance:width", "width"), "entrances.door_width", length, of=key
        ),
        "steps": 0 if steps is None and wheelchair == "yes" else steps,
        "ramp": flag(book.word(tags, "entrances", "ramp", of=key)),
        "handrail": book.word(tags, "entrances", "handrail", of=key),
        "wheelchair": wheelchair,
        "inferred": False,
        "geometry": outlines.point(node),
    }


def _named(rows: list[Row]) -> list[Row]:
    """Return the rows with a name for those the map gives none: the n-th unit of its building."""
    seen: dict[str, int] = {}
    named = []
    for row in rows:
        owner = str(row["building"])
        seen[owner] = seen.get(owner, 0) + 1
        named.append({**row, "name": row["name"] or f"{seen[owner]}单元"})
    return named
