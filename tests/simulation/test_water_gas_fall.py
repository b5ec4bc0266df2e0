"""Flood, gas, a fall at home: each its own mechanism."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from tests.simulation import court

from renlin.simulation.ensemble import draw_seeds
from renlin.simulation.event import resolve
from renlin.simulation.fall import COMERS, fall, run_fall
from renlin.simulation.flood import closing_depth, water_factor
from renlin.simulation.network import lay_out
from renlin.simulation.population import residents
from renlin.simulation.routing import WHEELS_BIT
from renlin.simulation.scene import limits_of, scene

FLOOD = court.scenario("flood", 14.0, horizon=9000.0, places={"walk": "path-a"}, arrival=0.0)
GAS = court.scenario("local_incident", 14.0, places={"entrance": "A-1"}, cordon_radius=20.0)
FALL = court.scenario("personal_incident", 9.0, horizon=7200.0)


def _scene(scenario, place=None):
    place = place or court.willow()
    ground, who = lay_out(place), residents(place, court.needs())
    return scene(place, ground, limits_of(place, ground, who), who, scenario)


def _frames(made, strike, link):
    row = list(made.site.ground.walks.links["link"]).index(link)
    hazards = strike.hazards
    part = slice(hazards.start[row], hazards.start[row + 1])
    return {name: getattr(hazards, name)[part] for name in ("time", "speed", "closed", "barrier")}


def test_upper_storeys_stay_and_ground_floors_near_the_water_leave():
    place = court.numbers(court.plain(), hazard_reach=10.0)
    found = court.run(place, FLOOD, who=court.only("zhou-2", "he-1", "wu"))
    stays, leaves, dry = (court.person(found, name) for name in ("zhou-2", "he-1", "wu"))
    assert (stays["reason"], stays["mean_time"]) == ("sheltered", 0.0)
    assert leaves["mean_time"] > 0
    assert dry["reason"] == "sheltered"


def test_water_slows_by_depth_and_shuts_out_wheels_at_their_limit():
    made = _scene(FLOOD)
    frames = _frames(made, made.strike(None), "path-a#0")
    event = resolve(FLOOD, court.willow().catalogue)
    wheels = event.number("wheelchair_depth") / event.number("rise")
    at = np.flatnonzero(frames["barrier"] == WHEELS_BIT)
    assert frames["time"][at[0]] == pytest.approx(wheels)
    deepest = water_factor(np.array([event.number("depth")]), court.willow().catalogue)[0]
    assert frames["speed"][-1] == pytest.approx(deepest)
    assert (np.diff(frames["speed"]) <= 0).all()
    assert (frames["closed"] == 0).all()


def test_a_way_closes_at_the_depth_adults_cannot_stand_in():
    deep = court.scenario(
        "flood", 14.0, horizon=50_000.0, places={"walk": "path-a"}, depth=1.5, velocity=1.0
    )
    made = _scene(deep)
    assert closing_depth(made.site) == pytest.approx(0.6)
    frames = _frames(made, made.strike(None), "path-a#0")
    rise = made.event.number("rise")
    closed = frames["time"][frames["closed"] == 3]
    assert closed[0] == pytest.approx(made.event.number("arrival") + 0.6 / rise)


def test_depths_between_the_rows_of_the_table_are_interpolated():
    catalogue = court.willow().catalogue
    dry, knee, middle = water_factor(np.array([0.0, 0.35, 0.175]), catalogue)
    assert dry == 1.0
    assert middle == pytest.approx((dry + knee) / 2)


def test_only_the_cordon_leaves_a_gas_leak():
    found = court.run(court.plain(), GAS, who=court.only("zhou-2", "wu"))
    assert court.person(found, "zhou-2")["mean_time"] > 0
    assert court.person(found, "wu")["reason"] == "sheltered"


def test_ways_near_the_leak_may_be_walked_away_from_it_but_not_towards_it():
    made = _scene(GAS)
    strike = made.strike(draw_seeds(made.site.who, court.willow().catalogue, [0]).luck[0].also(
        made.keys))  # fmt: skip
    links = made.site.ground.walks.links
    row = links.index[links["link"] == "path-a#1"][0]
    source = court.willow()["entrances"].set_index("entrance").geometry["A-1"]
    at = made.site.ground.walks.nodes[["x", "y"]].to_numpy()
    apart = np.hypot(*(at - [source.x, source.y]).T)
    tail, head = apart[links.loc[row, "origin"]], apart[links.loc[row, "target"]]
    assert list(strike.shut[row]) == [head < tail, tail < head]
    assert strike.shut.any()
    assert not strike.shut.all(axis=1).any()


def test_destinations_inside_the_cordon_are_none():
    wide = court.scenario("local_incident", 14.0, places={"entrance": "A-1"}, cordon_radius=500.0)
    assert _scene(wide).site.there.n == 0
    assert _scene(GAS).site.there.n == 1


def _fall(place, seed=0):
    who = residents(place, court.needs())
    made = fall(place, lay_out(place), who, FALL)
    luck = draw_seeds(who, place.catalogue, [seed]).luck[seed].also(made.keys)
    return who, run_fall(made, luck)


def test_somebody_of_the_household_is_at_hand_when_they_notice():
    who, found = _fall(court.sure())
    time = dict(zip(who.persons, found.persons.time, strict=True))
    event = resolve(FALL, court.willow().catalogue)
    assert time["zheng-2"] == event.number("notice_with_others")


def test_who_lies_alone_without_a_button_is_not_noticed_in_time():
    found = court.run(court.sure(), FALL, seeds=range(1))
    row = court.person(found, "wang")
    assert (row["reason"], row["mean_time"], row["arrived_share"]) == ("not_noticed", 7200.0, 0.0)


def test_a_button_brings_the_soonest_who_can_come():
    place = court.sure()
    who = residents(place, court.needs())
    pressed = replace(who, button=np.array([name == "lin" for name in who.persons]))
    made = fall(place, lay_out(place), pressed, FALL)
    luck = draw_seeds(pressed, place.catalogue, [0]).luck[0].also(made.keys)
    found = run_fall(made, luck)
    lin = list(who.persons).index("lin")
    event = resolve(FALL, place.catalogue)
    tied = float(made.tied.far[made.tied.household == who.household[lin]][0])
    time = float(found.persons.time[lin])
    least = event.number("notice_with_button") + tied + event.number("door_open_key")
    read = event.value("volunteer_notice")
    assert least + read.low <= time <= least + read.high + 1e-3
    assert found.counts["first_help_by_neighbour"] >= 1


def test_a_button_hung_in_the_flat_counts_for_who_lives_there():
    place = court.sure()
    row = {"sensor": "b1", "kind": "button", "place": "B-1-202", "place_table": "dwellings"}
    sensors = pd.concat([place["sensors"], pd.DataFrame([row])], ignore_index=True)
    hung = place.with_tables(sensors=sensors)
    found = court.run(place, FALL, schemes={"button": hung}, seeds=range(1))
    assert court.person(found, "wang")["arrived_share"] == 0.0
    assert court.person(found, "wang", "button")["arrived_share"] == 1.0


FRAIL = {"lin", "he-1", "he-2", "zhao", "zheng-1", "zheng-2", "wang", "liu"}


def test_every_frail_resident_at_home_is_counted_by_who_came_first():
    _, found = _fall(court.sure())
    counted = sum(found.counts[f"first_help_by_{name}"] for name in COMERS)
    assert counted == len(FRAIL)


def test_the_frail_fall_and_the_others_are_safe():
    found = court.run(court.sure(), FALL, seeds=range(1)).persons.table
    fell = set(found.loc[found["mean_time"] > 0, "person"])
    assert fell == FRAIL
    assert set(found.loc[~found["person"].isin(FRAIL), "reason"]) == {"sheltered"}


def test_a_fall_moves_nobody_and_needs_no_destination():
    found = court.run(court.sure(), FALL, seeds=range(2))
    assert len(found.links.table) == len(found.replay.table) == len(found.shelters.table) == 0
    assert (found.households.table["route"] == "").all()
