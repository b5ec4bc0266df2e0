"""How density, the mixture of walkers and those who come the other way slow down."""

from __future__ import annotations

import numpy as np
import pytest
from tests.kernels import builders as b

from renlin.kernels import codes as c

WIDE = 1e5


def _together(n: int, tables: object, **crowd_columns: object) -> object:
    """Let ``n`` persons enter a corridor of 40 m x 2 m at once."""
    net = b.network([b.Stretch(0, 1, 40.0, width=2.0, capacity=WIDE)], tables=tables)
    crowd = b.walkers([0] * n, [[b.Leg()]] * n)._replace(**crowd_columns)
    return b.simulate(net, crowd, b.routing(net, [{1}]), horizon=4000.0)


@pytest.mark.parametrize("n", [2, 40, 120, 240])
def test_walkers_go_at_the_speed_of_the_diagram_at_the_density_of_the_others(n: int) -> None:
    out = _together(n, b.crowd(b.weidmann))
    speed = float(b.weidmann(np.array([(n - 1) / 80.0]))[0])
    first_second = 1.0  # nobody stood there when they entered
    assert out.exit_time[0] == pytest.approx(1.0 + (40.0 - first_second) / speed, rel=0.01)


def test_density_beyond_the_table_keeps_its_last_value() -> None:
    tables = b.crowd(lambda rho: np.full_like(rho, 0.5), top=1.0, jam=50.0)
    assert _together(400, tables).exit_time[0] == pytest.approx(80.0, abs=0.1)


def test_a_wheelchair_counts_with_its_size_not_as_one() -> None:
    alone = _together(40, b.crowd(b.weidmann))
    chairs = _together(40, b.crowd(b.weidmann), size=np.full((40, 2), 2.5, dtype=np.float32))
    assert chairs.max_density[0] == pytest.approx(2.5 * alone.max_density[0])
    assert chairs.exit_time.max() > alone.exit_time.max()


def _queue(n: int, slow: np.ndarray, members: int = 1) -> np.ndarray:
    """Return the gaps between exits through a passage that is full of ``n`` entities."""
    tables = b.crowd(slow=(1.0, 0.71, 0.61, 0.5, 0.4))
    net = b.network([b.Stretch(0, 1, 30.0, width=2.0, capacity=1.0)], tables=tables)
    crowd = b.walkers([0] * n, [[b.Leg()]] * n)
    each = np.full(n, members, dtype=np.int32)
    crowd = crowd._replace(members=each, group_persons=each, slow_members=slow.astype(np.int32))
    out = b.simulate(net, crowd, b.routing(net, [{1}]), horizon=4000.0)
    return np.diff(np.sort(out.exit_time))


def test_slow_walkers_lower_the_capacity_by_the_table() -> None:
    assert _queue(40, np.zeros(40))[-20:] == pytest.approx(1.0, abs=1e-2)
    assert _queue(40, np.ones(40))[-20:] == pytest.approx(1.0 / 0.4, rel=0.02)


def test_the_share_of_slow_is_taken_by_persons_not_by_entities() -> None:
    """One slow in each household of four is a share of 1/4: the second entry, 0.71."""
    gaps = _queue(40, np.ones(40), members=4)
    assert gaps[-20:] == pytest.approx(4.0 / 0.71, rel=0.02)


def _against(n_against: int) -> float:
    """Return the last exit of 100 persons through 10 m x 2 m against so many others."""
    tables = b.crowd(b.weidmann, against_capacity=(1.0, 0.94), against_speed=(1.0, 0.7))
    net = b.network([b.Stretch(0, 1, 10.0, width=2.0, capacity=2.6)], tables=tables)
    origins = [0] * 100 + [1] * n_against
    journeys = [[b.Leg(target=1)]] * 100 + [[b.Leg(target=0)]] * n_against
    out = b.simulate(net, b.walkers(origins, journeys, speed=1.3), b.routing(net, [{0}, {1}]))
    assert (out.state == c.STATE_ARRIVED).all()
    return float(out.exit_time[:100].max())


def test_opposing_walkers_lengthen_the_way_the_more_they_are() -> None:
    times = [_against(n) for n in (0, 10, 50, 100)]
    assert np.all(np.diff(times) > 0)


def test_both_directions_together_never_pass_more_than_the_capacity() -> None:
    net = b.network([b.Stretch(0, 1, 10.0, width=2.0, capacity=1.0)])
    crowd = b.walkers([0] * 60 + [1] * 60, [[b.Leg(target=1)]] * 60 + [[b.Leg(target=0)]] * 60)
    out = b.simulate(net, crowd, b.routing(net, [{0}, {1}]), flow_bin=10.0)
    assert out.flow.sum() == 120
    assert out.flow.sum(axis=0).max() <= 10 + 2
    assert out.flow[0].sum() == out.flow[1].sum() == 60


