"""One resident, one number: whoever asks for a tier, a score or a reason is told the same."""

import re
from dataclasses import fields

import pytest

from renlin.needs.confirming import proposals
from renlin.needs.identify import identify, rules_in_force
from renlin.needs.informing import explanation
from renlin.report.book import Book
from renlin.report.language import speak
from renlin.report.pages.participation import corrected_tiers
from renlin.report.privacy import reader
from renlin.report.summary import summary
from renlin.study.results import Results

WORDS = {1: "一级", 2: "二级", 3: "三级", 4: "没有等级"}


def test_findings_of_person_and_household_say_the_same_tier_and_reason(found):
    tiers = found.tiers.table
    homes = found.households.table.set_index("household")
    profiles = found.household_profiles.table.set_index("household")
    highest = tiers.groupby("household")[["sure", "possible"]].min()
    for table in (homes, profiles):
        assert (table[["sure", "possible"]].loc[highest.index] == highest).all(axis=None)
    own = tiers.set_index("person")
    for home, leader in homes["leader"].items():
        for name in ("sure", "reason_zh", "reason_en"):
            assert own.loc[leader, name] == homes.loc[home, name]


def test_scores_of_a_household_of_one_are_those_of_its_resident(found):
    tiers, scores = found.tiers.table, found.profiles.table.set_index("person")
    homes = found.households.table.set_index("household")
    profiles = found.household_profiles.table.set_index("household")
    alone = tiers[~tiers["household"].duplicated(keep=False)]
    assert len(alone) > 3
    for person, home in zip(alone["person"], alone["household"], strict=True):
        for name in ("exposure", "sensitivity", "adaptive"):
            for side in ("", "_low", "_high"):
                want = scores.loc[person, name + side]
                assert homes.loc[home, name + side] == pytest.approx(want, nan_ok=True)
        for name in ("prevention", "response", "recovery"):
            for side in ("_low", "_high"):
                want = scores.loc[person, name + side]
                assert profiles.loc[home, name + side] == pytest.approx(want, nan_ok=True)


def test_the_sheet_to_confirm_and_the_sheet_for_the_resident_say_the_tier_of_the_finding(
    willow, found
):
    tiers = found.tiers.table.set_index("person")
    rules = rules_in_force(willow)
    for row in proposals(found.tiers.table).to_dict("records"):
        own = tiers.loc[row["person"]]
        assert (row["tier"], row["possible"]) == (own["proposed_sure"], own["proposed_possible"])
        assert row["reason_zh"] == own["reason_zh"]
        told = "".join(explanation(found, rules, willow.catalogue, row["person"]).zh)
        assert own["reason_zh"] in told
        if own["sure"] < 4:
            assert f"等级：{WORDS[own['sure']]}" in told


def test_report_and_export_say_the_tiers_of_the_finding(correct):
    place = correct({"subject": "wang", "field": "adl_level", "is": "4"})
    needs = identify(place)
    run = Results(place, {f.name: f for f in (getattr(needs, one.name) for one in fields(needs))})
    tiers = needs.tiers.table.set_index("person")
    counted = tiers["sure"].value_counts()
    for tier, told in summary(run)["tiers"]["sure"].items():
        assert told["persons"] in (None, counted.get(int(tier), 0))
    book = Book(run, speak("zh", place.catalogue), reader("internal", place.settings), "out")
    row = needs.corrections.table.set_index("correction").loc["k0"]
    assert row["tier_after"] == tiers.loc["wang", "sure"]
    cells = corrected_tiers(book).parts[0].rows[0]
    assert re.sub("<[^>]+>", "", str(cells[4])) == "2 → 1"
    assert cells[5] == book.language.set(tiers.loc["wang", "reason_zh"])
