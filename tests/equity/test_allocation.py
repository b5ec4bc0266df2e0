"""One budget, several rules: the reference case, T1 to T10, brute force, clashes."""

from itertools import product

import numpy as np
import pandas as pd
import pytest

from renlin.equity.allocation import RULES, allocate, compare_rules, frontier, rule_table
from renlin.equity.problem import Terms, community_measures, household_items
from renlin.equity.programmes import Limits
from renlin.equity.solver import Accuracy
from renlin.errors import DataFault, Infeasible, SchemeFault

NAMES = ("general", "older", "tenant", "alone")
EFFECT = np.array([0.30, 0.22, 0.15, 0.25])
SUITED = np.array([[1, 0, 0.6, 0.2], [1, 0.3, 0.8, 0.6], [1, 0.1, 0.9, 0.3], [1.1, 1, 1, 1.3]])
ITEMS = ["alarm", "wristband", "kit", "pairing"]
PRICES = pd.Series([80.0, 150.0, 200.0, 120.0], index=ITEMS)
PERSONS = np.array([2.8, 1.7, 2.2, 1.0])


def _draw(seed=7, n=1200, risks=(0.10, 0.18, 0.20, 0.34)):
    """Return households, groups and relief of the reference generator."""
    rng = np.random.default_rng(seed)
    g = rng.choice(4, n, p=[0.55, 0.25, 0.12, 0.08])
    value = np.array([1.6, 0.9, 0.5, 0.6])[g] * rng.lognormal(0, 0.3, n)
    risk = np.clip(np.array(risks)[g] * rng.lognormal(0, 0.35, n), 0, 1)
    ids = [f"h{i:04d}" for i in range(n)]
    households = pd.DataFrame({"risk": risk, "persons": PERSONS[g], "value": value}, index=ids)
    groups = pd.Series(np.array(NAMES)[g], index=ids)
    relief = pd.DataFrame(EFFECT * SUITED[g], index=ids, columns=ITEMS)
    return households, groups, relief


def _problem(parts=None, *, share=0.18, **terms):
    households, groups, relief = parts or _draw()
    budget = share * len(households) * PRICES.sum()
    terms = {"budget": budget, "removable": 0.9} | terms
    return household_items(households, groups, PRICES, relief, Terms(**terms))


@pytest.fixture(scope="module")
def problem():
    return _problem()


@pytest.fixture(scope="module")
def plans(problem):
    return compare_rules(problem, epsilon=0.15)


@pytest.fixture(scope="module")
def curve(problem):
    return frontier(problem, [0.3, 0.05, np.inf, 0.0, 0.15])


REFERENCE = {
    "none": (397.3, 0.369, 0.262, (0.107, 0.182, 0.221, 0.369), (0, 0, 0, 0)),
    "uniform": (357.8, 0.301, 0.202, (0.099, 0.161, 0.200, 0.301), (35, 58, 45, 99)),
    "value_weighted": (262.9, 0.156, 0.082, (0.074, 0.121, 0.156, 0.139), (32, 61, 36, 184)),
    "person_utilitarian": (257.7, 0.147, 0.072, (0.076, 0.122, 0.147, 0.084), (28, 56, 48, 257)),
    "leximin": (300.6, 0.110, 0.002, (0.107, 0.110, 0.110, 0.110), (0, 84, 173, 215)),
    "epsilon": (263.4, 0.126, 0.047, (0.079, 0.126, 0.126, 0.126), (22, 49, 107, 192)),
}


@pytest.mark.parametrize("rule", REFERENCE)
def test_the_reference_case_comes_out_to_the_printed_digit(plans, rule):
    harm, worst, gap, residual, spending = REFERENCE[rule]
    plan = plans[rule]
    assert plan.harm == pytest.approx(harm, abs=0.051)
    assert plan.worst == pytest.approx(worst, abs=0.00051)
    assert plan.gap == pytest.approx(gap, abs=0.00051)
    groups = plan.groups.loc[list(NAMES)]
    assert groups["residual"].tolist() == pytest.approx(residual, abs=0.00051)
    assert groups["spending_per_person"].tolist() == pytest.approx(spending, abs=0.51)


