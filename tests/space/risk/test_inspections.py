"""Inspections become risks: by hand, with their age, and unknown where nobody looked."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.community.drawn import box, building, drawn, entrance, walk, willow

from renlin.space.risk.inspections import by_building, current, outdoors, rate
from renlin.space.risk.surface import FAMILIES, surface

CATALOGUE = willow().catalogue
KINDS = CATALOGUE.hazards
DAY = pd.Timestamp("2026-11-01")
ALL_WEIGHTS = sum(kind.weight.value for kind in KINDS.values())
PRIOR = CATALOGUE.number("uninspected_rate")


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


def risks(*hazards):
    place = town(*hazards)
    return surface(place["buildings"], at_buildings(place), CATALOGUE).set_index("building")


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

    def test_what_lies_outdoors_counts_within_reach_only(self):
        far = town(finding("yard", "drainage", "yard", "spaces"))
        moved = far["spaces"].assign(geometry=far["spaces"].translate(0, 30))
        assert at_buildings(far)["building"].tolist() == ["B"]
        assert at_buildings(far.with_tables(spaces=moved))["building"].tolist() == []

    def test_a_hazard_at_no_building_counts_nowhere(self):
        place = town(finding("x", "wiring", "A"))
        nowhere = place["hazards"].assign(place="Z")
        assert len(at_buildings(place.with_tables(hazards=nowhere))) == 0


class TestSurface:
    def test_risks_multiply_what_they_leave(self):
        weights = [KINDS[kind].weight.value for kind in ("wiring", "stair_clutter")]
        found = risks(
            finding("a", "wiring", measure=22.5),
            finding("b", "stair_clutter", "A-1", "entrances", measure=0.6),
        ).loc["A"]
        assert found["electric"] == pytest.approx(0.5 * weights[0])
        assert found["access"] == pytest.approx(weights[1])
        assert (
            found["risk"]
            == found["low"]
            == pytest.approx(1 - (1 - 0.5 * weights[0]) * (1 - weights[1]))
        )
        assert found["n_open"] == 2
        assert found["newest"] == DAY

    def test_bounds_by_hand(self):
        found = risks(finding("a", "wiring", measure=40)).loc["A"]
        weight = KINDS["wiring"].weight.value
        assert found["quality"] == pytest.approx(weight / ALL_WEIGHTS)
        hidden = PRIOR * (1 - weight / ALL_WEIGHTS)
        assert found["high"] == pytest.approx(1 - (1 - weight) * (1 - hidden))

    def test_a_family_nobody_inspected_is_unknown_and_not_safe(self):
        found = risks(finding("a", "wiring", measure=5))
        assert found.loc["A", "electric"] == 0.0
        assert found.loc["A", [f for f in FAMILIES if f != "electric"]].isna().all()

    def test_a_house_nobody_inspected_is_unknown_between_nothing_and_the_prior(self):
        found = risks(finding("a", "wiring", measure=40)).loc["B"]
        assert np.isnan(found["risk"])
        assert (found["low"], found["quality"], found["n_open"]) == (0.0, 0.0, 0)
        assert found["high"] == pytest.approx(PRIOR)
        assert pd.isna(found["newest"])

    def test_a_finding_nobody_graded_is_unknown_and_may_be_at_its_worst(self):
        found = risks(finding("a", "wiring")).loc["A"]
        weight = KINDS["wiring"].weight.value
        assert np.isnan(found["risk"])
        assert np.isnan(found["electric"])
        assert found["low"] == 0.0
        assert found["high"] == pytest.approx(
            1 - (1 - weight) * (1 - PRIOR * (1 - weight / ALL_WEIGHTS))
        )
        assert found["n_open"] == 1

    def test_what_was_put_right_is_known_to_be_safe(self):
        found = risks(finding("a", "wiring", measure=40, closed_on="2026-11-01")).loc["A"]
        assert (found["electric"], found["risk"], found["n_open"]) == (0.0, 0.0, 0)

    def test_an_old_inspection_leaves_more_open(self):
        fresh = risks(finding("a", "wiring", measure=40)).loc["A"]
        old = risks(finding("a", "wiring", measure=40, inspected_on="2016-11-01")).loc["A"]
        assert old["low"] == fresh["low"]
        assert old["quality"] < fresh["quality"]
        assert old["high"] > fresh["high"]

    def test_nothing_inspected_anywhere_is_unknown_everywhere(self):
        found = risks()
        assert found["risk"].isna().all()
        assert found["newest"].isna().all()
        assert found["high"].tolist() == pytest.approx([PRIOR] * 3)


some = st.lists(
    st.tuples(st.sampled_from(sorted(KINDS)), st.sampled_from(["A", "B"]), st.sampled_from([None, 1, 3, 5]),
              st.integers(0, 900)),
    max_size=8,
)  # fmt: skip


def inspected(cases):
    return [
        finding(
            f"h{n}",
            kind,
            place,
            severity=grade,
            inspected_on=(DAY - pd.Timedelta(days=age)).date().isoformat(),
        )
        for n, (kind, place, grade, age) in enumerate(cases)
    ]


@given(some)
@settings(max_examples=25, deadline=None)
def test_the_risk_lies_between_its_bounds(cases):
    found = risks(*inspected(cases))
    assert (found["low"] >= 0).all()
    assert (found["high"] <= 1 + 1e-12).all()
    assert (found["low"] <= found["high"] + 1e-12).all()
    known = found["risk"].notna()
    assert found.loc[known, "risk"].equals(found.loc[known, "low"])
    families = found[list(FAMILIES)]
    assert (families.fillna(0).max(axis=1) <= found["low"] + 1e-12).all()


@given(some, st.randoms())
@settings(max_examples=15, deadline=None)
def test_neither_order_nor_names_of_inspections_change_a_risk(cases, luck):
    hazards = inspected(cases)
    mixed = luck.sample(hazards, len(hazards))
    renamed = [{**row, "hazard": f"x{n}"} for n, row in enumerate(mixed)]
    assert risks(*hazards).drop(columns="geometry").equals(risks(*renamed).drop(columns="geometry"))


@given(some, st.sampled_from(sorted(KINDS)))
@settings(max_examples=15, deadline=None)
def test_a_further_hazard_never_lowers_a_risk(cases, kind):
    hazards = [row for row in inspected(cases) if row["kind"] != kind]
    before = risks(*hazards)["low"]
    after = risks(*hazards, finding("more", kind, severity=4))["low"]
    assert (after >= before - 1e-12).all()
