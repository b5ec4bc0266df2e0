"""One household one plan: every field from the simulation of that household, nothing invented."""

import json

import numpy as np
import pandas as pd
from tests.community.drawn import willow
from tests.governance.planted import run_rows

from renlin.catalogue.load import load
from renlin.community.settings import Scenario
from renlin.governance.actions import actions
from renlin.governance.plans import Chosen, plans
from renlin.governance.steps import going, staying

CATALOGUE = load()
HEALTH = ("病", "残", "失能", "透析", "精神", "diagnos", "disab", "dialysis", "disease")


def scenarios(**kinds):
    return {
        code: Scenario(code=code, zh=code, en=code, kind=kind, hour=2.0, horizon=1800.0)
        for code, kind in kinds.items()
    }


def pairs(*rows):
    return pd.DataFrame(rows, columns=["household", "role", "helper"])


def made(runs, *, who=(), take=("medicine", "phone", "water"), **kinds):
    """Return the plans of household h, first tier, third storey."""
    known = pd.DataFrame([("h", 1, 3)], columns=["household", "sure", "floor"])
    chosen = Chosen(known, runs, pairs(*who), {"h": ("wheelchair", "deaf")}, {"h": take})
    wanted = scenarios(**(kinds or {"quake": "earthquake"}))
    return plans(chosen, wanted, CATALOGUE, willow().settings)


def test_every_field_is_that_of_the_run_of_the_household():
    run = {"household": "h", "p50": 310.0, "p90": 450.0, "arrived_share": 0.95, "n_runs": 20,
           "helper_p50": 120.0, "helper_used_share": 0.4}  # fmt: skip
    who = [("h", "primary", "wu"), ("h", "second", "li"), ("h", "backup", "duty")]
    row = made(run_rows(run), who=who).iloc[0]
    assert row[["p50", "p90", "arrived_share", "n_runs"]].tolist() == [310.0, 450.0, 0.95, 20]
    assert row[["helper_p50", "helper_used_share"]].tolist() == [120.0, 0.4]
    assert row[["destination", "route"]].tolist() == ["s", "lane#0;lane#1"]
    assert row[["primary", "second", "backup"]].tolist() == ["wu", "li", "duty"]
    assert (row["go"], row["needs"], row["take"]) == (
        "wait_then_go", "wheelchair;deaf", "medicine;phone;water",
    )  # fmt: skip


def test_there_is_one_plan_per_household_and_simulated_scenario_and_no_other():
    runs = run_rows(
        {"household": "h"}, {"household": "h", "scenario": "fire"},
        {"household": "stranger"}, {"household": "h", "scenario": "not-asked"},
    )  # fmt: skip
    table = made(runs, quake="earthquake", fire="stair_fire")
    assert table[["household", "scenario"]].to_numpy().tolist() == [["h", "quake"], ["h", "fire"]]


def test_what_too_few_runs_tell_is_not_printed():
    row = made(run_rows({"household": "h", "arrived_share": 0.6})).iloc[0]
    assert row["p50"] == 300.0
    assert np.isnan(row["p90"])
    never = made(run_rows({"household": "h", "arrived_share": 0.2})).iloc[0]
    assert np.isnan(never["p50"])
    assert all(step["seconds"] is None for step in json.loads(never["steps"]))


def test_who_is_to_stay_has_no_way_on_the_plan():
    row = made(run_rows({"household": "h", "scenario": "fire"}), fire="stair_fire").iloc[0]
    assert (row["go"], row["destination"], row["route"]) == ("stay", "", "")


def test_without_a_helper_the_parts_are_empty_not_invented():
    row = made(run_rows({"household": "h"})).iloc[0]
    assert row[["primary", "second", "backup"]].isna().all()


def test_of_two_bearers_in_one_part_the_first_named_counts():
    who = [("h", "second-2", "b"), ("h", "second", "a"), ("h", "primary", "wu")]
    assert made(run_rows({"household": "h"}), who=who).iloc[0]["second"] == "a"


def test_a_plan_is_a_draft_with_an_owner_a_deputy_and_a_review_within_six_months():
    row = made(run_rows({"household": "h"})).iloc[0]
    assert (row["state"], row["owner"], row["deputy"]) == ("draft", "社区居委会", "街道办事处")
    assert pd.isna(row["confirmed_by"])
    assert row["review_on"] == pd.Timestamp("2027-05-01")


