"""Flag units whose score is at or above a bound, and count flags by theme and in all."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from renlin.needs.indices.aggregation import Missing
from renlin.needs.indices.ranking import Floats
from renlin.needs.indices.stated import Definition, Flags


def flags_of(
    definition: Definition,
    scores: Mapping[str, Floats],
    rule: Flags,
) -> dict[str, Floats]:
    """Return the flag columns a definition names: 1, 0 or unknown; counts.

    Parameters
    ----------
    scores
        Variable -> score, shape (n_units,).
    """
    flags = {name: _flag(values, rule.at_least) for name, values in scores.items()}
    made = {rule.column.replace("{}", definition.variable(n).stem): f for n, f in flags.items()}
    if rule.theme_column:
        for theme in definition.themes:
            name = rule.theme_column.replace("{}", theme.code)
            made[name] = _count([flags[one] for one in theme.variables], rule.missing)
    if rule.total_column:
        made[rule.total_column] = _count(list(flags.values()), rule.missing)
    return made


def _flag(values: Floats, bound: float) -> Floats:
    return np.where(np.isnan(values), np.nan, (values >= bound).astype(np.float64))


def _count(flags: list[Floats], missing: Missing) -> Floats:
    known = ~np.isnan(np.column_stack(flags))
    total = np.where(known, np.column_stack(flags), 0.0).sum(axis=1)
    enough = known.any(axis=1) if missing == "skip" else known.all(axis=1)
    return np.where(enough, total, np.nan)
