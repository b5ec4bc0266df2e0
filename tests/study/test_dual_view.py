"""Both views for one budget, on made-up times that can be worked by hand."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.study.hand_made import Arithmetic, needs_of, place

from renlin.errors import Infeasible
from renlin.study.dual_view import dual_view

PEOPLE = {f"g{i}": "general" for i in range(6)} | {f"w{i}": "wheelchair" for i in range(2)}
START = {name: 300.0 if name.startswith("g") else 900.0 for name in PEOPLE}
SEEDS, SCREENING = range(8), range(100, 104)
WIDE = {name: 100.0 for name in PEOPLE if name.startswith("g")}
CARRY = {"w0": 250.0, "w1": 250.0}
GAINS = {"wide": WIDE, "carry": CARRY}
PRICES = {"wide": 1000.0, "carry": 1000.0}


def viewed(*, people=PEOPLE, start=START, gains=GAINS, prices=PRICES, budget=1000.0, areas=None,
           simulate=None, **options):  # fmt: skip
    community = place(people, prices, policy=options.pop("policy", None), areas=areas)
    run = simulate or Arithmetic(start, gains, **options)
    found = dual_view(
        community, needs_of(people), run, budget=budget, screening=SCREENING, seeds=SEEDS
    )
    return found, run


def figure(found, row, column):
    return found.dual_view.table.set_index("row").loc[row, column]


def taken(found, view):
    table = found.portfolios.table
    return set(table.loc[table[view], "measure"])


# what each view takes


def test_where_the_slow_live_apart_the_two_views_take_different_measures():
    """Wide saves 6 x 100 = 600 s in all, carry 2 x 250 = 500 s, but for the slowest group."""
    found, _ = viewed(policy={"value_weight": "persons"})
    assert taken(found, "universal") == {"wide"}
    assert taken(found, "equity") == {"carry"}


def test_where_everybody_gains_alike_the_two_views_agree():
    alike = {"wide": dict.fromkeys(PEOPLE, 40.0), "carry": dict.fromkeys(PEOPLE, 30.0)}
    found, _ = viewed(gains=alike, policy={"value_weight": "persons"})
    assert taken(found, "universal") == taken(found, "equity") == {"wide"}
    assert figure(found, "mean", "universal") == figure(found, "mean", "equity")
    assert figure(found, "mean", "better") == ""


def test_both_views_keep_one_budget_and_their_price_is_that_of_the_layer():
    found, _ = viewed(budget=1500.0)
    assert figure(found, "budget", "universal") == figure(found, "budget", "equity") == 1500.0
    for view in ("universal", "equity", "person"):
        assert figure(found, "cost", view) <= 1500.0
        assert found.plans[view].cost == figure(found, "cost", view)


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 3500))
def test_no_view_ever_spends_more_than_the_budget(budget):
    found, _ = viewed(budget=float(budget), prices={"wide": 1200.0, "carry": 900.0})
    table = found.portfolios.table
    for view in ("universal", "equity", "person"):
        assert table.loc[table[view], "cost"].sum() <= budget


def test_with_money_for_nothing_both_views_do_nothing():
    found, _ = viewed(budget=10.0)
    assert taken(found, "universal") == taken(found, "equity") == set()
    assert figure(found, "mean", "difference") == 0.0


def test_a_measure_is_taken_only_with_what_it_requires_and_never_with_what_it_rules_out():
    prices = {"wide": {"cost": 400.0, "requires": "carry"}, "carry": {"cost": 500.0}}
    found, _ = viewed(prices=prices)
    assert taken(found, "universal") == {"wide", "carry"}
    apart = {"wide": {"cost": 400.0, "excludes": "carry"}, "carry": {"cost": 500.0}}
    found, _ = viewed(prices=apart)
    assert len(taken(found, "universal")) == 1


def test_what_a_measure_adds_to_what_it_requires_is_its_effect():
    """b needs a: together 70 s, a alone 50 s, so b adds 20 s to each of six of eight."""
    gains = {"a": dict.fromkeys(WIDE, 50.0), "b": dict.fromkeys(WIDE, 20.0)}
    prices = {"a": 500.0, "b": {"cost": 500.0, "requires": "a"}}
    found, _ = viewed(gains=gains, prices=prices)
    change = found.portfolios.table.set_index("measure")["mean_change"]
    assert change["a"] == pytest.approx(-50.0 * 6 / 8)
    assert change["b"] == pytest.approx(-20.0 * 6 / 8)


# same luck


def test_single_measures_and_portfolios_meet_the_seeds_they_were_given():
    _, run = viewed()
    (first, screening), (second, seeds) = run.asked
    assert screening == tuple(SCREENING)
    assert seeds == tuple(SEEDS)
    assert set(first) == {"base", "wide", "carry"}
    assert set(second) == {"base", "universal", "equity", "person"}


def test_the_same_run_gives_the_same_findings_and_another_start_others():
    first, _ = viewed()
    again, _ = viewed()
    other, _ = viewed(start=START | {"w0": 905.0})
    for name in ("dual_view", "price", "portfolios", "frontier"):
        assert getattr(first, name).content == getattr(again, name).content
        assert getattr(first, name).id == getattr(again, name).id
    assert other.dual_view.content != first.dual_view.content


def test_the_order_of_measures_and_people_changes_nothing():
    found, _ = viewed(policy={"value_weight": "persons"})
    turned = dict(reversed(PEOPLE.items()))
    other, _ = viewed(
        people=turned, start=dict(reversed(START.items())), gains=dict(reversed(GAINS.items())),
        prices=dict(reversed(PRICES.items())), policy={"value_weight": "persons"},
    )  # fmt: skip
    for view in ("universal", "equity"):
        assert taken(other, view) == taken(found, view)
    assert figure(other, "mean", "equity") == pytest.approx(figure(found, "mean", "equity"))


# what is printed


def test_what_is_printed_is_the_joint_run_not_the_sum_of_single_effects():
    """Two lights that stand in for each other: 250 s each alone, 250 s together."""

    class Overlapping(Arithmetic):
        def __call__(self, worlds, seeds):
            made = super().__call__(worlds, seeds)
            floor = {name: 650.0 if name.startswith("w") else 0.0 for name in PEOPLE}
            luck = np.array(list(START.values())) - made.time["base"]
            least = np.array(list(floor.values())) - luck
            time = {
                view: np.maximum(one, least).astype(np.float32) for view, one in made.time.items()
            }
            return replace(made, time=time)

    gains = {"a": CARRY, "b": CARRY}
    simulate = Overlapping(START, gains)
    found, _ = viewed(gains=gains, prices={"a": 100.0, "b": 100.0}, simulate=simulate)
    assert taken(found, "equity") == {"a", "b"}
    assert figure(found, "worst", "base") - figure(found, "worst", "equity") == pytest.approx(250.0)


def test_figures_by_hand():
    """Carry: the slowest 900 to 650 s; wide: the others 300 to 200 s; luck is shared."""
    found, run = viewed(policy={"value_weight": "persons"})
    base = run({"base": place(PEOPLE, PRICES)}, SEEDS).time["base"].astype(float)
    slow = base[:, -2:].mean()
    assert figure(found, "worst", "base") == pytest.approx(slow)
    assert figure(found, "worst", "equity") == pytest.approx(slow - 250.0)
    assert figure(found, "worst", "universal") == pytest.approx(slow)
    assert figure(found, "worst", "note") == "wheelchair"
    assert figure(found, "mean", "difference") == pytest.approx((600.0 - 500.0) / 8)
    assert figure(found, "gap", "difference") == pytest.approx(-350.0)
    assert figure(found, "worse_off", "equity") == 0
    assert [figure(found, row, "better") for row in ("mean", "worst", "gap", "worst_decile")] == [
        "universal", "equity", "equity", "equity",
    ]  # fmt: skip


def test_no_winner_is_named_inside_the_noise():
    """The true difference of the means is 12.5 s; every world's own luck moves people by 400 s."""
    found, _ = viewed(policy={"value_weight": "persons"}, noise=400.0)
    row = found.dual_view.table.set_index("row").loc["mean"]
    assert row["low"] < 0 < row["high"]
    assert row["better"] == ""
    assert row["universal"] != row["equity"]


