"""Look for better advice by trying it: simulate, see where people queue, lead some round it.

1. Simulate the ways as they are and read how long people wait at the end of each link.
2. Where most person-seconds are lost, work out the way round that place, with the waits of
   all rounds so far, averaged in equal parts, as costs of the other links (the method of
   successive averages).
3. Advise it to those for whom the way round is least longer, a quarter, half, three quarters
   or all of those who pass there, with and without the slowest group; simulate each.
4. Keep the best of them if the slowest group's mean falls and nobody's rises above the
   limit, and go on from there with the next place, until a whole round brings nothing or all
   trials are used.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from renlin.simulation.advice.blocks import Blocks, blocks, default_rows, way
from renlin.simulation.advice.ways import NO_ADVICE, Advice, detour
from renlin.simulation.ensemble import Counter, Seeds, run_all
from renlin.simulation.observation import Run, Stage

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]
Table = npt.NDArray[np.int32]

ROUND = 10_000.0  # level metres: farther than any way in a community, so that it is avoided
PORTIONS = (0.25, 0.5, 0.75, 1.0)
LEAST_GAIN = 0.05  # s of the slowest group's mean below which a trial is no better
PACE = 1.0  # m/s at which seconds of waiting are turned into level metres


class Limits(NamedTuple):
    """What advice may not do: ``loss``, s, by which any group's mean may rise; ``trials`` sets
    of advice simulated at most; ``places`` queues looked at in one round."""

    loss: float
    trials: int
    places: int


class Trial(NamedTuple):
    """Advice, and what the slowest group wins by it.

    ``levels`` are the means of all groups, s; ``queue`` and ``wait`` the person-seconds and
    the seconds per passage at each link.
    """

    advice: Advice
    levels: Floats
    queue: Floats
    wait: Floats


@dataclass
class Search:
    """A search under way, and at its end what it found.

    Attributes
    ----------
    made, drawn, followed, limits, count
        What is simulated, under which luck, who follows, what may not be done, who is told.
    blocks
        Who can be advised apart from whom.
    base
        The ways as they are.
    best
        The best within the limits; ``base`` when nothing was better.
    nearest
        Of all trials the one that came nearest to being accepted; None when there was none.
    worst
        The slowest group as things are.
    """

    made: Stage
    drawn: Seeds
    followed: Floats
    limits: Limits
    count: Counter
    blocks: Blocks
    base: Trial
    best: Trial
    worst: int
    nearest: Trial | None = None
    n_trials: int = 0
    n_rounds: int = 0
    waits: Floats = field(default_factory=lambda: np.zeros(0))


def search(made: Stage, drawn: Seeds, followed: Floats, limits: Limits, count: Counter) -> Search:
    """Return the search for advice under the luck of ``drawn``, at its end.

    Parameters
    ----------
    followed
        Share of households that follow, by channel.
    count
        Told after every run.
    """
    n_links = made.scene.site.ground.n_links
    none = Advice(np.zeros((0, n_links)), np.full(len(drawn.who.households), NO_ADVICE), followed)
    base = _simulated(made, drawn, none, count)
    known = np.where(np.isnan(base.levels), -np.inf, base.levels)
    found = Search(made, drawn, followed, limits, count, blocks(made, drawn), base, base,
                   int(known.argmax()), waits=np.zeros(n_links))  # fmt: skip
    while found.n_trials < limits.trials and followed.any() and _round(found):
        pass
    return found


def _round(found: Search) -> bool:
    """Try every place of long queues once; return whether anything became better."""
    found.n_rounds += 1
    found.waits = found.waits + (found.best.wait - found.waits) / found.n_rounds
    better = False
    for place in _places(found):
        trials = list(_trials(found, place))
        if not trials:
            continue
        first = min(trials, key=lambda trial: _rank(found, trial))
        if found.nearest is None or _rank(found, first) < _rank(found, found.nearest):
            found.nearest = first
        gain = found.best.levels[found.worst] - first.levels[found.worst]
        if _allowed(found, first) and gain > LEAST_GAIN:
            found.best, better = first, True
    return better


def _rank(found: Search, trial: Trial) -> tuple[bool, float]:
    """Return what trials are sorted by: within the limits first, then the slowest group."""
    return not _allowed(found, trial), float(trial.levels[found.worst])


def _allowed(found: Search, trial: Trial) -> bool:
    """Return whether no group loses more than the limit, or becomes slower than the slowest."""
    harm = np.nanmax(trial.levels - found.base.levels)
    slowest = np.nanmax(trial.levels) <= np.nanmax(found.base.levels)
    return bool(harm <= found.limits.loss and slowest)


def _simulated(made: Stage, drawn: Seeds, advice: Advice, count: Counter) -> Trial:
    runs = run_all(replace(made, advice=advice), drawn, whole=True, count=count)
    queue, wait = _queues(runs)
    return Trial(advice, levels(runs, drawn), queue, wait)


def levels(runs: Sequence[Run], drawn: Seeds) -> Floats:
    """Return the mean time of each group over persons and runs, s; missing where nobody is."""
    return np.asarray(group_means(runs, drawn).mean(axis=0))


def group_means(runs: Sequence[Run], drawn: Seeds) -> Floats:
    """Return the mean time of each group in each run, shape (n_seeds, n_groups)."""
    time = np.stack([run.persons.time for run in runs]).astype(np.float64)
    there = ~np.isnan(time)
    made = np.full((len(runs), len(drawn.who.displays)), np.nan)
    for display in range(len(drawn.who.displays)):
        mine = drawn.who.display == display
        n = there[:, mine].sum(axis=1)
        total = np.where(there, time, 0.0)[:, mine].sum(axis=1)
        made[:, display] = np.where(n > 0, total / np.maximum(n, 1), np.nan)
    return made


def _queues(runs: Sequence[Run]) -> tuple[Floats, Floats]:
    """Return the person-seconds queued at each link and the seconds a passage, means of runs."""
    places = [run.places for run in runs if run.places is not None]
    queue = np.mean([own.queue for own in places], axis=0)
    passed = np.mean([own.persons.sum(axis=1) for own in places], axis=0)
    return queue, np.where(passed > 0, queue / np.maximum(passed, 1.0), 0.0)


def _places(found: Search) -> list[int]:
    """Return the links at whose ends most is lost, the worst first.

    A queue that costs less in all than the least gain of the slowest group is let be.
    """
    queue = found.best.queue
    least = LEAST_GAIN * float((found.drawn.who.display == found.worst).sum())
    order = np.lexsort((np.arange(len(queue)), -queue))
    return [int(k) for k in order[: found.limits.places] if queue[k] > least]


@dataclass(frozen=True)
class _Passing:
    """Households that pass a place now and would not by the way round; metres it is longer."""

    household: Whole
    extra: Floats


def _trials(found: Search, place: int) -> Iterator[Trial]:
    """Yield what comes of leading some round ``place``, one simulation each."""
    current = _current(found)
    avoided = [place, *_following(current, place)]
    surcharge = found.waits * PACE
    surcharge[avoided] += ROUND
    passing = _passing(found, current, surcharge, frozenset(avoided))
    seen = set()
    for chosen in _portions(found, passing):
        mark = chosen.tobytes()
        if mark in seen or found.n_trials >= found.limits.trials:
            continue
        seen.add(mark)
        found.n_trials += 1
        found.count.total += len(found.drawn.luck)
        advice = found.best.advice
        to = advice.way.copy()
        to[chosen] = len(advice.surcharge)
        led = Advice(np.vstack([advice.surcharge, surcharge]), to, found.followed)
        yield _simulated(found.made, found.drawn, led, found.count)


def _current(found: Search) -> dict[int, list[int]]:
    """Return the directed links of each household's way as advised so far."""
    scene, advice = found.made.scene, found.best.advice
    tables = [detour(scene, own, scene.shut) for own in advice.surcharge]
    tables.append(default_rows(found.made))
    return _ways(found, [tables[int(k)] for k in advice.way])


