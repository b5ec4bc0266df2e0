"""Refuse terms that no plan can keep: say which one, and by how much."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np

from renlin.errors import Fault, Infeasible, Said, SchemeFault, did_you_mean, raise_all
from renlin.space.siting.problem import PLACE, Flags, Problem, Terms

FEW = 10
"""Ids named in one message; more are counted."""


def check_terms(problem: Problem, terms: Terms) -> None:
    """Refuse terms that mean nothing, and those that no plan can keep.

    Raises
    ------
    SchemeFault
        When a term is no number, below zero, or an aversion above zero.
    Infeasible
        When fewer sites are asked for than are built, more than there are, none at all, when
        the budget does not pay the cheapest plan with ``p`` sites, or no way leads anywhere.
    """
    raise_all(list(_odd_terms(terms)), SchemeFault)
    faults = [*_p_faults(problem, terms), *_budget_faults(problem, terms)]
    if not problem.reachable.any():
        faults.append(_no_way())
    raise_all(faults, Infeasible)


def _odd_terms(terms: Terms) -> Iterator[Fault]:
    """Yield what is wrong with single terms, whatever the problem."""
    for name in ("budget", "radius", "epsilon"):
        value = getattr(terms, name)
        if value is not None and not value >= 0:
            yield _odd(name, Said("不小于 0 的数", "a number of zero or more"), value)
    if not -np.inf < terms.aversion <= 0:
        yield _odd("aversion", Said("不大于 0 的数", "a number of zero or less"), terms.aversion)


def _odd(name: str, expected: Said, got: float) -> Fault:
    remedy = Said(f"请改 {name}。", f"Change {name}.")
    return Fault(PLACE, expected, Said(f"{got:g}", f"{got:g}"), remedy, column=name)


def _no_way() -> Fault:
    return Fault(
        PLACE,
        Said("至少一个需求有路通往一处设施", "a way from one demand at least to one site"),
        Said("都没有路", "none"),
        Said("请检查距离或时间一表。", "Check the table of costs."),
        column="costs",
    )


def unreachable(problem: Problem, radius: float, asked: Flags | None = None) -> Fault | None:
    """Return the fault of demands, or of those ``asked``, that no site covers, or None."""
    asked = np.ones(len(problem.demands), bool) if asked is None else asked
    nearest = problem.cost.min(axis=1)
    out = asked & (nearest > radius)
    if not out.any():
        return None
    names = "、".join(problem.demands[out][:FEW].tolist())
    more = "…" if out.sum() > FEW else ""
    least = float(nearest[asked].max())
    needed = (
        Said("这些需求没有路通往任何设施", "no way leads from them to any site")
        if np.isinf(least)
        else Said(f"要 {ceiling(least)} 才够", f"it takes {ceiling(least)}")
    )
    return Fault(
        PLACE,
        Said(f"每个需求在 {radius:g} 以内有一处可设", f"a site within {radius:g} of every demand"),
        Said(
            f"{int(out.sum())} 个需求没有（{names}{more}）；{needed.zh}",
            f"{int(out.sum())} demands without ({names}{more}); {needed.en}",
        ),
        Said(
            "请放宽 radius，或在那里增加备选点。", "Raise the radius, or add candidate sites there."
        ),
        column="radius",
    )


def too_small(problem: Problem, wanted: float) -> Fault | None:
    """Return the fault of sites that together hold fewer than ``wanted`` persons, or None."""
    held = float(problem.capacity.sum())
    if held >= wanted:
        return None
    return Fault(
        PLACE,
        Said(f"容量合计不小于 {wanted:g} 人", f"room for {wanted:g} persons in all"),
        Said(
            f"{held:g} 人，差 {wanted - held:g} 人", f"{held:g} persons, {wanted - held:g} too few"
        ),
        Said("请增加备选点或容量。", "Add sites or room."),
        column="capacity",
    )


def too_few(model: str, terms: Terms, needed: int | float, what: str) -> Infeasible:
    """Return the error of a floor that ``p`` sites or the budget cannot pay."""
    given = terms.p if what == "p" else terms.budget
    short = float(needed) - float(given or 0)
    unit = Said("处", "sites") if what == "p" else Said("元", "yuan")
    return Infeasible(
        Fault(
            PLACE,
            Said(
                f"模型 {model} 至少要 {needed:g} {unit.zh}",
                f"at least {needed:g} {unit.en} for model {model}",
            ),
            Said(f"{given:g} {unit.zh}，差 {short:g}", f"{given:g} {unit.en}, {short:g} too few"),
            Said(f"请提高 {what}，或放宽 radius。", f"Raise {what}, or raise the radius."),
            column=what,
        )
    )


def _p_faults(problem: Problem, terms: Terms) -> list[Fault]:
    p, n, built = terms.p, len(problem.sites), int(problem.built.sum())
    if p is None or max(built, 1) <= p <= n:
        return []
    low = max(built, 1)
    return [
        Fault(
            PLACE,
            Said(f"{low} 到 {n} 处（已建 {built} 处在内）", f"{low} to {n} sites ({built} built)"),
            Said(f"{p} 处", f"{p}"),
            Said("请改 p。", "Change p."),
            column="p",
        )
    ]


def _budget_faults(problem: Problem, terms: Terms) -> list[Fault]:
    if terms.budget is None:
        return []
    asked = 0 if terms.p is None else terms.p - int(problem.built.sum())
    open_prices = np.sort(problem.price[~problem.built])
    if not 0 <= asked <= len(open_prices):
        return []
    least = float(open_prices[:asked].sum())
    if terms.budget >= least:
        return []
    return [
        Fault(
            PLACE,
            Said(
                f"{terms.p} 处最便宜也要 {least:g} 元",
                f"{least:g} yuan, the cheapest {terms.p} sites",
            ),
            Said(
                f"{terms.budget:g} 元，差 {least - terms.budget:g} 元",
                f"{terms.budget:g} yuan, {least - terms.budget:g} too few",
            ),
            Said("请提高 budget 或减少 p。", "Raise the budget or lower p."),
            column="budget",
        )
    ]


def ceiling(value: float) -> str:
    """Return a number with two decimals that is not below ``value``."""
    return f"{np.ceil(value * 100) / 100:.2f}"


def no_room(persons: float) -> Fault:
    """Return the fault of rooms that the best plan still overfills."""
    return Fault(
        PLACE,
        Said("人人有容身之处的方案", "a plan with room for everybody"),
        Said(f"最好的方案仍差 {persons:g} 人", f"{persons:g} too few in the best plan"),
        Said("请提高 p、budget 或容量。", "Raise p, the budget or the room of sites."),
        column="capacity",
    )


def no_cover() -> Fault:
    """Return the fault of rooms too small for everybody within the radius."""
    return Fault(
        PLACE,
        Said("容得下的全覆盖方案", "a plan that covers all within the room of sites"),
        _NONE,
        Said("请放宽 radius 或增加容量。", "Raise the radius or the room of sites."),
        column="capacity",
    )


def missing(column: str, expected: Said) -> Fault:
    """Return the fault of a term the model needs and nobody gave."""
    remedy = Said(f"请给出 {column}。", f"Give {column}.")
    return Fault(PLACE, expected, _NONE, remedy, column=column)


def no_groups() -> Fault:
    """Return the fault of a model for groups where there are none."""
    return Fault(
        PLACE,
        Said("需求表有人群一列", "a column of groups in the demand table"),
        _NONE,
        Said("请用 --group 指明。", "Name it with --group."),
        column="group",
    )


def unknown(model: str, models: Iterable[str]) -> Fault:
    """Return the fault of a model that is not there."""
    known = list(models)
    expected = Said(f"模型之一：{'、'.join(known)}", f"one of the models {', '.join(known)}")
    got, remedy = Said(model, model), did_you_mean(model, known)
    return Fault(PLACE, expected, got, remedy, column="model")


_NONE = Said("没有", "none")
