"""Where many want through: headways, room, lanes, those who cannot be passed."""

from __future__ import annotations

import numpy as np
import pytest
from tests.kernels import builders as b

from renlin.kernels import codes as c
from renlin.kernels.plain import no_shelters

RATE = 1.33


def _door(length: float = 1.0, **stretch: float) -> tuple:
    """Return one door of 1.33 persons/s from node 0 to node 1."""
    net = b.network([b.Stretch(0, 1, length, capacity=RATE, **stretch)])
    return net, b.routing(net, [{1}])


def test_a_hundred_persons_pass_a_door_at_its_capacity() -> None:
    net, table = _door()
    out = b.simulate(net, b.walkers([0] * 100, [[b.Leg()]] * 100), table)
    gaps = np.diff(np.sort(out.exit_time))
    assert gaps == pytest.approx(1.0 / RATE, abs=1e-3)
    assert out.exit_time.max() == pytest.approx(99 / RATE + 1.0, abs=1e-2)


def test_ties_at_the_door_go_by_rank() -> None:
    net, table = _door()
    crowd = b.walkers([0] * 4, [[b.Leg()]] * 4)._replace(rank=np.array([2, 0, 3, 1], np.int32))
    out = b.simulate(net, crowd, table)
    assert np.argsort(out.exit_time).tolist() == [1, 3, 0, 2]


def test_half_the_width_lets_half_as_many_through() -> None:
    net, table = _door()
    crowd = b.walkers([0] * 50, [[b.Leg()]] * 50)
    out = b.simulate(net, crowd, table, [b.Frame(0, 0.0, width=0.5)])
    assert np.diff(np.sort(out.exit_time)) == pytest.approx(2.0 / RATE, abs=1e-3)


def test_a_household_takes_the_headway_of_all_its_members() -> None:
    net, table = _door()
    crowd = b.set_rows(b.walkers([0] * 2, [[b.Leg()]] * 2), members={0: 4}, group_persons={0: 4})
    out = b.simulate(net, crowd, table)
    assert out.exit_time == pytest.approx([1.0, 1.0 + 4 / RATE], abs=1e-3)


def test_nothing_is_saved_up_while_a_door_stands_idle() -> None:
    net, table = _door()
    release = [0.0] + [200.0] * 10
    out = b.simulate(net, b.walkers([0] * 11, [[b.Leg()]] * 11, release=release), table)
    late = np.sort(out.exit_time[1:])
    assert late[0] == pytest.approx(201.0, abs=1e-3)
    assert np.diff(late) == pytest.approx(1.0 / RATE, abs=1e-3)


def test_the_exit_of_a_link_holds_back_as_well_as_its_entrance() -> None:
    net = b.network([b.Stretch(0, 1, 20.0, capacity=0.5), b.Stretch(1, 2, 5.0, capacity=50.0)])
    paces = [1.0, 2.0, 1.0]
    out = b.simulate(net, b.walkers([0] * 3, [[b.Leg()]] * 3, speed=paces), b.routing(net, [{2}]))
    assert out.exit_time[1] == pytest.approx(2.0 + 10.0 + 2.5, abs=1e-3)
    assert out.exit_time[0] == pytest.approx(20.0 + 5.0, abs=1e-3)
    assert out.exit_time[2] == pytest.approx(4.0 + 20.0 + 5.0, abs=1e-3)


def test_a_full_space_lets_nobody_in_and_the_queue_stands_before_it() -> None:
    net = b.network(
        [b.Stretch(0, 1, 30.0), b.Stretch(1, 2, 1.0, capacity=0.1, area=1.0)],
        tables=b.crowd(jam=5.0),
    )
    crowd = b.walkers([0] * 12, [[b.Leg()]] * 12)
    out = b.simulate(net, crowd, b.routing(net, [{2}]), stuck_time=np.inf)
    assert (out.state == c.STATE_ARRIVED).all()
    assert out.max_density[1] <= 5.0
    assert out.queue_total[0] > 0
    assert np.diff(np.sort(out.exit_time)) == pytest.approx(10.0, abs=0.1)