def _ways(found: Search, tables: Sequence[Table]) -> dict[int, list[int]]:
    """Return the way of each household by its table, those alike worked out once."""
    known: dict[tuple[int, int, int], list[int]] = {}
    node, mover = found.made.scene.site.live.node, found.blocks.mover
    ways = {}
    for household in np.flatnonzero(found.blocks.of >= 0):
        table = tables[int(household)]
        key = (id(table), int(mover[household]), int(node[household]))
        if key not in known:
            known[key] = way(found.made, table[key[1]], key[2])
        ways[int(household)] = known[key]
    return ways


def _following(ways: dict[int, list[int]], place: int) -> list[int]:
    """Return the link most ways take after ``place``: whatever is narrow there, it is it."""
    count: dict[int, int] = {}
    for links in ways.values():
        for link, after in pairwise(links):
            if link >> 1 == place:
                count[after >> 1] = count.get(after >> 1, 0) + 1
    return sorted(count, key=lambda link: (-count[link], link))[:1]


def _passing(
    found: Search, current: dict[int, list[int]], surcharge: Floats, avoided: frozenset[int]
) -> _Passing:
    scene = found.made.scene
    table = detour(scene, surcharge, scene.shut)
    length = scene.site.ground.space.length.astype(np.float64)
    round_it = _ways(found, [table] * len(found.blocks.of))
    homes, extra = [], []
    for household, links in current.items():
        other = round_it[household]
        if any(k >> 1 in avoided for k in links) and not any(k >> 1 in avoided for k in other):
            homes.append(household)
            extra.append(sum(length[k >> 1] for k in other) - sum(length[k >> 1] for k in links))
    return _Passing(np.array(homes, dtype=np.int64), np.array(extra))


def _portions(found: Search, passing: _Passing) -> Iterator[Whole]:
    """Yield the households to lead round, whole blocks, least detour first."""
    of, persons = found.blocks.of[passing.household], found.blocks.persons[passing.household]
    slowest = found.blocks.display[of] == found.worst if len(of) else np.zeros(0, dtype=bool)
    for kept in (np.ones(len(of), dtype=bool), ~slowest):
        cells, at = np.unique(of[kept], return_inverse=True)
        if not len(cells):
            continue
        size = np.bincount(at, persons[kept])
        longer = np.bincount(at, passing.extra[kept]) / np.bincount(at)
        order = np.lexsort((cells, longer))
        reached = np.cumsum(size[order])
        for portion in PORTIONS:
            n = int(np.searchsorted(reached, portion * reached[-1] - 1e-9)) + 1
            yield passing.household[np.isin(of, cells[order[:n]]) & kept]
