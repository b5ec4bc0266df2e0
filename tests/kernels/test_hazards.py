"""What closes, slows, narrows and poisons, and when."""

from __future__ import annotations

import numpy as np
import pytest
from tests.kernels import builders as b

from renlin.kernels import codes as c


def _two_stairs() -> tuple:
    """Return a landing 0 with a short stair (space 0) and a long one (space 1) to 1."""
    net = b.network(
        [b.Stretch(0, 1, 20.0, climb=-1, capacity=50.0), b.Stretch(0, 1, 40.0, climb=-1)]
    )
    return net, b.routing(net, [{1}], infos=[set(), {0}], live=[(0.0, 0), (10.0, 1)])


def _closing(caught: int) -> list[b.Frame]:
    return [b.Frame(0, 10.0, closed=3, caught=caught)]


def _caught(caught: int) -> object:
    """One is half way down at 0.5 m/s when the stair closes at 10 s; one sets out after."""
    net, table = _two_stairs()
    crowd = b.walkers([0, 0], [[b.Leg()]] * 2, release=[0.0, 12.0])
    return b.simulate(net, crowd, table, _closing(caught), horizon=300.0)


def test_those_after_the_closing_take_the_other_stair() -> None:
    assert _caught(c.CAUGHT_GO_ON).exit_time[1] == pytest.approx(12.0 + 80.0, abs=1e-2)


def test_those_on_the_stair_may_go_on() -> None:
    assert _caught(c.CAUGHT_GO_ON).exit_time[0] == pytest.approx(40.0, abs=1e-2)


def test_those_on_the_stair_may_turn_back_and_take_the_other() -> None:
    out = _caught(c.CAUGHT_TURN_BACK)
    assert out.exit_time[0] == pytest.approx(10.0 + 10.0 + 80.0, abs=1e-2)
    assert out.distance[0] == pytest.approx(5.0 + 5.0 + 40.0, abs=1e-2)


def test_those_on_the_stair_may_be_trapped_with_the_reason() -> None:
    out = _caught(c.CAUGHT_TRAPPED)
    assert (out.state[0], out.reason[0]) == (c.STATE_TRAPPED, c.REASON_HAZARD)
    assert (out.link[0], out.node[0]) == (0, 0)
    assert out.fraction[0] == pytest.approx(0.25, abs=1e-3)
    assert out.phase[0, c.PHASE_BLOCKED] == pytest.approx(290.0, abs=1e-2)


def test_the_trapped_go_on_when_the_stair_opens_again() -> None:
    net, table = _two_stairs()
    frames = [*_closing(c.CAUGHT_TRAPPED), b.Frame(0, 100.0)]
    out = b.simulate(net, b.walkers([0], [[b.Leg()]]), table, frames)
    assert out.exit_time[0] == pytest.approx(100.0 + 30.0, abs=1e-2)
    assert out.reason[0] == c.REASON_NONE


def test_a_one_way_chair_that_cannot_climb_is_trapped_when_it_must_turn_back() -> None:
    net, table = _two_stairs()
    crowd = b.set_rows(b.walkers([0], [[b.Leg()]]), speed={0: [[1.0, 0.5, 0.0]] * 2})
    out = b.simulate(net, crowd, table, _closing(c.CAUGHT_TURN_BACK), horizon=100.0)
    assert (out.state[0], out.reason[0]) == (c.STATE_TRAPPED, c.REASON_HAZARD)


def test_a_closed_only_way_leaves_everybody_blocked_not_hanging() -> None:
    net = b.network([b.Stretch(0, 1, 10.0)])
    frames = [b.Frame(0, 0.0, closed=3)]
    out = b.simulate(
        net, b.walkers([0] * 5, [[b.Leg()]] * 5), b.routing(net, [{1}]), frames, horizon=500.0
    )
    assert (out.state == c.STATE_BLOCKED).all()
    assert (out.reason == c.REASON_CLOSED).all()


def _smoke(frames: list[b.Frame], horizon: float = 300.0, **columns: object) -> object:
    net = b.network([b.Stretch(0, 1, 20.0), b.Stretch(1, 2, 20.0)])
    crowd = b.set_rows(b.walkers([0], [[b.Leg()]]), **columns)
    return b.simulate(net, crowd, b.routing(net, [{2}]), frames, horizon=horizon)


def test_a_speed_factor_of_a_half_doubles_the_time_on_its_link_only() -> None:
    assert _smoke([b.Frame(1, 0.0, speed=0.5)]).exit_time[0] == pytest.approx(60.0, abs=1e-2)


def test_a_keyframe_steps_and_holds() -> None:
    out = _smoke([b.Frame(0, 10.0, speed=0.5)])
    assert out.exit_time[0] == pytest.approx(10.0 + 20.0 + 20.0, abs=1e-2)


