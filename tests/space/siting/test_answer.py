"""What a plan means: figures, groups, flows, the frontier, who gains and who loses."""

from __future__ import annotations

import numpy as np
import pytest

from renlin.errors import Infeasible
from renlin.space.siting import Terms, changed, frontier, site, stability, stated, today

# Ten able residents at 0, two wheelchair users at 100; rooms at 0, 40 and 100.
PLACE = {
    "demands": ["able", "chairs"],
    "sites": ["at0", "at40", "at100"],
    "cost": [[0.0, 40.0, 100.0], [100.0, 60.0, 0.0]],
    "weight": [10, 2],
    "group": ["能走", "轮椅"],
    "price": [0.0, 5.0, 9.0],
}


def line():
    return stated(**PLACE)


def test_figures_are_those_worked_by_hand():
    found = site(line(), "p-median", Terms(p=1, radius=50.0))
    assert found.opened == ("at0",)
    figures = found.figures
    assert figures["mean"] == pytest.approx(2 * 100 / 12)
    assert (figures["max"], figures["covered_persons"], figures["uncovered_demands"]) == (
        100,
        10,
        1,
    )
    assert found.groups.set_index("group")["mean"].to_dict() == {"能走": 0.0, "轮椅": 100.0}
    assert found.groups.set_index("group")["uncovered_share"].to_dict() == {
        "能走": 0.0,
        "轮椅": 1.0,
    }


def test_epsilon_gives_the_slowest_group_its_due_and_the_mean_pays_for_it():
    fair = site(line(), "epsilon", Terms(p=1, epsilon=0.0))
    assert fair.opened == ("at40",)
    assert fair.figures["mean"] == pytest.approx((10 * 40 + 2 * 60) / 12)


def test_the_frontier_holds_every_plan_that_no_other_betters():
    at = stated(
        **{
            **PLACE,
            "sites": ["at0", "at41", "at40"],
            "cost": [[0, 41, 40], [100, 61, 60.0]],
            "weight": [50, 10],
        }
    )
    table, plans = frontier(at, [Terms(p=1)], ["p-median", "epsilon"])
    assert table["dominated"].tolist() == [False, False]
    assert [plan.opened for plan in plans] == [("at0",), ("at40",)]
    assert table["worst_group"].tolist() == ["轮椅", "轮椅"]


def test_a_handful_of_persons_is_not_called_the_slowest_group():
    at = stated(["a", "b", "c"], ["x"], [[1.0], [9.0], [5.0]], weight=[30, 2, 30],
                group=["一", "二", "三"])  # fmt: skip
    table, _ = frontier(at, [Terms(p=1)], ["p-median"])
    assert table["worst_group"].tolist() == ["三"]


def test_a_size_without_a_plan_stays_in_the_frontier_with_its_reason():
    table, plans = frontier(line(), [Terms(p=9), Terms(p=1)], ["p-median"])
    assert table["status"].tolist() == ["infeasible", "optimal"]
    assert "1 to 3 sites" in table["infeasible"][0]
    assert len(plans) == 1


def test_who_gains_and_who_loses_adds_up_to_everybody():
    before = site(line(), "p-median", Terms(p=1))
    after = site(line(), "epsilon", Terms(p=1, epsilon=0.0))
    moved = changed(line(), before, after).set_index("group")
    assert moved.loc["能走", ["nearer", "farther"]].tolist() == [0, 10]
    assert moved.loc["轮椅", ["nearer", "farther"]].tolist() == [2, 0]
    assert moved.loc["all", ["nearer", "farther", "same"]].sum() == 12
    assert moved.loc["轮椅", "mean_change"] == -40


def test_today_is_the_plan_of_the_built_sites():
    at = stated(**PLACE, built=[False, True, False])
    assert today(at, Terms()).opened == ("at40",)


def test_who_reaches_no_site_is_counted_apart_and_in_no_mean():
    at = stated(["a", "b"], ["x"], [[5.0], [np.inf]], weight=[1, 3])
    found = site(at, "p-median", Terms(p=1, radius=10.0))
    assert found.figures["mean"] == 5.0
    assert (found.figures["unreached_demands"], found.figures["unreached_persons"]) == (1, 3)
    assert found.figures["uncovered_persons"] == 3
    assert np.isnan(found.demands.set_index("demand").loc["b", "cost"])


def test_flows_of_limited_rooms_add_up_to_everybody_and_fit():
    at = stated(["a", "b"], ["x", "y"], [[1, 5], [2, 9.0]], weight=[4, 4], capacity=[5, 9])
    found = site(at, "p-median", Terms(p=2))
    share = found.flows.assign(persons=found.flows["share"] * 4)
    assert share.groupby("demand")["persons"].sum().tolist() == [4, 4]
    assert share.groupby("site")["persons"].sum()["x"] == pytest.approx(5)
    assert found.objective == pytest.approx(4 * 2 + 1 * 1 + 3 * 5)


def test_the_same_seed_gives_the_same_plan_and_seeds_are_compared():
    lots = np.random.default_rng(1)
    at = stated(range(40), range(12), lots.random((40, 12)), weight=lots.integers(1, 9, 40))
    terms = Terms(p=4)
    assert site(at, "p-median", terms).opened == site(at, "p-median", terms).opened
    assert 0 < stability(at, "p-median", terms, [0, 1, 2]) <= 1


def test_a_plan_without_any_site_is_refused():
    with pytest.raises(Infeasible):
        site(line(), "mclp", Terms(p=0, radius=1.0))
