"""Pipes and wires fail by cited curves, and where those end nothing is made up."""

import numpy as np
import pandas as pd
import pytest
from tests.community.drawn import box, building, drawn, line, willow

from renlin.space.risk.assets import failures, incidents, load_factor, near, quake_repairs
from renlin.space.risk.conflicts import conflicts

CATALOGUE = willow().catalogue
CURVES = CATALOGUE.failure_curves
DAY = pd.Timestamp("2026-11-01")


def pipe(name, *places, **facts):
    known = {
        "service": "water",
        "kind": "main",
        "material": "cast_iron",
        "laid": 1966,
        "diameter": 150,
    }
    return {"asset": name, **known, "geometry": line(*places) if places else None, **facts}


def town(*assets, buildings=()):
    return drawn(assets=list(assets), buildings=list(buildings))


def told(*assets, day=DAY):
    place = town(*assets)
    return failures(place["assets"], CATALOGUE, day, pgv=13.0).set_index("asset")


class TestFailures:
    def test_a_pipe_of_the_reference_age_breaks_at_the_rate_of_its_curve(self):
        row = told(pipe("w", (0, 0), (500, 0))).loc["w"]
        curve = CURVES["water_cast_iron"]
        assert (row["age"], row["length"], row["state"]) == (60.0, 500.0, "in_range")
        assert row["failures"] == pytest.approx(0.5 * curve.rate)
        assert (row["low"], row["high"]) == pytest.approx((0.5 * curve.low, 0.5 * curve.high))

    def test_the_survey_of_breaks_is_34_8_per_100_miles_and_year(self):
        assert CURVES["water_cast_iron"].rate == pytest.approx(34.8 / 160.9344, abs=1e-4)
        assert CURVES["water_plastic"].rate == pytest.approx(2.3 / 160.9344, abs=1e-4)
        assert CURVES["cable_extruded"].rate == pytest.approx(2.89 / 160.9344, abs=1e-4)

    def test_ten_years_more_mean_exp_of_ten_times_the_growth(self):
        old, new = (told(pipe("w", (0, 0), (500, 0), laid=year)).loc["w"] for year in (1956, 1966))
        growth = CURVES["water_cast_iron"].growth
        assert old["failures"] / new["failures"] == pytest.approx(np.exp(10 * growth))

    def test_an_unknown_age_leaves_the_whole_range_open(self):
        row = told(pipe("w", (0, 0), (1000, 0), laid=None)).loc["w"]
        curve = CURVES["water_cast_iron"]
        ends = [curve.growth * (a - curve.reference_age) for a in (curve.age_low, curve.age_high)]
        assert row["state"] == "age_unknown"
        assert np.isnan(row["failures"])
        assert row["low"] == pytest.approx(curve.low * np.exp(ends[0]))
        assert row["high"] == pytest.approx(curve.high * np.exp(ends[1]))

    def test_an_unknown_material_leaves_every_material_open(self):
        row = told(pipe("w", (0, 0), (1000, 0), material="unknown")).loc["w"]
        iron = told(pipe("w", (0, 0), (1000, 0))).loc["w"]
        assert row["state"] == "material_unknown"
        assert row["low"] < iron["low"]
        assert np.isnan(row["failures"])

    @pytest.mark.parametrize("facts", [{"laid": 1890}, {"laid": 2020}, {"diameter": 1200}])
    def test_outside_its_range_a_curve_says_so(self, facts):
        row = told(pipe("w", (0, 0), (1000, 0), **facts)).loc["w"]
        assert row["state"] == "beyond_range"
        assert np.isnan(row["failures"])
        assert row["low"] > 0
        assert np.isnan(row["high"])

    def test_the_ends_of_a_range_lie_inside(self):
        curve = CURVES["water_cast_iron"]
        for age in (curve.age_low, curve.age_high):
            row = told(pipe("w", (0, 0), (1000, 0), laid=DAY.year - int(age))).loc["w"]
            assert row["state"] == "in_range"

    def test_nothing_fits_nothing_is_said(self):
        row = told(pipe("w", (0, 0), (9, 0), service="communication")).loc["w"]
        assert (row["state"], row["low"]) == ("no_curve", 0.0)
        assert np.isnan(row["failures"])
        assert pd.isna(row["worn"])

    def test_a_pipe_without_course_or_length_has_a_rate_and_no_number(self):
        row = told(pipe("w")).loc["w"]
        assert row["state"] == "length_unknown"
        assert row["rate"] == pytest.approx(CURVES["water_cast_iron"].rate)
        assert np.isnan(row["failures"])
        assert told(pipe("w", length=250.0)).loc["w", "failures"] == pytest.approx(
            0.25 * row["rate"]
        )

    def test_worn_is_twice_the_rate_of_its_kind_or_older_than_the_curve(self):
        twice = int(np.ceil(np.log(2) / CURVES["water_steel"].growth)) + 35
        found = told(
            pipe("a", (0, 0), (9, 0), material="steel", laid=DAY.year - twice),
            pipe("b", (0, 0), (9, 0), material="steel", laid=DAY.year - twice + 1),
            pipe("c", (0, 0), (9, 0), material="galvanised", kind="riser", diameter=40, laid=1950),
            pipe("d", (0, 0), (9, 0), material="steel", laid=None),
        )["worn"]
        assert found.loc[["a", "b", "c"]].tolist() == [True, False, True]
        assert pd.isna(found.loc["d"])

    def test_a_check_is_counted_from_its_day_and_never_is_unknown(self):
        found = told(pipe("a", (0, 0), (9, 0), checked_on="2026-10-22"), pipe("b", (0, 0), (9, 0)))
        assert found.loc["a", "checked_days"] == 10
        assert np.isnan(found.loc["b", "checked_days"])


