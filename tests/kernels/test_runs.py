"""A run in pieces, what it says on the way, and what it refuses."""

from __future__ import annotations

import numpy as np
import pytest
from tests.kernels import builders as b
from tests.kernels.random_cases import case

from renlin.kernels import codes as c
from renlin.kernels import movement
from renlin.kernels.entries import entries
from renlin.kernels.validation import check_routes


def _queueing() -> tuple:
    net = b.network(
        [
            b.Stretch(0, 1, 10.0, capacity=50.0),
            b.Stretch(1, 2, 10.0, capacity=0.1),
            b.Stretch(1, 2, 20.0, capacity=50.0),
        ]
    )
    crowd = b.walkers([0] * 10, [[b.Leg()]] * 10)
    live = crowd._replace(view=np.full(10, c.VIEW_LIVE, dtype=np.int32))
    return net, live, b.routing(net, [{2}], live=[(0.0, 0), (40.0, 0)])


@pytest.mark.parametrize("seed", range(5))
def test_a_run_in_pieces_equals_a_run_in_one(seed: int) -> None:
    drawn = case(seed)
    whole = movement.run(*drawn)
    pieces = movement.begin(*drawn)
    reached = [movement.advance(pieces, until) for until in (10.0, 11.0, 60.0, 1e9)]
    assert reached[0] == 10.0
    assert reached[-1] <= drawn.parameters.horizon
    parts = movement.conclude(pieces)
    for one, two in zip(whole, parts, strict=True):
        assert np.array_equal(one, two, equal_nan=np.asarray(one).dtype.kind == "f")


def test_travel_times_tell_the_cost_of_a_queue() -> None:
    net, crowd, table = _queueing()
    under_way = movement.begin(net, crowd, table, b.hazards(net, []), b.settings(horizon=300.0))
    movement.advance(under_way, 30.0)
    times = movement.travel_times(under_way, np.ones(6))
    assert times[2] == pytest.approx(10.0, rel=0.2)
    assert times[0] == pytest.approx(10.0 + 7 / 50.0, abs=0.1)
    assert times[4] == pytest.approx(20.0)


def test_routes_rewritten_between_pieces_are_followed() -> None:
    net, crowd, table = _queueing()
    under_way = movement.begin(net, crowd, table, b.hazards(net, []), b.settings(horizon=300.0))
    movement.advance(under_way, 30.0)
    under_way.world.next_link[0, 1] = 4
    movement.advance(under_way, 300.0)
    assert movement.conclude(under_way).exit_time.max() == pytest.approx(60.0, abs=0.5)


def test_read_only_arrays_are_taken_and_compile_nothing_anew() -> None:
    drawn = case(1)
    movement.run(*drawn)
    before = len(entries().advance.signatures)  # type: ignore[attr-defined]
    table = drawn.routing.next_link.copy()
    table.flags.writeable = False
    movement.run(*drawn._replace(routing=drawn.routing._replace(next_link=table)))
    assert len(entries().advance.signatures) == before == 1  # type: ignore[attr-defined]


def test_inputs_are_not_changed() -> None:
    drawn = case(2)
    kept = [np.copy(value) for bundle in drawn[:2] for value in bundle if _is_array(value)]
    movement.run(*drawn)
    now = [value for bundle in drawn[:2] for value in bundle if _is_array(value)]
    for one, two in zip(kept, now, strict=True):
        assert np.array_equal(one, two, equal_nan=one.dtype.kind == "f")


def _is_array(value: object) -> bool:
    return isinstance(value, np.ndarray)


def test_nobody_at_all_is_a_run_that_ends_at_once() -> None:
    net = b.network([b.Stretch(0, 1, 10.0)])
    out = b.simulate(net, b.walkers([], []), b.routing(net, [{1}]))
    assert out.steps == 0
    assert len(out.exit_time) == 0


def test_an_unbalanced_book_is_reported_not_passed_over() -> None:
    net, crowd, table = _queueing()
    settings = b.settings(check=1)
    under_way = movement.begin(net, crowd, table, b.hazards(net, []), settings)
    movement.advance(under_way, 5.0)
    under_way.world.spaces["occupied"][0] += 1
    with pytest.raises(RuntimeError, match=r"do not balance"):
        movement.advance(under_way, 20.0)


def test_all_faults_of_the_inputs_are_told_at_once() -> None:
    net, crowd, table = _queueing()
    wrong_net = net._replace(length=-net.length, crowd_class=net.crowd_class + 1)
    wrong = b.set_rows(crowd, rank={0: 5}, members={1: 0}, speed={2: -1.0})
    with pytest.raises(ValueError, match=r"network.length") as told:
        movement.run(
            wrong_net,
            wrong,
            table,
            b.hazards(net, []),
            b.settings(n_groups=0, horizon=-1.0, dt=0.0),
        )
    for name in (
        "network.crowd_class",
        "entities.rank",
        "entities.members",
        "entities.speed",
        "entities.group",
        "parameters.dt",
        "parameters.horizon",
    ):
        assert name in str(told.value)


def test_a_wrong_type_is_named_before_anything_else() -> None:
    net, crowd, table = _queueing()
    with pytest.raises(ValueError, match=r"Network.length: expected an array of float32"):
        movement.run(
            net._replace(length=net.length.astype(np.float64)),
            crowd,
            table,
            b.hazards(net, []),
            b.settings(),
        )


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("next_link", [[99, 2, -2]], "routing.next_link"),
        ("next_link", [[2, 2, -2]], "does not start at node 0"),
        ("row", [[[7]]], "routing.row"),
        ("live_info", [0, 9], "routing.live_info"),
        ("live_time", [5.0, 40.0], "routing.live_time"),
        ("target_shelter", [3], "routing.target_shelter"),
    ],
)
def test_a_routing_table_that_leads_astray_is_refused(field: str, value: object, said: str) -> None:
    net, crowd, table = _queueing()
    kind = getattr(table, field).dtype
    wrong = table._replace(**{field: np.array(value, dtype=kind)})
    with pytest.raises(ValueError, match=said):
        movement.run(net, crowd, wrong, b.hazards(net, []), b.settings())


def test_a_helper_cannot_fetch_itself() -> None:
    net, _, table = _queueing()
    crowd = b.walkers([0], [[b.Leg(c.LEG_PICK_UP, partner=0)]])
    with pytest.raises(ValueError, match=r"legs.partner"):
        movement.run(net, crowd, table, b.hazards(net, []), b.settings())


def test_keyframes_out_of_order_are_refused() -> None:
    net, crowd, table = _queueing()
    hz = b.hazards(net, [b.Frame(0, 1.0), b.Frame(0, 2.0)])
    hz = hz._replace(time=hz.time[::-1].copy())
    with pytest.raises(ValueError, match=r"hazards.time"):
        movement.run(net, crowd, table, hz, b.settings())


def test_a_table_that_runs_in_a_circle_is_found() -> None:
    net, _, table = _queueing()
    check_routes(net, table)
    circle = table._replace(next_link=np.array([[0, 1, -2]], dtype=np.int32))
    with pytest.raises(ValueError, match=r"circle"):
        check_routes(net, circle)


def test_a_circle_of_links_without_length_does_not_hang() -> None:
    net = b.network([b.Stretch(0, 1, 0.0, capacity=1e6), b.Stretch(1, 2, 5.0)])
    table = b.routing(net, [{2}])
    circle = table._replace(next_link=np.array([[0, 1, -2]], dtype=np.int32))
    out = b.simulate(net, b.walkers([0], [[b.Leg()]]), circle, horizon=20.0)
    assert np.isnan(out.exit_time[0])
    assert out.steps == 20
