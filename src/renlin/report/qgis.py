"""Give a GeoPackage what QGIS needs: styles with the report's classes, names of fields.

QGIS reads the table ``layer_styles`` of a GeoPackage and draws each layer with the QML that
is its default; GDAL and QGIS show the titles of ``gpkg_data_columns`` beside the fields.

Source: OGC GeoPackage 1.3, extension Schema (annex F.9); QML as QGIS 3.34 writes it.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree as Xml

from renlin.report.palette import tokens

QGIS = "3.34"
MM = 0.26
"""Millimetres of a pixel of the report at 96 dots per inch."""
Symbol = Xml.Element


@dataclass(frozen=True)
class Look:
    """How a layer is drawn: an expression of its classes, and class -> (words, symbol).

    A layer of one class has the expression "".
    """

    classes: Mapping[str, tuple[str, Symbol]]
    by: str = ""


def fill(colour: str, *, edge: str = "ink", wide: float = 0.6, dashed: bool = False) -> Symbol:
    """Return a filled area; ``colour`` and ``edge`` name tokens or are colours."""
    options = {
        "color": _rgba(colour), "outline_color": _rgba(edge), "style": "solid",
        "outline_style": "dash" if dashed else "solid", "outline_width": f"{wide * MM:.2f}",
        "outline_width_unit": "MM", "joinstyle": "miter",
    }  # fmt: skip
    return _symbol("fill", ("SimpleFill", options))


def hatch() -> Symbol:
    """Return the area of what is not known: white, hatched at 45 degrees, dashed edge."""
    made = fill("unknown-bg", edge="unknown-line", wide=1.4, dashed=True)
    options = {
        "angle": "45", "distance": f"{7 * MM:.2f}", "distance_unit": "MM",
        "line_width": f"{1.4 * MM:.2f}", "line_width_unit": "MM", "color": _rgba("unknown-line"),
    }  # fmt: skip
    layer = _layer("LinePatternFill", options)
    layer.append(line("unknown-line", 1.4, name="@0@1"))
    made.append(layer)
    return made


def line(colour: str, wide: float, *, dash: str = "", name: str = "0") -> Symbol:
    """Return a line; ``dash`` lists lengths in millimetres, such as ``1;1``."""
    options = {
        "line_color": _rgba(colour), "line_width": f"{wide * MM:.2f}", "line_width_unit": "MM",
        "line_style": "solid", "capstyle": "round", "joinstyle": "round",
    }  # fmt: skip
    if dash:
        options |= {"use_custom_dash": "1", "customdash": dash, "customdash_unit": "MM"}
    return _symbol("line", ("SimpleLine", options), name=name)


def marker(shape: str, colour: str, size: float, *, edge: str = "paper") -> Symbol:
    """Return a point sign: ``circle``, ``square``, ``diamond``, ``cross_fill``, ``triangle``."""
    options = {
        "name": shape, "color": _rgba(colour), "outline_color": _rgba(edge),
        "outline_width": "0.3", "outline_width_unit": "MM", "size": f"{size * MM:.2f}",
        "size_unit": "MM", "outline_style": "solid", "angle": "0",
    }  # fmt: skip
    return _symbol("marker", ("SimpleMarker", options))


def _rgba(colour: str) -> str:
    value = tokens().get(colour, colour)
    if value == "none":
        return "0,0,0,0"
    r, g, b = (int(value[i : i + 2], 16) for i in (1, 3, 5))
    return f"{r},{g},{b},255"


def _symbol(kind: str, *layers: tuple[str, Mapping[str, str]], name: str = "0") -> Symbol:
    given = {"type": kind, "name": name, "alpha": "1", "clip_to_extent": "1", "force_rhr": "0"}
    made = Xml.Element("symbol", given)
    for code, options in layers:
        made.append(_layer(code, options))
    return made


def _layer(code: str, options: Mapping[str, str]) -> Xml.Element:
    made = Xml.Element("layer", {"class": code, "enabled": "1", "locked": "0", "pass": "0"})
    held = Xml.SubElement(made, "Option", {"type": "Map"})
    for name, value in sorted(options.items()):
        Xml.SubElement(held, "Option", {"type": "QString", "name": name, "value": value})
    return made


def qml(look: Look, fields: Mapping[str, str]) -> str:
    """Return the style of a layer: its renderer, and the names of its fields."""
    root = Xml.Element("qgis", {"version": QGIS, "styleCategories": "Symbology|Fields"})
    renderer = Xml.SubElement(root, "renderer-v2", {"enableorderby": "0", "forceraster": "0"})
    renderer.set("type", "categorizedSymbol" if look.by else "singleSymbol")
    if look.by:
        renderer.set("attr", look.by)
        listed = Xml.SubElement(renderer, "categories")
        for number, (value, (words, _)) in enumerate(look.classes.items()):
            given = {"value": value, "symbol": str(number), "label": words, "render": "true",
                     "type": "string", "uuid": str(number)}  # fmt: skip
            Xml.SubElement(listed, "category", given)
    symbols = Xml.SubElement(renderer, "symbols")
    for number, (_, symbol) in enumerate(look.classes.values()):
        symbol.set("name", str(number))
        symbols.append(symbol)
    aliases = Xml.SubElement(root, "aliases")
    for number, (name, words) in enumerate(fields.items()):
        Xml.SubElement(aliases, "alias", {"field": name, "index": str(number), "name": words})
    Xml.indent(root)
    head = "<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>\n"
    return head + Xml.tostring(root, encoding="unicode") + "\n"


STYLES = """
CREATE TABLE layer_styles (id INTEGER PRIMARY KEY AUTOINCREMENT NOT NULL,
  f_table_catalog TEXT(256), f_table_schema TEXT(256), f_table_name TEXT(256),
  f_geometry_column TEXT(256), styleName TEXT(30), styleQML TEXT, styleSLD TEXT,
  useAsDefault BOOLEAN, description TEXT, owner TEXT(30), ui TEXT(30), update_time DATETIME);
