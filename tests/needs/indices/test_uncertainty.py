"""Ranks tried under other choices: the same seed the same bytes, sure orders stay sure."""

import numpy as np
import pandas as pd
import pytest

from renlin.needs.indices import index, uncertainty


@pytest.fixture
def tried(fields, defined, catalogue):
    def of(n_draws=60, seed=1, **columns):
        stated = defined(fields)
        return uncertainty(
            index(pd.DataFrame(columns), stated, catalogue), stated, n_draws=n_draws, seed=seed
        )

    return of


ROWS = {"unit": list("abcd"), "E_A": [4, 1, 3, 2], "E_B": [1, 4, 4, 2]}


def test_the_same_seed_gives_the_same_ranks_and_another_others(tried):
    one, again, other = tried(**ROWS), tried(**ROWS), tried(seed=2, **ROWS)
    pd.testing.assert_frame_equal(one.units, again.units)
    assert one.draws == again.draws
    assert one.draws != other.draws


def test_a_unit_worst_in_everything_is_first_in_every_draw(tried):
    units = tried(unit=list("abc"), E_A=[9, 5, 1], E_B=[1, 5, 9]).units
    assert units["rank_low"].tolist() == units["rank_high"].tolist() == [1, 2, 3]
    assert units["top_decile_share"].tolist() == [1, 0, 0]


def test_units_that_differ_by_choice_have_wide_ranks_and_flip(tried):
    found = tried(n_draws=200, unit=list("abc"), E_A=[9, 1, 4], E_B=[9, 1, 5])
    assert (found.units["rank_high"] > found.units["rank_low"]).any()
    assert found.flips["flip_share"].between(0, 1).all()
    assert len(found.flips) == 2


def test_every_choice_of_the_definition_is_drawn(tried):
    assert set(tried(n_draws=200, **ROWS).draws) == {
        "percentile", "min_max", "z", "mean", "geometric", "weights_stated", "weights_equal", "weights_random",
    }  # fmt: skip


def test_an_unknown_unit_has_no_interval_and_changes_no_other(tried):
    found = tried(unit=list("abcde"), E_A=[4, 1, 3, 2, ""], E_B=[1, 4, 4, 2, 3]).units
    assert np.isnan(found["rank_low"][4])
    pd.testing.assert_frame_equal(found[:4], tried(**ROWS).units)


def test_the_order_of_rows_never_matters(tried):
    turned = tried(**{name: cells[::-1] for name, cells in ROWS.items()}).units
    pd.testing.assert_frame_equal(turned[::-1].reset_index(drop=True), tried(**ROWS).units)


def test_weights_of_themes_count(fields, tried):
    """Nothing but the first theme weighs: only its variable decides under stated weights."""
    theme = {"zh": "主", "en": "t", "how": "mean"}
    fields["themes"] = [
        {**theme, "code": "A", "variables": ["E_A"], "column": "TA", "weight": 1},
        {**theme, "code": "B", "variables": ["E_B"], "column": "TB", "weight": 0},
    ]
    fields["overall"]["of"] = "themes"
    fields["weights"] = {"how": "stated"}
    fields["uncertainty"] = {"weights": ["stated"], "aggregations": ["mean"]}
    units = tried(**ROWS).units
    assert units["rank_low"].tolist() == units["rank_high"].tolist() == [1, 4, 2, 3]


def test_an_index_that_counts_from_the_least_has_intervals_that_do_too(fields, tried):
    fields["ranking"]["order"] = "ascending"
    units = tried(unit=list("abc"), E_A=[9, 5, 1], E_B=[1, 5, 9]).units
    assert units["rank_low"].tolist() == units["rank_high"].tolist() == [3, 2, 1]
