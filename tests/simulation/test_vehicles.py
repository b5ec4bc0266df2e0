"""Shared vehicles: Grandma Lin cannot leave her bed; whoever carries her down may push her on.

Zhou lives beside her, Wu comes from B-1 along the main lane. The stand lies where his path
meets it, unless a test says otherwise.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from tests.simulation import court
from tests.simulation.lever_cases import cell, row

from renlin.community.community import Community
from renlin.community.scheme import apply
from renlin.community.settings import Scheme
from renlin.simulation import Simulated
from renlin.simulation.elements.improvements import improvement
from renlin.simulation.elements.listing import Element, elements
from renlin.simulation.elements.worlds import Today, improved
from renlin.simulation.ensemble import Counter, draw_seeds, run_all
from renlin.simulation.network import lay_out
from renlin.simulation.observation import stage
from renlin.simulation.population import residents
from renlin.simulation.scene import limits_of, scene

NIGHT, SEEDS = 1.0, range(2)
LIN, ZHAO, ZHOU, WU = "hu-lin", "hu-zhao", "zhou-helps", "wu-helps"
CORNER = 500050.0  # where path-b from the door of Wu meets the main lane
SPEED, UNLOCK, LOADING = 1.3, 30.0, 30.0
CARRIED_LEVEL, CARRIED_DOWN, PREPARATION = 0.6, 0.2, 60.0
ON_STAIRS = 4 * court.FLIGHT / CARRIED_DOWN
STAND = row(
    "net.dest.add", "facilities/carts",
    kind="shared_vehicle", name="车", x=CORNER, y=3500000.0, capacity=1,
)  # fmt: skip
POINT = row(
    "net.dest.add", "facilities/socket",
    kind="charging_point", name="充", x=CORNER, y=3500000.0, capacity=1,
)  # fmt: skip


def made(place: Community, *edits) -> Community:
    """Return ``place`` under a scheme of ``edits``."""
    return apply(Scheme(code="carts", zh="转运车", en="carts", edit=edits), place)


def stand(**facts):
    """Return the edit of a stand with other facts than ``STAND``."""
    return STAND.model_copy(update={"row": {**STAND.row, **facts}})


def abed(*persons: str, bedridden: tuple[str, ...] = ("lin",)):
    """Return the findings of needs where these live alone in Willow and some cannot get up."""
    who = court.only(*persons)
    table = who.profiles.table
    kind = table["class"].mask(table["person"].isin(bedridden), "bedridden")
    who.profiles = replace(who.profiles, table=table.assign(**{"class": kind}))
    return who


ALL_THREE = ("lin", "zhou-1", "wu")


def helped(**numbers: float) -> Community:
    """Return plain Willow at night where Zhou and Wu come for Lin, and every vehicle is ready."""
    place = court.under(court.without_staff(court.plain()), "gate")
    place = court.pairs(place, (LIN, ZHOU, "primary"), (LIN, WU, "second"))
    sure = {
        "vehicle_ready_uncharged": 1.0, "vehicle_speed": SPEED, "vehicle_unlock": UNLOCK,
        "vehicle_loading": LOADING, "carry_speed_level": CARRIED_LEVEL,
    }  # fmt: skip
    return court.numbers(place, **{**sure, **numbers})


def run(place: Community, who=None, seeds: range = SEEDS, scenario=None, **schemes) -> Simulated:
    """Return the earthquake at night in ``place`` under schemes of edits."""
    worlds = {code: made(place, *edits) for code, edits in schemes.items()}
    return court.run(
        place, scenario or court.quake(NIGHT), schemes=worlds, who=who or abed(*ALL_THREE),
        seeds=seeds,
    )  # fmt: skip


def used(found: Simulated, scheme: str, kind: str = "earthquake") -> float:
    """Return how many vehicles were used in a run, on average."""
    return found.groups.provenance.parameters["runs"][f"{scheme}/{kind}"]["vehicles_used"]


def same(found: Simulated, scheme: str, kind: str = "earthquake") -> bool:
    """Return whether everybody's time is the same bytes under a scheme as today."""
    base, other = (found.times[code, kind] for code in ("base", scheme))
    return base.tobytes() == other.tobytes()


