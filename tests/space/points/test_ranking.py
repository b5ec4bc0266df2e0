"""Points of high risk and low coverage: who counts, in which order, why, and what would help."""

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.community.drawn import building, entrance, facility, home, walk, willow
from tests.space.needs_fixture import needs
from tests.space.street import covered, gate, people_of, street

from renlin.space.access.coverage import cover, service
from renlin.space.points.ranking import cheapest_fix, high_risk, low_coverage, rank_points

CATALOGUE = willow().catalogue
CHAIR = "wheelchair_pushed"


QUIET = {"quiet-1": 0.3, "quiet-2": 0.3}
"""Two houses elsewhere that keep the line of high risk at 0.3."""


def ranked(place, *people, risk, kinds=("shelter",)):
    found = needs(place, *people)
    asked = people_of(place, *people)
    services = [service(kind, place["facilities"], CATALOGUE) for kind in kinds]
    coverage = pd.concat(
        [cover(asked, place.network, s, CATALOGUE) for s in services], ignore_index=True
    )
    return rank_points(
        coverage,
        found.tiers.table,
        pd.Series(QUIET | risk, dtype=float),
        place["entrances"],
        CATALOGUE,
        risk_percentile=0.01,
    ).set_index("point")


def row_of_houses(n):
    """Return ``n`` houses on a street with two storeys each and a shelter at its end."""
    homes = [home(f"h{k}-{floor}", f"{k}-1", floor) for k in range(n) for floor in (1, 2)]
    return street(
        way=[walk("street", (0, 0), (60 * n, 0))],
        buildings=[building(str(k), 60 * k, 4) for k in range(n)],
        entrances=[entrance(f"{k}-1", str(k), 60 * k, 4) for k in range(n)],
        facilities=[facility("s", "shelter", 60 * n, 0, capacity=500)],
        households=[h for h, _ in homes],
        dwellings=[d for _, d in homes],
    )


class TestHighRisk:
    def test_the_quantile_counts_above_the_threshold(self):
        assert high_risk(pd.Series([0.4, 0.6, 0.8, None]), 0.5, 0.3) == 0.6

    def test_a_quiet_place_gets_no_points_for_being_least_quiet(self):
        assert high_risk(pd.Series([0.01, 0.02]), 0.8, 0.3) == 0.3

    def test_nothing_known_leaves_the_threshold(self):
        assert high_risk(pd.Series([None, None], dtype=float), 0.8, 0.3) == 0.3


class TestLowCoverage:
    def test_unknown_is_never_low(self):
        rows = pd.DataFrame(
            {
                "state": ["covered", "covered", "covered", "not_covered", "unknown"],
                "reason": ["", "", "", "too_far", "network_gap"],
                "capacity_ratio": [1.0, 0.99, None, 0.0, None],
            }
        )
        assert low_coverage(rows)["reason"].to_dict() == {1: "full", 3: "too_far"}