def test_a_better_side_is_always_outside_its_interval():
    for noise in (0.0, 5.0, 50.0, 500.0):
        found, _ = viewed(noise=noise)
        table = found.dual_view.table
        named = table[table["better"].isin(["universal", "equity"]) & (table["unit"] == "s")]
        assert ((named["low"] > 0) | (named["high"] < 0)).all()
        assert ((named["better"] == "equity") == (named["high"] < 0)).all()


def test_the_eight_rows_of_table_one_stand_in_words_in_both_languages():
    found, _ = viewed()
    words = found.dual_view.table.query("kind == 'words'").set_index("row")
    assert set(words.index) == {
        "theory", "idea", "risk", "actors", "goal", "focus", "allocation", "strategy",
    }  # fmt: skip
    for column in (
        "label_zh",
        "label_en",
        "universal_zh",
        "universal_en",
        "equity_zh",
        "equity_en",
    ):
        assert (words[column].str.len() > 0).all()
    assert (words["universal_zh"] != words["equity_zh"]).all()


def test_a_row_of_table_one_has_a_figure_exactly_where_a_rule_gives_one():
    found, _ = viewed(policy={"value_weight": "persons"})
    words = found.dual_view.table.query("kind == 'words'").set_index("row")
    with_rule = set(words.index[words["rule"] != ""])
    assert with_rule == {"goal", "focus", "allocation", "strategy"}
    assert (
        words.loc[list(set(words.index) - with_rule), ["universal", "equity"]].isna().all(axis=None)
    )
    assert words.loc["goal", "equity"] == pytest.approx(figure(found, "gap", "equity"))
    assert words.loc["strategy", ["universal", "equity"]].tolist() == [1.0, 1.0]


