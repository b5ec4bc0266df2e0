"""Work out who walks which way: next-link tables by kind of mover, target and knowledge."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix
from scipy.sparse.csgraph import connected_components, dijkstra

from renlin.catalogue.load import Catalogue
from renlin.catalogue.models import BehaviourClass
from renlin.community.passage import closures
from renlin.errors import CatalogueFault, Fault, Said
from renlin.kernels import contract
from renlin.kernels.codes import AT_TARGET, NO_ROUTE
from renlin.simulation.destinations import Destinations
from renlin.simulation.network import Ground

Floats = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Whole = npt.NDArray[np.int64]
Table = npt.NDArray[np.int32]

OWN, HELPED = 0, 1
MODES: tuple[Literal["alone", "helped"], ...] = ("alone", "helped")
ON_FOOT, CARRIED, ON_VEHICLE = range(3)
SMALLEST_COST = 1e-6  # m: a cost of nothing would be read as no link
MOST_PATTERNS = 29  # bits of the kernel's barriers, less the two below
UNHELPED_BIT = 1 << MOST_PATTERNS
"""Barrier of who goes without help from others: thick smoke, for one."""
WHEELS_BIT = 1 << (MOST_PATTERNS + 1)
"""Barrier of who rolls and is not carried: water, for one."""
CAUSES = {
    "gate_closed": ("hours", "locked"),
    "steps": ("steps", "wheelchair", "slope", "lift"),
    "too_narrow": ("width",),
}
"""Why somebody has no way -> reasons of passage that stand in it."""


class Mover(NamedTuple):
    """What tells one way of moving from another when routes are chosen.

    ``pattern`` is the row of closed ways, ``pace`` how much steps cost against level ways.
    """

    pattern: int
    pace: int
    unfamiliar: bool


@dataclass(frozen=True)
class Movers:
    """How each behaviour class moves, by itself and helped.

    Attributes
    ----------
    reasons
        Why each link is closed, "" where open, shape (n_patterns, n_links).
    pattern, pace
        Per class and mode, shape (n_kinds, 2).
    vehicle
        Per class: pattern with a shared vehicle that helpers fetch; -1 for who rides none.
    unfamiliar
        Per class: knows main streets only.
    listed
        Every kind of mover that can occur; its position is the kernel's routing class.
    """

    reasons: npt.NDArray[np.object_]
    pattern: Whole
    pace: Whole
    vehicle: Whole
    unfamiliar: Flags
    listed: tuple[Mover, ...]

    @property
    def closed(self) -> Flags:
        """Return where each pattern is closed."""
        shut: Flags = self.reasons != ""
        return shut

    def codes(self, pattern: Whole, pace: Whole, unfamiliar: Flags) -> Whole:
        """Return the routing class of each mover.

        Raises
        ------
        ValueError
            For a mover that is not listed: a programming error.
        """
        table = np.full((len(self.reasons), ON_VEHICLE + 1, 2), -1, dtype=np.int64)
        for index, mover in enumerate(self.listed):
            table[mover.pattern, mover.pace, int(mover.unfamiliar)] = index
        found = np.asarray(table[pattern, pace, unfamiliar.astype(np.int64)])
        if (found < 0).any():
            raise ValueError("a mover that is not listed")
        return found


@dataclass(frozen=True)
class Limits:
    """What stops each class on one network, whatever the hour.

    Attributes
    ----------
    kinds, present
        Behaviour classes, and which of them can occur here.
    reasons
        Why each link is closed, "" where open, shape (n_patterns, n_links).
    pattern
        Row of ``reasons`` per class and mode, shape (n_kinds, 2).
    vehicle
        Row of ``reasons`` per class with a shared vehicle; -1 for who rides none.
    """

    kinds: tuple[BehaviourClass, ...]
    present: Flags
    reasons: npt.NDArray[np.object_]
    pattern: Whole
    vehicle: Whole


def limits(
    ground: Ground,
    kinds: tuple[BehaviourClass, ...],
    present: Flags,
    catalogue: Catalogue,
    riders: Flags | None = None,
) -> Limits:
    """Return what stops the classes that can occur; unknown passes, as in every optimistic view.

    Nobody takes a lift while something happens: it may stop, and in a fire it is forbidden
    (assumption for other events). Classes to whom the same links are closed share one pattern.

    Parameters
    ----------
    riders
        Classes whose helpers may fetch a shared vehicle, shape (n_kinds,); None: no class.
    """
    rows: list[npt.NDArray[np.object_]] = []
    lifts = ground.walks.links["lift"].eq(True).fillna(False).to_numpy(dtype=bool)
    pattern = np.zeros((len(kinds), 2), dtype=np.int64)
    for index, kind in enumerate(kinds):
        for mode, name in enumerate(MODES if present[index] else ()):
            why = closures(ground.walks, kind, catalogue, view="optimistic", mode=name, hour=None)
            rows.append(np.where(lifts & (why == ""), "lift", why))
            pattern[index, mode] = len(rows) - 1
    rides = np.zeros(len(kinds), dtype=bool) if riders is None else riders & present
    vehicle = np.full(len(kinds), -1, dtype=np.int64)
    for rider in np.flatnonzero(rides):
        carried = rows[pattern[rider, HELPED]]
        rows.append(_with_vehicle(ground, kinds[rider], carried, catalogue))
        vehicle[rider] = len(rows) - 1
    reasons, back = _unique(np.stack(rows))
    known = np.where(present[:, None], back[pattern], 0)
    return Limits(kinds, present, reasons, known, np.where(vehicle >= 0, back[vehicle], -1))


def _with_vehicle(
    ground: Ground,
    kind: BehaviourClass,
    carried: npt.NDArray[np.object_],
    catalogue: Catalogue,
) -> npt.NDArray[np.object_]:
    """Return why links are closed to ``kind`` on a shared vehicle: indoors it is ``carried``."""
    wheels = {
        "takes_steps": "no",
        "min_width": catalogue.parameters["vehicle_width"],
        "max_slope": catalogue.parameters["vehicle_max_slope"],
    }
    cart = kind.model_copy(update=wheels)
    rolls = closures(ground.walks, cart, catalogue, view="optimistic", mode="alone", hour=None)
    indoors = (ground.walks.links["table"] == "entrances").to_numpy()
    return np.where(indoors | (carried == "lift"), carried, rolls)


def _unique(reasons: npt.NDArray[np.object_]) -> tuple[npt.NDArray[np.object_], Whole]:
    """Return rows that close different links, fewest first, and the row of each given one."""
    closed = reasons != ""
    n_closed = closed.sum(axis=1)
    marks = [row.tobytes() for row in closed]
    first = {mark: at for at, mark in reversed(list(enumerate(marks)))}
    order = sorted(first, key=lambda mark: (int(n_closed[first[mark]]), first[mark]))
    rank = {mark: at for at, mark in enumerate(order)}
    chosen = [first[mark] for mark in order]
    return reasons[chosen], np.array([rank[mark] for mark in marks], dtype=np.int64)


def movers(ground: Ground, limit: Limits, catalogue: Catalogue, hour: float) -> Movers:
    """Return how the classes that live here move at ``hour``, when some ways are shut to all.

    Raises
    ------
    CatalogueFault
        When classes differ in more ways than the kernel has barriers.
    """
    some = limit.kinds[int(np.flatnonzero(limit.present)[0])]
    now = closures(ground.walks, some, catalogue, view="optimistic", mode="alone", hour=hour)
    shut = now == "hours"
    reasons, back = _unique(np.where(shut[None], "hours", limit.reasons))
    if len(reasons) > MOST_PATTERNS:
        raise CatalogueFault(_too_many(len(reasons)))
    pattern = back[limit.pattern]
    pace = np.array([[_pace(kind, mode) for mode in (OWN, HELPED)] for kind in limit.kinds])
    unfamiliar = np.array([kind.view == "unfamiliar" for kind in limit.kinds])
    vehicle = np.where(limit.vehicle >= 0, back[limit.vehicle], -1)
    riding = {
        Mover(int(vehicle[kind]), ON_VEHICLE, bool(unfamiliar[kind]))
        for kind in np.flatnonzero(vehicle >= 0)
    }
    listed = tuple(sorted({*_listed(pattern, pace, unfamiliar, limit.present), *riding}))
    return Movers(reasons, pattern, pace, vehicle, unfamiliar, listed)


def _pace(kind: BehaviourClass, mode: int) -> int:
    return CARRIED if kind.takes_steps != "yes" and mode == HELPED else ON_FOOT


def _listed(pattern: Whole, pace: Whole, unfamiliar: Flags, present: Flags) -> set[Mover]:
    """Return every mover that a person or a household walking together can make.

    A household is as wide as its widest, and knows the place as soon as one of them does.
    """
    walkers = present & (pace[:, HELPED] != CARRIED)
    together = {
        Mover(int(p), ON_FOOT, bool(u))
        for p in np.unique(pattern[walkers, OWN])
        for u in np.unique(unfamiliar[walkers])
    }
    alone = {
        Mover(int(pattern[kind, mode]), int(pace[kind, mode]), bool(unfamiliar[kind]))
        for kind in np.flatnonzero(present)
        for mode in (OWN, HELPED)
    }
    return together | alone


def _too_many(n: int) -> Fault:
    return Fault(
        "classes.toml",
        Said(f"至多 {MOST_PATTERNS} 种通行限制", f"at most {MOST_PATTERNS} sets of limits"),
        Said(f"{n} 种", f"{n}"),
        Said("让相近的类用同样的宽度。", "Let similar classes share a width."),
        None,
        "min_width",
    )


def step_costs(catalogue: Catalogue) -> Floats:
    """Return what a metre of steps costs against a level metre, by pace.

    The median over the classes of level speed over stair speed: on foot, and carried; who
    has a vehicle is carried on steps.
    """
    ratios: dict[int, list[float]] = {ON_FOOT: [], CARRIED: []}
    for code in sorted(catalogue.classes):
        kind = catalogue.classes[code]
        ratios[_pace(kind, HELPED)].append(kind.speed_level.value / kind.speed_down.value)
    paces = (ON_FOOT, CARRIED, CARRIED)
    return np.array([np.median(ratios[p]) if ratios[p] else 1.0 for p in paces])


class Graph(NamedTuple):
    """Directed ways of one mover: costs towards a target, and the link of each step."""

    towards: csr_matrix
    step: Whole
    link: Whole


def graph(space: contract.Network, cost: Floats, shut: Flags) -> Graph:
    """Return the graph of the directed links that are not shut.

    ``cost`` and ``shut`` have the shape (n_links, 2): there and back. Of parallel links the
    cheapest counts, of equal ones the first.
    """
    tail, head = space.tail.astype(np.int64), space.head.astype(np.int64)
    n_nodes = len(space.shelter)
    start, end = np.stack([tail, head], 1).ravel(), np.stack([head, tail], 1).ravel()
    link = np.flatnonzero(~shut.ravel() & (start != end))
    step = start[link] * n_nodes + end[link]
    price = np.maximum(cost.ravel()[link], SMALLEST_COST)
    order = np.lexsort((link, price, step))
    first = np.ones(len(order), dtype=bool)
    first[1:] = step[order][1:] != step[order][:-1]
    chosen = order[first]
    shape = (n_nodes, n_nodes)
    pairs = (end[link[chosen]], start[link[chosen]])
    return Graph(csr_matrix((price[chosen], pairs), shape), step[chosen], link[chosen])


class Fields(NamedTuple):
    """Cost to each target and the link to take, shape (n_targets, n_nodes) each."""

    cost: Floats
    link: Table


def fields(walks: Graph, targets: Whole) -> Fields:
    """Return how far every node is from each of ``targets`` and which link leads there."""
    n = walks.towards.shape[0]
    if len(targets) == 0:
        return Fields(np.zeros((0, n)), np.zeros((0, n), dtype=np.int32))
    cost, following = dijkstra(walks.towards, indices=targets, return_predecessors=True)
    link = np.full(cost.shape, NO_ROUTE, dtype=np.int32)
    row, node = np.nonzero(following >= 0)
    step = node.astype(np.int64) * n + following[row, node]
    link[row, node] = walks.link[np.searchsorted(walks.step, step)]
    link[np.arange(len(targets)), targets] = AT_TARGET
    return Fields(cost, link)


def to_safety(found: Fields, choice: Whole) -> Fields:
    """Return the way to the nearest destination of the best choice that can be reached.

    Who can reach none of the first choice goes to the nearest of the second, and so on.
    """
    n = found.cost.shape[1]
    cost, link = np.full(n, np.inf), np.full(n, NO_ROUTE, dtype=np.int32)
    for best in np.unique(choice):
        mine = np.flatnonzero(choice == best)
        nearest = mine[found.cost[mine].argmin(axis=0)]
        own = found.cost[nearest, np.arange(n)]
        open_ = ~np.isfinite(cost) & np.isfinite(own)
        cost[open_] = own[open_]
        link[open_] = found.link[nearest, np.arange(n)][open_]
    return Fields(cost[None], link[None])


class Doors(NamedTuple):
    """Nodes helpers go to, landings and stands, and the movers among helpers."""

    node: Whole
    movers: frozenset[int]


@dataclass(frozen=True)
class Ways:
    """Routes of every mover for one state of the network.

    Attributes
    ----------
    rows
        Next links, shape (n_rows, n_nodes): per mover safety, then each destination; then
        for helpers each door they go to.
    row
        Row of each mover and target, -1 where nobody asks, shape (n_movers, n_targets).
    cost
        Cost to safety, shape (n_movers, n_nodes); infinite where there is no way.
    metres
        Metres walked on that way, same shape; 0 where there is none.
    """

    rows: Table
    row: Table
    cost: Floats
    metres: Floats


class Reach(NamedTuple):
    """What one mover can reach: its graph, the ways to each destination, and to safety."""

    walks: Graph
    found: Fields
    safe: Fields


def reaches(
    ground: Ground, there: Destinations, costs: Mapping[int, Floats], shut: Flags
) -> list[Reach]:
    """Return how every mover gets to safety and to each destination.

    Parameters
    ----------
    costs
        Mover -> cost of each link there and back, see :func:`link_costs`.
    shut
        Directed links shut for each mover, shape (n_movers, n_links, 2).
    """
    made = []
    for index in range(len(shut)):
        walks = graph(ground.space, costs[index], shut[index])
        found = fields(walks, there.node)
        made.append(Reach(walks, found, to_safety(found, there.choice)))
    return made


def ways(
    ground: Ground, who: Movers, there: Destinations, doors: Doors, reached: Sequence[Reach]
) -> Ways:
    """Return the routes of every mover to safety, to each destination and, of helpers, to doors.

    Targets are numbered: 0 safety, 1.. the destinations, then ``doors``.
    """
    n_targets = 1 + there.n + len(doors.node)
    tables: list[Table] = []
    row = np.full((len(who.listed), n_targets), -1, dtype=np.int32)
    cost = np.full((len(who.listed), ground.n_nodes), np.inf)
    metres = np.zeros(cost.shape)
    n_rows = 0
    for index, (walks, found, safe) in enumerate(reached):
        parts = [safe.link, found.link]
        if index in doors.movers and len(doors.node):
            parts.append(fields(walks, doors.node).link)
        made = np.concatenate(parts)
        row[index, : len(made)] = n_rows + np.arange(len(made))
        n_rows += len(made)
        tables.append(made)
        cost[index], metres[index] = safe.cost[0], along(ground, safe.link[0])
    return Ways(np.ascontiguousarray(np.concatenate(tables)), row, cost, metres)


def along(ground: Ground, links: Table) -> Floats:
    """Return the metres walked from every node when following ``links`` to their end.

    Doubles the stretch looked ahead in every round.
    """
    ends = np.stack([ground.space.head, ground.space.tail], axis=1).ravel().astype(np.int64)
    goes = links >= 0
    following = np.where(goes, ends[np.maximum(links, 0)], np.arange(len(links)))
    metres = np.where(goes, ground.space.length[np.maximum(links, 0) >> 1], 0.0).astype(np.float64)
    for _ in range(len(links).bit_length()):
        metres = metres + metres[following]
        following = following[following]
    return metres


def shut_to(ground: Ground, who: Movers) -> Flags:
    """Return the directed links shut to every mover, shape (n_movers, n_links, 2).

    What stops its class stops it both ways; a way walked in one direction is shut to all
    in the other.
    """
    shut = np.repeat(who.closed[[m.pattern for m in who.listed]][:, :, None], 2, axis=2)
    oneway = ground.walks.links["oneway"]
    against = [(oneway == way).to_numpy(dtype=bool) for way in ("backward", "forward")]
    return np.asarray(shut | np.stack(against, axis=1))


def link_costs(ground: Ground, who: Movers, catalogue: Catalogue) -> dict[int, Floats]:
    """Return the cost of each link for every mover, in level metres, shape (n_links, 2).

    Steps count by pace, slopes by what they slow there and back; who does not know the place
    counts ways that are no main streets ``unfamiliar_cost_factor`` times, unless signs lead
    along them.

    Source: simulation reference 3.1; parameters ``main_street_width`` and
    ``unfamiliar_cost_factor``.
    """
    by_pace = step_costs(catalogue)
    out_of_doors = ~ground.walks.links["table"].isin(["entrances", "facilities"]).to_numpy()
    side = out_of_doors & (ground.width < catalogue.number("main_street_width"))
    strange = np.where(side & ~ground.signed, catalogue.number("unfamiliar_cost_factor"), 1.0)
    length = ground.space.length.astype(np.float64)[:, None]
    sloping = 1.0 / ground.space.incline.astype(np.float64)
    made = {}
    for index, mover in enumerate(who.listed):
        cost = length * np.where(ground.stepped[:, None], by_pace[mover.pace], sloping)
        made[index] = cost * strange[:, None] if mover.unfamiliar else cost
    return made


def causes(ground: Ground, who: Movers, there: Destinations, made: Ways) -> npt.NDArray[np.object_]:
    """Return why a mover has no way to safety from each node, shape (n_movers, n_nodes).

    "" where there is one; ``gate_closed``, ``steps`` or ``too_narrow`` when the way opens
    once that no longer stood in it; ``several`` when it takes more than one; else
    ``network_gap``; ``no_destination`` when there is nowhere to go.
    """
    cause = np.full(made.cost.shape, "", dtype=object)
    if there.n == 0:
        cause[:] = "no_destination"
        return cause
    anyhow = joined(ground, np.ones(ground.n_links, dtype=bool), there.node)
    for index, mover in enumerate(who.listed):
        lost = ~np.isfinite(made.cost[index])
        if not lost.any():
            continue
        why = who.reasons[mover.pattern]
        cause[index, lost] = "network_gap"
        cause[index, lost & anyhow] = "several"
        for name, reasons in CAUSES.items():
            reached = joined(ground, (why == "") | np.isin(why, reasons), there.node)
            cause[index, lost & reached] = name
    return cause


def joined(ground: Ground, passes: Flags, targets: Whole) -> Flags:
    """Return the nodes from which one of ``targets`` is reached over the links that pass."""
    ends = (ground.space.tail[passes], ground.space.head[passes])
    shape = (ground.n_nodes, ground.n_nodes)
    walks = csr_matrix((np.ones(len(ends[0])), ends), shape)
    _, part = connected_components(walks, directed=False)
    return np.isin(part, part[targets])