class TestPoints:
    def test_a_point_by_hand(self):
        place = street()
        people = [
            ("a", "h", CHAIR, 1, 1),
            ("b", "h", "adult"),
            ("c", "g", CHAIR, 2, 1),
            ("d", "g", "stick", 4, 2),
        ]
        (row,) = ranked(place, *people, risk={"A": 0.6}).to_dict("records")
        assert row["building"] == "A"
        assert (row["persons"], row["unserved"], row["unserved_vulnerable"]) == (4, 1, 1)
        assert (row["tier1"], row["tier2"], row["unknown"]) == (1, 0, 0)
        assert (row["cause"], row["fix"]) == ("stairs", "pairing")
        assert row["score"] == pytest.approx(0.6)
        assert (row["rank"], row["stable"], row["display_worst"]) == (1, True, "wheelchair")

    def test_risk_below_the_line_or_unknown_makes_no_point(self):
        for risk in ({"A": 0.29}, {"A": None}, {}):
            assert len(ranked(street(), ("a", "h", CHAIR), risk=risk)) == 0

    def test_risk_on_the_line_makes_a_point(self):
        assert len(ranked(street(), ("a", "h", CHAIR), risk={"A": 0.3})) == 1

    def test_residents_of_no_vulnerable_group_count_by_their_sure_tier(self):
        shut = street(gates=[gate(locked=True)])
        assert len(ranked(shut, ("a", "h", "adult", 3, 1), risk={"A": 0.6})) == 0
        assert len(ranked(shut, ("a", "h", "adult", 2, 2), risk={"A": 0.6})) == 1

    def test_who_may_be_vulnerable_is_counted_beside(self):
        shut = street(gates=[gate(locked=True)])
        people = [("a", "h", "adult", 2, 2), ("b", "h", "adult", 4, 1), ("c", "h", "adult", 4, 4)]
        row = ranked(shut, *people, risk={"A": 0.6}).iloc[0]
        assert (row["unserved"], row["unserved_vulnerable"], row["unserved_possible"]) == (3, 1, 2)

    def test_a_full_place_is_a_cause(self):
        full = street(capacity=1)
        row = ranked(full, ("a", "h", "stick"), ("b", "g", "adult"), risk={"A": 0.6}).iloc[0]
        assert (row["cause"], row["fix"]) == ("full", "extra_capacity")

    def test_persons_count_once_over_several_services(self):
        place = street(
            facilities=[facility("s", "shelter", 100, 0), facility("c", "clinic", 100, 0)]
        )
        row = ranked(place, ("a", "h", CHAIR), risk={"A": 0.6}, kinds=("shelter", "clinic")).iloc[0]
        assert (row["persons"], row["unserved_vulnerable"]) == (1, 1)

    def test_unknown_residents_are_counted_apart(self):
        pieces = [walk("west", (0, 0), (40, 0)), walk("east", (60, 0), (100, 0))]
        row = ranked(
            street(way=pieces), ("a", "h", CHAIR), ("b", "g", CHAIR), risk={"A": 0.6}
        ).iloc[0]
        assert (row["unserved_vulnerable"], row["unknown"]) == (1, 1)

    def test_more_persons_and_more_risk_come_first_and_ties_share_a_rank(self):
        place = row_of_houses(4)
        people = [
            ("a1", "h0-2", CHAIR),
            ("a2", "h0-2", CHAIR),
            ("b", "h1-2", CHAIR),
            ("c", "h2-2", CHAIR),
            ("d", "h3-2", CHAIR),
        ]
        table = ranked(place, *people, risk={"0": 0.4, "1": 0.6, "2": 0.6, "3": 0.5})
        assert table["rank"].to_dict() == {"pt-0-1": 1, "pt-1-1": 2, "pt-2-1": 2, "pt-3-1": 4}

    def test_a_rank_that_depends_on_the_weight_of_risk_is_not_stable(self):
        place = row_of_houses(2)
        people = [("a1", "h0-2", CHAIR), ("a2", "h0-2", CHAIR), ("b", "h1-2", CHAIR)]
        close = ranked(place, *people, risk={"0": 0.45, "1": 0.91})
        clear = ranked(place, *people, risk={"0": 0.90, "1": 0.91})
        assert not close["stable"].any()
        assert clear["stable"].all()

    def test_no_point_is_a_table_with_its_columns(self):
        table = ranked(street(), ("a", "g", "adult"), risk={"A": 0.6})
        assert len(table) == 0
        assert {"rank", "cause", "fix", "geometry"} <= set(table.columns)


class TestFix:
    @pytest.mark.parametrize(
        ("cause", "fix"),
        [
            ("stairs", "pairing"), ("not_step_free", "door_ramp"), ("too_steep", "door_ramp"),
            ("gate_locked", "gates_open"), ("full", "extra_capacity"), ("too_far", "site_shelter"),
            ("no_facility", "site_shelter"), ("too_narrow", "lane_clear"), ("network_gap", "walk_timing"),
            ("check_on_site", "walk_timing"), ("moon", ""),
        ],
    )  # fmt: skip
    def test_the_fix_is_a_response_that_takes_the_cause_away(self, cause, fix):
        assert cheapest_fix(cause, CATALOGUE.responses) == fix

    def test_the_cheapest_able_response_wins_and_an_unknown_cost_comes_last(self):
        dear, cheap = CATALOGUE.responses["carry_chair"], CATALOGUE.responses["pairing"]
        assert cheapest_fix("stairs", {"a": dear, "b": cheap}) == "pairing"
        assert (
            cheapest_fix("stairs", {"a": dear, "b": cheap.model_copy(update={"cost": None})})
            == "carry_chair"
        )

    def test_every_cause_named_by_a_response_has_its_words(self):
        for entry in CATALOGUE.responses.values():
            for cause in entry.causes:
                assert CATALOGUE.word(f"cause_{cause}", "zh")
                assert CATALOGUE.word(f"change_{cause}", "en")


@given(st.integers(0, 3), st.integers(1, 4))
@settings(max_examples=12, deadline=None)
def test_a_nearer_facility_takes_away_exactly_the_points_it_covers(spot, n):
    far = facility("s", "shelter", 240, 900)
    near = facility("new", "shelter", 60 * spot, 0, capacity=1000)
    homes = [home(f"h{k}", f"{k}-1") for k in range(4)]
    rows = {
        "way": [walk("street", (0, 0), (240, 0)), walk("road", (240, 0), (240, 900))],
        "buildings": [building(str(k), 60 * k, 4) for k in range(4)],
        "entrances": [entrance(f"{k}-1", str(k), 60 * k, 4) for k in range(4)],
        "households": [h for h, _ in homes],
        "dwellings": [d for _, d in homes],
    }
    people = [(f"p{k}{m}", f"h{k}", "stick") for k in range(4) for m in range(n)]
    risk = {str(k): 0.5 + k / 100 for k in range(4)}
    before = ranked(street(**rows, facilities=[far]), *people, risk=risk)
    both = street(**rows, facilities=[far, near])
    after = ranked(both, *people, risk=risk)
    missed = covered(both, *people)["state"] != "covered"
    left = people_of(both, *people).set_index("person").loc[missed[missed].index, "entrance"]
    assert set(before.index) == {f"pt-{k}-1" for k in range(4)}
    assert set(after.index) == {f"pt-{unit}" for unit in left}