@pytest.mark.parametrize(
    ("epsilon", "harm", "worst", "gap"), [(0.05, 280.1, 0.115, 0.022), (0.3, 258.0, 0.142, 0.067)]
)
def test_the_reference_frontier_comes_out(curve, epsilon, harm, worst, gap):
    row = curve.set_index("epsilon").loc[epsilon]
    assert row["harm"] == pytest.approx(harm, abs=0.051)
    assert row["worst"] == pytest.approx(worst, abs=0.00051)
    assert row["gap"] == pytest.approx(gap, abs=0.001)


def test_random_communities_stay_within_the_ranges_of_the_reference():
    ratios = []
    for seed in range(8):
        rng = np.random.default_rng(seed)
        g = rng.choice(4, 300, p=[0.55, 0.25, 0.12, 0.08])
        base = np.sort(rng.uniform(0.06, 0.40, 4))
        value = rng.permutation(np.linspace(0.5, 1.6, 4))[g] * rng.lognormal(0, 0.3, 300)
        risk = np.clip(base[g] * rng.lognormal(0, 0.35, 300), 0, 1)
        suited = rng.uniform(0.1, 1.2, (4, 4))
        budget = rng.uniform(0.08, 0.35) * 300 * PRICES.sum()
        relief = pd.DataFrame(np.array([0.3, 0.22, 0.15, 0.25]) * suited[g], columns=ITEMS)
        households = pd.DataFrame({"risk": risk, "persons": PERSONS[g], "value": value})
        made = household_items(households, g, PRICES, relief, Terms(budget, 0.9))
        found = compare_rules(made, epsilon=0.15)
        fair = found["person_utilitarian"].harm
        ratios.append({rule: plan.harm / fair for rule, plan in found.items()})
    table = pd.DataFrame(ratios)
    assert table["uniform"].between(1.09, 1.64).all()
    assert table["value_weighted"].between(1.008, 1.075).all()
    assert table["minimax"].between(1.005, 1.224).all()
    assert table["epsilon"].between(1.0, 1.07).all()


def test_t1_every_rule_spends_the_same_budget(plans, problem):
    for rule in RULES[1:]:
        assert plans[rule].spent == pytest.approx(problem.terms.budget, rel=1e-6)


def test_t2_the_same_problem_gives_the_same_bytes(problem, plans):
    again = allocate(problem, "epsilon", epsilon=0.15)
    pd.testing.assert_series_equal(again.given, plans["epsilon"].given, check_exact=True)


def test_t3_no_plan_has_a_better_worst_group_than_leximin(plans):
    lowest = plans["leximin"].worst
    assert all(lowest <= plan.worst + 1e-6 for plan in plans.values())


def test_t4_epsilon_runs_from_the_minimax_value_to_the_person_utilitarian_plan(curve, plans):
    ends = curve.set_index("epsilon")
    assert ends.at[np.inf, "harm"] == pytest.approx(plans["person_utilitarian"].harm, rel=1e-9)
    assert ends.at[0.0, "worst"] == pytest.approx(plans["minimax"].best_worst, abs=1e-6)
    assert ends.at[0.0, "harm"] == pytest.approx(plans["minimax"].harm, rel=1e-9)


def test_t5_the_price_of_fairness_never_rises_with_epsilon(curve):
    assert curve["epsilon"].is_monotonic_increasing
    assert (curve["price_of_fairness"].diff().dropna() <= 1e-9).all()
    assert curve["price_of_fairness"].iloc[-1] == pytest.approx(0.0, abs=1e-9)


def test_t6_renaming_groups_and_shuffling_rows_changes_nobody_s_share(plans):
    households, groups, relief = _draw()
    renamed = groups.map(dict(zip(NAMES, ("d", "c", "b", "a"), strict=True)))
    order = np.random.default_rng(1).permutation(len(households))
    made = _problem((households.iloc[order], renamed.iloc[order], relief))
    plan = allocate(made, "epsilon", epsilon=0.15)
    lined = plan.given.reindex(plans["epsilon"].given.index)
    pd.testing.assert_series_equal(lined, plans["epsilon"].given, check_exact=True)
    assert plan.groups.at["a", "residual"] == plans["epsilon"].groups.at["alone", "residual"]


