"""The whole stage on Willow, with the real needs stage: the findings of the contract, traced."""

from dataclasses import fields, replace

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
from tests.community.drawn import building, drawn, willow
from tests.space.needs_fixture import needs
from tests.space.street import gate, street

from renlin.community.scheme import apply
from renlin.finding import Finding
from renlin.needs import identify
from renlin.space import Space, assess

CONTRACT = {
    "hazard": ["building", "risk", "low", "high", "quality", "n_open", "newest", "fire", "electric",
               "structure", "flood", "access", "gas", "geometry"],
    "heat": ["row", "column", "x", "y", "value"],
    "coverage": ["person", "service", "display", "class", "entrance", "floor", "state", "reason", "time_optimistic",
                 "time_pessimistic", "facility", "straight_m", "walk_m", "limit"],
    "coverage_groups": ["service", "display", "n", "covered", "not_covered", "unknown", "covered_share", "low", "high"],
    "points": ["point", "entrance", "building", "rank", "risk", "persons", "unserved_vulnerable", "tier1", "tier2",
               "cause", "fix", "stable", "display_worst", "geometry"],
    "paper_only": ["entrance", "display", "service", "facility", "persons", "straight_m", "walk_m", "time", "limit",
                   "cause", "would_change_zh", "would_change_en", "geometry"],
    "network_gaps": ["gap", "n_nodes", "length", "n_entrances", "persons", "distance_to_main", "geometry"],
    "joins": ["join", "reason", "table", "place", "length", "view", "persons", "geometry"],
    "contradictions": ["contradiction", "space", "dimension", "rule", "needed", "offered", "gap", "persons",
                       "severity", "evidence", "responsible", "remedy", "standing", "geometry"],
    "siting": ["service", "plan", "model", "more", "mean", "worst_group_mean", "price", "uncovered_persons", "sites", "dominated"],
    "siting_changes": ["service", "plan", "before", "group", "persons", "nearer", "farther", "mean_change"],
    "siting_sites": ["service", "site", "candidate", "price", "efficiency_step", "equity_step", "newly_covered"],
    "trend": ["building", "day", "risk", "low", "high", "change", "like_for_like", "verdict"],
    "forecasts": ["building", "month", "horizon", "method", "value", "low", "high", "n_dates", "state"],
    "forecast_scores": ["horizon", "method", "chosen", "n", "error", "skill", "coverage", "verdict"],
    "risk_families": ["building", "family", "hazard", "exposed", "vulnerability", "risk", "low", "high",
                      "rates_low", "rates_high", "quality", "inspected", "residents", "harmed"],
    "risk_groups": ["display", "n", "unknown", "risk", "most", "difference", "low", "high"],
    "ground_floors": ["ground_floor", "building", "use", "hazard", "rate", "households", "persons"],
    "assets": ["asset", "service", "kind", "age", "curve", "state", "failures", "low", "high", "worn", "geometry"],
    "asset_conflicts": ["conflict", "kind", "first", "second", "distance", "needed", "clause", "geometry"],
    "lifelines": ["building", "service", "state", "node_ways", "link_ways", "single_points", "first_h"],
    "single_points": ["part", "kind", "rank", "households", "vulnerable", "services", "gap", "gap_low", "gap_high"],
    "lifeline_links": ["service", "building", "source", "target", "cost", "ways_before", "ways_after", "state"],
    "inspections": ["building", "hazard", "kind", "family", "rate", "multiplier", "share", "quality", "closed", "file", "row"],
    "fragility": ["person", "service", "display", "redundant", "robust", "sturdy", "second_time",
                  "worst_time", "worst_link"],
    "fragility_groups": ["service", "measure", "display", "n", "stands", "fails", "unknown", "stands_share",
                         "low", "high"],
    "critical_links": ["service", "link", "display", "rank", "table", "place", "persons", "persons_sure",
                       "vulnerable", "geometry"],
    "catchment": ["service", "method", "display", "n", "enough", "short", "unknown", "mean"],
    "hours": ["service", "hour", "display", "covered_share", "present", "present_uncovered", "worst"],
    "hollows": ["building", "hollow", "people", "hazard", "ties", "coverage", "stable", "high_low",
                "geometry"],
    "circles": ["service", "radius", "households", "in_circle", "wrongly_covered", "unknown", "beyond"],
    "hollow_groups": ["display", "n", "inside", "outside", "unknown", "outside_share"],
    "cube": ["place", "hour", "display", "residents", "present", "uncovered", "unknown", "at_risk"],
    "contradiction_people": ["contradiction", "display", "persons"],
    "contradiction_groups": ["dimension", "display", "n", "touched", "per_person", "gap", "gap_low", "gap_high"],
    "objections": ["objection", "contradiction", "action", "outcome"],
    "grounds": ["space", "day", "hour", "free_low", "free_high", "persons", "m2_per_person"],
    "redundancy": ["space", "standard", "state", "firm", "day", "hour", "m2_per_person", "density"],
    "left_out": ["standard", "display", "present", "placed", "left", "no_way", "unknown", "left_share", "low", "high"],
    "ground_checks": ["space", "check", "answer", "hazards", "evidence", "fix", "cost", "question_zh"],
    "conversions": ["conversion", "period", "space", "state", "crew_minutes", "p90", "persons"],
    "conversion_steps": ["conversion", "period", "step", "start", "finish", "critical", "area_open"],
    "leftovers": ["leftover", "kind", "area", "width", "sun", "to_door", "geometry"],
    "modules": ["module", "rank", "leftover", "vulnerable", "added", "display", "cost", "lever"],
    "tiers": ["function", "hour", "level", "display", "came_least", "served_most", "stuck_least", "passed_least"],
}  # fmt: skip