class TestLoad:
    def test_up_to_the_rated_load_nothing_is_added(self):
        curve = CURVES["transformer_oil"]
        assert [load_factor(curve, k) for k in (np.nan, 0.3, 1.0)] == [(1.0, 1.0)] * 3

    def test_six_degrees_more_age_the_insulation_twice_as_fast(self):
        share = (84 / 78) ** (1 / 1.6)
        assert load_factor(CURVES["transformer_oil"], share)[1] == pytest.approx(2.0)

    def test_beyond_the_loads_of_the_guide_nothing_is_said(self):
        row = told(
            pipe(
                "t",
                service="power",
                kind="transformer",
                material="oil",
                diameter=None,
                load_share=1.8,
            )
        ).loc["t"]
        assert row["state"] == "beyond_range"


class TestQuake:
    def test_relations_are_averaged_over_those_that_hold(self):
        row = {"service": "water", "material": "cast_iron", "length": 1000.0}
        alliance = 0.00187 / 0.3048 / 2.54 * 13.0
        hazus = 0.0001 * 13.0**2.25
        assert quake_repairs(row, 13.0, CATALOGUE) == pytest.approx(
            (alliance + hazus) / 2, rel=1e-4
        )
        assert quake_repairs(row, 100.0, CATALOGUE) == pytest.approx(alliance / 13 * 100, rel=1e-4)

    def test_wires_unknown_materials_and_shaking_out_of_range_say_nothing(self):
        row = {"service": "water", "material": "cast_iron", "length": 1000.0}
        for other in ({"service": "power"}, {"material": "unknown"}, {"length": np.nan}):
            assert np.isnan(quake_repairs({**row, **other}, 13.0, CATALOGUE))
        assert np.isnan(quake_repairs(row, 1.0, CATALOGUE))


