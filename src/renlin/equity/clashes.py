"""Name the limits that cannot be met together, and by how much each would have to give."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from renlin.equity.programmes import Bound, Model
from renlin.equity.samples import FloatArray
from renlin.equity.solver import Accuracy, Programme
from renlin.errors import Fault, Said

_NONE = 1e-7
"""Scaled breaches below this are the solver's tolerance."""


@dataclass(frozen=True)
class Clash:
    """One limit that would have to give way.

    Parameters
    ----------
    limit
        ``budget``, ``max_loss:GROUP``, ``group_line:GROUP`` or ``unit_line``.
    short_by
        How much it must give: yuan more, or harm per person more allowed.
    unit
        ``yuan`` or ``harm``.
    alone
        True when giving way here is enough; False when all limits listed must give.
    """

    limit: str
    short_by: float
    unit: str
    alone: bool

    def fault(self) -> Fault:
        """Return the clash as a fault for a planner."""
        zh, en = ("元", "yuan") if self.unit == "yuan" else ("（人均伤害）", "harm per person")
        together = Said(
            "放宽这一项即可" if self.alone else "须与所列各项一起放宽",
            "easing this alone is enough" if self.alone else "to be eased with the others listed",
        )
        return Fault(
            place="equity.allocation",
            expected=Said("各约束可同时满足", "limits that can be met together"),
            got=Said(
                f"差 {self.short_by:.6g} {zh}，{together.zh}",
                f"short by {self.short_by:.6g} {en}; {together.en}",
            ),
            remedy=Said("请增加预算或放宽约束。", "Raise the budget or ease a limit."),
            column=self.limit,
        )


def clashes(built: Model, accuracy: Accuracy) -> tuple[Clash, ...]:
    """Return what would make the problem possible, least drastic first within a kind.

    First every limit alone; where none is enough alone, the limits whose joint breach is
    smallest, each breach measured in its scaled unit.
    """
    alone = []
    for bound in built.bounds:
        breach = _breaches(built, (bound,), accuracy)
        if breach is not None and breach[0] > _NONE:
            alone.append(Clash(bound.name, float(breach[0] * bound.scale), bound.unit, True))
    if alone:
        return tuple(alone)
    breach = _breaches(built, built.bounds, accuracy)
    if breach is None:
        return ()
    return tuple(
        Clash(bound.name, float(size * bound.scale), bound.unit, False)
        for bound, size in zip(built.bounds, breach, strict=True)
        if size > _NONE
    )


def _breaches(built: Model, eased: tuple[Bound, ...], accuracy: Accuracy) -> FloatArray | None:
    """Return the smallest breach of each eased limit, or None when that is not enough."""
    programme: Programme = built.programme.copy()
    names = [bound.name for bound in eased]
    gives = programme.add_columns(np.zeros(len(eased)), np.full(len(eased), np.inf))
    for bound in built.bounds:
        parts = {bound.block: bound.rows}
        n = len(bound.least)
        if bound.name in names:
            column = np.full(n, names.index(bound.name))
            cells = (np.ones(n), (np.arange(n), column))
            parts[gives] = sparse.csr_array(cells, shape=(n, len(eased)))
        programme.add_rows(parts, bound.least, np.full(n, np.inf))
    solution = programme.minimise({gives: np.ones(len(eased))}, accuracy)
    if solution.status == "infeasible":
        return None
    return solution.values[programme.slices()[gives]]
