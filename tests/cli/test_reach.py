"""``renlin reach`` and ``renlin cube``: who reaches what, with what closed, and who is where."""

import json

import pandas as pd
import pytest


def value(call, *asked):
    done = call("reach", *asked, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def row(rows, **keys):
    (found,) = [r for r in rows if all(r[name] == key for name, key in keys.items())]
    return found


def test_the_service_of_the_policy_is_told_with_groups_firmness_and_circles(call, willow):
    found = value(call, willow)
    everybody = row(found["groups"], service="shelter", display="all")
    assert [everybody[k] for k in ("n", "covered", "not_covered", "unknown")] == [21, 16, 1, 4]
    assert row(found["firm"], measure="redundant", display="all")["fails"] == 16
    circle = row(found["circles"], service="shelter")
    assert circle["wrongly_covered"] == 1
    assert len({hour["hour"] for hour in found["hours"]}) == 24


def test_any_kind_with_a_limit_can_be_asked_at_any_hour(call, willow):
    found = value(call, willow, "--service", "clinic", "--service", "hydrant", "--hour", "3")
    assert {row["service"] for row in found["groups"]} == {"clinic", "hydrant"}
    assert found["hours"] == []


def test_closing_the_way_takes_those_who_hang_on_it_and_says_so_beforehand(call, willow):
    before = value(call, willow)
    worst = min((r for r in before["links"]), key=lambda r: r["rank"])
    after = value(call, willow, "--closed", worst["place"])
    lost = [row(told["groups"], display="all")["covered"] for told in (before, after)]
    assert lost[0] - lost[1] >= worst["persons"] > 0


def test_the_hopeful_view_covers_no_fewer_than_the_careful_one(call, willow):
    counts = {
        view: row(value(call, willow, "--view", view)["groups"], display="all")["covered"]
        for view in ("pessimistic", "optimistic")
    }
    assert counts["pessimistic"] == 16 <= counts["optimistic"]


def test_one_group_is_told_alone(call, willow):
    found = value(call, willow, "--group", "tenant")
    assert {row["display"] for row in found["groups"]} == {"tenant"}


def test_people_read_it_in_both_languages(call, willow):
    assert "断了就够不着的路和门" in call("reach", willow).output
    assert "Ways and gates it hangs on" in call("reach", willow, "--lang", "en").output


@pytest.mark.parametrize(
    ("asked", "code", "said"),
    [
        (("--service", "shelterr"), 1, "Did you mean shelter?"),
        (("--closed", "nowhere", "--closed", "neither"), 1, "neither"),
        (("--scenario", "flod"), 2, "no flod"),
        (("--group", "old"), 2, "no old"),
        (("--hour", "24"), 2, ""),
    ],
)
def test_what_is_not_there_is_refused_by_name(call, willow, asked, code, said):
    done = call("reach", willow, *asked, "--lang", "en")
    assert done.exit_code == code
    assert said in done.output


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_the_cube_is_written_whole_and_adds_up(call, willow, tmp_path, suffix):
    out = tmp_path / "new" / f"cube.{suffix}"
    done = call("cube", willow, "--out", out, "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    read = pd.read_csv(out) if suffix == "csv" else pd.read_parquet(out)
    assert len(read) == told["n_rows"]
    assert read.groupby("hour")["present"].sum().round(9).eq(21.0).all()
    assert [hour["hour"] for hour in told["hours"]] == list(range(24))


def test_another_kind_of_file_is_refused_before_anything_runs(call, willow, tmp_path):
    done = call("cube", willow, "--out", tmp_path / "cube.xlsx", "--lang", "en")
    assert done.exit_code == 2
    assert "only .csv or .parquet" in done.output
