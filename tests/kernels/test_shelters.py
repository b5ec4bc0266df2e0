"""Places that fill, overflow to the next, and places to stay."""

from __future__ import annotations

import numpy as np
import pytest
from tests.kernels import builders as b

from renlin.kernels import codes as c


def _town(capacity: tuple[int, int], **more: object) -> tuple:
    """Return 0 -10 m- 1 (shelter 0) -15 m- 2 (shelter 1); targets 0 and 1 lead there."""
    net = b.network(
        [b.Stretch(0, 1, 10.0, capacity=50.0), b.Stretch(1, 2, 15.0, capacity=50.0)],
        shelter={1: 0, 2: 1},
    )
    table = b.routing(
        net,
        [{1}, {2}],
        target_shelter=[0, 1],
        shelters=b.shelters(list(capacity), [[1], [0]]),
        **more,
    )
    return net, table


def test_a_full_shelter_sends_the_rest_to_the_next() -> None:
    net, table = _town((3, 10))
    crowd = b.walkers([0] * 5, [[b.Leg()]] * 5, release=[0, 1, 2, 3, 4])
    out = b.simulate(net, crowd, table)
    assert out.shelter.tolist() == [0, 0, 0, 1, 1]
    assert out.exit_time == pytest.approx([10, 11, 12, 28, 29], abs=1e-3)


def test_a_household_is_never_split_over_two_shelters() -> None:
    net, table = _town((3, 10))
    crowd = b.walkers([0] * 3, [[b.Leg()]] * 3, release=[0, 1, 2])
    crowd = b.set_rows(crowd, members={0: 2, 1: 2}, group_persons={0: 2, 1: 2})
    out = b.simulate(net, crowd, table)
    assert out.shelter.tolist() == [0, 1, 0]
    assert out.shelter_load[:, -1].tolist() == [3, 2]


def test_when_all_are_full_they_are_turned_away_and_said_so() -> None:
    net, table = _town((1, 1))
    out = b.simulate(net, b.walkers([0] * 3, [[b.Leg()]] * 3, release=[0, 1, 2]), table)
    assert out.state.tolist() == [c.STATE_ARRIVED, c.STATE_ARRIVED, c.STATE_TURNED_AWAY]
    assert out.reason[2] == c.REASON_FULL
    assert np.isnan(out.exit_time[2])


def test_a_shelter_of_size_zero_takes_nobody() -> None:
    net, table = _town((0, 5))
    out = b.simulate(net, b.walkers([0], [[b.Leg()]]), table)
    assert out.shelter.tolist() == [1]


def test_the_live_informed_do_not_walk_to_a_full_shelter() -> None:
    net = b.network(
        [b.Stretch(0, 1, 10.0, capacity=50.0), b.Stretch(0, 2, 15.0, capacity=50.0)],
        shelter={1: 0, 2: 1},
    )
    table = b.routing(
        net, [{1}, {2}], target_shelter=[0, 1], shelters=b.shelters([1, 9], [[1], [0]])
    )
    crowd = b.walkers([0] * 3, [[b.Leg()]] * 3, release=[0, 30, 30])
    crowd = crowd._replace(view=np.array([1, c.VIEW_LIVE, c.VIEW_LOCAL], dtype=np.int32))
    out = b.simulate(net, crowd, table)
    assert out.exit_time == pytest.approx([10.0, 45.0, 30.0 + 10.0 + 10.0 + 15.0], abs=1e-3)


def test_a_shelter_that_cannot_be_reached_is_replaced_by_its_alternative() -> None:
    net, table = _town((5, 5))
    out = b.simulate(net, b.walkers([1], [[b.Leg(target=1)]]), table, [b.Frame(1, 0.0, closed=3)])
    assert out.shelter.tolist() == [0]


def test_two_doors_of_one_shelter_share_its_places() -> None:
    net = b.network([b.Stretch(0, 1, 10.0), b.Stretch(2, 3, 10.0)], shelter={1: 0, 3: 0})
    table = b.routing(net, [{1, 3}], shelters=b.shelters([1], [[]]))
    out = b.simulate(net, b.walkers([0, 2], [[b.Leg()]] * 2, release=[0, 1]), table)
    assert out.state.tolist() == [c.STATE_ARRIVED, c.STATE_TURNED_AWAY]


def test_the_load_of_a_shelter_rises_bin_by_bin() -> None:
    net, table = _town((9, 9))
    crowd = b.walkers([0] * 4, [[b.Leg()]] * 4, release=[0, 1, 15, 40])
    out = b.simulate(net, crowd, table, horizon=60.0, arrival_bin=20.0)
    assert out.shelter_load[0].tolist() == [2, 3, 4]
    assert out.arrivals_total.tolist() == [2, 1, 1]


def test_who_protects_in_place_stays_and_is_not_counted_as_arrived() -> None:
    net, table = _town((9, 9))
    crowd = b.walkers([0, 0], [[b.Leg(c.LEG_STAY)], []], release=[20.0, 0.0])
    out = b.simulate(net, crowd, table, horizon=60.0)
    assert out.state.tolist() == [c.STATE_STAYED] * 2
    assert out.reason.tolist() == [c.REASON_NONE] * 2
    assert np.isnan(out.exit_time).all()
    assert out.arrivals_total.sum() == 0
    assert out.phase[:, c.PHASE_STAYED].tolist() == [40.0, 60.0]


def test_more_places_never_leave_more_people_outside() -> None:
    outside = []
    for places in (2, 5, 8):
        net, table = _town((places, 2))
        out = b.simulate(net, b.walkers([0] * 12, [[b.Leg()]] * 12), table)
        outside.append(int((out.state == c.STATE_TURNED_AWAY).sum()))
    assert outside == [8, 5, 2]
