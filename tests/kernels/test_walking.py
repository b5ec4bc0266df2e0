"""One who walks alone: speed, stairs, short links, steps of time."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernels import builders as b

from renlin.kernels import codes as c


def _corridor(*lengths: float, climb: int = 0) -> tuple:
    """Return a line of stretches and routing to its end."""
    net = b.network([b.Stretch(i, i + 1, v, climb=climb) for i, v in enumerate(lengths)])
    return net, b.routing(net, [{len(lengths)}])


def _alone(net: object, table: object, speed: float, **parameters: float) -> float:
    out = b.simulate(net, b.walkers([0], [[b.Leg()]], speed=speed), table, **parameters)
    assert out.state[0] == c.STATE_ARRIVED
    return float(out.exit_time[0])


def test_forty_metres_at_1_33_take_30_08_seconds() -> None:
    net, table = _corridor(40.0)
    assert _alone(net, table, 1.33) == pytest.approx(40.0 / 1.33, abs=1e-3)


def test_a_stair_takes_its_slope_length_over_the_stair_speed() -> None:
    up, down = _corridor(10.0, climb=1), _corridor(10.0, climb=-1)
    net, table = up
    walker = b.set_rows(b.walkers([0], [[b.Leg()]]), speed={0: [[1.0, 0.8, 0.5]] * 2})
    out = b.simulate(net, walker, table)
    assert out.exit_time[0] == pytest.approx(20.0, abs=1e-3)
    assert out.phase[0, c.PHASE_STAIRS] == pytest.approx(20.0, abs=1e-3)
    net, table = down
    assert b.simulate(net, walker, table).exit_time[0] == pytest.approx(12.5, abs=1e-3)


def test_the_same_stair_walked_from_its_head_goes_the_other_way() -> None:
    net = b.network([b.Stretch(1, 0, 10.0, climb=1)])
    walker = b.set_rows(b.walkers([0], [[b.Leg()]]), speed={0: [[1.0, 0.8, 0.5]] * 2})
    out = b.simulate(net, walker, b.routing(net, [{1}]))
    assert out.exit_time[0] == pytest.approx(12.5, abs=1e-3)


def test_a_slope_is_slower_one_way_than_the_other_and_does_nothing_on_stairs() -> None:
    def takes(drawn: b.Stretch) -> float:
        net = b.network([drawn])
        return _alone(net, b.routing(net, [{1}]), 1.0)

    slope = b.Stretch(0, 1, 10.0, incline=(0.5, 0.8))
    assert takes(slope) == pytest.approx(20.0, abs=1e-3)
    assert takes(slope._replace(tail=1, head=0)) == pytest.approx(12.5, abs=1e-3)
    stair = slope._replace(climb=1)
    assert takes(stair) == takes(stair._replace(incline=(1.0, 1.0)))


@pytest.mark.parametrize("pieces", [1, 4, 40, 400])
def test_cutting_a_corridor_into_pieces_does_not_change_the_time(pieces: int) -> None:
    net, table = _corridor(*[40.0 / pieces] * pieces)
    assert _alone(net, table, 1.33) == pytest.approx(40.0 / 1.33, abs=5e-3)


@pytest.mark.parametrize("dt", [0.1, 0.5, 1.0, 2.0])
def test_the_step_of_time_does_not_change_a_lone_walk(dt: float) -> None:
    net, table = _corridor(7.0, 0.0, 12.5, 3.1)
    assert _alone(net, table, 1.1, dt=dt) == pytest.approx(22.6 / 1.1, abs=5e-3)


def test_links_of_no_length_take_no_time() -> None:
    net, table = _corridor(*[0.0] * 30, 10.0)
    assert _alone(net, table, 1.0) == pytest.approx(10.0, abs=1e-3)


def test_more_links_of_no_length_than_one_step_takes_still_end() -> None:
    net, table = _corridor(*[0.0] * 200)
    assert _alone(net, table, 1.0) <= 4.0


def test_nobody_is_slowed_by_the_own_body() -> None:
    net = b.network([b.Stretch(0, 1, 1.0, width=1.0)], tables=b.crowd(b.weidmann))
    assert _alone(net, b.routing(net, [{1}]), 1.0) == pytest.approx(1.0, abs=1e-3)


def test_pre_movement_ends_at_the_release_to_the_fraction_of_a_second() -> None:
    net, table = _corridor(10.0)
    out = b.simulate(net, b.walkers([0, 0], [[b.Leg()]] * 2, release=[12.34, 0.0]), table)
    assert out.departure_time.tolist() == [12.34, 0.0]
    assert out.exit_time == pytest.approx([22.34, 10.0], abs=1e-3)
    assert out.phase[0, c.PHASE_BEFORE] == pytest.approx(12.34)


def test_one_who_is_never_reached_never_sets_out() -> None:
    net, table = _corridor(10.0)
    out = b.simulate(net, b.walkers([0], [[b.Leg()]], release=np.inf), table, horizon=50.0)
    assert np.isnan(out.exit_time[0])
    assert np.isnan(out.departure_time[0])
    assert (out.state[0], out.reason[0]) == (c.STATE_BEFORE, c.REASON_NOT_RELEASED)
    assert out.phase[0, c.PHASE_BEFORE] == out.phase[0].sum() == 50.0


def test_the_horizon_leaves_walkers_under_way_with_their_place() -> None:
    net, table = _corridor(30.0, 30.0)
    out = b.simulate(net, b.walkers([0], [[b.Leg()]]), table, horizon=45.0)
    assert (out.state[0], out.reason[0]) == (c.STATE_WALKING, c.REASON_UNDER_WAY)
    assert (out.node[0], out.link[0]) == (1, 2)
    assert out.fraction[0] == pytest.approx(0.5, abs=1e-4)
    assert out.distance[0] == pytest.approx(45.0, abs=1e-3)


@settings(max_examples=20, deadline=None)
@given(
    lengths=st.lists(st.floats(0.5, 60.0), min_size=1, max_size=6),
    speed=st.floats(0.2, 2.0),
    release=st.floats(0.0, 90.0),
)
def test_a_lone_walk_takes_release_plus_length_over_speed(
    lengths: list[float], speed: float, release: float
) -> None:
    net, table = _corridor(*lengths)
    walker = b.walkers([0], [[b.Leg()]], speed=speed, release=release)
    out = b.simulate(net, walker, table, horizon=4000.0)
    expected = release + sum(lengths) / speed
    assert out.exit_time[0] == pytest.approx(expected, rel=1e-4, abs=1e-2)
    assert out.phase[0].sum() == pytest.approx(out.exit_time[0], abs=1e-6)
    assert out.distance[0] == pytest.approx(sum(lengths), rel=1e-5)


def test_a_tight_corridor_slows_those_whom_it_slows() -> None:
    net = b.network([b.Stretch(0, 1, 10.0, width=2.0), b.Stretch(1, 2, 10.0, width=1.1)])
    crowd = b.set_rows(b.walkers([0], [[b.Leg()]]), narrow_below={0: 1.5}, narrow_factor={0: 0.5})
    out = b.simulate(net, crowd, b.routing(net, [{2}]))
    assert out.exit_time[0] == pytest.approx(10.0 + 20.0, abs=1e-3)
