"""Import one vector layer: datum tested, columns mapped, every object checked for itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
from shapely.geometry.base import BaseGeometry

from renlin.catalogue.load import Catalogue
from renlin.catalogue.models import Column
from renlin.community.tables import conform
from renlin.errors import DataFault, Fault, Said, did_you_mean, raise_all
from renlin.intake.datum_judgement import DatumJudgement
from renlin.intake.extent import LONLAT
from renlin.intake.layer_mapping import LayerMapping
from renlin.intake.layers import NOTE_COLUMNS
from renlin.intake.vector_datum import base_points, exchanged, in_degrees, in_wgs84, judged
from renlin.intake.vector_file import open_vector
from renlin.intake.vector_shapes import KINDS, Checked, checked_shapes, dissolved
from renlin.intake.vector_source import open_source

Cells = dict[str, Any]


@dataclass(frozen=True)
class ImportedLayer:
    """One layer fit for its table.

    Attributes
    ----------
    name
        The table it fills.
    table
        Rows in the columns and types of the schema, in the projected system asked for.
    notes
        What was mended, split, joined, left out or guessed: table, id, reason, reason_en.
    columns
        Heading of the file -> column of ours, guesses included.
    judgement
        Offsets under each datum; None where the datum could not be tested.
    """

    name: str
    table: gpd.GeoDataFrame
    notes: pd.DataFrame
    columns: Mapping[str, str]
    judgement: DatumJudgement | None


@dataclass(frozen=True)
class Plain:
    """A vector file as it stands.

    Attributes
    ----------
    facts
        Name -> value, in the order to print.
    faults
        What must be corrected.
    """

    facts: Mapping[str, object]
    faults: tuple[Fault, ...] = field(default_factory=tuple)


def read_vector(
    folder: Path,
    mapping: LayerMapping,
    catalogue: Catalogue,
    *,
    crs: str,
    base: Mapping[str, gpd.GeoDataFrame] | None = None,
) -> ImportedLayer:
    """Read the layer a mapping names, in metres, with its declared datum tested.

    Parameters
    ----------
    folder
        Folder of the mapping file.
    crs
        Projected system to bring it to.
    base
        Tables of the base map (buildings, walks, spaces) in ``crs``; without them the
        datum is taken as declared and a note says that nothing tested it.

    Raises
    ------
    DataFault
        With every fault of the file: unreadable, wrong datum, exchanged axes, empty or
        self-crossing shapes, wrong kinds, giant outlines, keys used twice, bad cells.
    """
    path = folder / mapping.file
    source = open_source(path, mapping, key=catalogue.tables[mapping.table][0].column)
    raw = source.frame
    made = _Import(path.name, mapping, catalogue)
    for key, why in source.notes:
        made.note(key, why)
    degrees = in_degrees(raw, mapping.datum, path.name)
    against = base_points(mapping.table, base or {})
    faults = exchanged(degrees, against, path.name)
    judgement = None
    try:
        judgement = judged(degrees, mapping.table, against, mapping.datum, path.name)
    except DataFault as error:
        # objects with exchanged axes lie elsewhere under every datum: say that first
        faults += [] if faults else error.faults
    if judgement is None:
        made.note("all", Said("坐标基准没有经过检验", "nothing tested its datum"))
    metres = gpd.GeoSeries(in_wgs84(degrees, mapping.datum), crs=LONLAT).to_crs(crs)
    table, columns, more = made.layer(raw, list(metres))
    raise_all([*faults, *more], DataFault)
    return ImportedLayer(
        mapping.table,
        gpd.GeoDataFrame(table, geometry="geometry", crs=crs),
        pd.DataFrame(made.notes, columns=list(NOTE_COLUMNS), dtype="str"),
        columns,
        judgement,
    )


def read_plain(path: Path) -> Plain:
    """Return what a vector file holds, without a mapping: count, kinds, system, headings."""
    raw = open_vector(path)
    kinds = pd.Series([s.geom_type if s is not None else "none" for s in raw.geometry])
    west, south, east, north = raw.total_bounds
    faults = [
        Fault(
            path.name,
            Said("有坐标的图形", "a shape with coordinates"),
            Said("空", "nothing"),
            Said("删去或补画这个对象。", "Remove the object or draw it."),
            number,
        )
        for number, shape in enumerate(raw.geometry, start=1)
        if shape is None or shape.is_empty
    ]
    facts = {
        "format": path.suffix.lstrip(".").lower(),
        "features": len(raw),
        "kinds": ", ".join(f"{k} {n}" for k, n in kinds.value_counts().sort_index().items()),
        "crs": raw.crs.to_string() if raw.crs is not None else "",
        "bounds": f"{west:.6f}, {south:.6f}, {east:.6f}, {north:.6f}",
        "columns": ", ".join(str(c) for c in raw.columns if c != "geometry"),
        "invalid": int((~raw.geometry.dropna().is_valid).sum()),
    }
    return Plain(facts, tuple(faults))


class _Import:
    """One layer on its way into its table, and what was noted on the way."""

    def __init__(self, place: str, mapping: LayerMapping, catalogue: Catalogue) -> None:
        self.place, self.mapping, self.catalogue = place, mapping, catalogue
        self.name = mapping.table
        self.schema: Sequence[Column] = catalogue.tables[mapping.table]
        self.notes: list[tuple[str, str, str, str]] = []

    def note(self, key: str, why: Said) -> None:
        self.notes.append((self.name, key, why.zh, why.en))

    def layer(
        self, raw: gpd.GeoDataFrame, shapes: Sequence[BaseGeometry | None]
    ) -> tuple[pd.DataFrame, dict[str, str], list[Fault]]:
        """Return the typed table, the columns used, and the faults of all shapes and cells."""
        cells, columns, faults = self._cells(raw)
        checked = checked_shapes(
            shapes,
            self.name,
            place=self.place,
            repair_limit=self.catalogue.number("repair_limit"),
            area_limit=self.catalogue.number("building_area_limit"),
        )
        rows = self._rows(cells, checked)
        numbers = [int(str(row.pop("row"))) for row in rows]
        places = [row.pop("geometry") for row in rows] if self.name == "facilities" else None
        done = conform(
            pd.DataFrame(rows), self.name, self.catalogue, place=self.place, rows=numbers
        )
        table = done.table.copy()
        if places is not None:
            table["geometry"] = pd.Series(places, dtype="object")
        return table, columns, [*faults, *checked.faults, *done.faults]

    def _cells(self, raw: gpd.GeoDataFrame) -> tuple[list[Cells], dict[str, str], list[Fault]]:
        """Return the cells of each feature under our columns, the columns used, the faults."""
        headings = [str(c) for c in raw.columns if c != "geometry"]
        columns = self._columns(headings)
        faults = [self._no_heading(h) for h in self.mapping.columns if h not in headings]
        faults += [
            self._no_column(target)
            for target in self.mapping.columns.values()
            if target not in {c.column for c in self.schema}
        ]
        unused = [h for h in headings if h not in columns and h not in self.mapping.ignore]
        if unused:
            listed = ", ".join(unused)
            self.note("all", Said(f"没有用到的列：{listed}", f"headings not used: {listed}"))
        usable = {h: t for h, t in columns.items() if h in headings}
        cells = [
            {target: self._value(target, row[heading]) for heading, target in usable.items()}
            for row in raw.drop(columns="geometry").astype(object).to_dict("records")
        ]
        return cells, columns, faults

    def _columns(self, headings: Sequence[str]) -> dict[str, str]:
        """Return heading -> column as stated, else where the heading is our name in either word."""
        columns = dict(self.mapping.columns)
        taken = set(columns.values())
        for column in self.schema:
            if column.column in taken or column.column == "geometry":
                continue
            for heading in headings:
                if heading in columns or heading in self.mapping.ignore:
                    continue
                if heading.strip().lower() == column.column or heading.strip() == column.zh:
                    columns[heading] = column.column
                    self.note(
                        "all",
                        Said(
                            f"「{heading}」当作 {column.column}",
                            f"{heading} taken as {column.column}",
                        ),
                    )
                    break
        return columns

    def _value(self, column: str, cell: Any) -> Any:
        """Return a cell, with the holder's words for it replaced by ours."""
        if cell is None or pd.isna(cell):
            return None
        words = self.mapping.values.get(column, {})
        return words.get(str(cell).strip(), cell)

    def _rows(self, cells: list[Cells], checked: Checked) -> list[Cells]:
        """Return one row per shape with its key, name and the number of its feature."""
        key = self.schema[0].column
        rows: list[Cells] = []
        for number, (cell, parts) in enumerate(zip(cells, checked.parts, strict=True), start=1):
            own = cell.get(key)
            name = str(own) if own is not None else f"{self.name}-{number}"
            if number in checked.notes:
                self.note(name, checked.notes[number])
            for n, part in enumerate(parts, start=1):
                part_key = name if len(parts) == 1 else f"{name}-{n}"
                row = {**cell, key: part_key, "geometry": part, "row": number}
                rows.append(self._completed(row, part_key))
        if cells and all(cell.get(key) is None for cell in cells):
            self.note("all", Said(f"没有 {key}，按顺序编号", f"no {key}: numbered in order"))
        return self._joined(rows, key)

    def _completed(self, row: Cells, key: str) -> Cells:
        """Return a row with what its table needs and the layer may leave out."""
        names = {column.column for column in self.schema if column.required}
        if "name" in names and row.get("name") is None:
            row["name"] = key
        if self.name == "facilities":
            shape = row["geometry"]
            row["x"], row["y"] = shape.x, shape.y
        if self.name == "walks" and row.get("origin") is None:
            row["origin"] = self.mapping.source or self.mapping.file
        return row

    def _joined(self, rows: list[Cells], key: str) -> list[Cells]:
        """Return rows in which pieces of one area, cut at tile edges, are one again."""
        if KINDS[self.name] != "polygon":
            return rows
        groups: dict[object, list[Cells]] = {}
        for row in rows:
            groups.setdefault(row[key], []).append(row)
        done: list[Cells] = []
        for group in groups.values():
            facts = [{k: v for k, v in r.items() if k not in ("geometry", "row")} for r in group]
            same = all(fact == facts[0] for fact in facts)
            gap = self.catalogue.number("node_tolerance")
            pieces = [row["geometry"] for row in group]
            whole = dissolved(pieces, gap=gap) if same and len(group) > 1 else None
            if whole is None:
                done.extend(group)
                continue
            why = Said(f"由 {len(group)} 块拼合", f"joined from {len(group)} pieces")
            self.note(str(group[0][key]), why)
            done.append({**group[0], "geometry": whole})
        return done

    def _no_heading(self, heading: str) -> Fault:
        return Fault(
            self.place,
            Said(f"有「{heading}」这一列", f"a column {heading}"),
            Said("没有", "none"),
            Said("改正映射文件。", "Correct the mapping file."),
            None,
            heading,
        )

    def _no_column(self, target: str) -> Fault:
        known = [column.column for column in self.schema]
        return Fault(
            self.place,
            Said("、".join(known), ", ".join(known)),
            Said(target, target),
            did_you_mean(target, known),
            None,
            target,
        )