@pytest.fixture(scope="module")
def found():
    return assess(willow(), identify(willow()))


def table(found, name):
    return getattr(found, name).table


class TestContract:
    @pytest.mark.parametrize("name", CONTRACT)
    def test_every_finding_has_the_columns_others_read(self, found, name):
        assert set(CONTRACT[name]) <= set(table(found, name).columns)
        assert isinstance(table(found, name), gpd.GeoDataFrame) == ("geometry" in CONTRACT[name])

    def test_findings_carry_the_name_of_their_attribute(self, found):
        assert {getattr(found, item.name).name for item in fields(Space)} == {
            f"space.{item.name}" for item in fields(Space)
        }

    def test_every_number_people_read_says_how_it_was_made(self, found):
        plain = {"x", "y", "row", "age_days", "severity", "measure", "floor", "rank"}
        for item in fields(Space):
            finding = getattr(found, item.name)
            numbers = finding.table.select_dtypes("number").columns
            untold = (
                set(numbers) - set(finding.provenance.lineage) - set(finding.provenance.key) - plain
            )
            assert not untold, (item.name, untold)

    def test_lineage_names_columns_parents_and_entries_that_exist(self, found):
        stages = identify(willow())
        known = {f.name: f for f in (getattr(found, i.name) for i in fields(Space))}
        known |= {
            f.name: f
            for f in (getattr(stages, i.name) for i in fields(stages))
            if isinstance(f, Finding)
        }
        for finding in (getattr(found, item.name) for item in fields(Space)):
            for column, made in finding.provenance.lineage.items():
                assert column in finding.table.columns, (finding.name, column)
                assert made.rule
                for parent, own, theirs in made.parents:
                    assert set(own.split("+")) <= {"", *finding.table.columns}, (finding.name, own)
                    assert set(theirs.split("+")) <= {"", *known[parent].table.columns}, (
                        parent,
                        theirs,
                    )
                for entry in made.catalogue:
                    part, _, code = entry.partition("/")
                    group, _, hour = code.partition("/")
                    known_as = (group, int(hour)) if hour else code
                    assert known_as in getattr(willow().catalogue, part), entry

    def test_who_may_read_what(self, found):
        assert found.coverage.provenance.privacy == "personal"
        assert found.hazard.provenance.privacy == "public"
        assert found.points.provenance.privacy == "internal"


