"""Those who rest on the way take width from those who pass, unless there is a seat."""

from __future__ import annotations

import numpy as np
import pytest
from tests.kernels import builders as b
from tests.kernels.random_cases import case

from renlin.kernels import codes as c
from renlin.kernels import movement
from renlin.kernels.contract import Entities
from renlin.kernels.outcome import Outcome

IN_THE_WAY, SEAT = int(c.REST_IN_THE_WAY), int(c.REST_ASIDE)
DWELL = 100.0


def _resting(entities: Entities, n: int = 1, dwell: float = DWELL) -> Entities:
    """Return ``entities`` of whom the first ``n`` rest once, from 5 m on."""
    count = np.minimum(np.arange(len(entities.members) + 1), n)
    return entities._replace(
        stop_start=count.astype(np.int32),
        stop_after=np.full(n, 5.0),
        stop_dwell=np.full(n, dwell),
    )


def _line(
    rest: int, *, n: int = 1, body: float = 0.0, dwell: float = DWELL, **parameters: float
) -> Outcome:
    """Return two stretches of 10 m and 1 m width; ``n`` rest between them, ten come later."""
    stretch = b.Stretch(0, 1, 10.0, width=1.0, capacity=1.0, area=1000.0)
    net = b.network([stretch, stretch._replace(tail=1, head=2)])
    net = net._replace(rest=np.array([0, rest, 0], dtype=np.int8))
    release = [0.0] * n + [20.0] * 10
    people = b.walkers([0] * (n + 10), [[b.Leg()]] * (n + 10), release=release)
    people = _resting(people, n, dwell)._replace(
        body_width=np.repeat(np.array([[0.0]] * n + [[body]] * 10, dtype=np.float32), 2, axis=1)
    )
    return b.simulate(net, people, b.routing(net, [{2}]), **parameters)


def test_one_who_rests_on_half_the_width_lets_half_as_many_past() -> None:
    free = _line(IN_THE_WAY)
    beside = _line(IN_THE_WAY, rest_blocks_width=0.5)
    assert free.exit_time[1:].tolist() == pytest.approx([40.0 + k for k in range(10)], abs=1e-3)
    assert beside.exit_time[1:].tolist() == pytest.approx(
        [40.0 + 2 * k for k in range(10)], abs=1e-3
    )
    assert beside.exit_time[0] == free.exit_time[0] == pytest.approx(10.0 + DWELL + 10.0, abs=1e-3)


def test_a_seat_is_in_nobodys_way() -> None:
    free, seat = _line(IN_THE_WAY), _line(SEAT, rest_blocks_width=0.5)
    assert seat.exit_time.tobytes() == free.exit_time.tobytes()
    assert seat.stops[0] == 1


def test_nobody_is_in_the_way_once_the_rest_is_over() -> None:
    stretch = b.Stretch(0, 1, 10.0, width=1.0, capacity=1.0, area=1000.0)
    net = b.network([stretch, stretch._replace(tail=1, head=2)], rest=(1,))
    people = b.walkers([0] * 11, [[b.Leg()]] * 11, release=[0.0] + [10.0 + DWELL] * 10)
    out = b.simulate(net, _resting(people), b.routing(net, [{2}]), rest_blocks_width=0.5)
    assert np.diff(np.sort(out.exit_time[1:])).tolist() == pytest.approx([1.0] * 9, abs=1e-3)


def test_where_nothing_is_left_one_in_a_hundred_still_squeezes_by() -> None:
    out = _line(IN_THE_WAY, n=2, dwell=5000.0, rest_blocks_width=0.5, horizon=2000.0)
    assert np.diff(out.exit_time[2:]).tolist() == pytest.approx([100.0] * 9, abs=1e-3)


def test_a_wide_body_waits_for_the_rest_to_end_or_squeezes_by_at_last() -> None:
    waits = _line(IN_THE_WAY, body=0.7, rest_blocks_width=0.5, stuck_time=np.inf)
    assert waits.exit_time[1:].min() == pytest.approx(10.0 + DWELL + 1.0 + 10.0, abs=1.0)
    assert waits.gridlock.sum() == 0
    tired = _line(IN_THE_WAY, body=0.7, rest_blocks_width=0.5, stuck_time=30.0)
    assert tired.exit_time[1] == pytest.approx(30.0 + 30.0 + 10.0, abs=1.0)
    assert tired.gridlock.sum() > 0
    slim = _line(IN_THE_WAY, body=0.5, rest_blocks_width=0.5)
    assert slim.exit_time[1] == pytest.approx(40.0, abs=1e-3)


def test_who_needs_a_rest_goes_on_to_a_seat_that_is_near() -> None:
    stretch = b.Stretch(0, 1, 10.0, width=1.0, capacity=1.0, area=1000.0)
    net = b.network([stretch._replace(tail=i, head=i + 1) for i in range(4)])
    net = net._replace(rest=np.array([0, IN_THE_WAY, IN_THE_WAY, SEAT, 0], dtype=np.int8))
    people, table = _resting(b.walkers([0], [[b.Leg()]])), b.routing(net, [{4}])
    stays = {
        near: b.simulate(net, people, table, seat_near=near).stay_total.tolist()
        for near in (0.0, 19.0, 20.0)
    }
    assert stays[0.0] == pytest.approx([0.0, DWELL, 0.0, 0.0, 0.0])
    assert stays[19.0] == pytest.approx([0.0, DWELL, 0.0, 0.0, 0.0])
    assert stays[20.0] == pytest.approx([0.0, 0.0, 0.0, DWELL, 0.0])


@pytest.mark.parametrize("seed", range(6))
def test_a_width_of_nothing_changes_no_byte(seed: int) -> None:
    drawn = case(seed)
    bare = drawn.parameters._asdict()
    del bare["rest_blocks_width"], bare["seat_near"]
    without = drawn._replace(parameters=type(drawn.parameters)(**bare))
    zero = drawn._replace(
        parameters=drawn.parameters._replace(rest_blocks_width=0.0, seat_near=0.0)
    )
    for one, two in zip(movement.run(*without), movement.run(*zero), strict=True):
        assert np.asarray(one).tobytes() == np.asarray(two).tobytes()


def test_a_width_below_nothing_and_an_unknown_kind_of_rest_are_refused() -> None:
    drawn = case(0)
    with pytest.raises(ValueError, match=r"parameters\.rest_blocks_width: expected 0 or more"):
        movement.run(*drawn._replace(parameters=drawn.parameters._replace(rest_blocks_width=-0.1)))
    odd = drawn.network._replace(rest=np.full_like(drawn.network.rest, 3))
    with pytest.raises(ValueError, match=r"network\.rest: expected 0\.\.2"):
        movement.run(*drawn._replace(network=odd))