def test_a_space_smaller_than_a_body_takes_it_when_empty() -> None:
    net, table = _door(area=0.05)
    crowd = b.set_rows(b.walkers([0] * 2, [[b.Leg()]] * 2), size={0: 3.0})
    out = b.simulate(net, crowd, table, stuck_time=np.inf)
    assert out.exit_time == pytest.approx([1.0, 2.0], abs=1e-3)


def _gridlock() -> tuple:
    """Return three full spaces in a ring whose walkers each want the next one."""
    tight = [b.Stretch(i, (i + 1) % 3, 5.0, area=0.2) for i in range(3)]
    net = b.network(tight, tables=b.crowd(jam=5.0))
    rows = np.array([[0, 2, c.AT_TARGET], [c.AT_TARGET, 2, 4], [0, c.AT_TARGET, 4]], np.int32)
    table = b.routing(net, [{0}, {1}, {2}])._replace(
        next_link=rows, row=np.arange(3, dtype=np.int32).reshape(1, 3, 1)
    )
    return net, b.walkers([0, 1, 2], [[b.Leg(target=i)] for i in range(3)]), table


def test_a_gridlock_is_broken_after_the_stuck_time_and_counted() -> None:
    out = b.simulate(*_gridlock(), stuck_time=20.0)
    assert (out.state == c.STATE_ARRIVED).all()
    assert out.gridlock.sum() >= 1
    assert out.exit_time.min() == pytest.approx(5.0 + 20.0 + 5.0, abs=1e-3)


def test_without_the_stuck_rule_a_gridlock_lasts_and_is_reported_as_queues() -> None:
    out = b.simulate(*_gridlock(), stuck_time=np.inf, horizon=300.0)
    assert (out.state == c.STATE_QUEUED).all()
    assert (out.reason == c.REASON_UNDER_WAY).all()
    assert out.gridlock.sum() == 0
    assert out.phase[:, c.PHASE_QUEUE] == pytest.approx(295.0, abs=1e-3)


def test_a_wheelchair_before_a_narrow_door_stands_aside_and_blocks_nobody() -> None:
    net = b.network([b.Stretch(0, 1, 10.0), b.Stretch(1, 2, 10.0, width=0.6, capacity=50.0)])
    crowd = b.set_rows(
        b.walkers([0] * 6, [[b.Leg()]] * 6, speed=[2.0, 1, 1, 1, 1, 1]), body_width={0: 0.7}
    )
    out = b.simulate(net, crowd, b.routing(net, [{2}]), horizon=120.0)
    assert (out.state[0], out.reason[0]) == (c.STATE_BLOCKED, c.REASON_NARROW)
    assert (out.node[0], out.link[0]) == (1, -1)
    assert out.exit_time[1:] == pytest.approx(20.0, abs=1.0)
    assert out.phase[0, c.PHASE_BLOCKED] == pytest.approx(115.0, abs=1e-3)


def test_a_full_way_ahead_holds_up_only_those_who_want_it() -> None:
    net = b.network(
        [
            b.Stretch(0, 1, 10.0, capacity=50.0),
            b.Stretch(1, 2, 1.0, capacity=0.01, area=0.2),
            b.Stretch(1, 3, 10.0, capacity=50.0),
        ],
        tables=b.crowd(jam=5.0),
    )
    journeys = [[b.Leg(target=0)]] * 3 + [[b.Leg(target=1)]] * 3
    crowd = b.walkers([0] * 6, journeys, speed=[1.2, 1.2, 1.2, 1.0, 1.0, 1.0])
    out = b.simulate(net, crowd, b.routing(net, [{2}, {3}]), horizon=60.0, stuck_time=np.inf)
    assert out.exit_time[3:] == pytest.approx(20.0, abs=0.2)
    assert (out.state[1:3] == c.STATE_QUEUED).all()


def test_two_feeders_of_one_passage_take_turns() -> None:
    net = b.network(
        [b.Stretch(0, 2, 10.0), b.Stretch(1, 2, 10.0), b.Stretch(2, 3, 5.0, capacity=1.0)]
    )
    crowd = b.walkers([0] * 20 + [1] * 20, [[b.Leg()]] * 40)
    out = b.simulate(net, crowd, b.routing(net, [{3}]))
    half = np.sort(out.exit_time)[19]
    assert abs((out.exit_time[:20] <= half).sum() - 10) <= 1


