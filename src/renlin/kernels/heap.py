"""Keep numbers in a binary heap of two arrays; equal keys come out by lower number."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from renlin.kernels.compiled import compiled
from renlin.kernels.contract import F8, I8


class Heap(NamedTuple):
    """Keys with their numbers; ``size[0]`` of them are in use."""

    key: F8
    number: I8
    size: I8


@compiled
def heap(room: int) -> Heap:
    """Return an empty heap with room for so many."""
    return Heap(np.empty(room), np.empty(room, np.int64), np.zeros(1, np.int64))


@compiled
def before(held: Heap, a: int, b: int) -> bool:
    """Return whether the one at place ``a`` comes out before the one at ``b``."""
    if held.key[a] != held.key[b]:
        return bool(held.key[a] < held.key[b])
    return bool(held.number[a] < held.number[b])


@compiled
def exchange(held: Heap, a: int, b: int) -> None:
    """Exchange two places."""
    held.key[a], held.key[b] = held.key[b], held.key[a]
    held.number[a], held.number[b] = held.number[b], held.number[a]


@compiled
def push(held: Heap, key: float, number: int) -> None:
    """Add one."""
    at = held.size[0]
    held.key[at], held.number[at] = key, number
    held.size[0] += 1
    while at > 0 and before(held, at, (at - 1) // 2):
        exchange(held, at, (at - 1) // 2)
        at = (at - 1) // 2


@compiled
def pop(held: Heap) -> tuple[float, int]:
    """Take out the least; the heap must not be empty."""
    key, number = held.key[0], held.number[0]
    held.size[0] -= 1
    last = held.size[0]
    held.key[0], held.number[0] = held.key[last], held.number[last]
    at = 0
    while True:
        least = at
        for child in (2 * at + 1, 2 * at + 2):
            if child < last and before(held, child, least):
                least = child
        if least == at:
            return key, number
        exchange(held, at, least)
        at = least
