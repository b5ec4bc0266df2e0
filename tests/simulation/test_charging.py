"""Sheds to charge e-bikes in: who has room in one, and what that does to the chance of fire.

A-1 has six households, B-1 four and C-1 two, which no way leads to; each has one e-bike here.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.simulation import court
from tests.simulation.lever_cases import cell, row

from renlin.community.community import Community
from renlin.community.scheme import apply
from renlin.community.settings import Scheme
from renlin.simulation.charging import served
from renlin.simulation.ignition import chance
from renlin.simulation.network import lay_out
from renlin.simulation.population import residents
from renlin.simulation.scene import limits_of, scene

USED, FACTOR, WIRING = 0.6, 0.5, 0.55
FIRE = court.scenario("stair_fire", places={"entrance": "A-1"}, ignition_drawn=1.0)
CLOSED = cell("hazard.ignition_rate", "hazards/h1/closed_on", None, "2026-12-01")
CHARGED = cell("hazard.ignition_rate", "hazards/e1/closed_on", None, "2026-12-01")


def made(place: Community, *edits) -> Community:
    """Return ``place`` under a scheme of ``edits``."""
    return apply(Scheme(code="sheds", zh="充电棚", en="sheds", edit=edits), place)


def shed(x: float = 500020.0, name: str = "shed", **facts):
    """Return the edit of a shed on the main lane; by default at the path to A-1."""
    values = {"kind": "charging_shed", "name": "棚", "x": x, "y": 3500000.0, **facts}
    return row("net.dest.add", f"facilities/{name}", **values)


def charging(place: str = "A-1", table: str = "entrances") -> Community:
    """Return plain Willow where e-bikes are charged indoors at one place and wiring is aged."""
    willow = court.numbers(
        court.plain(), ebikes_per_household=1.0, charging_shed_used=USED,
        ignition_factor_ebike_charging=FACTOR, ignition_factor_wiring=WIRING,
        ignition_factor_gas_hose=1.0,
    )  # fmt: skip
    found = (
        willow["hazards"]
        .iloc[[0]]
        .assign(
            hazard="e1", kind="ebike_charging", place=place, place_table=table, closed_on=pd.NaT
        )
    )
    return willow.with_tables(hazards=pd.concat([willow["hazards"], found], ignore_index=True))


def site(place: Community):
    """Return the site of a fire in A-1."""
    who, ground = residents(place, court.needs()), lay_out(place)
    return scene(place, ground, limits_of(place, ground, who), who, FIRE).site


def units(place: Community) -> set[str]:
    """Return which units sheds serve."""
    at = site(place)
    return {unit for unit, has in zip(at.live.entrances, served(at), strict=True) if has}


@pytest.mark.parametrize(
    ("capacity", "expected"),
    [(5, set()), (6, {"A-1"}), (9, {"A-1"}), (10, {"A-1", "B-1"}), (1000, {"A-1", "B-1"})],
)
def test_a_shed_serves_the_nearest_unit_first_and_a_unit_as_a_whole(capacity, expected) -> None:
    assert units(made(charging(), shed(capacity=capacity))) == expected


def test_two_sheds_serve_one_unit_together() -> None:
    two = (shed(capacity=4), shed(500050.0, "second", capacity=6))
    assert units(made(charging(), *two)) == {"A-1", "B-1"}


@pytest.mark.parametrize(
    "facts",
    [{}, {"capacity": 0}, {"capacity": 50, "state": "closed"}, {"capacity": 50, "state": "planned"},
     {"capacity": 50, "kind": "charging_point"}],
    ids=["capacity unknown", "no room", "closed", "planned", "a point for vehicles"],
)  # fmt: skip
def test_what_is_not_surely_there_serves_nobody(facts) -> None:
    assert units(made(charging(), shed(**facts))) == set()


@pytest.mark.parametrize(("limit", "expected"), [(45.0, {"A-1", "B-1"}), (30.0, {"A-1"})])
def test_a_shed_farther_than_its_kind_allows_serves_nobody(limit, expected) -> None:
    """From the street door of A-1 it is 11 m to the shed, from that of B-1 41 m."""
    place = made(charging(), shed(capacity=50))
    kind = place.catalogue.facilities["charging_shed"]
    near = kind.model_copy(update={"walk_limit": court.point(limit)})
    facilities = {**place.catalogue.facilities, "charging_shed": near}
    place = replace(place, catalogue=replace(place.catalogue, facilities=facilities))
    assert units(place) == expected


@given(
    st.lists(st.tuples(st.sampled_from([0.0, 20.0, 50.0, 100.0]), st.integers(0, 12)), max_size=3),
    st.tuples(st.sampled_from([0.0, 20.0, 50.0, 100.0]), st.integers(0, 12)),
)
def test_one_more_shed_never_takes_room_from_who_had_it(sheds, more) -> None:
    edits = [shed(500000.0 + x, f"s{at}", capacity=n) for at, (x, n) in enumerate(sheds)]
    added = shed(500000.0 + more[0], "added", capacity=more[1])
    place = charging()
    assert units(made(place, *edits)) <= units(made(place, *edits, added))


def test_used_sheds_leave_the_part_of_the_chance_that_is_not_used() -> None:
    place, room = charging(), shed(capacity=6)
    assert chance(site(place)) == 1.0
    assert chance(site(made(place, room))) == pytest.approx(1.0 - USED * (1.0 - FACTOR))
    assert chance(site(made(place, room, CLOSED))) == pytest.approx(
        WIRING * (1.0 - USED * (1.0 - FACTOR))
    )
    assert chance(site(made(place, room, CHARGED))) == pytest.approx(FACTOR)


def test_a_finding_at_a_house_is_met_when_all_its_units_with_residents_are() -> None:
    place = charging("A", "buildings")
    assert chance(site(made(place, shed(capacity=6)))) < 1.0
    assert chance(site(made(place, shed(capacity=5)))) == 1.0


def test_a_shed_acts_on_charging_indoors_and_on_no_other_finding() -> None:
    place = charging("B-1")
    assert chance(site(made(place, shed(capacity=50)))) == 1.0


def test_with_a_shed_there_is_never_a_fire_that_is_not_there_without() -> None:
    place = court.numbers(charging(), charging_shed_used=1.0)
    worlds = {
        "small": made(place, shed(capacity=5)),
        "shed": made(place, shed(capacity=6)),
        "both": made(place, shed(capacity=6), shed(500050.0, "second", capacity=6)),
    }
    found = court.run(place, FIRE, schemes=worlds, seeds=range(12))
    burns = {
        code: np.nanmax(found.times[code, "stair_fire"], axis=1) > 0 for code in ("base", *worlds)
    }
    assert burns["base"].all()
    assert (burns["small"] == burns["base"]).all()
    assert burns["shed"].sum() < 12
    assert (burns["both"] == burns["shed"]).all()
    kept = burns["shed"]
    same = found.times["shed", "stair_fire"][kept].tobytes()
    assert same == found.times["base", "stair_fire"][kept].tobytes()


def test_a_given_fire_does_not_care_for_sheds() -> None:
    place = charging()
    given_fire = court.scenario("stair_fire", places={"entrance": "A-1"})
    found = court.run(place, given_fire, schemes={"shed": made(place, shed(capacity=50))})
    one, two = (found.times[code, "stair_fire"] for code in ("base", "shed"))
    assert one.tobytes() == two.tobytes()
