"""Inspections become rates: by hand, with their age, at the buildings they count for."""

import numpy as np
import pandas as pd
import pytest
from tests.community.drawn import box, building, drawn, entrance, walk, willow

from renlin.space.risk.inspections import by_building, current, merged, outdoors, rate

CATALOGUE = willow().catalogue
KINDS = CATALOGUE.hazards
DAY = pd.Timestamp("2026-11-01")


def finding(name, kind, place="A", table="buildings", **facts):
    known = {"inspected_on": "2026-11-01", "inspector": "street"}
    return {"hazard": name, "kind": kind, "place": place, "place_table": table, **known, **facts}


def town(*hazards):
    """Return three houses 100 m apart on a street, with these inspections."""
    return drawn(
        walks=[walk("street", (0, 0), (200, 0))],
        buildings=[building(name, x, 4) for name, x in (("A", 0), ("B", 100), ("C", 200))],
        entrances=[
            entrance(f"{name}-1", name, x, 4) for name, x in (("A", 0), ("B", 100), ("C", 200))
        ],
        spaces=[
            {"space": "yard", "name": "院", "kind": "courtyard", "geometry": box(90, 20, 110, 40)}
        ],
        hazards=list(hazards),
    )


def at_buildings(place):
    found = current(place["hazards"], CATALOGUE, DAY)
    outside = outdoors(place["walks"], place["spaces"], place["facilities"])
    return by_building(
        found, place["buildings"], place["entrances"], outside, CATALOGUE.number("hazard_reach")
    )


class TestRate:
    @pytest.mark.parametrize(
        ("years", "expected"), [(0, 0.0), (5, 0.0), (22.5, 0.5), (40, 1.0), (80, 1.0)]
    )
    def test_a_measure_lies_between_the_bounds_of_its_kind(self, years, expected):
        assert rate(KINDS["wiring"], years, 1) == pytest.approx(expected)

    @pytest.mark.parametrize(
        ("metres", "expected"), [(4.0, 0.0), (3.0, 0.5), (2.0, 1.0), (0.5, 1.0)]
    )
    def test_bounds_may_run_downwards(self, metres, expected):
        assert rate(KINDS["fire_lane_blocked"], metres, None) == pytest.approx(expected)

    def test_a_grade_counts_where_nothing_was_measured(self):
        assert [rate(KINDS["wiring"], None, grade) for grade in range(1, 6)] == KINDS[
            "wiring"
        ].severity_rate

    def test_a_kind_without_bounds_is_graded_whatever_was_measured(self):
        assert rate(KINDS["debris"], 7.0, 3) == KINDS["debris"].severity_rate[2]

    def test_neither_measured_nor_graded_is_unknown(self):
        assert np.isnan(rate(KINDS["wiring"], None, None))
        assert np.isnan(rate(KINDS["debris"], 7.0, None))

    def test_bounds_that_meet_are_a_threshold(self):
        kind = KINDS["wiring"].model_copy(update={"measure_low": 3.0, "measure_high": 3.0})
        assert [rate(kind, value, None) for value in (2.9, 3.0, 3.1)] == [0.0, 1.0, 1.0]


class TestNewest:
    def rates(self, *hazards):
        return (
            current(town(*hazards)["hazards"], CATALOGUE, DAY).set_index("hazard")["rate"].to_dict()
        )

    def test_the_newest_inspection_of_a_place_and_kind_holds(self):
        old = finding("old", "wiring", measure=40, inspected_on="2024-01-01")
        new = finding("new", "wiring", measure=5)
        assert self.rates(old, new) == {"new": 0.0}

    def test_of_several_findings_of_a_day_the_worst_holds(self):
        mild, bad = finding("z", "wiring", measure=10), finding("a", "wiring", measure=40)
        assert self.rates(mild, bad) == {"a": 1.0}

    def test_a_finding_that_is_open_outweighs_one_put_right_that_day(self):
        closed = finding("z", "wiring", measure=40, closed_on="2026-11-01")
        assert self.rates(closed, finding("a", "wiring")) == pytest.approx(
            {"a": float("nan")}, nan_ok=True
        )

    def test_later_inspections_are_not_known_yet(self):
        assert self.rates(finding("a", "wiring", measure=40, inspected_on="2026-11-02")) == {}

    def test_put_right_later_is_still_open(self):
        assert self.rates(finding("a", "wiring", measure=40, closed_on="2026-11-02")) == {"a": 1.0}
        assert self.rates(finding("a", "wiring", measure=40, closed_on="2026-11-01")) == {"a": 0.0}

    def test_certainty_halves_every_half_life(self):
        days = KINDS["wiring"].half_life.value
        ages = [0, days, 2 * days]
        dates = [(DAY - pd.Timedelta(days=age)).date().isoformat() for age in ages]
        hazards = [
            finding(f"h{n}", "wiring", place="ABC"[n], inspected_on=d) for n, d in enumerate(dates)
        ]
        found = current(town(*hazards)["hazards"], CATALOGUE, DAY)
        assert found["quality"].tolist() == pytest.approx([1.0, 0.5, 0.25])
        assert found["age_days"].tolist() == ages

    def test_every_finding_names_its_file_and_row(self):
        place = town(finding("a", "debris"), finding("b", "wiring", place="B"))
        found = current(place["hazards"], CATALOGUE, DAY)
        assert found[["file", "row"]].to_numpy().tolist() == [
            ["layers/hazards.csv", 2],
            ["layers/hazards.csv", 3],
        ]


