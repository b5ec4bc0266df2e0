"""Power cut, heat, collapse, a crowd, fire from house to house, people kept at home."""

from __future__ import annotations

import numpy as np
import pytest
from tests.simulation import court

from renlin.community.scheme import apply
from renlin.community.settings import Edit, Scheme
from renlin.errors import SchemeFault
from renlin.simulation.ensemble import draw_seeds
from renlin.simulation.event import ALONE, MECHANISMS, events
from renlin.simulation.kept_at_home import kept_at_home
from renlin.simulation.network import lay_out
from renlin.simulation.population import residents
from renlin.simulation.scene import limits_of, scene
from renlin.simulation.spread import hamada, ignition

CUT = court.scenario("power_cut", 14.0, horizon=7200.0)
HEAT = court.scenario("heat", 14.0, horizon=7200.0)
FALLS = court.scenario("collapse", 14.0, places={"building": "A"}, warned=600.0)
CROWD = court.scenario("crowding", 14.0, places={"space": "ground"}, visitors=40.0)
BURNS = court.scenario("building_fire", 14.0, places={"building": "A"}, horizon=3600.0)
KEPT = court.scenario("kept_at_home", 9.0, horizon=86400.0)


def _office(place):
    """Return ``place`` with its shelter fit for power cuts and heat, as an office would be."""
    rows = place["facilities"]
    kinds = rows["kind"].mask(rows["facility"] == "ground-shelter", "community_office")
    return place.with_tables(facilities=rows.assign(kind=kinds))


def _scene(scenario, place=None):
    place = place or court.plain()
    ground, who = lay_out(place), residents(place, court.needs())
    return scene(place, ground, limits_of(place, ground, who), who, scenario)


def test_every_mechanism_has_a_kind_in_the_catalogue_and_every_kind_a_mechanism():
    kinds = court.willow().catalogue.scenarios.values()
    assert {kind.mechanism for kind in kinds} == set(MECHANISMS)
    assert {kind.family for kind in kinds} == {"natural", "safety", "health", "personal"}
    assert all(kind.stay_put == (kind.mechanism in ALONE) for kind in kinds)


def test_only_households_on_a_device_leave_a_power_cut():
    found = court.run(_office(court.plain()), CUT, seeds=range(2))
    rows = found.persons.table.set_index("person")
    assert (rows.drop("lin")["reason"] == "sheltered").all()
    assert rows.loc["lin", "mean_time"] > 0
    counts = found.groups.provenance.parameters["runs"]["base/power_cut"]
    assert counts["on_devices"] == 1.0
    assert counts["not_known_whether_on_devices"] == 20.0


def test_a_backup_surely_there_lets_a_device_run_at_home():
    place = _office(court.plain())
    who = court.needs()
    told = who.indicators.table.copy()
    told["has_backup_power"] = told["has_backup_power"].astype("boolean")
    told.loc[told["person"] == "lin", "has_backup_power"] = True
    backed = court.only(*told["person"])
    backed.indicators = type(who.indicators)(told, who.indicators.provenance)
    found = court.run(place, CUT, who=backed)
    assert court.person(found, "lin")["reason"] == "sheltered"


def test_a_device_is_unsafe_at_home_from_the_end_of_its_battery():
    place = _office(court.without_staff(court.pairs(court.plain())))
    runs = [
        court.run(place, court.scenario("power_cut", 14.0, horizon=7200.0, battery=battery))
        for battery in (0.0, 1800.0, 7200.0)
    ]
    unsafe = [
        run.groups.table.query("display == 'wheelchair'")["unsafe_time"].mean() for run in runs
    ]
    assert unsafe == pytest.approx([7200.0, 5400.0, 0.0], abs=2.0)


def test_a_cut_stair_is_dark_by_day_where_no_emergency_light_works():
    made = _scene(CUT)
    strike = made.strike(None)
    links = made.site.ground.walks.links
    stairs = (links["kind"] == "stair").to_numpy()
    lit = links["lit"].fillna(False).to_numpy(dtype=bool)
    slower = made.space(strike).length / made.site.ground.space.length
    factor = court.willow().catalogue.number("lit_stair_factor")
    assert slower[stairs & ~lit] == pytest.approx(factor)
    assert slower[stairs & lit] == pytest.approx(1.0)


def test_heat_moves_the_frail_without_cooling_and_nobody_else():
    place = _office(court.plain())
    hot, cool = (
        court.run(place, court.scenario("heat", 14.0, horizon=7200.0, cooling_share=share))
        for share in (0.0, 1.0)
    )
    assert (cool.persons.table["reason"] == "sheltered").all()
    rows = hot.persons.table.set_index("person")
    assert rows.loc["he-1", "reason"] != "sheltered"
    assert rows.loc["wu", "reason"] == "sheltered"
    assert rows.loc["sun-2", "reason"] != "sheltered", "pregnant"


