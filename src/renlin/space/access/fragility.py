"""Say whose coverage hangs on one facility or one way, and which ways those are.

Redundant: two facilities within the limit by ways that share no lane and no gate. Robust:
still within the limit whichever one lane or gate closes. Fragile: covered, but one of the two
fails. The own stair, door and yard are never closed: every home above the ground has but one
stair, which would make everybody fragile and tell nothing apart.

Each is judged in both views: it holds when it does in the careful view, fails when it does
not even in the hopeful one, and else is unknown.

Source: space reference §5, (3) and (4).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.community.network import APPROACH, Network
from renlin.community.passage import Passage, View
from renlin.community.paths import SMALLEST_TIME, field, graph
from renlin.kernels.closures import Arcs, Ways, apart, arcs, turned, worst
from renlin.space.access.coverage import Service, ground, walkers
from renlin.space.access.reach import Walker, walked

HOLDS, FAILS, UNKNOWN = "holds", "fails", "unknown"
VIEWS: tuple[View, View] = ("pessimistic", "optimistic")
PUBLIC = ("walks", "gates")
"""Tables whose links may close: lanes and gates, which all share."""
EVERYBODY, VULNERABLE = "all", "vulnerable"
COLUMNS = (
    "person",
    "service",
    "display",
    "redundant",
    "robust",
    "sturdy",
    "second_time",
    "worst_time",
    "worst_link",
    "limit",
)
LINK_COLUMNS = (
    "service",
    "link",
    "display",
    "rank",
    "table",
    "place",
    "persons",
    "persons_sure",
    "vulnerable",
    "geometry",
)
Floats = npt.NDArray[np.float64]
Whole = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Found:
    """What one walker loses in one view.

    Attributes
    ----------
    second, worst, link
        Per row of residents: the longer of two ways apart and the time without the worst
        link, s; that link, -1 where no closure costs time.
    lost
        Per link and column of weight, (n_links, n_columns).
    """

    second: Floats
    worst: Floats
    link: Whole
    lost: Floats


def fragility(
    people: pd.DataFrame,
    network: Network,
    offered: Service,
    catalogue: Catalogue,
    *,
    lifts: frozenset[str] = frozenset(),
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return how firmly everybody who is covered is, and what each link is worth.

    Parameters
    ----------
    people
        As :func:`renlin.space.access.coverage.cover` has them, with ``vulnerable``.

    Returns
    -------
    Columns of ``COLUMNS`` for residents surely covered: ``redundant``, ``robust`` and
    ``sturdy`` (both) are holds, fails or unknown; ``second_time`` is the longer of two ways
    that share nothing, ``worst_time`` the time when ``worst_link`` closes, both in the
    careful view and infinite beyond the limit. And the persons who lose coverage with each
    link: link (row), display (``all`` and ``vulnerable`` too), ``persons`` in the careful
    view, ``persons_sure`` in the hopeful one.
    """
    told, links = [], []
    network = ground(network, offered)
    if len(offered.facilities):
        for part, walker in walkers(people, network, offered, catalogue, lifts=lifts):
            rows, lost = _of_walker(part, walker, network, offered, catalogue)
            told.append(rows)
            links.append(lost)
    nothing = pd.DataFrame({column: pd.Series(dtype="object") for column in COLUMNS})
    table = pd.concat(told, ignore_index=True)[list(COLUMNS)] if told else nothing
    return table.sort_values("person").reset_index(drop=True), _summed(links)


