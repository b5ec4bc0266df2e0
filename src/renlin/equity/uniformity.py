"""Find the households that one rule for all does not fit, and say why.

"Everybody leaves within ten minutes" or "scan the code" is a rule with requirements; each
household meets them, fails one, or is unknown. Nobody unknown is counted as able.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
import pandas as pd

from renlin.equity.contrasts import contrast_shares
from renlin.equity.samples import BoolArray, input_fault, numbers
from renlin.errors import Fault, Said, SchemeFault, did_you_mean, raise_all

Relation: TypeAlias = Literal["at_least", "at_most", "is"]

_PLACE = "equity.check_rule"


@dataclass(frozen=True)
class Requirement:
    """One thing a rule asks of every household.

    Parameters
    ----------
    code
        Short word for the requirement, unique in its rule.
    column
        Column of the household table it looks at.
    relation
        ``at_least`` or ``at_most`` a number (the bound itself is good enough), or ``is``
        a yes, no or code.
    bound
        From the rule, in the unit of the column.
    reason
        Why a household that fails cannot follow, in both languages.
    """

    code: str
    column: str
    relation: Relation
    bound: float | bool | str
    reason: Said


@dataclass(frozen=True, eq=False)
class RuleCheck:
    """Whom a rule fails.

    Parameters
    ----------
    infeasible
        One row per household and requirement it fails: ``household``, ``requirement``,
        ``reason_zh``, ``reason_en``; empty when the rule fits all who are known.
    unknown
        The same columns for requirements that cannot be judged.
    n_feasible, n_infeasible, n_unknown
        Households that meet all, fail at least one, or fail none but are unknown in some;
        they sum to all.
    by_group
        Share of infeasible households per group against the rest, as
        ``contrasts.contrast_shares`` gives it; None without groups.
    """

    infeasible: pd.DataFrame
    unknown: pd.DataFrame
    n_feasible: int
    n_infeasible: int
    n_unknown: int
    by_group: pd.DataFrame | None

    @property
    def fits_all(self) -> bool:
        """Return whether every household surely can follow the rule."""
        return self.n_infeasible == 0 and self.n_unknown == 0


def check_rule(
    households: pd.DataFrame, requirements: Sequence[Requirement], *, groups: Any = None
) -> RuleCheck:
    """Return every household for which a uniform rule is not feasible, with the reason.

    Parameters
    ----------
    households
        One row per household, index = id; missing values are unknown.
    requirements
        What the rule asks; all must hold.
    groups
        Labels or a boolean table of the households, or None.

    Raises
    ------
    SchemeFault
        All faults at once: no requirement, a repeated code, an unknown column or
        relation, a bound that is no number where one is needed.

    Source: rong_inequality, 2.2 (one cut for all).

    Examples
    --------
    >>> table = pd.DataFrame({"minutes": [6.0, 14.0]}, index=["h1", "h2"])
    >>> slow = Said("十分钟内到不了", "cannot be there within ten minutes")
    >>> check = check_rule(table, [Requirement("time", "minutes", "at_most", 10.0, slow)])
    >>> check.infeasible["household"].tolist()
    ['h2']
    """
    _check(households, requirements)
    judged = [_judge(households[r.column], r) for r in requirements]
    fails = np.column_stack([fail for fail, _ in judged])
    unsure = np.column_stack([unknown for _, unknown in judged])
    infeasible = fails.any(axis=1)
    undecided = ~infeasible & unsure.any(axis=1)
    shares = None
    if groups is not None:
        flags = pd.Series(infeasible, index=households.index, dtype="boolean")
        shares = contrast_shares(flags.mask(pd.Series(undecided, flags.index)), groups)
    return RuleCheck(
        infeasible=_listed(households.index, requirements, fails),
        unknown=_listed(households.index, requirements, unsure),
        n_feasible=int((~infeasible & ~undecided).sum()),
        n_infeasible=int(infeasible.sum()),
        n_unknown=int(undecided.sum()),
        by_group=shares,
    )


def _judge(column: pd.Series[Any], requirement: Requirement) -> tuple[BoolArray, BoolArray]:
    """Return where the requirement surely fails and where it cannot be judged."""
    if requirement.relation == "is":
        unknown = column.isna().to_numpy(dtype=bool)
        same = (column == requirement.bound).fillna(False).to_numpy(dtype=bool)
        return ~same & ~unknown, unknown
    x = numbers(column, place=_PLACE, column=requirement.column)
    bound = float(requirement.bound)
    meets = x >= bound if requirement.relation == "at_least" else x <= bound
    unknown = np.isnan(x)
    return ~meets & ~unknown, unknown


def _listed(
    units: pd.Index[Any], requirements: Sequence[Requirement], cells: BoolArray
) -> pd.DataFrame:
    rows, columns = np.nonzero(cells)
    chosen = [requirements[int(c)] for c in columns]
    return pd.DataFrame(
        {
            "household": units[rows],
            "requirement": [r.code for r in chosen],
            "reason_zh": [r.reason.zh for r in chosen],
            "reason_en": [r.reason.en for r in chosen],
        }
    )


def _check(households: pd.DataFrame, requirements: Sequence[Requirement]) -> None:
    faults = []
    codes = [r.code for r in requirements]
    if not codes or len(set(codes)) != len(codes):
        expected = Said("至少一项要求，代码不重复", "at least one requirement, every code once")
        got = Said("没有或重复", "none, or repeated")
        faults.append(input_fault(_PLACE, "requirements", expected, got))
    for r in requirements:
        if r.column not in households.columns:
            columns = [str(c) for c in households.columns]
            expected = Said("住户表的列", "a column of the household table")
            got = Said(r.column, r.column)
            faults.append(
                Fault(_PLACE, expected, got, did_you_mean(r.column, columns), None, r.code)
            )
        if r.relation not in ("at_least", "at_most", "is"):
            expected = Said("at_least、at_most 或 is", "at_least, at_most or is")
            faults.append(input_fault(_PLACE, r.code, expected, Said(r.relation, r.relation)))
        elif r.relation != "is" and (isinstance(r.bound, bool | str)):
            expected = Said("数字界限", "a number as bound")
            faults.append(input_fault(_PLACE, r.code, expected, Said("别的值", "something else")))
    raise_all(faults, SchemeFault)
