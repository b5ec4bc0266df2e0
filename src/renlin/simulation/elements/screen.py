"""Choose the elements worth trying: long queues, the only way, shut to somebody, much used."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from renlin.simulation.elements.listing import Elements
from renlin.simulation.observation import Places, Run

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]

QUEUE, ONLY, OPENS, USE = "queue", "only_way", "opens", "use"
LISTS = (QUEUE, ONLY, OPENS, USE)


class Screened(NamedTuple):
    """What the runs of today say of every element.

    Attributes
    ----------
    queue
        Person-seconds in the queue, by group, mean over the runs, (n_elements, n_groups).
    users
        Persons who walk it, by group, mean over the runs; of its links the busiest counts.
    depends
        Persons who have no other way to safety, (n_elements, n_persons).
    opens
        Persons who have no way today and might have one were it improved, same shape.
    """

    queue: Floats
    users: Floats
    depends: Flags
    opens: Flags


class Candidate(NamedTuple):
    """One element to try, and the list it was taken from."""

    element: int
    by: str


def screen(runs: Sequence[Run], listed: Elements, depends: Flags, opens: Flags) -> Screened:
    """Return queues and users of every element beside who needs it and to whom it would open."""
    places = [run.places for run in runs if run.places is not None]
    waits = np.stack([place.waits for place in places]).mean(axis=0)
    persons = np.stack([_walked(place) for place in places]).mean(axis=0)
    queue = np.zeros((len(listed.listed), waits.shape[1]))
    np.add.at(queue, listed.of, waits)
    users = np.zeros_like(queue)
    order = np.lexsort((persons.sum(axis=1), listed.of))
    users[listed.of[order]] = persons[order]
    return Screened(queue, users, depends, opens)


def _walked(place: Places) -> Floats:
    return place.persons.astype(np.float64)


def candidates(found: Screened, weight: Floats, display: npt.NDArray[np.int64], most: int) -> tuple[
    Candidate, ...
]:  # fmt: skip
    """Return the elements to try, at most ``most``, none of which nobody uses or needs.

    Four lists are taken from in turn, each longest first: weighted person-seconds in the
    queue, weighted persons without another way, weighted persons to whom it would open a
    way, weighted users. Of equal ones the first by code.

    Parameters
    ----------
    weight
        Weight of a person of each group.
    display
        Group of each person.
    """
    values = (
        found.queue @ weight,
        found.depends @ weight[display],
        found.opens @ weight[display],
        found.users @ weight,
    )
    orders = [np.argsort(-value, kind="stable") for value in values]
    waiting = [[int(at) for at in order if value[at] > 0.0]
               for order, value in zip(orders, values, strict=True)]  # fmt: skip
    chosen: dict[int, str] = {}
    while len(chosen) < most and any(waiting):
        for name, queue in zip(LISTS, waiting, strict=True):
            while queue and queue[0] in chosen:
                queue.pop(0)
            if queue and len(chosen) < most:
                chosen[queue.pop(0)] = name
    return tuple(Candidate(at, name) for at, name in chosen.items())
