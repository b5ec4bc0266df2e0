"""Share out one budget by a stated rule, and show who pays for the rule.

Rules: ``none``; ``uniform`` (U0, the same for everybody); ``value_weighted`` (U1, most
value saved); ``person_utilitarian`` (C1, least total harm, every person equal);
``minimax`` (the worst group as well off as can be); ``epsilon`` (E1, every group within
(1 + epsilon) of that best attainable worst, then least total harm); ``leximin`` (E2, a
bound and a warning, not a proposal). Equity first is not equal outcome: epsilon, groups
and limits are choices of the committee and come with every result.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, get_args

import numpy as np
import pandas as pd

from renlin.equity.accounts import RULES, Allocation, Proof, Rule, account
from renlin.equity.clashes import clashes
from renlin.equity.problem import Problem
from renlin.equity.programmes import (
    NO_LIMITS,
    SLACK,
    Limits,
    Model,
    leximin,
    lowest_worst,
    model,
    uniform_share,
    unproven,
)
from renlin.equity.samples import FloatArray, input_fault
from renlin.equity.solver import Accuracy, Solution
from renlin.errors import Fault, Said, SchemeFault, did_you_mean, raise_all

ACCURACY = Accuracy()


def allocate(
    problem: Problem,
    rule: Rule,
    *,
    epsilon: float | None = None,
    limits: Limits = NO_LIMITS,
    accuracy: Accuracy = ACCURACY,
) -> Allocation:
    """Return the plan that a rule chooses for the budget.

    Total harm ``H = sum persons (risk - removed)``; group mean ``R_g`` weighted by persons.
    E1: ``min H`` subject to ``R_g <= (1 + epsilon) min max R_g`` for every group.

    Parameters
    ----------
    problem
        From ``household_items`` or ``community_measures``.
    rule
        One of ``RULES``. ``none`` and ``uniform`` have nothing to choose and are not held
        to the limits; uniform gives the same share of every measure, also of whole ones
        (then to be read as an average).
    epsilon
        For rule ``epsilon`` only, from the policy; 0 or more, infinity allowed.
    limits
        Majority, sufficiency; see ``Limits``.
    accuracy
        For whole measures only.

    Raises
    ------
    SchemeFault
        When the rule is unknown, epsilon or the value weights are missing, or a limit is
        impossible.
    Infeasible
        Only when the search was cut short before any plan was found; limits that clash
        give the status ``infeasible`` instead.

    Source: chen_hooker2022 (combining the worst-off with the total); bertsimas2011 (price).

    Examples
    --------
    >>> from renlin.equity.problem import Terms, community_measures
    >>> homes = pd.DataFrame({"risk": [0.1, 0.4], "persons": [3.0, 1.0]}, index=["chen", "lin"])
    >>> helps = pd.DataFrame({"gate": [0.08, 0.0], "ramp": [0.0, 0.2]}, index=homes.index)
    >>> prices = pd.Series({"gate": 9000.0, "ramp": 9000.0})
    >>> made = community_measures(
    ...     homes, ["able", "alone"], prices, helps, Terms(9000.0, 0.9, "indivisible")
    ... )
    >>> most, fair = (
    ...     allocate(made, "person_utilitarian"), allocate(made, "epsilon", epsilon=0.15)
    ... )
    >>> int(most.given["gate"]), int(fair.given["ramp"]), round(fair.price_of_fairness, 3)
    (1, 1, 0.087)
    """
    _check(problem, rule, epsilon)
    return _allocate(problem, rule, epsilon, limits, accuracy, _fair_harm(problem, accuracy))


def compare_rules(
    problem: Problem,
    *,
    epsilon: float,
    limits: Limits = NO_LIMITS,
    accuracy: Accuracy = ACCURACY,
) -> dict[str, Allocation]:
    """Return the plans of all rules for the same budget, in the order of ``RULES``.

    The value-weighted rule is left out where no value weights are given.
    """
    _check(problem, "epsilon", epsilon)
    harm = _fair_harm(problem, accuracy)
    rules: list[Rule] = [r for r in get_args(Rule) if r != "value_weighted" or _valued(problem)]
    return {
        rule: _allocate(
            problem, rule, epsilon if rule == "epsilon" else None, limits, accuracy, harm
        )
        for rule in rules
    }


def frontier(
    problem: Problem,
    epsilons: Sequence[float],
    *,
    limits: Limits = NO_LIMITS,
    accuracy: Accuracy = ACCURACY,
) -> pd.DataFrame:
    """Return the whole way from equity to efficiency: one row per epsilon, ascending.

    Columns ``epsilon``, ``status``, ``harm``, ``worst``, ``gap``, ``price_of_fairness``,
    ``no_harm_share`` (against uniform), ``zero_spend``. Neither harm nor price rises with
    epsilon.
    """
    harm = _fair_harm(problem, accuracy)
    rows = []
    for epsilon in sorted(epsilons):
        _check(problem, "epsilon", epsilon)
        plan = _allocate(problem, "epsilon", epsilon, limits, accuracy, harm)
        rows.append(
            {
                "epsilon": epsilon,
                "status": plan.status,
                "harm": plan.harm,
                "worst": plan.worst,
                "gap": plan.gap,
                "price_of_fairness": plan.price_of_fairness,
                "no_harm_share": plan.against_uniform.share,
                "zero_spend": ", ".join(plan.zero_spend),
            }
        )
    return pd.DataFrame(rows)


def rule_table(plans: dict[str, Allocation]) -> pd.DataFrame:
    """Return the rules side by side: harm, worst group, gap, price, who loses, spending.

    One row per rule; ``spending_per_person:GROUP`` and ``residual:GROUP`` per group.
    """
    rows = []
    for name, plan in plans.items():
        row: dict[str, Any] = {
            "rule": name,
            "status": plan.status,
            "harm": plan.harm,
            "worst": plan.worst,
            "gap": plan.gap,
            "spent": plan.spent,
            "price_of_fairness": plan.price_of_fairness,
            "no_harm_share": plan.against_uniform.share,
            "n_worse": plan.against_uniform.n_worse,
            "largest_loss": plan.against_uniform.largest_loss,
            "zero_spend": ", ".join(plan.zero_spend),
        }
        for column in ("residual", "spending_per_person"):
            row |= {f"{column}:{g}": plan.groups.at[g, column] for g in plan.groups.index}
        rows.append(row)
    return pd.DataFrame(rows)


def _allocate(
    problem: Problem,
    rule: Rule,
    epsilon: float | None,
    limits: Limits,
    accuracy: Accuracy,
    fair_harm: float,
) -> Allocation:
    built = model(problem, limits)
    if rule in ("none", "uniform"):
        fixed = uniform_share(problem) * (rule == "uniform")
        solution, best = Solution("optimal", fixed, 0.0, 0.0), float("nan")
    else:
        solution, best = _solve(built, rule, epsilon, accuracy)
    if solution.status == "infeasible":
        broken = clashes(built, accuracy)
        nothing = np.full(len(problem.cost), np.nan)
        plan = account(built, rule, nothing, fair_harm)
        return replace(plan, epsilon=epsilon, limits=limits, status="infeasible", clashes=broken)
    given = _tidied(problem, solution.values[: len(problem.cost)], fixed=rule in RULES[:2])
    plan = account(built, rule, given, fair_harm)
    status: Proof = "fixed" if rule in RULES[:2] else solution.status
    bound = _harm_bound(built, solution, plan.harm) if rule != "value_weighted" else float("nan")
    worst = best * built.scale / len(problem.risk)
    return replace(
        plan, epsilon=epsilon, limits=limits, status=status, harm_bound=bound, best_worst=worst
    )


def _solve(
    built: Model, rule: Rule, epsilon: float | None, accuracy: Accuracy
) -> tuple[Solution, float]:
    """Return the solution of a rule and the best attainable worst group, if it was sought."""
    if rule == "leximin":
        return leximin(built, accuracy), float("nan")
    programme = built.bounded()
    if rule in ("person_utilitarian", "value_weighted"):
        value = built.problem.value if rule == "value_weighted" else None
        plan = programme.minimise(built.least_harm(value), accuracy, built.start())
        return plan, float("nan")
    first, best = lowest_worst(built, accuracy)
    if first.status == "infeasible":
        return first, best
    highest = best * (1.0 + (epsilon or 0.0)) + SLACK * len(built.people)
    if np.isfinite(highest):
        built.cap_groups(programme, np.full(len(built.group_risk), highest))
    second = programme.minimise(built.least_harm(), accuracy, first.values[:-1])
    if second.status == "infeasible":
        return unproven(first.values), best
    if second.status == "optimal" and first.status != "optimal":
        second = Solution("bound", second.values, second.cost, second.bound)
    return second, best


def _harm_bound(built: Model, solution: Solution, harm: float) -> float:
    if solution.status == "optimal" and solution.cost == solution.bound:
        return harm
    problem = built.problem
    most_removed = -solution.bound * built.scale * float(problem.persons.mean())
    total = float(problem.persons @ problem.risk)
    return min(harm, max(total - most_removed, (1.0 - problem.terms.removable) * total))


def _tidied(problem: Problem, given: FloatArray, *, fixed: bool) -> FloatArray:
    """Return shares within 0 to 1, whole where they must be, without measures that add nothing."""
    if fixed or problem.terms.kind == "divisible":
        return np.clip(given, 0.0, 1.0)
    whole = np.round(given)
    residual = problem.residual(whole)
    for k in np.argsort(-problem.cost, kind="stable"):
        needed = any(whole[a] and b == k for a, b in problem.requires)
        if not whole[k] or needed:
            continue
        without = whole.copy()
        without[k] = 0.0
        if (problem.residual(without) <= residual).all():
            whole = without
    return whole


def _fair_harm(problem: Problem, accuracy: Accuracy) -> float:
    """Return the total harm of C1, the least there is when nobody is favoured."""
    built = model(problem, NO_LIMITS)
    solution = built.bounded().minimise(built.least_harm(), accuracy, built.start())
    return float(problem.persons @ problem.residual(solution.values[: len(problem.cost)]))


def _valued(problem: Problem) -> bool:
    return problem.value is not None


def _check(problem: Problem, rule: str, epsilon: float | None) -> None:
    place = "equity.allocate"
    faults = []
    if rule not in RULES:
        expected = Said("已知的规则", "a known rule")
        remedy = did_you_mean(rule, RULES)
        faults.append(Fault(place, expected, Said(rule, rule), remedy, column="rule"))
    if rule == "epsilon" and (epsilon is None or not epsilon >= 0):
        expected = Said("准则给出的不小于零的 epsilon", "an epsilon from the policy, 0 or more")
        got = Said("没有" if epsilon is None else f"{epsilon:g}", f"{epsilon}")
        faults.append(input_fault(place, "epsilon", expected, got))
    if rule == "value_weighted" and not _valued(problem):
        expected = Said("households 的 value 列", "a column value of the households")
        faults.append(input_fault(place, "value", expected, Said("没有", "none")))
    raise_all(faults, SchemeFault)
