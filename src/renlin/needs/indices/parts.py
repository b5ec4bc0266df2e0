"""Work out the parts of an index: scores of variables, themes, and a column's place."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np

from renlin.errors import Said
from renlin.needs.indices import aggregation, ranking
from renlin.needs.indices.extent import Extent
from renlin.needs.indices.noted import Noted
from renlin.needs.indices.ranking import Floats, Half
from renlin.needs.indices.stated import Definition, Joined
from renlin.needs.indices.steps import Impossible, scored, stepped

Columns = dict[str, Floats]


class Themes(NamedTuple):
    """What each theme joins to, that after its steps, and the columns of the output."""

    sums: Columns
    scores: Columns
    columns: Columns


def scores_of(
    definition: Definition, values: Mapping[str, Floats], extent: Extent, noted: Noted
) -> Columns:
    """Return the score of every variable, name -> shape (n_units,)."""
    made: Columns = {}
    for one in definition.variables:
        steps = definition.score.steps if one.steps is None else one.steps
        try:
            made[one.name] = scored(
                values[one.name], one.direction, steps, definition.score, extent.groups,
                definition.half,
            )  # fmt: skip
        except Impossible as error:
            noted.failed(one.name, error)
            made[one.name] = np.full(values[one.name].shape, np.nan)
        if any(_is_flat(values[one.name][rows]) for rows in extent.groups):
            noted.note(
                f"{one.name} 在一个参照范围里处处相同，分不出先后。",
                f"{one.name} is the same throughout an extent and tells nobody apart.",
            )
    return made


def _is_flat(values: Floats) -> bool:
    known = values[~np.isnan(values)]
    return len(known) > 1 and bool(known.min() == known.max())


def themes_of(
    definition: Definition, scores: Mapping[str, Floats], extent: Extent, noted: Noted
) -> Themes:
    """Return the themes of an index; none has none."""
    found = Themes({}, {}, {})
    for theme in definition.themes:
        inner = {name: scores[name] for name in theme.variables}
        weights = np.array([definition.variable(name).weight for name in theme.variables])
        whole = joined_of(theme, inner, weights, definition.half, extent, noted)
        columns, placed = placed_of(theme, whole, definition.half, extent, noted)
        found.sums[theme.code], found.scores[theme.code] = whole, placed
        found.columns.update(columns)
    return found


def joined_of(
    how: Joined,
    columns: Mapping[str, Floats],
    weights: Floats,
    half: Half,
    extent: Extent,
    noted: Noted,
) -> Floats:
    """Return columns joined and rounded as stated, unknown for units that are not ranked."""
    matrix = np.column_stack(list(columns.values()))
    below = [name for name, column in columns.items() if bool((column < 0).any())]
    if how.how == "geometric" and below:
        expected = Said("几何平均的列不小于 0", "columns not below 0 for a geometric mean")
        noted.impossible(how.column, expected, Said(*[", ".join(below)] * 2))
        return np.full(len(matrix), np.nan)
    made = aggregation.joined(
        matrix,
        weights,
        how.how,
        how.missing,
        how.at_least,
    )
    return rounded_of(how, extent.only_ranked(made), half)


def rounded_of(how: Joined, values: Floats, half: Half) -> Floats:
    """Return the joined column rounded to its digits, if it states any."""
    return values if how.digits is None else ranking.rounded(values, how.digits, half)


def placed_of(
    how: Joined, values: Floats, half: Half, extent: Extent, noted: Noted
) -> tuple[Columns, Floats]:
    """Return the columns of the output and the last of them: joined, and after its steps."""
    if not how.steps:
        return {how.column: values}, values
    try:
        made = stepped(values, how.steps, extent.groups, half)
    except Impossible as error:
        noted.failed(how.column, error)
        made = np.full(values.shape, np.nan)
    return {how.column: values, how.score_column: made}, made
