"""The check-list of a ground: yes, no and unknown, with evidence, the cheapest fix and a question."""

import pytest
from tests.community.drawn import box, building, facility, walk
from tests.space.street import ground, street

from renlin.space.grounds.assess import _around
from renlin.space.grounds.fitness import cheapest, fitness


def checks(space=None, **rows):
    place = street(spaces=[ground(**(space or {}))], **rows)
    return fitness(_around(place), place.catalogue).set_index("check")


def answer(check, space=None, **rows):
    return checks(space, **rows).loc[check, "answer"]


class TestAnswers:
    def test_what_nobody_looked_at_is_unknown_and_asked(self):
        rows = checks()
        for check in ("power", "shade", "drained", "toilet", "water", "hydrant"):
            assert rows.loc[check, "answer"] == "unknown", check
            assert rows.loc[check, "question_zh"]
            assert rows.loc[check, "question_en"]
            assert rows.loc[check, "fix"] == ""

    def test_a_survey_goes_before_what_stands_around(self):
        near = [facility("t", "toilet", 100, 0)]
        assert answer("toilet", facilities=near) == "yes"
        assert answer("toilet", {"toilet": False}, facilities=near) == "no"

    def test_a_toilet_far_away_is_none_and_one_that_is_closed_neither(self):
        assert answer("toilet", facilities=[facility("t", "toilet", 400, 0)]) == "no"
        assert (
            answer("toilet", facilities=[facility("t", "toilet", 100, 0, state="closed")]) == "no"
        )

    def test_a_toilet_with_unknown_steps_is_no_proof_for_wheelchairs(self):
        def with_steps(**facts):
            return answer(
                "accessible_toilet", facilities=[facility("t", "toilet", 100, 0, **facts)]
            )

        assert with_steps() == "unknown"
        assert with_steps(step_free=True) == "yes"
        assert with_steps(step_free=False) == "no"

    def test_width_is_that_of_the_widest_way_in(self):
        rows = checks()
        assert rows.loc["entrance_width", ["answer", "value", "needed"]].tolist() == [
            "yes",
            2.0,
            1.8,
        ]
        narrow = [walk("street", (0, 0), (100, 0), width=1.5)]
        assert answer("entrance_width", way=narrow) == "no"
        unmeasured = [*narrow, walk("other", (100, 60), (100, 5), width=None)]
        assert answer("entrance_width", way=unmeasured) == "unknown"

    def test_steps_alone_lead_to_no_step_free_way_in(self):
        stairs = [walk("street", (0, 0), (100, 0), kind="steps", steps=8)]
        assert answer("step_free", way=stairs) == "no"
        assert answer("step_free") == "yes"
        assert answer("step_free", way=[walk("street", (0, 0), (100, 0), steps=None)]) == "unknown"

    def test_a_slope_of_one_in_twelve_passes_and_a_steeper_one_does_not(self):
        assert answer("entrance_slope", {"entrance_slope": 1 / 12}) == "yes"
        assert answer("entrance_slope", {"entrance_slope": 0.1}) == "no"

    def test_a_fire_engine_needs_a_lane_of_four_metres(self):
        def lane(**facts):
            return answer("fire_lane", way=[walk("street", (0, 0), (100, 0), kind="lane", **facts)])

        assert lane(width=4.0) == "yes"
        assert lane(width=3.9) == "no"
        assert lane(width=None) == "unknown"
        assert answer("fire_lane") == "unknown"

    def test_a_house_of_thirty_metres_beside_it_falls_on_it(self):
        tall = [building("A", 0, 4), building("T", 100, 12, height=60.0)]
        assert answer("falling", buildings=tall) == "no"
        assert answer("falling") == "yes"

    def test_a_house_of_unknown_height_beside_it_decides_nothing(self):
        houses = [building("A", 0, 4, height=60.0), building("T", 100, 12, floors=None)]
        assert answer("falling", buildings=houses) == "unknown"

    def test_an_open_hazard_beside_it_is_a_no_a_closed_one_a_yes_and_none_at_all_no_answer(self):
        def hazard(**facts):
            row = {"hazard": "h", "kind": "gas_hose", "place": "square", "place_table": "spaces",
                   "severity": 3, "inspected_on": "2026-05-01", "inspector": "street"}  # fmt: skip
            return answer("hazards_beside", hazards=[row | facts])

        assert hazard() == "no"
        assert hazard(closed_on="2026-06-01") == "yes"
        assert answer("hazards_beside") == "unknown"

    def test_a_hall_is_a_roof(self):
        assert answer("shade", {"kind": "hall"}) == "yes"
        assert answer("shade", {"kind": "hall", "shade": False}) == "no"


class TestFixes:
    def test_a_no_names_the_cheapest_fix_with_cost_and_source(self):
        row = checks({"drained": False}).loc["drained"]
        assert row["fix"] == "drain_grate"
        assert (row["cost_low"], row["cost"], row["cost_high"]) == (1500.0, 3000.0, 8000.0)
        assert row["cost_source"] == "assumption"
        assert row["lever"] == "hazard.flood_depth"

    def test_a_fix_without_known_cost_comes_after_every_one_that_has_one(self):
        catalogue = street().catalogue
        assert cheapest(["sponge_module", "drain_grate"], catalogue)[0] == "drain_grate"
        assert cheapest(["no_such_thing"], catalogue) == ("", None)

    def test_every_check_names_hazards_and_a_clause_where_a_standard_decides(self):
        rows = checks()
        assert (rows["hazards"] != "").all()
        assert rows.loc["entrance_width", "clause"] == "GB 55019-2021 2.2.2"
        assert not rows.loc["entrance_width", "verified"]

    def test_every_space_has_every_check_once(self):
        place = street(spaces=[ground(), ground(space="b", geometry=box(0, 40, 9, 49))])
        table = fitness(_around(place), place.catalogue)
        assert len(table) == 2 * len(place.catalogue.ground_checks)
        assert not table.duplicated(["space", "check"]).any()


def test_no_ground_no_row():
    place = street()
    assert len(fitness(_around(place), place.catalogue)) == 0


@pytest.mark.parametrize("part", ["ground_checks", "modules", "conversions", "ground_functions"])
def test_what_the_catalogue_names_exists(part):
    catalogue = street().catalogue
    columns = {c.column for c in catalogue.tables["spaces"]}
    kinds = set(
        next(c.allowed for c in catalogue.tables["spaces"] if c.column == "kind").split("|")
    )
    for entry in getattr(catalogue, part).values():
        if part == "ground_checks":
            assert not entry.column or entry.column in columns
            assert not entry.facility or entry.facility in catalogue.facilities
            assert not entry.standard or entry.standard in catalogue.standards
            assert set(entry.fixes) <= set(catalogue.modules) | set(catalogue.responses)
        elif part == "modules":
            assert not entry.lever or entry.lever in catalogue.levers
            assert set(entry.helps) <= set(catalogue.displays)
        elif part == "conversions":
            assert set(entry.kinds) <= kinds
        else:
            for supply in entry.levels.values():
                assert set(supply.spaces) <= kinds
                assert set(supply.facilities) <= set(catalogue.facilities)


def test_the_clear_share_of_a_ground_under_a_fall_zone_is_what_lies_beyond_it():
    place = street(
        spaces=[ground(geometry=box(0, 0, 10, 100))],
        buildings=[building("A", 0, 4, geometry=box(-10, -10, 20, 0), height=75.0)],
    )
    share = _around(place).clear_share.loc["square"]
    assert share["low"] == share["high"] == pytest.approx(0.5, abs=0.02)