def _of_walker(
    part: pd.DataFrame, walker: Walker, network: Network, offered: Service, catalogue: Catalogue
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return rows and losses of those who walk alike."""
    nodes = [network.node_of["facilities", str(f)] for f in offered.facilities["facility"]]
    seen = {
        view: _Seen(network, walked(network, walker, catalogue, view), nodes)
        for view in VIEWS
    }
    covered = seen["pessimistic"].ways.time[part["node"]] <= offered.limit
    part = part[covered].reset_index(drop=True)
    columns, weight = _weights(part, len(network.nodes))
    may_close = closable(network).astype(np.int8)
    homes = part["node"].to_numpy(dtype=np.int64)
    careful, hopeful = (
        seen[view].found(homes, weight, may_close, offered.limit) for view in VIEWS
    )
    redundant = _state(careful.second <= offered.limit, hopeful.second <= offered.limit)
    robust = _state(np.isfinite(careful.worst), np.isfinite(hopeful.worst))
    names = np.append(network.links["link"].to_numpy(dtype=object), "")
    rows = part[["person", "display"]].assign(
        service=offered.kind,
        redundant=redundant,
        robust=robust,
        sturdy=both(redundant, robust),
        second_time=np.where(careful.second <= offered.limit, careful.second, np.inf),
        worst_time=careful.worst,
        worst_link=names[careful.link],
        limit=offered.limit,
    )
    return rows, _lost(columns, careful.lost, hopeful.lost)


class _Seen:
    """The network as a walker takes it in one view."""

    def __init__(self, network: Network, passage: Passage, facilities: list[int]) -> None:
        towards = field(graph(network, passage), facilities)
        next_node, next_link = (
            part.astype(np.int64) for part in (towards.next_node, towards.next_link)
        )
        self.ways = Ways(towards.time, next_node, next_link)
        self.out = arcs_of(network, passage)

    def found(self, homes: Whole, weight: Floats, may_close: npt.NDArray[np.int8], limit: float) -> Found:  # fmt: skip
        """Return what every closure costs those at ``homes``."""
        time, link, lost = worst(self.out, turned(self.out), self.ways, may_close, weight, limit)
        alone, row = np.unique(homes, return_inverse=True)
        second, _, _ = apart(self.out, self.ways, may_close, alone, limit)
        return Found(second[row], time[homes], link[homes], lost)


def closable(network: Network) -> npt.NDArray[np.bool_]:
    """Return which links are closed in turn: lanes and gates, not the steps up to a door."""
    shared = network.links["table"].isin(PUBLIC) & (network.links["kind"] != APPROACH)
    return shared.to_numpy(dtype=bool)


def arcs_of(network: Network, passage: Passage) -> Arcs:
    """Return the open directions of all links, parallel ones kept."""
    origin, target = (network.links[end].to_numpy(dtype=np.int64) for end in ("origin", "target"))
    time = np.maximum(np.concatenate([passage.forward, passage.backward]), SMALLEST_TIME)
    link = np.concatenate([np.arange(len(origin))] * 2)
    tail, head = np.concatenate([origin, target]), np.concatenate([target, origin])
    free = np.isfinite(time)
    return arcs(tail[free], head[free], time[free], link[free], len(network.nodes))


def _weights(part: pd.DataFrame, n_nodes: int) -> tuple[list[str], Floats]:
    """Return persons at each node: all, vulnerable, and of each group."""
    groups = sorted(part["display"].unique())
    columns = [EVERYBODY, VULNERABLE, *groups]
    weight = np.zeros((n_nodes, len(columns)))
    node = part["node"].to_numpy(dtype=np.int64)
    np.add.at(weight[:, 0], node, 1.0)
    np.add.at(weight[:, 1], node, part["vulnerable"].to_numpy(dtype=np.float64))
    for number, group in enumerate(groups, start=2):
        np.add.at(weight[:, number], node, (part["display"] == group).to_numpy(dtype=np.float64))
    return columns, weight


def _state(sure: npt.NDArray[np.bool_], perhaps: npt.NDArray[np.bool_]) -> npt.NDArray[np.str_]:
    return np.where(sure, HOLDS, np.where(perhaps, UNKNOWN, FAILS))


def both(one: npt.NDArray[np.str_], other: npt.NDArray[np.str_]) -> npt.NDArray[np.str_]:
    """Return whether both hold: one failure fails, else one unknown is unknown."""
    fails = (one == FAILS) | (other == FAILS)
    unknown = (one == UNKNOWN) | (other == UNKNOWN)
    return np.where(fails, FAILS, np.where(unknown, UNKNOWN, HOLDS))


def _lost(columns: list[str], careful: Floats, hopeful: Floats) -> pd.DataFrame:
    """Return link, display and persons lost in either view, where there are any."""
    link, column = np.nonzero(np.maximum(careful, hopeful))
    return pd.DataFrame(
        {
            "link": link,
            "display": np.array(columns, dtype=object)[column],
            "persons": careful[link, column],
            "persons_sure": hopeful[link, column],
        }
    )


def _summed(links: list[pd.DataFrame]) -> pd.DataFrame:
    """Return the losses of all walkers added up."""
    found = [part for part in links if len(part)]
    if not found:
        return pd.DataFrame(columns=["link", "display", "persons", "persons_sure"])
    return pd.concat(found).groupby(["link", "display"], as_index=False).sum()


def critical(network: Network, losses: Iterable[tuple[str, pd.DataFrame]]) -> gpd.GeoDataFrame:
    """Return the ways and gates that coverage hangs on, by service, most vulnerable first.

    Of a way in several pieces the one that most hang on stands for it.

    Parameters
    ----------
    losses
        Service and what :func:`fragility` says each link is worth.

    Returns
    -------
    Columns of ``LINK_COLUMNS``: one row per way or gate and group that loses anybody, ``all`` among
    them. ``rank`` is by vulnerable persons of the careful view, then by all; ties share it.
    """
    drawn = network.links
    parts = [_ranked(lost, drawn).assign(service=kind) for kind, lost in losses if len(lost)]
    if not parts:
        empty = pd.DataFrame({column: pd.Series(dtype="object") for column in LINK_COLUMNS})
        return gpd.GeoDataFrame(empty, geometry="geometry", crs=drawn.crs)
    table = pd.concat(parts, ignore_index=True)
    row = table["link"].to_numpy(dtype=np.int64)
    for column in ("table", "place", "geometry", "link"):
        table[column] = drawn[column].to_numpy(dtype=object)[row]
    return gpd.GeoDataFrame(table[list(LINK_COLUMNS)], geometry="geometry", crs=drawn.crs)


def _ranked(lost: pd.DataFrame, drawn: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the worst piece of every place, with its rank and vulnerable persons."""
    whole = lost[lost["display"] == EVERYBODY].set_index("link")["persons"]
    exposed = lost[lost["display"] == VULNERABLE].set_index("link")["persons"]
    links = pd.DataFrame({"all": whole, "vulnerable": exposed}).fillna(0.0)
    own = drawn.loc[links.index, ["table", "place"]]
    links = links.join(pd.DataFrame(own)).sort_values(["vulnerable", "all"], ascending=False, kind="stable")
    links = links.drop_duplicates(["table", "place"])
    order = links["vulnerable"] * (1.0 + links["all"].max()) + links["all"]
    rank = order.rank(method="min", ascending=False)
    rows = lost[(lost["display"] != VULNERABLE) & lost["link"].isin(links.index)]
    return rows.assign(
        rank=rows["link"].map(rank).astype("int64"),
        vulnerable=rows["link"].map(links["vulnerable"]).astype("int64"),
        persons=rows["persons"].astype("int64"),
        persons_sure=rows["persons_sure"].astype("int64"),
    )