def test_without_power_no_flat_stays_cool():
    place = _office(court.plain())
    heat = court.scenario("heat", 14.0, horizon=7200.0, cooling_share=1.0)
    both = heat.model_copy(update={"also": court.scenario_parts({"kind": "power_cut"})})
    found = court.run(place, both)
    assert court.person(found, "he-1")["reason"] != "sheltered"


def test_a_flat_under_the_roof_is_too_hot_first():
    scenario = court.scenario(
        "heat", 14.0, horizon=7200.0, cooling_share=0.0, indoor_limit_after=7200.0,
        indoor_limit_after_top=0.0,
    )  # fmt: skip
    place = _office(court.without_staff(court.pairs(court.plain())))
    found = court.run(place, scenario, who=court.only("lin", "he-1"))
    unsafe = found.groups.table.groupby("display")["unsafe_time"].mean()
    assert unsafe["wheelchair"] > 0
    assert unsafe["general"] == 0


def test_who_has_left_before_a_building_falls_lives_and_who_has_not_is_lost():
    quick, slow = (
        court.run(court.plain(), court.scenario("collapse", 14.0, places={"building": "A"},
                                                warned=warned), who=court.only("he-1", "zhou-2"))
        for warned in (600.0, 0.0)
    )  # fmt: skip
    assert (quick.persons.table["reason"] == "").all()
    place = court.plain()
    late = court.run(
        _premovement(place, 60.0),
        court.scenario("collapse", 14.0, places={"building": "A"}, warned=30.0),
        who=court.only("he-1", "zhou-2"),
    )
    assert (late.persons.table["reason"] == "collapsed").all()
    assert (slow.persons.table["arrived_share"] < 1.0).any()


def _premovement(place, seconds):
    from dataclasses import replace

    cases = {**place.catalogue.premovement, "local_incident": court.point(seconds)}
    return replace(place, catalogue=replace(place.catalogue, premovement=cases))


def test_the_rubble_of_a_collapse_is_that_of_an_earthquake():
    made = _scene(FALLS)
    luck = draw_seeds(made.site.who, court.willow().catalogue, [0]).luck[0].also(made.keys)
    strike = made.strike(luck)
    mechanism = made.blows.mechanisms[0][1]
    assert (mechanism.covered > 0).any()
    assert strike.counts["falls"] > 600.0
    assert strike.fallen.tolist() == [True, False, False]


def test_visitors_leave_with_those_out_of_doors_and_fill_the_shelter():
    place = court.cell(court.plain(), "facilities", "ground-shelter", "capacity", 1000)
    few, many = (
        court.run(place, court.scenario("crowding", 14.0, places={"space": "ground"}, visitors=n))
        for n in (0.0, 40.0)
    )
    loads = [run.shelters.table["p50"].iloc[0] for run in (few, many)]
    assert loads[1] - loads[0] == 40.0
    assert (few.persons.table["reason"] == "sheltered").all(), "everybody is at home"


def test_hamada_gives_the_published_speeds():
    """Rates of spread of the open encoding: 20 m side, 5 m gap, wind 1 m/s, all timber or not."""
    side, gap = np.array([20.0]), np.array([5.0])
    minutes = {along: hamada(side, gap, np.array([along]), 1.0)[0] for along in (1.0, 0.0, -1.0)}
    base = 3.0 + 0.375 * 20.0
    assert minutes[1.0] == pytest.approx((base + 40.0 / 27.5) / (1.5 * 1.107))
    assert minutes[0.0] == pytest.approx((base + 40.0 / 5.25) / 1.005)
    assert minutes[-1.0] == pytest.approx((base + 40.0 / 5.2) / 1.002)


def test_fire_goes_from_house_to_house_only_where_houses_burn():
    place = court.plain()
    brick = _scene(BURNS, place)
    assert np.isinf(ignition(_site(brick), 0)[1:]).all()
    timber = court.table(place, "buildings", structure="brick_timber")
    made = _scene(_far(BURNS), timber)
    times = ignition(_site(made), 0)
    assert np.isfinite(times).all()
    assert times[0] == 0.0
    calm, windy = (
        ignition(_site(_scene(_far(BURNS, wind=wind), timber)), 0)[1:].max() for wind in (0.0, 9.0)
    )
    assert windy != calm


