"""More runs where a comparison is unsure, and no more than one is ready to wait for."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.simulation import court

from renlin.community.settings import Study
from renlin.finding import content_hash
from renlin.simulation.stopping import Precision, enough, precision

STOP = Precision(seconds=5.0, share=0.0, confidence=0.95, block=4, most=100)
BOTH = {"near": np.array([True, False]), "far": np.array([False, True])}


def times(*columns):
    return np.array(columns, dtype=np.float32).T


def test_a_difference_that_is_the_same_in_every_run_is_sure():
    base = times([100, 140, 90], [300, 280, 310])
    assert enough(base, [base - 30], BOTH, STOP)


def test_a_difference_that_swings_is_not():
    """-60, 0, +60 in the mean of both: half the interval is 4.30 x 60 / sqrt(3) = 149 s."""
    base = times([100, 100, 100], [300, 300, 300])
    swing = base + np.array([[-60], [0], [60]], dtype=np.float32)
    assert not enough(base, [swing], BOTH, STOP)
    assert enough(base, [swing], BOTH, STOP._replace(seconds=150.0))


def test_the_slowest_group_must_be_sure_too_though_the_mean_is():
    """The slow one swings by 8 s, the quick one the other way: the mean stands still."""
    base = times([100] * 4, [300] * 4)
    turn = np.array([-8, 8, -8, 8], dtype=np.float32)
    scheme = base + np.stack([-turn, turn], axis=1)
    assert not enough(base, [scheme], BOTH, STOP)
    assert enough(base, [scheme], {"near": BOTH["near"]}, STOP._replace(seconds=15.0))


def test_the_share_of_the_base_is_enough_where_times_are_long():
    base = times([1000] * 3, [1000] * 3)
    scheme = base + np.array([[-4], [0], [4]], dtype=np.float32)
    assert not enough(base, [scheme], BOTH, STOP)
    assert enough(base, [scheme], BOTH, STOP._replace(share=0.01))


def test_who_is_away_in_a_run_is_left_out_of_it():
    base = times([100, np.nan, 100], [300, 300, 300])
    assert enough(base, [base - 5], BOTH, STOP)


@given(
    st.lists(st.floats(-50, 50, width=16), min_size=3, max_size=8),
    st.floats(-200, 200, width=16),
)
@settings(deadline=None, max_examples=40)
def test_on_which_side_of_zero_a_difference_lies_never_decides(swings, shift):
    base = times([400.0] * len(swings), [400.0] * len(swings))
    scheme = base + np.array(swings, dtype=np.float32)[:, None]
    shifted = scheme + np.float32(shift)
    close = Precision(12.3, 0.0, 0.95, 1, 9)
    assert enough(base, [scheme], BOTH, close) == enough(base, [shifted], BOTH, close)


NIGHT = court.quake(2.0)


def _schemes():
    return {"gate": court.under(court.willow(), "gate")}


def test_blocks_are_added_until_the_most_and_met_by_every_scheme_alike():
    place = court.numbers(court.willow(), stop_half_width=1e-6, stop_half_width_share=0.0,
                          stop_block=4.0)  # fmt: skip
    found = court.run(place, NIGHT, schemes=_schemes(), seeds=range(3), most=9)
    table = found.groups.table
    assert table.groupby("scheme")["seed"].nunique().tolist() == [9, 9]
    assert found.groups.provenance.seeds == tuple(range(9))
    at_once = court.run(place, NIGHT, schemes=_schemes(), seeds=range(9))
    for name in ("groups", "persons", "clearance", "comparison", "households"):
        got, wanted = getattr(found, name).table, getattr(at_once, name).table
        assert content_hash(got) == content_hash(wanted)


def test_where_nothing_differs_no_run_is_added():
    found = court.run(court.willow(), court.quake(), schemes={"b": court.willow()},
                      seeds=range(3), most=30)  # fmt: skip
    assert found.groups.table["seed"].nunique() == 3


def test_progress_counts_the_added_runs_too():
    place = court.numbers(court.willow(), stop_half_width=1e-6, stop_half_width_share=0.0,
                          stop_block=4.0)  # fmt: skip
    seen = []
    court.run(place, NIGHT, schemes=_schemes(), seeds=range(3), most=5,
              progress=lambda what, done, total: seen.append((done, total)))  # fmt: skip
    assert seen[-1] == (10, 10)
    assert [done for done, _ in seen] == list(range(1, 11))


def test_the_precision_is_that_of_the_catalogue():
    made = precision(court.willow().catalogue, 0.9, 300)
    assert (made.seconds, made.share, made.confidence, made.most) == (5.0, 0.02, 0.9, 300)


def test_a_study_may_state_the_most_runs():
    stated = {"scenarios": ("quake",), "main_scenario": "quake", "seeds": 30}
    assert Study(**stated).most_seeds is None
    assert Study(**stated, most_seeds=300).most_seeds == 300
    for fewer in (0, 29):
        with pytest.raises(ValueError, match="most_seeds"):
            Study(**stated, most_seeds=fewer)
