"""The whole stage: findings that can be traced, and that change only by what they rest on."""

from dataclasses import fields

import pandas as pd
import pytest

from renlin.catalogue.models import Entry, Value
from renlin.finding import open_finding, save
from renlin.needs import Needs, identify

KEYS = {
    "evidence": ("subject", "indicator"), "indicators": ("person",), "tiers": ("person",),
    "households": ("household",), "profiles": ("person",), "memberships": ("person",),
    "combinations": ("combination",), "list": ("household", "item"),
    "totals": ("item", "display"), "work_list": ("subject", "indicator"),
    "population": ("period", "display"), "records": ("person",), "groups": ("measure", "display"),
    "corrections": ("correction",), "review": ("person", "record"), "overrides": ("override",),
    "audit": ("decision", "display"), "household_profiles": ("household",),
    "group_profiles": ("display",), "perception": ("measure", "display"),
    "personas": ("persona",), "persona_members": ("person",),
    "sessions": ("session", "display"),
    "prevalence": ("display", "field"), "preferences": ("aggregation", "wish"),
    "hidden": ("scope",), "rule_questions": ("rule", "version", "direction"),
    "gaps": ("measure", "display"), "inequality": ("measure", "partition"),
    "movers": ("renewal", "display"), "remaining": ("renewal", "measure"), "spending": ("side",),
    "spending_groups": ("display",),
    "disagreement": ("issue",), "community_type": ("type",), "type_risks": ("type", "risk"),
    "series": ("display", "measure", "part"),
    "ties": ("person",), "tie_bridges": ("person", "other"), "tie_reach": ("steps", "display"),
    "tie_scores": ("measure", "part", "unit"), "tie_gaps": ("measure", "display"),
    "crossed": ("display", "safer", "understands_less"),
}  # fmt: skip


def ids(needs):
    return {item.name: getattr(needs, item.name).id for item in fields(needs)}


def test_every_finding_has_its_name_and_key(found):
    assert {item.name: getattr(found, item.name).provenance.key for item in fields(Needs)} == KEYS
    assert all(getattr(found, name).name == f"needs.{name}" for name in KEYS)


def test_the_same_place_gives_the_same_bytes(willow, found):
    again = identify(willow)
    assert ids(again) == ids(found)
    for name in KEYS:
        pd.testing.assert_frame_equal(getattr(again, name).table, getattr(found, name).table)


def test_the_order_of_rows_in_the_registers_changes_nothing(willow, found):
    turned = {
        name: willow[name].iloc[::-1].reset_index(drop=True)
        for name in ("persons", "households", "facts", "dwellings", "corrections")
    }
    again = identify(willow.with_tables(**turned))
    for name in KEYS:
        first, second = (
            getattr(one, name).table.drop(columns=["file", "row"], errors="ignore")
            if name in ("evidence", "records")
            else getattr(one, name).table
            for one in (found, again)
        )
        pd.testing.assert_frame_equal(first, second)


def test_a_changed_register_row_changes_exactly_what_rests_on_it(willow, found):
    homes = willow["helpers"].assign(capacity=0)
    assert ids(identify(willow.with_tables(helpers=homes))) == ids(found)
    facts = willow["facts"].copy()
    facts.loc[facts["fact"] == "f01", "source"] = "visit"
    changed = {
        name for name, id_ in ids(identify(willow.with_tables(facts=facts))).items()
        if id_ != ids(found)[name]
    }  # fmt: skip
    assert changed == {
        "evidence", "indicators", "tiers", "work_list", "corrections", "movers", "remaining",
        "prevalence",
    }  # fmt: skip


def test_every_number_people_read_has_a_lineage(found):
    for name in KEYS:
        finding = getattr(found, name)
        numbers = finding.table.select_dtypes("number").columns
        told = set(finding.provenance.lineage)
        assert not set(numbers) - told - set(finding.provenance.key) - {
            "row", "floor", "days",
        }, name  # fmt: skip


