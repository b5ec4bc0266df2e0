"""Risk hollows: four conditions, each shown; a planted one found, none made of nothing."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.community.drawn import willow

from renlin.space.points.areas import by_building, high_low, inside
from renlin.space.points.hollows import CONDITIONS, Rules, hollows, joined

SIDE = 10
AT = np.array([(40.0 * x, 40.0 * y) for x in range(SIDE) for y in range(SIDE)])
CORNER = (AT[:, 0] < 120) & (AT[:, 1] < 120)
CATALOGUE = willow().catalogue


def rules(*bandwidths, **facts):
    plain = {"rate": 0.05, "low_cover": 0.2, "stable_share": 0.8, "seed": 1, "n_draws": 99}
    return Rules(bandwidths or (60.0,), **(plain | facts))


def town(seed=1, planted=True, ties=True):
    """Return 100 buildings of 20 residents; in the corner all four ills are planted."""
    luck = np.random.default_rng(seed)
    ill = CORNER if planted else np.zeros(len(AT), dtype=bool)
    noise = luck.integers(0, 4, (4, len(AT)))
    asked = 20 if ties else 0
    return pd.DataFrame(
        {
            "building": [f"b{n:03d}" for n in range(len(AT))],
            "persons": 20,
            "vulnerable": noise[0] + 12 * ill,
            "risk": 0.1 + 0.05 * noise[1] + 0.6 * ill,
            "asked": asked,
            "weak": (noise[2] + 10 * ill) * ties,
            "known": 20,
            "uncovered": noise[3] + 14 * ill,
        }
    )


class TestPlanted:
    def test_all_four_conditions_meet_in_the_planted_corner_only(self):
        found = hollows(town(), AT, rules())
        told = set(found.loc[found["hollow"] == "yes", "building"])
        planted = set(town().loc[CORNER, "building"])
        assert len(told & planted) >= 8
        far = set(town().loc[(AT > 180).any(axis=1), "building"])
        assert not told & far

    @pytest.mark.parametrize(
        ("ill", "flat"),
        [("people", "vulnerable"), ("hazard", "risk"), ("ties", "weak"), ("coverage", "uncovered")],
    )
    def test_without_one_ill_there_is_no_hollow_and_the_condition_says_which(self, ill, flat):
        found = hollows(town().assign(**{flat: 0.0}), AT, rules())
        assert (found[ill] != "yes").all()
        assert (found["hollow"] == "no").all()
        others = [name for name in CONDITIONS if name != ill]
        assert (found.loc[CORNER, others] == "yes").any().all()

    def test_without_a_survey_of_ties_a_hollow_is_possible_and_never_sure(self):
        found = hollows(town(ties=False), AT, rules())
        assert (found["ties"] == "unknown").all()
        assert found["z_ties"].isna().all()
        assert set(found["hollow"]) == {"no", "possible"}

    def test_a_building_of_unknown_risk_is_unknown_and_left_out_of_its_neighbours(self):
        known = town()
        blank = known.assign(risk=known["risk"].mask(known.index == 0))
        found = hollows(blank, AT, rules())
        assert found.loc[0, "hazard"] == "unknown"
        assert found.loc[0, "hollow"] in {"possible", "no"}
        assert found.loc[1, "hazard"] == "yes"

    def test_a_hollow_at_every_bandwidth_is_stable(self):
        found = hollows(town(), AT, rules(60.0, 50.0, 45.0))
        raised = found["hollow"] == "yes"
        steady = found["hollow_share"] >= 0.8
        assert found.loc[raised & CORNER, "stable"].all()
        assert (found.loc[raised, "stable"] == steady[raised]).all()
        assert (found.loc[~raised, "hollow_share"] == 0.0).all()


def test_noise_makes_hollows_at_no_more_than_the_allowed_rate():
    """Forty towns without any planted ill: four conditions at once hardly ever meet."""
    found = [hollows(town(seed, planted=False), AT, rules(n_draws=1)) for seed in range(40)]
    assert np.mean([(one["hollow"] == "yes").any() for one in found]) <= 0.05
    people = np.mean([(one["people"] == "yes").any() for one in found])
    assert people <= 0.15


states = st.sampled_from(["yes", "no", "unknown"])


@given(st.lists(st.tuples(states, states, states, states), min_size=1, max_size=20))
@settings(max_examples=50, deadline=None)
def test_one_condition_that_fails_is_no_hollow_and_only_all_four_are_one(rows):
    verdict = joined(pd.DataFrame(rows))
    for row, said in zip(rows, verdict, strict=True):
        if "no" in row:
            assert said == "no"
        else:
            assert said == ("possible" if "unknown" in row else "yes")


class TestAreas:
    def test_residents_are_summed_up_by_building(self):
        homes = pd.DataFrame(
            [
                ("a", "wheelchair", "A"),
                ("b", "general", "A"),
                ("c", "general", "B"),
                ("d", "general", None),
            ],
            columns=["person", "display", "building"],
        )
        tiers = pd.DataFrame({"person": list("abcd"), "sure": [4, 1, 4, 4]})
        ties = pd.DataFrame(
            {
                "person": list("abc"),
                "state": ["isolated", "connected", "unknown"],
                "message": ["unknown", "not_reached", "unknown"],
            }
        )
        coverage = pd.DataFrame(
            [
                ("a", "covered"),
                ("a", "not_covered"),
                ("b", "covered"),
                ("c", "unknown"),
                ("c", "covered"),
            ],
            columns=["person", "state"],
        )
        hazard = pd.DataFrame({"building": ["A", "B", "C"], "risk": [0.5, None, 0.1]})
        found = by_building(homes, tiers, ties, coverage, hazard, CATALOGUE)
        assert found.drop(columns=["building", "risk"]).to_numpy().tolist() == [
            [2, 2, 2, 2, 2, 1],
            [1, 0, 0, 0, 0, 0],
            [0, 0, 0, 0, 0, 0],
        ]

    def test_without_ties_nobody_was_asked(self):
        homes = pd.DataFrame({"person": ["a"], "display": ["general"], "building": ["A"]})
        tiers = pd.DataFrame({"person": ["a"], "sure": [4]})
        coverage = pd.DataFrame({"person": ["a"], "state": ["covered"]})
        hazard = pd.DataFrame({"building": ["A"], "risk": [0.5]})
        found = by_building(homes, tiers, None, coverage, hazard, CATALOGUE)
        assert found[["asked", "weak"]].to_numpy().tolist() == [[0, 0]]

    def test_who_lives_inside_by_group_with_the_gap(self):
        homes = pd.DataFrame(
            {
                "person": list("abcd"),
                "display": ["general", "general", "wheelchair", "wheelchair"],
                "building": ["A", "B", "A", None],
            }
        )
        hollow = pd.DataFrame({"building": ["A", "B"], "hollow": ["yes", "no"]})
        found = inside(homes, hollow, reference="general", level=0.95).set_index("display")
        assert found.loc["all", ["n", "inside", "outside", "unknown"]].tolist() == [4, 2, 1, 1]
        assert found.loc["gap", "outside_share"] == 0.5

    def test_high_risk_among_low_coverage_is_found_in_the_corner_it_was_put(self):
        found = high_low(town(), AT, rules(n_draws=499))
        told = np.array(found["high_low"]) == "high_low"
        assert told[CORNER & (AT < 80).all(axis=1)].all()
        assert not told[(AT > 180).any(axis=1)].any()

    def test_unknown_risk_or_coverage_is_unknown(self):
        blank = town().assign(risk=np.nan)
        found = high_low(blank, AT, rules())
        assert set(found["high_low"]) == {"unknown"}
        assert np.isnan(found["high_low_p"]).all()
