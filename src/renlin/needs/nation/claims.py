"""Turn conditions of the catalogue into Ibis expressions: null is unknown, never no.

The set-wise twins of :mod:`renlin.needs.values`, :mod:`renlin.needs.capacities` and
:mod:`renlin.needs.classes`. An indicator the table does not hold is unknown for everybody
where a group asks for it, and no item of a score.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import add, and_, or_
from typing import Any, Literal, NamedTuple

import ibis

from renlin.catalogue.models import Condition, DisplayGroup, Indicator
from renlin.needs.capacities import items_of
from renlin.needs.expressions import OPERATORS

NEVER_KNOWN = ibis.null("boolean")


class Counts(NamedTuple):
    """Items that hold, that do not, and that apply or may apply, per resident."""

    yes: Any
    no: Any
    n: Any


def holds(table: Any, condition: Condition) -> Any:
    """Return the truth of one condition; null where it is not known."""
    if condition.indicator not in table.columns:
        return NEVER_KNOWN
    column = table[condition.indicator]
    if isinstance(condition.value, list):
        return column.isin(condition.value)
    if column.type().is_boolean() and condition.op in ("=", "!="):
        return column if condition.value is (condition.op == "=") else ~column
    return OPERATORS[condition.op](column, condition.value)


def all_of(table: Any, conditions: Sequence[Condition]) -> Any:
    """Return where every condition holds; of none: everywhere."""
    claims = [holds(table, one) for one in conditions]
    return reduce(and_, claims) if claims else ibis.literal(True)


def any_list(table: Any, lists: Sequence[Sequence[Condition]]) -> Any:
    """Return where one of the lists holds whole; of none: nowhere."""
    claims = [all_of(table, conditions) for conditions in lists]
    return reduce(or_, claims) if claims else ibis.literal(False)


def items_held(
    table: Any, indicators: Mapping[str, Indicator], score: str
) -> dict[str, Literal["risk", "met"]]:
    """Return the items of ``score`` the table holds, and which condition counts."""
    every = items_of(indicators, score)
    return {code: which for code, which in every.items() if code in table.columns}


def count(table: Any, indicators: Mapping[str, Indicator], score: str) -> Counts:
    """Return the items of ``score`` that hold, do not, and apply or may apply."""
    yes, no, n = [], [], []
    for code, which in items_held(table, indicators, score).items():
        claim = _item(table, indicators[code], which)
        limits = indicators[code].applies_when
        surely, maybe = claim.fill_null(False), claim.fill_null(True)
        if not limits:
            yes.append(_one(surely))
            no.append(_one(~maybe))
            n.append(ibis.literal(1, type="int8"))
            continue
        scope = any_list(table, limits)
        yes.append(_one(surely & scope.fill_null(True)))
        no.append(_one(~maybe & scope.fill_null(False)))
        n.append(_one(scope.fill_null(True)))
    nothing = ibis.literal(0, type="int8")
    return Counts(*(reduce(add, part) if part else nothing for part in (yes, no, n)))


def shares(counts: Counts, name: str) -> dict[str, Any]:
    """Return ``name`` and its bounds, shares; missing where nothing applies.

    ``yes / (yes + no)`` over what is known; ``yes / n`` as if no unknown item held,
    ``(n - no) / n`` as if all did.
    """
    whole = counts.n.nullif(0)
    return {
        name: counts.yes / (counts.yes + counts.no).nullif(0),
        f"{name}_low": counts.yes / whole,
        f"{name}_high": (counts.n - counts.no) / whole,
    }


def memberships(table: Any, displays: Mapping[str, DisplayGroup]) -> dict[str, Any]:
    """Return group -> who belongs to it; null where that is not known.

    The group without a rule holds who surely belongs to no other.
    """
    ordered = sorted(displays.values(), key=lambda entry: entry.order)
    told = {e.code: any_list(table, e.member_when) for e in ordered if e.member_when}
    rest = ~reduce(or_, told.values()) if told else ibis.literal(True)
    return {entry.code: told.get(entry.code, rest) for entry in ordered}


def _item(table: Any, indicator: Indicator, which: Literal["risk", "met"]) -> Any:
    if which == "met" and indicator.met_when:
        return all_of(table, indicator.met_when)
    risk = all_of(table, indicator.risk_when)
    return risk if which == "risk" else ~risk


def _one(claim: Any) -> Any:
    return claim.cast("int8")
