"""Read a drawing (DXF): entities of some layers as shapes, texts as names, the rest listed.

A drawing knows no coordinate system, so the mapping declares one. Every entity is read
for itself: one that is broken or of no use is named with its handle, and costs only itself.
"""

from __future__ import annotations

import fnmatch
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from shapely import Point, Polygon, STRtree
from shapely.geometry.base import BaseGeometry

from renlin.errors import DataFault, Fault, Said, nearest
from renlin.intake.dxf_shapes import WRITING, Unusable, shape_of
from renlin.intake.dxf_text import Lettering

SUFFIX = ".dxf"
FACTS = ("handle", "type", "layer", "name", "texts", "block")
_NOT_HERE = ("ATTRIB", "SEQEND", "VERTEX")  # parts of others


@dataclass(frozen=True)
class Drawing:
    """What a drawing gives.

    Attributes
    ----------
    frame
        One row per entity used: ``FACTS``, attributes of blocks, geometry in metres
        without a system. ``name`` is a text inside an outline, or the label of a block.
    dropped
        Entities that are in no row: handle, type, layer, reason, reason_en.
    mended
        What was done to the drawing as a whole; same columns.
    layers
        Layer -> type -> entities in it.
    """

    frame: gpd.GeoDataFrame
    dropped: pd.DataFrame
    mended: pd.DataFrame
    layers: dict[str, dict[str, int]]


@dataclass
class _Told:
    """Rows about entities, in the order they were met."""

    rows: list[tuple[str, str, str, str, str]] = field(default_factory=list)

    def add(self, entity: Any, layer: str, why: Said) -> None:
        handle = str(entity.dxf.get("handle", "") or "")
        self.rows.append((handle, entity.dxftype(), layer, why.zh, why.en))

    def table(self) -> pd.DataFrame:
        columns = ["handle", "type", "layer", "reason", "reason_en"]
        return pd.DataFrame(self.rows, columns=columns, dtype="str")


def read_dxf(path: Path, *, layer: str | None = None, kind: str | None = None) -> Drawing:
    """Return the entities of the layers named, in metres.

    Parameters
    ----------
    layer
        Name of a layer, or a pattern such as ``JMD*``; several separated by ``;``. None
        takes the only layer with shapes.
    kind
        ``polygon``, ``line`` or ``point``: what the table holds; entities of other kinds are
        dropped and listed. None keeps every kind.

    Raises
    ------
    DataFault
        When the file is no drawing, or the layer is not there.
    """
    document, repaired = _opened(path)
    lettering = Lettering(str(document.encoding), _sample(document))
    entities = [(lettering.read(e.dxf.get("layer", "0")), e) for e in document.modelspace()]
    counted = _counted(entities)
    wanted = _wanted(path, layer, counted)
    unit, units = _metres(document)
    told = _Told()
    texts: list[tuple[Point, str, str]] = []
    rows: list[dict[str, Any]] = []
    for name, entity in entities:
        if entity.dxftype() in WRITING:
            texts.extend(_text(entity, lettering, unit))
        elif name in wanted and entity.dxftype() not in _NOT_HERE:
            rows.extend(_row(entity, name, lettering, unit, kind, told))
    frame = gpd.GeoDataFrame(
        pd.DataFrame(rows, columns=None if rows else [*FACTS, "geometry"]), geometry="geometry"
    )
    return Drawing(_named(frame, texts), told.table(), _whole([units, *repaired]), counted)


def layers_of(path: Path) -> dict[str, dict[str, int]]:
    """Return layer -> type of entity -> how many; layers without shapes are left out.

    Raises
    ------
    DataFault
        When the file is no drawing.
    """
    document, _ = _opened(path)
    lettering = Lettering(str(document.encoding), _sample(document))
    return _counted([(lettering.read(e.dxf.get("layer", "0")), e) for e in document.modelspace()])


def _opened(path: Path) -> tuple[Any, list[Said]]:
    """Return the document, repaired as far as it can be, and what was repaired.

    Raises
    ------
    DataFault
        When nothing of it can be read.
    """
    from ezdxf import recover
    from ezdxf.lldxf.const import DXFError

    try:
        document, auditor = recover.readfile(str(path))
    except (DXFError, OSError, ValueError, IndexError, KeyError, AttributeError, TypeError) as why:
        raise DataFault(_unreadable(path, str(why))) from why
    n = len(auditor.errors) + len(auditor.fixes)
    if not len(document.modelspace()):
        raise DataFault(_unreadable(path, "no entities in the model space"))
    told = Said(
        f"图形文件有 {n} 处损坏，已修复或跳过", f"{n} damages of the drawing mended or skipped"
    )
    return document, [told] if n else []


def _sample(document: Any) -> list[str]:
    """Return names and texts of the drawing, to tell how it is encoded."""
    words = [str(layer.dxf.name) for layer in document.layers]
    words += [str(e.dxf.get("text", "")) for e in document.modelspace() if e.dxftype() == "TEXT"]
    return words


def _counted(entities: list[tuple[str, Any]]) -> dict[str, dict[str, int]]:
    counts: dict[str, Counter[str]] = {}
    for name, entity in entities:
        counts.setdefault(name, Counter())[entity.dxftype()] += 1
    return {name: dict(sorted(counts[name].items())) for name in sorted(counts)}


