"""Times read by person, group and run: who is there, who is slower, which side is better."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renlin.equity.intervals import paired_t
from renlin.study.times import (
    FASTER,
    SLOWER,
    UNCHANGED,
    UNDECIDED,
    Times,
    better,
    by_run,
    levels,
    person_states,
    seen,
)

NAN = np.nan


def times(**views):
    made = {view: np.array(rows, dtype=np.float32) for view, rows in views.items()}
    people = np.array([f"p{i}" for i in range(next(iter(made.values())).shape[1])], dtype=object)
    arrived = {view: time < 1800.0 for view, time in made.items()}
    return Times(people, made, arrived)


def states(*columns):
    return person_states(np.array(columns, dtype=float).T, 0.95).tolist()


def test_a_person_who_is_always_slower_is_slower_and_always_faster_faster():
    assert states([5.0, 6.0, 5.5], [-5.0, -6.0, -5.5]) == [SLOWER, FASTER]


def test_a_person_whose_runs_disagree_is_undecided():
    assert states([-30.0, 40.0, 5.0]) == [UNDECIDED]


def test_a_person_whose_every_run_is_the_same_is_unchanged_and_to_the_millisecond():
    assert states([0.0, 0.0, 0.0], [0.0005, -0.0005, 0.0]) == [UNCHANGED, UNCHANGED]


def test_a_constant_loss_is_a_loss_though_nothing_spreads():
    assert states([2.0, 2.0, 2.0]) == [SLOWER]


def test_runs_in_which_a_person_is_away_do_not_count():
    assert states([NAN, 5.0, 6.0, 5.5]) == states([5.0, 6.0, 5.5])


def test_who_is_there_once_is_undecided_and_who_never_is_unchanged():
    assert states([NAN, NAN, 9.0], [NAN, NAN, NAN]) == [UNDECIDED, UNCHANGED]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(-500, 500), min_size=2, max_size=12))
def test_states_agree_with_the_paired_interval_of_each_person(column):
    difference = np.round(np.array(column), 2)
    interval = paired_t(difference, level=0.95)
    if (np.abs(difference) < 1e-3).all():
        expected = UNCHANGED
    elif interval.low > 1e-9:
        expected = SLOWER
    elif interval.high < -1e-9:
        expected = FASTER
    elif not interval.excludes_zero:
        expected = UNDECIDED
    else:
        return
    assert states(difference) == [expected]


def test_the_mean_of_a_run_is_over_those_who_are_there():
    assert by_run(np.array([[10.0, NAN, 30.0], [NAN, NAN, NAN]])).tolist()[0] == 20.0
    assert np.isnan(by_run(np.array([[NAN, NAN]]))[0])


def test_who_is_there_in_fewer_than_two_runs_is_left_out_of_every_view_alike():
    whole = times(base=[[1.0, NAN, 3.0], [1.0, 2.0, 3.0]], a=[[1.0, NAN, 3.0], [1.0, 2.0, 3.0]])
    kept = seen(whole)
    assert kept.persons.tolist() == ["p0", "p2"]
    assert kept.time["a"].shape == (2, 2)
    assert kept.arrived["a"].shape == (2, 2)


def test_levels_by_hand():
    """Four persons, two runs: means 250 and 350, gaps 300 and 300, the slowest 400 and 500."""
    made = times(base=[[100.0, 100.0, 400.0, 400.0], [200.0, 200.0, 500.0, 500.0]])
    display = np.array(["general", "general", "wheelchair", "wheelchair"], dtype=object)
    own = levels(made, "base", display, "general", 0.25)
    assert own.mean.tolist() == [250.0, 350.0]
    assert own.gap.tolist() == [300.0, 300.0]
    assert own.worst_decile.tolist() == [400.0, 500.0]
    assert own.worst == "wheelchair"
    assert own.not_evacuated.tolist() == [0.0, 0.0]


def test_who_does_not_arrive_is_counted_and_who_is_away_is_not():
    made = times(base=[[1800.0, NAN], [1800.0, 10.0]])
    display = np.array(["general", "general"], dtype=object)
    assert levels(made, "base", display, "general", 0.5).not_evacuated.tolist() == [1.0, 1.0]


def test_without_the_reference_the_gap_is_taken_against_the_fastest():
    made = times(base=[[100.0, 300.0]])
    display = np.array(["over_80", "wheelchair"], dtype=object)
    assert levels(made, "base", display, "general", 0.5).gap.tolist() == [200.0]


@pytest.mark.parametrize(
    ("differences", "side"),
    [([-5.0, -5.0, -6.0], "equity"), ([5.0, 5.0, 6.0], "universal"), ([-9.0, 9.0, 1.0], "")],
)
def test_a_side_is_better_only_outside_the_noise(differences, side):
    assert better(paired_t(differences), first="universal", second="equity") == side
