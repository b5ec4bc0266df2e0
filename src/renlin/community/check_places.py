"""Ask whether what is drawn fits together: doors, outlines, ways, gates, facilities."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

import numpy as np
import pandas as pd
from shapely import STRtree, distance

from renlin.community.community import GEOMETRY_TABLES, Community
from renlin.community.remarks import Remark, gathered
from renlin.community.tables import FIRST_DATA_ROW
from renlin.errors import Fault, Said, did_you_mean

NEEDED = {
    "buildings": Said("楼", "buildings"),
    "entrances": Said("单元门", "street doors"),
    "walks": Said("路", "ways"),
    "facilities": Said("设施", "facilities"),
}


def places_disagree(place: Community) -> Iterator[Remark]:
    """Yield where the drawn layers of ``place`` disagree."""
    yield from _empty(place)
    yield from _far_away(place)
    yield from _floors(place)
    yield from _doors(place)
    yield from _without_door(place)
    yield from _doors_off_network(place)
    yield from _gates_off_walks(place)
    yield from _facilities_off_network(place)
    yield from _outside_their_space(place)
    yield from _drawn_twice(place)
    yield from _outlines(place)
    yield from _measured_nowhere(place)


def _empty(place: Community) -> Iterator[Remark]:
    for table, what in NEEDED.items():
        if len(place[table]) == 0:
            remedy = Said("没有它，可达性算不出来。", "Reach cannot be told without them.")
            got = Said("一行也没有", "none")
            yield Remark("remark", Fault(f"layers/{table}", what, got, remedy))


def _far_away(place: Community) -> Iterator[Remark]:
    """Yield layers of which rows lie far from every building: wrong axes or zone."""
    buildings = np.array(list(place["buildings"]["geometry"]), dtype=object)
    if len(buildings) == 0:
        return
    tree = STRtree(buildings)
    limit = place.catalogue.number("layer_distance_limit")
    for table in GEOMETRY_TABLES:
        shapes = np.array(list(place[table]["geometry"]), dtype=object)
        if table == "buildings" or len(shapes) == 0:
            continue
        drawn = np.flatnonzero([shape is not None for shape in shapes])
        if len(drawn) == 0:
            continue
        apart = distance(shapes[drawn], buildings[tree.nearest(shapes[drawn])])
        lost = drawn[apart > limit]
        if len(lost):
            expected = Said(f"离楼不超过 {limit:g} 米", f"within {limit:g} m of a building")
            got = Said(f"{len(lost)} 行更远", f"{len(lost)} rows farther away")
            remedy = Said(
                "查 x、y 是否写反，再查坐标系。",
                "Ask whether x and y were exchanged; check the system.",
            )
            row = int(lost[0]) + FIRST_DATA_ROW
            yield Remark("error", Fault(f"layers/{table}", expected, got, remedy, row, "geometry"))


def _floors(place: Community) -> Iterator[Remark]:
    """Yield dwellings above the top storey of their stair; the storey is not told."""
    entrances, buildings = place["entrances"], place["buildings"]
    storeys = dict(zip(buildings["building"], buildings["floors"], strict=True))
    own = zip(entrances["entrance"], entrances["floors"], entrances["building"], strict=True)
    top = {unit: storeys.get(block) if pd.isna(n) else n for unit, n, block in own}
    for number, (unit, floor) in enumerate(
        zip(place["dwellings"]["entrance"], place["dwellings"]["floor"], strict=True),
        start=FIRST_DATA_ROW,
    ):
        limit = top.get(unit)
        if limit is None or pd.isna(limit) or pd.isna(floor) or floor <= limit:
            continue
        expected = Said(f"不高于 {limit} 层", f"at most storey {limit}")
        got = Said("更高的楼层", "a higher storey")
        remedy = Said("核对房号或楼层数。", "Check the door number or the storeys of the unit.")
        fault = Fault("layers/dwellings", expected, got, remedy, number, "floor")
        yield Remark("error", fault)


def _doors(place: Community) -> Iterator[Remark]:
    """Yield street doors that stand away from the building they belong to."""
    buildings, limit = place["buildings"], place.catalogue.number("door_to_building_limit")
    outlines = dict(zip(buildings["building"], buildings["geometry"], strict=True))
    expected = Said(f"离本楼不超过 {limit:g} 米", f"within {limit:g} m of its building")
    remedy = Said("核对楼号，或查坐标系。", "Check the building, or the coordinate system.")
    for number, (block, spot) in enumerate(
        zip(place["entrances"]["building"], place["entrances"]["geometry"], strict=True),
        start=FIRST_DATA_ROW,
    ):
        outline = outlines.get(block)
        if outline is None or spot.distance(outline) <= limit:
            continue
        apart = spot.distance(outline)
        got = Said(f"{apart:.0f} 米", f"{apart:.0f} m")
        fault = Fault("layers/entrances", expected, got, remedy, number, "geometry")
        yield Remark("error", fault)


def _without_door(place: Community) -> Iterator[Remark]:
    """Yield dwelling houses that nobody can leave: no street door is drawn."""
    with_door = set(place["entrances"]["building"])
    lived = place["buildings"]["use"].isin(["dwelling", "mixed"])
    doorless = lived & ~place["buildings"]["building"].isin(with_door)
    yield from gathered(
        "layers/buildings",
        _rows(doorless),
        expected=Said("住宅楼有单元门", "a street door for every dwelling house"),
        got=Said("没有门", "no door"),
        remedy=Said("在 entrances 里补画。", "Draw it in entrances."),
    )


def _doors_off_network(place: Community) -> Iterator[Remark]:
    links, component = place.network.links, place.network.component
    joined = set(links.loc[links["kind"] == "approach", "link"])
    units = place["entrances"]["entrance"]
    apart = pd.Series([f"approach/{unit}" not in joined for unit in units], dtype=bool)
    node = [place.network.node_of["entrances", unit] for unit in units]
    island = pd.Series(component[node] != 0, dtype=bool) & ~apart
    expected = Said("单元门接到主路网", "a door on the main network")
    remedy = Said(
        "补画这一段路；在此之前按「未知」计。",
        "Draw the missing way; until then it counts as unknown.",
    )
    found = (
        (apart, Said("门附近没有路", "no way near the door")),
        (island, Said("门只接到孤立的一段", "door joined to an island only")),
    )
    for which, got in found:
        yield from gathered(
            "layers/entrances",
            _rows(which),
            expected=expected,
            got=got,
            remedy=remedy,
            column="geometry",
        )


def _gates_off_walks(place: Community) -> Iterator[Remark]:
    links = place.network.links
    joined = set(links.loc[links["kind"] == "gate", "place"])
    yield from gathered(
        "layers/gates",
        _rows(~place["gates"]["gate"].isin(joined)),
        expected=Said("门在一条路上", "a gate on a way"),
        got=Said("门不在路上，不起作用", "gate on no way, without effect"),
        remedy=Said("把门移到路上，或补画路。", "Move it onto the way, or draw the way."),
        column="geometry",
    )


def _facilities_off_network(place: Community) -> Iterator[Remark]:
    links, node_of = place.network.links, place.network.node_of
    reached = {*links["origin"], *links["target"]}
    names = place["facilities"]["facility"]
    apart = pd.Series([node_of["facilities", name] not in reached for name in names], dtype=bool)
    yield from gathered(
        "layers/facilities",
        _rows(apart),
        expected=Said("设施接到路网", "a facility on the network"),
        got=Said("设施附近没有路", "no way near the facility"),
        remedy=Said("补画这一段路。", "Draw the missing way."),
        column="x",
    )


def _outside_their_space(place: Community) -> Iterator[Remark]:
    spaces, limit = place["spaces"], place.catalogue.number("door_to_building_limit")
    outlines = dict(zip(spaces["space"], spaces["geometry"], strict=True))
    facilities = place["facilities"]
    outside = pd.Series(
        [
            outlines.get(space) is not None and spot.distance(outlines[space]) > limit
            for space, spot in zip(facilities["space"], facilities["geometry"], strict=True)
        ],
        dtype=bool,
    )
    yield from gathered(
        "layers/facilities",
        _rows(outside),
        expected=Said("设施在它的空间里", "a facility inside its space"),
        got=Said("设施在空间外", "facility outside its space"),
        remedy=Said("核对 space，或改位置。", "Check space, or move it."),
        column="space",
    )


def _drawn_twice(place: Community) -> Iterator[Remark]:
    """Yield walks drawn a second time, in either direction; the faster one is walked."""
    seen: dict[bytes, list[int]] = defaultdict(list)
    for number, line in enumerate(place["walks"]["geometry"], start=FIRST_DATA_ROW):
        seen[min(line.wkb, line.reverse().wkb)].append(number)
    yield from gathered(
        "layers/walks",
        [number for rows in seen.values() for number in rows[1:]],
        expected=Said("每条路画一次", "every way drawn once"),
        got=Said("与前面同线", "same line as an earlier row"),
        remedy=Said("删去重复的一条。", "Delete the second one."),
        column="geometry",
    )


def _outlines(place: Community) -> Iterator[Remark]:
    shapes = np.array(list(place["buildings"]["geometry"]), dtype=object)
    limit = place.catalogue.number("outline_overlap_limit")
    first, second = STRtree(shapes).query(shapes, predicate="intersects")
    clashing = sorted(
        int(a) + FIRST_DATA_ROW
        for a, b in zip(first, second, strict=True)
        if a > b and shapes[a].intersection(shapes[b]).area > limit
    )
    yield from gathered(
        "layers/buildings",
        sorted(set(clashing)),
        expected=Said("互不重叠的楼", "buildings that do not overlap"),
        got=Said("与前面的楼重叠", "overlap with an earlier building"),
        remedy=Said("核对轮廓。", "Check the outlines."),
        column="geometry",
    )


def _rows(which: pd.Series) -> list[int]:
    """Return the row numbers, as the user's program counts them, where ``which`` holds."""
    return [int(i) + FIRST_DATA_ROW for i in np.flatnonzero(which.fillna(False).to_numpy(bool))]


def _measured_nowhere(place: Community) -> Iterator[Remark]:
    """Yield flows measured at places that the map does not have: they would hold nowhere."""
    tables = ("gates", "walks", "entrances")
    known = {f"{table}/{key}" for table in tables for key in place[table].iloc[:, 0].astype(str)}
    for code in sorted({row.code for row in place.catalogue.bottlenecks} - known):
        expected = Said("图上的大门、路段或单元", "a gate, walk or entrance of the map")
        fault = Fault(
            "catalogue/bottlenecks.csv",
            expected,
            Said(code, code),
            did_you_mean(code, known),
            None,
            "code",
        )
        yield Remark("error", fault)
