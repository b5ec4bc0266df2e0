"""Which parameters drive a difference: against other libraries, and never out of noise."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import pearsonr, rankdata, spearmanr

from renlin.catalogue.models import Value
from renlin.study.uncertainty.doubts import Doubt
from renlin.study.uncertainty.influence import correlations, influence, is_partial
from renlin.study.uncertainty.latin import hypercube
from renlin.study.uncertainty.runs import MEASURES, Tried

VALUE = Value(value=0.5, low=0.0, high=1.0, unit="s", source="assumption", note="made up")


def listed(n):
    return [Doubt(f"parameters/p{i:03d}", VALUE, "range", 0.0, 1.0) for i in range(n)]


def tried(difference):
    """Return runs whose schemes differ by ``difference`` in every draw, under the same luck."""
    luck = np.array([0.0, 5.0, 9.0])
    base = np.broadcast_to(luck, (len(difference) + 1, 3))
    stated = np.concatenate([[0.0], difference])
    level = np.stack([base, base + stated[:, None]], axis=1)
    verdicts = np.full((len(difference) + 1, 2), "", dtype=object)
    return Tried("made-up", ("base", "other"), dict.fromkeys(MEASURES, level), verdicts, ())


def found(table, difference, **named):
    options = {"confidence": 0.95, "n_resamples": 400} | named
    made = influence(tried(difference), listed(table.shape[1]), table, **options)
    return made[made["measure"] == "all"].set_index("parameter")


def cube(n_draws, n):
    return hypercube([f"p{i}" for i in range(n)], n_draws)


@given(st.integers(0, 1000))
def test_with_few_draws_it_is_spearmans_correlation(seed):
    rng = np.random.default_rng(seed)
    table, response = rng.normal(size=(12, 5)), np.round(rng.normal(size=12), 1)
    assert not is_partial(12, 5)
    wanted = [spearmanr(column, response).statistic for column in table.T]
    assert correlations(table, response[:, None])[:, 0] == pytest.approx(wanted)


@given(st.integers(0, 1000))
def test_with_enough_draws_what_the_others_explain_is_taken_off(seed):
    rng = np.random.default_rng(seed)
    table = rng.normal(size=(60, 4))
    response = 3 * table[:, 0] - table[:, 1] + 0.2 * rng.normal(size=60)
    assert is_partial(60, 4)
    ranks, own = np.apply_along_axis(rankdata, 0, table), rankdata(response)
    wanted = []
    for j in range(4):
        others = np.column_stack([np.ones(60), np.delete(ranks, j, axis=1)])
        rest = [v - others @ np.linalg.lstsq(others, v, rcond=None)[0] for v in (ranks[:, j], own)]
        wanted.append(pearsonr(*rest).statistic)
    assert correlations(table, response[:, None])[:, 0] == pytest.approx(wanted)


def test_the_parameter_that_decides_is_named_with_its_direction_and_the_rest_is_not():
    table = cube(40, 12)
    made = found(table, 30 * table[:, 3] - 20 * table[:, 7])
    assert made.loc["parameters/p003", "state"] == "raises"
    assert made.loc["parameters/p007", "state"] == "lowers"
    others = made.drop(index=["parameters/p003", "parameters/p007"])
    assert set(others["state"]) == {"undecided"}
    assert made.loc["parameters/p003", "coefficient_low"] > 0
    assert set(made["method"]) == {"partial_rank"}


def test_a_parameter_without_influence_is_undecided():
    table = cube(30, 1)
    rng = np.random.default_rng(3)
    made = found(table, rng.normal(size=30))
    assert made.loc["parameters/p000", "state"] == "undecided"
    assert made.loc["parameters/p000", "coefficient_low"] < 0
    assert made.loc["parameters/p000", "coefficient_high"] > 0


def test_a_chance_agreement_of_few_draws_with_one_of_many_parameters_is_undecided():
    table = cube(6, 200)
    made = found(table, table[:, 0], n_resamples=50)
    assert made.loc["parameters/p000", "coefficient"] == pytest.approx(1.0)
    assert set(made["state"]) == {"undecided"}


def test_a_difference_that_never_changes_is_driven_by_nothing():
    made = found(cube(20, 3), np.full(20, -4.0))
    assert made["coefficient"].isna().all()
    assert set(made["state"]) == {"undecided"}


def test_a_parameter_that_never_changes_drives_nothing():
    table = cube(20, 3)
    table[:, 1] = 0.5
    made = found(table, table[:, 0])
    assert np.isnan(made.loc["parameters/p001", "coefficient"])
    assert made.loc["parameters/p000", "state"] == "raises"


def test_the_difference_is_told_with_the_value_its_bounds_and_its_source():
    row = found(cube(20, 2), np.arange(20.0)).loc["parameters/p000"]
    assert (row["scheme"], row["against"]) == ("other", "base")
    assert (row["value"], row["low"], row["high"], row["source"]) == (0.5, 0.0, 1.0, "assumption")


def test_the_same_seed_gives_the_same_bounds():
    table = cube(20, 2)
    first, second = found(table, table[:, 0]), found(table, table[:, 0])
    assert first["coefficient_low"].tolist() == second["coefficient_low"].tolist()
