"""The micro model moves as it should; needs the extra ``micro``."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from shapely import MultiPolygon
from tests.simulation import court, narrow

from renlin.errors import MissingExtra, SchemeFault
from renlin.simulation.micro import adapter, check, rehearse, with_capacity
from renlin.simulation.micro.adapter import run
from renlin.simulation.micro.capacity import capacity, mixed, steady_flow
from renlin.simulation.micro.walkers import Walkers
from renlin.simulation.network import lay_out

needs_extra = pytest.mark.skipif(
    not adapter.installed(), reason="the extra micro (JuPedSim) is not installed"
)


def flow(spot, walkers, rules=narrow.FAST, seed=1):
    return steady_flow(run(spot, walkers, rules, seed=seed).time, spot.width)


def opposed(n, width):
    """Return two crowds that meet on a path."""
    crowd = narrow.crowd(2 * n)
    return narrow.path(width), replace(crowd, back=np.arange(2 * n) >= n)


def quick(place=None):
    return court.numbers(place or court.willow(), micro_time_step=0.05, micro_persons_per_metre=30)


def test_without_the_extra_a_run_says_what_to_install(monkeypatch):
    monkeypatch.setattr(adapter, "find_spec", lambda name: None)

    with pytest.raises(MissingExtra) as caught:
        run(narrow.gate(2.4), narrow.crowd(5), narrow.FAST, seed=1)

    assert "pip install" in caught.value.text("zh")
    assert "pip install" in caught.value.text("en")


@needs_extra
def test_one_walker_alone_goes_at_their_own_speed():
    spot = narrow.gate(2.4)

    made = run(spot, narrow.crowd(1, time=2.0), narrow.EXACT, seed=1)

    way = float(made.time[0] - made.entered[0]) * 1.34
    reach = np.hypot(25.0, 3.0)
    assert reach - 4.5 <= way <= reach + 0.5
    assert made.entered[0] == pytest.approx(2.0, abs=0.11)


@needs_extra
def test_everybody_crosses_and_no_time_is_missing():
    made = run(narrow.gate(1.2), narrow.crowd(60), narrow.FAST, seed=1)

    assert (made.n_through, made.stuck) == (60, False)
    assert np.isfinite(made.time).all()
    assert np.isfinite(made.entered).all()
    assert (made.time > made.entered).all()
    assert made.time.max() <= made.duration


@needs_extra
def test_the_same_seed_gives_the_same_bytes():
    crowd = mixed(narrow.two_kinds(), 0.2, 40, seed=5)
    crowd = replace(crowd, time=np.arange(40) * 0.3)

    first, second = (run(narrow.gate(1.2), crowd, narrow.FAST, seed=5) for _ in range(2))

    assert first.time.tobytes() == second.time.tobytes()
    assert first.entered.tobytes() == second.entered.tobytes()


@needs_extra
def test_a_gate_passes_what_the_codes_and_laboratories_say():
    assert 1.0 < flow(narrow.gate(1.2), narrow.crowd(72), narrow.EXACT) < 1.9


@needs_extra
def test_coarse_steps_cost_some_flow_but_not_a_fifth():
    fine, coarse = (
        flow(narrow.gate(1.2), narrow.crowd(72), rules) for rules in (narrow.EXACT, narrow.FAST)
    )

    assert 0.8 * fine < coarse < 1.05 * fine


@needs_extra
def test_slow_walkers_cut_the_flow_of_a_path_on_which_nobody_overtakes():
    path = narrow.path(1.2)
    table = capacity(
        path, narrow.two_kinds(), shares=[0.0, 0.4], seeds=range(3),
        rules=narrow.FAST, confidence=0.95, persons=50,
    )  # fmt: skip

    assert table["factor"].tolist()[0] == 1.0
    assert table["high"].iloc[1] < table["low"].iloc[0]
    assert table["n_stuck"].tolist() == [0, 0]


@needs_extra
def test_a_disc_of_040_passes_a_door_of_090():
    made = run(narrow.gate(0.9), narrow.crowd(1, radius=0.40), narrow.EXACT, seed=1)

    assert made.n_through == 1


@needs_extra
def test_more_than_a_thousand_are_refused():
    with pytest.raises(SchemeFault) as caught:
        run(narrow.gate(2.4), narrow.crowd(1001), narrow.FAST, seed=1)

    assert caught.value.faults[0].column == "persons"


@needs_extra
def test_an_exit_in_the_door_is_refused_for_its_flow_would_be_absurd(monkeypatch):
    spot = narrow.gate(1.2)
    door = replace(spot, behind=replace(spot.behind, exit=spot.passage))
    crowd = narrow.crowd(60)
    with pytest.raises(SchemeFault) as caught:
        run(door, crowd, narrow.FAST, seed=1)
    assert caught.value.faults[0].column == "exit"

    monkeypatch.setattr(adapter, "refusals", lambda *_: [])
    far = replace(door, axis=replace(door.axis, x=-0.3))
    assert flow(far, crowd) > 1.5 * flow(spot, crowd)


@needs_extra
def test_a_counterflow_that_jams_is_told_and_nobody_is_hidden():
    spot, crowds = opposed(30, 1.0)

    made = run(spot, crowds, narrow.FAST, seed=1)

    assert made.stuck
    assert made.n_through < len(crowds)
    assert int(np.isnan(made.time).sum()) == len(crowds) - made.n_through


@needs_extra
def test_few_who_come_the_other_way_on_a_wide_path_get_through():
    spot, crowds = opposed(4, 5.0)

    assert run(spot, crowds, narrow.FAST, seed=1).n_through == 8


@needs_extra
def test_a_flight_is_walked_at_stair_speed():
    spot = narrow.path(2.0)
    stair = spot.axis.rectangle(0.0, 4.0, 1.0)
    crowd = narrow.crowd(1, speed=1.0)

    level = run(spot, crowd, narrow.FAST, seed=1).duration
    flight = run(replace(spot, flight=MultiPolygon([stair])), crowd, narrow.FAST, seed=1).duration

    assert flight - level == pytest.approx(4.0 / 0.5 - 4.0 / 1.0, abs=0.4)


@needs_extra
def test_those_who_find_no_room_at_the_edge_wait_outside_and_come_later():
    spot = narrow.gate(1.2, lane=2.0, up=12.0)
    crowd = replace(narrow.crowd(80), time=np.full(80, 0.5))

    made = run(spot, crowd, narrow.FAST, seed=1)

    assert made.n_through == 80
    assert made.entered.max() > 5.0


@needs_extra
def test_a_check_of_the_gate_can_be_traced_repeated_and_put_back():
    place = quick()
    scenario = place.scenarios["quake"]
    first, second = (
        check(place, court.needs(), spot="gates/east", scenario=scenario,
              seeds=range(2), shares=(0.0, 0.4))
        for _ in range(2)
    )  # fmt: skip

    assert first.id == second.id
    assert first.content == second.content
    assert first.provenance.parameters["micro_time_step"] == 0.05
    assert first.table["spot"].tolist() == ["gates/east"] * 2
    assert first.table["flow"].iloc[1] < first.table["flow"].iloc[0]
    ground = lay_out(with_capacity(place, first))
    link = ground.walks.links["link"] == "gate/east"
    expected = first.table["flow"].iloc[0].round(4) * 2.0
    assert ground.space.capacity[link].tolist() == pytest.approx([expected], rel=1e-5)


@needs_extra
def test_a_stair_passes_fewer_than_a_gate():
    place = quick()
    options = {"scenario": place.scenarios["quake"], "seeds": range(2), "shares": (0.0,)}
    gate, stair = (
        check(place, court.needs(), spot=spot, **options).table["flow"].iloc[0]
        for spot in ("gates/east", "A-1")
    )

    assert 0.3 < stair < gate


@needs_extra
def test_waits_at_the_gate_count_everybody_by_group():
    place = quick(court.sure())

    made = rehearse(place, court.needs(), spot="east", scenario=place.scenarios["quake"], seed=0)

    table = made.table.set_index("display")
    assert table.loc["all", "persons"] == 16
    assert table.loc["slow", "persons"] + table.loc["not_slow", "persons"] == 16
    assert table.loc["all", "n_waiting"] == 0
    assert table["mean_wait"].between(0.0, 60.0).all()


@needs_extra
def test_a_share_of_slow_walkers_needs_somebody_slow():
    pools = narrow.two_kinds()
    only = replace(
        pools,
        **{
            name: getattr(pools, name)[:1]
            for name in ("speed", "speed_on_stairs", "radius", "slow")
        },
    )

    with pytest.raises(SchemeFault) as caught:
        capacity(
            narrow.gate(1.2), only, shares=[0.0, 0.2, 0.1], seeds=[], rules=narrow.FAST,
            confidence=0.95, persons=5,
        )  # fmt: skip

    assert sorted(str(f.column) for f in caught.value.faults) == [
        "persons",
        "seeds",
        "shares",
        "slow",
    ]


def test_a_crowd_knows_how_many_it_is():
    assert len(Walkers(*(np.zeros(3),) * 4, np.zeros(3, bool), np.zeros(3, bool))) == 3
