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
from shapely import from_wkt

from renlin.catalogue.load import Catalogue
from renlin.catalogue.models import Column, Entry, Lever, Value
from renlin.community.cells import PRIVATE, Typing
from renlin.community.community import GEOMETRY_TABLES, Community
from renlin.community.layers import located
from renlin.community.references import dangling
from renlin.community.settings import Cell, Edit, Scheme, read_declared
from renlin.community.tables import conform, schema
from renlin.errors import Fault, Said, SchemeFault, described, did_you_mean, raise_all

PARAMETER_PARTS = ("parameters", "premovement", "scenarios")
CLOSE = 1e-9  # of the unit: what writing a number as text may lose
_CHECK_KEY = Said("核对编号。", "Check the key.")
_CHECK_WAS = Said(
    "方案是照另一版资料画的：核对后改 was。",
    "The scheme was drawn for other data: check, then correct was.",
)


def read_scheme(path: Path) -> Scheme:
    """Read a scheme file; unknown keys are refused with the nearest word.

    Raises
    ------
    SchemeFault
        With all faults of the file.
    """
    return read_declared(path, Scheme)


def combine(schemes: Iterable[Scheme], *, code: str, zh: str, en: str) -> Scheme:
    """Return one scheme with the edits of ``schemes`` in order and their summed cost.

    The cost is unknown when that of any part is.
    """
    parts = tuple(schemes)
    costs = [part.cost for part in parts]
    total = None if any(cost is None for cost in costs) else float(sum(c for c in costs if c))
    edits = tuple(edit for part in parts for edit in part.edit)
    return Scheme(code=code, zh=zh, en=en, cost=total, edit=edits)


def apply(scheme: Scheme, community: Community) -> Community:
    """Return ``community`` with all edits of ``scheme`` made, in order.

    Each edit sees what the ones before it made. ``community`` itself is never changed:
    either all edits are made in a new one, or none.

    Raises
    ------
    SchemeFault
        With every edit that names an unknown lever, table, key or column, whose old
        value does not stand there, or whose new value the schema refuses; and with every
        key that points to nothing once all edits are made.
    """
    work = _Edits(scheme, community)
    for number, edit in enumerate(scheme.edit, start=1):
        work.make(number, edit)
    work.follow_keys()
    raise_all(work.faults, SchemeFault)
    return replace(community, tables=work.tables, catalogue=work.catalogue, scheme=scheme.code)


