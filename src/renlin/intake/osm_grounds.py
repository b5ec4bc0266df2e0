"""Read the open spaces, the facilities and the grounds nobody lives on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import shapely
from shapely import MultiPolygon, Point, Polygon

from renlin.errors import Said
from renlin.intake.layers import Reading, Row
from renlin.intake.osm_buildings import is_building
from renlin.intake.osm_file import Tags
from renlin.intake.osm_walks import hours
from renlin.intake.osm_ways_in import Enterable, within_buildings
from renlin.intake.outlines import Area, Outlines, Unbuildable
from renlin.intake.quantities import length
from renlin.intake.tags import called, flag

CANDIDATE = "（候选，未认定）"
"""Added to the name of a shelter that only its size makes one."""
_OPEN_GROUND = ("square", "green", "playground", "school_yard", "sports")
_SHUT = {"private", "no"}
_FOR_ALL = ("aed", "emergency_phone", "toilet", "water_point")
"""Kinds that are of no use to residents where they are kept from the public."""
_SHUT_TO_ALL = dict.fromkeys(("no", "private"), Said("不对外", "kept from the public"))
_OUT_OF_USE = {"broken", "out_of_order", "closed", "needs_maintenance"}
_UNDERGROUND = {"underground", "indoor", "underwater"}


@dataclass(frozen=True)
class Ground:
    """An area or a point of the map that may be a space, a facility or a ground."""

    key: str
    tags: Tags
    nodes: tuple[int, ...]
    area: Area | None


def tagged_grounds(outlines: Outlines, reading: Reading) -> list[Ground]:
    """Return every area and point with a word for spaces, facilities or grounds.

    A shape that cannot be built is listed and lost; the others are not.
    """
    return [g for g in _objects(outlines, reading) if not outlines.far(g.nodes)]


def spaces(grounds: Sequence[Ground], buildings: Sequence[Row], reading: Reading) -> list[Row]:
    """Return the open and public spaces; ``area`` is the ground that no building covers."""
    rows = []
    built = _Cover([row["geometry"] for row in buildings])
    for ground in grounds:
        kind = _space_kind(ground, reading)
        if kind is None or ground.area is None:
            continue
        if ground.area.note is not None:
            reading.mended.add("spaces", ground.key, ground.area.note)
        free = built.free(ground.area.shape)
        rows.append(
            {
                "space": ground.key,
                "name": called(ground.tags) or _word(kind, reading),
                "kind": kind,
                "area": free if reading.within(free, "spaces.area") else None,
                "owner": ground.tags.get("owner"),
                "manager": ground.tags.get("operator"),
                "rule": _rule(ground.tags),
                "open_hours": hours(ground.tags, "spaces", ground.key, reading),
                "geometry": ground.area.shape,
            }
        )
    return rows


def facilities(grounds: Sequence[Ground], outlines: Outlines, reading: Reading) -> list[Row]:
    """Return the facilities of the map, each at its gate where one is drawn.

    A point inside an area of the same kind is the same facility and is listed as such.
    """
    found: list[tuple[str, Ground]] = []
    for ground in grounds:
        kind = reading.book.word(ground.tags, "facilities", "kind")
        if kind is not None and _is_offered(kind, ground, reading):
            found.append((kind, ground))
    areas = {(kind, g.key): g.area.shape for kind, g in found if g.area is not None}
    rows = []
    for kind, ground in found:
        at = _at(ground, outlines)
        if ground.area is None and any(k == kind and a.covers(at) for (k, _), a in areas.items()):
            why = Said("与同类场地是同一处", "the same facility is drawn as an area around it")
            reading.dropped.add("facilities", ground.key, why)
            continue
        rows.append(_facility(kind, ground, at, reading))
    return rows


def enterable(
    grounds: Sequence[Ground],
    facilities: Sequence[Row],
    buildings: Sequence[Row],
    outlines: Outlines,
) -> list[Enterable]:
    """Return what each facility may be entered through: its ground, or the building around it.

    An open ground without a fence is left out: one enters it anywhere along its edge.
    """
    of = {ground.key: ground for ground in grounds}
    points = {
        str(row["facility"]): row["geometry"]
        for row in facilities
        if str(row["facility"]) in of and of[str(row["facility"])].area is None
    }
    inside = within_buildings(points, buildings, outlines)
    places = [
        Enterable(facility, nodes, None, points[facility]) for facility, nodes in inside.items()
    ]
    for row in facilities:
        ground = of.get(str(row["facility"])) or of.get(str(row["space"]))
        if ground is None or ground.area is None or _open(row, ground):
            continue
        area = None if is_building(ground.tags) else ground.area.shape
        places.append(Enterable(str(row["facility"]), ground.nodes, area))
    return sorted(places, key=lambda place: place.facility)


def _open(row: Row, ground: Ground) -> bool:
    """Return whether one may enter a ground anywhere: it is a space and nothing fences it."""
    return row.get("space") is not None and ground.tags.get("barrier", "no") in ("no", "entrance")


def _is_offered(kind: str, ground: Ground, reading: Reading) -> bool:
    """Return whether the public may use a facility; list what is kept from it or out of use."""
    tags = ground.tags
    shut = _SHUT_TO_ALL.get(tags.get("access", "")) if kind in _FOR_ALL else None
    if tags.get("disused") == "yes" or tags.get("operational_status") in _OUT_OF_USE:
        shut = Said("停用", "out of use")
    if shut is None:
        storey = tags.get("level", "0").strip()
        if storey not in ("0", "0.0"):
            why = Said(
                f"在 {storey} 层，楼内上下没有算进去",
                f"on level {storey}: stairs inside not counted",
            )
            reading.mended.add("facilities", ground.key, why)
        return True
    reading.dropped.add("facilities", ground.key, shut)
    return False


def shelter_candidates(spaces: Sequence[Row], reading: Reading) -> list[Row]:
    """Return open spaces that are large enough to shelter people, as candidates.

    A space counts when the ground no building covers exceeds the area of the standards
    catalogue, the public may enter it or it is a school's, and it is not part of another
    candidate. Nobody has designated it: its name says so.
    """
    least = reading.catalogue.standards["earthquake_shelter_area"].value
    share = reading.catalogue.number("shelter_usable_share")
    large = [row for row in spaces if row["kind"] in _OPEN_GROUND and _ground(row) > least]
    large = [row for row in large if not _kept_shut(row)]
    large.sort(key=lambda row: (-row["geometry"].area, str(row["space"])))
    rows: list[Row] = []
    kept: list[Row] = []
    for row in large:
        outer = next((o for o in kept if _mostly_inside(row["geometry"], o["geometry"])), None)
        if outer is not None:
            why = Said(
                f"在候选 {outer['space']} 里面", f"it lies inside candidate {outer['space']}"
            )
            reading.dropped.add("facilities", f"shelter-{row['space']}", why)
            continue
        kept.append(row)
        rows.append(_candidate(row, share, reading))
    return rows


def lived_on(grounds: Sequence[Ground], reading: Reading) -> list[Row]:
    """Return the areas on which people live, or do not, by land use."""
    rows: list[Row] = []
    for ground in grounds:
        word = reading.book.word(ground.tags, "grounds", "lived")
        if word is not None and ground.area is not None and not is_building(ground.tags):
            rows.append({"lived": word == "yes", "geometry": ground.area.shape})
    return rows


class _Cover:
    """The footprints of all buildings, to take them off a ground."""

    def __init__(self, shapes: list[Polygon | MultiPolygon]) -> None:
        self.shapes = np.array(shapes, dtype=object)
        self.tree = shapely.STRtree(shapes)

    def free(self, ground: Polygon | MultiPolygon) -> float:
        """Return the area of ``ground`` that no building covers, m2."""
        near = np.sort(self.tree.query(ground, predicate="intersects"))
        if not len(near):
            return float(ground.area)
        return float(shapely.difference(ground, shapely.union_all(self.shapes[near])).area)


def _objects(outlines: Outlines, reading: Reading) -> Iterator[Ground]:
    for relation in sorted(outlines.file.relations.values(), key=lambda r: r.id):
        table = _table(relation.tags, reading, f"r{relation.id}")
        if table is None:
            continue
        try:
            area = outlines.multipolygon(relation)
        except Unbuildable as error:
            reading.dropped.add(table, f"r{relation.id}", error.why)
            continue
        nodes = tuple(n for _, ref, _ in relation.members for n in _nodes_of(outlines, ref))
        yield Ground(f"r{relation.id}", relation.tags, nodes, area)
    for way in sorted(outlines.file.ways.values(), key=lambda w: w.id):
        table = _table(way.tags, reading, f"w{way.id}")
        if table is None or (table == "spaces" and not way.closed and "highway" in way.tags):
            continue
        try:
            yield Ground(f"w{way.id}", way.tags, way.nodes, outlines.ring(way))
        except Unbuildable as error:
            reading.dropped.add(table, f"w{way.id}", error.why)
    for node, tags in sorted(outlines.file.points.items()):
        if node in outlines.at and _table(tags, reading, f"n{node}") == "facilities":
            yield Ground(f"n{node}", tags, (node,), None)


def _nodes_of(outlines: Outlines, way: int) -> tuple[int, ...]:
    member = outlines.file.ways.get(way)
    return () if member is None else member.nodes


def _table(tags: Tags, reading: Reading, key: str) -> str | None:
    """Return the first table the tags have a word for; ``grounds`` when only land use does."""
    for table, column in (("facilities", "kind"), ("spaces", "kind"), ("grounds", "lived")):
        counted = key if table == "facilities" else None
        if reading.book.word(tags, table, column, of=counted) is not None:
            return table
    said = reading.book.speaker(tags, "facilities", "kind")
    if said is not None:
        why = f"{said}={tags[said]}"
        no_such = Said(f"不算应急设施（{why}）", f"no facility of ours ({why})")
        reading.dropped.add("facilities", key, no_such)
    return None


def _space_kind(ground: Ground, reading: Reading) -> str | None:
    """Return the kind of open space, None for buildings, paths and what lies below ground."""
    tags = ground.tags
    kind = reading.book.word(tags, "spaces", "kind")
    ringed_path = "highway" in tags and ground.key.startswith("w") and tags.get("area") != "yes"
    below = tags.get("layer", "0").startswith("-") or tags.get("location") in _UNDERGROUND
    if kind is None or is_building(tags) or ringed_path or below:
        return None
    return kind


def _rule(tags: Tags) -> str | None:
    access = tags.get("access")
    return f"access={access}" if access in _SHUT else None


def _ground(row: Row) -> float:
    """Return the open ground, m2; beyond the bounds of the table the outline's own area."""
    return float(row["geometry"].area if row["area"] is None else row["area"])


