"""Go, stay, or wait and then go: by the event, the storey and the time that is left."""

import numpy as np
import pytest
from tests.governance.planted import HOUSEHOLD_RUN

from renlin.catalogue.load import load
from renlin.community.settings import Scenario
from renlin.governance.decisions import decide, out_of_stair, reached, tenable

CATALOGUE = load()


def scenario(kind, **more):
    return Scenario(code=kind, zh=kind, en=kind, kind=kind, hour=2.0, horizon=1800.0, **more)


def decided(kind, floor=3, run=None, **more):
    return decide(scenario(kind, **more), {**HOUSEHOLD_RUN, **(run or {})}, floor, CATALOGUE)


def leaving(seconds):
    """Return a run that is out of the stair after ``seconds`` in nine of ten cases."""
    return {"p90": seconds + 150.0, "lanes_p50": 150.0}


def test_after_an_earthquake_wait_until_the_shaking_stops():
    assert decided("earthquake") == ("wait_then_go", "shaking_first")


def test_a_fall_stays_and_calls():
    assert decided("personal_incident") == ("stay", "cannot_leave")


@pytest.mark.parametrize(("floor", "go"), [(1, "go"), (2, "stay"), (5, "stay"), (np.nan, "go")])
def test_in_a_flood_stay_from_the_safe_floor_up(floor, go):
    assert CATALOGUE.scenarios["flood"].parameters["safe_floor"].value == 2.0
    assert decided("flood", floor)[0] == go


def test_called_out_of_a_cordon_go():
    assert decided("local_incident") == ("go", "called_out")


@pytest.mark.parametrize("kind", ["flood", "local_incident", "stair_fire", "earthquake"])
def test_who_the_simulation_tells_to_stay_stays(kind):
    assert decided(kind, 1, {"reason": "sheltered"}) == ("stay", "safest_at_home")


def test_a_stair_can_be_walked_until_its_smoke_came_and_its_time_is_over():
    """60 s until smoke, 180 s tenable: 240 s; a storey below the fire 180 s longer."""
    value = {k: v.value for k, v in CATALOGUE.scenarios["stair_fire"].parameters.items()}
    assert tenable(value, 3, seat=1.0) == 240.0
    assert tenable(value, 1, seat=1.0) == 240.0
    assert tenable(value, 2, seat=3.0) == 420.0
    assert tenable(value, np.nan, seat=3.0) == 240.0


@pytest.mark.parametrize(("seconds", "go"), [(180.0, "go"), (180.5, "stay"), (900.0, "stay")])
def test_in_a_fire_go_only_when_out_of_the_stair_with_a_margin(seconds, go):
    """240 s of a walkable stair less 60 s of margin; the bound itself still goes."""
    assert CATALOGUE.number("plan_margin") == 60.0
    assert decided("stair_fire", 3, leaving(seconds))[0] == go


def test_below_a_fire_there_is_more_time():
    where = {"entrance": "A-1", "floor": "3"}
    assert decided("stair_fire", 2, leaving(300.0), places=where)[0] == "go"
    assert decided("stair_fire", 3, leaving(300.0), places=where)[0] == "stay"


def test_a_scenarios_own_numbers_replace_the_catalogues():
    slow = {"tenable_time": 600.0}
    assert decided("stair_fire", 3, leaving(500.0), parameters=slow)[0] == "go"


def test_in_a_fire_stay_when_the_slow_run_is_not_known():
    """One run in six does not arrive: there is no slow time that nine of ten keep."""
    late = {**leaving(100.0), "arrived_share": 5 / 6}
    assert decided("stair_fire", 3, late) == ("stay", "time_unknown")
    assert decided("stair_fire", 3, {"p90": np.nan}) == ("stay", "time_unknown")


def test_out_of_the_stair_is_the_slow_run_less_the_way_on_the_lanes():
    assert out_of_stair({**HOUSEHOLD_RUN, "p90": 400.0, "lanes_p50": 150.0}) == 250.0
    assert np.isnan(out_of_stair({**HOUSEHOLD_RUN, "lanes_p50": np.nan}))


@pytest.mark.parametrize(("share", "known"), [(1.0, True), (0.9, True), (0.89, False)])
def test_a_p90_needs_nine_of_ten_runs_to_arrive(share, known):
    run = {**HOUSEHOLD_RUN, "arrived_share": share}
    assert (not np.isnan(reached(run, "p90", 0.9))) is known


def test_who_stays_has_no_time_of_a_way():
    assert np.isnan(reached({**HOUSEHOLD_RUN, "p50": 0.0, "reason": "sheltered"}, "p50", 0.5))
