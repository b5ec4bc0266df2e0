"""Raking meets every margin or says which it cannot meet."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renlin.errors import Infeasible
from renlin.needs.workshops.raking import Raked, attempt, collapse, kish, rake


def rows(**columns):
    return pd.DataFrame(columns, dtype="object")


def test_three_alone_and_one_together_are_weighed_to_three_fifths():
    table = rows(living=["alone"] * 3 + ["together"])
    found = rake(table, {"living": {"alone": 0.6, "together": 0.4}}, cap=5)
    assert found.weights == pytest.approx([0.8, 0.8, 0.8, 1.6])
    assert found.n_effective == pytest.approx(16 / (3 * 0.64 + 2.56))


def test_two_margins_at_once_by_hand():
    """A 2 x 2 table with one respondent each and independent margins: weights multiply."""
    table = rows(a=["x", "x", "y", "y"], b=["u", "v", "u", "v"])
    margins = {"a": {"x": 0.25, "y": 0.75}, "b": {"u": 0.4, "v": 0.6}}
    assert rake(table, margins, cap=9).weights == pytest.approx([0.4, 0.6, 1.2, 1.8])


def test_a_category_nobody_stands_for_is_refused_by_name():
    with pytest.raises(Infeasible) as caught:
        rake(rows(tenure=["owner"] * 6), {"tenure": {"owner": 0.7, "tenant": 0.3}}, cap=5)
    assert caught.value.faults[0].column == "tenure"
    assert "tenant" in caught.value.text("en")


def test_a_participant_of_a_category_the_margin_has_not_is_refused():
    with pytest.raises(Infeasible) as caught:
        rake(rows(tenure=["owner", "tenant"]), {"tenure": {"owner": 1.0, "tenant": 0.0}}, cap=5)
    assert caught.value.faults[0].column == "tenure"


def test_margins_the_cap_forbids_are_refused_and_named():
    table = rows(living=["alone"] * 99 + ["together"])
    with pytest.raises(Infeasible) as caught:
        rake(table, {"living": {"alone": 0.5, "together": 0.5}}, cap=5)
    assert [fault.column for fault in caught.value.faults] == ["living"]


def test_margins_that_contradict_each_other_are_refused():
    """Who is old lives alone and nobody else: the two margins cannot differ."""
    table = rows(a=["x", "y"] * 5, b=["u", "v"] * 5)
    with pytest.raises(Infeasible):
        rake(table, {"a": {"x": 0.3, "y": 0.7}, "b": {"u": 0.6, "v": 0.4}}, cap=50)


def test_nobody_at_all_is_refused():
    assert not isinstance(attempt(rows(a=[]), {"a": {"x": 1.0}}, cap=5), Raked)


def test_no_margin_leaves_everybody_alike():
    found = rake(rows(a=["x", "y"]), {}, cap=5)
    assert found.weights.tolist() == [1.0, 1.0]
    assert found.n_effective == 2


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_every_margin_is_met_and_no_weight_passes_the_cap_or_it_is_refused(data):
    n = data.draw(st.integers(4, 40))
    table = rows(
        a=data.draw(st.lists(st.sampled_from("xyz"), min_size=n, max_size=n)),
        b=data.draw(st.lists(st.sampled_from("uv"), min_size=n, max_size=n)),
    )
    margins = {}
    for name, codes in (("a", "xyz"), ("b", "uv")):
        parts = data.draw(st.lists(st.integers(1, 9), min_size=len(codes), max_size=len(codes)))
        margins[name] = {c: p / sum(parts) for c, p in zip(codes, parts, strict=True)}
    found = attempt(table, margins, cap=5)
    if not isinstance(found, Raked):
        assert found
        return
    w = found.weights
    for name, shares in margins.items():
        for code, share in shares.items():
            assert w[(table[name] == code).to_numpy()].sum() / n == pytest.approx(share, abs=1e-6)
    assert w.max() <= 5 * np.median(w) * (1 + 1e-6)
    assert 1 <= found.n_effective <= n + 1e-9


@settings(max_examples=20, deadline=None)
@given(st.permutations(range(12)))
def test_the_order_of_respondents_never_matters(order):
    table = rows(a=list("xxxyyyzzzxyz"), b=list("uvuvuvuvuvuu"))
    margins = {"a": {"x": 0.2, "y": 0.3, "z": 0.5}, "b": {"u": 0.5, "v": 0.5}}
    plain = rake(table, margins, cap=5).weights
    turned = rake(table.iloc[list(order)].reset_index(drop=True), margins, cap=5).weights
    assert turned == pytest.approx(plain[list(order)])


def test_kish_of_equal_weights_is_their_number():
    assert kish(np.full(7, 3.0)) == pytest.approx(7)


def test_small_categories_join_the_smaller_neighbour_in_the_stated_order():
    table = rows(
        age=["young"] * 2 + ["middle"] * 9 + ["old"] * 6, tenure=["owner"] * 16 + ["tenant"]
    )
    merged, margins, done = collapse(
        table,
        {
            "age": {"young": 0.5, "middle": 0.3, "old": 0.2},
            "tenure": {"owner": 0.8, "tenant": 0.2},
        },
        ["tenure", "age"],
        5,
    )
    assert done == ("tenure: owner+tenant", "tenure: dropped", "age: young+middle")
    assert margins == {"age": {"young+middle": 0.8, "old": 0.2}}
    assert merged["age"].tolist() == ["young+middle"] * 11 + ["old"] * 6