def _kept_shut(row: Row) -> bool:
    return row["rule"] is not None and row["kind"] != "school_yard"


def _mostly_inside(inner: Polygon | MultiPolygon, outer: Polygon | MultiPolygon) -> bool:
    return bool(shapely.intersection(inner, outer).area > inner.area / 2.0)


def _candidate(row: Row, share: float, reading: Reading) -> Row:
    usable = round(_ground(row) * share, 1)
    key = f"shelter-{row['space']}"
    reading.mended.add(
        "facilities",
        key,
        Said(
            f"因面积够大列为候选，未经认定；有效面积按 {share:.0%} 假定",
            f"a candidate by its size, designated by nobody; {share:.0%} of it assumed usable",
        ),
    )
    at = row["geometry"].representative_point()
    return {
        "facility": key,
        "kind": "shelter",
        "name": f"{row['name']}{CANDIDATE}",
        "space": row["space"],
        "area": usable if reading.within(usable, "facilities.area") else None,
        "open_hours": row["open_hours"],
        "state": "open",
        "geometry": at,
        "x": at.x,
        "y": at.y,
    }


def _facility(kind: str, ground: Ground, at: Point, reading: Reading) -> Row:
    space = None if _space_kind(ground, reading) is None or ground.area is None else ground.key
    return {
        "facility": ground.key,
        "kind": kind,
        "name": called(ground.tags) or reading.catalogue.facilities[kind].zh,
        "space": space,
        "step_free": flag(_step_free(kind, ground.tags, reading)),
        "width": reading.quantity(
            ground.tags, ("door:width", "entrance:width"), "facilities.width", length, of=ground.key
        ),
        "open_hours": hours(ground.tags, "facilities", ground.key, reading),
        "state": "open",
        "geometry": at,
        "x": at.x,
        "y": at.y,
    }


def _step_free(kind: str, tags: Tags, reading: Reading) -> str | None:
    """Return whether wheels get in; ``toilets:wheelchair`` speaks of toilets only."""
    told = (
        tags if kind == "toilet" else {k: v for k, v in tags.items() if k != "toilets:wheelchair"}
    )
    return reading.book.word(told, "facilities", "step_free")


def _at(ground: Ground, outlines: Outlines) -> Point:
    """Return where the facility is entered: its gate or door, else a point inside."""
    if ground.area is None:
        return outlines.point(ground.nodes[0])
    doors = [n for n in sorted(set(ground.nodes)) if _is_door(outlines.file.points.get(n, {}))]
    known = [n for n in doors if n in outlines.at]
    return outlines.point(known[0]) if known else ground.area.shape.representative_point()


def _is_door(tags: Tags) -> bool:
    return tags.get("barrier") in ("gate", "entrance") or "entrance" in tags


def _word(kind: str, reading: Reading) -> str:
    code = f"space_{kind}"
    return reading.catalogue.words[code].zh if code in reading.catalogue.words else kind
