"""Compile tier rules to one Ibis expression, to be run wherever the data lie.

The same expression runs on DuckDB here and on a district's or the country's engine
elsewhere. Null is unknown throughout: AND, OR and NOT of SQL are Kleene's.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce
from operator import add, and_, eq, ge, gt, le, lt, ne, or_
from typing import Any

import ibis

from renlin.catalogue.conditions import (
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    Not,
    Word,
    needed,
)
from renlin.catalogue.decisions import NO_TIER
from renlin.catalogue.rules import RuleSet

SURE, POSSIBLE, INDICATED = "sure", "possible", "indicated"
BOUNDS = (SURE, INDICATED, POSSIBLE)
OPERATORS = {"=": eq, "!=": ne, ">=": ge, "<=": le, ">": gt, "<": lt}
AGE = "__days"
"""Suffix of the column that holds how many days old the evidence of a field is."""
ASKED = "__asked"
"""Suffix of the column that says whether anything was ever recorded about a field."""


def tier_table(table: Any, rule_sets: Sequence[RuleSet], keep: Sequence[str]) -> Any:
    """Return the Ibis table of levels: of every rule set, and of all together.

    Truth is worked out with unknowns first and filled in last: *sure* counts unknown as
    false, *possible* as true; the first tier that holds wins. All together is the highest
    tier of any rule set. *Indicated* lies between: possible, with what nobody ever asked
    about the resident set aside. It orders visits and is no tier.

    Parameters
    ----------
    table
        Ibis table with a column per field the rules read and, for fields with a validity
        (有效期), a column ``<field>__days`` with the age of the evidence in days, and a
        boolean ``<field>__asked``.
    rule_sets
        Rules in force, in order.
    keep
        Columns to carry over, such as the key.

    Returns
    -------
    ``keep``, then ``sure_0``, ``indicated_0``, ``possible_0``, ... by position of the rule
    set, then ``sure``, ``indicated`` and ``possible``.

    Source: reference needs 4.3.
    """
    levels: dict[str, Any] = {}
    for at, rules in enumerate(rule_sets):
        truths = [(tier.level, compiled(tier.condition, table)) for tier in rules.tiers]
        asked = [(t.level, compiled(t.condition, table, aside=True)) for t in rules.tiers]
        levels[f"{SURE}_{at}"] = _first(truths, unknown=False)
        levels[f"{INDICATED}_{at}"] = _first(asked, unknown=True)
        levels[f"{POSSIBLE}_{at}"] = _first(truths, unknown=True)
    each = table.select(*keep, **levels)
    none = ibis.literal(NO_TIER, type="int8")
    places = range(len(rule_sets))
    return each.mutate(
        **{bound: ibis.least(none, *(each[f"{bound}_{at}"] for at in places)) for bound in BOUNDS}
    )


def compiled(condition: Condition, table: Any, *, aside: bool = False) -> Any:
    """Return ``condition`` as a boolean Ibis expression over ``table``; null is unknown.

    With ``aside``, a comparison nobody ever asked about counts as not holding.
    """
    if isinstance(condition, Comparison):
        claim = _compared(condition, table)
        return ibis.ifelse(table[f"{condition.field}{ASKED}"], claim, False) if aside else claim
    if isinstance(condition, Not):
        return ~compiled(condition.item, table, aside=aside)
    if isinstance(condition, Word):
        raise TypeError(f"{condition.name} is not resolved to a field")
    items = [compiled(item, table, aside=aside) for item in condition.items]
    if isinstance(condition, AllOf):
        return reduce(and_, items)
    if isinstance(condition, AnyOf):
        return reduce(or_, items)
    certain = reduce(add, [_counted(item, unknown=False) for item in items])
    open_ = reduce(add, [_counted(item, unknown=True) for item in items])
    k = needed(condition)
    return ibis.cases((certain >= k, True), (open_ < k, False), else_=ibis.null("boolean"))


def _counted(claim: Any, *, unknown: bool) -> Any:
    return ibis.ifelse(claim.fill_null(unknown), 1, 0)


def _first(truths: Sequence[tuple[int, Any]], *, unknown: bool) -> Any:
    held = [(claim.fill_null(unknown), ibis.literal(n, type="int8")) for n, claim in truths]
    return ibis.cases(*held, else_=ibis.literal(NO_TIER, type="int8"))


def _compared(one: Comparison, table: Any) -> Any:
    value = table[one.field]
    if one.valid_days is not None:
        fresh = table[f"{one.field}{AGE}"] <= one.valid_days
        value = ibis.ifelse(fresh, value, ibis.null(value.type()))
    claim = _claim(one, value)
    return ~claim if one.negated else claim


def _claim(one: Comparison, value: Any) -> Any:
    if one.op == "between":
        low, high = one.value
        above = value >= low if one.closed[0] == "[" else value > low
        return above & (value <= high if one.closed[1] == "]" else value < high)
    if one.op == "in":
        return value.isin(list(one.value))
    operand = one.value[0]
    return value if operand is True else OPERATORS[one.op](value, operand)
