"""Bring two tables, or one, into a database as cleaned columns that can be compared."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import duckdb
import numpy as np
import pandas as pd
import pyarrow as pa

from renlin.errors import DataFault, Fault, Said, did_you_mean, raise_all
from renlin.intake.matching.cleaning import cleaned
from renlin.intake.matching.comparing import Comparison, comparisons
from renlin.intake.matching.level import parts_of
from renlin.intake.matching.spec import Spec, kinds
from renlin.intake.rows import row_list

Tables = tuple[pd.DataFrame, pd.DataFrame | None]
Ids = np.ndarray[Any, np.dtype[np.object_]]


@dataclass(frozen=True)
class Prepared:
    """Cleaned records in a database: tables ``a`` and, for two, ``b``.

    Attributes
    ----------
    connection
        Holds ``row`` (0-based) and the columns ``f0`` (text), ``f0d`` (days), ``f0t``
        (words), ``f0n`` (number), ``f0w`` (rare words) of each field.
    ids_a, ids_b
        Id of each row; one array twice for one table.
    comparisons
        What is compared, in order.
    """

    connection: duckdb.DuckDBPyConnection
    spec: Spec
    two: bool
    ids_a: Ids
    ids_b: Ids
    comparisons: tuple[Comparison, ...]

    @property
    def n_pairs(self) -> int:
        """Return how many pairs there are in all."""
        n = len(self.ids_a)
        return n * len(self.ids_b) if self.two else n * (n - 1) // 2

    @property
    def right(self) -> str:
        """Return the table of the second records."""
        return "b" if self.two else "a"

    @property
    def apart(self) -> str:
        """Return the condition that a pair is counted once."""
        return "true" if self.two else "l.row < r.row"

    def column(self, key: str) -> str:
        """Return the column of a field by its name."""
        name, _, beside = key.partition("@")
        return self.spec.column([f.name for f in self.spec.fields].index(name), beside)

    def count(self, query: str) -> int:
        """Return the one number a query gives."""
        found = self.connection.execute(query).fetchall()
        return int(found[0][0] or 0)


def prepare(tables: Tables, spec: Spec) -> Prepared:
    """Return cleaned records of one table or two.

    Raises
    ------
    DataFault
        All of: columns that are not there (with the nearest heading), ids that are
        missing or occur twice in a table.
    """
    a, b = tables
    faults = [*_faults(a, spec, "a"), *(() if b is None else _faults(b, spec, "b"))]
    raise_all(faults, DataFault)
    texts, others = {"a": _texts(a, spec, "a")}, {"a": _others(a, spec)}
    if b is not None:
        texts["b"], others["b"] = _texts(b, spec, "b"), _others(b, spec)
    connection = duckdb.connect()
    connection.execute("set preserve_insertion_order = true")
    connection.execute("set enable_progress_bar = false")
    rare = _rare_words(texts.values(), spec)
    for name, columns in texts.items():
        incoming = _arrow(columns, spec, rare)
        for column, values in others[name].items():
            text = pa.array(values, pa.string(), from_pandas=True)
            incoming = incoming.append_column(column, text)
        connection.register("incoming", incoming)
        connection.execute(f"create table {name} as select * from incoming")
        connection.unregister("incoming")
    ids_a = _ids(a, spec, "a")
    ids_b = ids_a if b is None else _ids(b, spec, "b")
    return Prepared(connection, spec, b is not None, ids_a, ids_b, comparisons(spec))


def _faults(table: pd.DataFrame, spec: Spec, side: Literal["a", "b"]) -> Iterable[Fault]:
    place = f"table {side.upper()}"
    wanted = [spec.id_heading(side), *(field.heading(side) for field in spec.fields)]
    wanted += [heading for field in spec.fields for heading in field.also.values()]
    for heading in dict.fromkeys(w for w in wanted if w is not None):
        if heading not in table.columns:
            known = [str(c) for c in table.columns]
            expected = Said(f"说明里的列「{heading}」", f"the column {heading} of the spec")
            got = Said("没有这一列", "no such column")
            yield Fault(place, expected, got, did_you_mean(heading, known), column=heading)
    yield from _id_faults(table, spec.id_heading(side), place)


def _id_faults(table: pd.DataFrame, heading: str | None, place: str) -> Iterable[Fault]:
    if heading is None or heading not in table.columns:
        return
    ids = table[heading].map(_id_text)
    remedy = Said("每行一个编号，互不相同。", "Give each row an id of its own.")
    for bad, zh, en in (
        (ids == "", "空的编号", "no id"),
        (ids.duplicated(keep=False) & (ids != ""), "重复的编号", "an id that occurs twice"),
    ):
        if bad.any():
            where = row_list((np.flatnonzero(bad.to_numpy()) + 2).tolist())
            got = Said(f"{zh}（{where.zh}）", f"{en} ({where.en})")
            yield Fault(
                place, Said("各不相同的编号", "ids that differ"), got, remedy, None, heading
            )


def _id_text(value: object) -> str:
    return "" if value is None or value != value else str(value).strip()


def _ids(table: pd.DataFrame, spec: Spec, side: Literal["a", "b"]) -> Ids:
    heading = spec.id_heading(side)
    if heading is None:
        return np.array([str(i + 1) for i in range(len(table))], dtype=object)
    return np.array([_id_text(v) for v in table[heading]], dtype=object)


def _texts(table: pd.DataFrame, spec: Spec, side: Literal["a", "b"]) -> list[pd.Series]:
    return [cleaned(table[f.heading(side)], f.steps()) for f in spec.fields]


def _others(table: pd.DataFrame, spec: Spec) -> dict[str, pd.Series]:
    """Return the further writings of fields, cleaned as these, by column."""
    return {
        spec.column(i, word): cleaned(table[heading], field.steps())
        for i, field in enumerate(spec.fields)
        for word, heading in field.also.items()
    }


def _rare_words(tables: Iterable[list[pd.Series]], spec: Spec) -> list[Counter[str]]:
    """Return, per field compared by words, how many records hold each word."""
    counts: list[Counter[str]] = [Counter() for _ in spec.fields]
    for columns in tables:
        for i in _worded(spec):
            for text, n in columns[i].value_counts().items():
                for word in set(str(text).split()):
                    counts[i][word] += int(n)
    return counts


def _worded(spec: Spec) -> list[int]:
    keys = {k.split(":")[0] for r in spec.blocking.rules or () for k in r if k.endswith(":words")}
    return [
        i for i, f in enumerate(spec.fields)
        if "t" in parts_of(f.alike()) or f.name in keys
    ]  # fmt: skip


def _arrow(columns: Sequence[pd.Series], spec: Spec, rare: list[Counter[str]]) -> pa.Table:
    made: dict[str, pa.Array] = {"row": pa.array(np.arange(len(columns[0])), pa.int64())}
    worded = _worded(spec)
    for i, (field, column) in enumerate(zip(spec.fields, columns, strict=True)):
        parts = parts_of(field.alike())
        made[f"f{i}"] = pa.array(column, pa.string(), from_pandas=True)
        codes, values = pd.factorize(column, use_na_sentinel=True)
        if "d" in parts:
            made[f"f{i}d"] = _spread(codes, [_day(str(v)) for v in values], pa.int64())
        if "n" in parts:
            made[f"f{i}n"] = _spread(codes, [_number(v) for v in values], pa.float64())
        if i in worded:
            split = [sorted(set(str(v).split())) for v in values]
            made[f"f{i}t"] = _spread(codes, split, pa.list_(pa.string()))
            keys = [_rarest(words, rare[i]) for words in split]
            made[f"f{i}w"] = _spread(codes, keys, pa.list_(pa.string()))
    return pa.table(made)


def _day(text: str) -> int | None:
    """Return the number of the day, None when the digits are no date."""
    if len(text) != 8 or not text.isascii():
        return None
    try:
        return dt.date(int(text[:4]), int(text[4:6]), int(text[6:])).toordinal()
    except ValueError:
        return None


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


def _rarest(words: list[str], counts: Counter[str]) -> list[str]:
    rule = kinds()["blocking"]
    known = sorted((counts[w], w) for w in words if counts[w] <= rule["word_records"])
    return [w for _, w in known[: rule["rare_words"]]]


def _spread(codes: Any, values: list[Any], kind: pa.DataType) -> pa.Array:
    """Return one value per row from one per distinct text; unknown is null."""
    once = pa.array(values, kind)
    return once.take(pa.array(codes, pa.int64(), mask=codes < 0))