def from_wu() -> float:
    """Return the seconds Wu needs from his flat to the door of Lin in the dark."""
    dark_path = 10.0 / court.willow().catalogue.number("dark_speed_factor")
    level = 3.0 + 2.0 + dark_path + 30.0 + 10.0 + 1.0 + 3.0
    return level + 4 * court.FLIGHT / court.STAIRS


def test_who_passes_the_stand_brings_the_vehicle_and_lin_rolls_where_she_was_carried() -> None:
    found = run(helped(), carts=(STAND,))
    row_ = court.household(found, LIN, "carts")
    assert row_["wait_p50"] == pytest.approx(from_wu() + UNLOCK, abs=1.0)
    assert row_["prepare_p50"] == pytest.approx(PREPARATION + LOADING)
    assert row_["stairs_p50"] == pytest.approx(ON_STAIRS, abs=1.0)
    assert row_["lanes_p50"] == pytest.approx(court.TO_SHELTER / SPEED, abs=1.5)
    whole = from_wu() + UNLOCK + PREPARATION + LOADING + ON_STAIRS + court.TO_SHELTER / SPEED
    assert row_["p50"] == pytest.approx(whole, abs=2.0)
    today = court.household(found, LIN)
    assert today["lanes_p50"] == pytest.approx(court.TO_SHELTER / CARRIED_LEVEL, abs=1.5)
    assert used(found, "carts") == 1.0


def test_who_would_wait_at_the_door_for_the_other_fetches_a_vehicle_near_by() -> None:
    """Zhou lives beside Lin, and Wu has far to come: down to the street door and back."""
    found = run(helped(), carts=(stand(x=500020.0, y=3500010.0),))
    row_ = court.household(found, LIN, "carts")
    there_and_back = 2.0 * (4 * court.FLIGHT / court.STAIRS + 3.0 + 1.0) + UNLOCK
    assert row_["wait_p50"] == pytest.approx(max(from_wu(), there_and_back), abs=1.0)
    assert row_["lanes_p50"] == pytest.approx(court.TO_SHELTER / SPEED, abs=1.5)


@given(east=st.floats(0.0, 140.0))
def test_a_vehicle_is_fetched_where_that_saves_time_and_left_where_it_does_not(east) -> None:
    """From the corner Wu goes east and back again, or west past the path to Lin and back."""
    detour = 2.0 * max(east - 50.0, 20.0 - east, 0.0)
    saved = court.TO_SHELTER / CARRIED_LEVEL - court.TO_SHELTER / SPEED
    gain = saved - detour - UNLOCK - LOADING
    assume(abs(gain) > 25.0)  # the nearest junction may be ten metres off
    found = run(helped(), carts=(stand(x=500000.0 + east),))
    assert used(found, "carts") == float(gain > 0.0)
    now, then = (court.household(found, LIN, code)["p50"] for code in ("base", "carts"))
    assert then <= now
    if gain <= 0.0:
        assert same(found, "carts")


@pytest.mark.parametrize(
    "facts",
    [{"capacity": None}, {"capacity": 0}, {"state": "closed"}, {"state": "planned"},
     {"open_hours": "08:00-17:00"}, {"hazards": "flood"}, {"x": 500080.0, "y": 3500070.0}],
    ids=["capacity unknown", "empty", "closed", "planned", "shut at night", "for floods only",
         "no way there"],
)  # fmt: skip
def test_a_stand_that_is_not_surely_of_use_changes_nothing(facts) -> None:
    kept = {key: value for key, value in {**STAND.row, **facts}.items() if value is not None}
    edit = STAND.model_copy(update={"row": kept})
    assert same(run(helped(), carts=(edit,)), "carts")


def test_a_stand_of_which_nobody_knows_the_vehicles_is_counted() -> None:
    kept = {key: value for key, value in STAND.row.items() if key != "capacity"}
    unknown = STAND.model_copy(update={"key": "some", "row": kept})
    found = run(helped(), unknown=(unknown,), both=(unknown, STAND))
    runs = found.groups.provenance.parameters["runs"]
    told = [
        runs[f"{code}/earthquake"]["stands_of_unknown_capacity"] for code in ("unknown", "both")
    ]
    assert told == [1.0, 1.0]
    assert (used(found, "unknown"), used(found, "both")) == (0.0, 1.0)


