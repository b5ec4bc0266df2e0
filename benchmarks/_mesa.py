"""A Mesa model of the bare town, built as Mesa's guide builds models on a networkx graph.

Everybody walks the shortest way, worked out beforehand, at a speed of their own on the level,
down and up stairs; both directions of a space share its area; speed falls with density
(Weidmann); nobody enters a space that is full; a step is one second, and what is left of it
at a node is walked on the next space. The only book is that of arrivals.

Tuned by hand (objects with slots for the graph's dictionaries, a speed once per space and
step, walkers only, no shuffling) the same model took a third of the CPU time.
"""

from __future__ import annotations

from math import exp

import mesa
import networkx as nx
import numpy as np

from benchmarks.town import Town
from renlin.kernels.codes import AT_TARGET

LEVEL, DOWN, UP = range(3)
GAMMA, JAM, SLOWEST = 1.913, 5.4, 0.04  # Weidmann's curve and floor, as in the town


def graph_of(case: Town) -> nx.DiGraph:
    """Return the network; both directions of a space hold the same dictionary of its state."""
    network, graph = case.network, nx.DiGraph()
    columns = (network.tail, network.head, network.length, network.area, network.climb)
    jam = network.crowd.jam_density[network.crowd_class, 0]
    for tail, head, length, area, climb, most in zip(
        *(column.tolist() for column in (*columns, jam)), strict=True
    ):
        space = {"area": area, "room": most * area, "on": 0, "standing": 0.0}
        graph.add_edge(tail, head, length=length, pace=_pace(climb), space=space)
        graph.add_edge(head, tail, length=length, pace=_pace(-climb), space=space)
    return graph


def _pace(climb: int) -> int:
    return LEVEL if climb == 0 else UP if climb > 0 else DOWN


def ways_of(case: Town, graph: nx.DiGraph) -> dict[int, list[int]]:
    """Return the nodes on the shortest way from every node to the nearest shelter."""
    exits = set(np.flatnonzero(case.routing.next_link[0] == AT_TARGET).tolist())
    paths = nx.multi_source_dijkstra_path(graph.to_undirected(as_view=True), exits, weight="length")
    return {node: path[::-1] for node, path in paths.items()}


class Walker(mesa.Agent):
    """Somebody on the way to the nearest shelter."""

    def __init__(
        self,
        model: Evacuation,
        row: int,
        way: list[int],
        release: float,
        speed: list[float],
        size: float,
    ) -> None:
        super().__init__(model)
        self.row, self.way, self.release, self.speed, self.size = row, way, release, speed, size
        self.at, self.edge, self.metres = 0, None, 0.0

    def step(self) -> None:
        """Walk for one second, or for what is left of it after setting out."""
        left = min(1.0, self.model.steps - self.release)
        while left > 0.0:
            if self.edge is not None:
                pace = self.pace()
                if self.metres > pace * left:
                    self.metres -= pace * left
                    return
                left -= self.metres / pace
                self.metres = 0.0
            if self.at == len(self.way) - 1:
                self.arrive(left)
                return
            following = self.model.graph.edges[self.way[self.at], self.way[self.at + 1]]
            space = following["space"]
            if space["on"] and space["standing"] + self.size > space["room"]:
                return
            self.leave()
            self.edge, self.metres = following, following["length"]
            self.at += 1
            space["on"] += 1
            space["standing"] += self.size

    def pace(self) -> float:
        """Return the speed among the others on the space, m/s."""
        space = self.edge["space"]
        free = self.speed[self.edge["pace"]]
        density = space["standing"] / space["area"] * (space["on"] - 1) / space["on"]
        if density <= 0.0:
            return free
        return free * max(SLOWEST, 1.0 - exp(-GAMMA * (1.0 / density - 1.0 / JAM)))

    def leave(self) -> None:
        """Step off the space."""
        if self.edge is not None:
            self.edge["space"]["on"] -= 1
            self.edge["space"]["standing"] -= self.size

    def arrive(self, left: float) -> None:
        """Be there, ``left`` seconds before the end of the step."""
        self.leave()
        self.model.arrived[self.row] = self.model.steps - left
        self.remove()


class Evacuation(mesa.Model):
    """Everybody walks to the nearest shelter, in random order at each step."""

    def __init__(self, case: Town, graph: nx.DiGraph, ways: dict[int, list[int]]) -> None:
        super().__init__(rng=0)
        self.graph, self.horizon = graph, case.parameters.horizon
        for _, _, space in graph.edges.data("space"):
            space.update(on=0, standing=0.0)
        who = case.entities
        self.arrived = np.full(len(who.origin), np.nan)
        columns = (who.origin, who.release, who.speed[:, 0], who.size[:, 0])
        for row, (origin, *own) in enumerate(
            zip(*(column.tolist() for column in columns), strict=True)
        ):
            Walker(self, row, ways[origin], *own)

    def step(self) -> None:
        """Let everybody walk for one second."""
        self.agents.shuffle_do("step")
        self.running = self.steps < self.horizon and len(self.agents) > 0
