"""The contradictions drawn into the example are found by the rules, and no others."""

import sys
from pathlib import Path

import pytest
from tests.places.test_liulin import EXAMPLE

from renlin.community.folder import open_community
from renlin.intake.build import build
from renlin.needs.identify import identify
from renlin.space.assess import assess

sys.path.insert(0, str(Path(__file__).parents[2] / "examples"))
from liulin_generator import clashes


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    import shutil

    copy = tmp_path_factory.mktemp("built") / "liulin"
    shutil.copytree(EXAMPLE, copy)
    build(copy)
    return open_community(copy)


@pytest.fixture(scope="module")
def needs(place):
    return identify(place)


@pytest.fixture(scope="module")
def found(place, needs):
    return assess(place, needs)


def behind(place, needs, group):
    """Return the doors behind which somebody of a group lives."""
    people = needs.profiles.table[["household", "display"]]
    homes = place["households"].merge(place["dwellings"], on="dwelling")
    here = people[people["display"] == group].merge(homes[["household", "entrance"]])
    return set(here["entrance"].dropna())


def short(coverage):
    """Return the groups of whom somebody surely reaches too little shelter or none."""
    told = coverage[(coverage["service"] == "shelter") & (coverage["state"] != "unknown")]
    lacks = (told["state"] != "covered") | (told["capacity_ratio"].fillna(1.0) < 1.0)
    return set(told.loc[lacks, "display"])


def test_exactly_the_contradictions_drawn_into_the_place_are_found(place, needs, found):
    table = found.contradictions.table
    expected = clashes.planted()
    for need, group in clashes.GROUP_NEEDS.items():
        doors = clashes.lacking(need) & behind(place, needs, group)
        expected |= {f"need_unmet:{door}:{need}" for door in doors}
    expected |= {f"group_short:shelter:{group}" for group in short(found.coverage.table)}
    named = set(table.loc[table["state"] == "found", "contradiction"])
    assert named - expected == set()
    assert expected - named == set()


def test_all_three_dimensions_are_planted(found):
    table = found.contradictions.table
    told = table[table["contradiction"].isin(clashes.planted())]
    assert set(told["dimension"]) == {"management", "use", "planning"}


def test_what_has_no_data_is_apart_and_carries_no_severity(found):
    table = found.contradictions.table
    asked = table[table["state"] == "no_data"]
    assert len(asked)
    assert asked["severity"].isna().all()
    assert asked["offered"].isna().all()


def test_the_workshop_that_measured_the_lane_with_a_wheelchair_is_the_evidence(found):
    row = found.contradictions.table.set_index("contradiction").loc["way_taken:row2-c"]
    assert (row["offered"], row["source"]) == (0.9, "workshop")
    assert "corrections/c04" in row["evidence"]
    assert "残联专职委员" in row["said_by"]
