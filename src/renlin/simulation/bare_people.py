"""Turn the persons of a bare network into what moves as one: one alone, or a party."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from renlin.catalogue.load import Catalogue
from renlin.kernels import contract
from renlin.kernels.codes import LEG_SHELTER, LEG_WALK
from renlin.kernels.plain import plain_entities
from renlin.simulation.bare_tables import Tables

Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]

KNOWS, NEW_HERE = range(2)
"""Routing classes: who knows the place, and who does not."""


class Moving(NamedTuple):
    """The entities, and the entity of every person, shape (n_persons,)."""

    entities: contract.Entities
    of: Whole


def moving(tables: Tables, places: Whole, catalogue: Catalogue) -> Moving:
    """Return who moves.

    A party is one entity: it sets out when the last of it is ready, walks at the speed of
    its slowest, takes the room of all, is as wide as its widest, and knows the place as
    soon as one of it does. From ``group_blocks_from`` persons on nobody gets past it on
    ways narrower than ``carry_overtake_width``, as in the runs of communities.

    Parameters
    ----------
    tables
        Tables of the network, typed.
    places
        Nodes that are passed on the way, ascending; they are targets after the exits.
    catalogue
        For the numbers of large parties.
    """
    people = tables.persons
    of, first = parties(people["person"], people["party"])
    n = len(first)
    speed = np.full((n, 3), np.inf)
    np.minimum.at(speed, of, people[list(SPEEDS)].to_numpy(dtype=np.float64))
    release, body = np.zeros(n), np.zeros(n)
    np.maximum.at(release, of, people["release"].to_numpy(dtype=np.float64))
    np.maximum.at(body, of, people["body"].to_numpy(dtype=np.float64))
    size = np.bincount(of, people["size"].to_numpy(dtype=np.float64), minlength=n)
    slow = np.bincount(of, people["slow"].to_numpy(dtype=np.float64), minlength=n)
    knows = np.bincount(of, people["familiar"].to_numpy(dtype=np.float64), minlength=n) > 0
    members = np.bincount(of, minlength=n)
    large = members >= catalogue.number("group_blocks_from")
    start, group, persons = _groups(of, people["group"].to_numpy(dtype=np.int64), n)
    origin = people["origin"].to_numpy(dtype=np.int32)[first]
    blocks = np.where(large, catalogue.number("carry_overtake_width"), 0.0)
    entities = plain_entities(origin, release, speed, _legs(tables, first, places))._replace(
        members=members.astype(np.int32),
        slow_members=slow.astype(np.int32),
        size=_twice(size),
        body_width=_twice(body),
        routing_class=_twice(np.where(knows, KNOWS, NEW_HERE), np.int32),
        no_overtaking_below=blocks.astype(np.float32),
        group_start=start,
        group=group,
        group_persons=persons,
    )
    return Moving(entities, of)


SPEEDS = ("speed", "speed_down", "speed_up")


def parties(person: Iterable[str], party: Iterable[str | None]) -> tuple[Whole, Whole]:
    """Return the entity of every person, and of every entity the row of its first person.

    Entities are numbered by the least id among their persons, so that ties do not depend
    on the order of rows.
    """
    ids = list(person)
    names = [("alone", one) if of is None else ("party", of)
             for one, of in zip(ids, party, strict=True)]  # fmt: skip
    first: dict[tuple[str, str], int] = {}
    for row in sorted(range(len(ids)), key=lambda row: ids[row]):
        first.setdefault(names[row], row)
    number = {name: at for at, name in enumerate(first)}
    of = np.array([number[name] for name in names], dtype=np.int64)
    return of, np.array(list(first.values()), dtype=np.int64)


def _legs(tables: Tables, first: Whole, places: Whole) -> contract.Legs:
    """Return the nodes each entity passes in order, then its exit."""
    target = tables.persons["target"].to_numpy(dtype=np.int64)[first]
    passed = [tables.persons["via"].iloc[row] for row in first]
    start = np.concatenate([[0], np.cumsum([len(one) + 1 for one in passed], dtype=np.int64)])
    leads: list[int] = []
    for nodes, last in zip(passed, target, strict=True):
        at = 1 + len(tables.exits) + np.searchsorted(places, np.array(nodes, dtype=np.int64))
        leads += [*at.tolist(), int(last)]
    kind = np.full(len(leads), int(LEG_WALK), dtype=np.int32)
    kind[start[1:] - 1] = int(LEG_SHELTER)
    return contract.Legs(
        start=start.astype(np.int32),
        kind=kind,
        target=np.array(leads, dtype=np.int32),
        partner=np.full(len(leads), -1, dtype=np.int32),
        dwell=np.zeros(len(leads)),
        helpers=np.zeros(len(leads), dtype=np.int32),
    )


def _groups(of: Whole, group: Whole, n: int) -> tuple[contract.I4, contract.I4, contract.I4]:
    """Return the persons of each group in each entity."""
    n_groups = int(group.max(initial=0)) + 1
    cells, count = np.unique(of * n_groups + group, return_counts=True)
    start = np.concatenate([[0], np.cumsum(np.bincount(cells // n_groups, minlength=n))])
    return (
        start.astype(np.int32),
        (cells % n_groups).astype(np.int32),
        count.astype(np.int32),
    )


def _twice(values: npt.NDArray[np.generic], kind: type[np.generic] = np.float32) -> npt.NDArray:  # type: ignore[type-arg]
    return np.repeat(values.astype(kind)[:, None], 2, axis=1)
