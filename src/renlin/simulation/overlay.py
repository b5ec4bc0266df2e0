"""Lay the hazards of several events over each other: one table for the kernel.

Factors on speed and width multiply, doses add, what closes or endangers in any event does
so; whoever is caught follows the harder rule.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from renlin.kernels import contract

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

JUST_BEFORE = 1e-3  # s: where one event steps while another runs on smoothly
_COLUMNS = ("speed", "width", "closed", "caught", "dose", "unsafe", "smooth", "barrier")
_SPEED, _WIDTH, _CLOSED, _CAUGHT, _DOSE, _UNSAFE, _SMOOTH, _BARRIER = range(len(_COLUMNS))
_SOUND = np.array([1.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0])
_RUNNING = [_SPEED, _WIDTH, _DOSE]  # what runs linearly from a smooth keyframe to the next


class Layer(NamedTuple):
    """Keyframes of one event at one place, in order of time."""

    time: Floats
    rows: Floats


def later(hazards: contract.Hazards, seconds: float) -> contract.Hazards:
    """Return ``hazards`` with every keyframe ``seconds`` later; sound before the first."""
    return hazards if seconds == 0.0 else hazards._replace(time=hazards.time + seconds)


def overlaid(tables: Sequence[contract.Hazards]) -> contract.Hazards:
    """Return one table in which all of ``tables`` act.

    Where one table alone has keyframes they stand unchanged. Where several have, the
    keyframes are those of all; a step of one while another runs on gets a keyframe just
    before it, so that the step stays one.
    """
    filled = [table for table in tables if len(table.time)]
    if len(filled) <= 1:
        return filled[0] if filled else tables[0]
    counts = np.stack([np.diff(table.start) for table in filled])
    shared = np.flatnonzero((counts > 0).sum(axis=0) > 1)
    places, layers = [], []
    for table, own in zip(filled, counts, strict=True):
        place = np.repeat(np.arange(len(own)), own)
        alone = ~np.isin(place, shared)
        places.append(place[alone])
        layers.append(Layer(table.time[alone], _rows(table)[alone]))
    for both in map(int, shared):
        made = _merged([_at(table, both) for table in filled])
        places.append(np.full(len(made.time), both))
        layers.append(made)
    return _table(np.concatenate(places), layers, counts.shape[1])


def _rows(table: contract.Hazards) -> Floats:
    columns = [getattr(table, name) for name in _COLUMNS[:-1]]
    barrier = table.barrier if len(table.barrier) else np.zeros(len(table.time))
    return np.stack([*columns, barrier], axis=1).astype(np.float64)


def _at(table: contract.Hazards, place: int) -> Layer:
    part = slice(table.start[place], table.start[place + 1])
    return Layer(table.time[part], _rows(table)[part] if part.stop > part.start else _SOUND[None])


def _merged(layers: list[Layer]) -> Layer:
    """Return the keyframes that say what all ``layers`` do at one place."""
    layers = [layer for layer in layers if len(layer.time)]
    moments = np.unique(np.concatenate([layer.time for layer in layers]))
    runs = np.any([_smooth(layer, moments) for layer in layers], axis=0)
    before = moments[1:][runs[:-1]] - JUST_BEFORE
    ends = np.searchsorted(moments, before)
    before = before[before > moments[ends - 1]]
    times = np.unique(np.concatenate([moments, before]))
    together = [_values(layer, times) for layer in layers]
    smooth = np.any([_smooth(layer, times) for layer in layers], axis=0)
    smooth &= ~np.isin(times, before)
    found = np.stack([_combined(rows) for rows in zip(*together, strict=True)])
    found[:, _SMOOTH] = smooth
    return Layer(times, found)


def _smooth(layer: Layer, times: Floats) -> npt.NDArray[np.bool_]:
    """Return whether the layer runs on smoothly from each of ``times``."""
    at = np.searchsorted(layer.time, times, side="right") - 1
    runs = (at >= 0) & (at < len(layer.time) - 1)
    return np.asarray(runs & (layer.rows[at, _SMOOTH] > 0))


def _values(layer: Layer, times: Floats) -> Floats:
    """Return what the layer does at ``times``; sound before its first keyframe."""
    at = np.searchsorted(layer.time, times, side="right") - 1
    found = np.where((at >= 0)[:, None], layer.rows[np.maximum(at, 0)], _SOUND)
    for row in np.flatnonzero(_smooth(layer, times)):
        first, last = layer.time[at[row]], layer.time[at[row] + 1]
        share = (times[row] - first) / (last - first)
        start, end = layer.rows[at[row], _RUNNING], layer.rows[at[row] + 1, _RUNNING]
        found[row, _RUNNING] = start + share * (end - start)
    return np.asarray(found)


def _combined(rows: Sequence[Floats]) -> Floats:
    together = np.stack(rows)
    found = together.max(axis=0)
    found[[_SPEED, _WIDTH]] = together[:, [_SPEED, _WIDTH]].prod(axis=0)
    found[_DOSE] = together[:, _DOSE].sum()
    for bits in (_CLOSED, _BARRIER):
        found[bits] = np.bitwise_or.reduce(together[:, bits].astype(np.int64))
    return np.asarray(found)


def _table(place: Whole, layers: list[Layer], n_places: int) -> contract.Hazards:
    time = np.concatenate([layer.time for layer in layers])
    rows = np.concatenate([layer.rows for layer in layers])
    order = np.lexsort((time, place))
    counts = np.bincount(place, minlength=n_places)
    return packed(counts, time[order], rows[order])


def packed(counts: Whole, time: Floats, rows: Floats) -> contract.Hazards:
    """Return keyframes as the kernel's table.

    Parameters
    ----------
    counts
        Keyframes of each place, shape (n_places,).
    time, rows
        In order of place and time, shapes (n,) and (n, 8): speed, width, closed, caught,
        dose, unsafe, smooth, barrier.
    """
    return contract.Hazards(
        start=np.concatenate([[0], np.cumsum(counts)]).astype(np.int32),
        time=np.ascontiguousarray(time),
        speed=rows[:, _SPEED].astype(np.float32),
        width=rows[:, _WIDTH].astype(np.float32),
        closed=rows[:, _CLOSED].astype(np.int8),
        caught=rows[:, _CAUGHT].astype(np.int8),
        dose=rows[:, _DOSE].astype(np.float32),
        unsafe=rows[:, _UNSAFE].astype(np.int8),
        smooth=rows[:, _SMOOTH].astype(np.int8),
        barrier=rows[:, _BARRIER].astype(np.int32),
    )
