"""Coverage by group: counts that add up, shares among the known, and the gap."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renlin.equity.intervals import newcombe, wilson
from renlin.space.access.groups import by_group

STATES = ("covered", "not_covered", "unknown")


def counted(rows, reference="general"):
    table = pd.DataFrame(rows, columns=["display", "state"]).assign(service="shelter")
    return by_group(table, reference=reference, level=0.95).set_index("display")


def people(display, covered=0, not_covered=0, unknown=0):
    return [
        (display, state)
        for state, n in zip(STATES, (covered, not_covered, unknown), strict=True)
        for _ in range(n)
    ]


def test_shares_and_intervals_by_hand():
    table = counted(people("general", 8, 2, 5) + people("wheelchair", 1, 3, 1))
    general = table.loc["general"]
    assert (general["n"], general["covered"], general["not_covered"], general["unknown"]) == (
        15,
        8,
        2,
        5,
    )
    assert general["covered_share"] == 0.8
    interval = wilson(8, 10, level=0.95)
    assert (general["low"], general["high"]) == (interval.low, interval.high)
    assert general["least_share"] == pytest.approx(8 / 15)
    assert general["most_share"] == pytest.approx(13 / 15)
    assert table.loc["all", "n"] == 20


def test_the_gap_is_the_reference_minus_the_worst_other_group():
    table = counted(people("general", 8, 2) + people("wheelchair", 1, 3) + people("tenant", 5, 5))
    gap, expected = table.loc["gap"], newcombe(8, 10, 1, 4, level=0.95)
    assert gap["covered_share"] == pytest.approx(0.55)
    assert (gap["low"], gap["high"]) == pytest.approx((expected.low, expected.high))
    assert gap["n"] == 0


def test_a_group_of_whom_nothing_is_known_is_unknown_and_not_the_worst():
    table = counted(
        people("general", 8, 2) + people("wheelchair", unknown=3) + people("tenant", 5, 5)
    )
    assert np.isnan(table.loc["wheelchair", "covered_share"])
    assert (table.loc["wheelchair", "low"], table.loc["wheelchair", "high"]) == (0.0, 1.0)
    assert table.loc["gap", "covered_share"] == pytest.approx(0.3)


def test_a_reference_group_that_is_worst_itself_leaves_a_negative_gap():
    table = counted(people("general", 1, 9) + people("tenant", 5, 5))
    assert table.loc["gap", "covered_share"] == pytest.approx(-0.4)


def test_without_the_reference_group_there_is_no_gap():
    assert np.isnan(counted(people("tenant", 5, 5)).loc["gap", "covered_share"])


@given(
    st.lists(
        st.tuples(st.sampled_from(["general", "tenant", "wheelchair"]), st.sampled_from(STATES)),
        min_size=1,
    )
)
@settings(max_examples=40, deadline=None)
def test_the_three_states_are_everybody_in_every_group(rows):
    table = counted(rows)
    groups = table.drop(index="gap")
    assert (groups[list(STATES)].sum(axis=1) == groups["n"]).all()
    parts = groups.drop(index="all")
    assert parts[["n", *STATES]].sum().tolist() == groups.loc["all", ["n", *STATES]].tolist()
    assert (groups["least_share"] <= groups["most_share"]).all()
    known = groups[groups["covered_share"].notna()]
    assert (known["low"] <= known["covered_share"]).all()
    assert (known["covered_share"] <= known["high"]).all()
