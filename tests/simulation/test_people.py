"""Everybody on the register is somewhere, moves once, and is never dropped."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.simulation import court

from renlin.simulation.behaviour import bodies
from renlin.simulation.crew import crew
from renlin.simulation.ensemble import draw_seeds
from renlin.simulation.entities import entities
from renlin.simulation.luck import Luck
from renlin.simulation.network import lay_out
from renlin.simulation.observation import run_kernel, stage
from renlin.simulation.population import residents
from renlin.simulation.scene import limits_of, scene


@pytest.fixture(scope="module")
def crowd():
    return residents(court.willow(), court.needs())


@pytest.fixture(scope="module")
def ground():
    return lay_out(court.willow())


def _crew(ground, crowd, scenario, seed):
    place = court.willow()
    made = scene(place, ground, limits_of(place, ground, crowd), crowd, scenario)
    luck = Luck(seed, {"person": crowd.keys, "household": crowd.household_keys}).also(made.keys)
    return made, crew(made, bodies(crowd, place.catalogue, luck), luck), luck


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([2.0, 9.0, 14.0, 19.5, 23.0]))
def test_presence_parts_the_register(seed, hour):
    who, land = residents(court.willow(), court.needs()), lay_out(court.willow())
    _, made, _ = _crew(land, who, court.quake(hour), seed)
    parts = np.stack([made.presence.home, made.presence.outdoors, made.presence.away,
                      made.presence.unplaced])  # fmt: skip
    assert (parts.sum(axis=0) == 1).all()
    assert parts.sum() == len(court.willow().present())


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from([2.0, 14.0]))
def test_everybody_who_leaves_is_in_exactly_one_entity(seed, hour):
    who, land = residents(court.willow(), court.needs()), lay_out(court.willow())
    made, crew_, luck = _crew(land, who, court.quake(hour), seed)
    moving = crew_.presence.home | crew_.presence.outdoors
    assert ((crew_.entity >= 0) == moving).all()
    staff = sum(made.agreed.person[h] < 0 for h in crew_.helper)
    assert entities(made, crew_, luck).members.sum() == moving.sum() + staff
    assert (np.bincount(crew_.entity[moving], minlength=crew_.n) == 0).sum() == staff


def test_a_resident_who_helps_leaves_the_entity_of_their_household(ground, crowd):
    place = court.pairs(court.sure(), ("hu-lin", "zhou-helps", "primary"))
    made = scene(place, lay_out(place), limits_of(place, ground, crowd), crowd, court.quake(2.0))
    luck = Luck(0, {"person": crowd.keys, "household": crowd.household_keys}).also(made.keys)
    crew_ = crew(made, bodies(crowd, place.catalogue, luck), luck)
    entity = dict(zip(crowd.persons, crew_.entity, strict=True))
    assert entity["zhou-1"] in crew_.helper.values()
    assert entity["zhou-1"] != entity["zhou-2"]


def test_the_counts_of_every_group_sum_to_the_register():
    found = court.run(court.willow(), court.quake(), seeds=range(5)).groups.table
    register = court.needs().profiles.table["display"].value_counts()
    for display, rows in found[~found["display"].isin(["all", "worst_decile"])].groupby("display"):
        total = rows["n"] + rows["away"] + rows["unplaced"]
        assert (total == register.get(display, 0)).all()


def test_at_night_more_people_are_at_home_than_by_day():
    night = court.run(court.willow(), court.quake(2.0), seeds=range(20)).groups.table
    day = court.run(court.willow(), court.quake(10.0), seeds=range(20)).groups.table
    assert _there(night) > _there(day)


def _there(groups):
    return groups.loc[groups["display"] == "all", "n"].mean()


def test_a_young_child_is_where_an_adult_of_its_household_is(ground, crowd):
    at = {name: index for index, name in enumerate(crowd.persons)}
    for seed in range(40):
        _, made, _ = _crew(ground, crowd, court.quake(10.0), seed)
        home = made.presence.home
        assert home[at["sun-3"]] == (home[at["sun-1"]] or home[at["sun-2"]])


def test_a_household_whose_dwelling_is_unknown_is_counted_and_not_moved():
    place = court.cell(court.sure(), "households", "hu-wang", "dwelling", None)
    found = court.run(place, court.quake(), seeds=range(2))
    row = court.person(found, "wang")
    assert row["reason"] == "unplaced"
    assert np.isnan(row["mean_time"])
    assert (found.groups.table.query("display == 'all'")["unplaced"] == 1).all()


def test_an_unknown_storey_is_taken_as_the_middle_of_the_stair():
    place = court.cell(court.plain(), "dwellings", "A-1-302", "floor", None)
    found = court.run(place, court.quake(), who=court.only("zhou-2"))
    assert court.household(found, "hu-zhou")["stairs_p50"] == pytest.approx(
        2 * court.FLIGHT / court.STAIRS, abs=0.5
    )
    assert found.groups.provenance.parameters["runs"]["base/earthquake"]["floors_assumed"] == 1


def test_feng_on_an_island_of_the_network_has_no_way_and_is_counted():
    found = court.run(court.sure(), court.quake())
    for name in ("feng-1", "feng-2", "feng-3", "liu"):
        row = court.person(found, name)
        assert (row["reason"], row["arrived_share"], row["mean_time"]) == ("network_gap", 0, 1800)
    missed = found.groups.table.query("display == 'all'")["not_evacuated"]
    assert (missed >= 4).all()


def test_who_does_not_arrive_enters_the_times_with_the_horizon():
    found = court.run(court.sure(), court.quake())
    time = found.times["base", "earthquake"]
    arrived = found.arrived["base", "earthquake"]
    assert (time[~arrived & ~np.isnan(time)] == 1800.0).all()
    assert (time[arrived] < 1800.0).all()


def test_the_same_person_has_the_same_body_under_every_scheme(crowd):
    first = draw_seeds(crowd, court.willow().catalogue, [3]).bodies[3]
    again = draw_seeds(crowd, court.willow().catalogue, [3, 4]).bodies[3]
    assert (first.level == again.level).all()
    assert (first.preparation == again.preparation).all()


def test_a_chance_of_a_smart_device_is_used_only_where_no_register_says():
    facts = court.needs().indicators.table.set_index("person")
    who = residents(court.willow(), court.needs())
    chance = dict(zip(who.persons, who.smart, strict=True))
    assert chance["wu"] == 1.0
    assert facts.loc["wu", "has_smart_device"]
    assert chance["lin"] == 0.0
    assert chance["qian-1"] == court.willow().catalogue.number("smart_unknown_younger")


def test_members_of_a_party_are_not_counted_with_their_household_again(ground, crowd):
    _, made, _ = _crew(ground, crowd, court.quake(2.0), 1)
    for party in made.grouping.parties:
        labels = {int(made.grouping.label[p]) for p in party.members}
        assert len(labels) == 1


def test_needs_without_an_adult_class_still_move_staff(crowd):
    none = replace(crowd, kind=np.zeros_like(crowd.kind))
    place = court.willow()
    land = lay_out(place)
    limit = limits_of(place, land, none)
    assert limit.present[[kind.code for kind in none.kinds].index("adult")]


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 10_000), st.sampled_from(["earthquake", "stair_fire", "flood"]))
def test_the_books_of_the_kernel_balance_at_every_step(seed, kind):
    places = {"stair_fire": {"entrance": "A-1"}, "flood": {"walk": "path-a"}}.get(kind)
    event = court.scenario(kind, 14.0, horizon=900.0, places=places)
    who, land = residents(court.willow(), court.needs()), lay_out(court.willow())
    made, crew_, luck = _crew(land, who, event, seed)
    own = stage(made)
    proving = own.parameters._replace(check=1)
    outcome = run_kernel(own, crew_, entities(made, crew_, luck), proving)
    assert len(outcome.exit_time) == crew_.n
