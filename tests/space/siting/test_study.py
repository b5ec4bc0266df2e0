"""Where a community should open a shelter: candidates, the floor, and the scheme that does it."""

import numpy as np
import pytest
from tests.community.drawn import box, facility, home, walk
from tests.space.needs_fixture import needs
from tests.space.street import street

from renlin.community.scheme import apply, read_scheme
from renlin.community.scheme_text import scheme_text
from renlin.errors import SchemeFault
from renlin.space.access.coverage import cover, service
from renlin.space.access.residents import homes, residents
from renlin.space.siting import Terms, site
from renlin.space.siting.study import study

PEOPLE = (("p", "h", "adult"), ("q", "g", "wheelchair_pushed", 1, 1))


def space(name, left, **facts):
    known = {"name": name, "kind": "square", "usable_share": 0.5, "emergency_use": "allowed"}
    return {"space": name, "geometry": box(left, -5, left + 10, 5)} | known | facts


def place(*spaces, **rows):
    """The street with its shelter moved 2 km away, and open ground beside the house."""
    far = facility("s", "shelter", 2000, 0, capacity=50, area=100.0, step_free=True, width=2.0)
    way = [walk("street", (0, 0), (2000, 0))]
    return street(way=way, facilities=[far], spaces=list(spaces), **rows)


def served(at, people):
    """Return person -> state of the shelter in a community."""
    found = needs(at, *people)
    homed = homes(at["households"], at["dwellings"])
    known = residents(found.profiles.table, homed, at["pairs"], at["helpers"], at.catalogue)
    offered = service("shelter", at["facilities"], at.catalogue, hour=at.policy.hour)
    table = cover(known, at.network, offered, at.catalogue)
    return table.set_index("person")["state"].to_dict()


def test_open_ground_is_a_candidate_with_the_room_it_has():
    at = place(space("near", 90))
    found = study(at, needs(at, *PEOPLE), "shelter")
    assert found.problem.sites.tolist() == ["s", "site-near"]
    assert found.problem.built.tolist() == [True, False]
    assert found.edits["site-near"].row["area"] == 50.0
    assert found.edits["site-near"].row["capacity"] == 33


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"emergency_use": "forbidden"}, "forbids"),
        ({"kind": "roof"}, "no ground"),
        ({"usable_share": 0.01}, "holds nobody"),
    ],
)
def test_ground_that_cannot_be_used_is_left_out_with_the_reason(facts, why):
    at = place(space("near", 90, **facts))
    found = study(at, needs(at, *PEOPLE), "shelter")
    assert found.problem.sites.tolist() == ["s"]
    assert why in found.left_out["near"].en


def test_unknown_usable_share_is_taken_whole_and_said():
    at = place(space("near", 90, usable_share=None))
    edit = study(at, needs(at, *PEOPLE), "shelter").edits["site-near"]
    assert edit.row["area"] == 100.0
    assert "没有记录" in edit.why


def test_a_closed_shelter_is_a_candidate_that_only_has_to_open():
    shut = facility("t", "shelter", 100, 0, capacity=50, area=100.0, state="closed", width=2.0)
    far = facility("s", "shelter", 2000, 0, capacity=50, area=100.0, width=2.0)
    at = street(way=[walk("street", (0, 0), (2000, 0))], facilities=[far, shut])
    edit = study(at, needs(at, *PEOPLE), "shelter").edits["t"]
    assert (edit.op, edit.column, edit.was, edit.now) == ("set", "state", "closed", "open")


def test_the_scheme_of_a_plan_serves_exactly_whom_the_plan_says():
    at = place(space("near", 90), space("middle", 900))
    found = study(at, needs(at, *PEOPLE), "shelter")
    plan = site(found.problem, "p-median", Terms(p=2, radius=found.limit))
    scheme = found.scheme(plan.opened, code="site", zh="选址", en="siting")
    after = served(apply(scheme, at), PEOPLE)
    told = found.homes.merge(plan.demands, on="demand").set_index("class")["covered_share"]
    assert plan.opened == ("s", "site-near")
    assert {p: s == "covered" for p, s in after.items()} == {
        "p": told["adult"] == 1.0,
        "q": told["wheelchair_pushed"] == 1.0,
    }
    assert "covered" not in served(at, PEOPLE).values()


def test_a_written_scheme_is_read_back_as_it_was(tmp_path):
    at = place(space("near", 90))
    found = study(at, needs(at, *PEOPLE), "shelter")
    scheme = found.scheme(["site-near", "s"], code="site", zh="选址“近处”", en="siting")
    (tmp_path / "site.toml").write_text(scheme_text(scheme), encoding="utf-8")
    assert read_scheme(tmp_path / "site.toml") == scheme


def test_who_is_of_the_highest_tier_and_out_of_reach_of_every_site_is_counted():
    at = place(space("near", 90))
    upstairs = (("p", "h", "wheelchair_pushed", 1, 1),)
    found = study(at, needs(at, *upstairs), "shelter")
    assert found.n_first_beyond == 1
    assert not found.problem.first.any()
    assert np.isinf(found.problem.cost).all()


def test_who_has_no_known_door_is_in_no_demand_and_counted():
    at = place(space("near", 90))
    lost, _ = home("x", "A-1", 1)
    at = place(space("near", 90), households=[home("h", "A-1", 2)[0], {**lost, "dwelling": None}],
               dwellings=[home("h", "A-1", 2)[1]], persons=[])  # fmt: skip
    found = study(at, needs(at, ("p", "h", "adult"), ("r", "x", "adult")), "shelter")
    assert found.n_unplaced == 1
    assert found.problem.weight.sum() == 1


def test_ids_of_demands_tell_nothing_about_anybody():
    at = place(space("near", 90))
    found = study(at, needs(at, *PEOPLE), "shelter")
    assert all(name.startswith("d0000") for name in found.problem.demands)


def test_a_service_that_is_not_there_is_refused_with_the_nearest():
    at = place(space("near", 90))
    with pytest.raises(SchemeFault, match="shelter"):
        study(at, needs(at, *PEOPLE), "shelters")


def test_no_facility_and_no_ground_is_refused():
    at = street(facilities=[])
    with pytest.raises(SchemeFault, match="neither one that is open nor a space"):
        study(at, needs(at, *PEOPLE), "shelter")
