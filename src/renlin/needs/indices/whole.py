"""Weigh and join what an index is made of: themes or variables, or the values themselves."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from renlin.catalogue.load import Catalogue
from renlin.errors import Said
from renlin.needs.indices import aggregation, weighting
from renlin.needs.indices.checks import judged
from renlin.needs.indices.components import Components, sovi
from renlin.needs.indices.extent import Extent
from renlin.needs.indices.noted import Noted
from renlin.needs.indices.parts import joined_of, rounded_of
from renlin.needs.indices.ranking import Floats
from renlin.needs.indices.stability import extent_stability
from renlin.needs.indices.stated import Definition

OF_VALUES = ("topsis", "sovi")
"""Ways to join that take the variables' own values, not their scores."""


def weights_of(
    definition: Definition, columns: Mapping[str, Floats], catalogue: Catalogue, noted: Noted
) -> Floats:
    """Return the weight of each thing the index joins, shape (n_items,).

    Parameters
    ----------
    columns
        What is weighed: the values of variables or the joined columns of themes.
    """
    how = definition.weights.how
    whole = definition.overall.of == "variables"
    items = definition.variables if whole else definition.themes
    if how == "stated":
        return np.array([one.weight for one in items], dtype=np.float64)
    if how == "equal":
        return np.full(len(items), 1.0 if definition.overall.how == "sum" else 1 / len(items))
    if how == "ahp":
        found = judged(definition, catalogue)
        noted.facts.update(
            eigenvalue=found.eigenvalue, consistency_index=found.consistency,
            consistency_ratio=found.ratio, random_index=definition.weights.random_index,
        )  # fmt: skip
        return found.weights
    matrix = np.column_stack(list(columns.values()))
    directions = [one.direction for one in definition.variables] if whole else [1] * len(items)
    return _from_data(
        definition, matrix[~np.isnan(matrix).any(axis=1)], np.array(directions, float), noted
    )


def _from_data(definition: Definition, matrix: Floats, directions: Floats, noted: Noted) -> Floats:
    rule = definition.weights
    by_sum = rule.how == "entropy" and rule.normalisation == "sum"
    unknown = np.full(matrix.shape[1], np.nan)
    if len(matrix) < 2 or (by_sum and bool((matrix < 0).any())):
        en = "two whole units or more; not below 0 when normalised by the sum"
        expected = Said("至少两个值齐全的单元；按和归一化时不小于 0", en)
        noted.impossible("weights", expected, Said(*[f"{len(matrix)}"] * 2))
        return unknown
    if rule.how == "critic":
        made = weighting.critic(matrix, directions, directed=bool(rule.directed))
    else:
        made = weighting.entropy(
            matrix, directions, normalisation=rule.normalisation or "sum",
            directed=bool(rule.directed), shift=float(rule.shift or 0.0),
        )  # fmt: skip
    if np.isnan(made).any():
        expected = Said("有差别的变量", "variables that differ between units")
        noted.impossible("weights", expected, Said("处处相同", "all the same"))
    return made


def whole_of(
    definition: Definition,
    columns: Mapping[str, Floats],
    raw: Mapping[str, Floats],
    weights: Floats,
    extent: Extent,
    noted: Noted,
) -> Floats:
    """Return the joined column of the index, shape (n_units,).

    Parameters
    ----------
    columns
        Themes, scores of themes or of variables: what ``overall.of`` says.
    raw
        Values of the variables, for what takes those.
    """
    how = definition.overall
    if how.how not in OF_VALUES:
        return joined_of(how, columns, weights, definition.half, extent, noted)
    matrix = np.column_stack(list(raw.values()))
    directions = np.array([one.direction for one in definition.variables], float)
    out = np.full(len(matrix), np.nan)
    for rows in extent.groups:
        if how.how == "topsis":
            normalisation = how.normalisation or "vector"
            out[rows] = aggregation.topsis(matrix[rows], weights, directions, normalisation)
            continue
        known = rows[~np.isnan(matrix[rows]).any(axis=1)]
        found = _components(definition, matrix[known], directions, noted)
        if found is not None:
            out[known] = found.scores
    return rounded_of(how, out, definition.half)


def _components(
    definition: Definition, matrix: Floats, directions: Floats, noted: Noted
) -> Components | None:
    """Return SoVI's components with its warnings, or None with a fault."""
    least = definition.overall.least_eigenvalue
    if len(matrix) <= matrix.shape[1] or bool((np.ptp(matrix, axis=0) == 0).any()):
        expected = Said("比变量多的齐全单元，每个变量都有差别",
                        "more whole units than variables, and spread in each")  # fmt: skip
        noted.impossible(definition.overall.column, expected, Said(*[f"{len(matrix)}"] * 2))
        return None
    found = sovi(matrix, directions, least)
    names = [one.name for one in definition.variables]
    wrong = [n for n, c in zip(names, found.contributions, strict=True) if c < 0]
    noted.facts.update(
        n_components=int(found.loadings.shape[1]), wrong_sign=wrong,
        contributions=dict(zip(names, found.contributions.tolist(), strict=True)),
        stability=extent_stability(matrix, directions, least),
    )  # fmt: skip
    noted.note(
        "SoVI 只供研究，不能用来决定：换一个分析范围，同样两个单元的先后会变。",
        "SoVI is for research, not for decisions: two units change order with the extent.",
    )
    if wrong:
        told = ", ".join(wrong)
        noted.note(f"符号反了的变量：{told}。", f"Variables with the wrong sign: {told}.")
    return found
