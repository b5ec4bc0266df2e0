"""``renlin convert``: plans by day and night, times written as a scheme that is read back."""

import json

import pytest

from renlin.community.folder import open_community
from renlin.community.scheme import apply, read_scheme

PLAN = (
    "conversion,space,template,area,crew_day,crew_night,arrival_day,arrival_night,by,source\n"
    "v,ground,school_yard_opened,640,6,1,5,30,小学,踏勘\n"
)


@pytest.fixture
def planned(willow):
    (willow / "layers" / "conversions.csv").write_text(PLAN, encoding="utf-8")
    return willow


def value(call, *asked):
    done = call("convert", *asked, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_the_times_of_the_day_become_a_scheme_of_the_folder(call, planned):
    file = planned / "schemes" / "open.toml"
    found = value(call, planned, "--scheme", file)
    assert [plan["state"] for plan in found["plans"]] == ["ready"]
    place = open_community(planned)
    after = apply(read_scheme(file), place)["spaces"].set_index("space")
    assert after.loc["ground", "opening_minutes"] == pytest.approx(
        found["plans"][0]["p90"], abs=0.05
    )
    assert "open" in place.schemes


def test_one_keeper_at_night_cannot_do_what_takes_two(call, planned):
    found = value(call, planned, "--night")
    assert [plan["state"] for plan in found["plans"]] == ["crew_short"]


def test_a_community_without_plans_says_so_in_both_languages(call, willow):
    assert "没有转换预案" in call("convert", willow).output
    assert "no plan" in call("convert", willow, "--lang", "en").output


def test_a_plan_for_a_ground_that_is_not_there_is_refused_with_its_row(call, willow):
    text = PLAN.replace("v,ground,", "v,nowhere,").replace("school_yard_opened", "school_yard_open")
    (willow / "layers" / "conversions.csv").write_text(text, encoding="utf-8")
    done = call("convert", willow)
    assert done.exit_code == 1
    assert "conversions" in done.stderr
    assert "school_yard_opened" in done.stderr
