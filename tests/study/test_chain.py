"""What a study names must be there: every fault at once, before anything is run."""

from dataclasses import replace

import pytest
from tests.community.drawn import willow

from renlin.errors import SchemeFault
from renlin.study.chain import chosen_scenarios, run, study_of, worlds


def studied(**changes):
    place = willow()
    return replace(place, study=place.study.model_copy(update=changes))


def faults(place):
    with pytest.raises(SchemeFault) as caught:
        study_of(place)
    return {(fault.column, fault.got.en) for fault in caught.value.faults}


def test_a_study_that_names_what_is_there_is_taken():
    place = willow()
    assert study_of(place) is place.study
    assert [one.code for one in chosen_scenarios(place)] == ["fire-a", "quake"]


def test_every_scheme_and_scenario_that_is_not_there_is_named_at_once():
    place = studied(schemes=("gate", "gat"), scenarios=("quake", "flod"), main_scenario="fire-b")
    assert faults(place) == {("schemes", "gat"), ("scenarios", "flod"), ("scenarios", "fire-b")}


def test_the_nearest_word_is_offered():
    with pytest.raises(SchemeFault) as caught:
        study_of(studied(schemes=("gat",)))
    assert "gate" in caught.value.faults[0].remedy.en


def test_plans_cannot_be_made_of_a_scenario_that_is_not_run():
    place = studied(scenarios=("quake",), plan_scenarios=("fire-a",))
    assert faults(place) == {("plan_scenarios", "fire-a")}


def test_a_scheme_may_not_take_a_name_the_program_gives_away():
    place = willow()
    gate = place.schemes["gate"]
    taken = replace(place, schemes={**place.schemes, "paired": gate, "base": gate})
    assert {column for column, _ in faults(taken)} == {"code"}


def test_without_a_study_nothing_runs_and_the_file_is_named():
    with pytest.raises(SchemeFault) as caught:
        run(replace(willow(), study=None))
    assert caught.value.faults[0].place == "study.toml"


def test_worlds_are_the_place_as_it_stands_and_under_each_scheme():
    place = willow()
    made = worlds(place, ("gate",))
    assert list(made) == ["base", "gate"]
    assert made["base"] is place
    hours = made["gate"]["gates"].set_index("gate")["open_hours"]
    assert hours["east"] == "00:00-24:00"


def test_without_a_budget_there_is_no_dual_view():
    place = studied(budget=None, seeds=2, scenarios=("quake",))
    found = run(place).findings
    assert "study.paradox" in found
    assert "study.dual_view" not in found


def test_plans_are_made_of_the_scenarios_the_study_asks_for():
    place = studied(budget=None, seeds=2, plan_scenarios=("quake",))
    assert set(run(place)["governance.plans"].table["scenario"]) == {"quake"}
