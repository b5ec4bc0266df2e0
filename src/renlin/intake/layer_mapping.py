"""Read what the holder states about each map layer: file, datum, columns, words."""

from __future__ import annotations

from pathlib import Path, PurePosixPath, PureWindowsPath
from typing import Any, Literal

from pydantic import Field, field_validator

from renlin.community.settings import Declared, declare, read_declared
from renlin.errors import DataFault, Fault, Said

LayerTable = Literal["buildings", "entrances", "walks", "gates", "spaces", "facilities", "ways_in"]


class LayerMapping(Declared):
    """What one ``[layers.NAME]`` of the mapping file says.

    Attributes
    ----------
    file
        The layer, relative to the folder of the mapping file.
    table
        The table it fills.
    datum
        wgs84, cgcs2000, gcj02, bd09 or ``epsg:45xx``: never guessed.
    layer
        Layer of a GeoPackage that holds several; layers or patterns of a drawing, by ``;``.
    crs
        System of a file that states none: a drawing, a Shapefile without its .prj.
    source
        Who made it, as printed beside it.
    columns
        Heading of the file -> column of ours.
    ignore
        Headings left out on purpose.
    values
        Column of ours -> word of the file -> value.
    """

    file: str
    table: LayerTable
    datum: str
    layer: str | None = None
    crs: str = ""
    source: str = ""
    columns: dict[str, str] = Field(default_factory=dict)
    ignore: tuple[str, ...] = ()
    values: dict[str, dict[str, str]] = Field(default_factory=dict)

    @field_validator("file")
    @classmethod
    def _inside(cls, file: str) -> str:
        paths = (PurePosixPath(file), PureWindowsPath(file))
        if not file or any(p.is_absolute() or p.drive or ".." in p.parts for p in paths):
            raise ValueError("a path inside the folder of the mapping file")
        return file

    @field_validator("crs")
    @classmethod
    def _known(cls, crs: str) -> str:
        from pyproj import CRS
        from pyproj.exceptions import CRSError

        try:
            if crs:
                CRS.from_user_input(crs)
        except CRSError as error:
            raise ValueError("a coordinate system such as EPSG:32650") from error
        return crs


class _MappingFile(Declared):
    layers: dict[str, dict[str, Any]]


def read_layer_mapping(path: Path) -> dict[str, LayerMapping]:
    """Return name -> statement of every layer in a mapping file.

    The file is TOML with one table per layer::

        [layers.buildings]
        file = "楼栋.shp"
        table = "buildings"
        datum = "gcj02"
        columns = {"楼号" = "name", "层数" = "floors"}
        values = {"use" = {"住宅" = "dwelling"}}

    Raises
    ------
    DataFault
        With all faults of the file.
    """
    stated = read_declared(path, _MappingFile, kind=DataFault).layers
    faults: list[Fault] = []
    layers: dict[str, LayerMapping] = {}
    for name, fields in stated.items():
        try:
            layers[name] = declare(
                fields, LayerMapping, f"{path.name}[layers.{name}]", kind=DataFault
            )
        except DataFault as error:
            faults += error.faults
    if not stated:
        remedy = Said("请至少写一个 [layers.名称]。", "Write at least one [layers.NAME].")
        faults.append(Fault(path.name, Said("图层", "a layer"), Said("没有", "none"), remedy))
    if faults:
        raise DataFault(faults)
    return layers
