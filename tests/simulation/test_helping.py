"""Grandma Lin cannot walk: who comes, how long it takes, and what if nobody does."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from tests.simulation import court

NIGHT = 1.0
LIN, ZHOU, WU = "hu-lin", "zhou-helps", "wu-helps"


@pytest.fixture(scope="module")
def alone():
    """Return plain Willow without staff, its east gate open at night."""
    return court.under(court.without_staff(court.plain()), "gate")


def test_lin_waits_for_her_two_helpers_is_carried_and_arrives(alone):
    place = court.pairs(alone, (LIN, ZHOU, "primary"), (LIN, WU, "second"))
    found = court.run(place, court.quake(NIGHT), who=court.only("lin", "zhou-1", "wu"))
    row = court.household(found, LIN)
    dark_path = 10.0 / alone.catalogue.number("dark_speed_factor")
    two_steps = 1.0 / court.STAIRS
    from_wu = 3.0 + two_steps + dark_path + 30.0 + 10.0 + 1.0 + 3.0
    assert row["helper_used_share"] == 1.0
    assert row["arrived_share"] == 1.0
    assert row["wait_p50"] == pytest.approx(from_wu + 4 * court.FLIGHT / court.STAIRS, abs=0.5)
    assert row["prepare_p50"] == pytest.approx(60.0)
    assert row["stairs_p50"] == pytest.approx(4 * court.FLIGHT / (court.STAIRS * 0.2 / 0.5), abs=1)
    assert row["lanes_p50"] == pytest.approx(court.TO_SHELTER, abs=1.5)


def test_one_helper_of_two_cannot_carry_lin_and_leaves_in_the_end(alone):
    place = court.pairs(alone, (LIN, ZHOU, "primary"))
    found = court.run(place, court.quake(NIGHT), who=court.only("lin", "zhou-1"))
    lin, zhou = court.person(found, "lin"), court.person(found, "zhou-1")
    assert (lin["arrived_share"], lin["reason"]) == (0.0, "no_helper")
    assert lin["mean_time"] == 1800.0
    stands_by = alone.catalogue.number("helper_stands_by")
    assert zhou["mean_time"] > stands_by
    assert zhou["arrived_share"] == 1.0


def test_without_pairs_nobody_comes_for_lin(alone):
    found = court.run(court.pairs(alone), court.quake(NIGHT), who=court.only("lin", "zhou-1"))
    assert court.person(found, "lin")["reason"] == "no_helper"
    assert court.person(found, "zhou-1")["mean_time"] < 300.0


def test_in_a_fire_rescuers_fetch_lin_when_no_helper_does(alone):
    fire = court.scenario("stair_fire", NIGHT, places={"entrance": "B-1"}, leave_radius=500.0)
    found = court.run(court.pairs(alone), fire, who=court.only("lin"))
    row = court.household(found, LIN)
    assert (row["rescued_share"], row["helper_used_share"]) == (1.0, 0.0)
    kind = alone.catalogue.scenarios["stair_fire"].parameters
    steps = ("detection_without_alarm", "fire_service_notice", "fire_service_turnout",
             "fire_service_arrival")  # fmt: skip
    inside = 60.0 + alone.catalogue.number("gate_depth")  # from the gate on foot, 1 m/s
    there = sum(kind[name].value for name in steps) + inside + 3 * kind["search_per_floor"].value
    assert row["premove_p50"] + row["wait_p50"] == pytest.approx(there, abs=1.0)


def test_staff_at_a_post_fill_in_for_a_missing_second_helper():
    place = court.under(court.plain(), "gate")
    assert place["helpers"].set_index("helper").loc["duty", "night"] == False  # noqa: E712
    by_day = court.cell(place, "helpers", ZHOU, "day", True)
    found = court.run(by_day, court.quake(14.0), who=court.only("lin", "zhou-1"))
    assert court.household(found, LIN)["helper_used_share"] == 1.0
    none = court.run(
        court.without_staff(by_day), court.quake(14.0), who=court.only("lin", "zhou-1")
    )
    assert court.household(none, LIN)["helper_used_share"] == 0.0


def test_a_helper_whose_strength_is_unknown_is_not_counted_on_to_carry(alone):
    place = court.pairs(alone, (LIN, ZHOU, "primary"), (LIN, WU, "second"))
    place = court.cell(place, "helpers", WU, "strong", None)
    found = court.run(place, court.quake(NIGHT), who=court.only("lin", "zhou-1", "wu"))
    assert court.household(found, LIN)["helper_used_share"] == 0.0


def test_a_helper_who_is_not_there_by_day_does_not_come_by_day(alone):
    place = court.pairs(alone, (LIN, ZHOU, "primary"), (LIN, WU, "second"))
    found = court.run(place, court.quake(14.0), who=court.only("lin", "zhou-1", "wu"))
    assert court.household(found, LIN)["helper_used_share"] == 0.0


def test_helpers_fetch_one_household_after_the_other_in_the_same_order(alone):
    place = court.pairs(
        alone, (LIN, ZHOU, "primary"), (LIN, WU, "second"), ("hu-zhao", WU, "primary")
    )
    found = court.run(place, court.quake(NIGHT), who=court.only("lin", "zhao", "zhou-1", "wu"))
    lin, zhao = court.household(found, LIN), court.household(found, "hu-zhao")
    assert lin["helper_used_share"] == zhao["helper_used_share"] == 1.0
    assert zhao["helper_p50"] > lin["p50"]


def test_who_can_walk_leaves_alone_when_the_agreed_helper_stays_away(alone):
    place = court.pairs(alone, ("hu-zhao", WU, "primary"))
    place = court.numbers(place, helper_available_night=0.0, wait_for_helper=300.0)
    found = court.run(place, court.quake(NIGHT), who=court.only("zhao", "wu"))
    row = court.household(found, "hu-zhao")
    assert (row["arrived_share"], row["helper_used_share"]) == (1.0, 0.0)
    assert row["wait_p50"] == pytest.approx(0.0, abs=1.0)


def test_able_members_of_the_household_help_their_own(alone):
    who = court.only("lin", "zhou-1", "zhou-2")
    home = who.profiles.table.assign(household="hu-lin")
    who.profiles = replace(who.profiles, table=home)
    found = court.run(court.pairs(alone), court.quake(NIGHT), who=who)
    times = {court.person(found, name)["mean_time"] for name in ("lin", "zhou-1", "zhou-2")}
    assert len(times) == 1
    assert times.pop() < 1800.0


def test_a_wheelchair_user_on_the_ground_floor_without_steps_is_pushed_not_carried(alone):
    place = court.cell(alone, "households", LIN, "dwelling", "A-1-101")
    place = court.pairs(place, (LIN, WU, "primary"))
    found = court.run(place, court.quake(NIGHT), who=court.only("lin", "wu"))
    row = court.household(found, LIN)
    assert (row["arrived_share"], row["helper_used_share"]) == (1.0, 1.0)
    assert row["prepare_p50"] == 0.0


def test_a_faster_way_to_carry_shortens_the_stairs_in_proportion(alone):
    place = court.pairs(alone, (LIN, ZHOU, "primary"), (LIN, WU, "second"))
    faster = court.numbers(place, carry_speed_stairs=0.4, carry_preparation=30.0)
    found = court.run(
        place, court.quake(NIGHT), schemes={"chairs": faster},
        who=court.only("lin", "zhou-1", "wu"),
    )  # fmt: skip
    base, chairs = (court.household(found, LIN, code) for code in ("base", "chairs"))
    assert chairs["stairs_p50"] == pytest.approx(base["stairs_p50"] / 2, abs=1.0)
    assert chairs["prepare_p50"] == 30.0


@pytest.mark.parametrize("unit", ["A-1", "B-1"])
def test_who_waits_for_helpers_takes_the_rescuers_when_they_come_first(unit):
    """In her own burning stair one helper reaches Lin and the other cannot.

    Clearance of the whole, and her own, grow by no more than the slower pace of three; the
    helper who stands by her is out as late as she is.
    """
    place = court.under(court.without_staff(court.plain()), "gate")
    alone = court.pairs(place)
    helped = court.pairs(
        place, ("hu-lin", "zhou-helps", "primary"), ("hu-lin", "wu-helps", "backup")
    )
    fire = court.scenario("stair_fire", 2.0, places={"entrance": unit})
    found = court.run(alone, fire, schemes={"helped": helped}, seeds=range(6))
    before, after = (court.person(found, "lin", code) for code in ("base", "helped"))
    assert after["arrived_share"] == before["arrived_share"]
    assert after["mean_time"] <= before["mean_time"] + 10.0
    last = [np.nanmax(found.times[code, "stair_fire"], axis=1) for code in ("base", "helped")]
    assert (last[1] <= last[0] + 10.0).all()
