"""How often which scheme is first, and how much of a spread is luck: against worked cases."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.stats import friedmanchisquare, kendalltau
from tests.community.drawn import willow

from renlin.study.times import Times
from renlin.study.uncertainty.doubts import Doubt
from renlin.study.uncertainty.held import values_of
from renlin.study.uncertainty.latin import design
from renlin.study.uncertainty.ranks import (
    kendall_w,
    mean_tau,
    paradox_stability,
    places,
    stability,
)
from renlin.study.uncertainty.runs import MEASURES, Setting, Tried, moved, read_by, try_all
from renlin.study.uncertainty.split import split

CONFIDENCE = 0.95
NAME = "parameters/storey_height"
PLACE = willow()
WORLDS = {"base": PLACE, "higher": replace(PLACE, scheme="higher")}
HEIGHT = Doubt(NAME, values_of(PLACE.catalogue)[NAME], "range", 2.6, 3.3)  # 2.8 m, 2.6 to 3.3


def setting():
    policy = PLACE.policy.model_copy(update={"reference": "general"})
    return Setting("made-up", policy, {"p1": "general", "p2": "wheelchair"})


def against(turn, luck):
    """Return a simulation: base takes ``turn``, the scheme as many seconds as storeys are high.

    Both meet the luck of the seed; persons are alike.
    """

    def run(worlds):
        height = {code: w.catalogue.number("storey_height") for code, w in worlds.items()}
        level = {code: turn if code == "base" else height[code] for code in worlds}
        times = {code: np.array([[100 + s + x] * 2 for s in luck]) for code, x in level.items()}
        arrived = {code: np.ones_like(t, dtype=bool) for code, t in times.items()}
        return Times(np.array(["p1", "p2"], dtype=object), times, arrived)

    return run


def tried(turn, n, luck=(0.0, 3.0, 7.0)):
    table = design([HEIGHT], n)
    return try_all(WORLDS, [HEIGHT], table, against(turn, luck), setting())


def below(turn):
    """Return the share of the triangle 2.6, 2.8, 3.3 below ``turn``."""
    if turn <= 2.8:
        return (turn - 2.6) ** 2 / (0.7 * 0.2)
    return 1 - (3.3 - turn) ** 2 / (0.7 * 0.5)


def row(table, scheme, measure="all"):
    hit = (table["scheme"] == scheme) & (table["measure"] == measure)
    [found] = table[hit].to_dict("records")
    return found


@settings(max_examples=25, deadline=None)
@given(st.floats(2.61, 3.29), st.integers(10, 60))
def test_where_the_order_turns_at_a_known_value_its_share_is_the_analytic_one(turn, n):
    drawn = design([HEIGHT], n)[:, 0]
    assume(np.abs(drawn - turn).min() > 1e-4)  # nearer, the two tie at the precision of times
    found = row(stability(tried(turn, n), CONFIDENCE), "higher")
    assert found["first_share"] == pytest.approx(below(turn), abs=1 / n + 1e-9)
    assert found["rank_1"] + found["rank_2"] == n


def test_the_catalogue_as_it_stands_is_the_first_draw_and_gives_the_verdict():
    found = row(stability(tried(2.9, 40), CONFIDENCE), "higher")
    assert found["stated_rank"] == 1  # 2.8 against 2.9
    assert found["level"] == pytest.approx(100 + 10 / 3 + 2.8)
    assert found["verdict"] == "better"
    assert found["holds"] == found["better"] == found["rank_1"] == found["first_sure"]
    assert found["better"] + found["worse"] + found["undecided"] + found["unchanged"] == 40


def test_a_scheme_that_changes_nothing_shares_the_first_place():
    def run(worlds):
        one = np.array([[1.0, 2.0], [3.0, 4.0]])
        return Times(
            np.array(["p1", "p2"], dtype=object),
            dict.fromkeys(worlds, one),
            dict.fromkeys(worlds, np.ones_like(one, dtype=bool)),
        )

    table = stability(try_all(WORLDS, [HEIGHT], design([HEIGHT], 5), run, setting()), CONFIDENCE)
    found = row(table, "higher")
    assert (found["rank_1"], found["first_sure"], found["unchanged"]) == (5, 0, 5)
    assert np.isnan(found["kendall_w"])


def test_only_what_a_simulation_reads_is_named():
    assert read_by(WORLDS, against(2.9, (0.0, 1.0))) == {NAME}


def test_every_scheme_gets_the_number_of_the_draw():
    under = moved(WORLDS, [HEIGHT], [3.0])
    assert {w.catalogue.number("storey_height") for w in under.values()} == {3.0}


def test_places_give_ties_the_better_one():
    assert places(np.array([[3.0, 1.0, 1.0], [2.0, 1.0, 3.0]])).tolist() == [[3, 1, 1], [2, 1, 3]]


def test_draws_that_all_give_one_order_agree_wholly():
    level = np.array([[1.0, 2.0, 3.0], [4.0, 5.0, 9.0], [0.0, 1.0, 2.0]])
    assert kendall_w(level) == 1.0
    assert mean_tau(level, level[0]) == 1.0
    assert mean_tau(level, -level[0]) == -1.0


@given(st.integers(0, 10_000), st.booleans())
def test_concordance_is_friedmans_statistic_over_its_greatest(seed, ties):
    level = np.round(np.random.default_rng(seed).normal(size=(8, 4)) * (1 if ties else 1000))
    chi2 = friedmanchisquare(*level.T).statistic
    if np.isfinite(chi2):
        assert kendall_w(level) == pytest.approx(chi2 / (8 * 3))


def test_agreement_with_the_stated_order_is_the_mean_tau():
    level = np.array([[1.0, 2.0, 3.0], [2.0, 1.0, 3.0]])
    stated = np.array([1.0, 2.0, 3.0])
    each = [kendalltau(stated, one).statistic for one in level]
    assert mean_tau(level, stated) == pytest.approx(np.mean(each))  # 1 and 1/3


def test_draws_that_differ_alike_in_every_run_are_all_not_knowing():
    parameter, luck = np.array([0.0, 2.0]), np.array([0.0, 10.0])
    found = split(parameter[:, None] + luck[None, :])
    assert found.epistemic == pytest.approx(2.0)  # variance of 0 and 2
    assert found.aleatory == pytest.approx(50.0)  # of 0 and 10
    assert found.epistemic_share == pytest.approx(2 / 52)


def test_luck_that_only_looks_like_a_difference_of_draws_is_taken_off():
    found = split(np.array([[1.0, -1.0], [-1.0, 1.0]]))
    assert found.epistemic == 0.0
    assert found.aleatory == pytest.approx(2.0)


def test_the_split_recovers_the_variances_it_was_made_from():
    rng = np.random.default_rng(7)
    n_draws, n_seeds = 4000, 3
    level = (
        rng.normal(0, 2.0, (n_draws, 1))
        + rng.normal(0, 5.0, (1, n_seeds))
        + rng.normal(0, 3.0, (n_draws, n_seeds))
    )
    found = split(level)
    luck = level.var(axis=1, ddof=1).mean()
    assert found.epistemic == pytest.approx(4.0, rel=0.12)
    assert found.aleatory == pytest.approx(luck)
    naive = level.mean(axis=1).var(ddof=1)
    assert naive == pytest.approx(4.0 + 9.0 / 3, rel=0.1)  # what is not taken off is wrong


def test_one_draw_or_one_run_tells_nothing_apart():
    assert np.isnan(split(np.ones((1, 5))).epistemic)
    assert np.isnan(split(np.ones((5, 1))).epistemic_share)


def test_the_paradox_is_counted_over_the_draws():
    """Walkers gain ten seconds; who uses a wheelchair loses as many as storeys are over 2.9 m."""

    def run(worlds):
        lost = 2.0 * (next(iter(worlds.values())).catalogue.number("storey_height") - 2.9)
        luck = np.array([0.0, 1.0, 2.0])
        base = np.stack([50 + luck, 90 + luck], axis=1)
        other = np.stack([40 + luck, 90 + lost + luck], axis=1)
        both = {"base": base, "higher": other}
        arrived = {code: np.ones_like(t, dtype=bool) for code, t in both.items()}
        return Times(np.array(["p1", "p2"], dtype=object), both, arrived)

    made = try_all(WORLDS, [HEIGHT], design([HEIGHT], 50), run, setting())
    [found] = paradox_stability(made, CONFIDENCE).to_dict("records")
    assert found["flagged"] == 50  # the gap widens in every draw, the walkers gaining more
    assert found["verdict"] == "flagged"
    assert found["flagged_share"] == 1.0


def test_a_group_nobody_of_which_is_there_is_unknown_not_zero():
    def run(worlds):
        one = np.array([[10.0, np.nan], [12.0, np.nan]])
        arrived = dict.fromkeys(worlds, np.ones_like(one, dtype=bool))
        return Times(np.array(["p1", "p2"], dtype=object), dict.fromkeys(worlds, one), arrived)

    made = try_all(WORLDS, [HEIGHT], design([HEIGHT], 3), run, setting())
    away = [r for r in made.rows if r["display"] == "wheelchair" and r["draw"] == 0]
    assert all(np.isnan(r["mean_time"]) and r["n"] == 0 for r in away)
    assert set(made.verdicts[:, 1]) == {"undecided"}


def test_the_measures_are_burdens_of_all_the_worst_and_the_gap():
    made = tried(2.9, 4)
    assert set(made.level) == set(MEASURES)
    assert isinstance(made, Tried)
    assert {name: level.shape for name, level in made.level.items()} == dict.fromkeys(
        MEASURES, (5, 2, 3)
    )
    assert SimpleNamespace(**made.rows[0]).draw == 0
