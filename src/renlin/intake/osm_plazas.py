"""Read the areas of a map that people walk across: their rim as drawn, crossings inferred."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Sequence

import shapely
from shapely import LineString, MultiPoint, MultiPolygon, Polygon

from renlin.errors import Said
from renlin.intake.layers import Reading, Row
from renlin.intake.osm_file import Tags
from renlin.intake.osm_walks import TABLE, Walkable, is_plaza, level_of
from renlin.intake.outlines import Area, Outlines, Unbuildable

_INFERRED = "rule: straight across an open area"


def plazas(outlines: Outlines, reading: Reading) -> list[tuple[str, Area, Tags, list[Walkable]]]:
    """Return the walkable areas with their rims as walkable lines.

    The rim is drawn by people and counts as surveyed; the ways across come from
    :func:`crossings` and are inferred.
    """
    found = []
    for key, tags, rims, area in _areas(outlines, reading):
        word = reading.book.word(tags, TABLE, "walkable", of=key)
        if word == "no":
            why = Said("不许步行的场地", "an area where nobody may walk")
            reading.dropped.add(TABLE, key, why)
            continue
        facts = _facts(tags, key, reading)
        names = [key] if len(rims) == 1 else [f"{key}-rim{n}" for n in range(1, len(rims) + 1)]
        lines = [Walkable(n, tuple(r), facts, 0) for n, r in zip(names, rims, strict=True)]
        found.append((key, area, tags, lines))
    return found


def crossings(
    key: str, area: Area, rims: Sequence[Walkable], entries: Iterable[int], outlines: Outlines
) -> list[Row]:
    """Return inferred lines across an area between the nodes at which ways enter it.

    Entries are joined as a Delaunay triangulation, which is never much longer than the
    straight way; only lines that stay inside the area are kept.

    Parameters
    ----------
    entries
        Nodes on the rim that other ways share.
    """
    places = sorted({outlines.at[node] for node in entries if node in outlines.at})
    if len(places) < 2:
        return []
    rim = {frozenset(pair) for r in rims for pair in _pairs(r.nodes, outlines)}
    kept = [
        line
        for line in _triangulated(places)
        if frozenset(line.coords) not in rim and area.shape.covers(line)
    ]
    facts = {**rims[0].facts, "inferred": True, "origin": _INFERRED, "steps": 0}
    return [
        {**facts, "walk": f"{key}-across{n}", "geometry": line}
        for n, line in enumerate(sorted(kept, key=lambda shape: tuple(shape.coords)), start=1)
    ]


def _triangulated(places: list[tuple[float, float]]) -> list[LineString]:
    if len(places) == 2:
        return [LineString(places)]
    edges = shapely.delaunay_triangles(MultiPoint(places), only_edges=True)
    lines = [part for part in shapely.get_parts(edges) if part.length > 0]
    if lines:
        return lines
    return [LineString(pair) for pair in itertools.pairwise(places)]


def _pairs(nodes: Sequence[int], outlines: Outlines) -> Iterator[tuple[tuple[float, float], ...]]:
    places = [outlines.at[node] for node in nodes if node in outlines.at]
    yield from itertools.pairwise(places)


def _areas(
    outlines: Outlines, reading: Reading
) -> Iterator[tuple[str, Tags, list[list[int]], Area]]:
    for way in sorted(outlines.file.ways.values(), key=lambda w: w.id):
        if is_plaza(way.tags, closed=way.closed) and _walked(way.tags, f"w{way.id}", reading):
            try:
                yield f"w{way.id}", way.tags, [list(way.nodes)], outlines.ring(way)
            except Unbuildable as error:
                reading.dropped.add(TABLE, f"w{way.id}", error.why)
    for relation in sorted(outlines.file.relations.values(), key=lambda r: r.id):
        if not _walked(relation.tags, f"r{relation.id}", reading):
            continue
        try:
            area = outlines.multipolygon(relation)
        except Unbuildable as error:
            reading.dropped.add(TABLE, f"r{relation.id}", error.why)
            continue
        ways = [outlines.file.ways.get(ref) for kind, ref, _ in relation.members if kind == "w"]
        rims = [
            list(way.nodes)
            for way in ways
            if way is not None and "highway" not in way.tags and outlines.runs(way.nodes)
        ]
        if rims and isinstance(area.shape, Polygon | MultiPolygon):
            yield f"r{relation.id}", relation.tags, rims, area


def _walked(tags: Tags, key: str, reading: Reading) -> bool:
    return reading.book.word(tags, TABLE, "kind", of=key) is not None


def _facts(tags: Tags, key: str, reading: Reading) -> Row:
    book = reading.book
    return {
        "kind": "plaza",
        "width": None,
        "slope": None,
        "surface": book.word(tags, TABLE, "surface", of=key),
        "lit": book.word(tags, TABLE, "lit", of=key),
        "barrier": None,
        "wheelchair": book.word(tags, TABLE, "wheelchair", of=key),
        "handrail": None,
        "level": level_of(tags, "plaza"),
        "open_hours": None,
        "access": book.word(tags, TABLE, "access", of=key),
        "inferred": False,
        "origin": "OpenStreetMap",
    }
