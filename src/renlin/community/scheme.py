"""Describe a scheme as edits with old and new values, and apply it to a community.

An edit names its lever, and the lever says which table and column it may touch:
a measure can only act on the mechanism it names. The old value must be what stands
there now, so a scheme drawn for another state of the place is refused, never guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
from shapely import Point, wkt

from renlin.catalogue.load import Catalogue
from renlin.catalogue.models import Lever, Value
from renlin.community.community import GEOMETRY_TABLES, Community
from renlin.community.settings import Cell, Edit, Scheme, read_declared
from renlin.community.tables import conform
from renlin.errors import Fault, Said, SchemeFault, did_you_mean, raise_all


def read_scheme(path: Path) -> Scheme:
    """Read a scheme file; unknown keys are refused with the nearest word.

    Raises
    ------
    SchemeFault
        With all faults of the file.
    """
    return read_declared(path, Scheme)


def combine(schemes: Iterable[Scheme], *, code: str, zh: str, en: str) -> Scheme:
    """Return one scheme with the edits of ``schemes`` in order and their summed cost."""
    parts = tuple(schemes)
    costs = [part.cost for part in parts]
    total = None if any(cost is None for cost in costs) else float(sum(c for c in costs if c))
    edits = tuple(edit for part in parts for edit in part.edit)
    return Scheme(code=code, zh=zh, en=en, cost=total, edit=edits)


def apply(scheme: Scheme, community: Community) -> Community:
    """Return ``community`` with all edits of ``scheme`` made, in order.

    Raises
    ------
    SchemeFault
        With every edit that names an unknown lever, table, key or column, whose old
        value does not stand there, or whose new value the schema refuses.
    """
    work = _Edits(scheme, community)
    for number, edit in enumerate(scheme.edit, start=1):
        work.make(number, edit)
    raise_all(work.faults, SchemeFault)
    return replace(community, tables=work.tables, catalogue=work.catalogue, scheme=scheme.code)


class _Edits:
    """Make edits one after the other, gathering faults."""

    def __init__(self, scheme: Scheme, community: Community) -> None:
        self.place = f"schemes/{scheme.code}.toml"
        self.tables: dict[str, pd.DataFrame] = dict(community.tables)
        self.catalogue = community.catalogue
        self.faults: list[Fault] = []

    def make(self, number: int, edit: Edit) -> None:
        lever = self.catalogue.levers.get(edit.lever)
        if lever is None:
            self._fault(
                number,
                "lever",
                Said("目录里的杠杆", "a lever of the catalogue"),
                edit.lever,
                did_you_mean(edit.lever, self.catalogue.levers),
            )
        elif not _permits(lever, edit):
            self._fault(
                number,
                "column",
                Said(
                    f"杠杆管的列 {lever.table} {lever.column}",
                    f"what the lever moves: {lever.table} {lever.column}",
                ),
                f"{edit.op} {edit.table}.{edit.column}",
                _other_lever(),
            )
        elif edit.op == "parameter":
            self._parameter(number, edit)
        elif edit.op == "add":
            self._add(number, edit)
        else:
            self._cell_or_row(number, edit)

    def _cell_or_row(self, number: int, edit: Edit) -> None:
        frame = self.tables[edit.table]
        keys = frame.iloc[:, 0]
        hit = frame.index[keys == edit.key]
        if len(hit) == 0:
            self._fault(
                number,
                "key",
                Said(f"{edit.table} 里有的编号", f"a key of {edit.table}"),
                edit.key,
                did_you_mean(edit.key, keys.astype(str)),
            )
            return
        if edit.op == "remove":
            self.tables[edit.table] = frame.drop(index=hit).reset_index(drop=True)
            return
        stands: Any = frame.at[hit[0], edit.column]
        if not _same(stands, edit.was):
            shown = "unknown" if pd.isna(stands) else str(stands)
            self._fault(
                number,
                "was",
                Said(f"现在的值 {shown}", f"what stands there: {shown}"),
                str(edit.was),
                Said(
                    "方案是照另一版资料画的：核对后改 was。",
                    "The scheme was drawn for other data: check, then correct was.",
                ),
            )
            return
        self._set(number, edit, frame, hit[0])

    def _set(self, number: int, edit: Edit, frame: pd.DataFrame, at: Any) -> None:
        row = {c: (None if c in ("geometry",) else frame.at[at, c]) for c in frame.columns}
        row[edit.column] = edit.now
        typed = self._typed(number, edit.table, row, skip_geometry=True)
        if typed is not None:
            changed = frame.copy()
            value: Any = typed.at[0, edit.column]
            changed.loc[at, edit.column] = value
            self.tables[edit.table] = changed

    def _add(self, number: int, edit: Edit) -> None:
        frame = self.tables[edit.table]
        if (frame.iloc[:, 0] == edit.key).any():
            self._fault(
                number,
                "key",
                Said("新的编号", "a new key"),
                edit.key,
                Said("换一个编号。", "Choose another key."),
            )
            return
        row: dict[str, Any] = {str(frame.columns[0]): edit.key, **edit.row}
        if isinstance(row.get("geometry"), str):
            row["geometry"] = wkt.loads(row["geometry"])
        typed = self._typed(number, edit.table, row, skip_geometry=False)
        if typed is None:
            return
        if edit.table == "facilities":
            typed = gpd.GeoDataFrame(typed, geometry=[Point(row["x"], row["y"])])
        if edit.table in GEOMETRY_TABLES:
            typed = gpd.GeoDataFrame(typed, geometry="geometry", crs=getattr(frame, "crs", None))
        self.tables[edit.table] = pd.concat([frame, typed], ignore_index=True)

    def _typed(
        self, number: int, table: str, row: Mapping[str, Any], *, skip_geometry: bool
    ) -> pd.DataFrame | None:
        raw = pd.DataFrame({key: pd.Series([value], dtype="object") for key, value in row.items()})
        done = conform(
            raw.drop(columns=["geometry"], errors="ignore") if table == "facilities" else raw,
            table,
            self.catalogue,
            place=f"{self.place} edit {number}",
            rows=[number],
        )
        faults = [f for f in done.faults if not (skip_geometry and f.column == "geometry")]
        self.faults.extend(faults)
        return None if faults else done.table

    def _parameter(self, number: int, edit: Edit) -> None:
        part, _, rest = edit.key.partition("/")
        code, _, inner = rest.partition("/")
        known = getattr(self.catalogue, part, {}) if part in _PARAMETER_PARTS else {}
        if code not in known or not isinstance(edit.now, int | float):
            self._fault(
                number,
                "key",
                Said("目录里的参数和新值", "a parameter of the catalogue and its new value"),
                edit.key,
                did_you_mean(code, map(str, known)),
            )
            return
        value: Value = known[code].parameters[inner] if inner else known[code]
        if not _same(value.value, edit.was):
            self._fault(
                number,
                "was",
                Said(f"现在的值 {value.value:g}", f"what stands there: {value.value:g}"),
                str(edit.was),
                Said("核对后改 was。", "Check, then correct was."),
            )
            return
        changed = value.model_copy(update={"value": float(edit.now)})
        self.catalogue = _with_value(self.catalogue, part, code, inner, changed)

    def _fault(self, number: int, column: str, expected: Said, got: str, remedy: Said) -> None:
        self.faults.append(Fault(self.place, expected, Said(got, got), remedy, number, column))


_PARAMETER_PARTS = ("parameters", "premovement", "scenarios")


def _with_value(catalogue: Catalogue, part: str, code: str, inner: str, value: Value) -> Catalogue:
    entries = dict(getattr(catalogue, part))
    if inner:
        entry = entries[code]
        entries[code] = entry.model_copy(update={"parameters": {**entry.parameters, inner: value}})
    else:
        entries[code] = value
    changed: dict[str, Any] = {part: entries}
    return replace(catalogue, **changed)


def _permits(lever: Lever, edit: Edit) -> bool:
    tables, columns = lever.table.split("|"), lever.column.split("|")
    if edit.op == "parameter":
        return lever.operation == "parameter" and any(edit.key.startswith(c) for c in columns)
    if edit.op in ("add", "remove"):
        return lever.operation == "row" and edit.table in tables
    return lever.operation == "set" and edit.table in tables and edit.column in columns


def _other_lever() -> Said:
    return Said(
        "选管这一列的杠杆，见 levers.csv。", "Choose the lever of that column, see levers.csv."
    )


def _same(stands: Any, was: Cell) -> bool:
    if stands is None or pd.isna(stands):
        return was is None
    if isinstance(stands, pd.Timestamp):
        return str(stands.date()) == str(was)
    if isinstance(was, bool) or isinstance(stands, bool):
        return bool(stands) is was
    if isinstance(was, int | float):
        return abs(float(stands) - float(was)) < 1e-9
    return str(stands) == str(was)
