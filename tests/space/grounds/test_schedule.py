"""Conversions as networks of steps: critical path, limited crew, luck; against other ways to count."""

from itertools import product

import networkx as nx
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from renlin.space.grounds.schedule import (
    Work,
    best_order,
    critical_path,
    durations,
    serial,
)


def chain(*crews, before):
    return Work(tuple(f"s{n}" for n in range(len(crews))), before, crews)


def longest(work, minutes):
    """Return the end of the longest way by networkx: a node per step, its minutes on the way in."""
    graph = nx.DiGraph()
    for row, own in enumerate(work.before):
        graph.add_edge("start", row, weight=minutes[row])
        graph.add_edges_from((b, row, {"weight": minutes[row]}) for b in own)
    return nx.dag_longest_path_length(graph)


def least_end(work, minutes, crew):
    """Return the earliest end of all schedules in whole minutes, by trying every start."""
    horizon = int(sum(minutes))
    best = horizon
    for starts in product(range(horizon), repeat=len(minutes)):
        ends = [s + int(m) for s, m in zip(starts, minutes, strict=True)]
        if max(ends) >= best or any(
            starts[row] < ends[b] for row, own in enumerate(work.before) for b in own
        ):
            continue
        busy = [
            sum(c for s, e, c in zip(starts, ends, work.crew, strict=True) if s <= t < e)
            for t in range(max(ends))
        ]
        if max(busy) <= crew:
            best = max(ends)
    return best


@st.composite
def works(draw, most=7, longest=9):
    n = draw(st.integers(1, most))
    before = tuple(
        tuple(b for b in range(row) if draw(st.booleans()) and draw(st.booleans()))
        for row in range(n)
    )
    crew = tuple(draw(st.integers(1, 3)) for _ in range(n))
    minutes = np.array([float(draw(st.integers(1, longest))) for _ in range(n)])
    return Work(tuple(f"s{i}" for i in range(n)), before, crew), minutes


class TestCriticalPath:
    def test_of_two_branches_the_longer_is_critical(self):
        work = chain(1, 1, 1, 1, before=((), (0,), (0,), (1, 2)))
        finish, critical = critical_path(work, np.array([2.0, 5.0, 3.0, 1.0]))
        assert finish.tolist() == [2.0, 7.0, 5.0, 8.0]
        assert critical.tolist() == [True, True, False, True]

    @given(works(most=9))
    def test_it_is_the_longest_path_of_networkx(self, drawn):
        work, minutes = drawn
        assert critical_path(work, minutes)[0].max() == pytest.approx(longest(work, minutes))