def test_a_smooth_keyframe_runs_linearly_to_the_next() -> None:
    """Speed falls from 1 to 0.5 over 20 s, in steps of 1 s: 20 m take 27.1 s."""
    frames = [b.Frame(0, 0.0, speed=1.0, smooth=1), b.Frame(0, 20.0, speed=0.5)]
    walked, t = 0.0, 0
    while walked < 20.0:
        speed = 1.0 - 0.025 * t if t < 20 else 0.5
        step = min(1.0, (20.0 - walked) / speed)
        walked, t = walked + speed * step, t + step
    assert _smoke(frames).exit_time[0] == pytest.approx(t + 20.0, abs=1e-2)


def test_before_its_first_keyframe_a_place_is_sound() -> None:
    assert _smoke([b.Frame(0, 200.0, speed=0.1)]).exit_time[0] == pytest.approx(40.0, abs=1e-2)


def test_dose_is_rate_times_time_on_the_link() -> None:
    out = _smoke([b.Frame(1, 0.0, dose=0.1, unsafe=1)])
    assert out.dose[0] == pytest.approx(2.0, abs=1e-3)
    assert out.unsafe_time[0] == pytest.approx(20.0, abs=1e-3)


def test_a_dose_over_the_limit_stops_them_where_they_are() -> None:
    out = _smoke([b.Frame(1, 0.0, dose=0.1)], dose_limit={0: 1.0})
    assert (out.state[0], out.reason[0]) == (c.STATE_TRAPPED, c.REASON_DOSE)
    assert out.link[0] == 2
    assert out.fraction[0] == pytest.approx(0.5, abs=0.06)


def test_who_stays_at_home_in_smoke_takes_up_dose_until_the_end() -> None:
    net = b.network([b.Stretch(0, 1, 10.0)])
    at_home = b.Frame(1 + 0, 100.0, dose=0.01)
    out = b.simulate(
        net, b.walkers([0], [[b.Leg(c.LEG_STAY)]]), b.routing(net, [{1}]), [at_home], horizon=600.0
    )
    assert out.dose[0] == pytest.approx(5.0, abs=0.01)


def test_waiting_at_home_in_smoke_counts_too() -> None:
    net = b.network([b.Stretch(0, 1, 10.0)])
    out = b.simulate(
        net,
        b.walkers([0], [[b.Leg()]], release=50.0),
        b.routing(net, [{1}]),
        [b.Frame(1, 0.0, dose=0.02)],
    )
    assert out.dose[0] == pytest.approx(1.0, abs=1e-3)


def test_one_who_is_carried_goes_on_past_the_own_limit() -> None:
    net = b.network([b.Stretch(0, 1, 40.0)])
    helped = b.walkers([0, 0], [[b.Leg(helpers=1)], [b.Leg(c.LEG_PICK_UP, 1, 0), b.Leg()]])
    table = b.routing(net, [{1}, {0}])
    frames = [b.Frame(0, 0.0, dose=0.1)]
    weak = b.set_rows(helped, dose_limit={0: 1.0})
    assert (b.simulate(net, weak, table, frames).state == c.STATE_ARRIVED).all()
    both = b.set_rows(weak, dose_limit={1: 1.0})
    out = b.simulate(net, both, table, frames, horizon=100.0)
    assert (out.state == c.STATE_TRAPPED).all()
    assert (out.reason == c.REASON_DOSE).all()


def test_a_width_of_zero_shuts_the_entrance_but_not_the_way_out() -> None:
    net = b.network([b.Stretch(0, 1, 20.0)])
    crowd = b.walkers([0, 0], [[b.Leg()]] * 2, release=[0.0, 15.0])
    frames = [b.Frame(0, 10.0, width=0.0)]
    out = b.simulate(net, crowd, b.routing(net, [{1}]), frames, horizon=200.0)
    assert out.exit_time[0] == pytest.approx(20.0, abs=1e-2)
    assert (out.state[1], out.reason[1]) == (c.STATE_BLOCKED, c.REASON_CLOSED)


def test_no_hazard_and_an_unused_one_give_the_same_bytes() -> None:
    net, table = _two_stairs()
    crowd = b.walkers([0] * 4, [[b.Leg()]] * 4)
    one = b.simulate(net, crowd, table)
    two = b.simulate(net, crowd, table, [b.Frame(1, 900.0, speed=0.5)])
    assert np.array_equal(one.exit_time, two.exit_time)


def test_water_keeps_out_wheels_and_lets_walkers_through() -> None:
    deep = 2
    net = b.network([b.Stretch(0, 1, 10.0)])
    crowd = b.set_rows(b.walkers([0, 0], [[b.Leg()]] * 2), barred={0: deep})
    frames = [b.Frame(0, 0.0, barrier=deep), b.Frame(0, 120.0)]
    out = b.simulate(net, crowd, b.routing(net, [{1}]), frames)
    assert out.exit_time == pytest.approx([130.0, 10.0], abs=0.1)
    assert out.phase[0, c.PHASE_BLOCKED] == pytest.approx(120.0, abs=0.1)