class TestIncidents:
    def test_breaks_are_shared_out_over_the_houses_near(self):
        place = town(
            pipe("w", (-50, 0), (150, 0)),
            buildings=[building("A", 0, 4), building("B", 100, 4), building("C", 100, 40)],
        )
        table = failures(place["assets"], CATALOGUE, DAY, pgv=13.0)
        found = incidents(table, place["assets"], place["buildings"], CATALOGUE)
        share = CATALOGUE.asset_incidents["water"].share
        assert found["building"].tolist() == ["A", "B"]
        assert set(found["family"]) == {"flood"}
        assert found["incidents"].sum() == pytest.approx(table["failures"].iloc[0] * share)

    def test_what_is_not_known_counts_at_its_lower_bound(self):
        place = town(pipe("w", (-50, 0), (150, 0), laid=None), buildings=[building("A", 0, 4)])
        table = failures(place["assets"], CATALOGUE, DAY, pgv=13.0)
        found = incidents(table, place["assets"], place["buildings"], CATALOGUE)
        share = CATALOGUE.asset_incidents["water"].share
        assert found["incidents"].iloc[0] == pytest.approx(table["low"].iloc[0] * share)

    def test_a_device_counts_where_it_stands_and_several_for_one_house(self):
        place = town(
            pipe("r1", kind="riser", buildings="A", length=9.0),
            pipe("r2", kind="riser", buildings="A", length=9.0),
            buildings=[building("A", 0, 4)],
        )
        assert near(place["assets"], place["buildings"], CATALOGUE)["asset"].tolist() == [
            "r1",
            "r2",
        ]


class TestConflicts:
    def found(self, *assets, buildings=()):
        place = town(*assets, buildings=buildings)
        table = conflicts(place["assets"], place["buildings"], CATALOGUE)
        return table.set_index("conflict")

    def test_a_water_main_that_crosses_a_cable(self):
        found = self.found(
            pipe("w", (0, 0), (100, 0)),
            pipe("p", (50, -20), (50, 20), service="power", kind="cable"),
        )
        assert found.index.tolist() == ["crossing:p:w"]
        at = found["geometry"].iloc[0]
        assert (at.x - 500_000, at.y - 3_500_000) == pytest.approx((50, 0))

    def test_a_run_nearer_than_the_clearance_and_long_enough(self):
        gas = {"service": "gas", "material": "pe"}
        near_ = self.found(pipe("w", (0, 0), (100, 0)), pipe("g", (0, 0.4), (100, 0.4), **gas))
        assert near_.index.tolist() == ["parallel:g:w"]
        assert near_["distance"].iloc[0] == pytest.approx(0.4)
        assert near_["length"].iloc[0] >= 100
        apart = self.found(pipe("w", (0, 0), (100, 0)), pipe("g", (0, 0.6), (100, 0.6), **gas))
        assert len(apart) == 0
        short = self.found(pipe("w", (0, 0), (100, 0)), pipe("g", (0, 0.4), (3, 0.4), **gas))
        assert len(short) == 0

    def test_a_gas_pipe_under_a_house_it_does_not_serve(self):
        gas = {"service": "gas", "material": "pe"}
        house = [building("A", 0, 4)]
        found = self.found(pipe("g", (-20, 8), (20, 8), **gas), buildings=house)
        assert found.index.tolist() == ["under_building:g:A"]
        assert found["length"].iloc[0] == pytest.approx(10.0)
        serving = self.found(pipe("g", (-20, 8), (20, 8), buildings="A", **gas), buildings=house)
        assert len(serving) == 0

    def test_pipes_of_one_service_join_and_do_not_cross(self):
        assert len(self.found(pipe("a", (0, 0), (9, 0)), pipe("b", (5, -5), (5, 5)))) == 0

    def test_a_place_without_lines_has_no_conflict(self):
        assert len(self.found(pipe("r", buildings="A"), buildings=[building("A", 0, 4)])) == 0
        assert len(self.found()) == 0

    def test_a_house_in_pieces_is_one_house(self):
        far = building("A", 0, 4, geometry=box(-5, 4, 5, 12).union(box(20, 4, 30, 12)))
        found = self.found(
            pipe("g", (-20, 8), (40, 8), service="gas", material="pe"), buildings=[far]
        )
        assert found["length"].tolist() == pytest.approx([20.0])
