"""One number everywhere: households, groups and community add up, for any community."""

import numpy as np
import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st

from renlin.catalogue import load
from renlin.needs.lists import by_household, detail, totals
from renlin.needs.values import typed
from renlin.random_streams import draw

CATALOGUE = load()
GROUPS = ["general", "over_80", "wheelchair", "tenant"]
UNKNOWN = 0.4


def community(seed, n):
    """Return the wide table of n invented residents in about n/2 homes."""
    ids = [f"p{number}" for number in range(n)]
    columns = {}
    for code, entry in sorted(CATALOGUE.indicators.items()):
        luck = draw(seed, f"test.{code}", ids, count=2)
        if entry.kind == "boolean":
            words = np.where(luck[:, 0] < 0.5, "true", "false").astype(object)
        elif entry.kind == "category":
            words = np.array(
                [entry.levels[int(x * len(entry.levels))] for x in luck[:, 0]], dtype=object
            )
        else:
            low, high = entry.low or 0.0, entry.high or 0.0
            scale = 1 if entry.kind == "level" else 4
            words = np.array(
                [f"{round((low + x * (high - low)) * scale) / scale:g}" for x in luck[:, 0]],
                dtype=object,
            )
        words[luck[:, 1] < UNKNOWN] = None
        columns[code] = typed(words, entry)
    home = (draw(seed, "test.home", ids) * max(n // 2, 1)).astype(int)
    return pd.DataFrame({"person": ids, "household": [f"h{at}" for at in home], **columns})


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**31), st.integers(1, 40))
def test_households_groups_and_the_community_are_one_sum_for_every_item(seed, n):
    table = community(seed, n)
    groups = pd.Series(
        [GROUPS[int(x * 4)] for x in draw(seed, "test.group", list(table["person"]))]
    )
    tiers = {p: [("carry_two", "tiers/t#1"), ("pair", "tiers/t#1")] for p in table["person"][::3]}
    rows = detail(table, groups, tiers, CATALOGUE)
    homes, all_of = by_household(rows), totals(rows)
    for column in ("millionths", "millionths_high"):
        whole = all_of[all_of["display"] == "all"].set_index("item")[column]
        parts = all_of[all_of["display"] != "all"].groupby("item")[column].sum()
        assert whole.to_dict() == homes.groupby("item")[column].sum().to_dict() == parts.to_dict()
    assert (all_of["millionths"] <= all_of["millionths_high"]).all()
    assert all_of.groupby("item")["unit"].nunique().eq(1).all()
    assert np.array_equal(all_of["quantity"] * 1_000_000, all_of["millionths"])


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 2**31))
def test_the_order_of_residents_changes_no_sum(seed):
    table = community(seed, 20)
    groups = pd.Series(["general"] * 20)
    turned = table.iloc[::-1].reset_index(drop=True)
    first, second = (totals(detail(one, groups, {}, CATALOGUE)) for one in (table, turned))
    pd.testing.assert_frame_equal(first, second)
