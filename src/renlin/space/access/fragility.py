"""Say whose coverage hangs on one facility or one way, and which ways those are.

Redundant: two facilities within the limit by ways that share no lane and no gate. Robust:
still within the limit whichever one lane or gate closes. Fragile: covered, but one of the two
fails. The own stair, the door and a dead end that leads to fewer than ``single_exit_doors``
street doors are never closed: nearly every home has but one of them, which would make
everybody fragile and tell nothing apart.

Each is judged in both views: it holds when it does in the careful view, fails when it does
not even in the hopeful one, and else is unknown.

Source: space reference §5, (3) and (4).
"""

from __future__ import annotations

import geopandas as gpd
import numpy as np
import numpy.typing as npt
import pandas as pd

from renlin.catalogue.load import Catalogue
from renlin.community.network import APPROACH, Network
from renlin.community.passage import Passage, View
from renlin.community.paths import SMALLEST_TIME, field, graph
from renlin.kernels.closures import Arcs, Ways, apart, arcs, turned, worst
from renlin.space.access import groups
from renlin.space.access.coverage import Service, ground, walkers
from renlin.space.access.reach import Walker, walked
from renlin.space.access.states import COVERED, NOT_COVERED

HOLDS, FAILS, UNKNOWN = "holds", "fails", "unknown"
VIEWS: tuple[View, View] = ("pessimistic", "optimistic")
PUBLIC = ("walks", "gates")
"""Tables whose links may close: lanes and gates, which all share."""
EVERYBODY, VULNERABLE = "all", "vulnerable"
MEASURES = ("redundant", "robust", "sturdy")
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
Marks = npt.NDArray[np.int8]
Flags = npt.NDArray[np.bool_]


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
    may_close = closable(network, catalogue.number("single_exit_doors"))
    network = ground(network, offered)
    may_close = np.resize(may_close, len(network.links)) & shared_ways(network)
    marks = may_close.astype(np.int8)
    if len(offered.facilities):
        for part, walker in walkers(people, network, offered, catalogue, lifts=lifts):
            rows, lost = _of_walker(part, walker, network, offered, catalogue, marks)
            told.append(rows)
            links.append(lost)
    nothing = pd.DataFrame({column: pd.Series(dtype="object") for column in COLUMNS})
    table = pd.concat(told, ignore_index=True)[list(COLUMNS)] if told else nothing
    return table.sort_values("person").reset_index(drop=True), _summed(links)


