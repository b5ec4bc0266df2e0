"""Pack one run for the replay: who is where each frame, small enough to stand in the page.

Layout, little-endian, deflated and in base64: magic ``RPL1``; uint32 entities, frames;
float32 seconds per frame; per entity uint8 group; then, entity by entity, per frame
int16 x and y (tenths of a pixel of the map, as differences to the frame before), uint8
state. Positions indoors are not in the file: who has not come out yet, or stands nearer
to the place it started from than the limit, has the state *inside* and no position.
"""

from __future__ import annotations

import base64
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from renlin.report.maps.frame import Frame

MAGIC = b"RPL1"
TENTHS = 10
INSIDE, OUTSIDE, ARRIVED, STUCK = 0, 1, 2, 3
HIDDEN = 30.0
"""Metres around where an entity starts within which it is not shown. Assumption: several
doors lie within 30 m on a lane of walk-ups, so that a dot points at no single home."""
STATES = {
    "before": INSIDE, "waiting": INSIDE, "preparing": INSIDE, "standing_by": INSIDE,
    "stayed": INSIDE, "not_released": INSIDE, "arrived": ARRIVED, "trapped": STUCK,
    "blocked": STUCK, "turned_away": STUCK,
}  # fmt: skip
"""State of the simulation -> state shown; every other one is on the way."""


@dataclass(frozen=True)
class Packed:
    """A replay ready for the page.

    Attributes
    ----------
    data
        Base64 text.
    groups
        Display codes in the order of the group numbers.
    n_entities, n_frames
        Sizes.
    step
        Seconds per frame.
    frame
        (n_entities, 4) of the still picture: x, y, group, state; positions in pixels.
    still
        Seconds of the still picture.
    counts
        Display code -> how many are inside, outside, arrived, stuck at the still picture.
    """

    data: str
    groups: tuple[str, ...]
    n_entities: int
    n_frames: int
    step: float
    frame: npt.NDArray[np.float64]
    still: float
    counts: Mapping[str, tuple[int, ...]]


def pack(table: pd.DataFrame, order: Sequence[str], frame: Frame) -> Packed | None:
    """Return the replay of ``simulation.replay`` on ``frame``, None when it is empty.

    Parameters
    ----------
    table
        Columns frame, entity, t, x, y, display, state.
    order
        Display codes in catalogue order; who is of no group, such as staff, is left out.
    """
    table = table[table["display"].isin(order)]
    if len(table) == 0:
        return None
    used = set(table["display"].dropna())
    groups = tuple(d for d in order if d in used)
    frames = np.sort(table["frame"].unique())
    names = table["entity"].astype(str)
    entities = np.sort(names.unique())
    at = (
        pd.Categorical(names, categories=entities).codes,
        np.searchsorted(frames, table["frame"].to_numpy()),
    )
    shape = (len(entities), len(frames))
    x, y = np.full(shape, np.nan), np.full(shape, np.nan)
    x[at], y[at] = table["x"].to_numpy(dtype=float), table["y"].to_numpy(dtype=float)
    state = np.full(shape, INSIDE, dtype=np.uint8)
    state[at] = _told(table["state"], STATES, OUTSIDE)
    state = _hidden(x, y, _carried_on(state, at, shape))
    group = np.zeros(len(entities), dtype=np.uint8)
    codes = {d: i for i, d in enumerate(groups)}
    group[at[0]] = _told(table["display"], codes, 0)
    pixels = _pixels(x, y, state, frame)
    times = np.sort(table["t"].unique())
    step = float(times[1] - times[0]) if len(times) > 1 else 1.0
    data = _bytes(pixels, group, state, step)
    still = int(np.argmax((state == OUTSIDE).sum(axis=0)))
    picture = np.column_stack([pixels[:, still] / TENTHS, group, state[:, still]])
    counts = _counts(group, state[:, still], groups)
    return Packed(
        base64.b64encode(data).decode(), groups, len(entities), len(frames), step, picture,
        float(frames[still] - frames[0]) * step, counts,
    )  # fmt: skip


def _told(words: pd.Series, codes: Mapping[str, int], other: int) -> npt.NDArray[np.uint8]:
    """Return the code of every word, ``other`` for those that have none."""
    at, known = pd.factorize(words, use_na_sentinel=False)
    return np.array([codes.get(str(word), other) for word in known], dtype=np.uint8)[at]


def _carried_on(
    state: npt.NDArray[np.uint8], at: tuple[npt.NDArray[np.int8], npt.NDArray[np.intp]],
    shape: tuple[int, int],
) -> npt.NDArray[np.uint8]:  # fmt: skip
    """Return states in which one that is not told again stays as it was last."""
    told = np.zeros(shape, dtype=bool)
    told[at] = True
    last = np.maximum.accumulate(np.where(told, np.arange(shape[1])[None, :], -1), axis=1)
    rows = np.arange(shape[0])[:, None]
    carried = state[rows, np.maximum(last, 0)]
    return np.where(last >= 0, carried, INSIDE).astype(np.uint8)


def _hidden(
    x: npt.NDArray[np.float64], y: npt.NDArray[np.float64], state: npt.NDArray[np.uint8]
) -> npt.NDArray[np.uint8]:
    """Return states in which nobody is shown who has not left the surroundings of home."""
    first = np.argmax(~np.isnan(x), axis=1)
    rows = np.arange(len(x))
    start_x, start_y = x[rows, first], y[rows, first]
    near = np.hypot(x - start_x[:, None], y - start_y[:, None]) < HIDDEN
    out = np.maximum.accumulate(~near & ~np.isnan(x), axis=1)
    shown = np.where((state == OUTSIDE) & ~out, INSIDE, state)
    return np.where((shown == STUCK) & ~out, INSIDE, shown).astype(np.uint8)


def _pixels(
    x: npt.NDArray[np.float64], y: npt.NDArray[np.float64], state: npt.NDArray[np.uint8],
    frame: Frame,
) -> npt.NDArray[np.int16]:  # fmt: skip
    """Return positions in tenths of a pixel; those not shown stand where they are next shown."""
    px = np.clip((x - frame.west) * frame.scale * TENTHS, -32000, 32000)
    py = np.clip((frame.north - y) * frame.scale * TENTHS, -32000, 32000)
    shown = np.isin(state, (OUTSIDE, STUCK)) & ~np.isnan(x)
    made = np.zeros((*x.shape, 2), dtype=np.int16)
    for axis, values in enumerate((px, py)):
        held = np.where(shown, values, np.nan)
        filled = pd.DataFrame(held).bfill(axis=1).ffill(axis=1).fillna(0.0)
        made[:, :, axis] = np.rint(filled.to_numpy()).astype(np.int16)
    return made


def _bytes(
    pixels: npt.NDArray[np.int16], group: npt.NDArray[np.uint8], state: npt.NDArray[np.uint8],
    step: float,
) -> bytes:  # fmt: skip
    moved = np.diff(pixels, axis=1, prepend=np.zeros_like(pixels[:, :1]))
    head = MAGIC + np.array(state.shape, dtype="<u4").tobytes() + np.float32(step).tobytes()
    body = group.tobytes() + moved.astype("<i2").tobytes() + state.tobytes()
    return zlib.compress(head + body, 9)


def _counts(
    group: npt.NDArray[np.uint8], state: npt.NDArray[np.uint8], groups: Sequence[str]
) -> dict[str, tuple[int, ...]]:
    pairs = np.bincount(group.astype(int) * 4 + state, minlength=4 * len(groups))
    return {code: tuple(int(n) for n in pairs[4 * i : 4 * i + 4]) for i, code in enumerate(groups)}