class TestWillowByHand:
    def test_grandma_lin_cannot_come_down_and_everybody_of_building_3_is_unknown(self, found):
        rows = table(found, "coverage").set_index("person")
        assert rows.loc["lin", ["state", "reason"]].tolist() == ["not_covered", "stairs"]
        feng = rows[rows["entrance"] == "C-1"]
        assert set(feng["state"] + " " + feng["reason"]) == {"unknown network_gap"}
        assert (rows.drop(index=["lin", *feng.index])["state"] == "covered").all()

    def test_the_three_states_are_all_residents(self, found):
        groups = table(found, "coverage_groups").set_index("display")
        assert groups.loc["all", ["n", "covered", "not_covered", "unknown"]].tolist() == [
            21,
            16,
            1,
            4,
        ]
        assert len(willow().present()) == 21

    def test_places_are_shared_among_those_who_surely_come(self, found):
        ratio = table(found, "coverage").set_index("person")["capacity_ratio"]
        assert ratio["wu"] == 20 / 16
        assert ratio["lin"] == 0.0
        assert np.isnan(ratio["liu"])

    def test_the_risks_of_three_buildings(self, found):
        risk = table(found, "hazard").set_index("building")["risk"]
        assert risk.to_dict() == pytest.approx(
            {"A": 0.0540027, "B": 0.04556, "C": 0.039712}, abs=1e-6
        )

    def test_one_point_one_gap_and_two_on_paper(self, found):
        assert table(found, "points")["point"].tolist() == ["pt-A-1"]
        assert table(found, "network_gaps")["persons"].tolist() == [4]
        paper = table(found, "paper_only")
        assert paper[["entrance", "state", "persons"]].to_numpy().tolist() == [
            ["A-1", "not_covered", 1], ["C-1", "unknown", 4],
        ]  # fmt: skip

    def test_the_heat_map_holds_what_the_buildings_hold(self, found):
        lived = {"A": 11, "B": 6, "C": 4}
        risk = table(found, "hazard").set_index("building")["risk"]
        area = willow().catalogue.number("heat_cell") ** 2 / 10_000
        assert table(found, "heat")["value"].sum() * area == pytest.approx(
            sum(risk[b] / 100 * n for b, n in lived.items())
        )

    def test_inspections_say_how_many_households_live_there(self, found):
        rows = table(found, "inspections").set_index("hazard")
        assert rows["n_households"].to_dict() == {"h1": 6, "h2": 4, "h3": 2, "h4": 6}


class TestWhatChangesWhat:
    def test_the_same_place_gives_the_same_findings(self, found):
        again = assess(willow(), identify(willow()))
        assert [getattr(again, i.name).id for i in fields(Space)] == [
            getattr(found, i.name).id for i in fields(Space)
        ]

    def test_the_order_of_rows_changes_no_table(self, found):
        mixed = {
            name: frame.iloc[::-1].reset_index(drop=True) for name, frame in willow().tables.items()
        }
        place = willow().with_tables(**mixed)
        again = assess(place, identify(place))
        for name in CONTRACT:
            one, other = (
                table(f, name).drop(columns=["geometry", "row"], errors="ignore")
                for f in (found, again)
            )
            keys = getattr(found, name).provenance.key
            order = [k for k in keys if k in one.columns]
            one, other = (
                t.sort_values(order).reset_index(drop=True) if order else t for t in (one, other)
            )
            pd.testing.assert_frame_equal(one, other, check_exact=False, rtol=1e-9)

    def test_an_inspection_changes_risk_and_no_coverage(self, found):
        hazards = willow()["hazards"].assign(
            measure=lambda t: t["measure"].mask(t["hazard"] == "h1", 10.0)
        )
        place = willow().with_tables(hazards=hazards)
        again = assess(place, identify(place))
        assert again.hazard.id != found.hazard.id
        assert again.coverage.id == found.coverage.id
        assert again.coverage_groups.id == found.coverage_groups.id
        assert again.network_gaps.id == found.network_gaps.id

    def test_a_register_row_that_changes_nobodys_class_changes_no_finding(self, found):
        facts = willow()["facts"].assign(
            observed_on=lambda t: t["observed_on"] + pd.Timedelta(days=1)
        )
        place = willow().with_tables(facts=facts)
        again = assess(place, identify(place))
        assert again.coverage.id == found.coverage.id
        assert again.points.id == found.points.id

    def test_an_hour_of_the_policy_shuts_the_gate(self):
        place = replace(willow(), policy=willow().policy.model_copy(update={"hour": 2.0}))
        rows = assess(place, identify(place)).coverage.table
        assert set(rows["reason"]) == {"gate_locked", "network_gap", "stairs"}

    def test_a_scheme_that_pairs_lin_makes_her_unknown_until_they_agree(self):
        place = apply(willow().schemes["pair"], willow())
        rows = assess(place, identify(place)).coverage.table.set_index("person")
        assert rows.loc["lin", ["state", "reason"]].tolist() == ["unknown", "help_proposed"]
        agreed = place.with_tables(
            pairs=place["pairs"].assign(agreed_on=pd.Timestamp("2026-10-12"))
        )
        rows = assess(agreed, identify(agreed)).coverage.table.set_index("person")
        assert rows.loc["lin", "state"] == "covered"


