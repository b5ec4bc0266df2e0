"""Compile tier rules to one Ibis expression, to be run wherever the data lie.

The same expression runs on DuckDB here and on a district's or the country's engine
elsewhere. Null is unknown in what it reads; what it returns has none.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
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


def tier_table(
    table: Any,
    rule_sets: Sequence[RuleSet],
    keep: Sequence[str],
    *,
    resolved: Collection[str] = (),
) -> Any:
    """Return the Ibis table of levels: of every rule set, and of all together.

    Truth is worked out twice, without a null in between: *sure* counts what is not known as
    false, *possible* as true, and what is denied the other way round; that is Kleene's truth
    with unknowns filled in last. The first tier that holds wins. All together is the highest
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
    resolved
        Fields without these two columns: whoever wrote the table has left out what is too
        old, and what is not there counts as never asked.

    Returns
    -------
    ``keep``, then ``sure_0``, ``indicated_0``, ``possible_0``, ... by position of the rule
    set, then ``sure``, ``indicated`` and ``possible``.

    Source: reference needs 4.3.
    """
    held = _held(table, rule_sets, resolved)
    whole = {bound: [one for by in held for one in by[bound]] for bound in BOUNDS}
    together = {bound: _first(_by_level(every)) for bound, every in whole.items()}
    return table.select(*keep, **_by_rule_set(held), **together)


def levels_table(table: Any, rule_sets: Sequence[RuleSet], keep: Sequence[str]) -> Any:
    """Return the Ibis table of levels of every rule set, without that of all together.

    As :func:`tier_table` has them, at half the work for the engine's planner.
    """
    return table.select(*keep, **_by_rule_set(_held(table, rule_sets, ())))


_Held = dict[str, list[tuple[int, Any]]]
"""Bound -> level and truth of every tier of one rule set."""


def _held(table: Any, rule_sets: Sequence[RuleSet], resolved: Collection[str]) -> list[_Held]:
    return [
        {
            bound: [(t.level, _truth(t.condition, table, bound, resolved)) for t in rules.tiers]
            for bound in BOUNDS
        }
        for rules in rule_sets
    ]


def _by_rule_set(held: Sequence[_Held]) -> dict[str, Any]:
    return {f"{bound}_{at}": _first(by[bound]) for at, by in enumerate(held) for bound in BOUNDS}


def _truth(condition: Condition, table: Any, bound: str, resolved: Collection[str]) -> Any:
    """Return where ``condition`` holds for ``bound``: true or false, never null."""
    if isinstance(condition, Comparison):
        return _leaf(condition, table, bound, resolved)
    if isinstance(condition, Not):
        return ~_truth(condition.item, table, _OPPOSITE[bound], resolved)
    if isinstance(condition, Word):
        raise TypeError(f"{condition.name} is not resolved to a field")
    items = [_truth(item, table, bound, resolved) for item in condition.items]
    if isinstance(condition, AllOf):
        return reduce(and_, items)
    if isinstance(condition, AnyOf):
        return reduce(or_, items)
    return reduce(add, [item.cast("int8") for item in items]) >= needed(condition)


_DENIED = "not indicated"
"""What is set aside does not hold, and its denial does; what is unknown holds either way."""
_OPPOSITE = {SURE: POSSIBLE, POSSIBLE: SURE, INDICATED: _DENIED, _DENIED: INDICATED}


def _leaf(one: Comparison, table: Any, bound: str, resolved: Collection[str]) -> Any:
    lean = one.field in resolved
    claim = _compared(one, table, lean=lean)
    if bound in (SURE, POSSIBLE):
        return claim.fill_null(bound == POSSIBLE)
    if lean:
        return claim.fill_null(False)
    return claim.fill_null(bound == INDICATED) & table[f"{one.field}{ASKED}"]


def _by_level(held: Sequence[tuple[int, Any]]) -> list[tuple[int, Any]]:
    """Return each level once, ascending, with where a tier of that level holds."""
    levels = sorted({level for level, _ in held})
    return [(level, reduce(or_, [one for n, one in held if n == level])) for level in levels]


def _first(held: Sequence[tuple[int, Any]]) -> Any:
    told = [(claim, ibis.literal(level, type="int8")) for level, claim in held]
    none = ibis.literal(NO_TIER, type="int8")
    return ibis.cases(*told, else_=none) if told else none


def _compared(one: Comparison, table: Any, *, lean: bool) -> Any:
    value = table[one.field]
    if one.valid_days is not None and not lean:
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
