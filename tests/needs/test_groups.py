"""Groups: every average with its groups, the gap beside it, and who is unknown."""

import pandas as pd
import pytest

from renlin.equity.intervals import wilson
from renlin.needs.groups import compare_groups


def values(value, low=None, high=None):
    return pd.DataFrame(
        {"value": value, "low": low or value, "high": high or value}, dtype="float64"
    )


def members(**groups):
    table = pd.DataFrame({name: pd.array(own, dtype="boolean") for name, own in groups.items()})
    return table.assign(person=[f"p{n}" for n in range(len(table))])


def compared(found, people, **changes):
    chosen = {"reference": "general", "confidence": 0.95, "small_below": 2} | changes
    return compare_groups(found, people, **chosen).set_index("display")


PEOPLE = members(
    general=[True, True, False, False],
    old=[False, False, True, True],
    blind=[False, False, None, True],
)


def test_the_average_stands_on_its_groups_and_the_gap():
    table = compared({"tier_1_2_share": values([0, 0, 1, 0], high=[0, 0, 1, 1])}, PEOPLE)
    assert table["value"].round(9).to_dict() == {
        "all": 0.25, "general": 0.0, "old": 0.5, "blind": 0.0, "gap": 0.5,
    }  # fmt: skip
    assert table.loc["old", "worst"]
    assert table.loc["gap", "reference"] == "general"


def test_bounds_of_a_tier_share_hold_sampling_and_what_is_unknown():
    row = compared({"tier_1_2_share": values([0, 0, 1, 0], high=[0, 0, 1, 1])}, PEOPLE).loc["old"]
    assert row["low"] == pytest.approx(wilson(1, 2).low)
    assert row["high"] == pytest.approx(wilson(2, 2).high)
    assert row["n_unknown"] == 1


def test_who_may_belong_to_a_group_is_counted_beside_it():
    row = compared({"response": values([1, 1, 0, 1])}, PEOPLE).loc["blind"]
    assert (row["n"], row["n_undecided"], row["value"]) == (1, 1, 1.0)
    assert row["small"]


def test_for_a_capacity_the_worst_group_is_the_lowest():
    table = compared({"response": values([0.8, 0.6, 0.2, 0.4])}, PEOPLE)
    assert table.loc["old", "worst"]
    assert table.loc["gap", "value"] == pytest.approx(0.3 - 0.7)


def test_a_missing_value_is_in_no_average_and_widens_the_bounds():
    found = {
        "response": values([None, 0.5, 0.5, 0.5], low=[0, 0.5, 0.5, 0.5], high=[1, 0.5, 0.5, 0.5])
    }
    row = compared(found, PEOPLE).loc["general"]
    assert (row["n"], row["value"], row["low"], row["high"]) == (2, 0.5, 0.25, 0.75)
    assert row["n_unknown"] == 1


def test_without_the_reference_group_the_gap_is_against_all():
    table = compared({"response": values([1, 1, 0, 0])}, PEOPLE, reference="nobody")
    assert set(table["reference"]) == {"all"}


def test_every_measure_of_willow_has_all_groups_and_a_gap(found, willow):
    table = found.groups.table
    for _, part in table.groupby("measure"):
        assert set(part["display"]) == {"all", "gap", *willow.catalogue.displays}


def test_willows_shares_are_those_worked_by_hand(found):
    """Of 21: Lin in tier 1; Zhao, Wang, Sun and Zheng in tier 2; Lin alone in a wheelchair."""
    table = found.groups.table.set_index(["measure", "display"])
    assert table.loc[("tier_1_share", "all"), "value"] == pytest.approx(1 / 21)
    assert table.loc[("tier_1_2_share", "all"), "value"] == pytest.approx(5 / 21)
    assert table.loc[("tier_1_2_share", "over_80"), "value"] == 1.0
    assert table.loc[("tier_1_2_share", "pregnant_infant"), "value"] == 0.5
    assert table.loc[("tier_1_2_share", "general"), "value"] == 0.0
    assert table.loc[("tier_1_2_share", "gap"), "value"] == 1.0
    assert table.loc[("tier_1_2_share", "all"), "n_unknown"] == 16
