"""Compute who reaches which facility, at their own pace, in both views.

One table per behaviour class and service, node by node, so that every person of a
class shares the work.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from renlin.catalogue.load import Catalogue
from renlin.catalogue.models import BehaviourClass
from renlin.community.network import Network
from renlin.community.passage import Mode, closures, passage
from renlin.community.paths import Field, field, graph, route

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Reach:
    """Times from every node to a service's facilities, for one class and mode.

    Attributes
    ----------
    optimistic, pessimistic
        (n_facilities, n_nodes) seconds; infinite where not reached.
    unhindered
        Field to the nearest facility for a walker of the same pace whom nothing stops.
    helped
        (n_nodes,) seconds to the nearest facility with help, optimistic.
    reasons
        Why each link is closed to the class in the optimistic view. Shape (n_links,).
    facilities
        Row of ``optimistic`` -> facility id.
    """

    optimistic: Floats
    pessimistic: Floats
    unhindered: Field
    helped: Floats
    reasons: npt.NDArray[np.object_]
    facilities: tuple[str, ...]


def reach(
    network: Network,
    kind: BehaviourClass,
    facilities: Mapping[str, int],
    catalogue: Catalogue,
    *,
    mode: Mode,
    hour: float | None,
) -> Reach:
    """Return how ``kind`` reaches the facilities.

    Parameters
    ----------
    facilities
        Facility id -> node.
    mode
        ``alone``, or ``helped`` for those whose agreed helpers suffice.
    hour
        Clock hour for gates; None ignores hours.
    """
    names = tuple(sorted(facilities))
    nodes = [facilities[name] for name in names]
    views = {}
    for view in ("optimistic", "pessimistic"):
        walked = passage(network, kind, catalogue, view=view, mode=mode, hour=hour)
        open_links = graph(network, walked)
        views[view] = np.array([field(open_links, [node]).time for node in nodes]).reshape(
            len(nodes), len(network.nodes)
        )
    lifted = graph(
        network, passage(network, kind, catalogue, view="optimistic", mode="helped", hour=hour)
    )
    unlocked = replace(network, links=network.links.assign(locked=False))
    free = graph(unlocked, passage(unlocked, free_walker(kind), catalogue, view="optimistic"))
    return Reach(
        views["optimistic"],
        views["pessimistic"],
        field(free, nodes),
        field(lifted, nodes).time,
        closures(network, kind, catalogue, view="optimistic", mode=mode, hour=hour),
        names,
    )


def free_walker(kind: BehaviourClass) -> BehaviourClass:
    """Return a walker of the same pace whom steps, width and slope do not stop."""
    anyone = kind.min_width.model_copy(update={"value": 0.0})
    return kind.model_copy(update={"takes_steps": "yes", "min_width": anyone, "max_slope": None})


def hindrance(reached: Reach, node: int) -> str:
    """Return what stops the class on the way an unhindered walker would take, "" if nothing."""
    for link in route(reached.unhindered, node):
        if reached.reasons[link] != "":
            return str(reached.reasons[link])
    return ""