def _site(made):
    return made.blows.mechanisms[0][1].site


def _far(scenario, **values):
    return scenario.model_copy(
        update={"parameters": {**scenario.parameters, "spread_reach": 500.0, **values}}
    )


@pytest.mark.parametrize(
    ("lever", "name", "was", "now"),
    [
        ("hazard.spread_rate", "spread_rate", 1.0, 0.5),
        ("response.first_water_min", "first_water", 480.0, 120.0),
    ],
)
def test_a_fire_break_and_sooner_water_save_the_houses_behind(lever, name, was, now):
    timber = court.table(court.plain(), "buildings", structure="brick_timber")
    edit = Edit(
        lever=lever, op="parameter", key=f"scenarios/building_fire/{name}", was=was, now=now
    )
    better = apply(Scheme(code="lever", zh="lever", en="lever", edit=(edit,)), timber)
    found = court.run(timber, _far(BURNS, detection=500.0), schemes={"lever": better})
    runs = found.groups.provenance.parameters["runs"]
    burning = [runs[f"{code}/building_fire"]["buildings_burning"] for code in ("base", "lever")]
    assert burning == [2.0, 1.0]


def test_kept_at_home_the_paired_helper_comes_first_and_staff_go_by_tier():
    place = court.sure()
    made = kept_at_home(place, lay_out(place), residents(place, court.needs()), KEPT)
    luck = draw_seeds(made.who, place.catalogue, [0]).luck[0].also(made.keys)
    run = made.run(luck)
    persons = dict(zip(made.who.persons, run.persons.time, strict=True))
    assert np.isfinite(list(persons.values())).all()
    assert run.counts["care_visits"] >= 1.0
    assert persons["lin"] < persons["wu"]


def test_with_every_helper_kept_at_home_nobody_is_served_and_all_are_counted():
    scenario = court.scenario("kept_at_home", 9.0, horizon=86400.0, helper_kept_share=1.0)
    found = court.run(court.sure(), scenario)
    rows = found.groups.table.query("display == 'all'")
    assert (rows["not_evacuated"] == 21).all()
    assert (rows["mean_time"] == 86400.0).all()
    assert (rows["unsafe_time"] > 0).any()


def test_more_helpers_serve_sooner_and_visits_carry_an_infection_on():
    place = court.sure()
    one = court.run(court.without_staff(place), KEPT, schemes={"staff": place})
    rows = one.comparison.table.set_index("display")
    assert rows.loc["all", "difference"] < 0
    caught = court.scenario("kept_at_home", 9.0, horizon=86400.0, infected_share=0.5,
                            contact_risk=1.0)  # fmt: skip
    none = court.scenario("kept_at_home", 9.0, horizon=86400.0, infected_share=0.0)
    exposed = [
        court.run(place, scenario, seeds=range(8)).groups.provenance.parameters["runs"][
            "base/kept_at_home"
        ]["households_exposed"]
        for scenario in (caught, none)
    ]
    assert exposed[0] > 0
    assert exposed[1] == 0


def test_events_come_in_order_of_beginning_and_then_of_cause():
    scenario = HEAT.model_copy(
        update={"also": court.scenario_parts({"kind": "power_cut"},
                                             {"kind": "earthquake", "after": 60.0})}
    )  # fmt: skip
    made = events(scenario, court.willow().catalogue)
    assert [one.mechanism for one in made] == ["power_cut", "heat", "earthquake"]
    assert [one.after for one in made] == [0.0, 0.0, 60.0]
    assert made[2].scenario.horizon == scenario.horizon - 60.0


@pytest.mark.parametrize(
    ("kind", "places", "name", "number"),
    [
        ("crowding", {"space": "ground"}, "visitors", -5.0),
        ("crowding", {"space": "ground"}, "visitors", 1e9),
        ("building_fire", {"building": "A"}, "spread_rate", 0.0),
        ("earthquake", {}, "peak_ground_acceleration", float("nan")),
        ("earthquake", {}, "peak_ground_acceleration", -1.0),
        ("earthquake", {}, "power_out", 1.5),
        ("flood", {"walk": "path-a"}, "rise", 0.0),
        ("flood", {"walk": "path-a"}, "depth", float("inf")),
        ("collapse", {"building": "A"}, "warned", -100.0),
    ],
)
def test_a_number_that_cannot_be_is_refused_and_never_taken_for_calm(kind, places, name, number):
    with pytest.raises(SchemeFault) as caught:
        court.run(court.plain(), court.scenario(kind, 14.0, places=places, **{name: number}))
    assert [fault.column for fault in caught.value.faults] == [f"parameters.{name}"]
