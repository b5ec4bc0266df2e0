"""Households: the tier of the resident most at risk, and never an empty home taken for safe."""

import pandas as pd

from renlin.needs import identify


def test_a_household_has_the_tier_and_reason_of_its_resident_most_at_risk(found, rows):
    homes, tiers = rows(found.households), rows(found.tiers)
    sun = homes.loc["hu-sun"]
    assert (sun["sure"], sun["possible"], sun["leader"], sun["n_persons"]) == (2, 1, "sun-2", 3)
    assert sun["reason_zh"] == tiers.loc["sun-2", "reason_zh"]
    assert homes.loc["hu-zheng", "leader"] == "zheng-2"


def test_a_household_has_its_place(found, rows):
    lin = rows(found.households).loc["hu-lin"]
    assert (lin["entrance"], lin["building"], lin["floor"]) == ("A-1", "A", 3)


def test_a_household_with_nobody_on_record_may_hold_anybody(willow, rows):
    persons = willow["persons"]
    place = willow.with_tables(persons=persons[persons["household"] != "hu-chen"])
    home = rows(identify(place).households).loc["hu-chen"]
    assert (home["sure"], home["possible"], home["n_persons"]) == (4, 1, 0)
    assert pd.isna(home["leader"])
    assert "不能当作没有风险" in home["reason_zh"]


def test_a_household_that_left_is_not_here(willow):
    homes = willow["households"].copy()
    homes.loc[homes["household"] == "hu-chen", "until"] = pd.Timestamp("2026-05-01")
    persons = willow["persons"]
    place = willow.with_tables(households=homes, persons=persons[persons["household"] != "hu-chen"])
    assert "hu-chen" not in set(identify(place).households.table["household"])


def test_scores_of_a_household_count_the_items_of_all_its_residents(found, rows):
    sun = rows(found.households).loc["hu-sun"]
    members = rows(found.profiles).loc[["sun-1", "sun-2", "sun-3"]]
    assert members["sensitivity"].min() <= sun["sensitivity"] <= members["sensitivity"].max()
    assert sun["sensitivity_low"] <= sun["sensitivity"] <= sun["sensitivity_high"]


def test_of_a_dwelling_that_is_not_known_nothing_is_invented(willow, rows):
    homes = willow["households"].copy()
    homes.loc[homes["household"] == "hu-lin", "dwelling"] = None
    lin = rows(identify(willow.with_tables(households=homes)).households).loc["hu-lin"]
    assert lin[["entrance", "building", "floor"]].isna().all()
    assert lin["sure"] == 1


def test_a_household_that_left_somebody_behind_is_still_here(willow):
    homes = willow["households"].copy()
    homes.loc[homes["household"] == "hu-chen", "until"] = pd.Timestamp("2026-05-01")
    needs = identify(willow.with_tables(households=homes))
    home = needs.households.table.set_index("household").loc["hu-chen"]
    assert home["n_persons"] == 2