def test_a_carried_person_cannot_be_overtaken_on_a_narrow_stair() -> None:
    for width, overtaken in ((1.2, False), (2.0, True)):
        net = b.network([b.Stretch(0, 1, 12.0, width=width, climb=-1, capacity=50.0)])
        crowd = b.set_rows(
            b.walkers([0, 0], [[b.Leg()]] * 2, speed=[0.4, 1.6], release=[0.0, 5.0]),
            no_overtaking_below={0: 1.4},
        )
        out = b.simulate(net, crowd, b.routing(net, [{1}]))
        assert out.exit_time[0] == pytest.approx(60.0, abs=1e-3)
        assert out.exit_time[1] == pytest.approx(20.0 if overtaken else 60.0, abs=0.05)
        waited = 0.0 if overtaken else 40.0
        assert out.phase[1, c.PHASE_QUEUE] == pytest.approx(waited, abs=0.05)


def test_nobody_slips_past_through_a_third_between() -> None:
    net = b.network([b.Stretch(0, 1, 12.0, width=1.2, capacity=50.0)])
    crowd = b.set_rows(
        b.walkers([0] * 3, [[b.Leg()]] * 3, speed=[0.2, 0.6, 1.2], release=[0.0, 1.0, 2.0]),
        no_overtaking_below={0: 1.4, 1: 1.4},
    )
    out = b.simulate(net, crowd, b.routing(net, [{1}]))
    assert out.exit_time == pytest.approx([60.0, 60.0, 60.0], abs=0.1)


def test_two_wheelchairs_that_do_not_fit_beside_each_other_wait() -> None:
    net = b.network([b.Stretch(0, 1, 20.0, width=0.9, capacity=50.0)])
    crowd = b.walkers([0, 1], [[b.Leg(target=1)], [b.Leg(target=0)]], release=[0.0, 5.0])
    chairs = b.set_rows(crowd, body_width={0: 0.7, 1: 0.7})
    table = b.routing(net, [{0}, {1}])
    out = b.simulate(net, chairs, table, stuck_time=np.inf)
    assert out.exit_time == pytest.approx([20.0, 40.0], abs=1e-3)
    out = b.simulate(net, b.set_rows(crowd, body_width={0: 0.7}), table)
    assert out.exit_time == pytest.approx([20.0, 25.0], abs=1e-3)


def test_more_persons_never_get_into_a_link_than_its_capacity_allows() -> None:
    rng = np.random.default_rng(3)
    net = b.network(
        [b.Stretch(0, 2, 10.0), b.Stretch(1, 2, 7.0), b.Stretch(2, 3, 9.0, capacity=0.8)],
        tables=b.crowd(b.weidmann),
    )
    n = 150
    crowd = b.walkers(
        rng.integers(0, 2, n),
        [[b.Leg()]] * n,
        speed=rng.uniform(0.5, 1.5, n),
        release=rng.uniform(0, 60, n),
    )
    members = rng.integers(1, 4, n).astype(np.int32)
    crowd = crowd._replace(members=members, group_persons=members)
    out = b.simulate(net, crowd, b.routing(net, [{3}]), route_rows=5000)
    entering = out.route_link == 4
    times = out.route_time[entering].astype(float)
    persons = np.cumsum(members[out.route_entity[entering]])
    for first in range(0, len(times), 7):
        window = times[first:] - times[first]
        passed = persons[first:] - persons[first]
        assert (passed <= 0.8 * window + 3 + 1e-3).all()
    assert (out.state == c.STATE_ARRIVED).all()


def test_no_shelters_means_every_target_takes_any_number() -> None:
    net, table = _door()
    assert table.shelters.capacity.shape == no_shelters().capacity.shape
    out = b.simulate(net, b.walkers([0] * 3, [[b.Leg()]] * 3), table)
    assert (out.shelter == -1).all()