def test_other_facilities_are_no_vehicles() -> None:
    shed = POINT.model_copy(update={"row": {**POINT.row, "kind": "charging_shed"}})
    found = run(helped(), socket=(POINT,), shed=(shed,))
    assert same(found, "socket")
    assert same(found, "shed")
    assert "vehicles_used" not in found.groups.provenance.parameters["runs"]["socket/earthquake"]


def test_who_has_wheels_of_their_own_takes_no_vehicle() -> None:
    found = run(helped(), who=court.only(*ALL_THREE), carts=(STAND,))
    assert same(found, "carts")
    assert used(found, "carts") == 0.0


def two_abed() -> Community:
    """Return the place where Zhou and Wu fetch Lin first and Zhao after her."""
    place = helped()
    pairs = [(home, who, role) for home in (LIN, ZHAO)
             for who, role in ((ZHOU, "primary"), (WU, "second"))]  # fmt: skip
    return court.table(court.pairs(place, *pairs), "helpers", capacity=2)


def test_one_vehicle_serves_one_party_the_first_in_the_order_of_help() -> None:
    who = abed("lin", "zhao", "zhou-1", "wu", bedridden=("lin", "zhao"))
    found = run(two_abed(), who, one=(STAND,), two=(stand(capacity=2),))
    assert (used(found, "one"), used(found, "two")) == (1.0, 2.0)
    lanes = {
        (home, code): court.household(found, home, code)["lanes_p50"]
        for home in (LIN, ZHAO)
        for code in ("one", "two")
    }
    rolled, carried = court.TO_SHELTER / SPEED, court.TO_SHELTER / CARRIED_LEVEL
    assert lanes[LIN, "one"] == pytest.approx(rolled, abs=1.5)
    assert lanes[ZHAO, "one"] == pytest.approx(carried, abs=1.5)
    assert lanes[LIN, "two"] == lanes[LIN, "one"]
    assert lanes[ZHAO, "two"] == pytest.approx(rolled, abs=1.5)


@pytest.mark.parametrize("width", [1.0, 1.3])
def test_a_lane_too_narrow_for_it_leaves_the_vehicle_at_its_stand(width) -> None:
    place = court.cell(helped(vehicle_width=1.2), "gates", "east", "width", width)
    found = run(place, carts=(STAND,))
    assert court.household(found, LIN, "carts")["arrived_share"] == 1.0
    assert used(found, "carts") == float(width >= 1.2)
    assert same(found, "carts") == (width < 1.2)


@pytest.mark.parametrize("wheelchair", ["yes", "no"])
def test_steps_on_the_way_leave_the_vehicle_at_its_stand_unless_there_is_a_ramp(wheelchair) -> None:
    place = court.cell(helped(), "walks", "path-a", "steps", 3)
    place = court.cell(place, "walks", "path-a", "wheelchair", wheelchair)
    found = run(place, carts=(STAND,))
    assert used(found, "carts") == float(wheelchair == "yes")


def test_a_vehicle_wider_than_the_stair_waits_out_of_doors() -> None:
    place = court.cell(helped(vehicle_width=1.2), "entrances", "A-1", "stair_width", 1.0)
    found = run(place, carts=(STAND,))
    assert used(found, "carts") == 1.0
    assert court.household(found, LIN, "carts")["arrived_share"] == 1.0


@pytest.mark.parametrize("depth", [0.05, 0.4])
def test_water_too_deep_for_wheels_leaves_the_vehicle_at_its_stand(depth) -> None:
    place = court.cell(helped(), "households", LIN, "dwelling", "A-1-101")
    flood = court.scenario(
        "flood", NIGHT, places={"east": "main-east", "west": "main-west"}, depth=depth
    )
    found = run(place, scenario=flood, carts=(stand(hazards="flood"),))
    assert used(found, "carts", "flood") == float(depth < 0.1)
    assert same(found, "carts", "flood") == (depth > 0.1)


