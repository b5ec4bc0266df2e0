"""A convertible ground stands in its everyday state until it is converted, whoever waits for it."""

from functools import cache

import pytest
from tests.simulation import court
from tests.space.street import ground, street

from renlin.community.scheme import apply
from renlin.space.grounds.assess import LUCK, _around
from renlin.space.grounds.conversion import as_scheme, convert

PLAN = {"conversion": "v", "space": "ground", "template": "school_yard_opened", "area": 600.0,
        "crew_day": 6, "crew_night": 3, "arrival_day": 0.0, "arrival_night": 0.0,
        "by": "小学", "source": "踏勘"}  # fmt: skip
DAY = 14.0


def with_plan(minutes, **facts):
    """Return the plain court whose ground has a plan and opens after so many minutes."""
    place = court.plain()
    row = street(spaces=[ground(space="ground")], conversions=[PLAN | facts])["conversions"]
    made = place.with_tables(conversions=row)
    spaces = made["spaces"].assign(opening_minutes=minutes, entrance_width=6.0)
    return made.with_tables(spaces=spaces)


def mean_time(place):
    found = court.run(place, court.scenario("local_incident", DAY, horizon=7200.0,
                                            places={"entrance": "A-1"}), seeds=range(1))  # fmt: skip
    rows = found.groups.table.query("display == 'all'")
    return float(rows["mean_time"].astype(float).mean())


@cache
def after(minutes):
    return mean_time(with_plan(minutes))


def test_a_ground_without_a_plan_is_open_whatever_its_opening_time():
    place = court.plain()
    spaces = place["spaces"].assign(opening_minutes=60.0)
    assert mean_time(place.with_tables(spaces=spaces)) == mean_time(place)


def test_the_later_a_ground_is_converted_the_later_people_are_safe():
    assert after(0.0) < after(20.0) < after(40.0)


def test_twenty_minutes_more_of_conversion_are_twenty_minutes_more_for_who_waits_at_the_gate():
    # 17 of the 21 residents of Willow reach it; the mean counts the others at the horizon
    assert after(60.0) - after(40.0) == pytest.approx(1200.0 * 17 / 21)


def test_a_crew_that_comes_sooner_is_felt_in_the_simulated_outcome():
    def simulated(**facts):
        place = with_plan(90.0, **facts)
        done = convert(
            place["conversions"], place["spaces"], _around(place), place.catalogue, seed=LUCK
        )
        return mean_time(apply(as_scheme(done.plans, place["spaces"], night=False), place))

    assert simulated(arrival_day=0.0) < simulated(arrival_day=30.0)
