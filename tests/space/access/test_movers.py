"""Hoses, engines and fetched devices: who moves, how, and what that changes."""

from dataclasses import replace

import numpy as np
import pytest
from tests.community.drawn import facility, walk, willow
from tests.space.street import covered, gate, street

from renlin.community.assembly import flight_length
from renlin.community.driving import driven, layers
from renlin.space.access.coverage import responder

CATALOGUE = willow().catalogue
NUMBER = CATALOGUE.number
INDOORS = NUMBER("hall_length") + NUMBER("threshold_length") + 4
KIND = responder(CATALOGUE)


def only(kind, at=100, **facts):
    return [facility("f", kind, at, 0, **facts)]


class TestHose:
    def test_it_is_laid_along_the_way_and_up_the_stair(self):
        row = covered(street(facilities=only("hydrant")), ("p", "h", "adult"), kind="hydrant")
        metres = 100 + INDOORS + 2 * flight_length(NUMBER)
        assert row.loc["p", "time_pessimistic"] == pytest.approx(metres)
        assert row.loc["p", ["state", "limit"]].tolist() == ["covered", 150.0]

    def test_neither_grass_nor_steps_nor_a_narrow_lane_make_it_longer(self):
        for facts in ({"surface": "grass"}, {"steps": 5, "wheelchair": "no"}, {"width": 0.7}):
            way = [walk("w", (0, 0), (100, 0), **facts)]
            row = covered(
                street(way=way, facilities=only("hydrant")), ("p", "h", "adult"), kind="hydrant"
            ).loc["p"]
            metres = 100 + INDOORS + 2 * flight_length(NUMBER)
            assert row["time_pessimistic"] == pytest.approx(metres)

    def test_a_circle_round_the_hydrant_covers_who_the_hose_does_not_reach(self):
        around = [walk("w", (0, 0), (0, -80), (100, -80), (100, 0))]
        place = street(way=around, facilities=only("hydrant"))
        row = covered(place, ("p", "h", "adult"), kind="hydrant").loc["p"]
        assert row["straight_m"] < 150 < row["time_pessimistic"]
        assert (row["state"], row["reason"]) == ("not_covered", "too_far")

    def test_a_locked_gate_stops_it(self):
        place = street(gates=[gate(locked=True)], facilities=only("hydrant"))
        row = covered(place, ("p", "h", "adult"), kind="hydrant").loc["p"]
        assert (row["state"], row["reason"]) == ("not_covered", "gate_locked")


class TestFetching:
    def test_there_and_back_is_the_sum_of_both(self):
        place = street(facilities=only("aed", 40))
        row = covered(place, ("p", "h", "adult"), kind="aed").loc["p"]
        level = (40 + INDOORS) / KIND.speed_level.value
        flights = 2 * flight_length(NUMBER)
        stairs = flights / KIND.speed_up.value + flights / KIND.speed_down.value
        assert row["time_pessimistic"] == pytest.approx(2 * level + stairs)

    def test_once_within_the_limit_is_not_there_and_back_within_it(self):
        place = street(facilities=only("aed"))
        row = covered(place, ("p", "g", "adult"), kind="aed").loc["p"]
        assert row["time_pessimistic"] / 2 < 180 < row["time_pessimistic"] + 60
        assert row["state"] == ("covered" if row["time_pessimistic"] <= 180 else "not_covered")


def station(width, *, at=1500, **facts):
    """Return a street of 1,500 m and that width with a fire station at its end."""
    way = [walk("w", (0, 0), (at, 0), width=width, **facts)]
    return street(way=way, facilities=only("fire_station", at))


class TestEngine:
    def row(self, place):
        return covered(place, ("p", "g", "adult"), kind="fire_station").loc["p"]

    def test_it_drives_the_lane_and_the_crew_walks_the_rest(self):
        row = self.row(station(4.0))
        walked = INDOORS / KIND.speed_level.value
        assert row["time_pessimistic"] == pytest.approx(1500 / NUMBER("engine_speed") + walked)
        assert row["state"] == "covered"

    def test_a_lane_too_narrow_is_walked(self):
        row = self.row(station(3.9))
        assert row["time_pessimistic"] == pytest.approx((1500 + INDOORS) / KIND.speed_level.value)
        assert (row["state"], row["reason"]) == ("not_covered", "too_narrow")

    def test_a_lane_of_unknown_width_is_to_be_checked_on_site(self):
        row = self.row(station(None))
        assert (row["state"], row["reason"]) == ("unknown", "check_on_site")

    def test_steps_stop_it_whatever_their_width(self):
        row = self.row(station(6.0, steps=3, wheelchair="no"))
        assert row["time_optimistic"] > (1500 + INDOORS) / KIND.speed_level.value
        assert row["state"] == "not_covered"

    def test_who_has_left_the_engine_does_not_get_back_in(self):
        way = [
            walk("far", (200, 0), (700, 0), width=5.0),
            walk("neck", (100, 0), (200, 0), width=2.0),
            walk("near", (0, 0), (100, 0), width=5.0),
        ]
        row = self.row(street(way=way, facilities=only("fire_station", 700)))
        walked = (200 + INDOORS) / KIND.speed_level.value
        assert row["time_pessimistic"] == pytest.approx(500 / NUMBER("engine_speed") + walked)

    def test_a_wider_lane_never_makes_it_later(self):
        times = [self.row(station(width))["time_pessimistic"] for width in (2.0, 3.99, 4.0, 9.0)]
        assert times == sorted(times, reverse=True)

    def test_the_layers_are_told_apart_and_the_walked_one_keeps_its_rows(self):
        network = street().network
        two = driven(network)
        over, down = layers(two)
        assert (over.sum(), down.sum()) == (len(network.links), len(network.nodes))
        assert two.landing_of == network.landing_of
        assert (two.links["length"].to_numpy()[down] == 0).all()

    def test_a_faster_engine_of_the_catalogue_is_faster(self):
        quick = CATALOGUE.parameters["engine_speed"].model_copy(update={"value": 14.0})
        place = station(5.0)
        fast = replace(CATALOGUE, parameters={**CATALOGUE.parameters, "engine_speed": quick})
        before = self.row(place)["time_pessimistic"]
        after = self.row(replace(place, catalogue=fast))["time_pessimistic"]
        assert before - after == pytest.approx(1500 / NUMBER("engine_speed") - 1500 / 14.0)
        assert np.isfinite(after)
