"""Findings become residents harmed a year: by hand, monotone, never saturated, unknown kept."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.community.drawn import willow
from tests.space.risk.test_inspections import DAY, at_buildings, finding, town

from renlin.space.risk.stock import stock
from renlin.space.risk.surface import FAMILIES, INCIDENTS, PER, by_family, known_risk, surface

CATALOGUE = willow().catalogue
KINDS, BASE = CATALOGUE.hazards, CATALOGUE.hazard_families
PRIOR = CATALOGUE.number("uninspected_rate")
STOREYS = 3
BUILDINGS = ("A", "B", "C")


def wide(buildings, found, *rest, **evidence):
    return surface(buildings, found, by_family(buildings, found, *rest, **evidence))


def told(*hazards, **evidence):
    place = town(*hazards)
    held = stock(place["buildings"], place["entrances"], place["dwellings"])
    layers = (place["buildings"], at_buildings(place), held, CATALOGUE)
    return wide(*layers, **evidence).set_index("building"), by_family(*layers, **evidence)


def risks(*hazards, **evidence):
    return told(*hazards, **evidence)[0]


def parts(*hazards, **evidence):
    return told(*hazards, **evidence)[1].set_index(["building", "family"])


def base(family, worse=1.0, often=1.0):
    """Return the risk of one family in a house of one home, one stair and three storeys."""
    entry = BASE[family]
    reached = 1 / STOREYS if entry.reach == "ground" else 1.0
    return PER * entry.base.value * often * reached * min(1.0, entry.harmed.value * worse)


def m(kind):
    return KINDS[kind].multiplier.value


class TestByHand:
    def test_a_house_without_faults_has_the_base_of_every_incident(self):
        found = risks(finding("a", "wiring", measure=5)).loc["A"]
        assert found["risk"] == pytest.approx(sum(base(f) for f in INCIDENTS))
        assert found["electric"] == pytest.approx(base("electric"))

    def test_aged_wiring_multiplies_electrical_fires_and_nothing_else(self):
        found = risks(finding("a", "wiring", measure=40)).loc["A"]
        clean = sum(base(f) for f in INCIDENTS)
        assert found["electric"] == pytest.approx(m("wiring") * base("electric"))
        assert found["risk"] - clean == pytest.approx((m("wiring") - 1) * base("electric"))

    def test_half_as_bad_adds_half_as_much(self):
        found = risks(finding("a", "wiring", measure=22.5)).loc["A"]
        assert found["electric"] == pytest.approx(
            base("electric", often=1 + 0.5 * (m("wiring") - 1))
        )

    def test_causes_add_up_instead_of_multiplying(self):
        found = risks(
            finding("a", "wiring", measure=40), finding("b", "ebike_charging", severity=5)
        ).loc["A"]
        often = 1 + (m("wiring") - 1) + (m("ebike_charging") - 1)
        assert found["electric"] == pytest.approx(base("electric", often=often))

    def test_a_blocked_stair_starts_no_fire_and_makes_each_one_worse(self):
        rows = parts(finding("a", "stair_clutter", "A-1", "entrances", measure=0.6))
        fire, whole = rows.loc[("A", "fire")], rows.loc[("A", "all")]
        assert fire["hazard"] == pytest.approx(BASE["fire"].base.value)
        assert fire["vulnerability"] == pytest.approx(
            BASE["fire"].harmed.value * m("stair_clutter")
        )
        extra = sum(base(f) * (m("stair_clutter") - 1) for f in KINDS["stair_clutter"].aggravates)
        assert rows.loc[("A", "access"), "risk"] == pytest.approx(extra)
        assert whole["risk"] == pytest.approx(sum(base(f) for f in INCIDENTS) + extra)

    def test_hazard_exposure_and_vulnerability_multiply_to_the_risk(self):
        rows = parts(finding("a", "flood_point", "yard", "spaces", measure=0.5))
        flood = rows.loc[("B", "flood")]
        assert flood["exposed_share"] == pytest.approx(1 / STOREYS)
        product = flood["hazard"] * flood["exposed_share"] * flood["vulnerability"]
        assert flood["risk"] == pytest.approx(PER * product)
        assert flood["hazard"] == pytest.approx(BASE["flood"].base.value * m("flood_point"))

    def test_more_homes_on_a_stair_mean_more_fires_that_reach_each(self):
        place = town(finding("a", "wiring", measure=5))
        held = stock(place["buildings"], place["entrances"], place["dwellings"])
        layers = (place["buildings"], at_buildings(place))
        small = wide(*layers, held, CATALOGUE)["electric"].iloc[0]
        large = wide(*layers, held.assign(homes=10.0), CATALOGUE)["electric"].iloc[0]
        assert large == pytest.approx(10 * small)

    def test_the_bounds_of_the_rates_hold_the_risk(self):
        rows = parts(finding("a", "wiring", measure=40), finding("b", "fire_door", severity=3))
        assert (rows["rates_low"] <= rows["risk"] + 1e-12).all()
        assert (rows["risk"] <= rows["rates_high"] + 1e-12).all()
        low = BASE["electric"]
        expected = low.base.low * KINDS["wiring"].multiplier.low * low.harmed.low
        half = 1 + 0.5 * (KINDS["fire_door"].multiplier.low - 1)
        assert rows.loc[("A", "electric"), "rates_low"] == pytest.approx(PER * expected * half)

    def test_failing_pipes_add_their_incidents(self):
        failing = pd.DataFrame(
            {
                "building": ["A"],
                "family": ["flood"],
                "incidents": [0.2],
                "low": [0.1],
                "high": [0.4],
            }
        )
        rows = parts(finding("a", "wiring", measure=5), failing=failing)
        assert rows.loc[("A", "flood"), "hazard"] == pytest.approx(BASE["flood"].base.value + 0.2)
        assert rows.loc[("B", "flood"), "hazard"] == pytest.approx(BASE["flood"].base.value)


class TestUnknown:
    def test_a_family_nobody_inspected_is_unknown_and_not_safe(self):
        found = risks(finding("a", "wiring", measure=5))
        assert found.loc["A", [f for f in FAMILIES if f != "electric"]].isna().all()

    def test_a_house_nobody_inspected_is_unknown_and_at_least_at_the_base(self):
        found = risks(finding("a", "wiring", measure=40)).loc["B"]
        assert np.isnan(found["risk"])
        assert found["low"] == pytest.approx(sum(base(f) for f in INCIDENTS))
        assert (found["quality"], found["n_open"]) == (0.0, 0)
        assert pd.isna(found["newest"])

    def test_what_was_not_looked_at_may_hide_its_part(self):
        rows = parts(finding("a", "wiring", measure=5))
        causes = [k for k, e in KINDS.items() if e.family == "flood" and not e.aggravates]
        often = 1 + PRIOR * sum(m(k) - 1 for k in causes)
        assert rows.loc[("A", "flood"), "high"] == pytest.approx(base("flood", often=often))

    def test_a_fresh_look_takes_its_part_out_of_the_upper_bound(self):
        before = parts(finding("a", "debris", severity=1))
        after = parts(finding("a", "debris", severity=1), finding("b", "wiring", measure=5))
        gone = before.loc[("A", "electric"), "high"] - after.loc[("A", "electric"), "high"]
        assert gone > 0

    def test_a_finding_nobody_graded_may_be_at_its_worst(self):
        rows = parts(finding("a", "wiring"))
        assert not rows.loc[("A", "electric"), "inspected"]
        others = PRIOR * (m("ebike_charging") - 1)
        worse = 1 + PRIOR * sum(
            m(k) - 1
            for k, e in KINDS.items()
            if "electric" in e.aggravates and e.family != "access"
        )
        expected = base("electric", worse, 1 + (m("wiring") - 1) + others)
        assert rows.loc[("A", "electric"), "high"] == pytest.approx(expected)
        assert risks(finding("a", "wiring")).loc["A", "n_open"] == 1

    def test_what_was_put_right_is_known_to_be_at_the_base(self):
        found = risks(finding("a", "wiring", measure=40, closed_on="2026-11-01")).loc["A"]
        assert found["electric"] == pytest.approx(base("electric"))
        assert found["n_open"] == 0

    def test_an_old_inspection_leaves_more_open(self):
        fresh = risks(finding("a", "wiring", measure=40)).loc["A"]
        old = risks(finding("a", "wiring", measure=40, inspected_on="2016-11-01")).loc["A"]
        assert old["low"] == fresh["low"]
        assert old["quality"] < fresh["quality"]
        assert old["high"] > fresh["high"]

    def test_a_sensor_that_reports_makes_a_kind_known(self):
        eyes = pd.DataFrame({"building": ["A"], "kind": ["wiring"], "quality": [0.8]})
        blind, seeing = parts(), parts(watched=eyes)
        assert seeing.loc[("A", "electric"), "quality"] > blind.loc[("A", "electric"), "quality"]
        assert seeing.loc[("A", "electric"), "high"] < blind.loc[("A", "electric"), "high"]
        assert not seeing.loc[("A", "electric"), "inspected"]


def test_many_findings_never_saturate():
    kinds = [k for k, e in sorted(KINDS.items()) if not e.aggravates]
    hazards = [finding(f"h{n}", kind, severity=5, measure=None) for n, kind in enumerate(kinds)]
    worst = risks(*hazards).loc["A", "risk"]
    without = [risks(*hazards[:n], *hazards[n + 1 :]).loc["A", "risk"] for n in range(len(hazards))]
    assert all(less < worst * (1 - 1e-6) for less in without)


some = st.lists(
    st.tuples(st.sampled_from(sorted(KINDS)), st.sampled_from(["A", "B"]),
              st.sampled_from([None, 1, 3, 5]), st.integers(0, 900)),
    max_size=8,
)  # fmt: skip


def inspected(cases):
    ages = [(DAY - pd.Timedelta(days=age)).date().isoformat() for *_, age in cases]
    return [
        finding(f"h{n}", kind, place, severity=grade, inspected_on=day)
        for n, ((kind, place, grade, _), day) in enumerate(zip(cases, ages, strict=True))
    ]


def own(long):
    """Return all but the part of blocked ways: where everybody reached is harmed already,
    worse incidents leave less of the whole to them."""
    return long[long["family"] != "access"]


@given(some)
@settings(max_examples=6, deadline=None)
def test_the_risk_lies_between_its_bounds_and_the_families_add_up(cases):
    long = told(*inspected(cases))[1]
    assert (long["low"] <= long["risk"] + 1e-12).all()
    assert (long["risk"] <= long["high"] + 1e-12).all()
    assert ((long["quality"] >= 0) & (long["quality"] <= 1 + 1e-12)).all()
    summed = long[long["family"] != "all"].groupby("building")[["risk", "high"]].sum()
    whole = long[long["family"] == "all"].set_index("building")
    for column in ("risk", "high"):
        assert summed[column].to_numpy() == pytest.approx(whole[column].to_numpy())


@given(some, st.randoms())
@settings(max_examples=4, deadline=None)
def test_neither_order_nor_names_of_inspections_change_a_risk(cases, luck):
    hazards = inspected(cases)
    mixed = luck.sample(hazards, len(hazards))
    renamed = [{**row, "hazard": f"x{n}"} for n, row in enumerate(mixed)]
    assert risks(*hazards).drop(columns="geometry").equals(risks(*renamed).drop(columns="geometry"))


@given(some, st.sampled_from(sorted(KINDS)), st.sampled_from([1, 3, 5]))
@settings(max_examples=6, deadline=None)
def test_a_further_finding_never_lowers_a_risk(cases, kind, grade):
    hazards = [row for row in inspected(cases) if row["kind"] != kind]
    more = finding("more", kind, severity=grade)
    before, after = (own(told(*found)[1]) for found in (hazards, [*hazards, more]))
    assert (after["risk"] >= before["risk"] - 1e-12).all()


@given(some, st.sampled_from(sorted(KINDS)))
@settings(max_examples=6, deadline=None)
def test_a_look_that_finds_nothing_and_a_finding_put_right_never_raise_a_risk(cases, kind):
    hazards = [row for row in inspected(cases) if row["kind"] != kind]
    shut = finding("shut", kind, severity=5, closed_on=DAY.date().isoformat())
    opened = {**shut, "closed_on": None}
    nothing, closed, open_ = (own(told(*hazards, *more)[1]) for more in ([], [shut], [opened]))
    for column in ("risk", "high"):
        assert (closed[column] <= nothing[column] + 1e-12).all()
        assert (closed[column] <= open_[column] + 1e-12).all()


@given(some)
@settings(max_examples=4, deadline=None)
def test_the_short_way_gives_the_same_risk(cases):
    place = town(*inspected(cases))
    held = stock(place["buildings"], place["entrances"], place["dwellings"])
    found = at_buildings(place)
    whole = wide(place["buildings"], found, held, CATALOGUE)["risk"].to_numpy()
    short = known_risk(place["buildings"], found, held, CATALOGUE).to_numpy()
    assert short == pytest.approx(whole, nan_ok=True)


def test_a_multiplier_below_one_is_refused():
    entry = KINDS["wiring"]
    low = entry.multiplier.model_copy(update={"low": 0.5})
    fields = entry.model_dump() | {"multiplier": low.model_dump()}
    with pytest.raises(ValueError, match="never makes safer"):
        type(entry).model_validate(fields)


def test_another_prior_moves_the_upper_bound_only():
    parameters = dict(CATALOGUE.parameters)
    prior = parameters["uninspected_rate"]
    parameters["uninspected_rate"] = prior.model_copy(update={"value": 0.0})
    place = town(finding("a", "wiring", measure=40))
    held = stock(place["buildings"], place["entrances"], place["dwellings"])
    layers = (place["buildings"], at_buildings(place), held)
    found = wide(*layers, replace(CATALOGUE, parameters=parameters))
    usual = wide(*layers, CATALOGUE)
    assert found["low"].tolist() == usual["low"].tolist()
    assert found["high"].tolist() == pytest.approx(found["low"].tolist())


class TestStock:
    def test_homes_are_those_on_record_else_of_the_design_else_one(self):
        place = town()
        dwellings = pd.DataFrame({"dwelling": ["d1", "d2"], "entrance": ["A-1", "A-1"]})
        designed = place["buildings"].assign(dwellings=pd.array([9, 12, None], dtype="Int64"))
        found = stock(designed, place["entrances"], dwellings).set_index("building")
        assert found["homes"].to_dict() == {"A": 2.0, "B": 12.0, "C": 1.0}

    def test_unknown_stairs_and_storeys_may_reach_everybody(self):
        place = town()
        houses = place["buildings"].assign(floors=pd.array([None] * 3, dtype="Int64"))
        found = stock(houses, place["entrances"].iloc[:0], place["dwellings"])
        assert (found[["stair_share", "ground_share", "building_share"]] == 1.0).all().all()
