"""Play one run back: where everybody is, frame by frame."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
import shapely

from renlin.kernels.outcome import Outcome
from renlin.simulation.behaviour import Bodies
from renlin.simulation.crew import Crew, crew
from renlin.simulation.entities import entities
from renlin.simulation.luck import Luck
from renlin.simulation.observation import Stage, run_kernel

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

COLUMNS = ("frame", "entity", "t", "x", "y", "display", "state", "persons")
STATES = ("before", "waiting", "moving", "arrived")
BEFORE, WAITING, MOVING, ARRIVED = range(len(STATES))
STAFF = "staff"


def replay(made: Stage, bodies: Bodies, luck: Luck, step: float) -> pd.DataFrame:
    """Return one run as frames: place, group and state of every entity.

    Parameters
    ----------
    step
        Seconds between two frames.

    Returns
    -------
    Columns of ``COLUMNS``; x and y in the community's system; ``display`` is that of the
    first member, ``staff`` for who is on no register. Nobody is named: entities are
    numbered.
    """
    who = crew(made.scene, bodies, luck)
    movers = entities(made.scene, who, luck)
    n_frames = int(np.ceil(made.parameters.horizon / step)) + 1
    parameters = made.parameters._replace(
        snapshot_every=step, snapshot_rows=max(n_frames * who.n, 1)
    )
    outcome = run_kernel(made, who, movers, parameters)
    link, share = _filled(outcome, who.n, n_frames, step)
    at = _positions(made, link, share)
    time = np.arange(n_frames, dtype=np.float64) * step
    state = _states(outcome, link, time)
    frame = np.repeat(np.arange(n_frames, dtype=np.int32), who.n)
    return pd.DataFrame(
        {
            "frame": frame,
            "entity": np.tile([f"e{number:05d}" for number in range(who.n)], n_frames),
            "t": np.repeat(time, who.n).astype(np.float32),
            "x": at[:, :, 0].ravel(),
            "y": at[:, :, 1].ravel(),
            "display": np.tile(_displays(made, who), n_frames),
            "state": np.array(STATES, dtype=object)[state.ravel()],
            "persons": np.tile(movers.members, n_frames),
        },
        columns=list(COLUMNS),
    )


def _filled(outcome: Outcome, n: int, n_frames: int, step: float) -> tuple[Whole, Floats]:
    """Return link (or -1 - node) and share walked, shape (n_frames, n): rows say only changes."""
    frame = np.minimum(np.rint(outcome.snapshot_time / step).astype(np.int64), n_frames - 1)
    last = np.full((n_frames, n), -1, dtype=np.int64)
    last[frame, outcome.snapshot_entity] = np.arange(len(frame))
    last = np.maximum.accumulate(last, axis=0)
    return outcome.snapshot_link[last].astype(np.int64), outcome.snapshot_fraction[last].astype(
        np.float64
    )


def _positions(made: Stage, link: Whole, share: Floats) -> Floats:
    """Return x and y, shape (n_frames, n, 2)."""
    walks = made.scene.site.ground.walks
    nodes = walks.nodes[["x", "y"]].to_numpy(dtype=np.float64)
    found = nodes[np.where(link < 0, -1 - link, 0)]
    moving = link >= 0
    space = link[moving] >> 1
    along = np.where(link[moving] & 1, 1.0 - share[moving], share[moving])
    line = _oriented(made)[space]
    found[moving] = shapely.get_coordinates(
        shapely.line_interpolate_point(line, along, normalized=True)
    )
    return found


def _oriented(made: Stage) -> npt.NDArray[np.object_]:
    """Return the line of each link, drawn from its origin to its target."""
    walks = made.scene.site.ground.walks
    lines = walks.links.geometry.to_numpy()
    nodes = walks.nodes[["x", "y"]].to_numpy(dtype=np.float64)
    start = shapely.get_coordinates(shapely.get_point(lines, 0))
    origin = nodes[walks.links["origin"].to_numpy()]
    target = nodes[walks.links["target"].to_numpy()]
    turned = np.hypot(*(start - target).T) < np.hypot(*(start - origin).T)
    oriented: npt.NDArray[np.object_] = np.where(turned, shapely.reverse(lines), lines)
    return oriented


def _states(outcome: Outcome, link: Whole, time: Floats) -> Whole:
    there = time[:, None] >= np.nan_to_num(outcome.exit_time, nan=np.inf)[None, :]
    left = time[:, None] >= np.nan_to_num(outcome.departure_time, nan=np.inf)[None, :]
    state = np.where(link >= 0, MOVING, np.where(left, WAITING, BEFORE))
    return np.where(there, ARRIVED, state)


def _displays(made: Stage, who: Crew) -> npt.NDArray[np.object_]:
    """Return the group of the first member of each entity."""
    names = np.array([*made.scene.site.who.displays, STAFF], dtype=object)
    first = np.full(who.n, len(names) - 1, dtype=np.int64)
    moving = np.flatnonzero(who.entity >= 0)[::-1]
    first[who.entity[moving]] = made.scene.site.who.display[moving]
    return names[first]