def test_t7_without_differences_in_vulnerability_fairness_is_free():
    n = 60
    groups = np.array(NAMES)[np.arange(n) % 4]
    households = pd.DataFrame({"risk": np.full(n, 0.2), "persons": np.full(n, 2.0)})
    relief = pd.DataFrame(np.tile(EFFECT, (n, 1)), columns=ITEMS)
    made = household_items(households, groups, PRICES, relief, Terms(6000.0, 0.9))
    plan = allocate(made, "epsilon", epsilon=0.0)
    assert plan.price_of_fairness == pytest.approx(0.0, abs=1e-6)
    assert plan.gap == pytest.approx(0.0, abs=1e-6)


def test_t8_leximin_alerts_that_nothing_is_spent_on_the_general_group(plans):
    assert plans["leximin"].zero_spend == ("general",)
    assert plans["epsilon"].zero_spend == plans["none"].zero_spend == ()


def test_t9_two_copies_of_the_community_double_totals_and_keep_means():
    households, groups, relief = _draw(n=150)
    one = allocate(_problem((households, groups, relief)), "epsilon", epsilon=0.15)
    twice = [
        pd.concat([part, part.set_axis([f"{i}b" for i in part.index])])
        for part in (households, groups, relief)
    ]
    two = allocate(_problem(tuple(twice)), "epsilon", epsilon=0.15)
    assert two.harm == pytest.approx(2 * one.harm, rel=1e-6)
    assert two.groups["residual"].tolist() == pytest.approx(
        one.groups["residual"].tolist(), abs=1e-6
    )


def test_t10_nobody_s_risk_falls_below_the_cap_and_no_share_leaves_its_bounds(problem):
    rich = _problem(share=0.9)
    plan = allocate(rich, "person_utilitarian")
    risk = _draw()[0]["risk"]
    assert (plan.residual >= 0.1 * risk - 1e-12).all()
    assert (plan.residual <= 0.1 * risk + 1e-9).any()
    assert plan.given.between(0.0, 1.0).all()


def test_who_loses_against_uniform_is_counted_in_persons(plans):
    plan, uniform = plans["epsilon"], plans["uniform"]
    persons = _draw()[0]["persons"]
    loss = plan.residual - uniform.residual
    n_worse = persons[loss > 1e-6].sum()
    assert plan.against_uniform.n_worse == pytest.approx(n_worse)
    assert plan.against_uniform.share == pytest.approx(1 - n_worse / persons.sum())
    assert plan.against_uniform.largest_loss == pytest.approx(loss.max())
    assert plan.against_none == (1.0, 0.0, 0.0, 0.0)
    assert plan.levelled_down == ()


def test_the_price_is_zero_for_the_person_utilitarian_plan_and_none_is_negative(plans):
    prices = rule_table(plans).set_index("rule")["price_of_fairness"]
    assert prices["person_utilitarian"] == pytest.approx(0.0, abs=1e-9)
    assert (prices >= -1e-9).all()


def test_units_of_harm_and_money_do_not_matter():
    households, groups, relief = _draw(n=200)
    plain = allocate(_problem((households, groups, relief)), "epsilon", epsilon=0.15)
    tiny = households.assign(risk=households["risk"] * 1e-6)
    made = household_items(
        tiny, groups, PRICES * 1e-4, relief, Terms(0.18 * 200 * PRICES.sum() * 1e-4, 0.9)
    )
    scaled = allocate(made, "epsilon", epsilon=0.15)
    assert scaled.harm * 1e6 == pytest.approx(plain.harm, rel=1e-6)


# Willow: Lin is alone and at most risk, Chen rents, Wu and Zhao are the majority.
WILLOW = pd.DataFrame(
    {"risk": [0.8, 0.5, 0.2, 0.2], "persons": [1.0, 2.0, 3.0, 4.0]},
    index=["lin", "chen", "wu", "zhao"],
)
WILLOW_GROUPS = pd.DataFrame(
    {"alone": [True, False, False, False], "majority": [False, False, True, True]},
    index=WILLOW.index,
)
MEASURES = pd.Series({"lift": 60.0, "drain": 40.0, "lamp": 20.0, "siren": 30.0})
HELPS = pd.DataFrame(
    {
        "lift": [0.5, 0.1, 0.0, 0.0],
        "drain": [0.0, 0.1, 0.1, 0.1],
        "lamp": [0.1, 0.2, 0.0, 0.05],
        "siren": [0.2, 0.0, 0.05, -0.02],
    },
    index=WILLOW.index,
)


