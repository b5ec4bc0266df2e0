"""Places shared by three measures and by group: by hand, against PySAL access, and sums."""

import numpy as np
import pandas as pd
import pytest
from access import fca, weights
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.community.drawn import facility, willow
from tests.space.access.test_coverage_properties import built, grids
from tests.space.access.test_fragility import _people
from tests.space.street import people_of, street

from renlin.space.access.catchment import stepped, three_step, two_step
from renlin.space.access.coverage import service
from renlin.space.access.sharing import COLUMNS, METHODS, enough_by_group, shared

CATALOGUE = willow().catalogue
BOUNDS, WEIGHTS = np.array([500.0, 750.0, 1000.0]), np.array([1.0, 0.68, 0.22])


def instance(seed):
    luck = np.random.default_rng(seed)
    n, m = luck.integers(3, 30), luck.integers(2, 9)
    here, there = luck.random((n, 2)) * 2000, luck.random((m, 2)) * 2000
    metres = np.linalg.norm(here[:, None] - there[None], axis=2)
    return metres, luck.integers(1, 200, n).astype(float), luck.integers(1, 500, m).astype(float)


def peer(how, metres, population, supply, **more):
    n, m = metres.shape
    demand = pd.DataFrame({"geoid": range(n), "demand": population}).set_index("geoid")
    places = pd.DataFrame({"geoid": range(m), "supply": supply}).set_index("geoid")
    origin, dest = np.indices(metres.shape)
    cost = pd.DataFrame({"origin": origin.ravel(), "dest": dest.ravel(), "cost": metres.ravel()})
    found = how(demand, places, cost, demand_index=True, supply_index=True, **more)
    return found.reindex(range(n)).fillna(0.0).to_numpy()


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("seed", range(12))
def test_all_three_measures_are_those_of_pysal_access(seed):
    metres, population, supply = instance(seed)
    plain = peer(fca.two_stage_fca, metres, population, supply, max_cost=800.0)
    assert two_step((metres <= 800.0).astype(float), population, supply) == pytest.approx(
        plain, abs=1e-12, rel=1e-12
    )
    step = weights.step_fn(dict(zip(BOUNDS, WEIGHTS, strict=True)))
    enhanced = peer(fca.two_stage_fca, metres, population, supply, max_cost=1000.0, weight_fn=step)
    own = two_step(stepped(metres, BOUNDS, WEIGHTS), population, supply)
    assert own == pytest.approx(enhanced, abs=1e-12, rel=1e-12)
    near = peer(
        fca.three_stage_fca, metres, population, supply, max_cost=5000.0, weight_fn=lambda x: 1 / x
    )
    own = three_step(1 / metres, metres, population, supply)
    assert own == pytest.approx(near, abs=1e-12, rel=1e-12)


class TestSteps:
    def test_each_step_is_closed_above(self):
        metres = np.array([[0.0, 500.0, 500.1, 750.0, 1000.0, 1000.1, np.inf]])
        assert stepped(metres, BOUNDS, WEIGHTS).tolist() == [[1.0, 1.0, 0.68, 0.68, 0.22, 0.0, 0.0]]

    def test_the_catalogue_says_where_the_weights_are_from(self):
        for step in (1, 2, 3):
            assert CATALOGUE.parameters[f"catchment_weight_{step}"].source == "luo_qi2009"


def ratios(place, *people):
    offered = service("shelter", place["facilities"], CATALOGUE)
    return shared(people_of(place, *people), place.network, offered, CATALOGUE)


class TestByHand:
    def test_one_shelter_near_by_is_shared_alike_by_every_measure(self):
        found = ratios(street(capacity=3), ("p", "h", "adult"), ("q", "g", "adult"))
        assert found["ratio"].tolist() == [1.5] * 6
        assert set(found["method"]) == set(METHODS)

    def test_who_does_not_reach_it_has_none_and_takes_none(self):
        found = ratios(street(capacity=3), ("p", "h", "wheelchair_pushed"), ("q", "g", "adult"))
        two = found[found["method"] == "two_step"].set_index("person")["ratio"]
        assert two.to_dict() == {"p": 0.0, "q": 3.0}

    def test_without_places_there_is_nothing_to_share(self):
        place = street(facilities=[facility("s", "clinic", 100, 0)])
        offered = service("clinic", place["facilities"], CATALOGUE)
        found = shared(people_of(place, ("p", "h", "adult")), place.network, offered, CATALOGUE)
        assert len(found) == 0
        table = enough_by_group(found, reference="general", level=0.95)
        assert table.columns.tolist() == list(COLUMNS)

    def test_groups_and_the_gap(self):
        found = ratios(
            street(capacity=3), ("p", "h", "wheelchair_pushed"), ("q", "g", "adult"),
        )  # fmt: skip
        table = enough_by_group(found, reference="general", level=0.95)
        two = table[table["method"] == "two_step"].set_index("display")
        assert two.loc["all", ["n", "enough", "short", "unknown"]].tolist() == [2, 1, 1, 0]
        assert two.loc["gap", "enough_share"] == 1.0
        assert two.loc["wheelchair", "mean"] == 0.0
        assert two.loc["all", "mean"] == 1.5


@given(grids())
@settings(max_examples=6, deadline=None)
def test_what_is_shared_out_is_the_places_of_the_shelters_anybody_reaches(grid):
    place = built(grid)
    offered = service("shelter", place["facilities"], CATALOGUE)
    found = shared(_people(place), place.network, offered, CATALOGUE)
    sums = found.groupby("method")["ratio"].sum()
    held = offered.places.sum()
    assert (sums <= held + 1e-9).all()
    assert sums["two_step"] == pytest.approx(sums["stepped"])
    assert sums["two_step"] == pytest.approx(sums["three_step"])


@given(grids(), st.integers(1, 50))
@settings(max_examples=5, deadline=None)
def test_more_places_never_leave_anybody_with_less(grid, more):
    place = built(grid)
    offered = service("shelter", place["facilities"], CATALOGUE)
    people = _people(place)
    before = shared(people, place.network, offered, CATALOGUE)["ratio"]
    wider = place["facilities"].assign(capacity=place["facilities"]["capacity"] + more)
    after = shared(people, place.network, service("shelter", wider, CATALOGUE), CATALOGUE)
    assert (after["ratio"] >= before - 1e-9).all()
