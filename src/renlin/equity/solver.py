"""Solve linear and mixed-integer programmes with HiGHS, the same way every time.

One thread and a fixed seed: the same programme gives the same bytes. A search that is cut
short is limited by nodes, never by the clock.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

import highspy
import numpy as np
from scipy import sparse

from renlin.equity.samples import FloatArray
from renlin.errors import Fault, Infeasible, Said

Status: TypeAlias = Literal["optimal", "bound", "infeasible"]

_TOLERANCE = 1e-9
"""Feasibility and optimality of the scaled programme, without unit."""


@dataclass(frozen=True)
class Accuracy:
    """How far the search for whole-number plans goes; plans of shares are always exact.

    Parameters
    ----------
    gap
        Accepted distance between the plan found and the proven bound, as a share.
    node_limit
        Branches after which the best plan found is returned with its bound.
    """

    gap: float = 1e-6
    node_limit: int = 2_000


@dataclass(frozen=True, eq=False)
class Solution:
    """A point, its cost, and what is proven about any better one."""

    status: Status
    values: FloatArray
    cost: float
    bound: float


@dataclass
class Programme:
    """Columns and rows gathered block by block; costs come with each question."""

    lower: list[FloatArray] = field(default_factory=list)
    upper: list[FloatArray] = field(default_factory=list)
    whole: list[FloatArray] = field(default_factory=list)
    blocks: list[dict[int, Any]] = field(default_factory=list)
    row_lower: list[FloatArray] = field(default_factory=list)
    row_upper: list[FloatArray] = field(default_factory=list)

    def add_columns(self, lower: FloatArray, upper: FloatArray, *, whole: bool = False) -> int:
        """Add a block of columns, free between the bounds; return its number."""
        self.lower.append(lower)
        self.upper.append(upper)
        self.whole.append(np.full(len(lower), float(whole)))
        return len(self.lower) - 1

    def add_rows(self, parts: dict[int, Any], lower: FloatArray, upper: FloatArray) -> None:
        """Add rows ``lower <= sum of part @ column block <= upper``."""
        self.blocks.append(parts)
        self.row_lower.append(lower)
        self.row_upper.append(upper)

    def copy(self) -> Programme:
        """Return a programme that can grow without touching this one."""
        return Programme(
            list(self.lower),
            list(self.upper),
            list(self.whole),
            list(self.blocks),
            list(self.row_lower),
            list(self.row_upper),
        )

    def slices(self) -> list[slice]:
        """Return where each block of columns lies in the solution."""
        ends = np.cumsum([len(block) for block in self.lower]).tolist()
        return [slice(int(a), int(b)) for a, b in zip([0, *ends], ends, strict=False)]

    def matrix(self) -> Any:
        """Return all rows as one sparse matrix by columns."""
        widths = [len(block) for block in self.lower]
        rows = []
        for parts, lower in zip(self.blocks, self.row_lower, strict=True):
            rows.append(
                [
                    sparse.csr_array(parts[b])
                    if b in parts
                    else sparse.csr_array((len(lower), width))
                    for b, width in enumerate(widths)
                ]
            )
        return sparse.csc_array(sparse.block_array(rows, format="csc"))

    def minimise(
        self, costs: dict[int, FloatArray], accuracy: Accuracy, start: FloatArray | None = None
    ) -> Solution:
        """Return the cheapest point.

        Parameters
        ----------
        costs
            Cost per unit of each column, by block; blocks not named cost nothing.
        accuracy
            Used where columns must be whole.
        start
            A feasible point from which a search for whole numbers begins, or None.

        Raises
        ------
        Infeasible
            When the search was cut short before any plan was found.
        """
        cost = np.concatenate(
            [costs.get(b, np.zeros(len(block))) for b, block in enumerate(self.lower)]
        )
        highs = _engine(accuracy)
        highs.passModel(self._model(cost))
        whole = bool(np.concatenate(self.whole).any())
        if whole and start is not None:
            point = highspy.HighsSolution()
            point.col_value = start.tolist()
            highs.setSolution(point)
        highs.run()
        return _read(highs, whole=whole)

    def _model(self, cost: FloatArray) -> Any:
        matrix = self.matrix()
        model = highspy.HighsLp()
        model.num_row_, model.num_col_ = matrix.shape
        model.col_cost_ = cost
        model.col_lower_ = np.concatenate(self.lower)
        model.col_upper_ = np.concatenate(self.upper)
        model.row_lower_ = np.concatenate(self.row_lower)
        model.row_upper_ = np.concatenate(self.row_upper)
        model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        model.a_matrix_.start_ = matrix.indptr
        model.a_matrix_.index_ = matrix.indices
        model.a_matrix_.value_ = matrix.data
        whole = np.concatenate(self.whole)
        if whole.any():
            kinds = (highspy.HighsVarType.kContinuous, highspy.HighsVarType.kInteger)
            model.integrality_ = [kinds[int(w)] for w in whole]
        return model


class _Silent(highspy.Highs):  # type: ignore[misc]
    """HiGHS that never prints: its banner comes while callbacks are enabled, so silence first."""

    def enableCallbacks(self) -> None:  # noqa: N802
        self.silent()
        super().enableCallbacks()


def _engine(accuracy: Accuracy) -> Any:
    highs = _Silent()
    for option, value in (
        ("threads", 1),
        ("parallel", "off"),
        ("random_seed", 0),
        ("primal_feasibility_tolerance", _TOLERANCE),
        ("dual_feasibility_tolerance", _TOLERANCE),
        ("mip_feasibility_tolerance", _TOLERANCE),
        ("mip_rel_gap", accuracy.gap),
        ("mip_abs_gap", 0.0),
        ("mip_max_nodes", accuracy.node_limit),
    ):
        highs.setOptionValue(option, value)
    return highs


def _read(highs: Any, *, whole: bool) -> Solution:
    status = highs.getModelStatus()
    known = highspy.HighsModelStatus
    if status in (known.kInfeasible, known.kUnboundedOrInfeasible):
        return Solution("infeasible", np.empty(0), float("nan"), float("nan"))
    info = highs.getInfo()
    if info.primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
        raise Infeasible(_cut_short())
    values = np.array(highs.getSolution().col_value)
    cost = float(info.objective_function_value)
    if status == known.kOptimal:
        return Solution("optimal", values, cost, float(info.mip_dual_bound) if whole else cost)
    return Solution("bound", values, cost, float(info.mip_dual_bound) if whole else float("-inf"))


def _cut_short() -> Fault:
    return Fault(
        place="equity.allocation",
        expected=Said("在节点上限内找到一个方案", "a plan found within the node limit"),
        got=Said("没有找到", "none found"),
        remedy=Said("请提高 node_limit 或放宽约束。", "Raise node_limit or ease the limits."),
        column="node_limit",
    )