class TestThinPlaces:
    def test_a_place_without_anything_is_assessed(self):
        place = drawn()
        found = assess(place, needs(place))
        assert len(table(found, "coverage")) == 0
        assert len(table(found, "points")) == 0
        assert len(table(found, "hazard")) == 0

    def test_a_service_the_catalogue_gives_no_limit_is_left_out(self):
        policy = willow().policy.model_copy(update={"services": ("clinic",)})
        endless = willow().catalogue.facilities["clinic"].model_copy(update={"walk_limit": None})
        kinds = {**willow().catalogue.facilities, "clinic": endless}
        place = replace(
            willow(), policy=policy, catalogue=replace(willow().catalogue, facilities=kinds)
        )
        found = assess(place, identify(willow()))
        assert len(table(found, "coverage")) == 0
        assert len(table(found, "coverage_groups")) == 0
        assert len(table(found, "paper_only")) == 0

    def test_a_service_named_twice_is_assessed_once(self):
        policy = willow().policy.model_copy(update={"services": ("shelter", "shelter")})
        found = assess(replace(willow(), policy=policy), identify(willow()))
        assert len(table(found, "coverage")) == 21

    def test_a_lift_in_the_house_makes_coming_down_unknown(self):
        place = street(buildings=[building("A", 0, 4, lift=True)])
        rows = assess(place, needs(place, ("p", "h", "wheelchair_pushed"))).coverage.table
        assert rows[["state", "reason"]].to_numpy().tolist() == [["unknown", "lift"]]

    def test_findings_of_synthetic_residents_say_so(self):
        place = street(gates=[gate()])
        made = place["persons"].assign(origin="synthetic")
        found = assess(place.with_tables(persons=made), needs(place, ("p", "h", "adult")))
        told = {name: getattr(found, name).provenance.synthetic for name in CONTRACT}
        assert told == {
            "hazard": False, "inspections": False, "trend": False, "forecasts": False, "forecast_scores": False,
            "risk_families": True, "risk_groups": True, "ground_floors": True, "assets": False,
            "asset_conflicts": False, "lifelines": True, "single_points": True, "lifeline_links": True, "heat": True, "coverage": True, "coverage_groups": True,
            "points": True, "paper_only": True, "network_gaps": True, "contradictions": True,
            "siting": True, "siting_changes": True, "siting_sites": True,
            "fragility": True, "fragility_groups": True, "critical_links": True, "catchment": True,
            "hours": True, "circles": True, "hollows": True, "hollow_groups": True, "cube": True,
            "contradiction_people": True, "contradiction_groups": True, "objections": True,
            "grounds": True, "redundancy": True, "left_out": True, "ground_checks": False,
            "conversions": False, "conversion_steps": False, "leftovers": False, "modules": True,
            "tiers": True,
            "joins": True,
        }  # fmt: skip
