"""Learn how often fields agree among true pairs and by chance, from counted patterns alone.

A pair shows a pattern: one level per comparison. With ``lambda`` the share of true pairs
in a source of pairs, ``m`` and ``u`` the chances of each level among true and other pairs,

    P(pattern) = lambda * prod m[level] + (1 - lambda) * prod u[level].

All sources share one ``m``; each has its own ``lambda``. A comparison that a source fixes
by construction (its blocking rule) says nothing there. ``u`` comes from random pairs with
the expected true pairs taken out: in a small table with many duplicates, pairs that agree
on an e-mail address by chance are far rarer than pairs that agree.

Source: fellegi_sunter (the model; that expectation-maximisation learns it, as is usual).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Counts = npt.NDArray[np.int64]
TURNS = 500
CLOSE = 1e-7
"""Change of the share of true pairs, relative, at which learning ends."""
CHANCE = 0.5  # pseudo-count of each level among random pairs (Jeffreys)


@dataclass
class Source:
    """Pairs of one origin, counted by pattern.

    Attributes
    ----------
    patterns
        Level of each comparison, -1 unknown or fixed; shape (n_patterns, n_comparisons).
    counts
        Pairs of each pattern.
    share
        Share of true pairs, learnt; never above ``most``.
    teaches
        Whether its true pairs tell how true pairs look.
    random
        Whether its other pairs tell how chance looks.
    known
        Whether every pair of it is known to be true.
    """

    patterns: Counts
    counts: Floats
    share: float
    most: float = 1.0
    teaches: bool = True
    random: bool = False
    known: bool = False
    chances: Floats = field(default_factory=lambda: np.zeros(0))


@dataclass(frozen=True)
class Learnt:
    """Chances of each level (rows as levels 0..top) and what backed them.

    ``seen`` is the expected number of true pairs per level, ``seen_u`` of other pairs.
    """

    m: tuple[Floats, ...]
    u: tuple[Floats, ...]
    seen: tuple[Floats, ...]
    seen_u: tuple[Floats, ...]


def starting(n_levels: int, exact: float, differ: float) -> Floats:
    """Return the chances among true pairs before learning, shape (n_levels,)."""
    if n_levels == 1:
        return np.ones(1)
    if n_levels == 2:
        return np.array([1 - exact, exact])
    between = (1 - exact - differ) / (n_levels - 2)
    return np.array([differ, *[between] * (n_levels - 2), exact])


def learn(
    sources: list[Source], n_levels: list[int], rule: dict[str, Any], *, anchored: bool = False
) -> Learnt:
    """Return the chances that explain the counted patterns best.

    Expectation and maximisation in turns, with the starting chances as ``strength``
    pseudo-pairs per level, so that a level nobody saw keeps its default.

    Parameters
    ----------
    sources
        Pairs; their ``share`` is updated in place, as is ``chances`` of each pattern.
    n_levels
        Levels of each comparison, "differ" included.
    rule
        ``exact``, ``differ``, ``strength`` of the catalogue.
    anchored
        Keep ``m`` at its starting chances and learn shares and ``u`` only.
    """
    start = [starting(n, rule["exact"], rule["differ"]) for n in n_levels]
    m, u = [s.copy() for s in start], _chance(sources, n_levels)[0]
    seen = seen_u = u
    for _ in range(TURNS):
        before = [s.share for s in sources]
        for source in sources:
            _expect(source, m, u)
        seen = _totals(sources, n_levels)
        if not anchored:
            m = [_mixed(s, d, rule["strength"]) for s, d in zip(seen, start, strict=True)]
        u, seen_u = _chance(sources, n_levels)
        if all(abs(s.share - b) <= CLOSE * b for s, b in zip(sources, before, strict=True)):
            break
    return Learnt(tuple(m), tuple(u), tuple(seen), tuple(seen_u))


def clear_share(sources: list[Source], sure: float) -> float:
    """Return the share of the expected true pairs that lie in patterns from ``sure`` on.

    Near 1 the two parts of the mixture stand apart; near 0 the part called true is made
    of pairs that each look rather untrue, as when there is none. 1 without any pair.
    """
    expected = clear = 0.0
    for source in (s for s in sources if s.teaches and not s.known and len(s.chances)):
        true = source.counts * source.chances
        expected += float(true.sum())
        clear += float(true[source.chances >= sure].sum())
    return clear / expected if expected else 1.0


def _mixed(seen: Floats, default: Floats, strength: float) -> Floats:
    total = seen + strength * len(default) * default
    return np.asarray(total / total.sum())


def _expect(source: Source, m: list[Floats], u: list[Floats]) -> None:
    """Give each pattern the chance of being a true pair, then the source its share."""
    if source.known:
        source.chances = np.ones(len(source.counts))
        return
    odds = weights(source.patterns, m, u) + np.log(source.share) - np.log1p(-source.share)
    source.chances = np.exp(-np.logaddexp(0.0, -odds))
    total = source.counts.sum()
    if total:
        share = float((source.counts * source.chances).sum() / total)
        source.share = min(max(share, 1e-12), source.most, 1 - 1e-9)


def weights(patterns: Counts, m: list[Floats], u: list[Floats]) -> Floats:
    """Return the natural logarithm of the likelihood ratio of each pattern."""
    total = np.zeros(len(patterns))
    for j, (mj, uj) in enumerate(zip(m, u, strict=True)):
        known = patterns[:, j] >= 0
        levels = patterns[known, j]
        total[known] += np.log(mj[levels]) - np.log(uj[levels])
    return total


def _totals(sources: list[Source], n_levels: list[int]) -> list[Floats]:
    totals = [np.zeros(n) for n in n_levels]
    for source in (s for s in sources if s.teaches):
        for j, n in enumerate(n_levels):
            totals[j] += _binned(source, j, source.counts * source.chances, n)
    return totals


def _chance(sources: list[Source], n_levels: list[int]) -> tuple[list[Floats], list[Floats]]:
    """Return chances among random pairs that are not true pairs, and what backed them."""
    u, seen = [], []
    for j, n in enumerate(n_levels):
        counts = np.zeros(n)
        for source in (s for s in sources if s.random):
            left = 1 - source.chances if len(source.chances) else np.ones(len(source.counts))
            counts += _binned(source, j, source.counts * left, n)
        seen.append(counts)
        u.append((counts + CHANCE) / (counts + CHANCE).sum())
    return u, seen


def _binned(source: Source, j: int, values: Floats, n: int) -> Floats:
    known = source.patterns[:, j] >= 0
    return np.bincount(source.patterns[known, j], values[known], n).astype(np.float64)
