"""What a folder declares is read strictly, and every mistake is told with what was meant."""

from pathlib import Path

import pytest
from pydantic import ValidationError
from tests.community.drawn import willow

from renlin.community.settings import (
    Policy,
    Scenario,
    Scheme,
    Settings,
    Study,
    declare,
    read_declared,
)
from renlin.errors import DataFault, SchemeFault

GATE = Path("tests/places/willow/schemes/gate.toml")


def told(fields, model):
    with pytest.raises(SchemeFault) as caught:
        declare(fields, model, "x.toml")
    return {fault.column: fault for fault in caught.value.faults}


def scheme(**edit):
    usual = {"lever": "net.gate.open_hours", "op": "set", "table": "gates", "key": "east"}
    return {"code": "a", "zh": "甲", "en": "A", "edit": [usual | edit]}


def test_an_unknown_key_offers_the_nearest_one():
    fault = told(
        {"code": "s", "zh": "甲", "en": "A", "kind": "flood", "hour": 1, "horizn": 9}, Scenario
    )["horizn"]
    assert fault.text("en").endswith("got unknown key horizn. Did you mean horizon?")
    assert fault.text("zh").endswith("实为不认识的 horizn。是不是「horizon」？")


def test_an_unknown_key_inside_a_list_offers_the_keys_of_that_entry():
    fault = told(scheme(colunm="open_hours"), Scheme)["edit.0.colunm"]
    assert "Did you mean column?" in fault.text("en")


def test_an_unknown_key_of_an_inner_table_offers_nothing_of_the_outer_one():
    fault = told(scheme(row={"space": [1]}), Scheme)
    assert all("edit.0.row" in column for column in fault)


@pytest.mark.parametrize(
    ("change", "column", "zh"),
    [
        ({"seeds": 1}, "seeds", "大于 1"),
        ({"seeds": 5000}, "seeds", "不大于 1000"),
        ({"seeds": "many"}, "seeds", "整数"),
        ({"budget": "much"}, "budget", "数"),
        ({"scenarios": "quake"}, "scenarios", "列表"),
    ],
)
def test_a_wrong_value_says_in_chinese_what_is_expected(change, column, zh):
    usual = {"scenarios": ["quake"], "main_scenario": "quake", "seeds": 3}
    assert told(usual | change, Study)[column].expected.zh == zh


def test_all_missing_keys_are_told_at_once():
    found = told({"code": "a"}, Scheme)
    assert set(found) == {"zh", "en"}
    assert found["zh"].expected.zh == "有这一项"


def test_a_word_that_is_none_of_the_allowed_lists_them():
    assert (
        told(scheme(op="put"), Scheme)["edit.0.op"].expected.zh
        == "'set'、'add'、'remove'、'parameter'"
    )


def test_declarations_do_not_change():
    with pytest.raises(ValidationError):
        willow().settings.k_persons = 1


def test_a_file_that_is_no_toml_names_the_line(tmp_path):
    path = tmp_path / "study.toml"
    path.write_text("seeds = 3\nscenarios = [\nbudget == 2\n")
    with pytest.raises(SchemeFault) as caught:
        read_declared(path, Study)
    (fault,) = caught.value.faults
    assert "第 3 行写错" in fault.text("zh")


def test_a_file_in_another_encoding_is_told_so(tmp_path):
    path = tmp_path / "community.toml"
    path.write_bytes('name = "柳林"'.encode("gb18030"))
    with pytest.raises(DataFault) as caught:
        read_declared(path, Settings, kind=DataFault)
    assert "not UTF-8" in caught.value.text("en")


def test_a_missing_file_says_how_to_make_a_folder(tmp_path):
    with pytest.raises(DataFault) as caught:
        read_declared(tmp_path / "community.toml", Settings, kind=DataFault)
    assert "renlin new" in caught.value.text("en")


def test_the_shipped_policy_asks_by_day():
    assert willow().policy.hour is None
    fields = willow().policy.model_dump() | {"hour": 24.0}
    assert told(fields, Policy)["hour"].expected.zh == "小于 24.0"


def test_a_scheme_file_is_read_with_its_edits():
    assert read_declared(GATE, Scheme) == willow().schemes["gate"]


STUDY = {"scenarios": ["quake"], "main_scenario": "quake", "seeds": 6}


def test_a_study_may_say_how_parameters_are_varied():
    asked = {"draws": 24, "seeds": 8, "vary": ["classes/adult"]}
    study = declare({**STUDY, "uncertainty": asked}, Study, "study.toml")
    assert (study.uncertainty.draws, study.uncertainty.vary) == (24, ("classes/adult",))
    assert declare(STUDY, Study, "study.toml").uncertainty.draws is None


def test_a_wrong_word_about_uncertainty_is_told_with_the_nearest_one():
    faults = told({**STUDY, "uncertainty": {"drawn": 24, "seeds": 1}}, Study)
    assert "draws" in faults["uncertainty.drawn"].remedy.en
    assert "1" in faults["uncertainty.seeds"].expected.en