def _willow(budget=100.0, kind="indivisible", **terms):
    made = Terms(budget=budget, removable=0.9, kind=kind, **terms)
    return community_measures(WILLOW, WILLOW_GROUPS, MEASURES, HELPS, made)


def _every_choice(budget, allowed=lambda chosen: True):
    """Yield chosen measures, harm and group means of every plan that fits."""
    risk, persons = WILLOW["risk"].to_numpy(), WILLOW["persons"].to_numpy()
    members = [np.array([0]), np.array([2, 3]), np.array([1])]
    for bits in product([0, 1], repeat=4):
        x = np.array(bits, dtype=float)
        chosen = {code for code, bit in zip(MEASURES.index, bits, strict=True) if bit}
        if x @ MEASURES.to_numpy() > budget + 1e-9 or not allowed(chosen):
            continue
        left = risk - np.minimum(HELPS.to_numpy() @ x, 0.9 * risk)
        means = [float(np.average(left[m], weights=persons[m])) for m in members]
        yield chosen, float(persons @ left), means


def _chosen(plan):
    return set(plan.given.index[plan.given > 0.5])


@pytest.mark.parametrize("budget", [0.0, 20.0, 55.0, 90.0, 100.0, 130.0, 200.0])
def test_whole_measures_equal_trying_every_choice(budget):
    every = list(_every_choice(budget))
    made = _willow(budget)
    fair = allocate(made, "person_utilitarian")
    assert fair.status == "optimal"
    assert fair.harm == pytest.approx(min(harm for _, harm, _ in every))
    lowest = min(max(means) for _, _, means in every)
    assert allocate(made, "minimax").worst == pytest.approx(lowest, abs=1e-6)
    within = [harm for _, harm, means in every if max(means) <= 1.2 * lowest + 1e-9]
    assert allocate(made, "epsilon", epsilon=0.2).harm == pytest.approx(min(within))
    order = min(sorted(np.round(means, 9), reverse=True) for _, _, means in every)
    found = allocate(made, "leximin").groups["residual"].sort_values(ascending=False)
    assert found.tolist() == pytest.approx(order, abs=1e-6)


def test_a_measure_that_requires_another_never_comes_alone():
    plan = allocate(_willow(100.0, requires=(("lift", "siren"),)), "person_utilitarian")
    every = _every_choice(100.0, lambda c: "lift" not in c or "siren" in c)
    assert plan.harm == pytest.approx(min(harm for _, harm, _ in every))
    assert "lift" not in _chosen(plan) or "siren" in _chosen(plan)


def test_measures_that_exclude_each_other_never_come_together():
    plan = allocate(_willow(200.0, excludes=(("lift", "lamp"),)), "person_utilitarian")
    every = _every_choice(200.0, lambda c: not {"lift", "lamp"} <= c)
    assert plan.harm == pytest.approx(min(harm for _, harm, _ in every))
    assert not {"lift", "lamp"} <= _chosen(plan)


def test_a_measure_that_adds_nothing_is_not_bought_however_much_money_there_is():
    helps = HELPS.assign(statue=0.0, second_lift=HELPS["lift"])
    helps.loc["lin", ["lift", "second_lift"]] = 0.72
    helps.loc["chen", ["lift", "second_lift"]] = 0.0
    prices = pd.concat([MEASURES, pd.Series({"statue": 5.0, "second_lift": 70.0})])
    made = community_measures(
        WILLOW, WILLOW_GROUPS, prices, helps, Terms(1000.0, 0.9, "indivisible")
    )
    chosen = _chosen(allocate(made, "person_utilitarian"))
    assert "statue" not in chosen
    assert "lift" in chosen
    assert "second_lift" not in chosen


def test_a_measure_that_harms_some_shows_who_is_worse_off_than_with_no_action():
    plan = allocate(_willow(30.0), "minimax")
    assert _chosen(plan) == {"siren"}
    assert plan.against_none.n_worse == 4.0
    assert plan.against_none.largest_loss == pytest.approx(0.02)
    assert plan.groups.at["majority", "residual"] < 0.2