# who gives, who gains


def test_the_price_of_fairness_is_what_the_mean_loses_against_counting_everybody_alike():
    found, _ = viewed(policy={"value_weight": "persons"})
    table = found.price.table.set_index("display")
    fair = figure(found, "mean", "person")
    assert table.loc["all", "price_of_fairness"] == pytest.approx(12.5 / fair)
    assert table.loc["general", "against_universal"] == pytest.approx(100.0)
    assert table.loc["wheelchair", "against_universal"] == pytest.approx(-250.0)


def test_who_loses_is_counted_by_group_with_the_largest_loss():
    found, _ = viewed(policy={"value_weight": "persons"})
    table = found.price.table.set_index("display")
    assert table.loc["general", ["n", "n_slower", "n_faster"]].tolist() == [6, 6, 0]
    assert table.loc["wheelchair", ["n", "n_slower", "n_faster"]].tolist() == [2, 0, 2]
    assert table.loc["general", "largest_loss"] == pytest.approx(100.0)
    for _, row in table.iterrows():
        assert row["n"] == row[["n_slower", "n_faster", "n_undecided", "n_unchanged"]].sum()


def test_every_measure_says_who_takes_it_and_why():
    gains = GAINS | {"idle": {}, "dear": {"g0": 1.0}}
    found, _ = viewed(gains=gains, prices=PRICES | {"idle": 10.0, "dear": 900.0},
                      policy={"value_weight": "persons"})  # fmt: skip
    table = found.portfolios.table.set_index("measure")
    assert not table.loc["idle", "acts"]
    assert table.loc[["wide", "carry", "dear"], "acts"].all()
    words = {name: row["why_en"] for name, row in table.iterrows()}
    assert words["idle"] == "nobody was faster for it in the simulation"
    assert words["wide"].startswith("saves more time in all")
    assert words["carry"] == "saves less in all, but for the slowest groups"
    assert words["dear"] == "other measures do more for the same money"
    assert table.loc["wide", ["rank_universal", "rank_equity"]].tolist() == [1, 2]
    assert table.loc["carry", ["rank_universal", "rank_equity"]].tolist() == [2, 1]


