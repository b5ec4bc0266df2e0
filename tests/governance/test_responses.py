"""Responses: chosen by rules, with evidence, an owner, a deadline and an honest state."""

from dataclasses import replace

import pandas as pd
import pytest
from tests.community.drawn import entrance
from tests.governance.planted import evidence, needs_of, profile, street, with_threshold

from renlin.catalogue.load import load
from renlin.community.settings import Edit, Scheme
from renlin.governance.effects import claims_effect, helped, levers_of, tried
from renlin.governance.responses import respond, unevaluated
from renlin.governance.triggers import TRIGGERS

CATALOGUE = load()


def scheme(code, *levers):
    edits = tuple(Edit(lever=lever, op="parameter", key="k") for lever in levers)
    return Scheme(code=code, zh=code, en=code, edit=edits)


def compared(**verdicts):
    """Return simulation.comparison of scheme a: group -> verdict."""
    rows = [
        {"scheme": "a", "scenario": "quake", "display": name, "verdict": verdict}
        for name, verdict in verdicts.items()
    ]
    return pd.DataFrame(rows, columns=["scheme", "scenario", "display", "verdict"])


def dark(place=None):
    """Return evidence of one dark stair with a slow resident on the third storey."""
    units = [entrance("A-1", "A", 0, 10, lit="no"), entrance("B-1", "B", 30, 10, lit="yes")]
    place = place or street(entrances=units)
    needs = needs_of(place, profile("p-h", "h", slow=True, display="stick_slow"))
    return place, needs


def of(table, code):
    return table[table["response"] == code]


# what a response names


def test_levers_are_read_without_what_is_done_to_them():
    assert levers_of("stair.speed_factor×(dark)") == {"stair.speed_factor"}
    assert levers_of("assist.speed+ ; assist.carriers 4→2") == {"assist.speed", "assist.carriers"}


@pytest.mark.parametrize(
    ("code", "claims"),
    [
        ("complete_profiles", False),
        ("responsibility_list", False),
        ("night_deputies", False),
        ("walk_timing", False),
        ("stair_lighting", True),
        ("gates_open", True),
        ("pairing", True),
    ],
)
def test_only_what_moves_people_claims_an_effect_on_them(code, claims):
    assert claims_effect(CATALOGUE.responses[code]) is claims


def test_a_scheme_tries_a_response_when_it_moves_its_levers_and_no_others():
    schemes = {
        "light": scheme("light", "stair.speed_factor"),
        "both": scheme("both", "stair.speed_factor", "net.edge.add"),
        "nothing": scheme("nothing"),
    }
    found = tried(CATALOGUE.responses, schemes, {"carry_household_without_pair": "paired"})
    assert found["stair_lighting"] == ("light",)
    assert found["second_exit"] == ()
    assert found["pairing"] == ("paired",)


@pytest.mark.parametrize(
    ("verdicts", "answer"),
    [
        ({"stick_slow": "faster", "all": "faster"}, True),
        ({"stick_slow": "undecided", "all": "faster"}, False),
        ({"stick_slow": "faster", "general": "slower"}, False),
        ({"stick_slow": "faster", "gap": "slower"}, False),
        ({"stick_slow": "slower"}, False),
        ({}, False),
    ],
)
def test_a_response_helped_when_its_group_is_surely_faster_and_nobody_slower(verdicts, answer):
    assert helped(compared(**verdicts), ["a"], "stick_slow") is answer


def test_what_was_not_tried_helped_nobody():
    assert not helped(compared(stick_slow="faster"), [], "stick_slow")


# the table


def test_an_assumed_effect_is_undecided_and_a_tried_one_recommended():
    place, needs = dark()
    better = compared(stick_slow="faster", all="faster")
    assumed = respond(evidence(place, needs), {})
    proven = respond(
        evidence(place, needs, simulation_comparison=better), {"stair_lighting": ("a",)}
    )
    assert of(assumed, "stair_lighting")["state"].tolist() == ["undecided"]
    assert of(proven, "stair_lighting")[["state", "tried_by"]].to_numpy().tolist() == [
        ["recommended", "a"]
    ]


def test_no_response_is_recommended_inside_the_noise():
    place, needs = dark()
    noise = compared(stick_slow="undecided", all="undecided")
    table = respond(evidence(place, needs, simulation_comparison=noise), {"stair_lighting": ("a",)})
    assert of(table, "stair_lighting")["state"].tolist() == ["undecided"]


def test_a_gap_in_the_duties_is_a_gap_whatever_a_model_says():
    place, needs = dark()
    gap = [{"hazard": "fire", "phase": "warn", "status": "gap"}]
    table = respond(evidence(place, needs, governance_duties=gap), {})
    assert of(table, "responsibility_list")["state"].tolist() == ["recommended"]


def test_each_response_has_one_owner_a_deputy_a_deadline_a_review_and_evidence():
    place, needs = dark()
    row = of(respond(evidence(place, needs), {}), "stair_lighting").iloc[0]
    assert (row["owner"], row["deputy"], row["owner_rule"]) == (
        "街道办事处",
        "社区居委会",
        "unknown_manager",
    )
    assert row["due_on"] == pd.Timestamp("2027-02-01")
    assert row["review_on"] == pd.Timestamp("2027-11-01")
    assert row["evidence"] == "needs.profiles; p-h; layers/entrances: A-1"
    assert (row["cost_low"], row["cost_high"], row["cost_unit"]) == (60.0, 200.0, "yuan/piece")


def test_another_threshold_of_the_catalogue_is_in_force():
    place, needs = dark()
    none = respond(evidence(with_threshold(place, "stair_lighting", 0.0), needs), {})
    assert len(of(none, "stair_lighting")) == 0


def test_without_residents_there_is_an_empty_table_with_its_types():
    place = street()
    table = respond(evidence(place, needs_of(place, profile("p-h", "h"))), {})
    quiet = table[~table["trigger"].isin(["single_exit", "supplies_far"])]
    assert len(quiet) == 0
    assert str(table["due_on"].dtype).startswith("datetime64")


def test_every_response_of_the_catalogue_is_decided_here_or_said_not_to_be():
    missing = set(unevaluated(CATALOGUE)["trigger"])
    assert missing == {"first_channel_unanswered", "reserve_short"}
    assert {entry.trigger for entry in CATALOGUE.responses.values()} == missing | set(TRIGGERS)


def test_a_trigger_nobody_knows_is_listed_and_not_silent():
    entry = CATALOGUE.responses["stair_lighting"].model_copy(update={"trigger": "moonlight"})
    odd = replace(CATALOGUE, responses={**CATALOGUE.responses, "stair_lighting": entry})
    table = unevaluated(odd).set_index("response")
    assert table.loc["stair_lighting", "why"] == "unknown"
    assert table.loc["reserved_supplies", "text_en"] == "no account of the reserve yet"