class TestCrew:
    def test_two_steps_of_two_people_follow_each_other_where_only_three_are_there(self):
        work = chain(2, 2, before=((), ()))
        _, finish = serial(work, (0, 1), np.array([[4.0, 6.0]]), 3)
        assert finish.tolist() == [[4.0, 10.0]]

    def test_a_short_step_slips_into_a_gap_that_is_long_enough(self):
        work = chain(2, 1, 2, 1, before=((), (0,), (1,), ()))
        start, _ = serial(work, (0, 1, 2, 3), np.array([[5.0, 3.0, 4.0, 3.0]]), 2)
        assert start.tolist() == [[0.0, 5.0, 8.0, 5.0]]

    def test_a_step_too_long_for_the_gap_waits_behind_it(self):
        work = chain(2, 1, 2, 1, before=((), (0,), (1,), ()))
        start, _ = serial(work, (0, 1, 2, 3), np.array([[5.0, 3.0, 4.0, 3.5]]), 2)
        assert start[0, 3] == 12.0

    def test_a_step_that_needs_nobody_waits_for_nobody(self):
        work = chain(2, 0, before=((), ()))
        start, _ = serial(work, (0, 1), np.array([[5.0, 3.0]]), 2)
        assert start.tolist() == [[0.0, 0.0]]

    @settings(max_examples=25, deadline=None)
    @given(works(most=4, longest=3), st.integers(3, 4))
    def test_the_best_order_ends_as_early_as_any_schedule_can(self, drawn, crew):
        work, minutes = drawn
        order, proof = best_order(work, minutes, crew, 5040)
        assert proof == "optimal"
        ends = serial(work, order, minutes[None, :], crew)[1].max()
        assert ends == pytest.approx(least_end(work, minutes, crew))

    @settings(max_examples=40, deadline=None)
    @given(works(), st.integers(3, 6))
    def test_crew_and_waits_are_kept_at_every_moment(self, drawn, crew):
        work, minutes = drawn
        order, _ = best_order(work, minutes, crew, 50)
        start, finish = (one[0] for one in serial(work, order, minutes[None, :], crew))
        for row, own in enumerate(work.before):
            assert all(start[row] >= finish[b] - 1e-9 for b in own)
        for moment in start:
            busy = sum(
                c for s, e, c in zip(start, finish, work.crew, strict=True) if s <= moment < e
            )
            assert busy <= crew

    @settings(max_examples=30, deadline=None)
    @given(works(most=5), st.integers(3, 5))
    def test_one_more_hand_never_ends_later_and_enough_hands_reach_the_critical_path(
        self, drawn, crew
    ):
        work, minutes = drawn

        def ends(hands):
            order, _ = best_order(work, minutes, hands, 120)
            return serial(work, order, minutes[None, :], hands)[1].max()

        assert ends(crew + 1) <= ends(crew) + 1e-9
        assert ends(sum(work.crew)) == pytest.approx(critical_path(work, minutes)[0].max())

    @settings(max_examples=40, deadline=None)
    @given(works())
    def test_many_draws_at_once_are_each_as_if_alone(self, drawn):
        work, minutes = drawn
        order, _ = best_order(work, minutes, 3, 50)
        many = np.array([minutes, minutes[::-1], minutes * 2])
        together = serial(work, order, many, 3)[1]
        for row, own in enumerate(many):
            assert together[row] == pytest.approx(serial(work, order, own[None, :], 3)[1][0])

    def test_where_there_are_too_many_orders_it_says_heuristic_or_proves_the_bound(self):
        work = chain(*[1] * 8, before=((),) * 8)
        _, proof = best_order(work, np.full(8, 2.0), 2, 10)
        assert proof == "optimal"
        uneven = np.array([3.0, 3.0, 2.0, 2.0, 2.0, 1.0, 1.0, 1.0])
        order, proof = best_order(work, uneven, 2, 10)
        ends = serial(work, order, uneven[None, :], 2)[1].max()
        assert (proof == "optimal") == (ends <= 7.5)


class TestLuck:
    def test_the_mean_is_that_of_the_three_points(self):
        drawn = durations({"s": (2.0, 5.0, 14.0)}, 1, "plan", 20_000, 4.0)
        assert drawn.mean() == pytest.approx((2 + 4 * 5 + 14) / 6, rel=0.01)
        assert (drawn.min() >= 2.0, drawn.max() <= 14.0) == (True, True)

    def test_the_spread_is_that_of_the_beta_of_scipy(self):
        from scipy.stats import beta

        drawn = durations({"s": (0.0, 3.0, 10.0)}, 7, "plan", 20_000, 4.0)
        a, b = 1 + 4 * 0.3, 1 + 4 * 0.7
        for share in (0.1, 0.5, 0.9):
            assert np.quantile(drawn, share) == pytest.approx(10 * beta.ppf(share, a, b), rel=0.03)

    def test_the_same_seed_gives_the_same_minutes_and_another_step_changes_none(self):
        one = durations({"a": (1.0, 2.0, 4.0)}, 3, "plan", 50, 4.0)
        two = durations({"b": (1.0, 2.0, 9.0), "a": (1.0, 2.0, 4.0)}, 3, "plan", 50, 4.0)
        assert (one[:, 0] == two[:, 1]).all()
        assert (one != durations({"a": (1.0, 2.0, 4.0)}, 4, "plan", 50, 4.0)).any()

    def test_a_step_without_spread_takes_its_time(self):
        assert durations({"a": (3.0, 3.0, 3.0)}, 1, "plan", 4, 4.0).tolist() == [[3.0]] * 4