class TestWhereItCounts:
    def test_a_house_a_stair_and_what_lies_outdoors(self):
        place = town(
            finding("house", "wiring", "A"),
            finding("stair", "stair_clutter", "B-1", "entrances"),
            finding("way", "fire_lane_blocked", "street", "walks"),
            finding("yard", "drainage", "yard", "spaces"),
        )
        found = at_buildings(place)
        assert found.groupby("hazard")["building"].agg(list).to_dict() == {
            "house": ["A"], "stair": ["B"], "way": ["A", "B", "C"], "yard": ["B"],
        }  # fmt: skip

    def test_a_stair_is_its_part_of_the_house(self):
        place = drawn(
            buildings=[building("A", 0, 4)],
            entrances=[entrance(f"A-{n}", "A", n, 4) for n in range(4)],
            hazards=[
                finding("house", "wiring", "A"), finding("x", "debris", "A-2", "entrances"),
            ],
        )  # fmt: skip
        found = at_buildings(place).set_index("hazard")["share"]
        assert found.to_dict() == {"house": 1.0, "x": 0.25}

    def test_what_lies_outdoors_counts_within_reach_only(self):
        far = town(finding("yard", "drainage", "yard", "spaces"))
        moved = far["spaces"].assign(geometry=far["spaces"].translate(0, 30))
        assert at_buildings(far)["building"].tolist() == ["B"]
        assert at_buildings(far.with_tables(spaces=moved))["building"].tolist() == []

    def test_a_hazard_at_no_building_counts_nowhere(self):
        place = town(finding("x", "wiring", "A"))
        nowhere = place["hazards"].assign(place="Z")
        assert len(at_buildings(place.with_tables(hazards=nowhere))) == 0


class TestMerged:
    def told(self, *rows):
        columns = ["hazard", "kind", "place_table", "place", "rate"]
        return pd.DataFrame(rows, columns=columns).astype({"rate": "float64"})

    def test_of_two_sources_on_one_thing_the_worse_holds(self):
        seen = self.told(("z", "wiring", "buildings", "A", 0.3))
        alarm = self.told(("s:wiring", "wiring", "buildings", "A", 1.0))
        assert merged([seen, alarm])["hazard"].tolist() == ["s:wiring"]
        mild = alarm.assign(rate=0.1)
        assert merged([seen, mild])["hazard"].tolist() == ["z"]

    def test_sources_on_different_things_add_up_and_the_ungraded_stay(self):
        seen = self.told(
            ("a", "wiring", "buildings", "A", None), ("b", "debris", "buildings", "A", 0.5)
        )
        alarm = self.told(
            ("s", "wiring", "buildings", "A", 0.5), ("t", "wiring", "buildings", "B", 0.5)
        )
        assert merged([seen, alarm])["hazard"].tolist() == ["a", "b", "s", "t"]

    def test_several_rooms_of_one_use_are_several(self):
        rooms = self.told(
            ("g1", "use_mixed", "buildings", "A", 0.4), ("g2", "use_mixed", "buildings", "A", 0.4)
        )
        seen = self.told(("z", "use_mixed", "buildings", "A", 0.5))
        assert merged([seen, rooms])["hazard"].tolist() == ["g1", "g2"]
