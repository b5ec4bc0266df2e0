"""Choose sites among made-up points: exchanges, proof, and HiGHS on the model with assignments.

The peer is given the same problem, one thread and a limit of time; where it does not finish,
the row says how far it came.
"""

from __future__ import annotations

from time import process_time

import highspy
import numpy as np
from scipy import sparse

from benchmarks import Row
from renlin.space.siting import Problem, Terms, stated
from renlin.space.siting.rooms import answered
from renlin.space.siting.search import by_exchange, total, weighted

SIDE = 5_000.0
"""Length of the square the points lie in, m."""
PATIENCE = 60.0
"""Wall time the peer gets, s."""
CASES = ((300, 60, 6), (1_000, 200, 15), (5_000, 500, 30))


def rows() -> list[Row]:
    """Return time and distance to the optimum for each size; the peer on the smallest."""
    made = [_ours(*size) for size in CASES]
    return [*made, _peer(*CASES[0])]


def _place(n: int, m: int) -> Problem:
    """Return points spread evenly with 1 to 29 persons each."""
    luck = np.random.default_rng(1)
    here, there = luck.random((n, 2)) * SIDE, luck.random((m, 2)) * SIDE
    cost = np.linalg.norm(here[:, None] - there[None], axis=2)
    return stated(range(n), range(m), cost, weight=luck.integers(1, 30, n))


def _ours(n: int, m: int, p: int) -> Row:
    problem, terms = _place(n, m), Terms(p=p)
    costs = weighted(problem)
    by_exchange(problem, costs, p, terms)
    start = process_time()
    plan = by_exchange(problem, costs, p, terms)
    searched = process_time() - start
    start = process_time()
    found = answered(problem, "p-median", terms)
    proved = process_time() - start
    off = total(costs, plan) / found.objective - 1
    gap = 1 - found.bound / found.objective
    told = f"exchanges {searched:.2f} CPU-s, {off:.2%} off the best; {found.status}"
    told += f" (gap {gap:.2%}) in {proved:.1f} CPU-s"
    bar = "<= 0.2 CPU-s, within 1 %" if (n, m) == (1_000, 200) else ""
    return Row(f"siting: p-median {n:,} x {m}, p {p}", told, bar)


def _peer(n: int, m: int, p: int) -> Row:
    """Solve the model with assignments by HiGHS alone."""
    problem = _place(n, m)
    costs = weighted(problem)
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = m + n * m, 1 + n + n * m
    model.col_cost_ = np.concatenate([np.zeros(m), costs.ravel()])
    model.col_lower_, model.col_upper_ = np.zeros(m + n * m), np.ones(m + n * m)
    pairs = np.arange(n * m)
    one = sparse.csr_array(np.ones((1, m)))
    whole = sparse.csr_array((np.ones(n * m), (pairs // m, pairs)))
    opened = sparse.csr_array((-np.ones(n * m), (pairs, pairs % m)))
    matrix = sparse.csc_array(
        sparse.block_array([[one, None], [None, whole], [opened, sparse.eye_array(n * m)]])
    )
    model.row_lower_ = np.concatenate([[p], np.ones(n), np.full(n * m, -np.inf)])
    model.row_upper_ = np.concatenate([[p], np.ones(n), np.zeros(n * m)])
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_, model.a_matrix_.index_ = matrix.indptr, matrix.indices
    model.a_matrix_.value_ = matrix.data
    whole_number, free = highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous
    model.integrality_ = [whole_number] * m + [free] * (n * m)
    engine = highspy.Highs()
    engine.setOptionValue("output_flag", False)
    engine.setOptionValue("threads", 1)
    engine.setOptionValue("time_limit", PATIENCE)
    engine.passModel(model)
    start = process_time()
    engine.run()
    gap = engine.getInfo().mip_gap
    told = f"{process_time() - start:.1f} CPU-s, gap {gap:.2%}"
    return Row(f"peer: HiGHS with assignments, {n} x {m}", told, "")
