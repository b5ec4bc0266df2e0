"""What is written down: bins, person-seconds, phases, snapshots, routes."""

from __future__ import annotations

import numpy as np
import pytest
from tests.kernels import builders as b

from renlin.kernels import codes as c

OLD, YOUNG = 0, 1


def _walk(n: int = 1, **parameters: float) -> object:
    """Let households of two old and one young walk 10 m, then 20 m down a stair."""
    net = b.network([b.Stretch(0, 1, 10.0), b.Stretch(1, 2, 10.0, climb=-1, capacity=50.0)])
    three = dict.fromkeys(range(n), 3)
    crowd = b.set_rows(b.walkers([0] * n, [[b.Leg()]] * n), members=three)
    crowd = crowd._replace(
        group_start=(2 * np.arange(n + 1)).astype(np.int32),
        group=np.tile([OLD, YOUNG], n).astype(np.int32),
        group_persons=np.tile([2, 1], n).astype(np.int32),
    )
    return b.simulate(net, crowd, b.routing(net, [{2}]), **{"n_groups": 2, **parameters})


def test_occupancy_is_persons_times_seconds_by_group_and_in_total() -> None:
    out = _walk()
    assert out.occupancy[0] == pytest.approx([20.0, 10.0], abs=1e-3)
    assert out.occupancy[1] == pytest.approx([40.0, 20.0], abs=1e-3)
    assert out.occupancy_total == pytest.approx([30.0, 60.0], abs=1e-3)
    assert out.queue_total == pytest.approx([0.0, 0.0])


def test_arrivals_fall_into_the_bin_of_their_time_by_group() -> None:
    out = _walk(arrival_bin=20.0, horizon=100.0)
    assert out.arrivals.tolist() == [[0, 2, 0, 0, 0], [0, 1, 0, 0, 0]]
    assert out.arrivals_total.tolist() == [0, 3, 0, 0, 0]


def test_flow_and_traversals_count_persons_at_the_far_end() -> None:
    out = _walk(flow_bin=10.0, horizon=40.0)
    assert out.flow.tolist() == [[0, 3, 0, 0], [0, 0, 0, 0], [0, 0, 0, 3], [0, 0, 0, 0]]
    assert out.traversals.tolist() == [[2, 1], [0, 0], [2, 1], [0, 0]]


def test_tables_can_be_switched_off() -> None:
    out = _walk(flow_bin=0.0, arrival_bin=0.0)
    assert out.flow.shape == (4, 0)
    assert out.arrivals.shape == (2, 0)
    assert out.exit_time[0] == pytest.approx(30.0, abs=1e-3)


def test_time_in_a_queue_is_queue_time_of_the_link_and_of_the_household() -> None:
    net = b.network([b.Stretch(0, 1, 10.0, capacity=50.0), b.Stretch(1, 2, 5.0, capacity=0.1)])
    out = b.simulate(net, b.walkers([0, 0], [[b.Leg()]] * 2), b.routing(net, [{2}]))
    assert out.queue_total[0] == pytest.approx(10.0, abs=0.1)
    assert out.phase[1, c.PHASE_QUEUE] == pytest.approx(10.0, abs=0.1)


def test_waiting_to_enter_counts_as_stay_at_the_node() -> None:
    net = b.network([b.Stretch(0, 1, 10.0, capacity=0.1)])
    out = b.simulate(net, b.walkers([0] * 3, [[b.Leg()]] * 3), b.routing(net, [{1}]))
    assert out.stay_total[0] == pytest.approx(10.0 + 20.0, abs=1e-3)


def test_phases_of_everybody_sum_to_exit_time_or_to_the_horizon() -> None:
    out = _walk(5, horizon=30.0)
    arrived = ~np.isnan(out.exit_time)
    assert arrived.any()
    assert not arrived.all()
    assert out.phase[arrived].sum(axis=1) == pytest.approx(out.exit_time[arrived])
    assert out.phase[~arrived].sum(axis=1) == pytest.approx(30.0)


def test_snapshots_show_where_everybody_is() -> None:
    out = _walk(snapshot_every=5.0, snapshot_rows=100)
    rows = list(
        zip(
            out.snapshot_time.tolist(),
            out.snapshot_link.tolist(),
            out.snapshot_fraction.round(2).tolist(),
            strict=True,
        )
    )
    assert rows[:4] == [(0.0, -1, 0.0), (5.0, 0, 0.5), (10.0, 2, 0.0), (15.0, 2, 0.25)]
    assert rows[-1][1] == -1 - 2
    assert out.snapshots_lost == 0


def test_snapshots_without_room_are_counted() -> None:
    out = _walk(snapshot_every=5.0, snapshot_rows=2)
    assert len(out.snapshot_time) == 2
    assert out.snapshots_lost > 0


def test_who_does_not_move_writes_one_snapshot_only() -> None:
    net = b.network([b.Stretch(0, 1, 10.0)])
    crowd = b.walkers([0], [[b.Leg()]], release=500.0)
    out = b.simulate(
        net, crowd, b.routing(net, [{1}]), horizon=400.0, snapshot_every=10.0, snapshot_rows=50
    )
    assert out.snapshot_time.tolist() == [0.0]


def test_the_route_log_holds_every_entry_in_order_of_time() -> None:
    out = _walk(2, route_rows=10)
    assert out.route_link.tolist() == [0, 0, 2, 2]
    assert (np.diff(out.route_time) >= 0).all()
    assert out.routes_lost == 0
    assert _walk(2, route_rows=3).routes_lost == 1


def test_the_largest_density_is_reported_in_persons_of_space() -> None:
    net = b.network([b.Stretch(0, 1, 10.0, width=2.0, capacity=1e5)])
    crowd = b.set_rows(b.walkers([0] * 6, [[b.Leg()]] * 6), size={0: 2.5})
    out = b.simulate(net, crowd, b.routing(net, [{1}]))
    assert out.max_density[0] == pytest.approx(7.5 / 20.0)


def test_agent_steps_count_those_on_the_move() -> None:
    net = b.network([b.Stretch(0, 1, 10.0)])
    out = b.simulate(
        net,
        b.walkers([0] * 3, [[b.Leg()]] * 3, release=[0, 0, 500]),
        b.routing(net, [{1}]),
        horizon=100.0,
    )
    assert 18 <= out.agent_steps <= 22


def test_the_last_snapshot_stands_at_its_turn_not_at_the_horizon() -> None:
    out = _walk(snapshot_every=20.0, snapshot_rows=50, horizon=900.0)
    assert out.snapshot_time.tolist() == [0.0, 20.0, 40.0]
    assert out.snapshot_link.tolist() == [-1, 2, -1 - 2]
