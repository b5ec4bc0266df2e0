"""Which way they take: what they know, what they meet, what they cannot pass."""

from __future__ import annotations

import numpy as np
import pytest
from tests.kernels import builders as b

from renlin.kernels import codes as c

STEPS = 1
SHORT, LONG_A, LONG_B, APPROACH = 0, 1, 2, 3


def _fork(**stretch: object) -> object:
    """Return 3 -10 m- 0, then to 1 either 10 m (space 0) or 20 + 20 m over node 2."""
    return b.network(
        [
            b.Stretch(0, 1, 10.0, **stretch),
            b.Stretch(0, 2, 20.0),
            b.Stretch(2, 1, 20.0),
            b.Stretch(3, 0, 10.0),
        ]
    )


def _table(net: object, **more: object) -> object:
    return b.routing(net, [{1}], infos=[set(), {SHORT}], **more)


CLOSED = [b.Frame(SHORT, 5.0, closed=3)]


def test_a_local_entity_finds_the_closure_and_turns_to_the_other_way() -> None:
    net = _fork()
    out = b.simulate(net, b.walkers([3], [[b.Leg()]]), _table(net, live=[(0.0, 1)]), CLOSED)
    assert out.exit_time[0] == pytest.approx(10.0 + 40.0, abs=1e-3)


def test_a_local_entity_walks_into_the_trap_that_a_live_one_avoids() -> None:
    """The closed space is met at node 0 by both; from node 4 the live one saves the way."""
    net = b.network([b.Stretch(0, 1, 10.0), b.Stretch(1, 2, 10.0), b.Stretch(0, 2, 30.0)])
    table = b.routing(net, [{2}], infos=[set(), {1}], live=[(0.0, 1)])
    crowd = b.walkers([0, 0], [[b.Leg()]] * 2)
    crowd = crowd._replace(view=np.array([c.VIEW_LOCAL, c.VIEW_LIVE], dtype=np.int32))
    out = b.simulate(net, crowd, table, [b.Frame(1, 0.0, closed=3)])
    assert out.exit_time == pytest.approx([10.0 + 10.0 + 30.0, 30.0], abs=1e-3)


def test_what_is_learnt_may_be_the_one_closure_only() -> None:
    net = _fork()
    table = _table(net, on_meeting={SHORT: 1})
    out = b.simulate(net, b.walkers([3], [[b.Leg()]]), table, CLOSED)
    assert out.exit_time[0] == pytest.approx(50.0, abs=1e-3)


def test_at_the_second_closure_the_live_info_is_taken() -> None:
    net = b.network([b.Stretch(0, 1, 10.0), b.Stretch(0, 1, 20.0), b.Stretch(0, 1, 30.0)])
    table = b.routing(
        net, [{1}], infos=[set(), {0}, {0, 1}], live=[(0.0, 2)], on_meeting={0: 1, 1: 1}
    )
    frames = [b.Frame(0, 0.0, closed=3), b.Frame(1, 0.0, closed=3)]
    out = b.simulate(net, b.walkers([0], [[b.Leg()]]), table, frames)
    assert out.exit_time[0] == pytest.approx(30.0, abs=1e-3)


def test_news_reach_the_live_informed_in_the_queue() -> None:
    """At 30 s the way over node 2 becomes the advised one; those queueing change lanes."""
    net = b.network(
        [
            b.Stretch(3, 0, 10.0, capacity=50.0),
            b.Stretch(0, 1, 10.0, capacity=0.1),
            b.Stretch(0, 1, 20.0, capacity=50.0),
        ]
    )
    table = b.routing(net, [{1}], infos=[set(), {1}], live=[(0.0, 0), (30.0, 1)])
    crowd = b.walkers([3] * 10, [[b.Leg()]] * 10)
    live = crowd._replace(view=np.full(10, c.VIEW_LIVE, dtype=np.int32))
    out = b.simulate(net, live, table)
    assert out.exit_time.max() == pytest.approx(30.0 + 20.0, abs=0.5)
    assert b.simulate(net, crowd, table).exit_time.max() > 100.0


