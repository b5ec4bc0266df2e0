"""Work out a composite index from a table and a definition.

1. Variables: those in the table, else by formula; rounded as stated.
2. Keys, reference groups and units below the population floor.
3. Scores of variables, each within its reference group; reversed as stated.
4. Themes, weights, the index; flags, ranks, classes.
5. What was left unknown is said row by row.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.errors import DataFault, Fault, Said, raise_all
from renlin.needs.indices import ranking
from renlin.needs.indices.checks import joined_names, stated_formulas
from renlin.needs.indices.extent import Extent, extent_of
from renlin.needs.indices.flags import flags_of
from renlin.needs.indices.formulas import Formula
from renlin.needs.indices.headings import Sheet
from renlin.needs.indices.noted import Noted
from renlin.needs.indices.numerals import Numerals
from renlin.needs.indices.parts import Columns, placed_of, scores_of, themes_of
from renlin.needs.indices.ranking import Floats
from renlin.needs.indices.stated import Definition
from renlin.needs.indices.variables import Inputs, inputs_of
from renlin.needs.indices.whole import weights_of, whole_of

RANKED, BELOW_FLOOR, UNKNOWN = "ranked", "below_floor", "unknown"
STATE = "unit_state"


@dataclass(frozen=True)
class Index:
    """What an index gives.

    Attributes
    ----------
    table
        One row per unit in the order of the file: key, group, helping columns and variables
        that were worked out, scores, themes, index, flags, rank, class, and ``unit_state``:
        ranked, below_floor, unknown (something the index needs is).
    key
        Name of the key column.
    weights
        ``item``, ``weight`` of what the index joins.
    oriented
        Variables so that more raises the index, shape (n_units, n_variables); unknown as NaN.
    groups
        Positions of the rows of each reference group, without those below the floor.
    notes
        What a reader must know, in both languages.
    facts
        Variant of the weights and what shows whether they may be trusted.
    """

    table: pd.DataFrame
    key: str
    weights: pd.DataFrame
    oriented: Floats
    groups: tuple[np.ndarray, ...] = ()
    notes: tuple[Said, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)


def index(
    table: pd.DataFrame,
    definition: Definition,
    catalogue: Catalogue,
    *,
    place: str = "table",
    formulas: Mapping[str, Formula] | None = None,
    faults: Sequence[Fault] = (),
) -> Index:
    """Return the index of a table under a definition.

    Parameters
    ----------
    table
        One row per unit, headings as published; cells as text or numbers. Its index counts
        rows from 0 below the heading. Columns nobody names are left alone.
    definition
        What :func:`renlin.needs.indices.read_definition` gave.
    catalogue
        Holds the random index of pairwise judgements.
    place
        The file as named in faults.
    formulas
        Of a table of formulas; they take the place of the definition's own.
    faults
        What reading the file noted; told with all the others.

    Raises
    ------
    DataFault
        With every fault of the table: no key, repeated keys, text where numbers belong,
        infinite numbers, columns that are neither there nor can be worked out, ranks beyond
        the number of units, negative values in a geometric mean, variables that nowhere
        differ where weights come from their spread.
    """
    if table.empty:
        raise_all(faults, DataFault)
        expected, got = Said("有数据的行", "rows of data"), Said("没有", "none")
        raise DataFault(Fault(place, expected, got, Said("给一张有行的表。", "Give rows.")))
    units = definition.units
    written = Numerals(units.decimal, units.thousands, units.signs)
    sheet = Sheet(table, place, units.missing, [*faults], written)
    own = {**stated_formulas(definition), **(formulas or {})}
    inputs = inputs_of(sheet, definition, own)
    extent = extent_of(sheet, definition, inputs.values)
    raise_all(sheet.faults, DataFault)
    noted = Noted(place)
    columns, weights, raw, rank = _columns(definition, inputs, extent, catalogue, noted)
    raise_all(noted.faults, DataFault)
    _remark(inputs, extent, rank, noted)
    turned = [raw[one.name] * one.direction for one in definition.variables]
    return Index(
        _table(columns, extent, rank, table.index), extent.heading,
        pd.DataFrame({"item": list(joined_names(definition)), "weight": weights}),
        np.column_stack(turned), extent.groups, tuple(noted.notes), noted.facts,
    )  # fmt: skip


def _columns(
    definition: Definition, inputs: Inputs, extent: Extent, catalogue: Catalogue, noted: Noted
) -> tuple[Columns, Floats, Columns, Floats]:
    """Return the columns of the output, the weights, the variables' values, and the ranks."""
    names = [one.name for one in definition.variables]
    shown = [n for n in inputs.values if n in names or n in inputs.calculated]
    columns: Columns = {name: inputs.values[name] for name in shown}
    scores = scores_of(definition, inputs.values, extent, noted)
    if definition.score.column:
        columns |= {definition.score.column.replace("{}", one.stem): scores[one.name]
                    for one in definition.variables}  # fmt: skip
    themes = themes_of(definition, scores, extent, noted)
    columns |= themes.columns
    raw = {name: extent.only_ranked(inputs.values[name]) for name in names}
    overall = definition.overall
    chosen = {"themes": themes.sums, "theme_scores": themes.scores, "variables": scores}[overall.of]
    weighed = raw if overall.of == "variables" else chosen
    weights = weights_of(definition, weighed, catalogue, noted)
    joined = whole_of(definition, chosen, raw, weights, extent, noted)
    made, placed = placed_of(overall, joined, definition.half, extent, noted)
    columns |= made
    if definition.flags is not None:
        columns |= flags_of(definition, scores, definition.flags)
    ranks = _ranks(
        definition, placed if definition.ranking.of == "score_column" else joined, extent
    )
    return columns | ranks, weights, raw, ranks[definition.ranking.column]