def test_those_in_no_group_are_the_rest_and_count_for_the_worst():
    groups = allocate(_willow(), "none").groups
    assert groups.index.tolist() == ["alone", "majority", "rest"]
    assert groups.at["rest", "risk"] == 0.5


def test_community_money_counts_as_spent_on_those_it_helps_in_proportion():
    plan = allocate(_willow(45.0, "divisible"), "uniform")
    # persons × effect of drain: chen .2, wu .3, zhao .4; lamp: lin .1, chen .4, zhao .2;
    # siren: lin .2, wu .15 and zhao harmed; the lift helps no one of the majority
    majority = 0.3 * (40.0 * 7 / 9 + 20.0 * 2 / 7 + 30.0 * 3 / 7)
    assert plan.groups.at["majority", "spending"] == pytest.approx(majority)
    assert plan.groups["spending"].sum() == pytest.approx(plan.spent) == pytest.approx(45.0)


def test_the_majority_keeps_what_uniform_gives_it_within_the_allowed_loss():
    parts = _draw(n=300)
    made = _problem(parts)
    uniform = allocate(made, "uniform").groups.at["general", "residual"]
    free = allocate(made, "leximin")
    assert free.groups.at["general", "residual"] > uniform + 0.002
    held = allocate(made, "leximin", limits=Limits(majority="general", max_loss=0.002))
    assert held.groups.at["general", "residual"] <= uniform + 0.002 + 1e-6
    assert held.worst >= free.worst - 1e-7
    assert held.zero_spend == ()


def test_the_majority_may_be_held_to_no_loss_against_no_action():
    plan = allocate(
        _willow(30.0), "minimax", limits=Limits(majority="majority", max_loss=0.0, against="none")
    )
    assert plan.status == "optimal"
    assert plan.groups.at["majority", "residual"] <= 0.2 + 1e-9


def test_a_sufficiency_line_binds_every_group():
    made = _problem(_draw(n=300))
    plan = allocate(made, "person_utilitarian", limits=Limits(group_line=0.13))
    assert plan.status == "optimal"
    assert plan.worst <= 0.13 + 1e-6
    assert plan.price_of_fairness > 0.0


def test_a_line_per_household_binds_every_household():
    made = _willow(200.0, "divisible")
    plan = allocate(made, "person_utilitarian", limits=Limits(unit_line=0.3))
    assert plan.residual.max() <= 0.3 + 1e-7


def test_a_line_out_of_reach_says_how_much_money_is_short():
    # Lin needs 0.5 removed: the lift alone does it and costs 60.
    plan = allocate(_willow(50.0), "person_utilitarian", limits=Limits(group_line=0.3))
    assert plan.status == "infeasible"
    assert np.isnan(plan.harm)
    clashes = {clash.limit: clash for clash in plan.clashes}
    everything = [
        MEASURES[list(chosen)].sum()
        for chosen, _, means in _every_choice(1e9)
        if max(means) <= 0.3 + 1e-9
    ]
    assert clashes["budget"].short_by == pytest.approx(min(everything) - 50.0)
    assert clashes["budget"].alone
    with pytest.raises(Infeasible, match="budget"):
        plan.feasible()


def test_a_line_that_no_money_can_reach_names_the_group_and_the_distance():
    plan = allocate(_willow(1000.0), "minimax", limits=Limits(group_line=0.09))
    least = {
        name: min(means[i] for _, _, means in _every_choice(1e9))
        for i, name in enumerate(("alone", "majority", "rest"))
    }
    assert plan.status == "infeasible"
    clash = {c.limit: c for c in plan.clashes}["group_line:rest"]
    assert clash.short_by == pytest.approx(least["rest"] - 0.09, abs=1e-6)
    assert clash.unit == "harm"


def test_limits_that_no_single_concession_meets_are_named_together():
    plan = allocate(_willow(1000.0), "minimax", limits=Limits(group_line=0.01))
    assert len(plan.clashes) >= 2
    assert not any(clash.alone for clash in plan.clashes)