class _Edits:
    """Make edits one after the other on copies, gathering faults."""

    def __init__(self, scheme: Scheme, community: Community) -> None:
        self.settings = community.settings
        self.tables: dict[str, pd.DataFrame] = dict(community.tables)
        self.catalogue = community.catalogue
        self.faults: list[Fault] = []
        self.file = f"schemes/{scheme.code}.toml"
        self.digits = len(str(len(scheme.edit)))
        self.changed: set[str] = set()
        self.place = self.file

    def make(self, number: int, edit: Edit) -> None:
        """Make one edit, or say why it cannot be made."""
        self.place = f"{self.file} edit {number:0{self.digits}d}"
        lever = self.catalogue.levers.get(edit.lever)
        if lever is None:
            expected = Said("目录里的杠杆", "a lever of the catalogue")
            self._fault(
                "lever", expected, edit.lever, did_you_mean(edit.lever, self.catalogue.levers)
            )
        elif not _permits(lever, edit):
            self._not_moved_by(lever, edit)
        elif edit.op == "parameter":
            self._parameter(edit)
        elif edit.op == "add":
            self._add(edit)
        elif edit.op == "remove":
            self._remove(edit)
        else:
            self._set(edit, lever)

    def follow_keys(self) -> None:
        """Say which keys point to nothing once all edits are made."""
        if not self.faults:
            places = {name: f"{self.file} {name}" for name in self.tables}
            self.faults += dangling(self.tables, self.catalogue, places, changed=self.changed)

    def _row(self, edit: Edit) -> Any | None:
        """Return where the row of ``edit`` stands, None when there is none."""
        keys = self.tables[edit.table].iloc[:, 0]
        hit = keys.index[keys == edit.key]
        if len(hit):
            return hit[0]
        expected = Said(f"{edit.table} 里有的编号", f"a key of {edit.table}")
        if schema(self.catalogue, edit.table)[0].privacy in PRIVATE:
            self._fault("key", expected, described(edit.key), _CHECK_KEY)
        else:
            self._fault("key", expected, edit.key, did_you_mean(edit.key, keys.astype(str)))
        return None

    def _remove(self, edit: Edit) -> None:
        at = self._row(edit)
        if at is not None:
            left = self.tables[edit.table].drop(index=at).reset_index(drop=True)
            self._put(edit.table, left)

    def _set(self, edit: Edit, lever: Lever) -> None:
        at = self._row(edit)
        if at is None:
            return
        frame = self.tables[edit.table]
        if lever.kinds and not lever.moves_kind(kind := str(frame.at[at, "kind"])):
            wanted = Said(f"杠杆管的种类 {lever.kinds}", f"a row of kind {lever.kinds}")
            self._fault("key", wanted, kind, did_you_mean(kind, lever.kinds.split("|")))
            return
        stands: Any = frame.at[at, edit.column]
        if not self._stands(edit, stands):
            shown, got = self._shown(edit, stands), self._shown(edit, edit.was)
            expected = Said(f"现在的值 {shown.zh}", f"what stands there: {shown.en}")
            self._fault("was", expected, got, _CHECK_WAS)
            return
        column = self._column(edit)
        typing = Typing(column, self.catalogue, edit.table, self.place, [0])
        value = typing.series([edit.now]).iloc[0]
        if typing.faults:
            self.faults += [replace(fault, row=None, column="now") for fault in typing.faults]
            return
        changed = frame.copy()
        changed.loc[at, edit.column] = value
        self._put(edit.table, changed)

    def _stands(self, edit: Edit, stands: Any) -> bool:
        """Return whether ``edit.was``, read as the column reads it, is what stands there."""
        column = self._column(edit).model_copy(update={"required": False})
        typing = Typing(column, self.catalogue, edit.table, self.place, [0])
        was = typing.series([edit.was]).iloc[0]
        if typing.faults or pd.isna(was) or pd.isna(stands):
            return not typing.faults and bool(pd.isna(was)) and bool(pd.isna(stands))
        if column.type in ("number", "integer"):
            return abs(float(stands) - float(was)) < CLOSE
        return bool(stands == was)

    def _shown(self, edit: Edit, value: Any) -> Said:
        """Return a value as faults may tell it: described where the column is private."""
        if self._column(edit).privacy in PRIVATE:
            return described(value)
        return Said("未知", "unknown") if pd.isna(value) else Said(str(value), str(value))

    def _column(self, edit: Edit) -> Column:
        columns = schema(self.catalogue, edit.table)
        return next(column for column in columns if column.column == edit.column)

    def _add(self, edit: Edit) -> None:
        frame = self.tables[edit.table]
        name = str(frame.columns[0])
        if (frame[name] == edit.key).any():
            remedy = Said("换一个编号。", "Choose another key.")
            taken = Said("已有的编号", "one that is taken")
            self._fault("key", Said("新的编号", "a new key"), taken, remedy)
            return
        row: dict[str, Any] = {**edit.row, name: edit.key}
        if isinstance(row.get("geometry"), str):
            drawn = from_wkt(row["geometry"], on_invalid="ignore")
            row["geometry"] = row["geometry"] if drawn is None else drawn
        raw = pd.DataFrame({key: pd.Series([value], dtype="object") for key, value in row.items()})
        done = conform(raw, edit.table, self.catalogue, place=self.place)
        if done.faults:
            self.faults += [replace(fault, row=None) for fault in done.faults]
            return
        added = located(done.table, edit.table, self.settings)
        joined = pd.concat([frame, added], ignore_index=True) if len(frame) else added
        if edit.table in GEOMETRY_TABLES:
            joined = gpd.GeoDataFrame(joined, geometry="geometry", crs=self.settings.crs)
        self._put(edit.table, joined)

    def _put(self, table: str, frame: pd.DataFrame) -> None:
        self.tables[table] = frame
        self.changed.add(table)

    def _parameter(self, edit: Edit) -> None:
        value = self._value(edit.key)
        if value is None:
            return
        was = edit.was if isinstance(edit.was, int | float) else None
        if was is None or abs(value.value - was) >= CLOSE:
            expected = Said(f"现在的值 {value.value:g}", f"what stands there: {value.value:g}")
            self._fault("was", expected, str(edit.was), _CHECK_WAS)
            return
        low, high = _span(value)
        now = _plain_number(edit.now)
        if now is None or not low <= now <= high:
            expected = Said(f"{low:g} 到 {high:g} 的数", f"a number in {low:g}..{high:g}")
            remedy = Said("改 now；或在目录里放宽。", "Correct now, or widen the catalogue entry.")
            self._fault("now", expected, str(edit.now), remedy)
            return
        self.catalogue = _with_value(self.catalogue, edit.key, _moved(value, now))

    def _value(self, key: str) -> Value | None:
        """Return the parameter named ``part/code`` or ``part/code/parameter``."""
        part, _, rest = key.partition("/")
        code, _, inner = rest.partition("/")
        entries: Mapping[str, Any] = (
            getattr(self.catalogue, part) if part in PARAMETER_PARTS else {}
        )
        entry = entries.get(code)
        if isinstance(entry, Value) and not inner:
            return entry
        held: Mapping[str, Value] = getattr(entry, "parameters", {})
        if inner in held:
            return held[inner]
        known = (
            [f"{part}/{code}/{name}" for name in held]
            if held
            else [f"{part}/{name}" for name in entries]
        )
        expected = Said("目录里的参数", "a parameter of the catalogue")
        self._fault("key", expected, key, did_you_mean(key, known))
        return None

    def _not_moved_by(self, lever: Lever, edit: Edit) -> None:
        moved = " ".join(p for p in (lever.operation, *lever.tables, lever.column) if p)
        expected = Said(f"杠杆管的：{moved}", f"what the lever moves: {moved}")
        got = " ".join(part for part in (edit.op, edit.table, edit.column or edit.key) if part)
        named = [*lever.tables, *lever.columns, *lever.parameters]
        wrong = edit.column if edit.op == "set" and edit.table in named else edit.table
        remedy = did_you_mean(wrong or edit.key, named)
        self._fault("lever", expected, got, remedy)

    def _fault(self, column: str, expected: Said, got: str | Said, remedy: Said) -> None:
        said = got if isinstance(got, Said) else Said(got, got)
        self.faults.append(Fault(self.place, expected, said, remedy, None, column))


