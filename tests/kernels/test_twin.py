"""The compiled kernel against its plain twin, and against itself in another order."""

from __future__ import annotations

from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.kernels.plain_twin import Twin
from tests.kernels.random_cases import Case, case, shuffled

from renlin.kernels import codes as c
from renlin.kernels import movement
from renlin.kernels.outcome import Outcome

PER_PLACE = {
    *("max_density", "occupancy", "queue", "occupancy_total", "queue_total", "stay", "flow"),
    *("stay_total", "traversals", "arrivals", "arrivals_total", "shelter_load", "gridlock"),
    *("steps", "agent_steps"),
}
LOGS = {name for name in Outcome._fields if name.startswith(("snapshot", "route"))}
PER_ENTITY = [name for name in Outcome._fields if name not in PER_PLACE | LOGS]


def _run(drawn: Case) -> Outcome:
    return movement.run(*drawn)


def _run_seed(seed: int) -> list[bytes]:
    return [np.asarray(value).tobytes() for value in _run(case(seed))]


def _assert_equal(name: str, one: object, two: object) -> None:
    left, right = np.asarray(one), np.asarray(two)
    assert left.shape == right.shape, name
    same = np.array_equal(left, right.astype(left.dtype), equal_nan=left.dtype.kind == "f")
    assert same, name


@pytest.mark.parametrize("seed", range(25))
def test_the_kernel_equals_its_plain_twin_bit_by_bit(seed: int) -> None:
    drawn = case(seed)
    out = _run(drawn)._asdict()
    for name, value in Twin(*drawn).run().items():
        _assert_equal(name, out[name], value)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(1_000, 1_000_000), dt=st.sampled_from([0.5, 1.0, 2.0]))
def test_the_kernel_equals_its_plain_twin_on_any_case_and_step(seed: int, dt: float) -> None:
    drawn = case(seed, dt=dt)
    out = _run(drawn)._asdict()
    for name, value in Twin(*drawn).run().items():
        _assert_equal(name, out[name], value)


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 1_000_000), shuffle=st.integers(0, 1_000))
def test_the_order_of_rows_never_matters(seed: int, shuffle: int) -> None:
    drawn = case(seed)
    order = np.random.default_rng(shuffle).permutation(len(drawn.entities.members))
    one, two = _run(drawn)._asdict(), _run(shuffled(drawn, order))._asdict()
    for name in PER_ENTITY:
        _assert_equal(name, one[name][order], two[name])
    for name in sorted(PER_PLACE):
        _assert_equal(name, one[name], two[name])


@dataclass(frozen=True)
class Renumbering:
    """New numbers of spaces and nodes, and which spaces are drawn the other way round."""

    spaces: np.ndarray
    nodes: np.ndarray
    flipped: np.ndarray


