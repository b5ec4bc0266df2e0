"""Inferences: written down, dated, and never against a statement."""

import pandas as pd
import pytest


def aged(place, **ages):
    persons = place["persons"].set_index("person", drop=False)
    for person, age in ages.items():
        persons.loc[person.replace("_", "-"), "age"] = pd.NA if age is None else age
    return place.with_tables(persons=persons.reset_index(drop=True))


def test_who_is_the_only_resident_of_a_fresh_record_lives_alone(found, rows):
    table = rows(found.indicators)["lives_alone"]
    assert table["wu"]
    assert not table["he-1"]


def test_an_old_household_record_says_nothing_about_living_alone(willow, value, learned):
    old = pd.Timestamp("2026-04-01")
    place = willow.with_tables(
        persons=willow["persons"].assign(seen_on=old),
        households=willow["households"].assign(seen_on=old),
    )
    assert value(place, "wu", "lives_alone") is None
    evidence = learned(place).evidence
    wu = evidence[(evidence["subject"] == "wu") & (evidence["indicator"] == "lives_alone")]
    assert wu["state"].tolist() == ["expired"]


def test_a_statement_comes_before_the_composition_of_the_household(tell, value):
    assert value(tell(("wu", "lives_alone", "no", "2026-10-01")), "wu", "lives_alone") is False
    assert value(tell(("wu", "lives_alone", None, "2026-10-01")), "wu", "lives_alone") is None
    assert value(tell(("hu-wu", "lives_alone", None, "2026-10-01")), "wu", "lives_alone") is None


def test_only_older_residents_make_an_empty_nest(found, rows):
    table = rows(found.indicators)["empty_nest"]
    assert table[["he-1", "he-2", "zheng-1", "lin"]].all()
    assert not table[["sun-1", "qian-1", "wu"]].any()
    assert pd.isna(table["liu"])


def test_a_missing_age_leaves_the_empty_nest_unknown_unless_somebody_is_younger(willow, value):
    assert value(aged(willow, he_2=None), "he-1", "empty_nest") is None
    assert value(aged(willow, sun_2=None), "sun-1", "empty_nest") is False


def test_the_youngest_adult_carries_the_infant(found, rows):
    table = rows(found.indicators)["carries_infant"]
    assert table[table.fillna(False)].index.tolist() == ["sun-2"]


def test_two_infants_are_carried_by_two_adults(willow, value):
    place = aged(willow, feng_3=1)
    assert value(place, "feng-2", "carries_infant")
    assert not value(place, "feng-3", "carries_infant")
    twins = willow["persons"].copy()
    twins.loc[twins["person"] == "qian-2", ["household", "age"]] = ["hu-sun", 1]
    place = willow.with_tables(persons=twins)
    assert value(place, "sun-1", "carries_infant")
    assert value(place, "sun-2", "carries_infant")


def test_storeys_to_walk_count_from_the_street_and_a_lift_spares_them(willow, found, rows, value):
    assert rows(found.indicators).loc[["lin", "zhao", "he-1"], "storeys_to_walk"].tolist() == [
        2.0, 1.0, 0.0,
    ]  # fmt: skip
    with_lift = willow["buildings"].assign(lift=pd.array([True, False, False], dtype="boolean"))
    assert value(willow.with_tables(buildings=with_lift), "lin", "storeys_to_walk") == 0
    unknown = willow["buildings"].assign(lift=pd.array([None, False, False], dtype="boolean"))
    assert value(willow.with_tables(buildings=unknown), "lin", "storeys_to_walk") is None
    assert value(willow.with_tables(buildings=unknown), "he-1", "storeys_to_walk") == 0


def test_an_unknown_structure_stays_unknown(found, rows):
    table = rows(found.indicators)["building_structure"]
    assert table["lin"] == "brick_concrete"
    assert pd.isna(table["liu"])


def test_a_device_makes_dependent_on_power_and_none_makes_not(tell, found, rows, value):
    assert rows(found.indicators).loc["lin", "power_dependent"]
    assert pd.isna(rows(found.indicators).loc["wu", "power_dependent"])
    assert not value(tell(("wu", "power_device", "none", "2026-10-01")), "wu", "power_dependent")


@pytest.mark.parametrize(("score", "level"), [("90", 0), ("66", 1), ("65", 2), ("30", 3), ("0", 4)])
def test_the_care_score_gives_the_care_level(tell, score, level, value):
    assert value(tell(("wu", "adl_score", score, "2026-10-01")), "wu", "adl_level") == level


def test_a_certificate_gives_the_level_of_its_own_kind_only(tell, value):
    place = tell(
        ("wu", "disability_kind", "vision", "2026-10-01"),
        ("wu", "disability_grade", "2", "2026-10-01"),
        ("qian-1", "disability_kind", "none", "2026-10-01"),
    )
    assert value(place, "wu", "vision_level") == 2
    assert value(place, "wu", "hearing_level") is None
    assert value(place, "qian-1", "hearing_level") == 5


def test_a_man_is_not_pregnant_and_a_woman_of_whom_nothing_is_said_may_be(found, rows):
    table = rows(found.indicators)["pregnant_weeks"]
    assert table["sun-1"] == 0
    assert table["sun-2"] == 30
    assert pd.isna(table["feng-2"])
    assert pd.isna(table["liu"])


def test_renting_is_read_from_the_tenure_and_an_unknown_one_stays_unknown(found, rows):
    table = rows(found.indicators)["tenant"]
    assert table["chen-1"]
    assert not table["lin"]
    assert pd.isna(table["liu"])


def test_helpers_within_half_an_hour_are_unknown_until_somebody_asks(found, rows):
    assert rows(found.indicators)["helpers_within_30min"].isna().all()
