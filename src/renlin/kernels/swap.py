"""Choose p sites by exchanging one open site for a closed one while that helps.

Minimise ``sum_i min_{j open} c_ij`` over sets of p open sites. With ``c_ij`` =
persons x time this is the p-median; with ``c_ij = w_i exp(-kappa (z_ij - mean))`` it
orders plans as Kolm-Pollak does. The result is a local optimum: no single exchange
makes it better. Assumption: from several starts that is good enough to propose; the exact
solver then proves it or bounds it.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from renlin.kernels.compiled import compiled, entry
from renlin.kernels.contract import F8, I1, I8


class Plan(NamedTuple):
    """The best set of sites found.

    Parameters
    ----------
    sites
        int64 (n_open,), ascending: fixed and chosen.
    total
        Sum of the least cost of every demand.
    start
        Row of ``starts`` that led to it.
    exchanges
        Exchanges made from there.
    """

    sites: I8
    total: float
    start: int
    exchanges: int


class Search(NamedTuple):
    """State of one descent: for each demand its nearest and second nearest open site."""

    cost: F8
    is_open: I1
    is_fixed: I1
    nearest: I8
    first: F8
    second: F8


def choose(cost: F8, starts: I8, fixed: I8) -> Plan:
    """Return the best plan over all ``starts``.

    Parameters
    ----------
    cost
        float64 (n_demands, n_sites), finite, weights included. Where no way leads,
        put a large cost: a plan must be comparable to every other.
    starts
        int64 (n_starts, p): sites to open at first, drawn beforehand; none twice in
        a row, none of ``fixed``.
    fixed
        int64 (m,): sites that are open in every plan, such as existing shelters.

    Raises
    ------
    ValueError
        When a cost is not finite, or a row of ``starts`` names a site twice, a fixed
        one, or one that does not exist.

    Examples
    --------
    >>> import numpy as np
    >>> places = np.array([0.0, 1.0, 9.0, 10.0])
    >>> cost = np.abs(places[:, None] - places[None, :])
    >>> plan = choose(cost, np.array([[0, 1]]), np.array([], dtype=np.int64))
    >>> plan.sites.tolist(), plan.total
    ([1, 2], 2.0)
    """
    columns = np.ascontiguousarray(np.asarray(cost, dtype=np.float64).T)
    rows = np.ascontiguousarray(starts, dtype=np.int64)
    always = np.unique(np.asarray(fixed, dtype=np.int64))
    _check(columns, rows, always)
    plans = []
    for number, row in enumerate(rows):
        is_open = np.zeros(len(columns), dtype=np.int8)
        is_fixed = np.zeros(len(columns), dtype=np.int8)
        is_fixed[always] = 1
        is_open[np.concatenate([row, always])] = 1
        total, exchanges = descend(columns, is_open, is_fixed)
        plans.append(Plan(np.flatnonzero(is_open), float(total), number, int(exchanges)))
    return min(plans, key=lambda plan: (plan.total, plan.sites.tolist()))


def _check(columns: F8, starts: I8, fixed: I8) -> None:
    n_sites = len(columns)
    faults = []
    if not np.isfinite(columns).all():
        faults.append("cost: expected finite numbers; put a large cost where no way leads")
    if starts.ndim != 2 or not len(starts):
        raise ValueError("starts: expected at least one row of sites")
    for name, sites in (("starts", starts), ("fixed", fixed)):
        if sites.size and (sites.min() < 0 or sites.max() >= n_sites):
            faults.append(f"{name}: expected sites 0..{n_sites - 1}")
    ordered = np.sort(starts, axis=1)
    if (np.diff(ordered, axis=1) == 0).any() or np.isin(starts, fixed).any():
        faults.append("starts: expected no site twice in a row and none that is fixed")
    if starts.shape[1] + len(fixed) == 0:
        faults.append("starts: expected at least one open site")
    if faults:
        raise ValueError("\n".join(faults))


@compiled
def look_up(search: Search) -> float:
    """Find the nearest and second nearest open site of every demand; return the total."""
    search.first[:] = np.inf
    search.second[:] = np.inf
    for site in range(search.cost.shape[0]):
        if search.is_open[site] == 0:
            continue
        for demand in range(search.cost.shape[1]):
            here = search.cost[site, demand]
            if here < search.first[demand]:
                search.second[demand] = search.first[demand]
                search.first[demand], search.nearest[demand] = here, site
            elif here < search.second[demand]:
                search.second[demand] = here
    return float(search.first.sum())


@compiled
def worth(search: Search, candidate: int, loss: F8) -> float:
    """Return the gain of opening ``candidate``; fill ``loss`` of closing each open site."""
    loss[:] = 0.0
    gain = 0.0
    for demand in range(search.cost.shape[1]):
        here, first = search.cost[candidate, demand], search.first[demand]
        if here < first:
            gain += first - here
        else:
            loss[search.nearest[demand]] += min(here, search.second[demand]) - first
    return gain


@compiled
def best_exchange(search: Search, loss: F8) -> tuple[float, int, int]:
    """Return the largest net gain with the site to open and the one to close.

    Ties go to the lower numbers.
    """
    best, opening, closing = 0.0, -1, -1
    for candidate in range(search.cost.shape[0]):
        if search.is_open[candidate] != 0:
            continue
        gain = worth(search, candidate, loss)
        for site in range(search.cost.shape[0]):
            if search.is_open[site] == 0 or search.is_fixed[site] != 0:
                continue
            if gain - loss[site] > best:
                best, opening, closing = gain - loss[site], candidate, site
    return best, opening, closing


@entry
def descend(cost: F8, is_open: I1, is_fixed: I1) -> tuple[float, int]:
    """Exchange sites in ``is_open`` while the total falls; return it and the exchanges.

    ``cost`` is (n_sites, n_demands). A gain below 1e-12 of the total counts as none,
    so that rounding cannot make it go round in a circle.
    """
    n_demands = cost.shape[1]
    search = Search(
        cost,
        is_open,
        is_fixed,
        np.zeros(n_demands, np.int64),
        np.zeros(n_demands),
        np.zeros(n_demands),
    )
    loss = np.zeros(cost.shape[0])
    exchanges = 0
    total = look_up(search)
    while True:
        gain, opening, closing = best_exchange(search, loss)
        if opening < 0 or gain <= 1e-12 * abs(total):
            return total, exchanges
        is_open[opening], is_open[closing] = 1, 0
        total = look_up(search)
        exchanges += 1
