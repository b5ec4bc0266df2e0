"""Choose pairs of households and helpers: nobody left out first, then nobody waiting long.

In this order, each only among the best of the ones before it:

1. fewest first helpers lacking, the highest rank first
2. of those who must be carried, fewest with too few bearers
3. fewest backups lacking, the highest rank first
4. the longest way of a first helper as short as can be
5. fewest households to whom somebody comes, but nobody at night
6. the least way of all first helpers; a pair proposed before is kept where that costs little
7. the least way of all backups, who can lift where somebody must be carried

First helpers are chosen before backups, and only moved for them where a backup would else
be lacking that could be had (the capacity left over, and households nobody may stand in
for, bound it): then both are chosen together, for all where they are few, else for the
households around the lacking ones, wider and wider.

Source: governance reference A05 (assumptions in parameters.toml).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from renlin.catalogue.load import Catalogue
from renlin.governance.candidates import Able, Edges, Open, able, edges, still_open
from renlin.governance.choice import SLACK, Choice, Held, Picked, count, weights
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
        First helpers (strong where somebody must be carried) and backups lacking, and
        whether somebody comes but nobody at night. Shape (n_households,).
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

    Candidates are the nearest helpers. More are taken in until as much of the need can be
    met as with all of them, so that pruning makes no shortage; households without a backup
    or without anybody at night are looked at once more with many more candidates.
    """
    weighed = weights(catalogue)
    may = able(wanted)
    left = still_open(wanted, may, weighed.load)
    enough = _enough(wanted, may, left, int(catalogue.number("pair_candidates")))
    nearest = np.full(len(wanted.households), enough)
    choice = Choice(wanted, edges(wanted, may, left, nearest), weighed)
    found = _among(choice, left)
    proven = int(found.backup.sum()) <= _bound(choice, left, int(found.first.sum()))
    short = (found.night > 0) | ((found.backup > 0) & (not proven))
    most = int(catalogue.number("pair_candidates_most"))
    if short.any() and enough < min(most, len(wanted.helpers)):
        nearest[short] = most
        found = _among(Choice(wanted, edges(wanted, may, left, nearest), weighed), left)
    return replace(found, nearest=min(int(nearest.max(initial=0)), len(wanted.helpers)))


def _enough(wanted: Demand, may: Able, left: Open, nearest: int) -> int:
    """Return how many candidates per household meet as much of the need as all would."""
    best = None
    while nearest < len(wanted.helpers):
        met = _ranks(wanted, edges(wanted, may, left, nearest), left)
        if not met or met[-1] == left.need.sum():
            return nearest
        if best is None:
            best = _ranks(wanted, edges(wanted, may, left, len(wanted.helpers)), left)
        if met == best:
            return nearest
        nearest *= GROWTH
    return max(nearest, 1)


def _ranks(wanted: Demand, among: Edges, left: Open) -> tuple[int, ...]:
    at, priority = among.first, wanted.households["priority"].to_numpy(dtype=np.float64)
    return ranks(among.home[at], among.helper[at], left.need, _whole(left.capacity), priority)


def _among(choice: Choice, left: Open) -> Match:
    """Return the best pairs among the candidates of the choice."""
    nobody = np.zeros(0, dtype=bool)
    if len(choice.among.home) == 0:
        return _match(choice, left, Picked(nobody, nobody, optimal=True))
    picked = _first_then_backups(choice, left, _first_helpers(choice, left))
    least = _bound(choice, left, int(picked.first.sum()))
    around = np.zeros(choice.n, dtype=bool)
    while _lacking(choice, left, picked).sum() > least and not around.all():
        around = _wider(choice, picked, around | (_lacking(choice, left, picked) > 0))
        picked = _together(choice, left, picked, around)
        if around.sum() > choice.weighed.together and not around.all():
            picked = replace(picked, optimal=False)
            break
    return _match(choice, left, picked)


def _lacking(choice: Choice, left: Open, picked: Picked) -> Whole:
    """Return the backups each household lacks."""
    return left.backup - count(choice.among.home[picked.backup], choice.n)


def _wider(choice: Choice, picked: Picked, around: Flags) -> Flags:
    """Return the households with those that took a helper they could have; few are all."""
    if choice.n <= choice.weighed.together:
        return np.ones(choice.n, dtype=bool)
    home, helper = choice.among.home, choice.among.helper
    asked = np.zeros(choice.m, dtype=bool)
    asked[helper[around[home]]] = True
    wider = around.copy()
    wider[home[(picked.first | picked.backup) & asked[helper]]] = True
    return wider