def _wanted(path: Path, layer: str | None, counted: dict[str, dict[str, int]]) -> set[str]:
    """Return the names of the layers to read.

    Raises
    ------
    DataFault
        When none is named and several hold shapes, or the one named is not there.
    """
    drawn = [name for name, kinds in counted.items() if set(kinds) - set(WRITING)]
    if layer is None and len(drawn) == 1:
        return set(drawn)
    patterns = [part.strip() for part in (layer or "").split(";") if part.strip()]
    found = {name for name in counted for p in patterns if fnmatch.fnmatchcase(name, p)}
    lost = [p for p in patterns if not any(fnmatch.fnmatchcase(name, p) for name in counted)]
    if found and not lost:
        return found
    known = ", ".join(drawn)
    wrong = lost[0] if lost else ""
    meant = nearest(wrong, drawn) if wrong else None
    remedy = Said("用 layer 指明图层。", "Name the layer with layer.")
    if meant is not None:
        remedy = Said(f"是不是「{meant}」？", f"Did you mean {meant}?")
    expected = Said(f"图层：{known}", f"a layer of: {known}")
    got = Said(wrong or f"{len(drawn)} 个图层", wrong or f"{len(drawn)} layers")
    raise DataFault(Fault(path.name, expected, got, remedy, None, "layer"))


def _metres(document: Any) -> tuple[float, Said]:
    """Return metres per drawing unit, and what was taken for them."""
    from ezdxf import units
    from ezdxf.enums import InsertUnits

    code = int(document.header.get("$INSUNITS", 0) or 0)
    if code == 0:
        return 1.0, Said("没有写单位，按米计", "no unit stated, taken as metres")
    try:
        factor = float(units.conversion_factor(InsertUnits(code), InsertUnits.Meters))
    except (KeyError, ValueError, TypeError, IndexError):
        return 1.0, Said(f"单位代码 {code} 不认识，按米计", f"unit {code} unknown, taken as metres")
    return factor, Said(f"单位换算：1 = {factor:g} 米", f"one unit is {factor:g} m")


def _text(entity: Any, lettering: Lettering, unit: float) -> Iterator[tuple[Point, str, str]]:
    """Yield a text with its place and layer; formatting of MTEXT is taken off."""
    try:
        words = entity.plain_text() if entity.dxftype() == "MTEXT" else entity.dxf.get("text", "")
        at = entity.dxf.insert
    except (AttributeError, ValueError, IndexError):
        return
    said = " ".join(lettering.read(str(words)).split())
    if said:
        yield Point(at.x * unit, at.y * unit), said, lettering.read(entity.dxf.get("layer", "0"))


def _row(
    entity: Any, layer: str, lettering: Lettering, unit: float, kind: str | None, told: _Told
) -> Iterator[dict[str, Any]]:
    """Yield the row of one entity, or list why there is none."""
    try:
        shape = shape_of(entity, unit, kind)
    except Unusable as error:
        told.add(entity, layer, error.why)
        return
    facts: dict[str, Any] = {
        "handle": str(entity.dxf.get("handle", "") or ""),
        "type": entity.dxftype(),
        "layer": layer,
        "name": None,
        "texts": None,
        "block": None,
    }
    if entity.dxftype() == "INSERT":
        facts["block"] = lettering.read(entity.dxf.get("name", ""))
        labels = {
            lettering.read(a.dxf.get("tag", "")): lettering.read(a.dxf.get("text", ""))
            for a in entity.attribs
        }
        facts |= {tag: text for tag, text in labels.items() if tag and tag not in facts}
        facts["name"] = next((text for text in labels.values() if text.strip()), None)
    yield {**facts, "geometry": shape}


def _named(frame: gpd.GeoDataFrame, texts: list[tuple[Point, str, str]]) -> gpd.GeoDataFrame:
    """Return the frame with the texts inside each outline, those of its own layer first.

    The smallest outline around a text owns it. The name is the first text with a letter;
    a text that is only a number, such as a height, is no name.
    """
    areas = [i for i, s in enumerate(frame.geometry) if isinstance(s, Polygon)]
    if not areas or not texts:
        return frame
    shapes: list[BaseGeometry] = [frame.geometry.iloc[i] for i in areas]
    tree = STRtree(shapes)
    held: dict[int, list[tuple[bool, str]]] = {}
    text, area = tree.query([point for point, _, _ in texts], predicate="intersects")
    order = np.lexsort((shapely.area(np.array(shapes, dtype=object))[area], text))
    seen: set[int] = set()
    for at in order.tolist():
        if int(text[at]) in seen:
            continue
        seen.add(int(text[at]))
        row = areas[int(area[at])]
        _, said, layer = texts[int(text[at])]
        held.setdefault(row, []).append((layer != frame["layer"].iloc[row], said))
    done = frame.copy()
    column = {name: list(frame[name].astype(object)) for name in ("name", "texts")}
    for row, found in held.items():
        said_there = [said for _, said in sorted(found, key=lambda one: one[0])]
        column["texts"][row] = " ".join(said_there)
        lettered = [said for said in said_there if any(c.isalpha() for c in said)]
        column["name"][row] = column["name"][row] or (lettered[0] if lettered else None)
    return done.assign(**{k: pd.Series(v, dtype="object") for k, v in column.items()})


def _whole(notes: list[Said]) -> pd.DataFrame:
    rows = [("", "", "", note.zh, note.en) for note in notes]
    columns = ["handle", "type", "layer", "reason", "reason_en"]
    return pd.DataFrame(rows, columns=columns, dtype="str")


def _unreadable(path: Path, why: str) -> Fault:
    return Fault(
        path.name,
        Said("DXF 图形文件", "a DXF drawing"),
        Said(f"读不出来（{why[:120]}）", f"it cannot be read ({why[:120]})"),
        Said(
            "在 CAD 里另存为 DXF（2007 以后的版本）。",
            "Save it again as DXF, version 2007 or later.",
        ),
    )
