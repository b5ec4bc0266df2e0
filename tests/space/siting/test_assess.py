"""Plans of sites in the space stage: both lists, every step, every ground, with their prices."""

import numpy as np
import pytest
from tests.space.needs_fixture import needs
from tests.space.siting.test_study import PEOPLE, place, space
from tests.space.street import street

from renlin.space.siting.assess import assess_siting


def laid(*spaces, people=PEOPLE):
    at = place(*spaces)
    return assess_siting(at, needs(at, *people))


@pytest.fixture(scope="module")
def found():
    return laid(space("near", 90, opening_cost=500.0), space("middle", 900, opening_cost=200.0))


def rows(finding, key):
    return finding.table.set_index(key)


def test_today_stands_first_and_each_list_has_a_plan_per_further_site(found):
    plans = rows(found.siting, "plan")
    assert set(plans.index) == {"today"} | {
        f"{model}+{n}" for model in ("p-median", "kolm-pollak", "epsilon", "floor") for n in (1, 2)
    }
    assert plans.loc["today", "sites"] == "s"
    assert plans.loc["p-median+1", "sites"] == "s、site-near"


def test_the_price_of_a_plan_is_what_its_new_grounds_cost(found):
    plans = rows(found.siting, "plan")["price"]
    assert plans["today"] == 0.0
    assert (plans["p-median+1"], plans["p-median+2"]) == (500.0, 700.0)


def test_one_ground_without_a_price_leaves_the_price_open_and_not_nothing():
    plans = rows(laid(space("near", 90), space("middle", 900, opening_cost=1.0)).siting, "plan")
    assert np.isnan(plans.loc["p-median+2", "price"])


def test_every_ground_says_whom_it_alone_brings_within_reach_and_when_each_list_opens_it(found):
    grounds = rows(found.siting_sites, "site")
    near, middle = grounds.loc["site-near"], grounds.loc["site-middle"]
    assert (near["newly_covered"], middle["newly_covered"]) == (2.0, 0.0)
    assert (near["efficiency_step"], middle["efficiency_step"]) == (1, 2)
    assert near["room"] == 33


def test_a_ground_that_is_no_candidate_is_listed_with_the_reason():
    at = laid(space("near", 90), space("shut", 300, emergency_use="forbidden"))
    row = rows(at.siting_sites, "site").loc["shut"]
    assert not row["candidate"]
    assert "forbids" in row["reason_en"]
    assert np.isnan(row["newly_covered"])


def test_each_step_counts_everybody_of_a_group_once(found):
    steps = found.siting_changes.table
    counted = steps[["nearer", "farther", "same", "newly_reached", "no_longer_reached"]].sum(axis=1)
    assert (counted <= steps["persons"]).all()
    first = steps[steps["group"] == "all"].set_index("plan").loc["p-median+1"]
    assert (first["before"], first["nearer"], first["farther"]) == ("today", 2.0, 0.0)
    assert first["mean_change"] < 0


def test_where_nothing_is_open_the_first_plan_is_measured_against_nothing():
    at = street(facilities=[], spaces=[space("near", 90), space("middle", 400)])
    made = assess_siting(at, needs(at, *PEOPLE))
    assert "today" not in set(made.siting.table["plan"])
    assert set(made.siting_changes.table["before"]) <= {
        "p-median+1", "kolm-pollak+1", "epsilon+1", "floor+1",
    }  # fmt: skip


def test_where_there_is_no_ground_there_is_no_plan_and_no_fault():
    at = place()
    made = assess_siting(at, needs(at, *PEOPLE))
    assert len(made.siting.table) == len(made.siting_sites.table) == 0


def test_a_plan_that_no_other_betters_is_marked_so(found):
    plans = rows(found.siting, "plan")
    assert not plans.loc["p-median+1", "dominated"]
    assert not plans.loc["today", "dominated"]
