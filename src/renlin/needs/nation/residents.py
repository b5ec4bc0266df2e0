"""Judge every resident in one Ibis expression: tiers, groups, scores and percentile ranks."""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import add
from typing import Any, NamedTuple

import ibis

from renlin.catalogue.load import Catalogue
from renlin.catalogue.rules import RuleSet
from renlin.needs.capacities import DIMENSIONS
from renlin.needs.expressions import AGE, ASKED, BOUNDS, tier_table
from renlin.needs.nation import claims
from renlin.needs.nation.columns import Layout
from renlin.needs.tiers import fields_of

INDEX = "index"
GROUP = "group_"
"""Prefix of the column that says who belongs to a group."""
RANK = "rank_"
"""Prefix of the column with the percentile rank of an indicator."""
MEASURES = (*DIMENSIONS, INDEX)


class Ranked(NamedTuple):
    """An indicator that is ranked, and whether more of it is worse; None: not in the index."""

    code: str
    more_is_worse: bool | None


def ranked(layout: Layout, catalogue: Catalogue) -> list[Ranked]:
    """Return the numbers of a table in order; the risk of the catalogue gives the direction."""
    return [
        Ranked(code, _worse(code, catalogue))
        for code in layout.indicators
        if catalogue.indicators[code].kind in ("level", "number")
    ]


def stated(source: Any, layout: Layout) -> Any:
    """Return the table as it is judged: nobody counts as asked where that is not said."""
    asked = {name: source[name].fill_null(False) for name in layout.names if name.endswith(ASKED)}
    return source.mutate(**asked) if asked else source


def judged(
    table: Any,
    ranks: Any,
    layout: Layout,
    rule_sets: Sequence[RuleSet],
    catalogue: Catalogue,
) -> Any:
    """Return one row per resident: keys, tiers, groups, scores, ranks and the index.

    Parameters
    ----------
    table
        As :func:`stated` returns.
    ranks
        Ibis table ``column``, ``value``, ``rank``: of the extent residents are ranked in.

    Returns
    -------
    Key columns, ``sure``, ``indicated``, ``possible`` (1 to 3, 4 none), ``group_<code>``,
    each of ``exposure``, ``sensitivity``, ``adaptive`` and ``index`` with ``_low`` and
    ``_high``, and ``rank_<indicator>``; all shares.
    """
    keys = layout.keys()
    held = [*keys, *layout.indicators]
    tiers = tier_table(table, rule_sets, held, resolved=_resolved(layout, rule_sets))
    wide = tiers.select(*keys, *layout.indicators, *BOUNDS)
    columns = ranked(layout, catalogue)
    for one in columns:
        wide = _with_rank(wide, ranks, one.code)
    groups = claims.memberships(wide, catalogue.displays)
    made = {f"{GROUP}{code}": claim for code, claim in groups.items()}
    for dimension in DIMENSIONS:
        made |= claims.shares(claims.count(wide, catalogue.indicators, dimension), dimension)
    made |= index(wide, columns)
    given = [f"{RANK}{one.code}" for one in columns]
    return wide.select(*keys, *BOUNDS, *given, **made)


def index(wide: Any, columns: Sequence[Ranked]) -> dict[str, Any]:
    """Return the mean percentile rank in the direction of risk, and its bounds.

    Over what is known; ``_low`` as if everything unknown ranked 0, ``_high`` as if it
    ranked 1. A rank is reversed as 1 - rank. All weigh alike; the index describes and
    decides no tier.
    """
    turned = []
    for one in columns:
        rank = wide[f"{RANK}{one.code}"]
        if one.more_is_worse is not None:
            turned.append(rank if one.more_is_worse else 1.0 - rank)
    if not turned:
        nothing = ibis.null("float64")
        return {INDEX: nothing, f"{INDEX}_low": nothing, f"{INDEX}_high": nothing}
    total = reduce(add, [rank.fill_null(0.0) for rank in turned])
    known = reduce(add, [rank.notnull().cast("int64") for rank in turned])
    whole = len(turned)
    return {
        INDEX: total / known.nullif(0),
        f"{INDEX}_low": total / whole,
        f"{INDEX}_high": (total + (whole - known)) / whole,
    }


def _with_rank(wide: Any, ranks: Any, code: str) -> Any:
    own = ranks.filter(ranks["column"] == code)
    own = own.select(value__=own["value"], **{f"{RANK}{code}": own["rank"]})
    joined = wide.left_join(own, wide[code].cast("float64") == own.value__)
    return joined.select(*wide.columns, f"{RANK}{code}")


def _resolved(layout: Layout, rule_sets: Sequence[RuleSet]) -> list[str]:
    """Return the fields the rules read whose evidence has no age: it was resolved before."""
    return [field for field in fields_of(rule_sets) if f"{field}{AGE}" not in layout.names]


def _worse(code: str, catalogue: Catalogue) -> bool | None:
    own = [one for one in catalogue.indicators[code].risk_when if one.indicator == code]
    ways = {one.op in (">", ">=") for one in own if one.op in (">", ">=", "<", "<=")}
    return ways.pop() if len(ways) == 1 else None
