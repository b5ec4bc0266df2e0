"""Choose pairs of households and helpers: nobody left out first, then nobody waiting long.

In this order, each only among the best of the ones before it:

1. fewest first helpers lacking, the highest rank first
2. of those who must be carried, fewest with too few bearers
3. fewest backups lacking, the highest rank first
4. fewest households without anybody at night
5. the longest way of a first helper as short as can be
6. least total way, a backup's weighed less; what was proposed before is kept where that
   costs little

First helpers are chosen before backups. That is exact whenever no backup is then lacking
that could be had (the capacity left over, and households nobody may stand in for, bound
it); otherwise both are chosen together.

Source: governance reference A05 (assumptions in parameters.toml).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from renlin.catalogue.load import Catalogue
from renlin.governance.candidates import Able, Open, able, edges, still_open
from renlin.governance.choice import SLACK, Choice, Picked, Weights, count, weights
from renlin.governance.demand import Demand
from renlin.governance.flows import ranks, shortest_reach

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]
GROWTH = 2


@dataclass(frozen=True)
class Match:
    """Pairs chosen beside the agreed ones, and what is lacking.

    Attributes
    ----------
    home, helper
        Positions in the demand. Shape (n_pairs,).
    first
        Whether the helper comes first; else stands in.
    helpers, backup, night
        First helpers (strong where somebody must be carried), backups and helpers at night
        lacking. Shape (n_households,).
    status
        ``optimal``, or ``bound`` where the search was cut short.
    nearest
        Candidates considered per household.
    """

    home: Whole
    helper: Whole
    first: Flags
    helpers: Whole
    backup: Whole
    night: Whole
    status: str
    nearest: int


def match(wanted: Demand, catalogue: Catalogue) -> Match:
    """Return the best pairs for ``wanted`` beside the agreed ones.

    Candidates are the nearest; more are taken in until what is lacking is proven to be
    lacking, so that pruning makes no shortage.
    """
    weighed = weights(catalogue)
    may = able(wanted)
    left = still_open(wanted, may, weighed.load)
    nearest = int(catalogue.number("pair_candidates"))
    most = int(catalogue.number("pair_candidates_most"))
    while True:
        found = _among(wanted, may, left, weighed, nearest)
        every = nearest >= len(wanted.helpers)
        wide = nearest >= most or not (found.backup.any() or found.night.any())
        if every or (wide and _proven(found, wanted, may, left)):
            return found
        nearest *= GROWTH


def _proven(found: Match, wanted: Demand, may: Able, left: Open) -> bool:
    """Return whether no further candidate could lessen the first helpers lacking."""
    if not found.helpers.any():
        return True
    every = edges(wanted, may, left, len(wanted.helpers))
    priority = wanted.households["priority"].to_numpy(dtype=np.float64)
    at = every.first
    best = ranks(every.home[at], every.helper[at], left.need, _whole(left.capacity), priority)
    met = left.need - found.helpers
    levels = sorted(set(priority[left.need > 0]), reverse=True)
    return tuple(int(met[priority >= level].sum()) for level in levels) == best


def _among(wanted: Demand, may: Able, left: Open, weighed: Weights, nearest: int) -> Match:
    """Return the best pairs among the ``nearest`` candidates of each household."""
    among = edges(wanted, may, left, nearest)
    choice = Choice(wanted, among, weighed)
    picked = _first_then_backups(choice, left)
    home, n = among.home, choice.n
    lacking = left.backup - count(home[picked.backup], n)
    if int(lacking.sum()) > _bound(choice, left, picked.first):
        picked = _closest(choice, left)
    chosen = picked.first | picked.backup
    return Match(
        home[chosen],
        among.helper[chosen],
        picked.first[chosen],
        left.need - count(home[picked.first], n),
        left.backup - count(home[picked.backup], n),
        np.maximum(left.night - count(home[picked.first & choice.awake], n), 0),
        "optimal" if picked.optimal else "bound",
        min(nearest, choice.m),
    )


def _first_then_backups(choice: Choice, left: Open) -> Picked:
    """Return first helpers chosen as if there were no backups, then backups from what is left."""
    nobody = np.zeros(choice.n, dtype=np.int64)
    come = _closest(choice, replace(left, backup=nobody))
    used = count(choice.among.helper[come.first], choice.m)
    after = replace(left, need=nobody, night=nobody, capacity=left.capacity - used)
    totals = (0.0, 0.0, choice.fewest_backups_lacking(after, come.first), 0.0)
    stand = choice.nearest(after, np.inf, totals, come.first)
    if stand is None:
        raise AssertionError("backups that were just found cannot be missing")
    return Picked(come.first, stand.backup, come.optimal and stand.optimal)


def _bound(choice: Choice, left: Open, first: Flags) -> int:
    """Return how many backups are lacking at least, however the helpers are shared out."""
    asked = count(choice.among.home[choice.among.backup], choice.n) > 0
    room = np.floor((left.capacity.sum() - first.sum()) / choice.weighed.load + SLACK)
    return int(max(left.backup[~asked].sum(), left.backup.sum() - room))


def _closest(choice: Choice, left: Open) -> Picked:
    """Return the best choice: shortages least, then the longest way, then the total way."""
    among, may = choice.among, choice.among.first
    home, helper, time = among.home[may], among.helper[may], among.time[may]
    room, need = _whole(left.capacity), left.need
    low = shortest_reach(home, helper, time, need, room, choice.priority)
    found = choice.nearest(left, low, (0.0,) * len(choice.shortages()))
    if found is not None:
        return found
    totals = choice.least_shortages(left)
    levels = np.unique(time[time >= low]) if (time >= low).any() else np.array([low])
    return _first_that_holds(choice, left, levels, totals)


def _first_that_holds(
    choice: Choice, left: Open, levels: Floats, totals: list[float]
) -> Picked:
    """Return the choice with the smallest longest way that keeps the shortages at their least."""
    found, start, end = None, 0, len(levels) - 1
    middle = 0
    while start <= end:
        tried = choice.nearest(left, float(levels[middle]), totals)
        if tried is None:
            start = middle + 1
        else:
            found, end = tried, middle - 1
        middle = (start + end) // 2
    if found is None:
        raise AssertionError("the least shortages can be kept with any way allowed")
    return found


def _whole(capacity: Floats) -> Whole:
    return np.floor(capacity + SLACK).astype(np.int64)
