"""Preferences are ordered with honest intervals; circles and gaps are named."""

import choix
import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renlin.catalogue.load import load
from renlin.needs.workshops.choices import (
    borda,
    bradley_terry,
    circle,
    one_vote_per_group,
    one_vote_per_person,
    parts,
    tally,
)
from renlin.needs.workshops.wishes import preferences

RULE = {"prior": 0.1, "interval": 0.9}
games = st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), min_size=1, max_size=40).map(
    lambda pairs: [(i, j) for i, j in pairs if i != j]
)


def matrix(pairs, n=5):
    wins = np.zeros((n, n))
    for i, j in pairs:
        wins[i, j] += 1
    return wins


def ballots(*rows):
    columns = ["session", "voter", "display", "first", "second", "preferred"]
    return pd.DataFrame([("s", *row) for row in rows], columns=columns, dtype="str")


@settings(max_examples=60, deadline=None)
@given(games)
def test_strengths_are_those_of_choix(pairs):
    found = bradley_terry(matrix(pairs), **RULE).strength
    oracle = choix.opt_pairwise(5, pairs, alpha=RULE["prior"], tol=1e-10) if pairs else np.zeros(5)
    assert found == pytest.approx(oracle - oracle.mean(), abs=1e-5)


def test_two_items_by_hand():
    """3 wins of 4 and hardly a prior: ln 3 between the two."""
    found = bradley_terry(np.array([[0.0, 3.0], [1.0, 0.0]]), prior=1e-9, interval=0.9)
    assert found.strength[0] - found.strength[1] == pytest.approx(np.log(3), abs=1e-6)
    assert found.rank.tolist() == [1, 2]


def test_an_undefeated_item_stays_finite():
    found = bradley_terry(matrix([(0, 1)] * 50 + [(1, 2)], 3), **RULE)
    assert np.isfinite([found.strength, found.low, found.high]).all()
    assert found.rank.tolist() == [1, 2, 3]


@settings(max_examples=40, deadline=None)
@given(games, st.permutations(range(5)))
def test_renaming_the_items_renames_the_order(pairs, order):
    wins = matrix(pairs)
    turned = wins[np.ix_(order, order)]
    one, other = bradley_terry(wins, **RULE), bradley_terry(turned, **RULE)
    assert other.strength == pytest.approx(one.strength[list(order)], abs=1e-7)


def test_only_ties_leave_everything_level():
    wins = tally(ballots(("1", "tenant", "a", "b", "tie")).assign(weight=1.0), ["a", "b"])
    assert bradley_terry(wins, **RULE).rank.tolist() == [1, 1]
    assert borda(wins).tolist() == [0.5, 0.5]


def test_borda_is_the_mean_share_of_wins_over_the_pairs_met():
    assert borda(matrix([(0, 1), (0, 1), (1, 0), (0, 2)], 4)) == pytest.approx(
        [(2 / 3 + 1) / 2, 1 / 3, 0.0, 0.5]
    )


def test_a_circle_is_named_in_its_order():
    assert circle(matrix([(0, 1), (1, 2), (2, 0), (0, 3)], 4)) == [0, 1, 2]


def test_majorities_in_line_have_no_circle():
    assert circle(matrix([(0, 1), (1, 2), (0, 2)], 3)) == []


def test_items_never_compared_stand_in_different_parts():
    found = parts(matrix([(0, 1), (2, 3)], 4))
    assert found[0] == found[1] != found[2] == found[3]


def test_a_voter_who_answers_twice_counts_once():
    table = ballots(
        ("1", "tenant", "a", "b", "a"),
        ("1", "tenant", "b", "a", "a"),
        ("2", "tenant", "a", "b", "b"),
    )
    assert tally(one_vote_per_person(table), ["a", "b"]).tolist() == [[0, 1], [1, 0]]


def test_a_group_of_one_weighs_as_much_as_a_group_of_nine():
    table = ballots(
        ("1", "wheelchair", "a", "b", "a"),
        *((str(n), "general", "a", "b", "b") for n in range(2, 11)),
    )
    assert tally(one_vote_per_group(table), ["a", "b"]) == pytest.approx(np.array([[0, 1], [1, 0]]))


def published(*rows):
    wishes = load().wishes
    return preferences(ballots(*rows), wishes, **RULE, veto=0.5).set_index(["aggregation", "wish"])


def test_a_veto_case_is_published_twice_with_both_orders():
    """Nine want the plaza, three in wheelchairs the ramp: by heads the plaza, vetoed."""
    found = published(
        *((f"g{n}", "general", "big_plaza", "door_ramp", "big_plaza") for n in range(9)),
        *((f"w{n}", "wheelchair", "big_plaza", "door_ramp", "door_ramp") for n in range(3)),
    )
    assert found.loc[("person", "big_plaza"), "rank"] == 1
    assert found.loc[("group", "big_plaza"), "rank"] == 1  # one group each: level
    assert found.loc[("group", "door_ramp"), "rank"] == 1
    assert found["orders_differ"].all()
    assert found.loc["person", "vetoed_by"].to_dict() == found.loc["group", "vetoed_by"].to_dict()
    assert found.loc[("person", "big_plaza"), "vetoed_by"] == "wheelchair"
    assert found.loc[("person", "big_plaza"), "rank_after_veto"] == 2


def test_exactly_half_against_is_no_veto():
    found = published(
        ("1", "wheelchair", "big_plaza", "door_ramp", "big_plaza"),
        ("2", "wheelchair", "big_plaza", "door_ramp", "door_ramp"),
    )
    assert (found["vetoed_by"] == "").all()


def test_nobody_who_answered_gives_a_typed_empty_table():
    found = preferences(ballots(), load().wishes, **RULE, veto=0.5)
    assert len(found) == 0
    assert found["rank"].dtype == "int64"