def _permits(lever: Lever, edit: Edit) -> bool:
    """Return whether ``lever`` moves what ``edit`` names."""
    if edit.op == "parameter":
        named = any(_within(edit.key, branch) for branch in lever.parameters)
        return "parameter" in lever.operations and named
    if edit.op in ("add", "remove"):
        return "row" in lever.operations and edit.table in lever.tables
    moved = edit.table in lever.tables and edit.column in lever.columns
    return "set" in lever.operations and moved


def _within(key: str, branch: str) -> bool:
    """Return whether ``key`` is the catalogue entry ``branch``, or lies under it."""
    return key == branch or key.startswith(branch.rstrip("/") + "/")


def _plain_number(cell: Cell) -> float | None:
    return float(cell) if isinstance(cell, int | float) and not isinstance(cell, bool) else None


def _span(value: Value) -> tuple[float, float]:
    """Return the bounds a new value must keep; closed.

    The bounds of a uniform draw are its own spread and move with it.
    """
    if value.distribution == "uniform":
        return 0.0, float("inf")
    low = -float("inf") if value.low is None else value.low
    return low, float("inf") if value.high is None else value.high


def _moved(value: Value, now: float) -> Value:
    """Return ``value`` with a new middle; a uniform draw is stretched in proportion."""
    if value.distribution != "uniform" or value.low is None or value.high is None:
        return value.model_copy(update={"value": now})
    by = now / value.value if value.value else 1.0
    stretched = {"value": now, "low": value.low * by, "high": value.high * by}
    return value.model_copy(update=stretched)


def _with_value(catalogue: Catalogue, key: str, value: Value) -> Catalogue:
    part, code, *inner = key.split("/")
    entries: dict[str, Any] = dict(getattr(catalogue, part))
    if inner:
        entry: Entry = entries[code]
        held = {**getattr(entry, "parameters", {}), inner[0]: value}
        entries[code] = entry.model_copy(update={"parameters": held})
    else:
        entries[code] = value
    changed: dict[str, Any] = {part: entries}
    return replace(catalogue, **changed)