def _of_walker(
    part: pd.DataFrame,
    walker: Walker,
    network: Network,
    offered: Service,
    catalogue: Catalogue,
    may_close: Marks,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return rows and losses of those who walk alike."""
    nodes = [network.node_of["facilities", str(f)] for f in offered.facilities["facility"]]
    seen = {view: _Seen(network, walked(network, walker, catalogue, view), nodes) for view in VIEWS}
    covered = seen["pessimistic"].ways.time[part["node"]] <= offered.limit
    part = part[covered].reset_index(drop=True)
    columns, weight = _weights(part, len(network.nodes))
    homes = part["node"].to_numpy(dtype=np.int64)
    careful, hopeful = (seen[view] for view in VIEWS)
    time, link, lost = careful.without(weight, may_close, offered.limit)
    at_best, _, surely_lost = hopeful.without(weight, may_close, offered.limit)
    robust = _state(np.isfinite(time[homes]), np.isfinite(at_best[homes]))
    second = careful.second(homes, may_close, offered.limit)
    twice = second <= offered.limit
    perhaps = twice.copy()
    perhaps[~twice] = hopeful.second(homes[~twice], may_close, offered.limit) <= offered.limit
    redundant = _state(twice, perhaps)
    names = np.append(network.links["link"].to_numpy(dtype=object), "")
    rows = part[["person", "display"]].assign(
        service=offered.kind,
        redundant=redundant,
        robust=robust,
        sturdy=both(redundant, robust),
        second_time=np.where(twice, second, np.inf),
        worst_time=time[homes],
        worst_link=names[link[homes]],
        limit=offered.limit,
    )
    return rows, _lost(columns, lost, surely_lost)


class _Seen:
    """The network as a walker takes it in one view."""

    def __init__(self, network: Network, passage: Passage, facilities: list[int]) -> None:
        towards = field(graph(network, passage), facilities)
        next_node, next_link = (
            part.astype(np.int64) for part in (towards.next_node, towards.next_link)
        )
        self.ways = Ways(towards.time, next_node, next_link)
        self.out = arcs_of(network, passage)

    def without(
        self, weight: Floats, may_close: Marks, limit: float
    ) -> tuple[Floats, Whole, Floats]:
        """Return times without the worst link, that link, and what is lost with each."""
        return worst(self.out, turned(self.out), self.ways, may_close, weight, limit)

    def second(self, homes: Whole, may_close: Marks, limit: float) -> Floats:
        """Return the longer of two ways apart from each of ``homes``."""
        alone, row = np.unique(homes, return_inverse=True)
        longer, _, _ = apart(self.out, self.ways, may_close, alone, limit)
        return longer[row]


def shared_ways(network: Network) -> Flags:
    """Return which links are lanes and gates, not the steps up to a door."""
    shared = network.links["table"].isin(PUBLIC) & (network.links["kind"] != APPROACH)
    found: Flags = shared.to_numpy(dtype=bool)
    return found


def closable(network: Network, fewest_doors: float) -> Flags:
    """Return which links are closed in turn: lanes and gates, without dead ends to few doors.

    Parameters
    ----------
    fewest_doors
        A dead end with fewer street doors behind it, and no facility, is part of the home.
    """
    doors, facilities = behind(network)
    own = (doors < fewest_doors) & (doors >= 0) & (facilities == 0)
    found: Flags = shared_ways(network) & ~own
    return found


def behind(network: Network) -> tuple[Whole, Whole]:
    """Return street doors and facilities behind each link of a dead end; -1 of other links.

    Leaves are taken off the network round by round, and what they carry goes to the node
    they hang on.
    """
    ends = network.links[["origin", "target"]].to_numpy(dtype=np.int64)
    kind = network.nodes["kind"].to_numpy(dtype=object)
    carried = np.stack([kind == "door", kind == "facility"], axis=1).astype(np.int64)
    found = np.full((len(ends), 2), -1, dtype=np.int64)
    alive = ends[:, 0] != ends[:, 1]
    while True:
        degree = np.bincount(ends[alive].ravel(), minlength=len(kind))
        leaf = (degree[ends] == 1) & alive[:, None]
        taken = np.flatnonzero(leaf.any(axis=1))
        if len(taken) == 0:
            return found[:, 0], found[:, 1]
        side = np.where(leaf[taken, 0], 0, 1)
        found[taken] = carried[ends[taken, side]]
        np.add.at(carried, ends[taken, 1 - side], found[taken])
        alive[taken] = False


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
    names = sorted(part["display"].unique())
    columns = [EVERYBODY, VULNERABLE, *names]
    weight = np.zeros((n_nodes, len(columns)))
    node = part["node"].to_numpy(dtype=np.int64)
    np.add.at(weight[:, 0], node, 1.0)
    np.add.at(weight[:, 1], node, part["vulnerable"].to_numpy(dtype=np.float64))
    for number, group in enumerate(names, start=2):
        np.add.at(weight[:, number], node, (part["display"] == group).to_numpy(dtype=np.float64))
    return columns, weight


def _state(sure: Flags, perhaps: Flags) -> npt.NDArray[np.str_]:
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


def critical(network: Network, kind: str, lost: pd.DataFrame) -> gpd.GeoDataFrame:
    """Return the ways and gates that coverage hangs on, most vulnerable persons first.

    Of a way in several pieces the one that most hang on stands for it. For an engine the
    lane driven and the lane walked are two: what stops the engine lets the crew pass.

    Parameters
    ----------
    network
        As :func:`renlin.space.access.coverage.ground` gives it.
    kind
        Service.
    lost
        What :func:`fragility` says each link is worth.

    Returns
    -------
    Columns of ``LINK_COLUMNS``: one row per way or gate and group that loses anybody, ``all``
    among them. ``rank`` is by vulnerable persons of the careful view, then by all; ties
    share it.
    """
    drawn = network.links
    if len(lost) == 0:
        return joined(network, [])
    table = _ranked(lost, drawn).assign(service=kind).reset_index(drop=True)
    row = table["link"].to_numpy(dtype=np.int64)
    for column in ("table", "place", "geometry", "link"):
        table[column] = drawn[column].to_numpy(dtype=object)[row]
    return gpd.GeoDataFrame(table[list(LINK_COLUMNS)], geometry="geometry", crs=drawn.crs)


def joined(network: Network, parts: list[gpd.GeoDataFrame]) -> gpd.GeoDataFrame:
    """Return the links of several services in one table."""
    filled = [part for part in parts if len(part)]
    empty = pd.DataFrame({column: pd.Series(dtype="object") for column in LINK_COLUMNS})
    table = pd.concat(filled, ignore_index=True) if filled else empty
    return gpd.GeoDataFrame(table, geometry="geometry", crs=network.links.crs)


def _ranked(lost: pd.DataFrame, drawn: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of the worst piece of every place, with its rank and vulnerable persons."""
    whole = lost[lost["display"] == EVERYBODY].set_index("link")["persons"]
    exposed = lost[lost["display"] == VULNERABLE].set_index("link")["persons"]
    links = pd.DataFrame({"all": whole, "vulnerable": exposed}).fillna(0.0)
    own = drawn.loc[links.index, ["table", "place"]]
    links = links.join(pd.DataFrame(own)).sort_values(
        ["vulnerable", "all"], ascending=False, kind="stable"
    )
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


def by_group(table: pd.DataFrame, *, reference: str, level: float) -> pd.DataFrame:
    """Return redundant, robust and sturdy by service and group, everybody and the gap.

    Returns
    -------
    service, measure, display, n (residents covered), stands, fails, unknown, stands_share with
    its interval, least_share and most_share, as
    :func:`renlin.space.access.groups.by_group` has them.
    """
    states = {HOLDS: COVERED, FAILS: NOT_COVERED, UNKNOWN: UNKNOWN}
    parts = [
        groups.by_group(
            table.assign(state=table[measure].map(states)), reference=reference, level=level
        ).assign(measure=measure)
        for measure in MEASURES
    ]
    names = {"covered": "stands", "not_covered": "fails", "covered_share": "stands_share"}
    found = pd.concat(parts, ignore_index=True).rename(columns=names)
    order = ["service", "measure"]
    return found[[*order, *(column for column in found.columns if column not in order)]]