def _together(choice: Choice, left: Open, picked: Picked, around: Flags) -> Picked:
    """Return ``picked`` with both parts of the households ``around`` chosen anew in one."""
    inside = around[choice.among.home]
    stay = Picked(picked.first & ~inside, picked.backup & ~inside, picked.optimal)
    used = np.bincount(
        choice.among.helper, stay.first + choice.weighed.load * stay.backup, minlength=choice.m
    )
    mine = replace(
        left,
        need=np.where(around, left.need, 0),
        backup=np.where(around, left.backup, 0),
        night=np.where(around, left.night, 0),
        capacity=np.maximum(left.capacity - used, 0.0),
    )
    part = choice.only(inside)
    held = _first_helpers(part, mine)
    fewest = part.least(mine, held, part.lacking_backups())
    longest = float(choice.among.time[stay.first].max(initial=0.0))
    anew = _closest(part, mine, [*held, fewest], longest)
    first, backup = stay.first.copy(), stay.backup.copy()
    first[inside], backup[inside] = anew.first, anew.backup
    return Picked(first, backup, anew.optimal and stay.optimal)


def _first_helpers(choice: Choice, left: Open) -> list[Held]:
    """Return the least lacking of first helpers, and of households with too few bearers."""
    at, among = choice.among.first, choice.among
    room, need = _whole(left.capacity), left.need
    met = ranks(among.home[at], among.helper[at], need, room, choice.priority)
    levels = sorted(set(choice.priority[need > 0]), reverse=True)
    gained = np.diff(np.array([0, *met])) if met else np.zeros(0)
    lacking = float(choice.priority @ need - gained @ np.array(levels))
    held = [Held(choice.lacking_helpers(), lacking)]
    if lacking > SLACK and (choice.carry & (need > 1)).any():
        alone = replace(left, backup=np.zeros_like(left.backup))
        held.append(choice.least(alone, held, choice.too_few_bearers()))
    return held


def _first_then_backups(choice: Choice, left: Open, held: list[Held]) -> Picked:
    """Return first helpers chosen as if there were no backups, then backups from what is left."""
    nobody = np.zeros(choice.n, dtype=np.int64)
    come = _closest(choice, replace(left, backup=nobody), held)
    used = count(choice.among.helper[come.first], choice.m)
    after = replace(left, need=nobody, night=nobody, capacity=left.capacity - used)
    fewest = choice.least(after, [], choice.lacking_backups(), come.first)
    stand = choice.nearest(after, [fewest], limit=np.inf, taken=come.first)
    return Picked(come.first, stand.backup, come.optimal and stand.optimal)


def _closest(choice: Choice, left: Open, held: list[Held], least: float = 0.0) -> Picked:
    """Return the best choice with the shortages held: the longest way, then the total way.

    The flows tell the longest way where only first helpers are held; else it is searched.
    A way no longer than ``least`` seconds counts for nothing: others are that far already.
    """
    at, among = choice.among.first, choice.among
    room = _whole(left.capacity)
    low = shortest_reach(
        among.home[at], among.helper[at], among.time[at], left.need, room, choice.priority
    )
    low = max(low, least)
    if len(held) == 1:
        return choice.nearest(left, held, limit=low)
    levels = np.unique([low, *among.time[at & (among.time >= low)]])
    start, end, middle = 0, len(levels) - 1, 0
    while start < end:
        if choice.possible(left, held, limit=float(levels[middle])):
            end = middle
        else:
            start = middle + 1
        middle = (start + end) // 2
    return choice.nearest(left, held, limit=float(levels[start]))


def _bound(choice: Choice, left: Open, n_first: int) -> int:
    """Return how many backups are lacking at least, however the helpers are shared out."""
    asked = count(choice.among.home[choice.among.backup], choice.n) > 0
    room = np.floor((left.capacity.sum() - n_first) / choice.weighed.load + SLACK)
    return int(max(left.backup[~asked].sum(), left.backup.sum() - room))


def _match(choice: Choice, left: Open, picked: Picked) -> Match:
    home, n = choice.among.home, choice.n
    chosen = picked.first | picked.backup
    helpers = left.need - count(home[picked.first], n)
    awake = count(home[picked.first & choice.awake], n)
    return Match(
        home[chosen],
        choice.among.helper[chosen],
        picked.first[chosen],
        helpers,
        left.backup - count(home[picked.backup], n),
        np.where(helpers > 0, 0, np.maximum(left.night - awake, 0)),
        "optimal" if picked.optimal else "bound",
        0,
    )


def _whole(capacity: Floats) -> Whole:
    return np.floor(capacity + SLACK).astype(np.int64)