def _renumbered(drawn: Case, new: Renumbering) -> Case:
    """Return the same case on the same network, numbered and drawn otherwise."""
    net, ent, table, hz = drawn.network, drawn.entities, drawn.routing, drawn.hazards
    old_space, old_node = np.argsort(new.spaces), np.argsort(new.nodes)
    tail = np.where(new.flipped, net.head, net.tail)[old_space]
    head = np.where(new.flipped, net.tail, net.head)[old_space]
    climb = np.where(new.flipped, -net.climb, net.climb)[old_space]
    incline = np.where(new.flipped[:, None], net.incline[:, ::-1], net.incline)[old_space]
    columns = ("length", "area", "capacity", "clear_width", "crowd_class", "barrier")
    moved_net = net._replace(
        tail=new.nodes[tail].astype(np.int32),
        head=new.nodes[head].astype(np.int32),
        climb=climb.astype(np.int8),
        incline=np.ascontiguousarray(incline),
        rest=net.rest[old_node],
        shelter=net.shelter[old_node],
        **{name: getattr(net, name)[old_space] for name in columns},
    )
    links = table.next_link[:, old_node]
    space = np.maximum(links, 0) >> 1
    moved = 2 * new.spaces[space] + ((links & 1) ^ new.flipped[space])
    moved_table = table._replace(
        next_link=np.ascontiguousarray(np.where(links >= 0, moved, links).astype(np.int32)),
        info_on_meeting=table.info_on_meeting[old_space],
    )
    n_spaces = len(net.tail)
    places = np.concatenate([old_space, n_spaces + old_node])
    rows = np.concatenate([np.arange(hz.start[p], hz.start[p + 1]) for p in places]).astype(int)
    owner = np.repeat(places, np.diff(hz.start)[places])
    turned = new.flipped[np.minimum(owner, n_spaces - 1)] & (owner < n_spaces)
    closed = hz.closed[rows]
    swapped = ((closed & 1) << 1) | (closed >> 1)
    moved_hz = hz._replace(
        start=np.concatenate([[0], np.cumsum(np.diff(hz.start)[places])]).astype(np.int32),
        closed=np.where(turned, swapped, closed).astype(np.int8),
        **{
            name: getattr(hz, name)[rows]
            for name in ("time", "speed", "width", "caught", "barrier", "dose", "unsafe", "smooth")
        },
    )
    moved_ent = ent._replace(origin=new.nodes[ent.origin].astype(np.int32))
    return drawn._replace(
        network=moved_net, entities=moved_ent, routing=moved_table, hazards=moved_hz
    )


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 1_000_000), shuffle=st.integers(0, 1_000))
def test_the_numbering_and_drawing_of_the_network_never_matters(seed: int, shuffle: int) -> None:
    drawn, rng = case(seed), np.random.default_rng(shuffle)
    n_spaces, n_nodes = len(drawn.network.tail), len(drawn.network.rest)
    new = Renumbering(
        rng.permutation(n_spaces), rng.permutation(n_nodes), rng.random(n_spaces) < 0.5
    )
    one, two = _run(drawn)._asdict(), _run(_renumbered(drawn, new))._asdict()
    for name in PER_ENTITY:
        if name not in ("node", "link"):
            _assert_equal(name, one[name], two[name])
    _assert_equal("stay", one["stay"], two["stay"][new.nodes])
    _assert_equal("occupancy", one["occupancy"], two["occupancy"][new.spaces])


def test_one_two_and_four_threads_give_the_same_bytes() -> None:
    seeds = range(8)
    alone = [_run_seed(seed) for seed in seeds]
    for workers in (2, 4):
        with ThreadPoolExecutor(workers) as pool:
            assert list(pool.map(_run_seed, seeds)) == alone


def test_two_processes_give_the_same_bytes() -> None:
    seeds = range(4)
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        assert list(pool.map(_run_seed, seeds)) == [_run_seed(seed) for seed in seeds]


@settings(max_examples=15, deadline=None)
@given(seed=st.integers(0, 1_000_000))
def test_everybody_has_one_end_and_all_time_is_accounted_for(seed: int) -> None:
    drawn = case(seed)
    out = _run(drawn)
    arrived = out.state == c.STATE_ARRIVED
    assert np.array_equal(arrived, ~np.isnan(out.exit_time))
    assert out.phase[arrived].sum(axis=1) == pytest.approx(out.exit_time[arrived], abs=1e-6)
    end = np.ceil(drawn.parameters.horizon / drawn.parameters.dt) * drawn.parameters.dt
    assert out.phase[~arrived].sum(axis=1) == pytest.approx(end, abs=1e-6)
    assert (out.reason[arrived] == c.REASON_NONE).all()
    stayed = out.state == c.STATE_STAYED
    assert (out.reason[~arrived & ~stayed] != c.REASON_NONE).all()
    assert out.arrivals_total.sum() == drawn.entities.members[arrived].sum()


@settings(max_examples=10, deadline=None)
@given(seed=st.integers(0, 1_000_000))
def test_shelters_never_hold_more_than_their_places(seed: int) -> None:
    drawn = case(seed)
    out = _run(drawn)
    capacity = drawn.routing.shelters.capacity
    assert (out.shelter_load <= capacity[:, None]).all()
    inside = [drawn.entities.members[out.shelter == s].sum() for s in range(len(capacity))]
    assert inside == out.shelter_load[:, -1].tolist()
