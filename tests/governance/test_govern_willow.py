"""Governance on Willow with the real stages: who does what, each claim with its proof."""

import json

import pandas as pd
import pytest
from tests.community.drawn import willow

from renlin.community.scheme import apply
from renlin.governance import govern, pair
from renlin.needs import identify
from renlin.simulation import simulate
from renlin.space import assess

SEEDS = range(4)
MOST_MONTHS = {"governance.plans": 6, "governance.pairs": 3}


@pytest.fixture(scope="module")
def chain():
    place = willow()
    needs = identify(place)
    space, pairs = assess(place, needs), pair(place, needs)
    worlds = {"base": place, "paired": pairs.community(place)}
    worlds |= {code: apply(place.schemes[code], place) for code in place.study.schemes}
    scenarios = list(place.scenarios.values())
    simulated = simulate(place, needs, schemes=worlds, scenarios=scenarios, seeds=SEEDS)
    governed = govern(place, needs, space, simulated, pairs=pairs)
    found = {}
    for stage in (needs, space, pairs, simulated, governed):
        found |= {f.name: f for f in vars(stage).values() if hasattr(f, "provenance")}
    return place, found


def table(chain, name):
    return chain[1][name].table


def test_every_household_that_needs_help_has_one_plan_per_scenario(chain):
    place, _ = chain
    plans = table(chain, "governance.plans")
    helped = set(table(chain, "governance.pairs")["household"])
    assert (
        set(plans["household"]) == helped == {"hu-lin", "hu-sun", "hu-wang", "hu-zhao", "hu-zheng"}
    )
    assert not plans.duplicated(["household", "scenario"]).any()
    assert set(plans["scenario"]) == set(place.scenarios)
    assert len(plans) == len(helped) * len(place.scenarios)


def test_a_plans_numbers_are_those_of_its_household_in_the_world_with_the_pairs(chain):
    runs = table(chain, "simulation.households").set_index(["scheme", "scenario", "household"])
    for row in table(chain, "governance.plans").to_dict("records"):
        run = runs.loc[("paired", row["scenario"], row["household"])]
        assert row["arrived_share"] == run["arrived_share"]
        assert row["n_runs"] == run["n_runs"]
        if row["arrived_share"] >= 0.5 and run["reason"] != "sheltered":
            assert row["p50"] == run["p50"]
        else:
            assert pd.isna(row["p50"])


def test_grandma_lins_plan_names_zhou_who_was_agreed_and_the_second_who_was_proposed(chain):
    row = (
        table(chain, "governance.plans")
        .set_index(["household", "scenario"])
        .loc[("hu-lin", "quake")]
    )
    assert (row["primary"], row["second"]) == ("zhou-helps", "duty")
    assert row["go"] == "wait_then_go"
    assert row["take"].split(";")[0] == "oxygen"
    assert "wheelchair" in row["needs"].split(";")
    assert len(json.loads(row["steps"])) <= 4


def test_the_cited_finding_of_every_response_exists_and_holds_the_cited_rows(chain):
    _, found = chain
    parents = found["governance.responses"].provenance.parents
    for told in table(chain, "governance.responses")["evidence"]:
        name, *parts = told.split("; ")
        finding = found[name]
        assert parents[name] == (finding.id, finding.content)
        rows = [part for part in parts if not part.startswith("layers/")]
        keys = {
            "|".join(map(str, key if isinstance(key, tuple) else (key,)))
            for key in finding.table.set_index(list(finding.provenance.key)).index
        }
        for row in rows[0].split(" (")[0].split(", ") if rows else []:
            assert row in keys, (finding.name, row)


def test_the_cited_row_of_every_layer_exists(chain):
    place, _ = chain
    for told in table(chain, "governance.responses")["evidence"]:
        for part in told.split("; "):
            if part.startswith("layers/"):
                name, row = part.removeprefix("layers/").split(": ")
                assert row in set(place[name].iloc[:, 0])


def test_every_record_has_an_accountable_owner_and_somebody_else_as_deputy(chain):
    for name in ("governance.plans", "governance.responses"):
        rows = table(chain, name)
        assert (rows["owner"].str.len() > 0).all()
        assert (rows["deputy"].str.len() > 0).all()
        assert (rows["owner"] != rows["deputy"]).all()


def test_no_record_waits_longer_for_its_review_than_its_kind_may(chain):
    place, _ = chain
    day = pd.Timestamp(place.settings.survey_date)
    for name, months in MOST_MONTHS.items():
        assert (table(chain, name)["review_on"] <= day + pd.DateOffset(months=months)).all()
    responses = table(chain, "governance.responses")
    most = {code: entry.review_months for code, entry in place.catalogue.responses.items()}
    latest = [day + pd.DateOffset(months=most[code]) for code in responses["response"]]
    assert (responses["review_on"] <= latest).all()
    assert (responses["due_on"] > day).all()


def test_nothing_about_a_person_is_final_before_a_person_confirmed_it(chain):
    plans = table(chain, "governance.plans")
    assert set(plans["state"]) == {"draft"}
    assert plans["confirmed_by"].isna().all()
    new = table(chain, "governance.pairs").query("status == 'new'")
    assert not new["agreed"].any()


def test_willows_stair_and_ways_call_for_what_stands_in_its_layers(chain):
    """B-1 is dark and cluttered, A's wiring is 50 years old, everybody hangs on the east gate."""
    table_of = table(chain, "governance.responses").set_index(["response", "place"])
    assert table_of.loc[("stair_lighting", "B-1"), "persons"] == 1
    assert table_of.loc[("stair_clear", "B-1"), "persons"] == 6
    assert table_of.loc[("rewire", "A"), "persons"] == 11
    assert table_of.loc[("second_exit", "east"), "persons"] == 17
    assert table_of.loc[("gates_open", "east"), "persons"] == 17
    assert ("double_handrail", "B-1") not in table_of.index


def test_willows_list_has_one_overlap_and_the_phases_nobody_was_named_for(chain):
    status = table(chain, "governance.duties").set_index(["hazard", "phase"])["status"]
    assert status[("fire", "inspect")] == "ok"
    assert status[("fire", "respond")] == "overlap"
    assert status[("flood", "warn")] == "ok"
    assert set(status["earthquake"]) == {"gap"}
    assert set(status["electric"]) == {"gap"}


def test_what_could_not_be_decided_is_a_finding_of_its_own(chain):
    missing = table(chain, "governance.unevaluated")
    assert missing["response"].tolist() == ["escalating_channels", "reserved_supplies"]


def test_every_number_people_read_has_a_line_back(chain):
    for name in (
        "governance.plans",
        "governance.responses",
        "governance.duties",
        "governance.pairs",
    ):
        assert chain[1][name].provenance.lineage, name
