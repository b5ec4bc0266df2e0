"""What a resident is told: rule, inputs with source and date, what changes it, their rights."""

import pytest

from renlin.errors import DataFault
from renlin.needs.identify import rules_in_force
from renlin.needs.informing import explanation, said


@pytest.fixture(scope="session")
def tell_of(found, willow):
    rules = rules_in_force(willow)
    return lambda person: explanation(found, rules, willow.catalogue, person)


def test_lin_reads_her_tier_its_rule_and_every_input_behind_it(tell_of):
    sheet = tell_of("lin")
    text = "\n".join(sheet.zh)
    assert "一级" in text
    assert "2026.1 版" in text
    inputs = sheet.inputs.set_index("indicator")
    assert inputs.loc["lives_alone", ["value_zh", "state", "source"]].tolist() == [
        "是", "known", "civil",
    ]  # fmt: skip
    assert f"{inputs.loc['lives_alone', 'observed_on']:%Y-%m-%d}" in text
    assert inputs["who_corrects_zh"].str.len().min() > 0


def test_the_sheet_names_the_rights_in_both_languages(tell_of):
    sheet = tell_of("lin")
    for word in ("更正", "撤回", "不同意", "复核"):
        assert word in sheet.zh[-1]
    assert "refuse" in sheet.en[-1]


def test_of_whom_little_is_known_the_unknowns_stand_in_the_sheet(tell_of):
    sheet = tell_of("liu")
    assert set(sheet.inputs["state"]) >= {"never_asked"}
    assert any("不知道" in line for line in sheet.zh)


def test_expired_evidence_is_told_as_too_old(tell_of):
    states = tell_of("wang").inputs.set_index("indicator")["state"]
    assert states["lives_alone"] == "expired"


def test_a_stranger_is_refused(tell_of):
    with pytest.raises(DataFault):
        tell_of("nobody")


def test_values_are_said_as_people_say_them(willow):
    entries = willow.catalogue.indicators
    assert said("true", entries["lives_alone"]).zh == "是"
    assert said("3", entries["adl_level"]).zh == "重度失能"
    assert said("84", entries["age"]).en == "84 year"
