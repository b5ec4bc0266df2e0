"""Turn the local plan (metres east and north of the south-west corner) into map layers."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

CRS = "EPSG:32650"
ORIGIN = (671_240.0, 3_541_310.0)
"""Where the south-west corner is said to lie: near 118.8 E 32.0 N, an invented place."""
TILT = math.radians(4.5)
"""The rows of the compound stand this far counter-clockwise from east."""

Point = tuple[float, float]
Row = Mapping[str, Any]


def placed(at: Point) -> Point:
    """Return local (east, north) as projected (x, y), m, to the centimetre."""
    east, north = at
    x = ORIGIN[0] + east * math.cos(TILT) - north * math.sin(TILT)
    y = ORIGIN[1] + east * math.sin(TILT) + north * math.cos(TILT)
    return round(x, 2), round(y, 2)


def point(at: Point) -> dict[str, Any]:
    """Return a GeoJSON point of a local position."""
    return {"type": "Point", "coordinates": list(placed(at))}


def line(ats: Sequence[Point]) -> dict[str, Any]:
    """Return a GeoJSON line of local positions."""
    return {"type": "LineString", "coordinates": [list(placed(at)) for at in ats]}


def box(west: float, south: float, east: float, north: float) -> dict[str, Any]:
    """Return a GeoJSON polygon of a local rectangle."""
    corners = [(west, south), (east, south), (east, north), (west, north), (west, south)]
    return {"type": "Polygon", "coordinates": [[list(placed(at)) for at in corners]]}


def wkt(ats: Sequence[Point]) -> str:
    """Return a line of local positions as WKT, as scheme edits write it."""
    places = ", ".join(f"{x:.2f} {y:.2f}" for x, y in map(placed, ats))
    return f"LINESTRING ({places})"


def geojson(name: str, rows: Iterable[Row]) -> bytes:
    """Return rows with a ``geometry`` as GeoJSON with declared CRS, one feature a line."""
    features = []
    for row in rows:
        facts = {key: _word(value) for key, value in row.items() if key != "geometry"}
        feature = {"type": "Feature", "properties": facts, "geometry": row["geometry"]}
        features.append(json.dumps(feature, ensure_ascii=False))
    crs = {"type": "name", "properties": {"name": f"urn:ogc:def:crs:{CRS.replace(':', '::')}"}}
    head = json.dumps({"type": "FeatureCollection", "name": name, "crs": crs}, ensure_ascii=False)
    body = ",\n".join(features)
    return f'{head[:-1]}, "features": [\n{body}\n]}}\n'.encode()


def table(rows: Sequence[Row]) -> bytes:
    """Return rows as CSV in UTF-8; the first row gives the columns."""
    out = io.StringIO()
    writer = csv.DictWriter(out, fieldnames=list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows({key: _cell(value) for key, value in row.items()} for row in rows)
    return out.getvalue().encode()


def text(name: str) -> str:
    """Return one of the texts written by hand, from ``texts/``."""
    return (Path(__file__).parent / "texts" / name).read_text(encoding="utf-8")


def _word(value: Any) -> Any:
    return ("yes" if value else "no") if isinstance(value, bool) else value


def _cell(value: Any) -> Any:
    return "" if value is None else _word(value)


def toml_value(value: Any) -> str:
    """Return a value as TOML; keys that are not plain words are quoted."""
    if isinstance(value, dict):
        parts = (f"{_key(k)} = {toml_value(v)}" for k, v in value.items())
        return "{ " + ", ".join(parts) + " }"
    if isinstance(value, list):
        return "[" + ", ".join(toml_value(v) for v in value) + "]"
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else repr(value)


def _key(key: str) -> str:
    plain = key.isascii() and key.replace("_", "").replace("-", "").isalnum()
    return key if plain else json.dumps(key, ensure_ascii=False)