# value choices


def test_dear_floor_area_pulls_the_universal_view_and_not_the_equity_view():
    """Two measures of the same seconds: one for the big flats, one for the small."""
    gains = {"big": {"g0": 60.0, "g1": 60.0}, "small": {"g4": 60.0, "g5": 60.0}}
    prices, areas = {"big": 1000.0, "small": 1000.0}, {"g0": 800.0, "g1": 800.0}
    found, _ = viewed(
        gains=gains, prices=prices, areas=areas, policy={"value_weight": "floor_area"}
    )
    other, _ = viewed(gains=gains, prices=prices, areas={"g4": 800.0, "g5": 800.0},
                      policy={"value_weight": "floor_area"})  # fmt: skip
    assert taken(found, "universal") == {"big"}
    assert taken(other, "universal") == {"small"}
    assert taken(found, "equity") == taken(other, "equity")


def test_the_majority_gives_no_more_than_the_policy_lets_it():
    """Carry costs the others 100 s each; the policy lets them give 60 s."""
    gains = {"wide": {}, "carry": CARRY | dict.fromkeys(WIDE, -100.0)}
    free, _ = viewed(gains=gains, policy={"majority_loss": 150.0})
    bound, _ = viewed(gains=gains, policy={"majority_loss": 60.0})
    assert taken(free, "equity") == {"carry"}
    assert taken(bound, "equity") == set()


def test_the_way_from_equity_to_efficiency_never_costs_more_harm():
    found, _ = viewed(policy={"value_weight": "persons"})
    table = found.frontier.table
    assert (table["harm"].diff().dropna() <= 1e-6).all()
    assert table["in_force"].sum() == 1
    assert table.loc[table["in_force"], "epsilon"].item() == 0.15


def test_the_policy_in_force_is_part_of_every_finding():
    found, _ = viewed(policy={"epsilon": 0.4})
    for name in ("dual_view", "price", "portfolios", "frontier"):
        policy = getattr(found, name).provenance.policy
        assert (policy["epsilon"], policy["budget"]) == (0.4, 1000.0)
        assert policy["decided_by"]


# gaps in what is known


def test_who_is_away_in_some_runs_is_read_in_the_others():
    found, _ = viewed(away={"w0": (0, 1, 100)}, policy={"value_weight": "persons"})
    assert figure(found, "worst", "difference") == pytest.approx(-250.0)
    assert found.price.table.set_index("display").loc["wheelchair", "n"] == 2


def test_who_is_always_away_is_compared_in_no_view():
    found, _ = viewed(away={"w0": (*SEEDS, *SCREENING)}, policy={"value_weight": "persons"})
    assert found.price.table.set_index("display").loc["wheelchair", "n"] == 1


def test_without_candidate_measures_there_is_no_dual_view():
    people = {"p": "general"}
    found = dual_view(
        place(people, {}), needs_of(people), Arithmetic({"p": 1.0}, {}), budget=1.0,
        screening=SCREENING, seeds=SEEDS,
    )  # fmt: skip
    assert found is None


def test_limits_that_cannot_be_met_are_said_and_not_worked_around(monkeypatch):
    from renlin.equity.programmes import Limits
    from renlin.study import portfolios

    monkeypatch.setattr(portfolios, "_limits", lambda *_: Limits(group_line=1.0))
    with pytest.raises(Infeasible):
        viewed()


def test_numbers_in_the_findings_are_numbers_also_where_rows_are_words():
    found, _ = viewed()
    for column in ("universal", "equity", "base", "person", "difference", "low", "high"):
        assert pd.api.types.is_float_dtype(found.dual_view.table[column].dtype)