def test_those_at_the_door_change_their_mind_as_well() -> None:
    net = b.network([b.Stretch(0, 1, 10.0, capacity=0.1), b.Stretch(0, 1, 20.0, capacity=50.0)])
    table = b.routing(net, [{1}], infos=[set(), {0}], live=[(0.0, 0), (30.0, 1)])
    crowd = b.walkers([0] * 10, [[b.Leg()]] * 10)
    live = crowd._replace(view=np.full(10, c.VIEW_LIVE, dtype=np.int32))
    assert b.simulate(net, live, table).exit_time.max() == pytest.approx(50.0, abs=0.5)


def test_a_follower_takes_over_the_target_of_who_went_before() -> None:
    net = b.network([b.Stretch(0, 1, 10.0), b.Stretch(0, 2, 10.0)])
    table = b.routing(net, [{1}, {2}])
    crowd = b.walkers([0, 0, 0], [[b.Leg(target=1)], [b.Leg()], [b.Leg()]], release=[0, 5, 80])
    crowd = crowd._replace(view=np.array([c.VIEW_LOCAL] + [c.VIEW_FOLLOW] * 2, dtype=np.int32))
    out = b.simulate(net, crowd, table, follow_window=30.0)
    assert out.node.tolist() == [2, 2, 1]
    assert out.target.tolist() == [1, 1, 0]


def test_no_way_at_all_is_reported_as_no_route() -> None:
    net = b.network([b.Stretch(0, 1, 10.0)], n_nodes=3)
    out = b.simulate(net, b.walkers([2], [[b.Leg()]]), b.routing(net, [{1}]), horizon=200.0)
    assert (out.state[0], out.reason[0]) == (c.STATE_BLOCKED, c.REASON_NO_ROUTE)
    assert np.isnan(out.exit_time[0])


def test_steps_on_the_only_way_are_the_reason_given() -> None:
    net = _fork(barrier=STEPS)
    crowd = b.set_rows(b.walkers([3], [[b.Leg()]]), barred={0: STEPS})
    out = b.simulate(net, crowd, b.routing(net, [{1}]), horizon=200.0)
    assert (out.state[0], out.reason[0], out.node[0]) == (c.STATE_BLOCKED, c.REASON_BARRED, 0)


def test_a_routing_class_of_its_own_leads_round_the_steps() -> None:
    net = _fork(barrier=STEPS)
    table = b.routing(net, [{1}], classes=(0, STEPS))
    crowd = b.set_rows(b.walkers([3, 3], [[b.Leg()]] * 2), barred={0: STEPS}, routing_class={0: 1})
    out = b.simulate(net, crowd, table)
    assert out.exit_time == pytest.approx([50.0, 20.0], abs=0.1)


def test_a_speed_of_zero_means_it_cannot_take_the_stair() -> None:
    net = b.network([b.Stretch(0, 1, 10.0, climb=1)])
    crowd = b.set_rows(b.walkers([0], [[b.Leg()]]), speed={0: [[1.0, 0.3, 0.0]] * 2})
    out = b.simulate(net, crowd, b.routing(net, [{1}]), horizon=100.0)
    assert (out.state[0], out.reason[0]) == (c.STATE_BLOCKED, c.REASON_BARRED)


def test_who_waits_before_a_closed_gate_goes_on_when_it_opens() -> None:
    net = b.network([b.Stretch(0, 1, 10.0)])
    frames = [b.Frame(0, 0.0, closed=3), b.Frame(0, 90.0)]
    out = b.simulate(net, b.walkers([0], [[b.Leg()]]), b.routing(net, [{1}]), frames)
    assert out.exit_time[0] == pytest.approx(100.0, abs=1e-3)
    assert out.phase[0, c.PHASE_BLOCKED] == pytest.approx(90.0)


def test_a_gate_may_be_closed_in_one_direction_only() -> None:
    net = b.network([b.Stretch(0, 1, 10.0)])
    crowd = b.walkers([0, 1], [[b.Leg(target=1)], [b.Leg(target=0)]])
    table = b.routing(net, [{0}, {1}])
    out = b.simulate(net, crowd, table, [b.Frame(0, 0.0, closed=1)], horizon=60.0)
    assert out.state.tolist() == [c.STATE_BLOCKED, c.STATE_ARRIVED]
    assert out.reason[0] == c.REASON_CLOSED