def test_the_parents_a_lineage_names_have_the_columns_it_names(found):
    for name in KEYS:
        finding = getattr(found, name)
        for made in finding.provenance.lineage.values():
            for parent, own, theirs in made.parents:
                other = getattr(found, parent.removeprefix("needs."))
                assert not own or own in finding.table
                assert not theirs or theirs in other.table


def test_the_catalogue_entries_a_lineage_names_exist(found, willow):
    for name in KEYS:
        for made in getattr(found, name).provenance.lineage.values():
            for entry in made.catalogue:
                part, _, code = entry.partition("/")
                entries = getattr(willow.catalogue, part)
                key = tuple(code.split("/")) if part == "presence" else code
                hit = entries[key[0], int(key[1])] if part == "presence" else entries[key]
                assert isinstance(hit, Entry | Value)


def test_one_cell_leads_from_a_tier_to_the_register_row(found):
    parents = found.tiers.provenance.lineage["sure"].parents
    assert ("needs.evidence", "person", "subject") in parents
    evidence = found.evidence.table
    lin = evidence[evidence["subject"] == "lin"].set_index("indicator")
    assert lin.loc["has_smart_device", ["file", "row"]].tolist() == ["grid.csv", 2]
    assert lin.loc["age", ["file", "row"]].tolist() == ["layers/persons.csv", 2]


def test_who_may_read_it_is_said_with_each_finding(found):
    personal = {"evidence", "indicators", "tiers", "households", "profiles", "memberships", "list",
                "work_list", "records", "corrections", "review", "overrides",
                "household_profiles", "persona_members", "ties", "tie_bridges"}  # fmt: skip
    assert {n for n in KEYS if getattr(found, n).provenance.privacy == "personal"} == personal


def test_a_synthetic_resident_makes_every_finding_synthetic(willow):
    place = willow.with_tables(persons=willow["persons"].assign(origin="synthetic"))
    needs = identify(place)
    assert all(getattr(needs, name).provenance.synthetic for name in KEYS)


@pytest.mark.parametrize("name", list(KEYS))
def test_a_finding_survives_the_disk(found, name, tmp_path):
    finding = getattr(found, name)
    back = open_finding(save(finding, tmp_path))
    assert back.id == finding.id
    assert back.content == finding.content


def test_a_community_without_residents_has_empty_findings_and_no_crash(willow):
    empty = {name: willow[name].iloc[:0] for name in ("persons", "facts", "corrections", "ties")}
    needs = identify(willow.with_tables(**empty))
    assert needs.tiers.table.empty
    assert needs.households.table["possible"].eq(1).all()
    assert needs.totals.table.empty


def test_a_community_of_whom_nothing_is_known_has_no_sure_tier_and_no_safe_resident(willow):
    persons = willow["persons"].assign(
        age=pd.array([pd.NA] * 21, dtype="Int64"), sex="unknown", hukou="unknown",
        since=pd.NaT, seen_on=pd.NaT,
    )  # fmt: skip
    persons["since"] = persons["since"].astype("datetime64[s]")
    persons["seen_on"] = persons["seen_on"].astype("datetime64[s]")
    homes = willow["households"].assign(tenure="unknown", seen_on=persons["seen_on"].iloc[:12])
    place = willow.with_tables(
        persons=persons, households=homes, facts=willow["facts"].iloc[:0],
        corrections=willow["corrections"].iloc[:0],
    )  # fmt: skip
    needs = identify(place)
    assert set(needs.tiers.table["sure"]) == {4}
    assert set(needs.tiers.table["possible"]) == {1}
    assert needs.records.table["stale"].all()
    assert set(needs.population.table["low"]) == {0.0}


def test_no_finding_names_anybody_by_more_than_a_pseudonym(found):
    for name in KEYS:
        assert not {"name", "phone", "identity_number"} & set(getattr(found, name).table.columns)
