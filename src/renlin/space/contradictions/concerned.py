"""Say whom a way, a gate, a ground or a door concerns: how many of each group, at what risk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from renlin.community.network import Network
from renlin.community.passage import Passage
from renlin.community.paths import Field, field, graph

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
EVERYBODY = "all"


@dataclass(frozen=True)
class Concerned:
    """Residents something concerns.

    Attributes
    ----------
    doors
        Positions of their doors in the crowd, shape (n,), each once.
    counts
        Residents of each display group behind each door, shape (n, n_groups).
    risk
        Mean upper bound of the risk they live with, 0-1; 0 where nobody is concerned.
    """

    doors: Ints
    counts: Floats
    risk: float

    @property
    def persons(self) -> int:
        """Return how many residents."""
        return round(float(self.counts.sum()))


@dataclass(frozen=True)
class Crowd:
    """Who lives behind which door.

    Attributes
    ----------
    doors
        Entrances, in the order of the layer.
    groups
        Display groups, sorted.
    people
        One row per resident with a known door: door (position), group (position), class.
    risk
        Upper bound of the risk at each door, 0-1, shape (n_doors,).
    """

    doors: tuple[str, ...]
    groups: tuple[str, ...]
    people: pd.DataFrame
    risk: Floats

    @cached_property
    def at(self) -> Mapping[str, int]:
        """Return entrance -> its position."""
        return {name: position for position, name in enumerate(self.doors)}

    @cached_property
    def counts(self) -> Floats:
        """Return residents behind each door by group, shape (n_doors, n_groups)."""
        return self._counted(self.people)

    @cached_property
    def everybody(self) -> Concerned:
        """Return all residents with a known door."""
        return self.behind(np.flatnonzero(self.counts.sum(axis=1)))

    def behind(self, doors: Iterable[int] | Ints, group: str = EVERYBODY) -> Concerned:
        """Return the residents behind these doors, of one display group or class."""
        chosen = np.unique(np.asarray(list(doors), dtype=np.int64))
        return self._of(chosen, self._of_group(group)[chosen])

    def named(self, doors: Iterable[object], group: str = EVERYBODY) -> Concerned:
        """Return the residents behind the doors of these entrances."""
        return self.behind([self.at[str(one)] for one in doors if str(one) in self.at], group)

    def chosen(self, rows: pd.DataFrame) -> Concerned:
        """Return residents given one by one, as rows of ``entrance`` and ``display``."""
        position = {name: number for number, name in enumerate(self.groups)}
        door = rows["entrance"].map(self.at)
        group = rows["display"].map(position)
        told = door.notna() & group.notna()
        counted = self._counted(
            pd.DataFrame({"door": door[told].astype("int64"), "group": group[told].astype("int64")})
        )
        doors = np.flatnonzero(counted.sum(axis=1))
        return self._of(doors, counted[doors])

    def only(self, some: Concerned, group: str) -> Concerned:
        """Return those of ``some`` who belong to a display group or class, at most.

        Behind a door, no more than all of the group can be among those concerned.
        """
        if group == EVERYBODY:
            return some
        kept = np.minimum(some.counts, self._of_group(group)[some.doors])
        return self._of(some.doors, kept)

    def joined(self, some: Iterable[Concerned]) -> Concerned:
        """Return whom any of these concerns; behind a door the largest number counts."""
        whole = np.zeros_like(self.counts)
        for one in some:
            whole[one.doors] = np.maximum(whole[one.doors], one.counts)
        doors = np.flatnonzero(whole.sum(axis=1))
        return self._of(doors, whole[doors])

    def _of(self, doors: Ints, counts: Floats) -> Concerned:
        n = float(counts.sum())
        stake = float((counts.sum(axis=1) * self.risk[doors]).sum())
        return Concerned(doors, counts, stake / n if n else 0.0)

    def _of_group(self, group: str) -> Floats:
        if group == EVERYBODY:
            return self.counts
        if group in self.groups:
            one = np.array([name == group for name in self.groups], dtype=np.float64)
            chosen: Floats = self.counts * one
            return chosen
        return self._counted(self.people[self.people["class"] == group])

    def _counted(self, people: pd.DataFrame) -> Floats:
        made = np.zeros((len(self.doors), len(self.groups)))
        np.add.at(made, (people["door"].to_numpy(), people["group"].to_numpy()), 1.0)
        return made


def crowd(people: pd.DataFrame, entrances: pd.DataFrame, risk: pd.Series) -> Crowd:
    """Return who lives behind which door.

    Parameters
    ----------
    people
        Table of :func:`renlin.space.access.residents.living`.
    risk
        Building -> upper bound of its risk; unknown counts as none.
    """
    doors = tuple(str(one) for one in entrances["entrance"])
    position = {name: number for number, name in enumerate(doors)}
    groups = tuple(sorted(set(map(str, people["display"].dropna()))))
    at = people["entrance"].map(position)
    housed = people[at.notna() & people["display"].notna()]
    rows = pd.DataFrame(
        {
            "door": at[housed.index].astype("int64"),
            "group": housed["display"].map({g: n for n, g in enumerate(groups)}).astype("int64"),
            "class": housed["class"],
        }
    )
    stake = entrances["building"].map(risk).fillna(0.0).to_numpy(dtype=np.float64)
    return Crowd(doors, groups, rows, stake)


def nobody(who: Crowd) -> Concerned:
    """Return no residents at all."""
    return Concerned(np.empty(0, dtype=np.int64), np.empty((0, len(who.groups))), 0.0)


def walked_by(
    network: Network, doors: tuple[str, ...], facilities: list[str]
) -> dict[tuple[str, str], Ints]:
    """Return (table, place) of a way or gate -> doors whose shortest way leads over it.

    From each door the shortest way to the nearest of ``facilities`` is followed, whatever
    stops a walker on it; all doors take their next step at once.
    """
    metres = network.links["length"].to_numpy(dtype=np.float64)
    nothing = np.full(len(metres), "", dtype=object)
    targets = [network.node_of["facilities", name] for name in facilities]
    ways = field(graph(network, Passage(metres, metres, nothing)), targets)
    door, link = _steps(ways, network, doors)
    of_link = network.links[["table", "place"]].iloc[link].reset_index(drop=True)
    told = of_link.assign(door=door).drop_duplicates().sort_values(["table", "place", "door"])
    return {
        (str(table), str(place)): own.to_numpy(dtype=np.int64)
        for (table, place), own in told.groupby(["table", "place"])["door"]
    }


def _steps(ways: Field, network: Network, doors: tuple[str, ...]) -> tuple[Ints, Ints]:
    """Return every (door, link) of the shortest ways."""
    starts = [network.node_of.get(("entrances", name), -1) for name in doors]
    node = np.array(starts, dtype=np.int64)
    who = np.flatnonzero(node >= 0)
    node = node[who]
    taken: list[tuple[Ints, Ints]] = []
    for _ in range(len(network.nodes)):
        going = np.isfinite(ways.time[node]) & (ways.next_node[node] >= 0)
        who, node = who[going], node[going]
        if not len(who):
            break
        taken.append((who, ways.next_link[node].astype(np.int64)))
        node = ways.next_node[node].astype(np.int64)
    empty = np.empty(0, dtype=np.int64)
    if not taken:
        return empty, empty
    return np.concatenate([w for w, _ in taken]), np.concatenate([link for _, link in taken])


def living_near(shapes: gpd.GeoSeries, entrances: gpd.GeoDataFrame, radius: float) -> list[Ints]:
    """Return for each shape the positions of the doors within ``radius`` metres of it."""
    if len(shapes) == 0:
        return []
    shape, door = entrances.sindex.query(shapes, predicate="dwithin", distance=radius)
    order = np.lexsort((door, shape))
    cuts = np.searchsorted(shape[order], np.arange(1, len(shapes)))
    return [np.asarray(one, dtype=np.int64) for one in np.split(door[order], cuts)]
