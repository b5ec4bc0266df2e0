"""On the example: contradictions as drawn and no others; grounds take away what they cover."""

import sys
from pathlib import Path

import pandas as pd
import pytest
from tests.places.test_liulin import EXAMPLE

from renlin.community.folder import open_community
from renlin.community.scheme import apply
from renlin.intake.build import build
from renlin.needs.identify import identify
from renlin.space.access.coverage import cover, service
from renlin.space.access.residents import lifted, living
from renlin.space.assess import assess
from renlin.space.points.ranking import rank_points
from renlin.space.siting import Terms, site
from renlin.space.siting.study import study

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


def sheltered(at, people):
    """Return the coverage of the shelter in a community, places left aside."""
    offered = service("shelter", at["facilities"], at.catalogue, hour=at.policy.hour)
    table = cover(people, at.network, offered, at.catalogue, lifts=lifted(at))
    return table.assign(capacity_ratio=float("nan"))


def test_proposed_grounds_take_away_exactly_the_points_they_cover(place, needs):
    asked, people = study(place, needs, "shelter"), living(place, needs)
    p = int(asked.problem.built.sum()) + 2
    plan = site(asked.problem, "floor", Terms(p=p, radius=asked.limit))
    tried = apply(asked.scheme(plan.opened, code="sites", zh="选址", en="sites"), place)
    high = pd.Series(1.0, index=place["buildings"]["building"])
    states, points = [], []
    for at in (place, tried):
        states.append(sheltered(at, people).set_index("person")["state"])
        ranked = rank_points(
            states[-1].to_frame().join(sheltered(at, people).set_index("person").drop(columns="state"))
            .reset_index(), needs.tiers.table, high, at["entrances"], at.catalogue,
            risk_percentile=0.0,
        )  # fmt: skip
        points.append(set(ranked["entrance"]))
    opened = asked.problem.within(asked.limit)[:, [s in plan.opened for s in asked.problem.sites]]
    reached = asked.homes.assign(reached=opened.any(axis=1))
    alike = ["entrance", "floor", "class", "mode", "display"]
    homes = people.merge(reached.groupby(alike)["reached"].any().reset_index(), on=alike)
    homes = homes.set_index("person")
    was = homes.index.intersection(states[0].index[states[0] == "not_covered"])
    assert (states[1][was[homes.loc[was, "reached"]]] == "covered").all()
    assert (states[1][was[~homes.loc[was, "reached"]]] != "covered").all()
    stays = set(homes.loc[was[states[1][was] == "not_covered"], "entrance"])
    assert points[1] <= points[0]
    assert points[0] - points[1] == points[0] - stays
    assert points[0] - points[1]
