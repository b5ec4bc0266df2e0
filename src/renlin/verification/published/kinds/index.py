"""A composite index: worked out from a table and held against the published one."""

from __future__ import annotations

from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd
from pydantic import Field, model_validator

from renlin.errors import DataFault, Fault, Said, did_you_mean, raise_all
from renlin.intake.plain_table import read_whole_table
from renlin.needs.indices import Definition, Index, index, read_definition, read_formulas
from renlin.needs.indices.formulas import Formula
from renlin.needs.indices.headings import Sheet, keys
from renlin.verification.published.places import absent, placed
from renlin.verification.published.stated import Band, Files, Got, Kind, PublishedCase

EQUAL = 1e-9
"""Two printed numbers are the same when they differ by less: binary noise, no rounding."""
COMPARED = ("share_equal", "n_different", "max_difference", "n_compared")


class IndexBand(Band):
    """A band of an index.

    ``share_equal``, ``n_different``, ``max_difference``, ``n_compared``: over all cells of the
    published table whose column fits one of ``columns`` (patterns such as ``EPL_*``), or of the
    column ``against`` instead. ``value``: of ``column`` for the unit ``unit``. ``weight``: of
    ``item``. ``fact``: ``item`` of what the weights tell, such as ``consistency_ratio``.
    """

    measure: Literal[
        "share_equal", "n_different", "max_difference", "n_compared", "value", "weight", "fact"
    ]
    columns: tuple[str, ...] = ()
    against: str = ""
    unit: str = ""
    column: str = ""
    item: str = ""
    definition: str = ""

    @model_validator(mode="after")
    def _whole(self) -> IndexBand:
        needed = {"value": ("unit", "column"), "weight": ("item",), "fact": ("item",)}
        lost = [name for name in needed.get(self.measure, ()) if not getattr(self, name)]
        if self.measure in COMPARED and not self.columns:
            lost.append("columns")
        if lost:
            raise ValueError(f"{self.measure} names {', '.join(lost)} · 要写明")
        if self.against and len(self.columns) != 1:
            raise ValueError("against stands beside one column · against 只配一列")
        return self


class IndexCase(PublishedCase):
    """What ``case.toml`` of an index says.

    ``table``, ``formulas`` and ``published`` lie beside it or in the data folder.
    ``definition`` is a shipped one or a file beside it; a band may name another one.
    """

    kind: Literal["index"]
    table: str
    formulas: str = ""
    published: str = ""
    definition: str = ""
    expect: tuple[IndexBand, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _defined(self) -> IndexCase:
        if not self.definition and not all(band.definition for band in self.expect):
            raise ValueError("definition, here or in every band · 要写定义")
        return self


def run(stated: IndexCase, files: Files) -> Iterator[Got]:
    """Yield what every band got; none is run when a file of the case is not there."""
    names = [name for name in (stated.table, stated.formulas, stated.published) if name]
    lost = absent(files, names)
    made: dict[str, tuple[Index, Definition]] = {}
    for band in stated.expect:
        named = band.definition or stated.definition
        told = (_of(band), named.removesuffix(".toml"))
        if lost is not None:
            yield Got(band, float("nan"), *told, lost)
            continue
        if named not in made:
            made[named] = _index(stated, files, named)
        yield Got(band, _value(stated, files, band, *made[named]), *told)


KIND = Kind(IndexCase, run)


def _of(band: IndexBand) -> str:
    told = {"column": " ".join(band.columns) or band.column, "unit": band.unit, "item": band.item}
    return ", ".join(f"{name}={value}" for name, value in told.items() if value)


def _index(stated: IndexCase, files: Files, named: str) -> tuple[Index, Definition]:
    own = files.folder / named
    definition = read_definition(str(own) if own.is_file() else named, files.catalogue)
    formulas: dict[str, Formula] = {}
    if stated.formulas:
        formulas, faults = read_formulas(_table(files, stated.formulas), stated.formulas)
        raise_all(faults, DataFault)
    found = index(
        _table(files, stated.table),
        definition,
        files.catalogue,
        place=stated.table,
        formulas=formulas,
    )
    return found, definition


def _table(files: Files, name: str) -> pd.DataFrame:
    path = placed(files, name)
    assert isinstance(path, Path)
    return read_whole_table(path)


def _value(
    stated: IndexCase, files: Files, band: IndexBand, found: Index, definition: Definition
) -> float:
    if band.measure == "fact":
        return float(_looked_up(found.facts, band.item, "item"))
    if band.measure == "weight":
        weights = dict(zip(found.weights["item"], found.weights["weight"], strict=True))
        return float(_looked_up(weights, band.item, "item"))
    if band.measure == "value":
        rows = found.table.set_index(found.key)
        column = _looked_up({c: c for c in rows.columns}, band.column, "column")
        return float(_looked_up(rows[column].to_dict(), band.unit, "unit"))
    ours, theirs = _pairs(stated, files, band, found, definition)
    same = np.isclose(ours, theirs, rtol=0, atol=EQUAL, equal_nan=True)
    counts = {"n_compared": same.size, "n_different": int((~same).sum()),
              "share_equal": float(same.mean()) if same.size else float("nan")}  # fmt: skip
    if band.measure in counts:
        return float(counts[band.measure])
    apart = np.abs(ours - theirs)[~(np.isnan(ours) & np.isnan(theirs))]
    return float(np.where(np.isnan(apart), np.inf, apart).max(initial=0.0))


def _pairs(
    stated: IndexCase, files: Files, band: IndexBand, found: Index, definition: Definition
) -> tuple[Any, Any]:
    """Return our cells and the published ones, a unit that only one has being unknown there."""
    name = stated.published or stated.table
    sheet = Sheet(_table(files, name), name, definition.units.missing)
    heading = sheet.find(definition.units.key)
    if heading is None:
        expected = Said("编号列", "a key column")
        raise DataFault(sheet.lost(definition.units.key, expected))
    units = definition.units
    key = keys(sheet, heading, units.key_after, units.key_lengths)
    raise_all(sheet.faults, DataFault)
    theirs = {name: name for name in map(str, sheet.table.columns)}
    own = [str(c) for c in found.table.columns if any(fnmatchcase(str(c), p) for p in band.columns)]
    wanted = {c: band.against or c for c in own if (band.against or c) in theirs and c != found.key}
    if not wanted:
        told = " ".join(band.columns)
        got = Said("没有可比的列", "no column to compare")
        remedy = did_you_mean(band.columns[0], [str(c) for c in found.table.columns])
        raise DataFault(Fault("case.toml", Said(told, told), got, remedy, None, "columns"))
    mine = found.table.set_index(found.key)[list(wanted)]
    other = pd.DataFrame({c: sheet.numbers(t) for c, t in wanted.items()}, index=key.to_numpy())
    raise_all(sheet.faults, DataFault)
    every = mine.index.union(other.index)
    return (
        mine.reindex(every).to_numpy(dtype="float64"),
        other.reindex(every).to_numpy(dtype="float64"),
    )


def _looked_up(known: Any, name: str, column: str) -> Any:
    if name not in known:
        listed = ", ".join(list(map(str, known))[:20])
        got = Said(name, name)
        remedy = did_you_mean(name, list(map(str, known)))
        raise DataFault(Fault("case.toml", Said(listed, listed), got, remedy, None, column))
    return known[name]
