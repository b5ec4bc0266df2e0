"""``renlin locate``: grounds of the community, two lists side by side, a scheme that is read."""

import json

import pytest

from renlin.community.folder import open_community
from renlin.community.scheme import read_scheme


def value(call, *asked):
    done = call("locate", *asked, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_both_lists_stand_side_by_side_and_who_cannot_be_reached_is_counted(call, willow):
    found = value(call, willow)
    assert {plan["model"] for plan in found["plans"]} == {"p-median", "floor"}
    assert found["n_first_beyond"] == 1
    assert found["left_out"]["ground"]["en"] == "there already, or planned"


def test_a_plan_becomes_a_scheme_of_the_folder(call, willow, tmp_path):
    spaces = willow / "layers" / "spaces.geojson"
    drawn = json.loads(spaces.read_text(encoding="utf-8"))
    near = json.loads(json.dumps(drawn["features"][0]))
    near["properties"] |= {"space": "yard", "name": "院子", "emergency_use": "allowed"}
    drawn["features"].append(near)
    spaces.write_text(json.dumps(drawn), encoding="utf-8")
    file = willow / "schemes" / "sites.toml"
    found = value(call, willow, "--more", "1", "--scheme", file)
    assert found["scheme"] == str(file)
    assert [edit.key for edit in read_scheme(file).edit] == ["site-yard"]
    assert "sites" in open_community(willow).schemes


def test_the_folder_of_a_scheme_is_made(call, willow, tmp_path):
    file = tmp_path / "new" / "sites.toml"
    assert value(call, willow, "--scheme", file)["scheme"] == str(file)
    assert read_scheme(file).edit == ()


def test_people_read_it_in_both_languages(call, willow):
    assert "开在哪里都走不到" in call("locate", willow).output
    assert "wherever it opens" in call("locate", willow, "--lang", "en").output


@pytest.mark.parametrize("service", ["shelters", ""])
def test_a_service_that_is_not_there_is_refused(call, willow, service):
    done = call("locate", willow, "--service", service, "--lang", "en")
    assert done.exit_code == 1
    assert "catalogue" in done.output


@pytest.fixture
def yard(willow):
    """Return the folder of Willow with a second ground beside the first, priced or not."""

    def made(**facts):
        spaces = willow / "layers" / "spaces.geojson"
        drawn = json.loads(spaces.read_text(encoding="utf-8"))
        near = json.loads(json.dumps(drawn["features"][0]))
        near["properties"] |= {"space": "yard", "name": "院子", "emergency_use": "allowed", **facts}
        drawn["features"].append(near)
        spaces.write_text(json.dumps(drawn), encoding="utf-8")
        return willow

    return made


def test_stages_two_and_three_run_again_with_the_fair_plan(call, yard):
    again = value(call, yard(), "--more", "1", "--again")["again"]
    everybody = next(row for row in again["coverage"] if row["display"] == "all")
    states = ("covered", "not_covered", "unknown")
    for when in ("before", "after"):
        assert sum(everybody[f"{state}_{when}"] for state in states) == everybody["n"]
    assert {row["display"] for row in again["times"]} >= {"all", "gap"}


def test_a_budget_asks_for_the_price_of_every_ground_by_name(call, yard):
    done = call("locate", yard(), "--budget", "1000", "--lang", "en")
    assert done.exit_code == 1
    assert "none of site-yard" in done.output


def test_a_plan_keeps_to_the_budget_or_says_that_it_cannot(call, yard):
    folder = yard(opening_cost=5000.0)
    plans = value(call, folder, "--more", "1", "--budget", "4999")["plans"]
    dear = [plan for plan in plans if plan["n_sites"] is None]
    assert {plan["p"] for plan in dear} == {2}
    assert all("1" in plan["infeasible"] for plan in dear)
    paid = value(call, folder, "--more", "1", "--budget", "5000")["plans"]
    assert {plan["price"] for plan in paid} == {0.0, 5000.0}
