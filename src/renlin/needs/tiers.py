"""Evaluate the tier rules: the sure tier, the possible one, and what is still to be asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import ibis
import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa

from renlin.catalogue.conditions import Comparison, Truth, comparisons
from renlin.catalogue.decisions import NO_TIER, Codes, Decision
from renlin.catalogue.rules import RuleSet, outcome
from renlin.needs.expressions import AGE, ASKED, BOUNDS, levels_table

IntArray = npt.NDArray[np.int64]
_ROW = "row__"


class Facts(NamedTuple):
    """What is known of each resident: three tables with one row per person.

    ``values`` holds a nullable column per field, ``days`` the age of its evidence, days
    (missing where nothing is known), ``asked`` whether anything was ever recorded.
    """

    values: pd.DataFrame
    days: pd.DataFrame
    asked: pd.DataFrame


class Levels(NamedTuple):
    """Levels of every resident by every rule set: arrays of shape (n_persons, n_rule_sets)."""

    sure: IntArray
    indicated: IntArray
    possible: IntArray

    def highest(self) -> Levels:
        """Return the highest level over the rule sets, arrays of shape (n_persons,)."""
        none = np.full((len(self.sure), 1), NO_TIER, dtype=np.int64)
        sure, indicated, possible = (np.hstack([one, none]).min(axis=1) for one in self)
        return Levels(sure, np.clip(indicated, possible, sure), possible)


def fields_of(rule_sets: Sequence[RuleSet]) -> list[str]:
    """Return the fields that the rules read, sorted."""
    return sorted(
        {
            one.field
            for rules in rule_sets
            for tier in rules.tiers
            for one in comparisons(tier.condition)
        }
    )


def evaluate(facts: Facts, rule_sets: Sequence[RuleSet]) -> Levels:
    """Return the levels of every resident, worked out by one Ibis expression on DuckDB.

    Parameters
    ----------
    facts
        What is known, by row.
    rule_sets
        Rules in force.
    """
    n = len(facts.values)
    if n == 0 or not rule_sets:
        empty = np.full((n, len(rule_sets)), NO_TIER, dtype=np.int64)
        return Levels(empty, empty, empty)
    columns: dict[str, Any] = {_ROW: pa.array(np.arange(n))}
    for field in fields_of(rule_sets):
        days = facts.days[field].astype("Int64")
        columns[field] = pa.Array.from_pandas(facts.values[field])
        columns[f"{field}{AGE}"] = pa.Array.from_pandas(days, type=pa.int64())
        columns[f"{field}{ASKED}"] = pa.Array.from_pandas(facts.asked[field].astype(bool))
    source = ibis.memtable(pa.table(columns))
    wanted = levels_table(source, rule_sets, [_ROW]).order_by(_ROW)
    found = ibis.duckdb.connect().to_pyarrow(wanted)
    places = range(len(rule_sets))
    return Levels(
        *(
            np.column_stack([found[f"{bound}_{at}"].to_numpy() for at in places]).astype(np.int64)
            for bound in BOUNDS
        )
    )


def evaluate_one(
    values: Mapping[str, Any], evidence_days: Mapping[str, int | None], rules: RuleSet
) -> tuple[int, int]:
    """Return the sure and possible level of one resident, worked out in plain Python.

    The plain twin of :func:`evaluate`: slow, and easy to read.

    Parameters
    ----------
    values
        Field -> value, None when unknown.
    evidence_days
        Field -> age of its evidence, days; None when unknown.
    """

    def leaf(one: Comparison) -> Truth:
        age = evidence_days.get(one.field)
        if one.valid_days is not None and (age is None or age > one.valid_days):
            return None
        return one.holds(values.get(one.field))

    return outcome([(tier.level, tier.condition) for tier in rules.tiers], leaf)


def codes(facts: Facts, decision: Decision) -> Codes:
    """Return what each resident answers to each input of ``decision``.

    Returns
    -------
    Codes of shape (n_persons, n_inputs); -1 where unknown, or older than the rules allow.
    """
    found = np.full((len(facts.values), len(decision.inputs)), -1, dtype=np.int64)
    for at, one in enumerate(decision.inputs):
        column = facts.values[one.field]
        known = column.notna().to_numpy(dtype=bool, copy=True)
        if one.valid_days is not None:
            days = facts.days[one.field].astype("Int64")
            known &= (days <= one.valid_days).fillna(False).to_numpy(dtype=bool)
        values = column[known]
        by_value = {value: one.code(value) for value in values.unique()}
        found[known, at] = values.map(by_value).to_numpy(dtype=np.int64)
    return found