CREATE TABLE gpkg_data_columns (table_name TEXT NOT NULL, column_name TEXT NOT NULL, name TEXT,
  title TEXT, description TEXT, mime_type TEXT, constraint_name TEXT,
  CONSTRAINT pk_gdc PRIMARY KEY (table_name, column_name),
  CONSTRAINT gdc_tn UNIQUE (table_name, name));
CREATE TABLE gpkg_data_column_constraints (constraint_name TEXT NOT NULL,
  constraint_type TEXT NOT NULL, value TEXT, min NUMERIC, min_is_inclusive BOOLEAN, max NUMERIC,
  max_is_inclusive BOOLEAN, description TEXT,
  CONSTRAINT gdcc_ntv UNIQUE (constraint_name, constraint_type, value));
"""
EXTENSIONS = """
CREATE TABLE IF NOT EXISTS gpkg_extensions (table_name TEXT, column_name TEXT,
  extension_name TEXT NOT NULL, definition TEXT NOT NULL, scope TEXT NOT NULL,
  CONSTRAINT ge_tce UNIQUE (table_name, column_name, extension_name));
"""
SCHEMA = ("gpkg_schema", "http://www.geopackage.org/spec121/#extension_schema", "read-write")


@dataclass(frozen=True)
class Titled:
    """A layer of the file: its table, title, words, style, and names of fields."""

    table: str
    title: str
    says: str
    look: Look | None
    fields: Mapping[str, str]


def add_styles(path: Path, layers: Iterable[Titled], day: str) -> None:
    """Write styles, titles and names of fields of ``layers`` into a GeoPackage.

    ``day`` stands as the time of every style, so that the same layers give the same bytes.
    """
    with closing(sqlite3.connect(path)) as file, file:
        file.executescript(STYLES + EXTENSIONS)
        for name in ("gpkg_data_columns", "gpkg_data_column_constraints"):
            row = (name, None, *SCHEMA)
            file.execute("INSERT INTO gpkg_extensions VALUES (?, ?, ?, ?, ?)", row)
        _register(file, day)
        for one in layers:
            _add(file, one, day)


def _register(file: sqlite3.Connection, day: str) -> None:
    given = ("layer_styles", "attributes", "layer_styles", "", f"{day}T00:00:00.000Z")
    file.execute(
        "INSERT INTO gpkg_contents (table_name, data_type, identifier, description, last_change)"
        " VALUES (?, ?, ?, ?, ?)",
        given,
    )


def _add(file: sqlite3.Connection, one: Titled, day: str) -> None:
    file.execute(
        "UPDATE gpkg_contents SET identifier = ?, description = ? WHERE table_name = ?",
        (one.title, one.says, one.table),
    )
    rows = [(one.table, column, None, words) for column, words in one.fields.items()]
    file.executemany(
        "INSERT INTO gpkg_data_columns (table_name, column_name, name, title) VALUES (?, ?, ?, ?)",
        rows,
    )
    if one.look is None:
        return
    found = file.execute(
        "SELECT column_name FROM gpkg_geometry_columns WHERE table_name = ?", (one.table,)
    ).fetchone()
    style = ("", "", one.table, found[0], "renlin", qml(one.look, one.fields), "", 1, one.title, "")
    file.execute(
        "INSERT INTO layer_styles (f_table_catalog, f_table_schema, f_table_name,"
        " f_geometry_column, styleName, styleQML, styleSLD, useAsDefault, description, owner,"
        " ui, update_time) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL, ?)",
        (*style, f"{day}T00:00:00.000Z"),
    )
