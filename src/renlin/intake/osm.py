"""Read an OpenStreetMap file into the layers of a community."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import geopandas as gpd

from renlin.catalogue.load import Catalogue
from renlin.errors import DataFault, Fault, Said
from renlin.intake.layers import MapLayers, Reading, Row, framed
from renlin.intake.osm_buildings import buildings
from renlin.intake.osm_file import read_map_file
from renlin.intake.osm_grounds import (
    enterable,
    facilities,
    lived_on,
    shelter_candidates,
    spaces,
    tagged_grounds,
)
from renlin.intake.osm_plazas import crossings, plazas
from renlin.intake.osm_points import entrances, gates
from renlin.intake.osm_silence import unheld
from renlin.intake.osm_walks import cut, shared_nodes, walkable_ways
from renlin.intake.osm_ways_in import ways_in
from renlin.intake.outlines import Outlines
from renlin.intake.tags import TagBook

ATTRIBUTION = "© OpenStreetMap contributors (ODbL 1.0)"
_SORTS = {"n": "node", "w": "way", "r": "relation"}


def read_osm(path: str | Path, catalogue: Catalogue, *, crs: str | None = None) -> MapLayers:
    """Read buildings, walkable ways, gates, doors, spaces and facilities of a map.

    Objects are read one by one: a broken relation, a clipped way or a missing node costs
    that object and is listed in ``dropped``; nothing is joined that the map leaves apart.

    Parameters
    ----------
    path
        XML (plain, .gz, .bz2) or PBF.
    catalogue
        Its ``tags`` say what each tag means.
    crs
        Projected system in metres; None takes the UTM zone of the densest part of the map.

    Raises
    ------
    DataFault
        When the file cannot be read, or holds no position.

    Source: osm_wiki.
    """
    book = TagBook(catalogue)
    file = read_map_file(path, keys=book.keys() | {"building"})
    if not file.positions:
        raise DataFault(_nowhere(Path(path)))
    reading = Reading(catalogue, book)
    for sort, key, why in file.broken:
        reading.dropped.add(_SORTS[sort], key, why)
    outlines = Outlines(
        file,
        crs,
        cell=catalogue.number("densest_cell"),
        factor=catalogue.number("outlier_fence"),
        reach=catalogue.number("outlier_reach"),
        repair_limit=catalogue.number("repair_limit"),
    )
    rows, lived = _rows(outlines, reading)
    return MapLayers(
        crs=outlines.crs,
        tables={name: framed(found, name, catalogue, outlines.crs) for name, found in rows.items()},
        grounds=_grounds(lived, outlines.crs),
        dropped=reading.dropped.table(),
        mended=reading.mended.table(),
        unknown=book.unknowns(),
        unheld=unheld(file),
        date=file.date,
        read=file.read,
    )


def _rows(outlines: Outlines, reading: Reading) -> tuple[dict[str, list[Row]], list[Row]]:
    """Return the rows of every layer, and the grounds people live on or not."""
    built = buildings(outlines, reading)
    areas = plazas(outlines, reading)
    ways = walkable_ways(outlines, reading)
    rims = [rim for _, _, _, lines in areas for rim in lines]
    lines = [*ways, *rims]
    walks = cut(lines, outlines, reading)
    shared = shared_nodes(line.nodes for line in lines)
    for key, area, _, around in areas:
        entries = [node for rim in around for node in rim.nodes if node in shared]
        walks.extend(crossings(key, area, around, entries, outlines))
    walked = {node for line in lines for node in line.nodes}
    grounds = tagged_grounds(outlines, reading)
    open_spaces = spaces(grounds, built, reading)
    offered = [
        *facilities(grounds, outlines, reading),
        *shelter_candidates(open_spaces, reading),
    ]
    entered = enterable(grounds, offered, built, outlines)
    found = {
        "buildings": built,
        "entrances": entrances(outlines, reading, built),
        "walks": walks,
        "gates": gates(outlines, reading, walked),
        "spaces": open_spaces,
        "facilities": offered,
        "ways_in": ways_in(entered, walks, outlines, reading),
    }
    return found, lived_on(grounds, reading)


def _grounds(rows: Sequence[Row], crs: str) -> gpd.GeoDataFrame:
    lived = [bool(row["lived"]) for row in rows]
    shapes = gpd.GeoSeries([row["geometry"] for row in rows], crs=crs)
    return gpd.GeoDataFrame({"lived": lived}, geometry=shapes, crs=crs)


def _nowhere(path: Path) -> Fault:
    return Fault(
        path.name,
        Said("有坐标的地图", "a map with positions"),
        Said("没有一个点有坐标", "no node with a position"),
        Said("导出时把点也带上。", "Export the nodes along with the ways."),
    )