def test_the_weaker_direction_keeps_its_minor_share() -> None:
    net = b.network([b.Stretch(0, 1, 10.0, width=2.0, capacity=1.0)])
    crowd = b.walkers([0] * 80 + [1] * 4, [[b.Leg(target=1)]] * 80 + [[b.Leg(target=0)]] * 4)
    out = b.simulate(net, crowd, b.routing(net, [{0}, {1}]), minor_share=0.25)
    assert out.exit_time[80:].max() <= 10.0 + 4 / 0.25 + 1.0


def test_composition_may_change_the_diagram_and_the_jam_density() -> None:
    tables = b.crowd(slow=(1.0, 1.0))
    tables = tables._replace(
        speed_factor=np.stack([np.ones(512), np.full(512, 0.5)]).astype(np.float32),
        density_step=np.repeat(tables.density_step, 2),
        peak_density=np.repeat(tables.peak_density, 2),
        diagram=np.array([[0, 1]], dtype=np.int32),
        jam_density=np.array([[5.0, 0.03]], dtype=np.float32),
    )
    fast = _together(10, tables)
    slow = _together(10, tables, slow_members=np.ones(10, dtype=np.int32))
    assert fast.exit_time.max() == pytest.approx(40.0, abs=0.1)
    assert slow.exit_time.min() == pytest.approx(1.0 + 39.0 / 0.5, abs=1.1)


def _overfed(peak: float) -> object:
    """Send 120 slow walkers into a passage whose capacity is above what they can flow."""
    net = b.network(
        [b.Stretch(0, 1, 10.0, width=4.0), b.Stretch(1, 2, 12.0, width=1.0, capacity=1.3)],
        tables=b.crowd(b.weidmann, peak=peak),
    )
    crowd = b.walkers([0] * 120, [[b.Leg()]] * 120, speed=0.6)
    return b.simulate(net, crowd, b.routing(net, [{2}]), horizon=5000.0)


def test_a_passage_fed_beyond_its_flow_keeps_its_queue_outside() -> None:
    """Greatest flow per metre at 0.6 m/s: 1.75 x 0.6 x f(1.75) = 0.545 persons/s."""
    out = _overfed(b.WEIDMANN_PEAK)
    flow = 1.75 * 0.6 * float(b.weidmann(np.array([1.75]))[0])
    gaps = np.diff(np.sort(out.exit_time))[40:100]
    assert 1.0 / gaps.mean() == pytest.approx(flow, rel=0.05)
    assert out.max_density[1] < 3.0


def test_without_a_peak_density_it_fills_up_to_a_standstill() -> None:
    out = _overfed(np.inf)
    assert out.max_density[1] > 5.0
    assert out.exit_time.max() > 2.0 * _overfed(b.WEIDMANN_PEAK).exit_time.max()


def test_halving_the_exits_about_doubles_the_time() -> None:
    """A room of 1,000 persons with four, then two exits of 1.33 persons/s."""

    def clearance(n_exits: int) -> float:
        doors = [b.Stretch(0, 1 + i, 1.0, capacity=1.33) for i in range(n_exits)]
        net = b.network(doors)
        exits = [{1 + i} for i in range(n_exits)]
        journeys = [[b.Leg(target=i % n_exits)] for i in range(1000)]
        out = b.simulate(net, b.walkers([0] * 1000, journeys, speed=1.3), b.routing(net, exits))
        return float(out.exit_time.max())

    assert clearance(2) / clearance(4) == pytest.approx(2.0, abs=0.05)


def test_half_the_step_of_time_changes_the_median_and_the_tail_by_under_1_5_percent() -> None:
    rng = np.random.default_rng(11)
    net = b.network(
        [
            b.Stretch(0, 2, 25.0, width=1.5),
            b.Stretch(1, 2, 40.0, width=2.0),
            b.Stretch(2, 3, 30.0, width=1.2),
            b.Stretch(3, 4, 12.0, width=1.1, climb=-1),
        ],
        tables=b.crowd(b.weidmann, peak=b.WEIDMANN_PEAK, slow=(1.0, 0.7, 0.6)),
    )
    crowd = b.walkers(
        rng.integers(0, 2, 200),
        [[b.Leg()]] * 200,
        speed=rng.uniform(0.5, 1.5, 200),
        release=rng.uniform(0, 90, 200),
    )
    table = b.routing(net, [{4}])
    one, half = (b.simulate(net, crowd, table, dt=dt).exit_time for dt in (1.0, 0.5))
    for share in (50, 95):
        assert np.percentile(half, share) == pytest.approx(np.percentile(one, share), rel=0.015)