def test_a_feasible_plan_passes_through(plans):
    assert plans["epsilon"].feasible() is plans["epsilon"]


def test_a_search_cut_short_brackets_the_optimum_between_bound_and_plan():
    made = _problem(_draw(n=60), kind="indivisible")
    short = Accuracy(gap=0.0, node_limit=0)
    cut = allocate(made, "epsilon", epsilon=0.05, accuracy=short)
    whole = allocate(made, "epsilon", epsilon=0.05)
    assert (cut.status, whole.status) == ("bound", "optimal")
    assert cut.harm_bound <= whole.harm <= cut.harm
    assert set(whole.given.unique()) == {0.0, 1.0}
    assert whole.spent <= made.terms.budget + 1e-6
    assert whole.harm_bound == pytest.approx(whole.harm, rel=1e-5)


def test_a_search_cut_short_before_any_plan_says_so():
    made = _problem(_draw(n=60), kind="indivisible")
    with pytest.raises(Infeasible, match="node_limit"):
        allocate(
            made,
            "person_utilitarian",
            limits=Limits(group_line=0.2),
            accuracy=Accuracy(node_limit=0),
        )


def test_nothing_is_printed(capfd):
    allocate(_willow(), "leximin")
    captured = capfd.readouterr()
    assert (captured.out, captured.err) == ("", "")


def test_no_money_and_no_risk_are_no_special_case():
    assert allocate(_willow(0.0, "divisible"), "epsilon", epsilon=0.15).spent == 0.0
    safe = WILLOW.assign(risk=0.0)
    made = community_measures(safe, WILLOW_GROUPS, MEASURES, HELPS * 0.0, Terms(50.0, 0.9))
    plan = allocate(made, "epsilon", epsilon=0.15)
    assert plan.harm == 0.0
    assert np.isnan(plan.price_of_fairness)


def test_a_misspelt_rule_gets_the_nearest():
    with pytest.raises(SchemeFault, match="Did you mean leximin"):
        allocate(_willow(), "leximim")


def test_epsilon_has_no_default():
    with pytest.raises(SchemeFault, match="epsilon"):
        allocate(_willow(), "epsilon")


def test_the_value_rule_needs_value_weights_and_is_left_out_of_the_comparison():
    with pytest.raises(SchemeFault, match="value"):
        allocate(_willow(), "value_weighted")
    assert "value_weighted" not in compare_rules(_willow(), epsilon=0.15)


def test_unknown_risk_and_unknown_membership_are_refused():
    groups = pd.Series(["a", "b", "a", "b"], index=WILLOW.index)
    unsure = WILLOW.assign(risk=[0.8, np.nan, 0.2, 0.2])
    with pytest.raises(SchemeFault, match="risk"):
        community_measures(unsure, groups, MEASURES, HELPS, Terms(1.0, 0.9))
    undecided = WILLOW_GROUPS.astype("boolean")
    undecided.loc["wu", "alone"] = pd.NA
    with pytest.raises(SchemeFault, match="membership"):
        community_measures(WILLOW, undecided, MEASURES, HELPS, Terms(1.0, 0.9))


def test_effects_of_unknown_measures_or_households_are_refused():
    with pytest.raises(SchemeFault, match="lamps"):
        community_measures(
            WILLOW, WILLOW_GROUPS, MEASURES, HELPS.rename(columns={"lamp": "lamps"}), Terms(1, 0.9)
        )
    with pytest.raises(DataFault, match="row labels"):
        community_measures(
            WILLOW, WILLOW_GROUPS, MEASURES, HELPS.rename(index={"wu": "wei"}), Terms(1, 0.9)
        )
    with pytest.raises(SchemeFault, match="tower"):
        _willow(requires=(("tower", "lift"),))


def test_impossible_terms_and_limits_are_refused():
    with pytest.raises(SchemeFault) as caught:
        _willow(-1.0, "some")
    assert len(caught.value.faults) == 2
    with pytest.raises(SchemeFault, match="majority"):
        allocate(_willow(), "minimax", limits=Limits(majority="majorty", max_loss=0.1))
    with pytest.raises(SchemeFault, match="together"):
        allocate(_willow(), "minimax", limits=Limits(majority="majority"))
