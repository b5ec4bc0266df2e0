"""The responsibility list: gaps, overlaps, nobody acts, no deputy, too much on one body."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.community.drawn import willow

from renlin.catalogue.load import load
from renlin.governance.duties import AT_NIGHT, PHASES, check_duties
from renlin.governance.responsible import (
    COMMITTEE,
    MANAGER,
    SHARED_PARTS,
    STREET,
    answering,
    exists,
    for_phase,
    for_shared_parts,
)

CATALOGUE = load()
HAZARDS = ("fire", "flood", "gas")
BODIES = ("street", "committee", "owner", "station")


def house(**changes):
    return willow().settings.model_copy(update=changes)


def complete(hazards=HAZARDS):
    """Return a list in which everything is in order: one body per hazard, another acts."""
    rows = [
        {
            "duty": f"{hazard}-{phase}", "hazard": hazard, "phase": phase, "task": f"do {phase}",
            "accountable": BODIES[i % 4], "responsible": "helpers",
            "deputy": "night duty" if phase in AT_NIGHT else None, "basis": "law",
        }
        for i, hazard in enumerate(hazards) for phase in PHASES
    ]  # fmt: skip
    return pd.DataFrame(rows).astype("str").where(lambda t: t.notna())


def checked(duties, hazards=HAZARDS, place=None):
    table = check_duties(duties, hazards, CATALOGUE, place or house())
    return table.set_index(["hazard", "phase"])


def status(duties, cell=("fire", "respond"), **more):
    return checked(duties, **more).loc[cell, "status"]


def changed(column, value, duty="fire-respond"):
    table = complete().astype("object")
    table.loc[table["duty"] == duty, column] = value
    return table.where(table.notna(), None)


def added(**changes):
    """Return the complete list with a second row for responding to fire."""
    row = complete().iloc[2].to_dict() | changes
    return pd.concat([complete(), pd.DataFrame([row])], ignore_index=True)


def test_in_a_complete_list_nothing_is_wrong():
    assert set(checked(complete())["status"]) == {"ok"}


def test_a_task_without_an_accountable_body_is_a_gap_and_a_body_is_suggested():
    row = checked(changed("accountable", None)).loc[("fire", "respond")]
    assert (row["status"], row["suggested"], row["suggested_basis"]) == (
        "gap", COMMITTEE, "突发事件应对法 77",
    )  # fmt: skip


def test_a_hazard_nobody_listed_is_a_gap_in_every_phase():
    table = checked(complete(), hazards=(*HAZARDS, "structure"))
    assert set(table.loc["structure", "status"]) == {"gap"}


def test_two_bodies_in_one_row_overlap():
    assert status(changed("accountable", "street;committee")) == "overlap"


def test_two_rows_of_one_task_with_different_bodies_overlap_however_it_is_spaced():
    again = {"duty": "x", "accountable": "owner", "task": " do respond "}
    assert status(added(**again)) == "overlap"


def test_two_tasks_of_one_phase_may_have_different_bodies():
    assert status(added(duty="x", accountable="owner", task="count")) == "ok"


def test_a_second_task_without_a_body_is_not_hidden_by_the_first():
    row = checked(added(duty="x", accountable=None, task="count"))
    assert row.loc[("fire", "respond"), ["status", "wrong"]].tolist() == ["gap", "count"]


def test_a_task_nobody_carries_out_is_told():
    assert status(changed("responsible", None)) == "nobody_acts"


def test_to_warn_and_to_respond_needs_somebody_else_at_night_and_to_inspect_does_not():
    assert status(changed("deputy", None)) == "no_deputy"
    assert status(changed("deputy", "street")) == "no_deputy"
    assert status(changed("deputy", None, "fire-inspect"), ("fire", "inspect")) == "ok"


def test_a_body_that_answers_for_too_much_is_told():
    heavy = complete(tuple("abc"))
    heavy["accountable"] = "street"
    assert CATALOGUE.number("duty_load_cap") == 8.0
    assert set(checked(heavy, hazards=())["status"]) == {"over_load"}
    assert set(checked(heavy.iloc[:8], hazards=())["status"].head(8)) == {"ok"}


def test_a_property_manager_answers_only_where_there_is_one():
    named = changed("accountable", "某物业公司")
    assert status(named, place=house(property_manager=False)) == "gap"
    assert status(named, place=house(property_manager=True)) == "ok"
    assert status(named, place=house(property_manager=None)) == "ok"


def test_rows_that_name_no_law_are_counted():
    row = checked(changed("basis", None)).loc[("fire", "respond")]
    assert row["without_basis"] == 1


ERRORS = {
    "gap": ("accountable", None), "overlap": ("accountable", "street;owner"),
    "nobody_acts": ("responsible", None), "no_deputy": ("deputy", None),
}  # fmt: skip


@settings(max_examples=50, deadline=None)
@given(
    st.dictionaries(
        st.tuples(st.sampled_from(HAZARDS), st.sampled_from(PHASES)),
        st.sampled_from(sorted(ERRORS)),
    )
)
def test_every_seeded_error_is_found_and_nothing_else(seeded):
    wanted = {
        cell: error for cell, error in seeded.items() if error != "no_deputy" or cell[1] in AT_NIGHT
    }
    table = complete().astype("object")
    for (hazard, phase), error in seeded.items():
        column, value = ERRORS[error]
        table.loc[table["duty"] == f"{hazard}-{phase}", column] = value
    found = checked(table.where(table.notna(), None))["status"]
    # a body seeded into many rows is over its load as well: that has a test of its own
    fine = ("ok", "over_load")
    assert {cell: name for cell, name in found.items() if name not in fine} == wanted


def test_the_order_of_rows_changes_nothing():
    mixed = changed("accountable", "street;owner")
    turned = mixed.iloc[np.random.default_rng(1).permutation(len(mixed))]
    pd.testing.assert_frame_equal(checked(mixed), checked(turned))


# who answers where nobody was named


@pytest.mark.parametrize(
    ("facts", "body", "rule"),
    [
        ({"property_manager": True}, MANAGER, "property_manager"),
        ({"property_manager": True, "owner_unit": "厂"}, MANAGER, "property_manager"),
        ({"property_manager": False, "owner_unit": "厂"}, "厂", "owner_unit"),
        ({"property_manager": False}, STREET, "no_manager"),
        ({"property_manager": None}, STREET, "unknown_manager"),
    ],
)
def test_who_answers_for_shared_parts_is_worked_out(facts, body, rule):
    party = for_shared_parts(house(**{"owner_unit": "", **facts}))
    assert (party.body, party.rule) == (body, rule)
    assert party.deputy not in ("", party.body)


def test_the_rule_of_nanyang_is_law_there_and_a_comparison_elsewhere():
    near = for_shared_parts(house(property_manager=False, jurisdiction="河南省南阳市"))
    far = for_shared_parts(house(property_manager=False, jurisdiction="成都市"))
    assert "仅供参照" not in near.basis
    assert "仅供参照" in far.basis


def test_every_phase_nobody_was_named_for_falls_to_one_body_with_a_deputy():
    for phase in PHASES:
        party = for_phase(phase, house(property_manager=False))
        assert party.body != party.deputy
        assert party.basis


def test_every_owner_of_the_catalogue_is_one_body_with_another_as_deputy():
    owners = {entry.owner for entry in CATALOGUE.responses.values()}
    assert SHARED_PARTS in owners
    for owner in owners:
        party = answering(owner, house(property_manager=False))
        assert party.body != SHARED_PARTS
        assert party.deputy not in ("", party.body)


def test_a_named_body_other_than_a_manager_always_exists():
    assert exists("street", house(property_manager=False))


def test_another_load_cap_of_the_catalogue_is_in_force():
    value = CATALOGUE.parameters["duty_load_cap"].model_copy(update={"value": 3.0})
    strict = replace(CATALOGUE, parameters={**CATALOGUE.parameters, "duty_load_cap": value})
    table = check_duties(complete(), HAZARDS, strict, house())
    assert set(table["status"]) == {"over_load"}