def test_without_households_there_is_an_empty_table_with_its_types():
    table = made(run_rows({"household": "stranger"}))
    assert len(table) == 0
    assert str(table["p50"].dtype) == "float64"


# steps


def test_steps_add_up_to_the_phases_of_the_run():
    run = run_rows(
        {"premove_p50": 60.0, "wait_p50": 90.0, "prepare_p50": 30.0, "stairs_p50": 45.0,
         "lanes_p50": 100.0, "queue_p50": 10.0, "rest_p50": 5.0, "helper_used_share": 0.8}
    ).iloc[0]  # fmt: skip
    steps = going(run, ("oxygen",), CATALOGUE)
    assert [(s["pictogram"], s["seconds"]) for s in steps] == [
        ("helper", 150.0), ("oxygen", 30.0), ("stairs", 45.0), ("shelter", 115.0),
    ]  # fmt: skip


def test_who_walks_alone_on_the_ground_floor_has_no_step_for_a_helper_or_a_stair():
    steps = going(run_rows({"stairs_p50": 0.0}).iloc[0], (), CATALOGUE)
    assert [s["pictogram"] for s in steps] == ["alarm", "shelter"]


def test_who_waits_in_vain_for_bearers_still_reads_that_somebody_is_to_come():
    run = run_rows({"arrived_share": 0.0, "wait_p50": 1600.0}).iloc[0]
    assert going(run, (), CATALOGUE)[0]["pictogram"] == "helper"


def test_who_stays_in_a_fire_calls_shuts_the_door_waves_and_waits_for_the_helper():
    run = run_rows({"helper_p50": 240.0, "p50": 900.0}).iloc[0]
    steps = staying(run, "stair_fire", CATALOGUE)
    assert [s["pictogram"] for s in steps] == ["button", "exit", "help", "helper"]
    assert [s["seconds"] for s in steps] == [None, None, None, 240.0]


def test_after_a_fall_the_wait_is_that_for_the_first_help():
    run = run_rows({"helper_p50": np.nan, "p50": 900.0}).iloc[0]
    assert staying(run, "personal_incident", CATALOGUE)[-1]["seconds"] == 900.0


def test_a_card_has_at_most_four_steps_of_at_most_seven_signs():
    run = run_rows({"prepare_p50": 20.0}).iloc[0]
    kinds = ("stair_fire", "earthquake", "flood", "local_incident", "personal_incident")
    every = [going(run, (), CATALOGUE), *(staying(run, kind, CATALOGUE) for kind in kinds)]
    for steps in every:
        assert len(steps) <= 4
        assert all(len(step["zh"]) <= 7 for step in steps)


def test_no_word_of_health_stands_on_what_goes_to_the_card():
    runs = run_rows({"household": "h"}, {"household": "h", "scenario": "fire"})
    table = made(runs, take=("oxygen", "infant", "medicine"), quake="earthquake", fire="stair_fire")
    shown = ["trigger_zh", "trigger_en", "steps", "take", "needs", "go"]
    text = " ".join(table[shown].astype(str).to_numpy().ravel()).lower()
    assert not [word for word in HEALTH if word in text]


# actions


def test_fire_at_home_and_fire_elsewhere_are_two_rows():
    burnt = made(run_rows({"household": "h", "scenario": "fire"}), fire="stair_fire")
    table = actions(burnt, CATALOGUE)
    assert table[["event", "go", "rule"]].to_numpy().tolist() == [
        ["fire_elsewhere", "stay", "smoke_first"], ["fire_home", "go", "own_home_burns"],
    ]  # fmt: skip


def test_of_several_scenarios_of_one_event_the_most_careful_counts():
    runs = run_rows(
        {"household": "h", "scenario": "quick", "p90": 200.0},
        {"household": "h", "scenario": "slow", "p90": 900.0},
    )  # fmt: skip
    table = actions(made(runs, quick="stair_fire", slow="stair_fire"), CATALOGUE)
    row = table.set_index("event").loc["fire_elsewhere"]
    assert (row["go"], row["scenario"]) == ("stay", "slow")


def test_an_event_nobody_simulated_has_no_row():
    table = actions(made(run_rows({"household": "h"})), CATALOGUE)
    assert table["event"].tolist() == ["earthquake"]
