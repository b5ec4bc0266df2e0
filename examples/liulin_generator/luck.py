"""Give every household, person and row its own luck, drawn once per purpose."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

from renlin.random_streams import draw

SEED = 19560401
"""Founding day of the invented compound; change it and everybody changes."""

T = TypeVar("T")


class Luck:
    """Uniform numbers in [0, 1) for a list of ids, one independent set per purpose.

    Examples
    --------
    >>> luck = Luck(["a", "b"])
    >>> luck("age")["a"] == Luck(["b", "a"])("age")["a"]
    True
    """

    def __init__(self, ids: Sequence[str]) -> None:
        self._ids = list(ids)
        self._drawn: dict[str, Mapping[str, float]] = {}

    def __call__(self, purpose: str) -> Mapping[str, float]:
        """Return id -> number for ``purpose``."""
        if purpose not in self._drawn:
            numbers = draw(SEED, purpose, self._ids).tolist() if self._ids else []
            self._drawn[purpose] = dict(zip(self._ids, numbers, strict=True))
        return self._drawn[purpose]


def pick(u: float, shares: Mapping[T, float]) -> T:
    """Return the key whose part of the summed ``shares`` holds ``u``."""
    total = sum(shares.values())
    reached = 0.0
    for key, share in shares.items():
        reached += share / total
        if u < reached:
            return key
    return next(reversed(list(shares)))


def one_of(u: float, options: Sequence[T]) -> T:
    """Return one of ``options``, all equally likely."""
    return options[min(int(u * len(options)), len(options) - 1)]


def between(u: float, low: int, high: int) -> int:
    """Return a whole number from ``low`` to ``high``, both included."""
    return low + min(int(u * (high - low + 1)), high - low)


def chosen(luck: Luck, purpose: str, ids: Sequence[str], count: int) -> list[str]:
    """Return ``count`` of ``ids`` with the smallest luck, sorted by id."""
    drawn = luck(purpose)
    return sorted(sorted(ids, key=lambda one: (drawn[one], one))[:count])
