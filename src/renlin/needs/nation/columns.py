"""Say what the columns of a national table are, and refuse those that cannot be.

One row per resident: keys, one nullable column per indicator of the catalogue, and for
evidence that is not yet resolved its age and whether anything was ever recorded.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from ibis.formats.pyarrow import PyArrowType

from renlin.catalogue.models import Indicator
from renlin.catalogue.rules import RuleSet
from renlin.errors import Fault, Said, did_you_mean
from renlin.needs.expressions import AGE, ASKED
from renlin.needs.tiers import fields_of

PERSON, HOUSEHOLD, COMMUNITY = "person", "household", "community"
KEYS = (PERSON, HOUSEHOLD, COMMUNITY)
REQUIRED = (PERSON, COMMUNITY)
PARTITIONS = ("city", "district")
"""Names of the folders the table is parted by, ``city=…/district=…``; no columns of a file."""
_KEY = Said("文字或整数", "text or whole numbers")
_KINDS = {
    "boolean": Said("是否（布尔）", "booleans"),
    "level": Said("整数", "whole numbers"),
    "number": Said("数值", "numbers"),
    "category": Said("文字", "text"),
}


@dataclass(frozen=True)
class Layout:
    """The columns of one file of a national table.

    Attributes
    ----------
    types
        Column and its Ibis type, in the order of the file.
    indicators
        Columns that hold an indicator, sorted.
    """

    types: tuple[tuple[str, str], ...]
    indicators: tuple[str, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """Return the columns in the order of the file."""
        return tuple(name for name, _ in self.types)

    def keys(self) -> list[str]:
        """Return the key columns the file has."""
        return [name for name in KEYS if name in self.names]


def layout_of(
    schema: pa.Schema, place: str, indicators: Mapping[str, Indicator]
) -> tuple[Layout, list[Fault]]:
    """Return the layout of a file with ``schema``, and every fault of its columns.

    Parameters
    ----------
    schema
        Arrow schema of the file, without the partition columns.
    place
        Name of the file in messages.
    """
    faults = [
        Fault(place, Said(f"列 {name}", f"column {name}"), Said("没有", "none"),
              Said("写上这一列。", "Add the column."), column=name)
        for name in REQUIRED
        if name not in schema.names
    ]  # fmt: skip
    twice = sorted({name for name in schema.names if schema.names.count(name) > 1})
    faults += [_twice(place, name) for name in twice]
    found = []
    for column in schema:
        fault = _fault(column, place, indicators, schema.names)
        if fault is not None:
            faults.append(fault)
        elif column.name in indicators:
            found.append(column.name)
    types = tuple((column.name, _ibis_type(column.type)) for column in schema)
    return Layout(types, tuple(sorted(found))), faults


def missing_fields(layouts: Mapping[str, Layout], rule_sets: Sequence[RuleSet]) -> list[Fault]:
    """Return a fault for each field that a rule set reads and a district does not hold.

    One fault says in how many districts, at the first of them.
    """
    faults = []
    for rules in rule_sets:
        for field in fields_of([rules]):
            without = [place for place, one in layouts.items() if field not in one.indicators]
            if without:
                faults.append(_missing(without[0], rules.file, field, len(without)))
    return faults


def _missing(place: str, file: str, field: str, n: int) -> Fault:
    return Fault(
        place,
        Said(f"规则 {file} 要读的列", f"a column that {file} reads"),
        Said(f"没有（{n} 个区都没有）", f"none, here and in {n} districts altogether"),
        Said(
            "写上这一列（不知道的留空），或用 --rules 只选能判的规则。",
            "Add it (empty where not known), or choose with --rules what can be judged.",
        ),
        column=field,
    )


def unknown(column: Any) -> Any:
    """Return where an Ibis column is null."""
    return column.isnull()


def base_of(name: str) -> tuple[str, str]:
    """Return the indicator a column belongs to, and its suffix (empty for the value)."""
    for suffix in (AGE, ASKED):
        if name.endswith(suffix):
            return name.removesuffix(suffix), suffix
    return name, ""


def _fault(
    column: pa.Field, place: str, indicators: Mapping[str, Indicator], names: Sequence[str]
) -> Fault | None:
    kind = column.type
    if column.name in KEYS:
        fine = pa.types.is_integer(kind) or _is_text(kind)
        return None if fine else _wrong(place, column, _KEY)
    base, suffix = base_of(column.name)
    if column.name in PARTITIONS or base not in indicators or (suffix and base not in names):
        known = [*KEYS, *indicators]
        return Fault(
            place,
            Said("主键或目录里的指标", "a key or an indicator of the catalogue"),
            Said("没有登记的列", "a column nobody registered"),
            did_you_mean(base, known),
            column=column.name if column.name.isidentifier() else None,
        )
    if suffix == AGE:
        return None if pa.types.is_integer(kind) else _wrong(place, column, _KINDS["level"])
    wanted = "boolean" if suffix == ASKED else indicators[base].kind
    return None if _fits(kind, wanted) else _wrong(place, column, _KINDS[wanted])


def _fits(kind: pa.DataType, wanted: str) -> bool:
    if wanted == "boolean":
        return bool(pa.types.is_boolean(kind))
    if wanted == "category":
        return _is_text(kind)
    whole = bool(pa.types.is_integer(kind))
    return whole or (wanted == "number" and bool(pa.types.is_floating(kind)))


def _ibis_type(kind: pa.DataType) -> str:
    held = kind.value_type if pa.types.is_dictionary(kind) else kind
    if pa.types.is_large_string(held):
        held = pa.string()
    return str(PyArrowType.to_ibis(held)) if not pa.types.is_nested(held) else "unknown"


def _is_text(kind: pa.DataType) -> bool:
    held = kind.value_type if pa.types.is_dictionary(kind) else kind
    return bool(pa.types.is_string(held) or pa.types.is_large_string(held))


def _wrong(place: str, column: pa.Field, wanted: Said) -> Fault:
    got = Said(f"类型 {column.type}", f"type {column.type}")
    remedy = Said("按这个类型重写这一列。", "Write the column in that type.")
    return Fault(place, wanted, got, remedy, column=column.name)


def _twice(place: str, name: str) -> Fault:
    remedy = Said("只留一列。", "Keep one of them.")
    return Fault(place, Said("每列一次", "each column once"), Said("两次", "twice"), remedy,
                 column=name if name.isidentifier() else None)  # fmt: skip
