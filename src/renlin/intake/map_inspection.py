"""Look into a map: an OpenStreetMap file or the layers of a vector file, object by object."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import geopandas as gpd
import numpy as np
import pandas as pd
import pyogrio
import shapely
from pyproj import CRS
from shapely.geometry.base import BaseGeometry

from renlin.catalogue.load import Catalogue, load
from renlin.community.layers import ZONE_MARGIN, read_layer
from renlin.community.settings import Settings, read_declared
from renlin.errors import DataFault, Fault, RenlinError, Said
from renlin.intake import dxf, map_summary
from renlin.intake.datum_judgement import likely_datum
from renlin.intake.encoding import decode
from renlin.intake.extent import LONLAT, zone
from renlin.intake.grid import each_or_together
from renlin.intake.layer_mapping import LayerMapping, read_layer_mapping
from renlin.intake.osm_file import is_map_file, read_map_file
from renlin.intake.seen import Seen
from renlin.intake.shapes import mended
from renlin.intake.vector import read_vector
from renlin.intake.vector_datum import base_points, exchanged
from renlin.intake.vector_file import open_vector

ASIDE = (".dbf", ".shx", ".prj", ".cpg")
"""Files beside a .shp that mean the .shp."""
OSM = (".osm", ".osm.gz", ".osm.bz2", ".pbf")
GEOJSON = (".geojson", ".json")
_GEOJSON_TYPES = ("FeatureCollection", "Feature", "GeometryCollection")
BASES = ("buildings", "walks", "spaces")
_TABLE = {"Polygon": "buildings", "MultiPolygon": "buildings", "LineString": "walks"}
"""Kind of shape -> table it is measured against while nobody says which it fills."""
_TAKEN = re.compile(r"「(.+)」当作 \1")  # a heading that is our own word needs no remark
_FARTHEST, _POLE = 180.0, 90.0  # degrees; greater numbers are metres
_REDRAW = Said("在地图软件里改正或删去这个对象。", "Correct or remove it in the map program.")
_CHECK_CRS = Said(
    "查 x、y 是否写反，再查坐标系。", "Ask whether x and y were exchanged; check the system."
)


def inspect_map(path: Path, *, layer: str | None = None) -> Seen:
    """Return what a map holds and what is wrong with each of its objects.

    A vector file that a layer mapping beside it names is tried as it would be imported.
    Without one, a file in a community's folder is measured against the community's map,
    so that a layer of mixed datums shows.

    Parameters
    ----------
    layer
        Layer of a GeoPackage; all of them when None.

    Raises
    ------
    DataFault
        When the file cannot be read at all.
    """
    if path.name.lower().endswith(OSM) or is_map_file(path):
        read_map_file(path, keys=())  # refuses what is no whole map
        found = map_summary.inspect_map(path)
        return Seen("map", found.facts, found.dropped, found.faults)
    if path.suffix.lower() == dxf.SUFFIX:
        return _drawing(path, layer)
    source = path.with_suffix(".shp") if path.suffix.lower() in ASIDE else path
    no_map = _no_geojson(source) if source.suffix.lower() in GEOJSON else None
    if no_map is not None:
        raise DataFault(no_map)
    around = _Around(source)
    looks = [_Layer(source, name, around) for name in _layers(source, layer)]
    facts: dict[str, object] = {"format": source.suffix.lstrip(".").lower()}
    if len(looks) > 1:
        facts["layers"] = ", ".join(str(look.name) for look in looks)
    for look in looks:
        head = f"{look.name}: " if len(looks) > 1 else ""
        facts |= {head + name: value for name, value in look.facts.items()}
    return Seen(
        "map",
        facts,
        looks[0].headings() if len(looks) == 1 else None,
        tuple(fault for look in looks for fault in look.faults),
        tuple(doubt for look in looks for doubt in look.doubts),
    )


def _drawing(path: Path, layer: str | None) -> Seen:
    """Return the layers of a drawing, and of the one named every entity that gives no shape."""
    counted = dxf.layers_of(path)
    if layer is None:
        rows = [
            {"layer": name, "kinds": ", ".join(f"{sort} {n}" for sort, n in sorts.items())}
            for name, sorts in counted.items()
        ]
        return Seen("map", {"format": "dxf", "layers": len(counted)}, pd.DataFrame(rows))
    drawn = dxf.read_dxf(path, layer=layer)
    facts = {
        "format": "dxf",
        "layer": layer,
        "features": len(drawn.frame),
        "read_as": ", ".join(drawn.mended["reason_en"]),
        "dropped": len(drawn.dropped),
    }
    return Seen("map", facts, drawn.dropped if len(drawn.dropped) else None)


def _no_geojson(path: Path) -> Fault | None:
    """Return why a JSON file is no GeoJSON, None when it is."""
    expected = Said("GeoJSON 的 FeatureCollection", "a GeoJSON FeatureCollection")
    remedy = Said("重新导出这个文件。", "Export the file again.")
    try:
        whole = json.loads(decode(path.read_bytes(), place=path.name).text)
    except json.JSONDecodeError as error:
        got = Said(
            f"第 {error.lineno} 行断了或写错", f"text cut short or wrong at line {error.lineno}"
        )
        return Fault(path.name, expected, got, remedy, error.lineno)
    kind = whole.get("type") if isinstance(whole, dict) else None
    if kind in _GEOJSON_TYPES or (isinstance(whole, dict) and "coordinates" in whole):
        return None
    return Fault(path.name, expected, Said("别的 JSON", "other JSON"), remedy)


def _layers(path: Path, wanted: str | None) -> list[str | None]:
    if wanted is not None or path.suffix.lower() != ".gpkg" or not path.is_file():
        return [wanted]
    try:
        names = [str(name) for name, _ in pyogrio.list_layers(path)]
    except (OSError, RuntimeError, ValueError):
        return [None]
    return list(names) if len(names) > 1 else [None]


@dataclass
class _Around:
    """The community a map lies in, if any, and the layers its mapping states."""

    path: Path
    catalogue: Catalogue = field(init=False)
    settings: Settings | None = None
    base: dict[str, gpd.GeoDataFrame] = field(default_factory=dict)

    def __post_init__(self) -> None:
        here = self.path.resolve()
        root = next((p for p in here.parents[:3] if (p / "community.toml").is_file()), None)
        self.catalogue = load(root / "catalogue" if root is not None else None)
        if root is None:
            return
        try:
            self.settings = read_declared(root / "community.toml", Settings, kind=DataFault)
        except DataFault:
            return
        wrong: list[Fault] = []
        for name in BASES:
            frame = read_layer(root, name, self.settings, self.catalogue, wrong)
            if isinstance(frame, gpd.GeoDataFrame) and len(frame):
                self.base[name] = frame

    def mapping(self, layer: str | None) -> LayerMapping | None:
        """Return what a mapping beside the file says of the layer."""
        for beside in sorted(self.path.parent.glob("*.toml")):
            try:
                stated = read_layer_mapping(beside)
            except RenlinError:
                continue
            for one in stated.values():
                if one.file == self.path.name and layer in (None, one.layer):
                    return one
        return None


class _Layer:
    """One layer, looked at object by object."""

    def __init__(self, path: Path, name: str | None, around: _Around) -> None:
        self.path, self.name, self.around = path, name, around
        self.place = path.name if name is None else f"{path.name}[{name}]"
        self.facts: dict[str, object] = {}
        self.faults: list[Fault] = []
        self.doubts: list[Fault] = []
        self.raw = gpd.GeoDataFrame(geometry=[])
        try:
            self.raw = open_vector(path, layer=name)
        except DataFault as error:
            self.faults += error.faults
            return
        self.shapes: Sequence[BaseGeometry | None] = list(self.raw.geometry)
        self._describe()
        self._look_at_shapes()
        self.faults += self._look_at_places()
        self._compare()

    def headings(self) -> pd.DataFrame:
        """Return each heading with its filled cells."""
        names = [name for name in self.raw.columns if name != "geometry"]
        filled = [int(self.raw[name].notna().sum()) for name in names]
        return pd.DataFrame({"heading": list(map(str, names)), "filled": filled})

    def _describe(self) -> None:
        kinds = pd.Series([s.geom_type if s is not None else "none" for s in self.shapes])
        counted = kinds.value_counts().sort_index().items()
        west, south, east, north = self.raw.total_bounds
        self.facts = {
            "features": len(self.raw),
            "kinds": ", ".join(f"{kind} {n}" for kind, n in counted),
            "crs": self.raw.crs.to_string() if self.raw.crs is not None else "",
            "bounds": f"{west:.6f}, {south:.6f}, {east:.6f}, {north:.6f}",
        }

    def _fault(self, number: int, expected: Said, got: Said, remedy: Said = _REDRAW) -> Fault:
        return Fault(self.place, expected, got, remedy, number, "geometry")

    def _look_at_shapes(self) -> None:
        """Note every shape that is empty, no number, or crosses itself."""
        limit = self.around.catalogue.number("repair_limit")
        expected = Said("有坐标的图形", "a shape with coordinates")
        sound = Said("不自交的轮廓", "an outline that does not cross itself")
        for number, shape in enumerate(self.shapes, start=1):
            if shape is None or shape.is_empty:
                self.faults.append(self._fault(number, expected, Said("空", "nothing")))
            elif not np.isfinite(shapely.get_coordinates(shape)).all():
                got = Said("不是数的坐标", "coordinates that are no numbers")
                self.faults.append(self._fault(number, expected, got))
            elif shape.geom_type in ("Polygon", "MultiPolygon") and not shape.is_valid:
                made = mended(shape, limit=limit)
                share = f"{made.change:.2%}"
                got = Said(
                    f"自交，修复会改变面积 {share}", f"one that crosses; mending changes {share}"
                )
                told = self.doubts if made.shape is not None else self.faults
                told.append(self._fault(number, sound, got))

    def _look_at_places(self) -> list[Fault]:
        """Return a fault for every object that lies where its system cannot put it."""
        crs = self.raw.crs
        bounds = np.abs(shapely.bounds(np.array(self.shapes, dtype=object)))
        if crs is not None and crs.is_projected:
            return self._outside(CRS.from_user_input(crs))
        far = [int(at) + 1 for at in np.flatnonzero((bounds > _FARTHEST).any(axis=1))]
        if crs is None and len(far) == len(self.shapes):
            expected = Said("写明坐标系的图层", "a layer that states its coordinate system")
            got = Said("没有坐标系，数值像是米", "no system, and numbers that look like metres")
            remedy = Said("附上 .prj，或导出时选坐标系。", "Add the .prj, or choose it on export.")
            return [Fault(self.place, expected, got, remedy)]
        degrees = Said("经度、纬度（度）", "longitude and latitude in degrees")
        metres = Said("像是米的数值", "numbers that look like metres")
        faults = each_or_together(
            far, metres, lambda row, got: self._fault(row, degrees, got, _CHECK_CRS)
        )
        near = [None if n in set(far) else s for n, s in enumerate(self.shapes, start=1)]
        return faults + exchanged(near, np.empty((0, 2)), self.place)

    def _outside(self, crs: CRS) -> list[Fault]:
        """Return a fault for every object in degrees among metres, or outside the system."""
        bounds = np.abs(shapely.bounds(np.array(self.shapes, dtype=object)))
        small = np.asarray((bounds <= np.array([_FARTHEST, _POLE] * 2)).all(axis=1))
        if small.any() and not small[np.isfinite(bounds).all(axis=1)].all():
            expected = Said("以米计的坐标", "coordinates in metres")
            got = Said("像是经纬度的数值", "numbers that look like degrees")
            rows = [int(at) + 1 for at in np.flatnonzero(small)]
            return each_or_together(
                rows, got, lambda row, said: self._fault(row, expected, said, _CHECK_CRS)
            )
        area = crs.area_of_use
        if area is None:
            return []
        lonlat = gpd.GeoSeries(self.raw.geometry).to_crs(LONLAT).bounds.to_numpy()
        low = np.array([area.west, area.south] * 2) - ZONE_MARGIN
        high = np.array([area.east, area.north] * 2) + ZONE_MARGIN
        stated = ~np.isnan(lonlat).any(axis=1)
        lost = stated & ~((lonlat >= low) & (lonlat <= high)).all(axis=1)
        expected = Said(f"在 {crs.to_string()} 的范围内", f"within the area of {crs.to_string()}")
        got = Said("范围外的坐标", "coordinates outside it")
        rows = [int(at) + 1 for at in np.flatnonzero(lost)]
        return each_or_together(
            rows, got, lambda row, said: self._fault(row, expected, said, _CHECK_CRS)
        )

    def _compare(self) -> None:
        """Try the layer as its mapping states, or measure it against the community's map."""
        mapping = self.around.mapping(self.name)
        if mapping is not None:
            self._try(mapping)
        elif self.around.base and not self.faults:
            self._measure()

    def _try(self, mapping: LayerMapping) -> None:
        self.facts |= {"table": mapping.table, "datum": mapping.datum}
        settings = self.around.settings
        try:
            crs = settings.crs if settings is not None else self._zone()
            made = read_vector(
                self.path.parent, mapping, self.around.catalogue, crs=crs, base=self.around.base
            )
        except DataFault as error:
            self.faults = list(error.faults)
            return
        self.doubts = list(self._noted(made.notes))
        if made.judgement is not None:
            self.facts["offsets_m"] = _figures(made.judgement.offsets)

    def _noted(self, notes: pd.DataFrame) -> Iterator[Fault]:
        for note in notes.to_dict("records"):
            if _TAKEN.fullmatch(str(note["reason"])):
                continue
            expected = Said("原样可用", "nothing to change")
            got = Said(f"{note['id']}：{note['reason']}", f"{note['id']}: {note['reason_en']}")
            yield Fault(self.place, expected, got, Said("请核对。", "Please check."))

    def _zone(self) -> str:
        west, south, east, north = self.raw.to_crs(LONLAT).total_bounds
        return zone((west + east) / 2.0, (south + north) / 2.0)

    def _measure(self) -> None:
        kind = pd.Series([s.geom_type for s in self.shapes if s is not None]).mode()
        table = _TABLE.get(str(kind.iloc[0]))
        if table is None or self.raw.crs is None:
            return
        against = base_points(table, self.around.base)
        degrees = self.raw.to_crs(LONLAT).geometry
        spots = shapely.get_coordinates(shapely.centroid(degrees.to_numpy()))
        try:
            found = likely_datum(spots, against, place=self.place)
        except DataFault as error:
            self.faults += error.faults
            return
        if found is None:
            return
        self.facts |= {"fits": found.declared, "offsets_m": _figures(found.offsets)}
        if found.declared != "wgs84":
            expected = Said("声明了坐标基准", "a declared datum")
            got = Said(f"没有声明，像是 {found.declared}", f"none; it looks like {found.declared}")
            remedy = Said(
                "问清来源，写进图层的映射文件。", "Ask its source; state it in the mapping."
            )
            self.doubts.append(Fault(self.place, expected, got, remedy, None, "datum"))


def _figures(offsets: Mapping[str, float]) -> str:
    return ", ".join(f"{code} {metres:.0f}" for code, metres in offsets.items())
