"""State an allocation problem: who is at what risk, what could be done, what it costs.

Everything is put in an order that depends on content and ids only, so that neither the
order of rows nor the names of groups can change who gets what.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
import pandas as pd
from scipy import sparse

from renlin.equity.groups import Memberships, memberships, with_rest
from renlin.equity.samples import BoolArray, FloatArray, aligned, input_fault, numbers
from renlin.errors import Fault, Said, SchemeFault, did_you_mean, raise_all

Kind: TypeAlias = Literal["divisible", "indivisible"]
Pair: TypeAlias = tuple[str, str]

_PLACE = "equity.allocation"


@dataclass(frozen=True)
class Terms:
    """The conditions of an allocation; all come from the policy and the budget.

    Parameters
    ----------
    budget
        Yuan, zero or more.
    removable
        Largest share of a unit's risk that all measures together can remove, 0 to 1.
    kind
        ``"divisible"``: shares of a measure may be given; ``"indivisible"``: whole or not.
    requires
        Pairs (a, b): a only where b is given, in the same share at least.
    excludes
        Pairs (a, b): together at most one whole.
    """

    budget: float
    removable: float
    kind: Kind = "divisible"
    requires: tuple[Pair, ...] = ()
    excludes: tuple[Pair, ...] = ()


@dataclass(frozen=True, eq=False)
class Problem:
    """A checked allocation problem in canonical order; made by the functions below.

    Parameters
    ----------
    units, measures
        Ids in canonical order; ``given_units`` and ``given_measures`` as the caller had them.
    risk, persons, value
        Shape (n_units,): harm per person without measures; persons; value weight or None.
    belong
        Groups in an order that their names do not decide; ``given_groups`` the caller's.
    cost
        Yuan for the whole measure, shape (n_measures,).
    effect
        Harm per person removed by the whole measure, sparse (n_units, n_measures).
    recipients
        Share of a measure's cost that counts as spent on a unit, same shape.
    requires, excludes
        Pairs of positions of measures.
    """

    units: pd.Index[Any]
    measures: pd.Index[Any]
    given_units: pd.Index[Any]
    given_measures: pd.Index[Any]
    risk: FloatArray
    persons: FloatArray
    value: FloatArray | None
    belong: Memberships
    given_groups: tuple[str, ...]
    cost: FloatArray
    effect: Any
    recipients: Any
    terms: Terms
    requires: tuple[tuple[int, int], ...]
    excludes: tuple[tuple[int, int], ...]

    def group_weights(self) -> FloatArray:
        """Return each unit's share of its group's persons, shape (n_groups, n_units)."""
        persons = self.belong.member * self.persons[:, None]
        return np.asarray((persons / persons.sum(axis=0)).T)

    def residual(self, given: FloatArray) -> FloatArray:
        """Return the harm per person that remains when shares ``given`` are given."""
        removed: FloatArray = np.asarray(self.effect @ given)
        left: FloatArray = self.risk - np.minimum(removed, self.terms.removable * self.risk)
        return left


def household_items(
    households: pd.DataFrame,
    groups: Any,
    costs: pd.Series[float],
    relief: pd.DataFrame,
    terms: Terms,
) -> Problem:
    """Return the problem of giving items to households one by one.

    Parameters
    ----------
    households
        One row per household (index = id): ``risk`` (harm per person), ``persons`` and,
        for the value-weighted rule only, ``value``.
    groups
        Labels or a boolean table without unknowns; who is in none of them is ``rest``.
    costs
        Yuan per item and household, index = item.
    relief
        Households × items: share of the household's risk that the item removes.
    terms
        Budget, cap, kind; pairs name items and hold within each household.

    Raises
    ------
    SchemeFault
        All faults of a table at once: unknown or impossible numbers, unknown items, empty
        groups.
    DataFault
        When the rows of two tables do not fit each other.

    Examples
    --------
    >>> homes = pd.DataFrame({"risk": [0.1, 0.4], "persons": [3.0, 1.0]}, index=["chen", "lin"])
    >>> relief = pd.DataFrame({"alarm": [0.5, 0.5]}, index=homes.index)
    >>> made = household_items(
    ...     homes, ["able", "alone"], pd.Series({"alarm": 80.0}), relief, Terms(80.0, 0.9)
    ... )
    >>> made.cost.tolist()
    [80.0, 80.0]
    """
    tidy = _units(households, groups)
    items = sorted(str(item) for item in costs.index)
    lined = _grid(relief, tidy.units, items, "relief")
    price = _costs(costs, items)
    n, k = lined.shape
    rows, columns = np.repeat(np.arange(n), k), np.arange(n * k)
    effect = sparse.csr_array(
        ((tidy.risk[:, None] * lined).ravel(), (rows, columns)), shape=(n, n * k)
    )
    given = pd.MultiIndex.from_product([tidy.given, [str(i) for i in costs.index]])
    pairs = [_positions(p, items) for p in (terms.requires, terms.excludes)]
    spread = [tuple((h * k + a, h * k + b) for h in range(n) for a, b in p) for p in pairs]
    return Problem(
        units=tidy.units,
        measures=pd.MultiIndex.from_product([tidy.units, items]),
        given_units=tidy.given,
        given_measures=given,
        risk=tidy.risk,
        persons=tidy.persons,
        value=tidy.value,
        belong=tidy.belong,
        given_groups=tidy.given_groups,
        cost=np.tile(price, n),
        effect=effect,
        recipients=sparse.csr_array((np.ones(n * k), (rows, columns)), shape=(n, n * k)),
        terms=_checked(terms),
        requires=spread[0],
        excludes=spread[1],
    )


def community_measures(
    units: pd.DataFrame, groups: Any, costs: pd.Series[float], effect: pd.DataFrame, terms: Terms
) -> Problem:
    """Return the problem of choosing measures that each may serve many.

    Parameters
    ----------
    units
        One row per household, or per group where effects are known no finer; columns as
        in ``household_items``.
    groups
        Labels or a boolean table without unknowns.
    costs
        Yuan per measure, index = measure.
    effect
        Units × measures: harm per person that the whole measure removes; below zero where
        it does harm. Effects of several measures add up to the cap.
    terms
        Budget, cap, kind; pairs name measures.

    Raises
    ------
    SchemeFault, DataFault
        As in ``household_items``.

    Examples
    --------
    >>> homes = pd.DataFrame({"risk": [0.1, 0.4], "persons": [3.0, 1.0]}, index=["chen", "lin"])
    >>> helps = pd.DataFrame({"ramp": [0.0, 0.2]}, index=homes.index)
    >>> terms = Terms(9000.0, 0.9, "indivisible")
    >>> made = community_measures(
    ...     homes, ["able", "alone"], pd.Series({"ramp": 9000.0}), helps, terms
    ... )
    >>> made.residual(np.array([1.0])).tolist()
    [0.1, 0.2]
    """
    tidy = _units(units, groups)
    codes = sorted(str(code) for code in costs.index)
    lined = _grid(effect, tidy.units, codes, "effect")
    gain = np.maximum(lined, 0.0) * tidy.persons[:, None]
    total = gain.sum(axis=0)
    return Problem(
        units=tidy.units,
        measures=pd.Index(codes),
        given_units=tidy.given,
        given_measures=pd.Index([str(code) for code in costs.index]),
        risk=tidy.risk,
        persons=tidy.persons,
        value=tidy.value,
        belong=tidy.belong,
        given_groups=tidy.given_groups,
        cost=_costs(costs, codes),
        effect=sparse.csr_array(lined),
        recipients=sparse.csr_array(gain / np.where(total > 0, total, 1.0)),
        terms=_checked(terms),
        requires=_positions(terms.requires, codes),
        excludes=_positions(terms.excludes, codes),
    )


@dataclass(frozen=True, eq=False)
class _Units:
    units: pd.Index[Any]
    given: pd.Index[Any]
    risk: FloatArray
    persons: FloatArray
    value: FloatArray | None
    belong: Memberships
    given_groups: tuple[str, ...]


def _units(table: pd.DataFrame, groups: Any) -> _Units:
    faults = [
        _fault(column, Said("这一列", "this column"), Said("没有", "none"))
        for column in ("risk", "persons")
        if column not in table.columns
    ]
    if not table.index.is_unique or not len(table):
        expected = Said("至少一行且编号不重复", "at least one row, every id once")
        faults.append(_fault("units", expected, Said("重复或空", "repeated ids or no rows")))
    raise_all(faults, SchemeFault)
    belong = with_rest(memberships(groups, table, place=_PLACE))
    columns = {c: numbers(table[c], place=_PLACE, column=c) for c in _numeric(table)}
    for column, x in columns.items():
        if n := int((~np.isfinite(x) | (x < 0)).sum()):
            got = Said(f"{n} 个未知、无穷或负数", f"{n} unknown, infinite or negative")
            faults.append(_fault(column, Said("已知且不小于零", "known, zero or more"), got))
    raise_all(faults + _group_faults(belong, columns["persons"]), SchemeFault)
    order = np.argsort(np.array([str(unit) for unit in table.index]), kind="stable")
    return _Units(
        units=table.index[order],
        given=table.index,
        risk=columns["risk"][order],
        persons=columns["persons"][order],
        value=columns["value"][order] if "value" in columns else None,
        belong=_by_content(belong, order),
        given_groups=belong.names,
    )


def _by_content(belong: Memberships, order: Any) -> Memberships:
    """Return rows in ``order`` and groups by who belongs to them, not by their names."""
    member = belong.member[order]
    groups = sorted(range(len(belong.names)), key=lambda g: member[:, g].tobytes())
    names = tuple(belong.names[g] for g in groups)
    return Memberships(names, member[:, groups], belong.decided[order][:, groups])


def _numeric(table: pd.DataFrame) -> list[str]:
    return [column for column in ("risk", "persons", "value") if column in table.columns]


def _group_faults(belong: Memberships, persons: FloatArray) -> list[Fault]:
    faults = []
    if n := int((~belong.decided).any(axis=1).sum()):
        got = Said(f"{n} 行归属未知", f"{n} rows whose membership is unknown")
        expected = Said("每行都知道属于哪些人群", "known membership in every row")
        remedy = Said(
            "请先决定未知者按可能属于还是不属于处理。",
            "Decide first whether the unknown count as possible members.",
        )
        faults.append(input_fault(_PLACE, "groups", expected, got, remedy))
    for name, inside in zip(belong.names, _columns(belong.member), strict=True):
        if not persons[inside].sum() > 0:
            expected = Said("每个人群至少一人", "at least one person in every group")
            faults.append(_fault("groups", expected, Said(f"{name} 无人", f"nobody in {name}")))
    return faults


def _columns(member: BoolArray) -> list[BoolArray]:
    return [member[:, g] for g in range(member.shape[1])]


def _grid(
    table: pd.DataFrame, units: pd.Index[Any], measures: Sequence[str], column: str
) -> FloatArray:
    """Return the cells in canonical order, shape (n_units, n_measures)."""
    named = table.set_axis([str(code) for code in table.columns], axis=1)
    missing = [code for code in measures if code not in named.columns]
    strangers = [code for code in named.columns if code not in measures]
    faults = [
        _fault(column, Said(f"{code} 列", f"a column {code}"), Said("没有", "none"))
        for code in missing
    ]
    faults += [
        Fault(
            _PLACE,
            Said("有费用的措施", "a measure that has a cost"),
            Said(code, code),
            did_you_mean(code, measures),
            column=column,
        )
        for code in strangers
    ]
    raise_all(faults, SchemeFault)
    probe = pd.DataFrame(index=units)
    lined = aligned(named, probe, place=_PLACE, column=column)[list(measures)]
    cells = np.asarray(lined.astype("Float64").to_numpy(np.float64, na_value=np.nan))
    if n := int((~np.isfinite(cells)).sum()):
        got = Said(f"{n} 个未知或无穷", f"{n} unknown or infinite")
        raise_all([_fault(column, Said("已知的数", "known numbers"), got)], SchemeFault)
    return cells


def _costs(costs: pd.Series[float], measures: Sequence[str]) -> FloatArray:
    named = costs.set_axis([str(code) for code in costs.index])
    if not named.index.is_unique or not len(named):
        got = Said("重复或空", "repeated codes or none")
        expected = Said("至少一项且代码不重复", "at least one measure, every code once")
        raise_all([_fault("costs", expected, got)], SchemeFault)
    price = numbers(named.loc[list(measures)], place=_PLACE, column="costs")
    if n := int((~np.isfinite(price) | (price < 0)).sum()):
        got = Said(f"{n} 个未知、无穷或负数", f"{n} unknown, infinite or negative")
        raise_all([_fault("costs", Said("不小于零", "zero or more"), got)], SchemeFault)
    return price


def _positions(pairs: tuple[Pair, ...], codes: Sequence[str]) -> tuple[tuple[int, int], ...]:
    unknown = sorted({str(code) for pair in pairs for code in pair} - set(codes))
    raise_all(
        [
            Fault(
                _PLACE,
                Said("措施代码", "the code of a measure"),
                Said(code, code),
                did_you_mean(code, codes),
                column="requires / excludes",
            )
            for code in unknown
        ],
        SchemeFault,
    )
    return tuple((codes.index(str(a)), codes.index(str(b))) for a, b in pairs)


def _checked(terms: Terms) -> Terms:
    faults = []
    if not (np.isfinite(terms.budget) and terms.budget >= 0):
        got = Said(f"{terms.budget:g}", f"{terms.budget:g}")
        faults.append(_fault("budget", Said("不小于零的金额", "yuan, zero or more"), got))
    if not 0 <= terms.removable <= 1:
        got = Said(f"{terms.removable:g}", f"{terms.removable:g}")
        faults.append(_fault("removable", Said("0 到 1", "0 to 1"), got))
    if terms.kind not in ("divisible", "indivisible"):
        expected = Said("divisible 或 indivisible", "divisible or indivisible")
        faults.append(_fault("kind", expected, Said(terms.kind, terms.kind)))
    raise_all(faults, SchemeFault)
    return terms


def _fault(column: str, expected: Said, got: Said) -> Fault:
    return input_fault(_PLACE, column, expected, got)
