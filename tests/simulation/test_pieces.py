"""Luck, crowds, network, routes, destinations and warnings, each by itself."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.simulation import court

from renlin.catalogue.models import Value
from renlin.community.passage import passage
from renlin.errors import CatalogueFault
from renlin.kernels.validation import check_routes
from renlin.random_streams import draw
from renlin.simulation.crowd import NARROW, slow_share_factor, speed_factor, ways
from renlin.simulation.event import resolve
from renlin.simulation.luck import Luck, keys_of, sample
from renlin.simulation.network import lay_out
from renlin.simulation.notification import CHANNELS, MESSAGE, NEIGHBOUR, NOTICED, notify
from renlin.simulation.observation import stage
from renlin.simulation.population import asleep, residents
from renlin.simulation.routing import Fields, causes, limits, link_costs, movers, to_safety
from renlin.simulation.scene import limits_of, routing, scene
from renlin.simulation.strike import Alert
from renlin.simulation.summary import commonest, mean_over, middle_run, quantile_over

UNIT = st.floats(0.0, 1.0, exclude_max=True)
FORMS = {
    "normal": {"value": 1.0, "sd": 0.4, "low": 0.5, "high": 1.4},
    "lognormal": {"value": 90.0, "sd": 0.8, "low": 10.0, "high": 900.0},
    "uniform": {"value": 2.0, "low": 1.0, "high": 3.0},
    "gamma": {"value": 100.0, "shape": 1.3, "low": 1.0, "high": 400.0},
    "weibull": {"value": 140.0, "shape": 1.2, "low": 1.0, "high": 500.0},
    "point": {"value": 7.0},
}


def _value(form, **more):
    return Value(unit="s", source="assumption", distribution=form, **{**FORMS[form], **more})


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(FORMS)), UNIT, UNIT)
def test_draws_keep_their_bounds_and_rise_with_the_luck(form, one, other):
    value = _value(form)
    low, high = sample(value, np.array(sorted([one, other])))
    assert low <= high
    if value.low is not None:
        assert value.low - 1e-9 <= low
        assert high <= value.high + 1e-9


def test_the_middle_of_an_untruncated_lognormal_is_its_value():
    value = Value(value=90.0, sd=0.8, unit="s", source="assumption", distribution="lognormal")
    assert sample(value, np.array([0.5]))[0] == pytest.approx(90.0)


def test_a_shift_is_added_before_the_bounds_cut():
    value = _value("lognormal", value=51.9, sd=0.84, low=400.0, high=700.0, shift=400.0)
    drawn = sample(value, np.linspace(0.001, 0.999, 101))
    assert drawn.min() >= 400.0
    assert drawn.max() <= 700.0
    assert drawn[50] == pytest.approx(451.0, abs=3.0)


def test_truncation_piles_nothing_up_at_the_bounds():
    drawn = sample(_value("normal"), np.linspace(0.0, 0.999, 500))
    assert len(np.unique(drawn.round(9))) == 500


def test_luck_by_number_is_the_luck_by_name():
    names = ["lin", "wu", "zhou-1"]
    luck = Luck(5, {"person": keys_of(names)})
    assert (luck("person", "speed") == draw(5, "speed/person", names)).all()


def test_diagrams_pass_through_their_published_points():
    rows = court.willow().catalogue.speed_density
    weidmann, stair = speed_factor(rows["weidmann"]), speed_factor(rows["sfpe_stair"])
    density = np.linspace(0.0, 5.4, len(weidmann))
    by_hand = 1 - np.exp(-1.913 * (1 / 1.75 - 1 / 5.4))
    assert np.interp(1.75, density, weidmann) == pytest.approx(by_hand, abs=1e-3)
    assert weidmann[0] == 1.0
    assert weidmann[-1] == rows["weidmann"].floor
    density = np.linspace(0.0, rows["sfpe_stair"].jam_density, len(stair))
    assert np.interp(2.0, density, stair) == pytest.approx((1 - 0.266 * 2) / 0.85, abs=1e-3)
    assert np.interp(0.5, density, stair) == 1.0


def test_flow_is_greatest_at_the_published_density():
    peak = ways(court.willow().catalogue, court.willow().policy.speed_density).crowd.peak_density
    assert peak[0] == pytest.approx(1.75, abs=0.02)
    assert peak[1] == pytest.approx(1.88, abs=0.02)


def test_slow_walkers_take_capacity_on_narrow_ways_only():
    catalogue = court.willow().catalogue
    shares = np.array([0.0, 0.1, 0.2, 1.0])
    assert slow_share_factor(catalogue, shares).tolist() == [1.0, 0.71, 0.61, 0.415]
    crowd = ways(catalogue, court.willow().policy.speed_density).crowd
    assert (crowd.capacity_factor[:NARROW] == 1.0).all()
    assert (np.diff(crowd.capacity_factor[NARROW:], axis=1) <= 0).all()


def test_a_policy_that_names_no_known_diagram_is_refused():
    policy = court.willow().policy.model_copy(update={"speed_density": {"level": "weidman"}})
    with pytest.raises(CatalogueFault, match="weidmann"):
        ways(court.willow().catalogue, policy.speed_density)


@pytest.fixture(scope="module")
def ground():
    return lay_out(court.willow())


def _link(ground, name):
    return list(ground.walks.links["link"]).index(name)


def test_effective_width_is_what_boundaries_leave_and_sets_the_capacity(ground):
    one_rail = 1.2 - 0.15 - 0.09
    row = _link(ground, "stair/A-1/3/1")
    assert ground.space.capacity[row] == pytest.approx(one_rail * 1.01, rel=1e-5)
    assert ground.space.area[row] == pytest.approx(one_rail * court.FLIGHT, rel=1e-5)
    gate = _link(ground, "gate/east")
    assert ground.space.capacity[gate] == pytest.approx((2.0 - 0.3) * 1.3, rel=1e-5)
    lane = _link(ground, "main-west#0")
    assert ground.space.capacity[lane] == pytest.approx((4.0 - 0.2) * 1.22, rel=1e-5)


def test_stored_things_and_barriers_narrow_the_way(ground):
    stair = _link(ground, "stair/B-1/2/1")
    assert ground.width[stair] == 1.0
    stalls = lay_out(court.cell(court.willow(), "walks", "main-west", "barrier", "stalls"))
    lane = _link(stalls, "main-west#0")
    share = court.willow().catalogue.number("barrier_factor_stalls")
    assert stalls.space.capacity[lane] == pytest.approx(share * 3.8 * 1.22, rel=1e-5)
    assert stalls.space.clear_width[lane] == 4.0


def test_an_assumed_width_is_marked_and_stops_nobody(ground):
    row = _link(ground, "stair/C-1/2/1")
    assert ground.assumed[row]
    assert ground.width[row] == court.willow().catalogue.number("assumed_stair_width")
    widest = max(kind.min_width.value for kind in court.willow().catalogue.classes.values())
    assert ground.space.clear_width[row] >= np.float32(widest)


def test_stairs_keep_their_slope_length_and_fall_from_the_upper_landing(ground):
    row = _link(ground, "stair/A-1/2/2")
    assert ground.space.length[row] == pytest.approx(court.FLIGHT, abs=1e-4)
    assert ground.space.climb[row] == -1


def test_a_rough_surface_is_a_longer_way():
    rough = lay_out(court.cell(court.willow(), "walks", "main-west", "surface", "gravel"))
    row = _link(rough, "main-west#0")
    factor = court.willow().catalogue.number("surface_factor_gravel")
    assert rough.space.length[row] == pytest.approx(20.0 / 3 / factor, rel=1e-5)


def test_a_slope_slows_by_the_factor_that_reach_is_measured_with():
    hill = court.cell(court.willow(), "walks", "main-west", "slope", 0.1)
    made = lay_out(hill)
    link = made.walks.links.iloc[_link(made, "main-west#0")]
    adult = hill.catalogue.classes["adult"]
    walked = passage(made.walks, adult, hill.catalogue, view="optimistic")
    free = adult.speed_level.value * made.space.incline[link.name]
    metres = made.space.length[link.name]
    assert metres / free[0] == pytest.approx(walked.forward[link.name], rel=1e-5)
    assert metres / free[1] == pytest.approx(walked.backward[link.name], rel=1e-5)
    assert free[0] < free[1] == pytest.approx(adult.speed_level.value)


def test_a_hill_costs_more_uphill_and_nobody_walks_against_a_way_walked_in_one_direction():
    flat = _scene(court.quake())
    row = _link(flat.site.ground, "main-west#0")
    hilly = _scene(court.quake(), court.cell(court.willow(), "walks", "main-west", "slope", 0.1))
    ratio = hilly.costs[0][row] / flat.costs[0][row]
    assert ratio == pytest.approx([np.exp(0.35), 1.0], rel=1e-5)
    made = _scene(
        court.quake(), court.cell(court.willow(), "walks", "main-west", "oneway", "forward")
    )
    shut = made.shut & ~flat.shut
    assert set(zip(*np.nonzero(shut.any(axis=0)), strict=True)) == {
        (link, 1) for link in _links_of(made.site.ground, "main-west")
    }
    against = [2 * link + 1 for link in _links_of(made.site.ground, "main-west")]
    assert np.isin(flat.routes.rows, against).any()
    assert not np.isin(made.routes.rows, against).any()


def test_nobody_takes_a_lift_while_something_happens():
    made = _scene(court.quake(), court.cell(court.willow(), "walks", "path-a", "kind", "lift"))
    lifts = _links_of(made.site.ground, "path-a")
    assert made.movers.closed[:, lifts].all()
    assert set(made.movers.reasons[:, lifts].ravel()) == {"lift"}


def _links_of(ground, walk):
    links = ground.walks.links
    mine = (links["table"] == "walks") & (links["place"] == walk) & (links["kind"] != "approach")
    return np.flatnonzero(mine.to_numpy())


def _scene(scenario, place=None):
    place = place or court.willow()
    land, who = lay_out(place), residents(place, court.needs())
    return scene(place, land, limits_of(place, land, who), who, scenario)


def test_following_any_route_ends_at_its_target():
    made = stage(_scene(court.quake()))
    who = made.scene.site.who
    luck = Luck(0, {"person": who.keys, "household": who.household_keys}).also(made.scene.keys)
    strike = made.scene.strike(luck)
    check_routes(made.scene.space(strike), routing(made.scene, strike, made.stalls))


def test_who_cannot_reach_the_first_choice_goes_to_the_second():
    cost = np.array([[1.0, np.inf, 4.0], [9.0, 2.0, 1.0]])
    link = np.array([[10, -1, 12], [20, 21, 22]], dtype=np.int32)
    found = to_safety(Fields(cost, link), np.array([0, 1]))
    assert found.link[0].tolist() == [10, 21, 12]
    assert found.cost[0].tolist() == [1.0, 2.0, 4.0]


def test_why_there_is_no_way_is_told_apart():
    place = court.willow()
    made = _scene(court.quake(2.0))
    lin = made.movers.codes(
        *[np.array([v]) for v in (made.movers.pattern[_kind(made, "wheelchair_pushed"), 0], 0)],
        np.array([False]),
    )[0]
    walker = 0
    nodes = made.site.ground.walks.landing_of
    assert made.cause[walker, nodes["A-1", 1]] == "gate_closed"
    assert made.cause[walker, nodes["C-1", 1]] == "network_gap"
    by_day = _scene(court.quake(14.0))
    assert by_day.cause[walker, nodes["A-1", 1]] == ""
    assert by_day.cause[lin, nodes["A-1", 3]] == "steps"
    assert place is court.willow()


def _kind(made, code):
    return [kind.code for kind in made.site.who.kinds].index(code)


def test_strangers_take_main_streets_though_they_are_longer():
    ground, place = lay_out(court.willow()), court.willow()
    kinds = tuple(place.catalogue.classes[c] for c in ("adult", "newcomer"))
    how = movers(ground, limits(ground, kinds, np.ones(2, bool), place.catalogue), place.catalogue,
                 14.0)  # fmt: skip
    costs = link_costs(ground, how, place.catalogue)
    side, main = _link(ground, "path-b#0"), _link(ground, "main-west#0")
    known = next(i for i, mover in enumerate(how.listed) if not mover.unfamiliar)
    strange = next(i for i, mover in enumerate(how.listed) if mover.unfamiliar)
    factor = place.catalogue.number("unfamiliar_cost_factor")
    assert costs[strange][side] == pytest.approx(factor * costs[known][side])
    assert np.array_equal(costs[strange][main], costs[known][main])


def test_no_destination_is_its_own_cause():
    nowhere = court.cell(court.willow(), "facilities", "ground-shelter", "state", "closed")
    made = _scene(court.quake(), nowhere)
    assert set(made.cause.ravel()) == {"no_destination"}
    found = causes(made.site.ground, made.movers, made.site.there, made.routes)
    assert (found == "no_destination").all()


def test_capacity_is_as_stated_else_by_area_else_unknown():
    there = _scene(court.quake()).site.there
    assert there.capacity.tolist() == [20]
    by_area = court.cell(court.willow(), "facilities", "ground-shelter", "capacity", None)
    per_person = court.willow().catalogue.facilities["shelter"].area_per_person.value
    assert _scene(court.quake(), by_area).site.there.capacity.tolist() == [int(640 / per_person)]


def _notice(place, alert_time=0.0, **kinds):
    site = _scene(court.quake(), place).site
    who, n = site.who, len(site.who.households)
    none = np.zeros(n, dtype=bool)
    alert = Alert(np.full(n, alert_time), kinds.get("felt", none), none, kinds.get("message", True),
                  np.zeros(n, dtype=np.int64), (), np.zeros(n))  # fmt: skip
    luck = Luck(1, {"person": who.keys, "household": who.household_keys})
    return who, notify(site, alert, np.ones(who.n, bool), luck)


def test_what_everybody_feels_is_known_at_once():
    place = court.sure()
    who = residents(place, court.needs())
    felt = np.ones(len(who.households), dtype=bool)
    _, notice = _notice(place, 30.0, felt=felt)
    assert (notice.time == 30.0).all()
    assert (notice.channel == NOTICED).all()


def test_a_message_reaches_smart_devices_and_neighbours_knock_for_the_others():
    place = court.numbers(court.sure(), warning_reach_broadcast=0.0)
    who, notice = _notice(place)
    channel = dict(zip(who.households, notice.channel, strict=True))
    time = dict(zip(who.households, notice.time, strict=True))
    assert channel["hu-wu"] == MESSAGE
    assert channel["hu-lin"] == NEIGHBOUR
    assert time["hu-lin"] == place.catalogue.number("neighbour_knock_time")


def test_without_channels_and_neighbours_staff_come_by_tier():
    place = court.numbers(
        court.sure(), warning_reach=0.0, warning_reach_broadcast=0.0, door_round_teams=1.0
    )
    who, notice = _notice(place)
    assert {CHANNELS[c] for c in notice.channel} == {"door_round"}
    first = place.catalogue.number("door_round_start") + place.catalogue.number(
        "door_round_per_door"
    )
    order = np.argsort(notice.time)
    assert notice.time.min() == first
    assert (who.turn[order] == np.arange(len(order))).all()


def test_a_knock_nobody_hears_reaches_nobody():
    place = court.numbers(
        court.sure(), warning_reach=0.0, warning_reach_broadcast=0.0, knock_heard_share=0.0,
        knock_heard_share_deaf=0.0,
    )  # fmt: skip
    _, notice = _notice(place)
    assert np.isinf(notice.time).all()


def test_sleep_runs_past_midnight():
    catalogue = court.willow().catalogue
    assert [asleep(catalogue, hour) for hour in (21.9, 22.0, 2.0, 6.0)] == [
        False, True, True, False,
    ]  # fmt: skip


def test_a_scenarios_own_number_replaces_the_catalogues():
    event = resolve(court.quake(14.0, shaking=12.0), court.willow().catalogue)
    assert event.number("shaking") == 12.0
    assert event.value("shaking").distribution == "point"
    with pytest.raises(CatalogueFault, match="shaking"):
        event.number("shakng")


def test_reductions_leave_out_what_is_missing():
    table = np.array([[1.0, np.nan], [3.0, np.nan], [np.nan, 5.0]])
    assert mean_over(table).tolist() == [2.0, 5.0]
    assert quantile_over(table, 0.5).tolist() == [2.0, 5.0]
    assert middle_run(table).tolist() == [0, 2]
    assert np.isnan(quantile_over(np.full((2, 1), np.nan), 0.5)[0])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=9), UNIT)
def test_quantiles_equal_those_of_numpy(values, share):
    column = np.array(values)[:, None]
    assert quantile_over(column, share)[0] == pytest.approx(np.quantile(values, share), abs=1e-6)


def test_the_commonest_reason_counts_only_runs_that_count():
    codes = np.array([[1, 2], [1, 2], [3, 2]])
    counted = np.array([[True, False], [False, False], [True, False]])
    assert commonest(codes, counted, 4).tolist() == [1, -1]
