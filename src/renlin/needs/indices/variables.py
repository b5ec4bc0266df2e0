"""Take or work out the columns an index rests on: given ones first, formulas for the rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from renlin.errors import Fault, Said, did_you_mean
from renlin.needs.indices.checks import unreadable
from renlin.needs.indices.formulas import Formula, NotAFormula, in_order, read_formula, worked_out
from renlin.needs.indices.headings import Sheet, plain
from renlin.needs.indices.ranking import Floats, rounded
from renlin.needs.indices.stated import Definition

NAME = "variable_name"
FORMULA = "field_calculation"
"""Ends of the headings of a table of formulas, such as ``x2020_table_field_calculation``."""
ONLY_OWN = ("name", "variable", "formula", "calculation")
"""Plain headings of a table of formulas of one's own."""


class Inputs(NamedTuple):
    """What the index rests on.

    Attributes
    ----------
    values
        Name -> rounded numbers, shape (n_rows,): helping columns, then variables.
    calculated
        Names that a formula made; the others stood in the table. Those that are no variables
        are shown and not in the index.
    undone
        Names of formulas the definition does not need whose columns are not in the table.
    """

    values: dict[str, Floats]
    calculated: tuple[str, ...]
    undone: tuple[str, ...]


def read_formulas(table: pd.DataFrame, place: str) -> tuple[dict[str, Formula], list[Fault]]:
    """Return the formulas of a table, name -> formula in the order they stand, and its faults.

    The columns are those of the published files (headings that end in ``variable_name`` and
    ``field_calculation``) or ``name`` and ``formula``. Rows without a formula are passed over.
    """
    heads = {str(column): plain(str(column)) for column in table.columns}
    names = [h for h, p in heads.items() if p.endswith(NAME) or p in ONLY_OWN[:2]]
    texts = [h for h, p in heads.items() if p.endswith(FORMULA) or p in ONLY_OWN[2:]]
    if not names or not texts:
        expected = Said("列 name 和 formula", "columns name and formula")
        told = Said(*[", ".join(heads)[:80] or "–"] * 2)
        return {}, [Fault(place, expected, told, _SEE, 1)]
    found: dict[str, Formula] = {}
    faults: list[Fault] = []
    for index, cells in zip(table.index, table[[names[0], texts[0]]].to_numpy(), strict=True):
        name, text = (str(c).strip() if c == c and c is not None else "" for c in cells)
        if not name or not text:
            continue
        row = int(index) + 2
        if name in found:
            expected = Said("每个名字一次", "each name once")
            faults.append(Fault(place, expected, Said(name, name), _SEE, row, names[0]))
            continue
        try:
            found[name] = read_formula(text)
        except NotAFormula as error:
            faults.append(unreadable(place, name, error, row))
    for circle in in_order(found)[1]:
        path = " → ".join([*circle, circle[0]])
        expected = Said("公式不绕圈", "formulas that do not go in a circle")
        faults.append(Fault(place, expected, Said(path, path), _SEE, None, circle[0]))
    return found, faults


_SEE = Said("见 docs/indices.md。", "See docs/indices.md.")


def inputs_of(sheet: Sheet, definition: Definition, formulas: Mapping[str, Formula]) -> Inputs:
    """Return helping columns and variables; what cannot be had is noted in ``sheet.faults``.

    A column that stands in the table counts as published; only one that does not is worked
    out. Values are rounded to the digits of the definition when they are made, so that what
    rests on them rests on the rounded ones.
    """
    aliases = {one.name: one.aliases for one in definition.variables}
    made: dict[str, Floats] = {}
    calculated: list[str] = []
    undone: list[str] = []
    for name in _wanted(definition, formulas):
        heading = sheet.find((name, *aliases.get(name, ())))
        if heading is not None:
            made[name] = _rounded(sheet.numbers(heading), name, definition)
            continue
        lost = _lost(sheet, formulas[name], made) if name in formulas else [name]
        if not lost:
            columns = {one: made[one] if one in made else _raw(sheet, one)
                       for one in formulas[name].names}  # fmt: skip
            value = worked_out(formulas[name], columns or {"": np.empty(len(sheet.table))})
            made[name] = _rounded(value, name, definition)
            calculated.append(name)
        elif name in aliases:
            sheet.faults.append(_cannot(sheet, name, formulas.get(name), lost))
        else:
            undone.append(name)
    return Inputs(made, tuple(calculated), tuple(undone))


def _wanted(definition: Definition, formulas: Mapping[str, Formula]) -> Iterator[str]:
    """Yield every name, each after those its formula uses."""
    order, _ = in_order(formulas)
    own = [one.name for one in definition.variables]
    yield from order
    yield from (name for name in own if name not in order)


def _raw(sheet: Sheet, name: str) -> Floats:
    heading = sheet.find([name])
    assert heading is not None
    return sheet.numbers(heading)


def _lost(sheet: Sheet, formula: Formula, made: Mapping[str, Floats]) -> list[str]:
    return [one for one in formula.names if one not in made and sheet.find([one]) is None]


def _rounded(values: Floats, name: str, definition: Definition) -> Floats:
    digits = definition.digits_by_name(name)
    return values if digits is None else rounded(values, digits, definition.half)


def _cannot(sheet: Sheet, name: str, formula: Formula | None, lost: Sequence[str]) -> Fault:
    known = list(map(str, sheet.table.columns))
    expected = Said(f"列 {name}", f"column {name}")
    if formula is None:
        got = Said("没有这一列，也没有算它的公式", "neither the column nor a formula for it")
        hint = did_you_mean(name, known)
        remedy = Said(
            f"{hint.zh}有原始表时用 --formulas 给公式表。",
            f"{hint.en} With raw tables, give a table of formulas by --formulas.",
        )
        return Fault(sheet.place, expected, got, remedy, 1, name)
    told = ", ".join(lost)
    expected = Said(f"列 {name}，或算它用的 {told}", f"column {name}, or {told} to work it out")
    got = Said("都没有", "none of them")
    remedy = did_you_mean(lost[0], known)
    return Fault(sheet.place, expected, got, remedy, 1, name)
