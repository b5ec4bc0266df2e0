"""Open what a layer mapping names, a drawing or a vector file, in a system that is declared."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import geopandas as gpd
import pandas as pd
from pyproj import CRS

from renlin.errors import DataFault, Fault, Said
from renlin.intake import dxf
from renlin.intake.layer_mapping import LayerMapping
from renlin.intake.vector_file import open_vector
from renlin.intake.vector_shapes import KINDS

EACH = 200  # entities of a drawing that are noted one by one; more of a kind become one note


@dataclass(frozen=True)
class Source:
    """A layer as its file has it, and what was noted on opening it."""

    frame: gpd.GeoDataFrame
    notes: tuple[tuple[str, Said], ...] = ()


def open_source(path: Path, mapping: LayerMapping, *, key: str) -> Source:
    """Return the features a mapping names, with the system it declares.

    Parameters
    ----------
    key
        Column of ours that a drawing's handles fill when the mapping names no other.

    Raises
    ------
    DataFault
        When the file cannot be read, or its system and the declared one contradict; when a
        drawing comes without any.
    """
    if path.suffix.lower() == dxf.SUFFIX:
        source = _drawing(path, mapping, key)
    else:
        source = Source(open_vector(path, layer=mapping.layer))
    return Source(_in_system(source.frame, path, mapping), source.notes)


def _drawing(path: Path, mapping: LayerMapping, key: str) -> Source:
    """Return the entities of a drawing; those that are of no use are notes."""
    drawn = dxf.read_dxf(path, layer=mapping.layer, kind=KINDS[mapping.table])
    if not len(drawn.frame):
        raise DataFault(_nothing(path, KINDS[mapping.table], len(drawn.dropped)))
    frame = drawn.frame
    if key not in mapping.columns.values():
        frame = frame.assign(**{key: frame["handle"]})
    spare = [c for c in dxf.FACTS if c not in ("name", key) and c not in mapping.columns]
    notes = [("all", Said(row["reason"], row["reason_en"])) for row in _records(drawn.mended)]
    told = drawn.dropped.groupby(["type", "reason"], sort=True)
    for (sort, _), group in told:
        rows = _records(group)
        for row in rows if len(rows) <= EACH else rows[:1]:
            n = "" if len(rows) <= EACH else f" × {len(rows)}"
            why = Said(f"{sort}{n}：{row['reason']}", f"{sort}{n}: {row['reason_en']}")
            notes.append((row["handle"] or "?", why))
    return Source(frame.drop(columns=spare), tuple(notes))


def _records(table: pd.DataFrame) -> list[dict[str, str]]:
    return [{str(k): str(v) for k, v in row.items()} for row in table.to_dict("records")]


def _in_system(frame: gpd.GeoDataFrame, path: Path, mapping: LayerMapping) -> gpd.GeoDataFrame:
    """Return the frame in the system the mapping declares, if it declares one.

    Raises
    ------
    DataFault
        When the file states another one, or a drawing has none.
    """
    gauss = mapping.datum.lower().replace(" ", "").startswith(("epsg", "45"))
    if not mapping.crs:
        if path.suffix.lower() == dxf.SUFFIX and not gauss:
            raise DataFault(_no_system(path))
        return frame
    declared = CRS.from_user_input(mapping.crs)
    if frame.crs is None:
        return frame.set_crs(declared)
    if CRS.from_user_input(frame.crs).equals(declared, ignore_axis_order=True):
        return frame
    raise DataFault(
        Fault(
            path.name,
            Said(f"{mapping.crs}（映射文件所写）", f"{mapping.crs}, as the mapping file says"),
            Said(
                f"{frame.crs.to_string()}（文件所写）", f"{frame.crs.to_string()}, as the file says"
            ),
            Said("问清楚来源，改正其中一个。", "Ask the source and correct one of them."),
            None,
            "crs",
        )
    )


def _no_system(path: Path) -> Fault:
    return Fault(
        path.name,
        Said("写明坐标系：图形文件自己没有", "a declared system: a drawing has none of its own"),
        Said("没有写", "none"),
        Said(
            '在映射文件里写 crs = "EPSG:…" 或 datum = "epsg:45xx"。',
            'Write crs = "EPSG:…" or datum = "epsg:45xx" in the mapping.',
        ),
        None,
        "crs",
    )


def _nothing(path: Path, kind: str, n: int) -> Fault:
    said = {"polygon": Said("闭合的轮廓", "closed outlines"), "line": Said("线", "lines")}
    expected = said.get(kind, Said("点或块", "points or blocks"))
    got = Said(f"一个也没有（{n} 个不能用）", f"none ({n} of no use)")
    remedy = Said("换一个图层，或在 CAD 里闭合轮廓。", "Name another layer, or close them in CAD.")
    return Fault(path.name, expected, got, remedy, None, "layer")