def _ranks(definition: Definition, total: Floats, extent: Extent) -> Columns:
    """Return the rank of every unit within its extent, and its class."""
    rule = definition.ranking
    rank, klass = np.full(total.shape, np.nan), np.full(total.shape, np.nan)
    for rows in extent.groups:
        rank[rows] = ranking.ranked(total[rows], rule.ties, descending=rule.order == "descending")
        if definition.quantiles is not None:
            klass[rows] = ranking.quantiles(rank[rows], definition.quantiles.classes)
    found = {rule.column: rank}
    if definition.quantiles is not None:
        found[definition.quantiles.column] = klass
    return found


def _remark(inputs: Inputs, extent: Extent, rank: Floats, noted: Noted) -> None:
    """Note who is not ranked and why, extents too small, formulas that were passed over."""
    inside = np.zeros(len(rank), dtype=bool)
    for rows in extent.groups:
        inside[rows] = True
    below, unknown = int(extent.low.sum()), int((np.isnan(rank) & inside).sum())
    outside = int((~inside & ~extent.low).sum())
    small = sum(1 for rows in extent.groups if len(rows) < 2)
    if below:
        noted.note(f"{below} 个单元低于人口下限，不排名。",
                   f"Units below the floor, not ranked: {below}.")  # fmt: skip
    if unknown:
        noted.note(f"{unknown} 个单元有未知的值，不排名。",
                   f"Units with unknown values, not ranked: {unknown}.")  # fmt: skip
    if outside:
        noted.note(f"{outside} 个单元没有分组，不排名。",
                   f"Units without a group, not ranked: {outside}.")  # fmt: skip
    if small:
        en = f"Extents of fewer than two units, where ranks mean nothing: {small}."
        noted.note(f"{small} 个参照范围不到两个单元，排名没有意义。", en)
    if inputs.undone:
        told = ", ".join(inputs.undone)
        noted.note(f"缺列，没有算的附加列：{told}。", f"Adjunct columns not worked out: {told}.")


def _table(columns: Columns, extent: Extent, rank: Floats, rows: pd.Index) -> pd.DataFrame:
    first: dict[str, Any] = {extent.heading: extent.key.to_numpy()}
    if extent.within is not None and str(extent.within.name) not in first:
        first[str(extent.within.name)] = extent.within.to_numpy()
    made = {name: values for name, values in columns.items() if name not in first}
    state = np.where(extent.low, BELOW_FLOOR, np.where(np.isnan(rank), UNKNOWN, RANKED))
    return pd.DataFrame({**first, **made, STATE: state}, index=rows)