def test_rescuers_who_are_there_first_carry_and_no_vehicle_is_fetched() -> None:
    at_once = {
        "detection_with_alarm": 0.0, "detection_without_alarm": 0.0, "fire_service_notice": 0.0,
        "fire_service_turnout": 0.0, "fire_service_arrival": 0.0, "search_per_floor": 1.0,
    }  # fmt: skip
    quick = court.scenario(
        "stair_fire", NIGHT, places={"entrance": "B-1"}, leave_radius=500.0, **at_once
    )
    found = run(helped(), scenario=quick, carts=(STAND,))
    assert court.household(found, LIN, "carts")["rescued_share"] == 1.0
    assert used(found, "carts", "stair_fire") == 0.0
    assert same(found, "carts", "stair_fire")


def test_a_vehicle_without_charge_is_drawn_with_the_same_luck_under_every_scheme() -> None:
    place = helped(vehicle_ready_uncharged=0.5)
    bench = cell("behav.rest_block", "walks/main-east/seat", None, True)
    found = run(place, seeds=range(12), one=(STAND,), other=(STAND, bench), charged=(STAND, POINT))
    took = {code: _took(found, code) for code in ("one", "other", "charged")}
    assert 0 < took["one"].sum() < 12
    assert (took["one"] == took["other"]).all()
    assert took["charged"].all()


def test_a_point_keeps_as_many_vehicles_charged_as_it_has_places_and_no_further_stand() -> None:
    place = helped(vehicle_ready_uncharged=0.0)
    far = POINT.model_copy(update={"row": {**POINT.row, "x": CORNER + 31.0}})
    found = run(place, none=(STAND,), here=(STAND, POINT), beyond=(STAND, far))
    assert [used(found, code) for code in ("none", "here", "beyond")] == [0.0, 1.0, 0.0]


def test_one_point_of_two_places_charges_two_of_the_three_vehicles_nearest_to_it() -> None:
    point = POINT.model_copy(update={"row": {**POINT.row, "capacity": 2}})
    place = made(helped(), stand(capacity=1), point, _other_stand())
    vehicles = _scene(place).fleet
    assert vehicles.n == 3
    assert vehicles.charged.tolist() == [True, True, False]


def test_adding_vehicles_or_charge_never_takes_one_away_that_was_ready() -> None:
    place = helped(vehicle_ready_uncharged=0.5)
    few = _scene(made(place, STAND)).fleet
    more = _scene(made(place, stand(capacity=3), POINT)).fleet
    for seed in range(20):
        luck = draw_seeds(_who(place), place.catalogue, [seed]).luck[seed]
        one = few.ready(luck.also({"vehicle": few.keys}))
        other = more.ready(luck.also({"vehicle": more.keys}))
        assert (one <= other).all()


def test_an_improvement_with_a_stand_does_what_the_scheme_of_its_edits_does() -> None:
    place = made(helped(), STAND)
    who, ground = _who(place), lay_out(place)
    limit = limits_of(place, ground, who)
    event = court.quake(NIGHT)
    own = stage(scene(place, ground, limit, who, event))
    today = Today(place, who, event, limit, own, elements(ground))
    element = Element("gate", "east")
    edits = improvement(place, element, today.scene.site.there)
    drawn = draw_seeds(who, place.catalogue, SEEDS)
    quick = run_all(
        improved(today, [element], edits), drawn, whole=False, count=Counter("", 0, None)
    )
    whole = court.run(
        place, event, schemes={"wide": made(place, *edits)}, who=abed(*ALL_THREE), seeds=SEEDS
    )
    for one, times in zip(quick, whole.times["wide", "earthquake"], strict=True):
        assert one.persons.time.tobytes() == times.tobytes()
        assert one.counts["vehicles_used"] == 1.0


def _took(found: Simulated, scheme: str) -> np.ndarray:
    """Return in which runs Lin is faster than today."""
    lin = list(found.person_ids).index("lin")
    times = [found.times[code, "earthquake"][:, lin] for code in ("base", scheme)]
    return times[1] < times[0]


def _other_stand():
    return STAND.model_copy(
        update={"key": "more-carts", "row": {**STAND.row, "x": CORNER + 20.0, "capacity": 2}}
    )


def _who(place: Community):
    return residents(place, abed(*ALL_THREE))


def _scene(place: Community):
    who, ground = _who(place), lay_out(place)
    return scene(place, ground, limits_of(place, ground, who), who, court.quake(NIGHT))
