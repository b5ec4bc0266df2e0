"""Read the buildings of a map: footprints, storeys, use and what else the tags say."""

from __future__ import annotations

from collections.abc import Iterator

from renlin.errors import Said
from renlin.intake.layers import Reader, Reading, Row
from renlin.intake.osm_file import Tags
from renlin.intake.outlines import Area, Outlines, Unbuildable
from renlin.intake.quantities import count, length, storeys, year
from renlin.intake.tags import called, flag

TABLE = "buildings"
_NOT_BUILT = {"no", "proposed", "demolished", "razed"}


def buildings(outlines: Outlines, reading: Reading) -> list[Row]:
    """Return one row per building area; what has no usable outline is listed as dropped.

    A relation that cannot be built falls back to its closed member ways where these are
    buildings of their own; a way that is the outline of a built relation is not counted
    twice.
    """
    rows: list[Row] = []
    outlined: set[int] = set()
    for key, nodes, tags, area in _areas(outlines, reading, outlined):
        if outlines.far(nodes):
            reading.dropped.add(TABLE, key, Said("离地图主体太远", "far from the map's main part"))
        elif area.shape.area > reading.catalogue.number("building_area_limit"):
            size = area.shape.area
            reading.dropped.add(
                TABLE,
                key,
                Said(
                    f"面积 {size:,.0f} 平方米，不像一栋楼", f"{size:,.0f} m2 is no single building"
                ),
            )
        else:
            if area.note is not None:
                reading.mended.add(TABLE, key, area.note)
            rows.append(_row(key, tags, area, reading))
    return rows


def is_building(tags: Tags) -> bool:
    """Return whether the object is a building, built and standing."""
    return tags.get("building", "no") not in _NOT_BUILT


def _areas(
    outlines: Outlines, reading: Reading, outlined: set[int]
) -> Iterator[tuple[str, list[int], Tags, Area]]:
    """Yield relations first, so that their outer ways are known when the ways come."""
    for relation in sorted(outlines.file.relations.values(), key=lambda r: r.id):
        if not is_building(relation.tags):
            continue
        key = f"r{relation.id}"
        try:
            area = outlines.multipolygon(relation)
        except Unbuildable as error:
            reading.dropped.add(TABLE, key, error.why)
            continue
        outer = [ref for kind, ref, role in relation.members if kind == "w" and role != "inner"]
        outlined.update(outer)
        nodes = [n for ref in outer for n in getattr(outlines.file.ways.get(ref), "nodes", ())]
        yield key, nodes, relation.tags, area
    for way in sorted(outlines.file.ways.values(), key=lambda w: w.id):
        if not is_building(way.tags):
            continue
        key = f"w{way.id}"
        if way.id in outlined:
            same = Said("是另一栋楼的外轮廓", "it is the outline of a building drawn as a relation")
            reading.dropped.add(TABLE, key, same)
            continue
        try:
            yield key, list(way.nodes), way.tags, outlines.ring(way)
        except Unbuildable as error:
            reading.dropped.add(TABLE, key, error.why)


def _row(key: str, tags: Tags, area: Area, reading: Reading) -> Row:
    book = reading.book

    def quantity(keys: tuple[str, ...], column: str, reader: Reader) -> float | int | None:
        return reading.quantity(tags, keys, f"{TABLE}.{column}", reader, of=key)

    return {
        "building": key,
        "name": called(tags) or _address(tags) or key,
        "floors": quantity(("building:levels", "levels"), "floors", storeys),
        "height": quantity(("height", "building:height"), "height", length),
        "year_built": quantity(
            ("start_date", "building:start_date", "year_of_construction"), "year_built", year
        ),
        "structure": book.word(tags, TABLE, "structure", of=key),
        "lift": flag(book.word(tags, TABLE, "lift", of=key)),
        "use": book.word(tags, TABLE, "use", of=key) or "unknown",
        "owner": tags.get("owner") or tags.get("operator"),
        "dwellings": quantity(("building:flats",), "dwellings", count),
        "geometry": area.shape,
    }


def _address(tags: Tags) -> str | None:
    number = tags.get("addr:housename") or tags.get("addr:housenumber")
    if number is None:
        return None
    return f"{tags.get('addr:street', '')} {number}".strip()
