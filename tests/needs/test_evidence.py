"""Evidence: the newest word counts, and unknown stays unknown, whatever its reason."""

import pandas as pd
import pytest

from renlin.needs import identify
from renlin.needs.values import read_word


def test_a_fact_keeps_its_source_file_row_and_date(found):
    table = found.evidence.table
    row = table[(table["subject"] == "lin") & (table["indicator"] == "adl_level")].iloc[0]
    assert (row["value"], row["state"], row["known"]) == ("3", "known", True)
    assert (row["source"], row["file"], row["row"]) == ("civil", "civil_affairs.csv", 2)
    assert (row["observed_on"], row["age_days"]) == (pd.Timestamp("2026-06-01"), 153)
    assert row["fact"] == "f02"


def test_wangs_fact_of_2024_is_expired_and_does_not_come_back_as_an_inference(found, rows):
    evidence = found.evidence.table
    wang = evidence[evidence["subject"] == "wang"].set_index("indicator")
    assert wang.loc["lives_alone", "state"] == "expired"
    assert not wang.loc["lives_alone", "known"]
    assert pd.isna(rows(found.indicators).loc["wang", "lives_alone"])


@pytest.mark.parametrize(("days", "expected"), [(180, "known"), (181, "expired")])
def test_evidence_exactly_as_old_as_its_expiry_is_still_valid(tell, days, expected, state):
    day = pd.Timestamp("2026-11-01") - pd.Timedelta(days=days)
    assert state(tell(("wu", "bedridden", "no", str(day.date()))), "wu", "bedridden") == expected


def test_asked_and_not_answered_stays_unknown_although_an_older_answer_is_there(tell, value, state):
    place = tell(
        ("wu", "mandarin", "yes", "2026-01-01"),
        ("wu", "mandarin", None, "2026-02-01"),
    )
    assert state(place, "wu", "mandarin") == "unknown"
    assert value(place, "wu", "mandarin") is None


def test_the_newest_answer_counts_and_the_order_of_rows_does_not(tell, value):
    old, new = ("wu", "mandarin", "no", "2026-01-01"), ("wu", "mandarin", "yes", "2026-02-01")
    assert value(tell(old, new), "wu", "mandarin") is True
    assert value(tell(new, old), "wu", "mandarin") is True


def test_of_two_registers_that_disagree_on_one_day_the_riskier_answer_counts(tell, value):
    yes, no = ("wu", "bedridden", "yes", "2026-10-01"), ("wu", "bedridden", "no", "2026-10-01")
    assert value(tell(yes, no), "wu", "bedridden") is True
    assert value(tell(no, yes), "wu", "bedridden") is True


def test_a_word_nobody_knows_is_unknown_and_marked_and_not_repeated(tell, learned):
    place = tell(("wu", "walking_aid", "hoverboard", "2026-10-01"))
    table = learned(place).evidence
    row = table[(table["subject"] == "wu") & (table["indicator"] == "walking_aid")].iloc[0]
    assert (row["state"], row["note"]) == ("unknown", "unreadable")
    assert pd.isna(row["value"])


@pytest.mark.parametrize("value", ["7", "-1", "2.5", "three"])
def test_a_level_outside_its_bounds_is_unreadable(willow, value):
    catalogue = willow.catalogue
    assert read_word(value, catalogue.indicators["adl_level"], catalogue.answers) is None


def test_words_of_registers_become_values(willow):
    catalogue = willow.catalogue

    def read(code, word):
        return read_word(word, catalogue.indicators[code], catalogue.answers)

    assert read("adl_level", "失能") == "3"
    assert read("adl_level", "重度失能") == "3"
    assert read("walking_aid", "电动轮椅") == "wheelchair_electric"
    assert read("lives_alone", "独居") == "true"
    assert read("has_smart_device", "老人机") == "false"
    assert read("adl_level", "NULL") == ""


def test_a_withdrawn_answer_is_unknown_in_every_rule_and_not_asked_again(tell, value, state):
    place = tell(("lin", "has_smart_device", "withdrawn", "2026-10-20"))
    needs = identify(place)
    assert state(place, "lin", "has_smart_device") == "withdrawn"
    assert value(place, "lin", "has_smart_device") is None
    work = needs.work_list.table
    assert not ((work["subject"] == "lin") & (work["indicator"] == "has_smart_device")).any()


def test_what_is_stated_after_the_survey_date_is_not_yet_value(tell, state):
    place = tell(("wu", "mandarin", "yes", "2026-11-02"))
    assert state(place, "wu", "mandarin") == "never asked"


def test_a_fact_without_a_date_has_the_date_of_its_register(tell, state):
    dated = tell(("wu", "mandarin", "yes", None), ("qian-1", "mandarin", "yes", "2026-09-01"))
    assert state(dated, "wu", "mandarin") == "known"
    assert state(tell(("wu", "mandarin", "yes", None)), "wu", "mandarin") == "unknown"


def test_a_household_fact_holds_for_each_member_and_a_members_own_comes_first(tell, value):
    place = tell(
        ("hu-sun", "mandarin", "no", "2026-10-01"), ("sun-1", "mandarin", "yes", "2026-10-01")
    )
    assert [value(place, who, "mandarin") for who in ("sun-1", "sun-2", "sun-3")] == [
        True, False, False,
    ]  # fmt: skip


def test_a_household_indicator_stated_of_one_member_is_said_of_the_household(tell, value, state):
    place = tell(("sun-1", "has_kit", "yes", "2026-10-01"))
    assert state(place, "hu-sun", "has_kit") == "known"
    assert value(place, "sun-3", "has_kit") is True


def test_zhaos_correction_is_a_new_row_of_evidence(found, rows):
    evidence = found.evidence.table
    zhao = evidence[evidence["subject"] == "zhao"].set_index("indicator")
    row = zhao.loc["has_smart_device"]
    assert (row["state"], row["value"], row["fact"]) == ("corrected", "false", "c1")
    assert row["source"] == "elders-2026-10"
    assert not rows(found.indicators).loc["zhao", "has_smart_device"]


def test_a_newer_fact_comes_before_an_older_correction(tell, value, state):
    place = tell(("zhao", "has_smart_device", "yes", "2026-10-20"))
    assert value(place, "zhao", "has_smart_device") is True
    assert state(place, "zhao", "has_smart_device") == "known"


def test_lius_missing_age_is_a_row_of_its_own(found, rows):
    evidence = found.evidence.table
    liu = evidence[evidence["subject"] == "liu"].set_index("indicator")
    assert liu.loc["age", "state"] == "unknown"
    assert pd.isna(rows(found.indicators).loc["liu", "age"])
