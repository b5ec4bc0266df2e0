"""Fit shares of households to margins of households and of persons, and round them.

Iterative proportional updating: each margin in turn scales the households it counts until
the shares stand still. A household that counts k persons of a category is scaled by the
k-th power of one factor, which is the exact projection, so that both levels are met at
once whenever any weighting meets them.

Source: ye2009 (both levels), csiszar1975 (projections), deming_stephan1940 (one level).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, milp

from renlin.errors import DataFault, Fault, Said
from renlin.random_streams import draw

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]
MET = 1e-6  # share: a margin counts as met; shares are written with six decimals
_SWEEPS = 5000  # more have never brought contradictory margins together
_STEPS = 60  # of a root search that doubles its digits
_STALLED = 1e-12  # relative change of the worst gap over a block of sweeps
_BLOCK = 100  # sweeps between two looks at progress
_FIRST = 1e3  # weight of the first target at the end: one person too many outweighs all else
_SPAN = 2  # households of one kind that rounding may add or take
_NODES = 50  # of branch and bound: enough to meet all targets wherever that was possible


@dataclass(frozen=True)
class Constraint:
    """One category of one margin: its count per household, and what it is a share of.

    Attributes
    ----------
    name
        Margin and category, for messages.
    count
        Persons (or 1 for the household) of each household in the category, shape (n,).
    base
        What the share is taken of, counted the same way, shape (n,).
    share
        0-1.
    """

    name: str
    count: Floats
    base: Floats
    share: float


def fitted(prior: Floats, constraints: list[Constraint]) -> Floats:
    """Return shares of households (sum 1) that meet every constraint to ``MET``.

    Among all that do, those nearest to ``prior`` in relative entropy, when every base is
    fixed by the constraints.

    Raises
    ------
    DataFault
        When the margins contradict each other: with each that cannot be met, and what was
        reached.
    """
    weights = prior.copy()
    for constraint in constraints:
        if constraint.share == 0.0:
            weights[constraint.count > 0] = 0.0
    moving = [c for c in constraints if c.share > 0.0]
    if weights.sum() <= 0:
        raise DataFault([_unmet(c, 0.0) for c in constraints if c.share == 0.0])
    worst = np.inf
    for sweep in range(_SWEEPS):
        for constraint in moving:
            weights = _projected(weights, constraint)
        weights /= weights.sum()
        if sweep % _BLOCK == 0 or sweep < _BLOCK:
            gap = max((abs(reached(weights, c) - c.share) for c in moving), default=0.0)
            if gap <= MET / 10:
                return weights
            if sweep % _BLOCK == 0 and sweep > 0:
                if worst - gap <= _STALLED * worst and gap > MET:
                    break
                worst = gap
    faults = [
        _unmet(c, reached(weights, c)) for c in moving if abs(reached(weights, c) - c.share) > MET
    ]
    if faults:
        raise DataFault(faults)
    return weights


def reached(weights: Floats, constraint: Constraint) -> float:
    """Return the share of the category under ``weights``; 0 when its base is empty."""
    base = float(weights @ constraint.base)
    return float(weights @ constraint.count) / base if base > 0 else 0.0


def _projected(weights: Floats, constraint: Constraint) -> Floats:
    """Return the nearest weights under which the category has its share of its base now."""
    target = constraint.share * float(weights @ constraint.base)
    used = (constraint.count > 0) & (weights > 0)
    if not used.any() or target <= 0:
        return weights
    factor = _root(weights[used], constraint.count[used], target)
    changed = weights.copy()
    changed[used] *= factor ** constraint.count[used]
    return changed


def _root(weights: Floats, count: Floats, target: float) -> float:
    """Return x with ``sum(w k x^k) = target``, for positive w and whole k, by Newton in log x."""
    if count.max() == count.min():
        power = float(count[0])
        return float((target / float(weights @ count)) ** (1.0 / power))
    log_x = 0.0
    for _ in range(_STEPS):
        terms = weights * count * np.exp(count * log_x)
        value, slope = float(terms.sum()), float(terms @ count)
        step = (np.log(value) - np.log(target)) * value / slope
        log_x -= step
        if abs(step) < 1e-14:
            break
    return float(np.exp(log_x))


def whole_numbers(
    weights: Floats, codes: tuple[str, ...], targets: Floats, counts: Floats, *, seed: int
) -> Whole:
    """Return how many households of each sort there are, whole, by seeded controlled rounding.

    The expected numbers are cut to whole ones and the rest is drawn systematically; then
    each kind of household is changed by at most ``_SPAN`` so that the counts come nearest
    to their targets, the first target before all others. Households that count alike are
    one kind; within it the sort furthest from its expected number changes.

    Parameters
    ----------
    weights
        Expected number of each sort, shape (n,).
    codes
        Names of the sorts: the luck belongs to the name, not to its place.
    targets
        Whole target of every count, shape (p,), the most binding first.
    counts
        What one household adds to each count, shape (n, p).
    """
    numbers = _drawn(weights, codes, seed)
    kinds, kind_of = np.unique(np.column_stack([counts, weights > 0]), axis=0, return_inverse=True)
    held: Floats = np.bincount(kind_of, weights=numbers, minlength=len(kinds)).astype(float)
    room = np.where(kinds[:, -1] > 0, float(_SPAN), 0.0)
    bounds = (np.maximum(held - room, 0.0), held + room)
    changes = _nearest(kinds[:, :-1], targets, bounds, held) - held
    for kind in np.flatnonzero(changes):
        step = int(np.sign(changes[kind]))
        for _ in range(abs(int(changes[kind]))):
            numbers[_least_fitting(int(kind), kind_of, numbers, weights, step)] += step
    return numbers


def _nearest(
    counts: Floats, targets: Floats, bounds: tuple[Floats, Floats], held: Floats
) -> Floats:
    """Return whole numbers x within ``bounds`` that minimise ``sum_c w_c |x @ counts - t|_c``.

    Branch and bound with a fixed number of nodes, never a clock: the same question has the
    same answer. Without one found in time, ``held`` stands.
    """
    n, p = counts.shape
    weight = np.ones(p)
    weight[0] = _FIRST
    balance = np.hstack([counts.T, np.eye(p), -np.eye(p)])
    done = milp(
        np.concatenate([np.zeros(n), weight, weight]),
        constraints=LinearConstraint(balance, targets, targets),
        bounds=Bounds(
            np.concatenate([bounds[0], np.zeros(2 * p)]),
            np.concatenate([bounds[1], np.full(2 * p, np.inf)]),
        ),
        integrality=np.concatenate([np.ones(n), np.zeros(2 * p)]),
        options={"node_limit": _NODES},
    )
    return held if done.x is None else np.round(done.x[:n])


def _least_fitting(kind: int, kind_of: Whole, numbers: Whole, weights: Floats, change: int) -> int:
    """Return the sort of one kind that is most below (or above) its expected number."""
    sorts = np.flatnonzero(kind_of == kind)
    if change < 0:
        sorts = sorts[numbers[sorts] > 0]
    return int(sorts[np.argmax(change * (weights[sorts] - numbers[sorts]))])


def _drawn(weights: Floats, codes: tuple[str, ...], seed: int) -> Whole:
    """Return the whole parts, and one more for a systematic draw of the fractions."""
    whole = np.floor(weights).astype(np.int64)
    fraction = weights - whole
    luck = draw(seed, "household sort", codes)
    order = np.lexsort((np.arange(len(codes)), luck))
    start = float(draw(seed, "household sort start", ["start"])[0])
    ends = np.cumsum(fraction[order])
    chosen = np.floor(ends - start) - np.floor(np.concatenate([[0.0], ends[:-1]]) - start) > 0
    whole[order[chosen]] += 1
    return whole


def _unmet(constraint: Constraint, share: float) -> Fault:
    return Fault(
        "margins.csv",
        Said(f"{constraint.share:.4%}", f"{constraint.share:.4%}"),
        Said(f"最多只能到 {share:.4%}", f"no better than {share:.4%}"),
        Said("这些边际互相矛盾，改正其中一项。", "The margins contradict each other: correct one."),
        None,
        constraint.name,
    )


def largest_remainder(shares: Floats, total: int) -> Whole:
    """Return ``total`` in whole parts by ``shares``; each within 1 of its exact part.

    Ties go to the earlier part.
    """
    exact = shares / shares.sum() * total
    parts: Whole = np.floor(exact + 1e-9).astype(np.int64)
    order = np.lexsort((np.arange(len(parts)), parts - exact))
    parts[order[: total - int(parts.sum())]] += 1
    return parts
