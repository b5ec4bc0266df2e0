"""Account for a plan: who gets what, who is left at what risk, who loses against whom."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple, TypeAlias, get_args

import numpy as np
import pandas as pd

from renlin.equity.clashes import Clash
from renlin.equity.problem import Problem
from renlin.equity.programmes import NO_LIMITS, Limits, Model, uniform_share
from renlin.equity.samples import FloatArray
from renlin.errors import Infeasible, raise_all

Rule: TypeAlias = Literal[
    "none", "uniform", "value_weighted", "person_utilitarian", "minimax", "epsilon", "leximin"
]
RULES: tuple[str, ...] = get_args(Rule)
Proof: TypeAlias = Literal["optimal", "bound", "infeasible", "fixed"]

_NO_DIFFERENCE = 1e-6
"""Harm within this share of the largest risk is the same: ten times the solver's slack."""
_NO_SPENDING = 1e-3
"""Spending per person below this share of the community's mean is none: a cent in ten
yuan. Assumption: a token sum must not silence the alert."""


class NoHarm(NamedTuple):
    """Who is worse off than under another plan.

    Parameters
    ----------
    share
        Share of the persons who are not worse off, 0 to 1.
    n_worse
        Persons who are.
    largest_loss, mean_loss
        Harm per person more than there: of the one who loses most; mean over the losers.
    """

    share: float
    n_worse: float
    largest_loss: float
    mean_loss: float


@dataclass(frozen=True, eq=False)
class Allocation:
    """One plan with what it does to everybody.

    Parameters
    ----------
    rule, epsilon, limits
        How it was chosen.
    status
        ``optimal`` (proven), ``bound`` (best found; ``harm_bound`` is proven),
        ``infeasible`` (``clashes`` says what gives way), ``fixed`` (nothing to choose).
    given
        Share of each measure, index = measure; NaN when infeasible.
    residual
        Harm per person left, index = unit.
    harm, harm_bound
        Total harm left (persons × harm) and what no plan of this rule can undercut; NaN for
        the value-weighted rule, which does not seek least harm.
    best_worst
        Best attainable mean of the worst group, where the rule asks for it, else NaN.
    groups
        One row per group: ``persons``, ``risk`` (without measures), ``residual``,
        ``spending`` (yuan), ``spending_per_person``, ``worst``.
    worst, gap
        Largest group mean; largest minus smallest.
    spent
        Yuan.
    price_of_fairness
        ``(harm - harm of C1) / harm of C1``, C1 without limits; NaN when C1 leaves none.
    zero_spend
        Groups at risk on which nothing is spent although money is: an alert.
    levelled_down
        Groups worse off than with no action.
    against_uniform, against_none
        Persons worse off than under U0 and than with no action.
    clashes
        Limits that cannot be met together, with the amount each would have to give.
    """

    rule: Rule
    epsilon: float | None
    limits: Limits
    status: Proof
    given: pd.Series[float]
    residual: pd.Series[float]
    harm: float
    harm_bound: float
    best_worst: float
    groups: pd.DataFrame
    worst: float
    gap: float
    spent: float
    price_of_fairness: float
    zero_spend: tuple[str, ...]
    levelled_down: tuple[str, ...]
    against_uniform: NoHarm
    against_none: NoHarm
    clashes: tuple[Clash, ...] = ()

    def feasible(self) -> Allocation:
        """Return this plan, or raise for the limits that clash.

        Raises
        ------
        Infeasible
            With one fault per clash: the limit and by how much it would have to give.
        """
        raise_all([clash.fault() for clash in self.clashes], Infeasible)
        return self


def account(built: Model, rule: Rule, given: FloatArray, fair_harm: float) -> Allocation:
    """Return what giving shares ``given`` does to everybody, in the caller's order."""
    problem = built.problem
    residual = problem.residual(given)
    harm = float(problem.persons @ residual)
    spent = float(problem.cost @ given)
    groups = _group_table(problem, given, residual)
    uniform = problem.residual(uniform_share(problem))
    token = _NO_SPENDING * spent / float(problem.persons.sum())
    unserved = (groups["spending_per_person"] <= token) & (groups["risk"] > 0) & (spent > 0)
    worse = groups["residual"] > groups["risk"] + _NO_DIFFERENCE * built.scale
    means = groups["residual"]
    return Allocation(
        rule=rule,
        epsilon=None,
        limits=NO_LIMITS,
        status="optimal",
        given=pd.Series(given, index=problem.measures).reindex(problem.given_measures),
        residual=pd.Series(residual, index=problem.units).reindex(problem.given_units),
        harm=harm,
        harm_bound=float("nan"),
        best_worst=float("nan"),
        groups=groups,
        worst=float(means.max()),
        gap=float(means.max() - means.min()),
        spent=spent,
        price_of_fairness=(harm - fair_harm) / fair_harm if fair_harm > 0 else float("nan"),
        zero_spend=tuple(str(g) for g in groups.index[unserved]),
        levelled_down=tuple(str(g) for g in groups.index[worse]),
        against_uniform=_no_harm(problem, residual, uniform, built.scale),
        against_none=_no_harm(problem, residual, problem.risk, built.scale),
    )


def _group_table(problem: Problem, given: FloatArray, residual: FloatArray) -> pd.DataFrame:
    weights = problem.group_weights()
    member = problem.belong.member.astype(np.float64).T
    persons = member @ problem.persons
    spending = member @ (problem.recipients @ (problem.cost * given))
    table = pd.DataFrame(
        {
            "persons": persons,
            "risk": weights @ problem.risk,
            "residual": weights @ residual,
            "spending": spending,
            "spending_per_person": spending / persons,
        },
        index=pd.Index(problem.belong.names, name="group"),
    )
    table["worst"] = table["residual"] == table["residual"].max()
    return table.loc[list(problem.given_groups)]


def _no_harm(problem: Problem, residual: FloatArray, other: FloatArray, scale: float) -> NoHarm:
    if np.isnan(residual).any():
        return NoHarm(float("nan"), float("nan"), float("nan"), float("nan"))
    loss = residual - other
    loses = (loss > _NO_DIFFERENCE * scale) & (problem.persons > 0)
    n_worse = float(problem.persons[loses].sum())
    share = 1.0 - n_worse / float(problem.persons.sum())
    if n_worse == 0.0:
        return NoHarm(1.0, 0.0, 0.0, 0.0)
    mean_loss = float(problem.persons[loses] @ loss[loses]) / n_worse
    return NoHarm(share, n_worse, float(loss[loses].max()), mean_loss)
