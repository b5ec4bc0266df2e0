"""Needs lists: rate x days x residents, and sums that are one number everywhere."""

from decimal import Decimal

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renlin.catalogue import load
from renlin.needs import identify
from renlin.needs.lists import MILLIONTHS, by_household, detail, in_millionths, totals
from renlin.random_streams import draw

CATALOGUE = load()


def of(found, household, item):
    table = found.list.table
    return table[(table["household"] == household) & (table["item"] == item)]


def test_water_is_three_litres_a_day_for_three_days_for_every_resident(found):
    assert of(found, "hu-sun", "water_drinking")["quantity"].tolist() == [27.0]
    total = found.totals.table
    water = total[(total["item"] == "water_drinking") & (total["display"] == "all")].iloc[0]
    assert (water["quantity"], water["unit"], water["days"]) == (189.0, "l", 3.0)
    assert (water["n_persons"], water["n_households"]) == (21, 12)


@pytest.mark.parametrize(
    ("item", "quantity"),
    [
        ("carry_two", 2.0), ("oxygen", 8.0), ("backup_power", 1.0), ("rescue_sheet", 1.0),
        ("call_bracelet", 1.0), ("door_knock", 1.0), ("call_twice_daily", 2.0), ("food", 6300.0),
        ("step_free_route", 1.0),
    ],
)  # fmt: skip
def test_lin_needs_what_was_worked_by_hand(found, item, quantity):
    assert of(found, "hu-lin", item)["quantity"].tolist() == [quantity]


@pytest.mark.parametrize(
    "item", ["medicine", "diapers_adult", "guide", "assist_one", "free_supplies"]
)
def test_what_is_only_possible_is_not_on_a_households_list(found, item):
    assert of(found, "hu-lin", item).empty


def test_what_is_only_possible_is_counted_in_the_totals(found):
    total = found.totals.table
    row = total[(total["item"] == "medicine") & (total["display"] == "all")].iloc[0]
    assert (row["quantity"], row["quantity_high"]) == (0.0, 147.0)
    assert (row["n_persons"], row["n_unknown"]) == (0, 21)


def test_each_need_names_the_rules_that_brought_it(found):
    rule = of(found, "hu-lin", "pair")["rule"].iloc[0].split(";")
    assert "tiers/elderly.yaml@2026.1#一级(最高)" in rule
    assert "indicators/lives_alone" in rule
    assert of(found, "hu-lin", "torch")["rule"].tolist() == ["supplies/torch"]


def test_known_hours_of_oxygen_replace_the_usual_rate(tell):
    needs = identify(tell(("lin", "oxygen_hours", "14.5", "2026-10-20")))
    assert of(needs, "hu-lin", "oxygen")["quantity"].tolist() == [14.5]


def test_only_women_of_that_age_are_sure_to_need_pads(found):
    table = found.list.table
    pads = table[table["item"] == "sanitary_pads"].set_index("household")["n_persons"]
    assert pads.to_dict() == {"hu-chen": 1, "hu-feng": 1, "hu-qian": 1, "hu-sun": 1, "hu-zhou": 1}


def test_one_radio_for_a_home_however_many_lack_a_device(tell):
    place = tell(
        ("zheng-1", "has_smart_device", "no", "2026-10-20"),
        ("zheng-2", "has_smart_device", "no", "2026-10-20"),
    )
    assert of(identify(place), "hu-zheng", "radio")["quantity"].tolist() == [1.0]


def test_the_sum_over_households_and_over_groups_is_the_total_of_willow(found):
    table, total = found.list.table, found.totals.table
    whole = total[total["display"] == "all"].set_index("item")
    homes = table.groupby("item")["millionths"].sum()
    assert homes.to_dict() == whole.loc[whole["millionths"] > 0, "millionths"].to_dict()
    parts = total[total["display"] != "all"].groupby("item")
    for column in ("millionths", "millionths_high", "n_persons", "n_unknown"):
        assert (parts[column].sum() == whole[column].loc[parts[column].sum().index]).all()


def test_households_of_the_total_are_counted_once(found):
    table, total = found.list.table, found.totals.table
    whole = total[total["display"] == "all"].set_index("item")["n_households"]
    homes = table.groupby("item")["household"].nunique()
    assert whole[whole > 0].to_dict() == homes.to_dict()


@settings(max_examples=5, deadline=None)
@given(st.integers(0, 2**31), st.integers(1, 40))
def test_on_any_community_sums_over_households_equal_sums_over_groups_and_the_total(seed, n):
    ids = [f"p{number:02d}" for number in range(n)]

    def luck(purpose):
        return draw(seed, purpose, ids)

    columns = {
        code: pd.Series(
            pd.NA,
            index=range(n),
            dtype={"boolean": "boolean", "category": "str"}.get(one.kind, "Float64"),
        )
        for code, one in CATALOGUE.indicators.items()
    }
    columns["age"] = pd.Series(luck("age") * 95, dtype="Float64").round().mask(luck("age?") < 0.1)
    columns["lives_alone"] = pd.Series(luck("alone") < 0.3, dtype="boolean").mask(
        luck("alone?") < 0.3
    )
    columns["walking_aid"] = pd.Series(
        ["stick" if one < 0.4 else "none" for one in luck("aid")], dtype="str"
    )
    columns["oxygen_hours"] = pd.Series(luck("oxygen") * 0.1, dtype="Float64").round(7)
    table = pd.DataFrame(
        {"person": ids, "household": [f"h{int(one * 9)}" for one in luck("home")], **columns}
    )
    displays = pd.Series(
        ["over_80" if one < 0.5 else "general" for one in luck("group")], dtype="str"
    )
    needs = {ids[0]: [("pair", "tiers/x"), ("door_knock", "tiers/x")]}
    rows = detail(table, displays, needs, CATALOGUE)
    homes, total = by_household(rows), totals(rows)
    whole = total[total["display"] == "all"].set_index("item")
    for column in ("millionths", "millionths_high", "n_persons", "n_unknown"):
        assert homes.groupby("item")[column].sum().to_dict() == whole[column].to_dict()
        parts = total[total["display"] != "all"].groupby("item")[column].sum()
        assert parts.to_dict() == whole[column].to_dict()
    assert (homes["quantity"] * MILLIONTHS - homes["millionths"]).abs().max() < 1
    turned = detail(
        table.iloc[::-1].reset_index(drop=True),
        displays[::-1].reset_index(drop=True),
        needs,
        CATALOGUE,
    )
    pd.testing.assert_frame_equal(
        by_household(turned)[["household", "item", "millionths"]],
        homes[["household", "item", "millionths"]],
    )


@pytest.mark.parametrize(
    ("amount", "whole"), [("0.1", 100_000), ("0.0000005", 0), ("0.0000015", 2)]
)
def test_amounts_are_whole_millionths_half_to_even(amount, whole):
    assert in_millionths(Decimal(amount)) == whole


def test_nobody_needs_nothing():
    rows = detail(
        pd.DataFrame(
            {
                "person": [],
                "household": [],
                **{c: pd.Series(dtype="boolean") for c in CATALOGUE.indicators},
            }
        ),
        pd.Series(dtype="str"),
        {},
        CATALOGUE,
    )
    assert by_household(rows).empty
    assert totals(rows).empty