def test_a_blocked_local_entity_asks_around_when_it_tries_again() -> None:
    net = _fork()
    table = _table(net, live=[(0.0, 0), (40.0, 1)])
    crowd = b.walkers([3], [[b.Leg()]])
    out = b.simulate(net, crowd, table, [b.Frame(SHORT, 5.0, closed=3)], retry=50.0)
    assert out.exit_time[0] == pytest.approx(40.0 + 40.0, abs=25.0)
    assert out.state[0] == c.STATE_ARRIVED


def test_debris_that_narrows_a_lane_blocks_the_wide_ones_only() -> None:
    net = b.network([b.Stretch(0, 1, 10.0, width=1.2)])
    crowd = b.set_rows(b.walkers([0, 0], [[b.Leg()]] * 2), body_width={0: 0.7})
    frames = [b.Frame(0, 0.0, width=0.5)]
    out = b.simulate(net, crowd, b.routing(net, [{1}]), frames, horizon=100.0)
    assert out.state.tolist() == [c.STATE_BLOCKED, c.STATE_ARRIVED]
    assert out.reason[0] == c.REASON_NARROW


def test_an_unreachable_stop_on_the_way_is_left_out_and_counted() -> None:
    net = b.network([b.Stretch(0, 1, 10.0)], n_nodes=3)
    journey = [b.Leg(c.LEG_WALK, target=1, dwell=30.0), b.Leg(target=0)]
    out = b.simulate(net, b.walkers([0], [journey]), b.routing(net, [{1}, {2}]))
    assert out.exit_time[0] == pytest.approx(10.0, abs=1e-3)
    assert out.missed[0] == 1


def test_legs_with_dwell_are_walked_one_after_the_other() -> None:
    net = b.network([b.Stretch(0, 1, 10.0), b.Stretch(1, 2, 20.0)])
    journey = [b.Leg(c.LEG_WALK, target=0, dwell=30.0), b.Leg(target=1)]
    out = b.simulate(net, b.walkers([0], [journey]), b.routing(net, [{1}, {2}]))
    assert out.exit_time[0] == pytest.approx(10.0 + 30.0 + 20.0, abs=1e-3)
    assert out.phase[0, c.PHASE_DWELL] == pytest.approx(30.0)
    assert out.stay_total[1] == pytest.approx(30.0)


def test_a_journey_without_shelter_ends_at_its_last_target() -> None:
    net = b.network([b.Stretch(0, 1, 10.0)])
    out = b.simulate(net, b.walkers([0], [[b.Leg(c.LEG_WALK, dwell=5.0)]]), b.routing(net, [{1}]))
    assert (out.state[0], out.node[0]) == (c.STATE_ARRIVED, 1)
    assert out.exit_time[0] == pytest.approx(15.0, abs=1e-3)


def test_rests_are_taken_at_resting_places_after_the_metres_walked() -> None:
    net = b.network([b.Stretch(i, i + 1, 10.0) for i in range(5)], rest=(2, 4))
    crowd = b.walkers([0], [[b.Leg()]])._replace(
        stop_start=np.array([0, 2], dtype=np.int32),
        stop_after=np.array([5.0, 25.0]),
        stop_dwell=np.array([40.0, 8.0]),
    )
    out = b.simulate(net, crowd, b.routing(net, [{5}]))
    assert out.exit_time[0] == pytest.approx(50.0 + 48.0, abs=1e-2)
    assert out.stops[0] == 2
    assert out.stay_total[2] == pytest.approx(40.0)
    assert out.stay_total[4] == pytest.approx(8.0)


def test_nobody_rests_at_the_target() -> None:
    net = b.network([b.Stretch(0, 1, 10.0)], rest=(1,))
    crowd = b.walkers([0], [[b.Leg()]])._replace(
        stop_start=np.array([0, 1], dtype=np.int32),
        stop_after=np.array([1.0]),
        stop_dwell=np.array([40.0]),
    )
    out = b.simulate(net, crowd, b.routing(net, [{1}]))
    assert out.exit_time[0] == pytest.approx(10.0, abs=1e-3)
    assert out.stops[0] == 0
